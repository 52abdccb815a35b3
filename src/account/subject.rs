//! One subscription of the account: what it is about, how it stands, and what is known from it.

use std::sync::Arc;
use std::time::Instant;

use super::chatter::Chatter;
use super::clock::Now;
use super::command::RawSubscription;
use super::dialogs::DialogsView;
use super::documents::DocumentsView;
use super::event::{Fault, Subscription};
use super::fault::fault_of;
use super::lists::ListView;
use super::messages::MessagesView;
use super::presence::PresenceView;
use super::snapshot::BuddyState;
use super::watchers::WatchersView;
use crate::engine::{Moment, Rates, SubscriptionEvent, SubscriptionId, SubscriptionState};
use crate::package::presence::Status;
use crate::sip::Uri;

/// One subscription.
#[derive(Debug)]
pub(super) struct Subject {
    /// Its number in reports.
    pub(super) number: u32,
    /// Whom it is about.
    pub(super) uri: Uri,
    /// What it is for.
    pub(super) content: Content,
    /// The engine's name for it; `None` before it has begun.
    pub(super) engine: Option<SubscriptionId>,
    /// False once the user does not want it any more.
    pub(super) wanted: bool,
    /// Why the account has given it up, although the notifier would go on.
    pub(super) verdict: Option<(Fault, &'static str)>,
    /// How it stands.
    pub(super) standing: Standing,
    /// How much is told.
    pub(super) chatter: Chatter,
    /// What was last reported about it.
    reported: Option<Reported>,
    /// Whether something waits to be reported.
    pub(super) touched: bool,
    /// What the window was last given.
    buddy: Option<Arc<BuddyState>>,
}

/// What a subscription is for.
#[derive(Debug)]
pub(super) enum Content {
    /// A presentity, and whether what is shown has changed since it was reported.
    Presence(PresenceView, bool),
    /// A list of presentities.
    List(Box<ListView>),
    /// A mailbox.
    Messages(Box<MessagesView>),
    /// The account's watchers.
    Watchers(Box<WatchersView>),
    /// Somebody's calls.
    Dialogs(Box<DialogsView>),
    /// The account's documents on the XCAP server.
    Documents(Box<DocumentsView>),
    /// Whatever somebody else reads.
    Raw(Box<Raw>),
}

/// A subscription whose NOTIFYs go out as they come.
#[derive(Debug)]
pub(super) struct Raw {
    /// The event package.
    pub(super) package: String,
    /// Whether it asks once only.
    pub(super) fetch: bool,
    /// How often NOTIFYs may or must come.
    pub(super) rates: Rates,
    /// What to send.
    pub(super) request: RawSubscription,
}

impl Raw {
    /// Whether the body is the list of the resources (RFC 5367). In xcap-diff the same type names documents to watch
    /// (RFC 5875 §4.4).
    pub(super) fn brings_list(&self) -> bool {
        let body = self.request.body.as_ref();
        self.package != "xcap-diff"
            && body.is_some_and(|(kind, _)| {
                let essence = kind.split(';').next().unwrap_or_default();
                essence
                    .trim()
                    .eq_ignore_ascii_case("application/resource-lists+xml")
            })
    }
}

/// How a subscription stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Standing {
    state: SubscriptionState,
    reason: Option<Box<str>>,
    fault: Option<Fault>,
    expires_at: Option<Moment>,
    retry_at: Option<Moment>,
    notifiers: u32,
}

#[derive(Debug, PartialEq, Eq)]
struct Reported {
    state: SubscriptionState,
    reason: Option<Box<str>>,
    notifiers: u32,
}

impl Subject {
    pub(super) fn new(number: u32, uri: Uri, content: Content) -> Self {
        Self {
            number,
            uri,
            content,
            engine: None,
            wanted: true,
            verdict: None,
            standing: Standing {
                state: SubscriptionState::NotifyWait,
                reason: None,
                fault: None,
                expires_at: None,
                retry_at: None,
                notifiers: 0,
            },
            chatter: Chatter::default(),
            reported: None,
            touched: false,
            buddy: None,
        }
    }

    /// Takes what the engine says about the subscription.
    pub(super) fn stand(&mut self, event: &SubscriptionEvent) {
        // On the way out only the end is news.
        if !self.wanted && event.state != SubscriptionState::Terminated {
            return;
        }
        let asked = matches!(&self.content, Content::Raw(raw) if raw.fetch);
        let bad = matches!(
            event.state,
            SubscriptionState::Terminated | SubscriptionState::WaitingToRetry
        );
        self.standing = Standing {
            state: event.state,
            // An end that was our own wish needs no reason.
            reason: event
                .reason
                .as_ref()
                .filter(|_| self.wanted)
                .map(|reason| super::plain(&reason.to_string()).into()),
            fault: event
                .reason
                .as_ref()
                .filter(|_| bad && self.wanted)
                .and_then(|reason| fault_of(reason, asked)),
            expires_at: event.expires_at,
            retry_at: event.retry_at,
            notifiers: event.notifiers,
        };
        if let (true, Some((fault, words))) = (bad, self.verdict) {
            self.standing.fault = Some(fault);
            self.standing.reason = Some(words.into());
        }
        match &mut self.content {
            Content::Presence(view, changed) => *changed |= view.notifiers(event.notifiers),
            Content::List(view) => {
                view.notifiers(event.notifiers);
                view.subscription_changed();
            }
            _ => {}
        }
        self.buddy = None;
    }

    /// Forgets what the window was given; something has changed.
    pub(super) fn redraw(&mut self) {
        self.buddy = None;
    }

    /// The package's name.
    pub(super) fn package(&self) -> &str {
        match &self.content {
            Content::Presence(..) | Content::List(_) => "presence",
            Content::Messages(_) => "message-summary",
            Content::Watchers(_) => "presence.winfo",
            Content::Dialogs(_) => "dialog",
            Content::Documents(_) => "xcap-diff",
            Content::Raw(raw) => &raw.package,
        }
    }

    /// Whether it is over and will not be tried again.
    pub(super) fn is_over(&self) -> bool {
        self.standing.state == SubscriptionState::Terminated
    }

    /// Whether the first NOTIFY has not come yet, and still may.
    pub(super) fn is_waiting(&self) -> bool {
        self.standing.state == SubscriptionState::NotifyWait
    }

    /// Whether a notifier answers.
    pub(super) fn is_answered(&self) -> bool {
        matches!(
            self.standing.state,
            SubscriptionState::Active | SubscriptionState::Pending
        )
    }

    /// What kind of failure it is in, with the words for it and the next attempt.
    pub(super) fn trouble(&self) -> Option<(Fault, &str, Option<Moment>)> {
        let reason = self.standing.reason.as_deref().unwrap_or_default();
        Some((self.standing.fault?, reason, self.standing.retry_at))
    }

    /// How it stands, if that has not been reported yet.
    pub(super) fn news(&mut self, now: Now) -> Option<Subscription> {
        let next = Reported {
            state: self.standing.state,
            reason: self.standing.reason.clone(),
            notifiers: self.standing.notifiers,
        };
        if self.reported.as_ref() == Some(&next) {
            return None;
        }
        self.reported = Some(next);
        Some(self.subscription(now))
    }

    /// How it stands.
    pub(super) fn subscription(&self, now: Now) -> Subscription {
        let standing = &self.standing;
        let left = |moment: Option<Moment>| moment.map(|moment| now.seconds_until(moment));
        Subscription {
            id: self.number,
            package: self.package().to_owned(),
            resource: super::address::key(&self.uri),
            state: match standing.state {
                SubscriptionState::NotifyWait => "notify_wait",
                SubscriptionState::Pending => "pending",
                SubscriptionState::Active => "active",
                SubscriptionState::Terminated => "terminated",
                SubscriptionState::WaitingToRetry => "waiting_to_retry",
            },
            reason: standing.reason.as_deref().map(str::to_owned),
            expires_s: left(standing.expires_at),
            notifiers: standing.notifiers,
            retry_in_s: left(standing.retry_at),
            fault: standing.fault,
        }
    }

    /// What the window shows of a presentity; made anew only after a change.
    pub(super) fn buddy(&mut self, now: Now) -> Option<Arc<BuddyState>> {
        let Content::Presence(view, _) = &self.content else {
            return None;
        };
        if let Some(buddy) = &self.buddy {
            return Some(Arc::clone(buddy));
        }
        let presence = view.share();
        let subscription = self.subscription(now);
        let buddy = Arc::new(BuddyState {
            address: presence.resource.to_string(),
            status: Status::from_token(&presence.status),
            waiting_for_approval: view.is_pending(),
            refused: subscription.fault == Some(Fault::Refused),
            presence,
            subscription,
            as_of: Instant::now(),
        });
        self.buddy = Some(Arc::clone(&buddy));
        Some(buddy)
    }
}
