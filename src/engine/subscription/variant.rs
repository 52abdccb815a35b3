//! The ways in which a notifier may want to be asked.

use super::Subscription;
use crate::sip::Uri;

/// In which way the notifier wants to be asked, as learned from its refusals.
#[derive(Debug)]
pub(super) struct Variant {
    pub(super) accept: Accept,
    /// No body (415, 488), no eventlist (420).
    pub(super) plain: bool,
    pub(super) without_eventlist: bool,
    /// What to ask for, after a 423.
    pub(super) expires: Option<u32>,
    /// `sip:` in place of `pres:` (EV-009).
    pub(super) target: Option<Box<Uri>>,
}

impl Variant {
    /// Everything is asked for, as the package and the user want it.
    const fn usual() -> Self {
        Self {
            accept: Accept::All,
            plain: false,
            without_eventlist: false,
            expires: None,
            target: None,
        }
    }
}

impl Default for Variant {
    fn default() -> Self {
        Self::usual()
    }
}

/// How much the Accept header says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Accept {
    /// Every type the package can read.
    All,
    /// Only the mandatory type.
    Mandatory,
    /// No header: the notifier's default.
    Nothing,
}

impl Subscription {
    /// In which way it is asked for.
    pub(super) fn variant(&self) -> &Variant {
        static USUAL: Variant = Variant::usual();
        self.variant.as_deref().unwrap_or(&USUAL)
    }
}
