//! Connections: framing, writing in order, keep-alives.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, sleep_until, timeout};

use super::config::KeepAlive;
use super::limits;
use super::refuse::refusal;
use super::resolve::Target;
use super::shared::{Pings, Shared, StreamEnd};
use super::trace::Direction;
use crate::engine::{Flow, FlowError};
use crate::sip::framing::{Frame, PING, PONG, StreamFramer};
use crate::sip::{Limits, Transport};

/// Takes connections on a listening port, for ever.
pub(super) async fn accept(shared: Arc<Shared>, listener: TcpListener) {
    loop {
        let (stream, remote) = match listener.accept().await {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
                continue;
            }
        };
        let target = Target {
            address: remote,
            transport: Transport::Tcp,
        };
        let _ = stream.set_nodelay(true);
        let opened = stream
            .local_addr()
            .map(|local| shared.open_stream_flow(target, local, None));
        match opened {
            Ok(Ok(end)) => shared.spawn_stream(run(Arc::clone(&shared), end, stream)),
            Ok(Err(error)) => tracing::warn!(%remote, %error, "a connection was refused"),
            Err(error) => tracing::debug!(%remote, %error, "a connection was gone at once"),
        }
    }
}

/// Runs one connection until it ends, and reports its end unless the engine wished it.
pub(super) async fn run(shared: Arc<Shared>, end: StreamEnd, stream: impl AsyncRead + AsyncWrite) {
    let StreamEnd {
        flow,
        inbound,
        queue,
        own,
        queued,
        pings,
        mut killed,
    } = end;
    let (reading, writing) = tokio::io::split(stream);
    let keep_alive = shared.config.keep_alive;
    let mut reader = Reader {
        keep_alive,
        shared: Arc::clone(&shared),
        flow,
        own,
        pings,
        agreed: false,
        queued: Arc::clone(&queued),
        framer: StreamFramer::new(Limits::default()),
        ponged: false,
        heard: false,
        awaiting_pong: None,
        next_ping: (!inbound).then(|| Instant::now() + ping_interval(keep_alive)),
        idle_end: inbound.then(|| Instant::now() + limits::INBOUND_FIRST_MESSAGE),
    };
    let write = write(writing, queue, |size| {
        queued.fetch_sub(size, Ordering::Relaxed);
    });
    tokio::pin!(write);
    let (error, can_write) = tokio::select! {
        Ok(error) = &mut killed => {
            shared.report(super::NetEvent::FlowClosed { flow: flow.id, error }).await;
            return;
        }
        result = &mut write => match result {
            // The entry is gone: closed on demand.
            Ok(()) => return,
            Err(error) => (closed(flow, &error), false),
        },
        error = reader.run(reading) => (error, true),
    };
    let was_open = shared.forget(flow.id);
    // What is queued still goes out: the 400 for a request that could not be framed.
    if can_write {
        let _ = timeout(limits::SHUTDOWN_TIMEOUT, write).await;
    }
    if was_open {
        let flow = flow.id;
        shared
            .report(super::NetEvent::FlowClosed { flow, error })
            .await;
    }
}

struct Reader {
    keep_alive: KeepAlive,
    shared: Arc<Shared>,
    flow: Flow,
    own: mpsc::WeakSender<Bytes>,
    pings: watch::Receiver<Option<Pings>>,
    /// The other side has agreed to answer pings.
    agreed: bool,
    queued: Arc<AtomicUsize>,
    framer: StreamFramer,
    /// The other side has answered a ping, so it has to answer each.
    ponged: bool,
    /// Anything has come at all.
    heard: bool,
    awaiting_pong: Option<Instant>,
    next_ping: Option<Instant>,
    idle_end: Option<Instant>,
}

impl Reader {
    async fn run(&mut self, mut stream: impl AsyncRead + Unpin) -> FlowError {
        let mut buffer = vec![0; limits::READ_BUFFER];
        loop {
            tokio::select! {
                read = stream.read(&mut buffer) => match read {
                    Ok(0) => return self.ended(),
                    // Without a goodbye; SIP messages tell their own length, so nothing is lost.
                    Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return self.ended(),
                    Ok(length) => {
                        self.heard = true;
                        self.framer.push(&buffer[..length]);
                        if let Err(error) = self.take_frames().await {
                            return error;
                        }
                    }
                    Err(error) => return closed(self.flow, &error),
                },
                () = until(self.next_ping) => {
                    self.say(Bytes::from_static(PING));
                    if (self.agreed || self.ponged) && self.awaiting_pong.is_none() {
                        self.awaiting_pong = Some(Instant::now() + self.keep_alive.answer);
                    }
                    self.next_ping = Some(Instant::now() + ping_interval(self.keep_alive));
                }
                () = changed(&mut self.pings) => {
                    if let Some((shortest, longest)) = *self.pings.borrow_and_update() {
                        self.agreed = true;
                        self.keep_alive = KeepAlive { shortest, longest, ..self.keep_alive };
                        self.next_ping = Some(Instant::now() + ping_interval(self.keep_alive));
                    }
                }
                () = until(self.awaiting_pong) => {
                    return self.closed("it no longer answers keep-alives");
                }
                () = until(self.idle_end) => {
                    return self.closed("nothing came on it for a long time");
                }
            }
        }
    }

    async fn take_frames(&mut self) -> Result<(), FlowError> {
        loop {
            match self.framer.next() {
                Ok(Some(Frame::Message(bytes))) => {
                    if let Some(idle_end) = &mut self.idle_end {
                        *idle_end = Instant::now() + limits::INBOUND_IDLE;
                    }
                    self.awaiting_pong = None;
                    self.shared.received(self.flow, own_copy(bytes)).await;
                }
                Ok(Some(Frame::Ping)) => self.say(Bytes::from_static(PONG)),
                Ok(Some(Frame::Pong)) => {
                    self.ponged = true;
                    self.awaiting_pong = None;
                    if self.agreed {
                        let answered = super::NetEvent::KeepAliveAnswered(self.flow.id);
                        self.shared.report(answered).await;
                    }
                }
                Ok(None) => return Ok(()),
                Err(error) => {
                    let refused = self.framer.refused();
                    self.shared.tap(Direction::Received, self.flow, refused);
                    if let Some(response) = self
                        .framer
                        .refused_head()
                        .and_then(|head| refusal(head, self.flow))
                    {
                        self.shared.tap(Direction::Sent, self.flow, &response);
                        self.say(response);
                    }
                    return Err(FlowError::Framing {
                        address: self.flow.remote.to_string(),
                        detail: error.to_string(),
                    });
                }
            }
        }
    }

    fn say(&self, bytes: Bytes) {
        // A full queue keeps the connection alive by itself.
        let size = bytes.len();
        if let Some(queue) = self.own.upgrade()
            && queue.try_send(bytes).is_ok()
        {
            self.queued.fetch_add(size, Ordering::Relaxed);
        }
    }

    fn ended(&self) -> FlowError {
        if !self.heard && self.flow.transport == Transport::Tls {
            // Under TLS 1.3 a server judges our certificate when for us the handshake is over.
            self.closed("by the other side right after the handshake; perhaps it wants another client certificate")
        } else if self.framer.is_empty() {
            self.closed("by the other side")
        } else {
            self.closed("by the other side, in the middle of a message")
        }
    }

    fn closed(&self, detail: &str) -> FlowError {
        FlowError::Closed {
            address: self.flow.remote.to_string(),
            detail: detail.to_owned(),
        }
    }
}

/// Writes what is queued until the queue is closed, then says goodbye to the other side.
async fn write(
    mut stream: impl AsyncWrite + Unpin,
    mut queue: mpsc::Receiver<Bytes>,
    written: impl Fn(usize),
) -> io::Result<()> {
    while let Some(bytes) = queue.recv().await {
        let flush = async {
            stream.write_all(&bytes).await?;
            stream.flush().await
        };
        match timeout(limits::WRITE_TIMEOUT, flush).await {
            Ok(result) => result?,
            Err(_) => return Err(io::ErrorKind::TimedOut.into()),
        }
        written(bytes.len());
    }
    stream.shutdown().await
}

fn closed(flow: Flow, error: &io::Error) -> FlowError {
    FlowError::Closed {
        address: flow.remote.to_string(),
        detail: error.to_string(),
    }
}

/// A message is kept by whoever reads it; a copy of a small one does not keep the whole read buffer with it.
fn own_copy(bytes: Bytes) -> Bytes {
    if bytes.len() < limits::READ_BUFFER {
        Bytes::copy_from_slice(&bytes)
    } else {
        bytes
    }
}

/// Waits for the next wish about pings; for ever when none can come any more.
async fn changed(pings: &mut watch::Receiver<Option<Pings>>) {
    if pings.changed().await.is_err() {
        std::future::pending::<()>().await;
    }
}

async fn until(moment: Option<Instant>) {
    match moment {
        Some(moment) => sleep_until(moment).await,
        None => std::future::pending().await,
    }
}

/// Random, so that clients of one server do not ping together (RFC 5626 §4.4.1).
pub(super) fn ping_interval(keep_alive: KeepAlive) -> Duration {
    let KeepAlive {
        shortest, longest, ..
    } = keep_alive;
    let span = longest.saturating_sub(shortest);
    // Without random bytes the middle is as good as any.
    let part = getrandom::u32().unwrap_or(u32::MAX / 2);
    shortest + span.mul_f64(f64::from(part) / f64::from(u32::MAX))
}

/// After a failure to accept, such as too many open files, nothing is better at once.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);
