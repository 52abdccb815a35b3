//! What closing the window means, and whether the program starts with the session.

use iced::widget::column;

use super::{Message, labelled};
use crate::account::WhenClosed;
use crate::desktop::autostart::{Found, Start};
use crate::fl;
use crate::ui::theme::{Element, size, space, text as ink};
use crate::ui::widget::control;
use crate::ui::widget::text::text;

/// `icon`: whether the desktop shows one; without it closing is the end.
pub(super) fn view<'a>(
    chosen: Option<WhenClosed>,
    icon: bool,
    autostart: Option<&Found>,
) -> Element<'a, Message> {
    let choices = [
        (fl!("settings-closed-keep-running"), WhenClosed::KeepRunning),
        (fl!("settings-closed-quit"), WhenClosed::Quit),
    ];
    let mut content = if icon {
        let chosen = chosen.unwrap_or(WhenClosed::KeepRunning);
        let choices = control::choices(choices, chosen, Message::ClosingChosen);
        column![labelled(fl!("settings-closed"), choices)]
    } else {
        column![hint(fl!("settings-no-icon"))]
    };
    if let Some(found) = autostart {
        content = content.push(labelled(fl!("settings-autostart"), starts(found)));
    }
    control::group(fl!("settings-window"), content.spacing(space::L))
}

fn starts<'a>(found: &Found) -> Element<'a, Message> {
    let starts = [
        (fl!("settings-autostart-never"), Some(Start::Never)),
        (fl!("settings-autostart-window"), Some(Start::Window)),
        (fl!("settings-autostart-minimised"), Some(Start::Minimised)),
    ];
    let chosen = match found {
        Found::Ours(start) => Some(*start),
        Found::Edited => None,
    };
    let choices = control::choices(starts, chosen, |start| {
        Message::AutostartChosen(start.unwrap_or(Start::Never))
    });
    let edited = chosen
        .is_none()
        .then(|| hint(fl!("settings-autostart-edited")));
    column![choices].push(edited).spacing(space::S).into()
}

fn hint<'a>(words: String) -> Element<'a, Message> {
    text(words).size(size::SMALL).style(ink::quiet).into()
}
