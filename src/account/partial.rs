//! Presence documents as a dialog tells them: whole, or as changes of what it told before (FM-019 to FM-022).

use crate::engine::UsageId;
use crate::package::presence::{Document, PartialState};
use crate::package::{Body, BodyError};

/// What the dialog that speaks has told; empty for the many whose notifier sends whole documents alone.
#[derive(Debug, Default)]
pub(super) struct Partial(Option<Box<Told>>);

#[derive(Debug)]
struct Told {
    usage: UsageId,
    state: PartialState,
}

impl Partial {
    /// The whole document after a NOTIFY with a body; `None` when it was an old one and nothing is used of it.
    pub(super) fn take(
        &mut self,
        usage: UsageId,
        body: &Body<'_>,
    ) -> Result<Option<Document>, BodyError> {
        if !self.counts(body) {
            return Document::parse(body).map(Some);
        }
        let fresh = || {
            Box::new(Told {
                usage,
                state: PartialState::default(),
            })
        };
        // Each dialog has its own document and counts for itself.
        let told = self.0.take().filter(|told| told.usage == usage);
        let told = self.0.insert(told.unwrap_or_else(fresh));
        told.state.take(body)
    }

    /// Whether a body must be taken even when it is not shown: later ones build on it.
    pub(super) fn counts(&self, body: &Body<'_>) -> bool {
        self.0.is_some() || PartialState::reads(body)
    }

    /// Whether the notifier is better asked for whole documents alone.
    pub(super) fn is_hopeless(&self) -> bool {
        self.0.as_ref().is_some_and(|told| told.state.is_hopeless())
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::super::presence::{PresenceView, fault_of};
    use super::*;
    use crate::engine::{BodyFault, Substate};
    use crate::package::presence::{Basic, CONTENT_TYPE, PIDF_DIFF};

    const ONE: UsageId = UsageId(1);
    const TWO: UsageId = UsageId(2);

    fn full(version: u32) -> String {
        format!(
            "<p:pidf-full xmlns='urn:ietf:params:xml:ns:pidf' xmlns:p='urn:ietf:params:xml:ns:pidf-diff' \
             version='{version}'><tuple id='a'><status><basic>open</basic></status></tuple></p:pidf-full>"
        )
    }

    fn closed(version: u32) -> String {
        format!(
            "<p:pidf-diff xmlns='urn:ietf:params:xml:ns:pidf' xmlns:p='urn:ietf:params:xml:ns:pidf-diff' \
             version='{version}'><p:replace sel='*/tuple/status/basic/text()'>closed</p:replace></p:pidf-diff>"
        )
    }

    fn take(
        partial: &mut Partial,
        usage: UsageId,
        text: &str,
    ) -> Result<Option<Document>, BodyError> {
        partial.take(usage, &Body::new(PIDF_DIFF, text.as_bytes()))
    }

    #[test]
    fn fm_021_each_dialog_has_its_own_document_and_number() {
        let mut partial = Partial::default();
        assert!(!partial.counts(&Body::new(CONTENT_TYPE, b"")));
        assert!(take(&mut partial, ONE, &full(8)).unwrap().is_some());
        let changed = take(&mut partial, ONE, &closed(9)).unwrap().unwrap();
        assert_eq!(changed.tuples[0].basic, Some(Basic::Closed));
        // Another dialog begins at one, and has nothing to change yet.
        assert!(take(&mut partial, TWO, &closed(10)).is_err());
        assert!(take(&mut partial, TWO, &full(1)).unwrap().is_some());
        assert!(take(&mut partial, TWO, &closed(2)).unwrap().is_some());
        assert!(!partial.is_hopeless());
    }

    /// What the view says to a partial document: a fault, then what is shown and whether that is stale.
    fn notify(
        view: &mut PresenceView,
        substate: &Substate,
        text: &str,
    ) -> (Option<BodyFault>, String, bool) {
        let body = Body::new(PIDF_DIFF, text.as_bytes());
        let (_, result) = view.notify((ONE, "a"), substate, Some(body), &[], Timestamp::UNIX_EPOCH);
        let shown = view.shown();
        (
            result.err().as_ref().map(fault_of),
            shown.status.clone(),
            shown.stale,
        )
    }

    #[test]
    fn fm_020_a_gap_keeps_what_is_shown_and_asks_for_everything() {
        let mut view = PresenceView::new("sip:bob@example.com");
        let mut seen = Vec::new();
        for text in [full(1), closed(2), closed(2), closed(4), closed(2), full(5)] {
            seen.push(notify(&mut view, &Substate::Active, &text));
        }
        let expected = [
            (None, "available", false),
            (None, "offline", false),
            (None, "offline", false),
            (Some(BodyFault::Gap), "offline", true),
            (None, "offline", true),
            (None, "available", false),
        ];
        let expected = expected.map(|(fault, status, stale)| (fault, status.to_owned(), stale));
        assert_eq!(seen, expected);
        assert!(!view.wants_whole_documents());
    }

    #[test]
    fn fm_020_what_comes_while_pending_counts_and_is_not_shown() {
        let mut view = PresenceView::new("sip:bob@example.com");
        let pending = notify(&mut view, &Substate::Pending, &full(1));
        assert_eq!(pending, (None, "unknown".to_owned(), false));
        let active = notify(&mut view, &Substate::Active, &closed(2));
        assert_eq!(active, (None, "offline".to_owned(), false));
    }

    #[test]
    fn fm_022_after_two_failures_only_whole_documents_are_wanted() {
        let mut view = PresenceView::new("sip:bob@example.com");
        let first = notify(&mut view, &Substate::Active, &closed(1));
        assert_eq!(first.0, Some(BodyFault::Gap));
        assert!(!view.wants_whole_documents());
        notify(&mut view, &Substate::Active, &full(2));
        let bad = closed(3).replace("sel='*/tuple", "sel='*/person");
        let second = notify(&mut view, &Substate::Active, &bad);
        assert_eq!(second, (Some(BodyFault::Gap), "available".to_owned(), true));
        assert!(view.wants_whole_documents());
    }

    #[test]
    fn fm_020_each_of_several_devices_tells_its_own_parts() {
        let mut view = PresenceView::merging("sip:bob@example.com");
        let mut take = |usage, text: &str| {
            let body = Body::new(PIDF_DIFF, text.as_bytes());
            let now = Timestamp::UNIX_EPOCH;
            let (_, result) = view.notify((usage, "a"), &Substate::Active, Some(body), &[], now);
            (result.is_ok(), view.shown().basic)
        };
        assert_eq!(take(ONE, &full(1)), (true, Some("open")));
        assert_eq!(take(TWO, &full(7)), (true, Some("open")));
        assert_eq!(take(ONE, &closed(2)), (true, Some("open")));
        assert_eq!(take(TWO, &closed(8)), (true, Some("closed")));
        assert!(!take(TWO, &closed(10)).0, "a gap of one of them");
    }
}
