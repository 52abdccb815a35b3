//! A registrar, presence server and notifier in one, as small as the RFCs allow and as odd as its habits want.

mod credentials;
mod dialogs;
mod replies;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

use bytes::Bytes;
use siskin::engine::{Moment, stun};
use siskin::sip::{HeaderName, Message, Method};

use super::branch::branch_key;
use super::dice::Dice;
use super::scenario::{Accepts, Habits, Memory, Minimum, Order, Scenario, secs};
use super::{parse, resource_number};
use credentials::Nonces;
use dialogs::{Dialog, Due, Outstanding};
use replies::{Replies, Reply};

/// The server and its memory. A restart that loses its state begins with an empty one.
pub(crate) struct Notifier {
    habits: Habits,
    stream: bool,
    /// What each resource's state is: a number that only grows.
    states: Vec<u64>,
    dialogs: BTreeMap<u64, Dialog>,
    /// The dialogs of each resource.
    watchers: Vec<BTreeSet<u64>>,
    /// Resources whose owner wants no watchers for now.
    closed: BTreeSet<usize>,
    due: BTreeSet<(Moment, Due)>,
    /// In order, since a restart goes through them.
    outstanding: BTreeMap<u64, Outstanding>,
    replies: Replies,
    nonces: Nonces,
    binding: Option<Binding>,
    published: Option<String>,
    /// What is to be sent, and on which path.
    out: Vec<(u64, Bytes)>,
    /// Never begins anew, so that no tag, branch or entity tag comes twice.
    serial: u64,
    /// New requests of the last second.
    recent: VecDeque<Moment>,
    banned_until: Moment,
    warm_at: Moment,
    pub(crate) tally: Tally,
}

/// What a server remembers of its own doings, for the tests of its habits.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Tally {
    /// How often somebody sent too much.
    pub(crate) bans: u64,
    /// NOTIFYs outside any subscription that were answered 200.
    pub(crate) unsolicited_taken: u64,
    /// Those that were answered otherwise or not at all.
    pub(crate) unsolicited_refused: u64,
    /// SUBSCRIBEs that were answered 204, since the subscriber has the state (RFC 5839).
    pub(crate) suppressed: u64,
}

/// Where the subscriber is to be reached outside its subscriptions.
struct Binding {
    contact: String,
    path: u64,
}

impl Notifier {
    pub(crate) fn new(scenario: &Scenario) -> Self {
        Self {
            habits: scenario.habits,
            stream: scenario.network.stream,
            states: vec![0; scenario.subscriptions],
            dialogs: BTreeMap::new(),
            watchers: vec![BTreeSet::new(); scenario.subscriptions],
            closed: BTreeSet::new(),
            due: BTreeSet::new(),
            outstanding: BTreeMap::new(),
            replies: Replies::default(),
            nonces: Nonces::default(),
            binding: None,
            published: None,
            out: Vec::new(),
            serial: 0,
            recent: VecDeque::new(),
            banned_until: Moment::ZERO,
            warm_at: Moment::ZERO,
            tally: Tally::default(),
        }
    }

    /// Takes a message that came on this path.
    pub(crate) fn receive(&mut self, now: Moment, path: u64, bytes: &Bytes) {
        if now < self.banned_until {
            return;
        }
        if stun::is_stun(bytes) {
            if self.habits.outbound {
                self.out.push((path, replies::stun_answer(bytes, path)));
            }
            return;
        }
        let message = parse(bytes, self.stream);
        let branch = branch_key(message.top_via().unwrap().branch.unwrap());
        if !message.is_request() {
            return self.answered(branch, message.status().unwrap());
        }
        if let Some(reply) = self.replies.of(now, branch) {
            if let Reply::Sent(bytes) = reply {
                self.out.push((path, bytes));
            }
            return;
        }
        if self.is_too_much(now) {
            return;
        }
        let request = Request {
            now,
            path,
            branch,
            message: &message,
        };
        if now < self.warm_at {
            let wait = self.warm_at.saturating_since(now).as_secs() + 1;
            return self.respond(&request, 503, &[("Retry-After", wait.to_string())]);
        }
        if let Some(challenge) = self.objection(&request) {
            return self.respond(&request, 401, &[("WWW-Authenticate", challenge)]);
        }
        match message.method().unwrap() {
            Method::Register => self.register(&request),
            Method::Publish => self.publish(&request),
            Method::Subscribe => self.subscribe(&request),
            other => panic!("the client sent {other}"),
        }
    }

    /// Starts again, with what it remembers. Nonces are always new, connections are gone.
    pub(crate) fn restart(&mut self, now: Moment) {
        let unheard: Vec<u64> = self.outstanding.values().map(|one| one.dialog).collect();
        self.replies = Replies::default();
        self.nonces = Nonces::after(&self.nonces);
        self.forget_outstanding();
        self.out.clear();
        self.recent.clear();
        self.warm_at = now + secs(self.habits.warm_up);
        match self.habits.memory {
            Memory::Kept => {}
            Memory::Lost => {
                for key in self.dialogs.keys().copied().collect::<Vec<_>>() {
                    self.drop_dialog(key);
                }
                self.published = None;
                self.binding = None;
            }
            Memory::Behind(by) => {
                for dialog in self.dialogs.values_mut() {
                    dialog.cseq = dialog.cseq.saturating_sub(by);
                }
            }
            Memory::CountsAnew => {
                for dialog in self.dialogs.values_mut() {
                    dialog.cseq = 0;
                }
            }
        }
        // What was on its way is told again by who remembers it.
        for key in unheard {
            if self.dialogs.contains_key(&key) {
                self.notify_state(now, key);
            }
        }
    }

    pub(crate) fn take(&mut self) -> Vec<(u64, Bytes)> {
        std::mem::take(&mut self.out)
    }

    /// What it says of a resource.
    pub(crate) fn state(&self, resource: usize) -> u64 {
        self.states[resource]
    }

    /// The bounds of its habits are no longer tested: the weather is fine now.
    pub(crate) fn calm_down(&mut self, now: Moment) {
        self.banned_until = now;
        for resource in std::mem::take(&mut self.closed) {
            self.open(now, resource);
        }
    }

    fn register(&mut self, request: &Request<'_>) {
        let contact = request.header(HeaderName::Contact);
        let removed = request.message.expires().unwrap() == Some(0);
        let uri = contact.split(['<', '>']).nth(1).unwrap().to_owned();
        self.binding = (!removed).then_some(Binding {
            contact: uri,
            path: request.path,
        });
        if self.habits.outbound {
            let require = ("Require", "outbound".to_owned());
            self.respond(request, 200, &[("Contact", contact), require]);
        } else {
            self.respond(request, 200, &[("Contact", contact)]);
        }
    }

    fn publish(&mut self, request: &Request<'_>) {
        let condition = request.message.sip_if_match().unwrap().map(str::to_owned);
        if condition.is_some() && condition != self.published {
            return self.respond(request, 412, &[]);
        }
        let asked = request.message.expires().unwrap().unwrap();
        let etag = format!("e{}", self.next_serial());
        self.published = (asked > 0).then(|| etag.clone());
        let granted = asked.min(self.habits.granted).to_string();
        self.respond(request, 200, &[("SIP-ETag", etag), ("Expires", granted)]);
    }

    fn subscribe(&mut self, request: &Request<'_>) {
        let message = request.message;
        let asked = message.expires().unwrap().unwrap();
        let granted = asked.min(self.habits.granted);
        let known = message.to().unwrap().tag().map(tag_number);
        let fresh = known.is_none();
        if asked > 0 && self.is_too_brief(request, asked) {
            return;
        }
        let keys = match known {
            Some(key) if self.dialogs.contains_key(&key) => vec![key],
            Some(_) => return self.respond(request, 481, &[]),
            None if !self.takes(message) => return self.respond(request, 489, &[]),
            None if self.forgets() => {
                let headers = [("Expires", granted.to_string())];
                return self.respond_as(request, 200, &headers, "forgotten");
            }
            None => self.accept(request),
        };
        let until = request.now + secs(granted);
        for key in &keys {
            self.extend(*key, request, until);
        }
        let held = self.holds(request, keys[0]);
        if held && !fresh {
            return self.suppress(request, keys[0], granted);
        }
        if self.habits.order == Order::Answer {
            self.grant(request, keys[0], granted);
        }
        let quiet = self.habits.silent_refreshes && !fresh && granted > 0;
        for key in &keys {
            if granted > 0 && held {
                self.notify_unchanged(request.now, *key);
            } else if granted > 0 && !quiet {
                self.notify_state(request.now, *key);
            } else if granted == 0 {
                if !self.habits.silent_end {
                    self.notify(request.now, *key, "terminated;reason=timeout");
                }
                self.drop_dialog(*key);
            }
        }
        match self.habits.order {
            Order::Answer => {}
            Order::NotifyOnly if granted > 0 && !quiet => {
                self.replies
                    .keep(request.now, request.branch, Reply::Silence);
            }
            Order::Notify | Order::NotifyOnly => self.grant(request, keys[0], granted),
        }
    }

    /// Refuses a term under the minimum, with a word about it or without.
    fn is_too_brief(&mut self, request: &Request<'_>, asked: u32) -> bool {
        match self.habits.minimum {
            Minimum::Named(least) if asked < least => {
                self.respond(request, 423, &[("Min-Expires", least.to_string())]);
                true
            }
            Minimum::Nameless(least) if asked < least => {
                self.respond(request, 423, &[]);
                true
            }
            _ => false,
        }
    }

    /// Whether it likes the Accept header.
    fn takes(&self, message: &Message) -> bool {
        let types = message.header_text(HeaderName::Accept).unwrap();
        match self.habits.accept {
            Accepts::All => true,
            Accepts::OneType => types.is_none_or(|types| !types.contains(',')),
            Accepts::NoHeader => types.is_none(),
        }
    }

    fn forgets(&mut self) -> bool {
        let serial = self.next_serial();
        self.habits.forgets > 0 && serial.is_multiple_of(self.habits.forgets)
    }

    /// Counts a new request; whoever sends too many is not heard any more.
    fn is_too_much(&mut self, now: Moment) -> bool {
        let Some(ban) = self.habits.ban else {
            return false;
        };
        let second = Duration::from_secs(1);
        while self.recent.front().is_some_and(|at| *at + second <= now) {
            self.recent.pop_front();
        }
        self.recent.push_back(now);
        let banned = self.recent.len() > ban.most;
        if banned {
            self.banned_until = now + ban.length;
            self.recent.clear();
            self.tally.bans += 1;
        }
        banned
    }

    /// Ends one subscription for a reason of its own.
    pub(crate) fn end_one(&mut self, now: Moment, dice: &mut Dice) {
        if self.dialogs.is_empty() {
            return;
        }
        let at = dice.below(self.dialogs.len());
        let key = *self.dialogs.keys().nth(at).unwrap();
        let reason = dice.pick(self.habits.reasons);
        self.notify(now, key, &format!("terminated;reason={reason}"));
        self.drop_dialog(key);
    }

    fn next_serial(&mut self) -> u64 {
        self.serial += 1;
        self.serial
    }
}

/// A request, and where it came from.
struct Request<'a> {
    now: Moment,
    path: u64,
    branch: u64,
    message: &'a Message,
}

impl Request<'_> {
    fn header(&self, name: HeaderName) -> String {
        self.message
            .header_text(name)
            .unwrap()
            .unwrap()
            .into_owned()
    }
}

/// Tags are numbers; one that we never gave names nothing.
fn tag_number(tag: &str) -> u64 {
    tag.strip_prefix('s')
        .and_then(|serial| serial.parse().ok())
        .unwrap_or_default()
}
