//! What can happen, and what comes of it.

use std::time::Duration;

use bytes::Bytes;
use siskin::engine::{FlowError, FlowId, FlowRequest, Input};
use siskin::sip::Transport;

use super::branch::branch_of;
use super::subscriber::Subscriber;
use super::{World, secs};

/// Something that happens at its moment.
pub(super) enum Happening {
    /// A message arrives, by the path it was sent on.
    ToServer(u64, Bytes),
    ToClient(u64, Bytes),
    /// A flow is there, or cannot be had.
    Open(FlowRequest),
    /// The system notices that a connection is dead.
    Notice(FlowId),
    /// The server goes down, and comes back.
    Down,
    Up,
    /// The subscriber dies and begins anew.
    Crash,
    NetworkChange,
    FlowDeath,
    Cut(Duration),
    Sleep(Duration),
    /// The machine is awake again after so long.
    Wake(Duration),
    Leap(Duration),
    /// The notifier ends a subscription.
    End,
    /// The owner of a resource wants no watchers, and wants them again.
    Close(usize),
    Reopen(usize),
    /// The user does not want a resource, and wants it again.
    Whim(usize),
    /// Messages waiting, told to who did not ask.
    Unasked,
    /// The state of a resource is another.
    Change(usize),
}

impl Happening {
    /// Whether it needs the subscriber's machine to be awake.
    fn needs_machine(&self) -> bool {
        matches!(
            self,
            Self::ToClient(..)
                | Self::Open(_)
                | Self::Notice(_)
                | Self::Crash
                | Self::NetworkChange
                | Self::Sleep(_)
                | Self::Leap(_)
                | Self::Whim(_)
        )
    }
}

impl World {
    pub(super) fn happen(&mut self, happening: Happening) {
        if let Some(awake) = self.asleep_until
            && happening.needs_machine()
        {
            // What arrived meanwhile is taken from the socket then, if that still leads anywhere.
            return self.push(awake, happening);
        }
        match happening {
            Happening::ToServer(path, bytes) => {
                if self.up {
                    self.notifier.receive(self.now, path, &bytes);
                    self.flush();
                }
            }
            Happening::ToClient(path, bytes) => self.arrived(path, bytes),
            Happening::Open(request) => self.open(request),
            Happening::Notice(flow) => {
                if self.line.is_dead(flow) {
                    self.closed();
                }
            }
            Happening::Down => self.down(),
            Happening::Up => {
                if !self.up {
                    self.up = true;
                    self.notifier.restart(self.now);
                    self.flush();
                }
            }
            Happening::Crash => self.crash(),
            Happening::NetworkChange => {
                self.line.close();
                self.watch.flow_lost();
                self.input(Input::NetworkChanged);
            }
            Happening::FlowDeath => {
                self.line.die();
                let flow = self.line.flow().id;
                self.push(self.now + NOTICED, Happening::Notice(flow));
            }
            Happening::Cut(time) => self.line.cut(self.now + time),
            Happening::Sleep(time) => {
                self.asleep_until = Some(self.now + time);
                self.push(self.now + time, Happening::Wake(time));
            }
            Happening::Wake(time) => self.awake(time),
            Happening::Leap(time) => {
                self.subscriber.clock.leap(time);
                self.leapt();
                self.input(Input::Tick);
            }
            Happening::End => {
                if self.up {
                    self.notifier.end_one(self.now, &mut self.dice);
                    self.flush();
                }
            }
            Happening::Close(resource) => {
                if self.up {
                    self.notifier.close(self.now, resource);
                    self.flush();
                }
                let wait = self.dice.between(secs(30), secs(400));
                self.push(self.now + wait, Happening::Reopen(resource));
            }
            Happening::Reopen(resource) => {
                if self.up {
                    self.notifier.open(self.now, resource);
                    self.flush();
                } else {
                    self.push(self.now + secs(10), Happening::Reopen(resource));
                }
            }
            Happening::Whim(resource) => self.want_anew(resource),
            Happening::Unasked => {
                if self.up {
                    self.notifier.tell_unasked(self.now);
                    self.flush();
                }
            }
            Happening::Change(resource) => self.change(resource),
        }
    }

    /// The user wants a resource no longer, and then again.
    pub(super) fn want_anew(&mut self, resource: usize) {
        let now = self.subscriber.now(self.now);
        if let Some((id, _)) = self.subscriber.of(resource) {
            self.subscriber.wanted.remove(&id);
            self.watch.unwant(now, id);
            self.subscriber.engine.unsubscribe(now, id);
            self.serve();
        }
        self.subscriber.want(self.now, resource);
        self.serve();
    }

    /// A connection is kept alive: that it is dead is noticed soon.
    pub(super) fn keeps_alive(&mut self, flow: FlowId) {
        if self.line.is_dead(flow) {
            self.push(self.now + KEEP_ALIVE, Happening::Notice(flow));
        }
    }

    fn arrived(&mut self, path: u64, bytes: Bytes) {
        if !self.line.leads(path) {
            return;
        }
        let now = self.subscriber.now(self.now);
        if bytes.starts_with(b"NOTIFY ") {
            self.watch.notified(branch_of(&bytes));
        } else if bytes.starts_with(b"SIP/2.0 ") {
            let code = std::str::from_utf8(&bytes[8..11]).unwrap().parse().unwrap();
            self.watch.response(now, branch_of(&bytes), code);
        }
        let flow = self.line.flow();
        self.input(Input::Received { flow, bytes });
    }

    fn open(&mut self, request: FlowRequest) {
        let unreachable = !self.up || self.line.is_cut(self.now);
        if self.line.is_stream() && unreachable && !self.line.is_open() {
            let flow = self.line.flow();
            let error = FlowError::Unreachable {
                address: flow.remote.to_string(),
                transport: Transport::Tcp,
                detail: "nobody is there".to_owned(),
            };
            return self.input(Input::FlowFailed { request, error });
        }
        let flow = self.line.open();
        self.watch.flow_opened();
        self.input(Input::FlowOpened {
            request,
            flow,
            away: false,
        });
    }

    fn down(&mut self) {
        self.up = false;
        self.notifier.take();
        if !self.line.is_stream() {
            return;
        }
        if self.asleep_until.is_some() || self.line.is_cut(self.now) {
            // Nobody hears the farewell.
            self.happen(Happening::FlowDeath);
        } else if self.line.is_open() && !self.line.is_dead(self.line.flow().id) {
            self.closed();
        }
    }

    /// The connection is gone, and that is known.
    fn closed(&mut self) {
        if let Some(flow) = self.line.close() {
            self.watch.flow_lost();
            let error = FlowError::Closed {
                address: "192.0.2.9:5060".to_owned(),
                detail: "the server went away".to_owned(),
            };
            self.input(Input::FlowClosed { flow, error });
        }
    }

    fn crash(&mut self) {
        let tag = self
            .subscriber
            .engine
            .publication_tag(self.subscriber.publication)
            .map(str::to_owned)
            .filter(|_| self.dice.chance(0.5));
        self.line.close();
        self.watch.start_over();
        // What the dead one had asked for is answered to nobody.
        self.queue
            .retain(|_, happening| !matches!(happening, Happening::Open(_)));
        let wants = (self.scenario.subscriptions, self.scenario.asked());
        let clock = self.subscriber.clock;
        self.subscriber = Subscriber::start(clock, self.now, &mut self.dice, wants, tag.as_deref());
        self.serve();
    }

    /// The machine wakes up. Its clock has gone on, and nobody notices anything; or it has stood still, and that is
    /// noticed within seconds.
    fn awake(&mut self, slept: Duration) {
        self.asleep_until = None;
        if slept > MAPPING {
            self.happen(Happening::FlowDeath);
        }
        if self.dice.chance(0.5) {
            self.subscriber.clock.stand(slept);
            let noticed = self.dice.between(Duration::ZERO, secs(10));
            self.push(self.now + noticed, Happening::NetworkChange);
        }
        self.leapt();
        self.input(Input::Tick);
    }

    /// The clocks went apart, or on without anybody looking.
    fn leapt(&mut self) {
        self.watch.leapt(self.subscriber.now(self.now));
    }

    /// Somebody's state is another; and so on, in a while.
    fn change(&mut self, resource: usize) {
        if self.up {
            self.notifier.change(self.now, resource);
            let now = self.subscriber.now(self.now);
            self.watch
                .changed(now, resource, self.notifier.state(resource));
            self.flush();
        }
        self.plan_change();
    }
}

/// The system gives a dead connection up after so long.
const NOTICED: Duration = Duration::from_secs(900);
/// A keep-alive that is not answered shows it sooner.
const KEEP_ALIVE: Duration = Duration::from_secs(130);
/// A NAT, and a server, forget who is silent for so long.
const MAPPING: Duration = Duration::from_secs(60);
