//! Capture files in the classic form.

use std::collections::HashMap;

use bytes::Bytes;

use super::entry::{Entry, Trace};
use super::frame::{self, Datagram};
use super::rejoin::{Fragments, Piece, Seen, Stream};
use crate::inspect::limits::MESSAGES;
use crate::inspect::message::{Raw, is_http, starts};

/// Reads a capture file. Packets that are not SIP or HTTP are passed over.
pub(super) fn read(input: &Bytes) -> Trace {
    let mut capture = Capture::default();
    let Some(file) = File::open(input) else {
        let fault = (None, "the capture file has no header".to_owned());
        capture.trace.faults.push(fault);
        return capture.trace;
    };
    let mut fragments = Fragments::default();
    let mut at = HEADER;
    let mut number = 0u32;
    while let Some(head) = input.get(at..at + PACKET)
        && capture.trace.entries.len() <= MESSAGES
    {
        number = number.saturating_add(1);
        let [seconds, fraction, kept, sent] = [0, 4, 8, 12].map(|from| file.number(head, from));
        let start = at + PACKET;
        let end = start.saturating_add(usize::try_from(kept).unwrap_or(usize::MAX));
        if end > input.len() {
            let message = format!("the capture ends inside packet {number}");
            capture.trace.faults.push((None, message));
            break;
        }
        at = end;
        let frame = input.slice(start..end);
        let Some(packet) = frame::datagram(&frame, file.link) else {
            continue;
        };
        let fraction = if file.nanoseconds {
            fraction / 1000
        } else {
            fraction
        };
        let time = i64::from(seconds) * 1_000_000 + i64::from(fraction);
        let Some((packet, seen)) = fragments.take(packet, Seen { number, time }) else {
            continue;
        };
        let is_whole = kept == sent;
        if capture.take(&packet, seen, !is_whole) && !is_whole {
            let message = format!("packet {number} was cut when it was captured");
            capture.trace.faults.push((None, message));
        }
    }
    for (packet, seen) in fragments.rest() {
        capture.take(&packet, seen, true);
    }
    capture.finish()
}

/// What a capture has shown so far.
#[derive(Default)]
struct Capture {
    trace: Trace,
    /// For each entry the packet with which it was whole.
    order: Vec<u32>,
    /// The streams, each with the packet that made its last message whole.
    streams: HashMap<(String, String), (Stream, u32)>,
}

impl Capture {
    /// Takes an IP packet, which may lack its end, and says whether a message begins in it.
    fn take(&mut self, packet: &Datagram, seen: Seen, is_cut: bool) -> bool {
        let Some(segment) = packet.segment() else {
            return false;
        };
        let has_start = starts(&segment.payload, 0).next().is_some();
        let (from, to) = (&segment.from, &segment.to);
        if is_http(&segment.payload) {
            let bytes = segment.payload.clone();
            let piece = Piece {
                bytes,
                seen,
                is_cut,
            };
            self.push(entry(piece, "HTTP", from, to), seen.number);
            return true;
        }
        if segment.place.is_some() {
            let key = (from.clone(), to.clone());
            if self.streams.len() < STREAMS || self.streams.contains_key(&key) {
                let mut pieces = Vec::new();
                let (stream, last) = self.streams.entry(key).or_default();
                stream.take(&segment, seen, &mut pieces);
                if !pieces.is_empty() {
                    *last = seen.number;
                }
                for piece in pieces {
                    self.push(entry(piece, "TCP", from, to), seen.number);
                }
            }
        } else if has_start {
            // Keep-alives have no start line.
            let bytes = segment.payload.clone();
            let piece = Piece {
                bytes,
                seen,
                is_cut,
            };
            self.push(entry(piece, "UDP", from, to), seen.number);
        }
        has_start
    }

    fn push(&mut self, entry: Entry, order: u32) {
        self.trace.entries.push(entry);
        self.order.push(order);
    }

    /// The trace, with what is still without an end. Messages of a stream stay in its order, whenever they began.
    fn finish(mut self) -> Trace {
        let mut pieces = Vec::new();
        for ((from, to), (mut stream, last)) in std::mem::take(&mut self.streams) {
            stream.close(&mut pieces);
            for piece in pieces.drain(..) {
                let order = piece.seen.number.max(last);
                self.push(entry(piece, "TCP", &from, &to), order);
            }
        }
        let mut ordered: Vec<_> = self.order.into_iter().zip(self.trace.entries).collect();
        ordered.sort_by_key(|(order, _)| *order);
        self.trace.entries = ordered.into_iter().map(|(_, entry)| entry).collect();
        self.trace.bounded()
    }
}

fn entry(piece: Piece, protocol: &str, from: &str, to: &str) -> Entry {
    Entry {
        time: Some(piece.seen.time),
        protocol: protocol.to_owned(),
        local: from.to_owned(),
        peer: to.to_owned(),
        packet: Some(piece.seen.number),
        ..Entry::untimed(Raw {
            bytes: piece.bytes,
            before: 0,
            on_stream: protocol == "TCP",
            copied: false,
            is_piece: piece.is_cut,
        })
    }
}

/// What the header of a file says.
struct File {
    big_endian: bool,
    nanoseconds: bool,
    link: u32,
}

impl File {
    fn open(input: &[u8]) -> Option<Self> {
        let head = input.get(..HEADER)?;
        let big_endian = head[0] == 0xa1;
        let nanoseconds = matches!(head[..4], [0x4d, ..] | [_, _, _, 0x4d]);
        let mut file = Self {
            big_endian,
            nanoseconds,
            link: 0,
        };
        // The upper bits tell about checksums.
        file.link = file.number(head, 20) & 0xffff;
        Some(file)
    }

    fn number(&self, bytes: &[u8], from: usize) -> u32 {
        let four = bytes.get(from..from + 4).and_then(|b| b.try_into().ok());
        let four: [u8; 4] = four.unwrap_or_default();
        if self.big_endian {
            u32::from_be_bytes(four)
        } else {
            u32::from_le_bytes(four)
        }
    }
}

/// Bytes of the header of a file.
const HEADER: usize = 24;
/// Bytes of the header of a packet.
const PACKET: usize = 16;
/// Directions of TCP connections that are followed.
const STREAMS: usize = 10_000;

#[cfg(test)]
mod tests {
    use super::*;

    /// A capture of these IP packets.
    fn capture(packets: &[Vec<u8>]) -> Bytes {
        let mut file = vec![0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0];
        file.resize(20, 0);
        file.extend(101u32.to_le_bytes());
        for (second, packet) in (0u32..).zip(packets) {
            let length = u32::try_from(packet.len()).unwrap();
            for number in [second, 0, length, length] {
                file.extend(number.to_le_bytes());
            }
            file.extend(packet);
        }
        Bytes::from(file)
    }

    /// An IPv4 packet; `place` is what its flags and its offset say.
    fn ip(protocol: u8, place: u16, content: &[u8]) -> Vec<u8> {
        let length = u16::try_from(20 + content.len()).unwrap().to_be_bytes();
        let place = place.to_be_bytes();
        let mut packet = vec![0x45, 0, length[0], length[1], 0, 7, place[0], place[1]];
        packet.extend([64, protocol, 0, 0, 192, 0, 2, 1, 192, 0, 2, 2]);
        packet.extend(content);
        packet
    }

    fn udp(payload: &[u8]) -> Vec<u8> {
        [&[0x13, 0xc4, 0x13, 0xc4, 0, 0, 0, 0], payload].concat()
    }

    fn tcp(number: u32, flags: u8, payload: &[u8]) -> Vec<u8> {
        let mut segment = vec![0x13, 0xc4, 0x13, 0xc4];
        segment.extend(number.to_be_bytes());
        segment.extend([0, 0, 0, 0, 0x50, flags, 0, 0, 0, 0, 0, 0]);
        segment.extend(payload);
        ip(6, 0, &segment)
    }

    fn message(name: &str, body: &str) -> String {
        format!(
            "MESSAGE sip:{name}@example.com SIP/2.0\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )
    }

    /// Each message with its packet, and whether its end is missing.
    fn read_all(packets: &[Vec<u8>]) -> Vec<(String, u32, bool)> {
        let trace = read(&capture(packets));
        assert!(trace.faults.is_empty(), "{:?}", trace.faults);
        let entries = trace.entries.into_iter().map(|entry| {
            let text = String::from_utf8(entry.raw.bytes.to_vec()).unwrap();
            (text, entry.packet.unwrap(), entry.raw.is_piece)
        });
        entries.collect()
    }

    #[test]
    fn fragments_of_a_packet_are_joined_in_any_order() {
        let text = message("bob", &"x".repeat(100));
        let whole = udp(text.as_bytes());
        let more = 0x2000;
        let pieces = [
            ip(17, more, &whole[..40]),
            ip(17, more | 5, &whole[40..80]),
            ip(17, 10, &whole[80..]),
        ];
        for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0]] {
            let packets = order.map(|index: usize| pieces[index].clone());
            assert_eq!(read_all(&packets), [(text.clone(), 1, false)]);
        }
        // Overlapping and repeated ones do no harm.
        let again = [0, 0, 1, 2].map(|index: usize| pieces[index].clone());
        assert_eq!(read_all(&again), [(text.clone(), 1, false)]);
        // Of one that is not complete the beginning is left.
        let long = ip(17, more, &whole[..80]);
        let rest = read_all(&[ip(17, 0, &udp(b"\r\n\r\n")), long]);
        assert_eq!(rest, [(text[..72].to_owned(), 2, true)]);
    }

    #[test]
    fn segments_of_a_stream_are_joined() {
        let (one, two) = (message("bob", "hello"), message("carol", &"y".repeat(90)));
        let all = [one.as_str(), "\r\n\r\n", &two, &one].concat();
        let bytes = all.as_bytes();
        let begin = u32::MAX - 30;
        let at = |from: usize, to: usize| {
            let number = begin
                .wrapping_add(1)
                .wrapping_add(u32::try_from(from).unwrap());
            tcp(number, 0x18, &bytes[from..to])
        };
        let syn = tcp(begin, 0x02, b"");
        let end = bytes.len();
        let two_at = one.len() + 4;
        let expected = |first: u32, second: u32, third: u32| {
            [
                (one.clone(), first, false),
                (two.clone(), second, false),
                (one.clone(), third, false),
            ]
        };
        let packets = [syn.clone(), at(0, end)];
        assert_eq!(read_all(&packets), expected(2, 2, 2));
        // Cut anywhere, one late, one twice.
        let packets = [
            syn.clone(),
            at(0, 10),
            at(two_at + 20, end - 3),
            at(0, 10),
            at(5, two_at + 20),
            at(end - 3, end),
        ];
        assert_eq!(read_all(&packets), expected(2, 5, 3));
        let single: Vec<_> = (0..end).map(|from| at(from, from + 1)).collect();
        let found = read_all(&single);
        let texts: Vec<_> = found.iter().map(|(text, ..)| text.as_str()).collect();
        assert_eq!(texts, [&one, &two, &one]);
        // The beginning or the end was not captured.
        let packets = [at(20, two_at + 30), at(two_at + 30, end - 3)];
        let found = read_all(&packets);
        assert_eq!(found[0], (two.clone(), 1, false));
        assert_eq!(found[1], (one[..one.len() - 3].to_owned(), 2, true));
    }

    #[test]
    fn a_gap_in_a_stream_loses_no_later_message() {
        let text = message("bob", "hello");
        let length = u32::try_from(text.len()).unwrap();
        let mut packets = vec![tcp(1, 0x18, &text.as_bytes()[..45])];
        packets.extend((2..80).map(|n| tcp(n * length, 0x18, text.as_bytes())));
        let found = read_all(&packets);
        assert_eq!(found.len(), 79);
        assert!(found[0].2 && found[1..].iter().all(|(_, _, is_cut)| !is_cut));
    }

    #[test]
    fn fragments_are_joined_in_the_newer_protocol_too() {
        let text = message("bob", &"x".repeat(20));
        let whole = udp(text.as_bytes());
        let packet = |place: u16, content: &[u8]| {
            let length = u16::try_from(8 + content.len()).unwrap().to_be_bytes();
            let mut packet = vec![0x60, 0, 0, 0, length[0], length[1], 44, 64];
            packet.extend([0x20; 32]);
            packet.extend([17, 0]);
            packet.extend(place.to_be_bytes());
            packet.extend([0, 0, 0, 9]);
            packet.extend(content);
            packet
        };
        let packets = [packet(1, &whole[..40]), packet(40, &whole[40..])];
        assert_eq!(read_all(&packets), [(text, 1, false)]);
    }
}
