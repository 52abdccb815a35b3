//! One watched list: its members, each shown as somebody who is watched alone would be (FM-041, FM-042, MG-009).

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Instant;

use jiff::Timestamp;

use super::address;
use super::event::Subscription;
use super::plain::plain;
use super::presence::{PresenceView, Source};
use super::presentity::{Member, Presence};
use super::snapshot::BuddyState;
use crate::engine::{Substate, UsageId};
use crate::package::presence::Status;
use crate::package::resource_list::{Documents, Entry, Label, Notice, Resource, Standing, Table};
use crate::package::{Body, BodyError};

/// What is known of a list.
#[derive(Debug)]
pub(super) struct ListView {
    /// The address that is subscribed to.
    resource: String,
    /// Whether a list was asked for, not somebody who turned out to be one.
    asked_for: bool,
    /// What the dialog that speaks has told.
    table: Table<PresenceView>,
    usage: Option<UsageId>,
    /// True when a list has been told on this dialog: then nothing else may come (RFC 4662 §4.5).
    told: bool,
    /// True while the list's owner has not decided: nothing is believed then.
    pending: bool,
    /// True when the last word is no longer known to be current.
    stale: bool,
    /// True while something could not be read, and no list has come since.
    missed: bool,
    notifiers: u32,
    /// Everybody ever told about, in the order of the list.
    members: Vec<MemberView>,
    /// Where a member is, by its address.
    places: HashMap<String, usize>,
    /// Whose line is to be written.
    changed: BTreeSet<usize>,
    /// When something shown begins or ends by itself.
    changes_at: Option<Timestamp>,
}

/// What came of a NOTIFY.
#[derive(Debug, Default)]
pub(super) struct Heard {
    /// A list has come, and was not an old one.
    told: bool,
    /// Something may be missing.
    pub(super) gap: bool,
    /// Why the whole cannot be used.
    pub(super) error: Option<BodyError>,
    /// Members whose documents cannot be used, and why.
    pub(super) faults: Vec<(String, BodyError)>,
}

/// One member.
#[derive(Debug)]
struct MemberView {
    shown: Arc<Presence>,
    /// Whether it is on the list.
    listed: bool,
    /// Whether a line about it has been due.
    shown_once: bool,
    /// Whether it was told by an earlier dialog, and not yet by this one.
    carried: bool,
    /// What the window was last given.
    buddy: Option<Arc<BuddyState>>,
}

impl ListView {
    /// Nothing known yet.
    pub(super) fn new(resource: &str) -> Self {
        Self {
            resource: resource.to_owned(),
            asked_for: true,
            table: Table::default(),
            usage: None,
            told: false,
            pending: false,
            stale: false,
            missed: false,
            notifiers: 0,
            members: Vec::new(),
            places: HashMap::new(),
            changed: BTreeSet::new(),
            changes_at: None,
        }
    }

    /// Nothing known yet of somebody who turned out to be a list.
    pub(super) fn instead(resource: &str) -> Self {
        Self {
            asked_for: false,
            ..Self::new(resource)
        }
    }

    /// Whether a list was asked for, not somebody who turned out to be one.
    pub(super) fn was_asked_for(&self) -> bool {
        self.asked_for
    }

    /// Everybody on it leaves, because it is none any more. Their lines are due.
    pub(super) fn dissolve(&mut self) {
        self.told = true;
        self.table = Table::default();
        for at in 0..self.members.len() {
            self.leave(at);
        }
    }

    /// Takes a NOTIFY. An unusable body leaves what is shown, marked stale.
    pub(super) fn notify(
        &mut self,
        usage: UsageId,
        substate: &Substate,
        body: Option<&Result<Body<'_>, BodyError>>,
        languages: &[&str],
        now: Timestamp,
    ) -> Heard {
        if self.usage.replace(usage) != Some(usage) {
            // Numbers and partial documents go with a dialog.
            self.table = Table::default();
            self.told = false;
            for member in &mut self.members {
                member.carried = true;
            }
        }
        match substate {
            Substate::Pending => {
                self.pending = true;
                self.table = Table::default();
            }
            Substate::Active => self.pending = false,
            Substate::Terminated(_) | Substate::Unknown(_) => {}
        }
        let mut heard = Heard::default();
        let notice = match body.filter(|_| !self.pending) {
            Some(Ok(body)) => Notice::of_list(body).map(Some),
            Some(Err(error)) => Err(error.clone()),
            None => Ok(None),
        };
        match notice {
            Ok(Some(notice)) => self.take(&notice, languages, now, &mut heard),
            Ok(None) => {}
            Err(error) => heard.error = Some(error),
        }
        self.missed = match &heard.error {
            Some(_) => true,
            None => self.missed && !heard.told,
        };
        self.stale = match substate {
            // Silence on a living dialog says that all is as before, unless something was missed.
            _ if self.missed => true,
            Substate::Active => false,
            _ => self.stale,
        };
        self.redraw(languages);
        heard
    }

    /// A NOTIFY says that the state is the one that was told last, also if that was on another dialog (RFC 5839 §5.5).
    pub(super) fn resume(&mut self, usage: UsageId, languages: &[&str]) {
        if self.usage.replace(usage) != Some(usage) {
            self.table.begin_anew();
            for view in self.table.states_mut() {
                view.resume(source(usage));
            }
        }
        self.pending = false;
        self.stale = false;
        self.missed = false;
        self.redraw(languages);
    }

    /// Time has passed: activities begin and end by themselves (FM-015).
    pub(super) fn pass_time(&mut self, languages: &[&str], now: Timestamp) {
        for view in self.table.states_mut() {
            view.pass_time(languages, now);
        }
        self.redraw(languages);
    }

    /// When [`Self::pass_time`] is to be called.
    pub(super) fn changes_at(&self) -> Option<Timestamp> {
        self.changes_at
    }

    /// The dialog is over.
    pub(super) fn usage_ended(&mut self, usage: UsageId, keep_state: bool, languages: &[&str]) {
        if self.usage != Some(usage) {
            return;
        }
        self.usage = None;
        self.pending = false;
        self.stale |= !keep_state;
        self.redraw(languages);
    }

    /// The number of live dialogs is another one.
    pub(super) fn notifiers(&mut self, notifiers: u32) {
        if std::mem::replace(&mut self.notifiers, notifiers) == notifiers {
            return;
        }
        for (index, member) in self.members.iter_mut().enumerate() {
            if member.listed {
                Arc::make_mut(&mut member.shown).notifiers = notifiers;
                member.buddy = None;
                self.changed.insert(index);
            }
        }
    }

    /// Whether a list has been told on the dialog that speaks.
    pub(super) fn is_told(&self) -> bool {
        self.told
    }

    /// Forgets what the window was given; the subscription has changed.
    pub(super) fn subscription_changed(&mut self) {
        for member in &mut self.members {
            member.buddy = None;
        }
    }

    /// A member's line is to be written again, because nobody else tells about it any more.
    pub(super) fn tell_again(&mut self, address: &str) -> bool {
        let place = self.places.get(address).copied();
        place.is_some_and(|at| self.members[at].listed && self.changed.insert(at))
    }

    /// The lines to be written; those of members for whom `elsewhere` says that a subscription of their own tells about
    /// them are left out (MG-002).
    pub(super) fn news(&mut self, elsewhere: &dyn Fn(&str) -> bool) -> Vec<Presence> {
        let changed = std::mem::take(&mut self.changed);
        let lines = changed.into_iter().filter_map(|at| self.members.get(at));
        let lines = lines.filter(|member| !elsewhere(&member.shown.resource));
        let lines = lines.map(|member| Presence::clone(&member.shown)).collect();
        self.forget_departed();
        lines
    }

    /// What the window shows of the members, except of those who are watched by themselves.
    pub(super) fn buddies(
        &mut self,
        subscription: &Subscription,
        elsewhere: &dyn Fn(&str) -> bool,
    ) -> Vec<Arc<BuddyState>> {
        let members = self.members.iter_mut().filter(|member| member.listed);
        let members = members.filter(|member| !elsewhere(&member.shown.resource));
        members
            .map(|member| {
                let buddy = member.buddy.get_or_insert_with(|| {
                    let word = member.shown.member.as_ref();
                    let state = word.map(|member| member.state);
                    let reason = word.and_then(|member| member.reason.as_deref());
                    Arc::new(BuddyState {
                        address: member.shown.resource.to_string(),
                        status: Status::from_token(&member.shown.status),
                        waiting_for_approval: state == Some(PENDING),
                        refused: state == Some(TERMINATED) && reason == Some("rejected"),
                        presence: Arc::clone(&member.shown),
                        subscription: subscription.clone(),
                        as_of: Instant::now(),
                    })
                });
                Arc::clone(buddy)
            })
            .collect()
    }

    fn take(&mut self, notice: &Notice<'_>, languages: &[&str], now: Timestamp, heard: &mut Heard) {
        let mut package = PresenceOfMembers {
            usage: self.usage.unwrap_or(UsageId(0)),
            languages,
            now,
            gap: false,
        };
        let applied = self.table.apply(notice, &mut package);
        self.told = true;
        heard.told = !applied.discarded;
        heard.gap = applied.resync_needed || package.gap;
        heard.faults = applied
            .faults
            .into_iter()
            .map(|(uri, _, error)| (uri, error))
            .collect();
        for remark in &notice.list.remarks {
            tracing::debug!(place = %remark.place, message = %plain(&remark.message), "remark on a list");
        }
    }

    /// Nobody needs those who have left and have been told about; kept are few, so that one who comes back is no news.
    fn forget_departed(&mut self) {
        let listed = self.members.iter().filter(|member| member.listed).count();
        if self.members.len() - listed <= DEPARTED {
            return;
        }
        self.members.retain(|member| member.listed);
        let places = self.members.iter().enumerate();
        self.places = places
            .map(|(at, member)| (member.shown.resource.to_string(), at))
            .collect();
    }

    /// Makes what is shown of what is known.
    fn redraw(&mut self, languages: &[&str]) {
        self.changes_at = None;
        let mut seen = vec![false; self.members.len()];
        let table = std::mem::take(&mut self.table);
        for entry in table.entries() {
            let at = self.place(entry.address);
            if let Some(seen) = seen.get_mut(at) {
                *seen = true;
            }
            if let Standing::Active(view) = entry.standing {
                self.changes_at = earlier(self.changes_at, view.changes_at());
            }
            let next = self.member(at, &entry, languages);
            self.show(at, next, !is_gone(&entry));
        }
        self.table = table;
        for (at, seen) in seen.into_iter().enumerate() {
            if !seen {
                self.leave(at);
            }
        }
    }

    /// Shows a member that the dialog does not tell about: as it was while no list has come on it, else as gone.
    fn leave(&mut self, at: usize) {
        let member = &self.members[at];
        if !member.listed {
            return;
        }
        let mut next = Presence::clone(&member.shown);
        let gone = self.told && !self.pending;
        if gone || self.pending {
            let word = if gone { REMOVED } else { UNKNOWN };
            next = Presence::unknown(&member.shown.resource);
            next.member = Some(Box::new(self.word(word, None, None)));
        }
        next.stale |= self.stale;
        next.notifiers = self.notifiers;
        self.show(at, next, !gone);
    }

    fn member(&self, at: usize, entry: &Entry<'_, PresenceView>, languages: &[&str]) -> Presence {
        let member = &self.members[at];
        let name =
            Label::choose(entry.labels, languages).map(|label| plain(&label.text).into_owned());
        let nothing = || Presence::unknown(&member.shown.resource);
        let (mut next, state, reason) = match entry.standing {
            Standing::Active(view) => {
                let mut shown = view.shown().clone();
                shown.resource.clone_from(&member.shown.resource);
                (shown, ACTIVE, None)
            }
            // A server that is asked anew often knows everybody again only after a while.
            Standing::Unknown if member.carried => {
                let mut shown = Presence::clone(&member.shown);
                shown.stale = true;
                (shown, UNKNOWN, None)
            }
            Standing::Unknown => (nothing(), UNKNOWN, None),
            Standing::Pending => (nothing(), PENDING, None),
            Standing::Terminated(reason) => {
                let reason = reason.map(|reason| plain(reason).into_owned());
                (nothing(), TERMINATED, reason)
            }
        };
        next.stale |= self.stale;
        next.notifiers = self.notifiers;
        next.member = Some(Box::new(self.word(state, name, reason)));
        next
    }

    fn word(&self, state: &'static str, name: Option<String>, reason: Option<String>) -> Member {
        Member {
            list: self.resource.clone(),
            name,
            state,
            reason,
        }
    }

    fn show(&mut self, at: usize, next: Presence, listed: bool) {
        let member = &mut self.members[at];
        if next
            .member
            .as_ref()
            .is_some_and(|word| word.state != UNKNOWN)
        {
            member.carried = false;
        }
        // Who has left is told about once.
        if member.shown_once && !member.listed && !listed {
            return;
        }
        if *member.shown != next || member.listed != listed || !member.shown_once {
            member.shown_once = true;
            member.shown = Arc::new(next);
            member.listed = listed;
            member.buddy = None;
            self.changed.insert(at);
        }
    }

    fn place(&mut self, address: &str) -> usize {
        if let Some(&at) = self.places.get(address) {
            return at;
        }
        let at = self.members.len();
        self.places.insert(address.to_owned(), at);
        self.members.push(MemberView {
            shown: Arc::new(Presence::unknown(address)),
            listed: false,
            shown_once: false,
            carried: false,
            buddy: None,
        });
        at
    }
}

/// Presence documents inside a list: read as if their subject were watched alone.
struct PresenceOfMembers<'l> {
    usage: UsageId,
    languages: &'l [&'l str],
    now: Timestamp,
    gap: bool,
}

impl Documents for PresenceOfMembers<'_> {
    type State = PresenceView;

    fn take(
        &mut self,
        resource: &Resource,
        known: Option<PresenceView>,
        body: &Body<'_>,
    ) -> (PresenceView, Result<(), BodyError>) {
        let mut view =
            known.unwrap_or_else(|| PresenceView::new(&address::compared(&resource.uri)));
        let (from, active) = (source(self.usage), Substate::Active);
        let (_, result) = view.notify(from, &active, Some(*body), self.languages, self.now);
        self.gap |= view.is_doubtful();
        (view, result)
    }

    fn miss(&mut self, known: &mut PresenceView) {
        known.miss(self.usage);
    }
}

#[cfg(test)]
mod tests;

/// The one notifier that tells about all members. A new dialog has a table of its own, so that there is nothing
/// earlier to compare with, however it comes.
fn source(usage: UsageId) -> Source<'static> {
    Source {
        usage,
        notifier: "",
        secure: false,
    }
}

/// Whether a resource has left for good: shown once more, then not any longer.
fn is_gone(entry: &Entry<'_, PresenceView>) -> bool {
    matches!(entry.standing, Standing::Terminated(Some("noresource")))
}

fn earlier(one: Option<Timestamp>, other: Option<Timestamp>) -> Option<Timestamp> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

const ACTIVE: &str = "active";
const PENDING: &str = "pending";
const TERMINATED: &str = "terminated";
const UNKNOWN: &str = "unknown";
const REMOVED: &str = "removed";
/// Members kept after they have left.
const DEPARTED: usize = 1000;
