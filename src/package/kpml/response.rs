//! A `kpml-response` document (RFC 4730 section 5.3): reading and writing.

use std::fmt::Write as _;

use crate::package::body::wrong_root;
use crate::package::remark::NOT_UNDERSTOOD;
use crate::package::{Body, BodyError, Remarks, limits};
use crate::xml::{self, escape};

use super::RESPONSE_TYPE;
use super::request::check_version;

/// What a device reports.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Response {
    /// The status code, three digits (RFC 4730 section 6).
    pub code: u16,
    /// Words for people; never to be interpreted.
    pub text: String,
    /// The keys, `*` and `#` among them; `None` when the attribute is missing.
    pub digits: Option<String>,
    /// Tag of the expression that matched.
    pub tag: Option<String>,
    /// Whether the keys were kept from the other party.
    pub suppressed: bool,
    /// Whether the device had to forget keys.
    pub forced_flush: bool,
    /// What was wrong or not understood.
    pub remarks: Remarks,
}

/// What a status code means, by its first digit as the RFC demands (section 6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// 2xx: keys matched.
    Matched,
    /// 4xx: the entry failed, mostly because it took too long or the subscription ended.
    Failed,
    /// 5xx: the device cannot do what was asked for.
    NotSupported,
    /// Another class.
    Other,
}

impl Response {
    /// Reads a body.
    ///
    /// # Errors
    /// [`BodyError`] for a foreign type, unusable XML, another root, or a code that cannot be read.
    pub fn parse(body: &Body<'_>) -> Result<Self, BodyError> {
        let xml = body.xml(RESPONSE_TYPE)?;
        let root = xml.root();
        let misspelt = root.is(MISSPELT, "kpml-response");
        if !misspelt && !root.is(NAMESPACE, "kpml-response") {
            return Err(wrong_root("kpml-response", root));
        }
        let code = root
            .attribute("code")
            .map(str::trim)
            .filter(|code| code.len() == 3)
            .and_then(|code| code.parse().ok())
            .filter(|code| (100..1000).contains(code));
        let short = |name| {
            root.attribute(name)
                .filter(|text| text.len() <= limits::FIELD_BYTES)
                .map(str::to_owned)
        };
        let mut response = Self {
            code: code.ok_or_else(|| BodyError::missing("the attribute code", root))?,
            text: short("text").unwrap_or_default(),
            digits: short("digits"),
            tag: short("tag"),
            // Whatever is said but 'false' means that something was lost (section 3.5).
            forced_flush: root
                .attribute("forced_flush")
                .map(str::trim)
                .is_some_and(|said| !said.is_empty() && said != "false"),
            ..Self::default()
        };
        let remarks = &mut response.remarks;
        check_version(root, remarks);
        if misspelt {
            let message = "the namespace is misspelt as in figure 18 of the RFC";
            remarks.warn(root, message, SCHEMA);
        }
        if root.attribute("text").is_none() {
            remarks.warn(root, "the attribute text is missing", SCHEMA);
        }
        if ["text", "digits", "tag"]
            .iter()
            .any(|name| root.attribute(name).is_some() && short(name).is_none())
        {
            remarks.warn(root, "an attribute is too long, ignored", SCHEMA);
        }
        if let Some(written) = root.attribute("suppressed") {
            response.suppressed = xml::boolean(written).unwrap_or_else(|| {
                let message = "suppressed is neither true nor false, taken as false";
                remarks.warn(root, message, SCHEMA);
                false
            });
        }
        if let Some(bad) = response
            .digits
            .as_deref()
            .and_then(|digits| digits.chars().find(|c| !is_key(*c)))
        {
            remarks.warn(
                root,
                &format!("'{}' is no key", bad.escape_default()),
                SCHEMA,
            );
        }
        for child in root.children() {
            remarks.ignore(child, NOT_UNDERSTOOD, SCHEMA);
        }
        Ok(response)
    }

    /// What the code means.
    pub fn outcome(&self) -> Outcome {
        match self.code / 100 {
            2 => Outcome::Matched,
            4 => Outcome::Failed,
            5 => Outcome::NotSupported,
            _ => Outcome::Other,
        }
    }

    /// What the code stands for (RFC 4730 table 4); `None` for one that is not in it.
    pub fn meaning(&self) -> Option<&'static str> {
        Some(match self.code {
            200 => "success",
            402 => "user terminated without match",
            423 => "timer expired",
            481 => "dialog not found",
            487 => "subscription expired",
            501 => "bad document",
            502 => "namespace not supported",
            531 => "persistent subscriptions not supported",
            532 => "multiple regular expressions not supported",
            533 => "multiple subscriptions on a dialog not supported",
            534 => "too many regular expressions",
            _ => return None,
        })
    }

    /// Writes it as a body.
    pub fn document(&self) -> Vec<u8> {
        let mut out = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<kpml-response xmlns=\"{NAMESPACE}\" version=\"1.0\" code=\"{}\" text=\"{}\"",
            self.code,
            escape(&self.text)
        );
        // Writing to a string cannot fail.
        for (name, value) in [("digits", &self.digits), ("tag", &self.tag)] {
            if let Some(value) = value {
                let _ = write!(out, " {name}=\"{}\"", escape(value));
            }
        }
        for (name, value) in [
            ("suppressed", self.suppressed),
            ("forced_flush", self.forced_flush),
        ] {
            if value {
                let _ = write!(out, " {name}=\"true\"");
            }
        }
        out.push_str("/>\n");
        out.into_bytes()
    }
}

/// Keys as reports name them.
fn is_key(c: char) -> bool {
    matches!(c, '0'..='9' | 'A'..='D' | 'a'..='d' | 'R' | 'r' | '*' | '#')
}

/// Namespace of responses.
const NAMESPACE: &str = "urn:ietf:params:xml:ns:kpml-response";
/// The same as figure 18 of the RFC spells it, and as it was copied.
const MISSPELT: &str = "urn:ietf:params:xml:ns:kpml-resposne";
/// Where the grammar of responses stands.
const SCHEMA: &str = "RFC 4730 §5.3";
