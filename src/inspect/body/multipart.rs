//! Bodies of several parts: what each part is, and which one is the document.

use super::{Context, Unusable};
use crate::inspect::report::{Origin, Report};
use crate::inspect::text::{add, count};
use crate::package::mime::{Multipart, Part};
use crate::package::resource_list::{Content, Notice};
use crate::package::{Body, Place};

/// Says what the parts are, and explains each.
pub(super) fn explain(context: &Context<'_>, report: &mut Report) -> Result<(), Unusable> {
    let multipart = Multipart::parse(&context.body)?;
    let document = multipart.document(&super::is_known);
    let chosen = document.as_ref().ok().copied();
    parts(context, &multipart, chosen, 0, report);
    if let Ok(Some(notice)) = Notice::read(&context.body) {
        links(&notice, report);
    }
    if let Err(error) = document {
        return Err(error.into());
    }
    Ok(())
}

/// The type of a body that begins with a delimiter.
pub(super) fn guessed_type(bytes: &[u8]) -> Option<String> {
    let first = bytes
        .split(|byte| *byte == b'\n')
        .map(<[u8]>::trim_ascii)
        .find(|line| !line.is_empty())?;
    let boundary = std::str::from_utf8(first.strip_prefix(b"--")?).ok()?;
    let usable = !boundary.is_empty() && !boundary.contains(['"', '\\']);
    usable.then(|| format!("multipart/related;boundary=\"{boundary}\""))
}

/// Says what is wrong with what a list, and the lists inside it, refer to.
fn links(notice: &Notice<'_>, report: &mut Report) {
    report.further_remarks(&notice.list.remarks);
    for (_, instances) in notice.resources() {
        for (_, content) in instances {
            if let Content::List(inner) = content {
                links(inner, report);
            }
        }
    }
}

fn parts(
    context: &Context<'_>,
    multipart: &Multipart<'_>,
    chosen: Option<&Part<'_>>,
    depth: u8,
    report: &mut Report,
) {
    report.say(None, depth, "parts", count(multipart.parts.len(), "part"));
    for (number, part) in multipart.parts.iter().enumerate() {
        let mut text = part.media_type().to_owned();
        if let Some(id) = &part.content_id {
            add(&mut text, format_args!(", content id {id}"));
        }
        match part.required {
            Some(true) => text.push_str(", must be understood"),
            Some(false) => text.push_str(", may be skipped"),
            None => {}
        }
        if chosen.is_some_and(|chosen| std::ptr::eq(chosen, part)) {
            text.push_str(", the document");
        }
        report.say(
            Some(part.first_line),
            depth,
            format!("part {}", number + 1),
            text,
        );
        if let Some(inner) = part.multipart() {
            parts(context, inner, chosen, depth.saturating_add(1), report);
            continue;
        }
        match part.body() {
            Ok(body) => content(context, part, body, depth, report),
            Err(error) => {
                let Unusable {
                    place,
                    message,
                    source,
                } = error.into();
                let source = if source.is_empty() {
                    "RFC 2045 §6"
                } else {
                    source
                };
                report.error(place, message, source);
            }
        }
    }
}

fn content(context: &Context<'_>, part: &Part<'_>, body: Body<'_>, depth: u8, report: &mut Report) {
    let mut inner = Report::default();
    let inside = Context {
        body,
        options: context.options,
    };
    if !super::is_known(body.content_type) && part.required == Some(false) {
        let place = Some(Place::line(part.first_line));
        let message = format!("a part of type '{}' is skipped", part.media_type());
        report.ignore(place, message, "RFC 3261 §20.11");
        return;
    }
    super::explain(&inside, &mut inner);
    if report.gist.is_none() || inner.format == "rlmi" {
        report.gist.clone_from(&inner.gist);
        report.version = report.version.or(inner.version);
        report.reference = report.reference.or(inner.reference);
    }
    // What came encoded has lines of its own.
    let outer = context.body.bytes.as_ptr_range();
    let origin = if outer.contains(&body.bytes.as_ptr()) {
        Origin::After(part.first_line.saturating_sub(1))
    } else {
        Origin::Decoded(Place::line(part.first_line))
    };
    report.absorb(inner, origin, depth.saturating_add(1));
}
