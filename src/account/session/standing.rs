//! How the account stands as a whole.

use super::{PasswordState, Session};
use crate::account::clock::Now;
use crate::account::event::{Fault, RegisteredFlow, Registration};
use crate::account::fault::fault_of;
use crate::account::plain;
use crate::account::snapshot::Connection;
use crate::account::subject::Subject;
use crate::engine::{
    KeepAliveKind, Moment, Reason, RegistrationEvent, RegistrationFlow, RegistrationState,
};

impl Session {
    /// How the registration stands, as reported.
    pub(in crate::account) fn registration(&self, now: Now) -> Option<Registration> {
        let event = self.registration.as_ref()?;
        let left = |moment: Option<Moment>| moment.map(|moment| now.seconds_until(moment));
        Some(Registration {
            account: self.account.clone(),
            state: word(event.state),
            expires_s: left(event.expires_at),
            contact: event.contact.clone(),
            reason: event
                .reason
                .as_ref()
                .filter(|_| event.state != RegistrationState::Unregistered)
                .map(|reason| plain(&reason.to_string()).into_owned()),
            retry_in_s: left(event.retry_at),
            flows: self
                .engine
                .registration_flows()
                .into_iter()
                .map(flow)
                .collect(),
            fault: event
                .reason
                .as_ref()
                .filter(|_| event.state == RegistrationState::Failed)
                .and_then(|reason| fault_of(reason, false)),
        })
    }

    /// Whether there is a registration now.
    pub(super) fn is_registered(&self) -> bool {
        let state = self.registration.as_ref().map(|event| event.state);
        state == Some(RegistrationState::Registered)
    }

    /// The state of the connection in one word.
    pub(in crate::account) fn connection(&self, now: Now) -> Connection {
        if self.stopping {
            return Connection::LoggedOut;
        }
        match self.password {
            PasswordState::Untried if self.is_registered() => return Connection::Connecting,
            PasswordState::Fine | PasswordState::Untried => {}
            PasswordState::Missing => return Connection::PasswordNeeded { refused: false },
            PasswordState::Refused => return Connection::PasswordNeeded { refused: true },
        }
        if let Some(registration) = self.registration(now) {
            match registration.state {
                "registered" => return Connection::Online,
                // Then whatever else answers tells.
                "failed" if self.registration.as_ref().is_some_and(lacks_registrar) => {}
                "failed" => {
                    return Connection::Trouble {
                        message: registration.reason.unwrap_or_default(),
                        fault: registration.fault,
                        retry_in_s: registration.retry_in_s,
                    };
                }
                _ => return Connection::Connecting,
            }
        }
        let subjects = || self.subjects.iter().flatten();
        if subjects().any(Subject::is_answered) {
            return Connection::Online;
        }
        let unreachable = subjects().find_map(|subject| {
            subject
                .trouble()
                .filter(|(fault, ..)| matches!(fault, Fault::Unreachable | Fault::TimedOut))
        });
        match unreachable {
            Some((fault, message, retry_at)) => Connection::Trouble {
                message: message.to_owned(),
                fault: Some(fault),
                retry_in_s: retry_at.map(|moment| now.seconds_until(moment)),
            },
            None => Connection::Connecting,
        }
    }
}

/// Whether a server answers that does not register anybody: it may still know presence. One that refuses the password,
/// or is not well, does not.
pub(super) fn lacks_registrar(event: &RegistrationEvent) -> bool {
    event.state == RegistrationState::Failed
        && matches!(
            event.reason,
            Some(Reason::Response(code, _)) if !matches!(code, 401 | 407 | 408 | 500 | 502..=599)
        )
}

fn word(state: RegistrationState) -> &'static str {
    match state {
        RegistrationState::Registering => "registering",
        RegistrationState::Registered => "registered",
        RegistrationState::Failed => "failed",
        RegistrationState::Unregistered => "unregistered",
    }
}

fn flow(flow: RegistrationFlow) -> RegisteredFlow {
    RegisteredFlow {
        reg_id: flow.reg_id,
        proxy: flow.proxy,
        state: word(flow.state),
        reason: flow
            .reason
            .filter(|_| flow.state == RegistrationState::Failed)
            .map(|reason| plain(&reason.to_string()).into_owned()),
        outbound: flow.outbound,
        keep_alive: match flow.keep_alive {
            KeepAliveKind::NotAgreed => "none",
            KeepAliveKind::Lines => "lines",
            KeepAliveKind::Stun => "stun",
            KeepAliveKind::Unanswered => "unanswered",
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_may_have_presence_and_no_registrar() {
        let failed = |code| RegistrationEvent {
            state: RegistrationState::Failed,
            expires_at: None,
            retry_at: None,
            contact: None,
            reason: Some(Reason::Response(code, String::new())),
        };
        for code in [403, 404, 405, 501] {
            assert!(lacks_registrar(&failed(code)), "{code}");
        }
        for code in [401, 407, 408, 500, 503] {
            assert!(!lacks_registrar(&failed(code)), "{code}");
        }
        let unreached = RegistrationEvent {
            reason: Some(Reason::TimedOut),
            ..failed(0)
        };
        assert!(!lacks_registrar(&unreached));
    }
}
