//! Event and Subscription-State (RFC 6665 §8.2).

use super::params::{params_with, seconds};
use super::{HeaderError, Params};
use crate::sip::scan::Cursor;

/// `Event: presence;id=1`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Event<'a> {
    /// The package with its templates, as written: `presence.winfo`. Packages compare byte by byte.
    pub package: &'a str,
    /// The `id` parameter.
    pub id: Option<&'a str>,
    /// All parameters, `id` included.
    pub params: Params<'a>,
}

/// `Subscription-State: active;expires=600`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SubscriptionState<'a> {
    /// The state as written; see [`SubscriptionState::is_active`] and its like. An unknown state counts as active.
    pub state: &'a str,
    /// The `reason` parameter.
    pub reason: Option<&'a str>,
    /// The `expires` parameter in seconds; too large a number becomes the largest.
    pub expires: Option<u32>,
    /// The `retry-after` parameter in seconds; too large a number becomes the largest.
    pub retry_after: Option<u32>,
    /// All parameters, those above included.
    pub params: Params<'a>,
}

impl SubscriptionState<'_> {
    /// Whether the state is `active`.
    pub fn is_active(&self) -> bool {
        self.state.eq_ignore_ascii_case("active")
    }

    /// Whether the state is `pending`.
    pub fn is_pending(&self) -> bool {
        self.state.eq_ignore_ascii_case("pending")
    }

    /// Whether the state is `terminated`.
    pub fn is_terminated(&self) -> bool {
        self.state.eq_ignore_ascii_case("terminated")
    }
}

/// Reads the value of an Event header.
pub(crate) fn event<'a>(cursor: &mut Cursor<'a>) -> Result<Event<'a>, HeaderError> {
    cursor.skip_lws();
    let package = cursor.token()?;
    let mut id = None;
    let params = params_with(cursor, |param| {
        if param.is("id") {
            id = id.or(param.raw_value);
        }
        Ok(())
    })?;
    cursor.end()?;
    Ok(Event {
        package,
        id,
        params,
    })
}

/// Reads the value of a Subscription-State header.
pub(crate) fn subscription_state<'a>(
    cursor: &mut Cursor<'a>,
) -> Result<SubscriptionState<'a>, HeaderError> {
    cursor.skip_lws();
    let state = cursor.token()?;
    let (mut reason, mut expires, mut retry_after) = (None, None, None);
    let params = params_with(cursor, |param| {
        match param.name.len() {
            6 if param.is("reason") => reason = reason.or(param.raw_value),
            7 if expires.is_none() && param.is("expires") => {
                expires = Some(seconds(param)?);
            }
            11 if retry_after.is_none() && param.is("retry-after") => {
                retry_after = Some(seconds(param)?);
            }
            _ => {}
        }
        Ok(())
    })?;
    cursor.end()?;
    Ok(SubscriptionState {
        state,
        reason,
        expires,
        retry_after,
        params,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sip::{Element, Fault, HeaderName};

    fn state(text: &str) -> Result<SubscriptionState<'_>, HeaderError> {
        subscription_state(&mut Cursor::new(
            Element::Header(HeaderName::SubscriptionState),
            text,
        ))
    }

    #[test]
    fn reads_an_event() {
        let mut cursor = Cursor::new(
            Element::Header(HeaderName::Event),
            "presence.winfo ; id=a7 ;x",
        );
        let event = event(&mut cursor).unwrap();
        assert_eq!((event.package, event.id), ("presence.winfo", Some("a7")));
        assert!(event.params.has("x"));
    }

    #[test]
    fn reads_states_in_any_case() {
        let value = state("Terminated;Reason=probation;retry-after=30").unwrap();
        assert!(value.is_terminated());
        assert_eq!(
            (value.reason, value.retry_after, value.expires),
            (Some("probation"), Some(30), None)
        );
        assert_eq!(
            state("active;expires=99999999999").unwrap().expires,
            Some(u32::MAX)
        );
        assert_eq!(
            state("active;expires=soon").unwrap_err().fault,
            Fault::Number
        );
        assert_eq!(state("active;expires").unwrap_err().fault, Fault::Number);
        assert!(state("").is_err());
    }
}
