//! Partial presence (RFC 5262): a whole document, or changes to one that is not here.

use super::resource_lists::parse;
use super::{Context, Unusable, presence};
use crate::inspect::outline::Lines;
use crate::inspect::report::Report;
use crate::inspect::text::{add, count};
use crate::package::Place;
use crate::package::presence::PartialState;
use crate::xml::Element;

/// Says what is in a partial presence document.
pub(super) fn explain(context: &Context<'_>, report: &mut Report) -> Result<(), Unusable> {
    let document = match parse(context, "pidf-full", NAMESPACE) {
        Ok(document) => document,
        Err(_) => parse(context, "pidf-diff", NAMESPACE)?,
    };
    let root = document.root();
    let full = root.name() == "pidf-full";
    let mut lines = Lines::new(document.source());
    let start = lines.place(root.span().start);
    let version = root.attribute("version").map(str::trim);
    if let Some(version) = version.and_then(|version| version.parse().ok()) {
        report.version = Some((version, full));
        let what = if full {
            "the whole document"
        } else {
            "changes to the document before"
        };
        report.say(Some(start.line), 0, "version", format!("{version}, {what}"));
    } else {
        let message = "the attribute version is missing or no number";
        report.error(Some(start), message, "RFC 5262 §3.1");
    }
    if full {
        let taken = PartialState::default().take(&context.body)?;
        if let Some(document) = taken {
            presence::document(document, context, report);
        }
        return Ok(());
    }
    let entity = root.attribute("entity").unwrap_or_default();
    report.say(Some(start.line), 0, "presentity", entity);
    let mut changes = 0;
    for child in root.children() {
        let place = lines.place(child.span().start);
        if child.namespace() == NAMESPACE && OPERATIONS.contains(&child.name()) {
            changes += 1;
            operation(child, place, report);
        } else {
            let name: String = child.qualified_name().chars().take(80).collect();
            let message = format!("<{name}>: not an operation, ignored");
            report.ignore(Some(place), message, "RFC 5262 §3.3");
        }
    }
    report.gist = Some(format!(
        "{} to the document before",
        count(changes, "change")
    ));
    report.say(
        None,
        0,
        "shown",
        "what becomes of it needs the document before",
    );
    Ok(())
}

fn operation(operation: Element<'_>, place: Place, report: &mut Report) {
    let Some(selector) = operation.attribute("sel") else {
        let message = format!("<{}>: the attribute sel is missing", operation.name());
        report.error(Some(place), message, "RFC 5262 §3.3");
        return;
    };
    let mut text = selector.to_owned();
    for (attribute, words) in [("pos", ""), ("type", "as ")] {
        if let Some(value) = operation.attribute(attribute) {
            add(&mut text, format_args!(", {words}{value}"));
        }
    }
    let inside: Vec<&str> = operation.children().map(Element::qualified_name).collect();
    if !inside.is_empty() {
        add(&mut text, format_args!(": <{}>", inside.join(">, <")));
    } else if !operation.trimmed().is_empty() {
        add(&mut text, format_args!(": {}", operation.trimmed()));
    }
    report.say(Some(place.line), 0, operation.name(), text);
}

/// Namespace of partial presence.
pub(super) const NAMESPACE: &str = "urn:ietf:params:xml:ns:pidf-diff";
/// What changes a document.
const OPERATIONS: [&str; 3] = ["add", "replace", "remove"];
