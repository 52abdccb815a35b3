//! The words for what a watcher sees.

use std::fmt::Write as _;

use crate::account::{Preview, plain};

/// What a watcher sees, by which rules, and below it the document.
pub(super) fn preview(preview: &Preview) -> String {
    let watcher = plain(&preview.watcher);
    let mut line = match preview.decision.as_str() {
        "allow" => match preview.shows {
            Some("state") => format!("{watcher} sees whether you can be reached"),
            Some("activity") => format!("{watcher} sees what you do and your note"),
            Some(_) => format!("{watcher} sees everything that you publish"),
            None => format!("{watcher} sees what the rules let through"),
        },
        "polite-block" => format!("{watcher} sees somebody who is offline"),
        "block" => format!("{watcher} is refused"),
        "confirm" => format!("{watcher} sees nothing until you are asked and agree"),
        _ => format!("{watcher} sees nothing: nothing is decided"),
    };
    if preview.decision_by_order != preview.decision {
        let other = plain(&preview.decision_by_order);
        let _ = write!(line, " ({other} on servers that take the first rule)");
    }
    if !preview.rules.is_empty() {
        let rules: Vec<_> = preview.rules.iter().map(|rule| plain(rule)).collect();
        let _ = write!(line, "; by the rules {}", rules.join(", "));
    }
    let document = preview.document.as_deref().unwrap_or_default();
    for text in document.lines().filter(|line| !line.trim().is_empty()) {
        let _ = write!(line, "\n    {}", plain(text));
    }
    line
}
