//! Dialog information (RFC 4235): the calls of an observed user, as far as its notifiers tell.

mod dialog;
mod document;
mod filter;
mod observed_user;
mod pick_up;
mod state;
mod table;
mod write;

pub use crate::package::succession::{Applied, Change, ChangeKind, State};
pub use dialog::{Dialog, DialogId, Identity, Param, Participant, SessionDescription, Target};
pub use document::Document;
pub use filter::{Filter, FilterError};
pub use observed_user::{Call, Indicator, ObservedUser};
pub use pick_up::{PickUp, pick_up};
pub use state::{DialogState, Direction, StateEvent};
pub use table::{Row, Table};

/// Content-Type of dialog information.
pub const CONTENT_TYPE: &str = "application/dialog-info+xml";
/// Namespace of dialog information.
const NAMESPACE: &str = "urn:ietf:params:xml:ns:dialog-info";

#[cfg(test)]
mod tests;
