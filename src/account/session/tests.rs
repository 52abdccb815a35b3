//! The account between engine and user, told by hand what the engine would say.

use std::time::Duration;

use jiff::Timestamp;
use rand_core::SeedableRng as _;
use tokio::sync::mpsc;

use super::*;
use crate::account::command::Command;
use crate::account::event::Fault;
use crate::account::job::{JobFault, JobResult};
use crate::account::snapshot::Connection;
use crate::engine::{self, FlowError, Moment, Reason, RegistrationState, SubscriptionState};
use crate::store::AccountSettings;

mod agent;
mod hear;
mod lists;
mod refresh;
mod rules;
mod standing;

fn now() -> Now {
    Now {
        moment: Moment::from_start(Duration::from_secs(1)),
        wall: Timestamp::UNIX_EPOCH,
    }
}

fn session() -> Session {
    session_with(|_| {})
}

fn session_with(change: impl FnOnce(&mut AccountSettings)) -> Session {
    session_in(None, change)
}

fn session_in(
    folder: Option<&std::path::Path>,
    change: impl FnOnce(&mut AccountSettings),
) -> Session {
    let mut settings = AccountSettings {
        address: "sip:alice@example.com".to_owned(),
        xcap_root: "https://xcap.example.com".to_owned(),
        ..AccountSettings::default()
    };
    change(&mut settings);
    let (sender, _) = mpsc::channel(1);
    let mut config = Config::desktop(settings, "urn:uuid:1");
    config.keep_in = folder.map(std::path::Path::to_owned);
    config.rules_in.clone_from(&config.keep_in);
    let made = Session::new(
        config,
        Some(Secret::new("secret")),
        Box::new(rand_chacha::ChaCha20Rng::seed_from_u64(1)),
        Reports::new(sender),
    );
    let Ok(mut session) = made else {
        panic!("the settings are right");
    };
    session.begin(now());
    session.jobs.clear();
    session
}

fn registration(session: &mut Session, state: RegistrationState, reason: Option<Reason>) {
    let event = RegistrationEvent {
        state,
        expires_at: None,
        retry_at: None,
        contact: None,
        reason,
    };
    session.engine_event(now(), engine::Event::Registration(event));
}

fn unreachable() -> Reason {
    Reason::Flow(FlowError::Name {
        host: "example.com".to_owned(),
        detail: "no such name".to_owned(),
    })
}
