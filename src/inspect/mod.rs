//! A debugger's eye: explains a body, a SIP message or a trace, as far as Siskin understands it.
//!
//! [`inspect`] takes any input and gives a [`Report`]: [`Line`]s that say what is understood, each with its place in
//! the file, [`Fact`]s in the shape in which the live commands know them, and [`Problem`]s with the rule that each is
//! measured by. [`body`] does the same for the body of a NOTIFY.
//!
//! What proves who somebody is stays out of a report: of well-formed credentials and challenges only what is public is
//! looked at, and [`masked`] takes passwords out of SIP addresses.
//!
//! - `body`: one file per format, behind one table ([`Report::format`] is its stable name).
//! - `message`: a request or response, and what an administrator checks in it.
//! - `trace`: many messages: what answered what, and what became of each subscription.

mod body;
mod limits;
mod message;
mod outline;
mod report;
mod sniff;
mod text;
mod trace;

pub use limits::INPUT_BYTES;
pub use report::{Fact, Line, Problem, Report, RuleLine, Severity, StoryKind, StoryLine};
pub use text::masked;

use bytes::Bytes;
use jiff::Timestamp;

use crate::package::{Body, mime};
use sniff::Kind;

/// What is known about an input beside its bytes.
#[derive(Debug, Clone, Copy)]
pub struct Options<'a> {
    /// The type of the body; without one it is guessed.
    pub content_type: Option<&'a str>,
    /// The reader's languages, best first (BCP 47 tags).
    pub languages: &'a [&'a str],
    /// The time at which states are to hold.
    pub now: Timestamp,
}

/// Explains a body, a message or a trace.
pub fn inspect(input: &[u8], options: &Options<'_>) -> Report {
    if options.content_type.is_none() {
        if input.starts_with(sniff::GZIP) {
            return unpacked(input, options);
        }
        if let Some(text) = sniff::utf8(input) {
            return plain(&text, options);
        }
    }
    plain(input, options)
}

/// Explains an input that is not packed; a text is one in UTF-8, or XML.
fn plain(input: &[u8], options: &Options<'_>) -> Report {
    let mut report = Report {
        title: "unknown input".to_owned(),
        ..Report::default()
    };
    let shared = || Bytes::copy_from_slice(input);
    match sniff::kind(input, options.content_type) {
        Kind::Nothing => {
            "nothing".clone_into(&mut report.title);
            report.unusable("there is nothing in it", "RFC 3261 §7");
        }
        Kind::Body => body::explain(
            &body::Context::new(options.content_type, input, options),
            &mut report,
        ),
        Kind::Message => message::explain_stream(&shared(), options, &mut report),
        Kind::Trace => trace::explain(trace::read_trace(&shared()), options, &mut report),
        Kind::Log => trace::explain(trace::read_log(&shared()), options, &mut report),
        Kind::Unknown(why) => report.unusable(why, "RFC 3261 §7"),
    }
    report
}

/// Explains a packed file; its lines are those of what is in it.
fn unpacked(input: &[u8], options: &Options<'_>) -> Report {
    let packed = || Report {
        title: "packed file".to_owned(),
        ..Report::default()
    };
    let inside = match mime::decode(input, Some("gzip")) {
        Ok(inside) => inside,
        Err(error) => {
            let mut report = packed();
            report.unusable(error.fault.to_string(), "RFC 1952 §2");
            return report;
        }
    };
    // A packed file in a packed file is nobody's.
    if inside.starts_with(sniff::GZIP) {
        let mut report = packed();
        report.unusable("the file is packed twice", "RFC 1952 §2");
        return report;
    }
    let mut report = inspect(&inside, options);
    report.title.push_str(", packed with gzip");
    report
}

/// Explains the body of a NOTIFY.
pub fn body(body: &Body<'_>, options: &Options<'_>) -> Report {
    let mut report = Report::default();
    let mut context = body::Context::new(Some(body.content_type), body.bytes, options);
    context.body.content_language = body.content_language;
    body::explain(&context, &mut report);
    report
}

#[cfg(test)]
mod tests;
