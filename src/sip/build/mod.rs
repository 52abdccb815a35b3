//! Messages are written here. Whatever goes into a value, no CR, LF or NUL gets to the wire with it.

mod request;
mod response;

use bytes::Bytes;

pub use request::RequestBuilder;
pub use response::ResponseBuilder;

use super::HeaderName;
use super::scan::{is_token_text, run};

/// Why a message is not written: our own misuse, or text from outside that must not reach the wire.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BuildError {
    /// The method is not a token.
    #[error("method is not a token")]
    Method,
    /// The Request-URI is empty or has white space, brackets or control characters.
    #[error("Request-URI has characters that it must not have")]
    RequestUri,
    /// The response code is not from 100 to 699.
    #[error("response code {0} is not from 100 to 699")]
    Code(u16),
    /// The reason phrase has a control character.
    #[error("reason phrase has a control character")]
    Reason,
    /// A header name is not a token.
    #[error("header name is not a token")]
    HeaderName,
    /// A header value has a control character.
    #[error("value of {header} has a control character at byte {offset}")]
    ControlCharacter {
        /// The name of the header.
        header: String,
        /// Where in the value, in bytes.
        offset: usize,
    },
    /// Content-Length is always written by the builder.
    #[error("Content-Length is written by itself")]
    ContentLength,
}

/// What request and response have in common: lines, then Content-Type, Content-Length and the body.
#[derive(Debug)]
struct Lines {
    out: Vec<u8>,
    content_type: Option<String>,
    body: Bytes,
    error: Option<BuildError>,
}

impl Lines {
    fn new() -> Self {
        Self {
            out: Vec::with_capacity(ROOM),
            content_type: None,
            body: Bytes::new(),
            error: None,
        }
    }

    fn fail(&mut self, error: BuildError) {
        self.error.get_or_insert(error);
    }

    fn named(&mut self, name: &str, value: &str) {
        if !is_token_text(name) {
            return self.fail(BuildError::HeaderName);
        }
        if HeaderName::lookup(name.as_bytes()) == Some(HeaderName::ContentLength) {
            return self.fail(BuildError::ContentLength);
        }
        self.checked(name, value);
    }

    /// A header whose name is known to be one.
    fn known(&mut self, name: HeaderName, value: &str) {
        if name == HeaderName::ContentLength {
            return self.fail(BuildError::ContentLength);
        }
        self.checked(name.as_str(), value);
    }

    fn checked(&mut self, name: &str, value: &str) {
        let clean = |byte| (byte >= b' ' && byte != DELETE) || byte == b'\t';
        let offset = run(value.as_bytes(), clean);
        if offset < value.len() {
            return self.fail(BuildError::ControlCharacter {
                header: name.to_owned(),
                offset,
            });
        }
        self.raw(name, value.as_bytes());
    }

    /// Writes a line whose parts are known to be clean.
    fn raw(&mut self, name: &str, value: &[u8]) {
        self.out.extend_from_slice(name.as_bytes());
        self.out.extend_from_slice(b": ");
        self.out.extend_from_slice(value);
        self.out.extend_from_slice(b"\r\n");
    }

    fn body(&mut self, content_type: &str, body: Bytes) {
        self.content_type = Some(content_type.to_owned());
        self.body = body;
    }

    fn finish(mut self) -> Result<Bytes, BuildError> {
        if let Some(content_type) = self.content_type.take() {
            self.known(HeaderName::ContentType, &content_type);
        }
        if let Some(error) = self.error {
            return Err(error);
        }
        let length = self.body.len().to_string();
        self.raw(HeaderName::ContentLength.as_str(), length.as_bytes());
        self.out.extend_from_slice(b"\r\n");
        self.out.extend_from_slice(&self.body);
        Ok(Bytes::from(self.out))
    }
}

/// Control characters except the tab.
fn is_forbidden(byte: u8) -> bool {
    (byte < b' ' && byte != b'\t') || byte == DELETE
}

const DELETE: u8 = 0x7f;
/// Bytes set aside at once; most messages need no more.
const ROOM: usize = 1024;
