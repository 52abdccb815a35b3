//! Resource list services (RFC 4826 §4): which address stands for which list, and for which packages.

use super::resource_lists::{self, Reader};
use super::{Context, Unusable};
use crate::inspect::report::Report;
use crate::inspect::text::count;
use crate::xml::Element;

/// Says what is in a document of list services.
pub(super) fn explain(context: &Context<'_>, report: &mut Report) -> Result<(), Unusable> {
    let document = resource_lists::parse(context, "rls-services", NAMESPACE)?;
    let mut services = 0;
    let mut reader = Reader::new(&document, report);
    for child in document.root().children() {
        if child.is(NAMESPACE, "service") {
            services += 1;
            service(child, &mut reader);
        } else {
            reader.foreign(child, "RFC 4826 §4.1");
        }
    }
    report.gist = Some(count(services, "list service"));
    Ok(())
}

fn service(service: Element<'_>, reader: &mut Reader<'_>) {
    let uri = service.attribute("uri").unwrap_or_default().trim();
    if uri.is_empty() {
        reader.warn(
            service,
            "<service>: the attribute uri is missing",
            "RFC 4826 §4.1",
        );
    }
    reader.say(service, 0, "service", uri);
    let mut has_list = false;
    for child in service.children() {
        match (child.namespace(), child.name()) {
            (NAMESPACE, "list") => {
                has_list = true;
                reader.list(child, 1);
            }
            (NAMESPACE, "resource-list") => {
                has_list = true;
                reader.say(
                    child,
                    1,
                    "list",
                    format!("{} (kept elsewhere)", child.trimmed()),
                );
            }
            (NAMESPACE, "packages") => {
                let packages = child
                    .children_named(NAMESPACE, "package")
                    .map(Element::trimmed)
                    .collect::<Vec<_>>()
                    .join(", ");
                let text = if packages.is_empty() {
                    "none: every package".to_owned()
                } else {
                    packages
                };
                reader.say(child, 1, "packages", text);
            }
            _ => reader.foreign(child, "RFC 4826 §4.1"),
        }
    }
    if !has_list {
        reader.warn(
            service,
            "<service>: neither a list nor a resource-list",
            "RFC 4826 §4.1",
        );
    }
}

/// Namespace of list services.
pub(super) const NAMESPACE: &str = "urn:ietf:params:xml:ns:rls-services";
