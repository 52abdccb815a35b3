//! What the scenarios share: transports, bounds, and the lines that are waited for.

use std::time::Duration;

use serde_json::{Value, json};

use crate::siskin::Siskin;

/// A local server answers in milliseconds; this is long enough for a busy machine.
pub const SOON: Duration = Duration::from_secs(10);

/// Long enough for a refresh of a subscription that was granted 30 seconds, and what follows it.
pub const AFTER_REFRESH: Duration = Duration::from_secs(50);

/// Writes each scenario once and runs it over UDP, TCP and TLS, each as a test of its own.
macro_rules! over_every_transport {
    ($($(#[$doc:meta])* fn $name:ident($transport:ident: &str) $body:block)+) => {$(
        mod $name {
            use super::*;

            $(#[$doc])*
            fn scenario($transport: &str) $body

            #[test]
            fn udp() {
                scenario("udp");
            }

            #[test]
            fn tcp() {
                scenario("tcp");
            }

            #[test]
            fn tls() {
                scenario("tls");
            }
        }
    )+};
}
pub(crate) use over_every_transport;

/// The address of a user of the test server.
pub fn address(user: &str) -> String {
    format!("sip:{user}@{}", crate::server::DOMAIN)
}

/// Waits until the subscription to a package of a user is in this state, and returns the line.
pub fn subscription(
    siskin: &mut Siskin,
    package: &str,
    user: &str,
    state: &str,
    bound: Duration,
) -> Value {
    let fields = [
        ("package", json!(package)),
        ("resource", json!(address(user))),
        ("state", json!(state)),
    ];
    siskin.wait_for_line(bound, "subscription", &fields)
}

/// Waits until this status of a user is shown as current, and returns the line.
pub fn presence(siskin: &mut Siskin, user: &str, status: &str, bound: Duration) -> Value {
    let fields = [
        ("resource", json!(address(user))),
        ("status", json!(status)),
        ("stale", json!(false)),
    ];
    siskin.wait_for_line(bound, "presence", &fields)
}

/// Waits until the registration is in this state.
pub fn registration(siskin: &mut Siskin, state: &str, bound: Duration) -> Value {
    siskin.wait_for_line(bound, "registration", &[("state", json!(state))])
}
