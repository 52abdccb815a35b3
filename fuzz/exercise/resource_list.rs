//! Resource lists: reading arbitrary bytes as the bodies of one list subscription.

use siskin::package::resource_list::{Notice, Table};
use siskin::package::{Body, limits};

#[path = "members.rs"]
mod members;

use members::Members;

/// Reads the bytes as bodies in order, a NUL between each.
pub(crate) fn run(bytes: &[u8]) {
    let mut table = Table::default();
    for piece in bytes.split(|byte| *byte == 0).take(8) {
        let kind = content_type(piece);
        let Ok(Some(notice)) = Notice::read(&Body::new(&kind, piece)) else {
            continue;
        };
        let before = table.version();
        let applied = table.apply(&notice, &mut Members);
        assert!(table.version() >= before);
        assert!(applied.faults.len() <= limits::REMARKS);
        let entries = table.entries().len();
        assert!(entries <= limits::RESOURCES);
        // A document is taken once only.
        assert!(table.apply(&notice, &mut Members).discarded);
        assert_eq!(table.entries().len(), entries);
    }
    table.begin_anew();
}

/// A document about a list begins with a bracket, several parts with a boundary.
fn content_type(piece: &[u8]) -> String {
    let first = piece
        .split(|byte| *byte == b'\n')
        .next()
        .unwrap_or_default();
    let first = String::from_utf8_lossy(first);
    match first.trim().strip_prefix("--") {
        Some(boundary) if !boundary.contains('"') => {
            format!("multipart/related;type=\"application/rlmi+xml\";boundary=\"{boundary}\"")
        }
        _ => "application/rlmi+xml".to_owned(),
    }
}
