//! The way to the servers: names, connections, certificates, and whether SIP is spoken at the other end.

use std::fmt::Write as _;

use jiff::Timestamp;

use super::exchange::{Line, Question};
use super::{Check, CheckState, DECIDE, Tell, described};
use crate::account::event::Fault;
use crate::account::fault::fault_of;
use crate::engine::{FlowError, NextHop, Reason};
use crate::net::{Certificate, Located, Target};
use crate::sip::{HeaderName, Method, Transport};

/// Examines every server of every way out. Whether there is one that may serve.
pub(super) async fn examine(line: &mut Line, tell: Tell<'_>) -> bool {
    let mut reached = false;
    for (next_hop, route) in line.account.ways_out() {
        let located = match line.network.locate(&next_hop).await {
            Ok(located) => located,
            Err(error) => {
                tell(Check::fail("dns", Fault::Unreachable, error.to_string()));
                continue;
            }
        };
        tell(names(&next_hop, &located));
        for target in located.targets.iter().take(TARGETS) {
            let connected = connection(line, &next_hop, *target, tell).await;
            if connected {
                let options = options(line, &next_hop, *target, route.as_deref()).await;
                // Some servers do not answer strangers; REGISTER will tell.
                reached = true;
                tell(options);
            }
        }
    }
    reached
}

/// Asks whether the server takes publications, without one: the first that can be had, whichever way leads to it.
pub(super) async fn publish(line: &mut Line) -> Check {
    let own = line.account.address.without_params().to_string();
    let headers = [
        (HeaderName::Event, "presence".to_owned()),
        (HeaderName::Expires, "60".to_owned()),
        (HeaderName::SipIfMatch, "none-of-ours".to_owned()),
    ];
    let mut unreached = None;
    for (next_hop, route) in line.account.ways_out() {
        let question = Question {
            method: Method::Publish,
            uri: &own,
            route: route.as_deref(),
            headers: &headers,
        };
        match line.ask(&next_hop, &question).await {
            Ok(answer) => {
                return match answer.status().unwrap_or_default() {
                    412 | 200 => Check::ok("publish", "the server takes publications of presence"),
                    _ => failed("publish", &Reason::answered(&answer)),
                };
            }
            Err(reason) => unreached = Some(reason),
        }
    }
    match unreached {
        Some(reason) => failed("publish", &reason),
        None => Check::skipped("publish", "there is no server"),
    }
}

fn names(next_hop: &NextHop, located: &Located) -> Check {
    let targets: Vec<String> = located.targets.iter().map(server).collect();
    let targets = targets.join(", ");
    if located.steps.is_empty() {
        return Check::ok("dns", format!("{targets}: nothing to look up"));
    }
    let steps: Vec<String> = located.steps.iter().map(ToString::to_string).collect();
    let detail = format!(
        "{}: {}; servers: {targets}",
        next_hop.host,
        steps.join("; ")
    );
    if located.hidden().next().is_some() {
        return Check::warn("dns", detail).hint(
            "some servers cannot be looked up now; try again later, or ask who runs the DNS",
        );
    }
    Check::ok("dns", detail)
}

/// Whether the server takes a connection; over UDP there is none.
async fn connection(line: &Line, next_hop: &NextHop, target: Target, tell: Tell<'_>) -> bool {
    let name = server(&target);
    if target.transport == Transport::Udp {
        tell(clear(
            "connection",
            &target,
            format!("{name}: none is needed"),
        ));
        return true;
    }
    let examined = line.network.examine(next_hop, target).await;
    let connected = examined.connected.is_ok();
    tell(match &examined.connected {
        Ok(took) => {
            let detail = format!("{name}: connected in {} ms", took.as_millis());
            clear("connection", &target, detail)
        }
        Err(error) => {
            let check = Check::fail("connection", Fault::Unreachable, error.to_string());
            match error {
                FlowError::Tls { .. } => check.hint(DECIDE),
                _ => check,
            }
        }
    });
    if let Some(shown) = &examined.certificate {
        let refused = line.trust.refused().into_iter();
        let mut refused = refused.filter(|refused| !refused.web && refused.certificate == *shown);
        tell(match refused.next() {
            Some(refused) if !connected => Check::of_refused(refused),
            _ => {
                let pinned = line.trust.has_pinned(shown.fingerprint, &next_hop.identity);
                certificate(&name, shown, pinned)
            }
        });
    }
    connected
}

fn certificate(server: &str, shown: &Certificate, pinned: bool) -> Check {
    let days = (shown.not_after.as_second() - Timestamp::now().as_second()) / 86_400;
    let detail = format!("{server}: {}", described(shown));
    if pinned {
        let why = "trusted as it is, because this account does";
        return Check::ok("certificate", format!("{detail}; {why}"));
    }
    if days < SOON_DAYS {
        return Check::warn("certificate", detail).hint(format!(
            "it runs out in {days} days; tell the server's operator"
        ));
    }
    Check::ok("certificate", detail)
}

/// Asks a server what it can do.
async fn options(
    line: &mut Line,
    next_hop: &NextHop,
    target: Target,
    route: Option<&str>,
) -> Check {
    let uri = line.account.registrar();
    let question = Question {
        method: Method::Options,
        uri: &uri,
        route,
        headers: &[(HeaderName::Accept, "application/sdp".to_owned())],
    };
    // This server and no other.
    let alone = NextHop {
        host: target.address.ip().to_string(),
        port: Some(target.address.port()),
        transport: Some(target.transport),
        ..next_hop.clone()
    };
    let name = server(&target);
    match line.ask(&alone, &question).await {
        Ok(answer) => {
            let code = answer.status().unwrap_or_default();
            let mut detail = format!("{name}: {}", Reason::answered(&answer));
            for header in SAID {
                let values: Vec<&str> = answer
                    .headers(header)
                    .filter_map(|value| value.text().ok())
                    .filter(|value| !value.is_empty())
                    .collect();
                if !values.is_empty() {
                    let _ = write!(detail, "; {}: {}", header.as_str(), values.join(", "));
                }
            }
            if (500..600).contains(&code) {
                return Check::warn("options", detail)
                    .hint("try again later, or ask the server's operator");
            }
            Check::ok("options", detail)
        }
        Err(reason) => Check::warn("options", format!("{name}: {reason}"))
            .hint("some servers do not answer OPTIONS; whether REGISTER works tells more"),
    }
}

/// A server, as `tls 192.0.2.1:5061`.
fn server(target: &Target) -> String {
    format!("{} {}", target.transport.parameter(), target.address)
}

/// What goes over this connection can be read on its way, unless it does not leave the machine.
fn clear(step: &'static str, target: &Target, detail: String) -> Check {
    if target.transport.is_secure() || target.address.ip().is_loopback() {
        return Check::ok(step, detail);
    }
    Check::warn(step, format!("{detail}; not encrypted")).hint(
        "ask the server's operator for TLS, and name it with --proxy \"sip:...;transport=tls\"",
    )
}

fn failed(step: &'static str, reason: &Reason) -> Check {
    let fault = fault_of(reason, true).unwrap_or(Fault::Other);
    let check = Check::fail(step, fault, reason.to_string());
    Check {
        state: CheckState::Warn,
        ..check
    }
}

/// Servers of one way out that are looked at.
const TARGETS: usize = 8;
/// A certificate that runs out within so many days is worth a word.
const SOON_DAYS: i64 = 21;
/// What a server says about itself.
const SAID: [HeaderName; 4] = [
    HeaderName::Server,
    HeaderName::Allow,
    HeaderName::AllowEvents,
    HeaderName::Supported,
];
