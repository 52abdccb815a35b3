//! Broken, forged and too many requests: what is shown stays, what is right afterwards is still taken.

mod answers;
mod documents;
mod traced;

use std::collections::HashSet;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::notifier::{Dialog, Draft, PIDF, Server, Stranger, WINFO, pidf, polite, winfo};
use crate::office::{self, Done, Running};

/// A command as Alice at a server.
fn start(server: &Server, transport: &str, arguments: &[&str]) -> (Running, TempDir) {
    let home = TempDir::new().unwrap();
    let proxy = server.proxy(transport);
    let mut all = vec!["--account", "sip:alice@example.test", "--proxy", &proxy];
    all.extend(["--auth-user", "alice-secret-user", "--json", "-v"]);
    all.extend(arguments);
    let running = office::start(&all, home.path(), &[("SISKIN_PASSWORD", PASSWORD)]);
    (running, home)
}

/// What is wrong, the code that answers it, and how it comes about.
type Case = (&'static str, u16, fn(Draft) -> Draft);

fn note(text: &str, stale: bool) -> impl Fn(&serde_json::Value) -> bool + '_ {
    move |line| line["note"] == text && line["stale"] == stale
}

/// Ended well, and nothing has leaked.
fn ends_well(running: Running) -> Done {
    let done = running.stop();
    assert_eq!(done.status, 0, "{}", done.errors);
    for secret in [PASSWORD, MARK] {
        assert!(!done.errors.contains(secret), "{}", done.errors);
    }
    assert!(!done.errors.contains("panicked"), "{}", done.errors);
    done
}

#[test]
fn spoilt_notifies_are_refused_and_change_nothing() {
    let server = Server::polite();
    let (mut watch, _home) = start(&server, "udp", &["watch", "bob"]);
    watch.until("presence", note("First", false));
    let dialog = server.dialog("presence");
    let cases: Vec<Case> = vec![
        ("no state", 400, |it| it.without("Subscription-State")),
        ("an empty state", 400, |it| it.set("Subscription-State", "")),
        ("two states", 400, |it| {
            it.add("Subscription-State", "active")
        }),
        ("no event", 400, |it| it.without("Event")),
        ("two events", 400, |it| it.add("Event", "presence")),
        ("another method in CSeq", 400, |it| {
            it.set("CSeq", "900 OPTIONS")
        }),
        ("a CSeq too large", 400, |it| {
            it.set("CSeq", "4294967296 NOTIFY")
        }),
        ("a CSeq of words", 400, |it| it.set("CSeq", "many NOTIFY")),
        ("no Call-ID", 400, |it| it.without("Call-ID")),
        ("no From", 400, |it| it.without("From")),
        ("two From", 400, |it| {
            it.add("From", "<sip:dave@example.org>;tag=e")
        }),
        ("an open quote", 400, |it| {
            it.set("From", "\"Bob <sip:bob@example.test>;tag=x")
        }),
        ("a longer body", 400, |it| it.set("Content-Length", "99999")),
        ("a negative body", 400, |it| it.set("Content-Length", "-5")),
        ("two lengths", 400, |it| {
            it.add("Content-Length", "5").add("Content-Length", "7")
        }),
        ("another version", 505, |it| {
            it.replace_start("SIP/2.0", "SIP/7.0")
        }),
        ("another call", 481, |it| it.set("Call-ID", "guess")),
        ("another tag of ours", 481, |it| {
            it.set("To", "<sip:alice@example.test>;tag=guess")
        }),
        ("a second notifier", 481, |it| {
            it.set("From", "<sip:bob@example.test>;tag=fork")
        }),
        ("an event with an id", 481, |it| {
            it.set("Event", "presence;id=7")
        }),
        ("another package that we know", 489, |it| {
            it.set("Event", "presence.winfo")
        }),
        ("another package's case", 489, |it| {
            it.set("Event", "Presence")
        }),
        ("an unknown package", 489, |it| it.set("Event", "dance")),
        ("a web page", 415, |it| it.set("Content-Type", "text/html")),
        ("a body elsewhere", 415, |it| {
            it.set("Content-Type", "message/external-body")
        }),
        ("a body in an unknown coding", 415, |it| {
            it.add("Content-Encoding", "br")
        }),
        ("an unknown requirement", 420, |it| it.add("Require", "foo")),
    ];
    for (number, (what, code, spoil)) in cases.into_iter().enumerate() {
        let draft = spoil(dialog.presence(MARK));
        assert_eq!(server.ask(&draft), Some(code), "{what}");
        let next = format!("Good {number}");
        assert_eq!(
            server.ask(&dialog.presence(&next)),
            Some(200),
            "after {what}"
        );
        let shown = watch.until("presence", |line| line["note"] == *next);
        assert_eq!(shown["status"], "available", "{what}");
        if code == 415 {
            continue;
        }
        assert_eq!(shown["stale"], false, "{what}");
    }
    let old = dialog.presence(MARK).numbered();
    assert_eq!(server.ask(&dialog.presence("New")), Some(200));
    assert_eq!(server.ask(&old), Some(500), "an old CSeq");
    // Nothing at all comes back to what is no request.
    for noise in [
        "",
        "\0\0\0",
        "\r\n\r\n",
        "garbage",
        "NOTIFY",
        "SIP/2.0 200 OK\r\n\r\n",
        "SIP/2.0 999 Odd\r\nVia: x\r\n\r\n",
        "\u{fffd}\u{202e} \r\n\r\n",
    ] {
        server.send(noise);
    }
    assert_eq!(server.ask(&dialog.presence("Last")), Some(200));
    watch.until("presence", note("Last", false));
    let done = ends_well(watch);
    for words in [
        "bad input",
        "Subscription-State",
        "Event",
        "CSeq",
        "Call-ID",
    ] {
        assert!(done.errors.contains(words), "{words}: {}", done.errors);
    }
    assert!(!done.text.contains(MARK), "{}", done.text);
}

#[test]
fn unusable_documents_leave_the_last_one_marked() {
    let server = Server::polite();
    let (mut watch, _home) = start(&server, "udp", &["watch", "bob"]);
    watch.until("presence", note("First", false));
    let dialog = server.dialog("presence");
    let deep = format!("{}{MARK}", "<a>".repeat(5000));
    let bodies = [
        format!("<presence xmlns='urn:ietf:params:xml:ns:pidf'><tuple>{MARK}"),
        format!("<html>{MARK}</html>"),
        format!("<!DOCTYPE p [<!ENTITY e '{MARK}'>]>{}", pidf("&e;")),
        format!("<!DOCTYPE p SYSTEM 'file:///etc/passwd'>{}", pidf(MARK)),
        pidf(&format!("{MARK} &unknown;")),
        format!("{MARK} is no XML"),
        deep,
        format!("<presence {}/>", format!("twice='{MARK}' ").repeat(500)),
        pidf("\u{1}"),
        "\0".repeat(100),
    ];
    for (number, body) in bodies.iter().enumerate() {
        let before = format!("Before {number}");
        assert_eq!(server.ask(&dialog.presence(&before)), Some(200));
        watch.then("presence", note(&before, false));
        let broken = dialog.notify("active;expires=600").body(PIDF, body);
        assert_eq!(server.ask(&broken), Some(200), "{number}");
        watch.then("presence", note(&before, true));
        if number == 0 {
            // The better document that is asked for, which may not come in between later.
            watch.then("presence", note("First", false));
        }
    }
    assert_eq!(server.ask(&dialog.presence("After")), Some(200));
    watch.until("presence", note("After", false));
    // One for the beginning, and one to ask for a better document: no more than once a minute.
    assert!(
        server.count("SUBSCRIBE") <= 3,
        "{}",
        server.count("SUBSCRIBE")
    );
    let done = ends_well(watch);
    assert!(done.errors.contains("unusable body"), "{}", done.errors);
    assert!(!done.text.contains(MARK), "{}", done.text);
}

#[test]
fn a_stream_that_breaks_is_opened_again() {
    let server = Server::polite();
    let (mut watch, _home) = start(&server, "tcp", &["watch", "bob", "carol"]);
    watch.until("presence", |line| {
        line["resource"] == "sip:bob@example.test"
    });
    watch.until("presence", |line| {
        line["resource"] == "sip:carol@example.test"
    });
    let spoilt = |number: usize, dialog: &Dialog| match number {
        0 => dialog.presence(MARK).set("Content-Length", "10485760"),
        1 => dialog.presence(MARK).set("Content-Length", "abc"),
        2 => dialog
            .presence(MARK)
            .set("Content-Length", "99999999999999999999999"),
        3 => dialog.presence(MARK).add("X-Long", &"x".repeat(200_000)),
        _ => dialog.presence(MARK).start("\u{1}\u{2} no SIP at all"),
    };
    for number in 0..4 {
        let dialog = server.dialog("presence");
        let connections = server.connections();
        let draft = spoilt(number, &dialog);
        let mut bytes = draft.bytes();
        if number == 0 {
            // In one piece: what is left of it must not spoil the next connection, too.
            bytes.resize(bytes.len() + 10_485_760, b'x');
        }
        server.send(bytes);
        let end = Instant::now() + Duration::from_secs(15);
        while server.connections() == connections {
            assert!(Instant::now() < end, "no new connection after {number}");
            std::thread::sleep(Duration::from_millis(5));
        }
        // Both are asked for again, and live.
        let next = format!("Again {number}");
        let end = Instant::now() + Duration::from_secs(15);
        loop {
            let dialog = server.dialog("presence");
            if server.ask(&dialog.presence(&next)) == Some(200) {
                break;
            }
            assert!(Instant::now() < end, "nothing is taken after {number}");
        }
        watch.until("presence", note(&next, false));
    }
    let peak = watch.peak_kb();
    assert!(peak < 64 * 1024, "{peak} kB");
    let done = ends_well(watch);
    assert!(done.errors.contains("cannot read what"), "{}", done.errors);
}

/// How many answers strangers may get in this time: a hundred a second, and as many at once.
fn answers_in(time: Duration) -> usize {
    110 + usize::try_from(time.as_millis() / 10).unwrap()
}

#[test]
fn ten_thousand_forged_notifies_are_hardly_answered() {
    let server = Server::polite();
    let (mut watch, _home) = start(&server, "udp", &["watch", "bob"]);
    watch.until("presence", note("First", false));
    let dialog = server.dialog("presence");
    let stranger = Stranger::new();
    let via = format!(
        "SIP/2.0/UDP 127.0.0.1:{};rport;branch=z9hG4bK",
        stranger.port()
    );
    let padded = |number: u32| {
        dialog
            .presence(MARK)
            .set("Via", &format!("{via}-{number}-x"))
            .add("X-Pad", &"x".repeat(300))
    };
    let spoil = |number: u32| match number % 5 {
        0 => padded(number).set("Call-ID", &format!("guess-{number}")),
        1 => padded(number).without("Event"),
        2 => padded(number).add("Require", "foo").set("Call-ID", "guess"),
        3 => padded(number)
            .add("Content-Encoding", "gzip")
            .set("Call-ID", "guess"),
        _ => padded(number).set("CSeq", "9 OPTIONS"),
    };
    let forged: Vec<Vec<u8>> = (0..10_000).map(|number| spoil(number).bytes()).collect();
    let began = Instant::now();
    for (number, bytes) in forged.iter().enumerate() {
        stranger.send(dialog.client(), bytes);
        if number % 100 == 99 {
            std::thread::sleep(Duration::from_millis(8));
        }
        if number % 2500 == 2499 {
            let next = format!("Good {number}");
            assert_eq!(server.ask(&dialog.presence(&next)), Some(200));
            watch.until("presence", note(&next, false));
        }
    }
    let codes = stranger.drain();
    let answers: usize = codes.values().sum();
    assert!(answers <= answers_in(began.elapsed()), "{codes:?}");
    assert!(answers > 0, "nobody is told anything");
    let peak = watch.peak_kb();
    assert!(peak < 96 * 1024, "{peak} kB");
    let done = ends_well(watch);
    assert!(
        done.errors.len() < 200_000,
        "{} bytes of log",
        done.errors.len()
    );
}

#[test]
fn a_flood_in_the_servers_name_is_hardly_answered() {
    let server = Server::polite();
    let (mut watch, _home) = start(&server, "udp", &["watch", "bob"]);
    watch.until("presence", note("First", false));
    let dialog = server.dialog("presence");
    let before = server.responses();
    let began = Instant::now();
    for number in 0..5_000 {
        let forged = dialog
            .presence(MARK)
            .set("Call-ID", &format!("guess-{number}"));
        server.send(forged.bytes());
        if number % 100 == 99 {
            std::thread::sleep(Duration::from_millis(8));
        }
    }
    std::thread::sleep(Duration::from_millis(500));
    let answers = server.responses() - before;
    assert!(answers <= answers_in(began.elapsed()), "{answers} answers");
    assert_eq!(server.ask(&dialog.presence("Good")), Some(200));
    watch.until("presence", note("Good", false));
    ends_well(watch);
}

#[test]
fn ev_090_and_rb_008_a_notifier_that_never_stops_is_asked_for_less() {
    let server = Server::polite();
    let (mut watch, _home) = start(&server, "udp", &["watch", "bob"]);
    watch.until("presence", note("First", false));
    let dialog = server.dialog("presence");
    // By their numbers: each may have been sent again.
    let restrained = || {
        let requests = server.requests().into_iter();
        let wishes = requests
            .filter(|it| it.header("Event") == Some("presence;max-rate=1") && it.expires() > 0);
        let numbers = wishes.filter_map(|it| it.header("CSeq").map(str::to_owned));
        numbers.collect::<HashSet<_>>()
    };
    // One more than is put up with, the first among them.
    for number in 1..=100 {
        assert!(restrained().is_empty(), "{number}");
        let draft = dialog.presence(&format!("Note {number}"));
        assert_eq!(server.ask(&draft), Some(200));
    }
    let end = Instant::now() + Duration::from_secs(15);
    while restrained().is_empty() {
        assert!(Instant::now() < end, "nobody asks for less");
        std::thread::sleep(Duration::from_millis(5));
    }
    // It does not: that is put up with, and nothing is lost.
    for number in 101..250 {
        let draft = dialog.presence(&format!("Note {number}"));
        assert_eq!(server.ask(&draft), Some(200));
    }
    watch.until("presence", note("Note 249", false));
    let asked = restrained();
    assert_eq!(asked.len(), 1, "{asked:?}");
    ends_well(watch);
}

#[test]
fn ev_070_who_has_to_be_decided_about_is_taken_before_anybody_decides() {
    let server = Server::polite();
    let (mut watchers, _home) = start(&server, "udp", &["watchers"]);
    watchers.until("subscription", |line| line["state"] == "active");
    let row = "<watcher id='w1' status='pending' event='subscribe'>sip:bob@example.test</watcher>";
    let list = server
        .dialog("presence.winfo")
        .notify("active;expires=600")
        .body(WINFO, &winfo(1, "full", row));
    let began = Instant::now();
    assert_eq!(server.ask(&list), Some(200));
    // A stack that waited for somebody would have to say 100 by then (RFC 4320 §4.2).
    assert!(began.elapsed() < Duration::from_millis(3500));
    let asked = watchers.until("watcher", |line| line["watcher"] == "sip:bob@example.test");
    assert_eq!(asked["status"], "pending");
    ends_well(watchers);
}

#[test]
fn ten_thousand_watchers_come_and_go() {
    let server = Server::polite();
    let (mut watchers, _home) = start(&server, "tcp", &["watchers"]);
    watchers.until("subscription", |line| line["state"] == "active");
    let dialog = server.dialog("presence.winfo");
    let rows = |status: &str| {
        (0..10_000).fold(String::new(), |all, number| {
            all + &format!(
                "<watcher id='w{number}' status='{status}' event='subscribe' \
                 display-name='Frank \u{202e}{number}'>sip:w{number}@example.test</watcher>"
            )
        })
    };
    let list = dialog
        .notify("active;expires=600")
        .body(WINFO, &winfo(1, "full", &rows("pending")));
    assert_eq!(server.ask(&list), Some(200));
    let shown = watchers.until("watcher", |line| {
        line["watcher"] == "sip:w9999@example.test"
    });
    assert_eq!(shown["display_name"], "Frank \u{fffd}9999");
    assert_eq!(shown["status"], "pending");
    let gone = dialog
        .notify("active;expires=600")
        .body(WINFO, &winfo(2, "partial", &rows("terminated")));
    server.send(gone.bytes());
    watchers.until("watcher", |line| {
        line["watcher"] == "sip:w9999@example.test" && line["status"] == "terminated"
    });
    let peak = watchers.peak_kb();
    assert!(peak < 160 * 1024, "{peak} kB");
    assert_eq!(server.ask(&dialog.notify("active;expires=600")), Some(200));
    ends_well(watchers);
}

#[test]
fn names_that_play_tricks_are_shown_plainly() {
    let tricks = "A\u{202e}B\u{2066}C\u{200f}D&#x9b;31mE&#10;F&quot;G\\H&lt;script&gt;";
    let server = Server::scripted(move |request, port| {
        let answers = polite(request, port).into_iter();
        answers
            .map(|answer| {
                if answer.is_request() && request.expires() > 0 {
                    answer.body(PIDF, &pidf(tricks))
                } else {
                    answer.replace_start("OK", "O\u{202e}K")
                }
            })
            .collect()
    });
    let (mut json, _home) = start(&server, "udp", &["watch", "bob"]);
    let line = json.until("presence", |line| line["status"] == "available");
    assert_eq!(
        line["note"],
        "A\u{fffd}B\u{fffd}C\u{fffd}D\u{fffd}31mE F\"G\\H<script>"
    );
    let done = ends_well(json);
    assert_eq!(
        done.lines.len(),
        done.text.lines().count(),
        "each line is JSON"
    );
    let proxy = server.proxy("udp");
    let text = office::run(
        &[
            "--account",
            "alice@example.test",
            "--proxy",
            &proxy,
            "watch",
            "bob",
            "--for",
            "1s",
        ],
        &[("SISKIN_PASSWORD", PASSWORD)],
    );
    assert_eq!(text.status, 0, "{}", text.errors);
    assert!(text.text.contains("A\u{fffd}B"), "{}", text.text);
    let harmful = |char: char| {
        (char.is_control() && char != '\n') || matches!(char, '\u{202e}' | '\u{2066}' | '\u{200f}')
    };
    assert!(!text.text.chars().any(harmful), "{:?}", text.text);
}

const PASSWORD: &str = "correct-horse-battery";
/// Is in every bad body, and nowhere else.
const MARK: &str = "unlikely-words-in-a-body";
