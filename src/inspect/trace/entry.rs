//! The entries of a trace in Siskin's own form: a line about each message, then its bytes.

use bytes::Bytes;

use crate::inspect::limits::MESSAGES;
use crate::inspect::message::Raw;
use crate::inspect::sniff::PCAP;
use crate::inspect::text::line_ends;
use crate::package::Place;

/// One message of a trace.
#[derive(Debug, Clone)]
pub(in crate::inspect) struct Entry {
    /// Microseconds on any clock, the same for the whole trace.
    pub(in crate::inspect) time: Option<i64>,
    /// Who kept the trace; empty when nobody is named.
    pub(in crate::inspect) actor: String,
    pub(in crate::inspect) direction: Option<Direction>,
    /// `UDP`, `TCP`, `TLS`, `HTTP`; empty when it is not told.
    pub(in crate::inspect) protocol: String,
    /// The actor's own address.
    pub(in crate::inspect) local: String,
    /// The other's address.
    pub(in crate::inspect) peer: String,
    pub(in crate::inspect) raw: Raw,
    /// The number of the packet, in a capture: it has no lines.
    pub(in crate::inspect) packet: Option<u32>,
}

/// Which way a message went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(in crate::inspect) enum Direction {
    /// From the actor.
    Sent,
    /// To the actor.
    Received,
}

/// A trace as it was read.
#[derive(Debug, Default)]
pub(in crate::inspect) struct Trace {
    pub(in crate::inspect) entries: Vec<Entry>,
    /// What is wrong with the file itself.
    pub(in crate::inspect) faults: Vec<(Option<Place>, String)>,
    /// Whether there are more messages than are looked at.
    pub(in crate::inspect) is_cut: bool,
}

/// The line about a message.
#[derive(Debug, PartialEq, Eq)]
struct Heading<'a> {
    time: Option<i64>,
    actor: &'a str,
    direction: Direction,
    protocol: &'a str,
    local: &'a str,
    peer: &'a str,
    bytes: usize,
}

impl Entry {
    /// A message of which nothing but its bytes is known.
    pub(in crate::inspect) fn untimed(raw: Raw) -> Self {
        Self {
            time: None,
            actor: String::new(),
            direction: None,
            protocol: String::new(),
            local: String::new(),
            peer: String::new(),
            raw,
            packet: None,
        }
    }
}

impl Trace {
    /// A trace of these entries, of which nothing is wrong.
    pub(in crate::inspect) fn of(entries: Vec<Entry>) -> Self {
        let trace = Self {
            entries,
            ..Self::default()
        };
        trace.bounded()
    }

    /// Leaves out what is over the limit.
    pub(in crate::inspect) fn bounded(mut self) -> Self {
        self.is_cut = self.entries.len() > MESSAGES;
        self.entries.truncate(MESSAGES);
        self
    }
}

/// Whether a line is the one about a message.
pub(in crate::inspect) fn is_entry(line: &[u8]) -> bool {
    heading(line).is_some()
}

/// Reads a trace in Siskin's form, or a capture.
pub(in crate::inspect) fn read_trace(input: &Bytes) -> Trace {
    if PCAP.iter().any(|magic| input.starts_with(magic)) {
        return super::pcap::read(input);
    }
    let mut trace = Trace::default();
    let (mut at, mut line, mut strange) = (0, 1u32, None);
    while at < input.len() && trace.entries.len() <= MESSAGES {
        let end = memchr::memchr(b'\n', &input[at..]).map_or(input.len(), |end| at + end);
        let text = &input[at..end];
        let next = (end + 1).min(input.len());
        let Some(heading) = heading(text) else {
            let blank = text.trim_ascii().is_empty();
            if !blank && !text.starts_with(b"#") {
                // One remark is enough, at the first of them.
                strange = strange.or(Some(line));
            }
            (at, line) = (next, line.saturating_add(1));
            continue;
        };
        let told = next.saturating_add(heading.bytes);
        let fits = input.get(told..).is_some_and(ends_entry);
        let bytes = if fits {
            input.slice(next..told)
        } else {
            let bytes = input.slice(next..next + next_entry(&input[next..]));
            let place = Place::line(line);
            let message = format!(
                "the entry tells {} bytes, but {} follow",
                heading.bytes,
                bytes.trim_ascii_end().len()
            );
            trace.faults.push((Some(place), message));
            bytes
        };
        let (length, ends) = (bytes.len(), line_ends(&bytes));
        trace.entries.push(Entry {
            time: heading.time,
            actor: heading.actor.to_owned(),
            direction: Some(heading.direction),
            protocol: heading.protocol.to_owned(),
            local: heading.local.to_owned(),
            peer: heading.peer.to_owned(),
            raw: Raw {
                bytes,
                before: line,
                on_stream: matches!(heading.protocol, "TCP" | "TLS"),
                copied: false,
                is_piece: false,
            },
            packet: None,
        });
        at = next + length;
        line = line.saturating_add(1).saturating_add(ends);
    }
    if let Some(line) = strange {
        let place = Place::line(line);
        trace
            .faults
            .push((Some(place), "the line belongs to no entry".to_owned()));
    }
    trace.bounded()
}

/// Whether what follows the bytes of an entry may follow it: a line end, or the end.
fn ends_entry(rest: &[u8]) -> bool {
    rest.is_empty() || rest.starts_with(b"\n") || rest.starts_with(b"\r\n") || {
        let line = rest.split(|byte| *byte == b'\n').next().unwrap_or_default();
        line.starts_with(b"#") || is_entry(line)
    }
}

/// How far it is to the next entry, or to the end.
fn next_entry(rest: &[u8]) -> usize {
    let mut at = 0;
    while at < rest.len() {
        let end = memchr::memchr(b'\n', &rest[at..]).map_or(rest.len(), |end| at + end);
        if is_entry(&rest[at..end]) {
            return at;
        }
        at = end + 1;
    }
    rest.len()
}

fn heading(line: &[u8]) -> Option<Heading<'_>> {
    let rest = line.strip_prefix(b"--- ")?;
    // Nobody's addresses make it longer.
    let rest = std::str::from_utf8(rest.get(..rest.len().min(1024))?).ok()?;
    let words: Vec<&str> = rest.split_whitespace().take(8).collect();
    let [time, actor, direction, protocol, local, peer, bytes] = words[..] else {
        return None;
    };
    Some(Heading {
        time: micros(time),
        actor,
        direction: match direction {
            "SEND" => Direction::Sent,
            "RECV" => Direction::Received,
            _ => return None,
        },
        protocol,
        local,
        peer,
        bytes: bytes.parse().ok()?,
    })
}

/// A time of day, or seconds, in microseconds.
fn micros(text: &str) -> Option<i64> {
    if let Ok(time) = text.parse::<jiff::Timestamp>() {
        return Some(time.as_microsecond());
    }
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let fraction: i64 = format!("{fraction:0<6}").get(..6)?.parse().ok()?;
    let whole: i64 = whole.parse().ok()?;
    let micros = whole.checked_mul(1_000_000)?.checked_add(fraction)?;
    // The time between any two can be told.
    (micros.unsigned_abs() <= LATEST).then_some(micros)
}

/// Microseconds from 0 on to the latest time that is read; of the earliest, the other way.
const LATEST: u64 = 1 << 61;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_have_exactly_their_bytes() {
        let input = b"# a comment\n--- 0.250000 alice SEND UDP 127.0.0.1:1 127.0.0.1:2 4\nab\n\n\n\
            --- 2026-03-01T10:00:00.250000Z siskin RECV TLS 127.0.0.1:1 127.0.0.1:2 2\nxy\n";
        let trace = read_trace(&Bytes::from_static(input));
        assert!(trace.faults.is_empty(), "{:?}", trace.faults);
        let shown: Vec<_> = trace
            .entries
            .iter()
            .map(|e| (&e.raw.bytes[..], e.raw.before, e.raw.on_stream, e.direction))
            .collect();
        assert_eq!(
            shown,
            [
                (&b"ab\n\n"[..], 2, false, Some(Direction::Sent)),
                (&b"xy"[..], 6, true, Some(Direction::Received)),
            ]
        );
        assert_eq!(trace.entries[0].time, Some(250_000));
    }

    #[test]
    fn an_entry_that_does_not_fit_loses_nothing_else() {
        let input = b"--- 1 a SEND UDP x y 400\nshort\n--- 2 a RECV UDP x y 2\nok\n";
        let trace = read_trace(&Bytes::from_static(input));
        assert_eq!(trace.faults.len(), 1);
        assert_eq!(trace.faults[0].0, Some(Place::line(1)));
        assert_eq!(trace.entries.len(), 2);
        assert_eq!(&trace.entries[1].raw.bytes[..], b"ok");
    }
}
