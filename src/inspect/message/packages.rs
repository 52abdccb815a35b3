//! What Event and Subscription-State mean, in words.

use crate::inspect::text::{add, span};
use crate::package::Descriptor;
use crate::sip::{Message, SubscriptionState};

/// The type of a NOTIFY's or PUBLISH's body that does not tell it: that of its package (RFC 6665 §5.4.5).
pub(super) fn default_type(message: &Message) -> Option<&'static str> {
    let event = message.event().ok().flatten()?;
    if is_template(event.package) {
        return Some("application/watcherinfo+xml");
    }
    Descriptor::by_name(event.package)?.accept.first().copied()
}

/// Whether a package is one about watchers of another (RFC 3857).
fn is_template(package: &str) -> bool {
    package
        .rsplit_once('.')
        .is_some_and(|(_, template)| template == "winfo")
}

/// A package with what it is about.
pub(super) fn event_words(value: &str) -> String {
    let package = value.split(';').next().unwrap_or_default().trim();
    match what(package) {
        Some(what) => format!("{value} ({what})"),
        None => value.to_owned(),
    }
}

/// What a package is about.
fn what(package: &str) -> Option<&'static str> {
    Some(match package {
        "presence" => "who is reachable",
        "presence.winfo" => "who watches",
        "message-summary" => "waiting messages",
        "dialog" => "calls",
        "reg" => "registrations",
        "refer" => "how a REFER goes on",
        "kpml" => "keys pressed",
        "xcap-diff" => "changes of XCAP documents",
        "conference" => "who is in a conference",
        "ua-profile" => "configuration",
        package if is_template(package) => "who watches",
        _ => return None,
    })
}

/// A subscription's state with its reason.
pub(in crate::inspect) fn state_words(state: &SubscriptionState<'_>) -> String {
    let mut text = state.state.to_ascii_lowercase();
    if let Some(reason) = state.reason {
        add(&mut text, format_args!(", {reason}"));
        if let Some(words) = reason_words(reason) {
            add(&mut text, format_args!(" ({words})"));
        }
    }
    if let Some(seconds) = state.expires {
        add(
            &mut text,
            format_args!(", {} left", span(u64::from(seconds))),
        );
    }
    if let Some(seconds) = state.retry_after {
        add(
            &mut text,
            format_args!(", come back in {}", span(u64::from(seconds))),
        );
    }
    text
}

/// What a reason means to the subscriber (RFC 6665 §4.1.3).
pub(in crate::inspect) fn reason_words(reason: &str) -> Option<&'static str> {
    Some(match reason {
        "deactivated" => "subscribe again at once: the server moves it elsewhere",
        "probation" => "subscribe again later",
        "rejected" => "refused; do not try again",
        "timeout" => "it was not refreshed in time, or the subscriber ended it",
        "giveup" => "nobody decided in time; it may be tried again",
        "noresource" => "there is no such resource; do not try again",
        "invariant" => "the state will not change any more",
        _ => return None,
    })
}
