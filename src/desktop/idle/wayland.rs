//! The compositor's word (Wayland, `ext-idle-notify-v1`): it tells by itself when nobody has touched anything for the
//! time that was named, and when somebody does again.

use std::io::ErrorKind;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use tokio::io::Interest;
use tokio::net::UnixStream as Socket;
use wayland_client::backend::WaylandError;
use wayland_client::protocol::wl_callback::{self, WlCallback};
use wayland_client::protocol::wl_registry::{self, WlRegistry};
use wayland_client::protocol::wl_seat::{self, WlSeat};
use wayland_client::{Connection, Dispatch, EventQueue, QueueHandle};
use wayland_protocols::ext::idle_notify::v1::client::ext_idle_notification_v1::{
    self, ExtIdleNotificationV1,
};
use wayland_protocols::ext::idle_notify::v1::client::ext_idle_notifier_v1::{
    self, ExtIdleNotifierV1,
};

use super::Unavailable;
use super::source::{Asked, Seen, Source};

/// A connection to the compositor that waits for its word.
pub(super) struct Notifier {
    connection: Connection,
    queue: EventQueue<Heard>,
    heard: Heard,
    /// The connection's socket once more, to be told when it can be read.
    socket: Socket,
    after: Duration,
}

/// What the compositor has said.
#[derive(Default)]
struct Heard {
    seat: Option<WlSeat>,
    notifier: Option<ExtIdleNotifierV1>,
    /// It has answered everything.
    done: bool,
    /// Since when it says that nobody is there.
    idle_since: Option<Instant>,
    /// Why it can say no more.
    lost: Option<String>,
}

impl Notifier {
    /// Asks the compositor of this session for its word after so long; `None` where it gives none.
    pub(super) async fn connect(after: Duration) -> Option<Self> {
        let path = socket_path()?;
        let connecting = Self::connect_to(&path, after);
        let connected = tokio::time::timeout(ANSWER_WITHIN, connecting).await;
        let connected = connected.unwrap_or_else(|_| Err("no answer".to_owned()));
        let told = |error: &String| {
            tracing::debug!(%error, "the compositor is not asked about keyboard and mouse");
        };
        connected.inspect_err(told).ok()
    }

    async fn connect_to(path: &Path, after: Duration) -> Result<Self, String> {
        let text = |error: &dyn std::fmt::Display| error.to_string();
        let stream = UnixStream::connect(path).map_err(|error| text(&error))?;
        stream.set_nonblocking(true).map_err(|error| text(&error))?;
        let socket = stream.try_clone().map_err(|error| text(&error))?;
        let connection = Connection::from_socket(stream).map_err(|error| text(&error))?;
        let queue = connection.new_event_queue();
        let mut notifier = Self {
            socket: Socket::from_std(socket).map_err(|error| text(&error))?,
            heard: Heard::default(),
            connection,
            queue,
            after,
        };
        let handle = notifier.queue.handle();
        let display = notifier.connection.display();
        display.get_registry(&handle, ());
        display.sync(&handle, ());
        while !notifier.heard.done {
            notifier.hear().await?;
        }
        let parts = (&notifier.heard.notifier, &notifier.heard.seat);
        let (Some(manager), Some(seat)) = parts else {
            return Err("it does not know ext-idle-notify-v1".to_owned());
        };
        let milliseconds = u32::try_from(after.as_millis()).unwrap_or(u32::MAX);
        manager.get_idle_notification(milliseconds, seat, &handle, ());
        notifier.connection.flush().map_err(|error| text(&error))?;
        Ok(notifier)
    }

    /// Waits until the compositor says something.
    async fn hear(&mut self) -> Result<(), String> {
        loop {
            self.connection.flush().map_err(|error| error.to_string())?;
            let readable = self.socket.readable().await;
            readable.map_err(|error| error.to_string())?;
            if let Some(guard) = self.queue.prepare_read() {
                match guard.read() {
                    Ok(_) => {}
                    Err(WaylandError::Io(error)) if error.kind() == ErrorKind::WouldBlock => {
                        // All is read: wait for more.
                        let all_read = || Err::<(), _>(error);
                        let _ = self.socket.try_io(Interest::READABLE, all_read);
                    }
                    Err(error) => return Err(error.to_string()),
                }
            }
            let heard = self.queue.dispatch_pending(&mut self.heard);
            if heard.map_err(|error| error.to_string())? > 0 {
                return Ok(());
            }
        }
    }
}

impl Source for Notifier {
    fn name(&self) -> &'static str {
        NAME
    }

    fn look(&mut self) -> Asked<'_, Result<Seen, Unavailable>> {
        let seen = match &self.heard.lost {
            Some(detail) => Err(Unavailable::Service {
                service: NAME,
                detail: detail.clone(),
            }),
            None => Ok(Seen {
                idle: Some(match self.heard.idle_since {
                    Some(since) => self.after + since.elapsed(),
                    None => Duration::ZERO,
                }),
                locked: None,
            }),
        };
        Box::pin(std::future::ready(seen))
    }

    fn news(&mut self) -> Asked<'_, ()> {
        Box::pin(async {
            if let Err(error) = self.hear().await {
                self.heard.lost = Some(error);
            }
        })
    }
}

impl Dispatch<WlRegistry, ()> for Heard {
    fn event(
        heard: &mut Self,
        registry: &WlRegistry,
        event: wl_registry::Event,
        (): &(),
        _: &Connection,
        handle: &QueueHandle<Self>,
    ) {
        let wl_registry::Event::Global {
            name, interface, ..
        } = event
        else {
            return;
        };
        match interface.as_str() {
            "wl_seat" if heard.seat.is_none() => {
                heard.seat = Some(registry.bind(name, 1, handle, ()));
            }
            "ext_idle_notifier_v1" if heard.notifier.is_none() => {
                heard.notifier = Some(registry.bind(name, 1, handle, ()));
            }
            _ => {}
        }
    }
}

impl Dispatch<WlCallback, ()> for Heard {
    fn event(
        heard: &mut Self,
        _: &WlCallback,
        event: wl_callback::Event,
        (): &(),
        _: &Connection,
        _: &QueueHandle<Self>,
    ) {
        heard.done |= matches!(event, wl_callback::Event::Done { .. });
    }
}

impl Dispatch<WlSeat, ()> for Heard {
    fn event(
        _: &mut Self,
        _: &WlSeat,
        _: wl_seat::Event,
        (): &(),
        _: &Connection,
        _: &QueueHandle<Self>,
    ) {
    }
}

impl Dispatch<ExtIdleNotifierV1, ()> for Heard {
    fn event(
        _: &mut Self,
        _: &ExtIdleNotifierV1,
        _: ext_idle_notifier_v1::Event,
        (): &(),
        _: &Connection,
        _: &QueueHandle<Self>,
    ) {
    }
}

impl Dispatch<ExtIdleNotificationV1, ()> for Heard {
    fn event(
        heard: &mut Self,
        _: &ExtIdleNotificationV1,
        event: ext_idle_notification_v1::Event,
        (): &(),
        _: &Connection,
        _: &QueueHandle<Self>,
    ) {
        match event {
            ext_idle_notification_v1::Event::Idled => heard.idle_since = Some(Instant::now()),
            ext_idle_notification_v1::Event::Resumed => heard.idle_since = None,
            _ => {}
        }
    }
}

/// Where the compositor listens.
fn socket_path() -> Option<PathBuf> {
    let name = PathBuf::from(std::env::var_os("WAYLAND_DISPLAY")?);
    if name.is_absolute() {
        return Some(name);
    }
    Some(PathBuf::from(std::env::var_os("XDG_RUNTIME_DIR")?).join(name))
}

const NAME: &str = "the compositor";
/// Time for the compositor's first answers.
const ANSWER_WITHIN: Duration = Duration::from_secs(2);

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::os::unix::net::UnixListener;
    use std::sync::mpsc;
    use std::thread;

    use super::*;

    /// The least compositor: it has these globals, and says what the test wants about the notification.
    fn compositor(globals: &'static [&'static str], path: &Path) -> mpsc::Sender<u16> {
        let listener = UnixListener::bind(path).unwrap();
        let (orders, ordered) = mpsc::channel::<u16>();
        thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut registry = 0;
            loop {
                let Some((object, opcode, body)) = request(&mut stream) else {
                    return;
                };
                let word = |at: usize| u32::from_ne_bytes(body[at..at + 4].try_into().unwrap());
                match (object, opcode) {
                    // wl_display.get_registry
                    (1, 1) => {
                        registry = word(0);
                        for (name, interface) in (1u32..).zip(globals) {
                            let mut event = name.to_ne_bytes().to_vec();
                            let length = u32::try_from(interface.len() + 1).unwrap();
                            event.extend(length.to_ne_bytes());
                            event.extend(interface.as_bytes());
                            event.resize(8 + (interface.len() + 4) / 4 * 4, 0);
                            event.extend(1u32.to_ne_bytes());
                            send(&mut stream, registry, 0, &event);
                        }
                    }
                    // wl_display.sync
                    (1, 0) => send(&mut stream, word(0), 0, &0u32.to_ne_bytes()),
                    // ext_idle_notifier_v1.get_idle_notification, of the only object left that has such a request
                    (other, 1) if other != registry => {
                        assert_eq!(word(4), 5000, "milliseconds");
                        let notification = word(0);
                        while let Ok(event) = ordered.recv() {
                            send(&mut stream, notification, event, &[]);
                        }
                        return;
                    }
                    _ => {}
                }
            }
        });
        orders
    }

    fn request(stream: &mut UnixStream) -> Option<(u32, u16, Vec<u8>)> {
        let mut head = [0; 8];
        stream.read_exact(&mut head).ok()?;
        let object = u32::from_ne_bytes(head[..4].try_into().ok()?);
        let word = u32::from_ne_bytes(head[4..].try_into().ok()?);
        let mut body = vec![0; usize::try_from(word >> 16).ok()? - 8];
        stream.read_exact(&mut body).ok()?;
        Some((object, u16::try_from(word & 0xFFFF).ok()?, body))
    }

    fn send(stream: &mut UnixStream, object: u32, opcode: u16, body: &[u8]) {
        let size = u32::try_from(body.len() + 8).unwrap();
        let mut message = object.to_ne_bytes().to_vec();
        message.extend((size << 16 | u32::from(opcode)).to_ne_bytes());
        message.extend(body);
        stream.write_all(&message).unwrap();
    }

    const AFTER: Duration = Duration::from_secs(5);
    const IDLED: u16 = 0;
    const RESUMED: u16 = 1;

    #[tokio::test]
    async fn the_compositor_tells_by_itself() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("wayland-0");
        let tells = compositor(&["wl_compositor", "wl_seat", "ext_idle_notifier_v1"], &path);
        let mut notifier = Notifier::connect_to(&path, AFTER).await.unwrap();
        let idle = |seen: Result<Seen, Unavailable>| seen.unwrap().idle.unwrap();
        assert_eq!(idle(notifier.look().await), Duration::ZERO);
        tells.send(IDLED).unwrap();
        notifier.news().await;
        assert!(idle(notifier.look().await) >= AFTER);
        tells.send(RESUMED).unwrap();
        notifier.news().await;
        assert_eq!(idle(notifier.look().await), Duration::ZERO);
        // It ends.
        drop(tells);
        notifier.news().await;
        assert!(matches!(
            notifier.look().await,
            Err(Unavailable::Service { .. })
        ));
    }

    #[tokio::test]
    async fn a_compositor_without_it_is_not_asked() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("wayland-0");
        let _tells = compositor(&["wl_compositor", "wl_seat"], &path);
        assert!(Notifier::connect_to(&path, AFTER).await.is_err());
    }
}
