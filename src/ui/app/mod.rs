//! The application: passes messages between the screens, the account and the settings.

mod accounts;
mod activity;
mod all_accounts;
mod asked;
mod attendance;
mod bus;
mod certificate;
mod chosen;
mod look;
mod notified;
mod outside;
mod panel;
mod passwords;
mod screen_reader;
mod screens;
mod shortcut;
mod trial;
mod window;
mod wire;

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use iced::widget::scrollable::AbsoluteOffset;
use iced::widget::{Column, column, container};
use iced::{Length, Task};
use tokio::sync::mpsc::Sender;
use tokio::sync::watch;

use self::asked::Doorway;
pub use self::attendance::Attended;
use self::look::ask_preference;
pub use self::panel::Panel;
pub use self::screen_reader::Reading;
pub use self::shortcut::Shortcut;
pub use self::window::{Fineness, Measured};
use super::backend::{Backend, Demo};
use super::screen::{
    accounts as accounts_screen, activity as activity_screen, add_buddy,
    certificate as certificate_screen, health, log_in, office, password,
    settings as settings_screen, shortcuts, trace, watchers,
};
use super::session::{Happening, Session, SessionId};
use super::sessions::Sessions;
use super::theme::Element;
use super::widget::focus;
use super::words::Failure;
use super::{Start, plain_text};
use crate::account::{
    AccountSettings, Activity, Secret, SecretError, Settings, StoreError, WhenClosed,
};
use crate::desktop::Preference;
use crate::desktop::autostart::{Autostart, AutostartError};
use crate::desktop::dbus::Public;
use crate::desktop::instance::{Question, Reply};
use crate::desktop::notification::{self, Answer, Order};
use crate::i18n;

/// The whole window.
pub struct App {
    backend: Option<Arc<dyn Backend>>,
    settings: Settings,
    screen: Screen,
    /// The log-in that the trace leads back to.
    behind: Option<log_in::State>,
    /// The accounts that were tried lately, and what was sent and received meanwhile.
    trials: VecDeque<trial::Tried>,
    /// The accounts that are shown.
    sessions: Sessions,
    /// Accounts on their way out.
    leaving: Vec<Session>,
    office: office::State,
    /// Whether the list of keys stands before the screen.
    keys_shown: bool,
    /// What went wrong outside the account.
    failures: Vec<Failure>,
    /// Why the keyring cannot be used, once that is known.
    no_keyring: Option<SecretError>,
    /// Whether the user last wanted the password remembered.
    remembering: bool,
    /// Whether the desktop prefers dark.
    system_dark: bool,
    /// Whether the desktop asks for high contrast.
    system_high_contrast: bool,
    saving: Saving,
    /// The addresses of accounts that are removed and on their way out, and how many removals are under way.
    removed: Vec<String>,
    erasing: usize,
    /// Writings of what has changed that are under way.
    keeping: usize,
    now: Instant,
    started: Option<Instant>,
    closing: bool,
    next_session: SessionId,
    /// Where notifications go, once the desktop was asked.
    notifications: Option<Sender<Order>>,
    /// Whether the user looks at the window.
    focused: bool,
    /// What the desktop says of whether somebody is at the machine, once it has said something.
    attended: Option<Attended>,
    /// Where later starts of the program knock.
    door: Option<Doorway>,
    /// The address that the program was started for, until it is shown.
    wanted: Option<String>,
    /// The window itself.
    frame: window::Frame,
    /// The icon in the panel.
    icon: panel::Icon,
    /// What other programs of the session are told.
    bus: bus::Bus,
    /// The file that starts the program with the session.
    autostart: Option<Autostart>,
    /// Counts messages, around and around; see [`App::style`].
    picture: u8,
}

/// What the window shows. There is one of it.
#[derive(Debug)]
#[allow(clippy::large_enum_variant)]
pub enum Screen {
    /// Log in.
    LogIn(log_in::State),
    /// The main screen.
    Office,
    /// Add a buddy.
    AddBuddy(add_buddy::State),
    /// Settings.
    Settings(settings_screen::State),
    /// All accounts.
    Accounts(accounts_screen::State),
    /// Ask for the password of this account.
    Password(SessionId, password::State),
    /// A certificate that this account does not trust.
    Certificate(SessionId, Box<certificate_screen::State>),
    /// How everything fares.
    Health,
    /// Who may see the own presence.
    Watchers(watchers::State),
    /// What went over the wire.
    Trace(Box<trace::State>),
    /// What has changed.
    Activity(activity_screen::State),
}

/// Whether the settings are being written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Saving {
    /// No.
    Idle,
    /// Yes.
    Busy,
    /// Yes, and they have changed since.
    Outdated,
}

/// What happened.
#[derive(Debug, Clone)]
#[allow(clippy::large_enum_variant, reason = "messages live for a moment")]
pub enum Message {
    /// On the log-in screen.
    LogIn(log_in::Message),
    /// On the main screen.
    Office(office::Message),
    /// On the screen for adding a buddy.
    AddBuddy(add_buddy::Message),
    /// On the settings screen.
    Settings(settings_screen::Message),
    /// On the screen of all accounts.
    Accounts(accounts_screen::Message),
    /// On the password screen.
    Password(password::Message),
    /// On the screen of a certificate.
    Certificate(certificate_screen::Message),
    /// On the health screen.
    Health(health::Message),
    /// On the list of keys.
    Shortcuts(shortcuts::Message),
    /// On the screen of those who may see the own presence.
    Watchers(watchers::Message),
    /// On the screen of what went over the wire.
    Trace(trace::Message),
    /// On the screen of what has changed.
    Activity(activity_screen::Message),
    /// A screen that is about one account is to be about this one.
    AccountChosen(SessionId),
    /// What an earlier run has kept of what has changed was read.
    ActivityRead(SessionId, Vec<Activity>),
    /// It is time to keep what has changed.
    KeepActivity,
    /// What has changed was kept, as far as that is possible.
    ActivityKept,
    /// In an account.
    Session(SessionId, Happening),
    /// An account took too long to log out.
    LeavingTimedOut(SessionId),
    /// The keyring answered.
    PasswordRead(SessionId, Result<Option<Secret>, SecretError>),
    /// The keyring took a password, or did not.
    Remembered(Result<(), SecretError>),
    /// The keyring forgot a password, or did not.
    Forgotten(Result<(), SecretError>),
    /// The settings were written, or not.
    Saved(Result<(), StoreError>),
    /// What was kept of a removed account is gone, or is not.
    Erased(Result<(), StoreError>),
    /// The demo office opened, or did not.
    DemoOpened(Result<Demo, String>),
    /// A key with a meaning everywhere.
    Shortcut(Shortcut),
    /// How the desktop wants things to look; `None` when it does not say.
    SystemPreference(Option<Preference>),
    /// The toolkit says that the desktop prefers dark, or light.
    SystemTheme(iced::theme::Mode),
    /// At the screen readers.
    Reading(Reading),
    /// The window was turned to.
    Focused,
    /// The window was turned away from.
    Unfocused,
    /// The window's display is as fine as this now, says the desktop.
    Rescaling(f32),
    /// What the toolkit makes of it.
    Rescaled(Fineness),
    /// A second passed while something counts down.
    Tick(Instant),
    /// It is time to remind of messages that still wait.
    Remind,
    /// The first frame was drawn.
    FirstFrame,
    /// The window's own button was pressed.
    CloseRequested,
    /// The program is to end.
    Stop,
    /// The user said what closing means.
    WhenClosed(WhenClosed),
    /// The window told where it is.
    Measured(Measured),
    /// At the icon in the panel.
    Panel(Panel),
    /// Other programs of the session are told here.
    BusServed(watch::Sender<Arc<Public>>),
    /// The file that starts the program with the session was written or removed, or could not be.
    AutostartChosen(Result<(), AutostartError>),
    /// A notice was read.
    NoticeDismissed,
    /// The desktop takes notifications here.
    Notifications(Sender<Order>),
    /// The desktop shows notifications, or does not.
    NotificationsShown(bool),
    /// A notification was pressed.
    Notified(Answer),
    /// The desktop tells whether somebody is at the machine.
    Attended(Attended),
    /// Another start of the program asks.
    Asked(Question, Reply),
}

impl App {
    /// The window as it is started for real.
    pub fn start(start: Start) -> (Self, Task<Message>) {
        let (mut app, task) = Self::new(start.backend, start.demo, start.started);
        app.door = start.door.map(Doorway::new);
        app.wanted = start.wanted;
        let wanted = app.open_wanted();
        // Without a window it waits for the desktop's word on the icon.
        app.frame.minimised = start.minimised;
        app.autostart = start.autostart;
        let window = if start.minimised {
            Task::none()
        } else {
            app.open_window()
        };
        (app, Task::batch([window, task, wanted]))
    }

    /// The window at its start: the demo office if given, else the accounts in the settings, else the log-in screen.
    pub fn new(
        backend: Arc<dyn Backend>,
        demo: Option<Demo>,
        started: Instant,
    ) -> (Self, Task<Message>) {
        let settings = backend.settings();
        i18n::select(&settings.appearance.language);
        let mut app = Self {
            failures: backend
                .notices()
                .into_iter()
                .map(Failure::Settings)
                .collect(),
            settings,
            backend: Some(backend),
            started: Some(started),
            ..Self::empty()
        };
        let accounts = app.settings.accounts.iter();
        let enabled: Vec<AccountSettings> = accounts.filter(|it| it.enabled).cloned().collect();
        let task = match demo {
            Some(demo) => app.enter_demo(demo),
            None if enabled.is_empty() => {
                app.screen = Screen::LogIn(app.log_in_form());
                focus::to(log_in::ADDRESS)
            }
            None => Task::batch(enabled.into_iter().map(|it| app.enter_remembered(it))),
        };
        (app, Task::batch([task, ask_preference()]))
    }

    /// A window that has nothing to show.
    pub fn closed() -> (Self, Task<Message>) {
        (Self::empty(), iced::exit())
    }

    fn empty() -> Self {
        Self {
            backend: None,
            settings: Settings::default(),
            screen: Screen::LogIn(log_in::State::new(false)),
            behind: None,
            trials: VecDeque::new(),
            sessions: Sessions::default(),
            leaving: Vec::new(),
            office: office::State::default(),
            keys_shown: false,
            failures: Vec::new(),
            no_keyring: None,
            remembering: true,
            system_dark: false,
            system_high_contrast: false,
            saving: Saving::Idle,
            removed: Vec::new(),
            erasing: 0,
            keeping: 0,
            now: Instant::now(),
            started: None,
            closing: false,
            next_session: 0,
            notifications: None,
            focused: false,
            attended: None,
            door: None,
            wanted: None,
            frame: window::Frame::default(),
            icon: panel::Icon::default(),
            bus: bus::Bus::default(),
            autostart: None,
            picture: 0,
        }
    }

    /// The screen that is shown.
    pub fn screen(&self) -> &Screen {
        &self.screen
    }

    /// Takes in what happened.
    pub fn update(&mut self, message: Message) -> Task<Message> {
        self.picture = self.picture.wrapping_add(1);
        let task = self.happened(message);
        self.show_icon();
        self.tell_bus();
        task
    }

    fn happened(&mut self, message: Message) -> Task<Message> {
        match message {
            Message::LogIn(message) => self.log_in(message),
            Message::Office(message) => self.office(message),
            Message::AddBuddy(message) => self.add_buddy(message),
            Message::Settings(message) => self.settings_screen(&message),
            Message::Accounts(message) => self.accounts_screen(message),
            Message::Password(message) => self.password(message),
            Message::Certificate(message) => self.certificate(message),
            Message::Health(message) => self.health(&message),
            Message::Shortcuts(shortcuts::Message::Scrolled) => Task::none(),
            Message::Shortcuts(shortcuts::Message::BackPressed) => self.show_keys(false),
            Message::Watchers(message) => self.watchers(message),
            Message::Trace(message) => self.trace(message),
            Message::Activity(message) => self.activity(message),
            Message::ActivityRead(id, kept) => {
                self.recall_activity(id, kept);
                Task::none()
            }
            Message::KeepActivity => self.keep_activity(),
            Message::ActivityKept => {
                self.keeping = self.keeping.saturating_sub(1);
                self.exit_when_done()
            }
            Message::Session(id, happening) => self.session(id, happening),
            Message::AccountChosen(id) => self.account_chosen(id),
            Message::LeavingTimedOut(id) => self.left(id),
            Message::PasswordRead(id, answer) => self.password_read(id, answer),
            Message::Remembered(answer) => {
                match answer {
                    Ok(()) => self.no_keyring = None,
                    Err(why) => self.fail(Failure::NotRemembered(why)),
                }
                Task::none()
            }
            Message::Forgotten(answer) => {
                match answer {
                    // Where there is no keyring nothing was ever kept.
                    Ok(()) | Err(SecretError::NoService { .. }) => {}
                    Err(why) => self.fail(Failure::NotForgotten(why)),
                }
                Task::none()
            }
            Message::Saved(answer) => self.saved(answer),
            Message::Erased(answer) => self.erased(answer),
            Message::DemoOpened(answer) => match answer {
                // Whoever has logged in meanwhile does not want it any more.
                Ok(_) if !self.sessions.is_empty() => Task::none(),
                Ok(demo) => self.enter_demo(demo),
                Err(why) => {
                    if let Some(form) = self.form() {
                        form.demo_failed(plain_text::sentence(&why));
                    }
                    Task::none()
                }
            },
            Message::Shortcut(shortcut) => self.shortcut(shortcut),
            Message::SystemPreference(said) => self.preferred(said),
            Message::SystemTheme(mode) => self.toolkit_prefers(mode),
            Message::Focused => {
                self.attend(true);
                ask_preference()
            }
            Message::Unfocused => {
                self.attend(false);
                self.office.looked_at();
                Task::none()
            }
            Message::Rescaling(told) => self.rescaled(told),
            Message::Rescaled(fineness) => {
                self.frame.fineness = fineness;
                Task::none()
            }
            Message::Tick(now) => {
                self.now = now;
                self.look_at_health();
                Task::none()
            }
            Message::Remind => {
                self.remind();
                Task::none()
            }
            Message::FirstFrame => {
                if let Some(started) = self.started.take() {
                    let ms = started.elapsed().as_millis();
                    tracing::info!(ms, "first frame");
                    // The bundled faces are loaded by now.
                    self.look_for_letters();
                }
                Task::none()
            }
            Message::CloseRequested => self.close_requested(),
            Message::Stop => self.close(),
            Message::WhenClosed(chosen) => self.when_closed(chosen),
            Message::Measured(measured) => self.measured(measured),
            Message::Panel(happened) => self.panel(happened),
            Message::Reading(happened) => self.reading(happened),
            Message::BusServed(states) => self.bus_served(states),
            Message::AutostartChosen(done) => self.autostart_chosen(done),
            Message::NoticeDismissed => {
                self.failures.pop();
                Task::none()
            }
            Message::Notifications(orders) => {
                self.notifications = Some(orders);
                Task::none()
            }
            Message::NotificationsShown(shown) => {
                if let Screen::Settings(state) = &mut self.screen {
                    state.notifying(shown);
                }
                Task::none()
            }
            Message::Notified(answer) => self.notified(&answer),
            Message::Attended(told) => self.attended(told),
            Message::Asked(question, reply) => self.asked(question, &reply),
        }
    }

    fn open_add_buddy(&mut self) -> Task<Message> {
        let Some(session) = self.sessions.chosen() else {
            return Task::none();
        };
        self.screen = Screen::AddBuddy(add_buddy::State::new(session));
        focus::to(add_buddy::ADDRESS)
    }

    fn open_settings(&mut self) -> Task<Message> {
        let icon = self.frame.icon == Some(true);
        let autostart = self.autostart.as_ref().map(Autostart::found);
        let state = settings_screen::State::new(self.is_blind(), icon).starting(autostart);
        self.screen = Screen::Settings(state);
        Task::perform(notification::are_shown(), Message::NotificationsShown)
    }

    /// The screen that the others lead back to.
    fn home(&mut self) -> Task<Message> {
        if let Some(form) = self.behind.take() {
            self.screen = Screen::LogIn(form);
            Task::none()
        } else if self.sessions.is_empty() {
            self.ask_log_in(self.log_in_form());
            focus::to(log_in::ADDRESS)
        } else {
            self.screen = Screen::Office;
            self.ask_next()
        }
    }

    /// Shows it.
    pub fn view(&self) -> Element<'_, Message> {
        let chosen = self.sessions.chosen();
        let screen: Element<'_, Message> = match (&self.screen, chosen) {
            _ if self.keys_shown => shortcuts::view(self.reach()).map(Message::Shortcuts),
            (Screen::LogIn(form), _) => form.view().map(Message::LogIn),
            (Screen::AddBuddy(form), _) => form.view().map(Message::AddBuddy),
            (Screen::Settings(state), session) => {
                let account = session.map(|session| (&session.account, session.demo));
                state.view(&self.settings, account).map(Message::Settings)
            }
            (Screen::Accounts(state), _) => state
                .view(&self.settings.accounts, &self.sessions, self.now)
                .map(Message::Accounts),
            (Screen::Password(_, form), _) => form.view().map(Message::Password),
            (Screen::Certificate(_, state), _) => state.view().map(Message::Certificate),
            (Screen::Health, Some(session)) => health::view(session).map(Message::Health),
            (Screen::Watchers(state), Some(session)) => state.view(session).map(Message::Watchers),
            (Screen::Activity(state), _) => state.view().map(Message::Activity),
            (Screen::Trace(state), _) => state.view().map(Message::Trace),
            (Screen::Office, _) => {
                let office = self.office.view(&self.sessions, self.now);
                office.map(Message::Office)
            }
            (Screen::Health | Screen::Watchers(_), None) => Column::new().into(),
        };
        focus::root(column![
            self.notice(),
            self.which(),
            container(screen).height(Length::Fill)
        ])
        .read_by(self.frame.reader.as_ref(), self.title(), self.dots())
        .into()
    }
}

/// Scrolls the main list.
fn scroll_to(y: f32) -> Task<Message> {
    let offset = AbsoluteOffset {
        x: None,
        y: Some(y),
    };
    iced::widget::operation::scroll_to(office::LIST, offset)
}

/// How long an account may take to log out before the window stops waiting.
const PATIENCE: Duration = Duration::from_secs(2);

#[cfg(test)]
mod tests;
