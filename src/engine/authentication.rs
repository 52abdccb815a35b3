//! Digest authentication as a client (RFC 3261 §22, RFC 7616, RFC 8760): which challenges are answered, with what, and
//! when it is time to stop.
//!
//! **Downgrade (AU-004).** What a realm offers is measured by the strongest algorithm in its challenge, whichever is
//! answered, against the strongest that it ever offered. That memory is apart from the challenges: a refused password, a
//! new one or another flow leave it alone, as somebody who wants the weaker hash can bring all of them about; the room above
//! keeps it from one run to the next. By default
//! a weaker offer is answered and told, since an operator may have gone back to MD5 and RFC 8760 §2.1 keeps it for old
//! servers; a strict account answers neither MD5 nor anything weaker than before. Nor does it answer a challenge without
//! qop, the old form that RFC 8760 §2.6 no longer has (AU-006).

use super::config::{DigestOffer, EngineConfig};
use super::entropy::Entropy;
use super::limits;
use crate::sip::digest::{Answer, AuthenticationInfo, Challenge, Credentials, Session};
use crate::sip::{HeaderError, HeaderName, Message, Method, Secret};

/// The account's credentials and the last challenge of each realm.
#[derive(Debug)]
pub(crate) struct Authentication {
    username: String,
    password: Option<Secret>,
    /// The realm that the configuration names: no other is answered.
    fixed: Option<String>,
    /// The realms first offered by our own servers: as a registrar or presence server, and as a proxy (AU-016).
    bound: [Option<String>; 2],
    realms: Vec<Realm>,
    /// What each realm ever offered.
    offers: Vec<DigestOffer>,
    /// There is more in it than was known when somebody last looked.
    learnt: bool,
    /// Neither MD5 nor what is weaker than before is answered.
    strict: bool,
    /// The realm that refused the password, and with which status.
    refused: Option<(String, u16)>,
    /// How many passwords there have been.
    generation: u32,
}

#[derive(Debug)]
struct Realm {
    challenge: Challenge,
    /// How many requests have used the nonce.
    count: u32,
    session: Option<Session>,
    /// Nonces in a row that were stale at their second use, or that another request had used before.
    worn: u8,
    /// The nonce that the server has accepted last.
    accepted: Option<String>,
}

impl Realm {
    /// One whose challenge nobody has answered yet.
    fn new(challenge: Challenge) -> Self {
        Self {
            challenge,
            count: 0,
            session: None,
            worn: 0,
            accepted: None,
        }
    }

    /// Whether its nonces are good for one request each. Then none is used ahead of a challenge: requests under way at
    /// the same time would only take them away from each other.
    fn has_single_use(&self) -> bool {
        self.worn >= WORN
    }

    /// Whether this is the realm that was answered so.
    fn is_of(&self, sent: &Sent) -> bool {
        is_same(&self.challenge, &sent.challenge)
    }
}

/// What one request has been through.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Rounds {
    answered: u8,
    sent: Vec<Sent>,
    /// The realms that asked for credentials, and whether as a proxy.
    asked: Vec<(bool, String)>,
    /// The last challenge of each, until it is answered: where nonces are good for one request, it is for this one.
    own: Vec<Challenge>,
}

/// One answer to a challenge, as a request carried it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Sent {
    challenge: Challenge,
    uri: String,
    cnonce: String,
    count: u32,
    session: Option<Session>,
    /// The nonce was known from before this request, so that its refusal says nothing about the password.
    reused: bool,
    /// Which password was used.
    generation: u32,
}

/// What to do about a 401 or 407.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Send the request again; [`Authentication::headers`] has an answer.
    Again {
        /// The realm that now offers only a weaker algorithm than before, if one does (AU-004).
        weaker: Option<String>,
    },
    /// This realm offers nothing that is strong enough for a strict account.
    TooWeak(String),
    /// The realm wants a password and there is none.
    Missing(String),
    /// The realm has refused these credentials (AU-012).
    Refused(String),
    /// A challenge cannot be read.
    Malformed(HeaderError),
    /// Nothing in the response can or may be answered; why.
    Unanswerable(&'static str),
    /// Only the nonces were too old, again and again (AU-013): not now, but later.
    Stale,
}

impl Authentication {
    pub(crate) fn new(config: &EngineConfig) -> Self {
        Self {
            username: config.digest_user(),
            password: config.password.clone(),
            fixed: config.realm.clone().filter(|realm| !realm.is_empty()),
            bound: [None, None],
            realms: Vec::new(),
            offers: config
                .digest_offers
                .iter()
                .take(limits::DIGEST_OFFERS)
                .cloned()
                .collect(),
            learnt: false,
            strict: config.strong_digest,
            refused: None,
            generation: 0,
        }
    }

    /// What each realm ever offered (AU-004).
    pub(crate) fn offers(&self) -> &[DigestOffer] {
        &self.offers
    }

    /// Whether more was offered than before; told once.
    pub(crate) fn has_learnt(&mut self) -> bool {
        std::mem::take(&mut self.learnt)
    }

    /// Takes a new password; what was refused may be tried again.
    pub(crate) fn set_password(&mut self, password: Secret) {
        self.password = Some(password);
        self.refused = None;
        self.generation = self.generation.wrapping_add(1);
    }

    /// The status that refused the credentials, until there are new ones. Nothing is sent meanwhile.
    pub(crate) fn refused(&self) -> Option<u16> {
        self.refused.as_ref().map(|(_, code)| *code)
    }

    /// Bytes that the credentials of a request may take, all known realms answered; seldom more, never much more than
    /// they do take.
    pub(crate) fn size(&self, uri: &str) -> usize {
        let sizes = self.realms.iter().map(|realm| {
            let challenge = &realm.challenge;
            let texts = [
                Some(&challenge.realm),
                Some(&challenge.nonce),
                challenge.opaque.as_ref(),
                Some(&self.username),
            ];
            let texts: usize = texts.into_iter().flatten().map(String::len).sum();
            texts + uri.len() + CREDENTIALS
        });
        sizes.sum()
    }

    /// The headers with which a request answers the realms it is known to meet (AU-014): those that have asked during
    /// this request, and where it goes to our own servers (`trusted`, as end point and as proxy) those that asked before.
    pub(crate) fn headers(
        &mut self,
        rounds: &mut Rounds,
        method: &Method,
        uri: &str,
        body: &[u8],
        trusted: [bool; 2],
        entropy: &mut Entropy,
    ) -> Vec<(HeaderName, String)> {
        let Rounds {
            sent, asked, own, ..
        } = rounds;
        sent.clear();
        let Some(credentials) = self.credentials() else {
            return Vec::new();
        };
        let mut headers = Vec::with_capacity(self.realms.len());
        for realm in &mut self.realms {
            let challenge = &realm.challenge;
            let has_asked = asked
                .iter()
                .any(|(proxy, name)| (*proxy, name) == (challenge.proxy, &challenge.realm));
            let ahead = trusted[usize::from(challenge.proxy)] && !realm.has_single_use();
            if !has_asked && !ahead {
                continue;
            }
            let mine = own.iter().position(|mine| is_same(mine, challenge));
            let mine = mine.map(|at| own.swap_remove(at));
            // Another request may have been challenged meanwhile; its nonce is not to be taken away from it.
            let mut alone = mine
                .filter(|mine| realm.has_single_use() && mine.nonce != challenge.nonce)
                .map(Realm::new);
            let realm = alone.as_mut().unwrap_or(realm);
            let cnonce = entropy.cnonce();
            realm.count += 1;
            let answer = Answer {
                method: method.as_str(),
                uri,
                body,
                cnonce: &cnonce,
                nc: realm.count,
                prefer_integrity: false,
                session: realm.session.as_ref(),
            };
            headers.push((
                realm.challenge.answer_header(),
                realm.challenge.answer(&credentials, &answer),
            ));
            if realm.challenge.algorithm.is_session() && realm.session.is_none() {
                realm.session = Some(Session {
                    nonce: realm.challenge.nonce.clone(),
                    cnonce: cnonce.clone(),
                });
            }
            sent.push(Sent {
                challenge: realm.challenge.clone(),
                uri: uri.to_owned(),
                cnonce,
                count: realm.count,
                session: realm.session.clone(),
                reused: !has_asked,
                generation: self.generation,
            });
        }
        headers
    }

    /// Reads a 401 or 407. `own` says whether Request-URI and next hop are the account's own, so that the realm of a
    /// 401 or of a 407 may be remembered as ours.
    pub(crate) fn challenged(
        &mut self,
        rounds: &mut Rounds,
        response: &Message,
        own: [bool; 2],
    ) -> Verdict {
        let challenges = match response.challenges() {
            Ok(challenges) => challenges,
            Err(error) => return Verdict::Malformed(error),
        };
        if challenges.is_empty() {
            return Verdict::Unanswerable("no challenge that can be answered");
        }
        let mut offered = challenges;
        offered.retain(|challenge| self.is_ours(challenge, own));
        let Some(first) = offered.first() else {
            return Verdict::Unanswerable("the realm is not ours");
        };
        let first_realm = first.realm.clone();
        let weaker = self.note_offers(&offered);
        let mut chosen: Vec<Challenge> = Vec::new();
        for challenge in offered {
            let strength = challenge.algorithm.strength();
            let weak =
                strength == 0 || challenge.qop.is_empty() || weaker.contains(&challenge.realm);
            if self.strict && weak {
                continue;
            }
            // Of one realm the topmost that is supported (RFC 8760 §2.4).
            if chosen.iter().all(|other| !is_same(other, &challenge)) {
                chosen.push(challenge);
            }
        }
        let Some(first) = chosen.first() else {
            return Verdict::TooWeak(first_realm);
        };
        if self.password.is_none() {
            return Verdict::Missing(first.realm.clone());
        }
        if let Some((realm, _)) = &self.refused {
            // Another request has found out meanwhile; this one does not try again (AU-012).
            return Verdict::Refused(realm.clone());
        }
        for challenge in &chosen {
            let mut answered = rounds.sent.iter();
            let sent = answered.find(|sent| is_same(&sent.challenge, challenge));
            let Some(sent) = sent.filter(|sent| sent.generation == self.generation) else {
                continue;
            };
            let same_nonce = sent.challenge.nonce == challenge.nonce;
            if challenge.stale && same_nonce {
                return Verdict::Unanswerable("a nonce that is stale from the first");
            }
            if !challenge.stale && (same_nonce || !sent.reused) {
                let code = if challenge.proxy { 407 } else { 401 };
                self.refused = Some((challenge.realm.clone(), code));
                self.realms.clear();
                return Verdict::Refused(challenge.realm.clone());
            }
        }
        for challenge in chosen.iter().filter(|challenge| challenge.stale) {
            self.wear(&rounds.sent, challenge);
        }
        if rounds.answered >= limits::CHALLENGE_ROUNDS {
            if chosen.iter().all(|challenge| challenge.stale) {
                return Verdict::Stale;
            }
            return Verdict::Unanswerable("challenged again and again");
        }
        rounds.answered += 1;
        for challenge in chosen {
            let asked = (challenge.proxy, challenge.realm.clone());
            if !rounds.asked.contains(&asked) {
                rounds.asked.push(asked);
            }
            rounds.own.retain(|mine| !is_same(mine, &challenge));
            rounds.own.push(challenge.clone());
            self.remember(challenge);
        }
        Verdict::Again {
            weaker: weaker.into_iter().next(),
        }
    }

    /// Reads Authentication-Info of a response that was not a challenge, from whom the request gave credentials: the
    /// next nonce (AU-014), and the proof that the server knows the password. False when that proof is wrong.
    pub(crate) fn accepted(&mut self, rounds: &Rounds, response: &Message) -> bool {
        for (name, proxy) in [
            (HeaderName::AuthenticationInfo, false),
            (HeaderName::ProxyAuthenticationInfo, true),
        ] {
            let mut answered = rounds.sent.iter();
            let Some(sent) = answered.find(|sent| sent.challenge.proxy == proxy) else {
                continue;
            };
            if let Some(realm) = self.realms.iter_mut().find(|realm| realm.is_of(sent)) {
                let nonce = &sent.challenge.nonce;
                if realm.accepted.as_ref() == Some(nonce) {
                    // It was good for more than one.
                    realm.worn = 0;
                } else {
                    realm.accepted = Some(nonce.clone());
                }
            }
            let Ok(Some(value)) = response.header_text(name) else {
                continue;
            };
            let Ok(info) = AuthenticationInfo::parse(&value) else {
                continue;
            };
            if sent.generation == self.generation && self.is_disproved(sent, &info, response) {
                return false;
            }
            let realm = self.realms.iter_mut().find(|realm| realm.is_of(sent));
            // A nonce that is in use already goes on being counted (AU-007).
            if let (Some(nonce), Some(realm)) = (info.nextnonce, realm)
                && realm.challenge.nonce != nonce
            {
                realm.challenge.nonce = nonce;
                realm.count = 0;
                // It is meant for the next request.
                realm.worn = 0;
            }
        }
        true
    }

    /// Whether `rspauth` is there and wrong (RFC 7616 §3.5).
    fn is_disproved(&self, sent: &Sent, info: &AuthenticationInfo, response: &Message) -> bool {
        let Some(credentials) = self.credentials() else {
            return false;
        };
        let request = Answer {
            // Neither counts for the server's proof.
            method: "",
            body: b"",
            uri: &sent.uri,
            cnonce: &sent.cnonce,
            nc: sent.count,
            prefer_integrity: false,
            session: sent.session.as_ref(),
        };
        let proof = sent
            .challenge
            .proves(info, &credentials, &request, response.body_bytes());
        proof == Some(false)
    }

    fn credentials(&self) -> Option<Credentials> {
        Some(Credentials {
            username: self.username.clone(),
            password: self.password.clone()?,
        })
    }

    /// Whether the realm is one of the account's, learning it if this is the first (AU-016).
    fn is_ours(&mut self, challenge: &Challenge, own: [bool; 2]) -> bool {
        if let Some(fixed) = &self.fixed {
            return *fixed == challenge.realm;
        }
        if self
            .bound
            .iter()
            .flatten()
            .any(|realm| *realm == challenge.realm)
        {
            return true;
        }
        let place = &mut self.bound[usize::from(challenge.proxy)];
        if own[usize::from(challenge.proxy)] && place.is_none() {
            *place = Some(challenge.realm.clone());
            return true;
        }
        false
    }

    /// Learns from a nonce that was refused as stale, how often nonces of its realm can be used.
    fn wear(&mut self, sent: &[Sent], challenge: &Challenge) {
        let same = |other: &Challenge| is_same(other, challenge);
        let sent = sent.iter().find(|sent| same(&sent.challenge));
        let realm = self.realms.iter_mut().find(|realm| same(&realm.challenge));
        if let (Some(sent), Some(realm)) = (sent, realm) {
            match sent.count {
                // Fresh from its challenge: another request was quicker.
                1 => realm.worn = WORN,
                2 => realm.worn = realm.worn.saturating_add(1),
                _ => {}
            }
        }
    }

    /// Remembers how strong the offers of a response are; the answer is the realms that once offered better.
    fn note_offers(&mut self, offered: &[Challenge]) -> Vec<String> {
        let mut weaker = Vec::new();
        for challenge in offered {
            let of_realm = offered.iter().filter(|other| is_same(other, challenge));
            let strength = of_realm.map(|other| other.algorithm.strength()).max();
            let strength = strength.unwrap_or_default();
            let known = self
                .offers
                .iter_mut()
                .find(|offer| (offer.proxy, &offer.realm) == (challenge.proxy, &challenge.realm));
            match known {
                Some(offer) if strength < offer.strength => {
                    weaker.push(challenge.realm.clone());
                }
                Some(offer) => {
                    self.learnt |= strength > offer.strength;
                    offer.strength = strength;
                }
                None => {
                    self.learnt = true;
                    // There are no more than our own realms, and perhaps those of an earlier run.
                    if self.offers.len() >= limits::DIGEST_OFFERS {
                        self.offers.remove(0);
                    }
                    self.offers.push(DigestOffer {
                        proxy: challenge.proxy,
                        realm: challenge.realm.clone(),
                        strength,
                    });
                }
            }
        }
        weaker
    }

    /// Keeps the challenge for this and later requests.
    fn remember(&mut self, challenge: Challenge) {
        let mut known = self.realms.iter_mut();
        if let Some(realm) = known.find(|realm| is_same(&realm.challenge, &challenge)) {
            realm.challenge = challenge;
            realm.count = 0;
            realm.session = None;
            return;
        }
        self.realms.push(Realm::new(challenge));
    }
}

/// Whether both come from one realm on the same side.
fn is_same(one: &Challenge, other: &Challenge) -> bool {
    (one.proxy, &one.realm) == (other.proxy, &other.realm)
}

/// So many nonces in a row that were good for one request only are the habit of their server.
const WORN: u8 = 2;
/// Bytes of a Proxy-Authorization header besides the texts that it gives back.
const CREDENTIALS: usize = 260;

#[cfg(test)]
mod tests;
