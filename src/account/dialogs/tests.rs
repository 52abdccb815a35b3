//! Tests of what is shown of an observed user's calls.

use jiff::SignedDuration;

use super::*;
use crate::package::dialog_info::CONTENT_TYPE;

const BOB: &str = "sip:bob@example.com";
const ONE: UsageId = UsageId(1);
const TWO: UsageId = UsageId(2);
const NOW: Timestamp = Timestamp::UNIX_EPOCH;

fn document(version: u32, state: &str, dialogs: &[(&str, &str, &str)]) -> String {
    let mut content = String::new();
    for (id, word, rest) in dialogs {
        content += "<dialog id='";
        content += id;
        content += "' direction='recipient'><state>";
        content += word;
        content += "</state>";
        content += rest;
        content += "</dialog>";
    }
    format!(
        "<dialog-info xmlns='urn:ietf:params:xml:ns:dialog-info' version='{version}' state='{state}' \
         entity='{BOB}'>{content}</dialog-info>"
    )
}

const CAROL: &str = "<duration>5</duration><remote><identity display='Carol'>sip:carol@example.com;x=y</identity></remote>";

/// Takes a NOTIFY with this body, and gives the answer.
fn take(view: &mut DialogsView, usage: UsageId, body: Option<&str>) -> Result<(), BodyFault> {
    let body = body.map(|body| Body::new(CONTENT_TYPE, body.as_bytes()));
    let tag = format!("tag{}", usage.0);
    view.notify(usage, &tag, &Substate::Active, body, NOW).0
}

/// The lines after a NOTIFY with this body that is fine, as id, state and staleness.
fn hear(view: &mut DialogsView, usage: UsageId, body: &str) -> Vec<(String, String, bool)> {
    assert_eq!(take(view, usage, Some(body)), Ok(()));
    lines(view)
}

fn lines(view: &mut DialogsView) -> Vec<(String, String, bool)> {
    let news = view.news(NOW).into_iter();
    news.map(|dialog| (dialog.id, dialog.state, dialog.stale))
        .collect()
}

fn line(id: &str, word: &str, stale: bool) -> (String, String, bool) {
    (id.to_owned(), word.to_owned(), stale)
}

#[test]
fn a_call_rings_is_answered_and_ends() {
    let mut view = DialogsView::new(BOB, None);
    view.notifiers(1);
    let body = document(0, "full", &[("1", "early", CAROL)]);
    let body = Body::new(CONTENT_TYPE, body.as_bytes());
    view.notify(ONE, "t1", &Substate::Active, Some(body), NOW)
        .0
        .unwrap();
    let [rings] = view.news(NOW).try_into().unwrap();
    assert_eq!((rings.resource.as_str(), rings.id.as_str()), (BOB, "1"));
    assert_eq!(
        (rings.state.as_str(), rings.direction),
        ("early", Some("recipient"))
    );
    assert_eq!(rings.remote.as_deref(), Some("sip:carol@example.com"));
    assert_eq!(rings.remote_display.as_deref(), Some("Carol"));
    assert_eq!(rings.duration_s, Some(5));
    assert_eq!(rings.since.as_deref(), Some("1969-12-31T23:59:55Z"));
    assert_eq!(
        (rings.notifier.as_deref(), rings.notifiers),
        (Some("t1"), 1)
    );
    assert_eq!((rings.indicator, rings.stale), (Indicator::Ringing, false));

    let same = document(1, "full", &[("1", "early", CAROL)]);
    assert_eq!(hear(&mut view, ONE, &same), []);
    let answered = document(2, "partial", &[("1", "confirmed", "")]);
    assert_eq!(
        hear(&mut view, ONE, &answered),
        [line("1", "confirmed", false)]
    );
    assert_eq!(view.indicator(), Indicator::Busy);
    let later = NOW + SignedDuration::from_secs(60);
    assert_eq!(view.shown(later)[0].duration_s, Some(65));
    assert_eq!(
        view.shown(later)[0].remote_display.as_deref(),
        Some("Carol")
    );

    let over = "<dialog id='1'><state event='remote-bye'>terminated</state></dialog>";
    let over =
        document(3, "partial", &[]).replace("</dialog-info>", &format!("{over}</dialog-info>"));
    let body = Body::new(CONTENT_TYPE, over.as_bytes());
    view.notify(ONE, "t1", &Substate::Active, Some(body), NOW)
        .0
        .unwrap();
    let [ended] = view.news(NOW).try_into().unwrap();
    assert_eq!(
        (ended.state.as_str(), ended.event.as_deref()),
        ("terminated", Some("remote-bye"))
    );
    assert_eq!(ended.remote_display.as_deref(), Some("Carol"), "who it was");
    assert_eq!(
        (ended.notifier.as_deref(), ended.indicator),
        (Some("t1"), Indicator::Idle)
    );
    assert_eq!(view.shown(NOW), []);
}

#[test]
fn a_call_that_vanishes_from_a_full_document_has_ended() {
    let mut view = DialogsView::new(BOB, None);
    hear(
        &mut view,
        ONE,
        &document(0, "full", &[("1", "early", ""), ("2", "confirmed", "")]),
    );
    let next = document(1, "full", &[("2", "confirmed", "")]);
    assert_eq!(
        hear(&mut view, ONE, &next),
        [line("1", "terminated", false)]
    );
}

#[test]
fn mg_008_a_lost_telephone_leaves_its_calls_stale_and_the_state_unknown() {
    let mut view = DialogsView::new(BOB, None);
    hear(&mut view, ONE, &document(0, "full", &[("1", "early", "")]));
    hear(
        &mut view,
        TWO,
        &document(0, "full", &[("9", "confirmed", "")]),
    );
    assert_eq!(view.indicator(), Indicator::Busy);
    view.usage_ended(ONE, false);
    assert_eq!(lines(&mut view), [line("1", "early", true)]);
    let over = document(1, "full", &[]);
    assert_eq!(
        hear(&mut view, TWO, &over),
        [line("9", "terminated", false)]
    );
    assert_eq!(view.indicator(), Indicator::Unknown, "not idle");
    assert!(view.is_stale());
    // It answers the next SUBSCRIBE in a new dialog: the call is the same.
    let again = document(7, "full", &[("1", "early", "")]);
    let news = hear(&mut view, UsageId(3), &again);
    assert_eq!(news, [line("1", "early", false)]);
    assert_eq!(view.indicator(), Indicator::Ringing);
}

#[test]
fn a_telephone_that_does_not_come_back_takes_its_calls_with_it() {
    let mut view = DialogsView::new(BOB, None);
    hear(&mut view, ONE, &document(0, "full", &[("1", "early", "")]));
    view.usage_ended(ONE, false);
    lines(&mut view);
    let other = document(0, "full", &[("5", "confirmed", "")]);
    assert_eq!(
        hear(&mut view, TWO, &other),
        [
            line("1", "terminated", false),
            line("5", "confirmed", false)
        ]
    );
}

#[test]
fn a_dialog_that_takes_anothers_place_changes_nothing() {
    let mut view = DialogsView::new(BOB, None);
    hear(
        &mut view,
        ONE,
        &document(3, "full", &[("1", "confirmed", CAROL)]),
    );
    let body = document(0, "full", &[("1", "confirmed", CAROL)]);
    let body = Body::new(CONTENT_TYPE, body.as_bytes());
    view.notify(TWO, "tag1", &Substate::Active, Some(body), NOW)
        .0
        .unwrap();
    view.usage_ended(ONE, false);
    assert_eq!(lines(&mut view), []);
    assert_eq!(view.indicator(), Indicator::Busy);
    assert_eq!(view.shown(NOW).len(), 1);
}

#[test]
fn fm_034_a_gap_asks_for_the_full_state() {
    let mut view = DialogsView::new(BOB, None);
    hear(&mut view, ONE, &document(2, "full", &[]));
    assert_eq!(
        take(
            &mut view,
            ONE,
            Some(&document(4, "partial", &[("1", "early", "")]))
        ),
        Err(BodyFault::Gap)
    );
    let news = lines(&mut view);
    assert_eq!(news.len(), 1, "it is used all the same");
    hear(&mut view, ONE, &document(9, "full", &[]));
}

#[test]
fn rb_001_an_unusable_document_marks_the_calls_stale() {
    let mut view = DialogsView::new(BOB, None);
    hear(&mut view, ONE, &document(0, "full", &[("1", "early", "")]));
    assert_eq!(
        take(&mut view, ONE, Some("<dialog-info")),
        Err(BodyFault::Unusable)
    );
    let news = lines(&mut view);
    assert_eq!(news, [line("1", "early", true)]);
    assert_eq!(view.indicator(), Indicator::Ringing, "the last good state");
    let news = hear(&mut view, ONE, &document(1, "full", &[("1", "early", "")]));
    assert_eq!(news, [line("1", "early", false)]);
    let foreign = Body::new("text/plain", b"x");
    let (answer, error) = view.notify(ONE, "t", &Substate::Active, Some(foreign), NOW);
    assert_eq!(answer, Err(BodyFault::UnsupportedType));
    assert!(error.is_some());
}

#[test]
fn a_notifier_that_falls_silent_is_asked_once_and_then_believed() {
    let mut view = DialogsView::new(BOB, None);
    assert_eq!(take(&mut view, ONE, None), Ok(()));
    assert_eq!(lines(&mut view), []);
    assert_eq!(view.indicator(), Indicator::Unknown);
    hear(
        &mut view,
        ONE,
        &document(0, "full", &[("1", "confirmed", "")]),
    );
    assert_eq!(take(&mut view, ONE, None), Err(BodyFault::Gap));
    assert_eq!(lines(&mut view), []);
    assert_eq!(view.indicator(), Indicator::Busy);
    assert_eq!(take(&mut view, ONE, None), Ok(()));
    assert_eq!(lines(&mut view), [line("1", "terminated", false)]);
    assert_eq!(view.indicator(), Indicator::Unknown, "nothing is published");
}

#[test]
fn mg_005_what_is_said_before_approval_is_not_believed() {
    let mut view = DialogsView::new(BOB, None);
    let body = document(0, "full", &[("1", "confirmed", "")]);
    let body = Body::new(CONTENT_TYPE, body.as_bytes());
    let (answer, _) = view.notify(ONE, "t", &Substate::Pending, Some(body), NOW);
    assert_eq!(answer, Ok(()));
    assert!(view.is_pending());
    assert_eq!(lines(&mut view), []);
    assert_eq!(view.indicator(), Indicator::Unknown);
}

#[test]
fn a_call_between_two_of_the_users_telephones_is_one_line() {
    let seen = |local: &str, remote: &str| {
        document(0, "full", &[("1", "confirmed", "")]).replace(
            "direction='recipient'",
            &format!("call-id='c' local-tag='{local}' remote-tag='{remote}'"),
        )
    };
    let mut view = DialogsView::new(BOB, None);
    assert_eq!(hear(&mut view, ONE, &seen("a", "b")).len(), 1);
    assert_eq!(hear(&mut view, TWO, &seen("b", "a")), []);
    assert_eq!(view.shown(NOW).len(), 1);
    // The first has hung up; the other still reports the call.
    let over = document(1, "full", &[]);
    assert_eq!(
        hear(&mut view, ONE, &over),
        [
            line("1", "terminated", false),
            line("1", "confirmed", false)
        ]
    );
}

#[test]
fn rb_009_what_notifiers_write_is_harmless() {
    let mut view = DialogsView::new(BOB, None);
    let body = document(
        0,
        "full",
        &[(
            "1\u{202e}",
            "st\u{202e}ate",
            "<remote><identity display='\u{202e}x'/></remote>",
        )],
    );
    let body = Body::new(CONTENT_TYPE, body.as_bytes());
    view.notify(ONE, "t\u{202e}", &Substate::Active, Some(body), NOW)
        .0
        .unwrap();
    let text = format!("{:?}", view.news(NOW));
    assert!(
        !text.contains("202e") && !text.contains('\u{202e}'),
        "{text}"
    );
}

#[test]
fn a_dialog_that_cannot_be_read_takes_no_call_away() {
    let mut view = DialogsView::new(BOB, None);
    hear(
        &mut view,
        ONE,
        &document(0, "full", &[("1", "confirmed", CAROL)]),
    );
    let unreadable = document(1, "partial", &[("", "confirmed", "")]);
    assert_eq!(take(&mut view, ONE, Some(&unreadable)), Err(BodyFault::Gap));
    assert_eq!(lines(&mut view), [], "the call goes on");
    let none = document(2, "partial", &[]);
    assert_eq!(
        hear(&mut view, ONE, &none),
        [line("1", "terminated", false)]
    );
}

#[test]
fn a_superseding_dialog_that_begins_badly_ends_no_call() {
    let mut view = DialogsView::new(BOB, None);
    let calls = document(0, "full", &[("1", "confirmed", CAROL)]);
    hear(&mut view, ONE, &calls);
    assert!(take(&mut view, TWO, Some("<nonsense")).is_err());
    view.usage_ended(ONE, false);
    assert_eq!(lines(&mut view), [line("1", "confirmed", true)]);
    assert_eq!(
        hear(&mut view, TWO, &calls),
        [line("1", "confirmed", false)]
    );
}

#[test]
fn silence_makes_nothing_current_that_could_not_be_read() {
    let mut view = DialogsView::new(BOB, None);
    hear(
        &mut view,
        ONE,
        &document(0, "full", &[("1", "confirmed", CAROL)]),
    );
    assert!(take(&mut view, ONE, Some("<nonsense")).is_err());
    assert_eq!(lines(&mut view), [line("1", "confirmed", true)]);
    assert_eq!(take(&mut view, ONE, None), Err(BodyFault::Gap));
    assert_eq!(lines(&mut view), [], "it is still in doubt");
    assert_eq!(take(&mut view, ONE, None), Ok(()));
    assert_eq!(lines(&mut view), [line("1", "terminated", false)]);
    assert!(!view.is_stale());
}

#[test]
fn what_was_fetched_is_replaced_by_what_is_fetched_next() {
    let mut view = DialogsView::new(BOB, None);
    let calls = document(0, "full", &[("1", "confirmed", CAROL)]);
    hear(&mut view, ONE, &calls);
    view.usage_ended(ONE, true);
    assert_eq!(lines(&mut view), [], "a fetch ends with its answer");
    hear(&mut view, TWO, &document(0, "full", &[]));
    assert!(view.shown(NOW).is_empty());
}
