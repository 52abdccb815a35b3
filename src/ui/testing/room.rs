//! Whether every text has the room that it needs.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use iced::advanced::graphics::text::Paragraph;
use iced::advanced::text::{self, Paragraph as _, Wrapping};
use iced::alignment::Vertical;
use iced::widget::text::{Alignment, LineHeight, Shaping};
use iced::{Font, Pixels, Rectangle, Size};
use iced_test::Simulator;
use iced_test::selector::{Candidate, Target};

use crate::ui::theme::{Element, MEDIUM, REGULAR, STRONG, size};

/// A text of the window, where it lies, and what of that is not scrolled away.
struct Laid {
    content: String,
    bounds: Rectangle,
    visible: Option<Rectangle>,
}

/// Every text that is not wholly between the edges of a window of this width.
pub(crate) fn overflowing<'a, M: 'a>(view: Element<'a, M>, width: f32) -> Vec<String> {
    let all = laid_out(view, Size::new(width, 720.0));
    all.into_iter()
        .filter(|text| text.is_outside(width))
        .map(|text| text.content)
        .collect()
}

/// Every text that has too little room in a window of this size, and why: it leaves the window, lies on another one, or
/// is cut within a word, which addresses may be. With `cut_from` words may be cut too, where the box is at least so wide.
pub(crate) fn cramped<'a, M: 'a>(view: Element<'a, M>, window: Size, cut_from: f32) -> Vec<String> {
    let all = laid_out(view, window);
    let mut told = Vec::new();
    for (place, text) in all.iter().enumerate() {
        let width = text.bounds.width;
        if text.is_outside(window.width) {
            told.push(format!("outside: {}", text.content));
        } else if width < cut_from
            && let Some(word) = text.cut()
        {
            told.push(format!("cut at {width}: {word:?} of {:?}", text.content));
        }
        let beside = all.iter().skip(place + 1);
        for other in beside.filter(|other| text.covers(other)) {
            told.push(format!("{:?} lies on {:?}", other.content, text.content));
        }
    }
    told
}

/// How wide a text of the usual size is in one line.
pub(crate) fn width(content: &str) -> f32 {
    // A window brings the faces.
    let _window = laid_out::<()>(iced::widget::Space::new().into(), Size::new(1.0, 1.0));
    measured(content, size::BODY, REGULAR, f32::INFINITY, Wrapping::None).width
}

fn laid_out<'a, M: 'a>(view: Element<'a, M>, window: Size) -> Vec<Laid> {
    let found = Arc::new(Mutex::new(Vec::new()));
    let sink = Arc::clone(&found);
    let selector = move |candidate: Candidate<'_>| -> Option<Target> {
        let visible = candidate.visible_bounds();
        if let Candidate::Text {
            content, bounds, ..
        } = candidate
        {
            sink.lock().expect("not poisoned").push(Laid {
                content: content.to_owned(),
                bounds,
                visible,
            });
        }
        None
    };
    let mut window = Simulator::with_size(crate::ui::settings(), window, view);
    let _ = window.find(selector);
    found.lock().expect("not poisoned").split_off(0)
}

impl Laid {
    fn is_outside(&self, width: f32) -> bool {
        self.bounds.x < -0.5 || self.bounds.x + self.bounds.width > width + 0.5
    }

    fn covers(&self, other: &Self) -> bool {
        let both = self.visible.zip(other.visible);
        let shared = both.and_then(|(one, other)| one.intersection(&other));
        shared.is_some_and(|shared| shared.width > 1.0 && shared.height > 1.0)
    }

    /// A word that goes on in the next line. The toolkit does not tell size and face of a text; its height does.
    fn cut(&self) -> Option<&str> {
        let width = self.bounds.width + 0.5;
        let words = self.content.split_whitespace();
        let words = words.filter(|word| !word.contains(['@', '/', '.']));
        // Most texts have no word that is too wide in any look: the widest one tells.
        let words: Vec<&str> = words.filter(|word| may_exceed(word, width)).collect();
        if words.is_empty() {
            return None;
        }
        let fonts = [REGULAR, MEDIUM, STRONG];
        let looks = SIZES
            .iter()
            .flat_map(|size| fonts.map(|font| (*size, font)));
        let mut cut = None;
        for (size, font) in looks {
            let as_laid = measured(&self.content, size, font, width, Wrapping::WordOrGlyph);
            if (as_laid.height - self.bounds.height).abs() > 0.6 {
                continue;
            }
            let long = words
                .iter()
                .find(|word| measured(word, size, font, width, Wrapping::Word).width > width);
            // Whatever it may look like, it must be cut.
            cut = Some(*long?);
        }
        cut
    }
}

/// Whether some part of a word that stays in one line is wider than this in the largest look. The same words come again
/// on every screen, so it is measured once.
fn may_exceed(word: &str, width: f32) -> bool {
    thread_local! {
        static WIDEST: RefCell<HashMap<String, f32>> = RefCell::default();
    }
    WIDEST.with_borrow_mut(|known| {
        if let Some(widest) = known.get(word) {
            return *widest > width;
        }
        // Where there is no room at all each part has a line of its own.
        let widths = [REGULAR, MEDIUM, STRONG]
            .map(|font| measured(word, size::DISPLAY, font, 0.0, Wrapping::Word).width);
        let widest = widths.into_iter().fold(0.0, f32::max);
        known.insert(word.to_owned(), widest);
        widest > width
    })
}

fn measured(content: &str, size: f32, font: Font, width: f32, wrapping: Wrapping) -> Size {
    Paragraph::with_text(text::Text {
        content,
        bounds: Size::new(width, f32::INFINITY),
        size: Pixels(size),
        line_height: LineHeight::default(),
        font,
        align_x: Alignment::Default,
        align_y: Vertical::Top,
        shaping: Shaping::Advanced,
        wrapping,
    })
    .min_bounds()
}

const SIZES: [f32; 6] = [
    size::SMALL,
    size::SECOND,
    size::BODY,
    size::NAME,
    size::TITLE,
    size::DISPLAY,
];

#[cfg(test)]
mod tests {
    use iced::widget::{Space, row, stack};

    use super::*;
    use crate::ui::widget::text::text;

    const WINDOW: Size = Size::new(200.0, 200.0);

    fn told(view: Element<'_, ()>) -> Vec<String> {
        cramped(view, WINDOW, f32::INFINITY)
    }

    #[test]
    fn a_word_that_is_cut_is_found_and_an_address_may_be() {
        let squeezed = |content: &'static str| -> Element<'_, ()> {
            row![Space::new().width(90), text(content).size(size::TITLE)].into()
        };
        let found = told(squeezed("2 neue Sprachnachrichten"));
        assert!(found[0].contains("\"Sprachnachrichten\""), "{found:?}");
        assert_eq!(found.len(), 1);
        assert_eq!(told(squeezed("2 new voice mails")), Vec::<String>::new());
        assert_eq!(
            told(squeezed("alice-in-the-office@example.test")),
            Vec::<String>::new()
        );
        assert_eq!(
            cramped(squeezed("2 neue Sprachnachrichten"), WINDOW, 60.0),
            Vec::<String>::new()
        );
    }

    #[test]
    fn the_widest_part_of_a_word_decides_whether_it_can_be_cut() {
        let _window = laid_out::<()>(text("").into(), WINDOW);
        for word in [
            "Sprachnachrichten",
            "Datenschutz-Grundverordnung",
            "留守番電話を聞く",
            "i",
        ] {
            for width in (4..300_u16).step_by(3).map(f32::from) {
                let is_cut = [REGULAR, MEDIUM, STRONG].into_iter().any(|font| {
                    measured(word, size::DISPLAY, font, width, Wrapping::Word).width > width
                });
                assert_eq!(may_exceed(word, width), is_cut, "{word} in {width}");
            }
        }
    }

    #[test]
    fn texts_on_each_other_and_outside_are_found() {
        let found = told(stack![text("one"), text("other")].into());
        assert!(found[0].contains("lies on"), "{found:?}");
        let wide = row![Space::new().width(300), text("far")].width(400);
        let view: Element<'_, ()> = iced::widget::scrollable(wide)
            .direction(iced::widget::scrollable::Direction::Horizontal(
                iced::widget::scrollable::Scrollbar::new(),
            ))
            .into();
        assert_eq!(told(view), ["outside: far"]);
    }
}
