//! The sentence for a call.

use std::fmt::Write as _;

use super::span;
use crate::account::{Dialog, Indicator, plain};

/// The line for a call.
pub(super) fn dialog(dialog: &Dialog) -> String {
    let name = dialog
        .remote_display
        .as_deref()
        .filter(|name| !name.is_empty());
    let address = dialog.remote.as_deref();
    let party = match (name, address) {
        (Some(name), Some(address)) => Some(format!("{} ({})", plain(name), plain(address))),
        (name, address) => name.or(address).map(|party| plain(party).into_owned()),
    };
    let with = |words: &str, joined: &str| match &party {
        Some(party) => format!("{words}{joined}{party}"),
        None => words.to_owned(),
    };
    let words = match (dialog.state.as_str(), dialog.direction) {
        ("confirmed", _) => with("on the phone", " with "),
        ("terminated", _) => with("call", " with ") + " ended",
        ("trying" | "proceeding" | "early", Some("initiator")) => match &party {
            Some(party) => format!("calls {party}"),
            None => "calls somebody".to_owned(),
        },
        ("trying" | "proceeding", None) => with("begins a call", " with "),
        ("trying" | "proceeding" | "early", _) => with("rings", ", called by "),
        (other, _) => format!("{}: {}", with("call", " with "), plain(other)),
    };
    let mut line = format!("{}: {words}", plain(&dialog.resource));
    if dialog.state == "terminated" {
        if let Some(event) = &dialog.event {
            let _ = write!(line, " ({})", plain(dialog_end_words(event)));
        }
        if dialog.indicator == Indicator::Idle {
            line.push_str(", no other call");
        }
    } else if let Some(seconds) = dialog.duration_s {
        let _ = write!(line, ", for {}", span(seconds));
    }
    if dialog.stale {
        line.push_str(" (no longer current)");
    }
    line
}

/// What brought a call to its end (RFC 4235 §3.7.1); anything else as it is.
fn dialog_end_words(event: &str) -> &str {
    match event {
        "cancelled" => "the caller gave up",
        "rejected" => "not accepted",
        "replaced" => "another call took its place",
        "local-bye" => "hung up",
        "remote-bye" => "the other side hung up",
        "error" => "the other side has lost it",
        "timeout" => "the other side does not answer",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(state: &str, direction: Option<&'static str>) -> Dialog {
        Dialog {
            resource: "sip:bob@example.com".into(),
            id: "1".into(),
            state: state.into(),
            direction,
            notifiers: 1,
            indicator: Indicator::Busy,
            ..Dialog::default()
        }
    }

    /// The sentence without and with the other side.
    fn said(mut dialog: Dialog) -> [String; 2] {
        let without = self::dialog(&dialog);
        dialog.remote = Some("sip:carol@example.com".into());
        dialog.remote_display = Some("Carol".into());
        let strip = |line: String| line.replace("sip:bob@example.com: ", "");
        [without, self::dialog(&dialog)].map(strip)
    }

    #[test]
    fn every_state_has_its_words() {
        let carol = "Carol (sip:carol@example.com)";
        for (state, direction, without, with) in [
            ("trying", Some("initiator"), "calls somebody", "calls "),
            ("early", Some("initiator"), "calls somebody", "calls "),
            ("early", Some("recipient"), "rings", "rings, called by "),
            ("early", None, "rings", "rings, called by "),
            ("trying", None, "begins a call", "begins a call with "),
            ("confirmed", None, "on the phone", "on the phone with "),
        ] {
            let expected = [without.to_owned(), format!("{with}{carol}")];
            assert_eq!(
                said(call(state, direction)),
                expected,
                "{state} {direction:?}"
            );
        }
        assert_eq!(
            said(call("held", None))[1],
            format!("call with {carol}: held")
        );
    }

    #[test]
    fn an_end_has_its_reason_and_an_age_is_told() {
        let mut over = call("terminated", None);
        over.event = Some("local-bye".into());
        assert_eq!(said(over.clone())[0], "call ended (hung up)");
        over.indicator = Indicator::Idle;
        assert_eq!(said(over)[0], "call ended (hung up), no other call");
        let mut old = call("confirmed", None);
        old.duration_s = Some(120);
        old.stale = true;
        assert_eq!(said(old)[0], "on the phone, for 2 min (no longer current)");
    }

    #[test]
    fn rb_009_a_name_stays_in_its_line() {
        let mut dialog = call("confirmed", None);
        dialog.remote_display = Some("Carol\u{1b}[2J\n".into());
        assert!(!self::dialog(&dialog).contains(['\u{1b}', '\n']));
    }
}
