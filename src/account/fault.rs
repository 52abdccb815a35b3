//! What kind of failure a reason is.

use super::event::Fault;
use crate::engine::{FlowError, Reason};

/// The kind of failure. `asked` is true when the end was our own wish: then a plain end is none.
pub(super) fn fault_of(reason: &Reason, asked: bool) -> Option<Fault> {
    Some(match reason {
        Reason::Response(401 | 407, _) | Reason::Credentials(_) => Fault::Authentication,
        Reason::Response(403 | 603, _) => Fault::Refused,
        Reason::Response(405 | 406 | 415 | 416 | 420 | 489 | 501 | 505, _) => Fault::Unsupported,
        Reason::Response(408 | 504, _) | Reason::TimedOut => Fault::TimedOut,
        Reason::Terminated(token) => {
            let named = |name: &str| {
                let token = token.as_deref();
                token.is_some_and(|token| token.eq_ignore_ascii_case(name))
            };
            if named("rejected") {
                Fault::Refused
            } else if named("invariant") || (asked && (token.is_none() || named("timeout"))) {
                // What will never change has been told for good (RFC 6665 §4.1.3).
                return None;
            } else {
                Fault::Ended
            }
        }
        Reason::Flow(FlowError::Bind { .. }) | Reason::Response(..) | Reason::Protocol(_) => {
            Fault::Other
        }
        Reason::Flow(_) => Fault::Unreachable,
    })
}

/// What is said where a server asks for a password and there is none, and what to try.
pub const NO_PASSWORD: (&str, &str) = (
    "the server asks for a password and there is none",
    "give one with --password-file or SISKIN_PASSWORD",
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_have_their_exit_status() {
        let response = |code| fault_of(&Reason::Response(code, String::new()), false);
        assert_eq!(response(401), Some(Fault::Authentication));
        assert_eq!(response(403), Some(Fault::Refused));
        assert_eq!(response(489), Some(Fault::Unsupported));
        assert_eq!(response(408), Some(Fault::TimedOut));
        assert_eq!(response(500), Some(Fault::Other));
        let terminated =
            |token: &str, asked| fault_of(&Reason::Terminated(Some(token.to_owned())), asked);
        assert_eq!(terminated("rejected", true), Some(Fault::Refused));
        assert_eq!(terminated("timeout", true), None);
        assert_eq!(terminated("timeout", false), Some(Fault::Ended));
        assert_eq!(terminated("noresource", true), Some(Fault::Ended));
        assert_eq!(terminated("invariant", false), None);
        let error = FlowError::Name {
            host: "sip.example.test".to_owned(),
            detail: "no such name".to_owned(),
        };
        assert_eq!(
            fault_of(&Reason::Flow(error), false),
            Some(Fault::Unreachable)
        );
    }
}
