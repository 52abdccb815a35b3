//! People and groups are moved: dragged with the pointer, or by the keyboard.
//!
//! Where people stand as the user has put them, somebody is put beside somebody else; where the order comes by itself,
//! only into another group. Who is dragged stays among the people of their account: the order between accounts is that
//! of the accounts.

use super::listing::Row;
use super::selection::Selected;
use super::{Action, State};
use crate::ui::groups::{self, Beside, Placing, Regroup};
use crate::ui::session::{SessionId, Whom};
use crate::ui::sessions::Sessions;
use crate::ui::theme::measure;
use crate::ui::widget::drag::{Dragged, Sign};

/// What is dragged, and how far.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Drag {
    what: What,
    /// Where the pointer is, from the top of the list.
    y: f32,
}

/// What can be moved.
#[derive(Debug, Clone, PartialEq, Eq)]
enum What {
    /// Somebody, out of this group.
    Person(Whom, String),
    /// The group with this name.
    Group(String),
}

impl State {
    /// Takes in what the pointer does.
    pub(super) fn dragged(&mut self, dragged: Dragged, sessions: &Sessions) -> Action {
        match dragged {
            Dragged::Taken(y) => {
                let what = self.movable(y, sessions);
                self.drag = what.map(|what| Drag { what, y });
                Action::None
            }
            Dragged::Moved(y) => {
                let Some(drag) = &mut self.drag else {
                    return Action::None;
                };
                drag.y = y;
                self.scrolled_along(y)
            }
            Dragged::Dropped => {
                let landing = self.landing(sessions);
                self.drag = None;
                landing.map_or(Action::None, |(_, action)| action)
            }
            Dragged::Lost => {
                self.drag = None;
                Action::None
            }
        }
    }

    /// Whether what is at this height can be moved.
    pub(super) fn can_move(&self, y: f32, sessions: &Sessions) -> bool {
        self.movable(y, sessions).is_some()
    }

    /// Where what is dragged would come to lie.
    pub(super) fn sign(&self, sessions: &Sessions) -> Option<Sign> {
        self.landing(sessions).map(|(sign, _)| sign)
    }

    /// Whether it is this person that is dragged, out of this group.
    pub(super) fn drags(&self, whom: &Whom, group: usize) -> bool {
        let what = self.drag.as_ref().map(|drag| &drag.what);
        matches!(what, Some(What::Person(who, from))
            if who == whom && *from == self.group_name(group))
    }

    /// Whether it is the group with this name that is dragged.
    pub(super) fn drags_group(&self, name: &str) -> bool {
        let what = self.drag.as_ref().map(|drag| &drag.what);
        matches!(what, Some(What::Group(group)) if group == name)
    }

    /// Moves what is selected up (negative) or down by one.
    pub(super) fn move_selected(&self, by: isize, sessions: &Sessions) -> Action {
        let found = self
            .selection(sessions)
            .and_then(|row| self.listing.at(row));
        match (&self.selected, found) {
            (Some(Selected::Group(name)), _) if !name.is_empty() => {
                Action::Regroup(Regroup::Move(name.clone(), by))
            }
            (Some(Selected::Buddy(whom)), Some(Row::Person { group, .. }))
                if self.is_kept(whom, sessions) =>
            {
                let placing = self.step(whom, group, by, sessions);
                placing.map_or(Action::None, |placing| Action::Place(whom.session, placing))
            }
            _ => Action::None,
        }
    }

    /// The selection stays with whom or what was moved, who may be in another group now.
    pub(in crate::ui) fn follow(&mut self, into: Option<&str>, sessions: &Sessions) -> Action {
        if let (Some(into), Some(Selected::Buddy(whom))) = (into, &self.selected) {
            let found = self.listing.find(|row| {
                matches!(row, Row::Person { place, group }
                    if place.session == whom.session
                        && self.group_name(group) == into
                        && sessions.person(place).is_some_and(|(_, it)| it.address == whom.address))
            });
            self.cursor = found.unwrap_or(self.cursor);
        }
        let row = self.selection(sessions);
        row.map_or(Action::None, |row| self.reveal(row))
    }

    /// What is at this height, if that can be moved: nobody is while somebody is looked for, nor who is not on a list here.
    fn movable(&self, y: f32, sessions: &Sessions) -> Option<What> {
        if self.listing.search().is_some() || y < 0.0 || y > self.listing.height() {
            return None;
        }
        match self.listing.at(self.listing.row_at(y)?)? {
            Row::Head(number) => {
                let name = self.group_name(number).to_owned();
                (!name.is_empty()).then_some(What::Group(name))
            }
            Row::Person { place, group } => {
                let (session, buddy) = sessions.person(place)?;
                let whom = session.whom(&buddy.address);
                let has_place = self.listing.is_by_hand() || self.listing.groups() > 0;
                let kept = has_place && self.is_kept(&whom, sessions);
                kept.then(|| What::Person(whom, self.group_name(group).to_owned()))
            }
        }
    }

    fn is_kept(&self, whom: &Whom, sessions: &Sessions) -> bool {
        let session = sessions.by_id(whom.session);
        session.is_some_and(|session| session.is_buddy(&whom.address))
            && self.listing.search().is_none()
    }

    fn group_name(&self, number: usize) -> &str {
        let head = self.listing.head(number);
        head.map_or("", |head| head.name.as_str())
    }

    /// Where what is dragged would come to lie, and what that means; `None`: nothing would change.
    fn landing(&self, sessions: &Sessions) -> Option<(Sign, Action)> {
        let Drag { what, y } = self.drag.as_ref()?;
        match what {
            What::Group(name) => self.group_landing(name, *y, sessions),
            What::Person(whom, from) => {
                let (sign, placing) = self.person_landing(whom, from, *y, sessions)?;
                Some((sign, Action::Place(whom.session, placing)))
            }
        }
    }

    /// A group comes before or behind the one that the pointer is in.
    fn group_landing(&self, name: &str, y: f32, sessions: &Sessions) -> Option<(Sign, Action)> {
        let number = match self.listing.at(self.listing.row_at(y)?)? {
            Row::Head(number) | Row::Person { group: number, .. } => number,
        };
        let members = self.listing.members(number);
        let (top, bottom) = (
            self.listing.top(members.start - 1),
            self.listing.top(members.end),
        );
        let over = self.group_name(number);
        // Those who are in no group come last.
        let behind = !over.is_empty() && y > f32::midpoint(top, bottom);
        let names = groups::names(sessions.iter().map(|session| &session.account));
        let place = |name: &str| names.iter().position(|known| known == name);
        let from = place(name)?;
        let before = place(over).unwrap_or(names.len()) + usize::from(behind);
        let to = before - usize::from(before > from);
        let by = to.cast_signed() - from.cast_signed();
        let height = if behind { bottom } else { top };
        let moving = Action::Regroup(Regroup::Move(name.to_owned(), by));
        (by != 0).then_some((Sign::Between(height), moving))
    }

    fn person_landing(
        &self,
        whom: &Whom,
        from: &str,
        y: f32,
        sessions: &Sessions,
    ) -> Option<(Sign, Placing)> {
        let row = self.listing.row_at(y)?;
        let (number, gap) = match self.listing.at(row)? {
            Row::Head(number) => (number, row + 1),
            Row::Person { group, .. } => {
                let middle = f32::midpoint(self.listing.top(row), self.listing.top(row + 1));
                (group, row + usize::from(y > middle))
            }
        };
        let into = self.group_name(number).to_owned();
        let placing = |beside| Placing {
            address: whom.address.clone(),
            from: from.to_owned(),
            into: into.clone(),
            beside,
        };
        let members = self.listing.members(number);
        let folded = self.listing.head(number).is_some_and(|head| head.folded);
        if folded || !self.listing.is_by_hand() {
            let head = members.start.checked_sub(1)?;
            let sign = Sign::Into(self.listing.top(head), self.listing.top(head + 1));
            return (into != from).then(|| (sign, placing(None)));
        }
        // The others of the account: before them there is a place, and behind the last of them.
        let own = |row: usize| self.address_in(row, whom.session, sessions);
        let others = |rows: std::ops::Range<usize>| {
            rows.filter_map(move |row| Some((row, own(row)?)))
                .filter(move |(_, address)| *address != whom.address)
        };
        let next = others(gap..members.end).next();
        let last = others(members.start..gap).next_back();
        if into == from {
            let now = members
                .clone()
                .find(|row| own(*row) == Some(whom.address.as_str()))?;
            let behind = others(now + 1..members.end).next();
            if behind == next {
                return None;
            }
        }
        let (height, beside) = match (next, last) {
            (Some((row, address)), _) => (self.listing.top(row), Some((address, false))),
            (None, Some((row, address))) => (self.listing.top(row + 1), Some((address, true))),
            (None, None) => (self.listing.top(gap), None),
        };
        let beside = beside.map(|(address, behind)| Beside {
            address: address.to_owned(),
            behind,
        });
        Some((Sign::Between(height), placing(beside)))
    }

    /// One step up or down: past the neighbour, and from the end of a group into the next one.
    fn step(&self, whom: &Whom, group: usize, by: isize, sessions: &Sessions) -> Option<Placing> {
        let from = self.group_name(group).to_owned();
        let own = |number: usize| -> Vec<&str> {
            let rows = self.listing.members(number);
            rows.filter_map(|row| self.address_in(row, whom.session, sessions))
                .collect()
        };
        let placing = |into: &str, beside: Option<&&str>, behind| Placing {
            address: whom.address.clone(),
            from: from.clone(),
            into: into.to_owned(),
            beside: beside.map(|address| Beside {
                address: (*address).to_owned(),
                behind,
            }),
        };
        let down = by > 0;
        if self.listing.is_by_hand() {
            let all = own(group);
            let at = all.iter().position(|it| *it == whom.address)?;
            let neighbour = at.checked_add_signed(by).and_then(|at| all.get(at));
            if neighbour.is_some() {
                return Some(placing(&from, neighbour, down));
            }
        }
        let number = group.checked_add_signed(by)?;
        let head = self.listing.head(number)?;
        let mut there = own(number);
        there.retain(|it| *it != whom.address);
        let beside = match self.listing.is_by_hand() {
            true if down => there.first(),
            true => there.last(),
            false => None,
        };
        Some(placing(&head.name, beside, !down))
    }

    /// Who of an account is in a row.
    fn address_in<'s>(
        &self,
        row: usize,
        session: SessionId,
        sessions: &'s Sessions,
    ) -> Option<&'s str> {
        let Some(Row::Person { place, .. }) = self.listing.at(row) else {
            return None;
        };
        let (of, buddy) = sessions.person(place)?;
        let own = of.id == session && of.is_buddy(&buddy.address);
        own.then_some(buddy.address.as_str())
    }

    /// At the edge of what can be seen the list goes on.
    fn scrolled_along(&self, y: f32) -> Action {
        let top = self.port.offset - self.port.above;
        let bottom = top + self.port.height;
        if y < top + EDGE && self.port.offset > 0.0 {
            Action::ScrollTo((self.port.offset - STEP).max(0.0))
        } else if y > bottom - EDGE && bottom < self.listing.height() {
            Action::ScrollTo(self.port.offset + STEP)
        } else {
            Action::None
        }
    }
}

/// So near to the edge of what can be seen the list goes on.
const EDGE: f32 = measure::HEAD;
/// So far it goes with each movement of the pointer.
const STEP: f32 = measure::HEAD / 2.0;
