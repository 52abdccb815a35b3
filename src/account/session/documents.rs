//! The account's documents on the XCAP server, as its notifier tells of them.

use super::Session;
use super::hear::Incoming;
use crate::account::clock::Now;
use crate::account::documents::{Change, DocumentsView};
use crate::account::job::{Job, JobResult};
use crate::account::plain;
use crate::account::presence::fault_of as body_fault;
use crate::account::subject::Content;
use crate::engine::BodyFault;
use crate::lists;
use crate::package::xcap_diff::{CONTENT_TYPE, Processing};
use crate::rules::{self, Ruleset};

impl Session {
    /// Watches the presence rules, and the list of buddies where it is wanted, for changes, where the user has an XCAP
    /// server.
    pub(super) fn watch_documents(&mut self, now: Now) {
        let known = self
            .subjects
            .iter()
            .flatten()
            .any(|subject| subject.wanted && matches!(subject.content, Content::Documents(_)));
        if known || self.config.settings.xcap_root.is_empty() {
            return;
        }
        let mut documents = vec![(rules::AUID, rules::DOCUMENT)];
        if self.config.wants.buddies {
            documents.push((lists::AUID, lists::DOCUMENT));
        }
        let view = DocumentsView::new(&self.account, &documents, Processing::Aggregate);
        // What cannot be named cannot be watched.
        if view.body().is_some() {
            self.add(now, self.uri.clone(), Content::Documents(Box::new(view)));
        }
    }

    /// A version of a document was read or written.
    pub(super) fn hold(&mut self, auid: &str, etag: &str, content: Vec<u8>) {
        let mut subjects = self.subjects.iter_mut().flatten();
        if let Some(view) = subjects.find_map(|subject| match &mut subject.content {
            Content::Documents(view) if subject.wanted => Some(view),
            _ => None,
        }) {
            view.hold(auid, etag, content);
        }
    }

    /// Takes a report about the documents. It is answered 200 whatever it says (RFC 5875 §4.8), unless it is none.
    pub(super) fn notify_documents(
        &mut self,
        now: Now,
        index: usize,
        notify: &Incoming,
    ) -> Result<(), BodyFault> {
        let subject = self.subjects.get_mut(index).and_then(Option::as_mut);
        let Some(Content::Documents(view)) = subject.map(|subject| &mut subject.content) else {
            return Ok(());
        };
        if notify.unchanged {
            return Ok(());
        }
        let heard = view.notify(notify.body(CONTENT_TYPE).as_ref());
        let plainer = heard.plainer.then(|| Box::new(view.plainer()));
        for (auid, change) in heard.changes {
            if auid == lists::AUID {
                // A merge reads what is there.
                self.merge_buddies();
                continue;
            }
            match change {
                Change::Content(content) => match Ruleset::parse(&content) {
                    Ok(rules) => self.job_done(now, JobResult::Fetched(Ok(Some(rules)))),
                    Err(_) => self.read_rules(),
                },
                Change::Gone => self.job_done(now, JobResult::Fetched(Ok(None))),
                Change::Fetch => self.read_rules(),
            }
        }
        let fault = heard.error.as_ref().map(body_fault);
        if let Some(error) = heard.error {
            self.bad_input.count(now.moment, || {
                tracing::warn!(error = %plain(&error.to_string()), "unusable body");
            });
        }
        if let Some(view) = plainer {
            self.begin_again(now, index, view);
        }
        match fault {
            Some(fault @ (BodyFault::UnsupportedType | BodyFault::UnsupportedCoding)) => Err(fault),
            _ => Ok(()),
        }
    }

    /// Reads the rules, again if they are being read.
    pub(super) fn read_rules(&mut self) {
        if self.decisions.ask_again() {
            self.jobs.push_back(Job::Fetch);
        }
    }

    /// Subscribes anew, to have changes told more plainly.
    fn begin_again(&mut self, now: Now, index: usize, view: Box<DocumentsView>) {
        let Some(subject) = self.subjects.get_mut(index).and_then(Option::as_mut) else {
            return;
        };
        subject.wanted = false;
        let uri = subject.uri.clone();
        if let Some(id) = subject.engine {
            self.engine.unsubscribe(now.moment, id);
        }
        self.add(now, uri, Content::Documents(view));
    }
}
