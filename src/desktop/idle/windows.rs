//! Windows, which is asked about the session that this program runs in.

use std::time::Duration;

use winsafe::{GetLastInputInfo, GetTickCount64, HDESK, co};

use super::polled::{Counter, Lock, since};
use super::source::Source;

/// The time of the last input.
#[expect(clippy::unused_async, reason = "elsewhere it takes time to ask")]
pub(super) async fn keyboard(_after: Duration) -> Option<Box<dyn Source>> {
    let counter = Counter::find("the time of the last input", idle)?;
    Some(Box::new(counter))
}

/// The desktop that has the keyboard.
#[expect(clippy::unused_async, reason = "elsewhere it takes time to ask")]
pub(super) async fn locks() -> Option<Box<dyn Source>> {
    let lock = Lock::find("the desktop that has the keyboard", locked)?;
    Some(Box::new(lock))
}

fn idle() -> Result<Duration, String> {
    let last = GetLastInputInfo().map_err(|error| error.to_string())?;
    Ok(since(GetTickCount64(), last.dwTime))
}

/// Whether keyboard and mouse belong to a desktop that programs like this one may not open: the one with the lock and the
/// log-in, or with the question for an administrator's password.
#[expect(clippy::unnecessary_wraps, reason = "elsewhere it may fail")]
fn locked() -> Result<bool, String> {
    let desktop = HDESK::OpenInputDesktop(None, false, co::DESKTOP_RIGHTS::READOBJECTS);
    Ok(desktop.is_err())
}
