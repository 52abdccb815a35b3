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
    /// Dialogs that are over, but whose last word is all there is about some mailbox, and whether it is still current.
    over: BTreeMap<UsageId, bool>,
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
            over: BTreeMap::new(),
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
        if *substate == Substate::Pending {
            return Ok(());
        }
        match body.as_ref().map(Summary::parse) {
            Some(Ok(summary)) => {
                self.spoken = true;
                // What nobody asked for is not needed any more.
                self.mailboxes.remove(UNSOLICITED);
                self.doubtful.remove(&UNSOLICITED);
                self.mailboxes.apply(usage, summary, now);
                self.doubtful.remove(&usage);
            }
            Some(Err(error)) => {
                self.doubtful.insert(usage);
                return Err(error);
            }
            // Silence does not make current what could not be read.
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
        self.over.insert(usage, keep_state);
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
        self.forget_over();
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
        // A mailbox that nobody tells of any more, because it has another name now, does not stay lit.
        for (mailbox, last) in std::mem::replace(&mut self.shown, shown) {
            if !self.shown.contains_key(&mailbox) {
                changed.push(Messages {
                    waiting: false,
                    classes: BTreeMap::new(),
                    new_messages: Vec::new(),
                    notifiers: self.notifiers,
                    ..last
                });
            }
        }
        changed
    }

    /// Takes out what dialogs said that are over, as soon as somebody else speaks about the same mailbox. Of several
    /// that are over the last word counts.
    fn forget_over(&mut self) {
        if self.over.is_empty() {
            return;
        }
        let mut last: BTreeMap<String, Option<UsageId>> = BTreeMap::new();
        for mailbox in self.mailboxes.merged() {
            let over = |usage: &UsageId| self.over.contains_key(usage);
            let alive = mailbox.parts.iter().any(|(usage, _)| !over(usage));
            let newest = mailbox.parts.iter().max_by_key(|(_, part)| part.at);
            let newest = newest.map(|(usage, _)| *usage).filter(|_| !alive);
            last.insert(mailbox.account, newest);
        }
        let over = &self.over;
        let mut needed = BTreeSet::new();
        self.mailboxes.retain(|account, usage| {
            let keep = !over.contains_key(&usage) || last.get(account) == Some(&Some(usage));
            needed.extend(keep.then_some(usage));
            keep
        });
        self.doubtful
            .retain(|usage| !over.contains_key(usage) || needed.contains(usage));
        self.over.retain(|usage, _| needed.contains(usage));
    }

    fn messages(&self, mailbox: &Mailbox<'_, UsageId>) -> Messages {
        let stale = mailbox.parts.iter().any(|(usage, _)| {
            self.over.get(usage) == Some(&false) || self.doubtful.contains(usage)
        });
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
    fn mg_006_a_group_is_counted_once_after_its_dialog_was_replaced() {
        let mut view = MessagesView::new(ALICE, ALICE);
        let sales = "Messages-Waiting: yes\r\nMessage-Account: sip:sales@example.com\r\nVoice-Message: 2/0\r\n";
        let own = "Messages-Waiting: yes\r\nVoice-Message: 1/0\r\n";
        notify(&mut view, ONE, Some(sales));
        notify(&mut view, ONE, Some(own));
        view.usage_ended(ONE, false);
        assert!(view.news().iter().all(|messages| messages.stale));
        // The new dialog has told of one account so far.
        let changed = notify(&mut view, TWO, Some(own));
        assert_eq!(changed.len(), 1);
        assert_eq!(
            (changed[0].mailbox.as_str(), voice(&changed[0]).0),
            (ALICE, 1)
        );
        assert!(!changed[0].stale);
        let changed = notify(&mut view, TWO, Some(sales));
        assert_eq!(voice(&changed[0]).0, 2);
        assert!(view.over.is_empty());
    }

    #[test]
    fn dialogs_that_are_over_do_not_pile_up() {
        let mut view = MessagesView::new(ALICE, ALICE);
        let yes = "Messages-Waiting: yes\r\nVoice-Message: 2/0\r\n";
        for number in 0..50 {
            notify(&mut view, UsageId(number), Some(yes));
            view.usage_ended(UsageId(number), number % 2 == 0);
            view.news();
            assert_eq!(view.over.len(), 1);
            assert_eq!(
                view.shown()
                    .map(|messages| voice(messages).0)
                    .collect::<Vec<_>>(),
                [2]
            );
        }
        assert!(view.shown().all(|messages| messages.stale));
        // What was fetched is current until something else is told.
        notify(&mut view, UsageId(50), Some(yes));
        view.usage_ended(UsageId(50), true);
        view.news();
        assert!(view.shown().all(|messages| !messages.stale));
    }

    #[test]
    fn silence_makes_nothing_current_that_could_not_be_read() {
        let mut view = MessagesView::new(ALICE, ALICE);
        let yes = "Messages-Waiting: yes\r\nVoice-Message: 2/0\r\n";
        notify(&mut view, ONE, Some(yes));
        let kind = crate::package::message_summary::CONTENT_TYPE;
        let broken = Body::new(kind, b"nonsense");
        let active = Substate::Active;
        let result = view.notify(ONE, &active, Some(broken), Timestamp::UNIX_EPOCH);
        assert!(result.is_err());
        assert!(view.news()[0].stale);
        assert_eq!(notify(&mut view, ONE, None), []);
        assert!(!notify(&mut view, ONE, Some(yes))[0].stale);
    }

    #[test]
    fn a_subscription_that_begins_badly_leaves_what_was_told_unasked() {
        let mut view = MessagesView::new(ALICE, ALICE);
        let kind = crate::package::message_summary::CONTENT_TYPE;
        let yes = Body::new(kind, b"Messages-Waiting: yes\r\nVoice-Message: 2/0\r\n");
        let summary = Summary::parse(&yes).unwrap();
        view.unsolicited(summary, Timestamp::UNIX_EPOCH);
        view.news();
        let broken = Body::new(kind, b"nonsense");
        for (substate, body) in [(Substate::Active, broken), (Substate::Pending, yes)] {
            let _ = view.notify(ONE, &substate, Some(body), Timestamp::UNIX_EPOCH);
            view.news();
            assert!(view.shown().any(|messages| messages.waiting));
        }
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
        let changed = notify(&mut view, TWO, Some(elsewhere));
        let lamp = |messages: &Messages| (messages.mailbox.clone(), messages.waiting);
        let lamps: Vec<_> = changed.iter().map(lamp).collect();
        assert!(lamps.contains(&(ALICE.to_owned(), false)), "{lamps:?}");
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
