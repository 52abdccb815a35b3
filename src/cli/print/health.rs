//! The line that tells how something fares.

use std::fmt::Write as _;

use super::span;
use crate::account::{Health, plain};

/// How something fares, on one line: what it is, how it stands, what is next, and what went wrong.
pub(super) fn health(health: &Health) -> String {
    let mut line = health.subject.to_owned();
    if let Some(package) = &health.package {
        let _ = write!(line, " {package}");
    }
    let resource = plain(&health.resource);
    let _ = write!(line, " {resource}: {}", health.state.replace('_', " "));
    match (health.expires_s, health.granted_s) {
        (Some(left), Some(granted)) => {
            let _ = write!(line, ", {} left of {}", span(left), span(granted));
        }
        (Some(left), None) => {
            let _ = write!(line, ", {} left", span(left));
        }
        (None, _) => {}
    }
    if let Some(next) = health.next {
        let action = next.action.replace('_', " ");
        let _ = write!(line, ", {action} in {}", span(next.in_s));
    }
    if let Some(seconds) = health.last_notify_s {
        let _ = write!(line, ", last NOTIFY {} ago", span(seconds));
    }
    if let Some(counters) = health.counters {
        let _ = write!(line, ", {} requests", counters.requests);
        if let Some(notifies) = counters.notifies {
            let _ = write!(line, ", {notifies} NOTIFYs");
        }
        let _ = write!(line, ", {} failures", counters.failures);
    }
    if let Some(failure) = &health.last_failure {
        let _ = write!(
            line,
            "; last failure {} ago: {}",
            span(failure.ago_s),
            failure.reason
        );
        if let Some(detail) = &failure.detail {
            let _ = write!(line, " ({detail})");
        }
    }
    for server in &health.servers {
        let _ = write!(
            line,
            "; served by {} over {}",
            server.address, server.transport
        );
        if server.of > 1 {
            let _ = write!(line, ", {} of {}", server.place, server.of);
        }
        for passed in &server.passed_over {
            let _ = write!(line, "; {passed}");
        }
        if let Some(seconds) = server.look_again_s {
            let _ = write!(line, "; better ones are tried in {}", span(seconds));
        }
    }
    for tolerance in &health.tolerances {
        let _ = write!(line, "; {tolerance}");
    }
    if let Some(watchers) = health.watchers {
        let _ = write!(
            line,
            ", {} told, {} waiting, {} requests refused",
            watchers.active, watchers.pending, watchers.refused
        );
    }
    if let Some(count) = health.bad_input {
        let _ = write!(line, ", {count} faulty or foreign messages left out");
    }
    line
}
