//! What tests of the window share: a simulated window, made-up people, and a backend that remembers what it was asked.

mod read;
mod room;

use std::sync::{Arc, Mutex};
use std::time::Instant;

use iced_test::Simulator;
use iced_test::selector::Candidate;
use tokio::sync::watch;

use super::backend::{Backend, Commands, Demo, Pending, Running};
use super::session::{Happening, Session, SessionId, Whom};
use super::theme::{Element, Theme};
use super::widget::text::{held_together, loose};
use crate::account::{
    AccountSettings, Activity, Buddy, BuddyState, Certificate, Command, Connection, Counts, Dialog,
    DialogsState, Distrust, Fingerprint, Indicator, MailboxState, Messages, Notice, Presence,
    Refused, Secret, SecretError, Settings, Snapshot, Status, StoreError, Subscription, Watcher,
};

pub(crate) use read::{read, read_and_press, told};
pub(crate) use room::{cramped, overflowing, width};

/// A window of the usual size that shows this.
pub(crate) fn window<'a, M: 'a>(view: Element<'a, M>) -> Simulator<'a, M, Theme> {
    Simulator::with_size(super::settings(), (420.0, 720.0), view)
}

/// What is said after a click on this text.
pub(crate) fn click<'a, M: 'a>(view: Element<'a, M>, text: &'static str) -> Vec<M> {
    // High enough for every form.
    let mut window = Simulator::with_size(super::settings(), (420.0, 2_000.0), view);
    window.click(text).expect("it can be clicked");
    window.into_messages().collect()
}

/// What is said after a click on the thing with this name; nothing where there is none.
pub(crate) fn click_on<'a, M: 'a>(view: Element<'a, M>, id: &'static str) -> Vec<M> {
    let mut window = Simulator::with_size(super::settings(), (420.0, 2_000.0), view);
    let _ = window.click(iced_test::selector::id(id));
    window.into_messages().collect()
}

/// Every text on the screen, visible or scrolled away.
pub(crate) fn texts<'a, M: 'a>(view: Element<'a, M>) -> Vec<String> {
    let found = Arc::new(Mutex::new(Vec::new()));
    let sink = Arc::clone(&found);
    let selector = move |candidate: Candidate<'_>| -> Option<iced_test::selector::Target> {
        if let Candidate::Text { content, .. } = candidate {
            let content = loose(content).into_owned();
            sink.lock().expect("not poisoned").push(content);
        }
        None
    };
    let _ = window(view).find(selector);
    found.lock().expect("not poisoned").split_off(0)
}

/// Whether some text on the screen contains this.
pub(crate) fn says<'a, M: 'a>(view: Element<'a, M>, text: &str) -> bool {
    texts(view).iter().any(|said| said.contains(text))
}

/// Whether these stand in one line of a window of the usual width.
pub(crate) fn in_one_line<'a, M: 'a>(view: Element<'a, M>, labels: &[String]) -> bool {
    let mut window = Simulator::with_size(super::settings(), (420.0, 2_000.0), view);
    let mut heights = labels.iter().map(|label| {
        let found = window.find(held_together(label.as_str().into()).into_owned());
        found.expect("it is there").bounds().center_y()
    });
    let first = heights.next();
    heights.all(|height| first.is_some_and(|first| (first - height).abs() < 1.0))
}

/// A backend that remembers what it was asked.
#[derive(Default)]
pub(crate) struct Recorder {
    pub(crate) settings: Settings,
    pub(crate) saved: Mutex<Vec<Settings>>,
    pub(crate) started: Mutex<Vec<AccountSettings>>,
    pub(crate) remembered: Mutex<Vec<(String, Secret)>>,
    pub(crate) forgotten: Mutex<Vec<String>>,
    pub(crate) erased: Mutex<Vec<String>>,
    /// How much of the activity was kept, each time.
    pub(crate) kept: Mutex<Vec<usize>>,
}

impl Backend for Recorder {
    fn settings(&self) -> Settings {
        self.settings.clone()
    }

    fn notices(&self) -> Vec<Notice> {
        Vec::new()
    }

    fn save(&self, settings: Settings) -> Pending<Result<(), StoreError>> {
        self.saved.lock().expect("not poisoned").push(settings);
        Box::pin(async { Ok(()) })
    }

    fn password(&self, _address: String) -> Pending<Result<Option<Secret>, SecretError>> {
        Box::pin(async { Ok(None) })
    }

    fn remember(&self, address: String, password: Secret) -> Pending<Result<(), SecretError>> {
        self.remembered
            .lock()
            .expect("not poisoned")
            .push((address, password));
        Box::pin(async { Ok(()) })
    }

    fn erase(&self, address: String) -> Pending<Result<(), StoreError>> {
        self.erased.lock().expect("not poisoned").push(address);
        Box::pin(async { Ok(()) })
    }

    fn forget(&self, address: String) -> Pending<Result<(), SecretError>> {
        self.forgotten.lock().expect("not poisoned").push(address);
        Box::pin(async { Ok(()) })
    }

    fn keep_activity(&self, _address: String, all: Vec<Activity>) -> Pending<()> {
        self.kept.lock().expect("not poisoned").push(all.len());
        Box::pin(async {})
    }

    fn start(&self, account: AccountSettings, _password: Option<Secret>, _kept: bool) -> Running {
        self.started.lock().expect("not poisoned").push(account);
        let (sender, snapshots) = watch::channel(Arc::new(Snapshot::default()));
        Running {
            commands: Commands::new(|_| ()),
            snapshots,
            guard: Box::new(sender),
        }
    }

    fn has_demo(&self) -> bool {
        true
    }

    fn open_demo(&self) -> Option<Pending<Result<Demo, String>>> {
        None
    }
}

/// Wishes that were sent, in words.
#[derive(Clone, Default)]
pub(crate) struct Wishes(Arc<Mutex<Vec<String>>>);

impl Wishes {
    /// Where to send them.
    pub(crate) fn commands(&self) -> Commands {
        let wishes = self.clone();
        Commands::new(move |wish: Command| {
            wishes
                .0
                .lock()
                .expect("not poisoned")
                .push(format!("{wish:?}"));
        })
    }

    /// Those sent so far.
    pub(crate) fn sent(&self) -> Vec<String> {
        self.0.lock().expect("not poisoned").clone()
    }
}

/// Alice's account with two buddies.
pub(crate) fn account() -> AccountSettings {
    let buddy = |address: &str, name: &str| Buddy {
        address: address.to_owned(),
        name: name.to_owned(),
        ..Buddy::default()
    };
    AccountSettings {
        address: "sip:alice@example.test".to_owned(),
        enabled: true,
        status: "available".to_owned(),
        buddies: vec![
            buddy("sip:bob@example.test", "Bob"),
            buddy("sip:carol@example.test", ""),
        ],
        ..AccountSettings::default()
    }
}

/// A session that shows this.
pub(crate) fn session(snapshot: Snapshot) -> Session {
    let backend = Arc::new(Recorder::default());
    let mut session = Session::new(1, backend, account(), None, None);
    session.happened(Happening::Changed(Arc::new(snapshot)));
    session
}

/// Somebody, as the account of [`session`] knows them.
pub(crate) fn whom(address: &str) -> Whom {
    Whom {
        session: 1,
        address: address.to_owned(),
    }
}

/// A session of another account that shows this.
pub(crate) fn session_of(id: SessionId, address: &str, snapshot: Snapshot) -> Session {
    let backend = Arc::new(Recorder::default());
    let account = AccountSettings {
        address: address.to_owned(),
        buddies: Vec::new(),
        ..account()
    };
    let snapshot = Snapshot {
        account: address.to_owned(),
        ..snapshot
    };
    let mut session = Session::new(id, backend, account, None, None);
    session.happened(Happening::Changed(Arc::new(snapshot)));
    session
}

/// A connected account with nobody in it.
pub(crate) fn online() -> Snapshot {
    Snapshot {
        account: "sip:alice@example.test".to_owned(),
        connection: Connection::Online,
        own_status: Status::Available,
        ..Snapshot::default()
    }
}

/// Somebody in the list.
pub(crate) fn buddy(address: &str, status: Status) -> BuddyState {
    BuddyState {
        address: address.to_owned(),
        presence: Arc::new(Presence {
            resource: address.into(),
            status: status.token().into(),
            notifiers: 1,
            ..Presence::default()
        }),
        status,
        waiting_for_approval: false,
        refused: false,
        subscription: subscription("presence", address),
        as_of: Instant::now(),
    }
}

/// Somebody's telephone, with one call unless it is idle.
pub(crate) fn calls(address: &str, indicator: Indicator) -> DialogsState {
    let call = Dialog {
        resource: address.to_owned(),
        id: "c1".to_owned(),
        state: "confirmed".to_owned(),
        direction: Some("recipient"),
        remote: Some("sip:carol@example.test".to_owned()),
        notifiers: 1,
        indicator,
        ..Dialog::default()
    };
    let is_calling = !matches!(indicator, Indicator::Unknown | Indicator::Idle);
    DialogsState {
        address: address.to_owned(),
        indicator,
        calls: is_calling.then_some(call).into_iter().collect(),
        stale: false,
        waiting_for_approval: false,
        subscription: subscription("dialog", address),
    }
}

/// A subscription in good health.
pub(crate) fn subscription(package: &str, resource: &str) -> Subscription {
    Subscription {
        id: 1,
        package: package.to_owned(),
        resource: resource.to_owned(),
        state: "active",
        reason: None,
        expires_s: Some(3600),
        notifiers: 1,
        retry_in_s: None,
        fault: None,
    }
}

/// A mailbox with voice messages.
pub(crate) fn mailbox(new: u32, old: u32, urgent: u32) -> MailboxState {
    let account = "sip:alice@example.test".to_owned();
    let counts = Counts {
        new,
        old,
        urgent_new: Some(urgent),
        urgent_old: None,
    };
    MailboxState {
        subscription: subscription("message-summary", &account),
        messages: Some(Messages {
            mailbox: account.clone(),
            account,
            waiting: new > 0,
            classes: [("voice".to_owned(), counts)].into(),
            new_messages: Vec::new(),
            notifiers: 1,
            stale: false,
        }),
    }
}

/// Somebody who asks.
pub(crate) fn watcher(address: &str, name: Option<&str>) -> Watcher {
    Watcher {
        resource: "sip:alice@example.test".to_owned(),
        package: "presence".to_owned(),
        watcher: address.to_owned(),
        display_name: name.map(str::to_owned),
        status: "pending".to_owned(),
        event: "subscribe".to_owned(),
        id: "w1".to_owned(),
        decision: "undecided".to_owned(),
        ..Watcher::default()
    }
}

/// A certificate that has everything against it.
pub(crate) fn refused() -> Refused {
    Refused {
        server: "example.test".to_owned(),
        web: false,
        at: "192.0.2.1:5061".to_owned(),
        certificate: Certificate {
            names: vec!["other.example.net".to_owned(), "127.0.0.1".to_owned()],
            issuer: "CN=Somebody".to_owned(),
            not_before: "2019-01-01T12:00:00Z".parse().expect("a time"),
            not_after: "2020-02-03T12:00:00Z".parse().expect("a time"),
            fingerprint: Fingerprint::of(b"a certificate"),
        },
        why: vec![
            Distrust::Expired,
            Distrust::SignsItself,
            Distrust::OtherName("example.test".to_owned()),
        ],
    }
}
