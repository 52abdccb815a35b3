//! Bodies in no format that is understood: what can be said all the same.

use super::{Context, FORMATS, Unusable};
use crate::inspect::outline::{Lines, charset};
use crate::inspect::report::{Origin, Report};
use crate::inspect::sniff;
use crate::inspect::text::count;
use crate::package::Place;
use crate::sip::disclose::is_secretive;
use crate::xml::{Document, Element};

/// A body whose type is known to be another's business.
pub(super) fn foreign(context: &Context<'_>, media_type: &str, report: &mut Report) {
    let media_type: String = media_type.chars().take(100).collect();
    report.title = format!("body of type {media_type}");
    if sniff::is_xml(context.body.bytes) {
        let mut inner = Report::default();
        outline(context, &mut inner);
        report.absorb(inner, Origin::After(0), 0);
    }
    report.unusable(
        format!("the type '{media_type}' is not understood"),
        "RFC 6665 §4.1.3",
    );
    if let Some((format, kind)) = super::guess(context.body.bytes) {
        report.warn(
            None,
            format!("by its look it is a {} ({kind})", format.name),
            format.source,
        );
    }
}

/// A body of which nothing is told and nothing known.
pub(super) fn explain(context: &Context<'_>, report: &mut Report) {
    if !sniff::is_xml(context.body.bytes) {
        "body of no known form".clone_into(&mut report.title);
        report.unusable(
            "it has no form that is understood; name its type with --content-type",
            "RFC 6665 §4.1.3",
        );
        return;
    }
    "XML document".clone_into(&mut report.title);
    report.format = "xml";
    if let Some(document) = outline(context, report) {
        unknown_root(document.root(), report);
    }
}

/// Notes why nothing can be made of a root element: often only its namespace is not quite right.
fn unknown_root(root: Element<'_>, report: &mut Report) {
    let known = FORMATS
        .iter()
        .filter_map(|format| Some((format, format.root?)));
    let (message, source) = match known.clone().find(|(_, (_, name))| *name == root.name()) {
        Some((format, (namespace, name))) => (
            format!(
                "<{name}> is not in the namespace {namespace}, as that of a {} is",
                format.name
            ),
            format.source,
        ),
        None => (
            format!(
                "the root element is none of the {} that are understood",
                known.count()
            ),
            "RFC 6665 §4.1.3",
        ),
    };
    report.unusable_at(Some(Place::of(root)), message, source);
}

/// Says how an XML document is built; gives it, if it is one.
fn outline(context: &Context<'_>, report: &mut Report) -> Option<Document> {
    let parsed = Document::parse(context.body.bytes, charset(context.body.content_type));
    let document = match parsed {
        Ok(document) => document,
        Err(error) => {
            let Unusable {
                place,
                message,
                source,
            } = Unusable::xml(&error);
            report.unusable_at(place, message, source);
            return None;
        }
    };
    let mut lines = Lines::new(document.source());
    let root = document.root();
    let line = lines.at(root.span().start);
    report.say(
        Some(line),
        0,
        format!("<{}>", root.qualified_name()),
        match root.namespace() {
            "" => "in no namespace".to_owned(),
            namespace => format!("in the namespace {namespace}"),
        },
    );
    for child in root.children().take(CHILDREN) {
        let line = lines.at(child.span().start);
        let inside = child.children().count();
        let text = if inside > 0 {
            count(inside, "element")
        } else if is_secretive(child.name()) {
            "not shown".to_owned()
        } else {
            child.trimmed().to_owned()
        };
        report.say(Some(line), 1, format!("<{}>", child.qualified_name()), text);
    }
    Some(document)
}

/// Elements named of a document that is not understood.
const CHILDREN: usize = 50;
