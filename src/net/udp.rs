//! UDP sockets: one port per address family, and on it one connected socket per remote address.
//!
//! The connected sockets share the port. The system hands them what comes from their remote address, and tells them,
//! and only them, when that address is unreachable (ICMP, RFC 3261 §18.4); what comes from anywhere else arrives at
//! the port itself. Where a system allows no second socket on a port, everything goes over the one, and an
//! unreachable address is found out by silence.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use socket2::{Domain, Protocol, Socket, Type};
use tokio::io::Interest;
use tokio::net::{TcpListener, UdpSocket};
use tokio::sync::mpsc;

use super::shared::Shared;
use super::{NetEvent, limits};
use crate::engine::{Flow, FlowError, FlowId, stun};
use crate::sip::Transport;

/// The port on which one address family is heard.
pub(super) struct UdpPort {
    /// Stands for the port in flows to addresses that we did not ask for.
    pub(super) id: FlowId,
    socket: UdpSocket,
    bound: SocketAddr,
    overflow: mpsc::Sender<(Bytes, SocketAddr)>,
    sources: Mutex<HashMap<IpAddr, IpAddr>>,
}

/// A port as it comes from [`UdpPort::bind`], with what has to be run for it.
pub(super) struct Bound {
    pub(super) port: Arc<UdpPort>,
    /// What could not be sent at once.
    pub(super) overflow: mpsc::Receiver<(Bytes, SocketAddr)>,
    /// The same port for connections (RFC 3261 §18.2.1), unless another program has it.
    pub(super) listener: Option<TcpListener>,
}

impl UdpPort {
    /// Binds a UDP port, and if possible the TCP port of the same number.
    pub(super) fn bind(id: FlowId, address: SocketAddr) -> Result<Bound, FlowError> {
        let fail = |error: &io::Error| FlowError::Bind {
            address: address.to_string(),
            detail: error.to_string(),
        };
        let mut attempts = if address.port() == 0 {
            EPHEMERAL_ATTEMPTS
        } else {
            1
        };
        loop {
            attempts -= 1;
            let socket = udp_socket(address).map_err(|error| fail(&error))?;
            let bound = socket.local_addr().map_err(|error| fail(&error))?;
            let listener = match listen(bound) {
                Ok(listener) => Some(listener),
                Err(_) if attempts > 0 => continue,
                Err(error) => {
                    tracing::warn!(address = %bound, %error, "no TCP on the UDP port");
                    None
                }
            };
            // Set only now: a port that another program uses is still an error above.
            if let Err(error) = socket2::SockRef::from(&socket).set_reuse_port(true) {
                tracing::debug!(%error, "no second socket on a port");
            }
            let (sender, overflow) = mpsc::channel(limits::QUEUED_DATAGRAMS);
            let port = Arc::new(Self {
                id,
                socket,
                bound,
                overflow: sender,
                sources: Mutex::default(),
            });
            return Ok(Bound {
                port,
                overflow,
                listener,
            });
        }
    }

    /// Opens a socket for one remote address on this port, if there is room for one more; also says from where we talk
    /// to it.
    pub(super) fn connect(
        &self,
        remote: SocketAddr,
        room: bool,
    ) -> io::Result<(SocketAddr, Option<UdpSocket>)> {
        if room {
            match connected_socket(self.bound, remote) {
                Ok(socket) => return Ok((socket.local_addr()?, Some(socket))),
                Err(error) => tracing::debug!(%remote, %error, "no connected socket"),
            }
        }
        let source = source_towards(self.bound, remote)?;
        Ok((SocketAddr::new(source, self.bound.port()), None))
    }

    /// Sends at once, or when the socket has room.
    pub(super) fn send(&self, bytes: Bytes, remote: SocketAddr) -> io::Result<()> {
        match self.socket.try_send_to(&bytes, remote) {
            Ok(_) => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                self.send_later(bytes, remote);
                Ok(())
            }
            Err(error) => Err(error),
        }
    }

    /// Puts a datagram behind others that wait; drops it when there are too many.
    pub(super) fn send_later(&self, bytes: Bytes, remote: SocketAddr) {
        if self.overflow.try_send((bytes, remote)).is_err() {
            tracing::debug!(%remote, "a datagram was dropped, the socket is congested");
        }
    }

    /// The flow on which an address speaks to us that we did not ask for.
    pub(super) fn flow_from(&self, remote: SocketAddr) -> Flow {
        Flow {
            id: self.id,
            transport: Transport::Udp,
            local: SocketAddr::new(self.source(remote), self.bound.port()),
            remote,
        }
    }

    fn source(&self, remote: SocketAddr) -> IpAddr {
        if !self.bound.ip().is_unspecified() {
            return self.bound.ip();
        }
        let mut sources = self.sources.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(source) = sources.get(&remote.ip()) {
            return *source;
        }
        if sources.len() >= KNOWN_SOURCES {
            sources.clear();
        }
        let source = source_towards(self.bound, remote).unwrap_or_else(|_| self.bound.ip());
        sources.insert(remote.ip(), source);
        source
    }
}

/// Receives on the port itself, for ever.
pub(super) async fn receive(shared: Arc<Shared>, port: Arc<UdpPort>) {
    let mut buffer = vec![0; limits::DATAGRAM];
    while port.socket.readable().await.is_ok() {
        for _ in 0..limits::DATAGRAMS_AT_ONCE {
            let Ok((length, remote)) = port.socket.try_recv_from(&mut buffer) else {
                break;
            };
            let datagram = &buffer[..length];
            let known = shared.datagram_flow(remote);
            match known {
                Some(flow) => hand_up(&shared, flow, datagram).await,
                // Keep-alives are answered by those whom they were sent to.
                None if is_sip(datagram) => {
                    let bytes = Bytes::copy_from_slice(datagram);
                    shared.received(port.flow_from(remote), bytes).await;
                }
                None => {}
            }
        }
        tokio::task::yield_now().await;
    }
}

/// Receives on a connected socket until the system says that the other side is unreachable.
pub(super) async fn receive_connected(shared: Arc<Shared>, socket: Arc<UdpSocket>, flow: Flow) {
    let mut buffer = vec![0; limits::DATAGRAM];
    loop {
        let ready = socket.ready(Interest::READABLE | Interest::ERROR).await;
        let mut trouble = ready.err();
        // An ICMP error is no data: it is asked for, which also clears it.
        let icmp = socket.try_io(Interest::ERROR, || {
            socket
                .take_error()?
                .ok_or_else(|| io::ErrorKind::WouldBlock.into())
        });
        trouble = trouble.or_else(|| icmp.ok());
        for _ in 0..limits::DATAGRAMS_AT_ONCE {
            match socket.try_recv(&mut buffer) {
                Ok(length) => hand_up(&shared, flow, &buffer[..length]).await,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                Err(error) => {
                    trouble = Some(error);
                    break;
                }
            }
        }
        if let Some(error) = trouble {
            shared.close(flow.id, Some(unreachable(flow.remote, &error)));
            return;
        }
        tokio::task::yield_now().await;
    }
}

/// Hands up what the engine reads: messages, and the answers to its keep-alives, which no trace shows.
async fn hand_up(shared: &Shared, flow: Flow, datagram: &[u8]) {
    let bytes = || Bytes::copy_from_slice(datagram);
    if is_sip(datagram) {
        shared.received(flow, bytes()).await;
    } else if stun::is_stun(datagram) {
        let bytes = bytes();
        shared.report(NetEvent::Received { flow, bytes }).await;
    }
}

/// Sends what could not be sent at once.
pub(super) async fn send_queued(
    port: Arc<UdpPort>,
    mut queue: mpsc::Receiver<(Bytes, SocketAddr)>,
) {
    while let Some((bytes, remote)) = queue.recv().await {
        if let Err(error) = port.socket.send_to(&bytes, remote).await {
            tracing::debug!(%remote, %error, "a datagram could not be sent");
        }
    }
}

/// What the system said about a remote address on UDP.
pub(super) fn unreachable(remote: SocketAddr, error: &io::Error) -> FlowError {
    FlowError::Unreachable {
        address: remote.to_string(),
        transport: Transport::Udp,
        detail: error.to_string(),
    }
}

/// Whether a datagram is a SIP message, not a keep-alive (RFC 5626 §3.5.1, zeros from NAT helpers) and not STUN,
/// whose first byte is 0 or 1 (RFC 5626 §8).
pub(super) fn is_sip(datagram: &[u8]) -> bool {
    let start = datagram
        .iter()
        .find(|byte| !matches!(byte, b'\r' | b'\n' | b' '));
    start.is_some_and(|byte| *byte > 3)
}

fn udp_socket(address: SocketAddr) -> io::Result<UdpSocket> {
    let socket = Socket::new(
        Domain::for_address(address),
        Type::DGRAM,
        Some(Protocol::UDP),
    )?;
    prepare(&socket, address)?;
    // The system may give less; nothing depends on it but how well a burst is survived.
    let _ = socket.set_recv_buffer_size(limits::UDP_RECEIVE_BUFFER);
    socket.bind(&address.into())?;
    UdpSocket::from_std(socket.into())
}

fn connected_socket(bound: SocketAddr, remote: SocketAddr) -> io::Result<UdpSocket> {
    let socket = Socket::new(Domain::for_address(bound), Type::DGRAM, Some(Protocol::UDP))?;
    prepare(&socket, bound)?;
    let _ = socket.set_recv_buffer_size(limits::UDP_RECEIVE_BUFFER);
    socket.set_reuse_port(true)?;
    socket.bind(&bound.into())?;
    socket.connect(&remote.into())?;
    UdpSocket::from_std(socket.into())
}

fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = Socket::new(
        Domain::for_address(address),
        Type::STREAM,
        Some(Protocol::TCP),
    )?;
    prepare(&socket, address)?;
    #[cfg(unix)]
    socket.set_reuse_address(true)?;
    socket.bind(&address.into())?;
    socket.listen(LISTEN_BACKLOG)?;
    TcpListener::from_std(socket.into())
}

fn prepare(socket: &Socket, address: SocketAddr) -> io::Result<()> {
    if address.is_ipv6() {
        // Each family has its own socket, so that no address is ever an IPv4 one in IPv6 clothes.
        socket.set_only_v6(true)?;
    }
    socket.set_nonblocking(true)
}

/// The address from which the system would talk to a remote one. Nothing is sent.
fn source_towards(bound: SocketAddr, remote: SocketAddr) -> io::Result<IpAddr> {
    if !bound.ip().is_unspecified() {
        return Ok(bound.ip());
    }
    let any: IpAddr = if remote.is_ipv6() {
        Ipv6Addr::UNSPECIFIED.into()
    } else {
        Ipv4Addr::UNSPECIFIED.into()
    };
    let socket = std::net::UdpSocket::bind((any, 0))?;
    socket.connect(remote)?;
    Ok(socket.local_addr()?.ip())
}

/// How often another port is tried until one is free for both UDP and TCP.
const EPHEMERAL_ATTEMPTS: u32 = 8;
/// Connections that wait to be accepted.
const LISTEN_BACKLOG: i32 = 32;
/// Remote addresses for which the local one is remembered.
const KNOWN_SOURCES: usize = 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keep_alives_are_no_messages() {
        for noise in [
            &b""[..],
            b"\r\n\r\n",
            b"\0\0\0\0",
            b"\x00\x01\x00\x00",
            b"\x01\x01",
        ] {
            assert!(!is_sip(noise));
        }
        assert!(is_sip(b"\r\nOPTIONS"));
        assert!(is_sip(b"garbage"));
    }
}
