//! What tells transactions apart, in sixteen bytes.

use sha2::{Digest, Sha256};

use crate::sip::{HeaderError, Message, Method, Via};

/// A digest of the fields that identify a transaction. A branch can be long and somebody else chooses it, so it is not
/// kept; SHA-256 lets nobody make two that meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Key([u8; 16]);

impl Key {
    /// The key of an own request, and of responses to it: branch and method (RFC 3261 §17.1.3).
    pub(super) fn client(branch: &str, method: &Method) -> Self {
        Self::of(&["c", branch, method.as_str()])
    }

    /// The key of a received request (RFC 3261 §17.2.3). An ACK has that of its INVITE.
    pub(super) fn server(request: &Message, via: &Via<'_>) -> Result<Self, HeaderError> {
        let method = match request.method()? {
            Method::Ack => Method::Invite,
            method => method,
        };
        let port = via.port.map(|port| port.to_string()).unwrap_or_default();
        if let Some(branch) = via.branch
            && branch
                .get(..COOKIE.len())
                .is_some_and(|cookie| cookie.eq_ignore_ascii_case(COOKIE))
            && branch.len() > COOKIE.len()
        {
            let host = via.host.to_ascii_lowercase();
            return Ok(Self::of(&["s", branch, &host, &port, method.as_str()]));
        }
        let (from, to, cseq) = (request.from()?, request.to()?, request.cseq()?);
        Ok(Self::of(&[
            "o",
            request.request_line().map_or("", |line| line.uri),
            from.tag().unwrap_or_default(),
            // The tag of an ACK's To comes from our own response, so it cannot tell anything.
            to.tag()
                .filter(|_| method != Method::Invite)
                .unwrap_or_default(),
            request.call_id()?,
            &cseq.number.to_string(),
            method.as_str(),
            via.raw,
        ]))
    }

    fn of(fields: &[&str]) -> Self {
        let mut hasher = Sha256::new();
        for field in fields {
            // The length in front keeps ("ab", "c") and ("a", "bc") apart.
            hasher.update((field.len() as u64).to_be_bytes());
            hasher.update(field.as_bytes());
        }
        let digest = hasher.finalize();
        let mut key = [0; 16];
        key.copy_from_slice(&digest[..16]);
        Self(key)
    }
}

/// Starts the branch of everybody who knows RFC 3261 (§8.1.1.7).
const COOKIE: &str = "z9hG4bK";
