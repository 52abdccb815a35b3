//! Credentials for an XCAP server: Digest, and Basic where nobody can listen (RFC 4825 §8, RFC 7616, RFC 7617).

use std::collections::HashSet;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::limits;
use crate::sip::digest::{Answer, Challenge, Credentials, Session};

/// What is known about the server's last challenge; serves the next request without a further one.
#[derive(Default)]
pub(super) struct Known {
    scheme: Option<Scheme>,
}

#[derive(Clone)]
enum Scheme {
    Digest {
        challenge: Challenge,
        count: u32,
        session: Option<Session>,
    },
    Basic,
}

/// The challenges that one request has met.
#[derive(Default)]
pub(super) struct Rounds {
    nonces: HashSet<String>,
    unasked: Option<String>,
    sent_basic: bool,
    sent: u32,
}

/// The request that is to be authorised.
#[derive(Clone, Copy)]
pub(super) struct Request<'a> {
    pub(super) method: &'a str,
    /// Path and query as they are sent.
    pub(super) uri: &'a str,
    pub(super) body: &'a [u8],
}

impl Known {
    /// Takes the first challenge that can be answered; false if there is none, or if answering would be the same again.
    ///
    /// `realm`, when it is known, is the only one that gets an answer (AU-016).
    pub(super) fn challenged(
        &mut self,
        headers: &[&str],
        realm: Option<&str>,
        allow_basic: bool,
        rounds: &mut Rounds,
    ) -> bool {
        self.scheme = None;
        if rounds.sent >= limits::CHALLENGES {
            return false;
        }
        let challenge = headers
            .iter()
            .filter_map(|header| Challenge::parse_all(header, false).ok())
            .flatten()
            .find(|challenge| realm.is_none_or(|realm| realm == challenge.realm));
        if let Some(challenge) = challenge {
            // After an answer only a nonce that has merely grown old is worth another. What was sent unasked, with a
            // nonce of an earlier request, is no answer yet; not every server says that such a nonce is stale.
            let first = rounds.nonces.is_empty();
            if rounds.unasked.as_ref() == Some(&challenge.nonce)
                || !rounds.nonces.insert(challenge.nonce.clone())
                || !(first || challenge.stale)
            {
                return false;
            }
            self.scheme = Some(Scheme::Digest {
                challenge,
                count: 0,
                session: None,
            });
            return true;
        }
        let offers_basic = headers.iter().any(|header| {
            header
                .trim_start()
                .get(..5)
                .is_some_and(|scheme| scheme.eq_ignore_ascii_case("basic"))
        });
        if offers_basic && allow_basic && !rounds.sent_basic {
            rounds.sent_basic = true;
            self.scheme = Some(Scheme::Basic);
            return true;
        }
        false
    }

    /// The Authorization header for a request, if the server is known to want one.
    pub(super) fn authorize(
        &mut self,
        credentials: &Credentials,
        request: Request<'_>,
        rounds: &mut Rounds,
    ) -> Option<String> {
        match self.scheme.as_mut()? {
            Scheme::Digest {
                challenge,
                count,
                session,
            } => {
                *count += 1;
                rounds.sent += 1;
                if rounds.nonces.is_empty() {
                    rounds.unasked = Some(challenge.nonce.clone());
                }
                // Nobody has random bytes that fail; were it so, no answer is better than a guessable one.
                let cnonce = format!("{:016x}", getrandom::u64().ok()?);
                let answer = challenge.answer(
                    credentials,
                    &Answer {
                        method: request.method,
                        uri: request.uri,
                        body: request.body,
                        cnonce: &cnonce,
                        nc: *count,
                        prefer_integrity: false,
                        session: session.as_ref(),
                    },
                );
                if challenge.algorithm.is_session() && session.is_none() {
                    *session = Some(Session {
                        nonce: challenge.nonce.clone(),
                        cnonce,
                    });
                }
                Some(answer)
            }
            Scheme::Basic => {
                rounds.sent += 1;
                rounds.sent_basic = true;
                let pair = format!("{}:{}", credentials.username, credentials.password.expose());
                Some(format!("Basic {}", STANDARD.encode(pair)))
            }
        }
    }
}
