//! Several devices that answer each for itself: what is shown of them together.

use super::*;

const DESK: UsageId = UsageId(1);
const MOBILE: UsageId = UsageId(2);
const NOW: Timestamp = Timestamp::UNIX_EPOCH;

fn pidf(basic: &str, extra: &str) -> String {
    format!(
        "<presence xmlns='urn:ietf:params:xml:ns:pidf' xmlns:d='urn:ietf:params:xml:ns:pidf:data-model' \
         xmlns:r='urn:ietf:params:xml:ns:pidf:rpid' entity='{BOB}'>\
         <tuple id='t'><status><basic>{basic}</basic></status></tuple>{extra}</presence>"
    )
}

fn say(view: &mut PresenceView, usage: UsageId, substate: &Substate, body: Option<&str>) -> bool {
    let body = body.map(|body| Body::new("application/pidf+xml", body.as_bytes()));
    let (news, result) = view.notify(from(usage), substate, body, &[], NOW);
    result.unwrap();
    news
}

fn from(usage: UsageId) -> Source<'static> {
    Source {
        usage,
        notifier: if usage == DESK { "desk" } else { "mobile" },
        secure: false,
    }
}

/// Whose word decided.
fn decided_by(shown: &Presence) -> Option<&str> {
    shown.merged.as_ref()?.decided_by.as_deref()
}

/// Each device with what it says.
fn devices(view: &PresenceView) -> Vec<(&str, Option<Basic>)> {
    let devices = view.shown().devices.iter();
    devices
        .map(|device| {
            let details = device.details.as_ref();
            let notifier = details.and_then(|details| details.notifier.as_deref());
            (notifier.unwrap_or("?"), device.basic)
        })
        .collect()
}

fn both() -> PresenceView {
    let mut view = PresenceView::merging(BOB);
    assert!(say(
        &mut view,
        DESK,
        &Substate::Active,
        Some(&pidf("closed", ""))
    ));
    assert!(say(
        &mut view,
        MOBILE,
        &Substate::Active,
        Some(&pidf("open", ""))
    ));
    view
}

#[test]
fn mg_002_devices_are_merged_where_the_account_wants_it() {
    let view = both();
    let shown = view.shown();
    assert_eq!(
        (shown.status.as_ref(), shown.basic),
        ("available", Some(Basic::Open))
    );
    assert_eq!(decided_by(shown), Some("mobile"));
    assert_eq!(
        devices(&view),
        [("desk", Some(Basic::Closed)), ("mobile", Some(Basic::Open))]
    );
    assert!(shown.devices.iter().all(|device| &*device.id == "t"));
    let json = serde_json::to_value(shown).unwrap();
    assert_eq!(json["decided_by"], "mobile");
    assert_eq!(json["devices"][0]["notifier"], "desk");
}

#[test]
fn mg_002_without_the_wish_nothing_tells_of_notifiers() {
    let mut view = PresenceView::new(BOB);
    say(&mut view, DESK, &Substate::Active, Some(&pidf("open", "")));
    let json = serde_json::to_value(view.shown()).unwrap();
    assert!(json.get("decided_by").is_none());
    assert!(json["devices"][0].get("notifier").is_none());
}

#[test]
fn mg_001_each_device_is_replaced_by_its_own_next_word() {
    let mut view = both();
    assert!(say(
        &mut view,
        MOBILE,
        &Substate::Active,
        Some(&pidf("closed", ""))
    ));
    assert_eq!(
        (
            view.shown().status.as_ref(),
            decided_by(view.shown()).is_some()
        ),
        ("offline", true)
    );
    let busy = pidf(
        "open",
        "<d:person id='p'><r:activities><r:busy/></r:activities></d:person>",
    );
    assert!(say(&mut view, DESK, &Substate::Active, Some(&busy)));
    assert_eq!(*view.shown().status, *"busy");
    assert_eq!(decided_by(view.shown()), Some("desk"));
    assert!(
        !say(&mut view, DESK, &Substate::Active, Some(&busy)),
        "nothing new"
    );
}

#[test]
fn mg_005_silence_is_asked_about_and_then_hides_that_device_only() {
    let mut view = both();
    assert!(!say(&mut view, MOBILE, &Substate::Active, None));
    assert!(view.is_doubtful());
    // Another one's word does not settle that.
    assert!(
        !say(&mut view, DESK, &Substate::Active, None),
        "closed: nothing to doubt"
    );
    assert!(!view.is_doubtful());
    assert!(say(&mut view, MOBILE, &Substate::Active, None));
    assert_eq!(devices(&view), [("desk", Some(Basic::Closed))]);
    assert_eq!(*view.shown().status, *"offline");
}

#[test]
fn mg_005_pending_devices_are_not_believed() {
    let mut view = both();
    assert!(say(
        &mut view,
        MOBILE,
        &Substate::Pending,
        Some(&pidf("open", ""))
    ));
    assert_eq!(devices(&view), [("desk", Some(Basic::Closed))]);
    assert!(!view.is_pending(), "the other one tells something");
    say(&mut view, DESK, &Substate::Pending, None);
    assert!(view.is_pending());
    assert_eq!(*view.shown().status, *"unknown");
}

#[test]
fn a_device_that_ends_takes_its_part_out_and_the_last_one_is_stale() {
    let mut view = both();
    assert!(view.usage_ended(MOBILE, false, &[], NOW));
    assert_eq!(
        (view.shown().status.as_ref(), view.shown().stale),
        ("offline", false)
    );
    assert!(view.usage_ended(DESK, false, &[], NOW));
    assert_eq!(
        (view.shown().status.as_ref(), view.shown().stale),
        ("offline", true)
    );
    // Whoever comes next speaks alone.
    assert!(say(
        &mut view,
        MOBILE,
        &Substate::Active,
        Some(&pidf("open", ""))
    ));
    assert_eq!(devices(&view), [("mobile", Some(Basic::Open))]);
    assert!(!view.shown().stale);
    // What a fetch brought stays.
    assert!(!view.usage_ended(MOBILE, true, &[], NOW));
    assert!(!view.shown().stale);
}

#[test]
fn rb_001_an_unusable_body_leaves_what_that_device_said() {
    let mut view = both();
    let body = Body::new("application/pidf+xml", b"<presence");
    let (news, result) = view.notify(from(MOBILE), &Substate::Active, Some(body), &[], NOW);
    assert!(news && result.is_err());
    assert_eq!(
        (view.shown().status.as_ref(), view.shown().stale),
        ("available", true)
    );
    // That it has not changed, by its tag, is as good as a body (RFC 5839 §5.5).
    assert!(view.resume(from(MOBILE)));
    assert!(!view.shown().stale);
}

#[test]
fn fm_015_time_passes_for_all_of_them() {
    let at = |second| Timestamp::from_second(second).unwrap();
    let meeting = pidf(
        "open",
        &format!(
            "<d:person id='p'><r:activities from='{}' until='{}'><r:meeting/></r:activities></d:person>",
            at(10),
            at(20)
        ),
    );
    let mut view = both();
    say(&mut view, DESK, &Substate::Active, Some(&meeting));
    assert_eq!(view.changes_at(), Some(at(10)));
    assert!(!view.pass_time(&[], at(9)));
    assert!(view.pass_time(&[], at(10)));
    assert_eq!(*view.shown().status, *"in-a-meeting");
    assert!(view.pass_time(&[], at(20)));
    assert_eq!(
        (view.shown().status.as_ref(), view.changes_at()),
        ("available", None)
    );
}

#[test]
fn mg_002_what_an_early_end_left_valid_gives_way_to_the_next_dialogs() {
    let mut view = both();
    // Both ended by `timeout` with their first NOTIFY; the subscription begins anew.
    view.usage_ended(DESK, true, &[], NOW);
    view.usage_ended(MOBILE, true, &[], NOW);
    assert_eq!((view.shown().devices.len(), view.shown().stale), (2, false));
    let (desk, mobile) = (UsageId(3), UsageId(4));
    say(
        &mut view,
        desk,
        &Substate::Active,
        Some(&pidf("closed", "")),
    );
    say(
        &mut view,
        mobile,
        &Substate::Active,
        Some(&pidf("open", "")),
    );
    assert_eq!(view.shown().devices.len(), 2, "each is there once");
    // What else they say replaces nobody, also where one of them will never say more.
    view.usage_ended(desk, true, &[], NOW);
    say(
        &mut view,
        mobile,
        &Substate::Active,
        Some(&pidf("closed", "")),
    );
    assert_eq!(view.shown().devices.len(), 2);
}

#[test]
fn rb_010_the_last_word_stays_while_nobody_else_has_said_anything() {
    let mut view = PresenceView::merging(BOB);
    say(&mut view, DESK, &Substate::Active, Some(&pidf("open", "")));
    let garbage = Body::new("application/pidf+xml", b"<presence");
    let (_, result) = view.notify(from(MOBILE), &Substate::Active, Some(garbage), &[], NOW);
    assert!(result.is_err());
    assert!(
        !view.usage_ended(DESK, false, &[], NOW),
        "stale it was already"
    );
    assert_eq!(devices(&view), [("desk", Some(Basic::Open))]);
    say(
        &mut view,
        MOBILE,
        &Substate::Active,
        Some(&pidf("closed", "")),
    );
    assert_eq!(devices(&view), [("mobile", Some(Basic::Closed))]);
    assert!(!view.shown().stale);
}

#[test]
fn fm_010_each_notifier_is_told_its_note_and_takes_it_along() {
    let mut view = PresenceView::merging(BOB);
    let note = |text: &str| format!("<note>{text}\u{202e}</note>");
    let desk = pidf("open", &note("at the desk"));
    let mobile = pidf("closed", &note("on the road"));
    say(&mut view, DESK, &Substate::Active, Some(&desk));
    say(&mut view, MOBILE, &Substate::Active, Some(&mobile));
    let told = |view: &PresenceView| serde_json::to_value(view.shown()).unwrap();
    let line = told(&view);
    assert_eq!(
        (&line["note"], &line["note_by"]),
        (&"at the desk\u{fffd}".into(), &"desk".into())
    );
    let notes = serde_json::json!([
        {"notifier": "desk", "note": "at the desk\u{fffd}"},
        {"notifier": "mobile", "note": "on the road\u{fffd}"},
    ]);
    assert_eq!(line["notes"], notes);
    // The one that has the word says no more: the other's note is not put in its place.
    say(&mut view, DESK, &Substate::Active, Some(&pidf("open", "")));
    let line = told(&view);
    assert!(line["note"].is_null() && line.get("note_by").is_none());
    assert_eq!(line["notes"].as_array().unwrap().len(), 1);
    // With the dialog the note goes, and its own counts again.
    view.usage_ended(DESK, false, &[], NOW);
    let line = told(&view);
    assert_eq!(
        (&line["note_by"], line.get("notes")),
        (&"mobile".into(), None)
    );
    assert!(view.usage_ended(MOBILE, false, &[], NOW) && view.shown().stale);
    say(&mut view, DESK, &Substate::Active, Some(&pidf("open", "")));
    assert!(told(&view)["note"].is_null(), "nothing is left of it");
}
