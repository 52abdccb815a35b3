//! Addresses with a display name and parameters (RFC 3261 §20.10): From, To, Contact, Route and their like.

use std::borrow::Cow;

use super::params::{params_with, unescape};
use super::{Element, Fault, HeaderError, Params, Values};
use crate::sip::scan::{BARE, BRACKETED, Cursor, DISPLAY, is_lws};
use crate::sip::{HeaderName, Uri};

/// `"Bob" <sip:bob@example.com>;tag=1` or `sip:bob@example.com;tag=1`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameAddr<'a> {
    /// The display name without quotes; `None` if there is none or it is empty.
    pub display: Option<Cow<'a, str>>,
    /// The URI as written, without brackets. It is checked for a scheme and for white space only; see [`NameAddr::parse_uri`].
    pub uri: &'a str,
    /// The header parameters, which stand behind the closing bracket.
    pub params: Params<'a>,
    tag: Option<&'a str>,
    element: Element,
}

impl<'a> NameAddr<'a> {
    /// Reads one address as it would stand in that header.
    pub fn parse(header: HeaderName, text: &'a str) -> Result<Self, HeaderError> {
        let mut cursor = Cursor::new(Element::Header(header), text);
        let address = name_addr(&mut cursor)?;
        cursor.end()?;
        Ok(address)
    }

    /// The `tag` parameter.
    pub fn tag(&self) -> Option<&'a str> {
        self.tag
    }

    /// The `expires` parameter of a contact in seconds; a number too large for the type becomes the largest.
    /// `None` also if it is not a number, which means the default (RFC 3261 §10.2.1.1).
    pub fn expires(&self) -> Option<u32> {
        let digits = self.params.raw("expires")?;
        let mut cursor = Cursor::new(self.element, digits);
        let number = cursor.number().ok()?;
        cursor
            .is_end()
            .then_some(u32::try_from(number).unwrap_or(u32::MAX))
    }

    /// The `q` parameter of a contact as thousandths, 0 to 1000.
    pub fn q(&self) -> Option<u16> {
        let (whole, fraction) = match self.params.raw("q")? {
            text if text.contains('.') => text.split_once('.')?,
            text => (text, ""),
        };
        if fraction.len() > 3 || !fraction.bytes().all(|digit| digit.is_ascii_digit()) {
            return None;
        }
        let fraction = format!("{fraction:0<3}").parse::<u16>().ok()?;
        match whole {
            "0" | "" => Some(fraction),
            "1" if fraction == 0 => Some(1000),
            _ => None,
        }
    }

    /// Parses the URI.
    pub fn parse_uri(&self) -> Result<Uri, HeaderError> {
        Uri::parse(self.uri).map_err(|error| HeaderError {
            element: self.element,
            fault: Fault::Uri(error),
            offset: 0,
        })
    }
}

/// One value of a Contact header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Contact<'a> {
    /// `*`: all bindings (RFC 3261 §10.2.2).
    Star,
    /// An address.
    Address(NameAddr<'a>),
}

impl<'a> Contact<'a> {
    /// The address, unless this is `*`.
    pub fn address(&self) -> Option<&NameAddr<'a>> {
        match self {
            Self::Star => None,
            Self::Address(address) => Some(address),
        }
    }
}

/// The values of all Contact headers, in order.
pub type Contacts<'a> = Values<'a, Contact<'a>>;

/// Reads a contact, or `*` when it stands alone.
pub(crate) fn contact<'a>(cursor: &mut Cursor<'a>) -> Result<Contact<'a>, HeaderError> {
    cursor.skip_lws();
    if cursor.rest().starts_with('*') {
        cursor.eat(b'*');
        cursor.skip_lws();
        return if cursor.is_end() {
            Ok(Contact::Star)
        } else {
            Err(cursor.error(Fault::Star))
        };
    }
    name_addr(cursor).map(Contact::Address)
}

/// Reads one address with its parameters and stops behind it, before a comma or the end.
pub(crate) fn name_addr<'a>(cursor: &mut Cursor<'a>) -> Result<NameAddr<'a>, HeaderError> {
    cursor.skip_lws();
    let start = cursor.position();
    let display = if cursor.peek() == Some(b'"') {
        let text = unescape(cursor.quoted()?);
        cursor.skip_lws();
        cursor.expect(b'<', Fault::Junk)?;
        text
    } else {
        let text = cursor.take(DISPLAY);
        if !cursor.eat(b'<') {
            return addr_spec(cursor, start);
        }
        display_name(cursor, start, text)?
    };
    let uri = bracketed_uri(cursor)?;
    let (params, tag) = tagged_params(cursor)?;
    cursor.skip_lws();
    let display = Some(display).filter(|text| !text.is_empty());
    Ok(NameAddr {
        display,
        uri,
        params,
        tag,
        element: cursor.element(),
    })
}

fn display_name<'a>(
    cursor: &Cursor<'a>,
    start: usize,
    text: &'a str,
) -> Result<Cow<'a, str>, HeaderError> {
    if let Some(offset) = text.bytes().position(|byte| matches!(byte, b':')) {
        return Err(cursor.error_at(Fault::DisplayName, start + offset));
    }
    let text = text.trim_end_matches(|c: char| c.is_ascii() && is_lws(c as u8));
    Ok(unescape(text))
}

/// The URI after an opening bracket, and the closing one.
fn bracketed_uri<'a>(cursor: &mut Cursor<'a>) -> Result<&'a str, HeaderError> {
    let start = cursor.position();
    let uri = cursor.take(BRACKETED);
    match cursor.peek() {
        Some(b'>') => {}
        Some(byte) if is_lws(byte) => return Err(cursor.error(Fault::WhiteSpace)),
        Some(b'<' | b'"') | None => return Err(cursor.error(Fault::UnterminatedBracket)),
        Some(_) => return Err(cursor.error(Fault::Junk)),
    }
    check_scheme(cursor, start, uri)?;
    cursor.eat(b'>');
    Ok(uri)
}

/// A URI without brackets: everything behind a semicolon belongs to the header (RFC 3261 §20).
fn addr_spec<'a>(cursor: &mut Cursor<'a>, start: usize) -> Result<NameAddr<'a>, HeaderError> {
    let fault_at = cursor.position();
    match cursor.peek() {
        Some(b'?') => return Err(cursor.error(Fault::UnbracketedUri)),
        Some(b'"' | b'\\' | b'>') => return Err(cursor.error_at(Fault::DisplayName, fault_at)),
        _ => {}
    }
    cursor.set_position(start);
    let uri = cursor.take(BARE);
    // `Bell, Alexander <sip:...>`: what looks like a URI is a display name that lacks its quotes.
    if !uri.contains(':') && cursor.rest().contains('<') {
        return Err(cursor.error_at(Fault::DisplayName, fault_at));
    }
    check_scheme(cursor, start, uri)?;
    let (params, tag) = tagged_params(cursor)?;
    cursor.skip_lws();
    if !cursor.is_end() && cursor.peek() != Some(b',') {
        return Err(cursor.error(Fault::Junk));
    }
    Ok(NameAddr {
        display: None,
        uri,
        params,
        tag,
        element: cursor.element(),
    })
}

/// The parameters, and the tag among them, which must have a value.
fn tagged_params<'a>(
    cursor: &mut Cursor<'a>,
) -> Result<(Params<'a>, Option<&'a str>), HeaderError> {
    let mut tag = None;
    let params = params_with(cursor, |param| {
        if tag.is_none() && param.is("tag") {
            tag = Some(param.raw_value.ok_or(Fault::Parameter)?);
        }
        Ok(())
    })?;
    Ok((params, tag))
}

fn check_scheme(cursor: &Cursor<'_>, start: usize, uri: &str) -> Result<(), HeaderError> {
    use crate::sip::UriError;
    if uri.starts_with("sip:") && uri.len() > 4 {
        return Ok(());
    }
    let bytes = uri.as_bytes();
    let in_scheme = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
    let length = bytes
        .iter()
        .position(|byte| !in_scheme(byte))
        .unwrap_or(bytes.len());
    if length > 0
        && bytes[0].is_ascii_alphabetic()
        && bytes.get(length) == Some(&b':')
        && bytes.len() > length + 1
    {
        Ok(())
    } else {
        Err(cursor.error_at(Fault::Uri(UriError::Scheme), start))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<NameAddr<'_>, HeaderError> {
        NameAddr::parse(HeaderName::From, text)
    }

    #[test]
    fn reads_each_form() {
        let address =
            read(r#""Bob \"B\" Smith" <sip:bob.smith@example.com;transport=tcp>;tag=abc"#).unwrap();
        assert_eq!(address.display.as_deref(), Some("Bob \"B\" Smith"));
        assert_eq!(address.uri, "sip:bob.smith@example.com;transport=tcp");
        assert_eq!(address.tag(), Some("abc"));

        let address = read("sip:bob@example.com;tag=abc").unwrap();
        assert_eq!(
            (address.uri, address.tag(), address.display),
            ("sip:bob@example.com", Some("abc"), None)
        );

        let address = read("I have  spaces   <sip:bob@example.com>").unwrap();
        assert_eq!(address.display.as_deref(), Some("I have  spaces"));

        let address = read("<sip:bob@example.com>;expires=99999999999;q=0.25").unwrap();
        assert_eq!(
            (address.expires(), address.q()),
            (Some(u32::MAX), Some(250))
        );

        let address = read("\"\" <tel:+12015550123>\r\n ;tag=x").unwrap();
        assert_eq!((address.display.clone(), address.tag()), (None, Some("x")));
        assert_eq!(
            read("Jörg <sip:j@example.com>").unwrap().display.as_deref(),
            Some("Jörg")
        );
    }

    #[test]
    fn names_the_fault() {
        let fault = |text| read(text).unwrap_err().fault;
        assert_eq!(
            fault("\"Bob <sip:bob@example.com>"),
            Fault::UnterminatedQuote
        );
        assert_eq!(fault("<sip:bob@example.com"), Fault::UnterminatedBracket);
        assert_eq!(fault("< sip:bob@example.com>"), Fault::WhiteSpace);
        assert_eq!(fault("sip:bob@example.com?Route=x"), Fault::UnbracketedUri);
        assert_eq!(
            fault("<bob@example.com>"),
            Fault::Uri(crate::sip::UriError::Scheme)
        );
        assert_eq!(fault("<sip:bob@example.com>;;"), Fault::Parameter);
        assert_eq!(fault("<sip:bob@example.com>;tag"), Fault::Parameter);
        assert_eq!(fault("<sip:bob@example.com> tag=1"), Fault::Junk);
        assert_eq!(fault("Bell, A <sip:bob@example.com>"), Fault::DisplayName);
        assert_eq!(fault("a:b <sip:bob@example.com>"), Fault::DisplayName);
        assert!(read("").is_err());
    }
}
