//! What the telephone of somebody tells, in words.

use jiff::{Timestamp, Zoned};

use super::since;
use crate::account::{Dialog, DialogsState, Indicator, Status};
use crate::fl;
use crate::ui::plain_text;
use crate::ui::widget::mark::Shape;

/// What somebody's telephone tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phone {
    /// The shape of the mark.
    pub shape: Shape,
    /// In a word or two.
    pub word: String,
    /// Whether it is only the last known state.
    pub stale: bool,
}

impl Phone {
    /// Puts it into words; `None` while it tells nothing.
    pub fn of(calls: &DialogsState) -> Option<Self> {
        if calls.waiting_for_approval {
            return None;
        }
        let (shape, word) = match calls.indicator {
            Indicator::Unknown => return None,
            Indicator::Idle => (Shape::LineFree, fl!("calls-idle")),
            Indicator::Calling => (Shape::OnThePhone, fl!("calls-calling")),
            Indicator::Ringing => (Shape::Ringing, fl!("calls-ringing")),
            Indicator::Busy => (Shape::OnThePhone, fl!("status-on-the-phone")),
        };
        Some(Self {
            shape,
            word,
            stale: calls.stale,
        })
    }

    /// Whether it is worth more than a presence that does not know of the call.
    pub fn outdoes(&self, status: &Status) -> bool {
        let in_call = matches!(self.shape, Shape::OnThePhone | Shape::Ringing);
        in_call && !self.stale && !matches!(status, Status::OnThePhone | Status::DoNotDisturb)
    }
}

/// One call as a sentence: with whom, and since when.
pub fn call(call: &Dialog, now: &Zoned) -> String {
    let name = call.remote_display.as_deref().map(plain_text::name);
    let address = call.remote.as_deref().map(plain_text::address);
    let with = match (name.filter(|name| !name.is_empty()), address) {
        // Anybody can claim any name: the address stands beside it.
        (Some(name), Some(address)) => Some(format!("{name} ({address})")),
        (name, address) => name.or(address),
    };
    let began: Option<Timestamp> = call.since.as_deref().and_then(|time| time.parse().ok());
    let said = match (with, call.direction) {
        (None, _) => fl!("calls-somebody"),
        (Some(with), Some("initiator")) => fl!("calls-to", name = with),
        (Some(with), Some("recipient")) => fl!("calls-from", name = with),
        (Some(with), _) => fl!("calls-with", name = with),
    };
    match began.map(|began| since(began, now)) {
        Some(since) if !since.is_empty() => format!("{said}, {since}"),
        _ => said,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::tests::speak;
    use crate::ui::testing::calls;

    #[test]
    fn the_telephone_is_told_and_never_guessed() {
        speak("en");
        let told = |indicator| Phone::of(&calls("sip:bob@example.test", indicator));
        assert_eq!(told(Indicator::Unknown), None);
        let idle = told(Indicator::Idle).unwrap();
        assert_eq!(
            (idle.shape, idle.word.as_str()),
            (Shape::LineFree, "Not in a call")
        );
        assert!(!idle.outdoes(&Status::Away));
        let busy = told(Indicator::Busy).unwrap();
        assert!(busy.outdoes(&Status::Available) && !busy.outdoes(&Status::DoNotDisturb));
        let mut waiting = calls("sip:bob@example.test", Indicator::Busy);
        waiting.waiting_for_approval = true;
        assert_eq!(Phone::of(&waiting), None);
        waiting.waiting_for_approval = false;
        waiting.stale = true;
        assert!(!Phone::of(&waiting).unwrap().outdoes(&Status::Away));
    }

    #[test]
    fn a_call_says_with_whom_and_since_when() {
        speak("en");
        let now: Zoned = "2026-03-05T14:30:00[UTC]".parse().unwrap();
        let mut busy = calls("sip:bob@example.test", Indicator::Busy);
        let said = |of: &Dialog| call(of, &now);
        assert_eq!(said(&busy.calls[0]), "Call from carol@example.test");
        let of = &mut busy.calls[0];
        of.remote_display = Some("Ca\u{202e}rol".to_owned());
        of.direction = Some("initiator");
        of.since = Some("2026-03-05T14:02:00Z".to_owned());
        assert_eq!(
            said(of),
            "Call to Carol (carol@example.test), since\u{a0}14:02"
        );
        of.remote = None;
        of.remote_display = None;
        assert_eq!(said(of), "A call, since\u{a0}14:02");
    }
}
