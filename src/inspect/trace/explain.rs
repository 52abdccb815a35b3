//! Explains a trace: its stories first, then what is wrong in the messages.

use std::collections::HashMap;

use super::entry::{Entry, Trace};
use super::story::{Stories, instant};
use super::transaction::Transactions;
use crate::inspect::Options;
use crate::inspect::message;
use crate::inspect::report::{Fact, Origin, Problem, Report, StoryKind, StoryLine};
use crate::inspect::text::{add, count};
use crate::package::Place;

/// Explains a trace.
pub(in crate::inspect) fn explain(trace: Trace, options: &Options<'_>, report: &mut Report) {
    report.format = "trace";
    let mut problems = Grouped::default();
    for (place, fault) in trace.faults {
        problems.warn(place, fault);
    }
    let mut readable = 0;
    let mut transactions = Transactions::default();
    let mut http = Vec::new();
    for entry in &trace.entries {
        if message::is_http(&entry.raw.bytes) {
            http.push(entry);
            continue;
        }
        if take(entry, options, &mut transactions, &mut problems, report) {
            readable += 1;
        }
    }
    let mut told = Report::default();
    let mut stories = Stories::default();
    for transaction in &transactions.list {
        stories.take(transaction, &mut told);
    }
    stories.close(&mut told);
    report.title = title(&trace.entries, &transactions, &stories);
    report.is_cut = trace.is_cut;
    if trace.is_cut {
        add(
            &mut report.title,
            format_args!(", and more, which are not looked at"),
        );
    }
    let start = trace.entries.iter().find_map(|entry| entry.time);
    if trace.entries.iter().any(|entry| entry.packet.is_some()) {
        report.say(
            None,
            0,
            "numbers",
            "those of packets: a capture has no lines",
        );
    }
    tell(&stories, start, report);
    answers(&transactions, report);
    if readable > 0 && report.lines.is_empty() {
        report.say(None, 0, "stories", "none: nobody asks for anything");
    }
    documents(&http, start, options, &mut problems, report);
    for problem in told.problems {
        problems.take(problem);
    }
    problems.into_report(report);
    if readable == 0 && http.is_empty() {
        let is_blank = |entry: &Entry| entry.raw.bytes.trim_ascii().is_empty();
        let why = if trace.entries.iter().all(is_blank) {
            "there is no message in it"
        } else {
            "none of its messages can be read"
        };
        report.unusable(why, "RFC 3261 §7");
    }
    report.gist = Some(report.title.clone());
}

/// Reads one message into its transaction, and says whether it could be read.
fn take(
    entry: &Entry,
    options: &Options<'_>,
    transactions: &mut Transactions,
    problems: &mut Grouped,
    report: &mut Report,
) -> bool {
    let blank = entry.raw.bytes.trim_ascii().is_empty();
    // A keep-alive.
    if blank {
        return false;
    }
    let mut found = Report::default();
    let read = message::read(&entry.raw, options, false, &mut found);
    let line = entry
        .packet
        .unwrap_or_else(|| entry.raw.before.saturating_add(1));
    let is_readable = read.is_some();
    let (mut is_new, mut inner) = (false, None);
    if let Some(read) = read {
        is_new = transactions.take(entry, line, &read.message, read.body.as_ref());
        inner = read.body;
    }
    let origin = match entry.packet {
        Some(packet) => Origin::Packet(packet),
        None => Origin::After(0),
    };
    let mut both = Report::default();
    both.absorb(found, origin, 0);
    if let Some(body) = inner {
        both.absorb(body, origin, 0);
    }
    for problem in both.problems {
        problems.take(problem);
    }
    // What was told once is no news.
    for fact in both.facts.into_iter().filter(|_| is_new) {
        report.fact(fact);
    }
    is_readable
}

fn title(entries: &[Entry], transactions: &Transactions, stories: &Stories) -> String {
    let mut title = format!("trace of {}", count(entries.len(), "message"));
    let requests = transactions.list.iter().filter(|t| t.request.is_some());
    add(
        &mut title,
        format_args!(", {}", count(requests.count(), "request")),
    );
    for (kind, word) in [
        (StoryKind::Registration, "registration"),
        (StoryKind::Subscription, "subscription"),
        (StoryKind::Publication, "publication"),
    ] {
        let number = stories.list.iter().filter(|s| s.kind == kind).count();
        if number > 0 {
            add(&mut title, format_args!(", {}", count(number, word)));
        }
    }
    let times = entries.iter().filter_map(|entry| entry.time);
    if let (Some(first), Some(last)) = (times.clone().min(), times.max())
        && last > first
    {
        add(&mut title, format_args!(", {}", instant(last - first)));
    }
    title
}

fn tell(stories: &Stories, start: Option<i64>, report: &mut Report) {
    for story in &stories.list {
        let (label, mut text) = match story.kind {
            StoryKind::Subscription => (
                "subscription",
                format!("{} to {} of {}", story.owner, story.package, story.resource),
            ),
            StoryKind::Publication => (
                "publication",
                format!(
                    "{} publishes {} for {}",
                    story.owner, story.package, story.resource
                ),
            ),
            StoryKind::Registration => ("registration", story.resource.clone()),
            StoryKind::Unsolicited => (
                "unsolicited",
                format!(
                    "{} is notified of {} by {}, outside any subscription",
                    story.owner, story.package, story.resource
                ),
            ),
            StoryKind::Request => (
                "request",
                format!(
                    "{} from {} to {}",
                    story.package, story.owner, story.resource
                ),
            ),
        };
        if !story.path.is_empty() {
            add(&mut text, format_args!(", {}", story.path));
        }
        if !story.actor.is_empty() && story.actor != "siskin" {
            add(&mut text, format_args!(" (seen by {})", story.actor));
        }
        report.say(Some(story.line), 0, label, text);
        for step in &story.steps {
            let at = moment(step.time, start);
            report.say(Some(step.line), 1, at, step.text.clone());
        }
        let end = story.end_words();
        report.say(None, 1, "at the end", end.clone());
        report.fact(Fact::Story(StoryLine {
            kind: story.kind,
            package: story.package.clone(),
            resource: story.resource.clone(),
            owner: story.owner.clone(),
            call_id: story.call_id.clone(),
            line: story.line,
            requests: story.steps.len(),
            notifiers: story.live_notifiers(),
            end,
        }));
    }
}

/// Responses whose requests are not there, and so belong to no story.
fn answers(transactions: &Transactions, report: &mut Report) {
    for transaction in transactions.list.iter().filter(|t| t.request.is_none()) {
        for answer in &transaction.answers {
            let text = format!(
                "{} to a {} that the trace does not show",
                answer.words(),
                transaction.method
            );
            report.say(Some(answer.line), 0, "response", text);
        }
    }
}

/// XCAP: what was asked for, and what came.
fn documents(
    entries: &[&Entry],
    start: Option<i64>,
    options: &Options<'_>,
    problems: &mut Grouped,
    report: &mut Report,
) {
    if entries.is_empty() {
        return;
    }
    let first = entries[0].raw.before.saturating_add(1);
    report.say(
        Some(first),
        0,
        "documents",
        count(entries.len(), "HTTP message"),
    );
    for entry in entries {
        let (mut text, body) = message::explain_http(&entry.raw, options);
        if let Some(body) = body {
            let gist = body.gist.clone().unwrap_or_else(|| body.title.clone());
            add(&mut text, format_args!("; {gist}"));
            for problem in body.problems {
                problems.take(problem);
            }
        }
        let line = entry
            .packet
            .unwrap_or_else(|| entry.raw.before.saturating_add(1));
        report.say(Some(line), 1, moment(entry.time, start), text);
    }
}

/// Time since the start of the trace.
fn moment(time: Option<i64>, start: Option<i64>) -> String {
    time.zip(start).map_or_else(String::new, |(time, start)| {
        let micros = time - start;
        let sign = if micros < 0 { "-" } else { "+" };
        let micros = micros.unsigned_abs();
        format!("{sign}{}.{:03}", micros / 1_000_000, micros / 1000 % 1000)
    })
}

/// Problems of many messages: the same one is told once, with how often it was found.
#[derive(Default)]
struct Grouped {
    list: Vec<(Problem, usize)>,
    known: HashMap<(String, &'static str), usize>,
}

impl Grouped {
    fn take(&mut self, problem: Problem) {
        let key = (problem.message.clone(), problem.source);
        if let Some(&index) = self.known.get(&key) {
            self.list[index].1 += 1;
            return;
        }
        self.known.insert(key, self.list.len());
        self.list.push((problem, 0));
    }

    fn warn(&mut self, place: Option<Place>, message: String) {
        self.take(Problem {
            severity: crate::inspect::Severity::Warning,
            place,
            message,
            source: "the form of the file",
        });
    }

    fn into_report(mut self, report: &mut Report) {
        self.list
            .sort_by_key(|(problem, _)| (problem.severity, problem.place));
        for (problem, more) in self.list {
            let message = if more > 0 {
                format!("{} (and {more} more like it)", problem.message)
            } else {
                problem.message
            };
            report.problem(problem.severity, problem.place, message, problem.source);
        }
    }
}
