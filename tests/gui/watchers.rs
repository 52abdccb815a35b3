//! Who sees one's presence: asked by a notification and on a card, allowed for a time, and looked at.

use crate::notifier::Notifier;
use crate::program::{Desk, Program};
use crate::reader::{BUTTON, HEADING, LABEL, RADIO};
use crate::seen::Seen;
use crate::tour::{Tour, begins, called};
use crate::trace::{Traced, accepted_put};

#[test]
fn heidi_is_allowed_from_the_notification() {
    let desk = Desk::with_bus();
    let notifier = Notifier::start(desk.bus().expect("a bus"));
    // Whoever looks at the window sees the card and needs no notification.
    let siskin = desk.start_behind(&["demo"]);
    let shown = notifier.wait_for("Heidi wants to see your presence");
    assert_eq!(shown.body, "heidi@example.test");
    assert!(
        shown.lasting && shown.actions.contains(&"block".to_owned()),
        "{shown:?}"
    );
    siskin.see("the card too", |seen| seen.main_buttons().len() == 1);
    notifier.press(shown.id, "allow");
    siskin.hear("the rule is kept, and Heidi watches", heidi_watches);
    notifier.wait_until_closed(shown.id);
    siskin.see("no card any more", |seen| {
        seen.main_buttons().is_empty() && seen.buddies().len() == 6
    });
}

#[test]
fn heidi_is_allowed_until_tomorrow_and_her_view_is_looked_at() {
    let desk = Desk::new();
    let siskin = desk.start(&["demo"]);
    let seen = siskin.see("the lamp and a request", |seen| {
        seen.lamp().is_some() && seen.main_buttons().len() == 1
    });
    let folded = seen.main_buttons()[0];
    // Block, later, more choices.
    come_to_main_button(&siskin);
    siskin.tab(3);
    siskin.press("Return");
    siskin.see("the choices", |seen| {
        let buttons = seen.main_buttons();
        buttons.len() == 1 && buttons[0].y > folded.y + 100
    });
    siskin.put_mouse_away();
    siskin.shoot("request-choices");
    let allow = siskin.see_still().main_buttons()[0];
    come_to_main_button(&siskin);
    // Everything, activity, open or closed, a day, tomorrow.
    for _ in 0..5 {
        siskin.tab_back();
    }
    siskin.press("Return");
    siskin.see("a button that says until when", |seen| {
        let buttons = seen.main_buttons();
        buttons.len() == 1 && buttons[0].width > allow.width + 40
    });
    siskin.shoot("request-until-tomorrow");
    // The lamp above changes, and the button moves with it: a click could miss.
    siskin.tab(5);
    siskin.press("Return");
    let all = siskin.hear("the rule is kept, and Heidi watches", heidi_watches);
    let put = accepted_put(&all).expect("it was heard");
    let rules = &all[put].text;
    assert!(rules.contains("until>"), "{rules}");
    siskin.see("no request any more", |seen| {
        seen.main_buttons().is_empty() && seen.buddies().len() == 6
    });

    siskin.press("ctrl+p");
    siskin.see("another screen", |seen| seen.portraits().is_empty());
    siskin.press("ctrl+f");
    siskin.see("the search", |seen| seen.ring().is_some());
    siskin.write("heidi");
    siskin.press("Return");
    siskin.see(
        "what Heidi sees: somebody who is available",
        Seen::shows_available,
    );
    siskin.shoot("what-heidi-sees");
    siskin.press("Escape");
    siskin.see("her details are folded", |seen| !seen.shows_available());
    assert_eq!(siskin.quit(), 0);
}

#[test]
fn heidi_is_allowed_for_today_and_blocked_later_with_the_mouse() {
    let desk = Desk::with_bus();
    let tour = Tour::start(&desk, |desk| desk.start(&["demo"]));
    tour.find(called(LABEL, "Heidi wants to see your presence"));
    // The lamp moves the card.
    tour.siskin.see("the lamp", |seen| seen.lamp().is_some());
    tour.click(called(BUTTON, "More choices"));
    tour.click(called(RADIO, "Until tonight"));
    tour.click(called(BUTTON, "Allow until tonight"));
    tour.miss(called(LABEL, "Heidi wants to see your presence"));
    let all = tour
        .siskin
        .hear("the rule is kept, and Heidi watches", heidi_watches);
    let put = accepted_put(&all).expect("it was heard");
    assert!(all[put].text.contains("until>"), "{}", all[put].text);

    tour.click(begins(BUTTON, "Who sees you"));
    tour.find(called(HEADING, "Who sees you"));
    tour.click(begins(BUTTON, "Heidi"));
    tour.click(called(BUTTON, "Block"));
    tour.siskin.hear("Heidi is sent away", |all| {
        all[put..].iter().any(|message| {
            let heidi = ["sip:heidi@example.test", "terminated"];
            message.is_notify("presence.winfo", &heidi)
        })
    });
    tour.click(called(BUTTON, "Back"));
    tour.find(begins(BUTTON, "Alice, "));
    assert_eq!(tour.quit(), 0);
}

/// Tab until the ring is around the main button, wherever it is scrolled to.
fn come_to_main_button(siskin: &Program<'_>) {
    let mut tabs = 0;
    // The ring covers the edges by which a button is found, so it is looked for where it was before.
    let mut button = siskin.look().main_buttons()[0];
    loop {
        let seen = siskin.tab(1);
        if seen.ring_around(button) {
            break;
        }
        button = seen.main_buttons().first().copied().unwrap_or(button);
        tabs += 1;
        assert!(tabs < 60, "Tab never comes to it");
    }
}

fn heidi_watches(all: &[Traced]) -> bool {
    let heidi = ["sip:heidi@example.test", "active"];
    accepted_put(all).is_some_and(|put| {
        all[put].text.contains(heidi[0])
            && all[put..]
                .iter()
                .any(|message| message.is_notify("presence.winfo", &heidi))
    })
}
