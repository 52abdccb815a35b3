//! Requests.

use bytes::Bytes;

use super::{BuildError, Lines};
use crate::sip::scan::is_token_text;
use crate::sip::{HeaderName, Method};

/// Writes a request. Headers stand in the order in which they are given; Content-Type and Content-Length come last.
///
/// A fault in any step is kept and told by [`RequestBuilder::build`].
#[derive(Debug)]
#[must_use]
pub struct RequestBuilder {
    lines: Lines,
}

impl RequestBuilder {
    /// Begins with the request line.
    pub fn new(method: &Method, uri: impl AsRef<str>) -> Self {
        let (mut lines, uri) = (Lines::new(), uri.as_ref());
        if !is_token_text(method.as_str()) {
            lines.fail(BuildError::Method);
        }
        if uri.is_empty()
            || !uri
                .bytes()
                .all(|byte| byte > b' ' && !matches!(byte, 0x7f | b'<' | b'>' | b'"'))
        {
            lines.fail(BuildError::RequestUri);
        }
        lines.out.extend_from_slice(method.as_str().as_bytes());
        lines.out.push(b' ');
        lines.out.extend_from_slice(uri.as_bytes());
        lines.out.extend_from_slice(b" SIP/2.0\r\n");
        Self { lines }
    }

    /// Adds a header.
    pub fn header(mut self, name: HeaderName, value: impl AsRef<str>) -> Self {
        self.lines.known(name, value.as_ref());
        self
    }

    /// Adds a header if there is a value for it.
    pub fn header_opt(self, name: HeaderName, value: Option<impl AsRef<str>>) -> Self {
        match value {
            Some(value) => self.header(name, value),
            None => self,
        }
    }

    /// Adds one header of that name for each value.
    pub fn headers(
        mut self,
        name: HeaderName,
        values: impl IntoIterator<Item = impl AsRef<str>>,
    ) -> Self {
        for value in values {
            self = self.header(name, value);
        }
        self
    }

    /// Adds a header that is not known by name.
    pub fn header_named(mut self, name: &str, value: impl AsRef<str>) -> Self {
        self.lines.named(name, value.as_ref());
        self
    }

    /// Sets the body and its Content-Type.
    pub fn body(mut self, content_type: &str, body: impl Into<Bytes>) -> Self {
        self.lines.body(content_type, body.into());
        self
    }

    /// The bytes to send.
    pub fn build(self) -> Result<Bytes, BuildError> {
        self.lines.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_in_order_with_a_length() {
        let bytes = RequestBuilder::new(&Method::Publish, "sip:alice@example.com")
            .header(HeaderName::Via, "SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1")
            .header_opt(HeaderName::Expires, None::<&str>)
            .headers(
                HeaderName::Route,
                ["<sip:a.example.com;lr>", "<sip:b.example.com;lr>"],
            )
            .header_named("X-Note", "a\tb")
            .body("text/plain", &b"\x00\xff"[..])
            .build()
            .unwrap();
        let expected: &[u8] = b"PUBLISH sip:alice@example.com SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\n\
            Route: <sip:a.example.com;lr>\r\nRoute: <sip:b.example.com;lr>\r\nX-Note: a\tb\r\n\
            Content-Type: text/plain\r\nContent-Length: 2\r\n\r\n\x00\xff";
        assert_eq!(&bytes[..], expected);
    }

    #[test]
    fn lets_no_line_end_into_a_value() {
        let build = |value: &str| {
            RequestBuilder::new(&Method::Options, "sip:example.com")
                .header(HeaderName::Subject, value)
                .build()
        };
        for value in ["a\r\nEvil: x", "a\nb", "a\0", "a\rb", "\x1b[0m"] {
            assert!(
                matches!(build(value), Err(BuildError::ControlCharacter { .. })),
                "{value:?}"
            );
        }
        let uri = |uri: &str| {
            RequestBuilder::new(&Method::Options, uri)
                .build()
                .unwrap_err()
        };
        for text in ["", "sip:a b", "<sip:a>", "sip:a\r\nX: y"] {
            assert_eq!(uri(text), BuildError::RequestUri);
        }
        let other = Method::Other("A B".into());
        assert_eq!(
            RequestBuilder::new(&other, "sip:a").build(),
            Err(BuildError::Method)
        );
        let named = |name| {
            RequestBuilder::new(&Method::Options, "sip:a")
                .header_named(name, "1")
                .build()
                .unwrap_err()
        };
        assert_eq!(named("X:"), BuildError::HeaderName);
        assert_eq!(named("l"), BuildError::ContentLength);
    }
}
