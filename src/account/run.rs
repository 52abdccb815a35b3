//! The loop that runs an account: network, commands and time in; the engine's wishes out.

use std::sync::Arc;
use std::time::{Duration, Instant};

use rand_core::SeedableRng;
use tokio::sync::{mpsc, watch};
use tokio::time::{Sleep, sleep_until};

use super::clock::{Clock, Now, SleepWatch, instant_at};
use super::command::Command;
use super::config::Config;
use super::event::{Event, Fault, Topic, Trouble};
use super::job::JobResult;
use super::offers;
use super::report::Reports;
use super::session::Session;
use super::snapshot::{Connection, Snapshot};
use super::trace::{Both, Trace, TraceFile};
use super::xcap_server::XcapServer;
use crate::engine::{FlowError, Input, Output};
use crate::net::trace::Tap;
use crate::net::{DnsResolver, NetConfig, NetEvent, Network, TlsConfig, Trust};
use crate::sip::Secret;

/// A running account. Dropping it logs out.
#[derive(Debug)]
pub struct Handle {
    commands: mpsc::UnboundedSender<Command>,
    /// The state; made only while somebody holds a receiver. Ends with the account.
    pub snapshot: watch::Receiver<Arc<Snapshot>>,
    /// What happens, in order. Ends with the account.
    pub events: mpsc::Receiver<Event>,
}

impl Handle {
    /// Sends a wish; without effect when the account has ended.
    pub fn send(&self, command: Command) {
        let _ = self.commands.send(command);
    }

    /// Another place to send wishes from. The account does not end while there is one.
    pub fn commands(&self) -> mpsc::UnboundedSender<Command> {
        self.commands.clone()
    }
}

/// Starts an account: on the current tokio runtime, or on a thread of its own where there is none.
pub fn start(config: Config, password: Option<Secret>) -> Handle {
    start_with(config, password, None)
}

/// The same, with a trace that others write too.
pub(super) fn start_with(
    config: Config,
    password: Option<Secret>,
    tap: Option<Arc<dyn Tap>>,
) -> Handle {
    let (commands, command_receiver) = mpsc::unbounded_channel();
    let (event_sender, events) = mpsc::channel(EVENTS);
    let first = Snapshot {
        account: config.settings.address.clone(),
        connection: Connection::Connecting,
        ..Snapshot::default()
    };
    let trace = config.record.then(|| first.trace.clone());
    let (snapshot_sender, snapshot) = watch::channel(Arc::new(first));
    let ends = Ends {
        commands: command_receiver,
        reports: Reports::new(event_sender),
        snapshots: snapshot_sender,
    };
    let account = run(config, password, (tap, trace), ends);
    match tokio::runtime::Handle::try_current() {
        Ok(runtime) => {
            runtime.spawn(account);
        }
        Err(_) => {
            std::thread::spawn(move || {
                match tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build()
                {
                    Ok(runtime) => runtime.block_on(account),
                    Err(error) => tracing::error!(%error, "no runtime for the account"),
                }
            });
        }
    }
    Handle {
        commands,
        snapshot,
        events,
    }
}

/// The other ends of a handle.
struct Ends {
    commands: mpsc::UnboundedReceiver<Command>,
    reports: Reports,
    snapshots: watch::Sender<Arc<Snapshot>>,
}

/// What reaches the loop.
struct Inputs {
    commands: mpsc::UnboundedReceiver<Command>,
    results: mpsc::UnboundedReceiver<JobResult>,
    net: mpsc::Receiver<NetEvent>,
}

/// Who sees every message beside the account: whoever brought it, and the window's memory.
pub(super) type Taps = (Option<Arc<dyn Tap>>, Option<Trace>);

/// What an account needs of the machine.
pub(super) struct Machine {
    random: Box<dyn rand_core::Rng + Send>,
    pub(super) tap: Option<Arc<dyn Tap>>,
    pub(super) trust: Trust,
    pub(super) network: Network,
    resolver: Arc<DnsResolver>,
    pub(super) events: mpsc::Receiver<NetEvent>,
}

/// Everything the loop owns.
struct Run {
    session: Session,
    network: Network,
    resolver: Arc<DnsResolver>,
    clock: Clock,
    snapshots: watch::Sender<Arc<Snapshot>>,
    /// When the window may be given the next snapshot.
    next_snapshot: Instant,
    /// When the engine wants to be woken.
    wake: Option<Instant>,
    /// When an orderly stop has to be over, once it has begun.
    stop_by: Option<Instant>,
    watch: SleepWatch,
    xcap: XcapServer,
    trust: Trust,
    /// Which of its refusals the session knows.
    trust_seen: u64,
}

async fn run(config: Config, password: Option<Secret>, taps: Taps, ends: Ends) {
    let account = config.settings.address.clone();
    let snapshots = ends.snapshots.clone();
    match Run::open(config, password, taps, ends).await {
        Ok((run, inputs)) => run.serve(inputs).await,
        Err(refused) => {
            let (trouble, mut reports) = *refused;
            snapshots.send_replace(Arc::new(Snapshot {
                account,
                connection: Connection::Trouble {
                    message: trouble.message.clone(),
                    fault: None,
                    retry_in_s: None,
                },
                troubles: vec![trouble.clone()],
                ..Snapshot::default()
            }));
            reports.send(Event::Error(trouble));
        }
    }
}

impl Machine {
    /// Opens the network, and the file of the trace if there is none yet.
    pub(super) async fn prepare(config: &Config, (tap, trace): Taps) -> Result<Self, Trouble> {
        let tap: Option<Arc<dyn Tap>> = match (tap, &config.trace) {
            (Some(tap), _) => Some(tap),
            (None, None) => None,
            (None, Some(path)) => {
                let hint = Some("choose another file with --trace");
                let file = TraceFile::create(path, config.trace_goes_on)
                    .map_err(|error| local_trouble(&error.to_string(), hint))?;
                Some(Arc::new(file))
            }
        };
        let tap = match (tap, trace) {
            (Some(tap), Some(trace)) => Some(Arc::new(Both(tap, trace)) as Arc<dyn Tap>),
            (None, Some(trace)) => Some(Arc::new(trace) as Arc<dyn Tap>),
            (tap, None) => tap,
        };
        let random = random()
            .map_err(|error| local_trouble(&format!("no random numbers: {error}"), None))?;
        let extra_ca = Some(&config.settings.tls_ca).filter(|path| !path.is_empty());
        let resolver = config
            .dns
            .map_or_else(DnsResolver::system, DnsResolver::only)
            .knowing(offers::load_tls(config));
        let resolver = Arc::new(resolver);
        let trust = config.trust();
        let net = NetConfig {
            bind: config.bind,
            resolver: Arc::clone(&resolver) as _,
            tls: TlsConfig {
                extra_ca: extra_ca.map(Into::into),
                client_certificate: config.client_certificate.clone(),
            },
            trust: trust.clone(),
            tap: tap.clone(),
            ..NetConfig::default()
        };
        let started = Network::start(net).await;
        let (network, events) = started.map_err(|error| flow_trouble(&error))?;
        Ok(Self {
            random,
            tap,
            trust,
            network,
            resolver,
            events,
        })
    }
}

impl Run {
    async fn open(
        config: Config,
        password: Option<Secret>,
        taps: Taps,
        ends: Ends,
    ) -> Result<(Self, Inputs), Box<(Trouble, Reports)>> {
        let trace = taps.1.clone().unwrap_or_default();
        let machine = match Machine::prepare(&config, taps).await {
            Ok(machine) => machine,
            Err(trouble) => return Err(Box::new((trouble, ends.reports))),
        };
        let (sender, results) = mpsc::unbounded_channel();
        let xcap = XcapServer::new(
            &config,
            password.clone(),
            (machine.tap, machine.trust.clone()),
            sender,
        );
        let mut session = Session::new(config, password, machine.random, ends.reports)?;
        session.trace = trace;
        let clock = Clock::start();
        let run = Self {
            session,
            network: machine.network,
            resolver: machine.resolver,
            watch: SleepWatch::new(clock.now()),
            clock,
            snapshots: ends.snapshots,
            next_snapshot: Instant::now(),
            wake: None,
            stop_by: None,
            xcap,
            trust: machine.trust,
            trust_seen: 0,
        };
        let inputs = Inputs {
            commands: ends.commands,
            results,
            net: machine.events,
        };
        Ok((run, inputs))
    }

    /// Logs in, and goes on until the account has logged out.
    async fn serve(mut self, mut inputs: Inputs) {
        let now = self.clock.now();
        self.session.begin(now);
        self.turn(now);
        let mut wishes: Vec<Command> = Vec::new();
        let mut batch: Vec<NetEvent> = Vec::with_capacity(BATCH);
        let timer = sleep_until(Instant::now().into());
        tokio::pin!(timer);
        let mut armed = Instant::now();
        while !self.session.is_over() && self.stop_by.is_none_or(|by| Instant::now() < by) {
            self.arm(timer.as_mut(), &mut armed);
            tokio::select! {
                // Many wishes in a row make few turns.
                count = inputs.commands.recv_many(&mut wishes, BATCH), if self.stop_by.is_none() => {
                    if count == 0 {
                        wishes.push(Command::LogOut);
                    }
                    self.take(&mut wishes);
                    if self.stop_by.is_some() {
                        inputs.commands.close();
                    }
                    // The first requests leave while further wishes wait.
                    tokio::task::yield_now().await;
                }
                Some(result) = inputs.results.recv() => {
                    let now = self.clock.now();
                    self.session.job_done(now, result);
                    self.turn(now);
                }
                count = inputs.net.recv_many(&mut batch, BATCH) => {
                    if count == 0 {
                        break;
                    }
                    for event in batch.drain(..) {
                        let now = self.clock.now();
                        tell(&event);
                        if is_unreadable(&event) {
                            self.session.unreadable(now);
                        }
                        self.session.engine.handle_input(now.moment, event);
                        self.turn(now);
                    }
                    for domain in self.network.take_downgraded() {
                        self.session.tls_withdrawn(&domain);
                    }
                    if let Some(domains) = self.resolver.take_offered_tls() {
                        self.session.keep_tls_domains(domains);
                    }
                }
                () = timer.as_mut() => {
                    armed = far();
                    self.tick();
                }
            }
            self.look_at_refusals();
            self.show();
        }
        let now = self.clock.now();
        self.session.flush(now);
        let last = self.session.last_snapshot(now, Connection::LoggedOut);
        self.snapshots.send_replace(Arc::new(last));
        self.network.shutdown().await;
    }

    /// Takes wishes, up to the one that ends the account.
    fn take(&mut self, wishes: &mut Vec<Command>) {
        let now = self.clock.now();
        for wish in wishes.drain(..) {
            match &wish {
                Command::TrustCertificate { pin, instead_of } => {
                    for old in instead_of {
                        self.trust.unpin(old);
                    }
                    self.trust.pin(pin.clone());
                }
                Command::DistrustCertificate(pin) => self.trust.unpin(pin),
                _ => {}
            }
            let last = matches!(wish, Command::LogOut);
            if matches!(wish, Command::ReportHealth) {
                self.session.servers = self.network.servers();
            }
            self.session.command(now, wish);
            if last {
                self.stop_by = Some(Instant::now() + STOP_WITHIN);
                break;
            }
        }
        self.turn(now);
    }

    /// Something was due.
    fn tick(&mut self) {
        let now = self.clock.now();
        // What a sleep leaves of connections and dialogs shows only when they are used.
        if self.watch.due() <= now.moment && self.watch.slept(now) {
            tracing::info!("the machine slept");
            self.session.command(now, Command::NetworkChanged);
        }
        self.session.engine.handle_input(now.moment, Input::Tick);
        self.turn(now);
    }

    /// Does what the engine wants, and reports what came of it.
    fn turn(&mut self, now: Now) {
        self.session.pass_time(now);
        loop {
            match self.session.engine.poll_output() {
                Output::OpenFlow {
                    request,
                    next_hop,
                    avoid,
                } => self.network.open_flow(request, next_hop, avoid),
                Output::Transmit { flow, bytes } => self.network.transmit(flow, bytes),
                Output::KeepAlive {
                    flow,
                    shortest,
                    longest,
                } => self.network.keep_alive(flow, shortest, longest),
                Output::CloseFlow(flow) => self.network.close_flow(flow),
                Output::Event(event) => self.session.engine_event(now, event),
                Output::Timeout(when) => {
                    self.wake = when.map(|when| self.clock.instant(when));
                    break;
                }
            }
        }
        self.session.flush(now);
        while let Some(job) = self.session.jobs.pop_front() {
            self.xcap.send(job);
        }
    }

    /// Sets the timer to the next thing that is due. A timer that fires too early only costs a look.
    fn arm(&self, timer: std::pin::Pin<&mut Sleep>, armed: &mut Instant) {
        let confirm = self
            .session
            .deadline()
            .map(|moment| self.clock.instant(moment));
        let look = Some(self.clock.instant(self.watch.due()));
        let snapshot =
            (self.session.changed && !self.snapshots.is_closed()).then_some(self.next_snapshot);
        let change = self.session.next_change();
        let change = change.map(instant_at);
        let next = [self.wake, confirm, look, change, snapshot, self.stop_by]
            .into_iter()
            .flatten()
            .min()
            .unwrap_or_else(far);
        if next < *armed || *armed <= Instant::now() {
            timer.reset(next.into());
            *armed = next;
        }
    }

    /// Tells which servers are not trusted.
    fn look_at_refusals(&mut self) {
        let revision = self.trust.revision();
        if revision != self.trust_seen {
            self.trust_seen = revision;
            self.session.distrusted = Arc::new(self.trust.refused());
            self.session.changed = true;
        }
    }

    /// Gives the window a snapshot, if it is due and somebody looks.
    fn show(&mut self) {
        if !self.session.changed || self.snapshots.is_closed() {
            return;
        }
        let instant = Instant::now();
        if instant < self.next_snapshot {
            return;
        }
        self.session.changed = false;
        self.next_snapshot = instant + FRAME;
        let snapshot = self.session.snapshot(self.clock.now());
        self.snapshots.send_replace(Arc::new(snapshot));
    }
}

/// Whether a connection ended because what came on it was no SIP.
fn is_unreadable(event: &NetEvent) -> bool {
    let NetEvent::FlowClosed { error, .. } = event else {
        return false;
    };
    matches!(error, FlowError::Framing { .. })
}

/// What happened to connections, for the log.
fn tell(event: &NetEvent) {
    match event {
        NetEvent::FlowClosed { error, .. } => tracing::warn!(%error, "a connection is lost"),
        NetEvent::FlowFailed { error, .. } => tracing::warn!(%error, "no connection"),
        NetEvent::FlowOpened { flow, .. } => {
            tracing::info!(remote = %flow.remote, transport = flow.transport.via_token(), "connected");
        }
        _ => {}
    }
}

fn random() -> Result<Box<dyn rand_core::Rng + Send>, getrandom::Error> {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed)?;
    Ok(Box::new(rand_chacha::ChaCha20Rng::from_seed(seed)))
}

fn local_trouble(message: &str, hint: Option<&str>) -> Trouble {
    Trouble {
        code: Fault::Other.code(),
        message: message.to_owned(),
        hint: hint.map(str::to_owned),
        topic: Topic::Other,
    }
}

fn flow_trouble(error: &FlowError) -> Trouble {
    let (fault, hint) = match error {
        FlowError::Bind { .. } => (
            Fault::Other,
            Some("choose another address or port with --bind"),
        ),
        FlowError::Certificates { .. } => (
            Fault::Unreachable,
            Some("check --tls-ca, --tls-client-cert and --tls-client-key"),
        ),
        _ => (Fault::Unreachable, None),
    };
    Trouble {
        code: fault.code(),
        message: error.to_string(),
        hint: hint.map(str::to_owned),
        topic: Topic::Other,
    }
}

/// A timer that is not set.
fn far() -> Instant {
    Instant::now() + Duration::from_secs(366 * 24 * 3600)
}

/// Events that may wait for a reader.
const EVENTS: usize = 1 << 16;
/// Inputs taken in one turn of the loop.
const BATCH: usize = 128;
/// The shortest time between two snapshots.
const FRAME: Duration = Duration::from_millis(30);
/// An orderly stop may take so long.
const STOP_WITHIN: Duration = Duration::from_millis(4200);
