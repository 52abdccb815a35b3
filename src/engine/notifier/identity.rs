//! Who asks: the identity that a server asserts, or the one that a watcher claims.

use std::borrow::Cow;

use crate::sip::{HeaderError, HeaderName, Message, NameAddr, Uri};

/// Who a watcher is, as far as can be known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The address, as it was written.
    pub address: String,
    /// The name that goes with it; anybody can claim any name.
    pub display_name: Option<String>,
    /// How far the address can be trusted.
    pub proof: Proof,
}

/// How far an identity can be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Proof {
    /// The account's own registrar vouches for it by P-Asserted-Identity (RFC 3325 §9.1). From anybody else that header
    /// field says nothing.
    Asserted,
    /// It is the From of a request that the account's own registrar has passed on; most look whether it is true.
    Relayed,
    /// It is the From of a request from anywhere: nobody has looked.
    Claimed,
}

impl Proof {
    /// Its stable name.
    pub fn token(self) -> &'static str {
        match self {
            Self::Asserted => "asserted",
            Self::Relayed => "relayed",
            Self::Claimed => "claimed",
        }
    }

    /// What a name stands for.
    pub fn from_token(token: &str) -> Option<Self> {
        let all = [Self::Asserted, Self::Relayed, Self::Claimed];
        all.into_iter().find(|proof| proof.token() == token)
    }
}

impl Identity {
    /// Who sent this SUBSCRIBE; `relayed`: it came over the account's registration.
    ///
    /// # Errors
    /// From cannot be read, or names no address.
    pub(super) fn of(subscribe: &Message, relayed: bool) -> Result<Self, HeaderError> {
        let asserted = if relayed {
            subscribe
                .addresses(HeaderName::PAssertedIdentity)
                .filter_map(Result::ok)
                .find(is_usable)
        } else {
            None
        };
        let (who, proof) = match asserted {
            Some(who) => (who, Proof::Asserted),
            None if relayed => (subscribe.from()?, Proof::Relayed),
            None => (subscribe.from()?, Proof::Claimed),
        };
        who.parse_uri()?;
        Ok(Self {
            address: who.uri.to_owned(),
            display_name: who.display.map(Cow::into_owned),
            proof,
        })
    }
}

/// Whether it is an address that rules can be about. There may be two, one of which is a number (RFC 3325 §9.1).
fn is_usable(who: &NameAddr<'_>) -> bool {
    Uri::parse(who.uri).is_ok_and(|uri| matches!(uri.scheme_text(), "sip" | "sips"))
}
