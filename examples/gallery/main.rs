//! The window with made-up people, for looking at it: `cargo run --example gallery -- SCENE [LOOK] [PERCENT] [LANGUAGE]`.
//!
//! Scenes: `widgets` (every widget in every state), `office`, `compact` (the same with a line for each), `empty`, `long`,
//! `trouble`, `crowd` (10,000 buddies, 100 change each second), `password`, `log-in`. Looks: `light`, `dark`,
//! `light-contrast`, `dark-contrast`. Nothing is saved, nothing goes out.
//!
//! `cargo run --example gallery -- sheet [LANGUAGE...]` (`make screenshots`) draws them all, without a display, into
//! `target/screenshots/`: in three looks, at 100 and 200 %, in English, German and Japanese unless others are named.

mod sheet;

use std::sync::Arc;
use std::time::{Duration, Instant};

use siskin::account::doctor::Check;
use siskin::account::{
    AccountSettings, Appearance, Buddy, BuddyState, Command, Connection, ContrastChoice, Counts,
    Density, Device, DeviceDetails, Dialog, DialogsState, DocumentCause, Fault, Indicator,
    ListSettings, MailboxState, Messages, Notice, PersonDetails, Presence, Publication, Secret,
    SecretError, Settings, Snapshot, Status, StoreError, Subscription, ThemeChoice, Topic, Trouble,
    Watcher,
};
use siskin::ui::backend::{Backend, Commands, Demo, Pending, Running};
use siskin::ui::specimens;
use siskin::ui::theme::{Element, Theme};
use siskin::ui::widget::focus;
use tokio::sync::{mpsc, watch};

fn main() -> Result<(), siskin::ui::Error> {
    let started = Instant::now();
    tracing_subscriber::fmt().with_target(false).init();
    let mut arguments = std::env::args().skip(1);
    let scene = arguments.next().unwrap_or_else(|| "office".to_owned());
    if scene == "sheet" {
        let mut languages: Vec<String> = arguments.collect();
        if languages.is_empty() {
            languages = ["en", "de", "ja"].map(str::to_owned).into();
        }
        return sheet::write(&languages)
            .map_err(|problem| siskin::ui::Error::Toolkit(problem.to_string()));
    }
    let look = arguments.next().unwrap_or_else(|| "light".to_owned());
    let (dark, high) = (look.starts_with("dark"), look.ends_with("contrast"));
    let scale_percent = arguments
        .next()
        .and_then(|percent| percent.parse().ok())
        .unwrap_or(100);
    let language = arguments.next().unwrap_or_else(|| "en".to_owned());
    if scene == "widgets" {
        return widgets(dark, high, f32::from(scale_percent) / 100.0);
    }
    let appearance = Appearance {
        theme: if dark {
            ThemeChoice::Dark
        } else {
            ThemeChoice::Light
        },
        contrast: if high {
            ContrastChoice::High
        } else {
            ContrastChoice::Normal
        },
        scale_percent,
        language,
    };
    siskin::ui::run(siskin::ui::Start {
        backend: Arc::new(Gallery { scene, appearance }),
        demo: None,
        started,
        door: None,
        wanted: None,
        minimised: false,
        autostart: None,
    })
}

/// The sheet of all widgets in a window of its own.
fn widgets(dark: bool, high_contrast: bool, scale: f32) -> Result<(), siskin::ui::Error> {
    fn update(_: &mut (), _: specimens::Message) {}
    fn view(_: &()) -> Element<'_, specimens::Message> {
        focus::root(specimens::view())
    }
    iced::application(|| (), update, view)
        .theme(move |(): &()| Theme::of(dark, high_contrast))
        .scale_factor(move |(): &()| scale)
        .settings(siskin::ui::settings())
        .window_size((460.0, 900.0))
        .run()
        .map_err(|error| siskin::ui::Error::Toolkit(error.to_string()))
}

struct Gallery {
    scene: String,
    appearance: Appearance,
}

impl Backend for Gallery {
    fn settings(&self) -> Settings {
        let snapshot = scene(&self.scene);
        let names = ["Bob", "Carol Ann Smith", "Dave", "Erin", "Frank", "Grace"];
        let buddies = snapshot
            .buddies
            .iter()
            .enumerate()
            .map(|(index, buddy)| Buddy {
                address: buddy.address.clone(),
                groups: groups(&self.scene, index),
                paused: self.scene == "office" && index == 11,
                name: match (self.scene.as_str(), names.get(index)) {
                    ("long", _) => LONG_NAMES[index % LONG_NAMES.len()].to_owned(),
                    (_, Some(name)) => (*name).to_owned(),
                    _ => String::new(),
                },
                ..Buddy::default()
            })
            .collect();
        let account = AccountSettings {
            address: "sip:alice@example.test".to_owned(),
            display_name: "Alice".to_owned(),
            enabled: true,
            status: "available".to_owned(),
            buddies,
            ..AccountSettings::default()
        };
        let density = if self.scene == "compact" {
            Density::Compact
        } else {
            Density::Comfortable
        };
        Settings {
            list: ListSettings {
                density,
                ..ListSettings::default()
            },
            appearance: self.appearance.clone(),
            accounts: if self.scene.starts_with("log-in") {
                Vec::new()
            } else {
                vec![account]
            },
            ..Settings::default()
        }
    }

    fn notices(&self) -> Vec<Notice> {
        Vec::new()
    }

    fn save(&self, _settings: Settings) -> Pending<Result<(), StoreError>> {
        Box::pin(async { Ok(()) })
    }

    fn password(&self, _address: String) -> Pending<Result<Option<Secret>, SecretError>> {
        let answer = if self.scene == "password" {
            Err(SecretError::NoService {
                detail: "no such file or directory".to_owned(),
            })
        } else {
            Ok(Some(Secret::new("not a password")))
        };
        Box::pin(async {
            tokio::time::sleep(Duration::from_millis(300)).await;
            answer
        })
    }

    fn remember(&self, _address: String, _password: Secret) -> Pending<Result<(), SecretError>> {
        Box::pin(async { Ok(()) })
    }

    fn erase(&self, _address: String) -> Pending<Result<(), StoreError>> {
        Box::pin(async { Ok(()) })
    }

    fn forget(&self, _address: String) -> Pending<Result<(), SecretError>> {
        Box::pin(async { Ok(()) })
    }

    fn examine(&self, _: AccountSettings, _: Secret) -> Option<mpsc::UnboundedReceiver<Check>> {
        (self.scene == "log-in-steps").then(|| mpsc::unbounded_channel().1)
    }

    fn start(&self, _account: AccountSettings, _password: Option<Secret>, _kept: bool) -> Running {
        let (sender, snapshots) = watch::channel(Arc::new(scene(&self.scene)));
        let wishes = sender.clone();
        if self.scene == "office" {
            // Somebody changes while nobody looks.
            let task = tokio::spawn(async move {
                tokio::time::sleep(Duration::from_secs(2)).await;
                change(&sender, 1, &Status::Away);
                tokio::time::sleep(Duration::from_secs(86_400)).await;
            });
            return Running {
                commands: Commands::new(move |wish| obey(&wishes, &wish)),
                snapshots,
                guard: Box::new(AbortOnDrop(task)),
            };
        }
        if self.scene == "crowd" {
            let task = tokio::spawn(churn(sender));
            return Running {
                commands: Commands::new(move |wish| obey(&wishes, &wish)),
                snapshots,
                guard: Box::new(AbortOnDrop(task)),
            };
        }
        Running {
            commands: Commands::new(move |wish| obey(&wishes, &wish)),
            snapshots,
            guard: Box::new(sender),
        }
    }

    fn has_demo(&self) -> bool {
        true
    }

    fn open_demo(&self) -> Option<Pending<Result<Demo, String>>> {
        Some(Box::pin(async {
            Err("The gallery has no demo office. Start siskin demo instead.".to_owned())
        }))
    }
}

/// The groups of a made-up buddy.
fn groups(scene: &str, index: usize) -> Vec<String> {
    let names: &[&str] = match (scene, index) {
        ("office" | "compact" | "trouble", 0..=3) => &["Team"],
        ("office" | "compact" | "trouble", 4..=7) => &["Design"],
        ("crowd", index) if index % 4 == 0 => &["A quarter"],
        ("long", 0..=5) => &["Abteilung für besonders lange Namen von Gruppen und Abteilungen"],
        _ => &[],
    };
    names.iter().map(|&name| name.to_owned()).collect()
}

struct AbortOnDrop(tokio::task::JoinHandle<()>);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Does what the window asks for, as far as it can be seen.
fn obey(sender: &watch::Sender<Arc<Snapshot>>, wish: &Command) {
    println!("{wish:?}");
    sender.send_modify(|snapshot| {
        let snapshot = Arc::make_mut(snapshot);
        match wish {
            Command::SetStatus {
                status,
                note,
                until,
            } => {
                snapshot.own_status = status.clone();
                snapshot.own_note.clone_from(note);
                snapshot.own_until = *until;
            }
            Command::Decide {
                watcher, decision, ..
            } => {
                for known in &mut snapshot.watchers {
                    if known.watcher == *watcher {
                        decision.token().clone_into(&mut known.decision);
                    }
                }
            }
            Command::Watch { address } => {
                snapshot
                    .buddies
                    .push(Arc::new(buddy(address, Status::Unknown, "", "notify_wait")));
            }
            Command::Unwatch { address } => {
                snapshot.buddies.retain(|buddy| buddy.address != *address);
            }
            Command::Password(_) => snapshot.connection = Connection::Online,
            _ => {}
        }
    });
}

fn change(sender: &watch::Sender<Arc<Snapshot>>, place: usize, status: &Status) {
    sender.send_modify(|snapshot| {
        if let Some(buddy) = Arc::make_mut(snapshot).buddies.get_mut(place) {
            Arc::make_mut(buddy).status = status.clone();
        }
    });
}

async fn churn(sender: watch::Sender<Arc<Snapshot>>) {
    let mut turn = 0_usize;
    loop {
        tokio::time::sleep(Duration::from_millis(100)).await;
        sender.send_modify(|snapshot| {
            let snapshot = Arc::make_mut(snapshot);
            for step in 0..10 {
                turn += 1;
                let index = (turn * 7919 + step) % snapshot.buddies.len().max(1);
                if let Some(buddy) = snapshot.buddies.get_mut(index) {
                    let buddy = Arc::make_mut(buddy);
                    buddy.status = Status::PUBLISHABLE[turn % 10].clone();
                }
            }
        });
    }
}

fn scene(name: &str) -> Snapshot {
    let mut snapshot = Snapshot {
        account: "sip:alice@example.test".to_owned(),
        connection: Connection::Online,
        own_status: Status::Available,
        own_note: "In the office until five".to_owned(),
        publication: Some(Publication {
            state: "published",
            status: "available".to_owned(),
            note: None,
            until: None,
            permanent: false,
            expires_s: Some(3600),
            reason: None,
            fault: None,
        }),
        buddies: office(),
        mailboxes: vec![mailbox(2, 8, 1)],
        watchers: vec![watcher("heidi", Some("Heidi"))],
        watchers_supported: Some(true),
        ..Snapshot::default()
    };
    match name {
        "office" | "compact" => {
            // Nobody tells of 201's presence, so the telephone does.
            snapshot.dialogs = vec![calls("sip:201@example.test")];
        }
        "empty" => {
            snapshot.buddies.clear();
            snapshot.watchers.clear();
            snapshot.mailboxes = vec![mailbox(0, 0, 0)];
            snapshot.own_note.clear();
        }
        "long" => {
            "A note that goes on and on, because somebody had a lot to say about where they are"
                .clone_into(&mut snapshot.own_note);
            snapshot.watchers = vec![
                watcher(&"heidi".repeat(12), Some(LONG_NAMES[0])),
                watcher("bob", Some("\u{202e}gnol si eman\u{202c}")),
                watcher("erin", None),
                watcher("grace", None),
            ];
            snapshot.mailboxes = vec![mailbox(1234, 98_765, 12)];
        }
        "trouble" => {
            snapshot.connection = Connection::Trouble {
                message: "cannot reach 192.0.2.1:5061 over TLS: connection refused".to_owned(),
                fault: Some(Fault::Unreachable),
                retry_in_s: Some(42),
            };
            snapshot.watchers.clear();
            if let Some(messages) = &mut snapshot.mailboxes[0].messages {
                messages.stale = true;
            }
            for buddy in &mut snapshot.buddies {
                let buddy = Arc::make_mut(buddy);
                Arc::make_mut(&mut buddy.presence).stale = true;
                buddy.subscription.state = "waiting_to_retry";
                buddy.subscription.reason = Some("408 Request Timeout".to_owned());
                buddy.subscription.retry_in_s = Some(42);
            }
            snapshot.troubles = vec![Trouble {
                code: Fault::Unreachable.code(),
                message: "cannot reach the XCAP server xcap.example.test".to_owned(),
                hint: None,
                topic: Topic::Rules(Fault::Unreachable, DocumentCause::Other),
            }];
        }
        "crowd" => {
            snapshot.buddies = (0..10_000)
                .map(|number| {
                    let address = format!("sip:{number}@example.test");
                    let status = Status::PUBLISHABLE[number % 10].clone();
                    Arc::new(buddy(&address, status, "", "active"))
                })
                .collect();
        }
        "password" => {
            snapshot.connection = Connection::PasswordNeeded { refused: false };
            snapshot.buddies.clear();
        }
        _ => {}
    }
    snapshot
}

fn office() -> Vec<Arc<BuddyState>> {
    let mut people = vec![
        buddy(
            "sip:bob@example.test",
            Status::OnThePhone,
            "Call with the printers",
            "active",
        ),
        buddy("sip:carol@example.test", Status::Available, "", "active"),
        buddy(
            "sip:dave@example.test",
            Status::DoNotDisturb,
            "Writing the report",
            "active",
        ),
        buddy(
            "sip:erin@example.test",
            Status::Vacation,
            "Back on Monday",
            "active",
        ),
        buddy("sip:frank@example.test", Status::Offline, "", "active"),
        buddy("sip:grace@example.test", Status::Unknown, "", "pending"),
        buddy("sip:heidi@example.test", Status::Unknown, "", "terminated"),
        buddy(
            "sip:meeting-room@example.test",
            Status::InAMeeting,
            "",
            "active",
        ),
        buddy("sip:200@example.test", Status::Busy, "", "active"),
        buddy(
            "sip:201@example.test",
            Status::Unknown,
            "",
            "waiting_to_retry",
        ),
        buddy(
            "sip:202@example.test",
            Status::Other("playing".into()),
            "",
            "active",
        ),
        buddy("sip:203@example.test", Status::Unknown, "", "notify_wait"),
        buddy("sip:204@example.test", Status::Away, "", "active"),
    ];
    let bob = Arc::make_mut(&mut people[0].presence);
    bob.why = Some("activity");
    bob.activities = ["on-the-phone".into()].into();
    bob.devices[0].why = "decides";
    bob.devices[0].contact = Some("sip:bob@192.0.2.7".into());
    bob.devices[0].details = Some(Box::new(DeviceDetails {
        media: vec!["audio", "video"],
        ..DeviceDetails::default()
    }));
    bob.devices.push(Device {
        id: "mobile".into(),
        basic: Some("closed"),
        contact: Some("mailto:bob@example.test".into()),
        why: "open-elsewhere",
        details: Some(Box::new(DeviceDetails {
            idle: true,
            ..DeviceDetails::default()
        })),
        ..Device::default()
    });
    bob.person = Some(Box::new(PersonDetails {
        time_offset_min: Some(540),
        time_zone: Some("Asia/Tokyo".into()),
        place: vec!["office".into()],
        mood: vec!["happy".into()],
        ..PersonDetails::default()
    }));
    people[5].waiting_for_approval = true;
    people[6].refused = true;
    people[9].subscription.reason = Some("489 Bad Event".to_owned());
    people[9].subscription.fault = Some(Fault::Unsupported);
    Arc::make_mut(&mut people[12].presence).stale = true;
    people.into_iter().map(Arc::new).collect()
}

fn buddy(address: &str, status: Status, note: &str, state: &'static str) -> BuddyState {
    BuddyState {
        address: address.to_owned(),
        presence: Arc::new(Presence {
            resource: address.into(),
            status: status.token().into(),
            basic: Some("open"),
            note: (!note.is_empty()).then(|| note.into()),
            devices: vec![Device {
                id: "desk".into(),
                basic: Some("open"),
                timestamp: Some(
                    (jiff::Timestamp::now() - jiff::SignedDuration::from_mins(17))
                        .to_string()
                        .into(),
                ),
                ..Device::default()
            }],
            notifiers: 1,
            ..Presence::default()
        }),
        status,
        waiting_for_approval: false,
        refused: false,
        subscription: subscription("presence", address, state),
        as_of: Instant::now(),
    }
}

/// A telephone that rings.
fn calls(address: &str) -> DialogsState {
    DialogsState {
        address: address.to_owned(),
        indicator: Indicator::Ringing,
        calls: vec![Dialog {
            resource: address.to_owned(),
            id: "call".to_owned(),
            state: "early".to_owned(),
            direction: Some("recipient"),
            remote: Some("sip:heidi@example.com".to_owned()),
            remote_display: Some("Heidi".to_owned()),
            event: None,
            code: None,
            since: None,
            duration_s: None,
            call_id: None,
            local_tag: None,
            remote_tag: None,
            remote_target: None,
            pick_up: Some("sip:201@example.test?Replaces=a%3Bto-tag%3Db%3Bfrom-tag%3Dc".to_owned()),
            notifier: None,
            notifiers: 1,
            stale: false,
            began_at: None,
            indicator: Indicator::Ringing,
        }],
        stale: false,
        waiting_for_approval: false,
        subscription: subscription("dialog", address, "active"),
    }
}

fn subscription(package: &str, resource: &str, state: &'static str) -> Subscription {
    Subscription {
        id: 1,
        package: package.to_owned(),
        resource: resource.to_owned(),
        state,
        reason: None,
        fault: None,
        expires_s: Some(3000),
        notifiers: 1,
        retry_in_s: None,
    }
}

fn mailbox(new: u32, old: u32, urgent: u32) -> MailboxState {
    let account = "sip:alice@example.test".to_owned();
    MailboxState {
        subscription: subscription("message-summary", &account, "active"),
        messages: Some(Messages {
            mailbox: account.clone(),
            account,
            waiting: new > 0,
            classes: [(
                "voice".to_owned(),
                Counts {
                    new,
                    old,
                    urgent_new: (urgent > 0).then_some(urgent),
                    urgent_old: None,
                },
            )]
            .into(),
            notifiers: 1,
            stale: false,
            new_messages: Vec::new(),
        }),
    }
}

fn watcher(user: &str, name: Option<&str>) -> Watcher {
    Watcher {
        resource: "sip:alice@example.test".to_owned(),
        package: "presence".to_owned(),
        watcher: format!("sip:{user}@example.test"),
        display_name: name.map(str::to_owned),
        status: "pending".to_owned(),
        event: "subscribe".to_owned(),
        id: user.to_owned(),
        decision: "undecided".to_owned(),
        expires_s: Some(600),
        duration_s: Some(5),
        ..Watcher::default()
    }
}

const LONG_NAMES: [&str; 4] = [
    "Frau Professorin Doktor Grace Donaudampfschifffahrtsgesellschaftskapitän",
    "עדנה כהן מהקומה השלישית",
    "Erin 👩‍💻",
    "Александра Константинопольская-Преображенская из бухгалтерии",
];
