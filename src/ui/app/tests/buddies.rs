//! What the list does with a buddy.

use super::*;
use crate::ui::screen::office::details::Edit;

#[test]
fn adding_a_buddy_watches_and_saves() {
    let (mut app, backend, wishes) = running();
    let _ = app.update(Message::Shortcut(Shortcut::AddBuddy));
    for message in [
        add_buddy::Message::AddressEdited("dave".into()),
        add_buddy::Message::AddPressed,
    ] {
        let _ = app.update(Message::AddBuddy(message));
    }
    assert!(matches!(app.screen(), Screen::Office));
    assert!(
        wishes.sent()[0].contains("Watch") && wishes.sent()[0].contains("sip:dave@example.test")
    );
    let saved = backend.saved.lock().unwrap();
    let kept: &[Buddy] = &saved.last().unwrap().accounts[0].buddies;
    assert_eq!(kept[2].address, "sip:dave@example.test");
}

#[test]
fn a_buddy_is_muted_paused_grouped_and_taken_back() {
    let (mut app, backend, wishes) = running();
    let bob = || whom("sip:bob@example.test");
    let edit = |app: &mut App, edit: Edit| {
        let message = office::details::Message::Edited(bob(), edit);
        let _ = app.update(Message::Office(office::Message::Details(message)));
        let _ = app.update(Message::Saved(Ok(())));
    };
    edit(&mut app, Edit::Mute(true));
    edit(&mut app, Edit::Group("Team".into(), true));
    edit(&mut app, Edit::Calls(true));
    edit(&mut app, Edit::Watch(false));
    let kept = || backend.saved.lock().unwrap().last().unwrap().accounts[0].buddies[0].clone();
    let now = kept();
    assert!(now.muted && now.paused && now.calls);
    assert_eq!(now.groups, ["Team"]);
    assert!(says(app.view(), "Not watched"));
    assert!(says(app.view(), "Team"));
    edit(&mut app, Edit::Watch(true));
    assert!(!kept().paused);
    let sent = wishes.sent();
    let wishes: Vec<&str> = sent
        .iter()
        .map(|wish| wish.split([' ', '{', '(']).next().unwrap())
        // What is on the list is told each time.
        .filter(|wish| *wish != "EditBuddies")
        .collect();
    let expected = [
        "WatchDialogs",
        "Unwatch",
        "UnwatchDialogs",
        "Watch",
        "WatchDialogs",
    ];
    assert_eq!(wishes, expected, "{sent:?}");
    let fold = office::group::Message::HeadPressed("Team".into());
    let _ = app.update(Message::Office(office::Message::Group(fold)));
    assert!(!says(app.view(), "Bob"));
}

#[test]
fn whose_presence_is_refused_is_asked_for_calls_once() {
    let (mut app, _backend, wishes) = running();
    let mut bob = crate::ui::testing::buddy("sip:bob@example.test", Status::Unknown);
    bob.subscription.state = "waiting_to_retry";
    bob.subscription.reason = Some("489 Bad Event".to_owned());
    bob.subscription.fault = Some(crate::account::Fault::Unsupported);
    let mut carol = bob.clone();
    carol.address = "sip:carol@example.test".to_owned();
    carol.subscription.reason = Some("408 Request Timeout".to_owned());
    let mut snapshot = Snapshot {
        buddies: vec![Arc::new(bob), Arc::new(carol)],
        ..online()
    };
    let _ = app.update(changed(snapshot.clone()));
    let _ = app.update(changed(snapshot.clone()));
    let sent = wishes.sent();
    assert_eq!(sent.len(), 1, "{sent:?}");
    assert!(
        sent[0].contains("WatchDialogs") && sent[0].contains("bob"),
        "{sent:?}"
    );
    let busy = crate::account::Indicator::Busy;
    snapshot.dialogs = vec![crate::ui::testing::calls("sip:bob@example.test", busy)];
    let _ = app.update(changed(snapshot));
    assert!(says(app.view(), "On the phone"));
}

#[test]
fn who_is_dragged_into_a_group_is_kept_there_and_the_account_is_told() {
    use crate::ui::widget::drag::Dragged;
    let (mut app, backend, wishes) = running();
    let people = ["bob", "carol"].map(|user| {
        let address = format!("sip:{user}@example.test");
        Arc::new(crate::ui::testing::buddy(&address, Status::Away))
    });
    let _ = app.update(changed(Snapshot {
        buddies: people.into(),
        ..online()
    }));
    // Bob is behind Carol, who was the second.
    for dragged in [Dragged::Taken(5.0), Dragged::Moved(115.0), Dragged::Dropped] {
        let _ = app.update(Message::Office(office::Message::Dragged(dragged)));
    }
    let kept = backend.saved.lock().unwrap().last().unwrap().accounts[0].clone();
    let order: Vec<&str> = kept.buddies.iter().map(|it| it.address.as_str()).collect();
    assert_eq!(order, ["sip:carol@example.test", "sip:bob@example.test"]);
    let sent = wishes.sent();
    assert!(sent.last().unwrap().contains("Arrange"), "{sent:?}");
}
