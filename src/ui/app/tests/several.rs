//! Several accounts at once: one fails, ends or is refused, and the others do not notice.

use super::outside::asked;
use super::*;
use crate::account::Choice;
use crate::desktop::tray::Told;
use crate::ui::screen::office::own;
use crate::ui::session::Whom;

const ALICE: &str = "sip:alice@example.test";
const GRACE: &str = "sip:grace@example.com";

/// Alice and Grace in the settings.
fn both() -> Vec<AccountSettings> {
    let grace = AccountSettings {
        address: GRACE.to_owned(),
        buddies: vec![Buddy {
            address: "sip:heidi@example.com".to_owned(),
            ..Buddy::default()
        }],
        ..account()
    };
    vec![account(), grace]
}

struct Two {
    app: App,
    backend: Arc<Recorder>,
    /// What each was asked.
    alice: Wishes,
    grace: Wishes,
}

/// A window on two accounts, both of which run.
fn two() -> Two {
    let mut two = starting();
    for id in [1, 2] {
        two.say(Message::PasswordRead(id, Ok(Some(Secret::new("secret")))));
    }
    two.runs();
    two
}

/// The same before anything of the keyring is known.
fn starting() -> Two {
    let backend = Arc::new(Recorder {
        settings: Settings {
            accounts: both(),
            ..Settings::default()
        },
        ..Recorder::default()
    });
    let (app, _task) = App::new(backend.clone(), None, Instant::now());
    speak("en");
    Two {
        app,
        backend,
        alice: Wishes::default(),
        grace: Wishes::default(),
    }
}

impl Two {
    fn say(&mut self, message: Message) {
        let _ = self.app.update(message);
    }

    fn shows(&mut self, id: SessionId, snapshot: Snapshot) {
        let account = if id == 1 { ALICE } else { GRACE }.to_owned();
        let snapshot = Snapshot {
            account,
            ..snapshot
        };
        let changed = Happening::Changed(Arc::new(snapshot));
        self.say(Message::Session(id, changed));
    }

    fn runs(&mut self) {
        for (id, commands) in [(1, self.alice.commands()), (2, self.grace.commands())] {
            self.say(Message::Session(id, Happening::Ready(commands)));
            self.shows(id, online());
        }
    }

    fn ids(&self) -> Vec<SessionId> {
        self.app.sessions.iter().map(|session| session.id).collect()
    }

    fn says(&self, text: &str) -> bool {
        says(self.app.view(), text)
    }

    fn saved(&self) -> Settings {
        self.backend.saved.lock().unwrap().last().unwrap().clone()
    }
}

fn refused() -> Snapshot {
    Snapshot {
        connection: Connection::PasswordNeeded { refused: true },
        ..online()
    }
}

#[test]
fn all_enabled_accounts_are_logged_in_at_the_start() {
    let two = two();
    assert_eq!(two.ids(), [1, 2]);
    assert!(two.says("Connected with 2 accounts"));

    let mut accounts = both();
    accounts[0].enabled = false;
    let backend = Arc::new(Recorder {
        settings: Settings {
            accounts,
            ..Settings::default()
        },
        ..Recorder::default()
    });
    let (app, _task) = App::new(backend, None, Instant::now());
    let shown: Vec<&str> = app
        .sessions
        .iter()
        .map(|it| it.account.address.as_str())
        .collect();
    assert_eq!(shown, [GRACE]);
}

#[test]
fn missing_passwords_are_asked_for_one_after_the_other() {
    let mut two = starting();
    two.say(Message::PasswordRead(1, Ok(None)));
    two.say(Message::PasswordRead(2, Ok(None)));
    assert!(
        matches!(two.app.screen(), Screen::Password(1, _)),
        "nobody is interrupted"
    );
    let needed = || Snapshot {
        connection: Connection::PasswordNeeded { refused: false },
        ..online()
    };
    two.runs();
    two.shows(2, needed());
    assert!(matches!(two.app.screen(), Screen::Password(1, _)));
    two.say(Message::Password(password::Message::Edited(
        "secret".into(),
    )));
    two.say(Message::Password(password::Message::UsePressed));
    assert!(matches!(two.app.screen(), Screen::Password(2, _)));
    assert!(two.says("grace@example.com"));
    assert_eq!(two.alice.sent(), ["Password(Secret(..))"]);
    assert!(two.grace.sent().is_empty());
    two.say(Message::Password(password::Message::BackPressed));
    assert!(
        matches!(two.app.screen(), Screen::Office),
        "each is asked for once"
    );
}

#[test]
fn passwords_are_asked_for_in_the_order_of_the_accounts_whatever_the_keyring_answers_first() {
    let needed = || Snapshot {
        connection: Connection::PasswordNeeded { refused: false },
        ..online()
    };
    let mut two = starting();
    two.say(Message::PasswordRead(2, Ok(None)));
    two.shows(2, needed());
    assert!(matches!(two.app.screen(), Screen::Office));
    two.say(Message::PasswordRead(1, Ok(None)));
    assert!(matches!(two.app.screen(), Screen::Password(1, _)));

    let mut two = starting();
    two.say(Message::PasswordRead(2, Ok(None)));
    two.shows(2, needed());
    let remembered = Ok(Some(Secret::new("secret")));
    two.say(Message::PasswordRead(1, remembered));
    assert!(
        matches!(two.app.screen(), Screen::Password(2, _)),
        "nobody else is missing"
    );
}

#[test]
fn each_password_goes_to_the_keyring_of_its_account() {
    let mut two = two();
    two.shows(2, refused());
    two.say(Message::Password(password::Message::Edited("right".into())));
    two.say(Message::Password(password::Message::UsePressed));
    two.shows(1, online());
    assert!(
        two.backend.remembered.lock().unwrap().is_empty(),
        "that is another one's success"
    );
    two.shows(2, online());
    let kept = two.backend.remembered.lock().unwrap().clone();
    assert_eq!(kept, [(GRACE.to_owned(), Secret::new("right"))]);
}

#[test]
fn one_that_is_refused_ends_or_fails_disturbs_nobody() {
    let mut two = two();
    two.shows(2, refused());
    assert!(matches!(two.app.screen(), Screen::Password(2, _)));
    two.say(Message::Password(password::Message::BackPressed));
    assert!(two.says("example.com: The server refused the password."));
    two.say(Message::Session(2, Happening::Ended));
    assert!(two.says("example.com: The connection has ended."));
    let alice = Snapshot {
        buddies: vec![Arc::new(crate::ui::testing::buddy(
            "sip:bob@example.test",
            Status::Busy,
        ))],
        ..online()
    };
    two.shows(1, alice);
    assert!(two.says("Bob"), "Alice's list goes on");
    assert!(two.alice.sent().is_empty() && two.app.leaving.is_empty());
    two.say(Message::Office(office::Message::LogInAgainPressed(2)));
    assert_eq!(two.ids(), [1, 3], "in its place");
    assert!(two.says("example.com: Connecting…"));
    assert!(two.alice.sent().is_empty());
}

#[test]
fn the_own_status_is_one_for_all() {
    let mut two = two();
    for message in [
        own::Message::Pressed,
        own::Message::NoteEdited("Lunch".to_owned()),
        own::Message::StatusChosen(Status::OutToLunch),
    ] {
        two.say(Message::Office(office::Message::Own(message)));
    }
    for wishes in [&two.alice, &two.grace] {
        assert!(
            wishes.sent()[0].contains("OutToLunch"),
            "{:?}",
            wishes.sent()
        );
    }
    let saved = two.saved();
    assert!(
        saved
            .accounts
            .iter()
            .all(|account| account.status == "out-to-lunch")
    );
    let Answered::Status { accounts } = asked(&mut two.app, Question::Status) else {
        panic!("no status");
    };
    let told: Vec<_> = accounts
        .iter()
        .map(|own| (own.account.as_str(), own.status.as_str(), own.note.as_str()))
        .collect();
    let lunch = |account| (account, "out-to-lunch", "Lunch");
    assert_eq!(told, [lunch(ALICE), lunch(GRACE)]);
    // Whoever logs in later shows the same.
    two.say(Message::Office(office::Message::LogInAgainPressed(2)));
    let own = &two.app.sessions.by_id(3).unwrap().snapshot;
    let now = Choice {
        status: own.own_status.clone(),
        note: own.own_note.clone(),
    };
    assert_eq!(now.note, "Lunch");
    assert_eq!(now.status, Status::OutToLunch);
}

#[test]
fn what_is_done_with_a_buddy_is_done_by_its_account() {
    let mut two = two();
    let heidi = || Whom {
        session: 2,
        address: "sip:heidi@example.com".to_owned(),
    };
    let mute = office::details::Message::Edited(heidi(), office::details::Edit::Mute(true));
    two.say(Message::Office(office::Message::Details(mute)));
    assert!(two.saved().accounts[1].buddies[0].muted);
    two.say(Message::Saved(Ok(())));
    two.say(Message::Office(office::Message::RemovePressed(heidi())));
    two.say(Message::Saved(Ok(())));
    let saved = two.saved();
    assert_eq!(
        (
            saved.accounts[0].buddies.len(),
            saved.accounts[1].buddies.len()
        ),
        (2, 0)
    );
    assert!(two.alice.sent().is_empty(), "{:?}", two.alice.sent());
    two.say(Message::Office(office::Message::UndoPressed));
    two.say(Message::Saved(Ok(())));
    assert_eq!(two.saved().accounts[1].buddies.len(), 1);
    // A new one goes to the account that is chosen; the domain follows.
    two.say(Message::Shortcut(Shortcut::AddBuddy));
    two.say(Message::AddBuddy(add_buddy::Message::AddressEdited(
        "frank".into(),
    )));
    assert!(two.says("frank@example.test will be added."));
    two.say(Message::AccountChosen(2));
    assert!(two.says("frank@example.com will be added."));
    two.say(Message::AddBuddy(add_buddy::Message::AddPressed));
    two.say(Message::Saved(Ok(())));
    assert_eq!(
        two.saved().accounts[1].buddies[1].address,
        "sip:frank@example.com"
    );
    assert!(two.alice.sent().is_empty());
}

#[test]
fn the_chosen_account_is_what_its_screens_are_about() {
    let mut two = two();
    two.say(Message::Office(office::Message::HealthPressed(2)));
    two.say(Message::Health(health::Message::RetryPressed));
    assert!(two.grace.sent().contains(&"Retry".to_owned()));
    assert!(two.alice.sent().is_empty());
    assert!(
        two.says("alice@example.test") && two.says("grace@example.com"),
        "the choice"
    );
    two.say(Message::AccountChosen(1));
    assert_eq!(two.alice.sent(), ["ReportHealth"]);
    two.say(Message::Shortcut(Shortcut::Settings));
    two.say(Message::AccountChosen(2));
    let number = settings_screen::Message::VoicemailEdited("*97".to_owned());
    two.say(Message::Settings(number));
    let saved = two.saved();
    assert_eq!(saved.accounts[1].voicemail, "*97");
    assert_eq!(saved.accounts[0].voicemail, "");
}

#[test]
fn requests_knock_for_each_account_and_are_decided_there() {
    let mut two = two();
    let (order, mut orders) = tokio::sync::mpsc::channel(4);
    two.say(Message::Notifications(order));
    let asked_by = |who: &str| Snapshot {
        watchers: vec![watcher(who, None)],
        ..online()
    };
    two.shows(1, asked_by("sip:erin@example.test"));
    two.shows(2, asked_by("sip:erin@example.test"));
    let mut keys = Vec::new();
    while let Ok(Order::Show(shown)) = orders.try_recv() {
        keys.push((shown.key, shown.body));
    }
    let bodies: Vec<&str> = keys.iter().map(|(_, body)| body.as_str()).collect();
    let body = |label: &str| format!("erin@example.test · {label}");
    assert_eq!(bodies, [body("example.test"), body("example.com")]);
    let allow = Answer {
        key: keys[1].0.clone(),
        action: Some("allow".to_owned()),
    };
    two.say(Message::Notified(allow));
    assert!(
        two.grace.sent()[0].contains("Allow"),
        "{:?}",
        two.grace.sent()
    );
    assert!(two.alice.sent().is_empty());
    // Whoever says only the address means every account.
    let decide = Question::Decide {
        watcher: "sip:erin@example.test".to_owned(),
        decision: "block".to_owned(),
    };
    assert_eq!(asked(&mut two.app, decide), Answered::Done);
    assert!(two.alice.sent()[0].contains("Block"));
    let requests = Told::Chosen("requests".to_owned());
    two.shows(1, online());
    two.say(Message::Panel(Panel::Told(requests)));
    assert!(
        two.says("erin@example.test"),
        "the screen of the account that is asked"
    );
}

#[test]
fn accounts_leave_and_come_one_by_one() {
    let mut two = two();
    two.say(Message::Shortcut(Shortcut::Settings));
    two.say(Message::Settings(settings_screen::Message::LogOutPressed));
    assert_eq!(two.alice.sent(), ["LogOut"]);
    assert!(two.grace.sent().is_empty());
    assert_eq!(two.ids(), [2]);
    assert!(
        matches!(two.app.screen(), Screen::Office),
        "the other one goes on"
    );
    let saved = two.saved();
    assert!(!saved.accounts[0].enabled && saved.accounts[1].enabled);
    two.say(Message::Session(1, Happening::Ended));
    // One more is logged in beside it, and nobody twice.
    two.say(Message::Shortcut(Shortcut::Settings));
    two.say(Message::Settings(
        settings_screen::Message::AddAccountPressed,
    ));
    for message in [
        log_in::Message::AddressEdited("grace@example.com".into()),
        log_in::Message::PasswordEdited("secret".into()),
        log_in::Message::LogInPressed,
    ] {
        two.say(Message::LogIn(message));
    }
    assert!(matches!(two.app.screen(), Screen::LogIn(_)));
    two.say(Message::Shortcut(Shortcut::Back));
    assert!(matches!(two.app.screen(), Screen::Office));
    two.say(Message::Shortcut(Shortcut::Settings));
    two.say(Message::Settings(
        settings_screen::Message::AddAccountPressed,
    ));
    for message in [
        log_in::Message::AddressEdited("alice@example.test".into()),
        log_in::Message::PasswordEdited("secret".into()),
        log_in::Message::LogInPressed,
    ] {
        two.say(Message::LogIn(message));
    }
    assert_eq!(two.ids(), [3, 2], "in the order of the settings");
    two.say(Message::Settings(settings_screen::Message::RemoveConfirmed));
}

#[test]
fn everybody_says_good_bye_at_the_end() {
    let mut two = two();
    two.say(Message::Stop);
    assert_eq!(
        (two.alice.sent(), two.grace.sent()),
        (vec!["LogOut".to_owned()], vec!["LogOut".to_owned()])
    );
    two.say(Message::Session(1, Happening::Ended));
    assert!(!two.app.is_done());
    two.say(Message::Session(2, Happening::Ended));
    assert!(two.app.is_done());
}

#[test]
fn accounts_are_managed_on_their_own_screen() {
    use accounts_screen::{Change, Message as Of};

    let grace = || GRACE.to_owned();
    let mut two = two();
    two.say(Message::Shortcut(Shortcut::Accounts));
    assert!(two.says("Connected as alice@example.test"));
    two.say(Message::Accounts(Of::LogOutPressed(grace())));
    assert_eq!(two.grace.sent(), ["LogOut"]);
    assert!(two.says("Logged out"), "the screen stays");
    two.say(Message::Saved(Ok(())));
    assert!(!two.saved().accounts[1].enabled);
    // It comes back with the password of the keyring, once its old run has said good-bye.
    two.say(Message::Accounts(Of::LogInPressed(grace())));
    two.say(Message::Session(2, Happening::Ended));
    two.say(Message::Saved(Ok(())));
    assert_eq!(two.ids(), [1, 3]);
    assert!(two.saved().accounts[1].enabled);
    two.say(Message::PasswordRead(3, Ok(None)));
    assert!(
        matches!(two.app.screen(), Screen::Accounts(_)),
        "nobody is interrupted"
    );
    two.say(Message::PasswordRead(3, Ok(Some(Secret::new("secret")))));
    two.say(Message::Accounts(Of::MovePressed(grace(), -1)));
    two.say(Message::Saved(Ok(())));
    assert_eq!(two.ids(), [3, 1]);
    assert_eq!(two.saved().accounts[0].address, GRACE);
    for message in [
        Of::ChangePressed(ALICE.to_owned()),
        Of::NameEdited("Alice A.".to_owned()),
        Of::SavePressed,
    ] {
        two.say(Message::Accounts(message));
    }
    two.say(Message::Saved(Ok(())));
    assert_eq!(
        two.alice.sent(),
        ["LogOut"],
        "others see the name after a log-in"
    );
    assert_eq!(two.ids(), [3, 4]);
    let shown = &two.app.sessions.by_id(4).unwrap().account;
    assert_eq!(shown.display_name, "Alice A.");
    assert_eq!(two.saved().accounts[1].display_name, "Alice A.");
    let change = Change {
        address: ALICE.to_owned(),
        name: "Alice A.".to_owned(),
        voicemail: "*97".to_owned(),
    };
    for message in [
        Of::ChangePressed(change.address),
        Of::VoicemailEdited(change.voicemail),
        Of::SavePressed,
    ] {
        two.say(Message::Accounts(message));
    }
    two.say(Message::Saved(Ok(())));
    assert_eq!(two.ids(), [3, 4], "a number needs no log-in");
    assert_eq!(two.saved().accounts[1].voicemail, "*97");
    two.say(Message::Accounts(Of::RemoveConfirmed(grace())));
    two.say(Message::Saved(Ok(())));
    assert_eq!(two.ids(), [4]);
    assert_eq!(two.saved().accounts.len(), 1);
    assert_eq!(*two.backend.forgotten.lock().unwrap(), [GRACE]);
}

#[test]
fn the_server_of_an_account_is_changed_while_it_runs() {
    let mut two = two();
    two.say(Message::Shortcut(Shortcut::Accounts));
    let server = || accounts_screen::Message::ServerPressed(GRACE.to_owned());
    two.say(Message::Accounts(server()));
    assert!(matches!(two.app.screen(), Screen::LogIn(_)));
    two.say(Message::Shortcut(Shortcut::Back));
    assert_eq!(two.ids(), [1, 2], "nothing has happened");
    assert!(two.grace.sent().is_empty());
    // What the account learns meanwhile is not lost.
    two.say(Message::Shortcut(Shortcut::Accounts));
    two.say(Message::Accounts(server()));
    let frank = Buddy {
        address: "sip:frank@example.com".to_owned(),
        ..Buddy::default()
    };
    let session = two.app.sessions.by_id_mut(2).unwrap();
    session.account.buddies.push(frank);
    for message in [
        log_in::Message::PasswordEdited("secret".into()),
        log_in::Message::ProxyEdited("proxy.example.com".into()),
        log_in::Message::LogInPressed,
    ] {
        two.say(Message::LogIn(message));
    }
    assert_eq!(two.grace.sent(), ["LogOut"]);
    assert_eq!(two.ids(), [1, 3]);
    two.say(Message::Saved(Ok(())));
    let kept = &two.saved().accounts[1];
    assert_eq!(kept.outbound_proxy, "sip:proxy.example.com;lr");
    assert_eq!(kept.buddies.len(), 2);
    assert!(kept.enabled && two.alice.sent().is_empty());
}

#[test]
fn an_account_that_does_not_run_is_removed_with_everything() {
    let mut two = two();
    two.say(Message::Shortcut(Shortcut::Accounts));
    for message in [
        accounts_screen::Message::LogOutPressed(GRACE.to_owned()),
        accounts_screen::Message::RemoveConfirmed(GRACE.to_owned()),
    ] {
        two.say(Message::Accounts(message));
    }
    let erased = |two: &Two| two.backend.erased.lock().unwrap().clone();
    assert!(
        erased(&two).is_empty(),
        "it is still saying good-bye, and would write it anew"
    );
    two.say(Message::Session(2, Happening::Ended));
    assert_eq!(erased(&two), [GRACE]);
}
