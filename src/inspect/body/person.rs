//! What a presence document says of the person (RFC 4479, RFC 4480, RFC 4482).

use super::presence::{also, cipid, notes, user_input};
use crate::inspect::outline::Outline;
use crate::inspect::report::Report;
use crate::inspect::text::window;
use crate::package::presence::{Person, Timed};

/// Says it, one line for each element.
pub(super) fn explain(person: &Person, outline: &mut Outline, report: &mut Report) {
    for of in &person.activities {
        let words = of.value.iter().map(|activity| {
            if activity.known {
                activity.label().to_owned()
            } else {
                format!("{} (not RPID's, so it decides nothing)", activity.label())
            }
        });
        let words = words.collect::<Vec<_>>().join(", ");
        timed("activities", of, &words, 1, outline, report);
    }
    for (label, values) in [
        ("mood", &person.moods),
        ("place type", &person.place_types),
        ("privacy", &person.privacy),
        ("sphere", &person.spheres),
    ] {
        for of in values {
            timed(label, of, &of.value.join(", "), 1, outline, report);
        }
    }
    for of in &person.place_is {
        let words = of
            .value
            .iter()
            .map(|is| format!("{} {}", is.medium, is.value));
        let words = words.collect::<Vec<_>>().join(", ");
        timed("place is", of, &words, 1, outline, report);
    }
    for of in &person.status_icons {
        timed("status icon", of, &of.value, 1, outline, report);
    }
    for of in &person.time_offsets {
        let mut words = format!("{} min ahead of UTC", of.value.minutes);
        also(
            &mut words,
            of.value.description.as_deref().unwrap_or_default(),
        );
        timed("time offset", of, &words, 1, outline, report);
    }
    if let Some(input) = person.user_input {
        report.say(None, 1, "user input", user_input(input));
    }
    if let Some(known) = &person.cipid {
        cipid(known, 1, outline, report);
    }
    notes(&person.notes, 1, outline, report);
}

/// One element with the time in which it holds. Its line is known when nothing but children is in it.
pub(super) fn timed<T>(
    label: &str,
    timed: &Timed<T>,
    words: &str,
    depth: u8,
    outline: &mut Outline,
    report: &mut Report,
) {
    let element = label.replace(' ', "-");
    let first = words.split([' ', ',']).next().unwrap_or_default();
    let line = outline
        .next(&element, "")
        .or_else(|| outline.next(&element, words))
        .or_else(|| outline.next(&element, first));
    let mut text = words.to_owned();
    also(&mut text, &window(timed.window.from, timed.window.until));
    report.say(line, depth, label, text);
    notes(&timed.notes, depth.saturating_add(1), outline, report);
}
