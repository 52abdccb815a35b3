//! Registration information (RFC 3680): which contacts an address has, and why.

use super::{Context, Unusable};
use crate::inspect::outline::Outline;
use crate::inspect::report::Report;
use crate::inspect::text::{add, count, span};
use crate::package::reg_info::{
    Contact, ContactEvent, ContactState, Document, RegistrationState, State,
};

/// Says what is in a registration information document.
pub(super) fn explain(context: &Context<'_>, report: &mut Report) -> Result<(), Unusable> {
    let document = Document::parse(&context.body)?;
    let mut outline = Outline::of(&context.body);
    let full = document.state == State::Full;
    let state = if full {
        "full: every registration is in it"
    } else {
        "partial: only what changed"
    };
    let version = format!("{}, {state}", document.version);
    report.say(outline.root(), 0, "version", version);
    report.version = Some((document.version, full));
    let mut active = 0;
    for registration in &document.registrations {
        let state = match &registration.state {
            RegistrationState::Init => "init: no contact is bound",
            RegistrationState::Active => "active: at least one contact is bound",
            RegistrationState::Terminated => "terminated: the last contact has gone",
            RegistrationState::Other(word) => word,
        };
        let line = outline.next("registration", &registration.id);
        report.say(line, 0, registration.aor.clone(), state);
        for contact in &registration.contacts {
            active += usize::from(contact.state == ContactState::Active);
            let line = outline.next("contact", &contact.id);
            report.say(line, 1, contact.uri.clone(), words(contact));
            for (label, value) in [
                ("public GRUU", contact.public_gruu.as_ref()),
                (
                    "temporary GRUU",
                    contact.temporary_gruu.as_ref().map(|g| &g.uri),
                ),
            ] {
                if let Some(value) = value {
                    report.say(None, 2, label, value.clone());
                }
            }
        }
    }
    let bound = count(active, "contact");
    report.gist = Some(match document.registrations.as_slice() {
        [one] => format!("{}: {bound} bound", one.aor),
        several => format!("{}, {bound} bound", count(several.len(), "registration")),
    });
    report.remarks(&document.remarks);
    Ok(())
}

fn words(contact: &Contact) -> String {
    let mut text = contact.state.token().to_owned();
    let event = match &contact.event {
        ContactEvent::Registered => "it registered",
        ContactEvent::Created => "an administrator bound it",
        ContactEvent::Refreshed => "it was refreshed",
        ContactEvent::Shortened => "the server wants it to register again soon",
        ContactEvent::Expired => "it was not refreshed",
        ContactEvent::Deactivated => "the server ended it, to be tried again at once",
        ContactEvent::Probation => "the server ended it, to be tried again later",
        ContactEvent::Unregistered => "it unregistered",
        ContactEvent::Rejected => "the server refuses it",
        ContactEvent::Other(word) => word,
    };
    if !event.is_empty() {
        add(&mut text, format_args!(" ({event})"));
    }
    if let Some(name) = &contact.display_name {
        add(&mut text, format_args!(", “{name}”"));
    }
    if let Some(seconds) = contact.duration_registered {
        add(&mut text, format_args!(", for {}", span(seconds)));
    }
    if let Some(seconds) = contact.expires {
        add(&mut text, format_args!(", ends in {}", span(seconds)));
    }
    if let Some(seconds) = contact.retry_after {
        add(&mut text, format_args!(", again in {}", span(seconds)));
    }
    if let Some(q) = contact.q {
        let q = f32::from(q.thousandths()) / 1000.0;
        add(&mut text, format_args!(", q {q}"));
    }
    if let Some(instance) = contact.instance() {
        add(&mut text, format_args!(", instance {instance}"));
    }
    text
}
