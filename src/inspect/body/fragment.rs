//! Message fragments (RFC 3420): how far a reference has come.

use super::{Context, Unusable};
use crate::inspect::message;
use crate::inspect::report::Report;
use crate::package::refer::{Document, Stage, Start};

/// Says what is in a message fragment.
pub(super) fn explain(context: &Context<'_>, report: &mut Report) -> Result<(), Unusable> {
    let document = Document::parse(&context.body)?;
    let text = String::from_utf8_lossy(context.body.bytes);
    let line = |start: &str| {
        let found = text.lines().position(|line| {
            line.get(..start.len())
                .is_some_and(|begin| begin.eq_ignore_ascii_case(start))
        });
        found.and_then(|at| u32::try_from(at + 1).ok())
    };
    match &document.start {
        Some(Start::Status { code, phrase }) => {
            report.say(line("SIP/"), 0, "response", format!("{code} {phrase}"));
        }
        Some(Start::Request { method, uri }) => {
            report.say(line(method), 0, method.clone(), uri.clone());
        }
        None => {}
    }
    for (name, value) in &document.fields {
        report.say(line(name), 0, name.clone(), message::field(name, value));
    }
    if !document.body.is_empty() {
        let bytes = format!("{} bytes, not looked at", document.body.len());
        report.say(None, 0, "body", bytes);
    }
    if let Some(progress) = document.progress() {
        report.reference = Some(progress.stage);
        let stage = match progress.stage {
            Stage::Trying => "the reference is being followed",
            Stage::Provisional => "the reference goes on",
            Stage::Successful => "the reference was followed",
            Stage::Failed => "the reference failed",
        };
        report.say(None, 0, "shown", stage);
        let words = [progress.code.to_string().as_str(), " ", progress.phrase].concat();
        report.gist = Some(format!("{stage}: {}", words.trim_end()));
    }
    report.remarks(&document.remarks);
    Ok(())
}
