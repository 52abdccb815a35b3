//! Presence (RFC 3856): what a presentity's document says, and the one state shown for it.
//!
//! [`Document::parse`] reads PIDF (RFC 3863) with the data model (RFC 4479), RPID (RFC 4480), CIPID (RFC 4482), timed
//! status (RFC 4481) and capabilities (RFC 5196), and the formats of before them; [`compose`] makes of it what a person
//! is shown, and holds the rule for that; [`Publisher`] writes one's own document, [`Permanent`] the one that stays
//! when nobody is logged in. [`PartialState`] keeps what one dialog
//! has told where the notifier sends changes alone (RFC 5262, RFC 5263).
//!
//! Only PIDF is asked for, whole and in parts. The older formats are read when they come: a server that has nothing else refuses the
//! SUBSCRIBE with 406 and is then asked without Accept, so that it sends what it has. Listing them would lengthen every
//! SUBSCRIBE, and could move a server that has both to send the poorer one.
//!
//! Timestamps do not tell a replay (RFC 3856 section 9.4): a device that was switched off while we were away leaves an
//! older document, which is the truth. The order of the NOTIFYs in a dialog, whose identifiers nobody can guess, does.

mod capabilities;
mod cipid;
mod compose;
mod data_model;
mod language;
mod namespace;
mod partial;
mod permanent;
mod pidf;
mod priority;
mod publish;
mod read;
mod rpid;
mod shown;
mod status;
mod timed_status;
mod vocabulary;
mod write;
mod xpidf;

pub use capabilities::{DeviceCapabilities, Listed, Priorities, ServiceCapabilities};
pub use cipid::Cipid;
pub use compose::{compose, compose_several};
pub use data_model::{Device, Person};
pub use partial::{PartialError, PartialFault, PartialState};
pub use permanent::{Permanent, PermanentError};
pub use pidf::{Basic, Contact, Document, Note, Tuple};
pub use priority::Priority;
pub use publish::{End, OwnPresence, Publisher};
pub use rpid::{Activity, Input, PlaceProperty, TimeOffset, Timed, UserInput, Window};
pub use shown::{
    Availability, Idle, Reason, Shown, ShownDevice, ShownNote, ShownPerson, ShownTimed, Why,
};
pub use status::Status;
pub use timed_status::TimedStatus;

/// Content-Type of presence documents.
pub const CONTENT_TYPE: &str = "application/pidf+xml";
/// Content-Type of whole and partial documents with a number (RFC 5262).
pub const PIDF_DIFF: &str = "application/pidf-diff+xml";
/// Content-Type of a draft of them, which old servers also use for xpidf.
pub const CPIM_PIDF: &str = "application/cpim-pidf+xml";
/// Content-Type of the format before them.
pub const XPIDF: &str = "application/xpidf+xml";

#[cfg(test)]
mod tests;
