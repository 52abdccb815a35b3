//! A trace as a capture file: each message in IP packets, as it was on the wire or would have been without encryption.
//!
//! Datagrams stay datagrams; what went over streams is in TCP segments of one stream for each direction. Port 5061 is
//! written as 5060, because nothing in the file is encrypted and a reader would look for TLS. Of a web server only the
//! name is known: it gets an address that nobody has (RFC 2544), and port 80.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use super::TraceEntry;

/// The capture file of these messages.
pub(super) fn capture(entries: &[Arc<TraceEntry>]) -> Vec<u8> {
    let mut out = Vec::new();
    out.extend(MAGIC.to_le_bytes());
    out.extend([2, 0, 4, 0]);
    out.extend([0; 8]);
    out.extend(SNAPLEN.to_le_bytes());
    out.extend(RAW_IP.to_le_bytes());
    let mut wire = Wire::default();
    for entry in entries {
        for packet in wire.packets(entry) {
            let micros = entry.time.as_microsecond().max(0);
            let length = u32::try_from(packet.len()).unwrap_or(SNAPLEN);
            let seconds = u32::try_from(micros / 1_000_000).unwrap_or(u32::MAX);
            let fraction = u32::try_from(micros % 1_000_000).unwrap_or_default();
            for number in [seconds, fraction, length, length] {
                out.extend(number.to_le_bytes());
            }
            out.extend(packet);
        }
    }
    out
}

/// What is needed to go on.
#[derive(Default)]
struct Wire {
    /// The number of the next byte of each direction of a stream.
    streams: HashMap<(SocketAddr, SocketAddr), u32>,
    /// The made-up addresses of web servers.
    servers: HashMap<String, SocketAddr>,
}

impl Wire {
    fn packets(&mut self, entry: &TraceEntry) -> Vec<Vec<u8>> {
        let (local, peer) = self.ends(entry);
        let (from, to) = if entry.sent {
            (local, peer)
        } else {
            (peer, local)
        };
        if entry.protocol == "UDP" {
            let most = entry.bytes.len().min(MOST);
            return vec![ip(from, to, UDP, &datagram(from, to, &entry.bytes[..most]))];
        }
        let acknowledged = self.streams.get(&(to, from)).copied().unwrap_or(1);
        let next = self.streams.entry((from, to)).or_insert(1);
        let pieces = entry.bytes.chunks(MOST);
        pieces
            .map(|piece| {
                let segment = segment(from, to, *next, acknowledged, piece);
                *next = next.wrapping_add(u32::try_from(piece.len()).unwrap_or_default());
                ip(from, to, TCP, &segment)
            })
            .collect()
    }

    /// The own address and the other's, of one family.
    fn ends(&mut self, entry: &TraceEntry) -> (SocketAddr, SocketAddr) {
        let plain = |address: &str| {
            let mut address: SocketAddr = address.parse().ok()?;
            if address.port() == SIPS {
                address.set_port(SIP);
            }
            Some(address)
        };
        match (plain(&entry.local), plain(&entry.peer)) {
            (Some(local), Some(peer)) if local.is_ipv4() == peer.is_ipv4() => (local, peer),
            _ => {
                let number = u16::try_from(self.servers.len() + 1).unwrap_or(u16::MAX);
                let [high, low] = number.to_be_bytes();
                let made_up = SocketAddr::from((Ipv4Addr::new(198, 19, high, low), HTTP));
                let peer = *self.servers.entry(entry.peer.clone()).or_insert(made_up);
                (
                    SocketAddr::from((Ipv4Addr::new(198, 18, 0, 1), CLIENT)),
                    peer,
                )
            }
        }
    }
}

fn datagram(from: SocketAddr, to: SocketAddr, payload: &[u8]) -> Vec<u8> {
    let mut head = Vec::with_capacity(8 + payload.len());
    head.extend(from.port().to_be_bytes());
    head.extend(to.port().to_be_bytes());
    head.extend(short(8 + payload.len()));
    head.extend([0, 0]);
    head.extend(payload);
    seal(head, 6, from, to, UDP)
}

fn segment(
    from: SocketAddr,
    to: SocketAddr,
    number: u32,
    acknowledged: u32,
    payload: &[u8],
) -> Vec<u8> {
    let mut head = Vec::with_capacity(20 + payload.len());
    head.extend(from.port().to_be_bytes());
    head.extend(to.port().to_be_bytes());
    head.extend(number.to_be_bytes());
    head.extend(acknowledged.to_be_bytes());
    // Five words of header; PSH and ACK; the largest window; no checksum yet; nothing urgent.
    head.extend([0x50, 0x18, 0xff, 0xff, 0, 0, 0, 0]);
    head.extend(payload);
    seal(head, 16, from, to, TCP)
}

/// Writes the checksum, which covers the addresses too, at its place.
fn seal(mut head: Vec<u8>, at: usize, from: SocketAddr, to: SocketAddr, protocol: u8) -> Vec<u8> {
    let mut covered = octets(from.ip());
    covered.extend(octets(to.ip()));
    covered.extend([0, protocol]);
    covered.extend(short(head.len()));
    covered.extend(&head);
    let sum = match checksum(&covered) {
        // In a datagram 0 says that there is none.
        0 => 0xffff,
        sum => sum,
    };
    head[at..at + 2].copy_from_slice(&sum.to_be_bytes());
    head
}

fn ip(from: SocketAddr, to: SocketAddr, protocol: u8, content: &[u8]) -> Vec<u8> {
    let mut head;
    if from.is_ipv4() {
        head = vec![0x45, 0];
        head.extend(short(20 + content.len()));
        head.extend([0, 0, 0x40, 0, 64, protocol, 0, 0]);
        head.extend(octets(from.ip()));
        head.extend(octets(to.ip()));
        let sum = checksum(&head);
        head[10..12].copy_from_slice(&sum.to_be_bytes());
    } else {
        head = vec![0x60, 0, 0, 0];
        head.extend(short(content.len()));
        head.extend([protocol, 64]);
        head.extend(octets(from.ip()));
        head.extend(octets(to.ip()));
    }
    head.extend(content);
    head
}

/// The Internet checksum (RFC 1071).
fn checksum(bytes: &[u8]) -> u16 {
    let words = bytes.chunks(2).map(|pair| {
        let low = pair.get(1).copied().unwrap_or_default();
        u64::from(u16::from_be_bytes([pair[0], low]))
    });
    let mut sum: u64 = words.sum();
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    !u16::try_from(sum).unwrap_or_default()
}

fn octets(address: IpAddr) -> Vec<u8> {
    match address {
        IpAddr::V4(address) => address.octets().to_vec(),
        IpAddr::V6(address) => Ipv6Addr::octets(&address).to_vec(),
    }
}

fn short(length: usize) -> [u8; 2] {
    u16::try_from(length).unwrap_or(u16::MAX).to_be_bytes()
}

/// Microseconds, little end first.
const MAGIC: u32 = 0xa1b2_c3d4;
const SNAPLEN: u32 = 0x0004_0000;
/// The link type of packets without anything before them.
const RAW_IP: u32 = 101;
/// Bytes of a message in one packet; the headers fit beside it.
const MOST: usize = 65_000;
const TCP: u8 = 6;
const UDP: u8 = 17;
const SIP: u16 = 5060;
const SIPS: u16 = 5061;
const HTTP: u16 = 80;
/// Our port at web servers: it is not known.
const CLIENT: u16 = 49_152;

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use jiff::Timestamp;

    use super::*;

    fn entry(protocol: &'static str, sent: bool, peer: &str, bytes: &[u8]) -> Arc<TraceEntry> {
        let local = match protocol {
            "HTTP" => "-",
            _ if peer.starts_with('[') => "[2001:db8::1]:5060",
            _ => "192.0.2.1:40000",
        };
        Arc::new(TraceEntry {
            number: 0,
            time: Timestamp::from_microsecond(1_700_000_000_250_000).unwrap(),
            sent,
            protocol,
            local: local.to_owned(),
            peer: peer.to_owned(),
            bytes: Bytes::copy_from_slice(bytes),
        })
    }

    /// One packet: its protocol, ports, number in the stream and payload.
    #[derive(Debug, PartialEq, Eq)]
    struct Packet(u8, u16, u16, Option<u32>, Vec<u8>);

    /// Reads a capture, and looks at every length and checksum in it.
    fn read(file: &[u8]) -> Vec<Packet> {
        let number = |at: usize| u32::from_le_bytes(file[at..at + 4].try_into().unwrap());
        assert_eq!((number(0), number(20)), (MAGIC, RAW_IP));
        let (mut at, mut packets) = (24, Vec::new());
        while at < file.len() {
            assert_eq!((number(at), number(at + 4)), (1_700_000_000, 250_000));
            let length = usize::try_from(number(at + 8)).unwrap();
            assert_eq!(number(at + 12), number(at + 8));
            let packet = &file[at + 16..at + 16 + length];
            let (protocol, addresses, content) = if packet[0] == 0x45 {
                assert_eq!(
                    usize::from(u16::from_be_bytes([packet[2], packet[3]])),
                    length
                );
                assert_eq!(checksum(&packet[..20]), 0);
                (packet[9], &packet[12..20], &packet[20..])
            } else {
                assert_eq!(packet[0], 0x60);
                (packet[6], &packet[8..40], &packet[40..])
            };
            let covered = [addresses, &[0, protocol], &short(content.len()), content].concat();
            assert_eq!(checksum(&covered), 0);
            let port = |at: usize| u16::from_be_bytes([content[at], content[at + 1]]);
            let stream = protocol == TCP;
            let place = stream.then(|| u32::from_be_bytes(content[4..8].try_into().unwrap()));
            let payload = content[if stream { 20 } else { 8 }..].to_vec();
            packets.push(Packet(protocol, port(0), port(2), place, payload));
            at += 16 + length;
        }
        packets
    }

    #[test]
    fn datagrams_stay_datagrams_in_both_families() {
        let file = capture(&[
            entry("UDP", true, "192.0.2.2:5060", b"one"),
            entry("UDP", false, "[2001:db8::2]:5070", b"three"),
        ]);
        assert_eq!(
            read(&file),
            [
                Packet(UDP, 40_000, 5060, None, b"one".to_vec()),
                Packet(UDP, 5070, 5060, None, b"three".to_vec()),
            ]
        );
    }

    #[test]
    fn streams_go_on_and_are_not_taken_for_encrypted() {
        let long = vec![b'x'; MOST + 10];
        let file = capture(&[
            entry("TLS", true, "192.0.2.2:5061", b"hello"),
            entry("TLS", true, "192.0.2.2:5061", &long),
            entry("TLS", false, "192.0.2.2:5061", b"back"),
            entry(
                "HTTP",
                true,
                "xcap.example.com:443",
                b"GET / HTTP/1.1\r\n\r\n",
            ),
        ]);
        let packets = read(&file);
        let places: Vec<_> = packets.iter().map(|packet| (packet.2, packet.3)).collect();
        let second = 6 + u32::try_from(MOST).unwrap();
        assert_eq!(
            places,
            [
                (5060, Some(1)),
                (5060, Some(6)),
                (5060, Some(second)),
                (40_000, Some(1)),
                (80, Some(1)),
            ]
        );
        assert_eq!([&packets[1].4[..], &packets[2].4].concat(), long);
    }
}
