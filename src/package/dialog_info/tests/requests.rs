//! What is made of dialog information: a subscription to one dialog, and a call that takes another's place.

use super::*;
use DialogState::{Confirmed, Early, Proceeding, Trying};

#[test]
fn fm_038_a_filter_names_the_dialog_as_the_notifier_sees_it() {
    let dialog = named("1", Early, "a@b", ("local", "remote"));
    let filter = Filter::of(&dialog).unwrap();
    assert_eq!(
        filter.event_params(),
        ["call-id=\"a@b\"", "to-tag=local", "from-tag=remote"]
    );
    let filter = Filter::new("a84b4c76e66710", "t1", None).unwrap();
    assert_eq!(
        filter.event_params(),
        ["call-id=a84b4c76e66710", "to-tag=t1"]
    );
    let quoted = Filter::new("a\"b\\c@[d]", "t1", None).unwrap();
    assert_eq!(quoted.event_params()[0], "call-id=\"a\\\"b\\\\c@[d]\"");
}

#[test]
fn fm_038_what_could_not_stand_in_a_request_is_no_filter() {
    for call_id in ["", "a b", "a\r\nX: y", "a@b@c", "@", "é", "a;b"] {
        assert_eq!(
            Filter::new(call_id, "t", None),
            Err(FilterError::CallId),
            "{call_id}"
        );
    }
    for tag in ["", "a b", "a;b", "a\r\n", "a=b"] {
        assert_eq!(Filter::new("c", tag, None), Err(FilterError::Tag), "{tag}");
        assert_eq!(
            Filter::new("c", "t", Some(tag)),
            Err(FilterError::Tag),
            "{tag}"
        );
    }
    assert_eq!(Filter::of(&dialog("1", Early)), None);
}

fn rings() -> Dialog {
    let mut dialog = named("1", Early, "12345@192.0.2.9", ("bob-tag", "alice-tag"));
    dialog.direction = Some(Direction::Recipient);
    dialog.remote = side("sip:alice@example.com");
    dialog
}

#[test]
fn a_call_that_rings_is_picked_up_from_the_caller() {
    let mut dialog = rings();
    let found = pick_up(&dialog).unwrap();
    assert_eq!(
        found.replaces(),
        "12345@192.0.2.9;to-tag=alice-tag;from-tag=bob-tag;early-only"
    );
    assert_eq!(
        found.uri(),
        "sip:alice@example.com?Replaces=12345%40192.0.2.9%3Bto-tag%3Dalice-tag%3Bfrom-tag%3Dbob-tag%3Bearly-only"
    );
    dialog.remote.target = Some(Target {
        uri: "sip:alice@192.0.2.7;transport=tcp?Subject=x".to_owned(),
        params: Vec::new(),
    });
    dialog.state = Confirmed;
    let found = pick_up(&dialog).unwrap();
    assert!(!found.early_only);
    assert_eq!(
        found.uri(),
        "sip:alice@192.0.2.7;transport=tcp?Replaces=12345%40192.0.2.9%3Bto-tag%3Dalice-tag%3Bfrom-tag%3Dbob-tag"
    );
}

#[test]
fn a_call_that_nobody_could_hand_over_is_not_picked_up() {
    let without = |change: fn(&mut Dialog)| {
        let mut dialog = rings();
        change(&mut dialog);
        assert_eq!(pick_up(&dialog), None, "{dialog:?}");
    };
    without(|dialog| dialog.direction = Some(Direction::Initiator));
    without(|dialog| dialog.direction = None);
    without(|dialog| dialog.state = Trying);
    without(|dialog| dialog.state = Proceeding);
    without(|dialog| dialog.call_id = None);
    without(|dialog| dialog.local_tag = None);
    without(|dialog| dialog.remote_tag = None);
    without(|dialog| dialog.remote = Participant::default());
    without(|dialog| dialog.remote = side("tel:+12015550123"));
    without(|dialog| dialog.remote = side("javascript:alert"));
    without(|dialog| dialog.remote = side("sip:a<b>"));
    without(|dialog| dialog.call_id = Some("x\r\nRoute: <sip:dave@example.com>".to_owned()));
    without(|dialog| dialog.remote_tag = Some("x;early-only".to_owned()));
}
