//! Several notifiers, one user.

use jiff::SignedDuration;
use proptest::prelude::*;

use super::*;
use DialogState::{Confirmed, Early, Proceeding, Terminated, Trying};
use State::{Full, Partial};

const ONE: u8 = 1;
const TWO: u8 = 2;

fn told(user: &ObservedUser<u8>) -> Indicator {
    user.indicator().0
}

fn ringing(id: &str) -> Dialog {
    Dialog {
        direction: Some(Direction::Recipient),
        ..dialog(id, Early)
    }
}

#[test]
fn mg_008_one_indicator_for_every_notifier() {
    let mut user = ObservedUser::new();
    assert_eq!(told(&user), Indicator::Unknown, "nobody has said anything");
    user.apply(ONE, &document(0, Full, vec![ringing("7")]), NOW);
    user.apply(TWO, &document(5, Full, vec![dialog("7", Confirmed)]), NOW);
    assert_eq!(user.merged().len(), 2, "an id belongs to its notifier");
    assert_eq!(told(&user), Indicator::Busy);
    user.apply(
        TWO,
        &document(6, Partial, vec![dialog("7", Terminated)]),
        NOW,
    );
    assert_eq!(told(&user), Indicator::Ringing);
    user.lose(ONE);
    assert_eq!(told(&user), Indicator::Unknown, "not idle");
    assert!(user.merged()[0].lost, "still listed");
    user.apply(TWO, &document(7, Partial, vec![dialog("8", Trying)]), NOW);
    assert_eq!(told(&user), Indicator::Calling, "somebody else knows");
    user.apply(TWO, &document(8, Full, Vec::new()), NOW);
    assert_eq!(told(&user), Indicator::Unknown);
    user.forget_lost();
    assert_eq!(told(&user), Indicator::Idle);
    assert_eq!(user.remove(TWO), []);
    assert_eq!(told(&user), Indicator::Unknown);
}

#[test]
fn mg_008_the_state_furthest_on_decides() {
    let mut user = ObservedUser::new();
    let mut dialogs = Vec::new();
    for (number, (state, shown)) in [
        (DialogState::Other("held".to_owned()), Indicator::Unknown),
        (Trying, Indicator::Calling),
        (Proceeding, Indicator::Calling),
        (Early, Indicator::Ringing),
        (Confirmed, Indicator::Busy),
    ]
    .into_iter()
    .enumerate()
    {
        let name = format!("d{number}");
        dialogs.insert(0, dialog(&name, state));
        let version = u64::try_from(number).unwrap();
        user.apply(ONE, &document(version, Full, dialogs.clone()), NOW);
        let (indicator, call) = user.indicator();
        assert_eq!(indicator, shown);
        assert_eq!(call.unwrap().row.dialog.id, name);
    }
}

#[test]
fn mg_008_a_call_between_two_devices_is_listed_once() {
    let seen_by = |notifier, state, tags| {
        let mut dialog = named(&format!("d{notifier}"), state, "c1", tags);
        if notifier == TWO {
            dialog.remote = side("sip:carol@example.com");
        }
        document(0, Full, vec![dialog])
    };
    for tags in [("a", "b"), ("b", "a")] {
        let mut user = ObservedUser::new();
        let later = NOW + SignedDuration::from_secs(1);
        user.apply(ONE, &seen_by(ONE, Confirmed, ("a", "b")), NOW);
        user.apply(TWO, &seen_by(TWO, Confirmed, tags), later);
        let calls = user.merged();
        assert_eq!(calls.len(), 1);
        assert_eq!(calls[0].key, (ONE, "d1"), "the name it had first");
        assert_eq!(calls[0].notifier, TWO, "who tells more speaks");
        assert_eq!(calls[0].rows.len(), 2);
        user.lose(TWO);
        let calls = user.merged();
        assert_eq!((calls[0].notifier, calls[0].lost), (ONE, false));
    }
    let mut user = ObservedUser::new();
    user.apply(ONE, &seen_by(ONE, Confirmed, ("a", "b")), NOW);
    user.apply(TWO, &seen_by(TWO, Confirmed, ("a", "c")), NOW);
    assert_eq!(
        user.merged().len(),
        2,
        "a fork of the same INVITE is another call"
    );
}

#[test]
fn mg_008_an_invite_that_rings_two_devices_is_one_call() {
    let half = |id| Dialog {
        local_tag: None,
        ..named(id, Early, "c1", ("", "caller"))
    };
    let mut user = ObservedUser::new();
    user.apply(ONE, &document(0, Full, vec![half("x")]), NOW);
    user.apply(TWO, &document(0, Full, vec![half("y")]), NOW);
    assert_eq!(user.merged().len(), 1);
    let nameless = |id| Dialog {
        remote_tag: None,
        ..half(id)
    };
    user.apply(ONE, &document(1, Full, vec![nameless("x")]), NOW);
    user.apply(TWO, &document(1, Full, vec![nameless("y")]), NOW);
    assert_eq!(user.merged().len(), 2, "a Call-ID alone is not enough");
}

#[test]
fn fm_037_a_virtual_dialog_is_busy_and_nothing_more() {
    let sample = include_bytes!(
        "../../../../tests/fixtures/package/rfc/rfc4235_3_6_virtual.dialog-info.xml"
    );
    let mut user = ObservedUser::new();
    user.apply(ONE, &parse(sample), NOW);
    let (indicator, call) = user.indicator();
    assert_eq!(indicator, Indicator::Busy);
    let row = call.unwrap().row;
    assert!(row.dialog.is_minimal());
    assert_eq!(row.dialog.remote.identity(), None);
    assert_eq!(row.began_at, None);
    // Another device's virtual dialog may stand for the same call or for another.
    user.apply(TWO, &parse(sample), NOW);
    assert_eq!(told(&user), Indicator::Busy);
    assert!(user.merged().iter().all(|call| call.rows.len() == 1));
}

#[test]
fn fm_037_an_empty_document_is_no_call_even_if_some_are_left_out() {
    let mut user = ObservedUser::new();
    user.apply(ONE, &document(0, Full, Vec::new()), NOW);
    assert_eq!(user.indicator(), (Indicator::Idle, None));
}

fn reports() -> impl Strategy<Value = Vec<Dialog>> {
    let state = prop::sample::select(vec![Trying, Proceeding, Early, Confirmed]);
    let one = (0..4u8, state, 0..3u8, 0..3u8, any::<bool>(), any::<bool>()).prop_map(
        |(id, state, local, remote, known, called)| {
            let mut dialog = named(
                &format!("d{id}"),
                state,
                "c1",
                (&format!("t{local}"), &format!("t{remote}")),
            );
            if !known {
                dialog.call_id = None;
            }
            dialog.direction = called.then_some(Direction::Recipient);
            dialog
        },
    );
    prop::collection::vec(one, 0..5)
}

proptest! {
    #[test]
    fn mg_008_the_order_and_number_of_reports_never_show(
        reports in prop::collection::vec(reports(), 3),
        order in Just(vec![0u8, 1, 2]).prop_shuffle(),
        again in 0..3u8,
        lost in prop::option::of(0..3u8),
    ) {
        let documents: Vec<_> = reports.into_iter().map(|one| document(4, Full, one)).collect();
        let (mut forward, mut shuffled) = (ObservedUser::new(), ObservedUser::new());
        for notifier in 0..3u8 {
            forward.apply(notifier, &documents[usize::from(notifier)], NOW);
        }
        for notifier in order.into_iter().chain([again]) {
            shuffled.apply(notifier, &documents[usize::from(notifier)], NOW);
        }
        for user in [&mut forward, &mut shuffled] {
            if let Some(lost) = lost {
                user.lose(lost);
            }
        }
        prop_assert_eq!(forward.merged(), shuffled.merged());
        prop_assert_eq!(forward.indicator(), shuffled.indicator());
    }

    #[test]
    fn mg_008_every_row_is_in_one_call(reports in prop::collection::vec(reports(), 3)) {
        let mut user = ObservedUser::new();
        for (notifier, dialogs) in (0..3u8).zip(reports) {
            user.apply(notifier, &document(0, Full, dialogs), NOW);
        }
        let rows: usize = user.merged().iter().map(|call| call.rows.len()).sum();
        prop_assert_eq!(rows, user.rows().count());
        // One notifier more that repeats another's calls adds none.
        let named: Vec<Dialog> = user
            .rows()
            .filter(|(notifier, row)| *notifier == 0 && row.dialog.call_id.is_some())
            .map(|(_, row)| row.dialog.clone())
            .collect();
        let before = user.merged().len();
        user.apply(9, &document(0, Full, named), NOW);
        prop_assert_eq!(user.merged().len(), before);
    }
}
