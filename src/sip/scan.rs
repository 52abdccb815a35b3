//! Character classes of RFC 3261 §25 and a cursor that reads grammar elements from a header value.

use super::header::{Element, Fault, HeaderError};

/// Whether the byte may stand in a token (RFC 3261 §25.1).
pub(crate) const fn is_token(byte: u8) -> bool {
    CLASS[byte as usize] & TOKEN != 0
}

/// Whether the byte may stand in an unquoted parameter value: visible, and none of the separators of lists and parameters.
pub(crate) const fn is_value(byte: u8) -> bool {
    CLASS[byte as usize] & VALUE != 0
}

/// Whether the byte is linear white space; CR and LF occur inside a value only as part of a folded line.
pub(crate) const fn is_lws(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

/// Whether the text is a non-empty token.
pub(crate) fn is_token_text(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(is_token)
}

/// Removes linear white space from both ends.
pub(crate) fn trim_lws(mut bytes: &[u8]) -> &[u8] {
    while let [first, rest @ ..] = bytes
        && is_lws(*first)
    {
        bytes = rest;
    }
    while let [rest @ .., last] = bytes
        && is_lws(*last)
    {
        bytes = rest;
    }
    bytes
}

/// A position in a header value.
#[derive(Debug, Clone)]
pub(crate) struct Cursor<'a> {
    text: &'a str,
    position: usize,
    element: Element,
}

impl<'a> Cursor<'a> {
    pub(crate) fn new(element: Element, text: &'a str) -> Self {
        Self {
            text,
            position: 0,
            element,
        }
    }

    pub(crate) fn skip_lws(&mut self) {
        while self.peek().is_some_and(is_lws) {
            self.position += 1;
        }
    }

    /// Takes the byte if it is next.
    pub(crate) fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.position += usize::from(found);
        found
    }

    /// Takes the byte with white space around it, if it is next.
    pub(crate) fn eat_separator(&mut self, byte: u8) -> bool {
        let start = self.position;
        self.skip_lws();
        if self.eat(byte) {
            self.skip_lws();
            return true;
        }
        self.position = start;
        false
    }

    pub(crate) fn expect(&mut self, byte: u8, fault: Fault) -> Result<(), HeaderError> {
        if self.eat(byte) {
            Ok(())
        } else {
            Err(self.error(fault))
        }
    }

    /// Takes bytes as long as they satisfy the predicate, which must not split a character.
    pub(crate) fn take_while(&mut self, predicate: impl Fn(u8) -> bool) -> &'a str {
        let start = self.position;
        while self.peek().is_some_and(&predicate) {
            self.position += 1;
        }
        &self.text[start..self.position]
    }

    /// Takes a token, at least one byte long.
    pub(crate) fn token(&mut self) -> Result<&'a str, HeaderError> {
        let token = self.take_while(is_token);
        if token.is_empty() {
            Err(self.error(Fault::Token))
        } else {
            Ok(token)
        }
    }

    /// Takes a quoted string and gives what stands between the quotes, escapes untouched.
    pub(crate) fn quoted(&mut self) -> Result<&'a str, HeaderError> {
        let opening = self.position;
        self.expect(b'"', Fault::Quote)?;
        let bytes = self.text.as_bytes();
        let start = self.position;
        loop {
            match bytes.get(self.position) {
                Some(b'"') => {
                    let inner = &self.text[start..self.position];
                    self.position += 1;
                    return Ok(inner);
                }
                Some(b'\\') => self.position += 2,
                Some(_) => self.position += 1,
                None => {
                    self.position = opening;
                    return Err(self.error(Fault::UnterminatedQuote));
                }
            }
        }
    }

    /// Takes decimal digits; the number saturates at `u64::MAX`.
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
    pub(crate) fn end(&mut self) -> Result<(), HeaderError> {
        self.skip_lws();
        if self.is_end() {
            Ok(())
        } else {
            Err(self.error(Fault::Junk))
        }
    }

    pub(crate) fn set_position(&mut self, position: usize) {
        self.position = position;
    }

    pub(crate) fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.position).copied()
    }

    pub(crate) fn is_end(&self) -> bool {
        self.position >= self.text.len()
    }

    pub(crate) fn position(&self) -> usize {
        self.position
    }

    pub(crate) fn rest(&self) -> &'a str {
        self.text.get(self.position..).unwrap_or_default()
    }

    pub(crate) fn slice(&self, start: usize, end: usize) -> &'a str {
        self.text.get(start..end).unwrap_or_default()
    }

    pub(crate) fn element(&self) -> Element {
        self.element
    }

    pub(crate) fn error(&self, fault: Fault) -> HeaderError {
        self.error_at(fault, self.position)
    }

    pub(crate) fn error_at(&self, fault: Fault, offset: usize) -> HeaderError {
        HeaderError {
            element: self.element,
            fault,
            offset,
        }
    }
}

const fn classes() -> [u8; 256] {
    let mut classes = [0; 256];
    let mut byte = 0usize;
    while byte < 256 {
        #[allow(clippy::cast_possible_truncation, reason = "the loop ends at 256")]
        let character = byte as u8;
        if character.is_ascii_alphanumeric()
            || matches!(
                character,
                b'-' | b'.' | b'!' | b'%' | b'*' | b'_' | b'+' | b'`' | b'\'' | b'~'
            )
        {
            classes[byte] |= TOKEN;
        }
        if byte > 0x20 && byte != 0x7f && !matches!(character, b',' | b';' | b'"' | b'<' | b'>') {
            classes[byte] |= VALUE;
        }
        byte += 1;
    }
    classes
}

const TOKEN: u8 = 1;
const VALUE: u8 = 2;
const CLASS: [u8; 256] = classes();

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used)]
mod tests {
    use super::super::HeaderName;
    use super::*;

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
