//! Which extensions a REGISTER offers, and what the answer makes of them (RFC 5626 §4.2.1, RFC 3327 §5.1, RFC 5627 §4.1).

use std::time::Duration;

use crate::engine::config::EngineConfig;
use crate::sip::{HeaderName, Message, TokenList};

/// The option tags in Supported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Offer {
    pub(super) outbound: bool,
    pub(super) path: bool,
    pub(super) gruu: bool,
    /// How often it was adapted to a refusal.
    adapted: u8,
}

impl Offer {
    pub(super) fn new(config: &EngineConfig) -> Self {
        Self {
            outbound: config.outbound && !config.instance.is_empty(),
            path: true,
            gruu: config.gruu && !config.instance.is_empty(),
            adapted: 0,
        }
    }

    /// The value of Supported, unless nothing is offered.
    pub(super) fn supported(self) -> Option<String> {
        let tags = [
            (self.path, PATH),
            (self.outbound, OUTBOUND),
            (self.gruu, GRUU),
        ];
        let offered: Vec<&str> = tags
            .into_iter()
            .filter_map(|(offered, tag)| offered.then_some(tag))
            .collect();
        (!offered.is_empty()).then(|| offered.join(", "))
    }

    /// Changes the offer as a refusal wants it; whether there is anything new to try.
    ///
    /// 439: the first hop cannot do outbound (RFC 5626 §11.6). 420: what Unsupported lists is left out (RFC 3261
    /// §8.1.3.5). 421: what Require lists is offered, where we know it (RFC 3261 §21.4.16).
    pub(super) fn adapt(&mut self, code: u16, refusal: &Message, has_instance: bool) -> bool {
        let before = *self;
        let listed =
            |tags: Option<TokenList<'_>>, tag: &str| tags.is_some_and(|tags| tags.contains(tag));
        match code {
            439 => self.outbound = false,
            420 => {
                let without = |tag| listed(refusal.unsupported().ok(), tag);
                self.outbound &= !without(OUTBOUND);
                self.path &= !without(PATH);
                self.gruu &= !without(GRUU);
            }
            421 => {
                let wants = |tag| listed(refusal.require().ok(), tag);
                self.outbound |= wants(OUTBOUND) && has_instance;
                self.path |= wants(PATH);
                self.gruu |= wants(GRUU) && has_instance;
            }
            _ => {}
        }
        if *self == before || self.adapted >= ADAPTATIONS {
            return false;
        }
        self.adapted += 1;
        true
    }
}

/// The option tags of every extension that is known here, for who asks (RFC 3261 §11.2).
pub(crate) fn extensions(config: &EngineConfig) -> String {
    let offered = Offer::new(config).supported();
    let known = std::iter::once(EVENTLIST.to_owned()).chain(offered);
    known.collect::<Vec<_>>().join(", ")
}

/// What a 2xx says about the flow of the binding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Terms {
    /// Outbound is in force: the option tag is in Require (RFC 5626 §4.2.1).
    pub(super) outbound: bool,
    /// The next hop says that it takes keep-alives: by outbound, by `ob` in Path (RFC 5626 §8), or by naming a time.
    pub(super) keep_alive: bool,
    /// How long the server waits for a keep-alive (Flow-Timer, RFC 5626 §4.4).
    pub(super) flow_timer: Option<Duration>,
}

impl Terms {
    pub(super) fn of(accepted: &Message, offer: Offer) -> Self {
        let required = accepted.require();
        let outbound = offer.outbound && required.is_ok_and(|tags| tags.contains(OUTBOUND));
        let path = accepted.addresses(HeaderName::Path);
        let edge = path
            .filter_map(Result::ok)
            .filter_map(|address| address.parse_uri().ok())
            .any(|uri| uri.param("ob").is_some());
        let flow_timer = accepted.flow_timer().ok().flatten();
        Self {
            outbound,
            keep_alive: outbound || edge || flow_timer.is_some(),
            flow_timer: flow_timer.map(|seconds| Duration::from_secs(seconds.into())),
        }
    }
}

/// Lists (RFC 4662 §4.1); offered by SUBSCRIBE alone.
const EVENTLIST: &str = "eventlist";
pub(super) const OUTBOUND: &str = "outbound";
const PATH: &str = "path";
const GRUU: &str = "gruu";
/// A registrar that contradicts itself is not followed for ever.
const ADAPTATIONS: u8 = 3;
