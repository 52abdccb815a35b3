//! Everything without a mouse: Tab, Enter, Escape and the shortcuts, and what they change stays.

use crate::program::{Desk, Program};
use crate::seen::{Look, Seen};
use crate::trace::accepted_put;

#[test]
fn heidi_is_blocked_and_a_buddy_added_with_keys() {
    let desk = Desk::new();
    let siskin = desk.start(&["demo"]);
    let seen = siskin.see("the lamp and a request", |seen| {
        seen.lamp().is_some() && seen.main_buttons().len() == 1
    });
    let allow = seen.main_buttons()[0];
    assert!(seen.ring().is_none(), "nobody has used the keyboard yet");
    let mut tabs = 0;
    while !siskin.tab(1).ring_around(allow) {
        tabs += 1;
        assert!(tabs < 10, "Tab never comes to Allow");
    }
    siskin.shoot("office-ring");
    let beside = |seen: &Seen| {
        seen.ring().is_some_and(|ring| {
            ring.x > allow.x + allow.width && ring.middle().1.abs_diff(allow.middle().1) <= 2
        })
    };
    assert!(beside(&siskin.tab(1)), "Block follows Allow");
    assert!(siskin.tab_back().ring_around(allow), "and the other way");
    assert!(beside(&siskin.tab(1)));
    siskin.press("Return");
    siskin.see("no request any more", |seen| {
        seen.main_buttons().is_empty() && seen.buddies().len() == 6
    });
    siskin.hear("the rule is kept, and Heidi is refused", |all| {
        accepted_put(all).is_some_and(|put| {
            let heidi = ["sip:heidi@example.test", "terminated"];
            all[put..]
                .iter()
                .any(|message| message.is_notify("presence.winfo", &heidi))
        })
    });

    siskin.press("ctrl+n");
    siskin.see("the form", has_form);
    siskin.write("heidi");
    siskin.shoot("add-buddy");
    siskin.press("Return");
    siskin.see("seven buddies", |seen| seen.buddies().len() == 7);
    siskin.hear("Heidi's presence is asked for", |all| {
        all.iter().any(|message| {
            message.sent
                && message
                    .text
                    .starts_with("SUBSCRIBE sip:heidi@example.test ")
        })
    });

    siskin.press("ctrl+n");
    siskin.see("the form again", has_form);
    siskin.press("Escape");
    siskin.see("the office again", |seen| seen.buddies().len() == 7);
    assert_eq!(siskin.quit(), 0);
}

#[test]
fn look_size_and_language_are_chosen_with_keys_and_kept() {
    let desk = Desk::new();
    let mut siskin = desk.start(&["demo"]);
    siskin.press("ctrl+comma");
    siskin.see("the settings", |seen| seen.portraits().is_empty());
    siskin.shoot("settings-light");
    // Back, as the system, light, dark.
    siskin.tab(4);
    siskin.press("Return");
    siskin.look = Look::Dark;
    siskin.see("a dark window", Seen::is_drawn);
    siskin.shoot("settings-dark");
    // Three contrasts, smaller, larger, as the system, English, German.
    siskin.tab(8);
    siskin.press("Return");
    siskin.wait_for_title("Demob");
    siskin.press("Escape");
    siskin.see("a dark office with a request", |seen| {
        seen.buddies().len() >= 4 && seen.main_buttons().len() == 1 && seen.lamp().is_some()
    });
    siskin.shoot("office-dark-german");

    enlarge(&mut siskin);
    siskin.see("a large portrait", |seen| !seen.portraits().is_empty());
    siskin.shoot("office-200-small-window");
    siskin.resize(840, 880);
    siskin.see("a large lamp and a large button", |seen| {
        seen.lamp().is_some() && !seen.main_buttons().is_empty()
    });
    siskin.shoot("office-200");
    assert_eq!(siskin.quit(), 0);

    desk.keeps(&[
        "theme = \"dark\"",
        "scale_percent = 200",
        "language = \"de\"",
    ]);
    let mut siskin = desk.start_in(Look::Dark, 200, &["demo"]);
    siskin.wait_for_title("Demob");
    siskin.see("a large portrait", |seen| !seen.portraits().is_empty());
    siskin.press("ctrl+comma");
    siskin.see("the settings", |seen| seen.portraits().is_empty());
    siskin.resize(840, 880);
    siskin.shoot("settings-200-german");
    assert_eq!(siskin.quit(), 0);
}

/// Ctrl+Plus until it is twice as large.
fn enlarge(siskin: &mut Program<'_>) {
    for _ in 0..10 {
        siskin.press("ctrl+plus");
    }
    siskin.percent = 200;
}

/// A form with the cursor in a field, and a main button over the whole width.
fn has_form(seen: &Seen) -> bool {
    seen.ring().is_some() && seen.main_buttons().iter().any(|area| area.width > 300)
}
