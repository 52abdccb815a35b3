//! The demo server on real sockets: UDP, TCP and HTTP on the loopback interface.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};
use tokio::net::{TcpListener, UdpSocket};
use tokio::sync::{Notify, mpsc};
use tokio::task::{JoinHandle, JoinSet};

use super::auth::password;
use super::connection::{self, Arrival};
use super::handle::{DemoHandle, DemoUser};
use super::limits::CONNECTIONS;
use super::office::{self, ALICE, DOMAIN, Office};
use super::options::DemoOptions;
use super::server::{Output, Server, Setup};
use crate::engine::{Flow, FlowId, Moment};
use crate::sip::Transport;

/// The demo server.
#[derive(Debug)]
pub struct Demo;

/// Why the demo server does not start.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DemoError {
    /// It serves this machine only.
    #[error("{0} is not a loopback address; the demo server serves this machine only")]
    NotLoopback(std::net::IpAddr),
    /// No port could be had.
    #[error("cannot listen on {address}: {detail}")]
    Listen {
        /// Where.
        address: SocketAddr,
        /// What the system said.
        detail: String,
    },
    /// The system has no random bytes.
    #[error("the system has no random bytes: {0}")]
    Random(String),
}

/// What the tasks share.
#[derive(Debug)]
pub(super) struct Shared {
    core: Mutex<Core>,
    /// Rung when somebody else than the driver has changed the core.
    pub(super) bell: Notify,
    start: Instant,
}

#[derive(Debug)]
pub(super) struct Core {
    pub(super) server: Server,
    pub(super) office: Option<Office>,
}

impl Shared {
    pub(super) fn core(&self) -> MutexGuard<'_, Core> {
        self.core.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn now(&self) -> Moment {
        Moment::from_start(self.start.elapsed())
    }
}

impl Demo {
    /// Starts a server inside the running tokio runtime. It stops when the handle is dropped.
    ///
    /// # Errors
    /// [`DemoError`] when there is no port for it.
    pub async fn start(options: DemoOptions) -> Result<DemoHandle, DemoError> {
        if !options.address.is_loopback() {
            return Err(DemoError::NotLoopback(options.address));
        }
        let mut random = source(options.seed)?;
        let (udp, tcp, sip) = listen(&options).await?;
        let web = SocketAddr::new(options.address, options.xcap_port);
        let web = TcpListener::bind(web).await.map_err(failure(web))?;
        let xcap = web
            .local_addr()
            .map_err(failure(SocketAddr::new(options.address, options.xcap_port)))?;

        let users = office::users(|name| match &options.password {
            Some(given) if name == ALICE => given.clone(),
            _ => {
                let mut bytes = [0; 12];
                random.fill_bytes(&mut bytes);
                password(bytes)
            }
        });
        let listed = users.iter().map(DemoUser::of).collect();
        let mut server = Server::new(Setup {
            domain: DOMAIN.to_owned(),
            address: sip,
            users,
            expiry: options.expiry,
            nonce_lifetime: options.nonce_lifetime,
            faults: options.faults,
            epoch: jiff::Timestamp::now(),
            random: fork(&mut random),
        });
        let play = fork(&mut random);
        let office = options
            .office
            .then(|| Office::open(Moment::ZERO, &mut server, options.speed, play));
        let shared = Arc::new(Shared {
            core: Mutex::new(Core { server, office }),
            bell: Notify::new(),
            start: Instant::now(),
        });
        let driver = Driver::new(Arc::clone(&shared), udp, sip, fork(&mut random));
        let tasks: [JoinHandle<()>; 2] = [
            tokio::spawn(driver.run(tcp)),
            tokio::spawn(super::web::serve(Arc::clone(&shared), web)),
        ];
        Ok(DemoHandle::new(shared, sip, xcap, listed, tasks))
    }
}

/// Owns the SIP sockets and the clock.
struct Driver {
    shared: Arc<Shared>,
    udp: UdpSocket,
    local: SocketAddr,
    connections: HashMap<FlowId, (SocketAddr, mpsc::Sender<Bytes>)>,
    tasks: JoinSet<()>,
    arrivals: mpsc::Sender<Arrival>,
    arriving: mpsc::Receiver<Arrival>,
    last_flow: u64,
    random: ChaCha20Rng,
}

impl Driver {
    fn new(shared: Arc<Shared>, udp: UdpSocket, local: SocketAddr, random: ChaCha20Rng) -> Self {
        let (arrivals, arriving) = mpsc::channel(ARRIVALS);
        Self {
            shared,
            udp,
            local,
            connections: HashMap::new(),
            tasks: JoinSet::new(),
            arrivals,
            arriving,
            last_flow: 0,
            random,
        }
    }

    async fn run(mut self, tcp: TcpListener) {
        let mut buffer = vec![0; DATAGRAM];
        loop {
            let next = self.turn().await;
            let shared = Arc::clone(&self.shared);
            tokio::select! {
                received = self.udp.recv_from(&mut buffer) => {
                    // An error here is about something sent earlier; there is nobody to tell.
                    if let Ok((length, remote)) = received {
                        self.datagram(buffer.get(..length).unwrap_or_default(), remote);
                    }
                }
                accepted = tcp.accept() => match accepted {
                    Ok((stream, remote)) if self.connections.len() < CONNECTIONS => {
                        let (flow, queue) = self.connection(remote);
                        let arrivals = self.arrivals.clone();
                        self.tasks.spawn(connection::run(stream, flow, queue, arrivals));
                    }
                    Ok(_) => {}
                    // Out of file descriptors, most likely: wait a little.
                    Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
                },
                Some(arrival) = self.arriving.recv() => self.arrival(arrival),
                Some(_) = self.tasks.join_next() => {}
                () = shared.bell.notified() => {}
                () = sleep_until(next) => {}
            }
        }
    }

    /// Does what is due, sends what is to be sent, and says when to come back.
    async fn turn(&mut self) -> Option<Instant> {
        let (mut outputs, mut next) = (Vec::new(), None);
        {
            let now = self.shared.now();
            let mut core = self.shared.core();
            let Core { server, office } = &mut *core;
            server.handle_timeout(now);
            if let Some(office) = office {
                office.handle_timeout(now, server);
            }
            while let Some(output) = server.poll() {
                outputs.push(output);
            }
            let office = office.as_ref().and_then(Office::next_timeout);
            for moment in [server.next_timeout(), office].into_iter().flatten() {
                next = Some(next.map_or(moment, |next: Moment| next.min(moment)));
            }
        }
        for output in outputs {
            match output {
                Output::Transmit { flow, bytes } => self.transmit(flow, bytes).await,
                Output::CloseAll => {
                    self.connections.clear();
                    self.tasks.abort_all();
                }
            }
        }
        next.map(|next| self.shared.start + next.since_start())
    }

    async fn transmit(&mut self, flow: Flow, bytes: Bytes) {
        if flow.transport == Transport::Udp {
            if !self.is_lost() {
                // A datagram that cannot be sent is one that gets lost.
                let _ = self.udp.send_to(&bytes, flow.remote).await;
            }
            return;
        }
        let open = self
            .connections
            .get(&flow.id)
            .or_else(|| self.connections.values().find(|(to, _)| *to == flow.remote));
        if let Some((_, sender)) = open {
            // Somebody who does not read gets nothing more; the transaction will time out.
            let _ = sender.try_send(bytes);
        } else if self.connections.len() < CONNECTIONS {
            let (flow, queue) = self.connection(flow.remote);
            if let Some((_, sender)) = self.connections.get(&flow.id) {
                let _ = sender.try_send(bytes);
            }
            let arrivals = self.arrivals.clone();
            self.tasks.spawn(connection::open(flow, queue, arrivals));
        }
    }

    fn connection(&mut self, remote: SocketAddr) -> (Flow, mpsc::Receiver<Bytes>) {
        self.last_flow += 1;
        let flow = Flow {
            id: FlowId(self.last_flow),
            transport: Transport::Tcp,
            local: self.local,
            remote,
        };
        let (sender, queue) = mpsc::channel(QUEUE);
        self.connections.insert(flow.id, (remote, sender));
        (flow, queue)
    }

    fn datagram(&mut self, bytes: &[u8], remote: SocketAddr) {
        // Line ends alone are keep-alives.
        if bytes.trim_ascii().is_empty() || self.is_lost() {
            return;
        }
        let flow = Flow {
            id: UDP,
            transport: Transport::Udp,
            local: self.local,
            remote,
        };
        let now = self.shared.now();
        let bytes = Bytes::copy_from_slice(bytes);
        self.shared.core().server.receive(now, flow, bytes);
    }

    fn arrival(&mut self, arrival: Arrival) {
        let now = self.shared.now();
        match arrival {
            Arrival::Message(flow, bytes) => self.shared.core().server.receive(now, flow, bytes),
            Arrival::Closed(flow) => {
                if self.connections.remove(&flow).is_some() {
                    self.shared.core().server.flow_closed(now, flow);
                }
            }
        }
    }

    fn is_lost(&mut self) -> bool {
        let percent = u32::from(self.shared.core().server.faults.loss_percent);
        percent > 0 && self.random.next_u32() % 100 < percent
    }
}

/// Binds UDP and TCP to the same port.
async fn listen(options: &DemoOptions) -> Result<(UdpSocket, TcpListener, SocketAddr), DemoError> {
    let wanted = SocketAddr::new(options.address, options.sip_port);
    let mut failed = None;
    for _ in 0..PORT_ATTEMPTS {
        let tcp = TcpListener::bind(wanted).await.map_err(failure(wanted))?;
        let address = tcp.local_addr().map_err(failure(wanted))?;
        match UdpSocket::bind(address).await {
            Ok(udp) => return Ok((udp, tcp, address)),
            Err(error) => failed = Some(failure(address)(error)),
        }
        if options.sip_port != 0 {
            break;
        }
    }
    Err(failed.unwrap_or(DemoError::Listen {
        address: wanted,
        detail: String::new(),
    }))
}

fn failure(address: SocketAddr) -> impl Fn(std::io::Error) -> DemoError {
    move |error| DemoError::Listen {
        address,
        detail: error.to_string(),
    }
}

fn source(seed: Option<u64>) -> Result<ChaCha20Rng, DemoError> {
    let mut bytes = [0; 32];
    if let Some(seed) = seed {
        bytes[..8].copy_from_slice(&seed.to_le_bytes());
    } else {
        getrandom::fill(&mut bytes).map_err(|error| DemoError::Random(error.to_string()))?;
    }
    Ok(ChaCha20Rng::from_seed(bytes))
}

fn fork(random: &mut ChaCha20Rng) -> ChaCha20Rng {
    let mut seed = [0; 32];
    random.fill_bytes(&mut seed);
    ChaCha20Rng::from_seed(seed)
}

async fn sleep_until(next: Option<Instant>) {
    match next {
        Some(next) => tokio::time::sleep_until(next.into()).await,
        None => std::future::pending().await,
    }
}

/// The flow of the UDP socket.
const UDP: FlowId = FlowId(0);
/// The largest datagram there is.
const DATAGRAM: usize = 65_536;
/// Messages read from connections and not looked at yet.
const ARRIVALS: usize = 256;
/// Messages on their way to one connection.
const QUEUE: usize = 1024;
/// How many free TCP ports are tried until one is free for UDP too.
const PORT_ATTEMPTS: usize = 32;
