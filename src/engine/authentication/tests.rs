use bytes::Bytes;

use super::*;
use crate::engine::testing::entropy;
use crate::sip::digest::Authorization;
use crate::sip::{Limits, Uri};

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
    account_with(|_| {})
}

fn account_with(change: impl FnOnce(&mut EngineConfig)) -> Authentication {
    let mut config = EngineConfig::new(Uri::parse("sip:alice@example.com").unwrap());
    config.password = Some("secret".into());
    change(&mut config);
    Authentication::new(&config)
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

/// An account whose answer to a first challenge is under way.
fn challenged_once() -> (Authentication, Rounds, Vec<Authorization>) {
    let mut account = account();
    let mut rounds = Rounds::default();
    let challenge = response(
        401,
        &["WWW-Authenticate: Digest realm=\"r\", nonce=\"1\", qop=\"auth\""],
    );
    account.challenged(&mut rounds, &challenge, [true; 2]);
    let sent = send(&mut account, &mut rounds);
    (account, rounds, sent)
}

/// The challenge is one that can be answered.
fn again(account: &mut Authentication, rounds: &mut Rounds, challenge: &Message) {
    assert_eq!(account.challenged(rounds, challenge, [true; 2]), AGAIN);
}

const AGAIN: Verdict = Verdict::Again { weaker: None };

#[test]
fn au_001_and_au_007_answer_and_count() {
    let mut account = account();
    let mut rounds = Rounds::default();
    assert!(send(&mut account, &mut rounds).is_empty());
    let challenge = response(
        401,
        &["WWW-Authenticate: Digest realm=\"example.com\", nonce=\"n1\", qop=\"auth\""],
    );
    again(&mut account, &mut rounds, &challenge);
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
    again(&mut account, &mut rounds, &challenge);
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
    again(&mut account, &mut rounds, &challenge);
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

/// A 401 of realm `r` with one challenge for each algorithm.
fn offer(nonce: &str, algorithms: &[&str]) -> Message {
    let challenges = algorithms.iter().map(|algorithm| {
        let nonce = format!("{nonce}{algorithm}");
        format!("WWW-Authenticate: Digest realm=\"r\", nonce=\"{nonce}\", algorithm={algorithm}, qop=\"auth\"")
    });
    let challenges: Vec<String> = challenges.collect();
    let headers: Vec<&str> = challenges.iter().map(String::as_str).collect();
    response(401, &headers)
}

fn weaker() -> Verdict {
    Verdict::Again {
        weaker: Some("r".to_owned()),
    }
}

#[test]
fn au_004_a_weaker_offer_is_noticed() {
    let mut account = account();
    let mut ask = |offer: Message| account.challenged(&mut Rounds::default(), &offer, [true; 2]);
    assert_eq!(ask(offer("1", &["SHA-256"])), AGAIN);
    assert_eq!(ask(offer("2", &["MD5"])), weaker());
    // The strongest that is offered counts, not the topmost, which is the one that is answered.
    assert_eq!(ask(offer("3", &["MD5", "SHA-256"])), AGAIN);
    assert_eq!(ask(offer("4", &["SHA-512-256", "MD5"])), AGAIN);
    assert_eq!(ask(offer("5", &["SHA-256"])), weaker());
    let unnamed = "WWW-Authenticate: Digest realm=\"r\", nonce=\"6\", qop=\"auth\"";
    assert_eq!(ask(response(401, &[unnamed])), weaker());
}

#[test]
fn au_004_the_memory_outlives_a_refused_password_and_a_new_one() {
    let mut account = account();
    let mut rounds = Rounds::default();
    again(&mut account, &mut rounds, &offer("1", &["SHA-256"]));
    send(&mut account, &mut rounds);
    let refusal = account.challenged(&mut rounds, &offer("2", &["SHA-256"]), [true; 2]);
    assert_eq!(refusal, Verdict::Refused("r".into()));
    account.set_password("other".into());
    let verdict = account.challenged(&mut Rounds::default(), &offer("3", &["MD5"]), [true; 2]);
    assert_eq!(verdict, weaker());
}

#[test]
fn au_004_a_strict_account_answers_neither_md5_nor_less_than_before() {
    let mut account = account_with(|config| config.strong_digest = true);
    let too_weak = Verdict::TooWeak("r".into());
    let mut ask = |offer: Message| {
        let mut rounds = Rounds::default();
        let verdict = account.challenged(&mut rounds, &offer, [true; 2]);
        let sent = send(&mut account, &mut rounds);
        (
            verdict,
            sent.iter()
                .map(|sent| sent.algorithm.to_string())
                .collect::<Vec<_>>(),
        )
    };
    assert_eq!(ask(offer("1", &["MD5"])), (too_weak.clone(), vec![]));
    assert_eq!(ask(offer("2", &["MD5-sess"])), (too_weak.clone(), vec![]));
    // MD5 is passed over wherever it stands.
    let strong = (AGAIN, vec!["SHA-256".to_owned()]);
    assert_eq!(ask(offer("3", &["MD5", "SHA-256"])), strong);
    let stronger = (AGAIN, vec!["SHA-512-256".to_owned()]);
    assert_eq!(ask(offer("4", &["SHA-512-256"])), stronger);
    assert_eq!(ask(offer("5", &["SHA-256"])).0, too_weak);
}

#[test]
fn au_006_a_strict_account_does_not_answer_in_the_old_form() {
    let old = "WWW-Authenticate: Digest realm=\"r\", nonce=\"1\", algorithm=SHA-256";
    for strict in [false, true] {
        let mut account = account_with(|config| config.strong_digest = strict);
        let mut rounds = Rounds::default();
        let verdict = account.challenged(&mut rounds, &response(401, &[old]), [true; 2]);
        let sent = send(&mut account, &mut rounds);
        if strict {
            assert_eq!((verdict, sent.len()), (Verdict::TooWeak("r".into()), 0));
        } else {
            let plain = (sent[0].qop, sent[0].nc, sent[0].cnonce.clone());
            assert_eq!((verdict, plain), (AGAIN, (None, None, None)));
            assert!(sent[0].verify("alice", &"secret".into(), "SUBSCRIBE", b"", None));
        }
    }
}

#[test]
fn au_012_wrong_password_is_tried_once() {
    let mut account = account();
    let mut rounds = Rounds::default();
    send(&mut account, &mut rounds);
    let challenge = |nonce: &str, stale: &str| {
        let value =
            format!("WWW-Authenticate: Digest realm=\"r\", nonce=\"{nonce}\", qop=\"auth\"{stale}");
        response(401, &[&value])
    };
    again(&mut account, &mut rounds, &challenge("1", ""));
    send(&mut account, &mut rounds);
    let verdict = account.challenged(&mut rounds, &challenge("2", ""), [true; 2]);
    assert_eq!(verdict, Verdict::Refused("r".into()));
    assert_eq!(account.refused(), Some(401));
    account.set_password("other".into());
    assert_eq!(account.refused(), None);
    let mut rounds = Rounds::default();
    again(&mut account, &mut rounds, &challenge("3", ""));
    // stale=true: once more with the new nonce.
    send(&mut account, &mut rounds);
    again(&mut account, &mut rounds, &challenge("4", ", stale=true"));
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
    again(&mut account, &mut rounds, &challenge("2"));
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
                assert_eq!(verdict, Verdict::Stale);
                break;
            }
        }
    }
    assert_eq!(requests, 4);
    assert_eq!(account.refused(), None);
}

#[test]
fn au_013_requests_do_not_take_each_others_single_nonces() {
    let mut account = account();
    let stale = |nonce: u32| {
        let value = format!(
            "WWW-Authenticate: Digest realm=\"r\", nonce=\"{nonce}\", qop=\"auth\", stale=true"
        );
        response(401, &[&value])
    };
    let mut first = Rounds::default();
    again(&mut account, &mut first, &stale(1));
    send(&mut account, &mut first);
    for nonce in 2..4 {
        // Used ahead of a challenge, and no longer good.
        let mut next = Rounds::default();
        assert_eq!(send(&mut account, &mut next).len(), 1);
        again(&mut account, &mut next, &stale(nonce));
        send(&mut account, &mut next);
    }
    let mut next = Rounds::default();
    assert!(send(&mut account, &mut next).is_empty());
    again(&mut account, &mut next, &stale(4));
    assert_eq!(send(&mut account, &mut next)[0].nonce, "4");
    // A nonce that is given ahead is meant to be used.
    let value = "Authentication-Info: nextnonce=\"5\"";
    assert!(account.accepted(&next, &response(200, &[value])));
    assert_eq!(send(&mut account, &mut Rounds::default())[0].nonce, "5");
}

#[test]
fn au_014_nextnonce_replaces_the_nonce() {
    let (mut account, rounds, _) = challenged_once();
    let next = response(200, &["Authentication-Info: nextnonce=\"2\""]);
    assert!(account.accepted(&rounds, &next));
    let mut later = Rounds::default();
    let sent = send(&mut account, &mut later);
    assert_eq!((&*sent[0].nonce, sent[0].nc), ("2", Some(1)));
    // Told twice, the nonce is counted on (AU-007).
    assert!(account.accepted(&rounds, &next));
    let sent = send(&mut account, &mut Rounds::default());
    assert_eq!((&*sent[0].nonce, sent[0].nc), ("2", Some(2)));
    // The server has forgotten its nonce: that says nothing about the password (AU-012).
    let anew = response(
        401,
        &["WWW-Authenticate: Digest realm=\"r\", nonce=\"3\", qop=\"auth\""],
    );
    again(&mut account, &mut later, &anew);
}

#[test]
fn au_014_nobody_else_chooses_the_next_nonce() {
    let (mut account, _, _) = challenged_once();
    let next = response(200, &["Authentication-Info: nextnonce=\"evil\""]);
    assert!(account.accepted(&Rounds::default(), &next));
    assert_eq!(&*send(&mut account, &mut Rounds::default())[0].nonce, "1");
}

#[test]
fn au_014_a_server_without_the_password_is_found_out() {
    let (mut account, rounds, sent) = challenged_once();
    let answer = |password: &str, next: &str| {
        let proof = sent[0].rspauth("alice", &password.into(), b"", None);
        let header = format!("Authentication-Info: rspauth=\"{proof}\", qop=auth{next}");
        response(200, &[&header])
    };
    let forged = answer("guess", ", nextnonce=\"evil\"");
    assert!(!account.accepted(&rounds, &forged));
    assert_eq!(&*send(&mut account, &mut Rounds::default())[0].nonce, "1");
    assert!(account.accepted(&rounds, &answer("secret", "")));
}

#[test]
fn au_012_of_two_restarted_servers_neither_says_anything_about_the_password() {
    let mut account = account();
    let proxy = |nonce: &str| {
        response(
            407,
            &[&format!(
                "Proxy-Authenticate: Digest realm=\"p\", nonce=\"{nonce}\", qop=\"auth\""
            )],
        )
    };
    let registrar = |nonce: &str| {
        response(
            401,
            &[&format!(
                "WWW-Authenticate: Digest realm=\"u\", nonce=\"{nonce}\", qop=\"auth\""
            )],
        )
    };
    for nonce in ["1", "2"] {
        let mut rounds = Rounds::default();
        for challenge in [proxy(nonce), registrar(nonce)] {
            send(&mut account, &mut rounds);
            let verdict = account.challenged(&mut rounds, &challenge, [true; 2]);
            assert_eq!(verdict, AGAIN, "nonce {nonce}");
        }
    }
}

#[test]
fn au_015_and_au_016_only_our_realms_are_answered() {
    let mut account = account();
    let ours = response(
        401,
        &["WWW-Authenticate: Digest realm=\"asterisk\", nonce=\"1\", qop=\"auth\""],
    );
    again(&mut account, &mut Rounds::default(), &ours);
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
    let mut account = account_with(|config| config.realm = Some("mine".to_owned()));
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
    let mut account = account_with(|config| config.password = None);
    let challenge = response(401, &["WWW-Authenticate: Digest realm=\"r\", nonce=\"1\""]);
    let verdict = account.challenged(&mut Rounds::default(), &challenge, [true; 2]);
    assert_eq!(verdict, Verdict::Missing("r".into()));
}
