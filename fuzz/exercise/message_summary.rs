//! Message summaries: reading arbitrary bytes, writing them again, and the sum of several.

use jiff::Timestamp;
use siskin::package::Body;
use siskin::package::message_summary::{CONTENT_TYPE, Mailboxes, Summary};

/// Reads the bytes as the bodies of several notifiers, a NUL between each.
pub(crate) fn run(bytes: &[u8]) {
    let mut mailboxes = Mailboxes::new("sip:alice@example.com");
    for (notifier, piece) in bytes.split(|byte| *byte == 0).take(8).enumerate() {
        let Ok(summary) = Summary::parse(&Body::new(CONTENT_TYPE, piece)) else {
            continue;
        };
        let written = summary.document();
        let again = Summary::parse(&Body::new(CONTENT_TYPE, &written)).expect("what was written");
        assert_eq!(again.waiting, summary.waiting);
        assert_eq!(again.account, summary.account);
        let waiting = summary.waiting;
        mailboxes.apply(notifier, summary, Timestamp::UNIX_EPOCH);
        assert!(!waiting || mailboxes.waiting());
    }
    let lit = mailboxes.merged().iter().any(|mailbox| mailbox.waiting);
    assert_eq!(lit, mailboxes.waiting());
}
