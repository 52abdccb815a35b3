//! XCAP URIs (RFC 4825 §6).

use std::fmt;

use super::selector::Selector;

/// The place of a user's document, or of a node in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct XcapUri {
    /// The XCAP root, such as `https://xcap.example.com/xcap-root`.
    pub root: String,
    /// The application usage, such as `pres-rules`.
    pub auid: String,
    /// The user's name there, usually the address of record with its `sip:`; `None` for what is everybody's.
    pub user: Option<String>,
    /// The document's name, `index` if there is one only.
    pub file: String,
    /// The steps to a node, such as `resource-lists/list[@name="x"]`; empty for the whole document.
    pub node: String,
    /// Prefixes in the steps with the namespaces they stand for.
    pub namespaces: Vec<(String, String)>,
}

impl XcapUri {
    /// The place of a whole document.
    pub fn document(root: &str, auid: &str, user: &str, file: &str) -> Self {
        Self {
            root: root.trim_end_matches('/').to_owned(),
            auid: auid.to_owned(),
            user: Some(user.to_owned()),
            file: file.to_owned(),
            node: String::new(),
            namespaces: Vec::new(),
        }
    }

    /// The place of a whole document that is the same for everybody.
    pub fn global(root: &str, auid: &str, file: &str) -> Self {
        Self {
            user: None,
            ..Self::document(root, auid, "", file)
        }
    }

    /// The place of a node in the document.
    #[must_use]
    pub fn node(self, selector: &Selector) -> Self {
        Self {
            node: selector.to_string(),
            namespaces: selector.namespaces().to_vec(),
            ..self
        }
    }
}

impl fmt::Display for XcapUri {
    /// The URI as it is asked for, everything escaped that has to be (XC-013).
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.root, encode(&self.auid, in_segment))?;
        match &self.user {
            Some(user) => write!(f, "/users/{}", encode(user, in_segment))?,
            None => f.write_str("/global")?,
        }
        write!(f, "/{}", encode(&self.file, in_segment))?;
        if !self.node.is_empty() {
            write!(f, "/~~/{}", encode(&self.node, in_steps))?;
        }
        for (at, (prefix, namespace)) in self.namespaces.iter().enumerate() {
            let mark = if at == 0 { "?" } else { "" };
            // xpointer's escapes, then those of a query (RFC 4825 §6.4).
            let namespace = namespace
                .replace('^', "^^")
                .replace('(', "^(")
                .replace(')', "^)");
            let prefix = encode(prefix, in_query);
            write!(f, "{mark}xmlns({prefix}={})", encode(&namespace, in_query))?;
        }
        Ok(())
    }
}

fn encode(text: &str, keep: impl Fn(u8) -> bool) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if keep(byte) {
            out.push(char::from(byte));
        } else {
            out.push('%');
            out.push(char::from(HEX[usize::from(byte >> 4)]));
            out.push(char::from(HEX[usize::from(byte & 15)]));
        }
    }
    out
}

/// `pchar` of RFC 3986 §3.3.
fn in_segment(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@".contains(&byte)
}

fn in_steps(byte: u8) -> bool {
    in_segment(byte) || byte == b'/'
}

fn in_query(byte: u8) -> bool {
    in_segment(byte) || matches!(byte, b'/' | b'?')
}

const HEX: &[u8; 16] = b"0123456789ABCDEF";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn xc_013_a_document() {
        let uri = XcapUri::document(
            "https://xcap.example.com/",
            "pres-rules",
            "sip:alice@example.com",
            "index",
        );
        assert_eq!(
            uri.to_string(),
            "https://xcap.example.com/pres-rules/users/sip:alice@example.com/index"
        );
    }

    #[test]
    fn xc_013_the_user_is_one_segment() {
        let uri = XcapUri::document("https://x", "pres-rules", "sip:a/b?c@x", "index");
        assert_eq!(
            uri.to_string(),
            "https://x/pres-rules/users/sip:a%2Fb%3Fc@x/index"
        );
        let uri = XcapUri::document("https://x", "pres-rules", "sip:a%20\u{e4}#@x", "index");
        assert_eq!(
            uri.to_string(),
            "https://x/pres-rules/users/sip:a%2520%C3%A4%23@x/index"
        );
    }

    #[test]
    fn what_is_everybodys_has_no_user() {
        let uri = XcapUri::global("https://x", "xcap-caps", "index");
        assert_eq!(uri.to_string(), "https://x/xcap-caps/global/index");
    }

    #[test]
    fn xc_013_steps_are_escaped_and_the_separator_is_not() {
        let selector = Selector::root("resource-lists")
            .child("list")
            .with("name", "Kolleg*innen \"\u{e4}\"");
        let uri = XcapUri::document("https://x/root", "resource-lists", "sip:a@x", "index");
        assert_eq!(
            uri.node(&selector).to_string(),
            "https://x/root/resource-lists/users/sip:a@x/index/~~/resource-lists/\
             list%5B@name=%22Kolleg*innen%20&quot;%C3%A4&quot;%22%5D"
        );
    }

    #[test]
    fn xc_014_prefixes_are_bound_in_the_query() {
        let selector = Selector::root("cr:ruleset")
            .child("cr:rule")
            .with("id", "a")
            .bind("cr", "urn:ietf:params:xml:ns:common-policy")
            .bind("b", "urn:x:(y)");
        let uri = XcapUri::document("https://x", "pres-rules", "sip:a@x", "index");
        assert_eq!(
            uri.node(&selector).to_string(),
            "https://x/pres-rules/users/sip:a@x/index/~~/cr:ruleset/cr:rule%5B@id=%22a%22%5D\
             ?xmlns(cr=urn:ietf:params:xml:ns:common-policy)xmlns(b=urn:x:%5E(y%5E))"
        );
    }
}
