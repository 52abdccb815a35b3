//! The state of a resource list (RFC 4662): who is on it, and how the server's subscriptions to them stand.

use super::{Context, Unusable};
use crate::inspect::message;
use crate::inspect::outline::Outline;
use crate::inspect::report::Report;
use crate::inspect::text::{add, count};
use crate::package::resource_list::{InstanceState, Label, List};

/// Says what is in a document about a list that stands alone.
pub(super) fn explain(context: &Context<'_>, report: &mut Report) -> Result<(), Unusable> {
    let list = List::parse(&context.body)?;
    let mut outline = Outline::of(&context.body);
    self::list(&list, context.options.languages, &mut outline, report);
    report.remarks(&list.remarks);
    Ok(())
}

/// Says what is in a document about a list.
pub(super) fn list(list: &List, languages: &[&str], outline: &mut Outline, report: &mut Report) {
    let state = if list.full {
        "full: every resource is named"
    } else {
        "partial: only those with something new"
    };
    let version = format!("{}, {state}", list.version);
    report.say(outline.root(), 0, "version", version);
    report.version = Some((list.version, list.full));
    let mut text = list.uri.clone();
    name(&mut text, &list.labels, languages);
    report.say(outline.root(), 0, "list", text);
    let (mut active, mut pending, mut terminated) = (0, 0, 0);
    for resource in &list.resources {
        let line = outline.next("resource", &resource.uri);
        let mut text = String::new();
        name(&mut text, &resource.labels, languages);
        if resource.instances.is_empty() {
            text.push_str(" nothing is known yet");
        }
        report.say(line, 0, resource.uri.clone(), text.trim().to_owned());
        for instance in &resource.instances {
            let mut text = match &instance.state {
                InstanceState::Active => {
                    active += 1;
                    "active".to_owned()
                }
                InstanceState::Pending => {
                    pending += 1;
                    "pending: the owner has not decided yet".to_owned()
                }
                InstanceState::Terminated(reason) => {
                    terminated += 1;
                    let reason = reason.as_deref().unwrap_or("no reason was told");
                    let words = message::reason_words(reason).unwrap_or_default();
                    format!("terminated: {reason} {words}")
                        .trim_end()
                        .to_owned()
                }
            };
            match &instance.cid {
                Some(cid) => add(&mut text, format_args!(", told by the part {cid}")),
                None => text.push_str(", no part"),
            }
            report.say(
                Some(instance.line),
                1,
                format!("instance {}", instance.id),
                text,
            );
        }
    }
    let mut gist = count(list.resources.len(), "resource");
    for (number, word) in [
        (active, "active"),
        (pending, "pending"),
        (terminated, "terminated"),
    ] {
        if number > 0 {
            add(&mut gist, format_args!(", {number} {word}"));
        }
    }
    report.gist = Some(gist);
}

fn name(text: &mut String, labels: &[Label], languages: &[&str]) {
    if let Some(label) = Label::choose(labels, languages) {
        add(text, format_args!(" “{}”", label.text));
    }
}
