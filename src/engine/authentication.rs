//! Digest authentication as a client (RFC 3261 §22, RFC 7616, RFC 8760): which challenges are answered, with what, and
//! when it is time to stop.

use super::entropy::Entropy;
use super::limits;
use crate::sip::digest::{Answer, AuthenticationInfo, Challenge, Credentials, Session};
use crate::sip::{HeaderName, Message, Method, Secret};

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
    refused: Option<String>,
    /// How many passwords there have been.
    generation: u32,
}

#[derive(Debug)]
struct Realm {
    challenge: Challenge,
    /// How many requests have used the nonce.
    count: u32,
    session: Option<Session>,
    /// The strongest algorithm this realm ever offered (AU-004).
    strongest: u8,
}

/// What one request has been through.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Rounds {
    answered: u8,
    sent: Vec<Sent>,
    /// The realms that asked for credentials, and whether as a proxy.
    asked: Vec<(bool, String)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Sent {
    proxy: bool,
    realm: String,
    nonce: String,
    /// The nonce was known from before this request, so that its refusal says nothing about the password.
    reused: bool,
    /// Which password was used.
    generation: u32,
}

/// What to do about a 401 or 407.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Send the request again; [`Authentication::headers`] has an answer. True: the realm offers less than it once did.
    Again {
        /// Whether the realm now offers only a weaker algorithm than before (AU-004).
        weaker: bool,
    },
    /// The realm wants a password and there is none.
    Missing(String),
    /// The realm has refused these credentials (AU-012).
    Refused(String),
    /// Nothing in the response can or may be answered; why.
    Unanswerable(&'static str),
}

impl Authentication {
    pub(crate) fn new(username: String, password: Option<Secret>, realm: Option<String>) -> Self {
        Self {
            username,
            password,
            fixed: realm.filter(|realm| !realm.is_empty()),
            bound: [None, None],
            realms: Vec::new(),
            refused: None,
            generation: 0,
        }
    }

    /// Takes a new password; what was refused may be tried again.
    pub(crate) fn set_password(&mut self, password: Secret) {
        self.password = Some(password);
        self.refused = None;
        self.generation = self.generation.wrapping_add(1);
    }

    /// The realm that refused the credentials, until there are new ones. Nothing is sent meanwhile.
    pub(crate) fn refused(&self) -> Option<&str> {
        self.refused.as_deref()
    }

    /// Whether requests will carry credentials; for estimating their size.
    pub(crate) fn has_challenge(&self) -> bool {
        !self.realms.is_empty()
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
        let first = rounds.answered == 0;
        rounds.sent.clear();
        let Some(password) = self.password.clone() else {
            return Vec::new();
        };
        let credentials = Credentials {
            username: self.username.clone(),
            password,
        };
        let mut headers = Vec::with_capacity(self.realms.len());
        let asked = &rounds.asked;
        let meets = |realm: &&mut Realm| {
            let challenge = &realm.challenge;
            trusted[usize::from(challenge.proxy)]
                || asked
                    .iter()
                    .any(|(proxy, name)| (*proxy, name) == (challenge.proxy, &challenge.realm))
        };
        for realm in self.realms.iter_mut().filter(meets) {
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
            rounds.sent.push(Sent {
                proxy: realm.challenge.proxy,
                realm: realm.challenge.realm.clone(),
                nonce: realm.challenge.nonce.clone(),
                reused: first && realm.count > 1,
                generation: self.generation,
            });
            if realm.challenge.algorithm.is_session() && realm.session.is_none() {
                realm.session = Some(Session {
                    nonce: realm.challenge.nonce.clone(),
                    cnonce,
                });
            }
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
        let Ok(challenges) = response.challenges() else {
            return Verdict::Unanswerable("a malformed challenge");
        };
        let mut chosen: Vec<Challenge> = Vec::new();
        for challenge in challenges {
            // Of one realm the topmost that is supported (RFC 8760 §2.4).
            if chosen
                .iter()
                .all(|other| (other.proxy, &other.realm) != (challenge.proxy, &challenge.realm))
            {
                chosen.push(challenge);
            }
        }
        if chosen.is_empty() {
            return Verdict::Unanswerable("no challenge that can be answered");
        }
        chosen.retain(|challenge| self.is_ours(challenge, own));
        let Some(first) = chosen.first() else {
            return Verdict::Unanswerable("the realm is not ours");
        };
        if self.password.is_none() {
            return Verdict::Missing(first.realm.clone());
        }
        if let Some(realm) = &self.refused {
            // Another request has found out meanwhile; this one does not try again (AU-012).
            return Verdict::Refused(realm.clone());
        }
        for challenge in &chosen {
            let sent = rounds
                .sent
                .iter()
                .find(|sent| (sent.proxy, &sent.realm) == (challenge.proxy, &challenge.realm));
            let Some(sent) = sent.filter(|sent| sent.generation == self.generation) else {
                continue;
            };
            let same_nonce = sent.nonce == challenge.nonce;
            if challenge.stale && same_nonce {
                return Verdict::Unanswerable("a nonce that is stale from the first");
            }
            if !challenge.stale && (same_nonce || !sent.reused) {
                self.refused = Some(challenge.realm.clone());
                self.realms.clear();
                return Verdict::Refused(challenge.realm.clone());
            }
        }
        if rounds.answered >= limits::CHALLENGE_ROUNDS {
            return Verdict::Unanswerable("challenged again and again");
        }
        rounds.answered += 1;
        let mut weaker = false;
        for challenge in chosen {
            let asked = (challenge.proxy, challenge.realm.clone());
            if !rounds.asked.contains(&asked) {
                rounds.asked.push(asked);
            }
            weaker |= self.remember(challenge);
        }
        Verdict::Again { weaker }
    }

    /// Reads Authentication-Info of a response that was not a challenge.
    pub(crate) fn accepted(&mut self, response: &Message) {
        for (name, proxy) in [
            (HeaderName::AuthenticationInfo, false),
            (HeaderName::ProxyAuthenticationInfo, true),
        ] {
            let Ok(Some(value)) = response.header_text(name) else {
                continue;
            };
            let Ok(info) = AuthenticationInfo::parse(&value) else {
                continue;
            };
            let of_side = |realm: &&mut Realm| realm.challenge.proxy == proxy;
            if let (Some(nonce), Some(realm)) =
                (info.nextnonce, self.realms.iter_mut().find(of_side))
            {
                realm.challenge.nonce = nonce;
                realm.count = 0;
            }
        }
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

    /// Keeps the challenge for this and later requests; tells whether it is weaker than what the realm once offered.
    fn remember(&mut self, challenge: Challenge) -> bool {
        let strength = challenge.algorithm.strength();
        let known = self.realms.iter_mut().find(|realm| {
            (realm.challenge.proxy, &realm.challenge.realm) == (challenge.proxy, &challenge.realm)
        });
        if let Some(realm) = known {
            let weaker = strength < realm.strongest;
            realm.strongest = realm.strongest.max(strength);
            realm.challenge = challenge;
            realm.count = 0;
            realm.session = None;
            return weaker;
        }
        self.realms.push(Realm {
            challenge,
            count: 0,
            session: None,
            strongest: strength,
        });
        false
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used)]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::engine::testing::entropy;
    use crate::sip::Limits;
    use crate::sip::digest::Authorization;

    fn response(code: u16, headers: &[&str]) -> Message {
        let mut text = format!(
            "SIP/2.0 {code} X\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\nFrom: <sip:a@example.com>;tag=1\r\n\
             To: <sip:b@example.com>;tag=2\r\nCall-ID: 1\r\nCSeq: 1 SUBSCRIBE\r\n"
        );
        for header in headers {
            text.push_str(header);
            text.push_str("\r\n");
        }
        text.push_str("Content-Length: 0\r\n\r\n");
        Message::parse_datagram(Bytes::from(text), &Limits::default()).unwrap()
    }

    fn account() -> Authentication {
        Authentication::new("alice".into(), Some("secret".into()), None)
    }

    fn send(authentication: &mut Authentication, rounds: &mut Rounds) -> Vec<Authorization> {
        authentication
            .headers(
                rounds,
                &Method::Subscribe,
                "sip:bob@example.com",
                b"",
                [true; 2],
                &mut entropy(1),
            )
            .into_iter()
            .map(|(name, value)| {
                Authorization::parse(&value, name == HeaderName::ProxyAuthorization).unwrap()
            })
            .collect()
    }

    const AGAIN: Verdict = Verdict::Again { weaker: false };

    #[test]
    fn au_001_and_au_007_answer_and_count() {
        let mut account = account();
        let mut rounds = Rounds::default();
        assert!(send(&mut account, &mut rounds).is_empty());
        let challenge = response(
            401,
            &["WWW-Authenticate: Digest realm=\"example.com\", nonce=\"n1\", qop=\"auth\""],
        );
        assert_eq!(
            account.challenged(&mut rounds, &challenge, [true; 2]),
            AGAIN
        );
        let sent = send(&mut account, &mut rounds);
        assert_eq!(
            (sent.len(), sent[0].nc, &*sent[0].nonce),
            (1, Some(1), "n1")
        );
        assert!(sent[0].verify("alice", &"secret".into(), "SUBSCRIBE", b"", None));
        // Later requests reuse the nonce before they are asked (AU-014).
        for count in 2..4 {
            assert_eq!(
                send(&mut account, &mut Rounds::default())[0].nc,
                Some(count)
            );
        }
    }

    #[test]
    fn au_002_several_realms_in_one_answer() {
        let mut account = account();
        let mut rounds = Rounds::default();
        let challenge = response(
            407,
            &[
                "Proxy-Authenticate: Digest realm=\"p\", nonce=\"n1\", qop=\"auth\"",
                "WWW-Authenticate: Digest realm=\"u\", nonce=\"n2\", qop=\"auth\"",
            ],
        );
        assert_eq!(
            account.challenged(&mut rounds, &challenge, [true; 2]),
            AGAIN
        );
        let sent = send(&mut account, &mut rounds);
        let mut sides: Vec<_> = sent.iter().map(|one| (one.proxy, &*one.realm)).collect();
        sides.sort_unstable();
        assert_eq!(sides, [(false, "u"), (true, "p")]);
    }

    #[test]
    fn au_003_the_topmost_supported_algorithm() {
        let mut account = account();
        let mut rounds = Rounds::default();
        let challenge = response(
            401,
            &[
                "WWW-Authenticate: Digest realm=\"r\", nonce=\"n0\", algorithm=FOO",
                "WWW-Authenticate: Digest realm=\"r\", nonce=\"n1\", algorithm=SHA-256, qop=\"auth\"",
                "WWW-Authenticate: Digest realm=\"r\", nonce=\"n1\", algorithm=MD5, qop=\"auth\"",
            ],
        );
        assert_eq!(
            account.challenged(&mut rounds, &challenge, [true; 2]),
            AGAIN
        );
        let sent = send(&mut account, &mut rounds);
        assert_eq!(sent.len(), 1);
        assert_eq!(sent[0].algorithm.to_string(), "SHA-256");
        let only_foo = response(
            401,
            &["WWW-Authenticate: Digest realm=\"r\", nonce=\"n\", algorithm=FOO"],
        );
        let verdict = account.challenged(&mut Rounds::default(), &only_foo, [true; 2]);
        assert!(matches!(verdict, Verdict::Unanswerable(_)));
    }

    #[test]
    fn au_004_a_weaker_offer_is_noticed() {
        let mut account = account();
        let strong = response(
            401,
            &["WWW-Authenticate: Digest realm=\"r\", nonce=\"1\", algorithm=SHA-256, qop=\"auth\""],
        );
        let weak = response(
            401,
            &["WWW-Authenticate: Digest realm=\"r\", nonce=\"2\", qop=\"auth\""],
        );
        assert_eq!(
            account.challenged(&mut Rounds::default(), &strong, [true; 2]),
            AGAIN
        );
        let verdict = account.challenged(&mut Rounds::default(), &weak, [true; 2]);
        assert_eq!(verdict, Verdict::Again { weaker: true });
    }

    #[test]
    fn au_012_wrong_password_is_tried_once() {
        let mut account = account();
        let mut rounds = Rounds::default();
        send(&mut account, &mut rounds);
        let challenge = |nonce: &str, stale: &str| {
            let value = format!(
                "WWW-Authenticate: Digest realm=\"r\", nonce=\"{nonce}\", qop=\"auth\"{stale}"
            );
            response(401, &[&value])
        };
        assert_eq!(
            account.challenged(&mut rounds, &challenge("1", ""), [true; 2]),
            AGAIN
        );
        send(&mut account, &mut rounds);
        let verdict = account.challenged(&mut rounds, &challenge("2", ""), [true; 2]);
        assert_eq!(verdict, Verdict::Refused("r".into()));
        assert_eq!(account.refused(), Some("r"));
        account.set_password("other".into());
        assert_eq!(account.refused(), None);
        let mut rounds = Rounds::default();
        assert_eq!(
            account.challenged(&mut rounds, &challenge("3", ""), [true; 2]),
            AGAIN
        );
        // stale=true: once more with the new nonce.
        send(&mut account, &mut rounds);
        assert_eq!(
            account.challenged(&mut rounds, &challenge("4", ", stale=true"), [true; 2]),
            AGAIN
        );
    }

    #[test]
    fn au_012_a_reused_nonce_that_is_refused_says_nothing_about_the_password() {
        let mut account = account();
        let mut rounds = Rounds::default();
        let challenge = |nonce: &str| {
            response(
                401,
                &[&format!(
                    "WWW-Authenticate: Digest realm=\"r\", nonce=\"{nonce}\", qop=\"auth\""
                )],
            )
        };
        account.challenged(&mut rounds, &challenge("1"), [true; 2]);
        send(&mut account, &mut rounds);
        // The next request reuses nonce 1; the restarted server forgets to say stale.
        let mut rounds = Rounds::default();
        send(&mut account, &mut rounds);
        assert_eq!(
            account.challenged(&mut rounds, &challenge("2"), [true; 2]),
            AGAIN
        );
        send(&mut account, &mut rounds);
        let verdict = account.challenged(&mut rounds, &challenge("3"), [true; 2]);
        assert_eq!(verdict, Verdict::Refused("r".into()));
    }

    #[test]
    fn au_013_stale_for_ever_ends() {
        let mut account = account();
        let mut rounds = Rounds::default();
        let mut requests = 0;
        loop {
            send(&mut account, &mut rounds);
            requests += 1;
            let value = format!(
                "WWW-Authenticate: Digest realm=\"r\", nonce=\"{requests}\", qop=\"auth\", stale=true"
            );
            match account.challenged(&mut rounds, &response(401, &[&value]), [true; 2]) {
                Verdict::Again { .. } => assert!(requests < 10),
                verdict => {
                    assert!(matches!(verdict, Verdict::Unanswerable(_)), "{verdict:?}");
                    break;
                }
            }
        }
        assert_eq!(requests, 4);
        assert_eq!(account.refused(), None);
    }

    #[test]
    fn au_014_nextnonce_replaces_the_nonce() {
        let mut account = account();
        let mut rounds = Rounds::default();
        let challenge = response(
            401,
            &["WWW-Authenticate: Digest realm=\"r\", nonce=\"1\", qop=\"auth\""],
        );
        account.challenged(&mut rounds, &challenge, [true; 2]);
        send(&mut account, &mut rounds);
        account.accepted(&response(200, &["Authentication-Info: nextnonce=\"2\""]));
        let sent = send(&mut account, &mut Rounds::default());
        assert_eq!((&*sent[0].nonce, sent[0].nc), ("2", Some(1)));
    }

    #[test]
    fn au_015_and_au_016_only_our_realms_are_answered() {
        let mut account = account();
        let ours = response(
            401,
            &["WWW-Authenticate: Digest realm=\"asterisk\", nonce=\"1\", qop=\"auth\""],
        );
        assert_eq!(
            account.challenged(&mut Rounds::default(), &ours, [true; 2]),
            AGAIN
        );
        let evil = response(
            407,
            &["Proxy-Authenticate: Digest realm=\"evil\", nonce=\"1\", qop=\"auth\""],
        );
        let verdict = account.challenged(&mut Rounds::default(), &evil, [false; 2]);
        assert_eq!(verdict, Verdict::Unanswerable("the realm is not ours"));
        let other = response(
            401,
            &["WWW-Authenticate: Digest realm=\"other\", nonce=\"1\", qop=\"auth\""],
        );
        assert!(matches!(
            account.challenged(&mut Rounds::default(), &other, [true; 2]),
            Verdict::Unanswerable(_)
        ));
        let basic = response(401, &["WWW-Authenticate: Basic realm=\"asterisk\""]);
        assert!(matches!(
            account.challenged(&mut Rounds::default(), &basic, [true; 2]),
            Verdict::Unanswerable(_)
        ));
    }

    #[test]
    fn au_016_the_realm_can_be_set() {
        let mut account =
            Authentication::new("alice".into(), Some("secret".into()), Some("mine".into()));
        let other = response(
            401,
            &["WWW-Authenticate: Digest realm=\"example.com\", nonce=\"1\", qop=\"auth\""],
        );
        assert!(matches!(
            account.challenged(&mut Rounds::default(), &other, [true; 2]),
            Verdict::Unanswerable(_)
        ));
        let mine = response(
            401,
            &["WWW-Authenticate: Digest realm=\"mine\", nonce=\"1\", qop=\"auth\""],
        );
        assert_eq!(
            account.challenged(&mut Rounds::default(), &mine, [false; 2]),
            AGAIN
        );
    }

    #[test]
    fn no_password_is_told() {
        let mut account = Authentication::new("alice".into(), None, None);
        let challenge = response(401, &["WWW-Authenticate: Digest realm=\"r\", nonce=\"1\""]);
        let verdict = account.challenged(&mut Rounds::default(), &challenge, [true; 2]);
        assert_eq!(verdict, Verdict::Missing("r".into()));
    }
}
