//! The main screen: own status, message lamp, requests, buddies, and the quiet line about the connection.

mod buddies;
mod certificate;
mod changes;
pub mod details;
mod directory;
mod drag;
mod footer;
pub mod group;
mod lamp;
mod listing;
pub mod own;
pub mod requests;
mod selection;
mod trouble;
mod why;

use std::time::Instant;

use iced::widget::{Column, column, container, responsive, row};
use iced::{Length, Size};
use jiff::Timestamp;

use self::changes::Changes;
use self::listing::Listing;
use self::selection::{Selected, list_key};
use crate::account::{Buddy, Choice, ListSettings, PermanentWish, Snapshot};
use crate::desktop::screen_reader::{Kind, Said};
use crate::fl;
use crate::ui::groups::{Placing, Regroup};
use crate::ui::news::News;
use crate::ui::plain_text;
use crate::ui::session::{Session, SessionId, Verdict, Whom};
use crate::ui::sessions::Sessions;
use crate::ui::theme::{self, Element, measure, radius, space};
use crate::ui::widget::control;
use crate::ui::widget::drag::Dragged;
use crate::ui::widget::focus::focus;

/// What is open, selected and scrolled.
#[derive(Debug, Clone, Default)]
pub struct State {
    /// The own status.
    own: own::State,
    /// Requests put off, and choices unfolded.
    requests: requests::State,
    troubles: trouble::State,
    /// The buddy removed last, and where it stood.
    removed: Option<(SessionId, usize, Buddy)>,
    /// What is selected.
    selected: Option<Selected>,
    /// The row that the selection was made in, as somebody may have several.
    cursor: usize,
    /// The name of the selected buddy or group as it is edited.
    typed: String,
    /// The name of a group that is to be made.
    typed_group: String,
    changes: Changes,
    /// What notifications were made of.
    pub news: News,
    listing: Listing,
    port: Port,
    /// What is dragged.
    drag: Option<drag::Drag>,
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
    /// At the top.
    Own(own::Message),
    /// On a card for a request.
    Request(requests::Message),
    /// 'Who sees you' was pressed.
    WatchersPressed,
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
    BuddyPressed(Whom),
    /// The program was started for this buddy.
    BuddyWanted(Whom),
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
    /// The quiet line was scrolled.
    FootScrolled,
    /// The details were closed.
    DetailsClosed,
    /// Something in the details of a buddy.
    Details(details::Message),
    /// Something with a group.
    Group(group::Message),
    /// The keyboard folds (or unfolds) the selected group.
    FoldPressed(Option<bool>),
    /// The pointer drags something in the list.
    Dragged(Dragged),
    /// The keyboard moves what is selected up (negative) or down.
    MovePressed(isize),
    /// Delete was pressed in the list.
    DeletePressed,
    /// 'Call' was pressed for this buddy or mailbox.
    CallPressed(String),
    /// The lamp of this account was pressed, and nobody knows whom to call.
    VoicemailWanted(SessionId),
    /// 'Tell me when available' was pressed for this buddy, or the opposite.
    AwaitPressed(Whom),
    /// 'Copy address' was pressed.
    CopyPressed(String),
    /// 'What they see' was pressed for this buddy.
    SightPressed(Whom),
    /// 'Remove' was pressed for this buddy.
    RemovePressed(Whom),
    /// 'Undo' was pressed.
    UndoPressed,
    /// The word about the removal was dismissed.
    UndoDismissed,
    /// 'Add a buddy' was pressed.
    AddPressed,
    /// 'Settings' was pressed.
    SettingsPressed,
    /// The state of this account's connection was pressed.
    HealthPressed(SessionId),
    /// 'All activity' was pressed.
    ActivityPressed,
    /// 'Try now' was pressed for this account.
    RetryPressed(SessionId),
    /// 'Enter password' was pressed for this account.
    PasswordPressed(SessionId),
    /// 'Log in again' was pressed for this account.
    LogInAgainPressed(SessionId),
    /// The certificate of a server that this account does not trust is to be seen.
    CertificatePressed(SessionId),
    /// What is wrong with this account's rules on the server is to be seen.
    RulesPressed(SessionId),
    /// 'Start afresh' was pressed for this account's list on the server, or the opposite.
    RenewPressed(Option<SessionId>),
    /// This account's list on the server is to be shown as it is, or none.
    ListShown(Option<SessionId>),
    /// It was meant, for this account.
    RenewConfirmed(SessionId),
    /// A trouble of this account was dismissed.
    TroubleDismissed(SessionId, String),
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
    /// Show the certificate of a server that is not trusted.
    OpenCertificate(SessionId),
    /// Publish this.
    SetStatus {
        /// The status and its note.
        choice: Choice,
        /// When it ends by itself.
        until: Option<Timestamp>,
        /// Whether it is also to stay when nobody is logged in.
        keep: bool,
    },
    /// Do this with the status that stays when nobody is logged in.
    Permanent(PermanentWish),
    /// Do not offer this status with its note any more.
    Forget(Choice),
    /// Move the keyboard to the end of the status.
    FocusEnd,
    /// Write this decision.
    Decide {
        /// About whom.
        watcher: Whom,
        /// What to do.
        verdict: Verdict,
    },
    /// Show who sees the own presence.
    OpenWatchers,
    /// Show who asks to see it.
    OpenRequests,
    /// Show what this person sees.
    OpenSight(Whom),
    /// Ask whether to add somebody who claims this name.
    Suggest(Whom, String),
    /// Explain what lies on the server in the place of the rules.
    OpenRules(SessionId),
    /// Keep a copy of the list on the server, which cannot be used, and put the one from here there.
    RenewBuddies(SessionId),
    /// Scroll the list to this offset.
    ScrollTo(f32),
    /// Scroll to the picker and focus its note.
    OpenPicker,
    /// Hand this address or link to whatever program takes it.
    Call(String),
    /// Ask which number the voicemail has.
    AskVoicemail(SessionId),
    /// Change how this buddy is kept.
    Edit(Whom, details::Edit),
    /// Change the groups.
    Regroup(Regroup),
    /// Put somebody of this account into another place or group.
    Place(SessionId, Placing),
    /// Move the keyboard to the search.
    OpenSearch,
    /// Move the keyboard to the list.
    FocusList,
    /// List those who are offline again.
    ShowOffline,
    /// Put this text into the clipboard.
    Copy(String),
    /// Stop watching this buddy.
    Remove(Whom),
    /// Watch this buddy again, at this place of the account's list.
    Restore(SessionId, usize, Buddy),
    /// Ask whom to add.
    AddBuddy,
    /// Open the settings.
    OpenSettings,
    /// Show how everything of this account fares.
    OpenHealth(SessionId),
    /// Show what has changed.
    OpenActivity,
    /// Try again at once.
    Retry(SessionId),
    /// Ask for the password.
    AskPassword(SessionId),
    /// Log in anew.
    LogInAgain(SessionId),
}

impl State {
    /// Takes in what happened.
    pub fn update(&mut self, message: Message, sessions: &Sessions) -> Action {
        match message {
            Message::Own(message) => return self.own.update(message, sessions),
            Message::Request(message) => {
                return match self.requests.update(message, sessions) {
                    requests::Action::None => Action::None,
                    requests::Action::Decide { watcher, verdict } => {
                        Action::Decide { watcher, verdict }
                    }
                    requests::Action::AddBuddy(watcher, name) => Action::Suggest(watcher, name),
                    requests::Action::ShowAll => Action::OpenRequests,
                };
            }
            Message::WatchersPressed => return Action::OpenWatchers,
            Message::RulesPressed(id) => return Action::OpenRules(id),
            Message::Scrolled {
                offset,
                height,
                content,
            } => {
                // The details open over the end of the list, perhaps over the very row that they are about.
                let resized = (height - self.port.height).abs() > 0.5;
                self.port = Port {
                    offset,
                    height,
                    above: (content - self.listing.height() - BELOW).max(0.0),
                };
                if resized && let Some(at) = self.selection(sessions) {
                    return self.reveal(at);
                }
            }
            Message::BuddyPressed(whom) => {
                if self.selected_buddy() == Some(&whom) {
                    self.selected = None;
                } else {
                    self.choose(whom, sessions);
                    self.cursor = self.selection(sessions).unwrap_or_default();
                }
            }
            Message::BuddyWanted(mut whom) => {
                let wanted = crate::ui::address::key(&whom.address);
                let session = sessions.by_id(whom.session);
                let mut known = session.into_iter().flat_map(|it| &it.snapshot.buddies);
                let known = known.find(|buddy| crate::ui::address::key(&buddy.address) == wanted);
                // It is shown as soon as the account knows it.
                if let Some(known) = known {
                    whom.address.clone_from(&known.address);
                }
                self.choose(whom, sessions);
                if let Some(at) = self.selection(sessions) {
                    return self.reveal(at);
                }
            }
            Message::SearchPressed if self.listing.search().is_some() => {
                self.look_for(None, sessions);
                return Action::FocusList;
            }
            Message::SearchPressed => {
                self.look_for(Some(String::new()), sessions);
                return Action::OpenSearch;
            }
            Message::LetterTyped(letter) => {
                self.look_for(Some(letter), sessions);
                return Action::OpenSearch;
            }
            Message::SearchEdited(search) => self.look_for(Some(search), sessions),
            Message::SearchSubmitted => {
                self.choose_row(0, sessions);
                return Action::FocusList;
            }
            Message::ShowOfflinePressed => return Action::ShowOffline,
            Message::SelectionMoved(by) => {
                return self.select(sessions, |at| at.map(|at| at.saturating_add_signed(by)));
            }
            Message::SelectionMovedTo(End::First) => return self.select(sessions, |_| Some(0)),
            Message::SelectionMovedTo(End::Last) => {
                return self.select(sessions, |_| Some(usize::MAX));
            }
            Message::DetailsScrolled | Message::FootScrolled => {}
            Message::DetailsClosed => self.selected = None,
            Message::Details(message) => return self.details(message),
            Message::Group(message) => return self.group(message, sessions),
            Message::FoldPressed(fold) => return self.fold(fold, sessions),
            Message::Dragged(dragged) => return self.dragged(dragged, sessions),
            Message::MovePressed(by) => return self.move_selected(by, sessions),
            Message::DeletePressed => {
                if let Some(whom) = self.selected_buddy().cloned() {
                    return self.update(Message::RemovePressed(whom), sessions);
                }
            }
            Message::CallPressed(address) => return Action::Call(address),
            Message::VoicemailWanted(id) => return Action::AskVoicemail(id),
            Message::AwaitPressed(whom) => self.news.toggle(&whom),
            Message::CopyPressed(address) => return Action::Copy(address),
            Message::SightPressed(whom) => return Action::OpenSight(whom),
            Message::RemovePressed(whom) => {
                if let Some(session) = sessions.by_id(whom.session) {
                    let key = crate::ui::address::key(&whom.address);
                    self.removed = session.place_of_key(&key).and_then(|place| {
                        let buddy = session.account.buddies.get(place)?;
                        Some((session.id, place, buddy.clone()))
                    });
                }
                self.selected = None;
                return Action::Remove(whom);
            }
            Message::UndoPressed => {
                if let Some((session, place, buddy)) = self.removed.take() {
                    return Action::Restore(session, place, buddy);
                }
            }
            Message::UndoDismissed => self.removed = None,
            Message::AddPressed => return Action::AddBuddy,
            Message::SettingsPressed => return Action::OpenSettings,
            Message::HealthPressed(id) => return Action::OpenHealth(id),
            Message::ActivityPressed => return Action::OpenActivity,
            Message::RetryPressed(id) => return Action::Retry(id),
            Message::PasswordPressed(id) => return Action::AskPassword(id),
            Message::LogInAgainPressed(id) => return Action::LogInAgain(id),
            Message::ListShown(shown) => self.troubles.shown = shown,
            Message::CertificatePressed(id) => return Action::OpenCertificate(id),
            Message::RenewPressed(renewing) => self.troubles.renewing = renewing,
            Message::RenewConfirmed(id) => {
                self.troubles.renewing = None;
                return Action::RenewBuddies(id);
            }
            Message::TroubleDismissed(id, message) => {
                self.troubles.dismissed.insert(id, message);
            }
            // What is dragged goes back to where it was, and nothing else happens.
            Message::EscapePressed if self.drag.take().is_some() => {}
            Message::EscapePressed => {
                if !self.own.close() && self.selected.take().is_none() && !self.requests.fold() {
                    self.look_for(None, sessions);
                }
            }
        }
        Action::None
    }

    /// A new snapshot came.
    pub fn refreshed(&mut self, sessions: &Sessions, list: ListSettings) {
        self.listing.arrange(sessions, list);
    }

    fn look_for(&mut self, search: Option<String>, sessions: &Sessions) {
        self.listing.look_for(search, sessions);
    }

    /// Compares two snapshots: who has changed, and whether the user looks. Belongs before [`State::refreshed`].
    pub fn learn(&mut self, before: &Snapshot, session: &Session, focused: bool) {
        let told = |address: &str| {
            let entry = session.entry(address);
            !focused && entry.is_none_or(|buddy| !buddy.muted)
        };
        self.changes.learn(before, session, told);
    }

    /// The user turns away from the window, and has seen what is new.
    pub fn looked_at(&mut self) {
        self.changes.all_seen();
    }

    /// Whether something is shown that changes with time alone.
    pub fn has_clock(&self, sessions: &Sessions) -> bool {
        let buddy = self.selected_buddy();
        let buddy = buddy.and_then(|whom| sessions.find(whom));
        buddy.is_some_and(|(_, buddy)| details::has_clock(buddy))
    }

    /// Shows it; the details stand beside the list where there is room, else below it.
    pub fn view<'a>(&'a self, sessions: &'a Sessions, now: Instant) -> Element<'a, Message> {
        responsive(move |size| self.laid_out(sessions, now, size)).into()
    }

    fn laid_out<'a>(
        &'a self,
        sessions: &'a Sessions,
        now: Instant,
        size: Size,
    ) -> Element<'a, Message> {
        let beside = size.width >= measure::BESIDE;
        let panel = self.panel(sessions).map(|panel| {
            let panel = container(panel)
                .padding(iced::Padding::from([space::L, measure::EDGE]).right(space::M));
            // Below the list it takes no more than half: the row it is about must be seen too.
            let (panel, most) = if beside {
                (panel.into(), f32::INFINITY)
            } else {
                let most = (size.height / 2.0).min(measure::DETAILS);
                (control::main_column(panel), most)
            };
            container(control::scroll(panel, |_| Message::DetailsScrolled))
                .max_height(most)
                .style(theme::panel)
        });
        let (right, below) = if beside { (panel, None) } else { (None, panel) };
        let narrow = size.width < measure::NARROW;
        let own = column![self.own.view(sessions, size.width), control::divider()];
        let mut foot = container(footer::view(sessions, now, narrow));
        // In a low window only the list keeps its room.
        let (above, first) = if size.height < measure::SHORT {
            let scrolled = control::scroll(foot, |_| Message::FootScrolled);
            foot = container(scrolled).max_height(size.height / 3.0);
            (None, Some(own))
        } else {
            (Some(own), None)
        };
        let main = Column::new()
            .push(above)
            .push(buddies::search(self))
            .push(self.list(sessions, first.map(Element::from), narrow))
            .push(below.map(|panel| column![control::divider(), panel.width(Length::Fill)]))
            .push(control::divider())
            .push(foot);
        match right {
            None => main.into(),
            Some(panel) => {
                let panel = panel.width(measure::SIDE).height(Length::Fill);
                row![main, control::upright(), panel].into()
            }
        }
    }

    /// What is known of the selected buddy, or can be done with the selected group.
    fn panel<'a>(&'a self, sessions: &'a Sessions) -> Option<Element<'a, Message>> {
        match self.selected.as_ref()? {
            Selected::Buddy(whom) => {
                let (session, buddy) = sessions.find(whom)?;
                Some(details::panel(self, sessions, session, buddy))
            }
            Selected::Group(name) if name.is_empty() => None,
            Selected::Group(name) => Some(group::panel(&self.typed, name)),
        }
    }

    /// `first`: what scrolls with it.
    fn list<'a>(
        &'a self,
        sessions: &'a Sessions,
        first: Option<Element<'a, Message>>,
        narrow: bool,
    ) -> Element<'a, Message> {
        let mut cards = Column::new().spacing(space::S);
        cards = cards.push(self.own.picker(sessions, narrow));
        cards = cards.push(certificate::notice(sessions));
        cards = cards.push(self.troubles.view(sessions));
        // Whoever looks for somebody wants to see who was found.
        if self.listing.search().is_none_or(str::is_empty) {
            cards = cards.push(lamp::view(sessions, narrow));
            let requests = self.requests.view(sessions);
            cards = cards.push(requests.map(|requests| requests.map(Message::Request)));
        }
        cards = cards.push(self.undo());
        let content = column![
            container(cards).padding(iced::Padding::from([space::M, space::M]).bottom(space::S)),
            buddies::list(self, sessions, narrow),
        ]
        .padding(iced::Padding::ZERO.bottom(BELOW));
        let content = Column::new()
            .push(first)
            .push(control::main_column(content));
        let list = control::scroll(content, |port| Message::Scrolled {
            offset: port.absolute_offset().y,
            height: port.bounds().height,
            content: port.content_bounds().height,
        })
        .id(LIST)
        .height(Length::Fill);
        focus(list)
            .id(LIST_FOCUS)
            .said(Said::of(Kind::Area).named(fl!("list-name")))
            .corner(radius::CONTROL)
            .on_key(list_key)
            .into()
    }

    fn undo<'a>(&self) -> Option<Element<'a, Message>> {
        let (.., buddy) = self.removed.as_ref()?;
        let name = if buddy.name.is_empty() {
            plain_text::address(&buddy.address)
        } else {
            plain_text::name(&buddy.name)
        };
        Some(buddies::undo(name))
    }
}

/// The name of the list.
pub const LIST: &str = "buddies";
/// The name of the list for the keyboard.
pub const LIST_FOCUS: &str = "buddies-focus";

/// The name of the search field.
pub const SEARCH: &str = "search-field";

/// The room below the last row.
const BELOW: f32 = space::M;

#[cfg(test)]
mod tests;
