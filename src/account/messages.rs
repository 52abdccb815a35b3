//! One mailbox subscription: what its notifiers said, summed (MG-006), and what is shown of it.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::event::{Counts, Messages};
use crate::engine::{Substate, UsageId};
use crate::package::message_summary::{Class, Mailbox, Mailboxes, Summary};
use crate::package::{Body, BodyError};

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
            self.dead.insert(UNSOLICITED);
        }
        self.notify_from(usage, substate, body, now)
    }

    fn notify_from(
        &mut self,
        usage: UsageId,
        substate: &Substate,
        body: Option<Body<'_>>,
        now: Timestamp,
    ) -> Result<(), BodyError> {
        let mut result = Ok(());
        if *substate != Substate::Pending {
            match body.as_ref().map(Summary::parse) {
                Some(Ok(mut summary)) => {
                    // Some servers name themselves instead of an account.
                    if summary
                        .account
                        .as_deref()
                        .is_some_and(|name| !name.contains(':'))
                    {
                        summary.account = None;
                    }
                    self.mailboxes.apply(usage, summary, now);
                    self.doubtful.remove(&usage);
                }
                Some(Err(error)) => {
                    self.doubtful.insert(usage);
                    result = Err(error);
                }
                None if *substate == Substate::Active => {
                    self.doubtful.remove(&usage);
                }
                None => {}
            }
        }
        result
    }

    /// Takes a NOTIFY that nobody subscribed to. It counts only while no subscription speaks.
    pub(super) fn unsolicited(
        &mut self,
        body: Option<Body<'_>>,
        now: Timestamp,
    ) -> Result<(), BodyError> {
        if self.spoken && self.notifiers > 0 {
            return Ok(());
        }
        self.dead.remove(&UNSOLICITED);
        self.notify_from(UNSOLICITED, &Substate::Active, body, now)
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
            notifiers: self.notifiers,
            stale,
        }
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
        let kind = crate::package::message_summary::CONTENT_TYPE;
        let yes = || {
            Some(Body::new(
                kind,
                b"Messages-Waiting: yes\r\nVoice-Message: 2/0\r\n",
            ))
        };
        view.unsolicited(yes(), Timestamp::UNIX_EPOCH).unwrap();
        assert!(view.news()[0].waiting);
        view.notifiers(1);
        let no = "Messages-Waiting: no\r\nVoice-Message: 0/0\r\n";
        assert!(!notify(&mut view, ONE, Some(no))[0].waiting);
        view.unsolicited(yes(), Timestamp::UNIX_EPOCH).unwrap();
        assert!(view.news().is_empty());
        // The subscription is over for good, and the server goes on telling.
        view.notifiers(0);
        view.usage_ended(ONE, false);
        assert!(view.news()[0].stale);
        view.unsolicited(yes(), Timestamp::UNIX_EPOCH).unwrap();
        let changed = view.news();
        assert!(changed[0].waiting && !changed[0].stale);
        assert_eq!(voice(&changed[0]), (2, 0, None, None));
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
