//! The account's documents on the server, watched for changes by other devices (xcap-diff, RFC 5875).
//!
//! A change that a report spells out is applied to the copy; any other is read from the server. Where there is no such
//! package, changes are found out by what the server does to watchers, as before.

use crate::package::xcap_diff::{
    Cache, Document, LIST_CONTENT_TYPE, Outcome, Processing, subscription_body,
};
use crate::package::{Body, BodyError};
use crate::xcap::XcapUri;

/// The watched documents.
#[derive(Debug)]
pub(super) struct DocumentsView {
    /// What each is for, and where it lies relative to the XCAP root, as it was subscribed to.
    watched: Vec<(&'static str, String)>,
    cache: Cache,
    processing: Processing,
}

/// What a report means for a document.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Change {
    /// It is this now.
    Content(Vec<u8>),
    /// It is gone.
    Gone,
    /// It is to be read.
    Fetch,
}

/// What became of a NOTIFY.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Heard {
    /// What it means for each watched document, by its application usage.
    pub(super) changes: Vec<(&'static str, Change)>,
    /// Changes came that could not be applied: from now on they are better not spelled out (RFC 5875 §4.8).
    pub(super) plainer: bool,
    pub(super) error: Option<BodyError>,
}

impl DocumentsView {
    /// Watches documents of a user: application usages, and names of files.
    pub(super) fn new(
        user: &str,
        documents: &[(&'static str, &str)],
        processing: Processing,
    ) -> Self {
        let selector = |auid: &str, file: &str| {
            let path = XcapUri::document("", auid, user, file).to_string();
            path.trim_start_matches('/').to_owned()
        };
        let documents = documents.iter();
        Self {
            watched: documents
                .map(|(auid, file)| (*auid, selector(auid, file)))
                .collect(),
            cache: Cache::default(),
            processing,
        }
    }

    /// The same, its changes not spelled out.
    pub(super) fn plainer(&self) -> Self {
        Self {
            watched: self.watched.clone(),
            cache: self.cache.clone(),
            processing: Processing::None,
        }
    }

    /// How changes are to be told.
    pub(super) fn processing(&self) -> Processing {
        self.processing
    }

    /// What the SUBSCRIBE brings along; `None` when the address cannot be named in it.
    pub(super) fn body(&self) -> Option<(String, Vec<u8>)> {
        let selectors: Vec<&str> = self.watched.iter().map(|(_, it)| it.as_str()).collect();
        let body = subscription_body(&selectors).ok()?;
        Some((LIST_CONTENT_TYPE.to_owned(), body))
    }

    /// A GET or an own PUT brought this version.
    pub(super) fn hold(&mut self, auid: &str, etag: &str, content: Vec<u8>) {
        // HTTP writes entity tags in quotes, reports without them (RFC 5874 §3).
        let bare = etag.strip_prefix('"').and_then(|tag| tag.strip_suffix('"'));
        if let Some((_, selector)) = self.watched.iter().find(|(of, _)| *of == auid) {
            self.cache.store(selector, bare.unwrap_or(etag), content);
        }
    }

    /// The notifier is gone: a change may have been missed.
    pub(super) fn doubt(&mut self) {
        self.cache.resubscribed();
    }

    /// Takes a NOTIFY.
    pub(super) fn notify(&mut self, body: Option<&Body<'_>>) -> Heard {
        let mut heard = Heard {
            changes: Vec::new(),
            plainer: false,
            error: None,
        };
        let report = match body.map(Document::parse) {
            None => return heard,
            Some(Ok(report)) => report,
            Some(Err(error)) => {
                let all = self.watched.iter();
                heard.changes = all.map(|(auid, _)| (*auid, Change::Fetch)).collect();
                heard.error = Some(error);
                return heard;
            }
        };
        let mut outcomes = self.cache.take(&report);
        for (auid, selector) in &self.watched {
            let change = match outcomes.remove(selector) {
                // The report of a new notifier tells of all that there is; what it leaves out is in doubt.
                None if self.cache.is_stale(selector) => Change::Fetch,
                None | Some(Outcome::Current | Outcome::Retagged) => continue,
                Some(Outcome::Patched) => match self.cache.copy(selector) {
                    Some((_, content)) => Change::Content(content.to_owned()),
                    None => Change::Fetch,
                },
                Some(Outcome::Removed) => Change::Gone,
                Some(Outcome::Fetch) => Change::Fetch,
                Some(Outcome::Unusable(error)) => {
                    heard.plainer = self.processing != Processing::None;
                    heard.error = Some(error);
                    Change::Fetch
                }
            };
            heard.changes.push((auid, change));
        }
        heard
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: &str = "pres-rules/users/sip:alice@example.com/index";

    fn view() -> DocumentsView {
        let user = "sip:alice@example.com";
        let documents = [("pres-rules", "index"), ("resource-lists", "index")];
        DocumentsView::new(user, &documents, Processing::Aggregate)
    }

    fn notify(view: &mut DocumentsView, changes: &str) -> Heard {
        let body = format!(
            "<xcap-diff xmlns='urn:ietf:params:xml:ns:xcap-diff' xcap-root='https://xcap.example.com/'>{changes}</xcap-diff>"
        );
        let body = Body::new("application/xcap-diff+xml", body.as_bytes());
        view.notify(Some(&body))
    }

    #[test]
    fn xc_026_the_rules_are_named_relative_to_the_root() {
        let (kind, body) = view().body().unwrap();
        assert_eq!(kind, "application/resource-lists+xml");
        let text = String::from_utf8(body).unwrap();
        assert!(
            text.contains(&format!("<entry uri=\"{RULES}\"/>")),
            "{text}"
        );
    }

    #[test]
    fn xc_027_a_change_by_another_device_is_read_and_an_own_one_is_not() {
        let mut view = view();
        let told = |tag: &str| format!("<document new-etag='{tag}' sel='{RULES}'/>");
        assert_eq!(
            notify(&mut view, &told("1")).changes,
            [("pres-rules", Change::Fetch)]
        );
        view.hold("pres-rules", "\"1\"", b"<a/>".to_vec());
        assert_eq!(notify(&mut view, &told("1")).changes, []);
        assert_eq!(notify(&mut view, &told("&quot;1&quot;")).changes, []);
        let changed = format!("<document previous-etag='1' new-etag='2' sel='{RULES}'/>");
        assert_eq!(
            notify(&mut view, &changed).changes,
            [("pres-rules", Change::Fetch)]
        );
        view.hold("pres-rules", "\"2\"", b"<b/>".to_vec());
        assert_eq!(notify(&mut view, &changed).changes, []);
        let gone = format!("<document previous-etag='2' sel='{RULES}'/>");
        assert_eq!(
            notify(&mut view, &gone).changes,
            [("pres-rules", Change::Gone)]
        );
        assert_eq!(view.notify(None).changes, []);
    }

    #[test]
    fn xc_027_what_is_spelled_out_is_applied_or_asked_for_more_plainly() {
        let mut view = view();
        view.hold("pres-rules", "\"1\"", b"<a b='c'/>".to_vec());
        let change = |from: &str, to: &str, path: &str| {
            format!(
                "<document previous-etag='{from}' new-etag='{to}' sel='{RULES}'><replace sel='{path}'>d</replace></document>"
            )
        };
        let heard = notify(&mut view, &change("1", "2", "*/@b"));
        let [("pres-rules", Change::Content(content))] = &heard.changes[..] else {
            panic!("{heard:?}");
        };
        assert!(std::str::from_utf8(content).unwrap().contains("\"d\""));
        let heard = notify(&mut view, &change("2", "3", "*/@nothing"));
        assert!(heard.plainer && heard.error.is_some());
        assert_eq!(heard.changes, [("pres-rules", Change::Fetch)]);
        let mut plain = view.plainer();
        assert_eq!(plain.processing(), Processing::None);
        assert!(!notify(&mut plain, &change("2", "3", "*/@nothing")).plainer);
    }

    #[test]
    fn xc_026_what_a_new_notifier_does_not_mention_is_read() {
        let mut view = view();
        view.hold("pres-rules", "\"1\"", b"<a/>".to_vec());
        assert_eq!(notify(&mut view, "").changes, []);
        view.doubt();
        assert_eq!(
            notify(&mut view, "").changes,
            [("pres-rules", Change::Fetch)]
        );
        let garbage = view.notify(Some(&Body::new("application/xcap-diff+xml", b"<")));
        let both = [
            ("pres-rules", Change::Fetch),
            ("resource-lists", Change::Fetch),
        ];
        assert_eq!(garbage.changes, both);
        assert!(garbage.error.is_some() && !garbage.plainer);
    }
}
