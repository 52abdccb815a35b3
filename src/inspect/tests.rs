//! What is said, where, and what never is.

mod anything;
mod bodies;
mod secrets;
mod stories;

use super::*;
use crate::package::Place;

fn look(input: &[u8]) -> Report {
    look_as(input, None)
}

fn look_as(input: &[u8], content_type: Option<&str>) -> Report {
    inspect(
        input,
        &Options {
            content_type,
            languages: &["en"],
            now: "2026-03-01T12:00:00Z".parse().unwrap(),
        },
    )
}

fn problem<'r>(report: &'r Report, part: &str) -> &'r Problem {
    let found = report.problems.iter().find(|p| p.message.contains(part));
    found.unwrap_or_else(|| panic!("no '{part}' in {:#?}", report.problems))
}

fn said<'r>(report: &'r Report, label: &str) -> &'r Line {
    let found = report.lines.iter().find(|line| line.label == label);
    found.unwrap_or_else(|| panic!("no '{label}' in {:#?}", report.lines))
}

const PIDF: &str = "<?xml version='1.0'?>\n<presence xmlns='urn:ietf:params:xml:ns:pidf' entity='sip:bob@example.com'>\n  \
    <tuple id='ä'><status><basic>opn</basic></status></tuple>\n</presence>\n";

fn message(head: &str, body: &str) -> String {
    let head = head.trim_start().replace('\n', "\r\n");
    format!("{head}Content-Length: {}\r\n\r\n{body}", body.len())
}

fn notify(more: &str, body: &str) -> String {
    let head = format!(
        "NOTIFY sip:alice@192.0.2.1 SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.2;branch=z9hG4bK1\nMax-Forwards: 70\n\
         From: <sip:bob@example.com>;tag=a\nTo: <sip:alice@example.com>;tag=b\nCall-ID: x\nCSeq: 1 NOTIFY\n\
         Contact: <sip:bob@192.0.2.2>\nEvent: presence\nContent-Type: application/pidf+xml\n{more}"
    );
    message(&head, body)
}

#[test]
fn places_are_those_of_the_document() {
    let report = look(PIDF.as_bytes());
    assert_eq!(report.format, "pidf");
    assert!(!report.is_unusable);
    let found = problem(&report, "neither 'open' nor 'closed'");
    let column = 1 + PIDF
        .lines()
        .nth(2)
        .unwrap()
        .split("<basic>")
        .next()
        .unwrap()
        .chars()
        .count();
    assert_eq!(
        found.place,
        Some(Place {
            line: 3,
            column: u32::try_from(column).unwrap()
        })
    );
    assert_eq!(found.source, "RFC 3863 §4.1.4");
    assert_eq!(said(&report, "tuple ä").line, Some(3));
    assert_eq!(said(&report, "presentity").line, Some(2));
}

#[test]
fn places_in_a_body_are_those_of_the_file() {
    let text = notify("Subscription-State: active;expires=600\n", PIDF);
    let before = u32::try_from(
        text.find("<?xml")
            .map(|at| text[..at].lines().count())
            .unwrap(),
    )
    .unwrap();
    let report = look(text.as_bytes());
    assert_eq!(report.format, "sip");
    assert_eq!(said(&report, "body").line, Some(before + 1));
    assert_eq!(said(&report, "tuple ä").line, Some(before + 3));
    let place = problem(&report, "neither 'open'").place.unwrap();
    assert_eq!(place.line, before + 3);
    // The same message behind another in a trace.
    let other = message(
        "OPTIONS sip:a@example.com SIP/2.0\nVia: SIP/2.0/UDP h;branch=z9hG4bK2\n",
        "",
    );
    let trace = format!(
        "--- 0.5 alice RECV UDP 192.0.2.1:5060 192.0.2.2:5060 {}\n{other}\n\
         --- 0.6 alice RECV UDP 192.0.2.1:5060 192.0.2.2:5060 {}\n{text}\n",
        other.len(),
        text.len()
    );
    let start = trace.find("<?xml").unwrap();
    let before = u32::try_from(trace[..start].lines().count()).unwrap();
    let report = look(trace.as_bytes());
    assert_eq!(report.format, "trace");
    let place = problem(&report, "neither 'open'").place.unwrap();
    assert_eq!(place.line, before + 3);
}

#[test]
fn headers_have_line_and_column() {
    let text = "SUBSCRIBE sip:bob@example.com SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1,\r\n \
        SIP/2.0/UDP 192.0.2.9;branch=old\r\nFrom:   <sip:alice@example.com>\r\nTo: <sip:bob@example.com>\r\n\
        Call-ID: x\r\nCSeq: 1 NOTIFY\r\nContent-Length: 0\r\n\r\n";
    let report = look(text.as_bytes());
    let at = |part: &str| {
        let place = problem(&report, part).place.unwrap();
        (place.line, place.column)
    };
    assert_eq!(at("old RFC 2543"), (3, 2));
    assert_eq!(at("From has no tag"), (4, 9));
    assert_eq!(at("CSeq is for NOTIFY"), (7, 7));
    assert_eq!(at("SUBSCRIBE without Event"), (1, 1));
    assert_eq!(at("SUBSCRIBE without Contact"), (1, 1));
    assert_eq!(at("Max-Forwards is missing"), (1, 1));
    assert_eq!(at("SUBSCRIBE without Expires"), (1, 1));
}

#[test]
fn what_nobody_can_do_anything_with_is_unusable() {
    let notify = |head: &str| {
        let text = format!(
            "NOTIFY sip:a@192.0.2.4 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\n\
             From: <sip:b@example.com>;tag=1\r\nTo: <sip:a@example.com>;tag=2\r\nCall-ID: x\r\n\
             CSeq: 1 NOTIFY\r\nContact: <sip:192.0.2.1>\r\nMax-Forwards: 70\r\n{head}\
             Content-Length: 0\r\n\r\n"
        );
        look(text.as_bytes()).is_unusable
    };
    let (event, state) = (
        "Event: presence\r\n",
        "Subscription-State: active;expires=9\r\n",
    );
    assert!(!notify(&[event, state].concat()));
    assert!(notify(event));
    assert!(notify(state));
}

#[test]
fn what_an_administrator_looks_for_is_found() {
    for (head, part, source) in [
        (
            "Subscription-State: active;expires=0\n",
            "expires=0",
            "RFC 6665 §4.2.2",
        ),
        ("", "NOTIFY without Subscription-State", "RFC 6665 §4.2.2"),
        (
            "Subscription-State: terminated\n",
            "without reason",
            "RFC 6665 §4.1.3",
        ),
        (
            "Subscription-State: active\n",
            "without expires",
            "RFC 6665 §4.2.2",
        ),
        (
            "Subscription-State: asleep;expires=1\n",
            "no known state",
            "RFC 6665 §4.1.3",
        ),
        (
            "Subscription-State: active;expires=5\nEvent: x\n",
            "Event is there more than once",
            "RFC 6665 §8.2.1",
        ),
        ("Route: <sip:192.0.2.7>\n", "without lr", "RFC 3261 §20.34"),
        (
            "Via: SIP/2.0/UDP 192.0.2.3\n",
            "a Via has no branch",
            "RFC 3261 §8.1.1.7",
        ),
        (
            "Contact: <sip:192.168.1.2>\n",
            "with 2 Contacts",
            "RFC 3261 §8.1.1.8",
        ),
        (
            "Expires: soon\n",
            "Expires cannot be read",
            "RFC 3261 §20.19",
        ),
        (
            "Retry-After: x\n",
            "Retry-After cannot be read",
            "RFC 3261 §20.33",
        ),
    ] {
        let report = look(notify(head, "").as_bytes());
        assert_eq!(problem(&report, part).source, source, "{head}");
    }
    let response = |start: &str, more: &str| {
        let head = format!(
            "SIP/2.0 {start}\nVia: SIP/2.0/UDP 192.0.2.2;branch=z9hG4bK1\nFrom: <sip:a@example.com>;tag=a\n\
             To: <sip:b@example.com>\nCall-ID: x\nCSeq: 1 SUBSCRIBE\n{more}"
        );
        look(message(&head, "").as_bytes())
    };
    problem(&response("200 OK", ""), "To has no tag");
    problem(&response("200 OK", ""), "SUBSCRIBE without Expires");
    problem(&response("200 OK", ""), "SUBSCRIBE without Contact");
    problem(
        &response("401 Unauthorized", ""),
        "401 without WWW-Authenticate",
    );
    problem(
        &response("423 Interval Too Brief", ""),
        "423 without Min-Expires",
    );
    problem(&response("489 Bad Event", ""), "489 without Allow-Events");
    assert!(!response("100 Trying", "").has_errors());
}

#[test]
fn an_address_behind_a_router_is_noticed() {
    let text = notify("Subscription-State: active;expires=9\n", "");
    let text = text.replace(
        "Contact: <sip:bob@192.0.2.2>",
        "Contact: <sip:bob@10.0.0.2>",
    );
    let report = look(text.as_bytes());
    assert!(
        problem(&report, "a private address")
            .message
            .contains("192.0.2.2")
    );
    let same = text.replace("192.0.2.2", "10.0.0.2");
    assert!(
        look(same.as_bytes()).problems.is_empty(),
        "the same network"
    );
}

#[test]
fn content_length_is_compared_with_what_is_there() {
    let text = notify("Subscription-State: active;expires=9\n", PIDF);
    let length = format!("Content-Length: {}", PIDF.len());
    let long = text.replace(&length, &format!("Content-Length: {}", PIDF.len() + 50));
    assert_eq!(
        problem(&look(long.as_bytes()), "cut short").source,
        "RFC 3261 §18.3"
    );
    let short = text.replace(&length, &format!("Content-Length: {}", PIDF.len() - 12));
    assert_eq!(
        problem(&look(short.as_bytes()), "the last 12 are not part").source,
        "RFC 3261 §20.14"
    );
    let crlf = PIDF.replace('\n', "\r\n");
    let copied = notify("Subscription-State: active;expires=9\n", &crlf).replace("\r\n", "\n");
    assert_eq!(
        problem(&look(copied.as_bytes()), "line ends were changed").severity,
        Severity::Ignored
    );
}

#[test]
fn bad_input_of_every_kind_is_told_as_such() {
    let deep = "<a>".repeat(40);
    let big = format!(
        "<presence xmlns='urn:ietf:params:xml:ns:pidf'>{}</presence>",
        " ".repeat(5 << 20)
    );
    let cases: &[(&[u8], Option<&str>, &str)] = &[
        (b"", None, "there is nothing in it"),
        (b" \r\n\t\n", None, "there is nothing in it"),
        (b"\x00\x01\x02\xff\xfe\x80binary", None, "neither a body"),
        (b"\x7fELF\x02\x01\x01", None, "neither a body"),
        (b"once upon a time", None, "neither a body"),
        (b"\x0a\x0d\x0d\x0a\x1c\x00\x00\x00", None, "pcapng"),
        (
            &PIDF.as_bytes()[..80],
            None,
            "the value of an attribute is not closed",
        ),
        (&PIDF.as_bytes()[..PIDF.len() - 12], None, "is not closed"),
        (
            b"<!DOCTYPE x [<!ENTITY a 'b'>]><presence xmlns='urn:ietf:params:xml:ns:pidf'/>",
            Some("application/pidf+xml"),
            "document type declarations are not accepted",
        ),
        (
            b"<presence xmlns='urn:x'/>",
            Some("application/pidf+xml"),
            "the root element is '{urn:x}presence'",
        ),
        (
            b"<presence xmlns='urn:x'/>",
            None,
            "<presence> is not in the namespace urn:ietf:params:xml:ns:pidf, as that of a presence document",
        ),
        (
            b"<weather xmlns='urn:x'/>",
            None,
            "the root element is none of the",
        ),
        (
            b"NOTIFY sip:a@example.com SIP/2.0\r\nVia: SIP/2.0/UDP x;branch=z9hG4bK1\r\n\r\n",
            None,
            "it is answered with 400, and nothing of it is used: From: missing",
        ),
        (
            b"SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP x;branch=z9hG4bK1\r\n\r\n",
            None,
            "it is dropped: From: missing",
        ),
        (deep.as_bytes(), None, "nested deeper"),
        (big.as_bytes(), None, "larger than"),
        (
            b"<a>\xff</a>",
            Some("application/pidf+xml"),
            "not valid UTF-8",
        ),
        (
            b"Voice-Message: 1/2\r\n",
            Some("application/simple-message-summary"),
            "Messages-Waiting line is missing",
        ),
        (
            b"{}",
            Some("application/json"),
            "'application/json' is not understood",
        ),
        (
            b"NOTIFY sip:a@example.com SIP/2.0\r\nVia: x\r\nno header\r\n\r\n",
            None,
            "the line is no header",
        ),
        (b"\xd4\xc3\xb2\xa1", None, "has no header"),
        (
            b"--- 1 a SEND UDP x y 3\nabc\n",
            None,
            "none of its messages can be read",
        ),
        (
            b"--- 1 a SEND UDP x y 2\n\r\n\n",
            None,
            "there is no message in it",
        ),
    ];
    for (input, content_type, part) in cases {
        let report = look_as(input, *content_type);
        assert!(report.is_unusable, "{part}");
        assert!(!report.title.is_empty(), "{part}");
        problem(&report, part);
    }
    let wrong = look_as(PIDF.as_bytes(), Some("application/watcherinfo+xml"));
    assert!(wrong.is_unusable);
    problem(&wrong, "by its look it is a presence document");
    let place = problem(
        &look(b"NOTIFY sip:a@example.com SIP/2.0\r\nVia: b\r\nno header\r\n\r\n"),
        "no header",
    )
    .place;
    assert_eq!(place, Some(Place::line(3)));
}

#[test]
fn a_story_ends_with_what_was_granted() {
    let trace = include_bytes!("../../tests/fixtures/inspect/subscriptions.trace");
    let report = look(trace);
    let stories = report.facts.iter().filter_map(|fact| match fact {
        Fact::Story(story) => Some((story.package.as_str(), story.end.as_str())),
        _ => None,
    });
    assert_eq!(
        stories.collect::<Vec<_>>(),
        [
            (
                "presence",
                "ended: noresource (there is no such resource; do not try again)"
            ),
            ("presence.winfo", "active, granted for 10 min"),
            ("message-summary", "nobody answered"),
            ("dialog", "refused: 489 Bad Event"),
            ("presence", "refused: the credentials (401)"),
        ]
    );
}

#[test]
fn encodings_are_read_as_the_readers_do() {
    let text = PIDF.replace(
        "<?xml version='1.0'?>",
        "<?xml version='1.0' encoding='UTF-16'?>",
    );
    let mut bytes = vec![0xff, 0xfe];
    bytes.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
    let report = look(&bytes);
    assert_eq!(report.format, "pidf");
    assert_eq!(problem(&report, "neither 'open'").place.unwrap().line, 3);
    let latin: Vec<u8> = PIDF
        .replace("'1.0'", "'1.0' encoding='ISO-8859-1'")
        .chars()
        .map(|c| u8::try_from(u32::from(c)).unwrap())
        .collect();
    assert_eq!(said(&look(&latin), "tuple ä").line, Some(3));
}

#[test]
fn texts_are_messages_in_every_encoding() {
    let text = notify("Subscription-State: active;expires=9\n", "");
    let mut utf16 = vec![0xff, 0xfe];
    utf16.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
    let unmarked: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let marked = ["\u{feff}", &text].concat();
    for input in [&utf16, &unmarked, marked.as_bytes()] {
        let report = look(input);
        assert_eq!(report.format, "sip");
        assert_eq!(said(&report, "NOTIFY").line, Some(1));
        assert!(report.problems.is_empty(), "{:?}", report.problems);
    }
    let log = format!("<134>Mar  1 10:00:00 pbx sip: sent\n{text}");
    let report = look(log.as_bytes());
    assert_eq!(report.format, "trace");
    assert_eq!(report.facts.len(), 1);
    // Two marks are one too many.
    let twice = ["\u{feff}\u{feff}", PIDF].concat();
    assert!(look(twice.as_bytes()).is_unusable);
}

#[test]
fn of_a_message_cut_in_its_header_the_rest_is_said() {
    let text = notify("Subscription-State: active;expires=9\n", "");
    let cut = &text[..text.find("-State").unwrap()];
    let report = look(cut.as_bytes());
    assert!(report.is_unusable);
    assert_eq!(said(&report, "Event").line, Some(9));
    let place = problem(&report, "is cut").place.unwrap();
    assert_eq!((place.line, place.column), (11, 13));
    assert!(
        !report
            .lines
            .iter()
            .any(|line| line.label.contains("Subscription"))
    );
}

#[test]
fn rules_that_cannot_apply_decide_nothing() {
    let rule = |id: &str, conditions: &str, action: &str| {
        format!(
            "<cr:rule id='{id}'><cr:conditions>{conditions}</cr:conditions><cr:actions>\
             <sub-handling>{action}</sub-handling></cr:actions></cr:rule>"
        )
    };
    let one = |id: &str| format!("<cr:identity><cr:one id='sip:{id}@example.com'/></cr:identity>");
    let times = |from: &str, until: &str| {
        format!("<cr:validity><cr:from>{from}</cr:from><cr:until>{until}</cr:until></cr:validity>")
    };
    let over = times("2025-01-01T00:00:00Z", "2025-02-01T00:00:00Z");
    let to_come = times("2027-01-01T00:00:00Z", "2027-02-01T00:00:00Z");
    let text = [
        "<cr:ruleset xmlns='urn:ietf:params:xml:ns:pres-rules' xmlns:cr='urn:ietf:params:xml:ns:common-policy'>",
        &rule("a", &one("bob"), "block"),
        &rule("b", &one("bob"), "allow"),
        &rule("c", &[one("carol"), over].concat(), "allow"),
        &rule("d", "<moon xmlns='urn:x'/>", "confirm"),
        &rule("e", "<cr:identity><cr:many domain='example.com'><cr:except id='sip:dave@example.com'/></cr:many></cr:identity>", "confirm"),
        &rule("f", &[one("erin@x"), to_come].concat(), "allow").replace("@x@", "@"),
        &rule("g", "<cr:identity><odd xmlns='urn:x'/></cr:identity>", "allow"),
        "</cr:ruleset>",
    ]
    .concat();
    let report = look(text.as_bytes());
    let rules = report.facts.iter().map(|fact| match fact {
        Fact::Rule(rule) => (rule.watcher.as_str(), rule.decision, rule.reason.as_str()),
        other => panic!("{other:?}"),
    });
    let window = "rule f, from 2027-01-01T00:00:00Z until 2027-02-01T00:00:00Z";
    assert_eq!(
        rules.collect::<Vec<_>>(),
        [
            (
                "*@example.com",
                "confirm",
                "rule e, except sip:dave@example.com"
            ),
            ("sip:erin@example.com", "allow", window),
            ("sip:bob@example.com", "allow", "rule b"),
            ("sip:carol@example.com", "confirm", "rule e"),
            ("sip:erin@example.com", "confirm", "rule e"),
        ]
    );
}

#[test]
fn what_is_left_out_is_counted() {
    let mut report = Report::default();
    for _ in 0..=limits::PROBLEMS {
        report.warn(None, "doubtful", "x");
    }
    report.error(None, "wrong", "x");
    assert_eq!(report.problems.len(), limits::PROBLEMS);
    assert_eq!(problem(&report, "wrong").severity, Severity::Error);
    assert_eq!(report.count(Severity::Warning), limits::PROBLEMS + 1);
    assert_eq!(report.problems_left_out(), 2);
    for _ in 0..=limits::FACTS {
        report.fact(Fact::Messages(Box::default()));
    }
    let mut outer = Report::default();
    outer.absorb(report, report::Origin::After(0), 0);
    assert_eq!(
        (outer.facts.len(), outer.facts_left_out),
        (limits::FACTS, 1)
    );
    assert_eq!(outer.count(Severity::Warning), limits::PROBLEMS + 1);
}

#[test]
fn states_are_those_of_the_live_commands() {
    let report = look(PIDF.replace("opn", "open").as_bytes());
    assert!(matches!(
        report.facts.as_slice(),
        [Fact::Presence { resource, shown }]
            if resource == "sip:bob@example.com" && shown.status.token() == "available"
    ));
    let report = look(b"Messages-Waiting: yes\r\nVoice-Message: 2/0\r\n");
    assert!(matches!(report.facts.as_slice(), [Fact::Messages(summary)] if summary.waiting));
}
