//! Whether there is a display to open a window on. The toolkit would panic without one.

use std::path::PathBuf;

/// Checks that a window can be opened.
///
/// # Errors
/// [`NoDisplay`] says what is missing.
#[cfg(all(unix, not(target_os = "macos")))]
pub fn check() -> Result<(), NoDisplay> {
    use std::env::var_os;
    use std::os::unix::net::UnixStream;

    let wayland = var_os("WAYLAND_DISPLAY").filter(|name| !name.is_empty());
    let x11 = var_os("DISPLAY").filter(|name| !name.is_empty());
    if wayland.is_none() && x11.is_none() && var_os("WAYLAND_SOCKET").is_none() {
        return Err(NoDisplay::NotNamed);
    }
    if var_os("WAYLAND_SOCKET").is_some() {
        return Ok(());
    }
    let mut tried = Vec::new();
    if let Some(name) = wayland {
        let folder = PathBuf::from(var_os("XDG_RUNTIME_DIR").unwrap_or_default());
        if UnixStream::connect(folder.join(&name)).is_ok() {
            return Ok(());
        }
        tried.push(name.to_string_lossy().into_owned());
    }
    if let Some(name) = x11 {
        let name = name.to_string_lossy().into_owned();
        if x11_answers(&name) {
            return Ok(());
        }
        tried.push(name);
    }
    Err(NoDisplay::NotAnswering(tried.join(", ")))
}

/// Checks that a window can be opened; other systems always have a display.
///
/// # Errors
/// None.
#[cfg(not(all(unix, not(target_os = "macos"))))]
pub fn check() -> Result<(), NoDisplay> {
    Ok(())
}

/// Whether a window that begins here could be reached with the pointer: screens come and go. Only X11 lets a window choose
/// its place, so only there it matters.
#[cfg(target_os = "linux")]
pub fn reaches(x: i16, y: i16) -> bool {
    use x11rb::connection::Connection as _;

    let Ok((connection, screen)) = x11rb::connect(None) else {
        return false;
    };
    let roots = &connection.setup().roots;
    roots.get(screen).is_some_and(|root| {
        let within =
            |place: i16, size: u16| (0..i32::from(size) - MARGIN).contains(&(i32::from(place)));
        within(x, root.width_in_pixels) && within(y, root.height_in_pixels)
    })
}

/// Other systems take care of that themselves.
#[cfg(not(target_os = "linux"))]
pub fn reaches(_x: i16, _y: i16) -> bool {
    true
}

/// So much of a window has to be on the screen, in pixels.
#[cfg(target_os = "linux")]
const MARGIN: i32 = 64;

/// Why no window can be opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoDisplay {
    /// Neither `WAYLAND_DISPLAY` nor `DISPLAY` is set.
    #[error("there is no display (neither WAYLAND_DISPLAY nor DISPLAY is set)")]
    NotNamed,
    /// Nothing listens there.
    #[error("the display {0} does not answer")]
    NotAnswering(String),
}

#[cfg(all(unix, not(target_os = "macos")))]
fn x11_answers(name: &str) -> bool {
    use std::net::{TcpStream, ToSocketAddrs as _};
    use std::os::unix::net::UnixStream;
    use std::time::Duration;

    let Some((host, rest)) = name.rsplit_once(':') else {
        return false;
    };
    let number = rest.split('.').next().unwrap_or(rest);
    let Ok(port_offset) = number.parse::<u16>() else {
        return false;
    };
    if matches!(host, "" | "unix") || host.starts_with('/') {
        let path = format!("/tmp/.X11-unix/X{number}");
        if UnixStream::connect(&path).is_ok() {
            return true;
        }
        return abstract_socket_answers(&path)
            || (host.starts_with('/') && UnixStream::connect(name).is_ok());
    }
    let Some(port) = 6000_u16.checked_add(port_offset) else {
        return false;
    };
    (host, port)
        .to_socket_addrs()
        .ok()
        .and_then(|mut addresses| addresses.next())
        .is_some_and(|address| TcpStream::connect_timeout(&address, Duration::from_secs(2)).is_ok())
}

#[cfg(target_os = "linux")]
fn abstract_socket_answers(path: &str) -> bool {
    use std::os::linux::net::SocketAddrExt as _;
    use std::os::unix::net::{SocketAddr, UnixStream};

    SocketAddr::from_abstract_name(path)
        .is_ok_and(|address| UnixStream::connect_addr(&address).is_ok())
}

#[cfg(all(unix, not(target_os = "macos"), not(target_os = "linux")))]
fn abstract_socket_answers(_path: &str) -> bool {
    false
}

#[cfg(all(test, unix, not(target_os = "macos")))]
mod tests {
    use super::*;

    #[test]
    fn a_display_that_is_not_there_does_not_answer() {
        assert!(!x11_answers(":64999"));
        assert!(!x11_answers("nonsense"));
        assert!(!x11_answers(":"));
    }
}
