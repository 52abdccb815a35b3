//! The main screen: own status, message lamp, requests, buddies, and the quiet line about the connection.

mod buddies;
mod changes;
pub mod details;
mod directory;
mod footer;
pub mod group;
mod lamp;
mod listing;
pub mod own;
pub mod requests;
mod selection;
mod why;

use std::time::Instant;

use iced::widget::{Column, column, container, responsive, row};
use iced::{Length, Size};
use jiff::Timestamp;

use self::changes::Changes;
use self::listing::Listing;
use self::selection::{Selected, list_key};
use crate::account::{
    Buddy, Choice, Connection, DocumentCause, Fault, ListSettings, PermanentWish, Snapshot, Topic,
};
use crate::fl;
use crate::ui::groups::Regroup;
use crate::ui::news::News;
use crate::ui::plain_text;
use crate::ui::session::{Session, Verdict};
use crate::ui::theme::{self, Element, measure, radius, space};
use crate::ui::widget::control;
use crate::ui::widget::focus::focus;
use crate::ui::words;

/// What is open, selected and scrolled.
#[derive(Debug, Clone, Default)]
pub struct State {
    /// The own status.
    own: own::State,
    /// Requests put off, and choices unfolded.
    requests: requests::State,
    /// The trouble that was read and dismissed.
    dismissed: Option<String>,
    /// Whether 'start afresh' was pressed once for the list on the server.
    renewing: bool,
    /// The buddy removed last, and where it stood.
    removed: Option<(usize, Buddy)>,
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
    /// Something in the details of a buddy.
    Details(details::Message),
    /// Something with a group.
    Group(group::Message),
    /// The keyboard folds (or unfolds) the selected group.
    FoldPressed(Option<bool>),
    /// Delete was pressed in the list.
    DeletePressed,
    /// 'Call' was pressed for this buddy or mailbox.
    CallPressed(String),
    /// The lamp was pressed, and nobody knows whom to call.
    VoicemailWanted,
    /// 'Tell me when available' was pressed for this buddy, or the opposite.
    AwaitPressed(String),
    /// 'Copy address' was pressed.
    CopyPressed(String),
    /// 'What they see' was pressed for this buddy.
    SightPressed(String),
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
    /// 'All activity' was pressed.
    ActivityPressed,
    /// 'Try now' was pressed.
    RetryPressed,
    /// 'Enter password' was pressed.
    PasswordPressed,
    /// 'Log in again' was pressed.
    LogInAgainPressed,
    /// What is wrong with the rules on the server is to be seen.
    RulesPressed,
    /// 'Start afresh' was pressed for the list on the server, or the opposite.
    RenewPressed(bool),
    /// It was meant.
    RenewConfirmed,
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
        watcher: String,
        /// What to do.
        verdict: Verdict,
    },
    /// Show who sees the own presence.
    OpenWatchers,
    /// Show who asks to see it.
    OpenRequests,
    /// Show what this person sees.
    OpenSight(String),
    /// Ask whether to add somebody who claims this name.
    Suggest(String, String),
    /// Explain what lies on the server in the place of the rules.
    OpenRules,
    /// Keep a copy of the list on the server, which cannot be used, and put the one from here there.
    RenewBuddies,
    /// Scroll the list to this offset.
    ScrollTo(f32),
    /// Scroll to the picker and focus its note.
    OpenPicker,
    /// Hand this address or link to whatever program takes it.
    Call(String),
    /// Ask which number the voicemail has.
    AskVoicemail,
    /// Change how this buddy is kept.
    Edit(String, details::Edit),
    /// Change the groups.
    Regroup(Regroup),
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
    /// Show what has changed.
    OpenActivity,
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
            Message::Own(message) => return self.own.update(message, session),
            Message::Request(message) => {
                return match self.requests.update(message, session) {
                    requests::Action::None => Action::None,
                    requests::Action::Decide { watcher, verdict } => {
                        Action::Decide { watcher, verdict }
                    }
                    requests::Action::AddBuddy(watcher, name) => Action::Suggest(watcher, name),
                    requests::Action::ShowAll => Action::OpenRequests,
                };
            }
            Message::WatchersPressed => return Action::OpenWatchers,
            Message::RulesPressed => return Action::OpenRules,
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
                if resized && let Some(at) = self.selection(session) {
                    return self.reveal(at);
                }
            }
            Message::BuddyPressed(address) => {
                if self.selected_buddy() == Some(address.as_str()) {
                    self.selected = None;
                } else {
                    self.choose(address, session);
                    self.cursor = self.selection(session).unwrap_or_default();
                }
            }
            Message::BuddyWanted(address) => {
                let wanted = crate::ui::address::key(&address);
                let buddies = &session.snapshot.buddies;
                let known = buddies
                    .iter()
                    .find(|buddy| crate::ui::address::key(&buddy.address) == wanted);
                // It is shown as soon as the account knows it.
                let address = known.map_or(address, |buddy| buddy.address.clone());
                self.choose(address, session);
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
                self.choose_row(0, session);
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
            Message::Details(message) => return self.details(message),
            Message::Group(message) => return self.group(message, session),
            Message::FoldPressed(fold) => return self.fold(fold, session),
            Message::DeletePressed => {
                if let Some(address) = self.selected_buddy().map(str::to_owned) {
                    return self.update(Message::RemovePressed(address), session);
                }
            }
            Message::CallPressed(address) => return Action::Call(address),
            Message::VoicemailWanted => return Action::AskVoicemail,
            Message::AwaitPressed(address) => self.news.toggle(&address),
            Message::CopyPressed(address) => return Action::Copy(address),
            Message::SightPressed(address) => return Action::OpenSight(address),
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
            Message::ActivityPressed => return Action::OpenActivity,
            Message::RetryPressed => return Action::Retry,
            Message::PasswordPressed => return Action::AskPassword,
            Message::LogInAgainPressed => return Action::LogInAgain,
            Message::RenewPressed(renewing) => self.renewing = renewing,
            Message::RenewConfirmed => {
                self.renewing = false;
                return Action::RenewBuddies;
            }
            Message::TroubleDismissed(message) => self.dismissed = Some(message),
            Message::EscapePressed => {
                if !self.own.close() && self.selected.take().is_none() && !self.requests.fold() {
                    self.look_for(None, session);
                }
            }
        }
        Action::None
    }

    /// A new snapshot came.
    pub fn refreshed(&mut self, session: &Session, list: ListSettings) {
        self.listing.arrange(session, list);
    }

    fn look_for(&mut self, search: Option<String>, session: &Session) {
        self.listing.look_for(search, session);
    }

    /// Compares two snapshots: who has changed, and whether the user looks. Belongs before [`State::refreshed`].
    pub fn learn(&mut self, before: &Snapshot, session: &Session, focused: bool) {
        let told = |address: &str| {
            let entry = session.entry(address);
            !focused && entry.is_none_or(|buddy| !buddy.muted)
        };
        self.changes.learn(before, &session.snapshot, told);
    }

    /// The user turns away from the window, and has seen what is new.
    pub fn looked_at(&mut self) {
        self.changes.all_seen();
    }

    /// Whether something is shown that changes with time alone.
    pub fn has_clock(&self, session: &Session) -> bool {
        let buddy = self.selected_buddy();
        let buddy = buddy.and_then(|address| session.find(address));
        buddy.is_some_and(|buddy| details::has_clock(buddy))
    }

    /// Shows it; the details stand beside the list where there is room, else below it.
    pub fn view<'a>(&'a self, session: &'a Session, now: Instant) -> Element<'a, Message> {
        responsive(move |size| self.laid_out(session, now, size)).into()
    }

    fn laid_out<'a>(
        &'a self,
        session: &'a Session,
        now: Instant,
        size: Size,
    ) -> Element<'a, Message> {
        let beside = size.width >= measure::BESIDE;
        let panel = self.panel(session).map(|panel| {
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
        let main = column![
            self.own.view(session),
            control::divider(),
            buddies::search(self),
            self.list(session),
        ]
        .push(below.map(|panel| column![control::divider(), panel.width(Length::Fill)]))
        .push(control::divider())
        .push(footer::view(session, now));
        match right {
            None => main.into(),
            Some(panel) => {
                let panel = panel.width(measure::SIDE).height(Length::Fill);
                row![main, control::upright(), panel].into()
            }
        }
    }

    /// What is known of the selected buddy, or can be done with the selected group.
    fn panel<'a>(&'a self, session: &'a Session) -> Option<Element<'a, Message>> {
        match self.selected.as_ref()? {
            Selected::Buddy(address) => {
                let buddy = session.find(address)?;
                Some(details::panel(self, session, buddy))
            }
            Selected::Group(name) if name.is_empty() => None,
            Selected::Group(name) => Some(group::panel(&self.typed, name)),
        }
    }

    fn list<'a>(&'a self, session: &'a Session) -> Element<'a, Message> {
        let mut cards = Column::new().spacing(space::S);
        cards = cards.push(self.own.picker(session));
        cards = cards.push(self.trouble(session));
        // Whoever looks for somebody wants to see who was found.
        if self.listing.search().is_none_or(str::is_empty) {
            cards = cards.push(lamp::view(session));
            let requests = self.requests.view(session);
            cards = cards.push(requests.map(|requests| requests.map(Message::Request)));
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
        focus(list)
            .id(LIST_FOCUS)
            .corner(radius::CONTROL)
            .on_key(list_key)
            .into()
    }

    fn trouble<'a>(&self, session: &Session) -> Option<Element<'a, Message>> {
        let trouble = session.snapshot.troubles.first()?;
        // That the rules want the password too goes without saying while it is asked for.
        let same = matches!(trouble.topic, Topic::Rules(Fault::Authentication, _))
            && matches!(
                session.snapshot.connection,
                Connection::PasswordNeeded { .. }
            );
        if same || self.dismissed.as_ref() == Some(&trouble.message) {
            return None;
        }
        let dismiss = Message::TroubleDismissed(trouble.message.clone());
        let (what, why) = words::trouble(trouble);
        let unusable = matches!(trouble.topic, Topic::Rules(_, DocumentCause::Unusable(_)));
        let look = unusable
            .then(|| control::tinted(fl!("trouble-rules-look"), Some(Message::RulesPressed)));
        let unusable = matches!(trouble.topic, Topic::Buddies(_, DocumentCause::Unusable(_)));
        if unusable && self.renewing {
            return Some(control::notice(
                fl!("list-renew-question"),
                Some(fl!("list-renew-hint")),
                [
                    control::danger(fl!("list-renew-confirm"), Some(Message::RenewConfirmed)),
                    control::tinted(fl!("list-renew-cancel"), Some(Message::RenewPressed(false))),
                ],
            ));
        }
        let renew =
            unusable.then(|| control::tinted(fl!("list-renew"), Some(Message::RenewPressed(true))));
        // A copy that could not be kept is why nothing was replaced.
        let not_kept = session.snapshot.list_copy.as_ref().filter(|_| unusable);
        let why = match not_kept.and_then(|copy| copy.as_ref().err()) {
            Some(error) => Some(fl!("rules-not-kept", reason = plain_text::sentence(error))),
            None => why,
        };
        let dismiss = control::tinted(fl!("dismiss"), Some(dismiss));
        Some(control::notice(
            what,
            why,
            look.into_iter().chain(renew).chain([dismiss]),
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
