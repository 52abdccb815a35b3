//! Lines on standard output: JSON for scripts, calm sentences for people.

mod dialog;
mod health;
mod preview;
mod publication;

use std::fmt::Write as _;
use std::io::{self, Write};

use jiff::Timestamp;

use super::report::{self, Explained};
use crate::account::{
    BuddyReport, Counts, Event, ListState, Messages, NewMessage, Notify, Presence, Registration,
    Rule, Subscription, Watcher, plain,
};

/// Writes events as lines. Errors are those of the writer; a closed pipe is one of them.
pub(super) struct Printer<W> {
    out: W,
    json: bool,
    buffer: Vec<u8>,
}

impl<W: Write> Printer<W> {
    pub(super) fn new(out: W, json: bool) -> Self {
        Self {
            out,
            json,
            buffer: Vec::new(),
        }
    }

    /// Appends one event; call [`Self::flush`] when a batch is done.
    pub(super) fn event(&mut self, now: Timestamp, event: &Event) -> io::Result<()> {
        if self.json {
            match event {
                Event::Notify(notify) => {
                    let explained = Explained::new(event, notify, now);
                    json_line(&mut self.buffer, now, &explained)?;
                }
                _ => json_line(&mut self.buffer, now, event)?,
            }
        } else if let Some(text) = human(event) {
            self.buffer.extend_from_slice(text.as_bytes());
            if let Event::Notify(notify) = event {
                let below = report::short(notify, now);
                self.buffer.extend_from_slice(below.as_bytes());
            }
            self.buffer.push(b'\n');
        }
        if self.buffer.len() >= FLUSH_AT {
            self.flush()?;
        }
        Ok(())
    }

    /// Writes a text as it is.
    pub(super) fn text(&mut self, text: &str) -> io::Result<()> {
        self.buffer.extend_from_slice(text.as_bytes());
        self.flush()
    }

    /// Writes everything out.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        if self.buffer.is_empty() {
            return Ok(());
        }
        let written = self
            .out
            .write_all(&self.buffer)
            .and_then(|()| self.out.flush());
        self.buffer.clear();
        written
    }
}

/// Appends `{"time":...,` and the rest of the serialised value, and a line feed.
pub(super) fn json_line(
    out: &mut Vec<u8>,
    now: Timestamp,
    value: &impl serde::Serialize,
) -> io::Result<()> {
    let start = out.len();
    write!(out, "{{\"time\":\"{now:.3}\",")?;
    let body = out.len();
    serde_json::to_writer(&mut *out, value).map_err(io::Error::other)?;
    if out.get(body) != Some(&b'{') || out.len() <= body + 2 {
        out.truncate(start);
        return Err(io::Error::other("an event is not an object"));
    }
    out.remove(body);
    out.push(b'\n');
    Ok(())
}

/// The sentence for a person; `None` for what only scripts want.
pub(super) fn human(event: &Event) -> Option<String> {
    Some(match event {
        Event::Registration(registration) => self::registration(registration),
        Event::Subscription(subscription) => self::subscription(subscription)?,
        Event::Presence(presence) => self::presence(presence),
        Event::Messages(messages) => self::messages(messages),
        Event::Watcher(watcher) => self::watcher(watcher),
        Event::Dialog(dialog) => dialog::dialog(dialog),
        Event::Notify(notify) => self::notify(notify),
        Event::Publication(publication) => publication::publication(publication),
        Event::Rule(rule) => self::rule(rule),
        Event::Health(health) => health::health(health),
        Event::Buddies(report) => buddies(report)?,
        Event::Offered { address } => format!("the list can be watched at {}", plain(address)),
        Event::Preview(preview) => preview::preview(preview),
        // Troubles go to standard error.
        Event::Error(_) => return None,
    })
}

/// That the list of buddies is where it belongs; why it is not is a trouble, and told as one.
fn buddies(report: &BuddyReport) -> Option<String> {
    let people = report.list.buddies.len();
    let people = match people {
        1 => "one buddy".to_owned(),
        people => format!("{people} buddies"),
    };
    (report.state == ListState::Synced).then(|| {
        format!(
            "{}: {people}, here and on the server",
            plain(&report.account)
        )
    })
}

fn registration(registration: &Registration) -> String {
    let account = plain(&registration.account);
    let flows = registration.flows.iter();
    let over = match flows.filter(|flow| flow.state == "registered").count() {
        0 | 1 => String::new(),
        count => format!(" over {count} flows"),
    };
    let mut line = match registration.state {
        "registering" => format!("{account}: logging in"),
        "registered" => match registration.expires_s {
            Some(seconds) => format!("{account}: logged in for {}{over}", span(seconds)),
            None => format!("{account}: logged in{over}"),
        },
        "unregistered" => format!("{account}: logged out"),
        _ => format!("{account}: could not log in"),
    };
    because(
        &mut line,
        registration.reason.as_deref(),
        registration.retry_in_s,
    );
    line
}

fn subscription(subscription: &Subscription) -> Option<String> {
    let what = match subscription.package.as_str() {
        "presence" => "presence",
        "message-summary" => "messages",
        "presence.winfo" => "watchers",
        "dialog" => "calls",
        other => other,
    };
    let resource = plain(&subscription.resource);
    let mut line = match subscription.state {
        // There may be no call, message or watcher, and then nothing follows.
        "active" if ["calls", "messages", "watchers"].contains(&what) => {
            watched(&resource, what, subscription.notifiers)
        }
        // The state itself follows at once.
        "notify_wait" | "active" => return None,
        "pending" => format!("{resource}: waiting for approval"),
        "waiting_to_retry" => format!("{resource}: {what} interrupted"),
        _ => format!("{resource}: {what} ended"),
    };
    let reason = subscription.reason.as_deref().map(end_words);
    because(&mut line, reason, subscription.retry_in_s);
    Some(line)
}

/// What the tokens of a notifier mean (RFC 6665 §4.1.3); anything else as it is.
fn end_words(reason: &str) -> &str {
    match reason {
        "deactivated" => "the server moves it elsewhere",
        "probation" => "asked to come back later",
        "rejected" => "not allowed",
        "timeout" => "it ran out",
        "giveup" => "nobody approved it in time",
        "noresource" => "no such address",
        "invariant" => "it will not change any more",
        other => other,
    }
}

/// The line for a presentity.
pub(super) fn presence(presence: &Presence) -> String {
    let status = match presence.member.as_ref().map(|member| member.state) {
        Some("pending") => "waiting for approval".into(),
        Some("removed") => "no longer on the list".into(),
        Some("terminated") => member_end(presence).into(),
        _ => status_words(&presence.status),
    };
    let mut line = format!("{}: {status}", plain(&presence.resource));
    if let Some(note) = presence.note.as_deref().filter(|note| !note.is_empty()) {
        let _ = write!(line, ", “{}”", plain(note));
    }
    if presence.stale {
        line.push_str(" (no longer current)");
    } else if presence.may_be_old {
        line.push_str(" (the same as before or older)");
    }
    line
}

/// Why a list tells no more about somebody.
fn member_end(presence: &Presence) -> String {
    let reason = presence
        .member
        .as_ref()
        .and_then(|member| member.reason.as_deref());
    match reason {
        Some(reason) => format!("not told by the list ({})", plain(end_words(reason))),
        None => "not told by the list".to_owned(),
    }
}

/// The line for a mailbox.
pub(super) fn messages(messages: &Messages) -> String {
    let mut line = format!("{}: ", plain(&messages.mailbox));
    line.push_str(if messages.waiting {
        "messages waiting"
    } else {
        "no messages waiting"
    });
    let classes: Vec<String> = messages
        .classes
        .iter()
        .map(|(class, counts)| format!("{} {}", plain(class), counts_words(counts)))
        .collect();
    if !classes.is_empty() {
        let _ = write!(line, ": {}", classes.join(", "));
    }
    if messages.stale {
        line.push_str(" (no longer current)");
        return line;
    }
    for message in &messages.new_messages {
        line.push_str("\n    ");
        line.push_str(&new_message(message));
    }
    line
}

/// The line for a message that has just come.
fn new_message(message: &NewMessage) -> String {
    let priority = message.priority.as_deref();
    let mut line = match priority.filter(|priority| !priority.eq_ignore_ascii_case("normal")) {
        Some(priority) => format!("new, {}", plain(priority)),
        None => "new".to_owned(),
    };
    if let Some(subject) = &message.subject {
        let _ = write!(line, ": “{}”", plain(subject));
    }
    match (&message.from, &message.from_display) {
        (Some(from), Some(name)) => {
            let _ = write!(line, " from {} ({})", plain(from), plain(name));
        }
        (Some(from), None) => {
            let _ = write!(line, " from {}", plain(from));
        }
        (None, _) => {}
    }
    if let Some(date) = &message.date {
        let _ = write!(line, ", {}", plain(date));
    }
    line
}

/// The line for a watcher.
pub(super) fn watcher(watcher: &Watcher) -> String {
    let mut line = plain(&watcher.watcher).into_owned();
    if let Some(name) = watcher
        .display_name
        .as_deref()
        .filter(|name| !name.is_empty())
    {
        let _ = write!(line, " ({})", plain(name));
    }
    let verb = match watcher.status.as_str() {
        "pending" => "asks to watch",
        "waiting" => "asked to watch",
        "active" => "watches",
        _ => "no longer watches",
    };
    let _ = write!(line, " {verb} {}", plain(&watcher.resource));
    if watcher.package != "presence" {
        let _ = write!(line, " ({})", plain(&watcher.package));
    }
    let _ = write!(line, ": {}", plain(&watcher.decision));
    line.push_str(match watcher.source {
        None => "",
        Some("claimed") => " (asks this device; nobody has checked who it is)",
        Some(_) => " (asks this device)",
    });
    line
}

fn watched(resource: &str, what: &str, notifiers: u32) -> String {
    match notifiers {
        0 | 1 => format!("{resource}: {what} are watched"),
        several => format!("{resource}: {what} are watched on {several} devices"),
    }
}

fn notify(notify: &Notify) -> String {
    let mut line = format!(
        "{}: {} {}",
        plain(&notify.resource),
        plain(&notify.package),
        plain(&notify.substate)
    );
    match (&notify.content_type, &notify.body, &notify.body_base64) {
        (Some(kind), Some(body), _) => {
            let _ = write!(line, ", {}", plain(kind));
            for text in body.lines() {
                let _ = write!(line, "\n    {}", plain(text));
            }
        }
        (Some(kind), None, Some(encoded)) => {
            let _ = write!(line, ", {}, {} bytes in base64", plain(kind), encoded.len());
        }
        _ => line.push_str(", no body"),
    }
    line
}

fn rule(rule: &Rule) -> String {
    let watcher = plain(&rule.watcher);
    let decision = match rule.decision.as_str() {
        "undecided" => "forget".into(),
        decision => plain(decision),
    };
    let mut line = match rule.state {
        "written" => format!("{watcher}: {decision} written"),
        "effective" => format!("{watcher}: {decision} in effect"),
        "conflict" => format!("{watcher}: {decision} written, but another rule stands against it"),
        _ => format!("{watcher}: {decision} could not be written"),
    };
    because(&mut line, rule.reason.as_deref(), None);
    line
}

fn because(line: &mut String, reason: Option<&str>, retry_in_s: Option<u64>) {
    if let Some(reason) = reason {
        let _ = write!(line, " ({})", plain(reason));
    }
    if let Some(seconds) = retry_in_s {
        let _ = write!(line, ", next try in {}", span(seconds));
    }
}

fn counts_words(counts: &Counts) -> String {
    let mut words = format!("{} new, {} old", counts.new, counts.old);
    if let (Some(new), Some(old)) = (counts.urgent_new, counts.urgent_old)
        && (new > 0 || old > 0)
    {
        let _ = write!(words, " (urgent: {new} new, {old} old)");
    }
    words
}

pub(super) fn status_words(status: &str) -> std::borrow::Cow<'_, str> {
    match status {
        "on-the-phone" => "on the phone".into(),
        "in-a-meeting" => "in a meeting".into(),
        "do-not-disturb" => "do not disturb".into(),
        "out-to-lunch" => "out to lunch".into(),
        other => plain(other),
    }
}

/// Seconds in the largest unit that is exact.
fn span(seconds: u64) -> String {
    match seconds {
        0 => "a moment".to_owned(),
        s if s % 3600 == 0 => format!("{} h", s / 3600),
        s if s % 60 == 0 => format!("{} min", s / 60),
        s => format!("{s} s"),
    }
}

/// So much is gathered before it is written within a batch.
const FLUSH_AT: usize = 64 * 1024;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::Basic;

    fn bob() -> Presence {
        Presence {
            resource: "sip:bob@example.com".into(),
            status: "on-the-phone".into(),
            basic: Some(Basic::Open),
            note: Some("With Carol".into()),
            activities: ["on-the-phone".into()].into(),
            notifiers: 1,
            ..Presence::default()
        }
    }

    #[test]
    fn a_json_line_begins_with_time_and_type() {
        let mut printer = Printer::new(Vec::new(), true);
        let now: Timestamp = "2026-03-01T08:09:10.5Z".parse().unwrap();
        printer.event(now, &Event::Presence(bob())).unwrap();
        printer.flush().unwrap();
        let line = String::from_utf8(printer.out).unwrap();
        assert!(
            line.starts_with(
                "{\"time\":\"2026-03-01T08:09:10.500Z\",\"type\":\"presence\",\"resource\":"
            ),
            "{line}"
        );
        assert!(line.ends_with("}\n"));
        let value: serde_json::Value = serde_json::from_str(&line).unwrap();
        assert_eq!(value["status"], "on-the-phone");
        assert_eq!(value["notifiers"], 1);
        assert!(value.get("fault").is_none());
    }

    #[test]
    fn people_read_sentences() {
        assert_eq!(
            human(&Event::Presence(bob())).unwrap(),
            "sip:bob@example.com: on the phone, “With Carol”"
        );
        let repeated = Presence {
            may_be_old: true,
            ..bob()
        };
        assert_eq!(
            human(&Event::Presence(repeated)).unwrap(),
            "sip:bob@example.com: on the phone, “With Carol” (the same as before or older)"
        );
        let mut hostile = bob();
        hostile.note = Some("\u{1b}[2Jcleared\u{202e}".into());
        let line = human(&Event::Presence(hostile)).unwrap();
        assert!(
            !line.contains('\u{1b}') && !line.contains('\u{202e}'),
            "{line}"
        );
    }

    #[test]
    fn new_messages_stand_below_their_mailbox() {
        let message = |subject: Option<&str>, priority: &str| NewMessage {
            from: Some("sip:bob@example.com".into()),
            from_display: subject.map(|_| "Bob".into()),
            subject: subject.map(str::to_owned),
            priority: Some(priority.to_owned()),
            date: subject.map(|_| "Sun, 09 Jul 2000 21:23:01 -0700".into()),
            ..NewMessage::default()
        };
        let mut messages = Messages {
            account: "sip:alice@example.com".into(),
            mailbox: "sip:alice@example.com".into(),
            waiting: true,
            classes: [(
                "voice".to_owned(),
                Counts {
                    new: 2,
                    ..Counts::default()
                },
            )]
            .into(),
            new_messages: vec![
                message(Some("Lunch\u{1b}"), "urgent"),
                message(None, "Normal"),
            ],
            notifiers: 1,
            stale: false,
        };
        assert_eq!(
            human(&Event::Messages(messages.clone())).unwrap(),
            "sip:alice@example.com: messages waiting: voice 2 new, 0 old\n    \
             new, urgent: “Lunch\u{fffd}” from sip:bob@example.com (Bob), Sun, 09 Jul 2000 21:23:01 -0700\n    \
             new from sip:bob@example.com"
        );
        messages.stale = true;
        let line = human(&Event::Messages(messages)).unwrap();
        assert!(line.ends_with("(no longer current)"), "{line}");
    }

    #[test]
    fn what_may_be_empty_is_said_to_be_watched() {
        let active = |package: &str, notifiers| {
            let subscription = Subscription {
                id: 1,
                package: package.to_owned(),
                resource: "sip:alice@example.com".to_owned(),
                state: "active",
                reason: None,
                expires_s: Some(3600),
                notifiers,
                retry_in_s: None,
                fault: None,
            };
            human(&Event::Subscription(subscription))
        };
        let line = |rest: &str| Some(format!("sip:alice@example.com: {rest}"));
        assert_eq!(active("message-summary", 1), line("messages are watched"));
        assert_eq!(active("presence.winfo", 1), line("watchers are watched"));
        assert_eq!(active("dialog", 3), line("calls are watched on 3 devices"));
        assert_eq!(active("presence", 1), None);
    }

    #[test]
    fn spans_keep_their_unit() {
        assert_eq!(span(7200), "2 h");
        assert_eq!(span(90), "90 s");
        assert_eq!(span(120), "2 min");
    }

    #[test]
    fn a_closed_pipe_is_reported() {
        struct Closed;
        impl Write for Closed {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(io::ErrorKind::BrokenPipe.into())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let mut printer = Printer::new(Closed, true);
        printer
            .event(Timestamp::UNIX_EPOCH, &Event::Presence(bob()))
            .unwrap();
        assert_eq!(
            printer.flush().unwrap_err().kind(),
            io::ErrorKind::BrokenPipe
        );
    }
}
