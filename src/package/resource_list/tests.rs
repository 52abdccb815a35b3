//! Lists as servers send them, and as they must not.

mod notices;
mod tables;

use std::fmt::Write as _;

use super::*;
use crate::package::{Body, BodyError};

/// A package for tests: a document is a text, one that begins with `+` continues the one before, `!` is unusable.
#[derive(Debug, Default)]
struct Texts {
    taken: usize,
}

impl Documents for Texts {
    type State = String;

    fn take(
        &mut self,
        resource: &Resource,
        known: Option<String>,
        body: &Body<'_>,
    ) -> (String, Result<(), BodyError>) {
        self.taken += 1;
        assert!(!resource.uri.is_empty());
        let known = known.unwrap_or_default();
        let text = std::str::from_utf8(body.bytes).unwrap().trim();
        match text.strip_prefix('+') {
            Some(more) => (known + more, Ok(())),
            None if text == "!" => (
                known + "?",
                Err(BodyError::unsupported("text/odd", "text/x")),
            ),
            None => (text.to_owned(), Ok(())),
        }
    }

    fn miss(&mut self, known: &mut String) {
        known.push('?');
    }
}

/// A body under construction: a list's document and its parts.
#[derive(Debug, Clone)]
struct Builder {
    head: String,
    resources: String,
    parts: String,
    boundary: String,
    count: usize,
}

impl Builder {
    fn new(uri: &str, version: u64, full: bool) -> Self {
        Self {
            head: format!(
                "<list xmlns='urn:ietf:params:xml:ns:rlmi' uri='{uri}' version='{version}' fullState='{full}'>"
            ),
            resources: String::new(),
            parts: String::new(),
            boundary: format!("b{}{version}", uri.len()),
            count: 0,
        }
    }

    /// A resource with what stands inside its element.
    fn raw(mut self, uri: &str, inside: &str) -> Self {
        write!(self.resources, "<resource uri='{uri}'>{inside}</resource>").unwrap();
        self
    }

    fn part(mut self, cid: &str, content_type: &str, content: &str) -> Self {
        write!(
            self.parts,
            "--{}\r\nContent-ID: <{cid}>\r\nContent-Type: {content_type}\r\n\r\n{content}\r\n",
            self.boundary
        )
        .unwrap();
        self
    }

    fn active(mut self, uri: &str, content_type: &str, content: &str) -> Self {
        self.count += 1;
        let cid = format!("{}@{}", self.count, self.boundary);
        self.raw(
            uri,
            &format!("<instance id='1' state='active' cid='{cid}'/>"),
        )
        .part(&cid, content_type, content)
    }

    fn text(self, uri: &str, content: &str) -> Self {
        self.active(uri, "text/x", content)
    }

    fn pending(self, uri: &str) -> Self {
        self.raw(uri, "<instance id='1' state='pending'/>")
    }

    fn terminated(self, uri: &str, reason: &str) -> Self {
        self.raw(
            uri,
            &format!("<instance id='1' state='terminated' reason='{reason}'/>"),
        )
    }

    fn list(self, uri: &str, inner: &Self) -> Self {
        let content_type = inner.content_type();
        self.active(uri, &content_type, &inner.body())
    }

    fn content_type(&self) -> String {
        format!(
            "multipart/related;type=\"application/rlmi+xml\";boundary=\"{}\"",
            self.boundary
        )
    }

    fn body(&self) -> String {
        format!(
            "--{0}\r\nContent-Type: application/rlmi+xml\r\n\r\n{1}{2}</list>\r\n{3}--{0}--\r\n",
            self.boundary, self.head, self.resources, self.parts
        )
    }

    fn apply(&self, table: &mut Table<String>) -> Applied {
        let (content_type, body) = (self.content_type(), self.body());
        let body = Body::new(&content_type, body.as_bytes());
        let notice = Notice::read(&body).unwrap().unwrap();
        table.apply(&notice, &mut Texts::default())
    }
}

/// Every resource with its standing in short.
fn shown(table: &Table<String>) -> Vec<(String, String)> {
    let entries = table.entries().into_iter();
    let words = entries.map(|entry| {
        let standing = match entry.standing {
            Standing::Unknown => "unknown".to_owned(),
            Standing::Pending => "pending".to_owned(),
            Standing::Active(text) => format!("={text}"),
            Standing::Terminated(reason) => format!("terminated:{}", reason.unwrap_or_default()),
        };
        (entry.address.to_owned(), standing)
    });
    words.collect()
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected
        .iter()
        .map(|(address, word)| ((*address).to_owned(), (*word).to_owned()))
        .collect()
}

const L: &str = "sip:l@example.com";
const L2: &str = "sip:l2@example.com";
const BOB: &str = "sip:bob@example.com";
const CAROL: &str = "sip:carol@example.com";
const DAVE: &str = "sip:dave@example.com";
