//! Text that has as many lines as it needs.

use std::borrow::Cow;

use iced::Renderer;
use iced::advanced::text::{IntoFragment, Wrapping};
use iced::widget::Text;

use crate::ui::theme::Theme;

/// Text. A word that is wider than its box goes on in the next line: the toolkit's own would run over its neighbours.
pub fn text<'a>(content: impl IntoFragment<'a>) -> Text<'a, Theme, Renderer> {
    let content = held_together(content.into_fragment());
    iced::widget::text(content).wrapping(Wrapping::WordOrGlyph)
}

/// Japanese may break between any two letters, which leaves the last one of a sentence alone in its line, or parts a word in
/// katakana. Those, the last letters of a sentence, and a number and what it counts are held together.
pub(crate) fn held_together(content: Cow<'_, str>) -> Cow<'_, str> {
    if !content.chars().any(is_kana) {
        return content;
    }
    let letters: Vec<char> = content.chars().collect();
    let mut out = String::with_capacity(2 * content.len());
    for (place, &letter) in letters.iter().enumerate() {
        let before = place.checked_sub(1).and_then(|before| letters.get(before));
        let after = letters.get(place + 1);
        let counts = before.is_some_and(char::is_ascii_digit)
            && after.is_some_and(|after| !after.is_ascii());
        if letter == ' ' && counts {
            out.push(NO_BREAK);
            continue;
        }
        let parts = before.is_some_and(|&before| {
            let in_word = is_katakana(before) && is_katakana(letter) && is_short(&letters, place);
            let at_end = is_hiragana(before) && is_hiragana(letter) && is_last(&letters, place);
            in_word || at_end
        });
        if parts {
            out.push(JOINER);
        }
        out.push(letter);
    }
    out.into()
}

/// The same without what holds it together: as it is read out, or looked for.
pub fn loose(content: &str) -> Cow<'_, str> {
    if content.contains([JOINER, NO_BREAK]) {
        content.replace(NO_BREAK, " ").replace(JOINER, "").into()
    } else {
        content.into()
    }
}

/// Whether the word in katakana around this place has room in the narrowest window.
fn is_short(letters: &[char], place: usize) -> bool {
    let (before, after) = letters.split_at(place);
    let is_in = |letter: &&char| is_katakana(**letter);
    let length = before.iter().rev().take_while(is_in).count();
    length + after.iter().take_while(is_in).count() <= WORD
}

/// Whether only this letter and one more, if any, are left of a sentence.
fn is_last(letters: &[char], place: usize) -> bool {
    let rest = letters.iter().skip(place);
    let left = rest.take_while(|letter| is_hiragana(**letter)).count();
    let next = letters.get(place + left);
    left < ENDING && next.is_none_or(|next| matches!(next, '。' | '、' | '？' | ' ' | '）'))
}

fn is_kana(letter: char) -> bool {
    is_hiragana(letter) || is_katakana(letter)
}

fn is_hiragana(letter: char) -> bool {
    matches!(letter, '\u{3041}'..='\u{309f}')
}

/// With the mark of a long vowel.
fn is_katakana(letter: char) -> bool {
    matches!(letter, '\u{30a1}'..='\u{30fa}' | '\u{30fc}')
}

/// No line breaks beside it, and nothing is drawn for it.
const JOINER: char = '\u{2060}';
const NO_BREAK: char = '\u{a0}';
/// The longest word in katakana that is held together.
const WORD: usize = 8;
/// So many letters of a sentence stay together in the end.
const ENDING: usize = 3;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::tests::speak;

    fn marked(content: &str) -> String {
        held_together(content.into())
            .replace(JOINER, "-")
            .replace(NO_BREAK, "_")
    }

    #[test]
    fn the_end_of_a_japanese_sentence_stays_together() {
        assert_eq!(marked("希望しています"), "希望してい-ま-す");
        assert_eq!(marked("閉じました。次"), "閉じま-し-た。次");
        assert_eq!(marked("9:00 から"), "9:00_か-ら");
        assert_eq!(marked("メッセージ 2 件"), "メ-ッ-セ-ー-ジ 2_件");
        assert_eq!(
            marked("フィンガープリント"),
            "フィンガープリント",
            "it is long"
        );
    }

    #[test]
    fn nothing_else_is_touched() {
        for content in ["2 new messages", "山田 太郎", "Привет", ""] {
            assert!(
                matches!(held_together(content.into()), Cow::Borrowed(same) if same == content)
            );
        }
    }

    #[test]
    fn what_is_held_together_is_no_wider() {
        speak("ja");
        let plain = crate::ui::testing::width("メッセージ");
        let held = crate::ui::testing::width(&held_together("メッセージ".into()));
        assert!((plain - held).abs() < 1.0, "{plain} {held}");
        speak("en");
    }
}
