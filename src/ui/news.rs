//! What is worth a notification: somebody asks, a message came, somebody who was waited for is there.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::address;
use super::plain_text;
use super::session::{Session, SessionId, Whom};
use super::words;
use crate::account::{BuddyState, Connection, Decision, Messages, Request, Snapshot, Status};
use crate::desktop::notification::{Answer, Notification, Order};
use crate::fl;

/// What was told already, and who is waited for.
#[derive(Debug, Clone, Default)]
pub struct News {
    /// The requests that the user was told of.
    told: HashSet<Whom>,
    /// How many ask each account.
    open: HashMap<SessionId, usize>,
    /// Since when one notification speaks for many requests, as it is shown.
    many: Option<Instant>,
    /// When requests had a notification each, within the last minute.
    each: Vec<Instant>,
    /// The buddies to tell of as soon as they can be reached, by [`address::key`].
    awaited: HashSet<Whom>,
}

/// Whether the user can be told anything now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attention {
    /// The window is before the user's eyes: cards and lamp say it all.
    Window,
    /// The user does something else.
    Elsewhere,
    /// The user wants to be left alone.
    Silence,
}

/// What a notification that was pressed asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wish {
    /// Show the window.
    Raise,
    /// Show the window with this buddy.
    Buddy(Whom),
    /// Decide about a watcher.
    Decide {
        /// The watcher.
        watcher: Whom,
        /// What was pressed.
        decision: Decision,
    },
    /// Call this address.
    Call(String),
    /// Call the voicemail of this account for this mailbox.
    Voicemail(SessionId, String),
}

impl News {
    /// Whether this buddy is waited for.
    pub fn awaits(&self, buddy: &Whom) -> bool {
        self.awaited.contains(&by_key(buddy))
    }

    /// Waits for a buddy, or no longer.
    pub fn toggle(&mut self, buddy: &Whom) {
        let buddy = by_key(buddy);
        if !self.awaited.remove(&buddy) {
            self.awaited.insert(buddy);
        }
    }

    /// An account is gone: nobody asks it any more. What to withdraw.
    pub fn left(&mut self, id: SessionId) -> Vec<Order> {
        self.open.remove(&id);
        self.awaited.retain(|whom| whom.session != id);
        self.withdraw(|told| told.session != id)
    }

    /// What to tell after a change; `before` is what was known until then.
    pub fn orders(
        &mut self,
        before: &Snapshot,
        session: &Session,
        attention: Attention,
    ) -> Vec<Order> {
        let mut orders = self.requests(session, attention);
        orders.extend(messages(before, session, attention));
        orders.extend(self.arrivals(before, session, attention));
        orders
    }

    /// Forgets the requests that are not to stay.
    fn withdraw(&mut self, stays: impl Fn(&Whom) -> bool) -> Vec<Order> {
        let mut orders: Vec<Order> = Vec::new();
        self.told.retain(|told| {
            let stays = stays(told);
            if !stays && self.many.is_none() {
                orders.push(Order::Withdraw(request_key(told)));
            }
            stays
        });
        if self.many.is_some() && self.open.values().all(|open| *open == 0) {
            self.many = None;
            orders.push(Order::Withdraw(REQUESTS.to_owned()));
        }
        orders
    }

    fn requests(&mut self, session: &Session, attention: Attention) -> Vec<Order> {
        let (open, now) = (session.snapshot.requests(), session.received);
        self.open.insert(session.id, open.len());
        let asking: HashSet<&str> = open.iter().map(|request| request.watcher).collect();
        let mut orders = self
            .withdraw(|told| told.session != session.id || asking.contains(told.address.as_str()));
        // What is kept quiet is told when the silence ends.
        if attention == Attention::Silence {
            return orders;
        }
        let new: Vec<&Request<'_>> = open
            .iter()
            .filter(|request| !self.told.contains(&session.whom(request.watcher)))
            .collect();
        let (muted, new): (Vec<&Request<'_>>, Vec<&Request<'_>>) =
            new.into_iter().partition(|request| {
                let entry = session.entry(request.watcher);
                entry.is_some_and(|buddy| buddy.muted)
            });
        let muted = muted.into_iter().map(|muted| session.whom(muted.watcher));
        self.told.extend(muted);
        if attention == Attention::Elsewhere && !new.is_empty() {
            let recent = |at: Instant| now.duration_since(at) < CALM;
            self.each.retain(|at| recent(*at));
            // A flood knocks once in a while, whatever its size.
            if self.many.is_some_and(recent) {
                return orders;
            }
            if self.each.len() + new.len() > EACH {
                orders.push(Order::Show(many(self.open.values().sum())));
                if self.many.replace(now).is_none() {
                    let told = self.told.iter();
                    orders.extend(told.map(|told| Order::Withdraw(request_key(told))));
                }
            } else {
                if self.many.take().is_some() {
                    orders.push(Order::Withdraw(REQUESTS.to_owned()));
                }
                self.each.extend(new.iter().map(|_| now));
                orders.extend(new.iter().map(|new| Order::Show(request(new, session))));
            }
        }
        let new: Vec<Whom> = new
            .into_iter()
            .map(|new| session.whom(new.watcher))
            .collect();
        self.told.extend(new);
        orders
    }

    /// Somebody who was waited for is there: told once. Somebody else is told of each time that they come.
    fn arrivals(
        &mut self,
        before: &Snapshot,
        session: &Session,
        attention: Attention,
    ) -> Vec<Order> {
        let each_time = attention == Attention::Elsewhere
            && session.account.buddies.iter().any(|buddy| buddy.announced);
        if attention == Attention::Silence || (self.awaited.is_empty() && !each_time) {
            return Vec::new();
        }
        let mut orders = Vec::new();
        for (place, buddy) in session.snapshot.buddies.iter().enumerate() {
            let then = before.buddies.get(place);
            let same = then.is_some_and(|then| Arc::ptr_eq(then, buddy));
            let there = buddy.status == Status::Available && !buddy.presence.stale;
            if !there || (same && self.awaited.is_empty()) {
                continue;
            }
            let entry = session.entry(&buddy.address);
            let announced = each_time
                && entry.is_some_and(|buddy| buddy.announced)
                && was_away(before, then, &buddy.address);
            let awaited = self.awaited.remove(&by_key(&session.whom(&buddy.address)));
            if !(awaited || announced) || entry.is_some_and(|buddy| buddy.muted) {
                continue;
            }
            let name = words::watcher::name(&buddy.address, None, session);
            orders.push(Order::Show(Notification {
                key: key(BUDDY, session.id, &buddy.address),
                title: fl!("news-available", name = name),
                body: {
                    let note = buddy.presence.note.as_deref();
                    told_by(session, note.map(plain_text::note).unwrap_or_default())
                },
                actions: vec![(CALL, fl!("call"))],
                lasting: false,
                sound: Some(CAME),
            }));
        }
        orders
    }
}

/// Whether somebody was known not to be available; who was not known may have been there all the time.
fn was_away(before: &Snapshot, at_place: Option<&Arc<BuddyState>>, address: &str) -> bool {
    let mut all = before.buddies.iter();
    let then = at_place
        .filter(|then| then.address == address)
        .or_else(|| all.find(|then| then.address == address));
    then.is_some_and(|then| !matches!(then.status, Status::Available | Status::Unknown))
}

/// What a pressed notification asks for.
pub fn wish(answer: &Answer) -> Wish {
    let action = answer.action.as_deref();
    let about = |begin: &str| {
        let (id, address) = answer.key.strip_prefix(begin)?.split_once(' ')?;
        Some(Whom {
            session: id.parse().ok()?,
            address: address.to_owned(),
        })
    };
    if let Some(watcher) = about(REQUEST) {
        let decision = match action {
            Some(ALLOW) => Decision::Allow,
            Some(BLOCK) => Decision::Block,
            _ => return Wish::Raise,
        };
        return Wish::Decide { watcher, decision };
    }
    if let Some(buddy) = about(BUDDY) {
        return match action {
            Some(CALL) => Wish::Call(buddy.address),
            _ => Wish::Buddy(buddy),
        };
    }
    match (about(MAILBOX), action) {
        (Some(mailbox), Some(CALL)) => Wish::Voicemail(mailbox.session, mailbox.address),
        _ => Wish::Raise,
    }
}

/// Whether the user wants to be told.
pub fn attention(snapshot: &Snapshot, wanted: bool, focused: bool) -> Attention {
    if !wanted || snapshot.own_status == Status::DoNotDisturb {
        Attention::Silence
    } else if focused {
        Attention::Window
    } else {
        Attention::Elsewhere
    }
}

fn request(request: &Request<'_>, session: &Session) -> Notification {
    let name = words::watcher::name(request.watcher, request.display_name, session);
    Notification {
        key: request_key(&session.whom(request.watcher)),
        title: fl!("request-question", name = name),
        body: told_by(session, asking(request)),
        actions: vec![(ALLOW, fl!("request-allow")), (BLOCK, fl!("request-block"))],
        lasting: true,
        sound: Some(ASKED),
    }
}

/// The address, and how far it is known whose it is where this device itself is asked.
fn asking(request: &Request<'_>) -> String {
    let address = plain_text::address(request.watcher);
    match words::watcher::Source::of(request.source) {
        Some(source) => format!("{address} · {}", source.words()),
        None => address,
    }
}

/// One notification for all of them.
fn many(count: usize) -> Notification {
    Notification {
        key: REQUESTS.to_owned(),
        title: fl!("news-requests", count = count),
        body: String::new(),
        actions: Vec::new(),
        lasting: true,
        sound: Some(ASKED),
    }
}

fn request_key(watcher: &Whom) -> String {
    key(REQUEST, watcher.session, &watcher.address)
}

/// The key of a notification about somebody, or a mailbox, of this account.
fn key(begin: &str, session: SessionId, address: &str) -> String {
    format!("{begin}{session} {address}")
}

/// However the address is written.
fn by_key(buddy: &Whom) -> Whom {
    Whom {
        session: buddy.session,
        address: address::key(&buddy.address),
    }
}

/// This, and the account that it comes from while there are others.
fn told_by(session: &Session, text: String) -> String {
    match &session.label {
        Some(label) if text.is_empty() => label.clone(),
        Some(label) => format!("{text} · {label}"),
        None => text,
    }
}

/// Those who forgot are reminded of the messages that still wait.
pub fn reminders(session: &Session, attention: Attention) -> Vec<Order> {
    if attention == Attention::Silence {
        return Vec::new();
    }
    waiting(&session.snapshot)
        .map(|messages| Order::Show(message_note(messages, session)))
        .collect()
}

/// The mailboxes in which messages wait, as far as that is known.
pub fn waiting(snapshot: &Snapshot) -> impl Iterator<Item = &Messages> {
    let known = snapshot.mailboxes.iter();
    known
        .filter_map(|mailbox| mailbox.messages.as_ref())
        .filter(|messages| messages.waiting && !messages.stale)
}

/// A message came, or all of them were heard.
fn messages(before: &Snapshot, session: &Session, attention: Attention) -> Vec<Order> {
    let after = &session.snapshot;
    let mut orders = Vec::new();
    for mailbox in &after.mailboxes {
        let Some(now) = &mailbox.messages else {
            continue;
        };
        let then = before
            .mailboxes
            .iter()
            .filter_map(|mailbox| mailbox.messages.as_ref())
            .find(|then| then.mailbox == now.mailbox);
        // What waited before the log-in is no news; the lamp shows it.
        let Some(then) = then else { continue };
        if !now.waiting {
            if then.waiting {
                orders.push(Order::Withdraw(message_key(now, session)));
            }
            continue;
        }
        let came = new_messages(now) > new_messages(then) || !then.waiting;
        if !came || now.stale || attention != Attention::Elsewhere {
            continue;
        }
        if after.connection == Connection::Online {
            orders.push(Order::Show(message_note(now, session)));
        }
    }
    orders
}

fn message_key(messages: &Messages, session: &Session) -> String {
    key(MAILBOX, session.id, &messages.mailbox)
}

fn message_note(messages: &Messages, session: &Session) -> Notification {
    let callable = session.voicemail(&messages.mailbox).is_some();
    Notification {
        key: message_key(messages, session),
        title: words::messages(messages),
        body: told_by(session, sender(messages)),
        actions: callable
            .then(|| (CALL, fl!("news-call-voicemail")))
            .into_iter()
            .collect(),
        lasting: false,
        sound: Some(MESSAGE),
    }
}

/// From whom the newest message is, where the server tells.
fn sender(messages: &Messages) -> String {
    let Some(newest) = messages.new_messages.last() else {
        return String::new();
    };
    let name = newest.from_display.as_deref().map(plain_text::name);
    let address = newest.from.as_deref().map(plain_text::address);
    name.filter(|name| !name.is_empty())
        .or(address)
        .map(|from| fl!("news-from", name = from))
        .unwrap_or_default()
}

fn new_messages(messages: &Messages) -> u32 {
    messages
        .classes
        .values()
        .map(|counts| counts.new)
        .fold(0, u32::saturating_add)
}

/// So many requests have a notification each within a minute.
const EACH: usize = 3;
/// How long the notification that speaks for many stays as it is.
const CALM: Duration = Duration::from_secs(60);
/// The key of the one that speaks for many requests.
const REQUESTS: &str = "requests";
/// What the key of a request begins with.
const REQUEST: &str = "request:";
/// What the key of a mailbox begins with.
const MAILBOX: &str = "mailbox:";
/// What the key of a buddy begins with.
const BUDDY: &str = "buddy:";
/// The sounds (freedesktop.org Sound Naming Specification).
const ASKED: &str = "dialog-question";
const MESSAGE: &str = "message-new-instant";
const CAME: &str = "service-login";
const ALLOW: &str = "allow";
const BLOCK: &str = "block";
const CALL: &str = "call";

#[cfg(test)]
mod tests;
