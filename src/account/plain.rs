//! Text from the network, made harmless before anybody shows it (RB-009).

use std::borrow::Cow;

/// The text with control and bidirectional override characters neutralised, line ends turned into blanks, and of
/// bounded length.
pub fn plain(text: &str) -> Cow<'_, str> {
    if text.len() <= MAX_CHARS && !text.chars().any(is_harmful) {
        return Cow::Borrowed(text);
    }
    let mut out: String = text.chars().take(MAX_CHARS).map(neutral).collect();
    if text.chars().nth(MAX_CHARS).is_some() {
        out.push('…');
    }
    Cow::Owned(out)
}

fn neutral(c: char) -> char {
    match c {
        '\n' | '\r' | '\t' | '\u{2028}' | '\u{2029}' => ' ',
        c if is_harmful(c) => char::REPLACEMENT_CHARACTER,
        c => c,
    }
}

fn is_harmful(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
        )
}

/// Longer texts are cut; a screen shows a tenth of it.
const MAX_CHARS: usize = 1000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rb_009_escapes_and_overrides_are_neutralised() {
        assert_eq!(plain("Grüße"), "Grüße");
        assert_eq!(plain("a\u{1b}[31m\nb\u{202e}c\u{7}"), "a�[31m b�c�");
        assert_eq!(plain(&"x".repeat(5000)).chars().count(), MAX_CHARS + 1);
    }
}
