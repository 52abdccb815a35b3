//! Connections.

use std::sync::Arc;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;

use super::shared::{Shared, StreamEnd};

/// Takes connections on a listening port.
pub(super) async fn accept(_shared: Arc<Shared>, _listener: TcpListener) {}

/// Runs one connection until it ends.
pub(super) async fn run(
    _shared: Arc<Shared>,
    _end: StreamEnd,
    _stream: impl AsyncRead + AsyncWrite,
) {
}
