//! Watcher information (RFC 3858): who watches, who waits, and since when.

use super::{Context, Unusable};
use crate::inspect::outline::Outline;
use crate::inspect::report::{Fact, Report};
use crate::inspect::text::{add, count, span};
use crate::package::watcher_info::{Document, State, Watcher, WatcherEvent, WatcherStatus};

/// Says what is in a watcher information document.
pub(super) fn explain(context: &Context<'_>, report: &mut Report) -> Result<(), Unusable> {
    let document = Document::parse(&context.body)?;
    let mut outline = Outline::of(&context.body);
    let full = document.state == State::Full;
    let state = if full {
        "full: every watcher is in it"
    } else {
        "partial: only what changed"
    };
    report.say(
        outline.root(),
        0,
        "version",
        format!("{}, {state}", document.version),
    );
    report.version = Some((document.version, full));
    let (mut watchers, mut waiting) = (0, 0);
    for list in &document.lists {
        let line = outline.next("watcher-list", &list.resource);
        report.say(
            line,
            0,
            format!("watchers of {}", list.resource),
            format!(
                "package {}, {}",
                list.package,
                count(list.watchers.len(), "watcher")
            ),
        );
        for watcher in &list.watchers {
            watchers += 1;
            waiting += usize::from(watcher.status.asks_for_decision());
            let line = outline.next("watcher", &watcher.id);
            report.say(line, 1, watcher.uri.clone(), words(watcher));
            report.fact(Fact::Watcher {
                resource: list.resource.clone(),
                package: list.package.clone(),
                watcher: Box::new(watcher.clone()),
            });
        }
    }
    let mut gist = count(watchers, "watcher");
    if waiting > 0 {
        add(
            &mut gist,
            format_args!(", {waiting} waiting for a decision"),
        );
    }
    report.gist = Some(gist);
    report.remarks(&document.remarks);
    Ok(())
}

fn words(watcher: &Watcher) -> String {
    let mut text = match &watcher.status {
        WatcherStatus::Pending => "asks to watch, and waits for a decision".to_owned(),
        WatcherStatus::Waiting => "asked to watch, and left before anybody decided".to_owned(),
        WatcherStatus::Active => "watches".to_owned(),
        WatcherStatus::Terminated => "no longer watches".to_owned(),
        WatcherStatus::Other(word) => format!("{word} (a status that is not known)"),
    };
    let event = match &watcher.event {
        WatcherEvent::Subscribe => "it subscribed",
        WatcherEvent::Approved => "it was allowed",
        WatcherEvent::Deactivated => "the server ended it, to be tried again at once",
        WatcherEvent::Probation => "the server ended it, to be tried again later",
        WatcherEvent::Rejected => "it was refused",
        WatcherEvent::Timeout => "it was not refreshed",
        WatcherEvent::GiveUp => "nobody decided in time",
        WatcherEvent::NoResource => "the resource is gone",
        WatcherEvent::Other(word) => word,
    };
    if !event.is_empty() {
        add(&mut text, format_args!(" ({event})"));
    }
    if let Some(name) = &watcher.display_name {
        add(&mut text, format_args!(", calls itself “{name}”"));
    }
    if let Some(seconds) = watcher.duration_subscribed {
        add(&mut text, format_args!(", for {}", span(seconds)));
    }
    if let Some(seconds) = watcher.expiration {
        add(&mut text, format_args!(", ends in {}", span(seconds)));
    }
    add(&mut text, format_args!(", id {}", watcher.id));
    text
}
