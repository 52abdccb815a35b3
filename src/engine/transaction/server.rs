//! Server transactions (RFC 3261 §17.2.2, RFC 4320).

use std::net::SocketAddr;

use bytes::Bytes;
use slab::Slab;

use super::super::limits::{RESPONSES_AGAIN, SERVER_TRANSACTIONS};
use super::super::timer::TimerQueue;
use super::super::{Flow, Moment};
use super::key::{ByKey, Key, Keys};
use super::route::response_flow;
use super::{TIMER_J, TRYING_AFTER, TransactionOutput};
use crate::sip::{BuildError, Message, Method, ResponseBuilder};

/// Names a server transaction until it is answered and forgotten.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ServerId {
    slot: u32,
    serial: u32,
}

/// All server transactions of an endpoint.
#[derive(Debug, Default)]
pub(super) struct Servers {
    entries: Slab<Entry>,
    keys: Keys,
    by_key: ByKey<u32>,
    /// Exactly one wanted timer for each entry; those of answered ones are in the order of the answers.
    timers: TimerQueue<ServerId>,
    serial: u32,
    dropped: u64,
}

#[derive(Debug)]
struct Entry {
    key: Key,
    serial: u32,
    /// When this entry wants to be woken.
    due: Moment,
    /// How often something was sent again.
    resent: u8,
    state: State,
}

#[derive(Debug)]
enum State {
    /// Trying or Proceeding: no final response yet.
    Waiting(Box<Waiting>),
    /// Completed: the final response is sent again for each repeat of the request, until Timer J. It goes where the
    /// repeat asks for, so nothing but the bytes is kept.
    Answered(Box<[u8]>),
}

#[derive(Debug)]
struct Waiting {
    /// Where it came from.
    source: SocketAddr,
    /// Where the answer goes.
    flow: Flow,
    request: Message,
    /// The 100, once it is sent.
    trying: Option<Bytes>,
    give_up: Moment,
}

/// What a request turned out to be.
pub(super) enum Met {
    /// A new one.
    New(ServerId),
    /// A repeat; what there was to send again is in the outputs.
    Repeat,
    /// Not a request that can be answered.
    Unusable,
}

impl Servers {
    pub(super) fn receive(
        &mut self,
        now: Moment,
        flow: Flow,
        request: &Message,
        outputs: &mut Vec<TransactionOutput>,
    ) -> Met {
        let Ok(via) = request.top_via() else {
            return Met::Unusable;
        };
        let Ok(key) = self.keys.server(request, &via) else {
            return Met::Unusable;
        };
        let is_ack = request.method().is_ok_and(|method| method == Method::Ack);
        if let Some(slot) = self.by_key.get(&key) {
            let stored = self
                .entries
                .get_mut(*slot as usize)
                .filter(|entry| !is_ack && entry.resent < RESPONSES_AGAIN)
                .and_then(|entry| {
                    entry.resent += 1;
                    match &entry.state {
                        State::Answered(bytes) => Some(Bytes::copy_from_slice(bytes)),
                        State::Waiting(waiting) => waiting.trying.clone(),
                    }
                });
            if let Some(bytes) = stored {
                let flow = response_flow(flow, &via);
                outputs.push(TransactionOutput::Transmit { flow, bytes });
            }
            return Met::Repeat;
        }
        if is_ack {
            return Met::Repeat;
        }
        while self.entries.len() >= SERVER_TRANSACTIONS {
            self.drop_oldest();
        }
        let due = if flow.transport.is_reliable() {
            now + TIMER_J
        } else {
            now + TRYING_AFTER
        };
        self.serial = self.serial.wrapping_add(1);
        let serial = self.serial;
        let slot = self.entries.insert(Entry {
            key,
            serial,
            due,
            resent: 0,
            state: State::Waiting(Box::new(Waiting {
                source: flow.remote,
                flow: response_flow(flow, &via),
                request: request.clone(),
                trying: None,
                give_up: now + TIMER_J,
            })),
        });
        // The number of entries is bounded far below.
        let slot = u32::try_from(slot).unwrap_or(u32::MAX);
        let id = ServerId { slot, serial };
        self.by_key.insert(key, slot);
        self.timers.schedule(due, id);
        Met::New(id)
    }

    pub(super) fn has_cancelled(&self, cancel: &Message) -> bool {
        let Ok(via) = cancel.top_via() else {
            return false;
        };
        CANCELLED.iter().any(|method| {
            let key = self.keys.with_method(cancel, &via, method);
            key.is_ok_and(|key| self.by_key.contains_key(&key))
        })
    }

    pub(super) fn respond(
        &mut self,
        now: Moment,
        id: ServerId,
        response: Bytes,
    ) -> Option<TransactionOutput> {
        let entry = self.entry(id)?;
        let State::Waiting(waiting) = &entry.state else {
            return None;
        };
        let flow = waiting.flow;
        if flow.transport.is_reliable() {
            self.remove(id.slot);
        } else {
            let due = now + TIMER_J;
            entry.due = due;
            entry.state = State::Answered(response.as_ref().into());
            self.timers.schedule(due, id);
        }
        self.prune();
        Some(TransactionOutput::Transmit {
            flow,
            bytes: response,
        })
    }

    pub(super) fn ignore(&mut self, id: ServerId) {
        if self.entry(id).is_some() {
            self.remove(id.slot);
            self.prune();
        }
    }

    pub(super) fn handle_timeout(&mut self, now: Moment, outputs: &mut Vec<TransactionOutput>) {
        while let Some((at, id)) = self.timers.pop_due(now) {
            let Some(entry) = self.entry(id).filter(|entry| entry.due == at) else {
                continue;
            };
            let trying = match &mut entry.state {
                State::Waiting(waiting) if now < waiting.give_up => {
                    entry.due = waiting.give_up;
                    Some((waiting, entry.due))
                }
                // Timer J, or a request that nobody answered: a 408 would come too late (RFC 4320 §4.2).
                State::Waiting(_) | State::Answered(_) => None,
            };
            let Some((waiting, due)) = trying else {
                self.remove(id.slot);
                continue;
            };
            if let Ok(bytes) = trying_response(waiting) {
                waiting.trying = Some(bytes.clone());
                let flow = waiting.flow;
                outputs.push(TransactionOutput::Transmit { flow, bytes });
            }
            self.timers.schedule(due, id);
        }
        self.prune();
    }

    pub(super) fn next_timeout(&self) -> Option<Moment> {
        self.timers.next()
    }

    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(super) fn dropped(&self) -> u64 {
        self.dropped
    }

    fn entry(&mut self, id: ServerId) -> Option<&mut Entry> {
        self.entries
            .get_mut(id.slot as usize)
            .filter(|entry| entry.serial == id.serial)
    }

    fn remove(&mut self, slot: u32) {
        if let Some(entry) = self.entries.try_remove(slot as usize) {
            self.by_key.remove(&entry.key);
        }
        if self.entries.is_empty() {
            self.entries.shrink_to_fit();
            self.by_key.shrink_to_fit();
        }
    }

    /// Makes room in a flood: the entry that would end first is given up, its repeats count as new requests.
    fn drop_oldest(&mut self) {
        while let Some((at, id)) = self.timers.pop_first() {
            if self.entry(id).is_some_and(|entry| entry.due == at) {
                self.remove(id.slot);
                self.dropped += 1;
                return;
            }
        }
    }

    fn prune(&mut self) {
        let entries = &self.entries;
        self.timers.prune(|at, id| {
            entries
                .get(id.slot as usize)
                .is_some_and(|entry| entry.serial == id.serial && entry.due == at)
        });
    }
}

/// What a CANCEL may be for; requests of other methods are refused at once.
const CANCELLED: [Method; 4] = [
    Method::Notify,
    Method::Subscribe,
    Method::Options,
    Method::Invite,
];

fn trying_response(waiting: &Waiting) -> Result<Bytes, BuildError> {
    ResponseBuilder::new(&waiting.request, 100, "")
        .received(waiting.source.ip(), waiting.source.port())
        .build()
}
