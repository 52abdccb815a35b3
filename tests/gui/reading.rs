//! The window for whoever does not see it: what a screen reader is told, and what it can press.

use crate::program::{Desk, Program};
use crate::reader::{
    BUTTON, CHECKED, ENTRY, FOCUSED, FRAME, HEADING, Heard, LABEL, RADIO, ROW, Reader, SELECTED,
    Thing,
};
use crate::seen::Seen;

#[test]
fn the_window_can_be_read_and_used_without_seeing_it() {
    let desk = Desk::with_bus();
    let reader = Reader::start(desk.bus().expect("a bus"));
    let siskin = desk.start(&["demo"]);
    let has_office = |seen: &Seen| seen.main_buttons().len() == 1 && seen.lamp().is_some();
    siskin.see("the lamp and a request", has_office);

    let window = reader.find(FRAME, |thing| thing.name.starts_with("Siskin"));
    assert!(window.depth >= 1, "it is in its program");
    reader.named(BUTTON, "Search (Ctrl+F)");
    reader.find(BUTTON, |lamp| lamp.name.contains("message"));
    reader.find(LABEL, |text| text.name.contains("wants to see"));
    let bob = reader.find(ROW, |row| row.name.starts_with("Bob"));
    assert!(!bob.is(SELECTED));
    let rows = reader.attributes(&bob);
    assert!(rows["posinset"].parse::<usize>().is_ok(), "{rows:?}");
    assert!(rows["setsize"].parse::<usize>().unwrap() >= 5, "{rows:?}");
    // A row is pressed, and is selected then.
    reader.press(&bob);
    reader.find(ROW, |row| row.name.starts_with("Bob") && row.is(SELECTED));

    // The keyboard goes where the reader wants it, and the reader is told where it goes.
    let settings = reader.named(BUTTON, "Settings (Ctrl+,)");
    reader.focus(&settings);
    reader.hear("the keyboard is at the settings", |heard| {
        *heard == Heard::At(settings.path.clone())
    });
    siskin.press("shift+Tab");
    let add = reader.find(BUTTON, |thing| {
        thing.name == "Add a buddy (Ctrl+N)" && thing.is(FOCUSED)
    });

    // What is typed into a field can be read.
    reader.press(&add);
    let field = reader.find(ENTRY, |thing| thing.is(FOCUSED));
    siskin.write("grace");
    until_read(&siskin, &reader, &field, "grace");
    reader.press(&reader.named(BUTTON, "Back"));

    reader.press(&reader.named(BUTTON, "Settings (Ctrl+,)"));
    reader.named(HEADING, "Settings");
    reader.press(&reader.named(RADIO, "Dark"));
    reader.find(RADIO, |thing| thing.name == "Dark" && thing.is(CHECKED));
    reader.press(&reader.named(BUTTON, "Back"));
    quits(siskin);
}

#[test]
fn who_asks_and_new_messages_are_said_at_once() {
    let desk = Desk::with_bus();
    let reader = Reader::start(desk.bus().expect("a bus"));
    let siskin = desk.start(&["demo"]);
    reader.hear(
        "the request is said",
        |heard| matches!(heard, Heard::Said(words) if words.contains("wants to see")),
    );
    reader.hear(
        "the lamp is said",
        |heard| matches!(heard, Heard::Said(words) if words.contains("message")),
    );
    // Nobody listens any more: the window goes on, and is read again when somebody does.
    reader.set_listening(false);
    siskin.see("the request", |seen| seen.main_buttons().len() == 1);
    reader.set_listening(true);
    let allow = reader.named(BUTTON, "Allow");
    reader.press(&allow);
    siskin.see("no request any more", |seen| seen.main_buttons().is_empty());
    quits(siskin);
}

#[test]
fn the_window_outlives_the_bus() {
    let desk = Desk::with_bus();
    let reader = Reader::start(desk.bus().expect("a bus"));
    let siskin = desk.start(&["demo"]);
    reader.find(FRAME, |thing| thing.name.starts_with("Siskin"));
    siskin.see("a request", |seen| seen.main_buttons().len() == 1);
    desk.end_bus();
    siskin.press("ctrl+comma");
    siskin.see("the settings", |seen| seen.portraits().is_empty());
    siskin.press("Escape");
    siskin.see("the request again", |seen| seen.main_buttons().len() == 1);
    quits(siskin);
}

fn until_read(siskin: &Program<'_>, reader: &Reader, field: &Thing, wanted: &str) {
    siskin.wait("what was typed can be read", || {
        reader.letters(field).as_deref() == Some(wanted)
    });
}

fn quits(siskin: Program<'_>) {
    assert_eq!(siskin.quit(), 0);
}
