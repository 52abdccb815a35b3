//! Displays of different fineness: what is seen and what is kept of the window is the same on each.

use crate::program::Desk;
use crate::seen::{Look, Seen};

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

fn has_colleagues(seen: &Seen) -> bool {
    seen.buddies().len() >= 3
}
