//! What the handle and the tasks of the network share: the table of flows, the way events go up, the tasks.

use std::collections::HashMap;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use jiff::Timestamp;
use tokio::net::UdpSocket;
use tokio::runtime::Handle;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::{AbortHandle, JoinSet};

use super::config::NetConfig;
use super::identity::Identities;
use super::resolve::Target;
use super::servers::Servers;
use super::tls::{self, Tls};
use super::trace::{Channel, Direction, Entry};
use super::udp::{self, Bound, UdpPort};
use super::{NetEvent, limits};
use crate::engine::{Flow, FlowError, FlowId, FlowRequest, NextHop};
use crate::sip::Transport;

pub(super) struct Shared {
    pub(super) config: NetConfig,
    pub(super) tls: Tls,
    events: mpsc::Sender<NetEvent>,
    runtime: Handle,
    next_id: AtomicU64,
    table: Mutex<Table>,
    tasks: Mutex<JoinSet<()>>,
    streams: Mutex<JoinSet<()>>,
    servers: Mutex<Servers>,
}

/// A wish for a flow. Equal wishes share one answer.
pub(super) type Wish = (NextHop, Vec<SocketAddr>);

#[derive(Default)]
pub(super) struct Table {
    closed: bool,
    flows: HashMap<FlowId, Link>,
    v4: Option<Arc<UdpPort>>,
    v6: Option<Arc<UdpPort>>,
    datagram_flows: HashMap<SocketAddr, Flow>,
    wishes: HashMap<Wish, Vec<FlowRequest>>,
}

enum Link {
    Port(Arc<UdpPort>),
    Datagram {
        flow: Flow,
        port: Arc<UdpPort>,
        connected: Option<(Arc<UdpSocket>, AbortHandle)>,
    },
    Stream(StreamLink),
}

/// Pings that the other side has agreed to answer: the shortest and the longest time between two.
pub(super) type Pings = (Duration, Duration);

/// The table's end of a connection. Dropped, it lets the connection write what is queued and end.
struct StreamLink {
    flow: Flow,
    /// Whom a connection that we made has proved to be; nobody without TLS. `None`: the other side made it.
    outbound: Option<Identities>,
    queue: mpsc::Sender<Bytes>,
    queued: Arc<AtomicUsize>,
    pings: watch::Sender<Option<Pings>>,
    kill: oneshot::Sender<FlowError>,
}

/// The connection's end of its entry in the table.
pub(super) struct StreamEnd {
    pub(super) flow: Flow,
    pub(super) inbound: bool,
    pub(super) queue: mpsc::Receiver<Bytes>,
    /// For what the connection itself has to say; gone as soon as the entry is.
    pub(super) own: mpsc::WeakSender<Bytes>,
    /// Bytes in the queue.
    pub(super) queued: Arc<AtomicUsize>,
    /// How often the engine wants pings, once it does.
    pub(super) pings: watch::Receiver<Option<Pings>>,
    /// Told to end at once, with the reason.
    pub(super) killed: oneshot::Receiver<FlowError>,
}

impl Shared {
    pub(super) fn new(config: NetConfig, events: mpsc::Sender<NetEvent>) -> Self {
        Self {
            tls: Tls::new(config.tls.clone(), config.trust.clone()),
            config,
            events,
            runtime: Handle::current(),
            next_id: AtomicU64::new(1),
            table: Mutex::default(),
            tasks: Mutex::default(),
            streams: Mutex::default(),
            servers: Mutex::default(),
        }
    }

    /// Runs a task for as long as the network lives.
    pub(super) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) -> AbortHandle {
        self.spawn_in(&self.tasks, task)
    }

    /// Runs a connection, which a shutdown lets finish.
    pub(super) fn spawn_stream(&self, task: impl Future<Output = ()> + Send + 'static) {
        self.spawn_in(&self.streams, task);
    }

    /// The connections, which end by themselves after [`Self::close_all`].
    pub(super) fn streams(&self) -> JoinSet<()> {
        std::mem::take(&mut *self.streams.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Ends every task at once.
    pub(super) fn abort(&self) {
        for set in [&self.tasks, &self.streams] {
            set.lock()
                .unwrap_or_else(PoisonError::into_inner)
                .abort_all();
        }
    }

    fn spawn_in(
        &self,
        set: &Mutex<JoinSet<()>>,
        task: impl Future<Output = ()> + Send + 'static,
    ) -> AbortHandle {
        let mut set = set.lock().unwrap_or_else(PoisonError::into_inner);
        while set.try_join_next().is_some() {}
        set.spawn_on(task, &self.runtime)
    }

    /// Hands a message up, waiting while the engine is behind.
    pub(super) async fn received(&self, flow: Flow, bytes: Bytes) {
        self.tap(Direction::Received, flow, &bytes);
        self.report(NetEvent::Received { flow, bytes }).await;
    }

    /// Hands an event up, waiting while the engine is behind.
    pub(super) async fn report(&self, event: NetEvent) {
        // Without a receiver there is nobody left to care.
        let _ = self.events.send(event).await;
    }

    /// Hands an event up from where nothing may wait.
    pub(super) fn report_soon(self: &Arc<Self>, event: NetEvent) {
        if let Err(mpsc::error::TrySendError::Full(event)) = self.events.try_send(event) {
            let shared = Arc::clone(self);
            self.spawn(async move { shared.report(event).await });
        }
    }

    /// The open UDP flow to an address.
    pub(super) fn datagram_flow(&self, remote: SocketAddr) -> Option<Flow> {
        self.table().datagram_flows.get(&remote).copied()
    }

    /// Opens a UDP flow to an address, or gives the open one.
    pub(super) fn open_datagram_flow(
        self: &Arc<Self>,
        remote: SocketAddr,
    ) -> Result<Flow, FlowError> {
        let mut table = self.table();
        if table.closed {
            return Err(shut_down(remote));
        }
        if let Some(flow) = table.datagram_flows.get(&remote) {
            return Ok(*flow);
        }
        let port = self.port(&mut table, remote)?;
        let is_connected = |link: &&Link| {
            matches!(
                link,
                Link::Datagram {
                    connected: Some(_),
                    ..
                }
            )
        };
        let room = table.flows.values().filter(is_connected).count() < limits::CONNECTED_SOCKETS;
        let (local, connected) = port
            .connect(remote, room)
            .map_err(|error| udp::unreachable(remote, &error))?;
        let flow = Flow {
            id: self.new_id(),
            transport: Transport::Udp,
            local: without_scope(local),
            remote,
        };
        let connected = connected.map(|socket| {
            let socket = Arc::new(socket);
            let task = udp::receive_connected(Arc::clone(self), Arc::clone(&socket), flow);
            (socket, self.spawn(task))
        });
        table.datagram_flows.insert(remote, flow);
        table.flows.insert(
            flow.id,
            Link::Datagram {
                flow,
                port,
                connected,
            },
        );
        Ok(flow)
    }

    /// Binds what the configuration names, so that a port in use is known at the start.
    pub(super) fn bind(self: &Arc<Self>) -> Result<(), FlowError> {
        match self.config.bind {
            Some(address) => self.port(&mut self.table(), address).map(|_| ()),
            None => Ok(()),
        }
    }

    /// The local address from which a remote one is reached, if its family lets it.
    pub(super) fn bind_towards(&self, remote: SocketAddr) -> io::Result<Option<SocketAddr>> {
        match self.config.bind {
            Some(bind) if bind.is_ipv6() != remote.is_ipv6() => Err(io::Error::other(format!(
                "the local address {bind} is of the other address family"
            ))),
            bind => Ok(bind),
        }
    }

    /// The port on which an address of this family is spoken to.
    fn port(
        self: &Arc<Self>,
        table: &mut Table,
        remote: SocketAddr,
    ) -> Result<Arc<UdpPort>, FlowError> {
        let v6 = remote.is_ipv6();
        let slot = if v6 { &mut table.v6 } else { &mut table.v4 };
        if let Some(port) = slot {
            return Ok(Arc::clone(port));
        }
        let address = self
            .bind_towards(remote)
            .map_err(|error| udp::unreachable(remote, &error))?
            .unwrap_or(if v6 { ANY_V6 } else { ANY_V4 });
        let Bound {
            port,
            overflow,
            listener,
        } = UdpPort::bind(self.new_id(), address)?;
        *slot = Some(Arc::clone(&port));
        table.flows.insert(port.id, Link::Port(Arc::clone(&port)));
        self.spawn(udp::receive(Arc::clone(self), Arc::clone(&port)));
        self.spawn(udp::send_queued(Arc::clone(&port), overflow));
        if let Some(listener) = listener {
            self.spawn(super::stream::accept(Arc::clone(self), listener));
        }
        Ok(port)
    }

    /// Enters a connection into the table: one that we made, with the identities it has proved, or an accepted one.
    pub(super) fn open_stream_flow(
        &self,
        target: Target,
        local: SocketAddr,
        outbound: Option<Identities>,
    ) -> Result<StreamEnd, FlowError> {
        let mut table = self.table();
        if table.closed {
            return Err(shut_down(target.address));
        }
        let inbound = outbound.is_none();
        let streams = || {
            table.flows.values().filter_map(|link| match link {
                Link::Stream(stream) if stream.outbound.is_none() == inbound => Some(stream),
                _ => None,
            })
        };
        let from_there = streams()
            .filter(|stream| stream.flow.remote.ip() == target.address.ip())
            .count();
        let full = if inbound {
            streams().count() >= limits::INBOUND_CONNECTIONS
                || from_there >= limits::INBOUND_PER_ADDRESS
        } else {
            streams().count() >= limits::OUTBOUND_CONNECTIONS
        };
        if full {
            return Err(FlowError::Unreachable {
                address: target.address.to_string(),
                transport: target.transport,
                detail: "too many connections are open".to_owned(),
            });
        }
        let flow = Flow {
            id: self.new_id(),
            transport: target.transport,
            local: without_scope(local),
            remote: target.address,
        };
        let (queue, waiting) = mpsc::channel(limits::QUEUED_MESSAGES);
        let (kill, killed) = oneshot::channel();
        let (pings, pings_wanted) = watch::channel(None);
        let queued = Arc::new(AtomicUsize::new(0));
        let end = StreamEnd {
            flow,
            inbound,
            queue: waiting,
            own: queue.downgrade(),
            queued: Arc::clone(&queued),
            pings: pings_wanted,
            killed,
        };
        table.flows.insert(
            flow.id,
            Link::Stream(StreamLink {
                flow,
                outbound,
                queue,
                queued,
                pings,
                kill,
            }),
        );
        Ok(end)
    }

    /// An open connection that we made to this address; under TLS only if its certificate stands for this next hop
    /// too (RFC 5923 §8.1).
    pub(super) fn stream_flow(&self, target: Target, next_hop: &NextHop) -> Option<Flow> {
        let table = self.table();
        table.flows.values().find_map(|link| match link {
            Link::Stream(StreamLink {
                flow,
                outbound: Some(identities),
                ..
            }) if flow.remote == target.address && flow.transport == target.transport => {
                let fits = flow.transport != Transport::Tls
                    || identities.verify(&tls::expected(next_hop)).is_ok();
                fits.then_some(*flow)
            }
            _ => None,
        })
    }

    /// Sends on a flow. A failure is an event.
    pub(super) fn transmit(self: &Arc<Self>, flow: Flow, bytes: Bytes) {
        if udp::is_sip(&bytes) {
            self.tap(Direction::Sent, flow, &bytes);
        }
        let mut table = self.table();
        let trouble = match table.flows.get(&flow.id) {
            None => {
                drop(table);
                // The engine has not heard yet, or heard it in the wrong order.
                self.report_soon(NetEvent::FlowClosed {
                    flow: flow.id,
                    error: FlowError::Closed {
                        address: flow.remote.to_string(),
                        detail: "it was closed before".to_owned(),
                    },
                });
                return;
            }
            Some(Link::Port(port)) => {
                // Other addresses use the same socket: what one of them breaks must not close it.
                if let Err(error) = port.send(bytes, flow.remote) {
                    tracing::debug!(remote = %flow.remote, %error, "a datagram could not be sent");
                }
                None
            }
            Some(Link::Datagram {
                flow: open,
                port,
                connected,
            }) => send_datagram(*open, port, connected.as_ref().map(|it| &it.0), flow, bytes),
            Some(Link::Stream(stream)) => {
                let size = bytes.len();
                let queued = stream.queued.fetch_add(size, Ordering::Relaxed) + size;
                let fits = queued <= limits::QUEUED_BYTES.max(size);
                if fits && stream.queue.try_send(bytes).is_ok() {
                    None
                } else {
                    Some(FlowError::Closed {
                        address: flow.remote.to_string(),
                        detail: "the other side does not take what is sent".to_owned(),
                    })
                }
            }
        };
        let Some(error) = trouble else { return };
        let link = table.remove(flow.id);
        drop(table);
        match link {
            // The connection reports it when it has ended.
            Some(Link::Stream(stream)) => drop(stream.kill.send(error)),
            _ => self.report_soon(NetEvent::FlowClosed {
                flow: flow.id,
                error,
            }),
        }
    }

    /// Has a connection pinged as the other side agreed to; without effect on other flows.
    pub(super) fn keep_alive(&self, flow: FlowId, pings: Pings) {
        if let Some(Link::Stream(stream)) = self.table().flows.get(&flow) {
            stream.pings.send_replace(Some(pings));
        }
    }

    /// Closes a flow; with an error it is reported, once.
    pub(super) fn close(self: &Arc<Self>, flow: FlowId, error: Option<FlowError>) {
        let mut table = self.table();
        if matches!(table.flows.get(&flow), Some(Link::Port(_))) {
            // The port stays for whoever else writes to us.
            return;
        }
        let link = table.remove(flow);
        drop(table);
        if let (Some(_), Some(error)) = (link, error) {
            self.report_soon(NetEvent::FlowClosed { flow, error });
        }
    }

    /// Takes a connection out of the table; true if it was still there.
    pub(super) fn forget(&self, flow: FlowId) -> bool {
        self.table().remove(flow).is_some()
    }

    /// Remembers who waits for a flow; true if nobody has asked for the same before.
    pub(super) fn wish(&self, wish: Wish, request: FlowRequest) -> bool {
        let mut table = self.table();
        let requests = table.wishes.entry(wish).or_default();
        requests.push(request);
        requests.len() == 1
    }

    /// Those who wait for a flow, to be answered now.
    pub(super) fn granted(&self, wish: &Wish) -> Vec<FlowRequest> {
        self.table().wishes.remove(wish).unwrap_or_default()
    }

    /// Takes every flow out of the table and opens no more. Connections end when they have written what is queued.
    pub(super) fn close_all(&self) {
        let mut table = self.table();
        table.closed = true;
        let flows: Vec<FlowId> = table.flows.keys().copied().collect();
        for flow in flows {
            table.remove(flow);
        }
        table.v4 = None;
        table.v6 = None;
    }

    /// Shows a message to whoever records them.
    pub(super) fn tap(&self, direction: Direction, flow: Flow, bytes: &Bytes) {
        if let Some(tap) = &self.config.tap {
            tap.message(Entry {
                time: Timestamp::now(),
                direction,
                channel: Channel::Sip(flow),
                bytes: bytes.clone(),
            });
        }
    }

    /// The choices of servers, for a moment.
    pub(super) fn servers<T>(&self, look: impl FnOnce(&mut Servers) -> T) -> T {
        look(&mut self.servers.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn new_id(&self) -> FlowId {
        FlowId(self.next_id.fetch_add(1, Ordering::Relaxed))
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Table {
    fn remove(&mut self, flow: FlowId) -> Option<Link> {
        let link = self.flows.remove(&flow)?;
        if let Link::Datagram {
            flow, connected, ..
        } = &link
        {
            self.datagram_flows.remove(&flow.remote);
            if let Some((_, task)) = connected {
                task.abort();
            }
        }
        Some(link)
    }
}

/// Sends on a UDP flow, or from its port to another address (RFC 3581 §4).
fn send_datagram(
    open: Flow,
    port: &UdpPort,
    connected: Option<&Arc<UdpSocket>>,
    flow: Flow,
    bytes: Bytes,
) -> Option<FlowError> {
    let sent = match connected {
        Some(socket) if open.remote == flow.remote => match socket.try_send(&bytes) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                port.send_later(bytes, flow.remote);
                Ok(())
            }
            other => other.map(|_| ()),
        },
        _ => port.send(bytes, flow.remote),
    };
    let error = sent.err()?;
    if open.remote != flow.remote {
        tracing::debug!(remote = %flow.remote, %error, "a datagram could not be sent");
        return None;
    }
    Some(udp::unreachable(flow.remote, &error))
}

/// As it can stand in a message: the scope of a link-local address means nothing to others (RFC 4007 §11.2).
fn without_scope(local: SocketAddr) -> SocketAddr {
    SocketAddr::new(local.ip(), local.port())
}

fn shut_down(address: SocketAddr) -> FlowError {
    FlowError::Closed {
        address: address.to_string(),
        detail: "the network is shut down".to_owned(),
    }
}

const ANY_V4: SocketAddr =
    SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::UNSPECIFIED), 0);
const ANY_V6: SocketAddr =
    SocketAddr::new(std::net::IpAddr::V6(std::net::Ipv6Addr::UNSPECIFIED), 0);
