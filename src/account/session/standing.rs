//! How the account stands as a whole.

use super::{PasswordState, Session};
use crate::account::clock::Now;
use crate::account::event::{Fault, Registration};
use crate::account::fault::fault_of;
use crate::account::plain;
use crate::account::snapshot::Connection;
use crate::account::subject::Subject;
use crate::engine::{Moment, RegistrationState};

impl Session {
    /// How the registration stands, as reported.
    pub(in crate::account) fn registration(&self, now: Now) -> Option<Registration> {
        let event = self.registration.as_ref()?;
        let left = |moment: Option<Moment>| moment.map(|moment| now.seconds_until(moment));
        Some(Registration {
            account: self.account.clone(),
            state: match event.state {
                RegistrationState::Registering => "registering",
                RegistrationState::Registered => "registered",
                RegistrationState::Failed => "failed",
                RegistrationState::Unregistered => "unregistered",
            },
            expires_s: left(event.expires_at),
            contact: event.contact.clone(),
            reason: event
                .reason
                .as_ref()
                .filter(|_| event.state != RegistrationState::Unregistered)
                .map(|reason| plain(&reason.to_string()).into_owned()),
            retry_in_s: left(event.retry_at),
            fault: event
                .reason
                .as_ref()
                .filter(|_| event.state == RegistrationState::Failed)
                .and_then(|reason| fault_of(reason, false)),
        })
    }

    /// The state of the connection in one word.
    pub(in crate::account) fn connection(&self, now: Now) -> Connection {
        if self.stopping {
            return Connection::LoggedOut;
        }
        match self.password {
            PasswordState::Fine => {}
            PasswordState::Missing => return Connection::PasswordNeeded { refused: false },
            PasswordState::Refused => return Connection::PasswordNeeded { refused: true },
        }
        if let Some(registration) = self.registration(now) {
            match registration.state {
                "registered" => return Connection::Online,
                "failed" if !self.open => {
                    return Connection::Trouble {
                        message: registration.reason.unwrap_or_default(),
                        fault: registration.fault,
                        retry_in_s: registration.retry_in_s,
                    };
                }
                "failed" => {}
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
