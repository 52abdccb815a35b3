//! Bodies of several parts as they should be and as they should not.

use std::fmt::Write as _;
use std::io::Write as _;

use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};
use proptest::prelude::*;

use super::*;
use crate::package::{Body, BodyError, Place, limits};

const RELATED: &str = "multipart/related; boundary=\"b 1\";\r\n start=\"<two@example.com>\"";

fn fault(content_type: &str, body: &[u8]) -> MimeFault {
    match Multipart::parse(&Body::new(content_type, body)).unwrap_err() {
        BodyError::Mime(error) => error.fault,
        other => panic!("{other}"),
    }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn nested(levels: usize) -> (String, String) {
    let mut content_type = "text/plain".to_owned();
    let mut body = "inside".to_owned();
    for level in 0..levels {
        body = format!(
            "--level{level}\r\nContent-Type: {content_type}\r\n\r\n{body}\r\n--level{level}--\r\n"
        );
        content_type = format!("multipart/mixed;boundary=level{level}");
    }
    (content_type, body)
}

#[test]
fn fm_005_parameters_are_read_quoted_or_not() {
    let value = ContentType::parse(
        "Multipart/Related ; Boundary = \"a;b\\\"c\" ; flag; start=<x@y> ;charset=; type=\"application/rlmi+xml",
    );
    assert!(value.is("multipart/related") && value.is_multipart());
    assert_eq!(value.media_type(), "Multipart/Related");
    assert_eq!(value.parameter("boundary").unwrap(), "a;b\"c");
    assert_eq!(value.parameter("START").unwrap(), "<x@y>");
    assert_eq!(value.parameter("type").unwrap(), "application/rlmi+xml");
    assert_eq!(value.parameter("charset"), None);
    assert_eq!(value.parameter("flag"), None);
    assert!(!ContentType::parse("multi").is_multipart());
    assert_eq!(ContentType::parse("").parameters().count(), 0);
}

#[test]
fn fm_005_parts_are_cut_at_the_boundary_only() {
    let body = "preamble --b 1\r\n--b 1 \t\r\nContent-Type: text/x-one\r\nContent-ID: <one@example.com>\r\n\r\n\
        first\r\n--b 1x\r\n x--b 1\r\n\r\n--b 1\r\ncontent-id: <two@example.com>\r\n\
        CONTENT-TYPE: text/x-two;\r\n\tcharset=\"utf-8\"\r\nContent-Language: de\r\n\
        Content-Transfer-Encoding: BINARY\r\n\r\nä\r\n--b 1\r\n\r\n--b 1--\r\nepilogue\r\n--b 1\r\n";
    let body = Body::new(RELATED, body.as_bytes());
    let multipart = Multipart::parse(&body).unwrap();
    let contents: Vec<&[u8]> = multipart
        .parts
        .iter()
        .map(|part| part.body().unwrap().bytes)
        .collect();
    let first: &[u8] = b"first\r\n--b 1x\r\n x--b 1\r\n";
    assert_eq!(contents, [first, "ä".as_bytes(), b""]);
    let lines: Vec<u32> = multipart.parts.iter().map(|p| p.first_line).collect();
    assert_eq!(lines, [6, 17, 19]);
    let root = multipart.root();
    assert_eq!(root.content_id.as_deref(), Some("two@example.com"));
    let read = root.body().unwrap();
    assert_eq!(read.content_type, "text/x-two; charset=\"utf-8\"");
    assert_eq!(read.content_language, Some("de"));
    assert_eq!(multipart.parts[2].media_type(), "text/plain");
}

#[test]
fn fm_005_bare_line_feeds_are_tolerated_and_an_unknown_start_is_none() {
    let body = b"--b\nContent-Type: a/b\n\none\n--b\n\ntwo\n--b--";
    let body = Body::new("multipart/related;boundary=b;start=\"<nobody>\"", body);
    let multipart = Multipart::parse(&body).unwrap();
    assert_eq!(multipart.parts.len(), 2);
    assert_eq!(multipart.root().body().unwrap().bytes, b"one");
}

#[test]
fn fm_005_a_body_that_was_cut_is_unusable() {
    let whole = b"--b\r\n\r\none\r\n--b\r\n\r\ntwo\r\n--b--\r\n";
    let kind = "multipart/mixed;boundary=b";
    assert!(Multipart::parse(&Body::new(kind, whole)).is_ok());
    assert!(Multipart::parse(&Body::new(kind, &whole[..whole.len() - 2])).is_ok());
    for end in 0..whole.len() - 2 {
        let fault = fault(kind, &whole[..end]);
        let expected = if end < 5 {
            MimeFault::NoParts
        } else {
            MimeFault::Unclosed
        };
        assert_eq!(fault, expected, "{end}");
    }
    let error = Multipart::parse(&Body::new(kind, b"--b\r\n\r\none\r\n")).unwrap_err();
    assert_eq!(error.place(), Some(Place::line(4)));
    assert!(!error.is_unsupported_type() && !error.is_unsupported_coding());
    assert_eq!(fault(kind, b"--b--\r\n"), MimeFault::NoParts);
}

#[test]
fn fm_005_a_boundary_has_to_be_there_and_to_be_one() {
    let body = b"--b\r\n\r\none\r\n--b--\r\n";
    for kind in [
        "multipart/mixed",
        "multipart/mixed;boundary=\"\"",
        "multipart/mixed;boundary=\"b \"",
    ] {
        assert_eq!(fault(kind, body), MimeFault::Boundary, "{kind}");
    }
    let long = format!("multipart/mixed;boundary={}", "b".repeat(71));
    assert_eq!(fault(&long, body), MimeFault::Boundary);
    let error = Multipart::parse(&Body::new("text/plain", body)).unwrap_err();
    assert!(error.is_unsupported_type());
}

#[test]
fn fm_005_ten_thousand_parts_are_too_many() {
    let body = |count: usize| {
        let mut body = String::new();
        for number in 0..count {
            write!(body, "--b\r\n\r\n{number}\r\n").unwrap();
        }
        body + "--b--"
    };
    let kind = "multipart/related;boundary=b";
    assert_eq!(
        fault(kind, body(10_000).as_bytes()),
        MimeFault::TooManyParts
    );
    let most = body(limits::PARTS);
    let multipart = Multipart::parse(&Body::new(kind, most.as_bytes()));
    assert_eq!(multipart.unwrap().parts.len(), limits::PARTS);
    // Those of inner levels count too.
    let inner = body(limits::PARTS);
    let outer = format!("--c\r\nContent-Type: {kind}\r\n\r\n{inner}\r\n--c\r\n\r\n\r\n--c--");
    assert_eq!(
        fault("multipart/mixed;boundary=c", outer.as_bytes()),
        MimeFault::TooManyParts
    );
}

#[test]
fn fm_005_four_levels_are_read_and_five_are_not() {
    let (kind, body) = nested(limits::PART_DEPTH);
    let body = Body::new(&kind, body.as_bytes());
    let mut multipart = &Multipart::parse(&body).unwrap();
    let mut levels = 1;
    while let Some(inner) = multipart.root().multipart() {
        multipart = inner;
        levels += 1;
    }
    assert_eq!(levels, limits::PART_DEPTH);
    assert_eq!(multipart.root().body().unwrap().bytes, b"inside");
    assert!(multipart.root().multipart().is_none());
    let (kind, body) = nested(limits::PART_DEPTH + 1);
    assert_eq!(fault(&kind, body.as_bytes()), MimeFault::TooDeep);
}

#[test]
fn fm_005_header_fields_are_bounded_and_have_to_be_some() {
    let kind = "multipart/mixed;boundary=b";
    let part = |header: &str| format!("--b\r\n{header}\r\n\r\none\r\n--b--");
    for header in [
        "no field",
        "<?xml version=\"1.0\"?>",
        " folded: nothing",
        ": x",
        "a b: c",
    ] {
        assert_eq!(
            fault(kind, part(header).as_bytes()),
            MimeFault::Field,
            "{header}"
        );
    }
    let long = format!("x: {}", "y".repeat(limits::PART_HEADER_BYTES));
    assert_eq!(
        fault(kind, part(&long).as_bytes()),
        MimeFault::TooManyFields
    );
    let many = ["x: y"; limits::PART_FIELDS + 1].join("\r\n");
    assert_eq!(
        fault(kind, part(&many).as_bytes()),
        MimeFault::TooManyFields
    );
    assert_eq!(
        fault(kind, b"--b\r\nx: \xFF\r\n\r\n--b--"),
        MimeFault::Field
    );
}

#[test]
fn fm_005_transfer_encodings_are_undone() {
    let content = |encoding: &str, content: &str| {
        let body =
            format!("--b\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n{content}\r\n--b--");
        let body = Body::new("multipart/mixed;boundary=b", body.as_bytes());
        let multipart = Multipart::parse(&body).unwrap();
        let content = multipart.root().body();
        content.map(|body| String::from_utf8(body.bytes.to_vec()).unwrap())
    };
    for plain in ["7bit", "8BIT", "binary"] {
        assert_eq!(content(plain, "a=20b").unwrap(), "a=20b");
    }
    assert_eq!(content("base64", "Z3LD\r\nvMOf").unwrap(), "grüß");
    assert_eq!(
        content("quoted-printable", "gr=C3=bc=C3=\r\n=9F = \t\r\n x").unwrap(),
        "grüß  x"
    );
    for (encoding, wrong) in [
        ("base64", "?"),
        ("quoted-printable", "a=G0"),
        ("quoted-printable", "a="),
        ("x-unknown", "a"),
    ] {
        let error = content(encoding, wrong).unwrap_err();
        assert!(matches!(error, BodyError::Mime(_)), "{error}");
        assert_eq!(error.place(), Some(Place::line(4)));
    }
    let inner = "--c\r\n\r\n--c--";
    let body = format!(
        "--b\r\nContent-Type: multipart/mixed;boundary=c\r\nContent-Transfer-Encoding: base64\r\n\r\n{inner}\r\n--b--"
    );
    assert!(matches!(
        fault("multipart/mixed;boundary=b", body.as_bytes()),
        MimeFault::TransferEncoding(_)
    ));
}

#[test]
fn fm_005_parts_that_nobody_understands_are_left_out_only_when_optional() {
    let document = |relation: &str, parts: &[(&str, &str)]| {
        let mut body = String::new();
        for (kind, disposition) in parts {
            write!(
                body,
                "--b\r\nContent-Type: {kind}\r\nContent-Disposition: {disposition}\r\n\r\n{kind}\r\n"
            )
            .unwrap();
        }
        body.push_str("--b--");
        let kind = format!("multipart/{relation};boundary=b");
        let body = Body::new(&kind, body.as_bytes());
        let multipart = Multipart::parse(&body).unwrap();
        let part = multipart.document(&|kind| kind.starts_with("good/"));
        part.map(|part| part.media_type().to_owned())
    };
    let optional = ("bad/x", "render;handling=optional");
    let required = ("bad/x", "render;handling=\"required\"");
    let silent = ("bad/x", "render");
    let good = ("good/1", "render");
    assert_eq!(document("mixed", &[optional, good]).unwrap(), "good/1");
    assert_eq!(
        document("mixed", &[good, ("good/2", "render")]).unwrap(),
        "good/1"
    );
    for parts in [
        &[required, good][..],
        &[silent, good],
        &[good, silent],
        &[optional],
    ] {
        assert!(document("mixed", parts).unwrap_err().is_unsupported_type());
    }
    // What belongs to a root is no document of its own.
    assert_eq!(document("related", &[good, silent]).unwrap(), "good/1");
    assert!(document("related", &[silent, good]).is_err());
    assert_eq!(document("signed", &[good, silent]).unwrap(), "good/1");
    assert_eq!(
        document("alternative", &[good, ("good/2", "x"), silent]).unwrap(),
        "good/2"
    );
    assert!(document("alternative", &[silent]).is_err());
}

#[test]
fn fm_005_content_codings_are_undone() {
    let text = b"<presence/>".as_slice();
    let mut zlib = ZlibEncoder::new(Vec::new(), Compression::fast());
    zlib.write_all(text).unwrap();
    let zlib = zlib.finish().unwrap();
    for (coding, packed) in [
        (None, text.to_vec()),
        (Some("identity"), text.to_vec()),
        (Some("GZip"), gzip(text)),
        (Some("x-gzip"), gzip(text)),
        (Some("deflate"), zlib),
        (Some("gzip , gzip"), gzip(&gzip(text))),
    ] {
        assert_eq!(&*decode(&packed, coding).unwrap(), text, "{coding:?}");
    }
    for coding in ["br", "gzip, br", "gzip, gzip, gzip"] {
        let error = BodyError::from(decode(&gzip(text), Some(coding)).unwrap_err());
        assert!(error.is_unsupported_coding() && !error.is_unsupported_type());
    }
}

#[test]
fn fm_005_a_packed_part_is_unpacked() {
    let mut body = b"--b\r\nContent-Encoding: gzip\r\n\r\n".to_vec();
    body.extend(gzip(b"text"));
    body.extend(b"\r\n--b--");
    let body = Body::new("multipart/mixed;boundary=b", &body);
    let multipart = Multipart::parse(&body).unwrap();
    assert_eq!(multipart.root().body().unwrap().bytes, b"text");
}

#[test]
fn fm_005_a_gzip_bomb_and_broken_gzip_are_unusable() {
    let bomb = gzip(&vec![0; limits::DECODED_BYTES + 1]);
    assert!(bomb.len() < 10_000);
    let error = decode(&bomb, Some("gzip")).unwrap_err();
    assert!(matches!(error.fault, MimeFault::Bomb(_)), "{error}");
    // What packs this well is no document, long before it is too large.
    let dense = gzip(&vec![0; 3 * limits::DECODED_ANYWAY]);
    let error = decode(&dense, Some("gzip")).unwrap_err();
    assert_eq!(error.fault, MimeFault::Bomb(limits::DECODED_ANYWAY));
    let fine = gzip(b"<presence/>");
    for broken in [&fine[..fine.len() - 1], &fine[..5], b"", b"<presence/>"] {
        let error = decode(broken, Some("gzip")).unwrap_err();
        assert_eq!(error.fault, MimeFault::Malformed("gzip"));
        assert!(!BodyError::from(error).is_unsupported_coding());
    }
    // Many small bombs in one body are one large one.
    let packed = gzip(&vec![0; limits::DECODED_ANYWAY]);
    let mut body = Vec::new();
    for _ in 0..=limits::DECODED_BYTES / limits::DECODED_ANYWAY {
        body.extend(b"--b\r\nContent-Encoding: gzip\r\n\r\n");
        body.extend(&packed);
        body.extend(b"\r\n");
    }
    body.extend(b"--b--");
    let body = Body::new("multipart/mixed;boundary=b", &body);
    let multipart = Multipart::parse(&body).unwrap();
    let read = |part: &Part<'_>| part.body().is_ok();
    assert!(multipart.parts[..64].iter().all(read));
    assert!(!read(&multipart.parts[64]));
}

proptest! {
    #[test]
    fn fm_005_any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = Multipart::parse(&Body::new("multipart/mixed;boundary=b", &bytes));
        let _ = decode(&bytes, Some("gzip"));
        let text = String::from_utf8_lossy(&bytes);
        prop_assert!(ContentType::parse(&text).parameters().count() <= bytes.len());
    }

    #[test]
    fn fm_005_what_is_put_together_is_taken_apart(
        contents in proptest::collection::vec("[a-z\r\n-]{0,30}", 1..8),
    ) {
        let mut body = String::new();
        for content in &contents {
            write!(body, "--BOUNDARY\r\nContent-Type: text/x\r\n\r\n{content}\r\n").unwrap();
        }
        body.push_str("--BOUNDARY--");
        let body = Body::new("multipart/mixed;boundary=BOUNDARY", body.as_bytes());
        let multipart = Multipart::parse(&body).unwrap();
        let read: Vec<String> = multipart
            .parts
            .iter()
            .map(|part| String::from_utf8(part.body().unwrap().bytes.to_vec()).unwrap())
            .collect();
        prop_assert_eq!(read, contents);
    }
}
