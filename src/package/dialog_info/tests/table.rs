//! Versions, full and partial documents, and what a row keeps.

use jiff::SignedDuration;
use proptest::prelude::*;

use super::*;
use DialogState::{Confirmed, Early, Terminated, Trying};
use State::{Full, Partial};

#[test]
fn fm_034_a_gap_asks_for_everything_only_after_a_partial_document() {
    let outcomes = |documents: &[(u64, State)]| -> Vec<(bool, bool)> {
        let mut table = Table::new();
        let apply = |&(version, state): &(u64, State)| {
            let one = vec![dialog("1", Early)];
            let applied = table.apply(&document(version, state, one), NOW);
            (applied.discarded, applied.resync_needed)
        };
        documents.iter().map(apply).collect()
    };
    let (fine, resync, discarded) = ((false, false), (false, true), (true, false));
    assert_eq!(outcomes(&[(0, Full), (2, Full)]), [fine, fine]);
    assert_eq!(outcomes(&[(2, Full), (4, Partial)]), [fine, resync]);
    assert_eq!(
        outcomes(&[
            (41, Full),
            (42, Partial),
            (42, Full),
            (41, Full),
            (43, Partial)
        ]),
        [fine, fine, discarded, discarded, fine]
    );
    assert_eq!(outcomes(&[(7, Partial), (8, Partial)]), [resync, fine]);
    assert_eq!(
        outcomes(&[(0, Full), (u64::MAX, Partial), (0, Full)]),
        [fine, resync, discarded],
        "no wrap"
    );
}

#[test]
fn fm_034_a_document_without_dialogs_tells_that_there_are_none() {
    for state in [Full, Partial] {
        let mut table = Table::new();
        table.apply(&document(0, Full, vec![dialog("1", Early)]), NOW);
        let applied = table.apply(&document(9, state, Vec::new()), NOW);
        assert!(!applied.resync_needed, "it is a complete view");
        assert_eq!(table.rows().count(), 0);
        assert_eq!(applied.changes.len(), 1);
        assert_eq!(applied.changes[0].kind, ChangeKind::Departed);
        assert_eq!(table.version(), Some(9));
    }
}

#[test]
fn fm_034_a_full_document_flushes_and_a_partial_one_replaces() {
    let mut table = Table::new();
    let two = vec![dialog("a", Early), dialog("b", Confirmed)];
    table.apply(&document(0, Full, two), NOW);
    let two = vec![dialog("b", Terminated), dialog("c", Trying)];
    let applied = table.apply(&document(1, Partial, two), NOW);
    assert_eq!(states(&table), [("a", "early"), ("c", "trying")]);
    let kinds: Vec<_> = applied.changes.iter().map(|change| change.kind).collect();
    assert_eq!(kinds, [ChangeKind::Departed, ChangeKind::Added]);
    let applied = table.apply(&document(2, Full, vec![dialog("c", Early)]), NOW);
    assert_eq!(states(&table), [("c", "early")]);
    let kinds: Vec<_> = applied.changes.iter().map(|change| change.kind).collect();
    assert_eq!(kinds, [ChangeKind::Updated, ChangeKind::Departed]);
    let same = document(3, Full, vec![dialog("c", Early)]);
    assert!(!table.apply(&same, NOW).changed());
    let over = document(4, Full, vec![dialog("never seen", Terminated)]);
    assert_eq!(table.apply(&over, NOW).changes.len(), 1, "only c has ended");
}

#[test]
fn fm_035_identity_target_and_description_are_inherited() {
    let mut first = named("1", Early, "c1", ("l", "r"));
    first.direction = Some(Direction::Recipient);
    first.local = side("sip:alice@example.com");
    first.remote = Participant {
        identities: side("sip:bob@example.com").identities,
        target: Some(Target {
            uri: "sip:bob@192.0.2.1".to_owned(),
            params: Vec::new(),
        }),
        session_description: Some(SessionDescription {
            media_type: "application/sdp".to_owned(),
            text: "v=0".to_owned(),
        }),
    };
    let mut table = Table::new();
    table.apply(&document(0, Full, vec![first.clone()]), NOW);
    table.apply(&document(1, Partial, vec![dialog("1", Confirmed)]), NOW);
    let row = &table.rows().next().unwrap().dialog;
    assert_eq!(row.state, Confirmed);
    assert_eq!((&row.local, &row.remote), (&first.local, &first.remote));
    assert_eq!(
        (&row.call_id, row.direction),
        (&None, None),
        "the rest is replaced"
    );

    let mut second = dialog("1", Confirmed);
    second.remote = side("sip:carol@example.com");
    table.apply(&document(2, Partial, vec![second.clone()]), NOW);
    let row = &table.rows().next().unwrap().dialog;
    assert_eq!(
        row.remote.identities, second.remote.identities,
        "replaced as a whole"
    );
    assert_eq!(row.remote.target, first.remote.target);

    table.apply(&document(3, Full, vec![dialog("1", Confirmed)]), NOW);
    let row = &table.rows().next().unwrap().dialog;
    assert!(
        row.is_minimal(),
        "a full document leaves nothing from before"
    );
}

#[test]
fn fm_035_who_hung_up_is_told_with_what_was_known() {
    let mut table = Table::new();
    let mut first = dialog("1", Confirmed);
    first.remote = side("sip:bob@example.com");
    table.apply(&document(0, Full, vec![first]), NOW);
    let mut last = dialog("1", Terminated);
    last.event = Some(StateEvent::RemoteBye);
    let applied = table.apply(&document(1, Partial, vec![last]), NOW);
    let gone = &applied.changes[0].row.dialog;
    assert_eq!(gone.event, Some(StateEvent::RemoteBye));
    assert_eq!(gone.remote, side("sip:bob@example.com"));
}

#[test]
fn durations_become_the_time_at_which_a_dialog_began() {
    let at = |seconds| NOW + SignedDuration::from_secs(seconds);
    let lasting = |duration| Dialog {
        duration,
        ..dialog("1", Confirmed)
    };
    let mut table = Table::new();
    table.apply(&document(0, Full, vec![lasting(Some(60))]), at(1000));
    let began = |table: &Table| table.rows().next().unwrap().began_at;
    assert_eq!(began(&table), Some(at(940)));
    let applied = table.apply(&document(1, Partial, vec![lasting(Some(90))]), at(1031));
    assert!(!applied.changed(), "it has only grown older");
    assert_eq!(began(&table), Some(at(940)), "and began once");
    table.apply(&document(2, Full, vec![lasting(None)]), at(1040));
    assert_eq!(began(&table), Some(at(940)));
    let mut endless = Table::new();
    endless.apply(&document(0, Full, vec![lasting(Some(u64::MAX))]), NOW);
    assert_eq!(began(&endless), None);
}

#[test]
fn a_notifier_cannot_fill_the_memory() {
    let mut table = Table::new();
    for version in 0..3 {
        let many = (0..800)
            .map(|number| dialog(&format!("{version}-{number}"), Early))
            .collect();
        table.apply(&document(version, Partial, many), NOW);
    }
    assert_eq!(table.rows().count(), crate::package::limits::DIALOGS);
}

fn updates() -> impl Strategy<Value = Vec<Dialog>> {
    let state = prop::sample::select(vec![Trying, Early, Confirmed, Terminated]);
    let remote = prop::option::of(0..3u8);
    let one = (0..4u8, state, remote).prop_map(|(id, state, remote)| Dialog {
        remote: remote.map_or_else(Participant::default, |number| {
            side(&format!("sip:user{number}@example.com"))
        }),
        ..dialog(&format!("d{id}"), state)
    });
    prop::collection::vec(one, 1..5)
}

proptest! {
    #[test]
    fn fm_035_partials_in_order_equal_the_full_one(steps in prop::collection::vec(updates(), 1..6)) {
        let mut table = Table::new();
        // What a notifier would keep, told apart from the code above by doing it dialog by dialog.
        let mut kept = std::collections::BTreeMap::<String, Dialog>::new();
        for (version, step) in (0..).zip(&steps) {
            let state = if version == 0 { Full } else { Partial };
            prop_assert!(!table.apply(&document(version, state, step.clone()), NOW).resync_needed);
            for update in step {
                let mut next = update.clone();
                if next.remote.identities.is_empty()
                    && let Some(before) = kept.get(&next.id)
                {
                    next.remote.identities.clone_from(&before.remote.identities);
                }
                if next.state == Terminated {
                    kept.remove(&next.id);
                } else {
                    kept.insert(next.id.clone(), next);
                }
            }
        }
        let mut full = Table::new();
        full.apply(&document(9, Full, kept.into_values().collect()), NOW);
        prop_assert_eq!(table.rows().collect::<Vec<_>>(), full.rows().collect::<Vec<_>>());
    }

    #[test]
    fn fm_034_only_a_gap_before_a_partial_document_asks_again(
        steps in prop::collection::vec((0..12u64, any::<bool>(), updates()), 1..12),
    ) {
        let mut table = Table::new();
        let mut held: Option<u64> = None;
        for (version, full, dialogs) in steps {
            let state = if full { Full } else { Partial };
            let applied = table.apply(&document(version, state, dialogs), NOW);
            let old = held.is_some_and(|held| version <= held);
            prop_assert_eq!(applied.discarded, old);
            let next = held.is_some_and(|held| version == held + 1);
            prop_assert_eq!(applied.resync_needed, !old && !next && !full);
            held = held.max(Some(version));
            prop_assert_eq!(table.version(), held);
        }
    }

    #[test]
    fn fm_034_a_full_document_heals_every_gap(
        before in prop::collection::vec(updates(), 0..4),
        last in updates(),
    ) {
        let (mut gapped, mut fresh) = (Table::new(), Table::new());
        for (version, step) in (0..).step_by(3).zip(before) {
            gapped.apply(&document(version, Partial, step), NOW);
        }
        gapped.apply(&document(100, Full, last.clone()), NOW);
        fresh.apply(&document(100, Full, last), NOW);
        prop_assert_eq!(gapped, fresh);
    }
}
