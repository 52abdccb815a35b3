//! Displays of different fineness: what is seen and what is kept of the window is the same on each.

use crate::program::Desk;
use crate::reader::{BUTTON, HEADING};
use crate::screen::Dots;
use crate::seen::{Look, Seen};
use crate::tour::{Tour, called};

#[test]
fn the_window_is_as_large_on_a_finer_display_and_back_on_the_first() {
    let desk = Desk::new();
    let mut siskin = desk.start(&["demo"]);
    siskin.resize(500, 640);
    let coarse = siskin.see("the colleagues", has_colleagues);
    let portrait = coarse.portraits()[0];
    assert_eq!(siskin.quit(), 0);
    let kept = desk.settings();
    let is_kept = |side: &str| kept.lines().any(|line| line == side);
    assert!(is_kept("width = 500") && is_kept("height = 640"), "{kept}");

    // The next day there is a display with twice as many dots.
    desk.screen.set_dots(192);
    let mut siskin = desk.start_in(Look::Light, 200, &["demo"]);
    assert_eq!(siskin.measure(), (1000, 1280));
    let fine = siskin.see("the colleagues, twice as large", has_colleagues);
    let larger = fine.portraits()[0];
    let twice = [
        (portrait.x, larger.x),
        (portrait.y, larger.y),
        (portrait.width, larger.width),
        (portrait.height, larger.height),
    ];
    for (one, two) in twice {
        assert!((2 * one).abs_diff(two) <= 3, "{portrait:?} {larger:?}");
    }
    siskin.shoot("office-fine-display");
    // What is pressed is where it is seen.
    siskin.click(larger);
    siskin.see("the picker", |seen| seen.ring().is_some());
    siskin.press("Escape");
    siskin.see("no picker", |seen| seen.ring().is_none());
    assert_eq!(siskin.quit(), 0);

    desk.screen.set_dots(96);
    let mut siskin = desk.start(&["demo"]);
    assert_eq!(siskin.measure(), (500, 640));
    siskin.see("the colleagues as they were", has_colleagues);
    assert_eq!(siskin.quit(), 0);
}

#[test]
fn an_open_window_is_moved_to_a_finer_display_and_back() {
    let desk = Desk::with_bus();
    // Programs look for who tells the fineness when they start.
    let dots = Dots::tell(desk.screen.name(), 96);
    let mut tour = Tour::start(&desk, |desk| {
        let mut siskin = desk.start(&["demo"]);
        siskin.resize(500, 420);
        siskin
    });
    let settings = called(BUTTON, "Settings (Ctrl+,)");
    let coarse = tour.place(settings);

    for _ in 0..2 {
        dots.set(192);
        tour.siskin.wait_for_size((1000, 840));
        tour.siskin.percent = 200;
        tour.siskin
            .see("the own portrait, twice as large", has_portrait);
        let fine = tour.place(settings);
        let twice = [(coarse.x, fine.x), (coarse.width, fine.width)];
        for (one, two) in twice {
            assert!((2 * one).abs_diff(two) <= 3, "{coarse:?} {fine:?}");
        }
        // What is pressed is where it is seen and where it is said to be.
        tour.click(settings);
        tour.find(called(HEADING, "Settings"));
        tour.siskin.shoot("settings-moved-to-a-fine-display");
        tour.click(called(BUTTON, "Back"));
        tour.find(settings);

        dots.set(96);
        tour.siskin.wait_for_size((500, 420));
        tour.siskin.percent = 100;
        tour.siskin.see("the own portrait as before", has_portrait);
        assert_eq!(tour.place(settings), coarse);
    }
    assert_eq!(tour.quit(), 0);
    let kept = desk.settings();
    let is_kept = |side: &str| kept.lines().any(|line| line == side);
    assert!(is_kept("width = 500") && is_kept("height = 420"), "{kept}");
}

fn has_portrait(seen: &Seen) -> bool {
    !seen.portraits().is_empty()
}

fn has_colleagues(seen: &Seen) -> bool {
    seen.buddies().len() >= 3
}
