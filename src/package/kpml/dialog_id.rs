//! The dialog whose key presses are asked for, as parameters of the Event header (RFC 4730 section 4.2).

/// The identifiers of a dialog from the point of view of the device that reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DialogId {
    call_id: String,
    remote_tag: String,
    local_tag: String,
}

/// Why identifiers cannot name a dialog.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DialogIdError {
    /// A part is empty.
    #[error("{0} is empty")]
    Empty(&'static str),
    /// A part contains what a header cannot carry.
    #[error("{0} contains a control character")]
    Control(&'static str),
}

impl DialogId {
    /// A dialog by its Call-ID, the tag of the party that presses no keys (the From tag, seen by the device), and the
    /// device's own tag (the To tag).
    ///
    /// # Errors
    /// [`DialogIdError`] for a part that is empty or cannot stand in a header.
    pub fn new(call_id: &str, remote_tag: &str, local_tag: &str) -> Result<Self, DialogIdError> {
        let part = |name, value: &str| {
            if value.is_empty() {
                Err(DialogIdError::Empty(name))
            } else if value.chars().any(char::is_control) {
                Err(DialogIdError::Control(name))
            } else {
                Ok(value.to_owned())
            }
        };
        Ok(Self {
            call_id: part("call-id", call_id)?,
            remote_tag: part("remote-tag", remote_tag)?,
            local_tag: part("local-tag", local_tag)?,
        })
    }

    /// Names and values of the parameters, in the RFC's order. A value that is no token must be put in quotes.
    pub fn parameters(&self) -> [(&'static str, &str); 3] {
        [
            ("call-id", &self.call_id),
            ("remote-tag", &self.remote_tag),
            ("local-tag", &self.local_tag),
        ]
    }
}
