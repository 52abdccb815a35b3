//! A SIP message as text, for the other side of a test: read without anything of Siskin, so that both cannot share
//! a mistake.

/// A message as it came.
#[derive(Debug, Clone)]
pub struct Message {
    text: String,
}

impl Message {
    pub fn read(bytes: &[u8]) -> Self {
        Self {
            text: String::from_utf8_lossy(bytes).into_owned(),
        }
    }

    /// All of it.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The method; empty for a response.
    pub fn method(&self) -> &str {
        let first = self.text.split(' ').next().unwrap_or_default();
        if first.starts_with("SIP/") { "" } else { first }
    }

    /// The status code, 0 for a request.
    pub fn status(&self) -> u16 {
        let code = self.text.strip_prefix("SIP/2.0 ");
        let code = code.and_then(|rest| rest.get(..3));
        code.and_then(|code| code.parse().ok()).unwrap_or(0)
    }

    /// The value of the first header field of this name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers()
            .find(|(field, _)| field.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }

    /// All header fields, name and value, in their order.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        let head = self.text.split("\r\n\r\n").next().unwrap_or_default();
        head.lines().skip(1).filter_map(|line| {
            let (field, value) = line.split_once(':')?;
            Some((field.trim(), value.trim()))
        })
    }

    /// The body.
    pub fn body(&self) -> &str {
        self.text
            .split_once("\r\n\r\n")
            .map_or("", |(_, body)| body)
    }
}
