//! Tests of message summaries: format (FM rows) and sums (MG-006).

use jiff::Timestamp;
use proptest::prelude::*;

use super::*;
use crate::package::{Body, BodyError, Place};

fn parse(text: impl AsRef<[u8]>) -> Summary {
    Summary::parse(&Body::new(CONTENT_TYPE, text.as_ref())).unwrap()
}

fn counts(new: u32, old: u32, urgent: Option<(u32, u32)>) -> Counts {
    Counts {
        new,
        old,
        urgent: urgent.map(|(new, old)| Urgent { new, old }),
    }
}

#[test]
fn fm_023_every_spelling_of_the_grammar_is_read() {
    let summary = parse("\nMESSAGES-WAITING : YES\rvoice-message: 2 / 8(0/2)\n");
    assert!(summary.waiting && summary.remarks.is_empty());
    assert_eq!(
        summary.counts(&Class::Voice),
        Some(counts(2, 8, Some((0, 2))))
    );
    let folded = parse("Messages-Waiting:\r\n yes\r\nVoice-Message: 2/8\r\n\t(0/2)\r\n");
    assert!(folded.waiting && folded.remarks.is_empty());
    assert_eq!(folded.classes, summary.classes);
    let tolerated = parse(
        "Voice-Message: 1/0\nMessage-Waiting: yes\nMessages-Waiting: no\nMessage-Account: <sip:alice@example.com>\n\
         Message-Account: sip:bob@example.com\n\nSubject: a\nwhat is this\n",
    );
    assert!(tolerated.waiting);
    assert_eq!(tolerated.account.as_deref(), Some("sip:alice@example.com"));
    let lines: Vec<_> = tolerated.remarks.iter().map(|r| r.place.line).collect();
    assert_eq!(lines, [1, 2, 3, 4, 5, 8]);
    for (bad, line) in [
        ("", 1),
        ("bogus", 1),
        ("Voice-Message: 1/2\r\n", 1),
        ("Messages-Waiting: maybe\r\n", 1),
        ("Voice-Message: 1/2\r\nMessages-Waiting: maybe\r\n", 2),
        ("\r\n\r\n", 1),
        ("X: y\r\n\r\nMessages-Waiting: yes\r\n", 1),
    ] {
        let error = Summary::parse(&Body::new(CONTENT_TYPE, bad.as_bytes())).unwrap_err();
        assert_eq!(
            error,
            BodyError::Missing {
                what: "the Messages-Waiting line",
                place: Place::line(line),
            },
            "{bad}"
        );
    }
    let other = Summary::parse(&Body::new(
        "application/pidf+xml",
        b"Messages-Waiting: yes\r\n",
    ));
    assert!(other.unwrap_err().is_unsupported_type());
    let huge = vec![b'x'; crate::package::limits::SUMMARY_BYTES + 1];
    assert!(matches!(
        Summary::parse(&Body::new(CONTENT_TYPE, &huge)),
        Err(BodyError::TooLarge { .. })
    ));
}

#[test]
fn fm_024_urgent_messages_are_a_part_and_bad_lines_go_alone() {
    let summary = parse(
        "Messages-Waiting: yes\nVoice-Message: 1/3 (0/1)\nFax-Message: x/1\nText-Message: 1/2 (3\nPager-Message: 99999999999/1\nMultimedia-Message: -1/2\nNone: 1/2 (0/0) extra\n",
    );
    assert_eq!(
        summary.classes,
        [
            (Class::Voice, counts(1, 3, Some((0, 1)))),
            (Class::Pager, counts(u32::MAX, 1, None)),
        ]
    );
    assert_eq!(
        summary
            .remarks
            .iter()
            .map(|r| r.place.line)
            .collect::<Vec<_>>(),
        [3, 4, 5, 6, 7]
    );
    assert_eq!(
        summary.remarks[2].message,
        "a count above 4294967295, taken as that"
    );
    for (line, said) in [
        (
            "Voice-Message: 1/0 (2/0)",
            "more urgent messages than messages",
        ),
        (
            "Voice-Message: 1/0\nVoice-Message: 2/0",
            "said twice, the last one counts",
        ),
    ] {
        let summary = parse(format!("Messages-Waiting: yes\n{line}\n"));
        assert_eq!(summary.remarks[0].message, said);
        assert_eq!(summary.remarks.len(), 1);
    }
}

#[test]
fn fm_025_all_classes_known_and_unknown_are_kept() {
    let summary = parse(include_bytes!(
        "../../../tests/fixtures/package/all_classes.summary.txt"
    ));
    let tokens: Vec<_> = summary
        .classes
        .iter()
        .map(|(class, _)| class.token())
        .collect();
    assert_eq!(
        tokens,
        [
            "voice",
            "fax",
            "pager",
            "multimedia",
            "text",
            "none",
            "video",
            "foo-message"
        ]
    );
    assert_eq!(summary.account.as_deref(), Some("sip:alice@example.test"));
    let twice = b"Messages-Waiting: yes\r\nfoo-message: 1/0\r\nfoo-message: 2/0\r\n";
    assert_eq!(parse(twice).classes.len(), 1, "names do not depend on case");
    assert_eq!(
        summary.counts(&Class::Other("foo-message".into())),
        Some(counts(u32::MAX, 1, None))
    );
}

#[test]
fn fm_026_the_status_line_rules() {
    assert!(parse("Messages-Waiting: yes\r\n").waiting);
    assert!(!parse("Messages-Waiting: no\r\nVoice-Message: 0/5\r\n").waiting);
    assert!(parse("Messages-Waiting: yes\r\nVoice-Message: 0/0 (0/0)\r\n").waiting);
}

#[test]
fn fm_027_accounts_of_a_group_are_kept_apart() {
    let mut boxes = Mailboxes::new("sip:sales@example.test");
    let at = Timestamp::UNIX_EPOCH;
    assert!(boxes.apply(1, parse("Messages-Waiting: yes\r\nMessage-Account: <sip:alice@Example.test>\r\nVoice-Message: 1/0\r\n"), at));
    assert!(boxes.apply(1, parse("Messages-Waiting: no\r\nMessage-Account: sip:bob@example.test\r\nVoice-Message: 0/1\r\n"), at));
    assert!(boxes.apply(1, parse("Messages-Waiting: no\r\n"), at));
    let accounts: Vec<_> = boxes
        .merged()
        .into_iter()
        .map(|m| (m.account, m.waiting))
        .collect();
    assert_eq!(
        accounts,
        [
            ("sip:alice@example.test".to_owned(), true),
            ("sip:bob@example.test".to_owned(), false),
            ("sip:sales@example.test".to_owned(), false),
        ]
    );
}

#[test]
fn fm_027_a_server_that_names_itself_means_the_mailbox_subscribed_to() {
    for account in ["asterisk", "sip:asterisk@192.0.2.10", "5010", "alice"] {
        let mut boxes = Mailboxes::new("sip:alice@example.test");
        let body = format!("Messages-Waiting: yes\r\nMessage-Account: {account}\r\n");
        boxes.apply(1, parse(body), Timestamp::UNIX_EPOCH);
        assert_eq!(
            boxes.merged()[0].account,
            "sip:alice@example.test",
            "{account}"
        );
        assert_eq!(names_server(account), account.contains("asterisk"));
    }
    for account in [
        "sip:asterisk2@example.test",
        "tel:+1555",
        "sip:example.test",
    ] {
        let mut boxes = Mailboxes::new("sip:alice@example.test");
        let body = format!("Messages-Waiting: yes\r\nMessage-Account: {account}\r\n");
        boxes.apply(1, parse(body), Timestamp::UNIX_EPOCH);
        assert_eq!(boxes.merged()[0].account, account);
        assert!(!names_server(account));
    }
}

#[test]
fn fm_028_a_body_replaces_the_one_before() {
    let mut boxes = Mailboxes::new("sip:alice@example.test");
    let at = Timestamp::UNIX_EPOCH;
    boxes.apply(
        1,
        parse("Messages-Waiting: yes\r\nVoice-Message: 2/8\r\nFax-Message: 1/0\r\n"),
        at,
    );
    let second = parse(
        "Messages-Waiting: yes\r\nVoice-Message: 4/8\r\n\r\nFrom: sip:bob@example.test\r\nSubject: a\r\n b\r\n\r\nFrom: sip:carol@example.test\r\n",
    );
    assert_eq!(second.messages.len(), 2);
    assert_eq!(
        second.messages[0].fields[1],
        ("Subject".into(), "a b".into())
    );
    assert!(boxes.apply(1, second.clone(), at));
    assert_eq!(boxes.merged()[0].messages.len(), 2);
    assert!(
        !boxes.apply(1, second, at),
        "the same again changes nothing"
    );
    assert_eq!(
        boxes.merged()[0].classes,
        [(Class::Voice, counts(4, 8, None))]
    );
    // The next body tells of no further message, and of the counts again.
    assert!(boxes.apply(
        1,
        parse("Messages-Waiting: yes\r\nVoice-Message: 4/8\r\n"),
        at
    ));
    assert!(boxes.merged()[0].messages.is_empty());
    let flood = format!("Messages-Waiting: yes\r\n{}", "\r\nA: b\r\n".repeat(5000));
    let flood = parse(flood);
    assert_eq!(flood.messages.len(), crate::package::limits::MESSAGES);
    assert_eq!(flood.remarks.len(), 1);
    let wide = parse(format!(
        "Messages-Waiting: yes\r\n\r\n{}",
        "A: b\r\n".repeat(500)
    ));
    assert_eq!(
        wide.messages[0].fields.len(),
        crate::package::limits::MESSAGE_FIELDS
    );
}

#[test]
fn fm_028_messages_are_read_by_their_fields() {
    let summary = parse(
        "Messages-Waiting: yes\r\n\r\nfrom: \"Bob, of Sales\" <sip:bob@example.com>;tag=1\r\nTO: <sip:alice@example.com>\r\n\
         subject:\r\n\x20Lunch\r\nMessage-Id: <1@vm.example.com>\r\nPriority: urgent\r\nMessage-Context: voice-message\r\n\
         Date: Sun, 09 Jul 2000 21:23:01 -0700\r\nX-Length: 12\r\n\r\n\r\nFrom: sip:carol@example.com\r\n",
    );
    let [bob, carol] = &summary.messages[..] else {
        panic!("two messages");
    };
    let sender = bob.from().unwrap();
    assert_eq!(
        (sender.address, sender.display_name),
        ("sip:bob@example.com", Some("Bob, of Sales"))
    );
    assert_eq!(bob.to(), Some("sip:alice@example.com"));
    assert_eq!(bob.subject(), Some("Lunch"));
    assert_eq!(bob.id(), Some("1@vm.example.com"));
    assert_eq!(bob.priority(), Some("urgent"));
    assert_eq!(bob.context(), Some("voice-message"));
    assert_eq!(bob.date(), Some("Sun, 09 Jul 2000 21:23:01 -0700"));
    assert_eq!(bob.field("x-length"), Some("12"));
    assert_eq!(
        carol.from(),
        Some(Sender {
            address: "sip:carol@example.com",
            display_name: None
        })
    );
    assert_eq!((carol.subject(), carol.date()), (None, None));
}

#[test]
fn the_examples_of_rfc_3842_read_as_meant() {
    let status = parse(include_bytes!(
        "../../../tests/fixtures/package/rfc/rfc3842_2_status_line.summary.txt"
    ));
    assert!(status.waiting && status.classes.is_empty());
    let first: &[u8] =
        include_bytes!("../../../tests/fixtures/package/rfc/rfc3842_4_1_a3.summary.txt");
    let with_headers: &[u8] =
        include_bytes!("../../../tests/fixtures/package/rfc/rfc3842_4_1_a5.summary.txt");
    let after: &[u8] =
        include_bytes!("../../../tests/fixtures/package/rfc/rfc3842_4_1_a9.summary.txt");
    let last: &[u8] =
        include_bytes!("../../../tests/fixtures/package/rfc/rfc3842_4_1_a13.summary.txt");
    let mut boxes = Mailboxes::new("sip:alice@example.com");
    for (body, new, urgent, messages) in [
        (first, 2, 0, 0),
        (with_headers, 4, 1, 2),
        (after, 4, 1, 0),
        (last, 4, 1, 0),
    ] {
        let summary = parse(body);
        assert!(summary.waiting && summary.remarks.is_empty());
        assert_eq!(
            summary.account.as_deref(),
            Some("sip:alice@vmail.example.com")
        );
        boxes.apply('v', summary, Timestamp::UNIX_EPOCH);
        let merged = boxes.merged();
        assert_eq!(
            merged[0].classes,
            [(Class::Voice, counts(new, 8, Some((urgent, 2))))]
        );
        assert_eq!(merged[0].messages.len(), messages);
    }
    let messages = parse(with_headers).messages;
    let shown: Vec<_> = messages
        .iter()
        .map(|m| {
            (
                m.from().unwrap().address,
                m.subject().unwrap(),
                m.priority().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        shown,
        [
            ("bob@biloxi.example.com", "carpool tomorrow?", "normal"),
            (
                "cathy-the-bob@example.com",
                "HELP! at home ill, present for me please",
                "urgent"
            ),
        ]
    );
}

#[test]
fn mg_006_sums_are_known_only_when_all_told_numbers() {
    let at = Timestamp::UNIX_EPOCH;
    let mut boxes = Mailboxes::new("sip:alice@example.test");
    boxes.apply(
        'a',
        parse("Messages-Waiting: yes\r\nVoice-Message: 2/8 (0/2)\r\n"),
        at,
    );
    boxes.apply(
        'b',
        parse("Messages-Waiting: no\r\nVoice-Message: 0/1 (0/0)\r\n"),
        at,
    );
    let merged = boxes.merged();
    assert_eq!(
        (merged.len(), merged[0].waiting, merged[0].counts_known),
        (1, true, true)
    );
    assert_eq!(
        merged[0].classes,
        [(Class::Voice, counts(2, 9, Some((0, 2))))]
    );
    assert_eq!(
        merged[0].parts.iter().map(|(k, _)| *k).collect::<Vec<_>>(),
        ['a', 'b']
    );
    boxes.apply('c', parse("Messages-Waiting: yes\r\n"), at);
    let merged = boxes.merged();
    assert!(merged[0].waiting && !merged[0].counts_known && merged[0].classes.is_empty());
    assert!(boxes.remove('a') && boxes.remove('c') && !boxes.remove('c'));
    let merged = boxes.merged();
    assert!(!merged[0].waiting && merged[0].counts_known && !boxes.waiting());
    assert_eq!(
        merged[0].classes,
        [(Class::Voice, counts(0, 1, Some((0, 0))))]
    );
}

#[test]
fn bodies_in_the_manner_of_known_servers_are_understood() {
    let kamailio = parse(include_bytes!(
        "../../../tests/fixtures/package/kamailio_voicemail.summary.txt"
    ));
    assert_eq!(
        kamailio.counts(&Class::Voice),
        Some(counts(4, 8, Some((1, 2))))
    );
    assert!(kamailio.remarks.is_empty());
    let asterisk = parse(include_bytes!(
        "../../../tests/fixtures/package/asterisk_voicemail.summary.txt"
    ));
    assert_eq!((asterisk.waiting, asterisk.classes.len()), (true, 1));
    let cisco = parse(include_bytes!(
        "../../../tests/fixtures/package/cisco_voicemail.summary.txt"
    ));
    assert_eq!(cisco.counts(&Class::Voice), Some(counts(1, 4, None)));
    assert_eq!(cisco.remarks[0].message, "the account is no URI");
    let freeswitch = parse(include_bytes!(
        "../../../tests/fixtures/package/freeswitch_voicemail.summary.txt"
    ));
    assert!(freeswitch.remarks.is_empty() && freeswitch.messages.is_empty());
    let unsolicited = parse(include_bytes!(
        "../../../tests/fixtures/package/asterisk_unsolicited.summary.txt"
    ));
    let mut boxes = Mailboxes::new("sip:alice@example.test");
    for (usage, summary) in [asterisk, freeswitch, unsolicited].into_iter().enumerate() {
        boxes.apply(usage, summary, Timestamp::UNIX_EPOCH);
    }
    let merged = boxes.merged();
    assert_eq!(merged.len(), 1, "all are about the same mailbox");
    assert!(merged[0].waiting && !merged[0].counts_known);
}

#[test]
fn what_is_no_text_is_told_with_its_place() {
    let summary = parse(b"Messages-Waiting: yes\r\nVoice-Message: 1/0\r\n\r\nSubject: \xFF\r\n");
    assert_eq!(
        summary.remarks[0].place,
        Place {
            line: 4,
            column: 10
        }
    );
    assert_eq!(summary.messages[0].subject(), Some("\u{fffd}"));
}

fn summaries() -> impl Strategy<Value = Summary> {
    let count = (
        any::<u32>(),
        any::<u32>(),
        prop::option::of((any::<u32>(), any::<u32>())),
    );
    let account = prop::option::of(prop::sample::select(vec![
        "sip:alice@example.test",
        "sip:bob@example.test",
    ]));
    let classes = prop::collection::btree_map(
        prop::sample::select(vec![
            Class::Voice,
            Class::Fax,
            Class::Other("foo-message".into()),
        ]),
        count,
        0..3,
    );
    let messages = prop::collection::vec("[a-z]{1,5}", 0..3);
    (any::<bool>(), account, classes, messages).prop_map(|(waiting, account, classes, subjects)| {
        Summary {
            waiting,
            messages: subjects
                .into_iter()
                .map(|subject| Message {
                    fields: vec![("Subject".to_owned(), subject)],
                })
                .collect(),
            account: account.map(str::to_owned),
            classes: classes
                .into_iter()
                .map(|(class, (new, old, urgent))| (class, counts(new, old, urgent)))
                .collect(),
            ..Summary::default()
        }
    })
}

proptest! {
    #[test]
    fn what_is_written_reads_back(summary in summaries()) {
        let read = parse(summary.document());
        prop_assert_eq!(Summary { remarks: summary.remarks.clone(), ..read }, summary);
    }

    #[test]
    fn mg_006_the_order_of_notifiers_never_shows(said in prop::collection::btree_map(0u8..5, summaries(), 0..5), again in any::<bool>()) {
        let at = Timestamp::UNIX_EPOCH;
        let (mut one, mut two) = (Mailboxes::new("sip:alice@example.test"), Mailboxes::new("sip:alice@example.test"));
        for (who, summary) in &said {
            one.apply(*who, summary.clone(), at);
        }
        for (who, summary) in said.iter().rev() {
            two.apply(*who, summary.clone(), at);
            if again {
                two.apply(*who, summary.clone(), at);
            }
        }
        prop_assert_eq!(one.merged(), two.merged());
    }

    #[test]
    fn sums_are_associative(a in any::<[u32; 4]>(), b in any::<[u32; 4]>(), c in any::<[u32; 4]>()) {
        let [a, b, c] = [a, b, c].map(|n| counts(n[0], n[1], Some((n[2], n[3]))));
        prop_assert_eq!(a.plus(b).plus(c), a.plus(b.plus(c)));
        prop_assert_eq!(a.plus(b), b.plus(a));
    }

    #[test]
    fn mutated_bodies_never_panic(at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<prop::sample::Index>()) {
        let mut bytes = include_bytes!("../../../tests/fixtures/package/all_classes.summary.txt").to_vec();
        let place = at.index(bytes.len());
        bytes[place] = byte;
        let _ = Summary::parse(&Body::new(CONTENT_TYPE, &bytes));
        let _ = Summary::parse(&Body::new(CONTENT_TYPE, &bytes[..cut.index(bytes.len())]));
    }
}

#[test]
fn a_line_called_voice_is_no_second_class_of_that_name() {
    let summary = parse("Messages-Waiting: yes\r\nVoice: 5/1\r\nVoice-Message: 2/8\r\n");
    let classes: Vec<_> = summary
        .classes
        .iter()
        .map(|(class, counts)| (class.token(), counts.new, counts.old))
        .collect();
    assert_eq!(classes, [("voice", 2, 8)]);
    assert_eq!(summary.remarks.len(), 1);
}
