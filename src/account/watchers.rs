//! Who watches the account: one table for each notifier, merged by person, with what the rules say (MG-007).

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::Timestamp;

use super::decide::Ruling;
use super::event::Watcher;
use super::plain::plain;
use crate::engine::{BodyFault, Substate, UsageId};
use crate::package::watcher_info::{ChangeKind, Document, Row, WatcherStatus, Watchers};
use crate::package::{Body, BodyError};
use crate::rules::{Decision, Ground};

/// What is known from a subscription to `presence.winfo`.
#[derive(Debug)]
pub(super) struct WatchersView {
    watchers: Watchers<UsageId>,
    live: BTreeSet<UsageId>,
    /// Dialogs that are over while no other has spoken yet.
    dead: BTreeSet<UsageId>,
    shown: BTreeMap<Key, Shown>,
    heard: bool,
    /// Whether what came last could not be used, or something before it is missing.
    stale: bool,
}

/// Resource and watcher, both in canonical form.
type Key = (String, String);

/// What is shown of one person, with times that stay right.
#[derive(Debug, Clone)]
struct Shown {
    watcher: Watcher,
    ground: Option<Ground>,
    expires_at: Option<Timestamp>,
    subscribed_at: Option<Timestamp>,
}

/// What a NOTIFY did.
#[derive(Debug, Default)]
pub(super) struct Heard {
    /// The persons about whom something changed.
    pub(super) changed: Vec<Watcher>,
    /// How to answer; `None`: all is well.
    pub(super) fault: Option<BodyFault>,
    /// Why the body was unusable.
    pub(super) error: Option<BodyError>,
    /// Whether a document was taken.
    pub(super) applied: bool,
}

impl WatchersView {
    /// Nobody known yet.
    pub(super) fn new() -> Self {
        Self {
            watchers: Watchers::new("presence"),
            live: BTreeSet::new(),
            dead: BTreeSet::new(),
            shown: BTreeMap::new(),
            heard: false,
            stale: false,
        }
    }

    /// Takes a NOTIFY.
    pub(super) fn notify(
        &mut self,
        usage: UsageId,
        substate: &Substate,
        body: Option<Body<'_>>,
        decide: &dyn Fn(&str) -> Ruling,
        now: Timestamp,
    ) -> Heard {
        let mut heard = Heard::default();
        self.live.insert(usage);
        if *substate == Substate::Pending {
            return heard;
        }
        let document = match body.as_ref().map(Document::parse) {
            Some(Ok(document)) => document,
            Some(Err(error)) => {
                self.stale = self.heard;
                heard.fault = Some(super::presence::fault_of(&error));
                heard.error = Some(error);
                return heard;
            }
            None => return heard,
        };
        self.apply(usage, &document, decide, now)
    }

    /// Takes a document.
    pub(super) fn apply(
        &mut self,
        usage: UsageId,
        document: &Document,
        decide: &dyn Fn(&str) -> Ruling,
        now: Timestamp,
    ) -> Heard {
        let mut heard = Heard::default();
        for dead in std::mem::take(&mut self.dead) {
            self.watchers.remove(dead);
        }
        let applied = self.watchers.apply(usage, document, now);
        self.heard = true;
        heard.applied = !applied.discarded;
        self.stale = applied.resync_needed || (self.stale && applied.discarded);
        if applied.resync_needed {
            heard.fault = Some(BodyFault::Gap);
        }
        let departed: Vec<Row> = applied
            .changes
            .into_iter()
            .filter(|change| change.kind == ChangeKind::Departed)
            .map(|change| change.row)
            .collect();
        heard.changed = self.changes(&departed, decide, now);
        heard
    }

    /// A dialog is over. Its rows stay until another one speaks.
    pub(super) fn usage_ended(
        &mut self,
        usage: UsageId,
        decide: &dyn Fn(&str) -> Ruling,
        now: Timestamp,
    ) -> Vec<Watcher> {
        self.live.remove(&usage);
        if self.live.is_empty() {
            self.dead.insert(usage);
            return Vec::new();
        }
        let gone = self.watchers.remove(usage);
        self.changes(&gone, decide, now)
    }

    /// The rules are other ones now.
    pub(super) fn rules_changed(
        &mut self,
        decide: &dyn Fn(&str) -> Ruling,
        now: Timestamp,
    ) -> Vec<Watcher> {
        let mut changed = Vec::new();
        for shown in self.shown.values_mut() {
            let ruling = decide(&shown.watcher.watcher);
            let decision = ruling.decision.token();
            shown.ground = ruling.ground;
            if shown.watcher.decision != decision {
                decision.clone_into(&mut shown.watcher.decision);
                changed.push(shown.at(now));
            }
        }
        changed
    }

    /// Whether a list has come.
    pub(super) fn has_heard(&self) -> bool {
        self.heard
    }

    /// Whether the list may have changed unheard (RB-001).
    pub(super) fn is_stale(&self) -> bool {
        self.stale
    }

    /// What is shown: those who need a decision most first, and of them those who have waited longest, so that a flood
    /// hides nobody who was there before.
    pub(super) fn shown(&self, now: Timestamp) -> Vec<Watcher> {
        let mut shown: Vec<&Shown> = self.shown.values().collect();
        shown.sort_by_cached_key(|shown| {
            let status = WatcherStatus::from_token(&shown.watcher.status);
            (status, shown.subscribed_at.unwrap_or(Timestamp::MAX))
        });
        shown.into_iter().map(|shown| shown.at(now)).collect()
    }

    /// Where the subscriptions of some watchers stand; `whom` is asked with canonical addresses.
    pub(super) fn statuses(&self, whom: &dyn Fn(&str) -> bool) -> Vec<WatcherStatus> {
        self.shown
            .iter()
            .filter(|((_, address), _)| whom(address))
            .map(|(_, shown)| WatcherStatus::from_token(&shown.watcher.status))
            .collect()
    }

    /// Whether one of these watchers is listed.
    pub(super) fn watches(&self, whom: &dyn Fn(&str) -> bool) -> bool {
        self.shown.keys().any(|(_, address)| whom(address))
    }

    fn changes(
        &mut self,
        departed: &[Row],
        decide: &dyn Fn(&str) -> Ruling,
        now: Timestamp,
    ) -> Vec<Watcher> {
        let mut changed = Vec::new();
        let mut shown = BTreeMap::new();
        for group in self.watchers.merged() {
            let ruling = decide(&group.watcher);
            let mut next = Shown::new(&group.watcher, group.row, ruling);
            let key = (group.resource.to_owned(), group.watcher);
            let before = self.shown.remove(&key);
            if let Some(before) = &before {
                next.began_with(before);
            }
            let same = before.is_some_and(|before| before.shows_the_same(&next));
            if !same {
                changed.push(next.at(now));
            }
            shown.insert(key, next);
        }
        let gone = std::mem::replace(&mut self.shown, shown);
        // A list of thousands may end at once.
        let mut told: HashMap<(&str, String), &str> = HashMap::new();
        if !gone.is_empty() {
            for row in departed {
                if row.status == WatcherStatus::Terminated {
                    let watcher = crate::package::address::canonical(&row.uri);
                    let event = row.event.token();
                    told.entry((&row.resource, watcher)).or_insert(event);
                }
            }
        }
        for (key, mut last) in gone {
            // Who vanishes from a full list has left without a word.
            let (resource, watcher) = key;
            let event = told.get(&(resource.as_str(), watcher)).copied();
            let event = event.unwrap_or("timeout");
            event.clone_into(&mut last.watcher.event);
            WatcherStatus::Terminated
                .token()
                .clone_into(&mut last.watcher.status);
            last.expires_at = None;
            changed.push(last.at(now));
        }
        changed
    }
}

impl Watcher {
    /// What a document says about a watcher that came from no subscription.
    pub fn of_document(
        resource: &str,
        package: &str,
        watcher: &crate::package::watcher_info::Watcher,
    ) -> Self {
        Self {
            resource: resource.to_owned(),
            package: package.to_owned(),
            watcher: watcher.uri.clone(),
            display_name: watcher
                .display_name
                .as_deref()
                .map(|name| plain(name).into_owned()),
            status: watcher.status.token().to_owned(),
            event: watcher.event.token().to_owned(),
            id: plain(&watcher.id).into_owned(),
            decision: Decision::Undecided.token().to_owned(),
            expires_s: watcher.expiration,
            duration_s: watcher.duration_subscribed,
            ..Self::default()
        }
    }
}

impl Shown {
    fn new(watcher: &str, row: &Row, ruling: Ruling) -> Self {
        Self {
            watcher: Watcher {
                resource: row.resource.clone(),
                package: "presence".to_owned(),
                watcher: watcher.to_owned(),
                display_name: row
                    .display_name
                    .as_deref()
                    .map(|name| plain(name).into_owned()),
                status: row.status.token().to_owned(),
                event: row.event.token().to_owned(),
                id: plain(&row.id).into_owned(),
                decision: ruling.decision.token().to_owned(),
                ..Watcher::default()
            },
            ground: ruling.ground,
            expires_at: row.expires_at,
            subscribed_at: row.subscribed_at,
        }
    }

    /// A subscription begins once, whatever is lost in rounding each time its age is told.
    fn began_with(&mut self, before: &Self) {
        if self.watcher.id == before.watcher.id && self.subscribed_at.is_some() {
            self.subscribed_at = before.subscribed_at.or(self.subscribed_at);
        }
    }

    fn shows_the_same(&self, other: &Self) -> bool {
        // Neither has times in it.
        self.watcher == other.watcher
    }

    fn at(&self, now: Timestamp) -> Watcher {
        let span = |from: Timestamp, to: Timestamp| {
            u64::try_from(to.duration_since(from).as_secs()).unwrap_or(0)
        };
        Watcher {
            expires_s: self.expires_at.map(|end| span(now, end)),
            duration_s: self.subscribed_at.map(|start| span(start, now)),
            since: self.subscribed_at,
            until: self.expires_at,
            ground: self.ground.clone(),
            ..self.watcher.clone()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: UsageId = UsageId(1);
    const TWO: UsageId = UsageId(2);

    fn winfo(version: u32, state: &str, rows: &[(&str, &str, &str)]) -> String {
        let mut list = String::new();
        for (id, who, status) in rows {
            let row = format!(
                "<watcher id='{id}' status='{status}' event='subscribe' expiration='60' \
                 duration-subscribed='10'>sip:{who}@example.com</watcher>"
            );
            list.push_str(&row);
        }
        format!(
            "<watcherinfo xmlns='urn:ietf:params:xml:ns:watcherinfo' version='{version}' state='{state}'>\
             <watcher-list resource='sip:alice@example.com' package='presence'>{list}</watcher-list>\
             </watcherinfo>"
        )
    }

    fn notify(view: &mut WatchersView, usage: UsageId, body: &str) -> Heard {
        let body = Body::new("application/watcherinfo+xml", body.as_bytes());
        view.notify(
            usage,
            &Substate::Active,
            Some(body),
            &|_| Decision::Undecided.into(),
            Timestamp::UNIX_EPOCH,
        )
    }

    fn lines(changed: &[Watcher]) -> Vec<(&str, &str)> {
        changed
            .iter()
            .map(|watcher| (watcher.watcher.as_str(), watcher.status.as_str()))
            .collect()
    }

    #[test]
    fn a_watcher_comes_changes_and_goes() {
        let mut view = WatchersView::new();
        let heard = notify(
            &mut view,
            ONE,
            &winfo(1, "full", &[("7", "bob", "pending")]),
        );
        assert_eq!(lines(&heard.changed), [("sip:bob@example.com", "pending")]);
        assert_eq!(heard.changed[0].expires_s, Some(60));
        assert_eq!(heard.changed[0].duration_s, Some(10));
        let heard = notify(
            &mut view,
            ONE,
            &winfo(2, "full", &[("7", "bob", "pending")]),
        );
        assert!(heard.changed.is_empty(), "nothing but time has passed");
        let heard = notify(
            &mut view,
            ONE,
            &winfo(3, "partial", &[("7", "bob", "active")]),
        );
        assert_eq!(lines(&heard.changed), [("sip:bob@example.com", "active")]);
        let heard = notify(&mut view, ONE, &winfo(4, "full", &[]));
        assert_eq!(
            lines(&heard.changed),
            [("sip:bob@example.com", "terminated")]
        );
        assert!(view.shown(Timestamp::UNIX_EPOCH).is_empty());
    }

    #[test]
    fn a_gap_asks_for_the_whole_table() {
        let mut view = WatchersView::new();
        notify(&mut view, ONE, &winfo(1, "full", &[]));
        let heard = notify(
            &mut view,
            ONE,
            &winfo(4, "partial", &[("7", "bob", "active")]),
        );
        assert_eq!(heard.fault, Some(BodyFault::Gap));
        assert_eq!(heard.changed.len(), 1);
    }

    #[test]
    fn rb_001_a_table_is_kept_and_marked_until_a_whole_one_comes() {
        let mut view = WatchersView::new();
        notify(&mut view, ONE, &winfo(1, "full", &[("7", "bob", "active")]));
        assert!(!view.is_stale());
        notify(&mut view, ONE, "<watcherinfo");
        assert_eq!(view.shown(Timestamp::UNIX_EPOCH).len(), 1);
        assert!(view.is_stale());
        // One that is older than what is known says nothing.
        notify(&mut view, ONE, &winfo(1, "partial", &[]));
        assert!(view.is_stale());
        notify(&mut view, ONE, &winfo(2, "full", &[("7", "bob", "active")]));
        assert!(!view.is_stale());
        notify(&mut view, ONE, &winfo(4, "partial", &[]));
        assert!(view.is_stale(), "the third is missing");
    }

    #[test]
    fn mg_007_tables_are_merged_by_person() {
        let mut view = WatchersView::new();
        notify(
            &mut view,
            ONE,
            &winfo(1, "full", &[("7", "bob", "pending")]),
        );
        let heard = notify(
            &mut view,
            TWO,
            &winfo(1, "full", &[("7", "carol", "active")]),
        );
        assert_eq!(lines(&heard.changed), [("sip:carol@example.com", "active")]);
        let heard = notify(
            &mut view,
            TWO,
            &winfo(2, "partial", &[("9", "bob", "active")]),
        );
        assert!(
            heard.changed.is_empty(),
            "the pending row still speaks for Bob"
        );
        let changed = view.usage_ended(ONE, &|_| Decision::Undecided.into(), Timestamp::UNIX_EPOCH);
        assert_eq!(lines(&changed), [("sip:bob@example.com", "active")]);
    }

    #[test]
    fn an_interrupted_subscription_keeps_its_rows_until_the_next_document() {
        let mut view = WatchersView::new();
        notify(
            &mut view,
            ONE,
            &winfo(1, "full", &[("7", "bob", "pending")]),
        );
        let undecided = |_: &str| Decision::Undecided.into();
        let changed = view.usage_ended(ONE, &undecided, Timestamp::UNIX_EPOCH);
        assert!(changed.is_empty());
        assert_eq!(view.shown(Timestamp::UNIX_EPOCH).len(), 1);
        let heard = notify(
            &mut view,
            TWO,
            &winfo(1, "full", &[("8", "bob", "pending")]),
        );
        assert_eq!(heard.changed.len(), 1, "the id is another one");
        assert_eq!(view.shown(Timestamp::UNIX_EPOCH).len(), 1);
    }

    #[test]
    fn new_rules_show_at_once() {
        let mut view = WatchersView::new();
        notify(
            &mut view,
            ONE,
            &winfo(1, "full", &[("7", "bob", "pending")]),
        );
        let changed = view.rules_changed(&|_| Decision::Allow.into(), Timestamp::UNIX_EPOCH);
        assert_eq!(changed[0].decision, "allow");
        let again = view.rules_changed(&|_| Decision::Allow.into(), Timestamp::UNIX_EPOCH);
        assert!(again.is_empty());
    }

    #[test]
    fn rb_008_a_flood_hides_nobody_who_waited_before() {
        let body = |version: u32, rows: &[(&str, i64)]| {
            let rows: Vec<String> = rows
                .iter()
                .map(|(who, age)| {
                    format!(
                        "<watcher id='{who}' status='pending' event='subscribe' \
                         duration-subscribed='{age}'>sip:{who}@example.com</watcher>"
                    )
                })
                .collect();
            winfo(version, "full", &[])
                .replace("</watcher-list>", &(rows.concat() + "</watcher-list>"))
        };
        let shown = |view: &WatchersView| -> Vec<String> {
            let shown = view.shown(Timestamp::UNIX_EPOCH).into_iter();
            shown.map(|watcher| watcher.id).collect()
        };
        let mut view = WatchersView::new();
        notify(&mut view, ONE, &body(1, &[("heidi", 60), ("frank", 59)]));
        assert_eq!(shown(&view), ["heidi", "frank"]);
        // Ages are told in whole seconds, and a question must not move under the hand that answers it.
        notify(
            &mut view,
            ONE,
            &body(2, &[("bob", 1), ("carol", 1), ("heidi", 60), ("frank", 61)]),
        );
        assert_eq!(shown(&view), ["heidi", "frank", "bob", "carol"]);
    }

    #[test]
    fn rb_008_a_flood_of_watchers_is_taken() {
        let mut view = WatchersView::new();
        let names: Vec<String> = (0..5000).map(|n| format!("w{n}")).collect();
        let rows: Vec<(&str, &str, &str)> = names
            .iter()
            .map(|name| (name.as_str(), name.as_str(), "pending"))
            .collect();
        let heard = notify(&mut view, ONE, &winfo(1, "full", &rows));
        assert!(heard.changed.len() >= 1000, "{}", heard.changed.len());
    }
}
