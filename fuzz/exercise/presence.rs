//! Presence documents: reading arbitrary bytes, and what is shown of them.

use jiff::Timestamp;
use siskin::package::Body;
use siskin::package::presence::{CONTENT_TYPE, CPIM_PIDF, Document, XPIDF, compose};

/// Reads the bytes in each format and composes what is shown, now and later.
pub(crate) fn run(bytes: &[u8]) {
    for content_type in [CONTENT_TYPE, CPIM_PIDF, XPIDF] {
        let Ok(document) = Document::parse(&Body::new(content_type, bytes)) else {
            continue;
        };
        for now in [Timestamp::UNIX_EPOCH, Timestamp::MAX] {
            let shown = compose(&document, &["de", "en"], now);
            assert_eq!(shown, compose(&document, &["de", "en"], now));
            assert!(shown.devices.len() <= document.tuples.len());
        }
    }
}
