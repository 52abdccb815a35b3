//! Which response answers which request (RFC 3261 §17), as far as a trace shows it.

use std::collections::HashMap;

use super::entry::{Direction, Entry};
use crate::inspect::message::{Challenger, address, challengers, is_stale, state_words};
use crate::inspect::report::Report;
use crate::inspect::text::{add, masked};
use crate::package::refer::Stage;
use crate::sip::{Message, Uri, reason_phrase};

/// A request with everything that answered it.
#[derive(Debug)]
pub(super) struct Transaction {
    /// `None` when the trace begins behind the request.
    pub(super) request: Option<Request>,
    pub(super) method: String,
    pub(super) actor: String,
    /// On what it went, and from where to where.
    pub(super) path: String,
    /// Line of the request, or of the first answer.
    pub(super) line: u32,
    pub(super) time: Option<i64>,
    /// How often the request was sent again, at the hop where that was most often.
    pub(super) repeats: usize,
    /// The hops at which the request was seen, by their branches, with how often.
    pub(super) hops: Vec<(String, usize)>,
    /// When it was last sent.
    pub(super) last: Option<i64>,
    pub(super) answers: Vec<Answer>,
}

/// What a story needs to know of a request.
#[derive(Debug)]
pub(super) struct Request {
    pub(super) uri: String,
    pub(super) from: String,
    pub(super) from_tag: String,
    pub(super) to: String,
    pub(super) to_tag: String,
    pub(super) call_id: String,
    pub(super) cseq: u32,
    /// The package; empty without Event.
    pub(super) package: String,
    /// The `id` parameter of Event.
    pub(super) id: String,
    pub(super) expires: Option<u32>,
    pub(super) state: Option<State>,
    /// Whom its credentials are for.
    pub(super) credentials: Vec<Challenger>,
    pub(super) if_match: Option<String>,
    pub(super) body: Option<BodyGist>,
}

/// A subscription's state as a NOTIFY tells it.
#[derive(Debug)]
pub(super) struct State {
    pub(super) word: String,
    pub(super) reason: Option<String>,
    pub(super) words: String,
}

/// What a body says, in a few words.
#[derive(Debug)]
pub(super) struct BodyGist {
    pub(super) words: String,
    pub(super) version: Option<(u64, bool)>,
    pub(super) reference: Option<Stage>,
    pub(super) format: &'static str,
}

/// A response.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) reason: String,
    pub(super) line: u32,
    pub(super) time: Option<i64>,
    pub(super) expires: Option<u32>,
    pub(super) min_expires: Option<u32>,
    pub(super) retry_after: Option<u32>,
    pub(super) etag: Option<String>,
    /// How many hops it still had before it.
    hops: usize,
    /// Who wants credentials.
    challengers: Vec<Challenger>,
    /// A challenge for a nonce that was only too old.
    pub(super) is_stale: bool,
}

/// Every transaction of a trace, in order.
#[derive(Debug, Default)]
pub(super) struct Transactions {
    pub(super) list: Vec<Transaction>,
    by_key: HashMap<Key, usize>,
}

type Key = (String, String, String);

impl Transactions {
    /// Takes a message with what its body says, and says whether it is new: one that was sent again, or that was seen
    /// at another hop before, is not. `line` is where it stands.
    pub(super) fn take(
        &mut self,
        entry: &Entry,
        line: u32,
        message: &Message,
        body: Option<&Report>,
    ) -> bool {
        let method = message.method().map(|m| m.as_str().to_owned());
        let Ok(method) = method else {
            return true;
        };
        // An ACK answers an answer, and is not answered itself.
        if method == "ACK" {
            return true;
        }
        let mut vias = message.vias().filter_map(Result::ok);
        let branch = vias.next().and_then(|via| via.branch).unwrap_or_default();
        let hops = vias.count();
        let key = (entry.actor.clone(), identity(message), method.clone());
        if message.is_request() {
            if let Some(&index) = self.by_key.get(&key) {
                let known = &mut self.list[index];
                if known.request.is_some() {
                    known.again(branch, entry);
                    return false;
                }
            }
            self.by_key.insert(key, self.list.len());
            self.list.push(Transaction {
                request: Some(Request::of(message, body)),
                method,
                actor: entry.actor.clone(),
                path: path(entry),
                line,
                time: entry.time,
                repeats: 0,
                hops: vec![(branch.to_owned(), 1)],
                last: entry.time,
                answers: Vec::new(),
            });
            return true;
        }
        let Some(answer) = Answer::of(message, hops, line, entry.time) else {
            return true;
        };
        let index = *self.by_key.entry(key).or_insert_with(|| {
            self.list.push(Transaction {
                request: None,
                method,
                actor: entry.actor.clone(),
                path: path(entry),
                line,
                time: entry.time,
                repeats: 0,
                hops: Vec::new(),
                last: None,
                answers: Vec::new(),
            });
            self.list.len() - 1
        });
        let answers = &mut self.list[index].answers;
        let known = answers
            .iter_mut()
            .find(|known| known.status == answer.status);
        match known {
            // The same, further on its way.
            Some(known) if answer.hops < known.hops => *known = answer,
            Some(_) => return false,
            None => {
                answers.push(answer);
                return true;
            }
        }
        false
    }
}

impl Transaction {
    /// The answer that counts: the final one that came furthest. What several branches of a request were answered,
    /// the proxy that made them has made one of.
    pub(super) fn outcome(&self) -> Option<&Answer> {
        let finals = self.answers.iter().filter(|answer| answer.status >= 200);
        finals.min_by_key(|answer| answer.hops)
    }

    /// Counts the request once more, at a hop.
    fn again(&mut self, branch: &str, entry: &Entry) {
        let passed = entry.time.zip(self.last).map(|(time, last)| time - last);
        let is_at_once = passed.is_some_and(|passed| passed < AT_ONCE);
        let hop = self.hops.iter_mut().find(|(known, _)| known == branch);
        if let Some((_, copies)) = hop {
            // A capture on several interfaces has a packet several times.
            if entry.packet.is_some() && is_at_once {
                return;
            }
            *copies += 1;
            self.repeats = self.repeats.max(*copies - 1);
            self.last = entry.time;
        } else if self.hops.len() < HOPS {
            self.hops.push((branch.to_owned(), 1));
        }
    }
}

impl Request {
    fn of(message: &Message, body: Option<&Report>) -> Self {
        let bare = |name: &crate::sip::NameAddr<'_>| address(name);
        let from = message.from().ok();
        let to = message.to().ok();
        let tag = |name: &Option<crate::sip::NameAddr<'_>>| {
            let tag = name.as_ref().and_then(crate::sip::NameAddr::tag);
            tag.unwrap_or_default().to_owned()
        };
        let event = message.event().ok().flatten();
        let state = message.subscription_state().ok().flatten();
        let uri = message.request_line().map_or("", |line| line.uri);
        Self {
            uri: Uri::parse(uri).map_or_else(
                |_| uri.to_owned(),
                |uri| uri.without_params().as_str().to_owned(),
            ),
            from_tag: tag(&from),
            to_tag: tag(&to),
            from: from.as_ref().map(bare).unwrap_or_default(),
            to: to.as_ref().map(bare).unwrap_or_default(),
            call_id: message.call_id().unwrap_or_default().to_owned(),
            cseq: message.cseq().map_or(0, |cseq| cseq.number),
            package: event.map_or_else(String::new, |event| event.package.to_owned()),
            id: event
                .and_then(|event| event.id)
                .unwrap_or_default()
                .to_owned(),
            expires: message.expires().ok().flatten(),
            state: state.map(|state| State {
                word: state.state.to_ascii_lowercase(),
                reason: state.reason.map(str::to_owned),
                words: state_words(&state),
            }),
            credentials: challengers(message),
            if_match: message.sip_if_match().ok().flatten().map(str::to_owned),
            body: body.map(|report| BodyGist {
                words: match (&report.gist, report.is_unusable) {
                    (_, true) => format!("an unusable {}", report.title),
                    (Some(gist), _) => short(gist),
                    (None, _) => report.title.clone(),
                },
                version: report.version,
                reference: report.reference,
                format: report.format,
            }),
        }
    }
}

impl Answer {
    fn of(message: &Message, hops: usize, line: u32, time: Option<i64>) -> Option<Self> {
        let status = message.status_line()?;
        let reason = if status.reason.is_empty() {
            reason_phrase(status.code)
        } else {
            status.reason
        };
        Some(Self {
            status: status.code,
            reason: reason.to_owned(),
            line,
            time,
            expires: message.expires().ok().flatten().or_else(|| bound(message)),
            min_expires: message.min_expires().ok().flatten(),
            retry_after: message.retry_after().ok().flatten().map(|r| r.seconds),
            etag: message.sip_etag().ok().flatten().map(str::to_owned),
            hops,
            challengers: challengers(message),
            is_stale: is_stale(message),
        })
    }

    /// Whether it asks again somebody for credentials who had just got some (RFC 3261 §22.3).
    pub(super) fn refuses(&self, credentials: &[Challenger]) -> bool {
        let unnamed = [Challenger {
            is_proxy: self.status == 407,
            realm: None,
        }];
        let challengers = match &self.challengers[..] {
            [] => &unnamed[..],
            named => named,
        };
        let is_same = |asks: &Challenger, got: &Challenger| {
            asks.is_proxy == got.is_proxy
                && (asks.realm.is_none() || got.realm.is_none() || asks.realm == got.realm)
        };
        challengers
            .iter()
            .any(|asks| credentials.iter().any(|got| is_same(asks, got)))
    }

    /// `403 Forbidden`.
    pub(super) fn words(&self) -> String {
        format!("{} {}", self.status, self.reason)
    }
}

/// The beginning of a text that may be long.
fn short(text: &str) -> String {
    let text = masked(text);
    match text.char_indices().nth(GIST_CHARS) {
        None => text.into_owned(),
        Some((end, _)) => format!("{}…", &text[..end]),
    }
}

/// The longest time for which a REGISTER's answer binds a Contact.
fn bound(message: &Message) -> Option<u32> {
    let contacts = message.contacts().filter_map(Result::ok);
    let times = contacts.filter_map(|c| c.address().and_then(crate::sip::NameAddr::expires));
    times.max()
}

/// `UDP 192.0.2.1:5060 to 192.0.2.2:5060`, as far as it is told.
fn path(entry: &Entry) -> String {
    let (from, to) = match entry.direction {
        Some(Direction::Received) => (&entry.peer, &entry.local),
        _ => (&entry.local, &entry.peer),
    };
    let mut path = entry.protocol.clone();
    for (word, address) in [("from", from), ("to", to)] {
        if !address.is_empty() {
            add(&mut path, format_args!(" {word} {address}"));
        }
    }
    path.trim_start().to_owned()
}

/// What the requests and responses of one transaction share at every hop: what their first sender wrote. The topmost
/// branch is another at each hop, the lowest is not.
fn identity(message: &Message) -> String {
    let via = message.vias().filter_map(Result::ok).last();
    let branch = via.and_then(|via| via.branch);
    let branch = branch.filter(|branch| branch.starts_with("z9hG4bK"));
    let cseq = message.cseq().map_or(0, |cseq| cseq.number);
    let from = message.from().ok();
    let tag = from.as_ref().and_then(crate::sip::NameAddr::tag);
    format!(
        "{} {cseq} {} {}",
        message.call_id().unwrap_or_default(),
        tag.unwrap_or_default(),
        branch.unwrap_or_default()
    )
}

/// Microseconds within which nobody sends a request again: a tenth of T1 (RFC 3261 §17.1.1.1).
const AT_ONCE: i64 = 50_000;
/// Hops at which a request is told apart from the same sent again.
const HOPS: usize = 100;
/// So much of what a body says stands in a story.
const GIST_CHARS: usize = 160;
