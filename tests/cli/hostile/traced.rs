//! Whatever is wrong changes nothing that is shown, is counted, and stands in the trace.

use std::collections::HashSet;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use super::{MARK, ends_well, note, start};
use crate::message::Message;
use crate::notifier::{Dialog, Draft, SUMMARY, Server, Stranger, polite};
use crate::office::{Done, Running};

/// A command whose health and messages are recorded.
struct Watched {
    running: Running,
    trace: PathBuf,
    _homes: [TempDir; 2],
}

impl Watched {
    fn start(server: &Server, transport: &str, arguments: &[&str]) -> Self {
        let folder = TempDir::new().unwrap();
        let trace = folder.path().join("trace");
        let mut all = arguments.to_vec();
        all.extend(["--health", "1s", "--trace", trace.to_str().unwrap()]);
        let (running, home) = start(server, transport, &all);
        Self {
            running,
            trace,
            _homes: [folder, home],
        }
    }

    /// Waits until at least so many faults of others are counted.
    fn counted(&mut self, least: u64) {
        self.running.until("health", |line| {
            line["subject"] == "account" && line["bad_input"].as_u64() >= Some(least)
        });
    }

    /// Waits until a request has failed like this, and the subscription still stands.
    fn failed(&mut self, words: &str) {
        let line = self.running.until("health", |line| {
            line["subject"] == "subscription" && line["counters"]["failures"].as_u64() >= Some(1)
        });
        assert_eq!(line["state"], "active", "{line}");
        let reason = line["last_failure"]["reason"].as_str().unwrap();
        assert!(reason.contains(words), "{line}");
    }

    /// The end, and what the trace has of it.
    fn end(self) -> (Done, String) {
        let done = ends_well(self.running);
        let trace = std::fs::read(&self.trace).unwrap();
        (done, String::from_utf8_lossy(&trace).into_owned())
    }
}

/// What was told of presence is one thing only: nothing has changed until the end.
fn assert_unchanged(done: &Done) {
    let told = done.of("presence");
    assert!(told.iter().all(|line| line["note"] == "First"), "{told:?}");
    let live = |line: &&&Value| line["stale"] == false && line["notifiers"] == 1;
    assert_eq!(told.iter().filter(live).count(), 1, "{told:?}");
    let states = done.fields("subscription", "state");
    assert_eq!(states, ["notify_wait", "active", "terminated"]);
}

/// Numbers that look random and are the same each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        usize::try_from(self.0 >> 33).unwrap() % end
    }

    fn byte(&mut self) -> u8 {
        u8::try_from(self.below(256)).unwrap()
    }
}

#[test]
fn random_and_mutated_datagrams_change_nothing_are_counted_and_traced() {
    let server = Server::polite();
    let mut watched = Watched::start(&server, "udp", &["watch", "bob"]);
    watched.running.until("presence", note("First", false));
    let dialog = server.dialog("presence");
    let stranger = Stranger::new();
    let mut dice = Dice(1);
    for number in 0..200 {
        let mut noise = format!("noise-{number} ").into_bytes();
        noise.extend((0..dice.below(600)).map(|_| dice.byte()));
        if number % 2 == 0 {
            server.send(&noise);
        } else {
            stranger.send(dialog.client(), &noise);
        }
    }
    watched.counted(200);
    let kept = "X-Number: mutated-";
    for number in 0..300 {
        let draft = dialog
            .presence(MARK)
            .set("Call-ID", "guess")
            .add("X-Number", &format!("mutated-{number}."));
        let mut bytes = draft.bytes();
        let mark = bytes
            .windows(kept.len())
            .position(|part| part == kept.as_bytes());
        let mark = mark.unwrap();
        for _ in 0..=dice.below(4) {
            let (at, byte) = (dice.below(bytes.len()), dice.byte());
            // Neither its number, nor the first byte, by which STUN is known.
            if at > 0 && !(mark..mark + kept.len() + 5).contains(&at) {
                bytes[at] = byte;
            }
        }
        server.send(&bytes);
    }
    watched.counted(500);
    assert_eq!(server.ask(&dialog.notify("active;expires=600")), Some(200));
    let (done, trace) = watched.end();
    assert_unchanged(&done);
    for number in 0..200 {
        assert!(trace.contains(&format!("\nnoise-{number} ")), "{number}");
    }
    for number in 0..300 {
        assert!(trace.contains(&format!("mutated-{number}.")), "{number}");
    }
}

#[test]
fn answers_of_others_change_nothing_are_counted_and_traced() {
    let stranger = Stranger::at("127.0.0.2");
    let server = Server::scripted(move |request, port| {
        let mut answers = polite(request, port);
        if request.method() == "SUBSCRIBE" && request.expires() > 0 {
            let no = || request.answer(403, "Forbidden");
            let client = Dialog::of(request, port).client();
            stranger.send(client, &no().add("X-Mark", "from-elsewhere").bytes());
            let via = "SIP/2.0/UDP 192.0.2.66:5060;branch=z9hG4bKguess";
            answers.insert(0, no().set("Via", via).add("X-Mark", "not-our-via"));
        }
        answers
    });
    let mut watched = Watched::start(&server, "udp", &["watch", "bob"]);
    watched.running.until("presence", note("First", false));
    watched.counted(2);
    let (done, trace) = watched.end();
    assert_unchanged(&done);
    for mark in ["from-elsewhere", "not-our-via"] {
        assert!(trace.contains(mark), "{mark}");
    }
}

#[test]
fn ten_thousand_forks_change_nothing_are_counted_and_traced() {
    let most = siskin::engine::limits::USAGES;
    let server = Server::polite();
    let mut watched = Watched::start(&server, "udp", &["messages"]);
    watched
        .running
        .until("messages", |line| line["waiting"] == true);
    let dialog = server.dialog("message-summary");
    let fork = |number: usize, summary: &str| {
        let from = format!("<sip:alice@example.test>;tag=fork-{number}.");
        let notify = dialog.notify("active;expires=600").set("From", &from);
        notify.body(SUMMARY, summary)
    };
    // The same as the first says, from as many as there may be.
    for number in 1..most {
        let same = "Messages-Waiting: yes\r\nVoice-Message: 0/0 (0/0)\r\n";
        assert_eq!(server.ask(&fork(number, same)), Some(200), "{number}");
    }
    let all = watched
        .running
        .until("messages", |line| line["notifiers"] == most);
    let other = format!("Messages-Waiting: yes\r\nMessage-Account: sip:{MARK}@example.test\r\n");
    let sent = 12_000;
    for number in most..sent {
        server.send(fork(number, &other).bytes());
        if number % 100 == 99 {
            std::thread::sleep(Duration::from_millis(10));
        }
        // Nobody is overrun: it has taken these. (So few that it does not ask for less.)
        if number % 400 == 399 {
            assert_eq!(server.ask(&dialog.notify("active;expires=600")), Some(200));
        }
    }
    // One or the other may have been lost all the same.
    let line = watched.running.until("health", |line| {
        line["subject"] == "subscription"
            && line["counters"]["refused_forks"].as_u64() >= Some(10_000)
    });
    assert_eq!(line["notifiers"].as_array().unwrap().len(), most);
    assert_eq!(
        line["notifiers"][0]["tag"], "notifier",
        "the oldest is kept"
    );
    watched.counted(10_000);
    assert_eq!(server.ask(&dialog.notify("active;expires=600")), Some(200));
    let (done, trace) = watched.end();
    let told = done.of("messages");
    let last = told.iter().rev().find(|line| line["notifiers"] == most);
    assert_eq!(last.unwrap()["classes"], all["classes"]);
    assert!(!done.text.contains(MARK), "{}", done.text);
    let traced = trace.split("tag=fork-").skip(1);
    let traced: HashSet<&str> = traced.filter_map(|rest| rest.split('.').next()).collect();
    assert!(traced.len() >= 10_000, "{}", traced.len());
}

#[test]
fn a_header_of_a_megabyte_changes_nothing_is_counted_and_traced() {
    let server = Server::polite();
    let mut watched = Watched::start(&server, "tcp", &["watch", "bob"]);
    watched.running.until("presence", note("First", false));
    let dialog = server.dialog("presence");
    let large = format!("begins-here {}", "x".repeat(1_000_000));
    let before = server.count("SUBSCRIBE");
    server.send(dialog.presence(MARK).add("X-Large", &large).bytes());
    watched.counted(1);
    // On another connection the dialog goes on.
    await_subscribes(&server, before + 1);
    let (done, trace) = watched.end();
    assert_unchanged(&done);
    assert!(trace.contains("X-Large: begins-here "));
    // Not all of it.
    assert!(trace.len() < 100_000, "{}", trace.len());
}

/// Waits until so many SUBSCRIBEs have come.
fn await_subscribes(server: &Server, least: usize) {
    let end = Instant::now() + Duration::from_secs(15);
    while server.count("SUBSCRIBE") < least {
        assert!(Instant::now() < end, "{}", server.count("SUBSCRIBE"));
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// A server that grants twenty seconds and answers each refresh like this.
fn grudging(refresh: impl Fn(&Message, u16, usize) -> Draft + Send + 'static) -> Server {
    let mut count = 0;
    Server::scripted(move |request, port| {
        let mut answers = polite(request, port);
        if request.method() != "SUBSCRIBE" || request.expires() == 0 {
            return answers;
        }
        count += 1;
        if count > 1 {
            return vec![refresh(request, port, count)];
        }
        for answer in &mut answers {
            let short = if answer.is_request() {
                answer
                    .clone()
                    .set("Subscription-State", "active;expires=20")
            } else {
                answer.clone().set("Expires", "20")
            };
            *answer = short;
        }
        answers
    })
}

#[test]
fn endless_challenges_and_redirections_change_nothing_are_counted_and_traced() {
    let challenging = grudging(|request, _, count| {
        let challenge =
            format!("Digest realm=\"example.test\", nonce=\"n{count}\", stale=true, qop=\"auth\"");
        let answer = request.answer(401, "Unauthorized");
        answer
            .add("WWW-Authenticate", &challenge)
            .add("X-Mark", &format!("round-{count}."))
    });
    let redirecting = grudging(|request, port, count| {
        let contact = format!("<sip:other{count}@127.0.0.1:{port}>");
        let answer = request.answer(302, "Elsewhere");
        answer
            .add("Contact", &contact)
            .add("X-Mark", &format!("round-{count}."))
    });
    let mut watches =
        [&challenging, &redirecting].map(|server| Watched::start(server, "udp", &["watch", "bob"]));
    for watched in &mut watches {
        watched.running.until("presence", note("First", false));
    }
    let [mut challenged, mut redirected] = watches;
    challenged.failed("nonces too old");
    challenged.counted(1);
    redirected.failed("302 ");
    for (server, watched) in [(challenging, challenged), (redirecting, redirected)] {
        await_subscribes(&server, 4);
        let asked = server.count("SUBSCRIBE");
        assert!((4..=12).contains(&asked), "{asked}");
        let (done, trace) = watched.end();
        assert_unchanged(&done);
        for round in 2..=asked {
            assert!(trace.contains(&format!("round-{round}.")), "{round}");
        }
    }
}
