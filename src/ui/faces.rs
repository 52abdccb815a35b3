//! Whether there are letters for a text on this machine.
//!
//! The bundled faces have Latin, Greek and Cyrillic letters: English, German, Spanish, French and Polish look the same
//! everywhere. Japanese comes from the system's fonts, as buddies' names in any other script do: a face that has them
//! all is twice as large as the whole program, and a part of one would write a name in two hands. The package recommends
//! such a font; where there is none the window says so in letters that everybody has.

use std::sync::{Once, OnceLock};

use iced::advanced::graphics::text::cosmic_text::FontSystem;
use iced::advanced::graphics::text::cosmic_text::fontdb::{self, Database, FaceInfo, Weight};
use iced::advanced::graphics::text::{Paragraph, font_system};
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

/// Draws what the bundled faces lack as somebody wants to see it who reads this language (its tag).
///
/// Chinese and Japanese share characters that are drawn differently. The toolkit draws them as the system's language asks,
/// and knows `ja` but not the `ja-JP` of real systems. And it takes letters of another script from the face that belongs to
/// it only where that has exactly the weight that is asked for: those of names and labels, of medium weight, it takes from
/// any face that has them, with serifs or without.
pub fn suit(language: &str) {
    static SYSTEM: OnceLock<String> = OnceLock::new();
    static WEIGHTS: Once = Once::new();
    let Ok(mut fonts) = font_system().write() else {
        return;
    };
    let fonts = fonts.raw();
    let system = SYSTEM.get_or_init(|| fonts.locale().to_owned());
    let wanted = if language == "ja" {
        language
    } else {
        known_as(system)
    };
    draw_for(fonts, wanted);
    WEIGHTS.call_once(|| weigh(fonts.db_mut()));
}

/// The same fonts for another language.
fn draw_for(fonts: &mut FontSystem, language: &str) {
    if fonts.locale() == language {
        return;
    }
    let none = FontSystem::new_with_locale_and_db(String::new(), Database::new());
    let (_, faces) = std::mem::replace(fonts, none).into_locale_and_db();
    *fonts = FontSystem::new_with_locale_and_db(language.to_owned(), faces);
}

/// The name by which the toolkit knows a system's language: for Chinese with the place, for others without.
fn known_as(locale: &str) -> &str {
    if locale.starts_with("zh") {
        locale
    } else {
        locale.split(['-', '_', '.']).next().unwrap_or(locale)
    }
}

/// Lets the faces that stand in for the bundled ones be found at each of our weights: one that they lack is drawn with the
/// nearest that they have.
fn weigh(faces: &mut Database) {
    let upright = |face: &&FaceInfo| {
        face.style == fontdb::Style::Normal && face.stretch == fontdb::Stretch::Normal
    };
    let known: Vec<FaceInfo> = faces
        .faces()
        .filter(upright)
        .filter(|face| stands_in(family(face)))
        .cloned()
        .collect();
    for wanted in [Weight::MEDIUM, Weight::SEMIBOLD] {
        let off = |face: &FaceInfo| face.weight.0.abs_diff(wanted.0);
        for face in &known {
            let mut others = known.iter().filter(|other| family(other) == family(face));
            let is_nearest = others.all(|other| {
                // Of two that are equally near, one is enough.
                (off(face), face.id) <= (off(other), other.id)
            });
            if is_nearest && face.weight != wanted {
                let weight = wanted;
                faces.push_face_info(FaceInfo {
                    weight,
                    ..face.clone()
                });
            }
        }
    }
}

fn family(face: &FaceInfo) -> &str {
    face.families.first().map_or("", |(name, _)| name)
}

/// Whether the toolkit looks here for what the bundled faces lack.
fn stands_in(family: &str) -> bool {
    family.starts_with("Noto Sans")
        || matches!(family, "Noto Color Emoji" | "DejaVu Sans" | "FreeSans")
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
    fn a_system_is_known_by_its_language_and_chinese_by_its_place() {
        for (locale, known) in [
            ("ja-JP", "ja"),
            ("ko_KR.UTF-8", "ko"),
            ("zh-TW", "zh-TW"),
            ("C", "C"),
        ] {
            assert_eq!(known_as(locale), known);
        }
    }

    #[test]
    fn the_language_chosen_decides_how_characters_are_drawn() {
        let mut faces = Database::new();
        faces.load_font_data(crate::ui::theme::FACES[0].to_vec());
        let mut fonts = FontSystem::new_with_locale_and_db("zh-TW".to_owned(), faces);
        let before = fonts.db().faces().next().unwrap().id;
        draw_for(&mut fonts, "ja");
        assert_eq!(fonts.locale(), "ja");
        assert_eq!(
            fonts.db().faces().next().unwrap().id,
            before,
            "the face is still there"
        );
    }

    #[test]
    fn faces_of_other_scripts_are_found_at_every_weight_that_is_used() {
        let mut faces = Database::new();
        faces.load_font_data(crate::ui::theme::FACES[0].to_vec());
        let one = faces.faces().next().unwrap().clone();
        let mut put = |name: &str, weight| {
            let language = one.families[0].1;
            faces.push_face_info(FaceInfo {
                families: vec![(name.to_owned(), language)],
                post_script_name: format!("{name} {}", Weight(weight).0),
                weight: Weight(weight),
                ..one.clone()
            });
        };
        for weight in [400, 700] {
            put("Noto Sans CJK JP", weight);
            put("Noto Serif CJK JP", weight);
        }
        put("Noto Sans Thai", 500);
        weigh(&mut faces);
        let drawn_with = |name: &str, weight| {
            let mut of = faces.faces().filter(|face| family(face) == name);
            let found = of.find(|face| face.weight == Weight(weight));
            found.map(|face| face.post_script_name.clone())
        };
        let cjk = "Noto Sans CJK JP";
        assert_eq!(
            drawn_with(cjk, 500).as_deref(),
            Some("Noto Sans CJK JP 400")
        );
        assert_eq!(
            drawn_with(cjk, 600).as_deref(),
            Some("Noto Sans CJK JP 700")
        );
        assert_eq!(
            drawn_with("Noto Sans Thai", 600).as_deref(),
            Some("Noto Sans Thai 500")
        );
        assert_eq!(
            drawn_with("Noto Serif CJK JP", 500),
            None,
            "nobody asks for it"
        );
        assert_eq!(faces.faces().count(), 1 + 5 + 3);
    }

    #[test]
    fn a_letter_that_nobody_has_is_noticed() {
        let _window = crate::ui::testing::texts::<()>(iced::widget::text("").into());
        assert!(have("abc"));
        assert!(!have("abc \u{10FFFD}"), "no font has this one");
    }
}
