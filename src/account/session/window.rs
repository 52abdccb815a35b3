//! What is shown of presentities changes with time alone: activities begin and end by themselves (FM-015).

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::Session;
use crate::account::clock::Now;
use crate::account::subject::Content;

/// When which presentity has to be looked at again, by its place among the subjects.
#[derive(Debug, Default)]
pub(super) struct Windows(BTreeSet<(Timestamp, usize)>);

impl Windows {
    /// The next look at a presentity is at another time, or none.
    pub(super) fn moved(&mut self, index: usize, from: Option<Timestamp>, to: Option<Timestamp>) {
        if from == to {
            return;
        }
        if let Some(from) = from {
            self.0.remove(&(from, index));
        }
        self.0.extend(to.map(|to| (to, index)));
    }
}

impl Session {
    /// When something begins or ends by itself, others' or our own.
    pub(in crate::account) fn next_change(&self) -> Option<Timestamp> {
        let others = self.windows.0.first().map(|(at, _)| *at);
        let own = self.publishing.chosen().until();
        others.into_iter().chain(own).min()
    }

    /// Shows what has begun or ended by itself.
    pub(super) fn pass_windows(&mut self, now: Now) {
        while let Some((at, index)) = self.windows.0.first().copied()
            && at <= now.wall
        {
            self.windows.0.pop_first();
            let subject = self.subjects.get_mut(index).and_then(Option::as_mut);
            let Some(subject) = subject else { continue };
            let languages: Vec<&str> = self.config.languages.iter().map(String::as_str).collect();
            match &mut subject.content {
                Content::Presence(view, changed) => {
                    *changed |= view.pass_time(&languages, now.wall);
                    self.windows.moved(index, None, view.changes_at());
                }
                Content::List(view) => {
                    view.pass_time(&languages, now.wall);
                    self.windows.moved(index, None, view.changes_at());
                }
                _ => {}
            }
            subject.redraw();
            self.touch(index);
        }
    }
}
