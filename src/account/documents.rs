//! The presence rules on the server, watched for changes by other devices (xcap-diff, RFC 5875).
//!
//! A change that a report spells out is applied to the copy; any other is read from the server. Where there is no such
//! package, changes are found out by what the server does to watchers, as before.

use crate::package::xcap_diff::{
    Cache, Document, LIST_CONTENT_TYPE, Outcome, Processing, subscription_body,
};
use crate::package::{Body, BodyError};
use crate::xcap::XcapUri;

/// The watched rules.
#[derive(Debug)]
pub(super) struct DocumentsView {
    /// The rules' document, relative to the XCAP root, as it was subscribed to.
    selector: String,
    cache: Cache,
    processing: Processing,
}

/// What a report means for the rules.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Change {
    /// Nothing: they are known.
    None,
    /// They are this now.
    Content(Vec<u8>),
    /// They are gone.
    Gone,
    /// They are to be read.
    Fetch,
}

/// What became of a NOTIFY.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Heard {
    pub(super) change: Change,
    /// Changes came that could not be applied: from now on they are better not spelled out (RFC 5875 §4.8).
    pub(super) plainer: bool,
    pub(super) error: Option<BodyError>,
}

impl DocumentsView {
    /// Watches a document of a user.
    pub(super) fn new(auid: &str, user: &str, file: &str, processing: Processing) -> Self {
        let path = XcapUri::document("", auid, user, file).to_string();
        Self {
            selector: path.trim_start_matches('/').to_owned(),
            cache: Cache::default(),
            processing,
        }
    }

    /// The same, its changes not spelled out.
    pub(super) fn plainer(&self) -> Self {
        Self {
            selector: self.selector.clone(),
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
        let body = subscription_body(&[&self.selector]).ok()?;
        Some((LIST_CONTENT_TYPE.to_owned(), body))
    }

    /// A GET or an own PUT brought this version.
    pub(super) fn hold(&mut self, etag: &str, content: Vec<u8>) {
        // HTTP writes entity tags in quotes, reports without them (RFC 5874 §3).
        let bare = etag.strip_prefix('"').and_then(|tag| tag.strip_suffix('"'));
        self.cache
            .store(&self.selector, bare.unwrap_or(etag), content);
    }

    /// The notifier is gone: a change may have been missed.
    pub(super) fn doubt(&mut self) {
        self.cache.resubscribed();
    }

    /// Takes a NOTIFY.
    pub(super) fn notify(&mut self, body: Option<&Body<'_>>) -> Heard {
        let mut heard = Heard {
            change: Change::None,
            plainer: false,
            error: None,
        };
        let report = match body.map(Document::parse) {
            None => return heard,
            Some(Ok(report)) => report,
            Some(Err(error)) => {
                heard.change = Change::Fetch;
                heard.error = Some(error);
                return heard;
            }
        };
        let outcome = self.cache.take(&report).remove(&self.selector);
        heard.change = match outcome {
            // The report of a new notifier tells of all that there is; what it leaves out is in doubt.
            None if self.cache.is_stale(&self.selector) => Change::Fetch,
            None | Some(Outcome::Current | Outcome::Retagged) => Change::None,
            Some(Outcome::Patched) => match self.cache.copy(&self.selector) {
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
        heard
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: &str = "pres-rules/users/sip:alice@example.com/index";

    fn view() -> DocumentsView {
        let user = "sip:alice@example.com";
        DocumentsView::new("pres-rules", user, "index", Processing::Aggregate)
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
        assert_eq!(notify(&mut view, &told("1")).change, Change::Fetch);
        view.hold("\"1\"", b"<a/>".to_vec());
        assert_eq!(notify(&mut view, &told("1")).change, Change::None);
        assert_eq!(
            notify(&mut view, &told("&quot;1&quot;")).change,
            Change::None
        );
        let changed = format!("<document previous-etag='1' new-etag='2' sel='{RULES}'/>");
        assert_eq!(notify(&mut view, &changed).change, Change::Fetch);
        view.hold("\"2\"", b"<b/>".to_vec());
        assert_eq!(notify(&mut view, &changed).change, Change::None);
        let gone = format!("<document previous-etag='2' sel='{RULES}'/>");
        assert_eq!(notify(&mut view, &gone).change, Change::Gone);
        assert_eq!(view.notify(None).change, Change::None);
    }

    #[test]
    fn xc_027_what_is_spelled_out_is_applied_or_asked_for_more_plainly() {
        let mut view = view();
        view.hold("\"1\"", b"<a b='c'/>".to_vec());
        let change = |from: &str, to: &str, path: &str| {
            format!(
                "<document previous-etag='{from}' new-etag='{to}' sel='{RULES}'><replace sel='{path}'>d</replace></document>"
            )
        };
        let heard = notify(&mut view, &change("1", "2", "*/@b"));
        let Change::Content(content) = heard.change else {
            panic!("{heard:?}");
        };
        assert!(String::from_utf8(content).unwrap().contains("\"d\""));
        let heard = notify(&mut view, &change("2", "3", "*/@nothing"));
        assert!(heard.plainer && heard.error.is_some());
        assert_eq!(heard.change, Change::Fetch);
        let mut plain = view.plainer();
        assert_eq!(plain.processing(), Processing::None);
        assert!(!notify(&mut plain, &change("2", "3", "*/@nothing")).plainer);
    }

    #[test]
    fn xc_026_what_a_new_notifier_does_not_mention_is_read() {
        let mut view = view();
        view.hold("\"1\"", b"<a/>".to_vec());
        assert_eq!(notify(&mut view, "").change, Change::None);
        view.doubt();
        assert_eq!(notify(&mut view, "").change, Change::Fetch);
        let garbage = view.notify(Some(&Body::new("application/xcap-diff+xml", b"<")));
        assert_eq!(garbage.change, Change::Fetch);
        assert!(garbage.error.is_some() && !garbage.plainer);
    }
}
