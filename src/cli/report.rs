//! What `inspect` found out, as text for people and as JSON lines.

use std::fmt::Write as _;
use std::io;

use jiff::Timestamp;
use serde::Serialize;

use super::print::json_line;
use crate::account::{
    Dialog, DocumentCause, Event, Messages, Notify, Presence, Rule, Watcher, plain,
};
use crate::inspect::{self, Fact, Line, Problem, Report, Severity};

/// A line that only `inspect` prints.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum Only<'a> {
    Document(Document<'a>),
    Understood(Understood),
    Story(Story<'a>),
    Problem(Trouble),
}

#[derive(Serialize)]
struct Document<'a> {
    /// The stable name of the format, or nothing.
    format: Option<&'a str>,
    title: String,
    usable: bool,
    /// Whether there are more messages than were looked at.
    cut: bool,
    /// What there would be more of below, but for the limits.
    understood_left_out: usize,
    states_left_out: usize,
    problems_left_out: usize,
}

/// One thing that is understood.
#[derive(Debug, Serialize)]
pub(super) struct Understood {
    line: Option<u32>,
    depth: u8,
    label: String,
    text: String,
}

/// One problem.
#[derive(Debug, Serialize)]
pub(super) struct Trouble {
    severity: &'static str,
    line: Option<u32>,
    column: Option<u32>,
    message: String,
    source: &'static str,
}

#[derive(Serialize)]
struct Story<'a> {
    kind: &'a str,
    package: String,
    resource: String,
    owner: String,
    call_id: String,
    line: u32,
    requests: usize,
    notifiers: usize,
    end: String,
}

/// A `notify` line with what is understood of its body.
#[derive(Serialize)]
pub(super) struct Explained<'a> {
    #[serde(flatten)]
    event: &'a Event,
    understood: Vec<Understood>,
    understood_left_out: usize,
    problems: Vec<Trouble>,
    problems_left_out: usize,
}

impl<'a> Explained<'a> {
    /// Explains the body of a NOTIFY.
    pub(super) fn new(event: &'a Event, notify: &Notify, now: Timestamp) -> Self {
        let report = body(notify, now);
        let report = report.as_ref();
        Self {
            event,
            understood: report.map_or_else(Vec::new, |r| r.lines.iter().map(understood).collect()),
            understood_left_out: report.map_or(0, |r| r.lines_left_out),
            problems: report.map_or_else(Vec::new, |r| r.problems.iter().map(trouble).collect()),
            problems_left_out: report.map_or(0, Report::problems_left_out),
        }
    }
}

/// Appends everything as JSON lines: what it is, what is understood, the states, the problems.
pub(super) fn json(out: &mut Vec<u8>, now: Timestamp, report: Report) -> io::Result<()> {
    let document = Document {
        format: Some(report.format).filter(|format| !format.is_empty()),
        title: shown(&report.title),
        usable: !report.is_unusable,
        cut: report.is_cut,
        understood_left_out: report.lines_left_out,
        states_left_out: report.facts_left_out,
        problems_left_out: report.problems_left_out(),
    };
    json_line(out, now, &Only::Document(document))?;
    for line in &report.lines {
        json_line(out, now, &Only::Understood(understood(line)))?;
    }
    for fact in report.facts {
        let from = out.len();
        self::fact(out, now, fact)?;
        without_passwords(out, from);
    }
    for problem in &report.problems {
        json_line(out, now, &Only::Problem(trouble(problem)))?;
    }
    Ok(())
}

/// The whole as text for a person.
pub(super) fn human(report: &Report, colored: bool) -> String {
    let paint = Paint { colored };
    let mut out = String::new();
    let _ = writeln!(out, "{}", paint.bold(&shown(&report.title)));
    if !report.lines.is_empty() {
        out.push('\n');
        lines(&mut out, &report.lines, "", paint);
    }
    if report.lines_left_out > 0 {
        let _ = writeln!(out, "... and {} more lines", report.lines_left_out);
    }
    if !report.problems.is_empty() {
        out.push('\n');
        problems(&mut out, &report.problems, "", paint);
    }
    if report.problems_left_out() > 0 {
        let _ = writeln!(out, "... and {} more problems", report.problems_left_out());
    }
    let _ = writeln!(out, "\n{}", verdict(report));
    out
}

/// What is understood of the body of a NOTIFY, in short, each line begun with a blank one; empty when there is none.
pub(super) fn short(notify: &Notify, now: Timestamp) -> String {
    let Some(report) = body(notify, now) else {
        return String::new();
    };
    let paint = Paint { colored: false };
    let mut out = String::new();
    if let Some(gist) = report.gist() {
        let _ = write!(out, "\n  {}: {}", shown(&report.title), shown(gist));
    }
    let most = report.lines.len().min(SHORT);
    let mut text = String::new();
    if report.gist().is_some() {
        lines(&mut text, &report.lines[..most], "  ", paint);
        let more = report.lines.len() - most + report.lines_left_out;
        if more > 0 {
            let _ = writeln!(text, "    ... and {more} more lines");
        }
    }
    let most = report.problems.len().min(SHORT);
    problems(&mut text, &report.problems[..most], "  ", paint);
    let more = report.problems.len() - most + report.problems_left_out();
    if more > 0 {
        let _ = writeln!(text, "    ... and {more} more problems");
    }
    if !text.is_empty() {
        out.push('\n');
        out.push_str(text.trim_end());
    }
    out
}

fn body(notify: &Notify, now: Timestamp) -> Option<Report> {
    use base64::Engine as _;

    let kind = notify.content_type.as_deref()?;
    let decoded;
    let bytes = match (&notify.body, &notify.body_base64) {
        (Some(text), _) => text.as_bytes(),
        (None, Some(encoded)) => {
            let engine = base64::engine::general_purpose::STANDARD;
            decoded = engine.decode(encoded).ok()?;
            &decoded
        }
        (None, None) => return None,
    };
    let languages = super::setup::languages(|name| std::env::var(name).ok());
    let languages: Vec<&str> = languages.iter().map(String::as_str).collect();
    let options = inspect::Options {
        content_type: Some(kind),
        languages: &languages,
        now,
    };
    Some(inspect::inspect(bytes, &options))
}

fn fact(out: &mut Vec<u8>, now: Timestamp, fact: Fact) -> io::Result<()> {
    let event = match fact {
        Fact::Presence { resource, shown } => {
            Event::Presence(Presence::of_document(&resource, *shown))
        }
        Fact::Messages(summary) => Event::Messages(Messages::of_summary(&summary)),
        Fact::Watcher {
            resource,
            package,
            watcher,
        } => Event::Watcher(Watcher::of_document(&resource, &package, &watcher)),
        Fact::Dialog { resource, dialog } => Event::Dialog(Dialog::of_document(&resource, &dialog)),
        Fact::Rule(rule) => Event::Rule(Rule {
            watcher: rule.watcher,
            decision: rule.decision.to_owned(),
            state: "written",
            reason: Some(rule.reason),
            fault: None,
            cause: DocumentCause::Other,
        }),
        Fact::Story(story) => {
            let story = Story {
                kind: story.kind.token(),
                package: shown(&story.package),
                resource: shown(&story.resource),
                owner: shown(&story.owner),
                call_id: shown(&story.call_id),
                line: story.line,
                requests: story.requests,
                notifiers: story.notifiers,
                end: shown(&story.end),
            };
            return json_line(out, now, &Only::Story(story));
        }
    };
    json_line(out, now, &event)
}

/// The lines of the live commands show addresses as they are; a file may hold anything.
fn without_passwords(out: &mut Vec<u8>, from: usize) {
    if let Ok(text) = std::str::from_utf8(&out[from..])
        && let std::borrow::Cow::Owned(masked) = inspect::masked(text)
    {
        out.truncate(from);
        out.extend_from_slice(masked.as_bytes());
    }
}

fn understood(line: &Line) -> Understood {
    Understood {
        line: line.line,
        depth: line.depth,
        label: shown(&line.label),
        text: shown(&line.text),
    }
}

fn trouble(problem: &Problem) -> Trouble {
    Trouble {
        severity: problem.severity.token(),
        line: problem.place.map(|place| place.line),
        column: problem.place.map(|place| place.column),
        message: shown(&problem.message),
        source: problem.source,
    }
}

fn lines(out: &mut String, lines: &[Line], margin: &str, paint: Paint) {
    let gutter = lines.iter().filter_map(|line| line.line).max().unwrap_or(0);
    let gutter = gutter.to_string().len().max(4);
    let width = |line: &Line| 2 * usize::from(line.depth) + line.label.chars().count();
    let labels = lines.iter().map(width).filter(|width| *width <= LABEL);
    let labels = labels.max().unwrap_or(0);
    for line in lines {
        let number = line.line.map_or_else(String::new, |n| n.to_string());
        let label = format!(
            "{}{}",
            "  ".repeat(usize::from(line.depth)),
            shown(&line.label)
        );
        let text = shown(&line.text);
        let row = format!("{label:labels$}  {text}");
        let number = paint.dim(&format!("{number:>gutter$}"));
        let _ = writeln!(out, "{margin}{number}  {}", row.trim_end());
    }
}

fn problems(out: &mut String, problems: &[Problem], margin: &str, paint: Paint) {
    let place = |problem: &Problem| {
        problem.place.map_or_else(String::new, |place| {
            format!("{}:{}", place.line, place.column)
        })
    };
    let gutter = problems.iter().map(|p| place(p).len()).max().unwrap_or(0);
    let gutter = gutter.max(4);
    for problem in problems {
        let severity = format!("{:7}", problem.severity.token());
        let severity = match problem.severity {
            Severity::Error => paint.red(&severity),
            Severity::Warning => paint.yellow(&severity),
            Severity::Ignored => paint.dim(&severity),
        };
        let _ = writeln!(
            out,
            "{margin}{:>gutter$}  {severity}  {} [{}]",
            place(problem),
            shown(&problem.message),
            problem.source
        );
    }
}

/// The last line: whether it can be used, and how much is wrong.
fn verdict(report: &Report) -> String {
    let mut text = if report.is_unusable {
        "unusable".to_owned()
    } else {
        "usable".to_owned()
    };
    let counts = [
        (Severity::Error, "error", "errors"),
        (Severity::Warning, "warning", "warnings"),
        (Severity::Ignored, "ignored", "ignored"),
    ];
    let told: Vec<String> = counts
        .into_iter()
        .map(|(severity, one, more)| (report.count(severity), one, more))
        .filter(|(count, ..)| *count > 0)
        .map(|(count, one, more)| format!("{count} {}", if count == 1 { one } else { more }))
        .collect();
    if told.is_empty() {
        text.push_str(", nothing is wrong");
    } else {
        let _ = write!(text, ": {}", told.join(", "));
    }
    text
}

/// Text from a file, made harmless and without passwords.
fn shown(text: &str) -> String {
    plain(&inspect::masked(text)).into_owned()
}

/// Colours on a terminal.
#[derive(Clone, Copy)]
struct Paint {
    colored: bool,
}

impl Paint {
    fn bold(self, text: &str) -> String {
        self.with("1", text)
    }

    fn dim(self, text: &str) -> String {
        self.with("2", text)
    }

    fn red(self, text: &str) -> String {
        self.with("31", text)
    }

    fn yellow(self, text: &str) -> String {
        self.with("33", text)
    }

    fn with(self, code: &str, text: &str) -> String {
        if self.colored && !text.trim().is_empty() {
            format!("\u{1b}[{code}m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    }
}

/// Longer labels push their text to the right.
const LABEL: usize = 28;
/// Lines shown below a NOTIFY.
const SHORT: usize = 24;
