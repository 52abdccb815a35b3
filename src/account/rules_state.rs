//! How the presence rules fare, on the XCAP server or on this machine.

use super::cause::DocumentCause;
use super::event::Fault;

/// What is known of the presence rules.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum RulesState {
    /// Nobody has asked for them: no server is named that may have them.
    #[default]
    Unknown,
    /// They are being read for the first time.
    Reading,
    /// They are known.
    Known {
        /// Whether the server gives its documents entity tags. Where it does not, a change by another device at the very
        /// same moment can be lost (RFC 4825 §7.11).
        versioned: bool,
    },
    /// They are known, and kept on this machine: no server is named that may have them, or none keeps any.
    Here,
    /// They could not be read.
    Failed(Fault, DocumentCause),
}
