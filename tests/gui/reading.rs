//! A screen reader of the test's own: it listens on the session's accessibility bus, and sees the window only there.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use tokio::runtime::Runtime;
use zbus::zvariant::{DynamicDeserialize, OwnedObjectPath, OwnedValue, Value};
use zbus::{Connection, MatchRule, MessageStream, message};

use crate::program::{Desk, Program};
use crate::seen::Seen;
use futures_util::StreamExt as _;

/// The reader.
struct Reader {
    runtime: Runtime,
    session: Connection,
    bus: Connection,
    /// What was said by itself: words of live things, and what the keyboard has come to.
    heard: Arc<Mutex<Vec<Heard>>>,
}

#[derive(Debug, Clone, PartialEq)]
enum Heard {
    /// Words that are said at once.
    Said(String),
    /// The keyboard is at this object.
    At(String),
}

/// A thing in the window, as it is told.
#[derive(Debug, Clone)]
struct Thing {
    owner: String,
    path: String,
    role: u32,
    name: String,
    depth: usize,
    states: u64,
}

/// The roles that are looked at, by their numbers.
const FRAME: u32 = 23;
const LABEL: u32 = 29;
const ROW: u32 = 32;
const BUTTON: u32 = 43;
const RADIO: u32 = 44;
const ENTRY: u32 = 79;
const HEADING: u32 = 83;

/// The states that are looked at, by their bits.
const CHECKED: u32 = 4;
const FOCUSED: u32 = 12;
const SELECTED: u32 = 23;

impl Thing {
    fn is(&self, state: u32) -> bool {
        (self.states >> state) & 1 == 1
    }
}

type Object = (String, OwnedObjectPath);
/// What happened, two numbers, a value, and more that nobody tells.
type Event = (String, i32, i32, OwnedValue, HashMap<String, OwnedValue>);

impl Reader {
    /// Takes its place on the bus; programs are told that somebody listens.
    fn start(session: &str) -> Self {
        let runtime = Runtime::new().expect("a runtime");
        let heard: Arc<Mutex<Vec<Heard>>> = Arc::default();
        let (session, bus) = runtime.block_on(async {
            let session = zbus::connection::Builder::address(session)
                .expect("an address")
                .build()
                .await
                .expect("the bus takes us");
            let address: String = session
                .call_method(
                    Some("org.a11y.Bus"),
                    "/org/a11y/bus",
                    Some("org.a11y.Bus"),
                    "GetAddress",
                    &(),
                )
                .await
                .expect("at-spi2-core is installed")
                .body()
                .deserialize()
                .expect("an address");
            let bus = zbus::connection::Builder::address(address.as_str())
                .expect("an address")
                .build()
                .await
                .expect("the accessibility bus takes us");
            (session, bus)
        });
        let reader = Self {
            runtime,
            session,
            bus,
            heard,
        };
        reader.listen();
        reader.set_listening(true);
        reader
    }

    fn listen(&self) {
        let heard = Arc::clone(&self.heard);
        let bus = self.bus.clone();
        let rule = MatchRule::builder()
            .msg_type(message::Type::Signal)
            .interface("org.a11y.atspi.Event.Object")
            .expect("a name")
            .build();
        let mut events = self
            .runtime
            .block_on(MessageStream::for_match_rule(rule, &bus, Some(1_000)))
            .expect("the bus tells us");
        self.runtime.spawn(async move {
            while let Some(Ok(event)) = events.next().await {
                if let Some(said) = understood(&event) {
                    heard
                        .lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .push(said);
                }
            }
        });
    }

    /// Tells the session that somebody listens, or that nobody does.
    fn set_listening(&self, listening: bool) {
        let value = ("org.a11y.Status", "IsEnabled", Value::from(listening));
        let set = self.session.call_method(
            Some("org.a11y.Bus"),
            "/org/a11y/bus",
            Some("org.freedesktop.DBus.Properties"),
            "Set",
            &value,
        );
        self.runtime.block_on(set).expect("it can be set");
    }

    fn heard(&self) -> Vec<Heard> {
        self.heard
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn ask<T>(&self, owner: &str, path: &str, method: &str) -> Option<T>
    where
        T: for<'d> DynamicDeserialize<'d> + Send,
    {
        let (interface, member) = method.rsplit_once('.')?;
        let reply = self.runtime.block_on(self.bus.call_method(
            Some(owner),
            path,
            Some(interface),
            member,
            &(),
        ));
        reply.ok()?.body().deserialize().ok()
    }

    fn property(&self, owner: &str, path: &str, name: &str) -> Option<OwnedValue> {
        let (interface, name) = name.rsplit_once('.')?;
        let reply = self.runtime.block_on(self.bus.call_method(
            Some(owner),
            path,
            Some("org.freedesktop.DBus.Properties"),
            "Get",
            &(interface, name),
        ));
        reply.ok()?.body().deserialize().ok()
    }

    /// Everything in the windows of the programs that have come onto the bus.
    fn everything(&self) -> Vec<Thing> {
        let mut all = Vec::new();
        let registry = "org.a11y.atspi.Registry";
        self.add_below(registry, "/org/a11y/atspi/accessible/root", 0, &mut all);
        all
    }

    fn add_below(&self, owner: &str, path: &str, depth: usize, all: &mut Vec<Thing>) {
        let children: Option<Vec<Object>> = self.ask(owner, path, &at("Accessible.GetChildren"));
        for (owner, path) in children.unwrap_or_default() {
            let name = self.property(&owner, &path, &at("Accessible.Name"));
            let role: Option<u32> = self.ask(&owner, &path, &at("Accessible.GetRole"));
            let states: Option<Vec<u32>> = self.ask(&owner, &path, &at("Accessible.GetState"));
            let states = states.unwrap_or_default();
            let bits = |place| states.get(place).copied().map_or(0, u64::from);
            all.push(Thing {
                role: role.unwrap_or_default(),
                name: name.and_then(|it| it.try_into().ok()).unwrap_or_default(),
                depth,
                states: bits(0) | (bits(1) << 32),
                owner: owner.clone(),
                path: path.to_string(),
            });
            if depth < DEEPEST {
                self.add_below(&owner, &path, depth + 1, all);
            }
        }
    }

    /// Looks again and again until there is a thing of this role and name.
    fn find(&self, role: u32, is_it: impl Fn(&Thing) -> bool) -> Thing {
        let end = Instant::now() + PATIENCE;
        loop {
            let all = self.everything();
            let found = all.iter().find(|thing| thing.role == role && is_it(thing));
            if let Some(found) = found {
                return found.clone();
            }
            assert!(
                Instant::now() < end,
                "nothing such of role {role} in:\n{}",
                written(&all)
            );
            thread::sleep(Duration::from_millis(50));
        }
    }

    fn named(&self, role: u32, name: &str) -> Thing {
        self.find(role, |thing| thing.name == name)
    }

    fn attributes(&self, thing: &Thing) -> HashMap<String, String> {
        let method = at("Accessible.GetAttributes");
        self.ask(&thing.owner, &thing.path, &method)
            .expect("attributes")
    }

    fn press(&self, thing: &Thing) {
        let pressed = self.runtime.block_on(self.bus.call_method(
            Some(thing.owner.as_str()),
            thing.path.as_str(),
            Some(at("Action").as_str()),
            "DoAction",
            &0_i32,
        ));
        pressed.expect("it can be pressed");
    }

    fn focus(&self, thing: &Thing) {
        let focused: Option<bool> = self.ask(&thing.owner, &thing.path, &at("Component.GrabFocus"));
        assert_eq!(focused, Some(true));
    }

    /// Waits until something was said that `is_it`.
    fn hear(&self, what: &str, is_it: impl Fn(&Heard) -> bool) {
        let end = Instant::now() + PATIENCE;
        while !self.heard().iter().any(&is_it) {
            assert!(Instant::now() < end, "never: {what}; {:?}", self.heard());
            thread::sleep(Duration::from_millis(50));
        }
    }
}

/// What a signal of the bus means, if it is looked at.
fn understood(event: &zbus::Message) -> Option<Heard> {
    let header = event.header();
    let body = event.body();
    let (kind, on, _, value, _): Event = body.deserialize().ok()?;
    match header.member()?.as_str() {
        "Announcement" => Some(Heard::Said(value.try_into().ok()?)),
        "StateChanged" if kind == "focused" && on == 1 => {
            Some(Heard::At(header.path()?.to_string()))
        }
        _ => None,
    }
}

fn at(name: &str) -> String {
    format!("org.a11y.atspi.{name}")
}

fn written(all: &[Thing]) -> String {
    let line = |thing: &Thing| {
        format!(
            "{:1$}{2}: {3}\n",
            "",
            2 * thing.depth,
            thing.role,
            thing.name
        )
    };
    all.iter().map(line).collect()
}

const PATIENCE: Duration = Duration::from_secs(20);
/// No window is deeper.
const DEEPEST: usize = 16;

#[test]
fn the_window_can_be_read_and_used_without_seeing_it() {
    let desk = Desk::with_bus();
    let reader = Reader::start(desk.bus().expect("a bus"));
    let siskin = desk.start(&["demo"]);
    let has_office = |seen: &Seen| seen.main_buttons().len() == 1 && seen.lamp().is_some();
    siskin.see("the lamp and a request", has_office);

    let window = reader.find(FRAME, |thing| thing.name.starts_with("Siskin"));
    assert!(window.depth >= 1, "it is in its program");
    reader.named(BUTTON, "Search (Ctrl+F)");
    reader.find(BUTTON, |lamp| lamp.name.contains("message"));
    reader.find(LABEL, |text| text.name.contains("wants to see"));
    let bob = reader.find(ROW, |row| row.name.starts_with("Bob"));
    assert!(!bob.is(SELECTED));
    let rows = reader.attributes(&bob);
    assert!(rows["posinset"].parse::<usize>().is_ok(), "{rows:?}");
    assert!(rows["setsize"].parse::<usize>().unwrap() >= 5, "{rows:?}");
    // A row is pressed, and is selected then.
    reader.press(&bob);
    reader.find(ROW, |row| row.name.starts_with("Bob") && row.is(SELECTED));

    // The keyboard goes where the reader wants it, and the reader is told where it goes.
    let settings = reader.named(BUTTON, "Settings (Ctrl+,)");
    reader.focus(&settings);
    reader.hear("the keyboard is at the settings", |heard| {
        *heard == Heard::At(settings.path.clone())
    });
    siskin.press("shift+Tab");
    let add = reader.find(BUTTON, |thing| {
        thing.name == "Add a buddy (Ctrl+N)" && thing.is(FOCUSED)
    });

    // What is typed into a field can be read.
    reader.press(&add);
    let field = reader.find(ENTRY, |thing| thing.is(FOCUSED));
    siskin.write("grace");
    until_read(&reader, &field, "grace");
    reader.press(&reader.named(BUTTON, "Back"));

    reader.press(&reader.named(BUTTON, "Settings (Ctrl+,)"));
    reader.named(HEADING, "Settings");
    reader.press(&reader.named(RADIO, "Dark"));
    reader.find(RADIO, |thing| thing.name == "Dark" && thing.is(CHECKED));
    reader.press(&reader.named(BUTTON, "Back"));
    quits(siskin);
}

#[test]
fn who_asks_and_new_messages_are_said_at_once() {
    let desk = Desk::with_bus();
    let reader = Reader::start(desk.bus().expect("a bus"));
    let siskin = desk.start(&["demo"]);
    reader.hear(
        "the request is said",
        |heard| matches!(heard, Heard::Said(words) if words.contains("wants to see")),
    );
    reader.hear(
        "the lamp is said",
        |heard| matches!(heard, Heard::Said(words) if words.contains("message")),
    );
    // Nobody listens any more: the window goes on, and is read again when somebody does.
    reader.set_listening(false);
    siskin.see("the request", |seen| seen.main_buttons().len() == 1);
    reader.set_listening(true);
    let allow = reader.named(BUTTON, "Allow");
    reader.press(&allow);
    siskin.see("no request any more", |seen| seen.main_buttons().is_empty());
    quits(siskin);
}

#[test]
fn the_window_outlives_the_bus() {
    let desk = Desk::with_bus();
    let reader = Reader::start(desk.bus().expect("a bus"));
    let siskin = desk.start(&["demo"]);
    reader.find(FRAME, |thing| thing.name.starts_with("Siskin"));
    siskin.see("a request", |seen| seen.main_buttons().len() == 1);
    desk.end_bus();
    siskin.press("ctrl+comma");
    siskin.see("the settings", |seen| seen.portraits().is_empty());
    siskin.press("Escape");
    siskin.see("the request again", |seen| seen.main_buttons().len() == 1);
    quits(siskin);
}

fn until_read(reader: &Reader, field: &Thing, wanted: &str) {
    let end = Instant::now() + PATIENCE;
    loop {
        let text = reader.runtime.block_on(reader.bus.call_method(
            Some(field.owner.as_str()),
            field.path.as_str(),
            Some(at("Text").as_str()),
            "GetText",
            &(0_i32, -1_i32),
        ));
        let text: Option<String> = text.ok().and_then(|it| it.body().deserialize().ok());
        if text.as_deref() == Some(wanted) {
            return;
        }
        assert!(Instant::now() < end, "{wanted} cannot be read: {text:?}");
        thread::sleep(Duration::from_millis(50));
    }
}

fn quits(siskin: Program<'_>) {
    assert_eq!(siskin.quit(), 0);
}
