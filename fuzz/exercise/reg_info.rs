//! Registration information: reading arbitrary bytes and applying them in order.

use jiff::Timestamp;
use siskin::package::Body;
use siskin::package::reg_info::{CONTENT_TYPE, Document, State, Table};

/// Reads the bytes as the bodies of one notifier, a NUL between each.
pub(crate) fn run(bytes: &[u8]) {
    let mut table = Table::default();
    for piece in bytes.split(|byte| *byte == 0).take(8) {
        let Ok(document) = Document::parse(&Body::new(CONTENT_TYPE, piece)) else {
            continue;
        };
        let before = table.version();
        let applied = table.apply(&document, Timestamp::UNIX_EPOCH);
        // Versions never go back, and a whole document leaves no gap.
        assert!(table.version() >= before);
        assert!(!(applied.resync_needed && document.state == State::Full));
        let rows = |table: &Table| -> usize {
            let each = table.registrations();
            each.map(|(_, registration)| registration.rows().count())
                .sum()
        };
        let count = rows(&table);
        assert!(!table.apply(&document, Timestamp::UNIX_EPOCH).changed());
        assert_eq!(rows(&table), count);
    }
}
