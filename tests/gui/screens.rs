//! The screens for people who look after it: the trace and the connections.

use std::fs;

use crate::program::Desk;
use crate::seen::Seen;

#[test]
fn the_trace_is_looked_into_and_saved() {
    let desk = Desk::new();
    let siskin = desk.start(&["demo"]);
    siskin.see("the colleagues", |seen| seen.buddies().len() >= 4);
    siskin.press("ctrl+t");
    siskin.see("another screen", |seen| seen.portraits().is_empty());
    siskin.shoot("trace");
    siskin.press("ctrl+f");
    siskin.see("the search", |seen| seen.ring().is_some());
    siskin.write("bob@example.test");
    // Pause, errors only, filters, save.
    siskin.tab(4);
    siskin.press("Return");
    let file = desk.home().join("trace-of-bob.pcap");
    siskin.see("the form of the file", |seen| {
        seen.main_buttons().len() == 1
    });
    siskin.press("ctrl+a");
    siskin.write(file.to_str().expect("UTF-8"));
    siskin.shoot("trace-saving");
    siskin.press("Return");
    siskin.see("no form any more", |seen| seen.main_buttons().is_empty());
    let text = String::from_utf8_lossy(&fs::read(&file).expect("a file")).into_owned();
    assert!(text.contains("SUBSCRIBE sip:bob@example.test"), "{text}");
    for secret in ["response=", "nonce="] {
        assert!(!text.contains(secret), "{secret}");
    }
    siskin.press("Escape");
    siskin.see("the colleagues again", |seen| seen.buddies().len() >= 4);
    assert_eq!(siskin.quit(), 0);
}

#[test]
fn the_activity_is_opened_searched_and_left() {
    let desk = Desk::new();
    let siskin = desk.start(&["demo"]);
    siskin.see("the colleagues", |seen| seen.buddies().len() >= 4);
    siskin.press("ctrl+h");
    siskin.see("another screen", |seen| seen.portraits().is_empty());
    siskin.see("somebody who has become available", Seen::shows_available);
    siskin.shoot("activity");
    siskin.press("ctrl+f");
    siskin.see("the search", |seen| seen.ring().is_some());
    siskin.write("nobody at all");
    siskin.see("nothing is found", |seen| !seen.shows_available());
    siskin.press("Escape");
    siskin.see("the colleagues again", |seen| seen.buddies().len() >= 4);
    assert_eq!(siskin.quit(), 0);
    let kept = fs::read_dir(desk.profile()).expect("a folder");
    let names = kept.map(|file| file.expect("a file").file_name());
    let activity = names.filter(|name| name.to_string_lossy().starts_with("activity"));
    assert_eq!(activity.count(), 0, "of the demo office nothing is kept");
}
