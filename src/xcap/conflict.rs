//! What a server finds fault with in a change (409): the `xcap-error` document (RFC 4825 §11, XC-019).

use std::fmt;

use thiserror::Error;

use super::limits;
use crate::xml::{self, Element};

/// Why a change cannot be made, as far as the server says it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Error)]
#[error("{cause}{}{}", if .phrase.is_empty() { "" } else { ": " }, .phrase)]
pub struct Conflict {
    /// What is wrong.
    pub cause: Cause,
    /// What the server says to people; empty when it says nothing.
    pub phrase: String,
}

/// The conditions of RFC 4825 §11.2.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Cause {
    /// What was sent is no XML document.
    NotWellFormed,
    /// What was sent is not one element.
    NotAFragment,
    /// What was sent is no value of an attribute.
    NotAnAttributeValue,
    /// There is nothing to put it into.
    NoParent {
        /// The URI of the nearest thing that is there, when it is told.
        ancestor: Option<String>,
    },
    /// The document would not match its schema.
    SchemaValidation,
    /// What was written could not be read at the same address.
    CannotInsert,
    /// Something else would be found at the address of what was deleted.
    CannotDelete,
    /// A value is taken that has to be unique.
    NotUnique {
        /// Values that the server offers instead.
        alternatives: Vec<String>,
    },
    /// A rule of the application is broken.
    Constraint,
    /// What was sent is not in UTF-8.
    NotUtf8,
    /// The server did not say, or in words of its own (RFC 4825 §11.1).
    #[default]
    Unsaid,
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotWellFormed => "it takes it for no XML document",
            Self::NotAFragment => "it takes it for no XML element",
            Self::NotAnAttributeValue => "it takes it for no value of an attribute",
            Self::NoParent { .. } => "there is no document or element to put it into",
            Self::SchemaValidation => "the document would not be of its kind any more",
            Self::CannotInsert => "it would not be found again where it was put",
            Self::CannotDelete => "something else would take the place of what is deleted",
            Self::NotUnique { .. } => "a name in it is taken already",
            Self::Constraint => "it breaks a rule of the server",
            Self::NotUtf8 => "it takes it for other text than UTF-8",
            Self::Unsaid => "it does not say why",
        })
    }
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
        let own = root
            .children()
            .filter(|child| child.namespace() == NAMESPACE);
        let known = own
            .map(|child| (child, cause(child)))
            .find_map(|(child, cause)| Some((child, cause?)));
        let Some((condition, cause)) = known else {
            return Self::default();
        };
        Self {
            cause,
            phrase: shorten(condition.attribute("phrase").unwrap_or_default()),
        }
    }
}

fn cause(condition: Element<'_>) -> Option<Cause> {
    Some(match condition.name() {
        "not-well-formed" => Cause::NotWellFormed,
        "not-xml-frag" => Cause::NotAFragment,
        "not-xml-att-value" => Cause::NotAnAttributeValue,
        "no-parent" => Cause::NoParent {
            ancestor: condition
                .child(NAMESPACE, "ancestor")
                .map(|ancestor| shorten(ancestor.trimmed())),
        },
        "schema-validation-error" => Cause::SchemaValidation,
        "cannot-insert" => Cause::CannotInsert,
        "cannot-delete" => Cause::CannotDelete,
        "uniqueness-failure" => Cause::NotUnique {
            alternatives: condition
                .children_named(NAMESPACE, "exists")
                .flat_map(|exists| exists.children_named(NAMESPACE, "alt-value"))
                .map(|value| shorten(value.trimmed()))
                .filter(|value| !value.is_empty())
                .take(limits::ALTERNATIVES)
                .collect(),
        },
        "constraint-failure" => Cause::Constraint,
        "not-utf-8" => Cause::NotUtf8,
        _ => return None,
    })
}

/// Cuts what a server says to a length that can be shown, and takes out what moves a cursor.
fn shorten(text: &str) -> String {
    text.chars()
        .take(limits::PHRASE)
        .map(|char| if char.is_control() { ' ' } else { char })
        .collect()
}

const NAMESPACE: &str = "urn:ietf:params:xml:ns:xcap-error";

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::xcap::XcapError;

    fn read(condition: &str) -> Conflict {
        let body = format!(
            "<xcap-error xmlns=\"urn:ietf:params:xml:ns:xcap-error\">{condition}</xcap-error>"
        );
        Conflict::read(body.as_bytes())
    }

    #[test]
    fn xc_019_the_condition_and_the_phrase_are_read() {
        let conflict = Conflict::read(
            br#"<?xml version="1.0"?><xcap-error xmlns="urn:ietf:params:xml:ns:xcap-error">
            <uniqueness-failure phrase="Taken"><exists field="x"><alt-value>sip:a@example.com</alt-value></exists>
            </uniqueness-failure></xcap-error>"#,
        );
        assert_eq!(
            conflict.cause,
            Cause::NotUnique {
                alternatives: vec!["sip:a@example.com".to_owned()]
            }
        );
        assert_eq!(
            XcapError::Conflict(conflict).to_string(),
            "the XCAP server cannot make this change: a name in it is taken already: Taken"
        );
        let ancestor = read("<no-parent><ancestor> https://x/a </ancestor></no-parent>");
        assert_eq!(
            ancestor.cause,
            Cause::NoParent {
                ancestor: Some("https://x/a".to_owned())
            }
        );
    }

    #[test]
    fn xc_019_every_condition_has_its_own_words() {
        let names = [
            "not-well-formed",
            "not-xml-frag",
            "not-xml-att-value",
            "no-parent",
            "schema-validation-error",
            "cannot-insert",
            "cannot-delete",
            "uniqueness-failure",
            "constraint-failure",
            "not-utf-8",
            "teapot",
        ];
        let words: BTreeSet<String> = names
            .iter()
            .map(|name| read(&format!("<{name} phrase=''/>")).to_string())
            .collect();
        assert_eq!(words.len(), names.len(), "{words:?}");
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
        let endless = read(&format!("<no-parent phrase='{}'/>", "x".repeat(10_000)));
        assert_eq!(endless.phrase.len(), limits::PHRASE);
    }
}
