//! Why a document could not be read or written.

use thiserror::Error;

use super::limits;
use crate::xml;

/// Why a document could not be read or written.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum XcapError {
    /// The root is no URL of an XCAP server.
    #[error("{root:?} is no XCAP root: {detail}")]
    Root {
        /// What was given.
        root: String,
        /// What is wrong with it.
        detail: String,
    },
    /// The root is plain HTTP to another machine, where a password is not safe.
    #[error("{root} is not encrypted; an XCAP root has to begin with https")]
    Insecure {
        /// The root.
        root: String,
    },
    /// 401 or 407 although credentials were sent, or there were none to send; or 403.
    #[error("the XCAP server refused: {}", if *.status == 403 { "not allowed (403)" } else { "wrong or missing password (401)" })]
    Refused {
        /// The status.
        status: u16,
    },
    /// 409: the server finds fault with the change.
    #[error("the XCAP server cannot make this change: {0}")]
    Conflict(Conflict),
    /// 412: somebody else has changed the document meanwhile.
    #[error("somebody else has changed the document")]
    Changed,
    /// No connection, or no trust in its certificate.
    #[error("cannot reach the XCAP server {address}: {detail}")]
    Unreachable {
        /// Where to.
        address: String,
        /// What was wrong.
        detail: String,
    },
    /// A connection, but no whole answer in [`limits::REQUEST_TIMEOUT`].
    #[error("the XCAP server {address} does not answer")]
    NoAnswer {
        /// Who.
        address: String,
    },
    /// The answer is a web page, not a document.
    #[error("{address} is a web server, but no XCAP server: it answers with {content_type}")]
    NotXcap {
        /// Who answered.
        address: String,
        /// With what.
        content_type: String,
    },
    /// The document is larger than it may be.
    #[error("the document is larger than {limit} bytes")]
    TooLarge {
        /// The limit.
        limit: usize,
    },
    /// The server sends us to another one, which never sees the password.
    #[error("the XCAP server sends us to {to}, which is another server")]
    Redirected {
        /// Where to.
        to: String,
    },
    /// Any other status.
    #[error("the XCAP server answered {status}")]
    Server {
        /// The status.
        status: u16,
    },
}

/// What an `application/xcap-error+xml` document says (RFC 4825 §11).
#[derive(Debug, Clone, PartialEq, Eq, Default, Error)]
#[error("{}{}{}", if .condition.is_empty() { "it does not say why" } else { .condition.as_str() }, if .phrase.is_empty() { "" } else { ": " }, .phrase)]
pub struct Conflict {
    /// The name of the error element, such as `no-parent`; empty when the server did not say.
    pub condition: String,
    /// What the server says to people; empty when it says nothing.
    pub phrase: String,
    /// Values that the server offers instead of one that is taken (`uniqueness-failure`).
    pub alternatives: Vec<String>,
}

impl Conflict {
    /// Reads an error document. What is none, or is an extension that nobody here knows, says nothing (RFC 4825 §11.1).
    pub(super) fn read(body: &[u8]) -> Self {
        let Ok(document) = xml::Document::parse(body, None) else {
            return Self::default();
        };
        let root = document.root();
        if !root.is(NAMESPACE, "xcap-error") {
            return Self::default();
        }
        let Some(condition) = root
            .children()
            .find(|child| child.namespace() == NAMESPACE && child.name() != "extension")
        else {
            return Self::default();
        };
        let alternatives = condition
            .children_named(NAMESPACE, "exists")
            .flat_map(|exists| exists.children_named(NAMESPACE, "alt-value"))
            .map(|value| shorten(value.trimmed()))
            .take(ALTERNATIVES)
            .collect();
        Self {
            condition: shorten(condition.name()),
            phrase: shorten(condition.attribute("phrase").unwrap_or_default()),
            alternatives,
        }
    }
}

/// Cuts what a server says to a length that can be shown, and takes out what moves a cursor.
fn shorten(text: &str) -> String {
    text.chars()
        .take(limits::PHRASE)
        .map(|char| if char.is_control() { ' ' } else { char })
        .collect()
}

const NAMESPACE: &str = "urn:ietf:params:xml:ns:xcap-error";
/// Alternative values that are kept.
const ALTERNATIVES: usize = 20;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn xc_019_the_condition_and_the_phrase_are_read() {
        let conflict = Conflict::read(
            br#"<?xml version="1.0"?><xcap-error xmlns="urn:ietf:params:xml:ns:xcap-error">
            <uniqueness-failure phrase="Taken"><exists field="x"><alt-value>sip:a@example.com</alt-value></exists>
            </uniqueness-failure></xcap-error>"#,
        );
        assert_eq!(conflict.condition, "uniqueness-failure");
        assert_eq!(conflict.phrase, "Taken");
        assert_eq!(conflict.alternatives, ["sip:a@example.com"]);
        assert_eq!(
            XcapError::Conflict(conflict).to_string(),
            "the XCAP server cannot make this change: uniqueness-failure: Taken"
        );
    }

    #[test]
    fn xc_019_an_unknown_extension_or_noise_says_nothing() {
        for body in [
            &br#"<xcap-error xmlns="urn:ietf:params:xml:ns:xcap-error"><extension phrase="p"><x/></extension></xcap-error>"#[..],
            b"<html>",
            b"<a/>",
            b"",
        ] {
            assert_eq!(Conflict::read(body), Conflict::default());
        }
    }
}
