//! HTTP messages in a trace: requests for XCAP documents and their answers.

use super::Raw;
use crate::inspect::report::{Origin, Report};
use crate::inspect::text::{add, line_ends};
use crate::inspect::{Options, body};

/// Whether a message is one of HTTP.
pub(in crate::inspect) fn is_http(bytes: &[u8]) -> bool {
    let first = bytes
        .split(|byte| *byte == b'\n')
        .next()
        .unwrap_or_default();
    let first = first.trim_ascii_end();
    first.starts_with(b"HTTP/1.") || first.ends_with(b" HTTP/1.1") || first.ends_with(b" HTTP/1.0")
}

/// The start line and, of the headers, what tells about the document; and what its body is.
pub(in crate::inspect) fn explain(raw: &Raw, options: &Options<'_>) -> (String, Option<Report>) {
    let end = head_end(&raw.bytes);
    let head = String::from_utf8_lossy(&raw.bytes[..end]);
    let mut lines = head.lines();
    let mut text = lines.next().unwrap_or_default().trim().to_owned();
    if let Some(short) = text
        .strip_suffix(" HTTP/1.1")
        .or_else(|| text.strip_suffix(" HTTP/1.0"))
        .or_else(|| text.strip_prefix("HTTP/1.1 "))
        .or_else(|| text.strip_prefix("HTTP/1.0 "))
    {
        text = short.to_owned();
    }
    let mut kind = None;
    for line in lines {
        let Some((name, value)) = line.split_once(':') else {
            continue;
        };
        let (name, value) = (name.trim().to_ascii_lowercase(), value.trim());
        match name.as_str() {
            "content-type" => kind = Some(value),
            "etag" | "if-match" | "if-none-match" => {
                add(&mut text, format_args!(", {name} {value}"));
            }
            _ => {}
        }
    }
    let content = raw.bytes[end..].trim_ascii_end();
    // Elements, errors and pages of a web server are no documents of ours.
    let known = kind.is_some_and(body::is_known);
    let report = (known && !content.is_empty()).then(|| {
        let before = raw.before.saturating_add(line_ends(&raw.bytes[..end]));
        let mut inner = Report::default();
        body::explain(&body::Context::new(kind, content, options), &mut inner);
        let mut report = Report {
            title: inner.title.clone(),
            format: inner.format,
            gist: inner.gist.clone(),
            ..Report::default()
        };
        report.absorb(inner, Origin::After(before), 0);
        report
    });
    (text, report)
}

/// Where the header section ends, its empty line included.
fn head_end(bytes: &[u8]) -> usize {
    let mut at = 0;
    while let Some(end) = memchr::memchr(b'\n', &bytes[at..]) {
        let line = bytes[at..at + end].trim_ascii();
        at += end + 1;
        if line.is_empty() {
            return at;
        }
    }
    bytes.len()
}
