//! The record of what was sent and received: a bounded ring in memory, and its text form without secrets.

use std::collections::VecDeque;
use std::fmt;
use std::io::{self, Write};
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use jiff::Timestamp;

use super::redact::redact;
use crate::engine::Flow;

/// Sees every message at the moment it is sent or received. Called on the network's tasks: it must not wait.
pub trait Tap: Send + Sync {
    /// One message.
    fn message(&self, entry: Entry);
}

/// One message, or for XCAP one request or response, as it was on the wire.
#[derive(Debug, Clone)]
pub struct Entry {
    /// When it was sent or received.
    pub time: Timestamp,
    /// Which way it went.
    pub direction: Direction,
    /// On what it went.
    pub channel: Channel,
    /// The whole message with its secrets. [`Entry::write_to`] leaves them out.
    pub bytes: Bytes,
}

/// Which way a message went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// From us.
    Sent,
    /// To us.
    Received,
}

/// On what a message went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Channel {
    /// SIP on a flow.
    Sip(Flow),
    /// HTTP with the server of this authority (`host:port`).
    Http(String),
}

impl Entry {
    /// Writes `--- TIME siskin SEND|RECV PROTOCOL LOCAL PEER BYTES`, the message without secrets in exactly that many
    /// bytes, and a line feed.
    pub fn write_to(&self, out: &mut impl Write) -> io::Result<()> {
        let bytes = redact(&self.bytes);
        writeln!(
            out,
            "--- {:.6} siskin {} {} {}",
            self.time,
            self.direction,
            self.channel,
            bytes.len()
        )?;
        out.write_all(&bytes)?;
        out.write_all(b"\n")
    }
}

impl fmt::Display for Direction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sent => "SEND",
            Self::Received => "RECV",
        })
    }
}

impl fmt::Display for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sip(flow) => write!(f, "{} {} {}", flow.transport, flow.local, flow.remote),
            Self::Http(authority) => write!(f, "HTTP - {authority}"),
        }
    }
}

/// The last messages, bounded in number and in bytes.
#[derive(Debug)]
pub struct Ring {
    inner: Mutex<Inner>,
    entries: usize,
    bytes: usize,
}

#[derive(Debug, Default)]
struct Inner {
    entries: VecDeque<Entry>,
    bytes: usize,
}

impl Ring {
    /// Keeps at most so many messages with at most so many bytes altogether.
    pub fn new(entries: usize, bytes: usize) -> Self {
        Self {
            inner: Mutex::default(),
            entries,
            bytes,
        }
    }

    /// The messages, oldest first.
    pub fn entries(&self) -> Vec<Entry> {
        let inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        inner.entries.iter().cloned().collect()
    }

    /// Writes every message, oldest first, without secrets.
    pub fn export(&self, out: &mut impl Write) -> io::Result<()> {
        self.entries()
            .iter()
            .try_for_each(|entry| entry.write_to(out))
    }
}

impl Default for Ring {
    fn default() -> Self {
        Self::new(RING_ENTRIES, RING_BYTES)
    }
}

impl Tap for Ring {
    fn message(&self, entry: Entry) {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        inner.bytes += entry.bytes.len();
        inner.entries.push_back(entry);
        while inner.entries.len() > self.entries || inner.bytes > self.bytes {
            let Some(oldest) = inner.entries.pop_front() else {
                return;
            };
            inner.bytes -= oldest.bytes.len();
        }
    }
}

/// Messages in a ring, unless told otherwise.
const RING_ENTRIES: usize = 2000;
/// Bytes in a ring, unless told otherwise: 2 MiB.
const RING_BYTES: usize = 2 * 1024 * 1024;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::FlowId;
    use crate::sip::Transport;

    fn entry(bytes: &[u8]) -> Entry {
        Entry {
            time: "2026-03-01T10:00:00.25Z".parse().unwrap(),
            direction: Direction::Sent,
            channel: Channel::Sip(Flow {
                id: FlowId(1),
                transport: Transport::Udp,
                local: "192.0.2.1:5060".parse().unwrap(),
                remote: "192.0.2.2:5060".parse().unwrap(),
            }),
            bytes: Bytes::copy_from_slice(bytes),
        }
    }

    #[test]
    fn the_line_counts_the_bytes_that_follow() {
        let mut out = Vec::new();
        entry(b"OPTIONS sip:a SIP/2.0\r\n\r\n")
            .write_to(&mut out)
            .unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "--- 2026-03-01T10:00:00.250000Z siskin SEND UDP 192.0.2.1:5060 192.0.2.2:5060 25\n\
             OPTIONS sip:a SIP/2.0\r\n\r\n\n"
        );
    }

    #[test]
    fn the_ring_is_bounded_both_ways() {
        let ring = Ring::new(3, 10);
        for byte in b"abcd" {
            ring.message(entry(&[*byte]));
        }
        assert_eq!(ring.entries().len(), 3);
        ring.message(entry(b"123456789"));
        let kept: Vec<_> = ring
            .entries()
            .into_iter()
            .map(|entry| entry.bytes)
            .collect();
        assert_eq!(kept, [&b"d"[..], b"123456789"]);
        ring.message(entry(b"more than ten bytes"));
        assert_eq!(ring.entries().len(), 0);
    }
}
