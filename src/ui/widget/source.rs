//! How far it is known who asks this device itself: a quiet sign, and the words that say the same.

use iced::Alignment;
use iced::widget::row;

use super::icon::{self, Icon, Ink};
use super::text::text;
use crate::ui::theme::{Element, measure, size, space, text as ink};
use crate::ui::words::watcher::Source;

/// Shows it; nothing where a server tells of somebody.
pub fn source<'a, Message: 'a>(source: Option<Source>) -> Option<Element<'a, Message>> {
    let source = source?;
    let sign = match source {
        Source::Asserted | Source::Relayed => Icon::Device,
        Source::Claimed => Icon::Warning,
    };
    let shown = row![
        icon::sized(sign, Ink::Quiet, measure::ICON_SMALL),
        text(source.words()).size(size::SMALL).style(ink::quiet),
    ];
    Some(shown.spacing(space::XS).align_y(Alignment::Center).into())
}
