//! Messages in texts of other programs: logs of pjsip, Asterisk and Kamailio, files of sngrep, output of ngrep.

use bytes::Bytes;

use super::entry::{Direction, Entry, Trace};
use crate::inspect::limits::MESSAGES;
use crate::inspect::message::{Raw, is_start_line};

/// Whether a text has a message in it.
pub(in crate::inspect) fn holds_messages(input: &[u8]) -> bool {
    let mut at = 0;
    while let Some(found) = memchr::memmem::find(&input[at..], b"SIP/2.0") {
        let start = memchr::memrchr(b'\n', &input[at..at + found]).map_or(at, |end| at + end + 1);
        let rest = &input[start..];
        let end = memchr::memchr(b'\n', rest).map_or(input.len(), |end| start + end);
        if begins(&input[start..end]).is_some() {
            return true;
        }
        at = end;
    }
    false
}

/// Reads every message that can be found. What stands before one tells, if it does, when and which way it went.
pub(in crate::inspect) fn read_log(input: &Bytes) -> Trace {
    let mut entries: Vec<Entry> = Vec::new();
    let mut heading: &[u8] = b"";
    let mut open: Option<Open> = None;
    let (mut at, mut line) = (0, 0u32);
    while at < input.len() && entries.len() <= MESSAGES {
        let end = memchr::memchr(b'\n', &input[at..]).map_or(input.len(), |end| at + end + 1);
        let text = &input[at..end];
        let start = begins(text).map(|style| style.confirmed(text, &input[end..]));
        if start.is_some() || ends(text) {
            let over = open.take();
            entries.extend(over.map(|open| open.entry(input, at, heading)));
            heading = if start.is_some() { heading } else { b"" };
        }
        match start {
            Some(style) => {
                open = Some(Open {
                    from: at,
                    before: line,
                    style,
                });
            }
            None if open.is_none() && !text.trim_ascii().is_empty() => heading = text,
            None => {}
        }
        at = end;
        line = line.saturating_add(1);
    }
    entries.extend(open.map(|open| open.entry(input, at, heading)));
    Trace::of(entries)
}

/// A message whose end is still looked for.
struct Open {
    from: usize,
    before: u32,
    style: Style,
}

/// How a program writes the lines of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Style {
    /// Blanks before each line.
    indent: usize,
    /// Whether each line begins with a priority, such as `<134>` (RFC 5424 §6.2.1).
    has_priority: bool,
    /// Whether a dot stands for the CR of each line, as ngrep writes it.
    dotted: bool,
}

impl Open {
    fn entry(self, input: &Bytes, end: usize, heading: &[u8]) -> Entry {
        let bytes = input.slice(self.from..end);
        let bytes = if self.style == PLAIN {
            bytes
        } else {
            self.style.mend(&bytes)
        };
        let heading = String::from_utf8_lossy(heading);
        let (direction, local, peer) = way(&heading);
        let kept = bytes.len() - trailing(&bytes);
        Entry {
            time: micros(&heading),
            direction,
            local,
            peer,
            ..Entry::untimed(Raw {
                bytes: bytes.slice(..kept),
                before: self.before,
                on_stream: false,
                copied: true,
                is_piece: false,
            })
        }
    }
}

impl Style {
    /// The reason phrase of a status line may end in a dot of its own; the line below tells.
    fn confirmed(self, line: &[u8], rest: &[u8]) -> Self {
        let below = rest.split(|byte| *byte == b'\n').next().unwrap_or_default();
        let both = line.trim_ascii_end().ends_with(b".") && below.trim_ascii_end().ends_with(b".");
        Self {
            dotted: self.dotted || both,
            ..self
        }
    }

    /// The message as it was, each line at its place and with the end that it had.
    fn mend(self, bytes: &[u8]) -> Bytes {
        let mut out = Vec::with_capacity(bytes.len());
        for line in bytes.split_inclusive(|byte| *byte == b'\n') {
            let line = if self.has_priority {
                without_priority(line)
            } else {
                line
            };
            let text = line.strip_suffix(b"\n").unwrap_or(line);
            let text = text.strip_suffix(b"\r").unwrap_or(text);
            let (text, end) = match text.strip_suffix(b".") {
                Some(text) if self.dotted => (text, &b"\r\n"[..]),
                _ => (text, &line[text.len()..]),
            };
            let cut = self.indent.min(text.len());
            let blank = text[..cut].trim_ascii().is_empty();
            out.extend_from_slice(if blank { &text[cut..] } else { text });
            out.extend_from_slice(end);
        }
        Bytes::from(out)
    }
}

/// Whether a line is a start line, and in which style it is written.
fn begins(line: &[u8]) -> Option<Style> {
    let rest = without_priority(line);
    let text = rest.trim_ascii_end();
    let bare = text.trim_ascii_start();
    let style = Style {
        indent: text.len() - bare.len(),
        has_priority: rest.len() < line.len(),
        dotted: !is_start_line(bare),
    };
    let is_start = !style.dotted || bare.strip_suffix(b".").is_some_and(is_start_line);
    (is_start && style.indent <= 16).then_some(style)
}

/// A line without the priority before it.
fn without_priority(line: &[u8]) -> &[u8] {
    let number = |rest: &[u8]| {
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        ((1..=3).contains(&digits) && rest.get(digits) == Some(&b'>')).then_some(digits + 2)
    };
    let end = line.strip_prefix(b"<").and_then(number);
    &line[end.unwrap_or(0)..]
}

/// Whether a line ends a message in one of the programs' logs.
fn ends(line: &[u8]) -> bool {
    let line = line.trim_ascii();
    line == b"--end msg--"
        || line.starts_with(b"<---")
        || (line.starts_with(b"<-") && line.ends_with(b"->"))
        || (line.len() > 8 && line.iter().all(|byte| matches!(byte, b'-' | b'=')))
        || (!line.is_empty() && line.iter().all(|byte| *byte == b'#'))
        || is_ngrep(line)
        || is_sngrep(line)
}

/// `U 192.0.2.1:5060 -> 192.0.2.2:5060`.
fn is_ngrep(line: &[u8]) -> bool {
    matches!(line.first(), Some(b'U' | b'T'))
        && line.get(1) == Some(&b' ')
        && memchr::memmem::find(line, b" -> ").is_some()
}

/// `2026/03/01 10:00:00.250000 192.0.2.1:5060 -> 192.0.2.2:5060`.
fn is_sngrep(line: &[u8]) -> bool {
    line.len() > 20
        && line[..4].iter().all(u8::is_ascii_digit)
        && memchr::memmem::find(line, b" -> ").is_some()
}

/// Direction and addresses, as far as a heading tells them.
fn way(heading: &str) -> (Option<Direction>, String, String) {
    if let Some((before, after)) = heading.split_once(" -> ") {
        let from = before.split_whitespace().last().unwrap_or_default();
        let to = after.split_whitespace().next().unwrap_or_default();
        return (None, from.to_owned(), to.to_owned());
    }
    let lower = heading.to_ascii_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    let direction = if has(&[
        "transmit",
        " tx ",
        ".tx ",
        "sending",
        "sent ",
        "response to",
    ]) {
        Some(Direction::Sent)
    } else if has(&["read from", "received", " rx ", ".rx "]) {
        Some(Direction::Received)
    } else {
        None
    };
    let peer = heading
        .split_whitespace()
        .map(|word| word.trim_matches(|c: char| !c.is_ascii_alphanumeric() && c != '['))
        .map(|word| {
            ["UDP:", "TCP:", "TLS:"]
                .iter()
                .find_map(|p| word.strip_prefix(p))
                .unwrap_or(word)
        })
        .find(|word| word.parse::<std::net::SocketAddr>().is_ok());
    (
        direction,
        String::new(),
        peer.unwrap_or_default().to_owned(),
    )
}

/// The time of day in a heading, in microseconds since midnight.
fn micros(heading: &str) -> Option<i64> {
    let clock = heading.split_whitespace().find_map(|word| {
        let word = word.trim_matches(|c: char| !c.is_ascii_digit());
        let (hours, rest) = word.split_once(':')?;
        let (minutes, seconds) = rest.split_once(':')?;
        let (seconds, fraction) = seconds.split_once(['.', ',']).unwrap_or((seconds, "0"));
        let two =
            |text: &str| -> Option<i64> { (text.len() == 2).then(|| text.parse().ok()).flatten() };
        let fraction: i64 = format!("{fraction:0<6}").get(..6)?.parse().ok()?;
        Some(((two(hours)? * 60 + two(minutes)?) * 60 + two(seconds)?) * 1_000_000 + fraction)
    });
    clock.filter(|micros| *micros >= 0)
}

/// Blank bytes at the end of a copied message, behind the empty line that ends its header section.
fn trailing(bytes: &[u8]) -> usize {
    let text = bytes.trim_ascii_end().len();
    let blank = &bytes[text..];
    let mut keep = 0;
    // The line end of the last line, and one empty line.
    for _ in 0..2 {
        keep = memchr::memchr(b'\n', &blank[keep..]).map_or(keep, |end| keep + end + 1);
    }
    blank.len() - keep
}

const PLAIN: Style = Style {
    indent: 0,
    has_priority: false,
    dotted: false,
};

#[cfg(test)]
mod tests {
    use super::*;

    fn messages(text: &str) -> Vec<(String, u32, Option<Direction>, String)> {
        let trace = read_log(&Bytes::copy_from_slice(text.as_bytes()));
        let entries = trace.entries.into_iter();
        let read = entries.map(|e| {
            let text = String::from_utf8(e.raw.bytes.to_vec()).unwrap();
            (text, e.raw.before, e.direction, e.peer)
        });
        read.collect()
    }

    #[test]
    fn ngrep_writes_dots_and_indents() {
        let text = "#\nU 2026/03/01 10:00:00.250000 192.0.2.1:5060 -> 192.0.2.2:5060 #1\n  \
                    OPTIONS sip:a SIP/2.0.\n  Via: x.\n  .\n#\n";
        let read = messages(text);
        assert_eq!(read.len(), 1);
        assert_eq!(read[0].0, "OPTIONS sip:a SIP/2.0\r\nVia: x\r\n\r\n");
        assert_eq!((read[0].1, read[0].3.as_str()), (2, "192.0.2.2:5060"));
    }

    #[test]
    fn each_line_keeps_the_end_that_it_had() {
        // ngrep writes a dot for a CR; a line of the body that ended in LF alone has none.
        let body = "<a>.\n  <b/>\n";
        let text = format!(
            "  MESSAGE sip:a SIP/2.0.\n  l: 12.\n  .\n  <a>\n    {}",
            "<b/>\n"
        );
        assert_eq!(
            messages(&text)[0].0,
            "MESSAGE sip:a SIP/2.0\r\nl: 12\r\n\r\n<a>\n  <b/>\n"
        );
        let text = format!("MESSAGE sip:a SIP/2.0.\nl: 13.\n.\n{body}");
        assert_eq!(
            messages(&text)[0].0,
            "MESSAGE sip:a SIP/2.0\r\nl: 13\r\n\r\n<a>\r\n  <b/>\n"
        );
        assert_eq!(
            messages("<134>OPTIONS sip:a SIP/2.0\n<134>Via: x\n<134>\n")[0].0,
            "OPTIONS sip:a SIP/2.0\nVia: x\n\n"
        );
        assert_eq!(messages("<13x>OPTIONS sip:a SIP/2.0\n").len(), 0);
    }

    #[test]
    fn a_message_far_down_is_found() {
        let mut text = "SIP/2.0 is a protocol\n".repeat(60_000).into_bytes();
        assert!(!holds_messages(&text));
        text.extend(b"  SIP/2.0 200 OK\n");
        assert!(holds_messages(&text));
    }

    #[test]
    fn what_is_over_the_limit_is_not_passed_over_in_silence() {
        let line = "SIP/2.0 200 OK\n";
        let text = Bytes::from(line.repeat(MESSAGES));
        assert!(!read_log(&text).is_cut);
        let trace = read_log(&Bytes::from([&text[..], line.as_bytes()].concat()));
        assert!(trace.is_cut);
        assert_eq!(trace.entries.len(), MESSAGES);
    }

    #[test]
    fn pjsip_and_asterisk_say_which_way() {
        let text = "10:00:00.250 pjsua_core.c .TX 300 bytes Request msg OPTIONS/cseq=1 to UDP 192.0.2.2:5060:\n\
                    OPTIONS sip:a SIP/2.0\nVia: x\n\n\n--end msg--\n\
                    <--- SIP read from UDP:192.0.2.3:5060 --->\nSIP/2.0 200 OK\nVia: x\n\n<------------->\n";
        let read = messages(text);
        let shown: Vec<_> = read
            .iter()
            .map(|r| (r.0.as_str(), r.2, r.3.as_str()))
            .collect();
        assert_eq!(
            shown,
            [
                (
                    "OPTIONS sip:a SIP/2.0\nVia: x\n\n",
                    Some(Direction::Sent),
                    "192.0.2.2:5060"
                ),
                (
                    "SIP/2.0 200 OK\nVia: x\n\n",
                    Some(Direction::Received),
                    "192.0.2.3:5060"
                ),
            ]
        );
    }

    #[test]
    fn times_of_day_are_read() {
        assert_eq!(micros("10:00:01.5 x"), Some(36_001_500_000));
        assert_eq!(micros("at 10:00"), None);
        assert_eq!(micros("192.0.2.1:5060"), None);
    }
}
