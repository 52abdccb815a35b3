//! An account on XCAP servers that do not do as they should: everything is told, and nothing written over unasked.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use siskin::account::{
    self, Command, Config, Decision, Disclosure, DocumentCause, Fault, Handle, RulesState,
    XcapCause, XcapError,
};
use siskin::demo::{DemoHandle, Faults};
use siskin::sip::Transport;

use super::{HEIDI, config, office, until};

/// A web server with one document in it.
struct Shelf {
    root: String,
    content: Arc<Mutex<Content>>,
}

struct Content {
    kind: &'static str,
    document: Vec<u8>,
    etag: Option<&'static str>,
    /// How GET is answered.
    get: u16,
    /// How PUT is answered: status, type and body; `None`: it is done.
    refusal: Option<(u16, &'static str, String)>,
    /// The conditions that were sent with each PUT.
    conditions: Vec<String>,
}

impl Shelf {
    fn with(change: impl FnOnce(&mut Content)) -> Self {
        let mut content = Content {
            kind: "application/auth-policy+xml",
            document: EMPTY.into(),
            etag: Some("\"1\""),
            get: 200,
            refusal: None,
            conditions: Vec::new(),
        };
        change(&mut content);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let root = format!("http://{}", listener.local_addr().unwrap());
        let content = Arc::new(Mutex::new(content));
        let kept = Arc::clone(&content);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(stream) = stream else { return };
                let _ = stream.set_read_timeout(Some(Duration::from_secs(2)));
                serve(&stream, &kept);
            }
        });
        Self { root, content }
    }

    fn document(&self) -> Vec<u8> {
        self.content.lock().unwrap().document.clone()
    }
}

fn serve(mut stream: &TcpStream, content: &Mutex<Content>) {
    let mut reader = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if reader.read_line(&mut head).unwrap_or(0) == 0 {
            return;
        }
    }
    let field = |name: &str| {
        let lines = head.lines().filter_map(|line| line.split_once(':'));
        let mut lines = lines.filter(|(found, _)| found.eq_ignore_ascii_case(name));
        lines.next().map(|(_, value)| value.trim().to_owned())
    };
    let length = field("content-length").and_then(|length| length.parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    if reader.read_exact(&mut body).is_err() {
        return;
    }
    // Whoever connects and says nothing keeps nobody from looking at the shelf.
    let mut content = content.lock().unwrap();
    let (status, kind, answer) = if head.starts_with("PUT ") {
        let condition = field("if-match").or_else(|| field("if-none-match"));
        content.conditions.push(condition.unwrap_or_default());
        if let Some(refusal) = content.refusal.clone() {
            refusal
        } else {
            content.document = body;
            (200, content.kind, String::new())
        }
    } else if content.get == 200 {
        let document = String::from_utf8_lossy(&content.document).into_owned();
        (200, content.kind, document)
    } else {
        (content.get, "text/plain", String::new())
    };
    let etag = content.etag.map(|etag| format!("ETag: {etag}\r\n"));
    let _ = write!(
        stream,
        "HTTP/1.1 {status} So\r\nContent-Type: {kind}\r\n{}Content-Length: {}\r\nConnection: close\r\n\r\n{answer}",
        etag.unwrap_or_default(),
        answer.len()
    );
}

/// An account whose rules are on the shelf, and the office that it is logged in to.
async fn account_on(shelf: &Shelf, change: impl FnOnce(&mut Config)) -> (Handle, DemoHandle) {
    let demo = office(Faults::default()).await;
    let mut config = config(&demo, Transport::Tcp);
    config.settings.xcap_root.clone_from(&shelf.root);
    change(&mut config);
    (account::start(config, Some(demo.password())), demo)
}

fn allow_heidi(handle: &Handle) {
    handle.send(Command::Decide {
        watcher: HEIDI.to_owned(),
        decision: Decision::Allow,
        valid_until: None,
        shows: Disclosure::Everything,
    });
}

#[tokio::test]
async fn half_a_document_is_copied_before_it_is_replaced() {
    let shelf = Shelf::with(|content| content.document = HALF.into());
    let home = tempfile::tempdir().unwrap();
    let (mut handle, _office) = account_on(&shelf, |config| {
        config.keep_in = Some(home.path().to_owned());
    })
    .await;
    let unusable = |state: &RulesState| matches!(state, RulesState::Failed(_, DocumentCause::Unusable(rules)) if rules.bytes == HALF.as_bytes());
    until(&mut handle, |shot| unusable(&shot.rules_state)).await;
    allow_heidi(&handle);
    let shot = until(&mut handle, |shot| !shot.rules.is_empty()).await;
    assert_eq!(shot.rules[0].state, "failed");
    assert!(matches!(shot.rules[0].cause, DocumentCause::Unusable(_)));
    assert_eq!(
        shelf.document(),
        HALF.as_bytes(),
        "nothing is written over it"
    );
    handle.send(Command::RenewRules);
    let known = RulesState::Known { versioned: true };
    let shot = until(&mut handle, |shot| shot.rules_state == known).await;
    let copy = shot.rules_copy.clone().unwrap().unwrap();
    assert_eq!(std::fs::read(copy).unwrap(), HALF.as_bytes());
    let document = String::from_utf8(shelf.document()).unwrap();
    assert!(
        document.contains("ruleset") && !document.contains("half"),
        "{document}"
    );
    assert_eq!(shelf.content.lock().unwrap().conditions, ["\"1\""]);
}

#[tokio::test]
async fn a_document_that_was_mended_meanwhile_is_not_replaced() {
    let shelf = Shelf::with(|content| content.document = HALF.into());
    let home = tempfile::tempdir().unwrap();
    let (mut handle, _office) = account_on(&shelf, |config| {
        config.keep_in = Some(home.path().to_owned());
    })
    .await;
    let failed = |state: &RulesState| matches!(state, RulesState::Failed(..));
    until(&mut handle, |shot| failed(&shot.rules_state)).await;
    {
        let mut content = shelf.content.lock().unwrap();
        content.document = MENDED.into();
        content.etag = Some("\"2\"");
        // A client that believed its copy would be told.
        content.refusal = Some((412, "text/plain", String::new()));
    }
    handle.send(Command::RenewRules);
    let known = RulesState::Known { versioned: true };
    until(&mut handle, |shot| shot.rules_state == known).await;
    assert_eq!(shelf.document(), MENDED.as_bytes());
}

#[tokio::test]
async fn a_web_page_and_a_broken_server_are_told_apart() {
    let page = Shelf::with(|content| {
        content.kind = "text/html";
        content.document = b"<!DOCTYPE html><title>Log in</title>".to_vec();
    });
    let (mut handle, _office) = account_on(&page, |_| {}).await;
    let shot = until(&mut handle, |shot| {
        matches!(shot.rules_state, RulesState::Failed(..))
    })
    .await;
    assert!(
        matches!(
            &shot.rules_state,
            RulesState::Failed(
                Fault::Unsupported,
                DocumentCause::Xcap(XcapError::NotXcap { .. })
            )
        ),
        "{:?}",
        shot.rules_state
    );
    let broken = Shelf::with(|content| content.get = 500);
    let (mut handle, _office) = account_on(&broken, |_| {}).await;
    let shot = until(&mut handle, |shot| {
        matches!(shot.rules_state, RulesState::Failed(..))
    })
    .await;
    let expected = DocumentCause::Xcap(XcapError::Server { status: 500 });
    assert_eq!(shot.rules_state, RulesState::Failed(Fault::Other, expected));
    // When it has recovered, everything goes on.
    broken.content.lock().unwrap().get = 200;
    handle.send(Command::Retry);
    let known = RulesState::Known { versioned: true };
    until(&mut handle, |shot| shot.rules_state == known).await;
}

#[tokio::test]
async fn xc_019_a_refused_change_says_why() {
    let shelf = Shelf::with(|content| {
        let body = "<xcap-error xmlns='urn:ietf:params:xml:ns:xcap-error'>\
                    <constraint-failure phrase='Not on Sundays'/></xcap-error>";
        content.refusal = Some((409, "application/xcap-error+xml", body.to_owned()));
    });
    let (mut handle, _office) = account_on(&shelf, |_| {}).await;
    until(&mut handle, |shot| {
        shot.connection == account::Connection::Online
    })
    .await;
    allow_heidi(&handle);
    let shot = until(&mut handle, |shot| !shot.rules.is_empty()).await;
    let DocumentCause::Xcap(XcapError::Conflict(conflict)) = &shot.rules[0].cause else {
        panic!("{:?}", shot.rules[0]);
    };
    assert_eq!(conflict.cause, XcapCause::Constraint);
    assert_eq!(conflict.phrase, "Not on Sundays");
}

#[tokio::test]
async fn xc_020_a_server_without_entity_tags_is_served_and_told_of() {
    let shelf = Shelf::with(|content| content.etag = None);
    let (mut handle, _office) = account_on(&shelf, |_| {}).await;
    let known = RulesState::Known { versioned: false };
    until(&mut handle, |shot| shot.rules_state == known).await;
    allow_heidi(&handle);
    let shot = until(&mut handle, |shot| !shot.rules.is_empty()).await;
    assert_eq!(shot.rules[0].state, "written");
    assert!(String::from_utf8(shelf.document()).unwrap().contains(HEIDI));
}

const EMPTY: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<cr:ruleset xmlns:cr=\"urn:ietf:params:xml:ns:common-policy\"/>";
const MENDED: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<cr:ruleset xmlns:cr=\"urn:ietf:params:xml:ns:common-policy\">\n</cr:ruleset>";
const HALF: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ruleset><half";
