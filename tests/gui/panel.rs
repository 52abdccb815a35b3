//! The icon in the panel: a panel of the test's own takes it, reads it and presses its menu.

use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use tokio::runtime::Runtime;
use zbus::zvariant::{OwnedValue, Value};
use zbus::{Connection, Proxy, interface};

use crate::program::Desk;
use crate::seen::Seen;

/// A panel that keeps the names of those that register.
struct Panel {
    runtime: Runtime,
    connection: Connection,
    items: Arc<Mutex<Vec<String>>>,
}

struct Watcher(Arc<Mutex<Vec<String>>>);

#[interface(name = "org.kde.StatusNotifierWatcher")]
impl Watcher {
    fn register_status_notifier_item(&self, item: String) {
        self.0.lock().unwrap().push(item);
    }

    #[allow(clippy::unused_self, reason = "the interface's property")]
    #[zbus(property)]
    fn is_status_notifier_host_registered(&self) -> bool {
        true
    }
}

/// An entry of the menu: its number, what is known of it, what is below it.
type Entry = (
    i32,
    std::collections::HashMap<String, OwnedValue>,
    Vec<OwnedValue>,
);

impl Panel {
    fn start(address: &str) -> Self {
        let items: Arc<Mutex<Vec<String>>> = Arc::default();
        let runtime = Runtime::new().expect("a runtime");
        let connection = runtime.block_on(async {
            zbus::connection::Builder::address(address)?
                .serve_at("/StatusNotifierWatcher", Watcher(Arc::clone(&items)))?
                .name("org.kde.StatusNotifierWatcher")?
                .build()
                .await
        });
        Self {
            runtime,
            connection: connection.expect("the bus takes us"),
            items,
        }
    }

    /// Leaves the bus.
    fn end(self) {
        let left = self.runtime.block_on(self.connection.close());
        left.expect("it can be left");
    }

    fn item(&self) -> String {
        until("an item registers", || {
            self.items.lock().unwrap().first().cloned()
        })
    }

    fn property<T: TryFrom<OwnedValue>>(&self, item: &str, name: &str) -> Option<T>
    where
        T::Error: Into<zbus::Error>,
    {
        self.runtime.block_on(async {
            let path = "/StatusNotifierItem";
            let kind = "org.kde.StatusNotifierItem";
            let proxy = zbus::proxy::Builder::<Proxy<'_>>::new(&self.connection)
                .destination(item.to_owned())
                .ok()?
                .path(path)
                .ok()?
                .interface(kind)
                .ok()?
                .cache_properties(zbus::proxy::CacheProperties::No)
                .build()
                .await
                .ok()?;
            proxy.get_property(name).await.ok()
        })
    }

    fn menu(&self, item: &str) -> Vec<(i32, String)> {
        let none: &[&str] = &[];
        let question = (0, -1, none);
        let reply = self.runtime.block_on(self.connection.call_method(
            Some(item),
            "/MenuBar",
            Some("com.canonical.dbusmenu"),
            "GetLayout",
            &question,
        ));
        let reply = reply.expect("a menu");
        let (_, (_, _, below)): (u32, Entry) = reply.body().deserialize().expect("a layout");
        below
            .into_iter()
            .filter_map(|entry| {
                let (number, known, _): Entry = entry.try_into().ok()?;
                let label = known.get("label")?.try_clone().ok()?;
                Some((number, String::try_from(label).ok()?))
            })
            .collect()
    }

    fn press(&self, item: &str, label: &str) {
        let menu = self.menu(item);
        let (number, _) = menu
            .iter()
            .find(|(_, found)| found == label)
            .unwrap_or_else(|| panic!("no {label:?} in {menu:?}"));
        let event = (*number, "clicked", Value::from(0), 0_u32);
        let pressed = self.runtime.block_on(self.connection.call_method(
            Some(item),
            "/MenuBar",
            Some("com.canonical.dbusmenu"),
            "Event",
            &event,
        ));
        pressed.expect("it can be pressed");
    }
}

fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + Duration::from_secs(30);
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < end, "never: {what}");
        thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn the_icon_wants_attention_sets_the_status_and_outlives_the_window() {
    let desk = Desk::with_bus();
    let panel = Panel::start(desk.bus().expect("a bus"));
    let siskin = desk.start(&["demo"]);
    let item = panel.item();
    until("the item wants attention", || {
        let status: Option<String> = panel.property(&item, "Status");
        (status.as_deref() == Some("NeedsAttention")).then_some(())
    });
    let id: Option<String> = panel.property(&item, "Id");
    assert_eq!(id.as_deref(), Some("io.github.siskin.Siskin"));
    let pictures: OwnedValue = panel.property(&item, "IconPixmap").expect("pictures");
    let pictures: Vec<(i32, i32, Vec<u8>)> = pictures.try_into().expect("pictures");
    let sizes: Vec<i32> = pictures.iter().map(|(width, _, _)| *width).collect();
    assert_eq!(sizes, [22, 24, 32, 48]);

    panel.press(&item, "Busy");
    siskin.hear("the status is published", |all| {
        all.iter().any(|message| {
            message.sent && message.text.starts_with("PUBLISH") && message.text.contains("busy")
        })
    });

    // The first closing is explained; the second closes the window, and the program goes on.
    siskin.close();
    siskin.see("an explanation", |seen: &Seen| {
        seen.main_buttons().len() == 2
    });
    siskin.shoot("closing-explained");
    siskin.close();
    siskin.wait_until_hidden();
    panel.press(&item, "Open Siskin");
    let siskin = siskin.found_again();
    siskin.see("the office again", |seen| seen.buddies().len() >= 5);
    assert!(desk.settings().contains("when_closed = \"keep-running\""));
    panel.press(&item, "Quit");
    assert_eq!(siskin.ended(), 0);
}

#[test]
fn a_window_in_the_panel_comes_back_when_the_panel_goes() {
    let desk = Desk::with_bus();
    desk.put_settings("version = 2\n\n[window]\nwhen_closed = \"keep-running\"\n");
    let panel = Panel::start(desk.bus().expect("a bus"));
    let siskin = desk.start(&["demo"]);
    panel.item();
    siskin.see("the office", |seen| seen.buddies().len() >= 5);
    siskin.close();
    siskin.wait_until_hidden();
    panel.end();
    let siskin = siskin.found_again();
    siskin.see("the office again", |seen| seen.buddies().len() >= 5);

    let panel = Panel::start(desk.bus().expect("a bus"));
    panel.item();
    siskin.close();
    siskin.wait_until_hidden();
    // The whole session goes.
    desk.end_bus();
    let siskin = siskin.found_again();
    siskin.see("the office once more", |seen| seen.buddies().len() >= 5);
    siskin.close();
    assert_eq!(siskin.ended(), 0, "without an icon closing is the end");
}
