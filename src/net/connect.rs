//! Opens a flow for the engine: name, open flow or connection, answer.

use std::fmt::Write as _;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use futures_util::TryFutureExt as _;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpSocket, TcpStream};
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::identity::Identities;
use super::resolve::{Located, Target, avoided_last};
use super::servers::{Failures, PassedOver};
use super::shared::{Shared, Wish};
use super::verify::Shown;
use super::{NetEvent, limits, stream};
use crate::engine::{Flow, FlowError, NextHop};
use crate::sip::Transport;

/// Fulfils a wish, and answers everybody who has it.
pub(super) async fn open(shared: Arc<Shared>, wish: Wish) {
    let (next_hop, avoid) = &wish;
    let found = find(&shared, next_hop, avoid).await;
    let requests = shared.granted(&wish);
    match found {
        Ok((Found { flow, start }, away)) => {
            for request in requests {
                let opened = NetEvent::FlowOpened {
                    request,
                    flow,
                    away,
                };
                shared.report(opened).await;
            }
            // Only now, so that nothing comes from a flow before it is known to be open.
            if let Some(start) = start {
                start();
            }
        }
        Err(error) => {
            for request in requests {
                let error = error.clone();
                shared.report(NetEvent::FlowFailed { request, error }).await;
            }
        }
    }
}

/// A flow, and what makes it run if it is new.
struct Found {
    flow: Flow,
    start: Option<Box<dyn FnOnce() + Send>>,
}

impl Found {
    fn open(flow: Flow) -> Self {
        Self { flow, start: None }
    }
}

/// A connection before it becomes a flow.
pub(super) struct Connected {
    target: Target,
    local: SocketAddr,
    identities: Identities,
    stream: Box<dyn Stream>,
}

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// Finds a flow; tells whether there is a better server that cannot be had now.
async fn find(
    shared: &Arc<Shared>,
    next_hop: &NextHop,
    avoid: &[SocketAddr],
) -> Result<(Found, bool), FlowError> {
    let located = shared.config.resolver.locate(next_hop).await?;
    shared.compared(next_hop, &located);
    let targets = avoided_last(located.targets.clone(), avoid);
    let mut failures = Failures::new();
    let found = try_in_order(shared, next_hop, targets, &mut failures).await;
    let Some(found) = found? else {
        let last = failures.pop().map(|(_, error)| error);
        return Err(with_hidden(last, next_hop, &located));
    };
    let passed = PassedOver::before(found.flow, &located, &failures, avoid);
    let away = shared.chosen(next_hop, found.flow, located, passed);
    Ok((found, away))
}

/// Why nothing could be had of targets that all failed, and which servers were not even found.
fn with_hidden(last: Option<FlowError>, next_hop: &NextHop, located: &Located) -> FlowError {
    let mut error = last.unwrap_or_else(|| FlowError::Name {
        host: next_hop.host.clone(),
        detail: "the name has no address".to_owned(),
    });
    if let FlowError::Unreachable { detail, .. } | FlowError::Tls { detail, .. } = &mut error
        && let Some((name, missing)) = located.hidden().next()
    {
        let _ = write!(
            detail,
            "; the address of {name} is not known now ({missing})"
        );
        let more = located.hidden().count() - 1;
        if more > 0 {
            let _ = write!(detail, ", and {more} more");
        }
    }
    error
}

/// The first of the targets that can be had, if any.
async fn try_in_order(
    shared: &Arc<Shared>,
    next_hop: &NextHop,
    targets: Vec<Target>,
    failures: &mut Failures,
) -> Result<Option<Found>, FlowError> {
    let mut attempts = JoinSet::new();
    for target in targets {
        if target.transport == Transport::Udp {
            // A socket is there at once and proves nothing: connections that stand before it get their time.
            match first_connected(&mut attempts, failures).await {
                Some(connected) => return enter(shared, connected).map(Some),
                None => match shared.open_datagram_flow(target.address) {
                    Ok(flow) => return Ok(Some(Found::open(flow))),
                    Err(error) => failures.push((target, error)),
                },
            }
            continue;
        }
        if let Some(flow) = shared.stream_flow(target, next_hop) {
            // It runs away to nobody: what comes before it gets more than an instant.
            let better = first_connected(&mut attempts, failures);
            return match timeout(limits::BETTER_DELAY, better).await {
                Ok(Some(connected)) => enter(shared, connected).map(Some),
                Ok(None) | Err(_) => Ok(Some(Found::open(flow))),
            };
        }
        let attempt = connect(
            Arc::clone(shared),
            target,
            next_hop.clone(),
            Shown::default(),
        );
        attempts.spawn(attempt.map_err(move |error| (target, error)));
        // The next address joins when this one is slow, or at once when it has failed (RFC 8305 §5).
        match timeout(limits::ATTEMPT_DELAY, attempts.join_next()).await {
            Ok(Some(Ok(Ok(connected)))) => return enter(shared, connected).map(Some),
            Ok(Some(Ok(Err(failed)))) => failures.push(failed),
            Ok(Some(Err(_)) | None) | Err(_) => {}
        }
    }
    let connected = first_connected(&mut attempts, failures).await;
    connected
        .map(|connected| enter(shared, connected))
        .transpose()
}

/// Waits until an attempt succeeds, or all have failed.
async fn first_connected(
    attempts: &mut JoinSet<Result<Connected, (Target, FlowError)>>,
    failures: &mut Failures,
) -> Option<Connected> {
    while let Some(attempt) = attempts.join_next().await {
        match attempt {
            Ok(Ok(connected)) => return Some(connected),
            Ok(Err(failed)) => failures.push(failed),
            Err(_) => {}
        }
    }
    None
}

/// Makes a connection a flow.
fn enter(shared: &Arc<Shared>, connected: Connected) -> Result<Found, FlowError> {
    let Connected {
        target,
        local,
        identities,
        stream,
    } = connected;
    let end = shared.open_stream_flow(target, local, Some(identities))?;
    let flow = end.flow;
    let shared = Arc::clone(shared);
    let start = Box::new(move || {
        shared.spawn_stream(stream::run(Arc::clone(&shared), end, stream));
    });
    Ok(Found {
        flow,
        start: Some(start),
    })
}

/// Makes a connection, and says what certificate the server has shown.
pub(super) async fn connect(
    shared: Arc<Shared>,
    target: Target,
    next_hop: NextHop,
    shown: Shown,
) -> Result<Connected, FlowError> {
    let unreachable = |detail: String| FlowError::Unreachable {
        address: target.address.to_string(),
        transport: target.transport,
        detail,
    };
    let tcp = timeout(limits::CONNECT_TIMEOUT, tcp(&shared, target.address))
        .await
        .map_err(|_| unreachable("no answer in time".to_owned()))?
        .map_err(|error| unreachable(error.to_string()))?;
    let local = tcp
        .local_addr()
        .map_err(|error| unreachable(error.to_string()))?;
    let mut identities = Identities::default();
    let stream: Box<dyn Stream> = match target.transport {
        Transport::Tls => {
            let handshake = shared.tls.connect(tcp, target.address, &next_hop, shown);
            let (tls, proved) = timeout(limits::CONNECT_TIMEOUT, handshake)
                .await
                .map_err(|_| unreachable("no TLS handshake in time".to_owned()))??;
            identities = proved;
            Box::new(tls)
        }
        Transport::Udp | Transport::Tcp => Box::new(tcp),
    };
    Ok(Connected {
        target,
        local,
        identities,
        stream,
    })
}

async fn tcp(shared: &Shared, remote: SocketAddr) -> io::Result<TcpStream> {
    let socket = if remote.is_ipv6() {
        TcpSocket::new_v6()?
    } else {
        TcpSocket::new_v4()?
    };
    // The port of `bind` belongs to the listener; a connection from us has one of its own.
    if let Some(bind) = shared.bind_towards(remote)? {
        socket.bind(SocketAddr::new(bind.ip(), 0))?;
    }
    let stream = socket.connect(remote).await?;
    // A message is written whole; waiting for more would only delay it.
    stream.set_nodelay(true)?;
    Ok(stream)
}
