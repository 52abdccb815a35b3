//! Presence documents as a dialog tells them: whole, or as changes of what it told before (FM-019 to FM-022).

use super::*;
use crate::package::presence::PIDF_DIFF;

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

#[test]
fn fm_021_each_dialog_has_its_own_document_and_number() {
    let mut view = PresenceView::new(BOB);
    let mut take = |usage, text: &str| {
        let body = Body::new(PIDF_DIFF, text.as_bytes());
        let (_, result) = view.notify(from(usage), &Substate::Active, Some(body), &[], NOW);
        (result.is_ok(), view.shown().basic)
    };
    assert_eq!(take(ONE, &full(8)), (true, Some(Basic::Open)));
    assert_eq!(take(ONE, &closed(9)), (true, Some(Basic::Closed)));
    // Another dialog begins at one, and has nothing to change yet.
    assert_eq!(take(TWO, &closed(10)), (false, Some(Basic::Closed)));
    assert_eq!(take(TWO, &full(1)), (true, Some(Basic::Open)));
    assert_eq!(take(TWO, &closed(2)), (true, Some(Basic::Closed)));
    assert!(!view.wants_whole_documents());
}

/// What the view says to a partial document: a fault, then what is shown and whether that is stale.
fn notify(
    view: &mut PresenceView,
    substate: &Substate,
    text: &str,
) -> (Option<BodyFault>, String, bool) {
    let body = Body::new(PIDF_DIFF, text.as_bytes());
    let (_, result) = view.notify(from(ONE), substate, Some(body), &[], NOW);
    let shown = view.shown();
    (
        result.err().as_ref().map(fault_of),
        shown.status.to_string(),
        shown.stale,
    )
}

#[test]
fn fm_020_a_gap_keeps_what_is_shown_and_asks_for_everything() {
    let mut view = PresenceView::new(BOB);
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
    let mut view = PresenceView::new(BOB);
    let pending = notify(&mut view, &Substate::Pending, &full(1));
    assert_eq!(pending, (None, "unknown".to_owned(), false));
    let active = notify(&mut view, &Substate::Active, &closed(2));
    assert_eq!(active, (None, "offline".to_owned(), false));
}

#[test]
fn fm_022_after_two_failures_only_whole_documents_are_wanted() {
    let mut view = PresenceView::new(BOB);
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
    let mut view = PresenceView::merging(BOB);
    let mut take = |usage, text: &str| {
        let body = Body::new(PIDF_DIFF, text.as_bytes());
        let (_, result) = view.notify(from(usage), &Substate::Active, Some(body), &[], NOW);
        (result.is_ok(), view.shown().basic)
    };
    assert_eq!(take(ONE, &full(1)), (true, Some(Basic::Open)));
    assert_eq!(take(TWO, &full(7)), (true, Some(Basic::Open)));
    assert_eq!(take(ONE, &closed(2)), (true, Some(Basic::Open)));
    assert_eq!(take(TWO, &closed(8)), (true, Some(Basic::Closed)));
    assert!(!take(TWO, &closed(10)).0, "a gap of one of them");
}
