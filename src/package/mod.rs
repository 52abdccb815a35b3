//! Event packages: parse, apply and merge the documents that notifiers send.

pub mod presence;
