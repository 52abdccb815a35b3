//! Content-Type, Accept and Content-Disposition (RFC 3261 §20.1, §20.11, §20.15).

use std::borrow::Cow;

use super::params::params;
use super::{Fault, HeaderError, Params};
use crate::sip::scan::Cursor;

/// `application/pidf+xml;charset=UTF-8`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ContentType<'a> {
    /// The type: `application`.
    pub kind: &'a str,
    /// The subtype: `pidf+xml`.
    pub subtype: &'a str,
    /// The parameters.
    pub params: Params<'a>,
}

impl ContentType<'_> {
    /// Whether this is that media type (`a/b`), without regard to case and parameters.
    pub fn is(&self, media_type: &str) -> bool {
        media_type.split_once('/').is_some_and(|(kind, subtype)| {
            kind.eq_ignore_ascii_case(self.kind) && subtype.eq_ignore_ascii_case(self.subtype)
        })
    }

    /// The media type in lower case, `a/b`.
    pub fn media_type(&self) -> String {
        format!("{}/{}", self.kind, self.subtype).to_ascii_lowercase()
    }
}

/// One value of an Accept header; `*` may stand for the type or the subtype.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MediaRange<'a>(pub ContentType<'a>);

impl MediaRange<'_> {
    /// Whether a body of that media type (`a/b`) is accepted by this range.
    pub fn covers(&self, media_type: &str) -> bool {
        let Some((kind, subtype)) = media_type.split_once('/') else {
            return false;
        };
        let wanted = |range: &str, text: &str| range == "*" || range.eq_ignore_ascii_case(text);
        wanted(self.0.kind, kind) && wanted(self.0.subtype, subtype)
    }
}

/// `Content-Disposition: render;handling=optional`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ContentDisposition<'a> {
    /// The disposition as written.
    pub kind: &'a str,
    /// All parameters.
    pub params: Params<'a>,
}

impl<'a> ContentDisposition<'a> {
    /// The `handling` parameter: `required`, which is also the default, or `optional`.
    pub fn handling(&self) -> Option<Cow<'a, str>> {
        self.params.value("handling")
    }

    /// Whether a body that is not understood may be passed over (`handling=optional`).
    pub fn is_optional(&self) -> bool {
        self.handling()
            .is_some_and(|value| value.eq_ignore_ascii_case("optional"))
    }
}

/// Reads the value of a Content-Type header.
pub(crate) fn content_type<'a>(cursor: &mut Cursor<'a>) -> Result<ContentType<'a>, HeaderError> {
    let MediaRange(value) = media_range(cursor)?;
    cursor.end()?;
    Ok(value)
}

/// Reads one media range and stops behind it, before a comma or the end.
pub(crate) fn media_range<'a>(cursor: &mut Cursor<'a>) -> Result<MediaRange<'a>, HeaderError> {
    cursor.skip_lws();
    let kind = cursor.token()?;
    if !cursor.eat_separator(b'/') {
        return Err(cursor.error(Fault::Token));
    }
    let subtype = cursor.token()?;
    let params = params(cursor)?;
    cursor.skip_lws();
    Ok(MediaRange(ContentType {
        kind,
        subtype,
        params,
    }))
}

/// Reads the value of a Content-Disposition header.
pub(crate) fn content_disposition<'a>(
    cursor: &mut Cursor<'a>,
) -> Result<ContentDisposition<'a>, HeaderError> {
    cursor.skip_lws();
    let kind = cursor.token()?;
    let params = params(cursor)?;
    cursor.end()?;
    Ok(ContentDisposition { kind, params })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sip::{Element, HeaderName};

    fn cursor(text: &str) -> Cursor<'_> {
        Cursor::new(Element::Header(HeaderName::ContentType), text)
    }

    #[test]
    fn compares_types_without_case() {
        let value =
            content_type(&mut cursor("Application / PIDF+XML ; charset=\"UTF-8\"")).unwrap();
        assert!(value.is("application/pidf+xml"));
        assert_eq!(value.media_type(), "application/pidf+xml");
        assert_eq!(value.params.value("charset").as_deref(), Some("UTF-8"));
        assert!(content_type(&mut cursor("text")).is_err());
        assert!(content_type(&mut cursor("text/plain, text/html")).is_err());
    }

    #[test]
    fn ranges_cover() {
        let range = media_range(&mut cursor("application/*;q=0.3")).unwrap();
        assert!(range.covers("application/pidf+xml"));
        assert!(!range.covers("text/plain"));
    }

    #[test]
    fn reads_handling() {
        let value = content_disposition(&mut cursor("render ;handling=Optional")).unwrap();
        assert!(value.is_optional());
        assert!(
            !content_disposition(&mut cursor("session"))
                .unwrap()
                .is_optional()
        );
    }
}
