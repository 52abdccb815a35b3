//! One presentity with one notifier: what is shown of what it says.

mod memory;
mod merged;
mod old;
mod partial;

use super::*;

const BOB: &str = "sip:bob@example.com";
const ONE: UsageId = UsageId(1);
const TWO: UsageId = UsageId(2);
const NOW: Timestamp = Timestamp::UNIX_EPOCH;

fn from(usage: UsageId) -> Source<'static> {
    Source {
        usage,
        notifier: "n",
        secure: false,
    }
}

fn pidf(basic: &str) -> String {
    format!(
        "<presence xmlns='urn:ietf:params:xml:ns:pidf' entity='{BOB}'>\
         <tuple id='a'><status><basic>{basic}</basic></status></tuple></presence>"
    )
}

fn notify(
    view: &mut PresenceView,
    usage: UsageId,
    substate: &Substate,
    body: Option<&str>,
) -> bool {
    let body = body.map(|body| Body::new("application/pidf+xml", body.as_bytes()));
    let (changed, result) = view.notify(from(usage), substate, body, &[], NOW);
    result.unwrap();
    changed
}

/// What a body of the living dialog does, which may be unusable.
fn tell(view: &mut PresenceView, body: &Body<'_>) -> (bool, Result<(), BodyError>) {
    view.notify(from(ONE), &Substate::Active, Some(*body), &[], NOW)
}

#[test]
fn ev_022_nothing_is_known_before_the_first_notify() {
    let view = PresenceView::new(BOB);
    assert_eq!(*view.shown().status, *"unknown");
    assert_eq!(view.shown().basic, None);
}

#[test]
fn mg_001_a_bodiless_notify_keeps_the_state() {
    let mut view = PresenceView::new(BOB);
    assert!(notify(
        &mut view,
        ONE,
        &Substate::Active,
        Some(&pidf("open"))
    ));
    assert!(!notify(&mut view, ONE, &Substate::Active, None));
    assert_eq!(*view.shown().status, *"available");
    assert!(!notify(
        &mut view,
        ONE,
        &Substate::Active,
        Some(&pidf("open"))
    ));
    assert!(notify(
        &mut view,
        ONE,
        &Substate::Active,
        Some(&pidf("closed"))
    ));
    assert_eq!(*view.shown().status, *"offline");
}

#[test]
fn rb_001_silence_after_something_unreadable_makes_nothing_current() {
    let mut view = PresenceView::new(BOB);
    notify(&mut view, ONE, &Substate::Active, Some(&pidf("closed")));
    let (changed, result) = tell(&mut view, &Body::new("application/pidf+xml", b"<presence"));
    assert!(changed && result.is_err());
    assert!(!notify(&mut view, ONE, &Substate::Active, None));
    assert!(view.shown().stale, "nobody has said what was missed");
    notify(&mut view, ONE, &Substate::Active, Some(&pidf("closed")));
    assert!(!view.shown().stale);
}

#[test]
fn ev_088_an_unchanged_state_is_current_again_on_a_new_dialog() {
    let mut view = PresenceView::new(BOB);
    notify(&mut view, ONE, &Substate::Active, Some(&pidf("open")));
    assert!(view.usage_ended(ONE, false, &[], NOW));
    assert!(view.shown().stale);
    assert!(view.resume(from(TWO)));
    assert_eq!(
        (view.shown().status.as_ref(), view.shown().stale),
        ("available", false)
    );
    assert!(!view.resume(from(TWO)), "nothing new");
    // The new dialog is the one that speaks now.
    assert!(!view.usage_ended(ONE, false, &[], NOW));
    assert!(view.usage_ended(TWO, false, &[], NOW));
}

#[test]
fn mg_005_polite_silence_hides_what_was_shown() {
    let mut view = PresenceView::new(BOB);
    let document = pidf("open");
    notify(&mut view, ONE, &Substate::Active, Some(&document));
    assert!(!notify(&mut view, ONE, &Substate::Active, None));
    assert!(view.is_doubtful(), "the full state is asked for");
    // The answer has none either.
    assert!(notify(&mut view, ONE, &Substate::Active, None));
    assert_eq!(
        (view.shown().status.as_ref(), view.shown().basic),
        ("unknown", None)
    );
    assert!(!notify(&mut view, ONE, &Substate::Active, None));
    assert!(!view.is_doubtful(), "there is nothing to doubt");
    // An answer with a document ends the doubt.
    notify(&mut view, ONE, &Substate::Active, Some(&document));
    notify(&mut view, ONE, &Substate::Active, None);
    assert!(!notify(&mut view, ONE, &Substate::Active, Some(&document)));
    assert!(!view.is_doubtful());
    assert!(!notify(&mut view, ONE, &Substate::Active, None));
    assert_eq!(*view.shown().status, *"available");
    // Who is offline stays so: nothing is published any more.
    notify(&mut view, ONE, &Substate::Active, Some(&pidf("closed")));
    assert!(!notify(&mut view, ONE, &Substate::Active, None));
    assert!(!view.is_doubtful());
    assert_eq!(*view.shown().status, *"offline");
}

#[test]
fn mg_005_a_pending_document_is_not_believed() {
    let mut view = PresenceView::new(BOB);
    assert!(notify(
        &mut view,
        ONE,
        &Substate::Pending,
        Some(&pidf("closed"))
    ));
    assert!(view.is_pending());
    assert_eq!(*view.shown().status, *"unknown");
    assert!(notify(
        &mut view,
        ONE,
        &Substate::Active,
        Some(&pidf("closed"))
    ));
    assert!(!view.is_pending());
    assert_eq!(*view.shown().status, *"offline");
}

#[test]
fn fm_015_an_activity_ends_by_itself() {
    let at = |seconds| Timestamp::from_second(seconds).unwrap();
    let body = format!(
        "<presence xmlns='urn:ietf:params:xml:ns:pidf' xmlns:d='urn:ietf:params:xml:ns:pidf:data-model' \
         xmlns:r='urn:ietf:params:xml:ns:pidf:rpid' entity='{BOB}'>\
         <tuple id='a'><status><basic>open</basic></status></tuple><d:person id='p'>\
         <r:activities from='{}' until='{}'><r:meeting/></r:activities></d:person></presence>",
        at(10),
        at(20)
    );
    let mut view = PresenceView::new(BOB);
    let document = Body::new("application/pidf+xml", body.as_bytes());
    let (changed, result) = view.notify(from(ONE), &Substate::Active, Some(document), &[], at(0));
    assert!(changed && result.is_ok());
    let mut seen = vec![(0, view.shown().status.clone())];
    while let Some(next) = view.changes_at() {
        assert!(!view.pass_time(&[], at(next.as_second() - 1)), "too early");
        assert!(view.pass_time(&[], next));
        seen.push((next.as_second(), view.shown().status.clone()));
    }
    let seen: Vec<(i64, &str)> = seen.iter().map(|(at, s)| (*at, s.as_ref())).collect();
    assert_eq!(
        seen,
        [(0, "available"), (10, "in-a-meeting"), (20, "available")]
    );
    // What says nothing about time leaves nothing to wait for.
    let document = Body::new("application/pidf+xml", body.as_bytes());
    let _ = view.notify(from(ONE), &Substate::Active, Some(document), &[], at(0));
    assert!(view.changes_at().is_some());
    notify(&mut view, ONE, &Substate::Pending, None);
    assert_eq!(view.changes_at(), None);
}

#[test]
fn what_a_person_says_of_itself_is_reported_beside_the_address() {
    let mut view = PresenceView::new(BOB);
    let body = "<presence xmlns='urn:ietf:params:xml:ns:pidf' xmlns:d='urn:ietf:params:xml:ns:pidf:data-model' \
         xmlns:r='urn:ietf:params:xml:ns:pidf:rpid' xmlns:c='urn:ietf:params:xml:ns:pidf:cipid' \
         xmlns:s='urn:ietf:params:xml:ns:pidf:timed-status' xmlns:k='urn:ietf:params:xml:ns:pidf:caps'>\
         <tuple id='a'><status><basic>open</basic></status><k:servcaps><k:audio>true</k:audio></k:servcaps>\
         <s:timed-status from='2026-03-02T10:00:00Z'><s:basic>closed</s:basic></s:timed-status>\
         <contact priority='0.5'>sip:a@x</contact></tuple>\
         <tuple id='b'><status><basic>open</basic></status><r:relationship><r:family/></r:relationship></tuple>\
         <d:person id='p'><c:display-name>B\u{202e}ob</c:display-name><c:icon>https://x/\u{202e}</c:icon>\
         <r:mood><r:happy/></r:mood><r:place-type><r:other>attic</r:other></r:place-type>\
         <r:place-is><r:audio><r:noisy/></r:audio></r:place-is><r:sphere>home</r:sphere>\
         <r:time-offset description='CET'>60</r:time-offset>\
         <r:user-input last-input='2026-03-01T10:00:00Z'>idle</r:user-input></d:person></presence>";
    notify(&mut view, ONE, &Substate::Active, Some(body));
    let line = serde_json::to_value(view.shown()).unwrap();
    let expected = serde_json::json!({
        "resource": BOB, "status": "away", "basic": "open", "note": null, "activities": [],
        "devices": [{
            "id": "a", "basic": "open", "contact": "sip:a@x", "priority": 0.5, "note": null, "timestamp": null,
            "why": "decides", "media": ["audio"],
            "timed_status": [
                {"from": "2026-03-02T10:00:00Z", "until": null, "basic": "closed", "note": null}
            ],
        }],
        "why": "idle", "idle": true, "idle_since": "2026-03-01T10:00:00Z", "preferred_contact": "sip:a@x",
        "display_name": "B\u{fffd}ob", "mood": ["happy"], "place": ["attic"], "place_is": {"audio": "noisy"},
        "sphere": ["home"], "time_offset_min": 60, "time_zone": "CET", "links": {"icon": "https://x/\u{fffd}"},
        "others": [{
            "id": "b", "basic": "open", "contact": null, "priority": null, "note": null, "timestamp": null,
            "why": "somebody-else", "why_about": "family",
        }],
        "notifiers": 0, "stale": false,
    });
    assert_eq!(line, expected);
    // What nobody says is left out, but for what always stood there.
    notify(
        &mut view,
        ONE,
        &Substate::Active,
        Some("<presence xmlns='urn:ietf:params:xml:ns:pidf'/>"),
    );
    let line = serde_json::to_value(view.shown()).unwrap();
    let mut names: Vec<&str> = line
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    names.sort_unstable();
    let always = [
        "activities",
        "basic",
        "devices",
        "note",
        "notifiers",
        "resource",
        "stale",
        "status",
    ];
    assert_eq!(names, always);
}

#[test]
fn old_formats_are_read_when_they_come() {
    let mut view = PresenceView::new(BOB);
    let text = "<!DOCTYPE presence PUBLIC 'x' 'xpidf.dtd'><presence><atom id='1'><address uri='sip:bob@x'>\
         <status status='inuse'/><msnsubstatus substatus='onthephone'/></address></atom></presence>";
    let body = Body::new("application/xpidf+xml", text.as_bytes());
    let (changed, result) = view.notify(from(ONE), &Substate::Active, Some(body), &[], NOW);
    assert!(changed && result.is_ok());
    assert_eq!(*view.shown().status, *"on-the-phone");
}

#[test]
fn rb_009_nothing_that_others_write_moves_the_cursor() {
    let mut view = PresenceView::new(BOB);
    let body = "<presence xmlns='urn:ietf:params:xml:ns:pidf' \
         xmlns:d='urn:ietf:params:xml:ns:pidf:data-model' xmlns:r='urn:ietf:params:xml:ns:pidf:rpid'>\
         <tuple id='a\u{202e}'><status><basic>open</basic></status><contact>sip:a\u{9b}@x</contact></tuple>\
         <d:person id='p'><r:activities><r:other>x\u{202e}y</r:other></r:activities></d:person></presence>";
    notify(&mut view, ONE, &Substate::Active, Some(body));
    let shown = view.shown();
    assert_eq!(shown.activities, ["x\u{fffd}y".into()].into());
    assert_eq!(*shown.devices[0].id, *"a\u{fffd}");
    assert_eq!(shown.devices[0].contact.as_deref(), Some("sip:a\u{fffd}@x"));
}

#[test]
fn an_approval_without_a_document_is_unknown() {
    let mut view = PresenceView::new(BOB);
    assert!(notify(&mut view, ONE, &Substate::Pending, None));
    assert!(!notify(&mut view, ONE, &Substate::Active, None));
    assert_eq!(*view.shown().status, *"unknown");
    assert!(!view.is_pending());
}

#[test]
fn rb_001_an_unusable_body_marks_the_state_stale() {
    let mut view = PresenceView::new(BOB);
    notify(&mut view, ONE, &Substate::Active, Some(&pidf("open")));
    let (changed, result) = tell(&mut view, &Body::new("application/pidf+xml", b"<presence"));
    assert!(changed);
    assert_eq!(fault_of(&result.unwrap_err()), BodyFault::Unusable);
    assert_eq!(
        (view.shown().status.as_ref(), view.shown().stale),
        ("available", true)
    );
    let (changed, result) = tell(&mut view, &Body::new("text/plain", b"hello"));
    assert!(!changed);
    assert_eq!(fault_of(&result.unwrap_err()), BodyFault::UnsupportedType);
    assert!(notify(
        &mut view,
        ONE,
        &Substate::Active,
        Some(&pidf("open"))
    ));
    assert!(!view.shown().stale);
}

#[test]
fn rb_010_the_last_word_of_a_dead_dialog_is_stale() {
    let mut view = PresenceView::new(BOB);
    notify(&mut view, ONE, &Substate::Active, Some(&pidf("open")));
    assert!(!view.usage_ended(TWO, false, &[], NOW), "another dialog");
    assert!(view.usage_ended(ONE, false, &[], NOW));
    assert!(view.shown().stale);
    assert_eq!(*view.shown().status, *"available");
    assert!(notify(
        &mut view,
        TWO,
        &Substate::Active,
        Some(&pidf("open"))
    ));
    assert!(!view.shown().stale);
    assert!(
        !view.usage_ended(TWO, true, &[], NOW),
        "a fetch keeps its answer"
    );
}

#[test]
fn a_new_dialog_carries_nothing_over() {
    let mut view = PresenceView::new(BOB);
    notify(&mut view, ONE, &Substate::Active, Some(&pidf("open")));
    view.usage_ended(ONE, false, &[], NOW);
    assert!(notify(&mut view, TWO, &Substate::Active, None));
    assert_eq!(*view.shown().status, *"unknown");
}

#[test]
fn rb_001_what_cannot_be_used_on_a_new_dialog_leaves_the_last_word() {
    let garbage = Body::new("application/pidf+xml", b"<presence");
    for ends_first in [true, false] {
        let mut view = PresenceView::new(BOB);
        notify(&mut view, ONE, &Substate::Active, Some(&pidf("open")));
        if ends_first {
            view.usage_ended(ONE, false, &[], NOW);
        }
        let (_, result) = view.notify(from(TWO), &Substate::Active, Some(garbage), &[], NOW);
        assert!(result.is_err());
        view.usage_ended(ONE, false, &[], NOW);
        let shown = |view: &PresenceView| (view.shown().basic, view.shown().stale);
        assert_eq!(shown(&view), (Some(Basic::Open), true), "{ends_first}");
        // That dialog ends as well, without having said anything.
        assert!(!view.usage_ended(TWO, false, &[], NOW));
        assert_eq!(shown(&view), (Some(Basic::Open), true));
        let three = UsageId(3);
        assert!(notify(
            &mut view,
            three,
            &Substate::Active,
            Some(&pidf("closed"))
        ));
        assert_eq!(shown(&view), (Some(Basic::Closed), false));
    }
}

#[test]
fn rb_001_silence_does_not_say_what_was_missed() {
    let mut view = PresenceView::new(BOB);
    notify(&mut view, ONE, &Substate::Active, Some(&pidf("closed")));
    assert!(!view.miss(TWO), "it has told nothing");
    assert!(view.miss(ONE) && view.shown().stale);
    assert!(!view.miss(ONE), "known already");
    assert!(!notify(&mut view, ONE, &Substate::Active, None));
    assert!(view.shown().stale);
    assert!(view.resume(from(ONE)), "that nothing has changed is a word");
    assert!(!view.shown().stale);
}

#[test]
fn ev_088_the_state_goes_on_although_the_new_dialog_began_with_something_unusable() {
    let mut view = PresenceView::new(BOB);
    notify(&mut view, ONE, &Substate::Active, Some(&pidf("open")));
    view.usage_ended(ONE, false, &[], NOW);
    let garbage = Body::new("application/pidf+xml", b"<presence");
    let (_, result) = view.notify(from(TWO), &Substate::Active, Some(garbage), &[], NOW);
    assert!(result.is_err());
    assert!(view.resume(from(TWO)));
    let shown = (view.shown().basic, view.shown().stale);
    assert_eq!(shown, (Some(Basic::Open), false));
    assert!(
        view.usage_ended(TWO, false, &[], NOW),
        "it is the one that speaks"
    );
}

#[test]
fn rb_010_a_dialog_that_begins_with_its_end_says_nothing() {
    let mut view = PresenceView::new(BOB);
    notify(&mut view, ONE, &Substate::Active, Some(&pidf("open")));
    view.usage_ended(ONE, false, &[], NOW);
    let over = Substate::Terminated(Some("probation".to_owned()));
    assert!(!notify(&mut view, TWO, &over, None));
    view.usage_ended(TWO, false, &[], NOW);
    let shown = (view.shown().basic, view.shown().stale);
    assert_eq!(shown, (Some(Basic::Open), true));
}

#[test]
fn mg_005_pending_leaves_nothing_to_doubt() {
    let mut view = PresenceView::new(BOB);
    notify(&mut view, ONE, &Substate::Active, Some(&pidf("open")));
    let (_, result) = tell(&mut view, &Body::new("application/pidf+xml", b"<presence"));
    assert!(result.is_err() && view.shown().stale);
    assert!(notify(&mut view, ONE, &Substate::Pending, None));
    let shown = (view.shown().status.as_ref(), view.shown().stale);
    assert_eq!(shown, ("unknown", false));
}
