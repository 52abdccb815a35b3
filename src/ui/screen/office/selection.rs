//! What is selected in the list, and how keys move it.

use iced::keyboard::key::Named;
use iced::keyboard::{Key, Modifiers};

use super::listing::Row;
use super::{Action, End, Message, State};
use crate::ui::groups::Regroup;
use crate::ui::session::Whom;
use crate::ui::sessions::Sessions;

/// What is selected in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Selected {
    /// This buddy.
    Buddy(Whom),
    /// The group with this name.
    Group(String),
}

impl State {
    /// The selected buddy.
    pub(super) fn selected_buddy(&self) -> Option<&Whom> {
        match &self.selected {
            Some(Selected::Buddy(whom)) => Some(whom),
            _ => None,
        }
    }

    /// The name of the selected group.
    pub(super) fn selected_group(&self) -> Option<&str> {
        match &self.selected {
            Some(Selected::Group(name)) => Some(name),
            _ => None,
        }
    }

    /// Selects a buddy.
    pub(super) fn choose(&mut self, whom: Whom, sessions: &Sessions) {
        let session = sessions.by_id(whom.session);
        let entry = session.and_then(|session| session.entry(&whom.address));
        self.typed = entry.map(|buddy| buddy.name.clone()).unwrap_or_default();
        self.typed_group.clear();
        self.changes.seen(&whom);
        self.selected = Some(Selected::Buddy(whom));
    }

    /// Selects what is in a row.
    pub(super) fn choose_row(&mut self, row: usize, sessions: &Sessions) {
        self.cursor = row;
        match self.listing.at(row) {
            Some(Row::Person { place, .. }) => {
                if let Some((session, buddy)) = sessions.person(place) {
                    self.choose(session.whom(&buddy.address), sessions);
                }
            }
            Some(Row::Head(number)) => {
                let name = self.listing.head(number).map(|head| head.name.clone());
                self.typed = name.clone().unwrap_or_default();
                self.selected = name.map(Selected::Group);
            }
            None => self.selected = None,
        }
    }

    /// Moves the selection and scrolls it into view.
    pub(super) fn select(
        &mut self,
        sessions: &Sessions,
        to: impl FnOnce(Option<usize>) -> Option<usize>,
    ) -> Action {
        let Some(last) = self.listing.len().checked_sub(1) else {
            return Action::None;
        };
        let target = to(self.selection(sessions)).unwrap_or(0).min(last);
        self.choose_row(target, sessions);
        self.reveal(target)
    }

    /// Folds the group that is selected, or unfolds it; `None`: the other way than now. From somebody in it the selection
    /// first goes up to its head.
    pub(super) fn fold(&mut self, fold: Option<bool>, sessions: &Sessions) -> Action {
        let Some(row) = self.selection(sessions) else {
            return Action::None;
        };
        match self.listing.at(row) {
            Some(Row::Head(number)) => match self.listing.head(number) {
                Some(head) if fold.is_none_or(|fold| fold != head.folded) => {
                    Action::Regroup(Regroup::Fold(head.name.clone(), !head.folded))
                }
                _ => Action::None,
            },
            Some(Row::Person { group, .. }) if fold == Some(true) => {
                let head = self.listing.find(|row| row == Row::Head(group));
                self.select(sessions, |_| head.or(Some(row)))
            }
            _ => Action::None,
        }
    }

    /// The row of what is selected: the one it was selected in, as long as it is there.
    pub(super) fn selection(&self, sessions: &Sessions) -> Option<usize> {
        let selected = self.selected.as_ref()?;
        let is_it = |row| match (selected, row) {
            (Selected::Buddy(whom), Row::Person { place, .. }) => {
                place.session == whom.session
                    && sessions
                        .person(place)
                        .is_some_and(|(_, buddy)| buddy.address == whom.address)
            }
            (Selected::Group(name), Row::Head(number)) => {
                let head = self.listing.head(number);
                head.is_some_and(|head| head.name == *name)
            }
            _ => false,
        };
        if self.listing.at(self.cursor).is_some_and(is_it) {
            return Some(self.cursor);
        }
        self.listing.find(is_it)
    }

    /// Scrolls a row into view.
    pub(super) fn reveal(&self, row: usize) -> Action {
        let top = self.port.above + self.listing.top(row);
        let bottom = self.port.above + self.listing.top(row + 1);
        if top < self.port.offset {
            Action::ScrollTo(top)
        } else if bottom > self.port.offset + self.port.height {
            Action::ScrollTo(bottom - self.port.height)
        } else {
            Action::None
        }
    }
}

/// What keys do in the list.
pub(super) fn list_key(key: &Key, modifiers: Modifiers) -> Option<Message> {
    if modifiers.alt() && !modifiers.command() {
        return match key {
            Key::Named(Named::ArrowUp) => Some(Message::MovePressed(-1)),
            Key::Named(Named::ArrowDown) => Some(Message::MovePressed(1)),
            _ => None,
        };
    }
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
        Named::ArrowLeft => Message::FoldPressed(Some(true)),
        Named::ArrowRight => Message::FoldPressed(Some(false)),
        Named::Enter | Named::Space => Message::FoldPressed(None),
        Named::Delete => Message::DeletePressed,
        _ => return None,
    })
}

/// The rows that a page key moves by.
const PAGE: isize = 8;
