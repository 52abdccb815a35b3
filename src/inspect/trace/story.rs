//! What became of each subscription, publication and registration of a trace.

use std::collections::{BTreeMap, HashMap};

use super::steps::acknowledged;
use super::transaction::{Request, Transaction};
use crate::inspect::report::{Report, StoryKind};
use crate::inspect::text::{add, span};
use crate::package::Place;
use crate::package::refer::Stage;

/// One subscription, publication or registration, or another request that stands alone.
#[derive(Debug)]
pub(super) struct Story {
    pub(super) kind: StoryKind,
    /// The package, or of another request the method.
    pub(super) package: String,
    pub(super) resource: String,
    /// Who asked.
    pub(super) owner: String,
    pub(super) call_id: String,
    pub(super) actor: String,
    /// On what its first request went, and from where to where.
    pub(super) path: String,
    pub(super) line: u32,
    pub(super) steps: Vec<Step>,
    pub(super) end: End,
    pub(super) notifiers: BTreeMap<String, Notifier>,
    /// The line of a success that no NOTIFY has followed yet.
    pub(super) unconfirmed: Option<u32>,
    /// The lifetime last granted, in seconds.
    pub(super) lifetime: Option<u32>,
    /// The lifetime last asked for, in seconds.
    pub(super) asked: Option<u32>,
    /// Whether the last request asked for the end.
    pub(super) is_ending: bool,
}

/// One thing that happened.
#[derive(Debug)]
pub(super) struct Step {
    pub(super) line: u32,
    pub(super) time: Option<i64>,
    pub(super) text: String,
}

/// Where a story stands at the end of the trace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum End {
    /// Nothing has come of it.
    Open,
    /// Granted for so many seconds, as far as that is told.
    Granted(Option<u32>),
    /// Waits for somebody's decision.
    Pending,
    /// Over, with the reason.
    Ended(String),
    /// Refused, with the reason.
    Refused(String),
    /// Challenged, and no credentials followed.
    Challenged,
    /// Nobody answered.
    Silent,
}

/// One notifier of a subscription.
#[derive(Debug, Default)]
pub(super) struct Notifier {
    pub(super) cseq: u32,
    pub(super) state: String,
    pub(super) version: Option<u64>,
    /// How far it has come with the request that it was asked to send.
    pub(super) reference: Option<Stage>,
}

/// All stories, in the order in which they begin.
#[derive(Debug, Default)]
pub(super) struct Stories {
    pub(super) list: Vec<Story>,
    by_key: HashMap<String, usize>,
}

impl Stories {
    /// Takes a transaction; they come in order.
    pub(super) fn take(&mut self, transaction: &Transaction, report: &mut Report) {
        let Some(request) = &transaction.request else {
            return;
        };
        let (kind, key, package, resource, owner) = match transaction.method.as_str() {
            "SUBSCRIBE" | "REFER" => (
                StoryKind::Subscription,
                subscription(transaction, request, &request.from_tag),
                package(transaction, request),
                &request.to,
                &request.from,
            ),
            "NOTIFY" if request.to_tag.is_empty() => (
                StoryKind::Unsolicited,
                format!(
                    "u {} {} {} {}",
                    transaction.actor, request.from, request.to, request.package
                ),
                request.package.clone(),
                &request.from,
                &request.to,
            ),
            "NOTIFY" => (
                StoryKind::Subscription,
                subscription(transaction, request, &request.to_tag),
                package(transaction, request),
                &request.from,
                &request.to,
            ),
            "PUBLISH" => (
                StoryKind::Publication,
                format!(
                    "p {} {} {} {}",
                    transaction.actor, request.from, request.uri, request.package
                ),
                request.package.clone(),
                &request.uri,
                &request.from,
            ),
            "REGISTER" => (
                StoryKind::Registration,
                format!("r {} {} {}", transaction.actor, request.to, request.call_id),
                String::new(),
                &request.to,
                &request.from,
            ),
            method => (
                StoryKind::Request,
                format!("o {} {}", transaction.actor, self.list.len()),
                method.to_owned(),
                &request.uri,
                &request.from,
            ),
        };
        let index = *self.by_key.entry(key).or_insert_with(|| {
            self.list.push(Story {
                kind,
                package,
                resource: resource.clone(),
                owner: owner.clone(),
                call_id: request.call_id.clone(),
                actor: transaction.actor.clone(),
                path: transaction.path.clone(),
                line: transaction.line,
                steps: Vec::new(),
                end: End::Open,
                notifiers: BTreeMap::new(),
                unconfirmed: None,
                lifetime: None,
                asked: None,
                is_ending: false,
            });
            self.list.len() - 1
        });
        let story = &mut self.list[index];
        let mut text = match transaction.method.as_str() {
            "NOTIFY" => story.notified(transaction, request, report),
            "SUBSCRIBE" => story.asks(request, "asks"),
            "REGISTER" => story.asks(request, "registers"),
            "PUBLISH" => story.publishes(request),
            method => request.body.as_ref().map_or_else(
                || method.to_owned(),
                |body| format!("{method}: {}", body.words),
            ),
        };
        let answered = if transaction.method == "NOTIFY" {
            acknowledged(transaction, report)
        } else {
            story.answered(transaction, request, report)
        };
        if !answered.is_empty() {
            text.push_str(": ");
            text.push_str(&answered);
        }
        if transaction.repeats > 0 {
            add(
                &mut text,
                format_args!(", sent {} times", transaction.repeats + 1),
            );
        }
        if transaction.hops.len() > 1 {
            add(
                &mut text,
                format_args!(", seen at {} hops", transaction.hops.len()),
            );
        }
        story.steps.push(Step {
            line: transaction.line,
            time: transaction.time,
            text,
        });
    }

    /// Notes what is missing at the end of the trace.
    pub(super) fn close(&self, report: &mut Report) {
        for story in &self.list {
            if let Some(line) = story.unconfirmed
                && story.kind == StoryKind::Subscription
            {
                report.warn(
                    Some(Place::line(line)),
                    "no NOTIFY follows the success: the subscriber waits 32 s (Timer N), then gives up",
                    "RFC 6665 §4.1.2.4",
                );
            }
        }
    }
}

impl Story {
    /// How many notifiers are still heard.
    pub(super) fn live_notifiers(&self) -> usize {
        let live = |n: &&Notifier| n.state != "terminated" && !n.state.is_empty();
        self.notifiers.values().filter(live).count()
    }

    /// Where it stands at the end, in words.
    pub(super) fn end_words(&self) -> String {
        match &self.end {
            End::Open => "nothing has come of it".to_owned(),
            End::Granted(seconds) => {
                let word = match self.kind {
                    StoryKind::Subscription => "active",
                    StoryKind::Publication => "published",
                    StoryKind::Registration => "registered",
                    StoryKind::Unsolicited => "notified",
                    StoryKind::Request => "done",
                };
                match seconds {
                    Some(seconds) => format!("{word}, granted for {}", span(u64::from(*seconds))),
                    None => word.to_owned(),
                }
            }
            End::Pending => "waiting for somebody's approval".to_owned(),
            End::Ended(why) => format!("ended: {why}"),
            End::Refused(why) => format!("refused: {why}"),
            End::Challenged => "challenged, and no credentials followed".to_owned(),
            End::Silent => "nobody answered".to_owned(),
        }
    }
}

/// Time in microseconds, as a person reads it.
pub(super) fn instant(micros: i64) -> String {
    let millis = micros / 1000;
    match millis {
        0..1000 => format!("{millis} ms"),
        _ => format!("{}.{:03} s", millis / 1000, millis % 1000),
    }
}

/// A subscription is known by its dialog's Call-ID and the subscriber's tag; its notifiers may be several.
fn subscription(transaction: &Transaction, request: &Request, tag: &str) -> String {
    let id = if request.package == "refer" {
        ""
    } else {
        &request.id
    };
    format!(
        "s {} {} {tag} {} {id}",
        transaction.actor,
        request.call_id,
        package(transaction, request)
    )
}

fn package(transaction: &Transaction, request: &Request) -> String {
    if transaction.method == "REFER" {
        "refer".to_owned()
    } else {
        request.package.clone()
    }
}
