//! The application: passes messages between the screens, the account and the settings.

use std::sync::Arc;
use std::time::{Duration, Instant};

use iced::keyboard::{self, Key, key::Named};
use iced::widget::{Column, column, container};
use iced::{Event, Length, Subscription, Task, event, window};

use super::address;
use super::backend::{Backend, Demo};
use super::screen::{add_buddy, log_in, office, password, settings as settings_screen};
use super::session::{Happening, Session, SessionId};
use super::theme::{Element, Theme, space};
use super::widget::{control, focus};
use crate::account::{
    AccountSettings, Appearance, Command, Connection, Secret, Settings, Status, ThemeChoice,
};
use crate::{fl, i18n};

/// The whole window.
pub struct App {
    backend: Option<Arc<dyn Backend>>,
    settings: Settings,
    screen: Screen,
    /// The account that is shown.
    session: Option<Session>,
    /// Accounts on their way out.
    leaving: Vec<Session>,
    office: office::State,
    /// What went wrong outside the account, as sentences.
    notices: Vec<String>,
    /// Why the keyring cannot be used, once that is known.
    no_keyring: Option<String>,
    /// Whether the user was asked for the password since the last success.
    asked: bool,
    /// Whether the desktop prefers dark.
    system_dark: bool,
    saving: Saving,
    now: Instant,
    started: Option<Instant>,
    closing: bool,
    next_session: SessionId,
}

/// What the window shows.
#[derive(Debug)]
pub enum Screen {
    /// Log in.
    LogIn(log_in::State),
    /// The main screen.
    Office,
    /// Add a buddy.
    AddBuddy(add_buddy::State),
    /// Settings.
    Settings(settings_screen::State),
    /// Ask for a password.
    Password(password::State),
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
pub enum Message {
    /// On the log-in screen.
    LogIn(log_in::Message),
    /// On the main screen.
    Office(office::Message),
    /// On the screen for adding a buddy.
    AddBuddy(add_buddy::Message),
    /// On the settings screen.
    Settings(settings_screen::Message),
    /// On the password screen.
    Password(password::Message),
    /// In an account.
    Session(SessionId, Happening),
    /// An account took too long to log out.
    LeavingTimedOut(SessionId),
    /// The keyring answered.
    PasswordRead(SessionId, Result<Option<Secret>, String>),
    /// The keyring took a password, or did not.
    Remembered(Result<(), String>),
    /// The settings were written, or not.
    Saved(Result<(), String>),
    /// The demo office opened, or did not.
    DemoOpened(Result<Demo, String>),
    /// A key with a meaning everywhere.
    Shortcut(Shortcut),
    /// The desktop prefers dark, or light.
    SystemTheme(iced::theme::Mode),
    /// A second passed while something counts down.
    Tick(Instant),
    /// The first frame was drawn.
    FirstFrame,
    /// The window is to be closed.
    CloseRequested,
    /// A notice was read.
    NoticeDismissed,
}

/// A key with a meaning everywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shortcut {
    /// Tab.
    Next,
    /// Shift+Tab.
    Previous,
    /// Ctrl+N.
    AddBuddy,
    /// Ctrl+comma.
    Settings,
    /// Escape.
    Back,
    /// Ctrl+plus.
    Larger,
    /// Ctrl+minus.
    Smaller,
    /// Ctrl+0.
    NormalSize,
    /// Ctrl+Q.
    Quit,
}

impl App {
    /// The window at its start: the demo office if given, else the account in the settings, else the log-in screen.
    pub fn new(
        backend: Arc<dyn Backend>,
        demo: Option<Demo>,
        started: Instant,
    ) -> (Self, Task<Message>) {
        let settings = backend.settings();
        i18n::select(&settings.appearance.language);
        let mut app = Self {
            notices: backend.notices(),
            settings,
            backend: Some(backend),
            started: Some(started),
            ..Self::empty()
        };
        let account = app
            .settings
            .accounts
            .iter()
            .find(|account| account.enabled)
            .cloned();
        let task = match (demo, account) {
            (Some(demo), _) => app.enter_demo(demo),
            (None, Some(account)) => app.enter_remembered(account),
            (None, None) => {
                app.screen = Screen::LogIn(app.log_in_form());
                focus::to(log_in::ADDRESS)
            }
        };
        (
            app,
            Task::batch([task, iced::system::theme().map(Message::SystemTheme)]),
        )
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
            session: None,
            leaving: Vec::new(),
            office: office::State::default(),
            notices: Vec::new(),
            no_keyring: None,
            asked: false,
            system_dark: false,
            saving: Saving::Idle,
            now: Instant::now(),
            started: None,
            closing: false,
            next_session: 0,
        }
    }

    /// What the window is called.
    pub fn title(&self) -> String {
        match &self.session {
            Some(session) if session.demo => fl!("title-demo"),
            _ => fl!("app-name"),
        }
    }

    /// The present look.
    pub fn theme(&self) -> Theme {
        match (self.settings.appearance.theme, self.system_dark) {
            (ThemeChoice::Dark, _) | (ThemeChoice::System, true) => Theme::DARK,
            (ThemeChoice::Light, _) | (ThemeChoice::System, false) => Theme::LIGHT,
        }
    }

    /// The present size, 1 for normal.
    pub fn scale_factor(&self) -> f32 {
        f32::from(self.settings.appearance.scale_percent.clamp(80, 200)) / 100.0
    }

    /// The screen that is shown.
    pub fn screen(&self) -> &Screen {
        &self.screen
    }

    /// What runs beside the window.
    pub fn subscription(&self) -> Subscription<Message> {
        let mut all: Vec<Subscription<Message>> = self
            .leaving
            .iter()
            // Two runs of one account at once would take each other's place on the server.
            .chain(self.session.iter().filter(|_| self.leaving.is_empty()))
            .map(|session| {
                session
                    .subscription()
                    .map(|(id, happening)| Message::Session(id, happening))
            })
            .collect();
        all.push(event::listen_with(shortcut));
        all.push(window::close_requests().map(|_| Message::CloseRequested));
        all.push(iced::system::theme_changes().map(Message::SystemTheme));
        if self.counts_down() {
            all.push(iced::time::every(Duration::from_secs(1)).map(Message::Tick));
        }
        if self.started.is_some() {
            all.push(event::listen_raw(first_frame));
        }
        Subscription::batch(all)
    }

    /// Whether something on the screen changes with time alone.
    fn counts_down(&self) -> bool {
        let Some(session) = &self.session else {
            return false;
        };
        match session.snapshot.connection {
            Connection::Trouble {
                retry_in_s: Some(seconds),
                ..
            } => {
                matches!(self.screen, Screen::Office)
                    && self
                        .now
                        .saturating_duration_since(session.received)
                        .as_secs()
                        < seconds
            }
            _ => false,
        }
    }

    /// Takes in what happened.
    pub fn update(&mut self, message: Message) -> Task<Message> {
        match message {
            Message::LogIn(message) => self.log_in(message),
            Message::Office(message) => self.office(message),
            Message::AddBuddy(message) => self.add_buddy(message),
            Message::Settings(message) => self.settings_screen(message),
            Message::Password(message) => self.password(message),
            Message::Session(id, happening) => self.session(id, happening),
            Message::LeavingTimedOut(id) => self.left(id),
            Message::PasswordRead(id, answer) => self.password_read(id, answer),
            Message::Remembered(answer) => {
                if let Err(why) = answer {
                    self.notices
                        .push(fl!("keyring-not-remembered", reason = why));
                }
                Task::none()
            }
            Message::Saved(answer) => self.saved(answer),
            Message::DemoOpened(answer) => match answer {
                Ok(demo) => self.enter_demo(demo),
                Err(why) => {
                    if let Screen::LogIn(form) = &mut self.screen {
                        form.demo_failed(why);
                    }
                    Task::none()
                }
            },
            Message::Shortcut(shortcut) => self.shortcut(shortcut),
            Message::SystemTheme(mode) => {
                self.system_dark = mode == iced::theme::Mode::Dark;
                Task::none()
            }
            Message::Tick(now) => {
                self.now = now;
                Task::none()
            }
            Message::FirstFrame => {
                if let Some(started) = self.started.take() {
                    let ms = started.elapsed().as_millis();
                    tracing::info!(ms, "first frame");
                }
                Task::none()
            }
            Message::CloseRequested => self.close(),
            Message::NoticeDismissed => {
                self.notices.pop();
                Task::none()
            }
        }
    }

    fn log_in(&mut self, message: log_in::Message) -> Task<Message> {
        let Screen::LogIn(form) = &mut self.screen else {
            return Task::none();
        };
        match form.update(message) {
            log_in::Action::None => Task::none(),
            log_in::Action::OpenDemo => match self.backend.as_ref().and_then(|b| b.open_demo()) {
                Some(opening) => Task::perform(opening, Message::DemoOpened),
                None => Task::none(),
            },
            log_in::Action::LogIn {
                account,
                password,
                remember,
            } => {
                let remembering = self.remember(&account.address, &password, remember);
                self.keep(&account);
                Task::batch([
                    remembering,
                    self.save(),
                    self.enter(account, Some(password), false),
                ])
            }
        }
    }

    fn office(&mut self, message: office::Message) -> Task<Message> {
        let Some(session) = &mut self.session else {
            return Task::none();
        };
        match self.office.update(message, session) {
            office::Action::None => Task::none(),
            office::Action::SetStatus { status, note } => {
                status.token().clone_into(&mut session.account.status);
                note.clone_into(&mut session.account.note);
                // Shown at once; the account's next word confirms it.
                let mut shown = (*session.snapshot).clone();
                shown.own_status = status.clone();
                shown.own_note.clone_from(&note);
                session.snapshot = Arc::new(shown);
                session.send(Command::SetStatus { status, note });
                self.save_account()
            }
            office::Action::Decide { watcher, decision } => {
                session.send(Command::Decide {
                    watcher,
                    decision,
                    valid_until: None,
                });
                Task::none()
            }
            office::Action::ScrollTo(y) => iced::widget::operation::scroll_to(
                office::LIST,
                iced::widget::scrollable::AbsoluteOffset {
                    x: None,
                    y: Some(y),
                },
            ),
            office::Action::Focus(id) => focus::to(id),
            office::Action::Copy(text) => iced::clipboard::write(text),
            office::Action::Remove(address) => {
                session
                    .account
                    .buddies
                    .retain(|buddy| !address::same(&buddy.address, &address));
                session.account_changed();
                session.send(Command::Unwatch { address });
                self.save_account()
            }
            office::Action::Restore(place, buddy) => {
                session.send(Command::Watch {
                    address: buddy.address.clone(),
                });
                let buddies = &mut session.account.buddies;
                buddies.insert(place.min(buddies.len()), buddy);
                session.account_changed();
                self.save_account()
            }
            office::Action::AddBuddy => self.open_add_buddy(),
            office::Action::OpenSettings => self.open_settings(),
            office::Action::Retry => {
                session.send(Command::Retry);
                Task::none()
            }
            office::Action::AskPassword => self.ask_password(),
        }
    }

    fn add_buddy(&mut self, message: add_buddy::Message) -> Task<Message> {
        let Screen::AddBuddy(form) = &mut self.screen else {
            return Task::none();
        };
        match form.update(message) {
            add_buddy::Action::None => Task::none(),
            add_buddy::Action::Back => self.home(),
            add_buddy::Action::Add(buddy) => {
                if let Some(session) = &mut self.session {
                    session.send(Command::Watch {
                        address: buddy.address.clone(),
                    });
                    session.account.buddies.push(buddy);
                    session.account_changed();
                }
                Task::batch([self.save_account(), self.home()])
            }
        }
    }

    fn settings_screen(&mut self, message: settings_screen::Message) -> Task<Message> {
        let Screen::Settings(state) = &mut self.screen else {
            return Task::none();
        };
        match state.update(message, &self.settings.appearance) {
            settings_screen::Action::None => Task::none(),
            settings_screen::Action::Back => self.home(),
            settings_screen::Action::Appear(appearance) => self.appear(appearance),
            settings_screen::Action::ChangePassword => self.ask(password::Why::Change),
            settings_screen::Action::LogInAgain => {
                let Some(account) = self.session.as_ref().map(|s| s.account.clone()) else {
                    return Task::none();
                };
                let leaving = self.leave();
                Task::batch([leaving, self.enter_remembered(account)])
            }
            settings_screen::Action::LogOut => {
                let Some(mut account) = self.session.as_ref().map(|s| s.account.clone()) else {
                    return Task::none();
                };
                let demo = self.session.as_ref().is_some_and(|session| session.demo);
                let leaving = self.leave();
                if demo {
                    self.screen = Screen::LogIn(self.log_in_form());
                    return leaving;
                }
                account.enabled = false;
                self.keep(&account);
                self.screen = Screen::LogIn(log_in::State::again(&account, self.has_demo()));
                Task::batch([leaving, self.save(), focus::to(log_in::PASSWORD)])
            }
            settings_screen::Action::Remove => {
                let Some(address) = self.session.as_ref().map(|s| s.account.address.clone()) else {
                    return Task::none();
                };
                let leaving = self.leave();
                self.settings
                    .accounts
                    .retain(|account| !address::same(&account.address, &address));
                let forgetting = match &self.backend {
                    Some(backend) => Task::perform(backend.forget(address), Message::Remembered),
                    None => Task::none(),
                };
                self.screen = Screen::LogIn(self.log_in_form());
                Task::batch([leaving, forgetting, self.save()])
            }
        }
    }

    fn password(&mut self, message: password::Message) -> Task<Message> {
        let Screen::Password(form) = &mut self.screen else {
            return Task::none();
        };
        match form.update(message) {
            password::Action::None => Task::none(),
            password::Action::Back => self.home(),
            password::Action::Use { password, remember } => {
                let Some(session) = &mut self.session else {
                    return self.home();
                };
                session.send(Command::Password(password.clone()));
                let address = session.account.address.clone();
                self.asked = false;
                // The account still says 'password needed' until it has tried; do not ask again because of that.
                let mut shown = (*session.snapshot).clone();
                shown.connection = Connection::Connecting;
                session.snapshot = Arc::new(shown);
                let remembering = self.remember(&address, &password, remember);
                Task::batch([remembering, self.home()])
            }
        }
    }

    fn session(&mut self, id: SessionId, happening: Happening) -> Task<Message> {
        if let Happening::Ended = happening
            && self.leaving.iter().any(|session| session.id == id)
        {
            return self.left(id);
        }
        if let Some(session) = self.leaving.iter_mut().find(|session| session.id == id) {
            session.happened(happening);
            return Task::none();
        }
        let Some(session) = self.session.as_mut().filter(|session| session.id == id) else {
            return Task::none();
        };
        let ended = session.happened(happening);
        self.now = session.received;
        if ended {
            let mut shown = (*session.snapshot).clone();
            shown.connection = Connection::Trouble {
                message: fl!("connection-ended"),
                retry_in_s: None,
            };
            session.snapshot = Arc::new(shown);
            return Task::none();
        }
        self.office.refreshed(session);
        match session.snapshot.connection {
            Connection::Online => self.asked = false,
            Connection::PasswordNeeded { .. }
                if !self.asked && matches!(self.screen, Screen::Office) =>
            {
                return self.ask_password();
            }
            _ => {}
        }
        Task::none()
    }

    /// An account is gone.
    fn left(&mut self, id: SessionId) -> Task<Message> {
        self.leaving.retain(|session| session.id != id);
        if self.closing && self.leaving.is_empty() {
            iced::exit()
        } else {
            Task::none()
        }
    }

    fn password_read(
        &mut self,
        id: SessionId,
        answer: Result<Option<Secret>, String>,
    ) -> Task<Message> {
        let Some(session) = self.session.as_mut().filter(|session| session.id == id) else {
            return Task::none();
        };
        match answer {
            Ok(Some(password)) => {
                session.release(Some(password));
                Task::none()
            }
            Ok(None) => {
                session.release(None);
                self.ask(password::Why::NotRemembered)
            }
            Err(why) => {
                session.release(None);
                self.no_keyring = Some(why.clone());
                self.ask(password::Why::NoKeyring(why))
            }
        }
    }

    fn saved(&mut self, answer: Result<(), String>) -> Task<Message> {
        if let Err(why) = answer {
            let notice = fl!("settings-not-saved", reason = why);
            if !self.notices.contains(&notice) {
                self.notices.push(notice);
            }
        }
        let again = self.saving == Saving::Outdated;
        self.saving = Saving::Idle;
        if again { self.save() } else { Task::none() }
    }

    fn shortcut(&mut self, shortcut: Shortcut) -> Task<Message> {
        let percent = self.settings.appearance.scale_percent;
        match shortcut {
            Shortcut::Next => focus::next(),
            Shortcut::Previous => focus::previous(),
            Shortcut::AddBuddy if self.session.is_some() => self.open_add_buddy(),
            Shortcut::AddBuddy => Task::none(),
            Shortcut::Settings => self.open_settings(),
            Shortcut::Back => match &self.screen {
                Screen::LogIn(_) => Task::none(),
                Screen::Office => self.office(office::Message::EscapePressed),
                _ => self.home(),
            },
            Shortcut::Larger => self.scale((percent + 10).min(200)),
            Shortcut::Smaller => self.scale(percent.saturating_sub(10).max(80)),
            Shortcut::NormalSize => self.scale(100),
            Shortcut::Quit => self.close(),
        }
    }

    fn scale(&mut self, scale_percent: u16) -> Task<Message> {
        let appearance = Appearance {
            scale_percent,
            ..self.settings.appearance.clone()
        };
        self.appear(appearance)
    }

    fn appear(&mut self, appearance: Appearance) -> Task<Message> {
        if appearance.language != self.settings.appearance.language {
            i18n::select(&appearance.language);
        }
        self.settings.appearance = appearance;
        self.save()
    }

    fn open_add_buddy(&mut self) -> Task<Message> {
        let Some(session) = &self.session else {
            return Task::none();
        };
        let form = add_buddy::State::new(&session.account.address, &session.account.buddies);
        self.screen = Screen::AddBuddy(form);
        focus::to(add_buddy::ADDRESS)
    }

    fn open_settings(&mut self) -> Task<Message> {
        self.screen = Screen::Settings(settings_screen::State::default());
        Task::none()
    }

    /// The screen that the others lead back to.
    fn home(&mut self) -> Task<Message> {
        if self.session.is_some() {
            self.screen = Screen::Office;
            Task::none()
        } else {
            self.screen = Screen::LogIn(self.log_in_form());
            focus::to(log_in::ADDRESS)
        }
    }

    /// Asks for the password for the reason the account gives.
    fn ask_password(&mut self) -> Task<Message> {
        let refused = self.session.as_ref().is_some_and(|session| {
            session.snapshot.connection == Connection::PasswordNeeded { refused: true }
        });
        let why = match &self.no_keyring {
            _ if refused => password::Why::Refused,
            Some(why) => password::Why::NoKeyring(why.clone()),
            None => password::Why::NotRemembered,
        };
        self.ask(why)
    }

    fn ask(&mut self, why: password::Why) -> Task<Message> {
        let Some(session) = &self.session else {
            return Task::none();
        };
        self.asked = true;
        self.screen = Screen::Password(password::State::new(why, &session.account.address));
        focus::to(password::FIELD)
    }

    fn has_demo(&self) -> bool {
        self.backend
            .as_ref()
            .is_some_and(|backend| backend.has_demo())
    }

    /// The log-in form, filled in for an account that was logged out.
    fn log_in_form(&self) -> log_in::State {
        match self.settings.accounts.first() {
            Some(account) => log_in::State::again(account, self.has_demo()),
            None => log_in::State::new(self.has_demo()),
        }
    }

    fn enter_demo(&mut self, demo: Demo) -> Task<Message> {
        let Some(mut session) =
            self.new_session(demo.account, Some(demo.password), Some(demo.guard))
        else {
            return Task::none();
        };
        session.demo = true;
        self.show(session)
    }

    fn enter(
        &mut self,
        account: AccountSettings,
        password: Option<Secret>,
        held: bool,
    ) -> Task<Message> {
        let Some(session) = self.new_session(account, password, None) else {
            return Task::none();
        };
        self.show(if held { session.held() } else { session })
    }

    /// Enters with the password from the keyring.
    fn enter_remembered(&mut self, account: AccountSettings) -> Task<Message> {
        let Some(backend) = &self.backend else {
            return Task::none();
        };
        let reading = backend.password(account.address.clone());
        let entering = self.enter(account, None, true);
        let id = self.next_session;
        let reading = Task::perform(reading, move |answer| Message::PasswordRead(id, answer));
        Task::batch([entering, reading])
    }

    fn new_session(
        &mut self,
        account: AccountSettings,
        password: Option<Secret>,
        guard: Option<Arc<dyn Send + Sync>>,
    ) -> Option<Session> {
        let backend = Arc::clone(self.backend.as_ref()?);
        self.next_session += 1;
        Some(Session::new(
            self.next_session,
            backend,
            account,
            password,
            guard,
        ))
    }

    fn show(&mut self, mut session: Session) -> Task<Message> {
        let mut snapshot = (*session.snapshot).clone();
        snapshot.connection = Connection::Connecting;
        snapshot.own_status = Status::from_token(&session.account.status);
        snapshot.own_note.clone_from(&session.account.note);
        session.snapshot = Arc::new(snapshot);
        self.session = Some(session);
        self.office = office::State::default();
        self.asked = false;
        self.screen = Screen::Office;
        Task::none()
    }

    /// Logs the present account out; it has a little time for its good-byes.
    fn leave(&mut self) -> Task<Message> {
        let Some(mut session) = self.session.take() else {
            return Task::none();
        };
        session.send(Command::LogOut);
        let id = session.id;
        self.leaving.push(session);
        Task::perform(tokio::time::sleep(PATIENCE), move |()| {
            Message::LeavingTimedOut(id)
        })
    }

    fn close(&mut self) -> Task<Message> {
        if self.closing {
            // A second wish to close does not wait for good-byes.
            return iced::exit();
        }
        self.closing = true;
        let leaving = self.leave();
        if self.leaving.is_empty() {
            iced::exit()
        } else {
            leaving
        }
    }

    /// Puts an account into the settings, in the place of an older one with its address.
    fn keep(&mut self, account: &AccountSettings) {
        let accounts = &mut self.settings.accounts;
        match accounts
            .iter_mut()
            .find(|kept| address::same(&kept.address, &account.address))
        {
            Some(kept) => kept.clone_from(account),
            None => accounts.push(account.clone()),
        }
    }

    /// Keeps the present account as it is now.
    fn save_account(&mut self) -> Task<Message> {
        let Some(account) = self
            .session
            .as_ref()
            .filter(|session| !session.demo)
            .map(|session| session.account.clone())
        else {
            return Task::none();
        };
        self.keep(&account);
        self.save()
    }

    /// Writes the settings, one writing at a time.
    fn save(&mut self) -> Task<Message> {
        if self.saving != Saving::Idle {
            self.saving = Saving::Outdated;
            return Task::none();
        }
        let Some(backend) = &self.backend else {
            return Task::none();
        };
        self.saving = Saving::Busy;
        Task::perform(backend.save(self.settings.clone()), Message::Saved)
    }

    fn remember(&self, address: &str, password: &Secret, remember: bool) -> Task<Message> {
        let Some(backend) = &self.backend else {
            return Task::none();
        };
        if remember {
            let remembering = backend.remember(address.to_owned(), password.clone());
            Task::perform(remembering, Message::Remembered)
        } else {
            Task::none()
        }
    }

    /// Shows it.
    pub fn view(&self) -> Element<'_, Message> {
        let screen: Element<'_, Message> = match (&self.screen, &self.session) {
            (Screen::LogIn(form), _) => form.view().map(Message::LogIn),
            (Screen::AddBuddy(form), _) => form.view().map(Message::AddBuddy),
            (Screen::Settings(state), session) => {
                let account = session
                    .as_ref()
                    .map(|session| (&session.account, session.demo));
                state
                    .view(&self.settings.appearance, account)
                    .map(Message::Settings)
            }
            (Screen::Password(form), _) => form.view().map(Message::Password),
            (Screen::Office, Some(session)) => {
                self.office.view(session, self.now).map(Message::Office)
            }
            (Screen::Office, None) => Column::new().into(),
        };
        column![self.notice(), container(screen).height(Length::Fill)].into()
    }

    fn notice(&self) -> Element<'_, Message> {
        let Some(notice) = self.notices.last() else {
            return Column::new().into();
        };
        container(control::notice(
            notice.clone(),
            None,
            [control::tinted(
                fl!("dismiss"),
                Some(Message::NoticeDismissed),
            )],
        ))
        .padding(space::S)
        .into()
    }
}

fn shortcut(event: Event, _status: event::Status, _window: window::Id) -> Option<Message> {
    let Event::Keyboard(keyboard::Event::KeyPressed { key, modifiers, .. }) = event else {
        return None;
    };
    let shortcut = match key.as_ref() {
        Key::Named(Named::Tab) if modifiers.command() || modifiers.alt() => return None,
        Key::Named(Named::Tab) if modifiers.shift() => Shortcut::Previous,
        Key::Named(Named::Tab) => Shortcut::Next,
        Key::Named(Named::Escape) => Shortcut::Back,
        Key::Character(character) if modifiers.command() && !modifiers.alt() => match character {
            "n" | "N" => Shortcut::AddBuddy,
            "," => Shortcut::Settings,
            "+" | "=" => Shortcut::Larger,
            "-" => Shortcut::Smaller,
            "0" => Shortcut::NormalSize,
            "q" | "Q" => Shortcut::Quit,
            _ => return None,
        },
        _ => return None,
    };
    Some(Message::Shortcut(shortcut))
}

fn first_frame(event: Event, _status: event::Status, _window: window::Id) -> Option<Message> {
    matches!(event, Event::Window(window::Event::RedrawRequested(_))).then_some(Message::FirstFrame)
}

/// How long an account may take to log out before the window stops waiting.
const PATIENCE: Duration = Duration::from_secs(2);

#[cfg(test)]
mod tests;
