//! One dialog of an observed user, with its two sides.

use super::state::{DialogState, Direction, StateEvent};

/// A dialog, or the half of one that an INVITE without an answer makes (RFC 4235 section 4.1.1).
///
/// Everything but id and state may be left out, and often is: then nothing can be said about the parties or the number
/// of calls (RFC 4235 section 3.7.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dialog {
    /// Key of the dialog among those of its notifier.
    pub id: String,
    /// Its Call-ID.
    pub call_id: Option<String>,
    /// The observed user's tag.
    pub local_tag: Option<String>,
    /// The other side's tag; a half-dialog has none.
    pub remote_tag: Option<String>,
    /// Who began it.
    pub direction: Option<Direction>,
    /// Where it stands.
    pub state: DialogState,
    /// What brought it to its end.
    pub event: Option<StateEvent>,
    /// The status code that brought it where it stands, 100 to 699.
    pub code: Option<u16>,
    /// Seconds since it began, ringing included, counted back from the arrival of the document.
    pub duration: Option<u64>,
    /// The dialog whose place it has taken.
    pub replaces: Option<DialogId>,
    /// Who asked for it.
    pub referred_by: Option<Identity>,
    /// The observed user's side.
    pub local: Participant,
    /// The other side.
    pub remote: Participant,
}

/// What identifies a dialog in SIP, as the observed user sees it (RFC 3261 section 12).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DialogId {
    /// Its Call-ID.
    pub call_id: String,
    /// The observed user's tag.
    pub local_tag: String,
    /// The other side's tag.
    pub remote_tag: String,
}

/// One side of a dialog (RFC 4235 section 4.1.6).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Participant {
    /// Its addresses, the first one first; none when the document leaves them out.
    pub identities: Vec<Identity>,
    /// Where it really is.
    pub target: Option<Target>,
    /// What it has offered or accepted to exchange; only where it was asked for.
    pub session_description: Option<SessionDescription>,
}

/// An address of somebody who takes part.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Identity {
    /// The address, without angle brackets; empty when what was sent cannot be shown.
    pub uri: String,
    /// The name that goes with it: a claim, to be shown beside the address only.
    pub display: Option<String>,
}

/// The Contact of somebody who takes part (RFC 4235 section 4.1.6.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The URI.
    pub uri: String,
    /// Its parameters.
    pub params: Vec<Param>,
}

/// A Contact parameter; one without a value has the value `true`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Param {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// A session description (RFC 4235 section 4.1.6.3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionDescription {
    /// Its media type.
    pub media_type: String,
    /// The description as it stands.
    pub text: String,
}

impl Dialog {
    /// A dialog of which only the state is told.
    pub fn new(id: &str, state: DialogState) -> Self {
        Self {
            id: id.to_owned(),
            call_id: None,
            local_tag: None,
            remote_tag: None,
            direction: None,
            state,
            event: None,
            code: None,
            duration: None,
            replaces: None,
            referred_by: None,
            local: Participant::default(),
            remote: Participant::default(),
        }
    }

    /// What identifies it in SIP; `None` for a half-dialog, and where the notifier keeps it to itself.
    pub fn dialog_id(&self) -> Option<DialogId> {
        Some(DialogId {
            call_id: self.call_id.clone()?,
            local_tag: self.local_tag.clone()?,
            remote_tag: self.remote_tag.clone()?,
        })
    }

    /// Whether nothing but the state is told: the dialog may stand for any number of calls (RFC 4235 section 3.7.2).
    pub fn is_minimal(&self) -> bool {
        let nothing = |side: &Participant| side.identities.is_empty() && side.target.is_none();
        self.call_id.is_none()
            && self.direction.is_none()
            && nothing(&self.local)
            && nothing(&self.remote)
    }

    /// Takes over from an earlier report what this one leaves out and may (RFC 4235 sections 4.1.6.1 to 4.1.6.3).
    pub(super) fn inherit(&mut self, earlier: &Self) {
        self.local.inherit(&earlier.local);
        self.remote.inherit(&earlier.remote);
    }
}

impl Participant {
    /// The identity to show: the first one with an address.
    pub fn identity(&self) -> Option<&Identity> {
        let with_address = self.identities.iter().find(|one| !one.uri.is_empty());
        with_address.or_else(|| self.identities.first())
    }

    fn inherit(&mut self, earlier: &Self) {
        if self.identities.is_empty() {
            self.identities.clone_from(&earlier.identities);
        }
        if self.target.is_none() {
            self.target.clone_from(&earlier.target);
        }
        if self.session_description.is_none() {
            self.session_description
                .clone_from(&earlier.session_description);
        }
    }
}
