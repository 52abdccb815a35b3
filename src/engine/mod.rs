//! The protocol without I/O: time, bytes and randomness are handed in; bytes and events come out.

mod flow;
mod io;
pub mod limits;
mod moment;
pub mod timer;
pub mod transaction;

pub use flow::{Flow, FlowError, FlowId, FlowRequest, NextHop};
pub use io::{
    BodyFault, Event, Input, NotifyToken, Output, PublicationEvent, PublicationId,
    PublicationState, Reason, RegistrationEvent, RegistrationState, SubscriptionEvent,
    SubscriptionId, SubscriptionState, Substate, UsageId,
};
pub use moment::Moment;
