//! What tells transactions apart, in sixteen bytes.

use std::collections::HashMap;
use std::hash::{BuildHasher, BuildHasherDefault, Hash, Hasher, RandomState};

use crate::sip::{HeaderError, Message, Method, Via};

/// A hash of the fields that identify a transaction. A branch can be long and somebody else chooses it, so it is not
/// kept; without the secret of [`Keys`] nobody makes two that meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Key([u64; 2]);

/// Values by their key, which is a hash already.
pub(super) type ByKey<T> = HashMap<Key, T, BuildHasherDefault<Hashed>>;

/// Takes the hash that a key is.
#[derive(Debug, Default)]
pub(super) struct Hashed(u64);

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.0[0]);
    }
}

impl Hasher for Hashed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, _: &[u8]) {}

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

/// Makes keys; each of these makes other ones.
#[derive(Debug, Default)]
pub(super) struct Keys([RandomState; 2]);

impl Keys {
    /// The key of an own request, and of responses to it: branch and method (RFC 3261 §17.1.3).
    pub(super) fn client(&self, branch: &str, method: &Method) -> Key {
        self.of((branch, method.as_str()))
    }

    /// The key of a received request (RFC 3261 §17.2.3). An ACK has that of its INVITE.
    pub(super) fn server(&self, request: &Message, via: &Via<'_>) -> Result<Key, HeaderError> {
        let method = match request.method()? {
            Method::Ack => Method::Invite,
            method => method,
        };
        self.with_method(request, via, &method)
    }

    /// The key of a request that differs from this one in its method alone, as one does that is to be cancelled
    /// (RFC 3261 §9.2).
    pub(super) fn with_method(
        &self,
        request: &Message,
        via: &Via<'_>,
        method: &Method,
    ) -> Result<Key, HeaderError> {
        if let Some(branch) = via.branch
            && branch
                .get(..COOKIE.len())
                .is_some_and(|cookie| cookie.eq_ignore_ascii_case(COOKIE))
            && branch.len() > COOKIE.len()
        {
            let host = via.host.to_ascii_lowercase();
            return Ok(self.of(("by branch", branch, host, via.port, method.as_str())));
        }
        let (from, to, cseq) = (request.from()?, request.to()?, request.cseq()?);
        Ok(self.of((
            "by fields",
            request.request_line().map_or("", |line| line.uri),
            from.tag(),
            // The tag of an ACK's To comes from our own response, so it cannot tell anything.
            to.tag().filter(|_| *method != Method::Invite),
            request.call_id()?,
            cseq.number,
            method.as_str(),
            via.raw,
        )))
    }

    fn of(&self, fields: impl Hash) -> Key {
        Key(self.0.each_ref().map(|secret| secret.hash_one(&fields)))
    }
}

/// Starts the branch of everybody who knows RFC 3261 (§8.1.1.7).
const COOKIE: &str = "z9hG4bK";
