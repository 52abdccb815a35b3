//! Message summaries (RFC 3842): the lamp, the counts, and the new messages.

use super::{Context, Unusable};
use crate::inspect::report::{Fact, Report};
use crate::inspect::text::add;
use crate::package::message_summary::{Counts, Summary};

/// Says what is in a message summary.
pub(super) fn explain(context: &Context<'_>, report: &mut Report) -> Result<(), Unusable> {
    let summary = Summary::parse(&context.body)?;
    let text = String::from_utf8_lossy(context.body.bytes);
    let line = |name: &str| {
        let found = text.lines().position(|line| {
            line.split_once(':')
                .is_some_and(|(field, _)| field.trim().eq_ignore_ascii_case(name))
        });
        found.and_then(|at| u32::try_from(at + 1).ok())
    };
    let lamp = if summary.waiting {
        "messages are waiting: the lamp is on"
    } else {
        "no messages are waiting: the lamp is off"
    };
    let at = line("Messages-Waiting").or_else(|| line("Message-Waiting"));
    report.say(at, 0, "waiting", lamp);
    match &summary.account {
        Some(account) => report.say(line("Message-Account"), 0, "account", account.clone()),
        None => report.say(None, 0, "account", "not told: the address subscribed to"),
    }
    for (class, counts) in &summary.classes {
        report.say(line(class.header()), 0, class.token(), words(*counts));
    }
    for (number, message) in summary.messages.iter().enumerate() {
        report.say(None, 0, format!("message {}", number + 1), "");
        for (name, value) in &message.fields {
            report.say(None, 1, name.clone(), value.clone());
        }
    }
    let mut gist = lamp.split(':').next().unwrap_or_default().to_owned();
    for (class, counts) in &summary.classes {
        add(
            &mut gist,
            format_args!(", {} {}", class.token(), words(*counts)),
        );
    }
    report.gist = Some(gist);
    report.remarks(&summary.remarks);
    if summary.waiting && summary.has_counts() && summary.classes.iter().all(|(_, c)| c.new == 0) {
        report.warn(
            at.map(crate::package::Place::line),
            "messages are waiting, but no class has new ones",
            "RFC 3842 §5.2",
        );
    }
    report.fact(Fact::Messages(Box::new(summary)));
    Ok(())
}

fn words(counts: Counts) -> String {
    let mut text = format!("{} new, {} old", counts.new, counts.old);
    if let Some(urgent) = counts.urgent {
        add(
            &mut text,
            format_args!(" (urgent: {} new, {} old)", urgent.new, urgent.old),
        );
    }
    text
}
