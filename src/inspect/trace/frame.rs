//! Frames of a capture: the IP packet in one, and the UDP or TCP payload in that.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use bytes::Bytes;

/// An IP packet, or a fragment of one.
#[derive(Debug, Clone)]
pub(super) struct Datagram {
    pub(super) from: IpAddr,
    pub(super) to: IpAddr,
    /// The number of the protocol inside.
    pub(super) protocol: u8,
    pub(super) content: Bytes,
    /// What of the packet it is, when it is not the whole.
    pub(super) fragment: Option<Fragment>,
}

/// What of a packet a fragment is (RFC 791 §3.1, RFC 8200 §4.5).
#[derive(Debug, Clone, Copy)]
pub(super) struct Fragment {
    /// The same for all fragments of a packet.
    pub(super) id: u32,
    /// Where it begins, in bytes.
    pub(super) offset: usize,
    /// Whether others follow.
    pub(super) has_more: bool,
}

/// What a UDP datagram or a TCP segment carries.
#[derive(Debug)]
pub(super) struct Segment {
    pub(super) from: String,
    pub(super) to: String,
    pub(super) payload: Bytes,
    /// Where it lies in its stream; `None` for UDP.
    pub(super) place: Option<StreamPlace>,
}

/// Where a TCP segment lies in its stream (RFC 9293 §3.4).
#[derive(Debug, Clone, Copy)]
pub(super) struct StreamPlace {
    /// The number of its first byte.
    pub(super) number: u32,
    /// Whether the stream begins with it.
    pub(super) is_first: bool,
}

/// The IP packet of a frame on a link of this type.
pub(super) fn datagram(frame: &Bytes, link: u32) -> Option<Datagram> {
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
    match *frame.get(ip)? >> 4 {
        4 => version_4(frame, ip),
        6 => version_6(frame, ip),
        _ => None,
    }
}

fn version_4(frame: &Bytes, ip: usize) -> Option<Datagram> {
    let length = (usize::from(*frame.get(ip)? & 0x0f) * 4).max(20);
    let head = frame.get(ip..ip + length)?;
    let address = |at: usize| Ipv4Addr::new(head[at], head[at + 1], head[at + 2], head[at + 3]);
    let flags = u16::from_be_bytes([head[6], head[7]]);
    let fragment = Fragment {
        id: u32::from(u16::from_be_bytes([head[4], head[5]])),
        offset: usize::from(flags & 0x1fff) * 8,
        has_more: flags & 0x2000 != 0,
    };
    let total = usize::from(u16::from_be_bytes([head[2], head[3]]));
    Some(Datagram {
        from: address(12).into(),
        to: address(16).into(),
        protocol: head[9],
        content: content(frame, ip + length, ip + total),
        fragment: Some(fragment).filter(|f| f.has_more || f.offset > 0),
    })
}

fn version_6(frame: &Bytes, ip: usize) -> Option<Datagram> {
    let head = frame.get(ip..ip + 40)?;
    let address = |at: usize| {
        let bytes: [u8; 16] = head.get(at..at + 16)?.try_into().ok()?;
        Some(IpAddr::from(Ipv6Addr::from(bytes)))
    };
    let end = ip + 40 + usize::from(u16::from_be_bytes([head[4], head[5]]));
    let (mut protocol, mut at, mut fragment) = (head[6], ip + 40, None);
    // Extension headers.
    while matches!(protocol, 0 | 43 | 44 | 60) {
        let option = frame.get(at..at + 8)?;
        let mut length = (usize::from(option[1]) + 1) * 8;
        if protocol == 44 {
            let place = u16::from_be_bytes([option[2], option[3]]);
            let id = u32::from_be_bytes([option[4], option[5], option[6], option[7]]);
            let (offset, has_more) = (usize::from(place & !7), place & 1 != 0);
            let found = Fragment {
                id,
                offset,
                has_more,
            };
            fragment = Some(found).filter(|f| f.has_more || f.offset > 0);
            length = 8;
        }
        protocol = option[0];
        at += length;
        // What follows in later fragments is no header.
        if fragment.is_some_and(|fragment| fragment.offset > 0) {
            break;
        }
    }
    Some(Datagram {
        from: address(8)?,
        to: address(24)?,
        protocol,
        content: content(frame, at, end),
        fragment,
    })
}

/// What lies between a header and the end that it tells: short frames are padded behind it. Of packets that the network
/// card cuts, no length is told.
fn content(frame: &Bytes, from: usize, to: usize) -> Bytes {
    let from = from.min(frame.len());
    let to = if to > from {
        to.min(frame.len())
    } else {
        frame.len()
    };
    frame.slice(from..to)
}

impl Datagram {
    /// The UDP or TCP payload.
    pub(super) fn segment(&self) -> Option<Segment> {
        let head = &self.content;
        let ports = head.get(..4)?;
        let address = |ip: IpAddr, at: usize| {
            let port = u16::from_be_bytes([ports[at], ports[at + 1]]);
            std::net::SocketAddr::new(ip, port).to_string()
        };
        let (begin, place) = match self.protocol {
            17 => (8, None),
            6 => {
                let place = StreamPlace {
                    number: u32::from_be_bytes(head.get(4..8)?.try_into().ok()?),
                    is_first: head.get(13)? & 0x02 != 0,
                };
                (usize::from(head.get(12)? >> 4) * 4, Some(place))
            }
            _ => return None,
        };
        let begin = if place.is_some() {
            begin.max(20)
        } else {
            begin
        };
        head.get(begin..)?;
        Some(Segment {
            from: address(self.from, 0),
            to: address(self.to, 2),
            payload: head.slice(begin..),
            place,
        })
    }
}
