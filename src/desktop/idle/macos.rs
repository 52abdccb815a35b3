//! macOS, whose window server is asked.

use std::time::Duration;

use objc2::runtime::AnyObject;
use objc2_core_graphics::{
    CGEventSource, CGEventSourceStateID, CGEventType, CGSessionCopyCurrentDictionary,
};
use objc2_foundation::{NSDictionary, NSNumber, ns_string};

use super::polled::{Counter, Lock};
use super::source::Source;

/// The time of the last event.
#[expect(clippy::unused_async, reason = "elsewhere it takes time to ask")]
pub(super) async fn keyboard(_after: Duration) -> Option<Box<dyn Source>> {
    let counter = Counter::find("the time of the last event", idle)?;
    Some(Box::new(counter))
}

/// What is known of the session at the screen.
#[expect(clippy::unused_async, reason = "elsewhere it takes time to ask")]
pub(super) async fn locks() -> Option<Box<dyn Source>> {
    let lock = Lock::find("the session at the screen", locked)?;
    Some(Box::new(lock))
}

fn idle() -> Result<Duration, String> {
    let session = CGEventSourceStateID::CombinedSessionState;
    let seconds = CGEventSource::seconds_since_last_event_type(session, ANY_INPUT);
    Duration::try_from_secs_f64(seconds).map_err(|error| error.to_string())
}

/// The key is there while the screen is locked. Apple does not describe it; it has been there for many releases.
fn locked() -> Result<bool, String> {
    let session = CGSessionCopyCurrentDictionary().ok_or("there is no session at a screen")?;
    let session: &AnyObject = session.as_ref();
    let session = session.downcast_ref::<NSDictionary>();
    let session = session.ok_or("the session is not described as ever")?;
    let locked = session.objectForKey(ns_string!("CGSSessionScreenIsLocked"));
    let locked = locked
        .as_deref()
        .and_then(|it| it.downcast_ref::<NSNumber>());
    Ok(locked.is_some_and(NSNumber::as_bool))
}

/// `kCGAnyInputEventType`.
const ANY_INPUT: CGEventType = CGEventType(u32::MAX);
