//! A session bus on which nobody serves, or whoever does never answers: no panel, no notifications, no keyring. It is
//! said, and nothing hangs or is lost.

use crate::bus::Silent;
use crate::program::Desk;
use crate::reader::{BUTTON, HEADING, LABEL};
use crate::tour::{Tour, called};

#[test]
fn without_a_panel_closing_the_window_is_the_end() {
    let desk = Desk::with_bus();
    // Chosen on another day, when there was a panel.
    desk.put_settings("version = 2\n\n[window]\nwhen_closed = \"keep-running\"\n");
    // Started for the panel it must not wait there unseen.
    let siskin = desk.start(&["--minimised"]);
    siskin.see("the welcome screen", |seen| !seen.main_buttons().is_empty());
    siskin.close();
    assert_eq!(siskin.ended(), 0);

    let tour = Tour::start(&desk, |desk| desk.start(&["demo"]));
    tour.find(called(LABEL, "Heidi wants to see your presence"));
    tour.click(called(BUTTON, "Settings (Ctrl+,)"));
    tour.find(called(HEADING, "Settings"));
    let closing = "This desktop shows no icon of Siskin, so closing the window quits.";
    tour.find(called(LABEL, closing));
    let silent =
        "This desktop shows no notifications: requests and messages are told in the window alone.";
    tour.find(called(LABEL, silent));
    tour.siskin.shoot("settings-no-services");
    tour.siskin.close();
    assert_eq!(tour.siskin.ended(), 0);
}

#[test]
fn services_that_never_answer_stop_nobody() {
    let desk = Desk::with_bus();
    let names = [
        "org.kde.StatusNotifierWatcher",
        "org.freedesktop.Notifications",
        "org.freedesktop.secrets",
    ];
    let _silent = Silent::take(desk.bus().expect("a bus"), &names);
    // A panel that says nothing shows nothing.
    let siskin = desk.start(&["--minimised"]);
    siskin.see("the welcome screen", |seen| !seen.main_buttons().is_empty());
    siskin.close();
    assert_eq!(siskin.ended(), 0);

    let siskin = desk.start(&["demo"]);
    let seen = siskin.see("the lamp and a request", |seen| {
        seen.lamp().is_some() && seen.main_buttons().len() == 1
    });
    siskin.click(seen.main_buttons()[0]);
    siskin.see("no request any more", |seen| {
        seen.main_buttons().is_empty() && seen.buddies().len() == 6
    });
    siskin.close();
    assert_eq!(siskin.ended(), 0);
}
