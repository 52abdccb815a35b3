//! The transports this program speaks.

use std::fmt;

/// A transport protocol below SIP (RFC 3261 §18).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Transport {
    /// Datagrams.
    Udp,
    /// A plain stream.
    Tcp,
    /// A stream below TLS.
    Tls,
}

impl Transport {
    /// Reads a Via token or a `transport` parameter, in any case; `None` for a transport that is not spoken here.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Udp, Self::Tcp, Self::Tls]
            .into_iter()
            .find(|transport| transport.via_token().eq_ignore_ascii_case(text))
    }

    /// The token in a Via: `UDP`, `TCP`, `TLS`.
    pub fn via_token(self) -> &'static str {
        match self {
            Self::Udp => "UDP",
            Self::Tcp => "TCP",
            Self::Tls => "TLS",
        }
    }

    /// The value of a `transport` URI parameter: `udp`, `tcp`, `tls` (the last deprecated, but understood by all).
    pub fn parameter(self) -> &'static str {
        match self {
            Self::Udp => "udp",
            Self::Tcp => "tcp",
            Self::Tls => "tls",
        }
    }

    /// Whether the transport delivers without our help, so that nothing is retransmitted.
    pub fn is_reliable(self) -> bool {
        self != Self::Udp
    }

    /// Whether the hop is encrypted.
    pub fn is_secure(self) -> bool {
        self == Self::Tls
    }

    /// The port when none is given: 5061 for TLS, else 5060 (RFC 3261 §18.2.2).
    pub fn default_port(self) -> u16 {
        match self {
            Self::Udp | Self::Tcp => 5060,
            Self::Tls => 5061,
        }
    }
}

impl fmt::Display for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.via_token())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_both_spellings() {
        assert_eq!(Transport::parse("tls"), Some(Transport::Tls));
        assert_eq!(Transport::parse("UDP"), Some(Transport::Udp));
        assert_eq!(Transport::parse("SCTP"), None);
        assert_eq!(Transport::Tls.default_port(), 5061);
    }
}
