//! What was found out about an input.

use crate::package::dialog_info::Dialog;
use crate::package::message_summary::Summary;
use crate::package::presence::Shown;
use crate::package::refer::Stage;
use crate::package::watcher_info::Watcher;
use crate::package::{Place, Remark, Remarks};

use super::limits;
use super::text::masked;

/// What was found out about an input. Lines and problems are bounded; what is over the bound is counted.
#[derive(Debug, Default)]
pub struct Report {
    /// What the input is, in words.
    pub title: String,
    /// What the input is, by its stable name, such as `pidf`, `watcherinfo`, `sip` or `trace`; empty when unknown.
    pub format: &'static str,
    /// Whether nothing of it can be used.
    pub is_unusable: bool,
    /// Why nothing of it can be used; one of the problems.
    pub reason: Option<Problem>,
    /// What is understood, in the order of the file.
    pub lines: Vec<Line>,
    /// States, as the live commands would tell them.
    pub facts: Vec<Fact>,
    /// What is wrong, and what is ignored.
    pub problems: Vec<Problem>,
    /// Lines that were left out.
    pub lines_left_out: usize,
    /// States that were left out.
    pub facts_left_out: usize,
    /// Whether there are more messages than were looked at.
    pub is_cut: bool,
    /// Problems that were left out, by their severity.
    pub(super) problems_left_out: [usize; Severity::COUNT],
    /// The whole in a few words.
    pub(super) gist: Option<String>,
    /// Number of the document within its subscription, and whether it tells everything.
    pub(super) version: Option<(u64, bool)>,
    /// How far a reference has come, in a message fragment.
    pub(super) reference: Option<Stage>,
}

/// One thing that is understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The line of the file, from 1; `None` for what follows from all of it.
    pub line: Option<u32>,
    /// How deep it lies in others.
    pub depth: u8,
    /// What it is about.
    pub label: String,
    /// What is said.
    pub text: String,
}

/// A state that a live command would print as a line.
#[derive(Debug, Clone, PartialEq)]
pub enum Fact {
    /// What is shown for a presentity.
    Presence {
        /// Whose presence it is.
        resource: String,
        /// What is shown.
        shown: Box<Shown>,
    },
    /// A message summary.
    Messages(Box<Summary>),
    /// One watcher.
    Watcher {
        /// The watched address.
        resource: String,
        /// The watched package.
        package: String,
        /// The watcher.
        watcher: Box<Watcher>,
    },
    /// One call of an observed user.
    Dialog {
        /// The observed user; empty when the document does not tell.
        resource: String,
        /// The call.
        dialog: Box<Dialog>,
    },
    /// What a rule document decides about somebody.
    Rule(RuleLine),
    /// What became of something in a trace.
    Story(StoryLine),
}

/// What became of something in a trace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoryLine {
    /// What it is.
    pub kind: StoryKind,
    /// The package; of a lone request its method.
    pub package: String,
    /// What it is about.
    pub resource: String,
    /// Who asked.
    pub owner: String,
    /// The Call-ID.
    pub call_id: String,
    /// Where it begins.
    pub line: u32,
    /// How many requests belong to it.
    pub requests: usize,
    /// Notifiers that are still heard at the end.
    pub notifiers: usize,
    /// Where it stands at the end, in words.
    pub end: String,
}

/// What a story is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StoryKind {
    /// SUBSCRIBE or REFER, and the NOTIFYs.
    Subscription,
    /// PUBLISH.
    Publication,
    /// REGISTER.
    Registration,
    /// A NOTIFY that nobody subscribed to.
    Unsolicited,
    /// Any other request.
    Request,
}

impl StoryKind {
    /// The stable name.
    pub fn token(self) -> &'static str {
        match self {
            Self::Subscription => "subscription",
            Self::Publication => "publication",
            Self::Registration => "registration",
            Self::Unsolicited => "unsolicited",
            Self::Request => "request",
        }
    }
}

/// What a rule document decides about somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleLine {
    /// The address, `*@domain`, or `*` for everybody.
    pub watcher: String,
    /// The decision, by its stable name.
    pub decision: &'static str,
    /// The rule and its conditions, in words.
    pub reason: String,
}

/// How much a [`Problem`] matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// It cannot be used, or breaks a rule that others rely on.
    Error,
    /// Against the rules, or likely to cause trouble.
    Warning,
    /// Allowed, but nothing is made of it here.
    Ignored,
}

/// Something that is wrong or ignored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// How much it matters.
    pub severity: Severity,
    /// Where it stands; `None` when it stands nowhere, or everywhere.
    pub place: Option<Place>,
    /// What was found, as a sentence without a full stop.
    pub message: String,
    /// The rule it is measured by, such as `RFC 3863 §4.1.4`.
    pub source: &'static str,
}

/// How the places of an inner document become places of the outer one.
#[derive(Debug, Clone, Copy)]
pub(super) enum Origin {
    /// The inner document begins behind so many lines.
    After(u32),
    /// The inner document was decoded, so that its lines are its own; it stands here.
    Decoded(Place),
    /// The inner document came in the packet of this number, so that its lines are its own.
    Packet(u32),
}

impl Severity {
    /// How many there are.
    const COUNT: usize = 3;

    /// The stable name.
    pub fn token(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Ignored => "ignored",
        }
    }
}

impl Report {
    /// How many problems there are of a severity, those that were left out among them.
    pub fn count(&self, severity: Severity) -> usize {
        let of_it = |problem: &&Problem| problem.severity == severity;
        let told = self.problems.iter().filter(of_it).count();
        told + self.problems_left_out[severity as usize]
    }

    /// How many problems were left out.
    pub fn problems_left_out(&self) -> usize {
        self.problems_left_out.iter().sum()
    }

    /// Whether anything is wrong enough that others will stumble over it.
    pub fn has_errors(&self) -> bool {
        self.is_unusable || self.count(Severity::Error) > 0
    }

    /// The whole in a few words.
    pub fn gist(&self) -> Option<&str> {
        self.gist.as_deref()
    }

    pub(super) fn say(
        &mut self,
        line: Option<u32>,
        depth: u8,
        label: impl Into<String>,
        text: impl Into<String>,
    ) {
        if self.lines.len() >= limits::LINES {
            self.lines_left_out += 1;
            return;
        }
        self.lines.push(Line {
            line,
            depth,
            label: clip(&label.into()),
            text: clip(&text.into()),
        });
    }

    pub(super) fn fact(&mut self, fact: Fact) {
        if self.facts.len() < limits::FACTS {
            self.facts.push(fact);
        } else {
            self.facts_left_out += 1;
        }
    }

    pub(super) fn error(
        &mut self,
        place: Option<Place>,
        message: impl Into<String>,
        source: &'static str,
    ) {
        self.problem(Severity::Error, place, message, source);
    }

    pub(super) fn warn(
        &mut self,
        place: Option<Place>,
        message: impl Into<String>,
        source: &'static str,
    ) {
        self.problem(Severity::Warning, place, message, source);
    }

    pub(super) fn ignore(
        &mut self,
        place: Option<Place>,
        message: impl Into<String>,
        source: &'static str,
    ) {
        self.problem(Severity::Ignored, place, message, source);
    }

    pub(super) fn problem(
        &mut self,
        severity: Severity,
        place: Option<Place>,
        message: impl Into<String>,
        source: &'static str,
    ) {
        if self.problems.len() >= limits::PROBLEMS {
            // An error is worth more than what is less.
            let lesser = |known: &Problem| known.severity > severity;
            let left_out = match self.problems.iter().rposition(lesser) {
                Some(index) => self.problems.remove(index).severity,
                None => severity,
            };
            self.problems_left_out[left_out as usize] += 1;
            if self.problems.len() >= limits::PROBLEMS {
                return;
            }
        }
        self.problems.push(Problem {
            severity,
            place,
            message: clip(&message.into()),
            source,
        });
    }

    /// Notes why nothing of the input can be used.
    pub(super) fn unusable(&mut self, message: impl Into<String>, source: &'static str) {
        self.unusable_at(None, message, source);
    }

    /// Notes why nothing of the input can be used, and where.
    pub(super) fn unusable_at(
        &mut self,
        place: Option<Place>,
        message: impl Into<String>,
        source: &'static str,
    ) {
        let reason = Problem {
            severity: Severity::Error,
            place,
            message: clip(&message.into()),
            source,
        };
        self.is_unusable = true;
        self.error(place, reason.message.clone(), source);
        self.reason.get_or_insert(reason);
    }

    /// Takes over what a reader has remarked.
    pub(super) fn remarks(&mut self, remarks: &Remarks) {
        for remark in remarks {
            self.remark(remark);
        }
    }

    /// The same, of a reader that has seen more than another before it: what is known is not told twice.
    pub(super) fn further_remarks(&mut self, remarks: &Remarks) {
        for remark in remarks {
            let is_known = |problem: &Problem| {
                problem.place == Some(remark.place) && problem.message == remark.message
            };
            if !self.problems.iter().any(is_known) {
                self.remark(remark);
            }
        }
    }

    fn remark(&mut self, remark: &Remark) {
        let severity = match remark.severity {
            crate::package::Severity::Warning => Severity::Warning,
            crate::package::Severity::Ignored => Severity::Ignored,
        };
        self.problem(
            severity,
            Some(remark.place),
            remark.message.clone(),
            remark.source,
        );
    }

    /// Takes over everything that was found out about an inner document.
    pub(super) fn absorb(&mut self, inner: Self, origin: Origin, depth: u8) {
        for line in inner.lines {
            let at = match origin {
                Origin::After(before) => line.line.map(|line| line.saturating_add(before)),
                Origin::Decoded(_) | Origin::Packet(_) => None,
            };
            self.say(at, line.depth.saturating_add(depth), line.label, line.text);
        }
        for fact in inner.facts {
            self.fact(fact);
        }
        for problem in inner.problems {
            let problem = origin.outer(problem);
            self.problem(
                problem.severity,
                problem.place,
                problem.message,
                problem.source,
            );
        }
        if let (None, Some(reason)) = (&self.reason, inner.reason) {
            self.reason = Some(origin.outer(reason));
        }
        self.lines_left_out += inner.lines_left_out;
        self.facts_left_out += inner.facts_left_out;
        self.is_cut |= inner.is_cut;
        for (mine, its) in self
            .problems_left_out
            .iter_mut()
            .zip(inner.problems_left_out)
        {
            *mine += its;
        }
    }
}

impl Origin {
    /// A problem of an inner document as one of the outer.
    fn outer(self, problem: Problem) -> Problem {
        let (place, message) = match (self, problem.place) {
            // What stands nowhere in an inner document stands at its beginning.
            (Self::After(before), None) if before > 0 => {
                (Some(Place::line(before.saturating_add(1))), problem.message)
            }
            (Self::After(before), place) => {
                (place.map(|place| below(place, before)), problem.message)
            }
            (Self::Decoded(at), Some(place)) => (
                Some(at),
                format!("{} ({place} of the decoded body)", problem.message),
            ),
            (Self::Packet(number), Some(place)) => (
                Some(Place::line(number)),
                format!("{} ({place} of the packet)", problem.message),
            ),
            (Self::Decoded(at), None) => (Some(at), problem.message),
            (Self::Packet(number), None) => (Some(Place::line(number)), problem.message),
        };
        Problem {
            place,
            message,
            ..problem
        }
    }
}

/// A place so many lines further down.
pub(super) fn below(place: Place, lines: u32) -> Place {
    Place {
        line: place.line.saturating_add(lines),
        column: place.column,
    }
}

/// The beginning of a text, without passwords: one that is cut in the middle could not be seen any more.
fn clip(text: &str) -> String {
    let text = masked(text);
    match text.char_indices().nth(limits::TEXT_CHARS) {
        None => text.into_owned(),
        Some((end, _)) => format!("{}…", &text[..end]),
    }
}
