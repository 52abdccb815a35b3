//! The head of a group, and the panel for changing one.

use iced::widget::{Row, button, container, row};
use iced::{Alignment, Length};

use super::listing::Head;
use super::{Action, Message as Office, Selected, State};
use crate::desktop::screen_reader::{Kind, Said};
use crate::fl;
use crate::ui::groups::{self, Regroup};
use crate::ui::plain_text;
use crate::ui::sessions::Sessions;
use crate::ui::theme::{Element, STRONG, button as look, measure, size, space, text as ink};
use crate::ui::widget::control::{self, Field};
use crate::ui::widget::icon::{self, Icon, Ink};
use crate::ui::widget::line::line;
use crate::ui::widget::pair::pair;
use crate::ui::widget::said::{Told, said};
use crate::ui::widget::text::text;

/// What happened to a group.
#[derive(Debug, Clone)]
pub enum Message {
    /// Its head was pressed.
    HeadPressed(String),
    /// 'Change this group' was pressed.
    ChangePressed(String),
    /// 'Up' or 'down' was pressed.
    MovePressed(String, isize),
    /// Its name was edited.
    NameEdited(String),
    /// Enter or 'Rename' was pressed.
    RenamePressed(String),
    /// 'Remove the group' was pressed.
    DissolvePressed(String),
}

impl State {
    /// Takes in what happened to a group.
    pub(super) fn group(&mut self, message: Message, sessions: &Sessions) -> Action {
        match message {
            Message::HeadPressed(name) => {
                let mut accounts = sessions.iter().map(|session| &session.account);
                let fold = !accounts.any(|account| groups::is_folded(account, &name));
                Action::Regroup(Regroup::Fold(name, fold))
            }
            Message::ChangePressed(name) => {
                self.typed.clone_from(&name);
                self.selected = Some(Selected::Group(name));
                Action::None
            }
            Message::MovePressed(name, by) => Action::Regroup(Regroup::Move(name, by)),
            Message::NameEdited(typed) => {
                self.typed = typed;
                Action::None
            }
            Message::RenamePressed(name) => {
                let new = self.typed.trim().to_owned();
                if new.is_empty() {
                    return Action::None;
                }
                self.selected = Some(Selected::Group(new.clone()));
                Action::Regroup(Regroup::Rename(name, new))
            }
            Message::DissolvePressed(name) => {
                self.selected = None;
                Action::Regroup(Regroup::Dissolve(name))
            }
        }
    }
}

/// The head of a group, as a row of the list. Its outermost widget is of the same kind as that of a buddy's row, because
/// the toolkit's keyed column takes the state of one row for that of another when rows come and go.
pub(super) fn head<'a>(head: &Head, selected: bool) -> Told<'a, Office> {
    let sign = if head.folded { Icon::Right } else { Icon::Down };
    // Those who are in no group are none that could be renamed or moved.
    let change = (!head.name.is_empty()).then(|| {
        let more = icon::sized(Icon::More, Ink::Quiet, measure::ICON_SMALL);
        let change = Office::Group(Message::ChangePressed(head.name.clone()));
        let more = button(container(more).center(Length::Fill))
            .on_press(change.clone())
            .padding(0)
            .width(measure::HEAD)
            .height(measure::HEAD)
            .style(look::plain);
        said(more, Said::of(Kind::Button).named(fl!("group-change"))).on_press(change)
    });
    let count = fl!("group-count", there = head.there, people = head.people);
    let count = line(count).size(size::SMALL).style(ink::quiet);
    let face = row![
        icon::sized(sign, Ink::Quiet, measure::ICON_SMALL),
        // A long name leaves the count and the button their room.
        pair(
            line(title(&head.name)).size(size::SECOND).font(STRONG),
            count,
            0.0
        )
        .close(),
    ]
    .push(change)
    .spacing(space::S)
    .align_y(Alignment::Center)
    .height(Length::Fill);
    let fold = Office::Group(Message::HeadPressed(head.name.clone()));
    let face = button(face)
        .on_press(fold.clone())
        .padding(iced::Padding::ZERO.left(space::S))
        .width(Length::Fill)
        .height(measure::HEAD)
        .style(look::row(selected));
    let told = Said {
        unfolded: Some(!head.folded),
        ..control::choosing(Kind::Row, selected)
    };
    said(face, told).on_press(fold)
}

/// The panel for changing a group.
pub(super) fn panel<'a>(typed: &'a str, name: &'a str) -> Element<'a, Office> {
    let own = |message| Some(Office::Group(message));
    let title = row![
        container(line(title(name)).size(size::NAME).font(STRONG)).width(Length::Fill),
        control::icon_button(
            "close-details",
            Icon::Cross,
            fl!("close"),
            Office::DetailsClosed
        ),
    ]
    .align_y(Alignment::Center);
    let field = Field {
        on_submit: own(Message::RenamePressed(name.to_owned())),
        hint: Some(fl!("group-name-hint")),
        ..Field::new(NAME, fl!("group-name"), typed)
    }
    .view(|typed| Office::Group(Message::NameEdited(typed)));
    let actions = Row::with_children([
        control::other(
            fl!("group-up"),
            own(Message::MovePressed(name.to_owned(), -1)),
        ),
        control::other(
            fl!("group-down"),
            own(Message::MovePressed(name.to_owned(), 1)),
        ),
        control::link(
            fl!("group-dissolve"),
            own(Message::DissolvePressed(name.to_owned())),
        ),
    ])
    .spacing(space::S)
    .wrap()
    .vertical_spacing(space::XS);
    iced::widget::column![
        title,
        field,
        actions,
        text(fl!("group-dissolve-hint"))
            .size(size::SMALL)
            .style(ink::quiet),
    ]
    .spacing(space::M)
    .into()
}

/// What a group is called.
fn title(name: &str) -> String {
    if name.is_empty() {
        fl!("group-none")
    } else {
        plain_text::name(name)
    }
}

/// The name of the field for a group's name.
const NAME: &str = "group-name";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::screen::office::buddies;
    use crate::ui::testing::{buddy, online, session};
    use crate::ui::words;

    #[test]
    fn rows_are_widgets_of_one_kind() {
        let of = Head {
            name: "Team".to_owned(),
            people: 1,
            there: 1,
            folded: false,
        };
        let bob = buddy("sip:bob@example.test", crate::account::Status::Away);
        let session = session(online());
        let state = State::default();
        let row = buddies::one(&bob, &state, &session, &words::now(), (false, false));
        let (head, row): (Element<'_, Office>, Element<'_, Office>) =
            (head(&of, false).into(), row.into());
        assert_eq!(head.as_widget().tag(), row.as_widget().tag());
    }
}
