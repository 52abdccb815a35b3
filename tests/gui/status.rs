//! The own status, chosen with the mouse: with a note, until a time, and so that nobody is disturbed or seen.

use crate::program::Desk;
use crate::reader::{BUTTON, ENTRY, LABEL, RADIO};
use crate::tour::{Tour, begins, called};

#[test]
fn the_own_status_is_chosen_with_the_mouse() {
    let desk = Desk::with_bus();
    let tour = Tour::start(&desk, |desk| desk.start(&["demo"]));
    let me = begins(BUTTON, "Alice, ");
    tour.click(me);
    tour.fill("Note", "Back at two");
    tour.click(called(RADIO, "Busy"));
    tour.find(called(BUTTON, "Alice, Busy"));
    tour.find(called(LABEL, "Back at two"));
    published(&tour, &["busy", "Back at two"]);

    // A time that is none is said, and nothing is chosen.
    tour.click(me);
    tour.click(called(RADIO, "Time…"));
    tour.fill("Time", "teatime");
    tour.click(called(RADIO, "Away"));
    tour.find(called(LABEL, "Write a time of the day such as 15:00"));
    tour.click(called(RADIO, "Midnight"));
    tour.miss(called(ENTRY, "Time"));
    tour.siskin.shoot("own-status-until");
    tour.click(called(RADIO, "Away"));
    tour.find(called(BUTTON, "Alice, Away until midnight"));
    published(&tour, &["away", "Back at two"]);

    // What was chosen together is offered again, without an end.
    tour.click(me);
    tour.click(called(RADIO, "I change it"));
    tour.click(called(BUTTON, "Busy · Back at two"));
    tour.find(called(BUTTON, "Alice, Busy"));

    tour.click(me);
    tour.click(called(RADIO, "Do not disturb"));
    tour.find(begins(BUTTON, "Alice, Do not disturb"));
    published(&tour, &["do-not-disturb"]);
    tour.click(me);
    tour.click(called(RADIO, "Offline"));
    tour.find(begins(BUTTON, "Alice, Offline"));
    published(&tour, &["<basic>closed</basic>"]);
    assert_eq!(tour.quit(), 0);
}

/// Waits until a status with all these words was sent.
fn published(tour: &Tour<'_>, words: &[&str]) {
    tour.siskin.hear(&format!("{words:?} is published"), |all| {
        all.iter().any(|message| {
            message.sent
                && message.is_request("PUBLISH")
                && words.iter().all(|word| message.text.contains(word))
        })
    });
}
