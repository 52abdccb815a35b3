//! Tests of presence rules: evaluation and editing (XC rows).

mod edit;
mod evaluate;
mod expiry;
mod preview;
mod property;
mod reference;

use jiff::Timestamp;

use super::*;

pub(super) const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<cr:ruleset xmlns=\"urn:ietf:params:xml:ns:pres-rules\" xmlns:pr=\"urn:ietf:params:xml:ns:pres-rules\" xmlns:cr=\"urn:ietf:params:xml:ns:common-policy\" xmlns:x=\"urn:x\">";
pub(super) const FULL: &str = "<cr:transformations><pr:provide-services><pr:all-services/></pr:provide-services></cr:transformations>";

/// An approval of everything, for good.
pub(super) const EVERYTHING: Edit = Edit::Allow {
    until: None,
    shows: Disclosure::Everything,
};

pub(super) fn now() -> Timestamp {
    "2026-03-01T12:00:00Z".parse().unwrap()
}

pub(super) fn at() -> Circumstances<'static> {
    Circumstances {
        now: now(),
        sphere: None,
    }
}

pub(super) fn ruleset(rules: &str) -> Ruleset {
    Ruleset::parse(format!("{HEAD}{rules}\n</cr:ruleset>\n").as_bytes()).unwrap()
}

/// A rule with conditions, an action and an id.
pub(super) fn rule(id: &str, conditions: &str, action: &str) -> String {
    format!(
        "\n<cr:rule id=\"{id}\"><cr:conditions>{conditions}</cr:conditions><cr:actions><pr:sub-handling>{action}</pr:sub-handling></cr:actions>{FULL}</cr:rule>"
    )
}

/// A rule about identities.
pub(super) fn about(id: &str, identity: &str, action: &str) -> String {
    rule(
        id,
        &format!("<cr:identity>{identity}</cr:identity>"),
        action,
    )
}

pub(super) fn one(who: &str) -> String {
    format!("<cr:one id=\"sip:{who}\"/>")
}

pub(super) fn watcher(who: &str) -> Watcher {
    Watcher::new(who).unwrap()
}

pub(super) fn target(who: &str) -> Target {
    Target::new(who).unwrap()
}

pub(super) fn maximum(ruleset: &Ruleset, who: &str) -> Decision {
    ruleset.decide(&watcher(who), &at()).maximum
}

pub(super) fn both(ruleset: &Ruleset, who: &str) -> Decision {
    let decided = ruleset.decide(&watcher(who), &at());
    decided
        .agreed()
        .unwrap_or_else(|| panic!("{decided:?} for {who} in {}", ruleset.source()))
}

/// The edits by their names.
impl Ruleset {
    fn allow(
        &self,
        target: &Target,
        until: Option<Timestamp>,
        at: &Circumstances<'_>,
    ) -> Result<Edited, EditError> {
        self.edit(
            target,
            Edit::Allow {
                until,
                shows: Disclosure::Everything,
            },
            at,
        )
    }

    fn block(&self, target: &Target, at: &Circumstances<'_>) -> Result<Edited, EditError> {
        self.edit(target, Edit::Block, at)
    }

    fn forget(&self, target: &Target, at: &Circumstances<'_>) -> Result<Edited, EditError> {
        self.edit(target, Edit::Forget, at)
    }
}
