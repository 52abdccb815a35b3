//! What a command wrote to its `--trace` file, message by message, to look at what lies behind its lines.

use std::fs;
use std::path::Path;

use crate::message::Message;

/// One SIP message of a trace.
#[derive(Debug, Clone)]
pub struct Traced {
    /// True when the command sent it.
    pub sent: bool,
    /// The message, its secrets redacted.
    pub message: Message,
}

/// Reads a trace; the last message may still be on its way to the file and is then left out.
pub fn read(path: &Path) -> Vec<Traced> {
    let bytes = fs::read(path).unwrap_or_default();
    let mut messages = Vec::new();
    let mut rest = &bytes[..];
    while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
        let head = String::from_utf8_lossy(&rest[..end]).into_owned();
        let fields: Vec<&str> = head.split(' ').collect();
        let length = fields
            .last()
            .and_then(|length| length.parse::<usize>().ok());
        let Some(length) = length.filter(|_| fields.len() == 8) else {
            panic!("not the head of a message in a trace: {head:?}");
        };
        let Some(body) = rest.get(end + 1..end + 1 + length) else {
            break;
        };
        if ["UDP", "TCP", "TLS"].contains(&fields[4]) {
            messages.push(Traced {
                sent: fields[3] == "SEND",
                message: Message::read(body),
            });
        }
        rest = rest.get(end + 2 + length..).unwrap_or_default();
    }
    messages
}

/// How many of these messages are requests of this method that the command sent.
pub fn requests(messages: &[Traced], method: &str) -> usize {
    messages
        .iter()
        .filter(|one| one.sent && one.message.method() == method)
        .count()
}

/// How many of these messages are answers with this code that the command received.
pub fn answers(messages: &[Traced], status: u16) -> usize {
    messages
        .iter()
        .filter(|one| !one.sent && one.message.status() == status)
        .count()
}
