//! A screen reader of the test's own: it listens on the session's accessibility bus, and sees the window only there.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use tokio::runtime::Runtime;
use zbus::zvariant::{DynamicDeserialize, OwnedObjectPath, OwnedValue, Value};
use zbus::{Connection, MatchRule, MessageStream, message};

use futures_util::StreamExt as _;

/// The reader.
pub struct Reader {
    runtime: Runtime,
    session: Connection,
    bus: Connection,
    /// What was said by itself: words of live things, and what the keyboard has come to.
    heard: Arc<Mutex<Vec<Heard>>>,
}

/// What was said by itself.
#[derive(Debug, Clone, PartialEq)]
pub enum Heard {
    /// Words that are said at once.
    Said(String),
    /// The keyboard is at this object.
    At(String),
}

/// A thing in the window, as it is told.
#[derive(Debug, Clone)]
pub struct Thing {
    owner: String,
    pub path: String,
    pub role: u32,
    pub name: String,
    pub depth: usize,
    states: u64,
}

/// The roles that are looked at, by their numbers.
pub const CHECK: u32 = 7;
pub const FRAME: u32 = 23;
pub const LABEL: u32 = 29;
pub const ROW: u32 = 32;
pub const SECRET: u32 = 40;
pub const BUTTON: u32 = 43;
pub const RADIO: u32 = 44;
pub const ENTRY: u32 = 79;
pub const HEADING: u32 = 83;

/// The states that are looked at, by their bits.
pub const CHECKED: u32 = 4;
pub const FOCUSED: u32 = 12;
pub const SELECTED: u32 = 23;

impl Thing {
    /// Whether it is in this state.
    pub fn is(&self, state: u32) -> bool {
        (self.states >> state) & 1 == 1
    }
}

type Object = (String, OwnedObjectPath);
/// A thing as a program tells of all at once: itself, its program, what it is in, its place there, how many it holds, its
/// interfaces, name, role, description and states.
type Item = (
    Object,
    Object,
    Object,
    i32,
    i32,
    Vec<String>,
    String,
    u32,
    String,
    Vec<u32>,
);
/// What happened, two numbers, a value, and more that nobody tells.
type Event = (String, i32, i32, OwnedValue, HashMap<String, OwnedValue>);

impl Reader {
    /// Takes its place on the bus; programs are told that somebody listens.
    pub fn start(session: &str) -> Self {
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
    pub fn set_listening(&self, listening: bool) {
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

    /// The program whose window is told here.
    pub fn program(&self) -> Option<String> {
        let registry = "org.a11y.atspi.Registry";
        let root = "/org/a11y/atspi/accessible/root";
        let all: Vec<Object> = self.ask(registry, root, &at("Accessible.GetChildren"))?;
        all.into_iter().next().map(|(owner, _)| owner)
    }

    /// Everything in the window of a program, told at once; nothing of how deep it is.
    pub fn shown(&self, program: &str) -> Vec<Thing> {
        let cache = "/org/a11y/atspi/cache";
        let all: Option<Vec<Item>> = self.ask(program, cache, &at("Cache.GetItems"));
        let thing = |item: Item| {
            let ((owner, path), _, _, _, _, _, name, role, _, states) = item;
            Thing {
                owner,
                path: path.to_string(),
                role,
                name,
                depth: 0,
                states: bits(&states),
            }
        };
        all.unwrap_or_default().into_iter().map(thing).collect()
    }

    /// Where something is in the window: left, top, width and height; it may be out of sight.
    pub fn place(&self, thing: &Thing) -> Option<(i32, i32, i32, i32)> {
        let reply = self.runtime.block_on(self.bus.call_method(
            Some(thing.owner.as_str()),
            thing.path.as_str(),
            Some(at("Component").as_str()),
            "GetExtents",
            &IN_WINDOW,
        ));
        let place: ((i32, i32, i32, i32),) = reply.ok()?.body().deserialize().ok()?;
        Some(place.0)
    }

    /// What is typed in a field.
    pub fn letters(&self, field: &Thing) -> Option<String> {
        let text = self.runtime.block_on(self.bus.call_method(
            Some(field.owner.as_str()),
            field.path.as_str(),
            Some(at("Text").as_str()),
            "GetText",
            &(0_i32, -1_i32),
        ));
        text.ok()?.body().deserialize().ok()
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
            all.push(Thing {
                role: role.unwrap_or_default(),
                name: name.and_then(|it| it.try_into().ok()).unwrap_or_default(),
                depth,
                states: bits(&states.unwrap_or_default()),
                owner: owner.clone(),
                path: path.to_string(),
            });
            if depth < DEEPEST {
                self.add_below(&owner, &path, depth + 1, all);
            }
        }
    }

    /// Looks again and again until there is a thing of this role and name.
    pub fn find(&self, role: u32, is_it: impl Fn(&Thing) -> bool) -> Thing {
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

    pub fn named(&self, role: u32, name: &str) -> Thing {
        self.find(role, |thing| thing.name == name)
    }

    pub fn attributes(&self, thing: &Thing) -> HashMap<String, String> {
        let method = at("Accessible.GetAttributes");
        self.ask(&thing.owner, &thing.path, &method)
            .expect("attributes")
    }

    pub fn press(&self, thing: &Thing) {
        let pressed = self.runtime.block_on(self.bus.call_method(
            Some(thing.owner.as_str()),
            thing.path.as_str(),
            Some(at("Action").as_str()),
            "DoAction",
            &0_i32,
        ));
        pressed.expect("it can be pressed");
    }

    pub fn focus(&self, thing: &Thing) {
        let focused: Option<bool> = self.ask(&thing.owner, &thing.path, &at("Component.GrabFocus"));
        assert_eq!(focused, Some(true));
    }

    /// Waits until something was said that `is_it`.
    pub fn hear(&self, what: &str, is_it: impl Fn(&Heard) -> bool) {
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

fn bits(states: &[u32]) -> u64 {
    let part = |place| states.get(place).copied().map_or(0, u64::from);
    part(0) | (part(1) << 32)
}

/// All of it, line by line.
pub fn written(all: &[Thing]) -> String {
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

const PATIENCE: Duration = Duration::from_secs(45);
/// No window is deeper.
const DEEPEST: usize = 16;
/// Places are counted from the upper left corner of the window.
const IN_WINDOW: u32 = 1;
