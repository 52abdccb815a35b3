//! The little of STUN that keeps a UDP flow alive: Binding requests without attributes, and their answers
//! (RFC 5389 §6, §15.2; RFC 5626 §8).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use bytes::Bytes;

use super::limits;

/// Ties an answer to its request: 96 random bits (RFC 5389 §6).
pub type TransactionId = [u8; 12];

/// What a server says to a Binding request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// It came from this address, as far as the server can see; `None` where it does not tell.
    Mapped(Option<SocketAddr>),
    /// The request was refused.
    Refused,
}

/// Whether a datagram is STUN and not SIP: no SIP message begins with a byte of 0 or 1 (RFC 5626 §8), and no STUN message
/// is without the magic cookie (RFC 5389 §6).
pub fn is_stun(datagram: &[u8]) -> bool {
    matches!(datagram.first(), Some(0 | 1))
        && datagram.len() >= HEADER
        && datagram.get(4..8) == Some(&COOKIE[..])
}

/// A Binding request without attributes, as the keep-alive usage has it.
pub fn binding_request(id: &TransactionId) -> Bytes {
    let mut bytes = Vec::with_capacity(HEADER);
    bytes.extend_from_slice(&REQUEST.to_be_bytes());
    bytes.extend_from_slice(&[0, 0]);
    bytes.extend_from_slice(&COOKIE);
    bytes.extend_from_slice(id);
    bytes.into()
}

/// Reads an answer to a Binding request. `None`: it is none, or not whole.
pub fn binding_answer(datagram: &[u8]) -> Option<(TransactionId, Answer)> {
    if !is_stun(datagram) {
        return None;
    }
    let length = usize::from(number(datagram, 2)?);
    let attributes = datagram.get(HEADER..)?;
    if attributes.len() != length || length % 4 != 0 {
        return None;
    }
    let id: TransactionId = datagram.get(8..HEADER)?.try_into().ok()?;
    match number(datagram, 0)? {
        SUCCESS => Some((id, mapped(attributes, &id)?)),
        ERROR => Some((id, Answer::Refused)),
        _ => None,
    }
}

/// What a success says: the first XOR-MAPPED-ADDRESS is the one that counts (RFC 5389 §15). `None` where the attributes
/// cannot be told apart.
fn mapped(mut attributes: &[u8], id: &TransactionId) -> Option<Answer> {
    for _ in 0..limits::STUN_ATTRIBUTES {
        if attributes.is_empty() {
            break;
        }
        let length = usize::from(number(attributes, 2)?);
        let value = attributes.get(4..4 + length)?;
        if number(attributes, 0)? == XOR_MAPPED_ADDRESS {
            return Some(Answer::Mapped(Some(address(value, id)?)));
        }
        attributes = attributes.get(4 + length.next_multiple_of(4)..)?;
    }
    Some(Answer::Mapped(None))
}

/// RFC 5389 §15.2: port and address are combined with the cookie, and for IPv6 with the transaction id too.
fn address(value: &[u8], id: &TransactionId) -> Option<SocketAddr> {
    let port = number(value, 2)? ^ u16::from_be_bytes([COOKIE[0], COOKIE[1]]);
    let mask = COOKIE.iter().chain(id);
    let address = value.get(4..)?;
    let plain: Vec<u8> = address.iter().zip(mask).map(|(a, b)| a ^ b).collect();
    let ip: IpAddr = match (value.get(1)?, address.len()) {
        (1, 4) => Ipv4Addr::from(<[u8; 4]>::try_from(plain).ok()?).into(),
        (2, 16) => Ipv6Addr::from(<[u8; 16]>::try_from(plain).ok()?).into(),
        _ => return None,
    };
    Some(SocketAddr::new(ip, port))
}

fn number(bytes: &[u8], at: usize) -> Option<u16> {
    let pair = bytes.get(at..at + 2)?;
    Some(u16::from_be_bytes(pair.try_into().ok()?))
}

const HEADER: usize = 20;
const COOKIE: [u8; 4] = 0x2112_a442_u32.to_be_bytes();
const REQUEST: u16 = 0x0001;
const SUCCESS: u16 = 0x0101;
const ERROR: u16 = 0x0111;
const XOR_MAPPED_ADDRESS: u16 = 0x0020;

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    const ID: TransactionId = *b"twelve bytes";

    /// A success response that names this address, as a server would write it.
    pub(crate) fn success(id: &TransactionId, mapped: SocketAddr) -> Bytes {
        let mask: Vec<u8> = COOKIE.iter().chain(id).copied().collect();
        let (family, octets) = match mapped.ip() {
            IpAddr::V4(ip) => (1, ip.octets().to_vec()),
            IpAddr::V6(ip) => (2, ip.octets().to_vec()),
        };
        let mut value = vec![0, family];
        value.extend((mapped.port() ^ 0x2112).to_be_bytes());
        value.extend(octets.iter().zip(&mask).map(|(a, b)| a ^ b));
        response(SUCCESS, id, &[(XOR_MAPPED_ADDRESS, &value)])
    }

    /// An error response.
    pub(crate) fn error(id: &TransactionId) -> Bytes {
        response(ERROR, id, &[(0x0009, b"\0\0\x04\0Bad Request!")])
    }

    fn response(kind: u16, id: &TransactionId, attributes: &[(u16, &[u8])]) -> Bytes {
        let mut body = Vec::new();
        for (number, value) in attributes {
            body.extend(number.to_be_bytes());
            body.extend(u16::try_from(value.len()).unwrap().to_be_bytes());
            body.extend(*value);
            body.resize(body.len().next_multiple_of(4), 0);
        }
        let mut bytes = kind.to_be_bytes().to_vec();
        bytes.extend(u16::try_from(body.len()).unwrap().to_be_bytes());
        bytes.extend(COOKIE);
        bytes.extend(id);
        bytes.extend(body);
        bytes.into()
    }

    #[test]
    fn tx_028_a_request_is_twenty_bytes_and_no_sip() {
        let request = binding_request(&ID);
        assert_eq!(&request[..8], b"\x00\x01\x00\x00\x21\x12\xa4\x42");
        assert_eq!((&request[8..], request.len()), (&ID[..], 20));
        assert!(is_stun(&request));
        assert_eq!(binding_answer(&request), None);
        for other in [&b"SIP/2.0 200 OK\r\n\r\n......"[..], b"\0\0\0\0", &[0; 20]] {
            assert!(!is_stun(other));
        }
    }

    #[test]
    fn tx_028_the_mapped_address_is_read_in_both_families() {
        for text in [
            "192.0.2.1:32853",
            "[2001:db8:1234:5678:11:2233:4455:6677]:32853",
        ] {
            let mapped: SocketAddr = text.parse().unwrap();
            let answer = binding_answer(&success(&ID, mapped));
            assert_eq!(answer, Some((ID, Answer::Mapped(Some(mapped)))));
        }
        // The bytes of RFC 5769 §2.2 for 192.0.2.1:32853.
        let value = b"\x00\x01\xa1\x47\xe1\x12\xa6\x43";
        let software = (0x8022, &b"odd"[..]);
        let bytes = response(SUCCESS, &ID, &[software, (XOR_MAPPED_ADDRESS, value)]);
        let mapped = "192.0.2.1:32853".parse().unwrap();
        assert_eq!(
            binding_answer(&bytes),
            Some((ID, Answer::Mapped(Some(mapped))))
        );
        assert_eq!(
            binding_answer(&response(SUCCESS, &ID, &[])),
            Some((ID, Answer::Mapped(None)))
        );
        assert_eq!(binding_answer(&error(&ID)), Some((ID, Answer::Refused)));
    }

    #[test]
    fn tx_028_what_is_cut_or_wrong_is_no_answer() {
        let whole = success(&ID, "192.0.2.1:5060".parse().unwrap());
        for length in 0..whole.len() {
            assert_eq!(binding_answer(&whole[..length]), None, "{length}");
        }
        let mut padded = whole.to_vec();
        padded.push(0);
        assert_eq!(binding_answer(&padded), None);
        for (at, byte) in [(0, 2), (1, 2), (3, 8), (4, 0), (23, 200), (23, 4), (25, 9)] {
            let mut wrong = whole.to_vec();
            wrong[at] = byte;
            assert_eq!(binding_answer(&wrong), None, "{at}");
        }
        let many: Vec<(u16, &[u8])> = vec![(0x8000, b""); 1000];
        let answer = binding_answer(&response(SUCCESS, &ID, &many));
        assert_eq!(answer, Some((ID, Answer::Mapped(None))));
    }
}
