//! Systems of which nothing is known yet.

use std::time::Duration;

use super::source::Source;

/// Nobody.
#[expect(clippy::unused_async, reason = "elsewhere it takes time to ask")]
pub(super) async fn keyboard(_after: Duration) -> Option<Box<dyn Source>> {
    None
}

/// Nobody.
#[expect(clippy::unused_async, reason = "elsewhere it takes time to ask")]
pub(super) async fn locks() -> Option<Box<dyn Source>> {
    None
}
