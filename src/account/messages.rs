//! One mailbox subscription: what its notifiers said, summed (MG-006), and what is shown of it.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::event::{Counts, Messages, NewMessage};
use crate::engine::{Substate, UsageId};
use crate::package::message_summary::{Class, Mailbox, Mailboxes, Message, Summary, names_server};
use crate::package::{Body, BodyError, address};

/// What is known from one subscription to `message-summary`.
#[derive(Debug)]
pub(super) struct MessagesView {
    account: String,
    mailboxes: Mailboxes<UsageId>,
    /// Dialogs that are over, but whose last word is all there is.
    dead: BTreeSet<UsageId>,
    /// Notifiers whose last body was unusable.
    doubtful: BTreeSet<UsageId>,
    notifiers: u32,
    /// Whether a subscription has ever told something.
    spoken: bool,
    shown: BTreeMap<String, Messages>,
}

impl MessagesView {
    /// Nothing known yet about a mailbox that is subscribed to for an account.
    pub(super) fn new(account: &str, mailbox: &str) -> Self {
        Self {
            account: account.to_owned(),
            mailboxes: Mailboxes::new(mailbox),
            dead: BTreeSet::new(),
            doubtful: BTreeSet::new(),
            notifiers: 0,
            spoken: false,
            shown: BTreeMap::new(),
        }
    }

    /// Takes a NOTIFY. What changed comes from [`Self::news`].
    pub(super) fn notify(
        &mut self,
        usage: UsageId,
        substate: &Substate,
        body: Option<Body<'_>>,
        now: Timestamp,
    ) -> Result<(), BodyError> {
        if body.is_some() {
            self.spoken = true;
            // What nobody asked for is not needed any more.
            self.mailboxes.remove(UNSOLICITED);
            self.doubtful.remove(&UNSOLICITED);
            self.dead.remove(&UNSOLICITED);
        }
        if *substate == Substate::Pending {
            return Ok(());
        }
        match body.as_ref().map(Summary::parse) {
            Some(Ok(summary)) => {
                self.mailboxes.apply(usage, summary, now);
                self.doubtful.remove(&usage);
            }
            Some(Err(error)) => {
                self.doubtful.insert(usage);
                return Err(error);
            }
            None if *substate == Substate::Active => {
                self.doubtful.remove(&usage);
            }
            None => {}
        }
        Ok(())
    }

    /// Takes a summary that nobody subscribed to and that is about this mailbox. It counts only while no subscription
    /// speaks.
    pub(super) fn unsolicited(&mut self, summary: Summary, now: Timestamp) {
        if self.is_told() {
            return;
        }
        let summary = Summary {
            account: None,
            ..summary
        };
        self.dead.remove(&UNSOLICITED);
        self.doubtful.remove(&UNSOLICITED);
        self.mailboxes.apply(UNSOLICITED, summary, now);
    }

    /// A summary came that nobody subscribed to, and nobody can read it.
    pub(super) fn unsolicited_unusable(&mut self) {
        if !self.is_told() {
            self.doubtful.insert(UNSOLICITED);
        }
    }

    /// Whether a subscription speaks.
    fn is_told(&self) -> bool {
        self.spoken && self.notifiers > 0
    }

    /// A dialog is over: its part goes as soon as another notifier speaks about the same mailbox.
    pub(super) fn usage_ended(&mut self, usage: UsageId, keep_state: bool) {
        if !keep_state {
            self.dead.insert(usage);
        }
    }

    /// The number of live dialogs is another one.
    pub(super) fn notifiers(&mut self, notifiers: u32) {
        self.notifiers = notifiers;
    }

    /// What is shown, by mailbox.
    pub(super) fn shown(&self) -> impl Iterator<Item = &Messages> {
        self.shown.values()
    }

    /// The mailboxes whose shown state is another one than last time.
    pub(super) fn news(&mut self) -> Vec<Messages> {
        self.forget_dead();
        let now: Vec<Messages> = self
            .mailboxes
            .merged()
            .iter()
            .map(|mailbox| self.messages(mailbox))
            .collect();
        let mut changed = Vec::new();
        let mut shown = BTreeMap::new();
        for messages in now {
            if self.shown.get(&messages.mailbox) != Some(&messages) {
                changed.push(messages.clone());
            }
            shown.insert(messages.mailbox.clone(), messages);
        }
        self.shown = shown;
        changed
    }

    /// Takes out dead dialogs that nobody needs any more.
    fn forget_dead(&mut self) {
        let dead = &self.dead;
        let needed: BTreeSet<UsageId> = self
            .mailboxes
            .merged()
            .iter()
            .filter(|mailbox| mailbox.parts.iter().all(|(usage, _)| dead.contains(usage)))
            .flat_map(|mailbox| mailbox.parts.iter().map(|(usage, _)| *usage))
            .collect();
        for usage in self.dead.difference(&needed) {
            self.mailboxes.remove(*usage);
            self.doubtful.remove(usage);
        }
        self.dead = needed;
    }

    fn messages(&self, mailbox: &Mailbox<'_, UsageId>) -> Messages {
        let stale = mailbox
            .parts
            .iter()
            .any(|(usage, _)| self.dead.contains(usage) || self.doubtful.contains(usage));
        Messages {
            account: self.account.clone(),
            mailbox: mailbox.account.clone(),
            waiting: mailbox.waiting,
            classes: mailbox
                .classes
                .iter()
                .map(|(class, counts)| (class_token(class), self::counts(counts)))
                .collect(),
            new_messages: mailbox
                .messages
                .iter()
                .take(NEW_MESSAGES)
                .map(|message| new_message(message))
                .collect(),
            notifiers: self.notifiers,
            stale,
        }
    }
}

impl Messages {
    /// What a summary says that came from no subscription.
    pub fn of_summary(summary: &Summary) -> Self {
        let account = summary.account.clone().unwrap_or_default();
        let classes = summary.classes.iter();
        Self {
            mailbox: account.clone(),
            account,
            waiting: summary.waiting,
            classes: classes
                .map(|(class, counts)| (class_token(class), self::counts(counts)))
                .collect(),
            new_messages: summary
                .messages
                .iter()
                .take(NEW_MESSAGES)
                .map(new_message)
                .collect(),
            notifiers: 0,
            stale: false,
        }
    }
}

/// Whose mailbox a summary is about that nobody subscribed to: the account's own, or one that is subscribed to.
///
/// An account that names nobody is the own one. A URI, or a bare number or name, is matched to them whole, then by
/// its user part: a server often names itself as the host. `None` for another account's.
pub(super) fn addressee<'a>(
    account: Option<&str>,
    own: &'a str,
    mailboxes: &[&'a str],
) -> Option<&'a str> {
    let Some(account) = account else {
        return Some(own);
    };
    let known = || std::iter::once(own).chain(mailboxes.iter().copied());
    let canonical = address::canonical(account);
    let user = user_part(&canonical);
    known()
        .find(|mailbox| address::canonical(mailbox) == canonical)
        .or_else(|| {
            let user = user.unwrap_or(&canonical);
            known().find(|mailbox| user_part(&address::canonical(mailbox)) == Some(user))
        })
        .or_else(|| names_server(account).then_some(own))
}

/// What stands between scheme and `@`.
fn user_part(address: &str) -> Option<&str> {
    let (_, rest) = address.split_once(':')?;
    rest.split_once('@').map(|(user, _)| user)
}

fn new_message(message: &Message) -> NewMessage {
    let text = |value: Option<&str>| value.map(|value| super::plain(value).into_owned());
    let from = message.from();
    NewMessage {
        from: text(from.map(|from| from.address)),
        from_display: text(from.and_then(|from| from.display_name)),
        to: text(message.to()),
        subject: text(message.subject()),
        date: text(message.date()),
        priority: text(message.priority()),
        message_id: text(message.id()),
        context: text(message.context()),
    }
}

fn class_token(class: &Class) -> String {
    super::plain(class.token()).into_owned()
}

fn counts(counts: &crate::package::message_summary::Counts) -> Counts {
    Counts {
        new: counts.new,
        old: counts.old,
        urgent_new: counts.urgent.map(|urgent| urgent.new),
        urgent_old: counts.urgent.map(|urgent| urgent.old),
    }
}

/// In the place of a dialog for NOTIFYs outside any.
const UNSOLICITED: UsageId = UsageId(u32::MAX);
/// New messages told of one mailbox.
const NEW_MESSAGES: usize = 20;

#[cfg(test)]
mod tests {
    use super::*;

    const ALICE: &str = "sip:alice@example.com";
    const ONE: UsageId = UsageId(1);
    const TWO: UsageId = UsageId(2);

    fn notify(view: &mut MessagesView, usage: UsageId, body: Option<&str>) -> Vec<Messages> {
        let kind = crate::package::message_summary::CONTENT_TYPE;
        let body = body.map(|body| Body::new(kind, body.as_bytes()));
        view.notify(usage, &Substate::Active, body, Timestamp::UNIX_EPOCH)
            .unwrap();
        view.news()
    }

    fn voice(messages: &Messages) -> (u32, u32, Option<u32>, Option<u32>) {
        let voice = messages.classes["voice"];
        (voice.new, voice.old, voice.urgent_new, voice.urgent_old)
    }

    #[test]
    fn ev_022_an_empty_first_notify_says_nothing() {
        let mut view = MessagesView::new(ALICE, ALICE);
        assert_eq!(notify(&mut view, ONE, None), []);
        assert_eq!(view.shown().count(), 0);
    }

    #[test]
    fn the_lamp_and_the_counts_are_shown_once() {
        let mut view = MessagesView::new(ALICE, ALICE);
        view.notifiers(1);
        let body = "Messages-Waiting: yes\r\nVoice-Message: 2/8 (1/0)\r\n";
        let changed = notify(&mut view, ONE, Some(body));
        assert_eq!(changed.len(), 1);
        assert!(changed[0].waiting && !changed[0].stale);
        assert_eq!(changed[0].mailbox, ALICE);
        assert_eq!(voice(&changed[0]), (2, 8, Some(1), Some(0)));
        assert_eq!(notify(&mut view, ONE, Some(body)), []);
    }

    #[test]
    fn mg_006_parts_are_summed_and_leave_with_their_dialog() {
        let mut view = MessagesView::new(ALICE, ALICE);
        let yes = "Messages-Waiting: yes\r\nVoice-Message: 2/8 (0/2)\r\n";
        let no = "Messages-Waiting: no\r\nVoice-Message: 0/1 (0/0)\r\n";
        notify(&mut view, ONE, Some(yes));
        let changed = notify(&mut view, TWO, Some(no));
        assert_eq!(voice(&changed[0]), (2, 9, Some(0), Some(2)));
        view.usage_ended(ONE, false);
        let changed = view.news();
        assert_eq!(voice(&changed[0]), (0, 1, Some(0), Some(0)));
        assert!(!changed[0].waiting && !changed[0].stale);
        view.usage_ended(TWO, false);
        let changed = view.news();
        assert!(changed[0].stale, "the last word stays, but it is old");
        assert_eq!(voice(&changed[0]), (0, 1, Some(0), Some(0)));
    }

    #[test]
    fn an_unsolicited_summary_counts_until_a_subscription_speaks() {
        let mut view = MessagesView::new(ALICE, ALICE);
        let yes = || {
            let body = b"Messages-Waiting: yes\r\nVoice-Message: 2/0\r\n";
            let kind = crate::package::message_summary::CONTENT_TYPE;
            Summary::parse(&Body::new(kind, body)).unwrap()
        };
        view.unsolicited(yes(), Timestamp::UNIX_EPOCH);
        assert!(view.news()[0].waiting);
        view.unsolicited_unusable();
        assert!(view.news()[0].stale);
        view.unsolicited(yes(), Timestamp::UNIX_EPOCH);
        assert!(!view.news()[0].stale);
        view.notifiers(1);
        let no = "Messages-Waiting: no\r\nVoice-Message: 0/0\r\n";
        assert!(!notify(&mut view, ONE, Some(no))[0].waiting);
        view.unsolicited(yes(), Timestamp::UNIX_EPOCH);
        view.unsolicited_unusable();
        assert!(view.news().is_empty());
        // The subscription is over for good, and the server goes on telling.
        view.notifiers(0);
        view.usage_ended(ONE, false);
        assert!(view.news()[0].stale);
        view.unsolicited(yes(), Timestamp::UNIX_EPOCH);
        let changed = view.news();
        assert!(changed[0].waiting && !changed[0].stale);
        assert_eq!(voice(&changed[0]), (2, 0, None, None));
        // A subscription that calls the mailbox otherwise leaves nothing of it.
        view.notifiers(1);
        let elsewhere = "Messages-Waiting: no\r\nMessage-Account: sip:alice@vm.example.com\r\n";
        notify(&mut view, TWO, Some(elsewhere));
        let shown: Vec<_> = view.shown().map(|messages| &*messages.mailbox).collect();
        assert_eq!(shown, ["sip:alice@vm.example.com"]);
    }

    #[test]
    fn fm_027_an_unsolicited_summary_is_matched_to_an_account() {
        let sales = "sip:sales@example.com";
        for (account, whose) in [
            (None, Some(ALICE)),
            (Some("sip:alice@example.com"), Some(ALICE)),
            (Some("SIP:alice@EXAMPLE.com;transport=udp"), Some(ALICE)),
            (Some("sip:alice@192.0.2.10"), Some(ALICE)),
            (Some("sips:alice@example.com"), Some(ALICE)),
            (Some("alice"), Some(ALICE)),
            (Some("sip:asterisk@192.0.2.10"), Some(ALICE)),
            (Some("asterisk"), Some(ALICE)),
            (Some("sip:sales@vm.example.com"), Some(sales)),
            (Some("sales"), Some(sales)),
            (Some("sip:bob@example.com"), None),
            (Some("sip:ALICE@example.com"), None),
            (Some("sip:example.com"), None),
            (Some("5010"), None),
        ] {
            assert_eq!(
                addressee(account, ALICE, &[ALICE, sales]),
                whose,
                "{account:?}"
            );
        }
    }

    #[test]
    fn fm_028_new_messages_are_told_with_the_counts() {
        let mut view = MessagesView::new(ALICE, ALICE);
        let group = |n: usize| {
            format!(
                "\r\nFrom: \"Bob\u{202e}\" <sip:bob@example.com>\r\nSubject: Lunch {n}\r\nPriority: urgent\r\n"
            )
        };
        let body =
            |groups: &str| format!("Messages-Waiting: yes\r\nVoice-Message: 4/8\r\n{groups}");
        let changed = notify(&mut view, ONE, Some(&body(&(group(1) + &group(2)))));
        assert_eq!(voice(&changed[0]), (4, 8, None, None));
        let [first, second] = &changed[0].new_messages[..] else {
            panic!("two notes");
        };
        assert_eq!(first.from.as_deref(), Some("sip:bob@example.com"));
        assert_eq!(first.from_display.as_deref(), Some("Bob\u{fffd}"));
        assert_eq!(first.subject.as_deref(), Some("Lunch 1"));
        assert_eq!(
            (second.priority.as_deref(), &second.date),
            (Some("urgent"), &None)
        );
        let same = notify(&mut view, ONE, Some(&body(&(group(1) + &group(2)))));
        assert_eq!(same, [], "two equal NOTIFYs are one line");
        let many: String = (0..90).map(group).collect();
        let changed = notify(&mut view, ONE, Some(&body(&many)));
        assert_eq!(changed[0].new_messages.len(), NEW_MESSAGES);
        let changed = notify(&mut view, ONE, Some(&body("")));
        assert_eq!(changed[0].new_messages, []);
    }

    #[test]
    fn a_server_that_names_itself_is_the_mailbox_subscribed_to() {
        let mut view = MessagesView::new(ALICE, ALICE);
        let body = "Messages-Waiting: no\r\nMessage-Account: asterisk\r\n";
        let changed = notify(&mut view, ONE, Some(body));
        assert_eq!(changed[0].mailbox, ALICE);
    }

    #[test]
    fn rb_001_an_unusable_summary_marks_the_lamp_stale() {
        let mut view = MessagesView::new(ALICE, ALICE);
        notify(&mut view, ONE, Some("Messages-Waiting: yes\r\n"));
        let broken = Body::new(crate::package::message_summary::CONTENT_TYPE, b"\xff\xfe");
        let result = view.notify(ONE, &Substate::Active, Some(broken), Timestamp::UNIX_EPOCH);
        assert!(result.is_err());
        let changed = view.news();
        assert!(changed[0].stale && changed[0].waiting);
    }
}
