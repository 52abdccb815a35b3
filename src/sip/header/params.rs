//! Parameters behind a value: `;name=value;name`.

use std::borrow::Cow;

use super::{Fault, HeaderError};
use crate::sip::scan::{Cursor, TOKEN, VALUE, is_lws, skip_lws, split_run};

/// One parameter, as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Param<'a> {
    /// The name; compare without regard to case.
    pub name: &'a str,
    /// The value with its quotes, if it has them.
    pub raw_value: Option<&'a str>,
}

impl<'a> Param<'a> {
    /// Whether this is its name, without regard to case.
    #[inline]
    pub fn is(&self, name: &str) -> bool {
        // Nearly every sender writes them small.
        self.name == name || self.name.eq_ignore_ascii_case(name)
    }

    /// The value without quotes and escapes.
    pub fn value(&self) -> Option<Cow<'a, str>> {
        self.raw_value.map(unquote)
    }
}

/// The parameters of a value, in order. They were checked when the value was read; looking at them allocates nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Params<'a>(&'a str);

impl<'a> Params<'a> {
    /// Each parameter in order.
    pub fn iter(&self) -> impl Iterator<Item = Param<'a>> + use<'a> {
        let mut rest = self.0;
        std::iter::from_fn(move || {
            let (param, after) = next(rest).ok()??;
            rest = after;
            Some(param)
        })
    }

    /// The first parameter of that name.
    pub fn find(&self, name: &str) -> Option<Param<'a>> {
        if self.0.is_empty() {
            return None;
        }
        self.iter().find(|param| param.is(name))
    }

    /// The value of the first parameter of that name, without quotes; `None` if it is absent or has no value.
    pub fn value(&self, name: &str) -> Option<Cow<'a, str>> {
        self.find(name)?.value()
    }

    /// Whether there is a parameter of that name, with or without a value.
    pub fn has(&self, name: &str) -> bool {
        self.find(name).is_some()
    }

    /// The parameters as written, from the first semicolon on.
    pub fn as_str(&self) -> &'a str {
        self.0
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The value of the first parameter of that name as it stands, for parameters that are tokens or hosts.
    pub(crate) fn raw(&self, name: &str) -> Option<&'a str> {
        self.find(name)?.raw_value
    }
}

/// Reads all parameters that follow at the cursor, checking each.
pub(crate) fn params<'a>(cursor: &mut Cursor<'a>) -> Result<Params<'a>, HeaderError> {
    params_with(cursor, |_| Ok(()))
}

/// Reads all parameters that follow at the cursor, and shows each to the visitor, which may find a fault in it.
#[inline]
pub(crate) fn params_with<'a>(
    cursor: &mut Cursor<'a>,
    mut visit: impl FnMut(Param<'a>) -> Result<(), Fault>,
) -> Result<Params<'a>, HeaderError> {
    let start = cursor.rest();
    let mut rest = start;
    loop {
        match next(rest) {
            Ok(Some((param, after))) => {
                if let Err(fault) = visit(param) {
                    return Err(cursor.error(fault));
                }
                rest = after;
                cursor.set_rest(rest);
            }
            Ok(None) => return Ok(Params(cursor.since(start))),
            Err((fault, at)) => {
                cursor.set_rest(at);
                return Err(cursor.error(fault));
            }
        }
    }
}

/// What is left of a text, and what is wrong at its start.
type FaultAt<'a> = (Fault, &'a str);

/// Reads one parameter with the semicolon before it, and gives what is left; `None` if no semicolon follows.
#[inline]
fn next(text: &str) -> Result<Option<(Param<'_>, &str)>, FaultAt<'_>> {
    match skip_lws(text).strip_prefix(';') {
        Some(rest) => param(rest).map(Some),
        // Most values have none, and every list ends: worth no call.
        None => Ok(None),
    }
}

/// Reads one parameter, and gives what is left.
fn param(text: &str) -> Result<(Param<'_>, &str), FaultAt<'_>> {
    let rest = skip_lws(text);
    let (name, rest) = split_run(rest, TOKEN);
    if name.is_empty() {
        return Err((Fault::Parameter, rest));
    }
    let Some(after) = skip_lws(rest).strip_prefix('=') else {
        let param = Param {
            name,
            raw_value: None,
        };
        return Ok((param, rest));
    };
    let after = skip_lws(after);
    let (value, rest) = if after.starts_with('"') {
        let mut quoted = Cursor::new(super::Element::Unknown, after);
        quoted.quoted().map_err(|error| (error.fault, after))?;
        (quoted.since(after), quoted.rest())
    } else {
        split_run(after, VALUE)
    };
    if value.is_empty() {
        return Err((Fault::Parameter, rest));
    }
    let param = Param {
        name,
        raw_value: Some(value),
    };
    Ok((param, rest))
}

/// A parameter's number of seconds; too large a number becomes the largest.
pub(super) fn seconds(param: Param<'_>) -> Result<u32, Fault> {
    match param.raw_value {
        Some(text) if text.bytes().all(|byte| byte.is_ascii_digit()) => {
            Ok(text.parse().unwrap_or(u32::MAX))
        }
        _ => Err(Fault::Number),
    }
}

/// Takes quotes, escapes and folds away; text without quotes is given back as it is.
fn unquote(raw: &str) -> Cow<'_, str> {
    let Some(inner) = raw
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
    else {
        return Cow::Borrowed(raw);
    };
    unescape(inner)
}

/// Resolves backslash escapes and folds of what stood between quotes.
pub(crate) fn unescape(inner: &str) -> Cow<'_, str> {
    if !inner
        .bytes()
        .any(|byte| matches!(byte, b'\\' | b'\r' | b'\n'))
    {
        return Cow::Borrowed(inner);
    }
    let mut text = String::with_capacity(inner.len());
    let mut characters = inner.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\\' => text.extend(characters.next()),
            '\r' | '\n' => {
                while characters
                    .next_if(|next| next.is_ascii() && is_lws(*next as u8))
                    .is_some()
                {}
                text.push(' ');
            }
            _ => text.push(character),
        }
    }
    Cow::Owned(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sip::{Element, HeaderName};

    fn read(text: &str) -> Result<Params<'_>, HeaderError> {
        let mut cursor = Cursor::new(Element::Header(HeaderName::Via), text);
        let params = params(&mut cursor)?;
        cursor.end()?;
        Ok(params)
    }

    #[test]
    fn reads_names_values_quotes_and_space() {
        let params = read(" ; a = 1;flag ; q=\"x \\\" ; y\";h=[2001:db8::1]").unwrap();
        let list: Vec<_> = params
            .iter()
            .map(|param| (param.name, param.value().map(Cow::into_owned)))
            .collect();
        assert_eq!(
            list,
            [
                ("a", Some("1".to_owned())),
                ("flag", None),
                ("q", Some("x \" ; y".to_owned())),
                ("h", Some("[2001:db8::1]".to_owned()))
            ]
        );
        assert!(params.has("FLAG"));
        assert_eq!(params.value("flag"), None);
    }

    #[test]
    fn refuses_empty_and_open_ones() {
        for text in [";;", ";", ";a=", ";a=;b", ";=1", ";a=\"x"] {
            assert!(read(text).is_err(), "{text}");
        }
        assert_eq!(read(";a b").unwrap_err().fault, Fault::Junk);
    }
}
