//! Tests of fragments, and of the progress that they tell.

use proptest::prelude::*;

use super::*;
use crate::package::{Body, BodyError, Place, limits};

fn read(text: impl AsRef<[u8]>) -> Result<Document, BodyError> {
    Document::parse(&Body::new("message/sipfrag;version=2.0", text.as_ref()))
}

fn parse(text: impl AsRef<[u8]>) -> Document {
    read(text).unwrap()
}

fn progress(document: &Document) -> (Stage, u16, &str) {
    let progress = document.progress().unwrap();
    (progress.stage, progress.code, progress.phrase)
}

#[test]
fn the_examples_of_rfc_3515_read_as_meant() {
    let pending =
        include_bytes!("../../../tests/fixtures/package/rfc/rfc3515_2_4_5_pending.sipfrag.txt");
    assert_eq!(pending.len(), 20, "the length that message F3 gives");
    assert_eq!(progress(&parse(pending)), (Stage::Trying, 100, "Trying"));
    let done =
        include_bytes!("../../../tests/fixtures/package/rfc/rfc3515_2_4_5_successful.sipfrag.txt");
    assert_eq!(done.len(), 16, "the length that message F5 gives");
    assert_eq!(progress(&parse(done)), (Stage::Successful, 200, "OK"));
    let failed = parse(include_bytes!(
        "../../../tests/fixtures/package/rfc/rfc3515_2_4_5_failed.sipfrag.txt"
    ));
    assert_eq!(
        progress(&failed),
        (Stage::Failed, 503, "Service Unavailable")
    );
    let denied = parse(include_bytes!(
        "../../../tests/fixtures/package/rfc/rfc3515_2_4_5_denied.sipfrag.txt"
    ));
    assert_eq!(progress(&denied), (Stage::Failed, 603, "Declined"));
    assert!(failed.remarks.is_empty() && failed.fields.is_empty() && failed.body.is_empty());
}

#[test]
fn a_whole_response_is_read() {
    let document = parse(
        "\r\nsip/2.0 183  Session Progress\r\nWarning: 399 example.com \"one\r\n two\"\r\nnonsense\r\nContact : <sip:bob@192.0.2.4>\r\n\r\nv=0\r\n\r\n\u{FF}",
    );
    assert_eq!(
        progress(&document),
        (Stage::Provisional, 183, "Session Progress")
    );
    assert_eq!(
        document.field("warning"),
        Some("399 example.com \"one two\"")
    );
    assert_eq!(document.field("CONTACT"), Some("<sip:bob@192.0.2.4>"));
    assert_eq!(document.body, "v=0\r\n\r\n\u{FF}".as_bytes());
    let lines: Vec<_> = document.remarks.iter().map(|r| r.place.line).collect();
    assert_eq!(lines, [5]);
    assert_eq!(progress(&parse("SIP/2.0 486")), (Stage::Failed, 486, ""));
    assert_eq!(parse("SIP/2.0 200 OK\n\nrest").body, b"rest");
}

#[test]
fn fragments_without_a_status_line_tell_no_progress() {
    let request = parse("INVITE sip:bob@example.com SIP/2.0\r\nSubject: Lunch\r\n");
    assert_eq!(
        request.start,
        Some(Start::Request {
            method: "INVITE".into(),
            uri: "sip:bob@example.com".into()
        })
    );
    assert_eq!(
        (request.progress(), request.field("subject")),
        (None, Some("Lunch"))
    );
    let headers = parse("From: <sip:alice@example.com>\r\nDate: Thu, 21 Feb 2002 13:02:03 GMT\r\n");
    assert_eq!((headers.start.as_ref(), headers.fields.len()), (None, 2));
    assert_eq!(headers.remarks[0].source, "RFC 3515 §2.4.5");
    assert_eq!(headers.progress(), None);
}

#[test]
fn what_is_no_fragment_is_refused() {
    let missing = |what, line| BodyError::Missing {
        what,
        place: Place::line(line),
    };
    for bad in ["", "\r\n\r\n", "words", "\n \n"] {
        assert_eq!(
            read(bad),
            Err(missing("a start line or header field", 1)),
            "{bad:?}"
        );
    }
    for bad in [
        "SIP/2.0",
        "SIP/2.0 OK",
        "SIP/2.0 99 Early",
        "SIP/2.0 700 Late",
        "SIP/2.0 -20 No",
        "SIP/2.0 99999999999999999999 Huge",
        "SIP/3.0 200 OK",
        "sip/ 200 OK",
    ] {
        let bad = format!("\r\n{bad}\r\n");
        assert_eq!(
            read(&bad),
            Err(missing("a status line of SIP/2.0", 2)),
            "{bad:?}"
        );
    }
    let strange = read(b"SIP/2.0 200 G\xFCt\r\n").unwrap();
    assert_eq!(
        strange.remarks[0].place,
        Place {
            line: 1,
            column: 14
        }
    );
    assert_eq!(progress(&strange), (Stage::Successful, 200, "G\u{fffd}t"));
    let huge = vec![b'x'; limits::FRAGMENT_BYTES + 1];
    assert!(matches!(read(huge), Err(BodyError::TooLarge { .. })));
    let many = format!("SIP/2.0 200 OK\r\n{}", "A: b\r\n".repeat(5000));
    assert_eq!(parse(many).fields.len(), limits::FRAGMENT_FIELDS);
    let foreign = Document::parse(&Body::new("message/sip", b"SIP/2.0 200 OK\r\n"));
    assert!(foreign.unwrap_err().is_unsupported_type());
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200), with_status in any::<bool>()) {
        let mut text = if with_status { b"SIP/2.0 200 OK\r\n".to_vec() } else { Vec::new() };
        text.extend(bytes);
        let result = read(&text);
        prop_assert!(!with_status || result.is_ok());
    }
}
