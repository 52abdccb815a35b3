//! What became of a REFER: reading arbitrary bytes as a piece of a SIP message.

use siskin::package::Body;
use siskin::package::refer::{CONTENT_TYPE, Document};

/// Reads the bytes.
pub(crate) fn run(bytes: &[u8]) {
    let Ok(document) = Document::parse(&Body::new(CONTENT_TYPE, bytes)) else {
        return;
    };
    let _ = document.field("contact");
    if let Some(progress) = document.progress() {
        assert!((100..700).contains(&progress.code));
        assert_eq!(progress.stage.is_final(), progress.code >= 200);
    }
}
