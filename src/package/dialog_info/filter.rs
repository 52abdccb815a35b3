//! A subscription to one dialog instead of all: parameters of the Event header (RFC 4235 section 3.2).

use super::dialog::Dialog;

/// Which dialogs of the observed user to tell about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    call_id: String,
    to_tag: String,
    from_tag: Option<String>,
}

/// Why a dialog cannot be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FilterError {
    /// Not a Call-ID of RFC 3261 section 25.1.
    #[error("the Call-ID is empty or has a character that none may have")]
    CallId,
    /// A tag that is no token.
    #[error("a tag is not a token")]
    Tag,
}

impl Filter {
    /// The dialog with a Call-ID, the observed user's tag and the other side's; without the latter, every dialog that
    /// one INVITE of the observed user has made.
    ///
    /// # Errors
    /// [`FilterError`] when one of them could not stand in a SIP message.
    pub fn new(
        call_id: &str,
        local_tag: &str,
        remote_tag: Option<&str>,
    ) -> Result<Self, FilterError> {
        if !is_call_id(call_id) {
            return Err(FilterError::CallId);
        }
        if !is_token(local_tag) || !remote_tag.is_none_or(is_token) {
            return Err(FilterError::Tag);
        }
        Ok(Self {
            call_id: call_id.to_owned(),
            to_tag: local_tag.to_owned(),
            from_tag: remote_tag.map(str::to_owned),
        })
    }

    /// The filter for a dialog that is reported; `None` where the notifier keeps to itself what identifies it.
    pub fn of(dialog: &Dialog) -> Option<Self> {
        let (call_id, local_tag) = (dialog.call_id.as_deref()?, dialog.local_tag.as_deref()?);
        Self::new(call_id, local_tag, dialog.remote_tag.as_deref()).ok()
    }

    /// The parameters of the Event header, in order, such as `to-tag=a1`. The notifier compares `to-tag` with its own
    /// tag. Session descriptions, which nobody sends unasked, are not asked for: nothing is done with them.
    pub fn event_params(&self) -> Vec<String> {
        let call_id = if is_token(&self.call_id) {
            self.call_id.clone()
        } else {
            let escaped = self.call_id.replace('\\', "\\\\").replace('"', "\\\"");
            format!("\"{escaped}\"")
        };
        let mut params = vec![
            format!("call-id={call_id}"),
            format!("to-tag={}", self.to_tag),
        ];
        params.extend(self.from_tag.as_ref().map(|tag| format!("from-tag={tag}")));
        params
    }
}

/// RFC 3261 section 25.1, `token`.
pub(super) fn is_token(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-.!%*_+`'~".contains(&byte))
}

/// RFC 3261 section 25.1, `callid`: a word, or two with an `@` between them.
pub(super) fn is_call_id(text: &str) -> bool {
    let is_word = |text: &str| {
        !text.is_empty()
            && text.bytes().all(|byte| {
                byte.is_ascii_alphanumeric() || b"-.!%*_+`'~()<>:\\\"/[]?{}".contains(&byte)
            })
    };
    match text.split_once('@') {
        Some((first, second)) => is_word(first) && is_word(second),
        None => is_word(text),
    }
}
