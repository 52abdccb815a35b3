//! What kind of time it is: the network, what happens to both sides, and the habits of the notifier.

use std::time::Duration;

use siskin::sip::digest::Algorithm;

use super::dice::Dice;

/// Everything that makes one run different from another, but for the seed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scenario {
    pub(crate) subscriptions: usize,
    /// How long all of this goes on; then the weather is fine.
    pub(crate) length: Duration,
    pub(crate) network: Weather,
    pub(crate) habits: Habits,
    /// How often what happens, spread over the length.
    pub(crate) often: Often,
    pub(crate) longest_outage: Duration,
    pub(crate) longest_sleep: Duration,
    /// The longest time between two changes of somebody's state.
    pub(crate) longest_rest: Duration,
}

/// The network between the two.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Weather {
    /// A connection: nothing is lost or out of order, but what is sent again comes late, and connections die.
    pub(crate) stream: bool,
    pub(crate) loss: f64,
    pub(crate) duplication: f64,
    /// One way.
    pub(crate) shortest_delay: Duration,
    pub(crate) longest_delay: Duration,
}

/// Events of a run, and how many of each.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Often {
    /// The server goes down for a while and comes back; what it then remembers is a habit.
    pub(crate) restarts: usize,
    /// The subscriber dies and begins anew.
    pub(crate) crashes: usize,
    /// The machine comes to another network, and notices.
    pub(crate) network_changes: usize,
    /// The NAT forgets its mapping, or the connection dies without a word; nobody notices.
    pub(crate) flow_deaths: usize,
    /// Nothing passes for a while.
    pub(crate) partitions: usize,
    /// The machine sleeps.
    pub(crate) sleeps: usize,
    /// The subscriber's clock leaps ahead while the rest of the world does not.
    pub(crate) leaps: usize,
    /// The notifier ends a subscription.
    pub(crate) ends: usize,
    /// The notifier rejects a subscription, and takes it back some minutes later.
    pub(crate) rejections: usize,
    /// The user no longer wants one, and wants it again at once.
    pub(crate) whims: usize,
    /// Messages waiting, told to who did not ask.
    pub(crate) unsolicited: usize,
}

/// In which ways the server is odd; the default is what the RFCs say.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Habits {
    /// The longest term, in seconds.
    pub(crate) granted: u32,
    /// How many notifiers answer one SUBSCRIBE.
    pub(crate) forks: usize,
    /// Requests need credentials.
    pub(crate) digest: Option<Digest>,
    /// What is left after a restart.
    pub(crate) memory: Memory,
    pub(crate) order: Order,
    /// A refresh is answered 200 without a NOTIFY.
    pub(crate) silent_refreshes: bool,
    /// Each so many-th SUBSCRIBE is answered 200 and then forgotten; zero: none.
    pub(crate) forgets: u64,
    /// Short terms are refused with 423.
    pub(crate) minimum: Minimum,
    /// Which Accept headers are refused with 489 (Asterisk).
    pub(crate) accept: Accepts,
    /// What the final NOTIFY of a term that ran out says (`FreeSWITCH`: `noresource`).
    pub(crate) expiry: &'static str,
    /// What ends say that nobody asked for.
    pub(crate) reasons: &'static [&'static str],
    /// No final NOTIFY after an unsubscribe (Kamailio's lists).
    pub(crate) silent_end: bool,
    /// Each NOTIFY is followed by an equal one (Kamailio).
    pub(crate) doubles: bool,
    /// The registrar knows outbound, and its flows are kept alive (RFC 5626).
    pub(crate) outbound: bool,
    /// Who sends too much is not heard for a while.
    pub(crate) ban: Option<Ban>,
    /// For so long after a restart it answers 503 with Retry-After.
    pub(crate) warm_up: u32,
    /// States have entity tags, and are not sent to who has them already (RFC 5839).
    pub(crate) tags: bool,
}

/// How the server asks for credentials.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Digest {
    pub(crate) algorithm: Algorithm,
    /// How many requests a nonce is good for, and how long; afterwards it is stale.
    pub(crate) uses: u32,
    pub(crate) life: Duration,
}

/// What a server that starts again knows of its subscriptions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Memory {
    /// Everything.
    Kept,
    /// Nothing.
    Lost,
    /// Everything but its last NOTIFYs: their `CSeq` comes again (Kamailio).
    Behind(u32),
    /// The subscriptions; `CSeq` begins anew, far lower (`FreeSWITCH`).
    CountsAnew,
}

/// What comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    Answer,
    Notify,
    /// There is no 2xx at all.
    NotifyOnly,
}

/// How a server refuses terms under its minimum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Minimum {
    None,
    /// With Min-Expires, in seconds.
    Named(u32),
    /// Without (Asterisk).
    Nameless(u32),
}

/// Which Accept headers a server takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Accepts {
    All,
    OneType,
    NoHeader,
}

/// When a server no longer listens to somebody.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ban {
    /// More new requests than this in one second.
    pub(crate) most: usize,
    /// For how long.
    pub(crate) length: Duration,
}

impl Default for Habits {
    fn default() -> Self {
        Self {
            granted: 600,
            forks: 1,
            digest: None,
            memory: Memory::Kept,
            order: Order::Answer,
            silent_refreshes: false,
            forgets: 0,
            minimum: Minimum::None,
            accept: Accepts::All,
            expiry: "timeout",
            reasons: &REASONS,
            silent_end: false,
            doubles: false,
            outbound: false,
            ban: None,
            warm_up: 0,
            tags: false,
        }
    }
}

impl Habits {
    /// Some odd server.
    fn drawn(dice: &mut Dice) -> Self {
        let digest = dice.chance(0.4).then(|| Digest {
            algorithm: dice.pick(&[Algorithm::Md5, Algorithm::Sha256]),
            uses: dice.pick(&[1, 20, u32::MAX]),
            life: secs(dice.pick(&[60, 300, 100_000])),
        });
        Self {
            granted: dice.pick(&[300, 900, 1800, 3600, 3600, 3600, 3600, 3600]),
            forks: dice.pick(&[1, 1, 2, 3]),
            digest,
            memory: dice.pick(&[
                Memory::Kept,
                Memory::Lost,
                Memory::Lost,
                Memory::Behind(1),
                Memory::Behind(5),
                Memory::CountsAnew,
            ]),
            order: dice.pick(&[
                Order::Answer,
                Order::Answer,
                Order::Notify,
                Order::NotifyOnly,
            ]),
            silent_refreshes: dice.chance(0.1),
            forgets: dice.pick(&[0, 0, 0, 7]),
            minimum: dice.pick(&[
                Minimum::None,
                Minimum::None,
                Minimum::Named(1200),
                Minimum::Nameless(1500),
            ]),
            accept: dice.pick(&[
                Accepts::All,
                Accepts::All,
                Accepts::OneType,
                Accepts::NoHeader,
            ]),
            expiry: if dice.chance(0.1) {
                "noresource"
            } else {
                "timeout"
            },
            // Who is told so waits for hours.
            reasons: if dice.chance(0.2) { &REASONS } else { &SOON },
            silent_end: dice.chance(0.2),
            doubles: dice.chance(0.1),
            outbound: dice.chance(0.15),
            ban: dice.chance(0.05).then(|| Ban {
                most: 60,
                length: secs(120),
            }),
            warm_up: dice.pick(&[0, 0, 0, 20]),
            tags: false,
        }
        .consistent()
    }

    /// A term under the minimum would be refused for ever. Who uses numbers again and says nothing on a refresh leaves
    /// nobody a way to learn what was missed.
    fn consistent(mut self) -> Self {
        if matches!(self.memory, Memory::Behind(2..) | Memory::CountsAnew) {
            self.silent_refreshes = false;
        }
        if let Minimum::Named(least) | Minimum::Nameless(least) = self.minimum {
            self.granted = self.granted.max(least);
        }
        self
    }
}

impl Scenario {
    /// An hour on a good network with a server that follows the RFCs, and nothing that happens but changes of state.
    pub(crate) fn quiet() -> Self {
        Self {
            subscriptions: 20,
            length: secs(3600),
            network: Weather {
                stream: false,
                loss: 0.0,
                duplication: 0.0,
                shortest_delay: Duration::from_millis(2),
                longest_delay: Duration::from_millis(20),
            },
            habits: Habits::default(),
            often: Often::default(),
            longest_outage: secs(90),
            longest_sleep: secs(8 * 3600),
            longest_rest: secs(240),
        }
    }

    /// Any hour: loss, forks, restarts and whatever else may come, as the seed wants it.
    pub(crate) fn drawn(seed: u64) -> Self {
        let mut dice = Dice::new(seed ^ 0x5eed);
        let stream = dice.chance(0.4);
        let mut few = |most: usize| dice.below(most + 1);
        let often = Often {
            restarts: 1 + few(2),
            crashes: few(1),
            network_changes: few(2),
            flow_deaths: few(2),
            partitions: few(2),
            sleeps: few(1),
            leaps: few(1),
            ends: few(4),
            rejections: few(2),
            whims: few(3),
            unsolicited: few(3),
        };
        Self {
            network: Weather {
                stream,
                loss: dice.pick(&[0.02, 0.05, 0.1, 0.2, 0.3]),
                duplication: dice.pick(&[0.0, 0.05, 0.2]),
                shortest_delay: Duration::from_millis(2),
                longest_delay: Duration::from_millis(dice.pick(&[20, 200, 1500])),
            },
            habits: Habits {
                // Apart, so that the seeds stay what they are.
                tags: Dice::new(seed ^ 0x7a65).chance(0.3),
                ..Habits::drawn(&mut dice)
            },
            often,
            longest_outage: secs(dice.pick(&[10, 90, 300])),
            longest_sleep: secs(dice.pick(&[60, 3600, 8 * 3600])),
            longest_rest: secs(400),
            ..Self::quiet()
        }
    }

    /// What is asked for, in seconds; less than a minimum where there is one.
    pub(crate) fn asked(&self) -> u32 {
        match self.habits.minimum {
            Minimum::None => 3600,
            Minimum::Named(_) | Minimum::Nameless(_) => 300,
        }
    }

    /// The longest term of a subscription.
    pub(crate) fn term(&self) -> Duration {
        secs(self.asked().max(self.habits.granted))
    }

    /// The longest time until the next try of something that is wanted (EV-062, EV-094, RP-011).
    pub(crate) fn longest_wait(&self) -> Duration {
        let vanishes = self.habits.expiry == "noresource"
            || (self.often.ends > 0 && self.habits.reasons.contains(&"noresource"));
        if vanishes {
            secs(6 * 3600)
        } else {
            secs(1830 + self.habits.warm_up)
        }
    }

    /// The longest time in which a request that is due gets its final answer or is given up: in its turn, and at other
    /// servers.
    pub(crate) fn patience(&self) -> Duration {
        secs(300) + secs(1) * u32::try_from(self.subscriptions).unwrap()
    }
}

pub(crate) fn secs(seconds: u32) -> Duration {
    Duration::from_secs(seconds.into())
}

/// Reasons after which a new try comes within the half hour.
const SOON: [&str; 5] = [
    "deactivated",
    "timeout",
    "probation;retry-after=30",
    "giveup",
    "odd",
];
/// Every reason of those that bring another try.
const REASONS: [&str; 6] = [
    "deactivated",
    "timeout",
    "probation;retry-after=30",
    "giveup",
    "noresource",
    "odd",
];
