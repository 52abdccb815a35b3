//! One subscription as the notifier sees it (RFC 6665 §4.2).

use std::collections::BTreeMap;

use super::documents::Watched;
use super::watchers::Watching;
use crate::engine::transaction::ClientId;
use crate::engine::{Flow, Moment};
use crate::package::watcher_info::{WatcherEvent, WatcherStatus};

/// An event package served here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Package {
    Presence,
    Watchers,
    Messages,
    /// The owner's XCAP documents.
    Documents,
}

impl Package {
    pub(super) const ALL: [Self; 4] = [
        Self::Presence,
        Self::Watchers,
        Self::Messages,
        Self::Documents,
    ];

    pub(super) fn parse(token: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|package| package.token() == token)
    }

    pub(super) fn token(self) -> &'static str {
        match self {
            Self::Presence => "presence",
            Self::Watchers => "presence.winfo",
            Self::Messages => "message-summary",
            Self::Documents => "xcap-diff",
        }
    }

    pub(super) fn content_type(self) -> &'static str {
        match self {
            Self::Presence => crate::package::presence::CONTENT_TYPE,
            Self::Watchers => crate::package::watcher_info::CONTENT_TYPE,
            Self::Messages => crate::package::message_summary::CONTENT_TYPE,
            Self::Documents => crate::package::xcap_diff::CONTENT_TYPE,
        }
    }
}

/// Whether the presentity has decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Substate {
    Pending,
    Active,
}

/// Why a subscription ends: the `reason` of its last NOTIFY (RFC 6665 §4.1.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    Timeout,
    Rejected,
}

impl Ending {
    pub(super) fn token(self) -> &'static str {
        match self {
            Self::Timeout => "timeout",
            Self::Rejected => "rejected",
        }
    }

    pub(super) fn event(self) -> WatcherEvent {
        match self {
            Self::Timeout => WatcherEvent::Timeout,
            Self::Rejected => WatcherEvent::Rejected,
        }
    }
}

#[derive(Debug)]
pub(super) struct Subscription {
    pub(super) package: Package,
    pub(super) presentity: String,
    pub(super) watcher: String,
    pub(super) display_name: Option<String>,
    pub(super) state: Substate,
    pub(super) started: Moment,
    pub(super) expires_at: Moment,
    /// Set when the next NOTIFY is the last one.
    pub(super) ending: Option<Ending>,
    /// Names the watcher in watcher information.
    pub(super) watcher_id: String,
    /// What brought it to its state.
    pub(super) event: WatcherEvent,
    /// The way to the subscriber; `None` for a scripted watcher, which gets no messages.
    pub(super) dialog: Option<Dialog>,
    /// The NOTIFY that is not answered yet; the next one waits for it, so that none overtakes another.
    pub(super) outstanding: Option<ClientId>,
    /// Whether there is something new to tell.
    pub(super) news: bool,
    /// For watcher information: the number of the next document, and what it has to tell.
    pub(super) version: u64,
    pub(super) full: bool,
    pub(super) changed: BTreeMap<String, Watching>,
    /// For XCAP documents: which.
    pub(super) documents: Watched,
}

/// A dialog as its notifier keeps it (RFC 3261 §12).
#[derive(Debug, Clone)]
pub(super) struct Dialog {
    pub(super) flow: Flow,
    pub(super) call_id: String,
    /// The To value of the SUBSCRIBE, with our tag.
    pub(super) local: String,
    pub(super) local_tag: String,
    /// The From value of the SUBSCRIBE, with the subscriber's tag.
    pub(super) remote: String,
    pub(super) remote_tag: String,
    pub(super) target: String,
    pub(super) routes: Vec<String>,
    pub(super) local_cseq: u32,
    pub(super) remote_cseq: u32,
    pub(super) contact: String,
    /// The Event value to use in every NOTIFY.
    pub(super) event: String,
}

/// What identifies a dialog: Call-ID, our tag, the subscriber's tag.
pub(super) type DialogKey = (String, String, String);

impl Dialog {
    pub(super) fn key(&self) -> DialogKey {
        (
            self.call_id.clone(),
            self.local_tag.clone(),
            self.remote_tag.clone(),
        )
    }
}

impl Subscription {
    /// This subscription as watcher information shows it.
    pub(super) fn watching(&self) -> Watching {
        Watching {
            id: self.watcher_id.clone(),
            uri: self.watcher.clone(),
            display_name: self.display_name.clone(),
            status: match self.state {
                Substate::Pending => WatcherStatus::Pending,
                Substate::Active => WatcherStatus::Active,
            },
            event: self.event.clone(),
            since: self.started,
            until: Some(self.expires_at),
        }
    }
}
