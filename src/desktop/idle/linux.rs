//! Linux, where the compositor, the X server or a service of the desktop knows.

use std::time::Duration;

use super::source::Source;

pub(super) use super::bus::locks;

/// Who knows about keyboard and mouse, on this desktop.
pub(super) async fn keyboard(after: Duration) -> Option<Box<dyn Source>> {
    #[cfg(feature = "gui")]
    {
        // What an X server for guests knows under Wayland is only the guests' part.
        let wayland = std::env::var_os("WAYLAND_DISPLAY");
        if wayland.is_some_and(|name| !name.is_empty()) {
            if let Some(source) = super::wayland::Notifier::connect(after).await {
                return Some(Box::new(source));
            }
        } else if let Some(source) = super::x11::Counter::connect().await {
            return Some(Box::new(source));
        }
    }
    #[cfg(not(feature = "gui"))]
    let _ = after;
    super::bus::keyboard().await
}
