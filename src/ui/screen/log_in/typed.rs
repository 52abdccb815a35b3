//! What is typed into the fields of the log-in, checked.

use crate::account::TransportChoice;
use crate::fl;

/// The proxies as URIs, with spaces between; empty stays empty. `None`: one of them cannot be one.
pub(super) fn proxies(typed: &str) -> Option<String> {
    let proxies: Option<Vec<String>> = typed.split_whitespace().map(proxy).collect();
    Some(proxies?.join(" "))
}

fn proxy(typed: &str) -> Option<String> {
    let is_uri = typed.starts_with("sip:") || typed.starts_with("sips:");
    let rest = typed.split_once(':').map_or(typed, |(_, rest)| rest);
    let bad = typed.contains(['<', '>', '"']);
    let host = if is_uri { rest } else { typed };
    let host_char = |c: char| c.is_alphanumeric() || c == '[';
    if bad || typed.contains("//") || !host.starts_with(host_char) {
        return None;
    }
    Some(if is_uri {
        typed.to_owned()
    } else {
        format!("sip:{typed};lr")
    })
}

pub(super) fn xcap_problem(typed: &str) -> Option<String> {
    let typed = typed.trim();
    let rest = typed
        .strip_prefix("https://")
        .or_else(|| typed.strip_prefix("http://"));
    let usable = rest.is_some_and(|rest| {
        rest.starts_with(|c: char| c.is_alphanumeric() || c == '[')
            && !rest.contains(char::is_whitespace)
    });
    (!typed.is_empty() && !usable).then(|| fl!("log-in-xcap-problem"))
}

pub(in crate::ui::screen) fn file_problem(typed: &str) -> Option<String> {
    let typed = typed.trim();
    let missing = !typed.is_empty() && !std::path::Path::new(typed).is_file();
    missing.then(|| fl!("log-in-ca-problem"))
}

/// The name of a transport, which is the same in every language.
pub(super) fn protocol(transport: TransportChoice) -> &'static str {
    match transport {
        TransportChoice::Udp => "UDP",
        TransportChoice::Tcp => "TCP",
        TransportChoice::Tls => "TLS",
    }
}
