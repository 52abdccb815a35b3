//! Requests, watchers and the rules, as the window takes them to the account.

use super::*;

#[test]
fn a_request_knocks_and_is_answered_from_the_notification() {
    let (mut app, _backend, wishes) = running();
    let (order, mut orders) = tokio::sync::mpsc::channel(4);
    let _ = app.update(Message::Notifications(order));
    let asked = Snapshot {
        watchers: vec![watcher("sip:heidi@example.test", Some("Heidi"))],
        ..online()
    };
    let _ = app.update(changed(asked.clone()));
    let Ok(Order::Show(shown)) = orders.try_recv() else {
        panic!("nothing is shown");
    };
    let pressed = |action: &str| {
        Message::Notified(Answer {
            key: shown.key.clone(),
            action: Some(action.to_owned()),
        })
    };
    let _ = app.update(pressed("allow"));
    assert!(wishes.sent()[0].contains("heidi") && wishes.sent()[0].contains("Allow"));
    let _ = app.update(changed(online()));
    assert_eq!(orders.try_recv(), Ok(Order::Withdraw(shown.key.clone())));
    // It was decided meanwhile, perhaps on another device.
    let _ = app.update(pressed("block"));
    assert_eq!(wishes.sent().len(), 1);
    // Whoever looks at the window sees the card.
    let _ = app.update(Message::Focused);
    let _ = app.update(changed(asked));
    assert!(orders.try_recv().is_err());
}

#[test]
fn whoever_looks_at_a_person_is_told_what_it_sees_and_again_when_that_changes() {
    let (mut app, _backend, wishes) = running();
    let mut asked = Snapshot {
        watchers: vec![watcher("sip:heidi@example.test", Some("Heidi"))],
        ..online()
    };
    let _ = app.update(changed(asked.clone()));
    let _ = app.update(Message::Office(office::Message::Request(
        office::requests::Message::AllPressed,
    )));
    assert!(matches!(app.screen(), Screen::Watchers(_)));
    assert!(wishes.sent().is_empty());
    let heidi = watchers::Message::RowPressed("sip:heidi@example.test".into());
    let _ = app.update(Message::Watchers(heidi));
    let previews = || {
        wishes
            .sent()
            .iter()
            .filter(|wish| wish.starts_with("Preview"))
            .count()
    };
    assert_eq!(previews(), 1);
    let _ = app.update(changed(asked.clone()));
    assert_eq!(previews(), 1, "nothing has changed");
    asked.own_note = "Back at noon".to_owned();
    let _ = app.update(changed(asked.clone()));
    assert_eq!(previews(), 2);
    // Nobody is at the machine, and the status ends by itself.
    asked.own_away = true;
    let _ = app.update(changed(asked.clone()));
    assert_eq!(previews(), 3);
    asked.own_until = Some("2030-01-01T00:00:00Z".parse().unwrap());
    let _ = app.update(changed(asked));
    assert_eq!(previews(), 4);
    let _ = app.update(Message::Shortcut(Shortcut::Back));
    assert!(
        matches!(app.screen(), Screen::Watchers(_)),
        "the details are folded first"
    );
    let _ = app.update(Message::Shortcut(Shortcut::Back));
    assert!(matches!(app.screen(), Screen::Office));
}

#[test]
fn a_stranger_who_asks_can_become_a_buddy() {
    let (mut app, _backend, _wishes) = running();
    let add = office::requests::Message::AddPressed(whom("sip:heidi@example.com"), "Heidi".into());
    let _ = app.update(Message::Office(office::Message::Request(add)));
    let Screen::AddBuddy(form) = app.screen() else {
        panic!("no form");
    };
    assert!(says(form.view(), "heidi@example.com will be added."));
}

#[test]
fn rules_that_cannot_be_used_are_looked_at_and_replaced() {
    let (mut app, _backend, wishes) = running();
    let _ = app.update(Message::Office(office::Message::RulesPressed(1)));
    for message in [
        watchers::server::Message::KeepPressed,
        watchers::server::Message::RenewPressed,
        watchers::server::Message::RenewConfirmed,
        watchers::server::Message::RetryPressed,
    ] {
        let _ = app.update(Message::Watchers(watchers::Message::Server(message)));
    }
    assert_eq!(wishes.sent(), ["KeepRules", "RenewRules", "Retry"]);
}

#[test]
fn what_a_buddy_sees_is_a_press_away() {
    let (mut app, _backend, wishes) = running();
    let bob = office::Message::SightPressed(whom("sip:bob@EXAMPLE.test"));
    let _ = app.update(Message::Office(bob));
    assert!(matches!(app.screen(), Screen::Watchers(_)));
    let asked = "Preview { watcher: \"sip:bob@example.test\" }";
    assert_eq!(wishes.sent(), [asked]);
    assert!(says(app.view(), "What Bob sees"));
}

#[test]
fn whoever_wants_no_sounds_gets_none() {
    let (mut app, _backend, _wishes) = running();
    let (order, mut orders) = tokio::sync::mpsc::channel(4);
    let _ = app.update(Message::Notifications(order));
    let asked = |who: &str| Snapshot {
        watchers: vec![watcher(&format!("sip:{who}@example.test"), None)],
        ..online()
    };
    let mut sounds = Vec::new();
    for (who, sound) in [("heidi", true), ("grace", false)] {
        app.settings.notifications.sound = sound;
        let _ = app.update(changed(asked(who)));
        while let Ok(order) = orders.try_recv() {
            if let Order::Show(shown) = order {
                sounds.push(shown.sound);
            }
        }
    }
    assert_eq!(sounds, [Some("dialog-question"), None]);
}
