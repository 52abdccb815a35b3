//! Character classes of RFC 3261 §25 and a cursor that reads grammar elements from a header value.

use super::header::{Element, Fault, HeaderError};

/// Whether the byte may stand in a token (RFC 3261 §25.1).
pub(crate) const fn is_token(byte: u8) -> bool {
    CLASS[byte as usize] & TOKEN != 0
}

/// Whether the byte is linear white space; CR and LF occur inside a value only as part of a folded line.
pub(crate) const fn is_lws(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

/// Whether the text is a non-empty token.
pub(crate) fn is_token_text(text: &str) -> bool {
    !text.is_empty() && run(text.as_bytes(), is_token) == text.len()
}

/// Removes linear white space from both ends.
pub(crate) fn trim_lws(mut bytes: &[u8]) -> &[u8] {
    while let [first, rest @ ..] = bytes
        && is_lws(*first)
    {
        bytes = rest;
    }
    trim_lws_end(bytes)
}

/// Removes linear white space from the end.
pub(crate) fn trim_lws_end(mut bytes: &[u8]) -> &[u8] {
    while let [rest @ .., last] = bytes
        && is_lws(*last)
    {
        bytes = rest;
    }
    bytes
}

/// How many bytes from the start on satisfy the predicate. Eight at a time take half the instructions; taken apart by
/// patterns, not by indices and iterators, they are quick in a debug build as well.
#[inline]
pub(crate) fn run(bytes: &[u8], predicate: impl Fn(u8) -> bool) -> usize {
    let mut rest = bytes;
    while let [a, b, c, d, e, f, g, h, behind @ ..] = rest {
        let index = if !predicate(*a) {
            0
        } else if !predicate(*b) {
            1
        } else if !predicate(*c) {
            2
        } else if !predicate(*d) {
            3
        } else if !predicate(*e) {
            4
        } else if !predicate(*f) {
            5
        } else if !predicate(*g) {
            6
        } else if !predicate(*h) {
            7
        } else {
            rest = behind;
            continue;
        };
        return bytes.len() - rest.len() + index;
    }
    while let [first, behind @ ..] = rest
        && predicate(*first)
    {
        rest = behind;
    }
    bytes.len() - rest.len()
}

/// How many bytes from the start on are of that class: [`run`] without a closure, and without `usize::from`, both of which
/// are calls in a debug build.
#[inline]
fn run_of(bytes: &[u8], class: u8) -> usize {
    let mut rest = bytes;
    while let [a, b, c, d, behind @ ..] = rest {
        let passed = bytes.len() - rest.len();
        if CLASS[*a as usize] & class == 0 {
            return passed;
        }
        if CLASS[*b as usize] & class == 0 {
            return passed + 1;
        }
        if CLASS[*c as usize] & class == 0 {
            return passed + 2;
        }
        if CLASS[*d as usize] & class == 0 {
            return passed + 3;
        }
        rest = behind;
    }
    while let [first, behind @ ..] = rest
        && CLASS[*first as usize] & class != 0
    {
        rest = behind;
    }
    bytes.len() - rest.len()
}

/// What is left behind linear white space.
#[inline]
pub(crate) fn skip_lws(mut text: &str) -> &str {
    // Nearly always there is none, or one space.
    while let Some(first) = text.as_bytes().first()
        && *first <= b' '
        && is_lws(*first)
    {
        text = &text[1..];
    }
    text
}

/// Splits a text behind its first bytes of that class.
#[inline]
pub(crate) fn split_run(text: &str, class: u8) -> (&str, &str) {
    let length = run_of(text.as_bytes(), class);
    text.split_at_checked(length).unwrap_or((text, ""))
}

/// A position in a header value.
#[derive(Debug, Clone)]
pub(crate) struct Cursor<'a> {
    text: &'a str,
    rest: &'a str,
    element: Element,
}

impl<'a> Cursor<'a> {
    #[inline]
    pub(crate) fn new(element: Element, text: &'a str) -> Self {
        Self {
            text,
            rest: text,
            element,
        }
    }

    #[inline]
    pub(crate) fn skip_lws(&mut self) {
        self.rest = skip_lws(self.rest);
    }

    /// Takes the byte if it is next; it must be an ASCII one.
    #[inline]
    pub(crate) fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        if found {
            self.advance(1);
        }
        found
    }

    /// Takes the byte with white space around it, if it is next.
    #[inline]
    pub(crate) fn eat_separator(&mut self, byte: u8) -> bool {
        let before = self.rest;
        self.skip_lws();
        if self.eat(byte) {
            self.skip_lws();
            return true;
        }
        self.rest = before;
        false
    }

    #[inline]
    pub(crate) fn expect(&mut self, byte: u8, fault: Fault) -> Result<(), HeaderError> {
        if self.eat(byte) {
            Ok(())
        } else {
            Err(self.error(fault))
        }
    }

    /// Takes bytes as long as they are of that class. A class has all bytes of non-ASCII characters or none, so that no
    /// character is split.
    #[inline]
    pub(crate) fn take(&mut self, class: u8) -> &'a str {
        let (taken, rest) = split_run(self.rest, class);
        self.rest = rest;
        taken
    }

    /// Takes bytes as long as they satisfy the predicate, which must not split a character.
    #[inline]
    pub(crate) fn take_while(&mut self, predicate: impl Fn(u8) -> bool) -> &'a str {
        self.advance(run(self.rest.as_bytes(), predicate))
    }

    /// Takes a token, at least one byte long.
    #[inline]
    pub(crate) fn token(&mut self) -> Result<&'a str, HeaderError> {
        let token = self.take(TOKEN);
        if token.is_empty() {
            Err(self.error(Fault::Token))
        } else {
            Ok(token)
        }
    }

    /// Takes a quoted string and gives what stands between the quotes, escapes untouched.
    pub(crate) fn quoted(&mut self) -> Result<&'a str, HeaderError> {
        let Some(inner) = self.rest.strip_prefix('"') else {
            return Err(self.error(Fault::Quote));
        };
        let mut bytes = inner.as_bytes().iter().enumerate();
        while let Some((length, byte)) = bytes.next() {
            match byte {
                b'"' => {
                    self.advance(length + 2);
                    return Ok(inner.get(..length).unwrap_or_default());
                }
                b'\\' => drop(bytes.next()),
                _ => {}
            }
        }
        Err(self.error(Fault::UnterminatedQuote))
    }

    /// Takes decimal digits; the number saturates at `u64::MAX`.
    #[inline]
    pub(crate) fn number(&mut self) -> Result<u64, HeaderError> {
        let digits = self.take_while(|byte| byte.is_ascii_digit());
        if digits.is_empty() {
            return Err(self.error(Fault::Number));
        }
        Ok(digits.bytes().fold(0u64, |number, digit| {
            number
                .saturating_mul(10)
                .saturating_add(u64::from(digit - b'0'))
        }))
    }

    /// Errs unless only white space is left.
    #[inline]
    pub(crate) fn end(&mut self) -> Result<(), HeaderError> {
        self.skip_lws();
        if self.is_end() {
            Ok(())
        } else {
            Err(self.error(Fault::Junk))
        }
    }

    /// Goes to a place where a character begins; elsewhere to the end.
    #[inline]
    pub(crate) fn set_position(&mut self, position: usize) {
        self.rest = self.text.get(position..).unwrap_or_default();
    }

    /// Goes to where that rest of the text begins.
    #[inline]
    pub(crate) fn set_rest(&mut self, rest: &'a str) {
        self.rest = rest;
    }

    #[inline]
    pub(crate) fn peek(&self) -> Option<u8> {
        self.rest.as_bytes().first().copied()
    }

    #[inline]
    pub(crate) fn is_end(&self) -> bool {
        self.rest.is_empty()
    }

    #[inline]
    pub(crate) fn position(&self) -> usize {
        self.text.len() - self.rest.len()
    }

    #[inline]
    pub(crate) fn rest(&self) -> &'a str {
        self.rest
    }

    /// What was taken since the cursor stood at `start`.
    #[inline]
    pub(crate) fn since(&self, start: &'a str) -> &'a str {
        start
            .get(..start.len() - self.rest.len())
            .unwrap_or_default()
    }

    pub(crate) fn element(&self) -> Element {
        self.element
    }

    #[cold]
    pub(crate) fn error(&self, fault: Fault) -> HeaderError {
        self.error_at(fault, self.position())
    }

    #[cold]
    pub(crate) fn error_at(&self, fault: Fault, offset: usize) -> HeaderError {
        HeaderError {
            element: self.element,
            fault,
            offset,
        }
    }

    /// Takes that many bytes; inside a character, all that is left.
    #[inline]
    fn advance(&mut self, length: usize) -> &'a str {
        let (taken, rest) = self
            .rest
            .split_at_checked(length)
            .unwrap_or((self.rest, ""));
        self.rest = rest;
        taken
    }
}

const fn classes() -> [u8; 256] {
    let mut classes = [0; 256];
    let mut byte = 0usize;
    while byte < 256 {
        #[expect(clippy::cast_possible_truncation, reason = "the loop ends at 256")]
        let character = byte as u8;
        let visible = byte > 0x20 && byte != 0x7f;
        let name = character.is_ascii_alphanumeric() || matches!(character, b'-' | b'.' | b'_');
        if name || matches!(character, b'!' | b'%' | b'*' | b'+' | b'`' | b'\'' | b'~') {
            classes[byte] |= TOKEN;
        }
        if name {
            classes[byte] |= HOST;
        }
        if visible && !matches!(character, b',' | b';' | b'"' | b'<' | b'>') {
            classes[byte] |= VALUE;
        }
        if visible && !matches!(character, b'"' | b'<' | b'>') {
            classes[byte] |= BRACKETED;
        }
        if visible && !matches!(character, b',' | b';') {
            classes[byte] |= BARE;
        }
        if !matches!(character, b'<' | b'>' | b',' | b';' | b'"' | b'?' | b'\\') {
            classes[byte] |= DISPLAY;
        }
        byte += 1;
    }
    classes
}

/// May stand in a token (RFC 3261 §25.1).
pub(crate) const TOKEN: u8 = 1;
/// May stand in an unquoted parameter value: visible, and none of the separators of lists and parameters.
pub(crate) const VALUE: u8 = 2;
/// May stand in a host name. The underscore is not in the grammar, but in use.
pub(crate) const HOST: u8 = 4;
/// May stand in a URI between angle brackets.
pub(crate) const BRACKETED: u8 = 8;
/// May stand in a URI without angle brackets.
pub(crate) const BARE: u8 = 16;
/// May stand in a display name without quotes; this is more than the grammar allows.
pub(crate) const DISPLAY: u8 = 32;
const CLASS: [u8; 256] = classes();

#[cfg(test)]
mod tests {
    use super::super::HeaderName;
    use super::*;

    #[test]
    fn a_run_ends_at_the_first_other_byte() {
        for length in 0..20 {
            for end in 0..=length {
                let mut text = "a".repeat(length);
                if end < length {
                    text.replace_range(end..=end, " ");
                }
                assert_eq!(run_of(text.as_bytes(), TOKEN), end, "{text:?}");
                assert_eq!(run(text.as_bytes(), is_token), end, "{text:?}");
            }
        }
    }

    fn cursor(text: &str) -> Cursor<'_> {
        Cursor::new(Element::Header(HeaderName::From), text)
    }

    #[test]
    fn quoted_strings_end_at_the_right_quote() {
        let mut c = cursor(r#""a\"b\\"x"#);
        assert_eq!(c.quoted().unwrap(), r#"a\"b\\"#);
        assert_eq!(c.rest(), "x");
        assert_eq!(
            cursor(r#""a\"#).quoted().unwrap_err().fault,
            Fault::UnterminatedQuote
        );
        assert_eq!(
            cursor("\"a\\").quoted().unwrap_err().fault,
            Fault::UnterminatedQuote
        );
    }

    #[test]
    fn numbers_saturate_and_need_a_digit() {
        assert_eq!(
            cursor("99999999999999999999999").number().unwrap(),
            u64::MAX
        );
        assert_eq!(cursor("-1").number().unwrap_err().fault, Fault::Number);
    }
}
