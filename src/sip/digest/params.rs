//! `Scheme name=value, name="value"`: the grammar that challenges and credentials share (RFC 7235 §2.1).

use super::DigestError;
use crate::sip::scan::{is_lws, is_token};

/// One scheme with its parameters, as written; values without their quotes, escapes untouched.
#[derive(Debug)]
pub(super) struct Scheme<'a> {
    pub(super) name: &'a str,
    params: Vec<(&'a str, &'a str)>,
}

impl<'a> Scheme<'a> {
    pub(super) fn is_digest(&self) -> bool {
        self.name.eq_ignore_ascii_case("Digest")
    }

    pub(super) fn value(&self, name: &str) -> Option<&'a str> {
        self.params
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| *value)
    }

    pub(super) fn require(&self, name: &'static str) -> Result<&'a str, DigestError> {
        self.value(name).ok_or(DigestError::Missing(name))
    }

    pub(super) fn is_true(&self, name: &str) -> bool {
        self.value(name)
            .is_some_and(|value| value.eq_ignore_ascii_case("true"))
    }

    pub(super) fn owned(&self, name: &str) -> Option<String> {
        self.value(name).map(str::to_owned)
    }

    fn add(&mut self, name: &'a str, value: &'a str) -> Result<(), DigestError> {
        if self.value(name).is_some() && self.is_digest() {
            return Err(DigestError::Repeated);
        }
        self.params.push((name, value));
        Ok(())
    }
}

/// Reads every scheme of a value. What cannot be read inside a scheme other than Digest is passed over.
pub(super) fn schemes(text: &str) -> Result<Vec<Scheme<'_>>, DigestError> {
    let mut reader = Reader { text, position: 0 };
    let mut schemes: Vec<Scheme<'_>> = Vec::new();
    loop {
        reader.skip(|byte| is_lws(byte) || byte == b',');
        if reader.peek().is_none() {
            return Ok(schemes);
        }
        let name = reader.take(is_token);
        let after_name = reader.position;
        reader.skip(is_lws);
        let current = schemes.last_mut();
        match (reader.peek(), current) {
            (Some(b'='), Some(scheme)) if !name.is_empty() => {
                reader.position += 1;
                reader.skip(is_lws);
                let value = reader.value()?;
                scheme.add(name, value)?;
                reader.skip(is_lws);
                match reader.peek() {
                    None | Some(b',') => {}
                    Some(_) if scheme.is_digest() => return Err(reader.error()),
                    Some(_) => reader.skip(|byte| byte != b','),
                }
            }
            (next, _)
                if !name.is_empty()
                    && (next.is_none() || reader.position > after_name || next == Some(b',')) =>
            {
                schemes.push(Scheme {
                    name,
                    params: Vec::new(),
                });
            }
            (_, Some(scheme)) if !scheme.is_digest() => reader.skip(|byte| byte != b','),
            _ => return Err(reader.error()),
        }
    }
}

/// Reads the parameters of a header that has no scheme, such as Authentication-Info.
pub(super) fn bare(text: &str) -> Result<Scheme<'_>, DigestError> {
    let mut reader = Reader { text, position: 0 };
    let mut scheme = Scheme {
        name: "Digest",
        params: Vec::new(),
    };
    loop {
        reader.skip(|byte| is_lws(byte) || byte == b',');
        if reader.peek().is_none() {
            return Ok(scheme);
        }
        let name = reader.take(is_token);
        reader.skip(is_lws);
        if name.is_empty() || reader.peek() != Some(b'=') {
            return Err(reader.error());
        }
        reader.position += 1;
        reader.skip(is_lws);
        let value = reader.value()?;
        scheme.add(name, value)?;
        reader.skip(is_lws);
        if !matches!(reader.peek(), None | Some(b',')) {
            return Err(reader.error());
        }
    }
}

/// Quotes a text that is not ours: backslash and quote are escaped (RFC 3261 §25.1).
pub(super) fn escape(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}

struct Reader<'a> {
    text: &'a str,
    position: usize,
}

impl<'a> Reader<'a> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.position).copied()
    }

    fn skip(&mut self, predicate: impl Fn(u8) -> bool) {
        self.take(predicate);
    }

    fn take(&mut self, predicate: impl Fn(u8) -> bool) -> &'a str {
        let start = self.position;
        while self.peek().is_some_and(&predicate) {
            self.position += 1;
        }
        self.text.get(start..self.position).unwrap_or_default()
    }

    /// A quoted string without its quotes, or everything up to white space or a comma.
    fn value(&mut self) -> Result<&'a str, DigestError> {
        if self.peek() != Some(b'"') {
            // A backslash means something in quotes only, where the value stands when it is sent back.
            return Ok(self.take(|byte| !is_lws(byte) && !matches!(byte, b',' | b'"' | b'\\')));
        }
        let opening = self.position;
        self.position += 1;
        let start = self.position;
        loop {
            match self.peek() {
                Some(b'"') => {
                    let value = self.text.get(start..self.position).unwrap_or_default();
                    self.position += 1;
                    return Ok(value);
                }
                Some(b'\\') => self.position += 2,
                Some(_) => self.position += 1,
                None => return Err(DigestError::Syntax { offset: opening }),
            }
        }
    }

    fn error(&self) -> DigestError {
        DigestError::Syntax {
            offset: self.position,
        }
    }
}
