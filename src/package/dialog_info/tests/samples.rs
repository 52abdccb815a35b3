//! The documents of RFC 4235, of Kamailio as captured, and others in the manner of well-known notifiers.

use jiff::SignedDuration;

use super::*;
use crate::xml::Fault;

macro_rules! sample {
    ($name:literal) => {
        include_bytes!(concat!(
            "../../../../tests/fixtures/package/",
            $name,
            ".dialog-info.xml"
        ))
    };
}

fn messages(document: &Document) -> Vec<&str> {
    document
        .remarks
        .iter()
        .map(|remark| remark.message.as_str())
        .collect()
}

fn only(document: &Document) -> &Dialog {
    let [dialog] = document.dialogs.as_slice() else {
        panic!("{document:?}");
    };
    dialog
}

/// Applies documents in order; the outcome is the user's state after each.
fn course(documents: &[&[u8]]) -> Vec<(Indicator, usize)> {
    let mut user = ObservedUser::new();
    documents
        .iter()
        .map(|bytes| {
            let applied = user.apply(1, &parse(bytes), NOW);
            assert!(!applied.discarded && !applied.resync_needed);
            (user.indicator().0, user.merged().len())
        })
        .collect()
}

#[test]
fn documents_of_the_text_are_understood() {
    let document = parse(sample!("rfc/rfc4235_4_2_sample"));
    assert_eq!((document.version, document.state), (1, State::Full));
    assert_eq!(document.entity, None);
    let dialog = only(&document);
    assert_eq!((dialog.id.as_str(), dialog.duration), ("123456", Some(274)));
    let side = |side: &Participant| {
        let identity = side.identity().unwrap();
        let target = side.target.as_ref().unwrap();
        let display = identity.display.clone().unwrap();
        (
            identity.uri.clone(),
            display,
            target.uri.clone(),
            target.params.len(),
        )
    };
    let (alice, bob) = (side(&dialog.local), side(&dialog.remote));
    assert_eq!(
        alice,
        (
            "sip:alice@example.com".into(),
            "Alice".into(),
            "sip:alice@pc33.example.com".into(),
            2
        )
    );
    assert_eq!(
        bob,
        (
            "sip:bob@example.org".into(),
            "Bob".into(),
            "sip:bobster@phone21.example.org".into(),
            0
        )
    );
    let now = NOW + SignedDuration::from_secs(1000);
    let mut table = Table::new();
    table.apply(&document, now);
    let began = table.rows().next().unwrap().began_at;
    assert_eq!(began, Some(NOW + SignedDuration::from_secs(726)));

    let document = parse(sample!("rfc/rfc4235_4_1_1_dialog"));
    assert!(document.dialogs.is_empty(), "the state is not printed");
    assert_eq!(
        messages(&document),
        ["<dialog>: a dialog without a state, ignored"]
    );
}

#[test]
fn documents_of_the_text_that_are_none() {
    // The attribute is called state everywhere else.
    let error = read(sample!("rfc/rfc4235_4_1_notify_state")).unwrap_err();
    assert!(
        matches!(error, BodyError::Missing { what: "the attribute state", place } if place.line == 2),
        "{error}"
    );
    // One end tag too many.
    let error = read(sample!("rfc/rfc4235_6_2_hold")).unwrap_err();
    let place = error.place().unwrap();
    assert_eq!(place.line, 12, "{error}");
    assert!(matches!(error, BodyError::Xml(ref error) if matches!(error.fault, Fault::Syntax(_))));
}

#[test]
fn the_basic_example_ends_with_no_call() {
    let shown = course(&[
        sample!("rfc/rfc4235_6_1_trying"),
        sample!("rfc/rfc4235_6_1_early"),
        sample!("rfc/rfc4235_6_1_second_early"),
        sample!("rfc/rfc4235_6_1_confirmed"),
        sample!("rfc/rfc4235_6_1_cancelled"),
    ]);
    // Both dialogs have the same id there, against the rule that the text gives.
    assert_eq!(
        shown,
        [
            (Indicator::Calling, 1),
            (Indicator::Calling, 1),
            (Indicator::Calling, 1),
            (Indicator::Busy, 1),
            (Indicator::Idle, 0),
        ]
    );
    let document = parse(sample!("rfc/rfc4235_6_1_second_early"));
    assert_eq!(
        messages(&document),
        ["<dialog>: the id occurs twice, the last one counts"]
    );
}

#[test]
fn the_shared_line_example_is_followed_to_its_end() {
    let shown = course(&[
        sample!("rfc/rfc4235_6_2_idle"),
        sample!("rfc/rfc4235_6_2_seized"),
        sample!("rfc/rfc4235_6_2_dialing"),
        sample!("rfc/rfc4235_6_2_ringing"),
        sample!("rfc/rfc4235_6_2_voicemail"),
        sample!("rfc/rfc4235_6_2_transferred"),
        sample!("rfc/rfc4235_6_2_conference"),
    ]);
    assert_eq!(
        shown,
        [
            (Indicator::Idle, 0),
            (Indicator::Calling, 1),
            (Indicator::Calling, 1),
            (Indicator::Calling, 1),
            (Indicator::Busy, 1),
            (Indicator::Busy, 1),
            (Indicator::Busy, 1),
        ]
    );
    let mut user = ObservedUser::new();
    user.apply(1, &parse(sample!("rfc/rfc4235_6_2_transferred")), NOW);
    let applied = user.apply(1, &parse(sample!("rfc/rfc4235_6_2_conference")), NOW);
    assert!(!applied.resync_needed);
    let calls = user.merged();
    let remote = &calls[0].row.dialog.remote;
    assert_eq!(
        remote.identity().and_then(|one| one.display.as_deref()),
        Some("Cathy Jones"),
        "inherited"
    );
    assert_eq!(
        remote.target.as_ref().map(|target| target.uri.as_str()),
        Some("sip:confid-34579@host3.example.net"),
        "replaced"
    );
    // The unusable document between them is missing: after it a partial one asks for everything.
    let applied = user.apply(1, &parse(sample!("rfc/rfc4235_6_2_remote_bye")), NOW);
    assert!(applied.resync_needed);
    assert_eq!(user.indicator().0, Indicator::Calling);
    user.apply(1, &parse(sample!("rfc/rfc4235_6_2_hung_up")), NOW);
    assert_eq!(user.indicator().0, Indicator::Idle);
}

#[test]
fn the_words_of_the_shared_line_example_are_taken_as_they_are_meant() {
    let document = parse(sample!("rfc/rfc4235_6_2_transferred"));
    let [old, new] = document.dialogs.as_slice() else {
        panic!("{document:?}");
    };
    assert_eq!(old.event, Some(StateEvent::Replaced));
    assert_eq!(new.direction, Some(Direction::Recipient));
    assert_eq!(new.replaces, old.dialog_id());
    let referrer = new.referred_by.as_ref().map(|one| one.uri.as_str());
    assert_eq!(referrer, Some("sip:bob-is-not-here@vm.example.net"));
    let expected = [
        "<state>: the attribute reason is taken for event",
        "<dialog>: the direction 'receiver' is taken as 'recipient'",
        "<state>: the attribute reason is taken for event",
        "<param>: not understood, ignored",
    ];
    assert_eq!(messages(&document), expected);
    let document = parse(sample!("rfc/rfc4235_6_2_voicemail"));
    assert_eq!(document.dialogs[0].event, Some(StateEvent::Cancelled));
    assert_eq!(document.dialogs[1].code, Some(200));
}

#[test]
fn the_private_example_tells_of_a_call_only() {
    let shown = course(&[
        sample!("rfc/rfc4235_6_3_onhook"),
        sample!("rfc/rfc4235_6_3_offhook"),
        sample!("rfc/rfc4235_6_3_onhook_again"),
    ]);
    assert_eq!(
        shown,
        [
            (Indicator::Idle, 0),
            (Indicator::Busy, 1),
            (Indicator::Idle, 0),
        ]
    );
}

#[test]
fn documents_of_kamailio_are_understood() {
    let shown = course(&[
        sample!("kamailio_early"),
        sample!("kamailio_confirmed"),
        sample!("kamailio_terminated"),
        sample!("kamailio_two_publications"),
        sample!("kamailio_refreshed"),
        sample!("kamailio_unsubscribed"),
    ]);
    assert_eq!(
        shown,
        [
            (Indicator::Ringing, 1),
            (Indicator::Busy, 1),
            (Indicator::Idle, 0),
            (Indicator::Busy, 1),
            (Indicator::Busy, 1),
            (Indicator::Busy, 1),
        ]
    );
    let dialog = parse(sample!("kamailio_early"));
    let found = pick_up(only(&dialog)).unwrap();
    assert_eq!(
        found.uri(),
        "sip:carol@127.0.0.1?Replaces=c1%40x%3Bto-tag%3Dr1%3Bfrom-tag%3Dl1%3Bearly-only"
    );
}

#[test]
fn documents_in_the_manner_of_asterisk_are_understood() {
    let shown = course(&[
        sample!("asterisk_idle"),
        sample!("asterisk_ringing"),
        sample!("asterisk_in_use"),
    ]);
    assert_eq!(
        shown,
        [
            (Indicator::Idle, 0),
            (Indicator::Ringing, 1),
            (Indicator::Busy, 1),
        ]
    );
    let document = parse(sample!("asterisk_ringing"));
    let identity = only(&document).remote.identity().unwrap();
    assert_eq!(identity.display.as_deref(), Some("Carol & <Sales>"));
    assert_eq!(
        pick_up(only(&document)),
        None,
        "nothing identifies the call"
    );
}

#[test]
fn documents_in_the_manner_of_freeswitch_are_understood() {
    let document = parse(sample!("freeswitch_ringing"));
    assert!(document.remarks.is_empty());
    let found = pick_up(only(&document)).unwrap();
    assert_eq!(found.target, "sip:**1001@example.test");
    assert!(found.early_only);
}

#[test]
fn documents_in_the_manner_of_cisco_are_understood() {
    let document = parse(sample!("cisco_shared_line"));
    let dialog = only(&document);
    assert_eq!(dialog.state, DialogState::Confirmed);
    assert_eq!(dialog.duration, Some(61));
    assert_eq!(dialog.remote.identities.len(), 2);
    assert_eq!(document.remarks.len(), 4, "extensions are ignored");
    let mut table = Table::new();
    assert!(
        table.apply(&document, NOW).resync_needed,
        "a partial one first"
    );
    assert_eq!(
        Filter::of(dialog).unwrap().event_params(),
        [
            "call-id=\"8a4c2d00-5f71@192.0.2.10\"",
            "to-tag=3001~a1",
            "from-tag=3002~b2"
        ]
    );
}

#[test]
fn documents_in_the_manner_of_linphone_are_understood() {
    let document = parse(sample!("linphone_call"));
    assert!(document.remarks.is_empty(), "{:?}", document.remarks);
    let dialog = only(&document);
    assert_eq!(dialog.code, Some(180));
    let name = |side: &Participant| side.identity().unwrap().display.clone();
    assert_eq!(name(&dialog.local).as_deref(), Some("Bob"));
    assert_eq!(name(&dialog.remote).as_deref(), Some("Dave"));
    assert_eq!(
        pick_up(dialog).unwrap().target,
        "sip:dave@192.0.2.7:5060;transport=tcp"
    );
}
