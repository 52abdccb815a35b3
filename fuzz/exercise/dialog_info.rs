//! Calls: reading arbitrary bytes as dialog information, and applying it in order.

use jiff::Timestamp;
use siskin::package::Body;
use siskin::package::dialog_info::{CONTENT_TYPE, Document, ObservedUser, State, Table, pick_up};

/// Reads the bytes as bodies that two notifiers send in turn, a NUL between each.
pub(crate) fn run(bytes: &[u8]) {
    let mut table = Table::new();
    let mut user = ObservedUser::new();
    for (number, piece) in bytes.split(|byte| *byte == 0).take(8).enumerate() {
        let Ok(document) = Document::parse(&Body::new(CONTENT_TYPE, piece)) else {
            continue;
        };
        let before = table.version();
        let applied = table.apply(&document, Timestamp::UNIX_EPOCH);
        // Versions never go back, and a whole document leaves no gap.
        assert!(table.version() >= before);
        assert!(!(applied.resync_needed && document.state == State::Full));
        assert!(table.apply(&document, Timestamp::UNIX_EPOCH).discarded);
        for dialog in &document.dialogs {
            let _ = pick_up(dialog).map(|pick_up| (pick_up.uri(), pick_up.replaces()));
        }
        user.apply(number % 2, &document, Timestamp::UNIX_EPOCH);
        // A call that two devices tell of counts once.
        assert!(user.merged().len() <= user.rows().count());
        let _ = user.indicator();
    }
    user.lose(0);
    user.remove(1);
    let _ = user.indicator();
}
