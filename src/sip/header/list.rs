//! Values that come in lists, over several headers or separated by commas; the two mean the same (RFC 3261 §7.3.1).

use super::{Element, Fault, HeaderError};
use crate::sip::message::Headers;
use crate::sip::scan::Cursor;

/// Each value of all headers of one name, in order. After an error it ends.
#[derive(Clone)]
pub struct Values<'a, T> {
    headers: Headers<'a>,
    cursor: Option<Cursor<'a>>,
    read: fn(&mut Cursor<'a>) -> Result<T, HeaderError>,
}

impl<'a, T> Values<'a, T> {
    pub(crate) fn new(
        headers: Headers<'a>,
        read: fn(&mut Cursor<'a>) -> Result<T, HeaderError>,
    ) -> Self {
        Self {
            headers,
            cursor: None,
            read,
        }
    }

    /// The cursor in the header that is being read, or at the start of the next.
    #[inline]
    fn cursor(&mut self) -> Option<Result<Cursor<'a>, HeaderError>> {
        if let Some(cursor) = self.cursor.take() {
            return Some(Ok(cursor));
        }
        let header = self.headers.next()?;
        Some(
            header
                .text()
                .map(|text| Cursor::new(header.element(), text)),
        )
    }

    #[cold]
    fn fail(&mut self, error: HeaderError) -> Result<T, HeaderError> {
        self.headers = Headers::none();
        Err(error)
    }
}

impl<T> Iterator for Values<'_, T> {
    type Item = Result<T, HeaderError>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let mut cursor = match self.cursor()? {
            Ok(cursor) => cursor,
            Err(error) => return Some(self.fail(error)),
        };
        let value = match (self.read)(&mut cursor) {
            Ok(value) => value,
            Err(error) => return Some(self.fail(error)),
        };
        cursor.skip_lws();
        if !cursor.is_end() {
            if let Err(error) = cursor.expect(b',', Fault::Junk) {
                return Some(self.fail(error));
            }
            self.cursor = Some(cursor);
        }
        Some(Ok(value))
    }
}

impl<T> std::fmt::Debug for Values<'_, T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Values").finish_non_exhaustive()
    }
}

/// Tokens of a list header such as Supported, Require or Allow. An empty header is an empty list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TokenList<'a>(Vec<&'a str>);

impl<'a> TokenList<'a> {
    /// Each token in order.
    pub fn iter(&self) -> impl Iterator<Item = &'a str> + '_ {
        self.0.iter().copied()
    }

    /// Whether the token is in the list, without regard to case.
    pub fn contains(&self, token: &str) -> bool {
        self.0.iter().any(|other| other.eq_ignore_ascii_case(token))
    }

    /// Whether the list is empty.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Number of tokens.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn read(headers: Headers<'a>) -> Result<Self, HeaderError> {
        let mut tokens = Vec::new();
        for header in headers {
            let mut cursor = Cursor::new(header.element(), header.text()?);
            loop {
                cursor.skip_lws();
                if cursor.is_end() {
                    break;
                }
                // An empty element is harmless and common: `Supported: , replaces`.
                if cursor.eat(b',') {
                    continue;
                }
                tokens.push(token_element(&mut cursor)?);
                cursor.skip_lws();
                if !cursor.is_end() {
                    cursor.expect(b',', Fault::Junk)?;
                }
            }
        }
        Ok(Self(tokens))
    }
}

/// Reads one token; parameters behind it are passed over.
fn token_element<'a>(cursor: &mut Cursor<'a>) -> Result<&'a str, HeaderError> {
    cursor.skip_lws();
    let token = cursor.token()?;
    super::params(cursor)?;
    Ok(token)
}

/// Takes one element of a list as it stands: up to a comma outside quotes and brackets.
pub(crate) fn raw_element<'a>(cursor: &mut Cursor<'a>) -> Result<&'a str, HeaderError> {
    cursor.skip_lws();
    let start = cursor.rest();
    loop {
        cursor.take_while(|byte| !matches!(byte, b'"' | b'<' | b','));
        match cursor.peek() {
            Some(b'"') => {
                cursor.quoted()?;
            }
            Some(b'<') => {
                cursor.take_while(|byte| byte != b'>');
                cursor.expect(b'>', Fault::UnterminatedBracket)?;
            }
            _ => break,
        }
    }
    let text = cursor
        .since(start)
        .trim_end_matches([' ', '\t', '\r', '\n']);
    if text.is_empty() {
        Err(cursor.error(Fault::Junk))
    } else {
        Ok(text)
    }
}

impl Element {
    pub(crate) fn of(header: Option<crate::sip::HeaderName>) -> Self {
        header.map_or(Self::Unknown, Self::Header)
    }
}
