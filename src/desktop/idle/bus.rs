//! The services of the session bus and of the system bus.

use std::pin::Pin;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use futures_util::{Stream, StreamExt as _, stream};
use zbus::message::Type;
use zbus::zvariant::{OwnedValue, Type as Signature};
use zbus::{Connection, MatchRule, Message, MessageStream};

use super::Unavailable;
use super::source::{Asked, Seen, Source};

/// Who knows about keyboard and mouse.
pub(super) async fn keyboard() -> Option<Box<dyn Source>> {
    if let Some(session) = open(Connection::session()).await
        && let Some(source) = session_keyboard(&session).await
    {
        return Some(source);
    }
    let system = open(Connection::system()).await?;
    let hint = LoginHint { system };
    hint.ask().await.ok()?;
    Some(Box::new(hint))
}

/// Who knows whether the screen is locked.
pub(super) async fn locks() -> Option<Box<dyn Source>> {
    let session = open(Connection::session()).await;
    let system = open(Connection::system()).await;
    let locks = Locks::find(session, system).await;
    locks.map(|locks| -> Box<dyn Source> { Box::new(locks) })
}

async fn session_keyboard(bus: &Connection) -> Option<Box<dyn Source>> {
    for service in [MUTTER, SCREEN_SAVER] {
        let counter = Counter {
            bus: bus.clone(),
            service,
        };
        match counter.ask().await {
            Ok(_) => return Some(Box::new(counter)),
            Err(error) => tracing::debug!(%error, "not asked about keyboard and mouse"),
        }
    }
    None
}

async fn open(connecting: impl Future<Output = zbus::Result<Connection>>) -> Option<Connection> {
    let opened = tokio::time::timeout(ANSWER_WITHIN, connecting).await.ok()?;
    let told = |error: &zbus::Error| tracing::debug!(%error, "there is no such bus");
    opened.inspect_err(told).ok()
}

/// A service that counts the milliseconds since the last input.
struct Counter {
    bus: Connection,
    service: CounterService,
}

#[derive(Clone, Copy)]
struct CounterService {
    place: Place,
    method: &'static str,
    /// Whether it counts in 64 bits, not in 32.
    wide: bool,
}

/// Where something is on a bus.
#[derive(Clone, Copy)]
struct Place {
    name: &'static str,
    path: &'static str,
    interface: &'static str,
}

impl Counter {
    async fn ask(&self) -> Result<Duration, Unavailable> {
        let CounterService {
            place,
            method,
            wide,
        } = self.service;
        let milliseconds = if wide {
            call::<u64>(&self.bus, place, method).await?
        } else {
            call::<u32>(&self.bus, place, method).await?.into()
        };
        Ok(Duration::from_millis(milliseconds))
    }
}

impl Source for Counter {
    fn name(&self) -> &'static str {
        self.service.place.name
    }

    fn look(&mut self) -> Asked<'_, Result<Seen, Unavailable>> {
        Box::pin(async {
            Ok(Seen {
                idle: Some(self.ask().await?),
                locked: None,
            })
        })
    }

    fn news(&mut self) -> Asked<'_, ()> {
        Box::pin(std::future::pending())
    }
}

/// What the desktop has told the log-in service; not all do.
struct LoginHint {
    system: Connection,
}

impl LoginHint {
    async fn ask(&self) -> Result<Duration, Unavailable> {
        let idle: bool = property(&self.system, "IdleHint").await?;
        if !idle {
            return Ok(Duration::ZERO);
        }
        let since: u64 = property(&self.system, "IdleSinceHint").await?;
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        Ok(now
            .unwrap_or_default()
            .saturating_sub(Duration::from_micros(since)))
    }
}

impl Source for LoginHint {
    fn name(&self) -> &'static str {
        LOGIN.name
    }

    fn look(&mut self) -> Asked<'_, Result<Seen, Unavailable>> {
        Box::pin(async {
            Ok(Seen {
                idle: Some(self.ask().await?),
                locked: None,
            })
        })
    }

    fn news(&mut self) -> Asked<'_, ()> {
        Box::pin(std::future::pending())
    }
}

/// The screen savers that run, and the log-in service.
struct Locks {
    savers: Vec<(Connection, Place)>,
    login: Option<Connection>,
    signals: Pin<Box<dyn Stream<Item = zbus::Result<Message>> + Send>>,
}

impl Locks {
    async fn find(session: Option<Connection>, system: Option<Connection>) -> Option<Self> {
        let mut found = Self {
            savers: Vec::new(),
            login: None,
            signals: Box::pin(stream::empty()),
        };
        let mut signals = Vec::new();
        if let Some(bus) = session {
            for place in SAVERS {
                if call::<bool>(&bus, place, "GetActive").await.is_ok() {
                    signals.push(told(&bus, place.interface, "ActiveChanged").await?);
                    found.savers.push((bus.clone(), place));
                }
            }
        }
        if let Some(bus) = system
            && property::<bool>(&bus, "LockedHint").await.is_ok()
        {
            let changed = told(&bus, "org.freedesktop.DBus.Properties", "PropertiesChanged");
            signals.push(changed.await?);
            found.login = Some(bus);
        }
        if signals.is_empty() {
            return None;
        }
        found.signals = Box::pin(stream::select_all(signals));
        Some(found)
    }
}

impl Source for Locks {
    fn name(&self) -> &'static str {
        "the lock of the screen"
    }

    fn look(&mut self) -> Asked<'_, Result<Seen, Unavailable>> {
        Box::pin(async {
            Ok(Seen {
                idle: None,
                locked: Some(locked(&self.savers, self.login.as_ref()).await?),
            })
        })
    }

    fn news(&mut self) -> Asked<'_, ()> {
        Box::pin(async {
            if self.signals.next().await.is_none() {
                // The bus is gone; the next look finds out.
                tokio::time::sleep(ANSWER_WITHIN).await;
            }
        })
    }
}

async fn locked(
    savers: &[(Connection, Place)],
    login: Option<&Connection>,
) -> Result<bool, Unavailable> {
    for (bus, place) in savers {
        if call::<bool>(bus, *place, "GetActive").await? {
            return Ok(true);
        }
    }
    match login {
        Some(bus) => property(bus, "LockedHint").await,
        None => Ok(false),
    }
}

/// What is told about an interface's member from now on.
async fn told(bus: &Connection, interface: &str, member: &str) -> Option<MessageStream> {
    let rule = MatchRule::builder().msg_type(Type::Signal);
    let rule = rule.interface(interface).ok()?.member(member).ok()?;
    let rule = if interface == "org.freedesktop.DBus.Properties" {
        rule.path_namespace("/org/freedesktop/login1/session")
            .ok()?
    } else {
        rule
    };
    let told = |error: &zbus::Error| tracing::debug!(%error, "locks are not told of");
    let stream = MessageStream::for_match_rule(rule.build(), bus, Some(SIGNALS)).await;
    stream.inspect_err(told).ok()
}

/// Asks a method without arguments.
async fn call<T>(bus: &Connection, place: Place, method: &str) -> Result<T, Unavailable>
where
    T: for<'d> serde::Deserialize<'d> + Signature,
{
    let (name, path) = (Some(place.name), place.path);
    is_there(bus, place.name).await?;
    let calling = bus.call_method(name, path, Some(place.interface), method, &());
    let reply = answer(place.name, calling).await?;
    reply
        .body()
        .deserialize()
        .map_err(|error| failed(place.name, error))
}

/// Asks the log-in service for a property of this session.
async fn property<T>(bus: &Connection, name: &str) -> Result<T, Unavailable>
where
    T: TryFrom<OwnedValue, Error: std::fmt::Display>,
{
    let properties = Some("org.freedesktop.DBus.Properties");
    is_there(bus, LOGIN.name).await?;
    let arguments = (LOGIN.interface, name);
    let calling = bus.call_method(Some(LOGIN.name), LOGIN.path, properties, "Get", &arguments);
    let reply = answer(LOGIN.name, calling).await?;
    let value: OwnedValue = reply
        .body()
        .deserialize()
        .map_err(|error| failed(LOGIN.name, error))?;
    T::try_from(value).map_err(|error| failed(LOGIN.name, error))
}

/// Fails unless somebody serves under this name: who asks the bus for a service that does not run may start it, and a
/// screen saver of another desktop is wanted by nobody.
async fn is_there(bus: &Connection, service: &'static str) -> Result<(), Unavailable> {
    let name = Some("org.freedesktop.DBus");
    let path = "/org/freedesktop/DBus";
    let calling = bus.call_method(name, path, name, "NameHasOwner", &service);
    let reply = answer(service, calling).await?;
    let body = reply.body();
    match body.deserialize() {
        Ok(true) => Ok(()),
        Ok(false) => Err(failed(service, "it does not run")),
        Err(error) => Err(failed(service, error)),
    }
}

async fn answer(
    service: &'static str,
    calling: impl Future<Output = zbus::Result<Message>>,
) -> Result<Message, Unavailable> {
    match tokio::time::timeout(ANSWER_WITHIN, calling).await {
        Ok(answer) => answer.map_err(|error| failed(service, error)),
        Err(_) => Err(failed(service, "no answer in time")),
    }
}

fn failed(service: &'static str, detail: impl std::fmt::Display) -> Unavailable {
    Unavailable::Service {
        service,
        detail: detail.to_string(),
    }
}

/// GNOME, under X11 and Wayland.
const MUTTER: CounterService = CounterService {
    place: Place {
        name: "org.gnome.Mutter.IdleMonitor",
        path: "/org/gnome/Mutter/IdleMonitor/Core",
        interface: "org.gnome.Mutter.IdleMonitor",
    },
    method: "GetIdletime",
    wide: true,
};
/// KDE Plasma 5 and others.
const SCREEN_SAVER: CounterService = CounterService {
    place: SAVERS[0],
    method: "GetSessionIdleTime",
    wide: false,
};
/// Those who know whether a lock or a picture is before the screen.
const SAVERS: [Place; 5] = [
    Place {
        name: "org.freedesktop.ScreenSaver",
        path: "/org/freedesktop/ScreenSaver",
        interface: "org.freedesktop.ScreenSaver",
    },
    Place {
        name: "org.gnome.ScreenSaver",
        path: "/org/gnome/ScreenSaver",
        interface: "org.gnome.ScreenSaver",
    },
    Place {
        name: "org.cinnamon.ScreenSaver",
        path: "/org/cinnamon/ScreenSaver",
        interface: "org.cinnamon.ScreenSaver",
    },
    Place {
        name: "org.mate.ScreenSaver",
        path: "/org/mate/ScreenSaver",
        interface: "org.mate.ScreenSaver",
    },
    Place {
        name: "org.xfce.ScreenSaver",
        path: "/org/xfce/ScreenSaver",
        interface: "org.xfce.ScreenSaver",
    },
];
/// The session that this program runs in.
const LOGIN: Place = Place {
    name: "org.freedesktop.login1",
    path: "/org/freedesktop/login1/session/auto",
    interface: "org.freedesktop.login1.Session",
};
/// Time for an answer.
const ANSWER_WITHIN: Duration = Duration::from_secs(2);
/// Signals that may wait.
const SIGNALS: usize = 16;

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

    use zbus::connection::Builder;
    use zbus::interface;
    use zbus::object_server::SignalEmitter;

    use super::*;
    use crate::desktop::testing::{bus, bus_with};

    struct Monitor(Arc<AtomicU64>);

    #[interface(name = "org.gnome.Mutter.IdleMonitor")]
    impl Monitor {
        #[zbus(name = "GetIdletime")]
        fn idle_time(&self) -> u64 {
            self.0.load(Ordering::Relaxed)
        }
    }

    /// A screen saver of the kind that counts, too.
    struct Saver {
        idle: u32,
        locked: Arc<AtomicBool>,
    }

    #[interface(name = "org.freedesktop.ScreenSaver")]
    impl Saver {
        #[zbus(name = "GetSessionIdleTime")]
        fn idle_time(&self) -> u32 {
            self.idle
        }

        #[zbus(name = "GetActive")]
        fn is_active(&self) -> bool {
            self.locked.load(Ordering::Relaxed)
        }

        #[zbus(signal)]
        async fn active_changed(emitter: &SignalEmitter<'_>, active: bool) -> zbus::Result<()>;
    }

    /// The log-in service's session.
    struct Login {
        locked: bool,
        idle_since: u64,
    }

    #[interface(name = "org.freedesktop.login1.Session")]
    impl Login {
        #[zbus(property)]
        fn locked_hint(&self) -> bool {
            self.locked
        }

        #[zbus(property)]
        fn idle_hint(&self) -> bool {
            self.idle_since > 0
        }

        #[zbus(property)]
        fn idle_since_hint(&self) -> u64 {
            self.idle_since
        }
    }

    async fn client(address: &str) -> Connection {
        Builder::address(address).unwrap().build().await.unwrap()
    }

    fn serving(address: &str, place: Place) -> Builder<'_> {
        Builder::address(address).unwrap().name(place.name).unwrap()
    }

    #[tokio::test]
    async fn the_first_service_that_counts_is_asked() {
        let (_bus, address) = bus();
        let asker = client(&address).await;
        assert!(session_keyboard(&asker).await.is_none());
        let lock = Saver {
            idle: 42_000,
            locked: Arc::default(),
        };
        let _saver = serving(&address, SAVERS[0])
            .serve_at(SAVERS[0].path, lock)
            .unwrap()
            .build()
            .await
            .unwrap();
        let mut source = session_keyboard(&asker).await.unwrap();
        assert_eq!(source.name(), "org.freedesktop.ScreenSaver");
        let idle = |seen: Result<Seen, Unavailable>| seen.unwrap().idle.unwrap();
        assert_eq!(idle(source.look().await), Duration::from_secs(42));
        let count = Arc::new(AtomicU64::new(1500));
        let monitor = serving(&address, MUTTER.place)
            .serve_at(MUTTER.place.path, Monitor(Arc::clone(&count)))
            .unwrap()
            .build()
            .await
            .unwrap();
        let mut source = session_keyboard(&asker).await.unwrap();
        assert_eq!(idle(source.look().await), Duration::from_millis(1500));
        count.store(600_000, Ordering::Relaxed);
        assert_eq!(idle(source.look().await), Duration::from_secs(600));
        monitor.close().await.unwrap();
        assert!(matches!(
            source.look().await,
            Err(Unavailable::Service { .. })
        ));
    }

    #[tokio::test]
    async fn a_lock_is_told_by_itself() {
        let (_bus, address) = bus();
        let asker = client(&address).await;
        let found = Locks::find(Some(asker.clone()), Some(asker.clone())).await;
        assert!(found.is_none());
        let locked = Arc::new(AtomicBool::new(false));
        let saver = serving(&address, SAVERS[0])
            .serve_at(
                SAVERS[0].path,
                Saver {
                    idle: 0,
                    locked: Arc::clone(&locked),
                },
            )
            .unwrap()
            .build()
            .await
            .unwrap();
        let login = Login {
            locked: false,
            idle_since: 0,
        };
        let login = serving(&address, LOGIN)
            .serve_at(LOGIN.path, login)
            .unwrap()
            .build()
            .await
            .unwrap();
        let found = Locks::find(Some(asker.clone()), Some(asker.clone())).await;
        let mut locks = found.unwrap();
        let says = |seen: Result<Seen, Unavailable>| seen.unwrap().locked.unwrap();
        assert!(!says(locks.look().await));
        locked.store(true, Ordering::Relaxed);
        let emitter = SignalEmitter::new(&saver, SAVERS[0].path).unwrap();
        Saver::active_changed(&emitter, true).await.unwrap();
        locks.news().await;
        assert!(says(locks.look().await));
        locked.store(false, Ordering::Relaxed);
        assert!(!says(locks.look().await));
        let session = login
            .object_server()
            .interface::<_, Login>(LOGIN.path)
            .await
            .unwrap();
        session.get_mut().await.locked = true;
        let emitter = session.signal_emitter();
        let login = session.get().await;
        login.locked_hint_changed(emitter).await.unwrap();
        drop(login);
        locks.news().await;
        assert!(says(locks.look().await));
    }

    #[tokio::test]
    async fn nobody_is_started_by_being_asked() {
        let services = tempfile::tempdir().unwrap();
        let started = services.path().join("started");
        for place in SAVERS.iter().chain([&MUTTER.place, &LOGIN]) {
            let file = services.path().join(format!("{}.service", place.name));
            let service = format!(
                "[D-BUS Service]\nName={}\nExec=/bin/sh -c 'touch {}; exit 1'\n",
                place.name,
                started.display()
            );
            std::fs::write(file, service).unwrap();
        }
        let (_bus, address) = bus_with(Some(services.path()));
        let asker = client(&address).await;
        assert!(session_keyboard(&asker).await.is_none());
        let found = Locks::find(Some(asker.clone()), Some(asker.clone())).await;
        assert!(found.is_none());
        let mut hint = LoginHint {
            system: asker.clone(),
        };
        assert!(hint.look().await.is_err());
        assert!(!started.exists());
        // The bus would have done it.
        let (name, path) = (Some(LOGIN.name), LOGIN.path);
        let refused = asker.call_method(name, path, name, "LockedHint", &()).await;
        assert!(refused.is_err() && started.exists());
    }

    #[tokio::test]
    async fn the_log_in_service_knows_since_when() {
        let (_bus, address) = bus();
        let ago = SystemTime::now() - Duration::from_secs(90);
        let idle_since = ago.duration_since(UNIX_EPOCH).unwrap().as_micros();
        let login = Login {
            locked: false,
            idle_since: u64::try_from(idle_since).unwrap(),
        };
        let _login = serving(&address, LOGIN)
            .serve_at(LOGIN.path, login)
            .unwrap()
            .build()
            .await
            .unwrap();
        let mut hint = LoginHint {
            system: client(&address).await,
        };
        let idle = hint.look().await.unwrap().idle.unwrap();
        let since = ago.elapsed().unwrap();
        assert!(idle >= Duration::from_secs(90) && idle <= since, "{idle:?}");
    }
}
