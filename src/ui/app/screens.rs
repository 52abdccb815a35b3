//! What the screens ask for, done.

use std::sync::Arc;

use iced::Task;

use super::{App, Message, Screen, scroll_to};
use jiff::Timestamp;

use crate::account::{self, Choice, Command, Connection, ListSettings, OwnStatus, PermanentWish};
use crate::ui::activity::Log;
use crate::ui::address;
use crate::ui::groups;
use crate::ui::plain_text;
use crate::ui::screen::office::details::Edit;
use crate::ui::screen::{add_buddy, health, log_in, office, password, settings, watchers};
use crate::ui::widget::focus;

impl App {
    pub(super) fn log_in(&mut self, message: log_in::Message) -> Task<Message> {
        let Screen::LogIn(form) = &mut self.screen else {
            return Task::none();
        };
        match form.update(message) {
            log_in::Action::None => Task::none(),
            log_in::Action::Correct(field) => focus::to(field),
            log_in::Action::OpenDemo => match self.backend.as_ref().and_then(|b| b.open_demo()) {
                Some(opening) => Task::perform(opening, Message::DemoOpened),
                None => Task::none(),
            },
            log_in::Action::LogIn {
                account,
                password,
                remember,
            } => {
                self.keep(&account);
                let saving = self.save();
                let entering = self.enter(account, Some(password.clone()), false);
                self.typed(password, remember);
                Task::batch([saving, entering])
            }
        }
    }

    pub(super) fn office(&mut self, message: office::Message) -> Task<Message> {
        let Some(session) = &mut self.session else {
            return Task::none();
        };
        match self.office.update(message, session) {
            office::Action::None => Task::none(),
            office::Action::SetStatus {
                choice,
                until,
                keep,
            } => {
                account::remember(&mut session.account, &choice);
                if keep {
                    let wish = PermanentWish::Keep(choice.clone());
                    session.send(Command::Permanent(wish));
                }
                self.set_status(choice, until)
            }
            office::Action::Permanent(wish) => {
                session.send(Command::Permanent(wish));
                Task::none()
            }
            office::Action::Forget(choice) => {
                account::forget(&mut session.account, &choice);
                self.save_account()
            }
            office::Action::FocusEnd => focus::to(office::own::END),
            office::Action::Decide { watcher, verdict } => {
                session.decide(vec![watcher], verdict);
                Task::none()
            }
            office::Action::OpenWatchers => {
                self.open_watchers(watchers::State::new(watchers::Tab::Watching))
            }
            office::Action::OpenRequests => {
                self.open_watchers(watchers::State::new(watchers::Tab::Requests))
            }
            office::Action::OpenSight(address) => {
                let watcher = address::key(&address);
                let state = watchers::State::new(watchers::Tab::Watching);
                let state = state.about(&watcher, session);
                self.open_watchers(state)
            }
            office::Action::OpenRules => {
                let state = watchers::State::new(watchers::Tab::Watching);
                self.open_watchers(state.showing_rules())
            }
            office::Action::RenewBuddies => {
                session.send(Command::RenewBuddies);
                Task::none()
            }
            office::Action::Suggest(watcher, name) => self.suggest(&watcher, name),
            office::Action::ScrollTo(y) => scroll_to(y),
            office::Action::OpenPicker => {
                if !session.account.xcap_root.is_empty() {
                    // Another device may have changed it.
                    session.send(Command::Permanent(PermanentWish::Ask));
                }
                Task::batch([scroll_to(0.0), focus::to(office::own::NOTE)])
            }
            office::Action::Call(address) => self.call(&address),
            office::Action::AskVoicemail => self.ask_voicemail(),
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
            office::Action::Remove(address) => {
                session
                    .account
                    .buddies
                    .retain(|buddy| !address::same(&buddy.address, &address));
                session.account_changed();
                session.unwatch(&address);
                self.rearranged()
            }
            office::Action::Restore(place, buddy) => {
                if !buddy.paused {
                    session.watch(&buddy.address, buddy.calls);
                }
                let buddies = &mut session.account.buddies;
                buddies.insert(place.min(buddies.len()), buddy);
                session.account_changed();
                self.rearranged()
            }
            office::Action::Edit(address, edit) => {
                session.edit(&address, |buddy| edit.apply(buddy));
                match edit {
                    Edit::Watch(true) => {
                        let calls = session.entry(&address).is_some_and(|buddy| buddy.calls);
                        session.watch(&address, calls);
                    }
                    Edit::Watch(false) => session.unwatch(&address),
                    Edit::Calls(true) => session.watch_calls(&address),
                    Edit::Calls(false) => session.unwatch_calls(&address),
                    Edit::Name(_) | Edit::Mute(_) | Edit::Announce(_) | Edit::Group(..) => {}
                }
                self.rearranged()
            }
            office::Action::Regroup(wish) => {
                groups::regroup(&mut session.account, &wish);
                session.account_changed();
                self.rearranged()
            }
            office::Action::AddBuddy => self.open_add_buddy(),
            office::Action::OpenSettings => self.open_settings(),
            office::Action::OpenHealth => {
                self.screen = Screen::Health;
                self.look_at_health();
                Task::none()
            }
            office::Action::OpenActivity => self.open_activity(),
            office::Action::Retry => {
                session.send(Command::Retry);
                Task::none()
            }
            office::Action::AskPassword => self.ask_password(),
            office::Action::LogInAgain => self.log_in_again(),
        }
    }

    /// Shows the field for the number of the voicemail.
    pub(super) fn ask_voicemail(&mut self) -> Task<Message> {
        let opening = self.open_settings();
        Task::batch([opening, focus::to(settings::VOICEMAIL)])
    }

    pub(super) fn health(&mut self, message: &health::Message) -> Task<Message> {
        match health::update(message) {
            health::Action::None => {}
            health::Action::Retry => {
                if let Some(session) = &mut self.session {
                    session.send(Command::Retry);
                }
                self.look_at_health();
            }
            health::Action::Refresh(part) => {
                if let Some(session) = &mut self.session {
                    session.send(Command::Refresh(part));
                }
                self.look_at_health();
            }
            health::Action::Resubscribe(id) => {
                if let Some(session) = &mut self.session {
                    session.send(Command::Resubscribe { id });
                }
                self.look_at_health();
            }
            health::Action::OpenTrace(filter) => return self.open_trace(filter),
            health::Action::Back => return self.home(),
        }
        Task::none()
    }

    /// Shows who may see the own presence.
    pub(super) fn open_watchers(&mut self, state: watchers::State) -> Task<Message> {
        if self.session.is_some() {
            self.screen = Screen::Watchers(state);
            self.look_at_preview();
        }
        Task::none()
    }

    pub(super) fn watchers(&mut self, message: watchers::Message) -> Task<Message> {
        let (Screen::Watchers(state), Some(session)) = (&mut self.screen, &mut self.session) else {
            return Task::none();
        };
        match state.update(message, session) {
            watchers::Action::None => {}
            watchers::Action::Back => return self.home(),
            watchers::Action::Decide(watchers, verdict) => session.decide(watchers, verdict),
            watchers::Action::Copy(text) => return iced::clipboard::write(text),
            watchers::Action::AddBuddy(watcher, name) => return self.suggest(&watcher, name),
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
        if let (Screen::Watchers(state), Some(session)) = (&mut self.screen, &mut self.session)
            && let Some(watcher) = state.wants_preview(session)
        {
            session.send(Command::Preview { watcher });
        }
    }

    /// The form that adds a buddy, filled in.
    fn suggest(&mut self, watcher: &str, name: String) -> Task<Message> {
        let Some(session) = &self.session else {
            return Task::none();
        };
        let form = add_buddy::State::new(&session.account.address, &session.account.buddies);
        let form = form.filled(plain_text::address(watcher)).named(name);
        self.screen = Screen::AddBuddy(form);
        focus::to(add_buddy::ADDRESS)
    }

    /// Asks how everything fares while somebody looks at it.
    pub(super) fn look_at_health(&mut self) {
        if let (Screen::Health, Some(session)) = (&self.screen, &mut self.session) {
            session.send(Command::ReportHealth);
        }
    }

    /// The own list has changed: it is shown and kept as it is now.
    fn rearranged(&mut self) -> Task<Message> {
        if let Some(session) = &self.session {
            self.office.refreshed(session, self.settings.list);
        }
        self.save_account()
    }

    /// Lists the buddies in this way from now on.
    fn list(&mut self, list: ListSettings) -> Task<Message> {
        self.settings.list = list;
        if let Some(session) = &self.session {
            self.office.refreshed(session, list);
        }
        self.save()
    }

    /// Publishes a status, and keeps it for the next start.
    pub(super) fn set_status(&mut self, choice: Choice, until: Option<Timestamp>) -> Task<Message> {
        let Some(session) = &mut self.session else {
            return Task::none();
        };
        let mut own = OwnStatus::of(&session.account, Timestamp::now());
        own.choose(choice.clone(), until);
        own.keep(&mut session.account);
        let Choice { status, note } = choice;
        // Shown at once; the account's next word confirms it.
        let mut shown = (*session.snapshot).clone();
        shown.own_status = status.clone();
        shown.own_note.clone_from(&note);
        shown.own_until = until;
        session.snapshot = Arc::new(shown);
        session.send(Command::SetStatus {
            status,
            note,
            until,
        });
        self.save_account()
    }

    pub(super) fn add_buddy(&mut self, message: add_buddy::Message) -> Task<Message> {
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

    pub(super) fn settings_screen(&mut self, message: &settings::Message) -> Task<Message> {
        let Screen::Settings(state) = &mut self.screen else {
            return Task::none();
        };
        match state.update(message, &self.settings) {
            settings::Action::None => Task::none(),
            settings::Action::Back => self.home(),
            settings::Action::Appear(appearance) => self.appear(appearance),
            settings::Action::List(list) => self.list(list),
            settings::Action::Notify(notifications) => {
                self.settings.notifications = notifications;
                self.save()
            }
            settings::Action::Activity(activity) => {
                self.settings.activity = activity;
                if let Some(session) = &mut self.session {
                    // What is kept for less time now goes at once, and what is kept at all begins to be.
                    session.activity.outdate();
                }
                Task::batch([self.keep_activity(), self.save()])
            }
            settings::Action::OpenActivity => self.open_activity(),
            settings::Action::Voicemail(number) => {
                if let Some(session) = &mut self.session {
                    session.account.voicemail = number;
                }
                self.save_account()
            }
            settings::Action::Idle(idle) => self.idle(idle),
            settings::Action::WhenClosed(chosen) => {
                self.settings.window.when_closed = Some(chosen);
                self.save()
            }
            settings::Action::Autostart(start) => self.autostart(start),
            settings::Action::ChangePassword => self.ask(password::Why::Change),
            settings::Action::LogInAgain => self.log_in_again(),
            settings::Action::ShowKeys => self.show_keys(true),
            settings::Action::LogOut => self.log_out(),
            settings::Action::Remove => {
                let Some(address) = self.session.as_ref().map(|s| s.account.address.clone()) else {
                    return Task::none();
                };
                if let Some(session) = &mut self.session {
                    session.send(Command::ForgetWatchers);
                    // Its file goes with the others; nothing is to write it anew.
                    session.activity = Log::default();
                }
                let id = self.session.as_ref().map_or(0, |session| session.id);
                let leaving = self.leave();
                let erasing = self.erase(id, address.clone());
                self.settings
                    .accounts
                    .retain(|account| !address::same(&account.address, &address));
                let forgetting = match &self.backend {
                    Some(backend) => Task::perform(backend.forget(address), Message::Forgotten),
                    None => Task::none(),
                };
                self.screen = Screen::LogIn(self.log_in_form());
                Task::batch([leaving, erasing, forgetting, self.save()])
            }
        }
    }

    pub(super) fn password(&mut self, message: password::Message) -> Task<Message> {
        let Screen::Password(form) = &mut self.screen else {
            return Task::none();
        };
        match form.update(message) {
            password::Action::None => Task::none(),
            password::Action::Back => self.home(),
            password::Action::EditAccount => self.log_out(),
            password::Action::Use { password, remember } => {
                let Some(session) = &mut self.session else {
                    return self.home();
                };
                session.send(Command::Password(password.clone()));
                self.asked = false;
                // The account still says 'password needed' until it has tried; do not ask again because of that.
                let mut shown = (*session.snapshot).clone();
                shown.connection = Connection::Connecting;
                session.snapshot = Arc::new(shown);
                self.typed(password, remember);
                self.home()
            }
        }
    }
}
