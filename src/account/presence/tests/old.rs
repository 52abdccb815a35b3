//! Documents of the past: in a dialog the order of the NOTIFYs tells, between dialogs nobody can (FM-011).

use super::*;

fn document(tuples: &str) -> String {
    format!("<presence xmlns='urn:ietf:params:xml:ns:pidf' entity='{BOB}'>{tuples}</presence>")
}

fn tuple(id: &str, basic: &str, hour: u8) -> String {
    format!(
        "<tuple id='{id}'><status><basic>{basic}</basic></status><contact>sip:{id}@example.com</contact>\
         <timestamp>2026-03-01T{hour:02}:00:00Z</timestamp></tuple>"
    )
}

/// The first document of a dialog, and what is shown then.
fn hear(view: &mut PresenceView, from: Source<'_>, text: &str) -> (Option<Basic>, bool) {
    let body = Body::new("application/pidf+xml", text.as_bytes());
    let (_, result) = view.notify(from, &Substate::Active, Some(body), &[], NOW);
    result.unwrap();
    (view.shown().basic, view.shown().may_be_old)
}

#[test]
fn fm_011_the_order_of_notifies_and_not_a_timestamp_tells_what_is_new() {
    let desk = tuple("desk", "closed", 10);
    let both = document(&format!("{desk}{}", tuple("mobile", "open", 11)));
    let mut view = PresenceView::new(BOB);
    assert_eq!(
        hear(&mut view, from(ONE), &both),
        (Some(Basic::Open), false)
    );
    // The mobile is switched off: the newest time is gone, and the document true all the same.
    let desk = document(&desk);
    assert_eq!(
        hear(&mut view, from(ONE), &desk),
        (Some(Basic::Closed), false)
    );
    assert_eq!(
        hear(&mut view, from(ONE), &desk),
        (Some(Basic::Closed), false)
    );
}

#[test]
fn fm_011_the_same_body_in_a_new_dialog_is_shown_and_flagged_old() {
    let held = document(&tuple("a", "open", 10));
    let mut view = PresenceView::new(BOB);
    hear(&mut view, from(ONE), &held);
    view.usage_ended(ONE, false, &[], NOW);
    assert!(!view.shown().may_be_old, "stale is something else");
    assert_eq!(hear(&mut view, from(TWO), &held), (Some(Basic::Open), true));
    assert!(!view.shown().stale);
    let line = serde_json::to_value(view.shown()).unwrap();
    assert_eq!(line["may_be_old"], true);
    // Silence says nothing about that; what else comes on the dialog is in order.
    assert!(!notify(&mut view, TWO, &Substate::Active, None));
    assert!(view.shown().may_be_old);
    assert!(notify(&mut view, TWO, &Substate::Active, Some(&held)));
    assert!(!view.shown().may_be_old);
    let line = serde_json::to_value(view.shown()).unwrap();
    assert!(line.get("may_be_old").is_none());
}

#[test]
fn fm_011_an_older_document_in_a_new_dialog_is_shown_and_flagged_old() {
    let (open, closed) = (("open", Basic::Open), ("closed", Basic::Closed));
    for ((word, basic), hour, old) in [(closed, 9, true), (closed, 10, false), (open, 11, false)] {
        let mut view = PresenceView::new(BOB);
        hear(&mut view, from(ONE), &document(&tuple("a", "open", 10)));
        view.usage_ended(ONE, false, &[], NOW);
        let next = document(&tuple("a", word, hour));
        assert_eq!(
            hear(&mut view, from(TWO), &next),
            (Some(basic), old),
            "{hour}"
        );
    }
    // Without a time nothing can be told apart but the body itself.
    let mut view = PresenceView::new(BOB);
    hear(&mut view, from(ONE), &document(&tuple("a", "open", 10)));
    assert_eq!(
        hear(&mut view, from(TWO), &pidf("closed")),
        (Some(Basic::Closed), false)
    );
}

#[test]
fn fm_011_nobody_can_send_again_what_goes_over_tls() {
    let held = document(&tuple("a", "open", 10));
    let mut view = PresenceView::new(BOB);
    hear(&mut view, from(ONE), &held);
    let secure = Source {
        secure: true,
        ..from(TWO)
    };
    assert_eq!(hear(&mut view, secure, &held), (Some(Basic::Open), false));
}

#[test]
fn fm_011_what_was_held_is_remembered_over_what_cannot_be_used_or_is_not_told_yet() {
    let held = document(&tuple("a", "open", 10));
    let mut view = PresenceView::new(BOB);
    hear(&mut view, from(ONE), &held);
    view.usage_ended(ONE, false, &[], NOW);
    let garbage = Body::new("application/pidf+xml", b"<presence");
    let (_, result) = view.notify(from(TWO), &Substate::Active, Some(garbage), &[], NOW);
    assert!(result.is_err() && view.shown().stale);
    view.usage_ended(TWO, false, &[], NOW);
    let three = UsageId(3);
    notify(&mut view, three, &Substate::Pending, None);
    assert_eq!(
        hear(&mut view, from(three), &held),
        (Some(Basic::Open), true)
    );
    // An entity tag is the server's word that this is the state.
    assert!(view.resume(from(UsageId(4))));
    assert!(!view.shown().may_be_old);
}

#[test]
fn fm_011_of_several_devices_only_an_equal_body_gives_the_past_away() {
    let (desk, mobile) = (
        document(&tuple("d", "closed", 10)),
        document(&tuple("m", "open", 11)),
    );
    let mut view = PresenceView::merging(BOB);
    hear(&mut view, from(ONE), &desk);
    hear(&mut view, from(TWO), &mobile);
    view.usage_ended(ONE, false, &[], NOW);
    view.usage_ended(TWO, false, &[], NOW);
    // Older than what the other one said, and yet new.
    let newer = document(&tuple("d", "open", 10));
    assert_eq!(
        hear(&mut view, from(UsageId(3)), &newer),
        (Some(Basic::Open), false)
    );
    assert_eq!(
        hear(&mut view, from(UsageId(4)), &mobile),
        (Some(Basic::Open), true)
    );
    assert_eq!(view.shown().devices.len(), 2);
    // The mark goes with the device.
    view.usage_ended(UsageId(4), false, &[], NOW);
    assert!(!view.shown().may_be_old);
}
