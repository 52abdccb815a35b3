//! The window with made-up people, for looking at it: `cargo run --example gallery -- SCENE [LOOK] [PERCENT] [LANGUAGE]`.
//!
//! Scenes: `widgets` (every widget in every state), `office`, `compact` (the same with a line for each), `empty`, `five`,
//! `long` and `names` (names and notes that are long, from right to left, in emoji, or not there), `two` (two
//! accounts that are logged in, and one that is not), `trouble`, `crowd` (10,000 buddies, 100 change each second), `password`,
//! `log-in`. Looks: `light`, `dark`, `light-contrast`, `dark-contrast`. Nothing is saved, nothing goes out.
//!
//! `cargo run --example gallery -- sheet [WORD...]` (`make screenshots`) draws them all, without a display, into
//! `target/screenshots/`: in three looks, at 100 and 200 %, the light one in the smallest window too; in English, German and
//! Japanese. Words choose among them: languages, looks (`light`, `dark`, `contrast`), percents, `usual` or `small`, and the
//! names of pictures, as in `sheet de dark 200 usual office details`.

mod scene;
mod sheet;

use std::sync::Arc;
use std::time::{Duration, Instant};

use siskin::account::doctor::Check;
use siskin::account::{
    AccountSettings, Activity, Appearance, Buddy, Command, Connection, ContrastChoice, Density,
    ListSettings, Notice, Secret, SecretError, Settings, Snapshot, Status, StoreError, ThemeChoice,
    Trace,
};
use siskin::ui::backend::{Backend, Commands, Demo, Pending, Running};
use siskin::ui::specimens;
use siskin::ui::theme::{Element, Theme};
use siskin::ui::widget::focus;
use tokio::sync::{mpsc, watch};

use self::scene::{LONG_NAMES, buddy, groups, scene, second};

fn main() -> Result<(), siskin::ui::Error> {
    let started = Instant::now();
    tracing_subscriber::fmt().with_target(false).init();
    let mut arguments = std::env::args().skip(1);
    let scene = arguments.next().unwrap_or_else(|| "office".to_owned());
    if scene == "sheet" {
        let words: Vec<String> = arguments.collect();
        return sheet::write(&words)
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
        focus::root(specimens::view()).into()
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

impl Gallery {
    /// Whose window it is.
    fn accounts(&self) -> Vec<AccountSettings> {
        if self.scene.starts_with("log-in") {
            return Vec::new();
        }
        let first = self.account(&scene(&self.scene), "Alice");
        if self.scene != "two" {
            return vec![first];
        }
        // The third is not logged in.
        let third = AccountSettings {
            address: "sip:100@example.com".to_owned(),
            display_name: "Front desk".to_owned(),
            enabled: false,
            ..AccountSettings::default()
        };
        vec![first, self.account(&second(), ""), third]
    }

    fn account(&self, snapshot: &Snapshot, name: &str) -> AccountSettings {
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
                    ("long" | "names", _) => LONG_NAMES[index % LONG_NAMES.len()].to_owned(),
                    (_, Some(name)) => (*name).to_owned(),
                    _ => String::new(),
                },
                ..Buddy::default()
            })
            .collect();
        AccountSettings {
            address: snapshot.account.clone(),
            display_name: name.to_owned(),
            enabled: true,
            status: "available".to_owned(),
            buddies,
            ..AccountSettings::default()
        }
    }

    /// What this account of the scene knows at first.
    fn snapshot(&self, address: &str) -> Snapshot {
        let first = scene(&self.scene);
        if first.account == address {
            first
        } else {
            second()
        }
    }
}

impl Backend for Gallery {
    fn settings(&self) -> Settings {
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
            accounts: self.accounts(),
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

    fn examine(
        &self,
        _: AccountSettings,
        _: Secret,
        _: Trace,
    ) -> Option<mpsc::UnboundedReceiver<Check>> {
        (self.scene == "log-in-steps").then(|| mpsc::unbounded_channel().1)
    }

    fn start(&self, account: AccountSettings, _password: Option<Secret>, _kept: bool) -> Running {
        let (sender, snapshots) = watch::channel(Arc::new(self.snapshot(&account.address)));
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

    fn activity(&self, _address: String) -> Pending<Vec<Activity>> {
        Box::pin(async { scene::changes() })
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
