//! Key presses (RFC 4730): what is asked for, and what was pressed.

use super::{Context, Unusable};
use crate::inspect::outline::Outline;
use crate::inspect::report::Report;
use crate::inspect::text::add;
use crate::package::kpml::{Flush, Outcome, Persistence, Request, Response};

/// Says what is in a request for key presses.
pub(super) fn explain_request(context: &Context<'_>, report: &mut Report) -> Result<(), Unusable> {
    let request = Request::parse(&context.body)?;
    let mut outline = Outline::of(&context.body);
    let pattern = &request.pattern;
    let persist = match pattern.persist {
        Persistence::OneShot => "one-shot: until the first match",
        Persistence::Persist => "persist: every match, until it is ended",
        Persistence::SingleNotify => "single-notify: one match for each request",
    };
    report.say(outline.next("pattern", ""), 0, "how long", persist);
    let flush = match pattern.flush {
        Flush::No => "count",
        Flush::Yes => "are forgotten",
    };
    report.say(None, 0, "earlier keys", flush);
    if request.reverse {
        report.say(None, 0, "whose keys", "those of the other party");
    }
    for (label, millis) in [
        ("between keys", pattern.interdigit_timer),
        ("for a longer match", pattern.critical_digit_timer),
        ("after the longest", pattern.extra_digit_timer),
        ("held down from", pattern.long),
    ] {
        if let Some(millis) = millis {
            report.say(None, 0, label, format!("{millis} ms"));
        }
    }
    if let Some(key) = &pattern.enter_key {
        report.say(None, 0, "enter key", key.clone());
    }
    for regex in &pattern.regexes {
        let mut text = regex.pattern.to_string();
        if let Some(tag) = &regex.tag {
            add(&mut text, format_args!(", tag {tag}"));
        }
        if let Some(pre) = &regex.pre {
            add(
                &mut text,
                format_args!(", kept from the other party after {pre}"),
            );
        }
        let line = outline.next("regex", regex.pattern.as_str());
        report.say(line, 0, "expression", text);
    }
    let expressions = pattern.regexes.iter().map(|regex| regex.pattern.as_str());
    let expressions = expressions.collect::<Vec<_>>().join(" or ");
    report.gist = Some(format!("asks for the keys {expressions}"));
    report.remarks(&request.remarks);
    Ok(())
}

/// Says what is in a report of key presses. Keys may be a secret of somebody's; who reads the file has them anyway.
pub(super) fn explain_response(context: &Context<'_>, report: &mut Report) -> Result<(), Unusable> {
    let response = Response::parse(&context.body)?;
    let outline = Outline::of(&context.body);
    let outcome = match response.outcome() {
        Outcome::Matched => "keys matched",
        Outcome::Failed => "the entry failed",
        Outcome::NotSupported => "the device cannot do that",
        Outcome::Other => "a code of no known class",
    };
    let mut text = format!("{outcome}, {} {}", response.code, response.text);
    if let Some(meaning) = response.meaning() {
        add(&mut text, format_args!(" ({meaning})"));
    }
    report.say(outline.root(), 0, "outcome", text);
    if let Some(digits) = &response.digits {
        report.say(None, 0, "keys", digits.clone());
    }
    if let Some(tag) = &response.tag {
        report.say(None, 0, "tag", tag.clone());
    }
    if response.suppressed {
        report.say(None, 0, "suppressed", "the other party did not hear them");
    }
    if response.forced_flush {
        report.say(None, 0, "forgotten", "the device had to forget keys");
    }
    report.gist = Some(match &response.digits {
        Some(digits) => format!("{outcome}: {digits}"),
        None => outcome.to_owned(),
    });
    report.remarks(&response.remarks);
    Ok(())
}
