//! What a trace is told as.

use super::*;

/// A trace of messages, one a second.
fn trace(messages: &[String]) -> String {
    let mut text = String::new();
    for (second, message) in messages.iter().enumerate() {
        let heading = format!("--- {second} a RECV UDP h:1 i:2 {}\n", message.len());
        text.push_str(&[&heading, message, "\n"].concat());
    }
    text
}

fn told(report: &Report) -> String {
    let lines = report.lines.iter().map(|line| line.text.as_str());
    lines.collect::<Vec<_>>().join("\n")
}

fn watchers(version: u32, state: &str) -> String {
    format!(
        "<watcherinfo xmlns='urn:ietf:params:xml:ns:watcherinfo' version='{version}' state='{state}'/>"
    )
}

/// A NOTIFY as the notifier sent it, or as a proxy sent it on.
fn winfo(cseq: u32, version: u32, is_sent_on: bool) -> String {
    let text = notify(
        "Subscription-State: active;expires=9\n",
        &watchers(version, "full"),
    );
    let branch = format!("z9hG4bK-{cseq}");
    let text = text
        .replace("z9hG4bK1", &branch)
        .replace("CSeq: 1 ", &format!("CSeq: {cseq} "))
        .replace("application/pidf+xml", "application/watcherinfo+xml")
        .replace("Event: presence", "Event: presence.winfo");
    if !is_sent_on {
        return text;
    }
    let proxy = format!("Via: SIP/2.0/UDP 192.0.2.9;branch=z9hG4bK-p{cseq}\r\nVia: ");
    text.replacen("Via: ", &proxy, 1)
}

#[test]
fn a_message_seen_at_two_hops_is_told_once() {
    let messages = [
        winfo(1, 0, false),
        winfo(1, 0, true),
        winfo(2, 1, false),
        winfo(2, 1, true),
        winfo(2, 1, true),
    ];
    let report = look(trace(&messages).as_bytes());
    assert!(
        !report
            .problems
            .iter()
            .any(|p| p.message.contains("version"))
    );
    assert!(
        report.title.contains("5 messages, 2 requests"),
        "{}",
        report.title
    );
    let told = told(&report);
    assert_eq!(told.matches("is notified").count(), 2, "{told}");
    assert_eq!(told.matches("seen at 2 hops").count(), 2, "{told}");
    assert_eq!(told.matches("sent 2 times").count(), 1, "{told}");
}

#[test]
fn the_answer_that_came_furthest_counts() {
    let response = |status: &str, vias: &[&str]| {
        let mut head = format!("SIP/2.0 {status}\n");
        for via in vias {
            head.push_str(&["Via: SIP/2.0/UDP 192.0.2.2;branch=z9hG4bK", via, "\n"].concat());
        }
        head.push_str(
            "From: <sip:a@example.com>;tag=a\nTo: <sip:b@example.com>;tag=b\nCall-ID: x\nCSeq: 1 OPTIONS\n",
        );
        message(&head, "")
    };
    let request = |vias: &[&str]| {
        response("", vias).replacen("SIP/2.0 ", "OPTIONS sip:b@example.com SIP/2.0", 1)
    };
    let messages = [
        request(&["1"]),
        request(&["2", "1"]),
        request(&["3", "1"]),
        response("404 Not Found", &["2", "1"]),
        response("200 OK", &["3", "1"]),
        response("200 OK", &["1"]),
    ];
    let report = look(trace(&messages).as_bytes());
    let told = told(&report);
    assert!(
        told.contains("200 OK after 5.000 s, seen at 3 hops"),
        "{told}"
    );
    assert!(!told.contains("404"), "{told}");
}

fn register(cseq: u32, credentials: &str) -> String {
    message(
        &format!(
            "REGISTER sip:example.com SIP/2.0\nVia: SIP/2.0/UDP h;branch=z9hG4bK{cseq}\nMax-Forwards: 70\n\
             From: <sip:a@example.com>;tag=a\nTo: <sip:a@example.com>\nCall-ID: x\nCSeq: {cseq} REGISTER\n{credentials}"
        ),
        "",
    )
}

fn challenge(cseq: u32, status: &str, challenge: &str) -> String {
    message(
        &format!(
            "SIP/2.0 {status}\nVia: SIP/2.0/UDP h;branch=z9hG4bK{cseq}\nFrom: <sip:a@example.com>;tag=a\n\
             To: <sip:a@example.com>;tag=b\nCall-ID: x\nCSeq: {cseq} REGISTER\n{challenge}\n"
        ),
        "",
    )
}

#[test]
fn only_who_asks_again_has_refused() {
    let proxy = |realm: &str| format!("Proxy-Authenticate: Digest realm=\"{realm}\", nonce=\"n\"");
    let server = "WWW-Authenticate: Digest realm=\"x\", <masked>";
    let got = "Proxy-Authorization: Digest username=\"a\", realm=\"x\", <masked>\n";
    for (second, is_refused) in [
        (challenge(2, "401 Unauthorized", server), false),
        (challenge(2, "407 No", &proxy("y")), false),
        (challenge(2, "407 No", &proxy("x")), true),
        (challenge(2, "407 No", "Proxy-Authenticate: <masked>"), true),
        (
            challenge(2, "407 No", &[&proxy("x"), ", stale=TRUE"].concat()),
            false,
        ),
    ] {
        let messages = [
            register(1, ""),
            challenge(1, "407 No", &proxy("x")),
            register(2, got),
            second.clone(),
        ];
        let report = look(trace(&messages).as_bytes());
        let told = told(&report);
        assert_eq!(told.contains("are refused"), is_refused, "{told}\n{second}");
    }
}

#[test]
fn numbers_at_their_limits_are_no_surprise() {
    let text = notify("", "x");
    for length in [u64::MAX, u64::MAX - 1, 1 << 63] {
        let text = text.replace("Content-Length: 1", &format!("Content-Length: {length}"));
        problem(&look(text.as_bytes()), "cut short");
    }
    let mut text = String::new();
    for time in [
        "9223372036854",
        "-9223372036854",
        "0",
        "2000000000000",
        "-2000000000000",
    ] {
        let heading = format!("--- {time} a SEND UDP x y {}\n", register(1, "").len());
        text.push_str(&heading);
        text.push_str(&[&register(1, ""), "\n"].concat());
    }
    assert!(!look(text.as_bytes()).is_unusable);
}

#[test]
fn a_copied_body_is_not_cut_whatever_its_line_ends_are() {
    let doc = PIDF.replace("opn", "open");
    let kept = notify("Subscription-State: active;expires=9\n", &doc);
    let crlf = notify(
        "Subscription-State: active;expires=9\n",
        &doc.replace('\n', "\r\n"),
    );
    let gained = kept.replace("\r\n", "\n").replace('\n', "\r\n");
    for text in [
        &kept,
        &kept.replace("\r\n", "\n"),
        &crlf.replace("\r\n", "\n"),
        &crlf,
        &gained,
    ] {
        for end in [
            "",
            "\n",
            "--end msg--\n",
            "10:00:00.000 app.c  something else\n",
        ] {
            let log =
                format!("10:00:00.000 core.c .RX 9 bytes from UDP 192.0.2.2:5060:\n{text}{end}");
            let report = look(log.as_bytes());
            assert!(told(&report).contains("; available"), "{log}\n{report:#?}");
            assert!(report.problems.is_empty(), "{log}\n{report:#?}");
        }
    }
}

#[test]
fn more_messages_than_are_looked_at_are_told() {
    let raw = message::Raw {
        bytes: Bytes::from(register(1, "")),
        before: 0,
        on_stream: false,
        copied: false,
        is_piece: false,
    };
    let entries = vec![trace::Entry::untimed(raw); limits::MESSAGES + 1];
    let mut report = Report::default();
    let options = Options {
        content_type: None,
        languages: &[],
        now: Timestamp::UNIX_EPOCH,
    };
    let mut found = trace::Trace::of(entries);
    assert!(found.is_cut);
    found.entries.truncate(1);
    trace::explain(found, &options, &mut report);
    assert!(report.is_cut);
    assert!(report.title.contains("not looked at"), "{}", report.title);
}

#[test]
fn a_packet_captured_on_two_interfaces_is_not_sent_again() {
    let at = |time: i64, number: u32| trace::Entry {
        time: Some(time),
        packet: Some(number),
        ..trace::Entry::untimed(message::Raw {
            bytes: Bytes::from(register(1, "")),
            before: 0,
            on_stream: false,
            copied: false,
            is_piece: false,
        })
    };
    let options = Options {
        content_type: None,
        languages: &[],
        now: Timestamp::UNIX_EPOCH,
    };
    for (second, times) in [(20, 1), (500_000, 2)] {
        let mut report = Report::default();
        let entries = vec![at(0, 1), at(second, 2)];
        trace::explain(trace::Trace::of(entries), &options, &mut report);
        let is_again = told(&report).contains("sent 2 times");
        assert_eq!(is_again, times == 2, "{second}");
        assert_eq!(report.has_errors(), is_again);
    }
}

#[test]
fn a_body_without_its_secrets_is_as_long_as_it_is() {
    let doc = PIDF.replace("opn", "open").replace(
        "</tuple>",
        "<contact>sip:bob:hunter2@example.com</contact></tuple>",
    );
    let text = notify("Subscription-State: active;expires=9\n", &doc);
    for text in [
        text.replace("hunter2", "***"),
        text.replace(":hunter2@", ":***@ "),
    ] {
        let report = look(text.as_bytes());
        assert!(!report.has_errors(), "{:?}", report.problems);
        assert_eq!(problem(&report, "taken out").severity, Severity::Ignored);
    }
    let same = text.replace(":hunter2@", ":***@");
    let same = same.replace("open</basic>", "open    </basic>");
    assert!(look(same.as_bytes()).problems.is_empty());
}

#[test]
fn answers_without_their_requests_are_told() {
    let answer = challenge(1, "403 Forbidden", "Expires: 1");
    let report = look(trace(std::slice::from_ref(&answer)).as_bytes());
    assert_eq!(
        said(&report, "response").text,
        "403 Forbidden to a REGISTER that the trace does not show"
    );
    let ack = register(1, "").replace("REGISTER", "ACK");
    let report = look(trace(&[ack]).as_bytes());
    assert!(said(&report, "stories").text.contains("nobody asks"));
}

/// A NOTIFY of one that follows a reference.
fn follows(tag: &str, cseq: u32, state: &str, fragment: &str) -> String {
    notify(&format!("Subscription-State: {state}\n"), fragment)
        .replace("z9hG4bK1", &format!("z9hG4bK-{tag}{cseq}"))
        .replace(";tag=a\r", &format!(";tag={tag}\r"))
        .replace("CSeq: 1 ", &format!("CSeq: {cseq} "))
        .replace("application/pidf+xml", "message/sipfrag;version=2.0")
        .replace("Event: presence", "Event: refer")
}

#[test]
fn ev_082_two_that_follow_a_forked_refer_are_told_apart() {
    let over = "terminated;reason=noresource";
    let messages = [
        follows("a", 1, "active;expires=60", "SIP/2.0 100 Trying\r\n"),
        follows("b", 1, "active;expires=60", "SIP/2.0 100 Trying\r\n"),
        follows("a", 2, over, "SIP/2.0 200 OK\r\n"),
        follows("b", 2, over, "SIP/2.0 100 Trying\r\n"),
    ];
    let report = look(trace(&messages).as_bytes());
    let told = told(&report);
    let steps: Vec<&str> = told
        .lines()
        .filter(|line| line.contains("noresource"))
        .collect();
    let untold = "what became of the request is not told";
    assert!(
        steps[0].contains("by a") && steps[0].contains("was followed: 200 OK"),
        "{told}"
    );
    assert!(!steps[0].contains(untold), "{told}");
    // The success of one is no word about the other.
    assert!(
        steps[1].contains("by b") && steps[1].contains(untold),
        "{told}"
    );
}

#[test]
fn mg_010_a_failed_fork_is_no_word_about_another() {
    let messages = [
        follows("a", 1, "active;expires=60", "SIP/2.0 603 Declined\r\n"),
        follows("b", 1, "active;expires=60", "SIP/2.0 180 Ringing\r\n"),
        follows("a", 2, "terminated", "Subject: over\r\n"),
        follows("b", 2, "terminated", "Subject: over\r\n"),
    ];
    let report = look(trace(&messages).as_bytes());
    let told = told(&report);
    let untold = told
        .lines()
        .filter(|line| line.contains("became of the request"));
    let untold: Vec<&str> = untold.collect();
    assert!(untold.len() == 1 && untold[0].contains("by b"), "{told}");
    assert!(
        told.contains("the reference failed: 603 Declined"),
        "{told}"
    );
}
