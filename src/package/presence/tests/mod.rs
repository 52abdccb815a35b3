//! Tests of presence.

use jiff::Timestamp;

use super::namespace::{DATA_MODEL, PIDF, RPID};
use super::*;
use crate::package::{Body, BodyError};

mod composition;
mod extensions;
mod formats;
mod hostile;
mod own;
mod partial;
mod permanent;
mod properties;
mod rfc;
mod servers;
mod several;

fn parse(text: impl AsRef<[u8]>) -> Document {
    Document::parse(&Body::new(CONTENT_TYPE, text.as_ref())).unwrap()
}

/// A document around some content, with prefixes: `p` PIDF, `dm` data model, `r` RPID, `c` CIPID, `s` timed status, `k`
/// capabilities, `x` somebody's own.
fn presence(content: &str) -> Document {
    parse(presence_text(content))
}

fn presence_text(content: &str) -> String {
    format!(
        "<presence xmlns='{PIDF}' xmlns:p='{PIDF}' xmlns:dm='{DATA_MODEL}' xmlns:r='{RPID}' \
         xmlns:c='{PIDF}:cipid' xmlns:s='{PIDF}:timed-status' xmlns:k='{PIDF}:caps' xmlns:x='urn:x' \
         entity='sip:bob@example.test'>{content}</presence>"
    )
}

fn shown(document: &Document) -> Shown {
    compose(document, &["en"], time("2026-03-01T12:00:00Z"))
}

/// What a device says of its keyboard.
fn input(idle: bool) -> UserInput {
    UserInput {
        input: if idle { Input::Idle } else { Input::Active },
        last_input: None,
        idle_threshold: None,
    }
}

fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn tuple(id: &str, basic: &str, rest: &str) -> String {
    format!("<tuple id='{id}'><status><basic>{basic}</basic></status>{rest}</tuple>")
}
