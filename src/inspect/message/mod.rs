//! SIP messages: what each header says, what is wrong with it, and the body.

mod auth;
mod check;
mod describe;
mod http;
mod packages;
mod split;

use std::borrow::Cow;

use bytes::Bytes;

use super::report::{Origin, Report, below};
use super::text::{add, line_ends, place};
use super::{Options, body, trace};
use crate::package::{Place, mime};
use crate::sip::{HeaderError, HeaderName, Limits, Message, MessageError, RawHeader};

pub(super) use auth::{Challenger, challengers, is_stale};
pub(super) use describe::{address, field, status_line};
pub(super) use http::{explain as explain_http, is_http};
pub(super) use packages::{reason_words, state_words};
pub(super) use split::{is_fragment, is_routed, is_start_line, split, starts};

/// A message as it lies in a file.
#[derive(Debug, Clone)]
pub(super) struct Raw {
    /// Its bytes, and whatever follows them up to the next message.
    pub(super) bytes: Bytes,
    /// Lines of the file before it.
    pub(super) before: u32,
    /// Whether it went over a stream, where only Content-Length tells its end.
    pub(super) on_stream: bool,
    /// Whether it was copied as text, so that line ends and blanks are no longer those of the wire.
    pub(super) copied: bool,
    /// Whether its end may be missing because the capture lacks it, not because the sender left it out.
    pub(super) is_piece: bool,
}

/// A message that could be read, with what was found out about its body.
pub(super) struct Read {
    pub(super) message: Message,
    /// What was found out about the body; `None` without one.
    pub(super) body: Option<Report>,
}

/// Finds places of the file for what stands in a message.
pub(super) struct Places<'m> {
    bytes: &'m [u8],
    before: u32,
}

/// Explains one message, or several as a trace.
pub(super) fn explain_stream(input: &Bytes, options: &Options<'_>, report: &mut Report) {
    let pieces = split(input);
    if pieces.len() > 1 {
        let entries = pieces.into_iter().map(trace::Entry::untimed);
        trace::explain(trace::Trace::of(entries.collect()), options, report);
        return;
    }
    report.format = "sip";
    "SIP message".clone_into(&mut report.title);
    let Some(raw) = pieces.into_iter().next() else {
        report.unusable("there is no start line", "RFC 3261 §7");
        return;
    };
    let Some(read) = read(&raw, options, true, report) else {
        return;
    };
    let title = if read.message.is_request() {
        "SIP request"
    } else {
        "SIP response"
    };
    title.clone_into(&mut report.title);
    report.gist = Some(status_line(&read.message));
    if let Err(error) = read.message.validate() {
        let HeaderError { element, fault, .. } = error;
        let (fate, source) = if read.message.is_request() {
            let status = error.status();
            (
                format!("it is answered with {status}, and nothing of it is used"),
                "RFC 3261 §8.2",
            )
        } else {
            ("it is dropped".to_owned(), "RFC 3261 §8.1.3.5")
        };
        let start = Place::line(raw.before.saturating_add(1));
        report.unusable_at(Some(start), format!("{fate}: {element}: {fault}"), source);
    }
    report.problems.sort_by_key(|problem| problem.place);
    if let Some(inner) = read.body {
        // The message can be read all the same; what its body is worth is said beside it.
        let unusable = inner.is_unusable;
        report.absorb(inner, Origin::After(0), 1);
        report.is_unusable |= unusable;
    }
}

/// Reads a message, says what it is (or only what is wrong with it), and explains its body.
pub(super) fn read(
    raw: &Raw,
    options: &Options<'_>,
    in_full: bool,
    report: &mut Report,
) -> Option<Read> {
    let leading = raw.bytes.iter().take_while(|b| matches!(b, b'\r' | b'\n'));
    let leading = leading.count();
    let bytes = raw.bytes.slice(leading..);
    let before = raw.before.saturating_add(line_ends(&raw.bytes[..leading]));
    let (message, content) = match parse(raw, &bytes, before, report) {
        Ok(parsed) => parsed,
        Err(MessageError::UnterminatedHead) => {
            unterminated(raw, &bytes, before, in_full, report);
            return None;
        }
        Err(error) => {
            unreadable(&error, &bytes, before, report);
            return None;
        }
    };
    let places = Places {
        bytes: message.bytes(),
        before,
    };
    if in_full {
        describe::describe(&message, &places, report);
    }
    check::check(
        &message,
        &places,
        raw.on_stream,
        content.as_ref().is_none_or(|content| !content.is_empty()),
        report,
    );
    let Some(content) = content else {
        let body = Some(Report {
            title: "a body that was not captured whole".to_owned(),
            ..Report::default()
        });
        return Some(Read { message, body });
    };
    let body = (!content.is_empty()).then(|| {
        // The head ends where the body begins.
        let lines = before.saturating_add(line_ends(message.bytes()));
        self::content(&message, &content, lines, options)
    });
    Some(Read { message, body })
}

/// The message and its body, whatever Content-Length says of it; no body when the capture lacks some of it.
fn parse(
    raw: &Raw,
    bytes: &Bytes,
    before: u32,
    report: &mut Report,
) -> Result<(Message, Option<Bytes>), MessageError> {
    let head = Message::parse_head(bytes.clone(), &limits())?;
    let head_end = head.bytes().len();
    let rest = bytes.slice(head_end..);
    let places = Places {
        bytes: head.bytes(),
        before,
    };
    let at = head
        .header(HeaderName::ContentLength)
        .map(|header| places.header(&header, 0));
    let told = head.content_length().ok().flatten();
    let fits = told.is_some_and(|told| {
        let behind = usize::try_from(told).ok().and_then(|told| rest.get(told..));
        behind.is_some_and(|behind| behind.trim_ascii().is_empty())
    });
    let mut masks = MASKS.iter();
    if !fits && masks.any(|mask| memchr::memmem::find(&rest, mask).is_some()) {
        report.ignore(
            at,
            "Content-Length does not fit because secrets were taken out of the body",
            THE_FILE,
        );
        return Ok((head, Some(rest)));
    }
    let Some(length) = told.and_then(|length| usize::try_from(length).ok()) else {
        // What follows a message without a body is the end of the file.
        let body = if rest.trim_ascii().is_empty() {
            Bytes::new()
        } else {
            rest
        };
        return Ok((head, Some(body)));
    };
    if raw.copied
        && let Some(end) = copied_end(&rest, length)
    {
        // What follows is the log's.
        return Ok((head, Some(rest.slice(..end))));
    }
    if let Some(behind) = rest.get(length..) {
        if !behind.trim_ascii().is_empty() {
            let message = format!(
                "Content-Length is {length}, but {} bytes follow the header section: the last {} are not part of the body",
                rest.len(),
                behind.len()
            );
            report.error(at, message, "RFC 3261 §20.14");
            // What was meant is more likely the whole than a part.
            return Ok((head, Some(rest)));
        }
        return Ok((head, Some(rest.slice(..length))));
    }
    if raw.is_piece {
        let message = format!(
            "the capture has only {} of the {length} bytes of the body: the rest came in another packet",
            rest.len()
        );
        report.ignore(at, message, THE_FILE);
        return Ok((head, None));
    }
    let with_crlf = rest.len() + memchr::memchr_iter(b'\n', &rest).count();
    // The last line end may be missing.
    if raw.copied
        || with_crlf
            .checked_sub(length)
            .is_some_and(|more| more == 0 || more == 2)
    {
        report.ignore(
            at,
            "Content-Length does not fit because line ends were changed when the message was copied",
            "RFC 3261 §20.14",
        );
    } else {
        let message = format!(
            "Content-Length is {length}, but only {} bytes follow: the message is cut short",
            rest.len()
        );
        report.error(at, message, "RFC 3261 §18.3");
    }
    Ok((head, Some(rest)))
}

/// Where a body of so many bytes ends, when each line end may have lost or gained its CR. Of the ways to count, the
/// one counts that leaves nothing over, or else one that ends where a line does.
fn copied_end(rest: &[u8], length: usize) -> Option<usize> {
    let ends = [(1, 2), (2, 2), (1, 1)].map(|(lf, crlf)| counted_end(rest, length, lf, crlf));
    let leaves_nothing = |end: &usize| rest[*end..].trim_ascii().is_empty();
    let ends_line = |end: &usize| {
        rest[..*end].ends_with(b"\n") || matches!(rest.get(*end), None | Some(b'\r' | b'\n'))
    };
    let mut all = ends.into_iter().flatten();
    let fits = all.clone().find(leaves_nothing);
    fits.or_else(|| all.clone().find(ends_line))
        .or_else(|| all.next())
}

/// Where so many bytes end, when a lone LF counts as `lf` of them, and CR with LF as `crlf`.
fn counted_end(rest: &[u8], length: usize, lf: usize, crlf: usize) -> Option<usize> {
    let (mut counted, mut before) = (0, b' ');
    for (at, byte) in rest.iter().enumerate() {
        if counted >= length {
            return Some(at);
        }
        counted += match (byte, before) {
            // One was counted for its CR.
            (b'\n', b'\r') => crlf - 1,
            (b'\n', _) => lf,
            _ => 1,
        };
        before = *byte;
    }
    (counted >= length).then_some(rest.len())
}

/// Says what there is of a message that ends inside its header section.
fn unterminated(raw: &Raw, bytes: &Bytes, before: u32, in_full: bool, report: &mut Report) {
    let last = memchr::memrchr(b'\n', bytes).map_or(0, |end| end + 1);
    if in_full {
        let whole = Bytes::from([&bytes[..last], b"\r\n"].concat());
        if let Ok(message) = Message::parse_head(whole, &limits()) {
            let places = Places {
                bytes: message.bytes(),
                before,
            };
            describe::describe(&message, &places, report);
        }
    }
    let at = below(place(bytes, bytes.trim_ascii_end().len()), before);
    if raw.is_piece {
        let message =
            "the capture has only the beginning of the message: the rest came in another packet";
        report.ignore(Some(at), message, THE_FILE);
    } else {
        let message = "the message is cut: no empty line ends its header section";
        report.unusable_at(Some(at), message, "RFC 3261 §7");
    }
}

fn unreadable(error: &MessageError, bytes: &[u8], before: u32, report: &mut Report) {
    let at = match error {
        MessageError::HeaderLine { line } | MessageError::LineTooLong { line, .. } => Place {
            line: u32::try_from(*line).unwrap_or(u32::MAX),
            column: 1,
        },
        MessageError::ControlCharacter { offset } => place(bytes, *offset),
        _ => Place { line: 1, column: 1 },
    };
    let message = match error {
        // The line is told beside the message.
        MessageError::HeaderLine { .. } => {
            "the line is no header: a name, a colon and a value are expected".to_owned()
        }
        error => error.to_string(),
    };
    let source = match error {
        MessageError::HeadTooLarge { .. }
        | MessageError::LineTooLong { .. }
        | MessageError::TooManyHeaders { .. }
        | MessageError::BodyTooLarge { .. } => "a limit of Siskin",
        _ => "RFC 3261 §7",
    };
    report.unusable_at(Some(below(at, before)), message, source);
}

/// Explains a body that begins behind so many lines.
fn content(message: &Message, content: &[u8], before: u32, options: &Options<'_>) -> Report {
    let text = |name| message.header_text(name).ok().flatten();
    let kind = text(HeaderName::ContentType);
    let language = text(HeaderName::ContentLanguage);
    let codings = text(HeaderName::ContentEncoding);
    let kind = kind.as_deref().or_else(|| packages::default_type(message));
    let mut report = Report::default();
    let start = Place::line(before.saturating_add(1));
    let decoded = match mime::decode(content, codings.as_deref()) {
        Ok(decoded) => decoded,
        Err(error) => {
            "an encoded body".clone_into(&mut report.title);
            report.unusable_at(Some(start), error.fault.to_string(), "RFC 3261 §20.12");
            return report;
        }
    };
    let mut inside = body::Context::new(kind, &decoded, options);
    inside.body.content_language = language.as_deref();
    let mut inner = Report::default();
    body::explain(&inside, &mut inner);
    report.title.clone_from(&inner.title);
    report.format = inner.format;
    report.is_unusable = inner.is_unusable;
    report.gist.clone_from(&inner.gist);
    report.version = inner.version;
    report.reference = inner.reference;
    let mut what = format!("{}, {} bytes", inner.title, content.len());
    if let Some(kind) = kind {
        let kind = kind.split(';').next().unwrap_or_default().trim();
        add(&mut what, format_args!(" of {kind}"));
    }
    let origin = if matches!(decoded, Cow::Borrowed(_)) {
        Origin::After(before)
    } else {
        let codings = codings.unwrap_or_default();
        add(&mut what, format_args!(", encoded as {codings}"));
        Origin::Decoded(start)
    };
    report.say(Some(start.line), 0, "body", what);
    report.absorb(inner, origin, 1);
    report
}

/// Bodies may be as large in a file as they may be on a stream.
fn limits() -> Limits {
    Limits {
        datagram_body: crate::sip::limits::STREAM_BODY,
        ..Limits::default()
    }
}

impl Places<'_> {
    /// Where a byte of a header's value stands.
    pub(super) fn header(&self, header: &RawHeader<'_>, offset: usize) -> Place {
        let value = header.value();
        self.of(value.as_ptr() as usize, offset.min(value.len()))
    }

    /// Where a piece of a header stands that a reader gave out.
    pub(super) fn piece(&self, piece: &str) -> Place {
        self.of(piece.as_ptr() as usize, 0)
    }

    /// Where a header begins.
    pub(super) fn name(&self, header: &RawHeader<'_>) -> Place {
        self.of(header.name().as_ptr() as usize, 0)
    }

    /// Where the start line is.
    pub(super) fn start(&self) -> Place {
        below(Place { line: 1, column: 1 }, self.before)
    }

    /// Headers are slices of the message.
    fn of(&self, pointer: usize, offset: usize) -> Place {
        let start = pointer.wrapping_sub(self.bytes.as_ptr() as usize);
        if start > self.bytes.len() {
            return self.start();
        }
        below(place(self.bytes, start + offset), self.before)
    }
}

/// What stands in a body that secrets were taken out of.
const MASKS: [&[u8]; 2] = [b"<masked>", b":***@"];
/// What is measured by how captures and logs are kept.
const THE_FILE: &str = "the form of the file";
