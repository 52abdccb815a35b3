//! Sizes, numbers and times beyond which the network is not trusted.

use std::time::Duration;

/// Bytes of one UDP datagram with its IP and UDP headers; anything that fits is accepted (RFC 3261 §18.1.1).
pub const DATAGRAM: usize = 65_535;
/// Bytes asked of the system for a UDP socket's receive buffer: a burst waits there while one turn of the loop runs.
pub const UDP_RECEIVE_BUFFER: usize = 4 * 1024 * 1024;
/// Datagrams taken from a socket before others get their turn.
pub const DATAGRAMS_AT_ONCE: usize = 64;
/// Events that wait for the engine. When they are full, streams are not read and datagrams wait in the socket's buffer.
pub const EVENTS: usize = 4096;
/// Sockets that each serve one remote address on UDP; further addresses share the port's own, and an unreachable one
/// among them is found out by silence.
pub const CONNECTED_SOCKETS: usize = 256;
/// Datagrams that wait because a socket's send buffer is full; more are dropped, retransmission brings them back.
pub const QUEUED_DATAGRAMS: usize = 1024;
/// Messages that wait to be written to one connection.
pub const QUEUED_MESSAGES: usize = 1024;
/// Bytes that wait to be written to one connection; beyond it the other side does not read, and is given up.
pub const QUEUED_BYTES: usize = 8 * 1024 * 1024;
/// Bytes read from a stream at once.
pub const READ_BUFFER: usize = 16 * 1024;
/// Connections that we open.
pub const OUTBOUND_CONNECTIONS: usize = 256;
/// Connections that others open to us.
pub const INBOUND_CONNECTIONS: usize = 64;
/// Connections that one address opens to us.
pub const INBOUND_PER_ADDRESS: usize = 16;
/// Addresses of one name that are tried.
pub const TARGETS: usize = 16;

/// Records of one answer that are looked at.
pub const RECORDS: usize = 64;
/// Services of one domain whose SRV records are asked for.
pub const SERVICES: usize = 8;
/// Servers of one service whose addresses are asked for.
pub const SERVERS: usize = 8;
/// Addresses of one server that are tried.
pub const ADDRESSES: usize = 8;
/// Aliases that are followed from one service name (RFC 1034 §3.6.2).
pub const ALIASES: usize = 8;
/// Domains of which is remembered that they offered TLS.
pub const REMEMBERED_DOMAINS: usize = 256;
/// Certificates that an account trusts as they are.
pub const PINNED: usize = 64;
/// Certificates that were refused, of which is remembered why.
pub const REMEMBERED_REFUSALS: usize = 8;
/// Next hops of which is remembered how their servers were found.
pub const REMEMBERED_SERVERS: usize = 64;

/// Time for one question to the DNS. A next hop takes several, one after the other.
pub const QUESTION_TIMEOUT: Duration = Duration::from_secs(4);
/// For all questions about one next hop together.
pub const SEARCH_TIMEOUT: Duration = Duration::from_secs(15);
/// Time after which the same question is sent to a DNS server again.
pub const QUESTION_REPEAT: Duration = Duration::from_millis(1500);
/// When the addresses of one family are there, those of the other are waited for this long (RFC 8305 §3 waits 50 ms for
/// web pages; a server is looked up far more seldom).
pub const OTHER_FAMILY: Duration = Duration::from_millis(250);
/// Where changes of the system's DNS configuration cannot be seen, it is read again after this time.
pub const CONFIGURATION_AGE: Duration = Duration::from_secs(300);
/// Time for one address to take the connection and finish the TLS handshake.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// An address that has not answered for this long gets company by the next one (RFC 8305 §5).
pub const ATTEMPT_DELAY: Duration = Duration::from_millis(250);
/// Where a connection is open to a lesser server, better ones get this time to take one before it is used.
pub const BETTER_DELAY: Duration = Duration::from_secs(2);
/// Time for the other side to take what is written to a connection.
pub const WRITE_TIMEOUT: Duration = Duration::from_secs(30);
/// An accepted connection without a whole message for this long is closed: 64*T1 (RFC 3261 §18) and a lot of patience.
pub const INBOUND_IDLE: Duration = Duration::from_secs(15 * 60);
/// An accepted connection has to show its first whole message within 64*T1.
pub const INBOUND_FIRST_MESSAGE: Duration = Duration::from_secs(32);
/// Time for everything that is queued to be written when the network is shut down.
pub const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(1);

/// Bytes read of a file with a private key.
pub const MAX_KEY_FILE: u64 = 64 * 1024;
