//! The settings, chosen with the mouse, and a short way through the window as they then are: dark, in German, twice as
//! large; and as small as it gets.

use crate::program::Desk;
use crate::reader::{BUTTON, CHECKED, HEADING, LABEL, RADIO, ROW, Thing};
use crate::seen::{Look, Presence, Seen};
use crate::tour::{Tour, begins, called};
use crate::trace::accepted_put;

#[test]
fn it_is_made_dark_german_and_large_with_the_mouse_and_used_so() {
    let desk = Desk::with_bus();
    let mut tour = Tour::start(&desk, |desk| {
        let mut siskin = desk.start(&["demo"]);
        siskin.resize(840, 880);
        siskin
    });
    tour.click(called(BUTTON, "Settings (Ctrl+,)"));
    tour.click(called(RADIO, "Dark"));
    tour.find_so(called(RADIO, "Dark"), "is chosen", |it| it.is(CHECKED));
    tour.siskin.look = Look::Dark;
    tour.siskin.see("a dark window", Seen::is_drawn);
    tour.click(called(RADIO, "Deutsch"));
    tour.find(called(HEADING, "Einstellungen"));
    for percent in (110..=200).step_by(10) {
        tour.click(called(BUTTON, "Größer"));
        tour.find(called(LABEL, &format!("{percent} %")));
    }
    tour.siskin.percent = 200;
    tour.siskin.shoot("settings-dark-german-200");
    tour.siskin.press("F1");
    tour.find(called(HEADING, "Tasten"));
    tour.siskin.shoot("keys-dark-german-200");
    tour.click(called(BUTTON, "Zurück"));
    tour.find(called(HEADING, "Einstellungen"));
    tour.click(called(BUTTON, "Zurück"));

    tour.click(begins(BUTTON, "Alice, "));
    tour.click(called(RADIO, "Beschäftigt"));
    tour.siskin.see("the own mark", |seen| {
        let own = seen.portraits().first().copied();
        own.is_some_and(|own| seen.presence(own) == Presence::Busy)
    });
    tour.find(called(LABEL, "Heidi möchte Ihre Präsenz sehen"));
    tour.until("the lamp", |all| {
        let lamp = |it: &&Thing| it.role == BUTTON && it.name.contains("neue Sprachnachricht");
        all.iter().find(lamp).map(|_| ())
    });
    // The way to the status has led down.
    tour.siskin.wheel(420, -30);
    tour.siskin.shoot("office-dark-german-200-tour");
    tour.click(called(BUTTON, "Erlauben"));
    tour.miss(called(LABEL, "Heidi möchte Ihre Präsenz sehen"));
    tour.siskin
        .hear("the rule is kept", |all| accepted_put(all).is_some());
    assert_eq!(tour.quit(), 0);
    desk.keeps(&[
        "theme = \"dark\"",
        "scale_percent = 200",
        "language = \"de\"",
    ]);
}

#[test]
fn everything_is_within_reach_in_the_smallest_window() {
    let desk = Desk::with_bus();
    let tour = Tour::start(&desk, |desk| {
        let mut siskin = desk.start(&["demo"]);
        siskin.resize(320, 400);
        siskin
    });
    tour.find(called(LABEL, "Heidi wants to see your presence"));
    tour.siskin.see("the lamp", |seen| seen.lamp().is_some());
    tour.siskin.shoot("office-smallest");
    tour.click(called(BUTTON, "Block"));
    tour.miss(called(LABEL, "Heidi wants to see your presence"));
    tour.click(begins(BUTTON, "Alice, "));
    tour.click(called(RADIO, "On vacation"));
    tour.find(begins(BUTTON, "Alice, On vacation"));
    tour.click(begins(ROW, "Carol"));
    tour.click(called(BUTTON, "Copy address"));
    tour.siskin.shoot("details-smallest");
    tour.siskin.press("Escape");
    tour.click(called(BUTTON, "Settings (Ctrl+,)"));
    tour.find(called(HEADING, "Settings"));
    tour.click(called(BUTTON, "What each key does (F1)"));
    tour.find(called(HEADING, "Keys"));
    tour.click(called(BUTTON, "Back"));
    tour.click(called(BUTTON, "Back"));
    tour.find(begins(BUTTON, "Alice, On vacation"));
    assert_eq!(tour.quit(), 0);
}
