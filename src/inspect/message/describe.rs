//! What each header of a message says, line by line.

use std::fmt::Write as _;

use super::{Places, auth, packages};
use crate::inspect::report::Report;
use crate::inspect::text::span;
use crate::sip::disclose::{Caution, caution};
use crate::sip::{Contact, HeaderName, Message, NameAddr, RawHeader, Via, reason_phrase};

/// Says what the start line and each header tell, in the order of the message.
pub(super) fn describe(message: &Message, places: &Places<'_>, report: &mut Report) {
    let start = places.start().line;
    if let Some(line) = message.request_line() {
        report.say(Some(start), 0, line.method, line.uri);
    } else {
        report.say(Some(start), 0, "response", status_line(message));
    }
    let mut compact = Vec::new();
    for header in message.all_headers() {
        let line = places.name(&header).line;
        let label = match header.known() {
            Some(name) => name.as_str(),
            None => header.name(),
        };
        if header.name().len() == 1 && header.known().is_some() {
            compact.push(format!("{} is {label}", header.name()));
        }
        report.say(Some(line), 0, label, value(message, &header));
    }
    if !compact.is_empty() {
        report.say(None, 0, "compact forms", compact.join(", "));
    }
}

/// `SUBSCRIBE sip:bob@example.com`, or `403 Forbidden to SUBSCRIBE`.
pub(in crate::inspect) fn status_line(message: &Message) -> String {
    if let Some(line) = message.request_line() {
        return format!("{} {}", line.method, line.uri);
    }
    let mut text = message.status_line().map_or_else(String::new, |line| {
        let reason = if line.reason.is_empty() {
            reason_phrase(line.code)
        } else {
            line.reason
        };
        format!("{} {reason}", line.code)
    });
    if let Ok(cseq) = message.cseq() {
        let _ = write!(text, " to {}", cseq.method.as_str());
    }
    text
}

/// What may be told of a header field.
pub(in crate::inspect) fn field(name: &str, value: &str) -> String {
    match caution(name) {
        Caution::Shown => value.to_owned(),
        Caution::Credentials { has_scheme } => auth::public(value, has_scheme),
        Caution::Hidden => "not shown".to_owned(),
    }
}

/// The bare address of a name-addr.
pub(in crate::inspect) fn address(name: &NameAddr<'_>) -> String {
    name.parse_uri().map_or_else(
        |_| name.uri.to_owned(),
        |uri| uri.without_params().as_str().to_owned(),
    )
}

fn value(message: &Message, header: &RawHeader<'_>) -> String {
    let Ok(text) = header.unfolded() else {
        return "not UTF-8".to_owned();
    };
    let plain = || text.clone().into_owned();
    let Some(name) = header.known() else {
        return field(header.name(), &text);
    };
    match name {
        HeaderName::Via => vias(message, header).unwrap_or_else(plain),
        HeaderName::From | HeaderName::To => {
            NameAddr::parse(name, &text).map_or_else(|_| plain(), |address| named(&address))
        }
        HeaderName::Contact => contacts(message, header).unwrap_or_else(plain),
        HeaderName::Expires | HeaderName::MinExpires | HeaderName::FlowTimer => seconds(&text),
        HeaderName::Event => packages::event_words(&text),
        HeaderName::SubscriptionState => match message.subscription_state() {
            Ok(Some(state)) => packages::state_words(&state),
            _ => plain(),
        },
        _ => field(name.as_str(), &text),
    }
}

fn vias(message: &Message, header: &RawHeader<'_>) -> Option<String> {
    let mine = header.value().as_ptr_range();
    let vias: Vec<String> = message
        .vias()
        .filter_map(Result::ok)
        .filter(|via| mine.contains(&via.raw.as_bytes().as_ptr()))
        .map(|via| self::via(&via))
        .collect();
    (!vias.is_empty()).then(|| vias.join("; then "))
}

fn via(via: &Via<'_>) -> String {
    let mut text = format!("{} {}", via.transport, via.host);
    if let Some(port) = via.port {
        let _ = write!(text, ":{port}");
    }
    match (via.received, via.rport) {
        (Some(received), Some(Some(port))) => {
            let _ = write!(text, ", came from {received}:{port}");
        }
        (Some(received), _) => {
            let _ = write!(text, ", came from {received}");
        }
        (None, Some(Some(port))) => {
            let _ = write!(text, ", came from port {port}");
        }
        (None, Some(None)) => text.push_str(", asks where it came from"),
        (None, None) => {}
    }
    match via.branch {
        Some(branch) => {
            let _ = write!(text, ", branch {branch}");
        }
        None => text.push_str(", no branch"),
    }
    text
}

fn contacts(message: &Message, header: &RawHeader<'_>) -> Option<String> {
    let mine = header.value().as_ptr_range();
    let mut texts = Vec::new();
    for contact in message.contacts().filter_map(Result::ok) {
        match contact {
            Contact::Star => texts.push("* (every binding)".to_owned()),
            Contact::Address(address) if mine.contains(&address.uri.as_bytes().as_ptr()) => {
                let mut text = named(&address);
                if let Some(expires) = address.expires() {
                    let _ = write!(text, ", for {}", span(u64::from(expires)));
                }
                texts.push(text);
            }
            Contact::Address(_) => {}
        }
    }
    (!texts.is_empty()).then(|| texts.join("; "))
}

fn named(address: &NameAddr<'_>) -> String {
    let mut text = address.uri.to_owned();
    if let Some(display) = address.display.as_deref().filter(|name| !name.is_empty()) {
        let _ = write!(text, " “{display}”");
    }
    if let Some(tag) = address.tag() {
        let _ = write!(text, ", tag {tag}");
    }
    text
}

fn seconds(text: &str) -> String {
    match text.trim().parse::<u64>() {
        Ok(0) => "0".to_owned(),
        Ok(seconds) if seconds >= 60 => format!("{seconds} s ({})", span(seconds)),
        Ok(seconds) => format!("{seconds} s"),
        Err(_) => text.to_owned(),
    }
}
