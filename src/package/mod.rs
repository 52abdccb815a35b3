//! Event packages: parse, apply and merge the documents that notifiers send.
//!
//! Pure: a body and the time it came go in, data comes out. What goes with which subscription, and what to answer to
//! a NOTIFY, is the account's business; [`BodyError::is_unsupported_type`] tells a 415 from a 400.
//!
//! - [`presence`]: PIDF, data model, RPID; one shown state out of a document; own documents.
//! - [`message_summary`]: voice mail and other messages waiting.
//! - [`watcher_info`]: who watches whom.
//! - [`xcap_diff`]: changes of documents on an XCAP server.
//! - [`resource_list`]: lists of resources, each with a document of its own package.
//! - [`mime`]: bodies of several parts, and packed ones.
//! - [`dialog_info`]: who is on the phone.
//! - [`reg_info`]: which devices are registered.
//! - [`refer`]: what became of a request that somebody was asked to send.
//! - [`kpml`]: keys pressed during a call.
//! - [`descriptor`]: what the engine must know about each package.

pub mod address;
mod body;
pub mod descriptor;
pub mod dialog_info;
pub mod kpml;
pub mod limits;
pub mod message_summary;
pub mod mime;
pub mod presence;
pub mod refer;
pub mod reg_info;
mod remark;
pub mod resource_list;
mod succession;
mod text;
mod time;
pub mod watcher_info;
pub mod xcap_diff;

pub use body::{Body, BodyError};
pub use descriptor::{Descriptor, Forks};
pub use remark::{Place, Remark, Remarks, Severity};
pub use succession::{Applied, Change, ChangeKind, State};
