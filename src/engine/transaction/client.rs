//! Client transactions (RFC 3261 §17.1.2).

use bytes::Bytes;
use slab::Slab;

use super::super::timer::TimerQueue;
use super::super::{Flow, FlowError, FlowId, Moment};
use super::key::{ByKey, Key, Keys};
use super::{Received, T1, T2, T4, TIMER_F, TransactionOutput};
use crate::sip::{Message, Method};

/// Names a client transaction. Never used twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ClientId {
    serial: u64,
    slot: u32,
}

/// All client transactions of an endpoint.
#[derive(Debug, Default)]
pub(super) struct Clients {
    entries: Slab<Entry>,
    keys: Keys,
    by_key: ByKey<u32>,
    /// Exactly one wanted timer for each entry.
    timers: TimerQueue<ClientId>,
    serial: u64,
}

#[derive(Debug)]
struct Entry {
    key: Key,
    serial: u64,
    flow: Flow,
    /// When this entry wants to be woken.
    due: Moment,
    state: State,
}

#[derive(Debug)]
enum State {
    /// Trying, or Proceeding after a provisional response.
    Open {
        bytes: Bytes,
        /// Timer E: the next repeat and the wait before it; `None` on a reliable transport.
        repeat: Option<(Moment, std::time::Duration)>,
        /// Timer F.
        give_up: Moment,
        proceeding: bool,
    },
    /// Completed: repeats of the final response are absorbed until Timer K.
    Answered,
}

impl Clients {
    pub(super) fn send(
        &mut self,
        now: Moment,
        flow: Flow,
        branch: &str,
        method: &Method,
        bytes: Bytes,
    ) -> ClientId {
        let key = self.keys.client(branch, method);
        let give_up = now + TIMER_F;
        let repeat = (!flow.transport.is_reliable()).then(|| (now + T1, T1));
        let due = repeat.map_or(give_up, |(at, _)| at);
        self.serial += 1;
        let serial = self.serial;
        let slot = self.entries.insert(Entry {
            key,
            serial,
            flow,
            due,
            state: State::Open {
                bytes,
                repeat,
                give_up,
                proceeding: false,
            },
        });
        let slot = u32::try_from(slot).unwrap_or(u32::MAX);
        let id = ClientId { serial, slot };
        self.by_key.insert(key, slot);
        self.timers.schedule(due, id);
        id
    }

    pub(super) fn receive(&mut self, now: Moment, flow: Flow, response: &Message) -> Received {
        let Some((id, code)) = self.match_response(flow, response) else {
            return Received::Stray;
        };
        let Some(entry) = self.entry(id) else {
            return Received::Stray;
        };
        let State::Open { proceeding, .. } = &mut entry.state else {
            return Received::Absorbed;
        };
        if code < 200 {
            *proceeding = true;
            return Received::Response {
                client: id,
                provisional: true,
            };
        }
        if entry.flow.transport.is_reliable() {
            self.remove(id.slot);
        } else {
            let due = now + T4;
            entry.due = due;
            entry.state = State::Answered;
            self.timers.schedule(due, id);
        }
        self.prune();
        Received::Response {
            client: id,
            provisional: false,
        }
    }

    pub(super) fn abandon(&mut self, id: ClientId) {
        if self.entry(id).is_some() {
            self.remove(id.slot);
            self.prune();
        }
    }

    pub(super) fn flow_closed(
        &mut self,
        flow: FlowId,
        error: &FlowError,
        outputs: &mut Vec<TransactionOutput>,
    ) {
        let mut lost: Vec<_> = self
            .entries
            .iter()
            .filter(|(_, entry)| entry.flow.id == flow && matches!(entry.state, State::Open { .. }))
            .map(|(slot, entry)| (entry.serial, u32::try_from(slot).unwrap_or(u32::MAX)))
            .collect();
        lost.sort_unstable();
        for (serial, slot) in lost {
            self.remove(slot);
            let id = ClientId { serial, slot };
            outputs.push(TransactionOutput::Failed(id, error.clone()));
        }
        self.prune();
    }

    pub(super) fn handle_timeout(&mut self, now: Moment, outputs: &mut Vec<TransactionOutput>) {
        while let Some((at, id)) = self.timers.pop_due(now) {
            let Some(entry) = self.entry(id).filter(|entry| entry.due == at) else {
                continue;
            };
            let flow = entry.flow;
            match &mut entry.state {
                State::Open {
                    bytes,
                    repeat: Some((at, wait)),
                    give_up,
                    proceeding,
                } if now < *give_up => {
                    *wait = if *proceeding { T2 } else { (*wait * 2).min(T2) };
                    // Counted from when it was due, so that delays do not add up; after a sleep there is one
                    // repeat, not a burst.
                    let planned = *at + *wait;
                    *at = if planned > now { planned } else { now + *wait };
                    let due = (*at).min(*give_up);
                    let bytes = bytes.clone();
                    entry.due = due;
                    outputs.push(TransactionOutput::Transmit { flow, bytes });
                    self.timers.schedule(due, id);
                }
                State::Open { .. } => {
                    self.remove(id.slot);
                    outputs.push(TransactionOutput::TimedOut(id));
                }
                State::Answered => self.remove(id.slot),
            }
        }
        self.prune();
    }

    pub(super) fn next_timeout(&self) -> Option<Moment> {
        self.timers.next()
    }

    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// The transaction by branch and method, if the response has our Via alone and comes from where the request went.
    ///
    /// RFC 3261 §17.1.3 looks at the branch alone. But our Via has `rport`, to which a server answers from the address
    /// that was asked (RFC 3581 §4), so that from any other the answer is not the server's: he who sends it has seen the
    /// request on its way. A server with several addresses that does not keep to that is not heard, which is counted and
    /// told, and tried at its others after Timer F. The port may be another, and the connection too (RFC 3261 §18.2.2),
    /// but not an open one for a secure one.
    fn match_response(&self, flow: Flow, response: &Message) -> Option<(ClientId, u16)> {
        let code = response.status()?;
        let mut vias = response.vias();
        let via = vias.next()?.ok()?;
        if vias.next().is_some() {
            return None;
        }
        let key = self.keys.client(via.branch?, &response.cseq().ok()?.method);
        let slot = *self.by_key.get(&key)?;
        let entry = self.entries.get(slot as usize)?;
        let port = via
            .port
            .unwrap_or_else(|| entry.flow.transport.default_port());
        let local = entry.flow.local;
        if via.host_address()?.to_canonical() != local.ip().to_canonical() || port != local.port() {
            return None;
        }
        let asked = entry.flow;
        if flow.remote.ip().to_canonical() != asked.remote.ip().to_canonical()
            || (asked.transport.is_secure() && !flow.transport.is_secure())
        {
            return None;
        }
        let serial = entry.serial;
        Some((ClientId { serial, slot }, code))
    }

    fn entry(&mut self, id: ClientId) -> Option<&mut Entry> {
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

    fn prune(&mut self) {
        let entries = &self.entries;
        self.timers.prune(|at, id| {
            entries
                .get(id.slot as usize)
                .is_some_and(|entry| entry.serial == id.serial && entry.due == at)
        });
    }
}
