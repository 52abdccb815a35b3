//! Capture files in the classic form: UDP whole, TCP as far as segments hold whole messages.

use bytes::Bytes;

use super::entry::{Entry, Trace};
use crate::inspect::limits::MESSAGES;
use crate::inspect::message::{Raw, is_http, split, starts};

/// Reads a capture file. Packets that are not SIP or HTTP are passed over.
pub(super) fn read(input: &Bytes) -> Trace {
    let mut trace = Trace::default();
    let Some(file) = File::open(input) else {
        trace
            .faults
            .push((None, "the capture file has no header".to_owned()));
        return trace;
    };
    let mut at = HEADER;
    let mut number = 0u32;
    while let Some(head) = input.get(at..at + PACKET)
        && trace.entries.len() <= MESSAGES
    {
        number = number.saturating_add(1);
        let [seconds, fraction, kept, sent] = [0, 4, 8, 12].map(|from| file.number(head, from));
        let start = at + PACKET;
        let end = start.saturating_add(usize::try_from(kept).unwrap_or(usize::MAX));
        if end > input.len() {
            let message = format!("the capture ends inside packet {number}");
            trace.faults.push((None, message));
            break;
        }
        at = end;
        let frame = input.slice(start..end);
        let Some(packet) = packet(&frame, file.link) else {
            continue;
        };
        let fraction = if file.nanoseconds {
            fraction / 1000
        } else {
            fraction
        };
        let time = i64::from(seconds) * 1_000_000 + i64::from(fraction);
        let whole = kept == sent;
        let on_stream = packet.protocol == "TCP";
        if is_http(&packet.payload) {
            trace
                .entries
                .push(packet.entry(packet.payload.clone(), time, number, false));
            continue;
        }
        // Keep-alives and pieces of longer messages have no start line.
        if starts(&packet.payload, 0).next().is_none() {
            continue;
        }
        if !whole {
            let message = format!("packet {number} was cut when it was captured");
            trace.faults.push((None, message));
        }
        let pieces = if on_stream {
            split(&packet.payload)
        } else {
            vec![Raw {
                bytes: packet.payload.clone(),
                before: 0,
                on_stream,
                copied: false,
                is_piece: false,
            }]
        };
        let is_piece = on_stream || packet.is_fragment || !whole;
        for piece in pieces {
            let entry = packet.entry(piece.bytes, time, number, is_piece);
            trace.entries.push(entry);
        }
    }
    trace.bounded()
}

/// What the header of a file says.
struct File {
    big_endian: bool,
    nanoseconds: bool,
    link: u32,
}

/// A packet with SIP or HTTP in it.
struct Packet {
    protocol: &'static str,
    from: String,
    to: String,
    payload: Bytes,
    /// Whether other fragments follow (RFC 791 §3.1).
    is_fragment: bool,
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

impl Packet {
    fn entry(&self, bytes: Bytes, time: i64, number: u32, is_piece: bool) -> Entry {
        Entry {
            time: Some(time),
            protocol: if is_http(&bytes) {
                "HTTP"
            } else {
                self.protocol
            }
            .to_owned(),
            local: self.from.clone(),
            peer: self.to.clone(),
            packet: Some(number),
            ..Entry::untimed(Raw {
                bytes,
                before: 0,
                on_stream: self.protocol == "TCP",
                copied: false,
                is_piece,
            })
        }
    }
}

/// The UDP or TCP payload of a frame.
fn packet(frame: &Bytes, link: u32) -> Option<Packet> {
    let ip = match link {
        // Ethernet, with VLAN tags.
        1 => {
            let mut at = 12;
            while matches!(frame.get(at..at + 2)?, [0x81 | 0x91, 0] | [0x88, 0xa8]) {
                at += 4;
            }
            at + 2
        }
        // BSD loopback.
        0 | 108 => 4,
        // Raw IP.
        12 | 101 | 228 | 229 => 0,
        // Linux cooked, both versions.
        113 => 16,
        276 => 20,
        _ => return None,
    };
    let first = *frame.get(ip)?;
    let mut is_fragment = false;
    let (protocol, from, to, transport) = match first >> 4 {
        4 => {
            let length = usize::from(first & 0x0f) * 4;
            let head = frame.get(ip..ip + length.max(20))?;
            // Later fragments have no ports.
            if u16::from_be_bytes([head[6], head[7]]) & 0x1fff != 0 {
                return None;
            }
            is_fragment = head[6] & 0x20 != 0;
            let address = |at: usize| {
                std::net::Ipv4Addr::new(head[at], head[at + 1], head[at + 2], head[at + 3])
            };
            let (from, to) = (address(12).to_string(), address(16).to_string());
            (head[9], from, to, ip + length.max(20))
        }
        6 => {
            let head = frame.get(ip..ip + 40)?;
            let address = |at: usize| {
                let bytes: [u8; 16] = head.get(at..at + 16)?.try_into().ok()?;
                Some(format!("[{}]", std::net::Ipv6Addr::from(bytes)))
            };
            (head[6], address(8)?, address(24)?, ip + 40)
        }
        _ => return None,
    };
    let ports = frame.get(transport..transport + 4)?;
    let port = |at: usize| u16::from_be_bytes([ports[at], ports[at + 1]]);
    let (protocol, payload) = match protocol {
        17 => ("UDP", transport + 8),
        6 => {
            let offset = usize::from(frame.get(transport + 12)? >> 4) * 4;
            ("TCP", transport + offset.max(20))
        }
        _ => return None,
    };
    // Ethernet pads short frames; what is no message is cut off by Content-Length.
    let payload = frame.get(payload..).map(|_| frame.slice(payload..))?;
    Some(Packet {
        protocol,
        from: format!("{from}:{}", port(0)),
        to: format!("{to}:{}", port(2)),
        payload,
        is_fragment,
    })
}

/// Bytes of the header of a file.
const HEADER: usize = 24;
/// Bytes of the header of a packet.
const PACKET: usize = 16;
