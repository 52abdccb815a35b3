//! The example documents of the RFCs: each is a file, and some test has read what it says.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use siskin::package::{Body, presence};
use siskin::sip::{Limits, Message, Method};

/// The examples of one RFC. Registrations and schemas are none.
struct Examples {
    rfc: u16,
    /// Names of the files, without the number of the RFC: section, what it is, format.
    files: &'static [&'static str],
    /// What is wrong with them as they are printed.
    errata: &'static str,
}

#[test]
fn every_example_is_a_file_that_some_test_reads() {
    let mut there = BTreeSet::new();
    for folder in ["package/rfc", "rules"] {
        for path in files(&root().join("tests/fixtures").join(folder)) {
            there.insert(path.file_name().unwrap().to_string_lossy().into_owned());
        }
    }
    let listed: BTreeSet<String> = EXAMPLES
        .iter()
        .flat_map(|it| it.files.iter().map(|file| format!("rfc{}_{file}", it.rfc)))
        .collect();
    assert_eq!(there, listed);
    let rfcs = [
        3842, 3856, 3857, 3858, 3863, 4235, 4479, 4480, 4481, 4482, 4662, 4730, 5025, 5262, 5263,
        5874, 5875,
    ];
    for rfc in rfcs {
        let examples = EXAMPLES.iter().find(|it| it.rfc == rfc);
        assert!(examples.is_some_and(|it| !it.files.is_empty()), "RFC {rfc}");
    }
    let mut tests = String::new();
    for folder in ["src/package", "src/rules", "tests/documents"] {
        sources(&root().join(folder), &mut tests);
    }
    for examples in EXAMPLES {
        assert!(examples.errata.is_empty() || examples.errata.ends_with('.'));
        for file in examples.files {
            // Some tests name all files of one RFC or one format by what is left of their names.
            let part = file.split('.').next().unwrap();
            let named = [format!("_{part}"), format!("\"{part}")];
            let is_named = named.iter().any(|named| {
                [".", "\""]
                    .iter()
                    .any(|end| tests.contains(&format!("{named}{end}")))
            });
            assert!(is_named, "no test reads rfc{}_{file}", examples.rfc);
        }
    }
}

#[test]
fn the_messages_of_rfc_3856_are_read() {
    let [subscribe, accepted, first, ok_first, second, ok_second] = [
        message!("8_f1_subscribe"),
        message!("8_f2_ok"),
        message!("8_f3_notify"),
        message!("8_f4_ok"),
        message!("8_f5_notify"),
        message!("8_f6_ok"),
    ];
    for message in [
        &subscribe, &accepted, &first, &ok_first, &second, &ok_second,
    ] {
        message.validate().unwrap();
        assert_eq!(message.call_id(), Ok("2010@watcherhost.example.com"));
    }
    let line = subscribe.request_line().unwrap();
    assert_eq!(
        (line.method, line.uri),
        ("SUBSCRIBE", "sip:resource@example.com")
    );
    assert_eq!(subscribe.event().unwrap().unwrap().package, "presence");
    assert_eq!(subscribe.expires(), Ok(Some(600)));
    assert_eq!(subscribe.to().unwrap().tag(), None);
    assert_eq!(
        (accepted.status(), accepted.expires()),
        (Some(200), Ok(Some(600)))
    );
    // What was accepted is told in the dialog that the response made.
    let dialog = |message: &Message| {
        let tag = |side: Option<&str>| side.map(str::to_owned);
        (
            tag(message.from().unwrap().tag()),
            tag(message.to().unwrap().tag()),
        )
    };
    let (ours, theirs) = (Some("xfg9".to_owned()), Some("ffd2".to_owned()));
    assert_eq!(dialog(&accepted), (ours.clone(), theirs.clone()));
    let mut basics = Vec::new();
    for (notify, ok, number, left) in [
        (&first, &ok_first, 8775, 599),
        (&second, &ok_second, 8776, 543),
    ] {
        assert_eq!(notify.method(), Ok(Method::Notify));
        assert_eq!(dialog(notify), (theirs.clone(), ours.clone()));
        assert_eq!(notify.cseq().unwrap().number, number);
        assert_eq!(ok.cseq().unwrap(), notify.cseq().unwrap());
        let state = notify.subscription_state().unwrap().unwrap();
        assert_eq!((state.state, state.expires), ("active", Some(left)));
        let kind = notify.content_type().unwrap().unwrap();
        assert!(kind.is("application/pidf+xml"));
        let body = notify.body_bytes();
        assert_eq!(notify.content_length(), Ok(Some(body.len() as u64)));
        let body = Body::new(presence::CONTENT_TYPE, body);
        let document = presence::Document::parse(&body).unwrap();
        assert_eq!(document.entity, "pres:resource@example.com");
        assert!(document.remarks.is_empty());
        basics.push(document.tuples[0].basic);
    }
    assert_eq!(
        basics,
        [Some(presence::Basic::Open), Some(presence::Basic::Closed)]
    );
}

/// A message of RFC 3856 section 8.
macro_rules! message {
    ($name:literal) => {
        read(include_bytes!(concat!(
            "../fixtures/package/rfc/rfc3856_",
            $name,
            ".sip"
        )))
    };
}
use message;

fn read(bytes: &'static [u8]) -> Message {
    Message::parse_datagram(Bytes::from_static(bytes), &Limits::default()).unwrap()
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().path()).collect()
}

/// The text of the tests below a folder.
fn sources(folder: &Path, into: &mut String) {
    for path in files(folder) {
        if path.is_dir() {
            sources(&path, into);
        } else if path.to_string_lossy().contains("tests") {
            // Not this list itself.
            let text = fs::read_to_string(&path).unwrap();
            into.push_str(text.split("const EXAMPLES").next().unwrap());
        }
    }
}

const EXAMPLES: &[Examples] = &[
    Examples {
        rfc: 3515,
        files: &[
            "2_4_5_denied.sipfrag.txt",
            "2_4_5_failed.sipfrag.txt",
            "2_4_5_pending.sipfrag.txt",
            "2_4_5_successful.sipfrag.txt",
        ],
        errata: "",
    },
    Examples {
        rfc: 3680,
        files: &[
            "5_3.reginfo.xml",
            "6_message_3.reginfo.xml",
            "6_message_7.reginfo.xml",
        ],
        errata: "",
    },
    Examples {
        rfc: 3842,
        files: &[
            "2_status_line.summary.txt",
            "4_1_a13.summary.txt",
            "4_1_a3.summary.txt",
            "4_1_a5.summary.txt",
            "4_1_a9.summary.txt",
        ],
        errata: "",
    },
    Examples {
        rfc: 3856,
        files: &[
            "8_f1_subscribe.sip",
            "8_f2_ok.sip",
            "8_f3_notify.sip",
            "8_f4_ok.sip",
            "8_f5_notify.sip",
            "8_f6_ok.sip",
        ],
        errata: "The bodies are placeholders, as is their length; documents of our own stand for them.",
    },
    Examples {
        rfc: 3857,
        files: &[
            "1.winfo.xml",
            "5_message_3.winfo.xml",
            "5_message_7.winfo.xml",
        ],
        errata: "",
    },
    Examples {
        rfc: 3858,
        files: &["5.winfo.xml"],
        errata: "",
    },
    Examples {
        rfc: 3863,
        files: &[
            "4_2_2_default.pidf.xml",
            "4_2_2_prefixed.pidf.xml",
            "4_2_4.pidf.xml",
            "4_3_1.pidf.xml",
            "4_3_2.pidf.xml",
            "4_3_3.pidf.xml",
        ],
        errata: "The namespace has a colon at its end in one place; the documents have it without.",
    },
    Examples {
        rfc: 4235,
        files: &[
            "3_6_virtual.dialog-info.xml",
            "4_1_1_dialog.dialog-info.xml",
            "4_1_notify_state.dialog-info.xml",
            "4_2_sample.dialog-info.xml",
            "6_1_cancelled.dialog-info.xml",
            "6_1_confirmed.dialog-info.xml",
            "6_1_early.dialog-info.xml",
            "6_1_second_early.dialog-info.xml",
            "6_1_trying.dialog-info.xml",
            "6_2_conference.dialog-info.xml",
            "6_2_dialing.dialog-info.xml",
            "6_2_hold.dialog-info.xml",
            "6_2_hung_up.dialog-info.xml",
            "6_2_idle.dialog-info.xml",
            "6_2_remote_bye.dialog-info.xml",
            "6_2_ringing.dialog-info.xml",
            "6_2_seized.dialog-info.xml",
            "6_2_transferred.dialog-info.xml",
            "6_2_voicemail.dialog-info.xml",
            "6_3_offhook.dialog-info.xml",
            "6_3_onhook.dialog-info.xml",
            "6_3_onhook_again.dialog-info.xml",
        ],
        errata: "The direction `receiver` is `recipient` in the schema; the first sample has only a placeholder for its state.",
    },
    Examples {
        rfc: 4479,
        files: &["7_1.pidf.xml"],
        errata: "",
    },
    Examples {
        rfc: 4480,
        files: &["4.pidf.xml"],
        errata: "",
    },
    Examples {
        rfc: 4481,
        files: &["4.pidf.xml"],
        errata: "",
    },
    Examples {
        rfc: 4482,
        files: &["4_first.pidf.xml", "4_second.pidf.xml"],
        errata: "",
    },
    Examples {
        rfc: 4662,
        files: &[
            "first.multipart.txt",
            "list.rlmi.xml",
            "second.multipart.txt",
            "signed.multipart.txt",
        ],
        errata: "One address has a quotation mark too many, and two parts lack the blank line before their content; mended here.",
    },
    Examples {
        rfc: 4730,
        files: &[
            "10_1.kpml-request.xml",
            "10_1.kpml-response.xml",
            "10_2_assistant_number.kpml-response.xml",
            "10_2_assistant_pound.kpml-response.xml",
            "10_2_card.kpml-response.xml",
            "10_2_card_and_number.kpml-request.xml",
            "10_2_long_pound.kpml-request.xml",
            "10_2_long_pound.kpml-response.xml",
            "10_2_number.kpml-response.xml",
            "10_2_number_and_pound.kpml-request.xml",
            "3_3_greedy.kpml-request.xml",
            "3_3_long_pound.kpml-request.xml",
            "9_1.kpml-request.xml",
            "9_2.kpml-request.xml",
            "9_2.kpml-response.xml",
        ],
        errata: "Figure 18 spells the namespace `kpml-resposne`.",
    },
    Examples {
        rfc: 5025,
        files: &["6.rules.xml"],
        errata: "",
    },
    Examples {
        rfc: 5196,
        files: &["5.pidf.xml"],
        errata: "",
    },
    Examples {
        rfc: 5262,
        files: &[
            "6_changes.pidf-diff.xml",
            "6_full.pidf-diff.xml",
            "6_result.pidf-diff.xml",
        ],
        errata: "The note of the new tuple has other words in the changes than in the result.",
    },
    Examples {
        rfc: 5263,
        files: &["5_f3.pidf-diff.xml", "5_f5.pidf-diff.xml"],
        errata: "",
    },
    Examples {
        rfc: 5628,
        files: &["7.reginfo.xml", "8_2.reginfo.xml"],
        errata: "",
    },
    Examples {
        rfc: 5874,
        files: &[
            "5.xcap-diff.xml",
            "a1_changed.xcap-diff.xml",
            "a1_created.xcap-diff.xml",
            "a1_listed.xcap-diff.xml",
            "a1_modified.doc.xml",
            "a1_removed.xcap-diff.xml",
            "a2_aggregated.xcap-diff.xml",
            "a2_every_change.xcap-diff.xml",
            "a3_contents.xcap-diff.xml",
            "a3_removed.xcap-diff.xml",
            "a_index.doc.xml",
            "a_other.doc.xml",
        ],
        errata: "One entity tag is `7ahggs3` where the changes are put together, and `7ahggs` elsewhere.",
    },
    Examples {
        rfc: 5875,
        files: &[
            "4_4.resource-lists.xml",
            "5.xcap-diff.xml",
            "a1_index.doc.xml",
            "a2.resource-lists.xml",
            "a2.xcap-diff.xml",
            "a3.xcap-diff.xml",
            "a4_aggregated.xcap-diff.xml",
            "a4_every_change.xcap-diff.xml",
            "a4_plain.xcap-diff.xml",
            "a5.resource-lists.xml",
            "a5_first.xcap-diff.xml",
            "a5_removed.xcap-diff.xml",
            "a5_set.xcap-diff.xml",
            "a6.resource-lists.xml",
            "a6.xcap-diff.xml",
            "a6_again.resource-lists.xml",
        ],
        errata: "The same entity tag as in RFC 5874.",
    },
];
