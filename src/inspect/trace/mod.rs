//! Traces: many messages, what answered what, and what became of each subscription, publication and registration.

mod copied;
mod entry;
mod explain;
mod failure;
mod frame;
mod pcap;
mod rejoin;
mod steps;
mod story;
mod transaction;

pub(super) use copied::{holds_messages, read_log};
pub(super) use entry::{Entry, Trace, is_entry, read_trace};
pub(super) use explain::explain;
