//! The main screen: own status, message lamp, requests, buddies, and the quiet line about the connection.

mod buddies;
mod footer;
mod lamp;
mod listing;
mod own;
mod requests;

use std::collections::{HashMap, HashSet};
use std::time::Instant;

use iced::Length;
use iced::keyboard::key::Named;
use iced::keyboard::{Key, Modifiers};
use iced::widget::{Column, column, container};

use self::listing::Listing;
use crate::account::{Buddy, Connection, Decision, Fault, ListSettings, Status, Topic};
use crate::fl;
use crate::ui::news::News;
use crate::ui::plain_text;
use crate::ui::session::Session;
use crate::ui::theme::{Element, measure, radius, space};
use crate::ui::widget::control;
use crate::ui::widget::focus::focus;
use crate::ui::words;

/// What is open, selected and scrolled.
#[derive(Debug, Clone, Default)]
pub struct State {
    /// The note while the status picker is open; `None`: it is closed.
    picking: Option<String>,
    /// Requests put off until the user asks for them or the next start.
    later: HashSet<String>,
    /// Decisions on their way.
    deciding: HashMap<String, Decision>,
    /// The trouble that was read and dismissed.
    dismissed: Option<String>,
    /// The buddy removed last, and where it stood.
    removed: Option<(usize, Buddy)>,
    /// The selected buddy's address.
    selected: Option<String>,
    /// What notifications were made of.
    pub news: News,
    listing: Listing,
    port: Port,
}

/// The visible part of the list.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Port {
    /// How far the list is scrolled.
    offset: f32,
    /// How much of it can be seen.
    height: f32,
    /// Where its first row begins.
    above: f32,
}

impl Default for Port {
    fn default() -> Self {
        Self {
            offset: 0.0,
            // Until the toolkit has told: enough for any window.
            height: 2_000.0,
            above: 0.0,
        }
    }
}

/// What happened.
#[derive(Debug, Clone)]
pub enum Message {
    /// The own status was pressed.
    OwnPressed,
    /// The note was edited.
    NoteEdited(String),
    /// Enter was pressed in the note.
    NoteSubmitted,
    /// A status was chosen.
    StatusChosen(Status),
    /// 'Allow' was pressed for this watcher.
    AllowPressed(String),
    /// 'Block' was pressed for this watcher.
    BlockPressed(String),
    /// 'Later' was pressed for this watcher.
    LaterPressed(String),
    /// The requests that were put off are wanted.
    DeferredPressed,
    /// The list was scrolled, or its size changed.
    Scrolled {
        /// How far.
        offset: f32,
        /// How much can be seen.
        height: f32,
        /// The height of the whole content.
        content: f32,
    },
    /// A buddy was pressed.
    BuddyPressed(String),
    /// The program was started for this buddy.
    BuddyWanted(String),
    /// Search was asked for, or given up.
    SearchPressed,
    /// What is looked for was edited.
    SearchEdited(String),
    /// Enter was pressed in the search.
    SearchSubmitted,
    /// A letter was typed in the list.
    LetterTyped(String),
    /// Those who are offline are to be listed again.
    ShowOfflinePressed,
    /// The keyboard moved the selection by so many rows.
    SelectionMoved(isize),
    /// The keyboard moved the selection to an end.
    SelectionMovedTo(End),
    /// The details were scrolled.
    DetailsScrolled,
    /// The details were closed.
    DetailsClosed,
    /// 'Call' was pressed for this buddy.
    CallPressed(String),
    /// 'Tell me when available' was pressed for this buddy, or the opposite.
    AwaitPressed(String),
    /// 'Copy address' was pressed.
    CopyPressed(String),
    /// 'Remove' was pressed for this buddy.
    RemovePressed(String),
    /// 'Undo' was pressed.
    UndoPressed,
    /// The word about the removal was dismissed.
    UndoDismissed,
    /// 'Add a buddy' was pressed.
    AddPressed,
    /// 'Settings' was pressed.
    SettingsPressed,
    /// The state of the connection was pressed.
    HealthPressed,
    /// 'Try now' was pressed.
    RetryPressed,
    /// 'Enter password' was pressed.
    PasswordPressed,
    /// 'Log in again' was pressed.
    LogInAgainPressed,
    /// A trouble was dismissed.
    TroubleDismissed(String),
    /// Escape was pressed: close what is open.
    EscapePressed,
}

/// One end of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The first row.
    First,
    /// The last row.
    Last,
}

/// What the application is asked to do.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Nothing.
    None,
    /// Publish this status.
    SetStatus {
        /// The status.
        status: Status,
        /// The note.
        note: String,
    },
    /// Write this decision.
    Decide {
        /// About whom.
        watcher: String,
        /// What to do.
        decision: Decision,
    },
    /// Scroll the list to this offset.
    ScrollTo(f32),
    /// Scroll to the picker and focus its note.
    OpenPicker,
    /// Hand this address to the telephone.
    Call(String),
    /// Move the keyboard to the search.
    OpenSearch,
    /// Move the keyboard to the list.
    FocusList,
    /// List those who are offline again.
    ShowOffline,
    /// Put this text into the clipboard.
    Copy(String),
    /// Stop watching this buddy.
    Remove(String),
    /// Watch this buddy again, at this place of the list.
    Restore(usize, Buddy),
    /// Ask whom to add.
    AddBuddy,
    /// Open the settings.
    OpenSettings,
    /// Show how everything fares.
    OpenHealth,
    /// Try again at once.
    Retry,
    /// Ask for the password.
    AskPassword,
    /// Log in anew.
    LogInAgain,
}

impl State {
    /// Takes in what happened.
    pub fn update(&mut self, message: Message, session: &Session) -> Action {
        match message {
            Message::OwnPressed if self.picking.is_some() => self.picking = None,
            Message::OwnPressed => {
                self.picking = Some(session.snapshot.own_note.clone());
                return Action::OpenPicker;
            }
            Message::NoteEdited(note) => self.picking = Some(note),
            Message::NoteSubmitted => {
                let status = match &session.snapshot.own_status {
                    Status::Unknown => Status::Available,
                    status => status.clone(),
                };
                return self.set_status(status);
            }
            Message::StatusChosen(status) => return self.set_status(status),
            Message::AllowPressed(watcher) => return self.decide(watcher, Decision::Allow),
            Message::BlockPressed(watcher) => return self.decide(watcher, Decision::Block),
            Message::LaterPressed(watcher) => {
                self.later.insert(watcher);
            }
            Message::DeferredPressed => self.later.clear(),
            Message::Scrolled {
                offset,
                height,
                content,
            } => {
                let rows = self.listing.len(session);
                // The details open over the end of the list, perhaps over the very row that they are about.
                let resized = (height - self.port.height).abs() > 0.5;
                self.port = Port {
                    offset,
                    height,
                    above: (content - buddies::height(rows) - BELOW).max(0.0),
                };
                if resized && let Some(at) = self.selection(session) {
                    return self.reveal(at);
                }
            }
            Message::BuddyPressed(address) => {
                let same = self.selected.as_ref() == Some(&address);
                self.selected = (!same).then_some(address);
            }
            Message::BuddyWanted(address) => {
                let wanted = crate::ui::address::key(&address);
                let buddies = &session.snapshot.buddies;
                let known = buddies
                    .iter()
                    .find(|buddy| crate::ui::address::key(&buddy.address) == wanted);
                // It is shown as soon as the account knows it.
                let address = known.map_or(address, |buddy| buddy.address.clone());
                self.selected = Some(address);
                if let Some(at) = self.selection(session) {
                    return self.reveal(at);
                }
            }
            Message::SearchPressed if self.listing.search().is_some() => {
                self.look_for(None, session);
                return Action::FocusList;
            }
            Message::SearchPressed => {
                self.look_for(Some(String::new()), session);
                return Action::OpenSearch;
            }
            Message::LetterTyped(letter) => {
                self.look_for(Some(letter), session);
                return Action::OpenSearch;
            }
            Message::SearchEdited(search) => self.look_for(Some(search), session),
            Message::SearchSubmitted => {
                let found = self.listing.at(session, 0);
                self.selected = found.map(|buddy| buddy.address.clone());
                return Action::FocusList;
            }
            Message::ShowOfflinePressed => return Action::ShowOffline,
            Message::SelectionMoved(by) => {
                return self.select(session, |at| at.map(|at| at.saturating_add_signed(by)));
            }
            Message::SelectionMovedTo(End::First) => return self.select(session, |_| Some(0)),
            Message::SelectionMovedTo(End::Last) => {
                return self.select(session, |_| Some(usize::MAX));
            }
            Message::DetailsScrolled => {}
            Message::DetailsClosed => self.selected = None,
            Message::CallPressed(address) => return Action::Call(address),
            Message::AwaitPressed(address) => self.news.toggle(&address),
            Message::CopyPressed(address) => return Action::Copy(address),
            Message::RemovePressed(address) => {
                let buddies = &session.account.buddies;
                let place = buddies
                    .iter()
                    .position(|buddy| crate::ui::address::same(&buddy.address, &address));
                if let Some(place) = place {
                    self.removed = buddies.get(place).map(|buddy| (place, buddy.clone()));
                }
                self.selected = None;
                return Action::Remove(address);
            }
            Message::UndoPressed => {
                if let Some((place, buddy)) = self.removed.take() {
                    return Action::Restore(place, buddy);
                }
            }
            Message::UndoDismissed => self.removed = None,
            Message::AddPressed => return Action::AddBuddy,
            Message::SettingsPressed => return Action::OpenSettings,
            Message::HealthPressed => return Action::OpenHealth,
            Message::RetryPressed => return Action::Retry,
            Message::PasswordPressed => return Action::AskPassword,
            Message::LogInAgainPressed => return Action::LogInAgain,
            Message::TroubleDismissed(message) => self.dismissed = Some(message),
            Message::EscapePressed => {
                if self.picking.take().is_none() && self.selected.take().is_none() {
                    self.look_for(None, session);
                }
            }
        }
        Action::None
    }

    /// A new snapshot came: decisions that took effect or failed are no longer on their way.
    pub fn refreshed(&mut self, session: &Session, list: ListSettings) {
        self.listing.arrange(session, list);
        let open: HashSet<&str> = session
            .snapshot
            .requests()
            .iter()
            .map(|watcher| watcher.watcher.as_str())
            .collect();
        let failed = |watcher: &str| {
            session
                .snapshot
                .rules
                .iter()
                .find(|rule| rule.watcher == watcher)
                .is_some_and(|rule| matches!(rule.state, "failed" | "conflict"))
        };
        self.deciding
            .retain(|watcher, _| open.contains(watcher.as_str()) && !failed(watcher));
    }

    fn look_for(&mut self, search: Option<String>, session: &Session) {
        self.listing.look_for(search);
        self.listing.arrange_again(session);
    }

    fn set_status(&mut self, status: Status) -> Action {
        let note = self.picking.take().unwrap_or_default().trim().to_owned();
        Action::SetStatus { status, note }
    }

    fn decide(&mut self, watcher: String, decision: Decision) -> Action {
        self.deciding.insert(watcher.clone(), decision);
        Action::Decide { watcher, decision }
    }

    /// Moves the selection and scrolls it into view.
    fn select(
        &mut self,
        session: &Session,
        to: impl FnOnce(Option<usize>) -> Option<usize>,
    ) -> Action {
        let Some(last) = self.listing.len(session).checked_sub(1) else {
            return Action::None;
        };
        let target = to(self.selection(session)).unwrap_or(0).min(last);
        let buddy = self.listing.at(session, target);
        self.selected = buddy.map(|buddy| buddy.address.clone());
        self.reveal(target)
    }

    /// Where the selected buddy stands in the list.
    fn selection(&self, session: &Session) -> Option<usize> {
        self.listing.row(session, self.selected.as_ref()?)
    }

    /// Scrolls a row into view.
    fn reveal(&self, row: usize) -> Action {
        let top = self.port.above + buddies::height(row);
        let bottom = top + measure::ROW;
        if top < self.port.offset {
            Action::ScrollTo(top)
        } else if bottom > self.port.offset + self.port.height {
            Action::ScrollTo(bottom - self.port.height)
        } else {
            Action::None
        }
    }

    /// Shows it.
    pub fn view<'a>(&'a self, session: &'a Session, now: Instant) -> Element<'a, Message> {
        let mut cards = Column::new().spacing(space::S);
        cards = cards.push(own::picker(self, session));
        cards = cards.push(self.trouble(session));
        // Whoever looks for somebody wants to see who was found.
        if self.listing.search().is_none_or(str::is_empty) {
            cards = cards.push(lamp::view(&session.snapshot));
            cards = cards.push(requests::view(self, session));
        }
        cards = cards.push(self.undo());
        let content = column![
            container(cards).padding(iced::Padding::from([space::M, space::M]).bottom(space::S)),
            buddies::list(self, session),
        ]
        .padding(iced::Padding::ZERO.bottom(BELOW));
        let list = control::scroll(control::main_column(content), |port| Message::Scrolled {
            offset: port.absolute_offset().y,
            height: port.bounds().height,
            content: port.content_bounds().height,
        })
        .id(LIST)
        .height(Length::Fill);
        let list = focus(list)
            .id(LIST_FOCUS)
            .corner(radius::CONTROL)
            .on_key(list_key);
        column![
            own::view(self, session),
            control::divider(),
            buddies::search(self),
            list,
            buddies::details(self, session),
            control::divider(),
            footer::view(session, now),
        ]
        .into()
    }

    fn trouble<'a>(&self, session: &Session) -> Option<Element<'a, Message>> {
        let trouble = session.snapshot.troubles.first()?;
        // That the rules want the password too goes without saying while it is asked for.
        let same = trouble.topic == Topic::Rules(Fault::Authentication)
            && matches!(
                session.snapshot.connection,
                Connection::PasswordNeeded { .. }
            );
        if same || self.dismissed.as_ref() == Some(&trouble.message) {
            return None;
        }
        let dismiss = Message::TroubleDismissed(trouble.message.clone());
        let (what, why) = words::trouble(trouble);
        Some(control::notice(
            what,
            why,
            [control::tinted(fl!("dismiss"), Some(dismiss))],
        ))
    }

    fn undo<'a>(&self) -> Option<Element<'a, Message>> {
        let (_, buddy) = self.removed.as_ref()?;
        let name = if buddy.name.is_empty() {
            plain_text::address(&buddy.address)
        } else {
            plain_text::name(&buddy.name)
        };
        Some(buddies::undo(name))
    }
}

/// What keys do in the list.
fn list_key(key: &Key, modifiers: Modifiers) -> Option<Message> {
    if modifiers.command() || modifiers.alt() {
        return None;
    }
    let key = match key {
        // What is typed in the list is looked for.
        Key::Character(letter) => return Some(Message::LetterTyped(letter.to_string())),
        Key::Named(key) => key,
        Key::Unidentified => return None,
    };
    Some(match key {
        Named::ArrowDown => Message::SelectionMoved(1),
        Named::ArrowUp => Message::SelectionMoved(-1),
        Named::PageDown => Message::SelectionMoved(PAGE),
        Named::PageUp => Message::SelectionMoved(-PAGE),
        Named::Home => Message::SelectionMovedTo(End::First),
        Named::End => Message::SelectionMovedTo(End::Last),
        _ => return None,
    })
}

/// The name of the list.
pub const LIST: &str = "buddies";
/// The name of the list for the keyboard.
pub const LIST_FOCUS: &str = "buddies-focus";

/// The name of the search field.
pub const SEARCH: &str = "search-field";

/// The name of the note field.
pub const NOTE: &str = "own-note";

/// The room below the last row.
const BELOW: f32 = 12.0;
/// The rows that a page key moves by.
const PAGE: isize = 8;

#[cfg(test)]
mod tests;
