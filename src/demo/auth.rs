//! The users and how they prove who they are: digest with SHA-256 or MD5 (RFC 3261 §22, RFC 8760), for SIP and HTTP.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::time::Duration;

use sha2::{Digest, Sha256};

use super::limits::NONCES;
use crate::engine::Moment;
use crate::rules::Decision;
use crate::sip::Secret;
use crate::sip::digest::{Algorithm, Authorization, Challenge};

/// Somebody who has an account here.
#[derive(Debug, Clone)]
pub(super) struct User {
    /// `sip:alice@example.test`.
    pub(super) aor: String,
    /// `alice`: the user name for digest.
    pub(super) name: String,
    pub(super) display_name: String,
    pub(super) password: Secret,
    /// What happens to watchers about whom no rule speaks.
    pub(super) default: Decision,
}

/// All users of a realm and the nonces given to them.
#[derive(Debug)]
pub(super) struct Auth {
    realm: String,
    users: Vec<User>,
    secret: [u8; 32],
    lifetime: Duration,
    /// The highest count seen with a nonce.
    counts: HashMap<String, u32>,
    /// Nonces given out so far.
    given: u64,
}

/// Why a request has no user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Rejection {
    /// 401 with these values of WWW-Authenticate.
    Challenge(Vec<String>),
    /// The credentials are for another request.
    Mismatch,
}

/// The request that credentials have to fit.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked<'a> {
    pub(super) method: &'a str,
    pub(super) uri: &'a str,
    pub(super) body: &'a [u8],
}

impl Auth {
    pub(super) fn new(realm: &str, users: Vec<User>, secret: [u8; 32], lifetime: Duration) -> Self {
        Self {
            realm: realm.to_owned(),
            users,
            secret,
            lifetime,
            counts: HashMap::new(),
            given: 0,
        }
    }

    /// Makes every nonce stale, as a restart does.
    pub(super) fn forget(&mut self, secret: [u8; 32]) {
        self.secret = secret;
        self.counts.clear();
    }

    /// The address of the user whose credentials are good for the request.
    pub(super) fn check(
        &mut self,
        now: Moment,
        credentials: &[Authorization],
        asked: Asked<'_>,
    ) -> Result<String, Rejection> {
        let offered = |algorithm| matches!(algorithm, Algorithm::Sha256 | Algorithm::Md5);
        let Some(credentials) = credentials.iter().find(|credentials| {
            credentials.realm == self.realm && !credentials.proxy && offered(credentials.algorithm)
        }) else {
            return Err(self.challenge(now, false));
        };
        if credentials.uri != asked.uri {
            return Err(Rejection::Mismatch);
        }
        let proved = self.users.iter().find(|user| {
            let Asked { method, body, .. } = asked;
            credentials.is_user(&user.name)
                && credentials.verify(&user.name, &user.password, method, body, None)
        });
        let Some(aor) = proved.map(|user| user.aor.clone()) else {
            return Err(self.challenge(now, false));
        };
        if !self.use_nonce(now, credentials) {
            return Err(self.challenge(now, true));
        }
        Ok(aor)
    }

    pub(super) fn user(&self, aor: &str) -> Option<&User> {
        self.users.iter().find(|user| user.aor == aor)
    }

    pub(super) fn user_mut(&mut self, aor: &str) -> Option<&mut User> {
        self.users.iter_mut().find(|user| user.aor == aor)
    }

    fn challenge(&mut self, now: Moment, stale: bool) -> Rejection {
        self.given += 1;
        let made = u64::try_from(now.since_start().as_micros()).unwrap_or(u64::MAX);
        let nonce = self.nonce(made, self.given);
        let value = |algorithm| {
            let mut challenge = Challenge::new(&self.realm, &nonce, algorithm);
            challenge.stale = stale;
            challenge.to_string()
        };
        // The stronger one first (RFC 8760 §2.3).
        Rejection::Challenge([Algorithm::Sha256, Algorithm::Md5].map(value).to_vec())
    }

    /// A nonce tells when it was made (in microseconds), and that we made it; nothing is kept until it is used.
    fn nonce(&self, made: u64, number: u64) -> String {
        let mut hasher = Sha256::new();
        hasher.update(self.secret);
        hasher.update(made.to_be_bytes());
        hasher.update(number.to_be_bytes());
        let mut nonce = format!("{made:x}-{number:x}-");
        for byte in hasher.finalize().iter().take(16) {
            // Writing to a string cannot fail.
            let _ = write!(nonce, "{byte:02x}");
        }
        nonce
    }

    /// Whether the nonce is ours, young enough, and used with a higher count than before.
    fn use_nonce(&mut self, now: Moment, credentials: &Authorization) -> bool {
        let nonce = &credentials.nonce;
        let mut parts = nonce.split('-').map(|part| u64::from_str_radix(part, 16));
        let (Some(Ok(made)), Some(Ok(number))) = (parts.next(), parts.next()) else {
            return false;
        };
        if self.nonce(made, number) != *nonce {
            return false;
        }
        let made = Moment::from_start(Duration::from_micros(made));
        if now.saturating_since(made) > self.lifetime {
            self.counts.remove(nonce);
            return false;
        }
        let Some(count) = credentials.nc else {
            return true;
        };
        if self.counts.len() >= NONCES {
            self.counts.clear();
        }
        let highest = self.counts.entry(nonce.clone()).or_default();
        let is_new = count > *highest;
        *highest = count.max(*highest);
        is_new
    }
}

/// A password that nobody guesses, from random bytes.
pub(super) fn password(random: [u8; 12]) -> Secret {
    let letters = random.iter().map(|byte| {
        let index = usize::from(*byte) % LETTERS.len();
        char::from(LETTERS[index])
    });
    Secret::new(letters.collect::<String>())
}

/// Letters and digits that are not taken for each other.
const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
