//! Watcher information: reading arbitrary bytes and applying them in order.

use jiff::Timestamp;
use siskin::package::Body;
use siskin::package::watcher_info::{CONTENT_TYPE, Document, State, Table};

/// Reads the bytes as the bodies of one notifier, a NUL between each.
pub(crate) fn run(bytes: &[u8]) {
    let mut table = Table::new("presence");
    for piece in bytes.split(|byte| *byte == 0).take(8) {
        let Ok(document) = Document::parse(&Body::new(CONTENT_TYPE, piece)) else {
            continue;
        };
        let before = table.version();
        let applied = table.apply(&document, Timestamp::UNIX_EPOCH);
        // Versions never go back, and a whole document leaves no gap.
        assert!(table.version() >= before);
        assert!(!(applied.resync_needed && document.state == State::Full));
        let rows = table.rows().count();
        assert!(!table.apply(&document, Timestamp::UNIX_EPOCH).changed());
        assert_eq!(table.rows().count(), rows);
        let again = Document::parse(&Body::new(CONTENT_TYPE, &document.document()));
        assert_eq!(again.expect("what was written").version, document.version);
    }
}
