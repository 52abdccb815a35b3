//! Answers that are wrong, late, endless or greedy.

use super::{PASSWORD, ends_well, note, start};
use crate::notifier::{Server, polite};

#[test]
fn responses_that_nobody_waits_for_change_nothing() {
    let server = Server::scripted(|request, port| {
        if request.method() != "SUBSCRIBE" || request.expires() == 0 {
            return polite(request, port);
        }
        let mut answers = vec![
            request
                .answer(403, "Forbidden")
                .set("Via", "SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bKguess"),
            request.answer(403, "Forbidden").set("CSeq", "1 REGISTER"),
            request.answer(700, "Beyond"),
            request.answer(403, "Forbidden").without("Via"),
        ];
        answers.extend(polite(request, port));
        // A second final answer comes too late.
        answers.push(request.answer(403, "Forbidden"));
        answers
    });
    let (mut watch, _home) = start(&server, "udp", &["watch", "bob"]);
    watch.until("presence", note("First", false));
    let dialog = server.dialog("presence");
    assert_eq!(server.ask(&dialog.presence("Good")), Some(200));
    watch.until("presence", note("Good", false));
    let done = ends_well(watch);
    let states = done.fields("subscription", "state");
    assert_eq!(states, ["notify_wait", "active", "terminated"]);
}

#[test]
fn nonsense_in_numbers_is_bounded() {
    for (granted, told) in [
        ("4294967295", "4294967295"),
        ("99999999999999999999", "99999999999999999999"),
        ("-1", "600"),
        ("soon", "600"),
        ("", "600"),
    ] {
        let server = Server::scripted(move |request, port| {
            let answers = polite(request, port);
            if request.method() != "SUBSCRIBE" || request.expires() == 0 {
                return answers;
            }
            let state = format!("active;expires={told}");
            answers
                .into_iter()
                .map(|it| {
                    if it.is_request() {
                        it.set("Subscription-State", &state)
                    } else {
                        it.set("Expires", granted)
                    }
                })
                .collect()
        });
        let (mut watch, _home) = start(&server, "udp", &["watch", "bob", "--expires", "600"]);
        let line = watch.until("presence", |line| {
            line["notifiers"] == 1 || line["note"] == "First"
        });
        assert_eq!(line["note"], "First", "{granted}");
        let done = ends_well(watch);
        for line in done.of("subscription") {
            assert!(
                line["expires_s"].as_u64().is_none_or(|it| it <= 600),
                "{line}"
            );
        }
    }
    for wait in [
        "4294967295",
        "99999999999999999999",
        "-1",
        "soon",
        "5 (soon);duration=x",
    ] {
        let server = Server::scripted(move |request, port| match request.method() {
            "SUBSCRIBE" => vec![request.answer(503, "Busy").add("Retry-After", wait)],
            _ => polite(request, port),
        });
        let (mut watch, _home) = start(&server, "udp", &["watch", "bob"]);
        let line = watch.until("subscription", |line| line["state"] == "waiting_to_retry");
        let seconds = line["retry_in_s"].as_u64().unwrap();
        assert!((1..=25 * 3600).contains(&seconds), "{wait}: {seconds}");
        assert!(line["reason"].as_str().unwrap().contains("503"), "{line}");
        watch.stop();
        assert_eq!(server.count("SUBSCRIBE"), 1, "{wait}");
    }
}

#[test]
fn servers_that_ask_for_credentials_without_end_get_few() {
    type Challenge = fn(usize) -> Option<String>;
    let endless: Challenge =
        |count| Some(format!("Digest realm=\"example.test\", nonce=\"n{count}\""));
    let stale: Challenge = |count| {
        Some(format!(
            "Digest realm=\"example.test\", nonce=\"n{count}\", stale=true, qop=\"auth\""
        ))
    };
    let basic: Challenge = |_| Some("Basic realm=\"example.test\"".to_owned());
    let none: Challenge = |_| None;
    let broken: Challenge = |_| Some("Digest realm=\"example.test, nonce=".to_owned());
    let md4: Challenge =
        |_| Some("Digest realm=\"example.test\", nonce=\"n\", algorithm=MD4".to_owned());
    for (what, challenge, most, status) in [
        ("endless", endless, 2, 3),
        // The password may be right: it is tried again later, and to take back what may be there.
        ("stale", stale, 8, 1),
        ("basic", basic, 1, 3),
        ("none", none, 1, 3),
        ("broken", broken, 1, 3),
        ("md4", md4, 1, 3),
    ] {
        let mut count = 0;
        let server = Server::scripted(move |request, _| {
            count += 1;
            let answer = request.answer(401, "Unauthorized");
            vec![match challenge(count) {
                Some(challenge) => answer.add("WWW-Authenticate", &challenge),
                None => answer,
            }]
        });
        let (register, _home) = start(&server, "udp", &["register", "--for", "2s"]);
        let done = register.wait();
        assert_eq!(done.status, status, "{what}: {}", done.errors);
        let count = server.count("REGISTER");
        assert!(count <= most, "{what}: {count} in\n{}", done.text);
        for request in server.requests() {
            assert!(!request.text().contains(PASSWORD));
            assert!(!request.text().contains("Basic"), "{what}");
        }
        assert!(!done.errors.contains(PASSWORD) && !done.text.contains(PASSWORD));
    }
}

#[test]
fn a_stranger_who_asks_for_credentials_gets_none() {
    let server = Server::scripted(|request, port| match request.method() {
        "REGISTER" if request.header("Authorization").is_none() && request.expires() > 0 => {
            vec![
                request
                    .answer(401, "Unauthorized")
                    .add("WWW-Authenticate", "Digest realm=\"home\", nonce=\"a\""),
            ]
        }
        "SUBSCRIBE" => {
            vec![
                request
                    .answer(407, "Proxy")
                    .add("Proxy-Authenticate", "Digest realm=\"evil\", nonce=\"b\""),
            ]
        }
        _ => polite(request, port),
    });
    let (watch, _home) = start(
        &server,
        "udp",
        &["watch", "bob", "--for", "2s", "--realm", "home"],
    );
    let done = watch.wait();
    assert_eq!(done.status, 3, "{}", done.errors);
    assert_eq!(server.count("SUBSCRIBE"), 1);
    for request in server.requests() {
        assert!(request.header("Proxy-Authorization").is_none());
    }
}

#[test]
fn redirections_in_a_circle_end() {
    let server = Server::scripted(|request, port| match request.method() {
        "SUBSCRIBE" => {
            let to = if request.text().starts_with("SUBSCRIBE sip:bob@") {
                "carol"
            } else {
                "bob"
            };
            let contact = format!("<sip:{to}@127.0.0.1:{port}?Route=%3Csip:evil%3E>");
            vec![request.answer(302, "Elsewhere").add("Contact", &contact)]
        }
        _ => polite(request, port),
    });
    let (watch, _home) = start(&server, "udp", &["watch", "bob", "--for", "2s"]);
    let done = watch.wait();
    assert_eq!(done.status, 1, "{}", done.errors);
    let count = server.count("SUBSCRIBE");
    assert!((2..=3).contains(&count), "{count}");
    for request in server.requests() {
        assert!(!request.text().contains("evil"), "{}", request.text());
    }
}
