//! One SIP connection of the demo server.

use bytes::{Bytes, BytesMut};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::mpsc;

use crate::engine::{Flow, FlowId};
use crate::sip::Limits;
use crate::sip::framing::{Frame, PONG, StreamFramer};

/// What a connection tells the driver.
#[derive(Debug)]
pub(super) enum Arrival {
    /// A whole message, or the head of one that cannot be framed.
    Message(Flow, Bytes),
    /// The connection is over.
    Closed(FlowId),
}

/// Opens a connection and serves it.
pub(super) async fn open(
    flow: Flow,
    queue: mpsc::Receiver<Bytes>,
    arrivals: mpsc::Sender<Arrival>,
) {
    match TcpStream::connect(flow.remote).await {
        Ok(stream) => run(stream, flow, queue, arrivals).await,
        Err(_) => {
            // Nobody listens when the driver itself is gone.
            let _ = arrivals.send(Arrival::Closed(flow.id)).await;
        }
    }
}

/// Reads messages and writes what is queued, until one side ends.
pub(super) async fn run(
    stream: TcpStream,
    flow: Flow,
    queue: mpsc::Receiver<Bytes>,
    arrivals: mpsc::Sender<Arrival>,
) {
    // How it ended makes no difference to the server.
    let _ = serve(stream, flow, queue, &arrivals).await;
    let _ = arrivals.send(Arrival::Closed(flow.id)).await;
}

async fn serve(
    mut stream: TcpStream,
    flow: Flow,
    mut queue: mpsc::Receiver<Bytes>,
    arrivals: &mpsc::Sender<Arrival>,
) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut framer = StreamFramer::new(Limits::default());
    let mut buffer = BytesMut::with_capacity(READ);
    loop {
        tokio::select! {
            read = stream.read_buf(&mut buffer) => {
                if read? == 0 {
                    return Ok(());
                }
                framer.push(&buffer);
                buffer.clear();
            }
            bytes = queue.recv() => match bytes {
                Some(bytes) => stream.write_all(&bytes).await?,
                None => return Ok(()),
            },
        }
        loop {
            match framer.next() {
                Ok(None) => break,
                Ok(Some(Frame::Message(bytes))) => {
                    if arrivals.send(Arrival::Message(flow, bytes)).await.is_err() {
                        return Ok(());
                    }
                }
                Ok(Some(Frame::Ping)) => stream.write_all(PONG).await?,
                Ok(Some(Frame::Pong)) => {}
                Err(_) => return refuse(stream, flow, queue, &framer, arrivals).await,
            }
        }
    }
}

/// Has a request answered that cannot be framed, then closes.
async fn refuse(
    mut stream: TcpStream,
    flow: Flow,
    mut queue: mpsc::Receiver<Bytes>,
    framer: &StreamFramer,
    arrivals: &mpsc::Sender<Arrival>,
) -> std::io::Result<()> {
    let Some(head) = framer.refused_head().cloned() else {
        return Ok(());
    };
    if arrivals.send(Arrival::Message(flow, head)).await.is_err() {
        return Ok(());
    }
    let wait = std::time::Duration::from_secs(1);
    if let Ok(Some(bytes)) = tokio::time::timeout(wait, queue.recv()).await {
        stream.write_all(&bytes).await?;
    }
    stream.shutdown().await
}

/// Bytes read at once.
const READ: usize = 16 * 1024;
