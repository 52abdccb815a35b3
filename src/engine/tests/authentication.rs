//! Challenges on the wire (C.1).

use super::bench::{Bench, Notify, call_id, config, messages, presence};
use super::registration::{accept, register};
use crate::engine::{Event, Reason, RegistrationState, SubscriptionState};
use crate::sip::Message;

const CHALLENGE: &str =
    "WWW-Authenticate: Digest realm=\"example.com\", nonce=\"n1\", qop=\"auth\"";

fn authorizations(message: &Message) -> usize {
    message.authorizations().unwrap().len()
}

#[test]
fn au_001_a_challenge_is_answered_in_the_same_call() {
    let mut bench = Bench::new();
    bench.subscribe();
    let first = bench.request();
    assert_eq!(authorizations(&first), 0);
    bench.respond(&first, 401, &[CHALLENGE]);
    let second = bench.request();
    assert_eq!(call_id(&second), call_id(&first));
    assert_eq!(second.from().unwrap().tag(), first.from().unwrap().tag());
    assert_eq!(
        second.cseq().unwrap().number,
        first.cseq().unwrap().number + 1
    );
    assert_ne!(
        second.top_via().unwrap().branch,
        first.top_via().unwrap().branch
    );
    let answers = second.authorizations().unwrap();
    assert!(answers[0].verify("alice", &"secret".into(), "SUBSCRIBE", b"", None));
    assert!(!answers[0].proxy);
}

/// RFC 6665 §4.4.1: its notifier would make a second dialog of the same with another `CSeq`.
#[test]
fn ev_024_and_au_001_a_challenge_after_the_notify_makes_no_second_subscription() {
    for package in [presence(), messages()] {
        let mut bench = Bench::new();
        let id = bench.subscribe_with(package.clone(), Some(600));
        let first = bench.request();
        let notify = Notify::to(&first).event(&package.name);
        bench.notify(notify).assert_status(200);
        bench.respond(&first, 401, &[CHALLENGE]);
        bench.assert_silent(60);
        assert_eq!(bench.state(id), SubscriptionState::Active);
        let census = bench.engine.census();
        assert_eq!((census.usages, census.exchanges), (1, 0));
        // What was learnt is used in the dialog that there is.
        let refresh = bench.request_within(600);
        assert_eq!(refresh.to().unwrap().tag(), Some("notifier"));
        assert_eq!(call_id(&refresh), call_id(&first));
        assert_eq!(authorizations(&refresh), 1);
    }
}

#[test]
fn au_001_what_nobody_wants_any_more_is_not_asked_for_again() {
    let mut bench = Bench::new();
    let id = bench.subscribe();
    let first = bench.request();
    bench.unsubscribe(id);
    bench.respond(&first, 401, &[CHALLENGE]);
    assert!(bench.engine.subscription(id).is_none());
    bench.assert_silent(3600);
}

#[test]
fn au_010_integrity_alone_is_answered_with_and_without_a_body() {
    const INTEGRITY: &str = "WWW-Authenticate: Digest realm=\"example.com\", nonce=\"n1\", qop=\"auth-int\", algorithm=SHA-256";
    for method in ["PUBLISH", "SUBSCRIBE"] {
        let mut bench = Bench::new();
        if method == "PUBLISH" {
            bench.publish(Some(600));
        } else {
            bench.subscribe();
        }
        let first = bench.request();
        bench.respond(&first, 401, &[INTEGRITY]);
        let second = bench.request();
        let body = second.body_bytes();
        assert_eq!(body.is_empty(), method == "SUBSCRIBE");
        let answers = second.authorizations().unwrap();
        let proves = |body: &[u8]| answers[0].verify("alice", &"secret".into(), method, body, None);
        assert!(proves(body) && !proves(b"<other/>"), "{method}");
    }
}

#[test]
fn au_009_the_digest_uri_is_the_request_uri() {
    let mut bench = Bench::new();
    bench.subscribe();
    let first = bench.request();
    bench.respond(&first, 401, &[CHALLENGE]);
    let second = bench.request();
    bench.respond(&second, 200, &["Expires: 600"]);
    bench
        .notify(Notify::to(&second).contact("<sip:pa@192.0.2.9:5070;ob>"))
        .assert_status(200);
    let refresh = bench.request_within(600);
    assert_eq!(
        refresh.authorizations().unwrap()[0].uri,
        "sip:pa@192.0.2.9:5070;ob"
    );
    assert_eq!(refresh.authorizations().unwrap()[0].nc, Some(2));
}

#[test]
fn au_001_407_is_answered_in_its_own_header() {
    let mut settings = config();
    settings.outbound_proxies = vec![super::bench::uri("sip:proxy.example.com")];
    let mut bench = Bench::with(settings);
    bench.subscribe();
    let first = bench.request();
    bench.respond(
        &first,
        407,
        &["Proxy-Authenticate: Digest realm=\"p\", nonce=\"n1\", qop=\"auth\""],
    );
    assert!(bench.request().authorizations().unwrap()[0].proxy);
}

#[test]
fn au_007_a_retransmission_keeps_its_count() {
    let mut bench = Bench::new();
    bench.subscribe();
    let first = bench.request();
    bench.respond(&first, 401, &[CHALLENGE]);
    bench.request();
    // The bench compares repeats by branch; none may come as a new request.
    bench.assert_silent(30);
}

#[test]
fn au_013_a_server_that_finds_every_nonce_too_old_is_asked_again_later() {
    let mut bench = Bench::new();
    let id = bench.subscribe();
    for nonce in 0..4 {
        let request = bench.request();
        let challenge = format!(
            "WWW-Authenticate: Digest realm=\"example.com\", nonce=\"n{nonce}\", qop=\"auth\", stale=true"
        );
        bench.respond(&request, 401, &[&challenge]);
    }
    assert_eq!(bench.state(id), SubscriptionState::WaitingToRetry);
    bench.request_within(31);
}

#[test]
fn au_012_a_wrong_password_is_sent_once_and_then_no_more() {
    let mut bench = Bench::new();
    let first = register(&mut bench, 600);
    let id = bench.subscribe();
    bench.respond(&first, 401, &[CHALLENGE]);
    let second = bench.request();
    bench.respond(
        &second,
        401,
        &["WWW-Authenticate: Digest realm=\"example.com\", nonce=\"n2\", qop=\"auth\""],
    );
    let refused = |event: &Event| matches!(event, Event::CredentialsRefused { realm } if realm == "example.com");
    assert_eq!(
        bench.events.iter().filter(|event| refused(event)).count(),
        1
    );
    bench.assert_silent(2 * 3600);
    let registration = bench.engine.registration().unwrap();
    assert_eq!(
        (registration.state, registration.retry_at),
        (RegistrationState::Failed, None)
    );
    assert_eq!(registration.reason, Some(Reason::Credentials(401)));
    assert_eq!(bench.state(id), SubscriptionState::Terminated);
    assert_eq!(
        bench.subscription(id).reason,
        Some(Reason::Credentials(401))
    );

    bench.engine.set_password(bench.now, "better".into());
    bench.drain();
    let third = bench.request();
    bench.respond(
        &third,
        401,
        &["WWW-Authenticate: Digest realm=\"example.com\", nonce=\"n3\", qop=\"auth\""],
    );
    let fourth = bench.request();
    assert!(fourth.authorizations().unwrap()[0].verify(
        "alice",
        &"better".into(),
        "REGISTER",
        b"",
        None
    ));
    accept(&mut bench, &fourth, 600);
    let subscribe = bench.request();
    assert_eq!(subscribe.method().unwrap().as_str(), "SUBSCRIBE");
    assert_eq!(authorizations(&subscribe), 1);
}

#[test]
fn no_password_is_asked_for() {
    let mut settings = config();
    settings.password = None;
    let mut bench = Bench::with(settings);
    let id = bench.subscribe();
    let first = bench.request();
    bench.respond(&first, 401, &[CHALLENGE]);
    assert!(
        bench
            .events
            .iter()
            .any(|event| matches!(event, Event::CredentialsMissing { .. }))
    );
    bench.assert_silent(3600);
    bench.engine.set_password(bench.now, "secret".into());
    bench.drain();
    bench.request();
    assert_eq!(bench.state(id), SubscriptionState::NotifyWait);
}

#[test]
fn au_012_a_stale_nonce_on_refresh_does_not_kill_the_dialog() {
    let mut bench = Bench::new();
    let (id, subscribe) = bench.active();
    let refresh = bench.request_within(600);
    bench.respond(&refresh, 401, &[CHALLENGE]);
    let answered = bench.request();
    // AU-001: the same dialog, one further.
    assert_eq!(call_id(&answered), call_id(&refresh));
    assert_eq!(
        answered.from().unwrap().tag(),
        refresh.from().unwrap().tag()
    );
    assert_eq!(answered.to().unwrap().tag(), Some("notifier"));
    let number = refresh.cseq().unwrap().number + 1;
    assert_eq!(answered.cseq().unwrap().number, number);
    assert_eq!(authorizations(&answered), 1);
    bench.respond(
        &answered,
        401,
        &["WWW-Authenticate: Digest realm=\"example.com\", nonce=\"n2\", stale=true"],
    );
    let again = bench.request();
    assert_eq!(call_id(&again), call_id(&subscribe));
    bench.respond(&again, 200, &["Expires: 600"]);
    bench
        .notify(Notify::to(&subscribe).cseq(2))
        .assert_status(200);
    assert_eq!(bench.state(id), SubscriptionState::Active);
}

#[test]
fn au_013_an_endless_challenge_ends() {
    let mut bench = Bench::new();
    bench.subscribe();
    let mut rounds = 0;
    while let Some(request) = bench.try_request() {
        rounds += 1;
        assert!(rounds < 10);
        let stale = format!(
            "WWW-Authenticate: Digest realm=\"example.com\", nonce=\"{rounds}\", stale=true, qop=\"auth\""
        );
        bench.respond(&request, 401, &[&stale]);
    }
    assert_eq!(rounds, 4);
}

#[test]
fn au_014_one_challenge_for_many_requests() {
    let mut bench = Bench::new();
    bench.subscribe();
    let first = bench.request();
    bench.respond(&first, 401, &[CHALLENGE]);
    bench.request();
    for count in 2..4 {
        bench.subscribe();
        let next = bench.request_within(1);
        assert_eq!(next.authorizations().unwrap()[0].nc, Some(count));
    }
}

#[test]
fn au_004_a_weaker_challenge_is_answered_and_told() {
    let mut bench = Bench::new();
    let strong = "WWW-Authenticate: Digest realm=\"example.com\", nonce=\"n0\", qop=\"auth\", algorithm=SHA-256";
    bench.subscribe();
    let first = bench.request();
    bench.respond(&first, 401, &[strong]);
    let answer = bench.request();
    let told = |bench: &Bench| {
        let events = bench.events.iter();
        let realms = events.filter_map(|event| match event {
            Event::WeakerChallenge { realm } => Some(realm.clone()),
            _ => None,
        });
        realms.collect::<Vec<_>>()
    };
    assert!(told(&bench).is_empty());
    let weak = CHALLENGE.to_owned() + ", stale=true";
    bench.respond(&answer, 401, &[&weak]);
    let again = bench.request();
    assert_eq!(
        again.authorizations().unwrap()[0].algorithm.to_string(),
        "MD5"
    );
    assert_eq!(told(&bench), ["example.com"]);
}

#[test]
fn au_004_the_memory_outlives_a_restart() {
    let strong = "WWW-Authenticate: Digest realm=\"example.com\", nonce=\"n0\", qop=\"auth\", algorithm=SHA-256";
    let mut yesterday = Bench::new();
    yesterday.subscribe();
    for challenge in [CHALLENGE, strong, CHALLENGE] {
        let request = yesterday.request();
        let stale = format!("{challenge}, stale=true");
        yesterday.respond(&request, 401, &[&stale]);
    }
    let learnt = |event: &&Event| matches!(event, Event::DigestOffers);
    assert_eq!(yesterday.events.iter().filter(learnt).count(), 2);
    let kept = yesterday.engine.digest_offers().to_vec();
    assert_eq!(kept.len(), 1);

    for strict in [false, true] {
        let mut settings = config();
        settings.digest_offers.clone_from(&kept);
        settings.strong_digest = strict;
        let mut today = Bench::with(settings);
        today.subscribe();
        let first = today.request();
        today.respond(&first, 401, &[CHALLENGE]);
        assert_eq!(today.try_request().is_some(), !strict);
        let told = today.events.iter().filter(|event| match event {
            Event::WeakerChallenge { .. } => !strict,
            Event::WeakChallenge { .. } => strict,
            _ => false,
        });
        assert_eq!(told.count(), 1, "{:?}", today.events);
        assert_eq!(today.events.iter().filter(learnt).count(), 0);
    }
}

#[test]
fn au_004_a_strict_account_gives_no_answer_and_says_so() {
    let mut settings = config();
    settings.strong_digest = true;
    let mut bench = Bench::with(settings);
    let id = bench.subscribe();
    let first = bench.request();
    bench.respond(&first, 401, &[CHALLENGE]);
    bench.assert_silent(3600);
    let told =
        |event: &Event| matches!(event, Event::WeakChallenge { realm } if realm == "example.com");
    assert_eq!(bench.events.iter().filter(|event| told(event)).count(), 1);
    let health = bench.engine.health(bench.now, id).unwrap();
    assert!(matches!(
        health.last_failure.unwrap().reason,
        Reason::Response(401, _)
    ));
}

#[test]
fn au_015_and_au_016_strangers_get_no_credentials() {
    let mut bench = Bench::new();
    let mut request =
        crate::engine::SubscribeRequest::new(presence(), super::bench::uri("sip:dave@example.org"));
    request.expires = Some(600);
    bench.engine.subscribe(bench.now, request);
    bench.drain();
    let first = bench.request();
    bench.respond(
        &first,
        401,
        &["WWW-Authenticate: Digest realm=\"example.org\", nonce=\"1\", qop=\"auth\""],
    );
    bench.assert_silent(3600);
}

#[test]
fn rb_006_nothing_secret_is_shown() {
    let bench = Bench::new();
    let text = format!("{:?}", bench.engine);
    assert!(
        !text.contains("secret"),
        "the password is in the Debug text"
    );
}
