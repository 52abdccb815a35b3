//! The X server's own counter (X Synchronization Extension, `IDLETIME`).

use std::sync::Arc;
use std::time::Duration;

use x11rb::connection::RequestConnection as _;
use x11rb::protocol::sync::{self, ConnectionExt as _, Counter as CounterId};
use x11rb::rust_connection::RustConnection;

use super::Unavailable;
use super::source::{Asked, Seen, Source};

/// The counter of one X server.
pub(super) struct Counter {
    connection: Arc<RustConnection>,
    id: CounterId,
}

impl Counter {
    /// Looks for it on the server that `DISPLAY` names; `None` where there is none.
    pub(super) async fn connect() -> Option<Self> {
        std::env::var_os("DISPLAY")?;
        blocking(find).await.inspect_err(debug).ok()?
    }
}

impl Source for Counter {
    fn name(&self) -> &'static str {
        NAME
    }

    fn look(&mut self) -> Asked<'_, Result<Seen, Unavailable>> {
        Box::pin(async {
            let (connection, id) = (Arc::clone(&self.connection), self.id);
            let value = blocking(move || {
                let value = connection.sync_query_counter(id).map_err(text)?;
                Ok(value.reply().map_err(text)?.counter_value)
            });
            let value = value.await?;
            let milliseconds = (i64::from(value.hi) << 32) | i64::from(value.lo);
            let idle = Duration::from_millis(u64::try_from(milliseconds).unwrap_or_default());
            Ok(Seen {
                idle: Some(idle),
                locked: None,
            })
        })
    }

    fn news(&mut self) -> Asked<'_, ()> {
        Box::pin(std::future::pending())
    }
}

fn find() -> Result<Option<Counter>, String> {
    let (connection, _) = x11rb::connect(None).map_err(text)?;
    let has = connection.extension_information(sync::X11_EXTENSION_NAME);
    if has.map_err(text)?.is_none() {
        return Ok(None);
    }
    let version = connection.sync_initialize(3, 0).map_err(text)?;
    version.reply().map_err(text)?;
    let counters = connection.sync_list_system_counters().map_err(text)?;
    let counters = counters.reply().map_err(text)?.counters;
    let counter = counters.iter().find(|counter| counter.name == b"IDLETIME");
    let id = counter.map(|counter| counter.counter);
    Ok(id.map(|id| Counter {
        connection: Arc::new(connection),
        id,
    }))
}

/// Asks a server that answers when it likes.
async fn blocking<T: Send + 'static>(
    ask: impl FnOnce() -> Result<T, String> + Send + 'static,
) -> Result<T, Unavailable> {
    let asked = tokio::task::spawn_blocking(ask).await;
    asked
        .unwrap_or_else(|error| Err(error.to_string()))
        .map_err(|detail| Unavailable::Service {
            service: NAME,
            detail,
        })
}

fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}

fn debug(error: &Unavailable) {
    tracing::debug!(%error, "keyboard and mouse are asked about elsewhere");
}

const NAME: &str = "the X server";
