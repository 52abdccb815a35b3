//! Keys with a meaning everywhere, and what each does.

use iced::Task;

use super::{App, Message, Screen};
use crate::ui::screen::shortcuts::Reach;
use crate::ui::screen::{activity, office, trace, watchers};
use crate::ui::widget::focus;

/// A key with a meaning everywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shortcut {
    /// Ctrl+N.
    AddBuddy,
    /// Ctrl+F.
    Search,
    /// Ctrl+comma.
    Settings,
    /// Ctrl+P.
    Watchers,
    /// Ctrl+U.
    Accounts,
    /// Ctrl+T.
    Trace,
    /// Ctrl+H.
    Activity,
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
    /// F1.
    Help,
}

impl App {
    pub(super) fn shortcut(&mut self, shortcut: Shortcut) -> Task<Message> {
        if self.leads_elsewhere(shortcut) {
            // What it leads to would be behind the list of keys.
            self.keys_shown = false;
        }
        let percent = self.settings.appearance.scale_percent;
        match shortcut {
            Shortcut::AddBuddy => self.open_add_buddy(),
            Shortcut::Search => match &self.screen {
                Screen::Office => self.office(office::Message::SearchPressed),
                Screen::Watchers(_) => focus::to(watchers::SEARCH),
                Screen::Trace(_) => focus::to(trace::SEARCH),
                Screen::Activity(_) => focus::to(activity::SEARCH),
                _ => Task::none(),
            },
            Shortcut::Settings => self.open_settings(),
            Shortcut::Watchers => self.open_watchers(watchers::State::new(watchers::Tab::Watching)),
            Shortcut::Accounts => self.open_accounts(),
            Shortcut::Activity => self.open_activity(),
            Shortcut::Trace => self.open_trace(trace::Filter::default()),
            Shortcut::Back if self.frame.explains => {
                self.frame.explains = false;
                Task::none()
            }
            Shortcut::Back if self.keys_shown => self.show_keys(false),
            Shortcut::Back => match &mut self.screen {
                Screen::LogIn(form) => {
                    if form.escape() || self.sessions.is_empty() {
                        Task::none()
                    } else {
                        self.home()
                    }
                }
                Screen::Office => self.office(office::Message::EscapePressed),
                Screen::Watchers(state) => {
                    if state.escape() {
                        Task::none()
                    } else {
                        self.home()
                    }
                }
                Screen::Accounts(state) => {
                    if state.escape() {
                        Task::none()
                    } else {
                        self.home()
                    }
                }
                Screen::Trace(state) => {
                    if state.escape() {
                        Task::none()
                    } else {
                        self.home()
                    }
                }
                _ => self.home(),
            },
            Shortcut::Larger => self.scale((percent + 10).min(200)),
            Shortcut::Smaller => self.scale(percent.saturating_sub(10).max(80)),
            Shortcut::NormalSize => self.scale(100),
            Shortcut::Quit => self.close(),
            Shortcut::Help => self.show_keys(!self.keys_shown),
        }
    }

    /// What there is for a key to lead to.
    pub(super) fn reach(&self) -> Reach {
        let list = !self.sessions.is_empty();
        Reach {
            list,
            accounts: self.has_accounts(),
            trace: list || !self.trials.is_empty(),
        }
    }

    /// Whether a key brings another screen, or a field of this one.
    fn leads_elsewhere(&self, shortcut: Shortcut) -> bool {
        let reach = self.reach();
        match shortcut {
            Shortcut::AddBuddy | Shortcut::Watchers | Shortcut::Activity => reach.list,
            Shortcut::Trace => reach.trace,
            Shortcut::Settings => true,
            Shortcut::Accounts => reach.accounts,
            Shortcut::Search => matches!(
                self.screen,
                Screen::Office | Screen::Watchers(_) | Screen::Trace(_) | Screen::Activity(_)
            ),
            Shortcut::Back
            | Shortcut::Larger
            | Shortcut::Smaller
            | Shortcut::NormalSize
            | Shortcut::Quit
            | Shortcut::Help => false,
        }
    }

    /// Shows the list of keys before the screen, whose fields stay as they are.
    pub(super) fn show_keys(&mut self, shown: bool) -> Task<Message> {
        self.keys_shown = shown;
        Task::none()
    }
}
