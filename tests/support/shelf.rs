//! A web server with one document in it, which does not do as an XCAP server should.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// A web server with one document in it.
pub struct Shelf {
    /// The XCAP root.
    pub root: String,
    pub content: Arc<Mutex<Content>>,
}

pub struct Content {
    pub kind: &'static str,
    pub document: Vec<u8>,
    pub etag: Option<&'static str>,
    /// How GET is answered.
    pub get: u16,
    /// The server's capabilities; `None`: that is answered as any other GET.
    pub capabilities: Option<String>,
    /// How PUT is answered: status, type and body; `None`: it is done.
    pub refusal: Option<(u16, &'static str, String)>,
    /// The conditions that were sent with each PUT.
    pub conditions: Vec<String>,
}

impl Shelf {
    /// A shelf with no rules on it, but for what is changed.
    pub fn with(change: impl FnOnce(&mut Content)) -> Self {
        let mut content = Content {
            kind: "application/auth-policy+xml",
            document: NO_RULES.into(),
            etag: Some("\"1\""),
            get: 200,
            capabilities: None,
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

    /// What lies there now.
    pub fn document(&self) -> Vec<u8> {
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
    } else if let Some(capabilities) = content
        .capabilities
        .clone()
        .filter(|_| head.contains("/xcap-caps/"))
    {
        (200, "application/xcap-caps+xml", capabilities)
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

/// Presence rules without a rule.
pub const NO_RULES: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<cr:ruleset xmlns:cr=\"urn:ietf:params:xml:ns:common-policy\"/>";

/// Lists of nobody.
pub const NO_LISTS: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<resource-lists xmlns=\"urn:ietf:params:xml:ns:resource-lists\"/>";
