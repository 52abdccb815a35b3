//! What a server can do: the `xcap-caps` document (RFC 4825 §12, XC-021).

use std::collections::BTreeSet;

use super::client::Client;
use super::error::XcapError;
use super::limits;
use super::uri::XcapUri;
use crate::xml;

/// What a server says that it can do.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Capabilities {
    /// Application usages.
    pub auids: BTreeSet<String>,
    /// Extensions of the protocol.
    pub extensions: BTreeSet<String>,
    /// Namespaces that are understood in documents.
    pub namespaces: BTreeSet<String>,
}

/// Whether the server was asked what it can do.
#[derive(Debug, Clone, Default)]
pub(super) enum Asked {
    /// Not yet.
    #[default]
    Never,
    /// Once, with this answer.
    Answered(Option<Capabilities>),
}

impl Client {
    /// What the server can do; `None` when it does not say so in a way that can be read, which many do not. Asked once.
    ///
    /// # Errors
    /// [`XcapError`] when the server cannot be reached or refuses us; what it says about other documents is not known
    /// then either.
    pub async fn capabilities(&self) -> Result<Option<Capabilities>, XcapError> {
        if let Asked::Answered(known) = &*self.capabilities_known() {
            return Ok(known.clone());
        }
        let uri = XcapUri::global(self.root(), "xcap-caps", "index");
        let read = match self.read(&uri, None).await {
            Ok(document) => document.and_then(|document| Capabilities::parse(&document.bytes)),
            Err(
                error @ (XcapError::Unreachable { .. }
                | XcapError::NoAnswer { .. }
                | XcapError::Refused { status: 401 | 407 }),
            ) => return Err(error),
            // A server that does not tell may still serve everything.
            Err(_) => None,
        };
        *self.capabilities_known() = Asked::Answered(read.clone());
        Ok(read)
    }
}

impl Capabilities {
    /// Reads the document; `None` when it is none.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let document = xml::Document::parse(bytes, None).ok()?;
        let root = document.root();
        if !root.is(NAMESPACE, "xcap-caps") {
            return None;
        }
        let names = |list: &str, name: &str| {
            let lists = root.children_named(NAMESPACE, list);
            let entries = lists.flat_map(|list| list.children_named(NAMESPACE, name));
            entries
                .map(|entry| entry.trimmed().to_owned())
                .filter(|name| !name.is_empty())
                .take(limits::CAPABILITIES)
                .collect()
        };
        Some(Self {
            auids: names("auids", "auid"),
            extensions: names("extensions", "extension"),
            namespaces: names("namespaces", "namespace"),
        })
    }

    /// Whether documents of an application usage are served.
    pub fn serves(&self, auid: &str) -> bool {
        self.auids.contains(auid)
    }
}

const NAMESPACE: &str = "urn:ietf:params:xml:ns:xcap-caps";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn xc_021_usages_extensions_and_namespaces_are_read() {
        let read = Capabilities::parse(
            br#"<?xml version="1.0" encoding="UTF-8"?>
            <xcap-caps xmlns="urn:ietf:params:xml:ns:xcap-caps">
              <auids><auid>rls-services</auid><auid> resource-lists </auid><auid/></auids>
              <extensions><extension>pidf</extension></extensions>
              <namespaces><namespace>urn:x</namespace></namespaces>
            </xcap-caps>"#,
        )
        .unwrap();
        assert!(read.serves("resource-lists") && !read.serves("pidf-manipulation"));
        assert_eq!(read.auids.len(), 2);
        assert_eq!(read.extensions, BTreeSet::from(["pidf".to_owned()]));
        assert_eq!(read.namespaces, BTreeSet::from(["urn:x".to_owned()]));
        assert_eq!(Capabilities::parse(b"<xcap-caps/>"), None);
        assert_eq!(Capabilities::parse(b"no"), None);
    }
}
