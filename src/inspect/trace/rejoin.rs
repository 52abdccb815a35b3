//! What a network has cut in pieces, joined again: packets from their fragments, messages from TCP segments.

use std::collections::HashMap;
use std::net::IpAddr;

use bytes::Bytes;

use super::frame::{Datagram, Segment};
use crate::inspect::message::starts;
use crate::sip::limits::{HEADER_SECTION, STREAM_BODY};
use crate::sip::{Limits, Message, MessageError};

/// When a packet was seen.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seen {
    /// The number of the packet.
    pub(super) number: u32,
    /// Microseconds.
    pub(super) time: i64,
}

/// Packets of which fragments have been seen, but not all.
#[derive(Debug, Default)]
pub(super) struct Fragments {
    open: HashMap<(IpAddr, IpAddr, u32), Open>,
}

#[derive(Debug)]
struct Open {
    seen: Seen,
    /// The fragment that tells the protocol.
    first: Option<Datagram>,
    pieces: Vec<(usize, Bytes)>,
    /// Bytes of the whole packet.
    length: Option<usize>,
}

impl Fragments {
    /// The packet itself, or the whole that it completes with when its first fragment was seen; `None` when something
    /// is still missing.
    pub(super) fn take(&mut self, packet: Datagram, seen: Seen) -> Option<(Datagram, Seen)> {
        let Some(fragment) = packet.fragment else {
            return Some((packet, seen));
        };
        let key = (packet.from, packet.to, fragment.id);
        if self.open.len() >= OPEN && !self.open.contains_key(&key) {
            return None;
        }
        let open = self.open.entry(key).or_insert_with(|| Open {
            seen,
            first: None,
            pieces: Vec::new(),
            length: None,
        });
        let end = fragment.offset + packet.content.len();
        if !fragment.has_more {
            open.length = Some(end);
        }
        if open.pieces.len() < PIECES && !open.pieces.iter().any(|(at, _)| *at == fragment.offset) {
            open.pieces.push((fragment.offset, packet.content.clone()));
        }
        if fragment.offset == 0 {
            open.first = Some(packet);
        }
        let whole = open.joined()?;
        let seen = open.seen;
        self.open.remove(&key);
        Some((whole, seen))
    }

    /// The beginnings of the packets that were never complete.
    pub(super) fn rest(self) -> impl Iterator<Item = (Datagram, Seen)> {
        let all = self.open.into_values();
        all.filter_map(|open| Some((open.first?, open.seen)))
    }
}

impl Open {
    fn joined(&mut self) -> Option<Datagram> {
        let length = self.length?;
        let first = self.first.as_ref()?;
        self.pieces.sort_by_key(|(at, _)| *at);
        let mut content = Vec::new();
        for (at, piece) in &self.pieces {
            // They may overlap.
            let known = content.len().checked_sub(*at)?;
            content.extend_from_slice(piece.get(known..).unwrap_or_default());
        }
        (content.len() >= length).then(|| Datagram {
            content: Bytes::from(content),
            fragment: None,
            ..first.clone()
        })
    }
}

/// One direction of a TCP connection.
#[derive(Debug, Default)]
pub(super) struct Stream {
    /// The number of the byte that comes next.
    next: Option<u32>,
    held: Vec<u8>,
    /// Where in `held` packets begin.
    marks: Vec<(usize, Seen)>,
    /// So much of `held` has been looked through for the end of a header section.
    looked_at: usize,
    /// So many bytes must be held for a whole message.
    needed: usize,
    /// Segments that came too early.
    early: Vec<(u32, Bytes, Seen)>,
}

/// A message of a stream.
#[derive(Debug)]
pub(super) struct Piece {
    pub(super) bytes: Bytes,
    /// The packet in which it begins.
    pub(super) seen: Seen,
    /// Whether its end is missing.
    pub(super) is_cut: bool,
}

impl Stream {
    /// Takes the next segment, and appends the messages that are whole with it.
    pub(super) fn take(&mut self, segment: &Segment, seen: Seen, out: &mut Vec<Piece>) {
        let Some(place) = segment.place else {
            return;
        };
        if place.is_first {
            self.close(out);
            // The SYN counts as one.
            self.next = Some(place.number.wrapping_add(1));
            return;
        }
        if segment.payload.is_empty() {
            return;
        }
        self.early
            .push((place.number, segment.payload.clone(), seen));
        if self.early.len() > EARLY {
            self.pass_gap(out);
        }
        self.proceed(out);
    }

    /// Gives up what is held, and waits for nothing more.
    pub(super) fn close(&mut self, out: &mut Vec<Piece>) {
        self.proceed(out);
        while !self.early.is_empty() {
            self.pass_gap(out);
            self.proceed(out);
        }
        self.lose(out);
    }

    /// Goes on behind a gap: what is missing was not captured.
    fn pass_gap(&mut self, out: &mut Vec<Piece>) {
        let next = self.next.unwrap_or_default();
        self.lose(out);
        let numbers = self.early.iter().map(|(number, ..)| *number);
        self.next = numbers.min_by_key(|number| number.wrapping_sub(next));
    }

    /// Takes over the segments that come next.
    fn proceed(&mut self, out: &mut Vec<Piece>) {
        while let Some((fresh, seen)) = self.next_segment() {
            if fresh.is_empty() {
                continue;
            }
            self.marks.push((self.held.len(), seen));
            self.held.extend_from_slice(&fresh);
            while self.cut(out) {}
        }
    }

    /// Gives up what is held: its end does not come.
    fn lose(&mut self, out: &mut Vec<Piece>) {
        if let Some(start) = starts(&self.held, 0).next() {
            self.give(start, self.held.len(), true, out);
        }
        self.forget(self.held.len());
        self.next = None;
    }

    /// The segment that comes next, without what is known of it.
    fn next_segment(&mut self) -> Option<(Bytes, Seen)> {
        let known = |next: u32, number: u32| {
            let known = next.wrapping_sub(number);
            // The numbers go round; what lies further back lies ahead.
            (known < 1 << 31).then_some(known)
        };
        let index = match self.next {
            Some(next) => self
                .early
                .iter()
                .position(|(number, ..)| known(next, *number).is_some())?,
            None => 0,
        };
        if self.early.is_empty() {
            return None;
        }
        let (number, payload, seen) = self.early.swap_remove(index);
        let next = self.next.unwrap_or(number);
        let skip = usize::try_from(known(next, number)?).unwrap_or(usize::MAX);
        let fresh = payload.slice(skip.min(payload.len())..);
        let length = u32::try_from(fresh.len()).unwrap_or_default();
        self.next = Some(next.wrapping_add(length));
        Some((fresh, seen))
    }

    /// Cuts off the first message, if it is whole.
    fn cut(&mut self, out: &mut Vec<Piece>) -> bool {
        // Line ends between messages end no header section.
        let is_blank = |byte: &&u8| matches!(**byte, b'\r' | b'\n');
        let blank = self.held.iter().take_while(is_blank).count();
        if blank > 0 {
            self.forget(blank);
        }
        if self.held.len() < self.needed.max(1) {
            return false;
        }
        let is_large = self.held.len() > HEADER_SECTION;
        if self.needed == 0 {
            let from = self.looked_at.saturating_sub(3);
            let has_end = has_empty_line(&self.held[from..]);
            self.looked_at = self.held.len();
            if !has_end && !is_large {
                return false;
            }
        }
        let Some(start) = starts(&self.held, 0).next() else {
            // The middle of something that began before the capture; a start line may have begun behind it.
            let line = memchr::memrchr(b'\n', &self.held).map(|end| end + 1);
            self.forget(line.unwrap_or(if is_large { self.held.len() } else { 0 }));
            return false;
        };
        match whole(&self.held[start..]) {
            Length::Known(length) if start + length > self.held.len() => {
                self.needed = start + length;
                false
            }
            Length::Known(length) => {
                self.give(start, start + length, false, out);
                self.forget(start + length);
                true
            }
            Length::Unfinished if !is_large => {
                self.forget(start);
                false
            }
            _ => {
                // What cannot be read goes on to the next start line.
                let line = memchr::memchr(b'\n', &self.held[start..]);
                let from = line.map_or(self.held.len(), |line| start + line + 1);
                let end = starts(&self.held, from).next().unwrap_or(self.held.len());
                self.give(start, end, false, out);
                // Where a header section does not end, nothing else is looked for.
                let head = &self.held[start..self.held.len().min(start + HEADER_SECTION)];
                let is_endless = is_large && !has_empty_line(head);
                self.forget(if is_endless { self.held.len() } else { end });
                true
            }
        }
    }

    fn give(&self, start: usize, end: usize, is_cut: bool, out: &mut Vec<Piece>) {
        let mark = self.marks.iter().rev().find(|(at, _)| *at <= start);
        if let Some((_, seen)) = mark {
            out.push(Piece {
                bytes: Bytes::copy_from_slice(&self.held[start..end]),
                seen: *seen,
                is_cut,
            });
        }
    }

    /// Drops bytes from the beginning.
    fn forget(&mut self, length: usize) {
        self.held.drain(..length);
        let last = self.marks.partition_point(|(at, _)| *at <= length);
        self.marks.drain(..last.saturating_sub(1));
        for (at, _) in &mut self.marks {
            *at = at.saturating_sub(length);
        }
        (self.looked_at, self.needed) = (0, 0);
    }
}

/// Whether there is an empty line.
fn has_empty_line(bytes: &[u8]) -> bool {
    let mut ends = memchr::memchr_iter(b'\n', bytes);
    ends.any(|end| matches!(bytes[end + 1..], [b'\n', ..] | [b'\r', b'\n', ..]))
}

/// What a message tells of its length.
enum Length {
    /// So many bytes, whether they are there or not.
    Known(usize),
    /// The header section has no end yet.
    Unfinished,
    /// Nothing that can be used.
    Unknown,
}

fn whole(bytes: &[u8]) -> Length {
    let head = Bytes::copy_from_slice(&bytes[..bytes.len().min(HEADER_SECTION + 4)]);
    let head = match Message::parse_head(head, &Limits::default()) {
        Ok(head) => head,
        Err(MessageError::UnterminatedHead) => return Length::Unfinished,
        Err(_) => return Length::Unknown,
    };
    let length = head.content_length().ok().flatten();
    match length.and_then(|length| usize::try_from(length).ok()) {
        Some(length) if length <= STREAM_BODY => Length::Known(head.bytes().len() + length),
        _ => Length::Unknown,
    }
}

/// Fragmented packets that are waited for.
const OPEN: usize = 1_000;
/// Fragments of a packet.
const PIECES: usize = 100;
/// Segments of a stream that are kept until what comes before them is there.
const EARLY: usize = 64;
