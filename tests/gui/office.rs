//! The demo office in the real window: colleagues, the lamp, and a request that is allowed with the mouse.

use crate::program::Desk;
use crate::seen::Presence;
use crate::trace::accepted_put;

#[test]
fn bob_changes_a_message_arrives_and_heidi_is_allowed() {
    let desk = Desk::new();
    let siskin = desk.start(&["demo"]);
    let known = [Presence::Available, Presence::Away, Presence::Busy];
    let seen = siskin.see("six colleagues, and how Bob is", |seen| {
        let buddies = seen.buddies();
        buddies.len() == 6 && known.contains(&seen.presence(buddies[0]))
    });
    let before = seen.presence(seen.buddies()[0]);
    siskin.see("another presence of Bob", |seen| {
        let bob = seen.buddies().first().copied();
        bob.is_some_and(|bob| {
            let now = seen.presence(bob);
            now != before && known.contains(&now)
        })
    });
    let seen = siskin.see("the lamp above the request", |seen| {
        let buttons = seen.main_buttons();
        let lamp = seen.lamp();
        buttons.len() == 1 && lamp.is_some_and(|lamp| lamp.y < buttons[0].y)
    });
    siskin.shoot("office-light");

    let allow = seen.main_buttons()[0];
    siskin.click(allow);
    let seen = siskin.see("no request any more", |seen| {
        seen.main_buttons().is_empty() && seen.buddies().len() == 6
    });
    assert!(seen.notices().is_empty(), "nothing went wrong");
    siskin.hear("the rule is kept, and Heidi watches", |all| {
        let Some(put) = accepted_put(all) else {
            return false;
        };
        let asked = &all[put].text;
        assert!(asked.contains("sip:heidi@example.test"), "{asked}");
        let heidi = ["sip:heidi@example.test", "active"];
        all[put..]
            .iter()
            .any(|message| message.is_notify("presence.winfo", &heidi))
    });
    siskin.shoot("office-allowed");

    siskin.press("ctrl+f");
    siskin.see("the search", |seen| seen.ring().is_some());
    siskin.write("dav");
    siskin.see("Dave alone", |seen| seen.buddies().len() == 1);
    siskin.shoot("office-search");
    siskin.press("Escape");
    siskin.see("everybody", |seen| seen.buddies().len() == 6);
    assert_eq!(siskin.quit(), 0);
}
