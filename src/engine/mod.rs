//! The protocol without I/O: time, bytes and randomness are handed in; bytes and events come out.

mod arena;
mod authentication;
mod census;
mod config;
mod deadline;
mod detour;
mod dialog;
#[expect(
    clippy::module_inception,
    reason = "the engine's room holds the engine"
)]
mod engine;
mod entropy;
mod exchange;
mod flow;
mod health;
mod incoming;
mod io;
pub mod limits;
mod moment;
mod notifier;
mod pacing;
mod publication;
mod rate;
mod registration;
mod request;
mod sending;
mod soft_state;
mod stop;
pub mod stun;
mod subscription;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
pub mod timer;
pub mod transaction;

pub use census::Census;
pub use config::{DigestOffer, EngineConfig, ForkPolicy, PackageSpec, SubscribeRequest};
pub use engine::Engine;

pub use flow::{CertificateFault, Flow, FlowError, FlowId, FlowRequest, NextHop};
pub use health::{Counters, Failure, NextAction, SoftStateHealth};
pub use io::{
    BodyFault, Event, Input, NotifyToken, Output, PublicationEvent, PublicationId,
    PublicationState, Reason, RegistrationEvent, RegistrationState, SubscriptionEvent,
    SubscriptionId, SubscriptionState, Substate, UsageId,
};
pub use moment::Moment;
pub use notifier::{Identity, NotifierHealth, NotifierSpec, Proof, Standing, WatcherId};
pub use rate::{Rate, RateError, Rates};
pub use registration::{KeepAliveKind, RegistrationFlow};
pub use subscription::{SubscriptionHealth, Tolerance, UsageHealth};
