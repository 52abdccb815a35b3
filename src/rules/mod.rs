//! Presence rules (RFC 4745, RFC 5025): evaluate and edit.
//!
//! A [`Ruleset`] is a document as it lies on the server. [`Ruleset::decide`] tells what it means for a watcher, by the
//! standard and as Kamailio reads it, and [`Ruleset::ground`] by which rule; [`Ruleset::preview`] shows what the watcher gets to see of a presence document;
//! [`Ruleset::edit`] gives a new text in which only what must change has changed, checked both ways.

mod consequences;
mod decision;
mod disclosure;
mod edit;
mod evaluate;
mod expiry;
mod grounds;
mod identity;
pub mod limits;
mod preview;
mod rule;
mod ruleset;

pub use decision::Decision;
pub use disclosure::Disclosure;
pub use edit::{Edit, EditError, Edited, Warning};
pub use evaluate::{Circumstances, ReadOut};
pub use grounds::{About, Ground};
pub use identity::{BadTarget, Target, Watcher};
pub use preview::Preview;
pub use rule::{Condition, Except, Matcher, Permissions, Rule, Selector, UserInputDetail, Whom};
pub use ruleset::{Ruleset, RulesetError};

/// Content-Type of rule documents (RFC 5025 section 9.4).
pub const CONTENT_TYPE: &str = "application/auth-policy+xml";
/// Application usage of rule documents on an XCAP server (RFC 5025 section 9.1).
pub const AUID: &str = "pres-rules";
/// The document that the rules are kept in (RFC 5025 section 9.6).
pub const DOCUMENT: &str = "index";

#[cfg(test)]
mod tests;
