//! A long list of rows of one height, built only as far as it can be seen.

use std::ops::Range;

use iced::widget::scrollable::Viewport;
use iced::widget::{Space, column, keyed_column};

use super::said::{Told, said};
use crate::desktop::screen_reader::{Kind, Said};
use crate::ui::theme::Element;

/// The visible part of a list.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Port {
    /// How far the list is scrolled.
    pub offset: f32,
    /// How much of it can be seen.
    pub height: f32,
}

impl Default for Port {
    fn default() -> Self {
        Self {
            offset: 0.0,
            // Until the toolkit has told: enough for any window.
            height: 2_000.0,
        }
    }
}

impl From<Viewport> for Port {
    fn from(port: Viewport) -> Self {
        Self {
            offset: port.absolute_offset().y,
            height: port.bounds().height,
        }
    }
}

impl Port {
    /// The rows that can be seen, of so many, and some more above and below.
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "rows are counted in thousands"
    )]
    pub fn shown(self, count: usize, height: f32) -> Range<usize> {
        let row = |y: f32| (y / height).max(0.0) as usize;
        let first = row(self.offset).saturating_sub(SPARE).min(count);
        let last = (row(self.offset + self.height) + 1 + SPARE).min(count);
        first..last.max(first)
    }

    /// Where the list is to be scrolled to, so that a row can be seen; `None`: it can.
    #[allow(clippy::cast_precision_loss, reason = "rows are counted in thousands")]
    pub fn reveal(self, row: usize, height: f32) -> Option<f32> {
        let top = row as f32 * height;
        if top < self.offset {
            Some(top)
        } else if top + height > self.offset + self.height {
            Some(top + height - self.height)
        } else {
            None
        }
    }

    /// The same list scrolled to its end.
    #[must_use]
    #[allow(clippy::cast_precision_loss, reason = "rows are counted in thousands")]
    pub fn at_end(self, count: usize, height: f32) -> Self {
        Self {
            offset: (count as f32 * height - self.height).max(0.0),
            ..self
        }
    }
}

/// Shows the rows that `port` shows, each `height` high, with a name that stays the same while its content does. `name` is
/// what the list is called.
#[allow(clippy::cast_precision_loss, reason = "rows are counted in thousands")]
pub fn rows<'a, M: 'a>(
    name: String,
    count: usize,
    height: f32,
    port: Port,
    row: impl Fn(usize) -> Option<(u64, Told<'a, M>)>,
) -> Element<'a, M> {
    let shown = port.shown(count, height);
    let below = count - shown.end;
    let rows = shown.clone().filter_map(|number| {
        let (key, told) = row(number)?;
        Some((key, told.numbered(number, key).into()))
    });
    let list = column![
        Space::new().height(shown.start as f32 * height),
        keyed_column(rows),
        Space::new().height(below as f32 * height),
    ];
    let number = Some(count);
    let told = Said {
        number,
        ..Said::of(Kind::List).named(name)
    };
    said(list, told).into()
}

/// Rows built beyond the edge, so that a quick turn of the wheel finds them there.
const SPARE: usize = 6;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_can_be_seen_is_built() {
        let port = Port {
            offset: 4_000.0,
            height: 400.0,
        };
        let shown = port.shown(10_000, 40.0);
        assert!(shown.contains(&100) && shown.contains(&110) && shown.len() < 30);
        assert_eq!(port.shown(5, 40.0), 5..5, "it was longer a moment ago");
        assert_eq!(Port::default().shown(0, 40.0), 0..0);
        let end = port.at_end(10_000, 40.0).shown(10_000, 40.0);
        assert!(end.contains(&9_999) && !end.contains(&9_900));
    }

    #[test]
    fn a_row_is_scrolled_to_only_when_it_is_out_of_sight() {
        let port = Port {
            offset: 100.0,
            height: 100.0,
        };
        assert_eq!(port.reveal(3, 40.0), None);
        assert_eq!(port.reveal(1, 40.0), Some(40.0));
        assert_eq!(port.reveal(6, 40.0), Some(180.0));
    }
}
