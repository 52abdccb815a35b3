//! What went over the wire, as the program's own trace tells it.

use std::fs;
use std::path::Path;

/// One SIP or HTTP message.
#[derive(Debug, Clone)]
pub struct Traced {
    /// Whether the program sent it.
    pub sent: bool,
    /// `UDP`, `TCP`, `TLS` or `HTTP`.
    pub protocol: String,
    /// The message, secrets left out.
    pub text: String,
}

impl Traced {
    /// Whether it is this request (`PUT`, `NOTIFY`).
    pub fn is_request(&self, method: &str) -> bool {
        self.text
            .strip_prefix(method)
            .is_some_and(|rest| rest.starts_with(' '))
    }

    /// Whether it is a response that says yes.
    pub fn is_success(&self) -> bool {
        ["SIP/2.0 2", "HTTP/1.1 2"]
            .iter()
            .any(|start| self.text.starts_with(start))
    }

    /// Whether it has a header field with this value, or one that begins with it.
    pub fn has_field(&self, name: &str, value: &str) -> bool {
        let head = self.text.split("\r\n\r\n").next().unwrap_or_default();
        head.lines().any(|line| {
            line.split_once(':').is_some_and(|(field, seen)| {
                field.trim().eq_ignore_ascii_case(name) && seen.trim().starts_with(value)
            })
        })
    }

    /// Whether it is a NOTIFY of this event package whose body has all these texts.
    pub fn is_notify(&self, package: &str, texts: &[&str]) -> bool {
        self.is_request("NOTIFY")
            && self.has_field("Event", package)
            && texts.iter().all(|text| self.text.contains(text))
    }
}

/// Reads every whole message of a trace file; none while there is no file.
pub fn read(file: &Path) -> Vec<Traced> {
    let bytes = fs::read(file).unwrap_or_default();
    let mut rest = bytes.as_slice();
    let mut all = Vec::new();
    while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
        let head = String::from_utf8_lossy(&rest[..end]).into_owned();
        rest = &rest[end + 1..];
        let words: Vec<&str> = head.split(' ').collect();
        let ["---", _, "siskin", direction, protocol, .., length] = words[..] else {
            continue;
        };
        let length: usize = length.parse().expect("a length");
        if rest.len() < length {
            break;
        }
        all.push(Traced {
            sent: direction == "SEND",
            protocol: protocol.to_owned(),
            text: String::from_utf8_lossy(&rest[..length]).into_owned(),
        });
        rest = &rest[length..];
    }
    all
}

/// The place of the first PUT of rules that the XCAP server took.
pub fn accepted_put(all: &[Traced]) -> Option<usize> {
    let web: Vec<(usize, &Traced)> = all
        .iter()
        .enumerate()
        .filter(|(_, message)| message.protocol == "HTTP")
        .collect();
    web.windows(2).find_map(|pair| {
        let [(place, asked), (_, answered)] = pair else {
            return None;
        };
        let yes = asked.sent
            && asked.is_request("PUT")
            && asked.text.contains("/pres-rules/")
            && !answered.sent
            && answered.is_success();
        yes.then_some(*place)
    })
}
