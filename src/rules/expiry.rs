//! Approvals that end by themselves (RFC 4745 §7.4): when they do, and the document without those that have.

use jiff::Timestamp;

use crate::xml::{splice, whole_line};

use super::decision::Decision;
use super::edit::BEGINNING;
use super::rule::{Condition, Rule};
use super::ruleset::{Ruleset, RulesetError};

impl Ruleset {
    /// When the next validity begins or ends: what is decided may be something else from then on.
    pub fn changes_at(&self, now: Timestamp) -> Option<Timestamp> {
        let conditions = self.rules().iter().flat_map(|rule| &rule.conditions);
        let validities = conditions
            .flatten()
            .filter_map(|condition| match condition {
                Condition::Validity(times) => Some(times),
                _ => None,
            });
        let bounds = validities
            .flatten()
            .flat_map(|(from, until)| [*from, *until]);
        bounds.filter(|bound| *bound > now).min()
    }

    /// The document without those approvals that have ended and that this program has written; `None` when there are
    /// none. What others have written stays, ended or not.
    ///
    /// # Errors
    /// [`RulesetError`] when the result could not be read back; nothing is to be written then.
    pub fn without_ended(&self, now: Timestamp) -> Result<Option<Self>, RulesetError> {
        let source = self.source();
        let ended = self.rules().iter().filter(|rule| has_ended(rule, now));
        let pieces: Vec<_> = ended
            .map(|rule| (whole_line(source, rule.span.clone()), String::new()))
            .collect();
        if pieces.is_empty() {
            return Ok(None);
        }
        self.with_source(&splice(source, pieces)).map(Some)
    }
}

/// Whether it is an approval of the shape that an edit writes, and over.
fn has_ended(rule: &Rule, now: Timestamp) -> bool {
    let own = rule.decision == Decision::Allow && rule.id.starts_with("allow-");
    let Some([Condition::Identity(who), Condition::Validity(times)]) = rule.conditions.as_deref()
    else {
        return false;
    };
    let beginning: Option<Timestamp> = BEGINNING.parse().ok();
    let is_written_here = |from: &Timestamp| Some(*from) == beginning;
    own && who.len() == 1
        && rule.foreign.is_empty()
        && matches!(times.as_slice(), [(from, until)] if is_written_here(from) && *until <= now)
}
