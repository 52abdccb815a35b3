//! What went over the wire: the last messages in memory, without their secrets, what each of them is, and the files they
//! are written to.

mod file;
mod line;
mod packet;
mod save;

pub(super) use file::TraceFile;
pub use line::{TraceLine, TraceReader};
pub use save::{TraceFormat, save_trace};

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use jiff::Timestamp;

use crate::net::redact;
use crate::net::trace::{Channel, Direction, Entry, Tap};

/// The last messages of an account, bounded in number and in bytes. Cheap to clone; all clones are the same.
///
/// Secrets are taken out before a message is kept (RB-006), so that none lies in memory because of it.
#[derive(Clone, Default)]
pub struct Trace(Arc<Mutex<Ring>>);

#[derive(Debug, Default)]
struct Ring {
    entries: VecDeque<Arc<TraceEntry>>,
    /// The number of the next message.
    next: u64,
    bytes: usize,
}

/// One message, or for XCAP one request or response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TraceEntry {
    /// Its number within this run of the account, from 0 on.
    pub number: u64,
    /// When it was sent or received.
    pub time: Timestamp,
    /// Whether it went out.
    pub sent: bool,
    /// `UDP`, `TCP`, `TLS` or `HTTP`.
    pub protocol: &'static str,
    /// The own address with its port; `-` for HTTP.
    pub local: String,
    /// The other's address with its port; for HTTP its name and port.
    pub peer: String,
    /// The message without its secrets.
    pub bytes: Bytes,
}

impl TraceEntry {
    /// The message in the form of the file behind `--trace`, which `siskin inspect` reads: a line about it, and its bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let direction = if self.sent { "SEND" } else { "RECV" };
        let heading = format!(
            "--- {:.6} siskin {direction} {} {} {} {}\n",
            self.time,
            self.protocol,
            self.local,
            self.peer,
            self.bytes.len()
        );
        [heading.as_bytes(), &self.bytes, b"\n"].concat()
    }
}

impl Trace {
    /// Keeps a message; the number of the entry is not looked at.
    pub fn keep(&self, entry: TraceEntry) {
        // A copy: a part of a large buffer would keep all of it.
        let bytes = Bytes::from(redact(&entry.bytes).into_owned());
        let mut ring = self.ring();
        let entry = TraceEntry {
            number: ring.next,
            bytes,
            ..entry
        };
        ring.next += 1;
        ring.bytes += entry.bytes.len();
        ring.entries.push_back(Arc::new(entry));
        while ring.entries.len() > MAX_ENTRIES || ring.bytes > MAX_BYTES {
            let Some(oldest) = ring.entries.pop_front() else {
                return;
            };
            ring.bytes -= oldest.bytes.len();
        }
    }

    /// The messages from this number on, oldest first, as far as they are still kept.
    pub fn since(&self, number: u64) -> Vec<Arc<TraceEntry>> {
        let ring = self.ring();
        let first = ring.next - ring.entries.len() as u64;
        let skip = usize::try_from(number.saturating_sub(first)).unwrap_or(usize::MAX);
        ring.entries.iter().skip(skip).cloned().collect()
    }

    /// The number that the next message will have.
    pub fn next_number(&self) -> u64 {
        self.ring().next
    }

    fn ring(&self) -> MutexGuard<'_, Ring> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Trace({} messages)", self.ring().entries.len())
    }
}

impl Tap for Trace {
    fn message(&self, entry: Entry) {
        let (protocol, local, peer) = match entry.channel {
            Channel::Sip(flow) => (
                flow.transport.via_token(),
                flow.local.to_string(),
                flow.remote.to_string(),
            ),
            Channel::Http(authority) => ("HTTP", "-".to_owned(), authority),
        };
        self.keep(TraceEntry {
            number: 0,
            time: entry.time,
            sent: entry.direction == Direction::Sent,
            protocol,
            local,
            peer,
            bytes: entry.bytes,
        });
    }
}

/// Two that see every message.
pub(super) struct Both(pub(super) Arc<dyn Tap>, pub(super) Trace);

impl Tap for Both {
    fn message(&self, entry: Entry) {
        self.0.message(entry.clone());
        self.1.message(entry);
    }
}

/// So many messages are kept.
const MAX_ENTRIES: usize = 10_000;
/// So many bytes of them altogether.
const MAX_BYTES: usize = 16 * 1024 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    fn message(text: &str) -> TraceEntry {
        TraceEntry {
            number: 0,
            time: "2026-03-01T10:00:00.25Z".parse().unwrap(),
            sent: true,
            protocol: "UDP",
            local: "192.0.2.1:5060".to_owned(),
            peer: "192.0.2.2:5060".to_owned(),
            bytes: Bytes::copy_from_slice(text.as_bytes()),
        }
    }

    #[test]
    fn rb_006_secrets_never_reach_the_memory() {
        let trace = Trace::default();
        trace.message(Entry {
            time: Timestamp::UNIX_EPOCH,
            direction: Direction::Sent,
            channel: Channel::Http("xcap.example.com:443".to_owned()),
            bytes: Bytes::from_static(
                b"PUT / HTTP/1.1\r\nAuthorization: Digest username=\"alice\", nonce=\"n0nce\", \
                response=\"0123456789\"\r\n\r\n<sip:bob:pass@example.com>",
            ),
        });
        let kept = trace.since(0);
        let text = String::from_utf8(kept[0].bytes.to_vec()).unwrap();
        for secret in ["n0nce", "0123456789", "pass@"] {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
        assert!(text.contains("username=\"alice\""), "{text}");
        assert_eq!((kept[0].protocol, kept[0].local.as_str()), ("HTTP", "-"));
    }

    #[test]
    fn the_memory_is_bounded_and_numbers_go_on() {
        let trace = Trace::default();
        for _ in 0..MAX_ENTRIES + 5 {
            trace.keep(message("x"));
        }
        assert_eq!(trace.since(0).len(), MAX_ENTRIES);
        assert_eq!(trace.since(0)[0].number, 5);
        let last = trace.next_number() - 1;
        assert_eq!(trace.since(last).len(), 1);
        assert_eq!(trace.since(last + 1), []);
        let large = "x".repeat(MAX_BYTES / 2 + 1);
        trace.keep(message(&large));
        trace.keep(message(&large));
        let rest = trace.since(0);
        assert_eq!((rest.len(), rest[0].number), (1, last + 2));
    }

    #[test]
    fn an_entry_is_written_as_in_the_trace_file() {
        let trace = Trace::default();
        trace.keep(message("OPTIONS sip:a SIP/2.0\r\n\r\n"));
        let text = String::from_utf8(trace.since(0)[0].to_bytes()).unwrap();
        assert_eq!(
            text,
            "--- 2026-03-01T10:00:00.250000Z siskin SEND UDP 192.0.2.1:5060 192.0.2.2:5060 25\n\
             OPTIONS sip:a SIP/2.0\r\n\r\n\n"
        );
    }
}
