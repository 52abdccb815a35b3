//! What the screens ask for, done.

use iced::Task;

use super::{App, Message, Screen, scroll_to};
use jiff::Timestamp;

use crate::account::{self, Choice, Command, ListSettings, OwnStatus, PermanentWish};
use crate::ui::address;
use crate::ui::groups;
use crate::ui::plain_text;
use crate::ui::screen::office::details::Edit;
use crate::ui::screen::{add_buddy, health, log_in, office, password, settings, trace, watchers};
use crate::ui::session::{Session, SessionId, Whom};
use crate::ui::widget::focus;

impl App {
    pub(super) fn log_in(&mut self, message: log_in::Message) -> Task<Message> {
        let Some(form) = self.form() else {
            return Task::none();
        };
        match form.update(message) {
            log_in::Action::None => Task::none(),
            log_in::Action::Correct(field) => focus::to(field),
            log_in::Action::OpenDemo => match self.backend.as_ref().and_then(|b| b.open_demo()) {
                Some(opening) => Task::perform(opening, Message::DemoOpened),
                None => Task::none(),
            },
            log_in::Action::Try {
                account,
                password,
                trial,
            } => self.try_account(account, password, trial),
            log_in::Action::FindPassword { address, trial } => self.find_password(address, trial),
            log_in::Action::Copy(text) => iced::clipboard::write(text),
            log_in::Action::OpenTrace(own) => self.open_trace(trace::Filter {
                accounts: [own].into(),
                ..trace::Filter::default()
            }),
            log_in::Action::LogIn {
                account,
                password,
                remember,
            } => {
                let (account, leaving) = self.replaced(account);
                self.keep(&account);
                let saving = self.save();
                let entering = self.enter(account, Some(password.clone()), false);
                if let Some(remember) = remember {
                    self.typed(self.next_session, password, remember);
                }
                Task::batch([leaving, saving, entering])
            }
            log_in::Action::Back => self.home(),
        }
    }

    pub(super) fn office(&mut self, message: office::Message) -> Task<Message> {
        match self.office.update(message, &self.sessions) {
            office::Action::None => Task::none(),
            office::Action::SetStatus {
                choice,
                until,
                keep,
            } => {
                for session in self.sessions.iter_mut() {
                    account::remember(&mut session.account, &choice);
                }
                if keep {
                    self.permanent(&PermanentWish::Keep(choice.clone()));
                }
                self.set_status(&choice, until)
            }
            office::Action::Permanent(wish) => {
                self.permanent(&wish);
                Task::none()
            }
            office::Action::Forget(choice) => {
                for session in self.sessions.iter_mut() {
                    account::forget(&mut session.account, &choice);
                }
                self.save_accounts(|_| true)
            }
            office::Action::FocusEnd => focus::to(office::own::END),
            office::Action::Decide { watcher, verdict } => {
                if let Some(session) = self.sessions.by_id_mut(watcher.session) {
                    session.decide(vec![watcher.address], verdict);
                }
                Task::none()
            }
            office::Action::OpenWatchers => {
                self.open_watchers(watchers::State::new(watchers::Tab::Watching))
            }
            office::Action::OpenRequests => self.open_requests(),
            office::Action::OpenSight(whom) => {
                let Some(session) = self.sessions.by_id(whom.session) else {
                    return Task::none();
                };
                let watcher = address::key(&whom.address);
                let state = watchers::State::new(watchers::Tab::Watching);
                let state = state.about(&watcher, session);
                self.sessions.choose(whom.session);
                self.open_watchers(state)
            }
            office::Action::OpenRules(id) => {
                self.sessions.choose(id);
                let state = watchers::State::new(watchers::Tab::Watching);
                self.open_watchers(state.showing_rules())
            }
            office::Action::RenewBuddies(id) => self.send(id, Command::RenewBuddies),
            office::Action::Suggest(whom, name) => self.suggest(&whom, name),
            office::Action::ScrollTo(y) => scroll_to(y),
            office::Action::OpenPicker => {
                for session in self.sessions.iter_mut() {
                    if session.has_xcap_root() {
                        // Another device may have changed it.
                        session.send(Command::Permanent(PermanentWish::Ask));
                    }
                }
                Task::batch([scroll_to(0.0), focus::to(office::own::NOTE)])
            }
            office::Action::Call(address) => self.call(&address),
            office::Action::AskVoicemail(id) => self.ask_voicemail(Some(id)),
            office::Action::OpenSearch => focus::to(office::SEARCH),
            office::Action::FocusList => focus::to(office::LIST_FOCUS),
            office::Action::ShowOffline => {
                let list = ListSettings {
                    hide_offline: false,
                    ..self.settings.list
                };
                self.list(list)
            }
            office::Action::Copy(text) => iced::clipboard::write(text),
            office::Action::Remove(whom) => self.change_list(whom.session, |session| {
                let buddies = &mut session.account.buddies;
                buddies.retain(|buddy| !address::same(&buddy.address, &whom.address));
                session.account_changed();
                session.unwatch(&whom.address);
            }),
            office::Action::Restore(id, place, buddy) => self.change_list(id, |session| {
                if !buddy.paused {
                    session.watch(&buddy.address, buddy.calls);
                }
                let buddies = &mut session.account.buddies;
                buddies.insert(place.min(buddies.len()), buddy);
                session.account_changed();
            }),
            office::Action::Edit(whom, edit) => self.change_list(whom.session, |session| {
                let address = &whom.address;
                session.edit(address, |buddy| edit.apply(buddy));
                match edit {
                    Edit::Watch(true) => {
                        let calls = session.entry(address).is_some_and(|buddy| buddy.calls);
                        session.watch(address, calls);
                    }
                    Edit::Watch(false) => session.unwatch(address),
                    Edit::Calls(true) => session.watch_calls(address),
                    Edit::Calls(false) => session.unwatch_calls(address),
                    Edit::Name(_) | Edit::Mute(_) | Edit::Announce(_) | Edit::Group(..) => {}
                }
            }),
            office::Action::Regroup(wish) => {
                let accounts = self.sessions.iter_mut().map(|it| &mut it.account);
                groups::regroup(&mut accounts.collect::<Vec<_>>(), &wish);
                for session in self.sessions.iter_mut() {
                    session.account_changed();
                }
                self.refresh_office();
                let following = self.follow(None);
                Task::batch([following, self.save_accounts(|_| true)])
            }
            office::Action::Place(id, placing) => {
                let changing = self.change_list(id, |session| {
                    groups::place(&mut session.account, &placing);
                    session.account_changed();
                });
                Task::batch([changing, self.follow(Some(&placing.into))])
            }
            office::Action::AddBuddy => self.open_add_buddy(),
            office::Action::OpenSettings => self.open_settings(),
            office::Action::OpenHealth(id) => {
                self.sessions.choose(id);
                self.screen = Screen::Health;
                self.look_at_health();
                Task::none()
            }
            office::Action::OpenActivity => self.open_activity(),
            office::Action::Retry(id) => self.send(id, Command::Retry),
            office::Action::AskPassword(id) => self.ask_password(id),
            office::Action::LogInAgain(id) => self.log_in_again(id),
            office::Action::OpenCertificate(id) => self.open_certificate(id),
        }
    }

    /// What is selected in the list stays in sight when it is moved, into this group.
    fn follow(&mut self, into: Option<&str>) -> Task<Message> {
        match self.office.follow(into, &self.sessions) {
            office::Action::ScrollTo(y) => scroll_to(y),
            _ => Task::none(),
        }
    }

    /// Sends a wish to one account.
    fn send(&mut self, id: SessionId, command: Command) -> Task<Message> {
        if let Some(session) = self.sessions.by_id_mut(id) {
            session.send(command);
        }
        Task::none()
    }

    /// Sends a wish to the chosen account.
    fn send_chosen(&mut self, command: Command) {
        if let Some(session) = self.sessions.chosen_mut() {
            session.send(command);
        }
    }

    /// Asks every server that keeps a status while nobody is logged in.
    fn permanent(&mut self, wish: &PermanentWish) {
        let all = self.sessions.iter_mut();
        for session in all.filter(|it| it.snapshot.permanent.is_offered()) {
            session.send(Command::Permanent(wish.clone()));
        }
    }

    /// Shows the field for the number of this account's voicemail.
    pub(super) fn ask_voicemail(&mut self, id: Option<SessionId>) -> Task<Message> {
        if let Some(id) = id {
            self.sessions.choose(id);
        }
        let opening = self.open_settings();
        Task::batch([opening, focus::to(settings::VOICEMAIL)])
    }

    pub(super) fn health(&mut self, message: &health::Message) -> Task<Message> {
        match health::update(message) {
            health::Action::None => return Task::none(),
            health::Action::Retry => self.send_chosen(Command::Retry),
            health::Action::Refresh(part) => self.send_chosen(Command::Refresh(part)),
            health::Action::Resubscribe(id) => self.send_chosen(Command::Resubscribe { id }),
            health::Action::OpenTrace(filter) => return self.open_trace(filter),
            health::Action::Back => return self.home(),
        }
        self.look_at_health();
        Task::none()
    }

    /// Shows who asks: of an account that somebody asks.
    pub(super) fn open_requests(&mut self) -> Task<Message> {
        let asked = |session: &&Session| !session.snapshot.requests().is_empty();
        let chosen = self.sessions.chosen().filter(asked);
        if let Some(session) = chosen.or_else(|| self.sessions.iter().find(asked)) {
            self.sessions.choose(session.id);
        }
        self.open_watchers(watchers::State::new(watchers::Tab::Requests))
    }

    /// Shows who may see the own presence.
    pub(super) fn open_watchers(&mut self, state: watchers::State) -> Task<Message> {
        if !self.sessions.is_empty() {
            self.screen = Screen::Watchers(state);
            self.look_at_preview();
        }
        Task::none()
    }

    pub(super) fn watchers(&mut self, message: watchers::Message) -> Task<Message> {
        let chosen = self.sessions.chosen_mut();
        let (Screen::Watchers(state), Some(session)) = (&mut self.screen, chosen) else {
            return Task::none();
        };
        match state.update(message, session) {
            watchers::Action::None => {}
            watchers::Action::Back => return self.home(),
            watchers::Action::Decide(watchers, verdict) => session.decide(watchers, verdict),
            watchers::Action::Copy(text) => return iced::clipboard::write(text),
            watchers::Action::AddBuddy(watcher, name) => {
                let whom = session.whom(&watcher);
                return self.suggest(&whom, name);
            }
            watchers::Action::Forget => session.send(Command::ForgetWatchers),
            watchers::Action::Retry => session.send(Command::Retry),
            watchers::Action::KeepRules => session.send(Command::KeepRules),
            watchers::Action::RenewRules => session.send(Command::RenewRules),
        }
        self.look_at_preview();
        Task::none()
    }

    /// Asks what a person sees while somebody looks at it.
    pub(super) fn look_at_preview(&mut self) {
        if let (Screen::Watchers(state), Some(session)) =
            (&mut self.screen, self.sessions.chosen_mut())
            && let Some(watcher) = state.wants_preview(session)
        {
            session.send(Command::Preview { watcher });
        }
    }

    /// The form that adds a buddy, filled in.
    fn suggest(&mut self, whom: &Whom, name: String) -> Task<Message> {
        let Some(session) = self.sessions.by_id(whom.session) else {
            return Task::none();
        };
        let form = add_buddy::State::new(session);
        let form = form.filled(plain_text::address(&whom.address)).named(name);
        self.screen = Screen::AddBuddy(form);
        focus::to(add_buddy::ADDRESS)
    }

    /// Asks how everything fares while somebody looks at it.
    pub(super) fn look_at_health(&mut self) {
        if matches!(self.screen, Screen::Health) {
            self.send_chosen(Command::ReportHealth);
        }
    }

    /// Changes an account's own list: it is shown and kept as it is now.
    fn change_list(&mut self, id: SessionId, change: impl FnOnce(&mut Session)) -> Task<Message> {
        if let Some(session) = self.sessions.by_id_mut(id) {
            change(session);
        }
        self.refresh_office();
        self.save_account(id)
    }

    /// Lists the buddies in this way from now on.
    fn list(&mut self, list: ListSettings) -> Task<Message> {
        self.settings.list = list;
        self.refresh_office();
        self.save()
    }

    /// Publishes a status with every account, and keeps it for the next start.
    pub(super) fn set_status(
        &mut self,
        choice: &Choice,
        until: Option<Timestamp>,
    ) -> Task<Message> {
        for session in self.sessions.iter_mut() {
            let mut own = OwnStatus::of(&session.account, Timestamp::now());
            own.choose(choice.clone(), until);
            own.keep(&mut session.account);
            let Choice { status, note } = choice.clone();
            session.shown(|shown| {
                shown.own_status = status.clone();
                shown.own_note.clone_from(&note);
                shown.own_until = until;
            });
            session.send(Command::SetStatus {
                status,
                note,
                until,
            });
        }
        self.save_accounts(|_| true)
    }

    pub(super) fn add_buddy(&mut self, message: add_buddy::Message) -> Task<Message> {
        let Screen::AddBuddy(form) = &mut self.screen else {
            return Task::none();
        };
        match form.update(message) {
            add_buddy::Action::None => Task::none(),
            add_buddy::Action::Back => self.home(),
            add_buddy::Action::Add(buddy) => {
                let id = form.session();
                let adding = self.change_list(id, |session| {
                    session.send(Command::Watch {
                        address: buddy.address.clone(),
                    });
                    session.account.buddies.push(buddy);
                    session.account_changed();
                });
                Task::batch([adding, self.home()])
            }
        }
    }

    pub(super) fn settings_screen(&mut self, message: &settings::Message) -> Task<Message> {
        let Screen::Settings(state) = &mut self.screen else {
            return Task::none();
        };
        let action = state.update(message, &self.settings);
        let chosen = self.sessions.chosen().map(|session| session.id);
        if let Some(id) = chosen
            && let Some(task) = self.account_settings(id, &action)
        {
            return task;
        }
        match action {
            settings::Action::Back => self.home(),
            settings::Action::Appear(appearance) => self.appear(appearance),
            settings::Action::List(list) => self.list(list),
            settings::Action::Notify(notifications) => {
                self.settings.notifications = notifications;
                self.save()
            }
            settings::Action::Activity(activity) => {
                self.settings.activity = activity;
                for session in self.sessions.iter_mut() {
                    // What is kept for less time now goes at once, and what is kept at all begins to be.
                    session.activity.outdate();
                }
                Task::batch([self.keep_activity(), self.save()])
            }
            settings::Action::OpenActivity => self.open_activity(),
            settings::Action::Idle(idle) => self.idle(idle),
            settings::Action::WhenClosed(chosen) => {
                self.settings.window.when_closed = Some(chosen);
                self.save()
            }
            settings::Action::Autostart(start) => self.autostart(start),
            settings::Action::ShowKeys => self.show_keys(true),
            settings::Action::AddAccount => self.add_account(),
            settings::Action::OpenAccounts => self.open_accounts(),
            // Without an account there is nothing of it to change.
            settings::Action::None
            | settings::Action::Voicemail(_)
            | settings::Action::ChangePassword
            | settings::Action::Distrust(_)
            | settings::Action::LogInAgain
            | settings::Action::LogOut
            | settings::Action::Remove => Task::none(),
        }
    }

    /// What the settings ask of one account; `None`: of none.
    fn account_settings(
        &mut self,
        id: SessionId,
        action: &settings::Action,
    ) -> Option<Task<Message>> {
        Some(match action {
            settings::Action::Voicemail(number) => {
                if let Some(session) = self.sessions.by_id_mut(id) {
                    session.account.voicemail.clone_from(number);
                }
                self.save_account(id)
            }
            settings::Action::ChangePassword => self.ask(id, password::Why::Change),
            settings::Action::Distrust(trusted) => {
                let own = self.sessions.by_id(id)?.account.address.clone();
                self.distrust(&own, trusted)
            }
            settings::Action::LogInAgain => self.log_in_again(id),
            settings::Action::LogOut => self.log_out(id),
            settings::Action::Remove => {
                let own = self.sessions.by_id(id)?.account.address.clone();
                Task::batch([self.remove(&own), self.home()])
            }
            _ => return None,
        })
    }
}
