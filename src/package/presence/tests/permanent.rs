//! The document that stays.

use super::*;

const ALICE: &str = "sip:alice@example.test";

fn vacation() -> OwnPresence {
    OwnPresence {
        status: Status::Vacation,
        note: Some("back on Monday".into()),
        language: Some("en".into()),
        ..OwnPresence::default()
    }
}

fn now() -> Timestamp {
    time("2026-03-01T12:00:00Z")
}

#[test]
fn xc_025_the_permanent_document_is_written_read_and_taken_back() {
    let bytes = Permanent::fresh(ALICE, &vacation(), now());
    let document = parse(&bytes);
    assert!(document.remarks.is_empty(), "{:?}", document.remarks);
    assert_eq!(document.entity, ALICE);
    assert!(document.devices.is_empty(), "it is of no device");
    let permanent = Permanent::parse(&bytes).unwrap();
    let shown = permanent.shown(&["en"], now());
    assert_eq!(shown.status, Status::Vacation);
    assert_eq!(shown.note.as_deref(), Some("back on Monday"));
    let closed = OwnPresence {
        status: Status::Offline,
        ..OwnPresence::default()
    };
    let changed = permanent.with(ALICE, &closed, now());
    assert_eq!(parse(&changed).tuples.len(), 1);
    let changed = Permanent::parse(&changed).unwrap();
    assert_eq!(changed.shown(&["en"], now()).status, Status::Offline);
    assert_eq!(changed.without(), None, "to be deleted");
}

#[test]
fn xc_025_what_other_programs_have_put_there_stays() {
    let theirs = "<tuple xmlns='urn:ietf:params:xml:ns:pidf' id='mail'>\n  <status><basic>open</basic></status>\
                  <contact  priority=\"1.0\">mailto:alice@example.test</contact></tuple>\n <!-- kept -->";
    let before = format!(
        "<?xml version='1.0'?>\n<q:presence xmlns:q='{PIDF}' xmlns:dm='urn:x' entity='{ALICE}'>{theirs}\n</q:presence>"
    );
    let read = Permanent::parse(before.as_bytes()).unwrap();
    let added = read.with(ALICE, &vacation(), now());
    let document = parse(&added);
    let ids: Vec<_> = document
        .tuples
        .iter()
        .map(|tuple| tuple.id.as_str())
        .collect();
    assert_eq!(ids, ["permanent", "mail"]);
    let shown = compose(&document, &["en"], now());
    assert_eq!(shown.status, Status::Vacation, "{:?}", document.remarks);
    let added = Permanent::parse(&added).unwrap();
    let again = String::from_utf8(added.with(ALICE, &vacation(), now())).unwrap();
    assert!(again.contains(theirs), "{again}");
    assert_eq!(again.matches("back on Monday").count(), 1);
    let taken = added.without().unwrap();
    let kept = String::from_utf8(taken.clone()).unwrap();
    assert!(
        kept.contains(theirs) && !kept.contains("permanent"),
        "{kept}"
    );
    // Whoever has nothing there changes nothing.
    let taken = Permanent::parse(&taken).unwrap();
    assert_eq!(taken.without().unwrap(), kept.as_bytes());
}

#[test]
fn what_is_no_presence_document_is_left_alone() {
    for text in ["", "<p/>", "<presence xmlns='urn:x'/>"] {
        assert!(matches!(
            Permanent::parse(text.as_bytes()),
            Err(PermanentError::Body(_))
        ));
    }
    let text = format!("<presence xmlns='{PIDF}' entity='{ALICE}'/>");
    let utf16: Vec<u8> = [0xFE, 0xFF]
        .into_iter()
        .chain(text.encode_utf16().flat_map(u16::to_be_bytes))
        .collect();
    assert_eq!(
        Permanent::parse(&utf16).unwrap_err(),
        PermanentError::NotUtf8
    );
    // An empty one may be written over.
    let empty = Permanent::parse(text.as_bytes()).unwrap();
    assert_eq!(empty.shown(&["en"], now()).status, Status::Unknown);
    assert_eq!(empty.without(), None);
}
