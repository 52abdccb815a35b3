//! Documents of every package that are wrong, on the wire: answered with 200, what was known kept and marked, a better
//! one asked for once, and the next good one taken.

use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::Value;

use super::{MARK, ends_well, start};
use crate::notifier::{PIDF, SUMMARY, Server, WINFO, pidf, polite, winfo};

/// A package, and what is shown of it.
struct Package {
    arguments: &'static [&'static str],
    event: &'static str,
    kind: &'static str,
    /// A whole document with a number and a name in it.
    document: fn(u32, &str) -> String,
    /// Type of the lines about it.
    line: &'static str,
    /// What a line shows of the name.
    name: fn(&Value) -> &Value,
    /// Whether a line tells that what it shows may be old.
    marks: bool,
}

/// What is wrong, and how it comes about.
type Fault = (&'static str, fn(&str) -> Vec<u8>);

const XML_FAULTS: &[Fault] = &[
    ("cut", |text| text.as_bytes()[..text.len() * 2 / 3].to_vec()),
    ("of another namespace", |text| {
        text.replace("urn:ietf:params:xml:ns:", "urn:example:")
            .into_bytes()
    }),
    ("deep", |text| within(text, &"<d>".repeat(10_000))),
    ("with an entity", |text| within(text, "&xxe;")),
    ("a bomb", |text| {
        let mut entities = String::from("<!ENTITY a0 'ha'>");
        for number in 1..30 {
            let _ = write!(entities, "<!ENTITY a{number} '&a{0};&a{0};'>", number - 1);
        }
        let root = text[..text.rfind("xmlns='").unwrap()].rfind('<').unwrap();
        let declaration = format!("<!DOCTYPE d [{entities}]>");
        format!("{}{declaration}{}", &text[..root], &text[root..]).into_bytes()
    }),
    ("not UTF-8", |text| {
        let mut bytes = text.as_bytes().to_vec();
        let place = text.find(MARK).unwrap();
        bytes[place] = 0xFF;
        bytes
    }),
    ("empty of anything", |_| b" \r\n".to_vec()),
];

const NUMBER_FAULTS: &[Fault] = &[
    ("without a number", |text| numbered(text, "")),
    ("with a word for a number", |text| {
        numbered(text, "version='one'")
    }),
    ("with a negative number", |text| {
        numbered(text, "version='-7'")
    }),
    ("with a huge number", |text| {
        numbered(text, &format!("version='{}'", "9".repeat(300)))
    }),
];

/// With something before the last end of an element.
fn within(text: &str, what: &str) -> Vec<u8> {
    let at = text.rfind("</").unwrap();
    format!("{}{what}{}", &text[..at], &text[at..]).into_bytes()
}

/// With something else in the place of the version.
fn numbered(text: &str, by: &str) -> Vec<u8> {
    let at = text.find("version='").unwrap();
    let end = at + 9 + text[at + 9..].find('\'').unwrap() + 1;
    format!("{}{by}{}", &text[..at], &text[end..]).into_bytes()
}

/// Sends a package's client everything that can be wrong.
fn survives(package: &Package, faults: &[&[Fault]]) {
    // Each good document has the next number, whoever sends it.
    let numbers = Arc::new(AtomicU32::new(1));
    let next = Arc::clone(&numbers);
    let (kind, document) = (package.kind, package.document);
    let server = Server::scripted(move |request, port| {
        let mut answers = polite(request, port);
        if request.method() == "SUBSCRIBE" && request.expires() > 0 {
            for notify in answers.iter_mut().filter(|answer| answer.is_request()) {
                let number = next.fetch_add(1, Ordering::SeqCst);
                let body = document(number, &format!("Word {number}"));
                *notify = notify.clone().body(kind, &body);
            }
        }
        answers
    });
    let (mut running, _home) = start(&server, "udp", package.arguments);
    let shows = |name: String| move |line: &Value| (package.name)(line) == name.as_str();
    running.until(package.line, shows("Word 1".to_owned()));
    let dialog = server.dialog(package.event);
    let tell = |kind: &str, body: &[u8]| dialog.notify("active;expires=600").body(kind, body);
    for (index, (what, spoil)) in faults.iter().copied().flatten().enumerate() {
        let number = numbers.load(Ordering::SeqCst);
        let bad = spoil(&document(number, MARK));
        assert_eq!(server.ask(&tell(kind, &bad)), Some(200), "{what}");
        if package.marks {
            let line = running.then(package.line, |line| line["stale"] == true);
            let last = format!("Word {}", number - 1);
            assert_eq!((package.name)(&line), &last, "{what}");
        }
        if index == 0 {
            // The better document that is asked for: once, whatever comes in the next minute.
            running.then(package.line, shows(format!("Word {number}")));
        } else {
            let name = format!("Word {number}");
            let number = numbers.fetch_add(1, Ordering::SeqCst);
            let good = tell(kind, document(number, &name).as_bytes());
            assert_eq!(server.ask(&good), Some(200), "after one {what}");
            running.then(package.line, shows(name));
        }
    }
    // No fault of the document: the notifier is told what is read (EV-072).
    let good = document(numbers.fetch_add(1, Ordering::SeqCst), MARK);
    assert_eq!(server.ask(&tell("text/html", good.as_bytes())), Some(415));
    let packed = tell(kind, good.as_bytes()).add("Content-Encoding", "br");
    assert_eq!(server.ask(&packed), Some(415));
    assert_eq!(server.count("SUBSCRIBE"), 2, "one to begin, one to mend");
    // Whatever the log says, nothing of it is shown.
    let done = ends_well(running);
    assert!(!done.text.contains(MARK), "{}", done.text);
    assert!(done.errors.contains("unusable body"), "{}", done.errors);
}

#[test]
fn rb_001_bad_presence_is_answered_and_changes_nothing() {
    let package = Package {
        arguments: &["watch", "bob"],
        event: "presence",
        kind: PIDF,
        document: |_, name| pidf(name),
        line: "presence",
        name: |line| &line["note"],
        marks: true,
    };
    survives(&package, &[XML_FAULTS]);
}

#[test]
fn rb_001_bad_watcher_information_is_answered_and_changes_nothing() {
    let package = Package {
        arguments: &["watchers"],
        event: "presence.winfo",
        kind: WINFO,
        document: |number, name| {
            let row = format!(
                "<watcher id='a' status='active' event='subscribe' display-name='{name}'>sip:bob@example.test</watcher>"
            );
            winfo(number, "full", &row)
        },
        line: "watcher",
        name: |line| &line["display_name"],
        marks: false,
    };
    survives(&package, &[XML_FAULTS, NUMBER_FAULTS]);
}

#[test]
fn rb_001_bad_dialog_information_is_answered_and_changes_nothing() {
    let package = Package {
        arguments: &["dialogs", "bob"],
        event: "dialog",
        kind: "application/dialog-info+xml",
        document: |number, name| {
            format!(
                "<dialog-info xmlns='urn:ietf:params:xml:ns:dialog-info' version='{number}' state='full' \
                 entity='sip:bob@example.test'><dialog id='a'><state>early</state><remote>\
                 <identity display='{name}'>sip:carol@example.test</identity></remote></dialog></dialog-info>"
            )
        },
        line: "dialog",
        name: |line| &line["remote_display"],
        marks: true,
    };
    survives(&package, &[XML_FAULTS, NUMBER_FAULTS]);
}

#[test]
fn rb_001_bad_lists_are_answered_and_change_nothing() {
    let package = Package {
        arguments: &["watch", "--rls", "team"],
        event: "presence",
        kind: "multipart/related;type=\"application/rlmi+xml\";start=\"<root@b>\";boundary=b",
        document: |number, name| {
            // The list comes last, where the faults are put.
            format!(
                "--b\r\nContent-Type: {PIDF}\r\nContent-ID: <one@b>\r\n\r\n{}\r\n\
                 --b\r\nContent-Type: application/rlmi+xml\r\nContent-ID: <root@b>\r\n\r\n\
                 <list xmlns='urn:ietf:params:xml:ns:rlmi' uri='sip:team@example.test' version='{number}' \
                 fullState='true'><resource uri='sip:bob@example.test'><name>{name}</name>\
                 <instance id='1' state='active' cid='one@b'/></resource></list>\r\n--b--\r\n",
                pidf("")
            )
        },
        line: "presence",
        name: |line| &line["member"]["name"],
        marks: true,
    };
    survives(&package, &[XML_FAULTS, NUMBER_FAULTS]);
}

#[test]
fn rb_001_bad_summaries_are_answered_and_change_nothing() {
    let faults: &[Fault] = &[
        ("cut", |_| b"Messages-Wait".to_vec()),
        ("without a status", |text| {
            text.replace("Messages-Waiting: yes\r\n", "").into_bytes()
        }),
        ("with another status", |text| {
            text.replace("yes", "perhaps").into_bytes()
        }),
        ("empty of anything", |_| b" \r\n".to_vec()),
    ];
    let package = Package {
        arguments: &["messages"],
        event: "message-summary",
        kind: SUMMARY,
        document: |_, name| {
            format!("Messages-Waiting: yes\r\nVoice-Message: 1/0\r\n\r\nSubject: {name}\r\n")
        },
        line: "messages",
        name: |line| &line["new_messages"][0]["subject"],
        marks: true,
    };
    survives(&package, &[faults]);
}
