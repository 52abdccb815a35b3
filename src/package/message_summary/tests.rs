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
    assert!(summary.waiting);
    assert_eq!(
        summary.counts(&Class::Voice),
        Some(counts(2, 8, Some((0, 2))))
    );
    for bad in [
        "",
        "bogus",
        "Voice-Message: 1/2\r\n",
        "Messages-Waiting: maybe\r\n",
        "\r\n\r\n",
        "X: y\r\n\r\nMessages-Waiting: yes\r\n",
    ] {
        let error = Summary::parse(&Body::new(CONTENT_TYPE, bad.as_bytes())).unwrap_err();
        assert_eq!(
            error,
            BodyError::Missing {
                what: "the Messages-Waiting line",
                place: Place::line(1),
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
        [3, 4, 6, 7]
    );
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
            "Foo-Message"
        ]
    );
    assert_eq!(summary.account.as_deref(), Some("sip:alice@example.test"));
    let twice = b"Messages-Waiting: yes\r\nFoo-Message: 1/0\r\nfoo-message: 2/0\r\n";
    assert_eq!(parse(twice).classes.len(), 1, "names do not depend on case");
    assert_eq!(
        summary.counts(&Class::Other("Foo-Message".into())),
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
    assert!(
        !boxes.apply(1, second, at),
        "the same again changes nothing"
    );
    assert_eq!(
        boxes.merged()[0].classes,
        [(Class::Voice, counts(4, 8, None))]
    );
    let flood = format!("Messages-Waiting: yes\r\n{}", "\r\nA: b\r\n".repeat(5000));
    assert_eq!(
        parse(flood).messages.len(),
        crate::package::limits::MESSAGES
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
            Class::Other("Foo-Message".into()),
        ]),
        count,
        0..3,
    );
    (any::<bool>(), account, classes).prop_map(|(waiting, account, classes)| Summary {
        waiting,
        account: account.map(str::to_owned),
        classes: classes
            .into_iter()
            .map(|(class, (new, old, urgent))| (class, counts(new, old, urgent)))
            .collect(),
        ..Summary::default()
    })
}

proptest! {
    #[test]
    fn what_is_written_reads_back(summary in summaries()) {
        prop_assert_eq!(parse(summary.document()), summary);
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
