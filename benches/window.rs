//! What one change of the account costs the window: 10,000 buddies in groups, of which 100 have changed, taken in and put
//! in order, and the picture of it made: the rows that can be seen built, compared with those of before, and laid out, in
//! a window high enough for thirty. The goal is less than 2 ms for all of it. `listed` is the same without the picture.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "a bench has no callers, and stops at a fault"
)]

use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

use criterion::{Criterion, criterion_group, criterion_main};
use iced_test::core::Size;
use iced_test::core::renderer::Headless;
use iced_test::futures::futures::executor::block_on;
use iced_test::renderer::Renderer;
use iced_test::runtime::UserInterface;
use iced_test::runtime::user_interface::Cache;
use siskin::account::{
    AccountSettings, Buddy, BuddyState, Connection, ListOrder, ListSettings, Notice, Presence,
    Secret, SecretError, Settings, Snapshot, Status, StoreError, Subscription,
};
use siskin::ui::app::{App, Message};
use siskin::ui::backend::{Backend, Commands, Demo, Pending, Running};
use siskin::ui::session::Happening;
use tokio::sync::watch;

fn frame(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("window_10000");
    let mut renderer = renderer();
    for (name, order, drawn) in [
        ("as_added", ListOrder::Added, true),
        ("available_first", ListOrder::Available, true),
        ("available_first/listed", ListOrder::Available, false),
    ] {
        let mut cache = Some(Cache::default());
        let (mut app, _task) = App::new(Arc::new(Stub { order }), None, Instant::now());
        let _ = app.update(Message::PasswordRead(1, Ok(Some(Secret::new("secret")))));
        let mut snapshot = Snapshot {
            account: "sip:alice@example.test".to_owned(),
            connection: Connection::Online,
            buddies: (0..BUDDIES).map(|number| Arc::new(buddy(number))).collect(),
            ..Snapshot::default()
        };
        let mut turn = 0;
        group.bench_function(name, |bench| {
            bench.iter_batched(
                || {
                    for _ in 0..CHANGED {
                        turn += 1;
                        let place = turn * 7919 % BUDDIES;
                        Arc::make_mut(&mut snapshot.buddies[place]).status =
                            Status::PUBLISHABLE[turn % 10].clone();
                    }
                    Arc::new(snapshot.clone())
                },
                |snapshot| {
                    let happening = Happening::Changed(snapshot);
                    let _ = app.update(Message::Session(1, happening));
                    if drawn {
                        let before = cache.take().unwrap();
                        let view = app.view();
                        let picture = UserInterface::build(view, WINDOW, before, &mut renderer);
                        cache = Some(black_box(picture).into_cache());
                    } else {
                        black_box(app.view());
                    }
                },
                criterion::BatchSize::SmallInput,
            );
        });
    }
    group.finish();
}

/// What the window is laid out with: its own faces, on no display.
fn renderer() -> Renderer {
    let settings = siskin::ui::settings();
    let mut fonts = iced::advanced::graphics::text::font_system()
        .write()
        .unwrap();
    for face in settings.fonts {
        fonts.load_font(face);
    }
    drop(fonts);
    let made = <Renderer as Headless>::new(settings.default_font, settings.default_text_size, None);
    block_on(made).unwrap()
}

fn buddy(number: usize) -> BuddyState {
    let address = format!("sip:{number}@example.test");
    BuddyState {
        presence: Arc::new(Presence {
            resource: address.as_str().into(),
            ..Presence::default()
        }),
        status: Status::PUBLISHABLE[number % 10].clone(),
        waiting_for_approval: false,
        refused: false,
        subscription: Subscription {
            id: 1,
            package: "presence".to_owned(),
            resource: address.clone(),
            state: "active",
            reason: None,
            expires_s: Some(3600),
            notifiers: 1,
            retry_in_s: None,
            fault: None,
        },
        address,
        as_of: Instant::now(),
    }
}

/// A profile with one account, whose server is played by the bench.
struct Stub {
    order: ListOrder,
}

impl Backend for Stub {
    fn settings(&self) -> Settings {
        let buddies = (0..BUDDIES).map(|number| Buddy {
            address: format!("sip:{number}@example.test"),
            groups: vec![format!("Group {}", number % 20)],
            ..Buddy::default()
        });
        Settings {
            list: ListSettings {
                order: self.order,
                ..ListSettings::default()
            },
            accounts: vec![AccountSettings {
                address: "sip:alice@example.test".to_owned(),
                enabled: true,
                buddies: buddies.collect(),
                ..AccountSettings::default()
            }],
            ..Settings::default()
        }
    }

    fn notices(&self) -> Vec<Notice> {
        Vec::new()
    }

    fn save(&self, _: Settings) -> Pending<Result<(), StoreError>> {
        Box::pin(async { Ok(()) })
    }

    fn password(&self, _: String) -> Pending<Result<Option<Secret>, SecretError>> {
        Box::pin(async { Ok(None) })
    }

    fn remember(&self, _: String, _: Secret) -> Pending<Result<(), SecretError>> {
        Box::pin(async { Ok(()) })
    }

    fn erase(&self, _address: String) -> Pending<Result<(), StoreError>> {
        Box::pin(async { Ok(()) })
    }

    fn forget(&self, _: String) -> Pending<Result<(), SecretError>> {
        Box::pin(async { Ok(()) })
    }

    fn start(&self, _: AccountSettings, _: Option<Secret>, _: bool) -> Running {
        let (sender, snapshots) = watch::channel(Arc::new(Snapshot::default()));
        Running {
            commands: Commands::new(|_| ()),
            snapshots,
            guard: Box::new(sender),
        }
    }

    fn has_demo(&self) -> bool {
        false
    }

    fn open_demo(&self) -> Option<Pending<Result<Demo, String>>> {
        None
    }
}

const BUDDIES: usize = 10_000;
const CHANGED: usize = 100;
const WINDOW: Size = Size::new(420.0, 2_000.0);

criterion_group!(benches, frame);
criterion_main!(benches);
