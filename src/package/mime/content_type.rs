//! `type/subtype;name=value`: the value of Content-Type, and of Content-Disposition, which is written in the same way.

use std::borrow::Cow;

/// A type with its parameters (RFC 3261 section 20.15, RFC 2045 section 5.1). Reading never fails: what is no
/// parameter is passed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ContentType<'a> {
    media_type: &'a str,
    parameters: &'a str,
}

/// The parameters of a [`ContentType`] in the order written, quoted values without their quotes.
#[derive(Debug, Clone)]
pub struct Parameters<'a> {
    rest: &'a str,
}

impl<'a> ContentType<'a> {
    /// Reads a value.
    pub fn parse(value: &'a str) -> Self {
        let (media_type, parameters) = value.split_once(';').unwrap_or((value, ""));
        Self {
            media_type: media_type.trim(),
            parameters,
        }
    }

    /// `type/subtype` as written, without blanks at its ends.
    pub fn media_type(self) -> &'a str {
        self.media_type
    }

    /// Whether this is the type; names of types do not depend on case (RFC 3261 section 7.3.1).
    pub fn is(self, media_type: &str) -> bool {
        self.media_type.eq_ignore_ascii_case(media_type)
    }

    /// Whether the body has parts, of whatever relation.
    pub fn is_multipart(self) -> bool {
        self.media_type
            .get(..MULTIPART.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(MULTIPART))
    }

    /// Value of the first parameter with a name, in any case; an empty one is none.
    pub fn parameter(self, name: &str) -> Option<Cow<'a, str>> {
        self.parameters()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
            .filter(|value| !value.is_empty())
    }

    /// Every parameter.
    pub fn parameters(self) -> Parameters<'a> {
        Parameters {
            rest: self.parameters,
        }
    }
}

impl<'a> Iterator for Parameters<'a> {
    type Item = (&'a str, Cow<'a, str>);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let text = self.rest.trim_start_matches([';', ' ', '\t', '\r', '\n']);
            if text.is_empty() {
                self.rest = "";
                return None;
            }
            let end = text.find(['=', ';']).unwrap_or(text.len());
            let (name, after) = text.split_at(end);
            let Some(value) = after.strip_prefix('=') else {
                // A name alone says nothing here.
                self.rest = after;
                continue;
            };
            let value = value.trim_start();
            let (value, rest) = if let Some(quoted) = value.strip_prefix('"') {
                unquote(quoted)
            } else {
                let end = value.find(';').unwrap_or(value.len());
                (Cow::Borrowed(value[..end].trim_end()), &value[end..])
            };
            self.rest = rest;
            return Some((name.trim(), value));
        }
    }
}

/// A quoted string from behind its first quote, and what follows it. One that is not closed goes to the end.
fn unquote(text: &str) -> (Cow<'_, str>, &str) {
    let Some(end) = text.find(['"', '\\']) else {
        return (Cow::Borrowed(text), "");
    };
    if text[end..].starts_with('"') {
        return (Cow::Borrowed(&text[..end]), &text[end + 1..]);
    }
    let mut value = String::with_capacity(text.len());
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return (Cow::Owned(value), &text[at + 1..]),
            '\\' => value.extend(chars.next().map(|(_, escaped)| escaped)),
            c => value.push(c),
        }
    }
    (Cow::Owned(value), "")
}

const MULTIPART: &str = "multipart/";
