//! The notification service of the session bus.

use std::collections::HashMap;

use futures_util::StreamExt as _;
use tokio::sync::mpsc::{Receiver, Sender};
use zbus::Connection;
use zbus::fdo::DBusProxy;
use zbus::names::BusName;
use zbus::zvariant::Value;

use super::{Answer, Notification, Order};
use crate::desktop::markup::escaped;

/// The service, as the Desktop Notifications Specification has it.
#[zbus::proxy(
    interface = "org.freedesktop.Notifications",
    default_service = "org.freedesktop.Notifications",
    default_path = "/org/freedesktop/Notifications",
    gen_blocking = false
)]
trait Notifications {
    #[allow(clippy::too_many_arguments, reason = "the specification's call")]
    fn notify(
        &self,
        app_name: &str,
        replaces_id: u32,
        app_icon: &str,
        summary: &str,
        body: &str,
        actions: &[&str],
        hints: HashMap<&str, Value<'_>>,
        expire_timeout: i32,
    ) -> zbus::Result<u32>;

    fn close_notification(&self, id: u32) -> zbus::Result<()>;

    #[zbus(name = "GetCapabilities")]
    fn capabilities(&self) -> zbus::Result<Vec<String>>;

    #[zbus(signal)]
    fn action_invoked(&self, id: u32, action_key: String) -> zbus::Result<()>;

    #[zbus(signal)]
    fn notification_closed(&self, id: u32, reason: u32) -> zbus::Result<()>;
}

pub(super) async fn serve<C>(
    connect: impl Fn() -> C,
    mut orders: Receiver<Order>,
    answers: Sender<Answer>,
) where
    C: Future<Output = zbus::Result<Connection>>,
{
    while let Some(order) = orders.recv().await {
        let asked = async {
            let bus = connect().await?;
            attend(&bus, order, &mut orders, &answers).await
        };
        match asked.await {
            Ok(()) => return,
            // The next order tries again: the service may have been started anew.
            Err(error) => tracing::debug!(%error, "the desktop shows no notifications"),
        }
    }
}

/// Whether the service is on the bus, or the bus knows how to start it.
pub(super) async fn is_there<C>(connect: impl Fn() -> C) -> bool
where
    C: Future<Output = zbus::Result<Connection>>,
{
    let asked = async {
        let bus = connect().await?;
        let desk = DBusProxy::new(&bus).await?;
        if desk.name_has_owner(BusName::try_from(SERVICE)?).await? {
            return Ok(true);
        }
        let startable = desk.list_activatable_names().await?;
        zbus::Result::Ok(startable.iter().any(|name| name.as_str() == SERVICE))
    };
    asked.await.unwrap_or(false)
}

/// Serves on one connection; returns when nobody is left who orders or listens.
async fn attend(
    bus: &Connection,
    first: Order,
    orders: &mut Receiver<Order>,
    answers: &Sender<Answer>,
) -> zbus::Result<()> {
    let service = NotificationsProxy::new(bus).await?;
    let mut pressed = service.receive_action_invoked().await?;
    let mut closed = service.receive_notification_closed().await?;
    let mut board = Board {
        abilities: service.capabilities().await?,
        service: &service,
        shown: Vec::new(),
    };
    board.obey(first).await?;
    loop {
        tokio::select! {
            order = orders.recv() => match order {
                Some(order) => board.obey(order).await?,
                None => return Ok(()),
            },
            Some(signal) = pressed.next() => {
                let said = signal.args()?;
                let Some(key) = board.key(said.id) else { continue };
                let action = Some(said.action_key).filter(|name| name != DEFAULT);
                if answers.send(Answer { key, action }).await.is_err() {
                    return Ok(());
                }
            }
            Some(signal) = closed.next() => {
                let said = signal.args()?;
                board.shown.retain(|(id, _)| *id != said.id);
            }
            () = answers.closed() => return Ok(()),
        }
    }
}

/// What is shown at present.
struct Board<'a> {
    service: &'a NotificationsProxy<'a>,
    abilities: Vec<String>,
    /// The service's number and our key, oldest first.
    shown: Vec<(u32, String)>,
}

impl Board<'_> {
    fn key(&self, id: u32) -> Option<String> {
        let known = self.shown.iter().find(|(shown, _)| *shown == id);
        known.map(|(_, key)| key.clone())
    }

    fn can(&self, ability: &str) -> bool {
        self.abilities.iter().any(|known| known == ability)
    }

    async fn obey(&mut self, order: Order) -> zbus::Result<()> {
        match order {
            Order::Show(notification) => self.show(&notification).await,
            Order::Withdraw(key) => {
                let at = self.shown.iter().position(|(_, shown)| *shown == key);
                match at {
                    Some(at) => self.close(at).await,
                    None => Ok(()),
                }
            }
        }
    }

    async fn show(&mut self, notification: &Notification) -> zbus::Result<()> {
        let at = self
            .shown
            .iter()
            .position(|(_, key)| *key == notification.key);
        let replaces = at.map_or(0, |at| self.shown.remove(at).0);
        while self.shown.len() >= AT_ONCE {
            self.close(0).await?;
        }
        let mut actions: Vec<&str> = Vec::new();
        if self.can("actions") {
            actions.extend([DEFAULT, ""]);
            for (name, label) in &notification.actions {
                actions.extend([*name, label.as_str()]);
            }
        }
        let body = if self.can("body-markup") {
            escaped(&notification.body)
        } else {
            notification.body.clone()
        };
        let mut hints = HashMap::from([("desktop-entry", Value::from(APPLICATION))]);
        match notification.sound {
            Some(name) => hints.insert("sound-name", Value::from(name)),
            None => hints.insert("suppress-sound", Value::from(true)),
        };
        let timeout = if notification.lasting { STAY } else { AS_USUAL };
        let id = self
            .service
            .notify(
                NAME,
                replaces,
                APPLICATION,
                &notification.title,
                &body,
                &actions,
                hints,
                timeout,
            )
            .await?;
        self.shown.push((id, notification.key.clone()));
        Ok(())
    }

    async fn close(&mut self, at: usize) -> zbus::Result<()> {
        let (id, _) = self.shown.remove(at);
        match self.service.close_notification(id).await {
            // It was gone already.
            Err(zbus::Error::MethodError(..)) => Ok(()),
            other => other,
        }
    }
}

/// The action of pressing the notification itself.
const DEFAULT: &str = "default";
/// So many at once; the oldest makes room.
const AT_ONCE: usize = 4;
/// Never goes by itself.
const STAY: i32 = 0;
/// Goes when the desktop thinks fit.
const AS_USUAL: i32 = -1;
/// Who has to be on the bus.
const SERVICE: &str = "org.freedesktop.Notifications";
/// What notifications are signed with.
const NAME: &str = "Siskin";
/// The name of the desktop entry and of the icon.
const APPLICATION: &str = "io.github.siskin.Siskin";

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};
    use std::time::Duration;

    use tokio::sync::mpsc;
    use zbus::connection::Builder;
    use zbus::interface;
    use zbus::object_server::SignalEmitter;
    use zbus::zvariant::OwnedValue;

    use super::*;
    use crate::desktop::testing::{bus, bus_with};

    /// A service that writes down what it is told.
    struct Desktop {
        told: Arc<Mutex<Vec<String>>>,
        abilities: &'static [&'static str],
        last: u32,
    }

    #[interface(name = "org.freedesktop.Notifications")]
    impl Desktop {
        #[allow(clippy::too_many_arguments, clippy::needless_pass_by_value)]
        fn notify(
            &mut self,
            app_name: &str,
            replaces_id: u32,
            app_icon: &str,
            summary: &str,
            body: &str,
            actions: Vec<String>,
            hints: HashMap<String, OwnedValue>,
            expire_timeout: i32,
        ) -> u32 {
            assert_eq!((app_name, app_icon), (NAME, APPLICATION));
            assert!(hints.contains_key("desktop-entry"));
            // Dave's comes without a sound.
            let quiet = summary == "About dave";
            assert_eq!(hints.contains_key("sound-name"), !quiet);
            assert_eq!(hints.contains_key("suppress-sound"), quiet);
            let words =
                format!("{replaces_id} {summary} | {body} | {actions:?} | {expire_timeout}");
            self.told.lock().unwrap().push(words);
            self.last = if replaces_id == 0 {
                self.last + 1
            } else {
                replaces_id
            };
            self.last
        }

        fn close_notification(&self, id: u32) {
            self.told.lock().unwrap().push(format!("close {id}"));
        }

        #[zbus(name = "GetCapabilities")]
        fn capabilities(&self) -> Vec<&'static str> {
            self.abilities.to_vec()
        }

        #[zbus(signal)]
        async fn action_invoked(
            emitter: &SignalEmitter<'_>,
            id: u32,
            action_key: &str,
        ) -> zbus::Result<()>;

        #[zbus(signal)]
        async fn notification_closed(
            emitter: &SignalEmitter<'_>,
            id: u32,
            reason: u32,
        ) -> zbus::Result<()>;
    }

    fn request(key: &str, body: &str) -> Order {
        Order::Show(Notification {
            key: key.to_owned(),
            title: format!("About {key}"),
            body: body.to_owned(),
            actions: vec![("allow", "Allow".to_owned())],
            lasting: true,
            sound: (key != "dave").then_some("dialog-question"),
        })
    }

    /// Waits until so much was told.
    async fn until(told: &Mutex<Vec<String>>, count: usize) -> Vec<String> {
        for _ in 0..500 {
            if told.lock().unwrap().len() >= count {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        told.lock().unwrap().clone()
    }

    #[tokio::test]
    async fn notifications_are_shown_replaced_answered_and_withdrawn() {
        let (_bus, address) = bus();
        let told = Arc::new(Mutex::new(Vec::new()));
        let desktop = Desktop {
            told: Arc::clone(&told),
            abilities: &["actions", "body-markup"],
            last: 0,
        };
        let path = "/org/freedesktop/Notifications";
        let server = Builder::address(address.as_str())
            .unwrap()
            .serve_at(path, desktop)
            .unwrap()
            .name("org.freedesktop.Notifications")
            .unwrap()
            .build()
            .await
            .unwrap();
        let (order, orders) = mpsc::channel(8);
        let (answer, mut answers) = mpsc::channel(8);
        let connect = move || {
            let builder = Builder::address(address.as_str());
            async move { builder?.build().await }
        };
        let serving = tokio::spawn(serve(connect, orders, answer));
        order.send(request("bob", "a < b & c")).await.unwrap();
        order.send(request("bob", "again")).await.unwrap();
        let said = until(&told, 2).await;
        assert_eq!(
            said,
            [
                r#"0 About bob | a &lt; b &amp; c | ["default", "", "allow", "Allow"] | 0"#,
                r#"1 About bob | again | ["default", "", "allow", "Allow"] | 0"#,
            ]
        );
        let emitter = SignalEmitter::new(&server, path).unwrap();
        // Another program's notification is not ours.
        Desktop::action_invoked(&emitter, 77, "allow")
            .await
            .unwrap();
        Desktop::action_invoked(&emitter, 1, "allow").await.unwrap();
        Desktop::action_invoked(&emitter, 1, "default")
            .await
            .unwrap();
        for action in [Some("allow".to_owned()), None] {
            let heard = tokio::time::timeout(Duration::from_secs(5), answers.recv()).await;
            let key = "bob".to_owned();
            assert_eq!(heard.unwrap(), Some(Answer { key, action }));
        }
        for name in ["carol", "dave", "erin", "frank"] {
            order.send(request(name, "")).await.unwrap();
        }
        let said = until(&told, 7).await;
        assert_eq!(said[5], "close 1", "the oldest makes room");
        order
            .send(Order::Withdraw("erin".to_owned()))
            .await
            .unwrap();
        order.send(Order::Withdraw("bob".to_owned())).await.unwrap();
        drop(order);
        tokio::time::timeout(Duration::from_secs(5), serving)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(told.lock().unwrap().last().unwrap(), "close 4");
    }

    #[tokio::test]
    async fn without_a_bus_orders_are_taken_and_nothing_happens() {
        let (order, orders) = mpsc::channel(8);
        let (answer, _answers) = mpsc::channel(8);
        let connect = || async { Err(zbus::Error::Failure("no bus".to_owned())) };
        let serving = tokio::spawn(serve(connect, orders, answer));
        for _ in 0..3 {
            order.send(request("bob", "")).await.unwrap();
        }
        drop(order);
        tokio::time::timeout(Duration::from_secs(5), serving)
            .await
            .unwrap()
            .unwrap();
    }

    #[tokio::test]
    async fn it_is_known_whether_there_is_a_service_or_one_can_be_started() {
        let no_bus = || async { Err(zbus::Error::Failure("no bus".to_owned())) };
        assert!(!is_there(no_bus).await);
        let (_bus, address) = bus();
        let connect = || async { Builder::address(address.as_str())?.build().await };
        assert!(!is_there(connect).await, "nobody is on the bus");
        let desktop = Builder::address(address.as_str())
            .unwrap()
            .name(SERVICE)
            .unwrap()
            .build()
            .await
            .unwrap();
        assert!(is_there(connect).await);
        desktop.close().await.unwrap();

        let folder = tempfile::TempDir::new().unwrap();
        let service = format!("[D-BUS Service]\nName={SERVICE}\nExec=/bin/false\n");
        std::fs::write(folder.path().join("notifications.service"), service).unwrap();
        let (_bus, address) = bus_with(Some(folder.path()));
        let connect = || async { Builder::address(address.as_str())?.build().await };
        assert!(is_there(connect).await, "it would be started");
    }
}
