//! Lists among the subscriptions of an account: what comes for them, and who tells about whom (FM-042, MG-002).

use std::sync::Arc;

use super::Session;
use super::hear::Incoming;
use crate::account::address;
use crate::account::clock::Now;
use crate::account::event::{Event, Fault};
use crate::account::lists::ListView;
use crate::account::plain;
use crate::account::presence::{PresenceView, fault_of as body_fault};
use crate::account::snapshot::BuddyState;
use crate::account::subject::{Content, Subject};
use crate::engine::BodyFault;
use crate::package::resource_list::Notice;
use crate::package::{Body, BodyError, presence};

impl Session {
    /// Takes a NOTIFY of a list.
    pub(super) fn notify_list(
        &mut self,
        now: Now,
        index: usize,
        notify: &Incoming,
    ) -> Result<(), BodyFault> {
        let subject = self.subjects.get_mut(index).and_then(Option::as_mut);
        let Some(Subject {
            content: Content::List(view),
            ..
        }) = subject
        else {
            return Ok(());
        };
        let languages: Vec<&str> = self.config.languages.iter().map(String::as_str).collect();
        let before = view.changes_at();
        if notify.unchanged {
            view.resume(notify.usage, &languages);
            self.windows.moved(index, before, view.changes_at());
            return Ok(());
        }
        let body = notify.body(presence::CONTENT_TYPE);
        let content = body.as_ref().map(Body::content);
        let body = match (&body, content.as_ref()) {
            (Some(body), Some(Ok(content))) => Some(Ok(body.unpacked(content))),
            (_, Some(Err(error))) => Some(Err(error.clone())),
            _ => None,
        };
        let heard = view.notify(
            notify.usage,
            &notify.substate,
            body.as_ref(),
            &languages,
            now.wall,
        );
        self.windows.moved(index, before, view.changes_at());
        let no_list =
            !view.is_told() && matches!(heard.error, Some(BodyError::Nature { list: false }));
        for (uri, error) in &heard.faults {
            self.bad_input.count(now.moment, || {
                tracing::warn!(resource = %plain(uri), error = %plain(&error.to_string()), "unusable body in a list");
            });
        }
        if no_list && self.turn_to_person(index) {
            return self.notify_subject(now, index, notify);
        }
        if no_list {
            self.give_up_list(now, index);
            return Ok(());
        }
        if let Some(error) = &heard.error {
            self.bad_input.count(now.moment, || {
                tracing::warn!(error = %plain(&error.to_string()), "unusable body");
            });
            return Err(body_fault(error));
        }
        if heard.gap || heard.faults.iter().any(|(_, error)| error.misses_state()) {
            return Err(BodyFault::Gap);
        }
        if heard.faults.is_empty() {
            Ok(())
        } else {
            Err(BodyFault::Unusable)
        }
    }

    /// Makes a presentity a list when that is what its notifier tells about: nobody can see from an address which it is
    /// (EV-006). `true` when a list came although something else has been told on the dialog before, which must not be.
    pub(super) fn turn_to_list(&mut self, index: usize, notify: &Incoming) -> bool {
        let subject = self.subjects.get_mut(index).and_then(Option::as_mut);
        let Some(subject) = subject else {
            return false;
        };
        let Content::Presence(view, _) = &mut subject.content else {
            return false;
        };
        let is_list = notify.body(presence::CONTENT_TYPE).is_some_and(|body| {
            let content = body.content();
            let body = content.as_ref().map(|content| body.unpacked(content));
            body.is_ok_and(|body| matches!(Notice::read(&body), Ok(Some(_))))
        });
        if !is_list {
            return false;
        }
        if view.is_told_by(notify.usage) {
            return true;
        }
        self.windows.moved(index, view.changes_at(), None);
        let mut list = ListView::instead(&address::key(&subject.uri));
        list.notifiers(view.shown().notifiers);
        subject.content = Content::List(Box::new(list));
        false
    }

    /// Makes a list a presentity again that was one before: nobody asked for a list there. `false` when somebody did.
    fn turn_to_person(&mut self, index: usize) -> bool {
        let subject = self.subjects.get_mut(index).and_then(Option::as_mut);
        let Some(Content::List(view)) = subject.map(|subject| &mut subject.content) else {
            return false;
        };
        if view.was_asked_for() {
            return false;
        }
        view.dissolve();
        self.windows.moved(index, view.changes_at(), None);
        self.report_list(index);
        let Some(subject) = self.subjects.get_mut(index).and_then(Option::as_mut) else {
            return false;
        };
        let key = address::key(&subject.uri);
        let view = PresenceView::of(&self.config.settings, &key);
        subject.content = Content::Presence(view, false);
        true
    }

    /// Reports what has changed in a list.
    pub(super) fn report_list(&mut self, index: usize) {
        let lines = self.with_list(index, |subject, elsewhere| match &mut subject.content {
            Content::List(view) => view.news(elsewhere),
            _ => Vec::new(),
        });
        for presence in lines {
            self.reports.send(Event::Presence(presence));
        }
    }

    /// What the window shows of the members of every list.
    pub(in crate::account) fn listed(&mut self, now: Now) -> Vec<Arc<BuddyState>> {
        let mut buddies = Vec::new();
        for index in 0..self.subjects.len() {
            buddies.extend(self.with_list(index, |subject, elsewhere| {
                let subscription = subject.subscription(now);
                match &mut subject.content {
                    Content::List(view) if subject.wanted => view.buddies(&subscription, elsewhere),
                    _ => Vec::new(),
                }
            }));
        }
        buddies
    }

    /// Somebody is no longer told about by a subscription of their own: what lists know counts again (MG-002).
    pub(super) fn tell_lists(&mut self, address: &str) {
        for index in 0..self.subjects.len() {
            let subject = self.subjects.get_mut(index).and_then(Option::as_mut);
            if let Some(Content::List(view)) = subject.map(|subject| &mut subject.content)
                && view.tell_again(address)
            {
                self.touch(index);
            }
        }
    }

    /// Nothing but a list was asked for, and there is none: what else comes is not what was meant.
    fn give_up_list(&mut self, now: Now, index: usize) {
        let subject = self.subjects.get_mut(index).and_then(Option::as_mut);
        let Some(subject) = subject else { return };
        subject.verdict = Some((Fault::Unsupported, NO_LIST));
        if let Some(id) = subject.engine {
            self.engine.unsubscribe(now.moment, id);
        }
    }

    /// Does something with a list, knowing who is told about by a subscription of their own.
    fn with_list<T>(
        &mut self,
        index: usize,
        act: impl FnOnce(&mut Subject, &dyn Fn(&str) -> bool) -> Vec<T>,
    ) -> Vec<T> {
        let subject = self.subjects.get_mut(index);
        let list =
            subject.and_then(|subject| subject.take_if(|s| matches!(s.content, Content::List(_))));
        let Some(mut subject) = list else {
            return Vec::new();
        };
        let result = act(&mut subject, &|address| self.is_told_alone(address));
        self.subjects[index] = Some(subject);
        result
    }

    /// Whether somebody is told about by a subscription of their own: that is nearer to them than any list.
    fn is_told_alone(&self, address: &str) -> bool {
        let subject = self
            .presentities
            .get(address)
            .and_then(|&index| self.subjects.get(index)?.as_ref());
        subject.is_some_and(|subject| {
            matches!(subject.content, Content::Presence(..))
                && subject.wanted
                && subject.is_answered()
        })
    }
}

/// Why a subscription to a list is given up that is answered with something else.
const NO_LIST: &str = "not a list";
