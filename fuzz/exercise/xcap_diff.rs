//! Changes on an XCAP server: reading arbitrary bytes, and bringing a copy up to date with them.

use siskin::package::Body;
use siskin::package::xcap_diff::{CONTENT_TYPE, Cache, Change, Document, Outcome};
use siskin::xml;

/// Reads the bytes as reports in order, a NUL between each; documents that they name are there already.
pub(crate) fn run(bytes: &[u8]) {
    let mut cache = Cache::default();
    for piece in bytes.split(|byte| *byte == 0).take(8) {
        let Ok(report) = Document::parse(&Body::new(CONTENT_TYPE, piece)) else {
            continue;
        };
        for change in &report.changes {
            if let Change::Document(change) = change {
                let tag = change.previous_etag.as_deref().unwrap_or("old");
                cache.store(&change.selector, tag, COPY.to_vec());
            }
        }
        for (selector, outcome) in cache.take(&report) {
            match (outcome, cache.copy(&selector)) {
                (Outcome::Patched, Some((_, content))) => {
                    assert!(xml::Document::parse(content, None).is_ok());
                }
                (Outcome::Patched | Outcome::Retagged, None) => panic!("the copy is lost"),
                (Outcome::Removed, copy) => assert!(copy.is_none()),
                _ => {}
            }
        }
    }
}

/// A document that changes can be made in.
const COPY: &[u8] = b"<resource-lists xmlns='urn:ietf:params:xml:ns:resource-lists'>\
    <list name='friends'><entry uri='sip:bob@example.com'/><entry uri='sip:carol@example.com'/></list>\
    </resource-lists>";
