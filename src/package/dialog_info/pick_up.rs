//! Taking a call over from the observed user: an INVITE with Replaces to the other side (RFC 3891, RFC 5359 section
//! 2.16).

use std::fmt::Write as _;

use crate::package::address;

use super::dialog::{Dialog, DialogId};
use super::filter::{is_call_id, is_token};
use super::state::{DialogState, Direction};

/// What is needed to take a call over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PickUp {
    /// Whom to call: the other side of the call, a `sip:` or `sips:` URI without headers.
    pub target: String,
    /// The dialog, as the observed user sees it.
    pub dialog: DialogId,
    /// Whether only a call that is not answered yet may be taken.
    pub early_only: bool,
}

/// How to take a dialog's call over; `None` where the document does not tell enough, or where the other side could not
/// do it.
///
/// The one to be called is the other side. It replaces a dialog that is confirmed, or an early one that it began itself
/// (RFC 3891 section 3): a call that the observed user makes can be taken over only once it is answered.
pub fn pick_up(dialog: &Dialog) -> Option<PickUp> {
    let early_only = match (&dialog.state, dialog.direction) {
        (DialogState::Confirmed, _) => false,
        (DialogState::Early, Some(Direction::Recipient)) => true,
        _ => return None,
    };
    let identified = dialog.dialog_id()?;
    // What comes from outside is put into a request: nothing in it may end a header or a parameter.
    let sound = is_call_id(&identified.call_id)
        && is_token(&identified.local_tag)
        && is_token(&identified.remote_tag);
    let target = dialog.remote.target.as_ref().map(|target| &*target.uri);
    let identity = dialog.remote.identity().map(|identity| &*identity.uri);
    Some(PickUp {
        target: target
            .and_then(callable)
            .or_else(|| identity.and_then(callable))?,
        dialog: identified,
        early_only,
    })
    .filter(|_| sound)
}

impl PickUp {
    /// The value of the Replaces header: `to-tag` is the tag of the one who is called (RFC 3891 section 6.1).
    pub fn replaces(&self) -> String {
        let DialogId {
            call_id,
            local_tag,
            remote_tag,
        } = &self.dialog;
        let early_only = if self.early_only { ";early-only" } else { "" };
        format!("{call_id};to-tag={remote_tag};from-tag={local_tag}{early_only}")
    }

    /// A link that any SIP telephone understands: the target with a Replaces header (RFC 3261 section 19.1.1).
    pub fn uri(&self) -> String {
        let mut uri = format!("{}?Replaces=", self.target);
        for byte in self.replaces().bytes() {
            if byte.is_ascii_alphanumeric() || b"-_.!~*'()".contains(&byte) {
                uri.push(char::from(byte));
            } else {
                // Writing to a string cannot fail.
                let _ = write!(uri, "%{byte:02X}");
            }
        }
        uri
    }
}

/// A URI that can be called, without headers of its own.
fn callable(uri: &str) -> Option<String> {
    let uri = uri.split('?').next().unwrap_or_default();
    let (scheme, rest) = uri.split_once(':')?;
    let known = scheme.eq_ignore_ascii_case("sip") || scheme.eq_ignore_ascii_case("sips");
    let sound =
        known && !rest.is_empty() && address::is_legible(rest) && !rest.contains(['<', '>', '"']);
    sound.then(|| uri.to_owned())
}
