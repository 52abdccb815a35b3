//! Changes of XCAP documents, told to those who watch them (xcap-diff, RFC 5875). Only that there was a change: what it
//! was is to be read (`no-patching`).

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::answer::Answer;
use super::limits::DOCUMENTS;
use super::server::Server;
use super::subscription::Package;
use super::xcap::{ROOT, decode};
use crate::package::xcap_diff::LIST_CONTENT_TYPE;
use crate::sip::Message;
use crate::xml::{self, escape};

/// Watched documents, by the addresses that they were named by, with the versions that were told of.
pub(super) type Watched = BTreeMap<String, Option<String>>;

/// The documents that a SUBSCRIBE names, or the answer to one that names none.
pub(super) fn watched(request: &Message) -> Result<Watched, Answer> {
    let bad = || Answer::reason(400, "No List Of Documents");
    let kind = request.content_type().map_err(|_| bad())?.ok_or_else(bad)?;
    if !kind.is(LIST_CONTENT_TYPE) {
        return Err(Answer::new(415));
    }
    let list = xml::Document::parse(request.body_bytes(), None).map_err(|_| bad())?;
    let lists = list.root().children_named(LISTS, "list");
    let entries = lists.flat_map(|list| list.children_named(LISTS, "entry"));
    let names = entries.filter_map(|entry| entry.attribute("uri"));
    let documents: Watched = names
        .take(DOCUMENTS)
        .map(|name| (name.to_owned(), None))
        .collect();
    if documents.is_empty() {
        return Err(bad());
    }
    Ok(documents)
}

impl Server {
    /// A document has changed: those who watch documents of its owner hear of it.
    pub(super) fn tell_of_document(&mut self, owner: &str) {
        let watched = self.subscriptions.iter().filter(|(_, subscription)| {
            subscription.package == Package::Documents && subscription.presentity == owner
        });
        self.dirty.extend(watched.map(|(id, _)| *id));
    }

    /// The body of a NOTIFY: what is there, if `full`, or what has changed since the one before.
    pub(super) fn documents_told(&self, owner: &str, watched: &mut Watched, full: bool) -> String {
        let mut body = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<xcap-diff xmlns=\"{DIFF}\" xcap-root=\"{ROOT}\">\n"
        );
        for (name, told) in watched {
            let path: Vec<String> = name.split('/').map(decode).collect();
            let path: Vec<&str> = path.iter().map(String::as_str).collect();
            let [auid, "users", whose, "index"] = path.as_slice() else {
                continue;
            };
            let held = (*whose == owner)
                .then(|| self.documents.etag(owner, auid))
                .flatten();
            let held = held.map(|etag| etag.trim_matches('"').to_owned());
            let before = if full { None } else { told.take() };
            if before != held {
                body.push_str("<document");
                for (which, etag) in [("previous-etag", &before), ("new-etag", &held)] {
                    if let Some(etag) = etag {
                        // Writing to a string cannot fail.
                        let _ = write!(body, " {which}=\"{}\"", escape(etag));
                    }
                }
                let _ = writeln!(body, " sel=\"{}\"/>", escape(name));
            }
            *told = held;
        }
        body.push_str("</xcap-diff>\n");
        body
    }
}

const DIFF: &str = "urn:ietf:params:xml:ns:xcap-diff";
const LISTS: &str = "urn:ietf:params:xml:ns:resource-lists";
