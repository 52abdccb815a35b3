//! Presence documents (RFC 3863) and those before them: what each tuple and device says, and what Siskin shows of it.

use super::{Context, Unusable, person};
use crate::inspect::outline::Outline;
use crate::inspect::report::{Fact, Report};
use crate::inspect::text::{time, window};
use crate::package::presence::{
    Activity, Availability, Basic, Cipid, Device, DeviceCapabilities, Document, Idle, Input,
    Listed, Note, Reason, ServiceCapabilities, Shown, ShownDevice, TimedStatus, Tuple, UserInput,
    Why, compose,
};

/// Says what is in a presence document.
pub(super) fn explain(context: &Context<'_>, report: &mut Report) -> Result<(), Unusable> {
    document(Document::parse(&context.body)?, context, report);
    Ok(())
}

/// The same of a document that has been read.
pub(super) fn document(document: Document, context: &Context<'_>, report: &mut Report) {
    let shown = compose(&document, context.options.languages, context.options.now);
    let mut outline = Outline::of(&context.body);
    let whom = if document.entity.is_empty() {
        "nobody is named"
    } else {
        &document.entity
    };
    report.say(outline.root(), 0, "presentity", whom);
    for tuple in &document.tuples {
        self::tuple(tuple, &shown, &mut outline, report);
    }
    for person in &document.persons {
        let line = outline.next("person", &person.id);
        let mut text = since(person.timestamp);
        also(&mut text, &class(person.class.as_deref()));
        report.say(line, 0, named("person", &person.id), text);
        person::explain(person, &mut outline, report);
    }
    for device in &document.devices {
        self::device(device, &mut outline, report);
    }
    notes(&document.notes, 0, &mut outline, report);
    let gist = gist(&shown);
    report.say(None, 0, "shown", gist.clone());
    if let Some(contact) = &shown.preferred_contact {
        report.say(None, 0, "call", contact.clone());
    }
    if let Some(at) = shown.changes_at {
        report.say(None, 0, "changes by itself", format!("at {}", time(at)));
    }
    report.gist = Some(gist);
    report.remarks(&document.remarks);
    report.fact(Fact::Presence {
        resource: document.entity,
        shown: Box::new(shown),
    });
}

/// What is shown, and why.
pub(super) fn gist(shown: &Shown) -> String {
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
        Reason::Activity { person, activity } if person.is_empty() => {
            format!("a tuple says {activity}")
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

fn tuple(tuple: &Tuple, shown: &Shown, outline: &mut Outline, report: &mut Report) {
    let line = outline.next("tuple", &tuple.id);
    let mut text = basic(tuple.basic).to_owned();
    let own = shown.devices.iter().chain(&shown.others);
    if let Some(shown) = own.clone().find(|shown| is_shown(tuple, shown)) {
        also(&mut text, &why(&shown.why));
    }
    also(&mut text, &since(tuple.timestamp));
    also(&mut text, &class(tuple.class.as_deref()));
    report.say(line, 0, named("tuple", &tuple.id), text);
    if let Some(contact) = &tuple.contact {
        let mut text = contact.uri.clone();
        if let Some(priority) = contact.priority {
            let priority = f32::from(priority.thousandths()) / 1000.0;
            also(&mut text, &format!("priority {priority}"));
        }
        report.say(outline.next("contact", &contact.uri), 1, "contact", text);
    }
    for device in &tuple.devices {
        let line = outline.next("deviceID", device);
        report.say(line, 1, "runs on", device.clone());
    }
    for (label, value) in [
        ("relationship", &tuple.relationship),
        ("service class", &tuple.service_class),
    ] {
        if let Some(value) = value {
            report.say(None, 1, label, value.clone());
        }
    }
    if let Some(input) = tuple.user_input {
        report.say(None, 1, "user input", user_input(input));
    }
    for timed in &tuple.privacy {
        person::timed(
            "privacy",
            timed,
            &timed.value.join(", "),
            1,
            outline,
            report,
        );
    }
    for timed in &tuple.status_icons {
        person::timed("status icon", timed, &timed.value, 1, outline, report);
    }
    for timed in &tuple.timed_statuses {
        timed_status(timed, outline, report);
    }
    if let Some(capabilities) = &tuple.capabilities {
        service(capabilities, report);
    }
    if let Some(cipid) = &tuple.cipid {
        self::cipid(cipid, 1, outline, report);
    }
    if let Some(person) = &tuple.person {
        report.say(None, 1, "person", "said inside the tuple, as drafts had it");
        person::explain(person, outline, report);
    }
    notes(&tuple.notes, 1, outline, report);
}

/// Whether a tuple is the one that is shown so; ids need not be unique.
fn is_shown(tuple: &Tuple, shown: &ShownDevice) -> bool {
    let contact = tuple.contact.as_ref().map(|contact| contact.uri.as_str());
    shown.id == tuple.id
        && shown.contact.as_deref() == contact
        && shown.timestamp == tuple.timestamp
        && shown.basic == tuple.basic
}

/// What part a tuple had in what is shown.
fn why(why: &Why) -> String {
    match why {
        Why::Decides => "which decides".to_owned(),
        Why::Agrees => String::new(),
        Why::OpenElsewhere => "but another one is open".to_owned(),
        Why::Silent => "so it decides nothing".to_owned(),
        Why::Superseded(id) => {
            format!(
                "but {} has the same contact and is newer",
                named("tuple", id)
            )
        }
        Why::SomebodyElse(who) => format!("but somebody else answers there: {who}"),
        Why::NotElectronic(way) => format!("but one cannot call there: {way}"),
    }
}

fn timed_status(timed: &TimedStatus, outline: &mut Outline, report: &mut Report) {
    let mut text = window(timed.window.from, timed.window.until);
    also(&mut text, basic(timed.basic));
    let activities = timed.activities.iter().map(Activity::label);
    also(&mut text, &activities.collect::<Vec<_>>().join(", "));
    text.push_str(" (says nothing about now)");
    report.say(outline.next("timed-status", ""), 1, "timed status", text);
    notes(&timed.notes, 2, outline, report);
}

fn device(device: &Device, outline: &mut Outline, report: &mut Report) {
    let line = outline.next("device", &device.id);
    let mut text = device.device.clone().unwrap_or_default();
    also(&mut text, &since(device.timestamp));
    also(&mut text, &class(device.class.as_deref()));
    report.say(line, 0, named("device", &device.id), text);
    if let Some(input) = device.user_input {
        report.say(None, 1, "user input", user_input(input));
    }
    if let Some(capabilities) = &device.capabilities {
        let DeviceCapabilities {
            mobility,
            descriptions,
        } = &**capabilities;
        listed("mobility", mobility, report);
        for note in descriptions {
            report.say(None, 1, "description", note.text.clone());
        }
    }
    notes(&device.notes, 1, outline, report);
}

fn service(capabilities: &ServiceCapabilities, report: &mut Report) {
    let media = capabilities.media().collect::<Vec<_>>().join(", ");
    if !media.is_empty() {
        report.say(None, 1, "can do", media);
    }
    for (label, flag) in [
        ("a machine answers", capabilities.automata),
        ("a conference", capabilities.isfocus),
    ] {
        if let Some(flag) = flag {
            report.say(None, 1, label, if flag { "yes" } else { "no" });
        }
    }
    if !capabilities.types.is_empty() {
        report.say(None, 1, "types", capabilities.types.join(", "));
    }
    for (label, list) in [
        ("for", &capabilities.class),
        ("duplex", &capabilities.duplex),
        ("event packages", &capabilities.event_packages),
        ("methods", &capabilities.methods),
        ("extensions", &capabilities.extensions),
        ("schemes", &capabilities.schemes),
        ("who answers", &capabilities.actor),
        ("languages", &capabilities.languages),
    ] {
        listed(label, list, report);
    }
    for note in &capabilities.descriptions {
        report.say(None, 1, "description", note.text.clone());
    }
}

fn listed(label: &str, list: &Listed, report: &mut Report) {
    let mut text = list.supported.join(", ");
    if !list.not_supported.is_empty() {
        also(&mut text, &format!("not {}", list.not_supported.join(", ")));
    }
    if !text.is_empty() {
        report.say(None, 1, label, text);
    }
}

/// Names and links of a person or a tuple; nothing of it is fetched.
pub(super) fn cipid(cipid: &Cipid, depth: u8, outline: &mut Outline, report: &mut Report) {
    for name in &cipid.display_names {
        let line = outline.next("display-name", &name.text);
        let mut text = format!("“{}”", name.text);
        also(&mut text, name.language.as_deref().unwrap_or_default());
        report.say(line, depth, "calls itself", text);
    }
    for (element, link) in [
        ("card", &cipid.card),
        ("homepage", &cipid.homepage),
        ("icon", &cipid.icon),
        ("map", &cipid.map),
        ("sound", &cipid.sound),
    ] {
        if let Some(link) = link {
            let line = outline.next(element, link);
            report.say(line, depth, element, link.clone());
        }
    }
}

/// Comments with their languages.
pub(super) fn notes(notes: &[Note], depth: u8, outline: &mut Outline, report: &mut Report) {
    for note in notes {
        let mut text = format!("“{}”", note.text);
        also(&mut text, note.language.as_deref().unwrap_or_default());
        report.say(outline.next("note", &note.text), depth, "note", text);
    }
}

/// Whether somebody is there.
pub(super) fn user_input(input: UserInput) -> String {
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

fn basic(basic: Option<Basic>) -> &'static str {
    match basic {
        Some(Basic::Open) => "open",
        Some(Basic::Closed) => "closed",
        None => "says neither open nor closed",
    }
}

fn since(timestamp: Option<jiff::Timestamp>) -> String {
    timestamp.map_or_else(String::new, |at| format!("since {}", time(at)))
}

fn class(class: Option<&str>) -> String {
    class.map_or_else(String::new, |class| format!("class {class}"))
}

fn named(what: &str, id: &str) -> String {
    if id.is_empty() {
        format!("{what} without id")
    } else {
        format!("{what} {id}")
    }
}

/// Adds a part behind a comma.
pub(super) fn also(text: &mut String, part: &str) {
    if part.is_empty() {
        return;
    }
    if !text.is_empty() {
        text.push_str(", ");
    }
    text.push_str(part);
}
