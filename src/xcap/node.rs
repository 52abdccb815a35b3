//! Single elements and attributes of a document, on servers that serve them (RFC 4825 §7.4 to §7.9).

use bytes::Bytes;

use super::client::{Client, Condition, Document, Stored};
use super::error::XcapError;
use super::selector::{NodeError, Selector};
use crate::xml;

/// Content-Type of an element.
pub const ELEMENT_TYPE: &str = "application/xcap-el+xml";
/// Content-Type of an attribute's value.
pub const ATTRIBUTE_TYPE: &str = "application/xcap-att+xml";

/// Whether a server serves parts of documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Parts {
    /// It was not asked.
    #[default]
    Unknown,
    /// It does.
    Served,
    /// Whole documents only, as Kamailio.
    Refused,
}

impl Client {
    /// Reads an element; `None` when there is none, or more than one. The entity tag is that of the whole document.
    ///
    /// # Errors
    /// [`XcapError`]; [`XcapError::Server`] with 501 when the server answers with something else than the element.
    pub async fn fetch_element(
        &self,
        auid: &str,
        file: &str,
        selector: &Selector,
    ) -> Result<Option<Document>, XcapError> {
        selector.check()?;
        if selector.is_attribute() {
            return Err(NodeError::Kind("an attribute").into());
        }
        let uri = self.document_uri(auid, file).node(selector);
        self.read(&uri, Some(ELEMENT_TYPE)).await
    }

    /// Reads the value of an attribute; `None` when there is none. Servers that leave out the quotes are understood.
    ///
    /// # Errors
    /// [`XcapError`], as for [`Client::fetch_element`].
    pub async fn fetch_attribute(
        &self,
        auid: &str,
        file: &str,
        selector: &Selector,
    ) -> Result<Option<String>, XcapError> {
        selector.check()?;
        if !selector.is_attribute() {
            return Err(NodeError::Kind("an element").into());
        }
        let uri = self.document_uri(auid, file).node(selector);
        let read = self.read(&uri, Some(ATTRIBUTE_TYPE)).await?;
        Ok(read.and_then(|document| attribute_value(&document.bytes)))
    }

    /// Writes an element, in the place of the one that is selected, or as a new one.
    ///
    /// # Errors
    /// [`XcapError::Misuse`] where it could not be read at the same address afterwards; any other [`XcapError`].
    pub async fn store_element(
        &self,
        auid: &str,
        file: &str,
        selector: &Selector,
        element: &str,
        condition: &Condition,
    ) -> Result<Stored, XcapError> {
        selector.check_element(element)?;
        let body = Bytes::copy_from_slice(element.as_bytes());
        let uri = self.document_uri(auid, file).node(selector);
        self.write(&uri, ELEMENT_TYPE, body, condition).await
    }

    /// Writes the value of an attribute.
    ///
    /// # Errors
    /// As for [`Client::store_element`].
    pub async fn store_attribute(
        &self,
        auid: &str,
        file: &str,
        selector: &Selector,
        value: &str,
        condition: &Condition,
    ) -> Result<Stored, XcapError> {
        selector.check_value(value)?;
        let body = Bytes::from(format!("\"{}\"", xml::escape(value)));
        let uri = self.document_uri(auid, file).node(selector);
        self.write(&uri, ATTRIBUTE_TYPE, body, condition).await
    }

    /// Deletes an element or attribute; that there is none is no error.
    ///
    /// # Errors
    /// [`XcapError`].
    pub async fn delete_node(
        &self,
        auid: &str,
        file: &str,
        selector: &Selector,
        condition: &Condition,
    ) -> Result<Stored, XcapError> {
        selector.check()?;
        let uri = self.document_uri(auid, file).node(selector);
        self.remove(&uri, condition).await
    }

    /// Whether the server serves parts of a document that is there: it is asked for the root element, once. A server
    /// that does not look at the way to a node would put a part in the place of the whole document.
    pub(super) async fn serves_parts(&self, auid: &str, file: &str, root: &Selector) -> bool {
        let known = *self.parts();
        match known {
            Parts::Served => true,
            Parts::Refused => false,
            Parts::Unknown => {
                let served = matches!(self.fetch_element(auid, file, root).await, Ok(Some(_)));
                *self.parts() = if served {
                    Parts::Served
                } else {
                    Parts::Refused
                };
                served
            }
        }
    }
}

/// What an `AttValue` says, in quotes of either kind or in none.
fn attribute_value(bytes: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(bytes).ok()?.trim();
    let quoted = ['"', '\''].iter().any(|quote| {
        let inner = text
            .strip_prefix(*quote)
            .and_then(|rest| rest.strip_suffix(*quote));
        inner.is_some_and(|inner| !inner.contains(*quote))
    });
    let value = if quoted {
        text.to_owned()
    } else {
        format!("\"{}\"", text.replace('"', "&quot;"))
    };
    let element = format!("<a b={value}/>");
    let document = xml::Document::parse(element.as_bytes(), Some("utf-8")).ok()?;
    document.root().attribute("b").map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn xc_015_values_are_read_with_and_without_quotes() {
        for (sent, read) in [
            ("\"a &amp; b\"", Some("a & b")),
            ("'it\"s'", Some("it\"s")),
            ("sip:bob@example.com", Some("sip:bob@example.com")),
            ("say \"yes\"", Some("say \"yes\"")),
            ("\"<\"", None),
            ("\"a\" c=\"d\"", Some("\"a\" c=\"d\"")),
        ] {
            assert_eq!(attribute_value(sent.as_bytes()).as_deref(), read, "{sent}");
        }
        assert_eq!(attribute_value(b"\xFF"), None);
    }
}
