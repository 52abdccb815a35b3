//! What a demo server is told at its start.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use crate::sip::Secret;

/// How to run a demo server. The default is what `siskin demo` shows.
#[derive(Debug, Clone)]
pub struct DemoOptions {
    /// The loopback address to listen on.
    pub address: IpAddr,
    /// The SIP port, for UDP and TCP; 0 takes a free one.
    pub sip_port: u16,
    /// The XCAP port; 0 takes a free one.
    pub xcap_port: u16,
    /// Alice's password; made up when there is none.
    pub password: Option<Secret>,
    /// Whether the scripted office plays.
    pub office: bool,
    /// How fast the office plays: 2 is twice as fast.
    pub speed: f64,
    /// Makes every random choice repeatable; `None` takes the system's random source.
    pub seed: Option<u64>,
    /// What expiries are granted.
    pub expiry: ExpiryBounds,
    /// How long a nonce is good; afterwards it is stale.
    pub nonce_lifetime: Duration,
    /// Faults from the start.
    pub faults: Faults,
}

impl Default for DemoOptions {
    fn default() -> Self {
        Self {
            address: IpAddr::V4(Ipv4Addr::LOCALHOST),
            sip_port: 0,
            xcap_port: 0,
            password: None,
            office: true,
            speed: 1.0,
            seed: None,
            expiry: ExpiryBounds::default(),
            nonce_lifetime: Duration::from_secs(300),
            faults: Faults::default(),
        }
    }
}

/// What expiries the server grants, in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExpiryBounds {
    /// Shorter ones are answered 423.
    pub min_s: u32,
    /// Longer ones are shortened.
    pub max_s: u32,
}

impl Default for ExpiryBounds {
    fn default() -> Self {
        Self {
            min_s: 5,
            max_s: 3600,
        }
    }
}

/// How the server misbehaves, for tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Faults {
    /// How many further notifiers answer each new SUBSCRIBE, as behind a forking proxy. The first one sends the response.
    pub extra_notifiers: usize,
    /// How long each request waits before it is looked at.
    pub delay: Duration,
    /// How many of a hundred datagrams get lost, in each direction.
    pub loss_percent: u8,
}
