//! Text from the network, made harmless before it is shown (requirement RB-009).
//!
//! Everything that others wrote (notes, names, reasons, addresses) goes through here and nowhere else: control
//! characters, bidirectional overrides and invisible characters are taken out, piles of combining marks are cut, the
//! length is limited, and text of a right-to-left script is isolated so that it cannot reorder what stands beside it.

/// One line of at most `limit` characters.
pub fn one_line(text: &str, limit: usize) -> String {
    let mut out = String::with_capacity(text.len().min(limit * 4));
    let mut kept = 0;
    let mut marks = 0;
    let mut gap = false;
    let mut right_to_left = false;
    for c in text.chars() {
        if is_invisible(c) {
            continue;
        }
        if c.is_whitespace() || c.is_control() {
            gap = kept > 0;
            continue;
        }
        if is_combining(c) {
            marks += 1;
            if marks > MARKS {
                continue;
            }
        } else {
            marks = 0;
        }
        if kept + usize::from(gap) >= limit {
            out.push('…');
            break;
        }
        if gap {
            out.push(' ');
            kept += 1;
            gap = false;
        }
        right_to_left |= is_right_to_left(c);
        out.push(c);
        kept += 1;
    }
    if right_to_left {
        out.insert(0, FIRST_STRONG_ISOLATE);
        out.push(POP_ISOLATE);
    }
    out
}

/// A name or address.
pub fn name(text: &str) -> String {
    one_line(text, NAME)
}

/// A note or a sentence of a server.
pub fn note(text: &str) -> String {
    one_line(text, NOTE)
}

/// A sentence of the program's lower rooms, which write them without a capital and a full stop.
pub fn sentence(text: &str) -> String {
    let text = note(text);
    let mut chars = text.chars();
    let Some(first) = chars.next() else {
        return text;
    };
    let mut out: String = first.to_uppercase().chain(chars).collect();
    if !out.ends_with(['.', '!', '?', '…', ':']) {
        out.push('.');
    }
    out
}

/// An address without its scheme, for reading.
pub fn address(uri: &str) -> String {
    let bare = uri
        .strip_prefix("sip:")
        .or_else(|| uri.strip_prefix("sips:"))
        .or_else(|| uri.strip_prefix("pres:"))
        .unwrap_or(uri);
    name(bare)
}

/// Characters that change the order or the look of their neighbours without being seen. The joiners U+200C and
/// U+200D stay: several scripts and emoji need them.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{00AD}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{180E}' | '\u{200B}' | '\u{200E}' | '\u{200F}'
        | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FEFF}' | '\u{FFA0}'
        | '\u{FFF0}'..='\u{FFFB}' | '\u{E0000}'..='\u{E0FFF}')
}

fn is_combining(c: char) -> bool {
    matches!(c,
        '\u{0300}'..='\u{036F}' | '\u{0483}'..='\u{0489}' | '\u{1AB0}'..='\u{1AFF}' | '\u{1DC0}'..='\u{1DFF}'
        | '\u{20D0}'..='\u{20FF}' | '\u{FE20}'..='\u{FE2F}')
}

fn is_right_to_left(c: char) -> bool {
    matches!(c,
        '\u{0590}'..='\u{08FF}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFF}' | '\u{10800}'..='\u{10FFF}'
        | '\u{1E800}'..='\u{1EFFF}')
}

/// Names and addresses are cut to this many characters.
const NAME: usize = 120;
/// Notes and sentences are cut to this many characters.
const NOTE: usize = 400;
/// Combining marks on one letter.
const MARKS: usize = 3;
const FIRST_STRONG_ISOLATE: char = '\u{2068}';
const POP_ISOLATE: char = '\u{2069}';

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rb_009_controls_and_overrides_are_neutralised() {
        assert_eq!(
            note("\u{1b}[31mred\u{1b}[0m\r\nnext\u{0}"),
            "[31mred [0m next"
        );
        assert_eq!(name("ab\u{202E}cd\u{2066}ef\u{FEFF}"), "abcdef");
        assert_eq!(
            note("<script>alert(1)</script>"),
            "<script>alert(1)</script>"
        );
    }

    #[test]
    fn rb_009_length_is_limited() {
        let long = "x".repeat(10_000);
        assert_eq!(name(&long).chars().count(), 121);
        assert!(name(&long).ends_with('…'));
        let spaces = format!("{}y", " ".repeat(10_000));
        assert_eq!(name(&spaces), "y");
        let pile = format!("a{}", "\u{0301}".repeat(500));
        assert_eq!(name(&pile).chars().count(), 4);
    }

    #[test]
    fn right_to_left_text_is_isolated() {
        assert_eq!(name("שלום"), "\u{2068}שלום\u{2069}");
        assert_eq!(name("Zoë 👩‍💻"), "Zoë 👩‍💻");
    }

    #[test]
    fn sentences_begin_and_end() {
        assert_eq!(sentence("no route to host"), "No route to host.");
        assert_eq!(sentence("Wait."), "Wait.");
        assert_eq!(sentence(""), "");
    }

    #[test]
    fn addresses_are_shown_without_their_scheme() {
        assert_eq!(address("sip:bob@example.com"), "bob@example.com");
        assert_eq!(address("tel:+15551234"), "tel:+15551234");
    }
}
