//! Who watches whom, as `presence.winfo` tells it (RFC 3857 §4.7, RFC 3858).

use std::time::Duration;

use crate::engine::Moment;
use crate::package::Remarks;
use crate::package::watcher_info::{Document, List, State, Watcher, WatcherEvent, WatcherStatus};

/// One watcher of a presentity: a subscription, or one that ended before anybody decided about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Watching {
    pub(super) id: String,
    pub(super) uri: String,
    pub(super) display_name: Option<String>,
    pub(super) status: WatcherStatus,
    pub(super) event: WatcherEvent,
    pub(super) since: Moment,
    /// When it ends by itself.
    pub(super) until: Option<Moment>,
}

impl Watching {
    /// The same watcher, ended.
    pub(super) fn ended(mut self, event: WatcherEvent) -> Self {
        self.status = WatcherStatus::Terminated;
        self.event = event;
        self.until = None;
        self
    }

    fn entry(&self, now: Moment) -> Watcher {
        Watcher {
            id: self.id.clone(),
            uri: self.uri.clone(),
            display_name: self.display_name.clone(),
            language: None,
            status: self.status.clone(),
            event: self.event.clone(),
            expiration: self
                .until
                .map(|until| until.saturating_since(now).as_secs()),
            duration_subscribed: Some(now.saturating_since(self.since).as_secs()),
        }
    }
}

/// Writes the document of one winfo subscription.
pub(super) fn document<'a>(
    now: Moment,
    version: u64,
    state: State,
    resource: &str,
    watchers: impl IntoIterator<Item = &'a Watching>,
) -> Vec<u8> {
    let watchers = watchers.into_iter();
    let list = List {
        resource: resource.to_owned(),
        package: "presence".to_owned(),
        watchers: watchers.map(|watcher| watcher.entry(now)).collect(),
    };
    let document = Document {
        version,
        state,
        lists: vec![list],
        remarks: Remarks::default(),
    };
    document.document()
}

/// How long somebody waits for a decision after the subscription ended, before it is given up.
pub(super) const GIVE_UP: Duration = Duration::from_secs(24 * 3600);
