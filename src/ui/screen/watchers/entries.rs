//! The rows of the list: who is in it, found and in order.

use std::collections::HashSet;

use jiff::Timestamp;

use super::{Sort, State, Tab};
use crate::account::{self, Disclosure, Ground, PastWatcher, Request, Watcher};
use crate::ui::address;
use crate::ui::plain_text;
use crate::ui::session::Session;
use crate::ui::words::watcher::{self, Source};

/// One person of the list.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Entry {
    /// The address, in canonical form.
    pub(super) watcher: String,
    /// The name that it claims; empty for none.
    pub(super) claimed: String,
    /// The name that is shown.
    pub(super) name: String,
    /// What the rules say, by its stable name.
    pub(super) decision: String,
    /// Which rule says it.
    pub(super) ground: Option<Ground>,
    /// Where it asks, or asked, this device itself: how far it is known who it is.
    pub(super) source: Option<Source>,
    /// What is told of it depends on the list.
    pub(super) kind: Kind,
}

/// What is known of a person.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind {
    /// It asks.
    Request {
        since: Option<Timestamp>,
        asked: u32,
        gone: Option<Timestamp>,
    },
    /// It watches now.
    Watching {
        since: Option<Timestamp>,
        until: Option<Timestamp>,
    },
    /// It has watched, or asked.
    Past { last: Timestamp, asked: u32 },
    /// Nothing: somebody whose address was typed.
    Nobody,
    /// It is many at once.
    Many,
}

/// The rows of the list that is shown.
pub(super) fn of(state: &State, session: &Session) -> Vec<Entry> {
    let wanted = state.search.trim().to_lowercase();
    let snapshot = &session.snapshot;
    let mut entries: Vec<Entry> = match state.tab {
        Tab::Requests => {
            let requests = snapshot.requests().into_iter();
            requests
                .map(|request| of_request(&request, session))
                .collect()
        }
        Tab::Watching => {
            let live = snapshot.watchers.iter();
            let active = live.filter(|watcher| watcher.status == "active");
            active.map(|watcher| of_watcher(watcher, session)).collect()
        }
        Tab::Past => {
            let there: HashSet<&str> = snapshot
                .watchers
                .iter()
                .map(|watcher| watcher.watcher.as_str())
                .collect();
            let past = snapshot.past_watchers.iter();
            let gone = past.filter(|past| !there.contains(past.watcher.as_str()));
            gone.map(|past| of_past(past, session)).collect()
        }
    };
    if !wanted.is_empty() {
        let found = |text: &str| text.to_lowercase().contains(&wanted);
        entries
            .retain(|entry| found(&entry.watcher) || found(&entry.name) || found(&entry.claimed));
        if entries.is_empty() {
            entries.extend(typed(&state.search, session));
        }
    }
    sort(&mut entries, state);
    entries
}

/// What is decided about many at once, everybody else in the end.
pub(super) fn wide(session: &Session) -> Vec<Entry> {
    let wide = &session.snapshot.wide;
    let mut entries: Vec<Entry> = wide
        .iter()
        .map(|(whom, ground)| of_many(whom, Some(ground)))
        .collect();
    if entries.last().is_none_or(|last| last.watcher != EVERYBODY) {
        entries.push(of_many(EVERYBODY, None));
    }
    entries
}

fn of_many(whom: &str, ground: Option<&Ground>) -> Entry {
    let decision = ground.map(|ground| ground.decision).unwrap_or_default();
    Entry {
        watcher: whom.to_owned(),
        claimed: String::new(),
        name: watcher::many(whom),
        decision: decision.token().to_owned(),
        ground: ground.cloned(),
        source: None,
        kind: Kind::Many,
    }
}

/// Somebody whose whole address was typed, or everybody of a domain.
fn typed(search: &str, session: &Session) -> Option<Entry> {
    if search.trim().starts_with("*@") {
        let whom = account::resolve_watcher(search, &session.account.address).ok()?;
        let mut known = wide(session).into_iter();
        let known = known.find(|entry| entry.watcher == whom);
        return Some(known.unwrap_or_else(|| of_many(&whom, None)));
    }
    if !search.contains('@') && !search.trim_start().starts_with("tel:") {
        return None;
    }
    let account = &session.account.address;
    let watcher = address::key(&address::other(search, account).ok()?);
    if address::same(&watcher, account) {
        return None;
    }
    Some(Entry {
        name: watcher::name(&watcher, None, session),
        watcher,
        claimed: String::new(),
        decision: "undecided".to_owned(),
        ground: None,
        source: None,
        kind: Kind::Nobody,
    })
}

fn of_request(request: &Request<'_>, session: &Session) -> Entry {
    Entry {
        watcher: request.watcher.to_owned(),
        claimed: claimed(request.display_name),
        name: watcher::name(request.watcher, request.display_name, session),
        decision: "undecided".to_owned(),
        ground: None,
        source: Source::of(request.source),
        kind: Kind::Request {
            since: request.since,
            asked: request.asked,
            gone: request.gone,
        },
    }
}

fn of_watcher(live: &Watcher, session: &Session) -> Entry {
    let name = live.display_name.as_deref();
    Entry {
        watcher: live.watcher.clone(),
        claimed: claimed(name),
        name: watcher::name(&live.watcher, name, session),
        decision: live.decision.clone(),
        ground: live.ground.clone(),
        source: Source::of(live.source),
        kind: Kind::Watching {
            since: live.since,
            until: live.until,
        },
    }
}

fn of_past(past: &PastWatcher, session: &Session) -> Entry {
    let name = past.display_name.as_deref();
    Entry {
        watcher: past.watcher.clone(),
        claimed: claimed(name),
        name: watcher::name(&past.watcher, name, session),
        decision: past.decision.to_owned(),
        ground: None,
        source: Source::of(past.source),
        kind: Kind::Past {
            last: past.last,
            asked: past.asked,
        },
    }
}

fn claimed(name: Option<&str>) -> String {
    name.map(plain_text::name).unwrap_or_default()
}

fn sort(entries: &mut [Entry], state: &State) {
    // Requests stay as they wait: what is answered must not move under the hand.
    if state.tab == Tab::Requests {
        return;
    }
    match state.sort {
        Sort::Name => entries.sort_by_cached_key(|entry| entry.name.to_lowercase()),
        Sort::Latest => entries.sort_by_key(|entry| std::cmp::Reverse(entry.latest())),
        Sort::Sees => {
            entries.sort_by_cached_key(|entry| (entry.blindness(), entry.name.to_lowercase()));
        }
    }
}

impl Entry {
    fn latest(&self) -> Option<Timestamp> {
        match self.kind {
            Kind::Request { since, .. } | Kind::Watching { since, .. } => since,
            Kind::Past { last, .. } => Some(last),
            Kind::Nobody | Kind::Many => None,
        }
    }

    /// How little it sees.
    fn blindness(&self) -> u8 {
        let shows = self.ground.as_ref().and_then(|ground| ground.shows);
        match (self.decision.as_str(), shows) {
            ("allow", Some(Disclosure::State)) => 2,
            ("allow", Some(Disclosure::Activity)) => 1,
            ("allow", _) => 0,
            ("polite-block", _) => 3,
            ("confirm" | "undecided", _) => 4,
            _ => 5,
        }
    }
}

/// Everybody about whom nothing else is decided.
const EVERYBODY: &str = "*";
