//! The way between the two: one socket or connection, the NAT in front of it, and the weather.

use std::net::SocketAddr;
use std::time::Duration;

use siskin::engine::{Flow, FlowId, Moment};
use siskin::sip::Transport;

use super::dice::Dice;
use super::scenario::Weather;

/// Whither a message goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Towards {
    Server,
    Client,
}

/// The one connection, or socket, that both use.
pub(super) struct Line {
    weather: Weather,
    flow: u64,
    /// The mapping of the NAT; what was sent to an older one arrives nowhere.
    path: u64,
    open: bool,
    /// The connection leads nowhere any more, and nobody knows.
    dead: bool,
    /// Nothing passes until then.
    cut_until: Moment,
    /// When the last message of a connection arrives; none overtakes another.
    last: [Moment; 2],
    lost: u64,
}

impl Line {
    pub(super) fn new(weather: Weather) -> Self {
        Self {
            weather,
            flow: 0,
            path: 0,
            open: false,
            dead: false,
            cut_until: Moment::ZERO,
            last: [Moment::ZERO; 2],
            lost: 0,
        }
    }

    /// The weather is fine from now on.
    pub(super) fn calm_down(&mut self) {
        self.weather.loss = 0.0;
        self.weather.duplication = 0.0;
        self.weather.longest_delay = self.weather.shortest_delay + FINE;
    }

    pub(super) fn is_stream(&self) -> bool {
        self.weather.stream
    }

    pub(super) fn is_open(&self) -> bool {
        self.open
    }

    pub(super) fn is_cut(&self, now: Moment) -> bool {
        now < self.cut_until
    }

    /// The path that a message on this flow takes, if it leads anywhere.
    pub(super) fn path_of(&self, flow: FlowId) -> Option<u64> {
        (self.open && !self.dead && flow.0 == self.flow).then_some(self.path)
    }

    /// Whether what was sent on this path still finds its other end.
    pub(super) fn leads(&self, path: u64) -> bool {
        self.open && !self.dead && path == self.path
    }

    pub(super) fn flow(&self) -> Flow {
        let transport = if self.weather.stream {
            Transport::Tcp
        } else {
            Transport::Udp
        };
        let port = 5000 + u16::try_from(self.flow % 1000).unwrap();
        Flow {
            id: FlowId(self.flow),
            transport,
            local: SocketAddr::from(([192, 0, 2, 1], port)),
            remote: SocketAddr::from(([192, 0, 2, 9], 5060)),
        }
    }

    /// The open flow, or a new one.
    pub(super) fn open(&mut self) -> Flow {
        if !self.open {
            self.flow += 1;
            self.path += 1;
            self.open = true;
            self.dead = false;
        }
        self.flow()
    }

    /// The flow is no more; the answer is its name, if it was open.
    pub(super) fn close(&mut self) -> Option<FlowId> {
        std::mem::take(&mut self.open).then_some(FlowId(self.flow))
    }

    /// The NAT forgets where it led, or the connection dies in silence.
    pub(super) fn die(&mut self) {
        if self.weather.stream {
            self.dead = true;
        } else {
            self.path += 1;
        }
    }

    /// Whether this flow is dead.
    pub(super) fn is_dead(&self, flow: FlowId) -> bool {
        self.open && self.dead && flow.0 == self.flow
    }

    /// How many messages the network lost. On a connection they come later instead.
    pub(super) fn lost(&self) -> u64 {
        self.lost
    }

    pub(super) fn cut(&mut self, until: Moment) {
        self.cut_until = self.cut_until.max(until);
    }

    /// When a message sent now arrives: not at all, once, or twice.
    pub(super) fn arrivals(
        &mut self,
        now: Moment,
        towards: Towards,
        dice: &mut Dice,
    ) -> [Option<Moment>; 2] {
        let weather = self.weather;
        let late = |dice: &mut Dice| dice.between(weather.shortest_delay, weather.longest_delay);
        if weather.stream {
            let again = if dice.chance(weather.loss) {
                dice.between(Duration::from_millis(200), Duration::from_secs(3))
            } else {
                Duration::ZERO
            };
            let at = now.max(self.cut_until) + late(dice) + again;
            let last = &mut self.last[towards as usize];
            *last = at.max(*last);
            self.lost += u64::from(again > Duration::ZERO);
            return [Some(*last), None];
        }
        if self.is_cut(now) || dice.chance(weather.loss) {
            self.lost += 1;
            return [None, None];
        }
        let second = dice.chance(weather.duplication).then(|| now + late(dice));
        [Some(now + late(dice)), second]
    }
}

/// How much delays differ in fine weather.
const FINE: Duration = Duration::from_millis(15);
