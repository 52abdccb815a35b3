//! Presence documents (RFC 3863): what each device and person says, and what Siskin shows of it.

use super::{Context, Unusable};
use crate::inspect::outline::Outline;
use crate::inspect::report::{Fact, Report};
use crate::inspect::text::{time, window};
use crate::package::presence::{
    Availability, Basic, Document, Idle, Input, Note, Person, Reason, Shown, Timed, Tuple,
    UserInput, compose,
};

/// Says what is in a presence document.
pub(super) fn explain(context: &Context<'_>, report: &mut Report) -> Result<(), Unusable> {
    let document = Document::parse(&context.body)?;
    let mut outline = Outline::of(&context.body);
    report.say(outline.root(), 0, "presentity", whom(&document.entity));
    for tuple in &document.tuples {
        self::tuple(tuple, &mut outline, report);
    }
    for person in &document.persons {
        let line = outline.next("person", &person.id);
        report.say(
            line,
            0,
            named("person", &person.id),
            changed(person.timestamp),
        );
        self::person(person, &mut outline, report);
    }
    for device in &document.devices {
        let line = outline.next("device", &device.id);
        let mut text = device.device.clone().unwrap_or_default();
        also(&mut text, &changed(device.timestamp));
        report.say(line, 0, named("device", &device.id), text);
        if let Some(input) = device.user_input {
            report.say(None, 1, "user input", user_input(input));
        }
        notes(&device.notes, 1, &mut outline, report);
    }
    notes(&document.notes, 0, &mut outline, report);
    let shown = compose(&document, context.options.languages, context.options.now);
    let gist = gist(&shown);
    report.say(None, 0, "shown", gist.clone());
    if let Some(at) = shown.changes_at {
        report.say(None, 0, "changes by itself", format!("at {}", time(at)));
    }
    report.gist = Some(gist);
    report.remarks(&document.remarks);
    if document.entity.is_empty() {
        report.warn(None, "the attribute entity is missing", "RFC 3863 §4.1.1");
    }
    report.fact(Fact::Presence {
        resource: document.entity,
        shown: Box::new(shown),
    });
    Ok(())
}

fn tuple(tuple: &Tuple, outline: &mut Outline, report: &mut Report) {
    let line = outline.next("tuple", &tuple.id);
    let mut text = match tuple.basic {
        Some(Basic::Open) => "open".to_owned(),
        Some(Basic::Closed) => "closed".to_owned(),
        None => "says neither open nor closed".to_owned(),
    };
    also(&mut text, &changed(tuple.timestamp));
    report.say(line, 0, named("tuple", &tuple.id), text);
    if let Some(contact) = &tuple.contact {
        let mut text = contact.uri.clone();
        if let Some(priority) = contact.priority {
            let thousandths = f32::from(priority.thousandths()) / 1000.0;
            also(&mut text, &format!("priority {thousandths}"));
        }
        report.say(outline.next("contact", &contact.uri), 1, "contact", text);
    }
    if let Some(device) = &tuple.device {
        report.say(
            outline.next("deviceID", device),
            1,
            "runs on",
            device.clone(),
        );
    }
    if let Some(relationship) = &tuple.relationship {
        report.say(
            None,
            1,
            "relationship",
            format!("{relationship}: not the presentity itself, so it decides nothing"),
        );
    }
    if let Some(class) = &tuple.service_class {
        report.say(None, 1, "service class", class.clone());
    }
    if let Some(input) = tuple.user_input {
        report.say(None, 1, "user input", user_input(input));
    }
    if let Some(person) = &tuple.person {
        report.say(
            None,
            1,
            "person",
            "said inside the tuple, as old notifiers do",
        );
        self::person(person, outline, report);
    }
    notes(&tuple.notes, 1, outline, report);
}

fn person(person: &Person, outline: &mut Outline, report: &mut Report) {
    for timed in &person.activities {
        let words = timed.value.iter().map(|activity| {
            if activity.known {
                activity.label().to_owned()
            } else {
                format!("{} (not RPID's, so it decides nothing)", activity.label())
            }
        });
        let words = words.collect::<Vec<_>>();
        self::timed("activities", timed, &words, outline, report);
    }
    for (label, values) in [
        ("mood", &person.moods),
        ("place type", &person.place_types),
        ("place is", &person.place_is),
        ("privacy", &person.privacy),
        ("sphere", &person.spheres),
    ] {
        for timed in values {
            self::timed(label, timed, &timed.value, outline, report);
        }
    }
    if let Some(minutes) = person.time_offset {
        report.say(
            outline.next("time-offset", &minutes.to_string()),
            1,
            "time offset",
            format!("{minutes} min ahead of UTC"),
        );
    }
    if let Some(input) = person.user_input {
        report.say(None, 1, "user input", user_input(input));
    }
    notes(&person.notes, 1, outline, report);
}

fn timed<T>(
    label: &str,
    timed: &Timed<T>,
    words: &[String],
    outline: &mut Outline,
    report: &mut Report,
) {
    let mut text = words.join(", ");
    also(&mut text, &window(timed.window.from, timed.window.until));
    let element = label.replace(' ', "-");
    report.say(outline.next(&element, ""), 1, label, text);
    notes(&timed.notes, 2, outline, report);
}

fn notes(notes: &[Note], depth: u8, outline: &mut Outline, report: &mut Report) {
    for note in notes {
        let mut text = format!("“{}”", note.text);
        if let Some(language) = &note.language {
            also(&mut text, language);
        }
        report.say(outline.next("note", &note.text), depth, "note", text);
    }
}

/// What is shown, and why.
fn gist(shown: &Shown) -> String {
    let mut text = shown.status.token().to_owned();
    if let Some(note) = &shown.note {
        also(&mut text, &format!("“{note}”"));
    }
    let why = match &shown.reason {
        Reason::Nothing => "nobody says anything".to_owned(),
        Reason::OpenTuple(id) => format!("{} is open", named("tuple", id)),
        Reason::ClosedTuple(id) => {
            format!("{} is closed and no other is open", named("tuple", id))
        }
        Reason::Activity { person, activity } => {
            format!("{} says {activity}", named("person", person))
        }
        Reason::Idle => match shown.idle {
            Idle::Since(since) => format!("idle since {}", time(since)),
            _ => "idle".to_owned(),
        },
    };
    also(&mut text, &format!("because {why}"));
    if shown.availability == Availability::Unknown && shown.reason != Reason::Nothing {
        also(&mut text, "whether anything is open is not said");
    }
    text
}

fn user_input(input: UserInput) -> String {
    let mut text = match input.input {
        Input::Active => "active",
        Input::Idle => "idle",
    }
    .to_owned();
    if let Some(last) = input.last_input {
        also(&mut text, &format!("last at {}", time(last)));
    }
    if let Some(threshold) = input.idle_threshold {
        also(&mut text, &format!("idle after {threshold} s"));
    }
    text
}

fn changed(timestamp: Option<jiff::Timestamp>) -> String {
    timestamp.map_or_else(String::new, |at| format!("since {}", time(at)))
}

fn named(what: &str, id: &str) -> String {
    if id.is_empty() {
        format!("{what} without id")
    } else {
        format!("{what} {id}")
    }
}

fn whom(entity: &str) -> String {
    if entity.is_empty() {
        "nobody is named".to_owned()
    } else {
        entity.to_owned()
    }
}

/// Adds a part behind a comma.
fn also(text: &mut String, part: &str) {
    if part.is_empty() {
        return;
    }
    if !text.is_empty() {
        text.push_str(", ");
    }
    text.push_str(part);
}
