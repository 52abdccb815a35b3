//! A notification service of the test's own: it writes down what it is asked to show, and presses buttons.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use tokio::runtime::Runtime;
use zbus::zvariant::OwnedValue;
use zbus::{Connection, interface};

/// The running service.
pub struct Notifier {
    runtime: Runtime,
    connection: Connection,
    board: Arc<Mutex<Board>>,
}

/// A notification as it was asked for.
#[derive(Debug, Clone)]
pub struct Shown {
    pub id: u32,
    pub title: String,
    pub body: String,
    /// Names and labels in turn.
    pub actions: Vec<String>,
    /// Whether it stays until it is answered.
    pub lasting: bool,
}

#[derive(Default)]
struct Board {
    shown: Vec<Shown>,
    closed: Vec<u32>,
}

struct Service {
    board: Arc<Mutex<Board>>,
    abilities: &'static [&'static str],
}

#[interface(name = "org.freedesktop.Notifications")]
impl Service {
    #[allow(clippy::too_many_arguments, clippy::needless_pass_by_value)]
    fn notify(
        &self,
        app_name: &str,
        replaces_id: u32,
        app_icon: &str,
        title: &str,
        body: &str,
        actions: Vec<String>,
        hints: HashMap<String, OwnedValue>,
        expire_timeout: i32,
    ) -> u32 {
        assert_eq!(app_name, "Siskin");
        assert!(!app_icon.is_empty() && hints.contains_key("desktop-entry"));
        let mut board = lock(&self.board);
        let next = u32::try_from(board.shown.len() + 1).expect("few");
        let id = if replaces_id == 0 { next } else { replaces_id };
        board.shown.push(Shown {
            id,
            title: title.to_owned(),
            body: body.to_owned(),
            actions,
            lasting: expire_timeout == 0,
        });
        id
    }

    fn close_notification(&self, id: u32) {
        lock(&self.board).closed.push(id);
    }

    #[zbus(name = "GetCapabilities")]
    fn capabilities(&self) -> Vec<&'static str> {
        self.abilities.to_vec()
    }
}

impl Notifier {
    /// Serves on this bus.
    pub fn start(address: &str) -> Self {
        let board = Arc::default();
        let runtime = Runtime::new().expect("a runtime");
        let service = Service {
            board: Arc::clone(&board),
            abilities: &["actions", "body"],
        };
        let connection = runtime.block_on(async {
            zbus::connection::Builder::address(address)?
                .serve_at(PATH, service)?
                .name(NAME)?
                .build()
                .await
        });
        Self {
            runtime,
            connection: connection.expect("the bus takes us"),
            board,
        }
    }

    /// Waits for a notification with this in its title.
    ///
    /// # Panics
    /// When none comes in time.
    pub fn wait_for(&self, title: &str) -> Shown {
        self.until(&format!("no notification {title:?}"), |board| {
            let found = board.shown.iter().find(|shown| shown.title.contains(title));
            found.cloned()
        })
    }

    /// Waits until a notification is taken away.
    ///
    /// # Panics
    /// When it stays.
    pub fn wait_until_closed(&self, id: u32) {
        self.until("the notification stays", |board| {
            board.closed.contains(&id).then_some(())
        });
    }

    /// Presses a button of a notification.
    pub fn press(&self, id: u32, action: &str) {
        let pressed = (id, action);
        let sent = self
            .connection
            .emit_signal(None::<&str>, PATH, NAME, "ActionInvoked", &pressed);
        self.runtime.block_on(sent).expect("a signal");
    }

    fn until<T>(&self, otherwise: &str, look: impl Fn(&Board) -> Option<T>) -> T {
        let end = Instant::now() + PATIENCE;
        loop {
            if let Some(found) = look(&lock(&self.board)) {
                return found;
            }
            assert!(Instant::now() < end, "{otherwise}");
            thread::sleep(Duration::from_millis(50));
        }
    }
}

fn lock(board: &Mutex<Board>) -> MutexGuard<'_, Board> {
    board.lock().unwrap_or_else(PoisonError::into_inner)
}

const NAME: &str = "org.freedesktop.Notifications";
const PATH: &str = "/org/freedesktop/Notifications";
const PATIENCE: Duration = Duration::from_secs(45);
