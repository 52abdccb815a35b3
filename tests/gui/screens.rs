//! The screens for people who look after it: the trace and the connections.

use std::fs;

use crate::program::Desk;

#[test]
fn the_trace_is_looked_into_and_saved() {
    let desk = Desk::new();
    let siskin = desk.start(&["demo"]);
    siskin.see("six colleagues", |seen| seen.buddies().len() == 6);
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
    siskin.see("everybody again", |seen| seen.buddies().len() == 6);
    assert_eq!(siskin.quit(), 0);
}
