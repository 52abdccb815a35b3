//! Bodies of several parts and packed ones.

use siskin::package::mime::{ContentType, Multipart, decode};
use siskin::package::{Body, limits};

/// Reads the bytes as a body whose first line is its Content-Type, and as a packed one.
pub(crate) fn run(bytes: &[u8]) {
    for coding in ["gzip", "deflate", "identity", "gzip, gzip"] {
        if let Ok(content) = decode(bytes, Some(coding)) {
            assert!(content.len() <= limits::DECODED_BYTES.max(bytes.len()));
        }
    }
    let end = bytes.iter().position(|byte| *byte == b'\n').unwrap_or(0);
    let (head, rest) = bytes.split_at(end);
    let Ok(head) = std::str::from_utf8(head) else {
        return;
    };
    for parameter in ContentType::parse(head.trim()).parameters().take(100) {
        let _ = parameter;
    }
    let body = Body::new(head.trim(), rest.get(1..).unwrap_or_default());
    if let Ok(multipart) = Multipart::parse(&body) {
        assert!(parts(&multipart, 1) <= limits::PARTS);
        let _ = multipart.document(&|kind| kind == "application/pidf+xml");
    }
}

/// How many parts there are, over all levels.
fn parts(multipart: &Multipart<'_>, depth: usize) -> usize {
    assert!(depth <= limits::PART_DEPTH && !multipart.parts.is_empty());
    let _ = multipart.root().media_type();
    let each = multipart.parts.iter().map(|part| {
        let _ = part.body();
        1 + part.multipart().map_or(0, |inner| parts(inner, depth + 1))
    });
    each.sum()
}
