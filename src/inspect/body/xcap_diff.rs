//! Changes of XCAP documents (RFC 5874): what was changed, and whether it has to be fetched.

use super::{Context, Unusable};
use crate::inspect::outline::Outline;
use crate::inspect::report::Report;
use crate::inspect::text::{add, count};
use crate::package::xcap_diff::{Change, Component, Document, DocumentChange, Told};

/// Says what is in an xcap-diff document.
pub(super) fn explain(context: &Context<'_>, report: &mut Report) -> Result<(), Unusable> {
    let document = Document::parse(&context.body)?;
    let outline = Outline::of(&context.body);
    report.say(outline.root(), 0, "XCAP root", document.xcap_root.clone());
    for change in &document.changes {
        match change {
            Change::Document(change) => self::document(change, report),
            Change::Element(component) => self::component("element", component, report),
            Change::Attribute(component) => self::component("attribute", component, report),
        }
    }
    report.gist = Some(count(document.changes.len(), "change"));
    report.remarks(&document.remarks);
    Ok(())
}

fn document(change: &DocumentChange, report: &mut Report) {
    let line = Some(change.place.line);
    report.say(line, 0, "document", change.selector.clone());
    let what = match (&change.previous_etag, &change.new_etag) {
        (None, Some(now)) => format!("exists, or was created: {now}"),
        (Some(before), None) => format!("was removed: {before}"),
        (Some(before), Some(now)) => format!("{before} became {now}"),
        (None, None) => "neither tag is told".to_owned(),
    };
    report.say(None, 1, "entity tag", what);
    let told = match (change.told, &change.new_etag) {
        (_, None) => return,
        (Told::Untold, _) => "not told: it has to be fetched",
        (Told::NotChanged, _) => "as it was, under a new tag",
        (Told::Patch, _) => "operations that make it of the old one",
    };
    report.say(None, 1, "content", told);
}

fn component(label: &str, component: &Component, report: &mut Report) {
    let mut text = component.selector.clone();
    match (component.exists, &component.content) {
        (false, _) => text.push_str(": is gone"),
        (true, Some(content)) => add(&mut text, format_args!(": {}", content.trim())),
        (true, None) => text.push_str(": exists"),
    }
    report.say(Some(component.place.line), 0, label, text);
}
