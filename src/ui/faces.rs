//! Whether there are letters for a text on this machine.
//!
//! The bundled faces have Latin, Greek and Cyrillic letters: English, German, Spanish, French and Polish look the same
//! everywhere. Japanese comes from the system's fonts, as buddies' names in any other script do: a face that has them
//! all is twice as large as the whole program, and a part of one would write a name in two hands. The package recommends
//! such a font; where there is none the window says so in letters that everybody has.

use iced::advanced::graphics::text::Paragraph;
use iced::advanced::text::{self, Paragraph as _, Wrapping};
use iced::alignment::Vertical;
use iced::widget::text::{Alignment, LineHeight, Shaping};
use iced::{Pixels, Size};

use super::theme::{REGULAR, size};

/// Whether some font, bundled or installed, has every letter of this text. The bundled ones count once the first window
/// is there.
pub fn have(text: &str) -> bool {
    let paragraph = Paragraph::with_text(text::Text {
        content: text,
        bounds: Size::INFINITE,
        size: Pixels(size::BODY),
        line_height: LineHeight::default(),
        font: REGULAR,
        align_x: Alignment::Default,
        align_y: Vertical::Top,
        shaping: Shaping::Advanced,
        wrapping: Wrapping::None,
    });
    let mut glyphs = paragraph.buffer().layout_runs().flat_map(|run| run.glyphs);
    glyphs.all(|glyph| glyph.glyph_id != MISSING)
}

/// What every font shows in the place of a letter that it lacks.
const MISSING: u16 = 0;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::LANGUAGES;

    #[test]
    fn the_bundled_faces_have_every_language_but_japanese() {
        // Loads the faces, as a window does.
        let _window = crate::ui::testing::texts::<()>(iced::widget::text("").into());
        for language in LANGUAGES.iter().filter(|language| language.tag != "ja") {
            for message in crate::i18n::tests::written(language.tag) {
                assert!(have(&message), "{}: {message}", language.tag);
            }
        }
    }

    #[test]
    fn a_letter_that_nobody_has_is_noticed() {
        let _window = crate::ui::testing::texts::<()>(iced::widget::text("").into());
        assert!(have("abc"));
        assert!(!have("abc \u{10FFFD}"), "no font has this one");
    }
}
