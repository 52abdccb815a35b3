//! What one request and its answer mean for the story they belong to.

use super::failure;
use super::story::{End, Notifier, Story, instant};
use super::transaction::{Answer, BodyGist, Request, Transaction};
use crate::inspect::message::reason_words;
use crate::inspect::report::{Report, StoryKind};
use crate::inspect::text::{add, span};
use crate::package::Place;
use crate::package::refer::Stage;

impl Story {
    pub(super) fn asks(&mut self, request: &Request, verb: &str) -> String {
        self.asked = request.expires;
        self.is_ending = request.expires == Some(0);
        let fresh = matches!(self.end, End::Open | End::Challenged | End::Silent)
            || (self.kind == StoryKind::Subscription && request.to_tag.is_empty());
        let again = !fresh;
        match request.expires {
            Some(0) if self.kind == StoryKind::Registration => "asks to end it".to_owned(),
            Some(0) if again || !request.to_tag.is_empty() => "asks to end it".to_owned(),
            Some(0) => format!("{verb} once"),
            Some(seconds) if again => format!("refreshes for {}", span(u64::from(seconds))),
            Some(seconds) => format!("{verb} for {}", span(u64::from(seconds))),
            None => format!("{verb}, without saying for how long"),
        }
    }

    pub(super) fn publishes(&mut self, request: &Request) -> String {
        self.asked = request.expires;
        let body = request.body.as_ref();
        let what = body.map_or_else(String::new, |body| format!(" {}", body.words));
        match (&request.if_match, request.expires) {
            (Some(_), Some(0)) => "removes it".to_owned(),
            (Some(tag), _) if body.is_none() => format!("refreshes {tag}"),
            (Some(tag), _) => format!("replaces {tag} with{what}"),
            (None, _) => format!("publishes{what}"),
        }
    }

    pub(super) fn answered(
        &mut self,
        transaction: &Transaction,
        request: &Request,
        report: &mut Report,
    ) -> String {
        let at = Place::line(transaction.line);
        let Some(answer) = transaction.outcome() else {
            return self.silent(transaction, report);
        };
        let after = delay(transaction, answer);
        match answer.status {
            200..=299 => self.granted(request, answer, report) + &after,
            401 | 407 if answer.refuses(&request.credentials) && !answer.is_stale => {
                self.end = End::Refused(format!("the credentials ({})", answer.status));
                report.error(
                    Some(Place::line(answer.line)),
                    "challenged again though credentials were sent: user name, password or realm is wrong",
                    "RFC 3261 §22.3",
                );
                format!("the credentials are refused ({}){after}", answer.status)
            }
            401 | 407 => {
                if self.end == End::Open {
                    self.end = End::Challenged;
                }
                let why = if answer.is_stale {
                    ", the nonce is too old"
                } else if !request.credentials.is_empty() {
                    ", by somebody else"
                } else {
                    ""
                };
                format!("challenged ({}{why}){after}", answer.status)
            }
            status => {
                let mut text = answer.words();
                if let Some(seconds) = answer.min_expires {
                    add(
                        &mut text,
                        format_args!(", at least {}", span(u64::from(seconds))),
                    );
                }
                if let Some(seconds) = answer.retry_after {
                    add(
                        &mut text,
                        format_args!(", again in {}", span(u64::from(seconds))),
                    );
                }
                // The same is tried again, with more time, later, or anew.
                if !matches!(status, 412 | 423 | 491) {
                    self.end = End::Refused(answer.words());
                }
                if let Some(why) = failure::explain(status, &transaction.method) {
                    report.error(
                        Some(at),
                        format!("{} to {}: {why}", answer.words(), transaction.method),
                        "RFC 3261 §21",
                    );
                }
                format!("{text}{after}")
            }
        }
    }

    fn silent(&mut self, transaction: &Transaction, report: &mut Report) -> String {
        let provisional = transaction.answers.first();
        if self.end == End::Open {
            self.end = End::Silent;
        }
        let waited = transaction.last.zip(transaction.time).map(|(l, f)| l - f);
        // A single request may be the last thing that the trace shows.
        if transaction.repeats > 0 && provisional.is_none() {
            let waited = waited.map_or_else(String::new, |w| format!(" in {}", instant(w)));
            report.error(
                Some(Place::line(transaction.line)),
                format!(
                    "{} was sent {} times{waited} and nobody answered: wrong address, a firewall, or the server is down",
                    transaction.method,
                    transaction.repeats + 1
                ),
                "RFC 3261 §17.1.2",
            );
        }
        match provisional {
            Some(answer) => format!("{}, and nothing further", answer.words()),
            None => "no answer".to_owned(),
        }
    }

    fn granted(&mut self, request: &Request, answer: &Answer, report: &mut Report) -> String {
        let granted = answer.expires;
        self.lifetime = granted;
        if let (Some(asked), Some(granted)) = (self.asked, granted)
            && granted > asked
            && self.kind == StoryKind::Subscription
        {
            report.error(
                Some(Place::line(answer.line)),
                format!("granted {granted} s, which is more than the {asked} s asked for"),
                "RFC 6665 §3.1.1",
            );
        }
        let over =
            request.expires == Some(0) || (granted == Some(0) && self.kind != StoryKind::Request);
        match self.kind {
            StoryKind::Request => {
                self.end = End::Granted(None);
                return answer.words();
            }
            _ if over => {
                self.end = End::Ended("as asked".to_owned());
                if self.live_notifiers() > 0 || self.notifiers.is_empty() {
                    self.unconfirmed = Some(answer.line);
                }
                return format!("{} {}", answer.status, answer.reason);
            }
            _ => {}
        }
        if !matches!(self.end, End::Pending | End::Ended(_)) || request.to_tag.is_empty() {
            // A NOTIFY may have come first and said more.
            let pending = self.notifiers.values().any(|n| n.state == "pending");
            if self.notifiers.is_empty() {
                self.unconfirmed = Some(answer.line);
            }
            self.end = if pending {
                End::Pending
            } else {
                End::Granted(granted)
            };
        }
        let mut text = match granted {
            Some(seconds) => format!("granted {} ({})", span(u64::from(seconds)), answer.status),
            None => format!("granted ({})", answer.status),
        };
        if let Some(tag) = &answer.etag {
            add(&mut text, format_args!(", entity tag {tag}"));
        }
        text
    }

    pub(super) fn notified(
        &mut self,
        transaction: &Transaction,
        request: &Request,
        report: &mut Report,
    ) -> String {
        self.unconfirmed = None;
        let at = Some(Place::line(transaction.line));
        let state = request.state.as_ref();
        // A flood of notifiers is counted as one.
        let known = self.notifiers.contains_key(&request.from_tag);
        let tag = if known || self.notifiers.len() < NOTIFIERS {
            request.from_tag.clone()
        } else {
            String::new()
        };
        let notifier = self.notifiers.entry(tag.clone()).or_default();
        if notifier.state == "terminated" {
            report.warn(
                at,
                "a NOTIFY after the one that ended the subscription",
                "RFC 6665 §4.4.1",
            );
        }
        if request.cseq < notifier.cseq {
            report.error(
                at,
                format!("CSeq goes back from {} to {}", notifier.cseq, request.cseq),
                "RFC 3261 §12.2.2",
            );
        }
        notifier.cseq = notifier.cseq.max(request.cseq);
        if let Some(body) = &request.body {
            notifier.follow(body, at, report);
        }
        // Each that follows a forked REFER speaks for itself (RFC 3515 §3.9).
        let followed = notifier.reference.is_some_and(Stage::is_final);
        let several = self.notifiers.len() > 1;
        let mut text = "is notified".to_owned();
        if several {
            add(&mut text, format_args!(" by {}", request.from_tag));
        }
        if let Some(state) = state {
            if let Some(notifier) = self.notifiers.get_mut(&tag) {
                notifier.state.clone_from(&state.word);
            }
            add(&mut text, format_args!(": {}", state.words));
            self.end = match state.word.as_str() {
                "pending" => End::Pending,
                "terminated" if self.live_notifiers() == 0 => {
                    let reason = state.reason.as_deref();
                    let as_asked = self.is_ending && matches!(reason, None | Some("timeout"));
                    let reason = reason.filter(|_| !as_asked);
                    End::Ended(match (reason, reason.and_then(reason_words)) {
                        (Some(reason), Some(words)) => format!("{reason} ({words})"),
                        (Some(reason), None) => reason.to_owned(),
                        (None, _) if as_asked => "as asked".to_owned(),
                        (None, _) => "no reason was told".to_owned(),
                    })
                }
                "terminated" => self.end.clone(),
                _ => End::Granted(self.lifetime),
            };
        }
        match &request.body {
            Some(body) => add(&mut text, format_args!("; {}", body.words)),
            None => text.push_str("; no body"),
        }
        let is_over = state.is_some_and(|state| state.word == "terminated");
        if self.package == "refer" && is_over && !followed {
            text.push_str("; what became of the request is not told");
        }
        text
    }
}

impl Notifier {
    /// Compares the number of a document with that of the one before (RFC 3858 §4, RFC 4235 §4.3).
    fn follow(&mut self, body: &BodyGist, at: Option<Place>, report: &mut Report) {
        self.reference = body.reference.or(self.reference);
        let Some((version, full)) = body.version else {
            return;
        };
        let source = match body.format {
            "watcherinfo" => "RFC 3858 §4",
            "dialog-info" => "RFC 4235 §4.3",
            "reginfo" => "RFC 3680 §5",
            "rlmi" => "RFC 4662 §5.2",
            _ => "RFC 6665 §5.4.3",
        };
        if let Some(held) = self.version {
            if version > held.saturating_add(1) && !full {
                report.error(
                    at,
                    format!("version {version} follows {held}: a partial document was lost, the state must be asked for anew"),
                    source,
                );
            } else if version <= held {
                report.error(
                    at,
                    format!("version {version} follows {held}: a subscriber discards it"),
                    source,
                );
            }
        } else if !full {
            report.warn(
                at,
                "the first document that the trace shows is partial",
                source,
            );
        }
        self.version = Some(version.max(self.version.unwrap_or_default()));
    }
}

/// How a NOTIFY was answered.
pub(super) fn acknowledged(transaction: &Transaction, report: &mut Report) -> String {
    match transaction.outcome() {
        None if transaction.repeats > 0 => {
            report.error(
                Some(Place::line(transaction.line)),
                "the subscriber does not answer the NOTIFY: the notifier ends the subscription",
                "RFC 6665 §4.2.2",
            );
            "not answered".to_owned()
        }
        None => "not answered".to_owned(),
        Some(answer) if answer.status < 300 => String::new(),
        Some(answer) => {
            if let Some(why) = failure::explain(answer.status, "NOTIFY") {
                report.error(
                    Some(Place::line(answer.line)),
                    format!("{} to NOTIFY: {why}", answer.words()),
                    "RFC 6665 §4.2.2",
                );
            }
            format!("answered {}", answer.words())
        }
    }
}

fn delay(transaction: &Transaction, answer: &Answer) -> String {
    let passed = answer.time.zip(transaction.time).map(|(a, r)| a - r);
    match passed {
        Some(micros) if micros >= SLOW => format!(" after {}", instant(micros)),
        _ => String::new(),
    }
}

/// An answer that takes longer is worth a word.
const SLOW: i64 = 500_000;
/// Notifiers of one subscription that are told apart.
const NOTIFIERS: usize = 1_000;
