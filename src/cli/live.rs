//! A command that runs: an account, its lines, and the reasons to stop.

use std::collections::HashSet;
use std::io::Write;
use std::time::Duration;

use jiff::Timestamp;
use tokio::time::{Instant, sleep_until};

use super::arguments::Options;
use super::outcome::{Failure, Goal, Outcome};
use super::output::Output;
use super::print::Printer;
use super::signals::Signals;
use super::table;
use crate::account::{self, Command, Config, Event, Fault, Secret, plain};

/// What to run.
pub(super) struct Live {
    pub(super) config: Config,
    pub(super) password: Option<Secret>,
    /// What to ask of the account.
    pub(super) commands: Vec<Command>,
    pub(super) goal: Goal,
    /// Draw the whole state anew after each change instead of printing lines.
    pub(super) as_table: bool,
}

/// Runs it to its end and gives the exit status.
pub(super) async fn run(live: Live, options: &Options) -> u8 {
    let Live {
        config,
        password,
        commands,
        goal,
        as_table,
    } = live;
    let has_password = password.is_some();
    let output = Output::start(std::io::stdout());
    let reader = output.reader();
    let mut lines = Lines {
        printer: Printer::new(output, options.json),
        json: options.json,
        goal,
        readable: true,
        as_table,
        stopping: false,
        pending: HashSet::new(),
        complained: None,
    };
    let mut outcome = Outcome::new(goal, options.until);
    let mut signals = match Signals::new() {
        Ok(signals) => signals,
        Err(error) => {
            let failure = Failure::new(Fault::Other, format!("signals cannot be caught: {error}"));
            return lines.end(Err(failure));
        }
    };
    let mut handle = account::start(config, password);
    for command in commands {
        handle.send(command);
    }
    if !as_table {
        // Nobody looks at snapshots, so none are made.
        let (_, nothing) = tokio::sync::watch::channel(std::sync::Arc::default());
        handle.snapshot = nothing;
    }
    let started = Instant::now();
    let mut stop_at = options.duration.map(|duration| started + duration);
    let mut confirm_by: Option<Instant> = None;
    let mut result: Option<Result<(), Failure>> = None;
    let mut batch = Vec::with_capacity(BATCH);
    let mut last_signal = started;
    loop {
        let deadline = [stop_at, confirm_by].into_iter().flatten().min();
        let pause = sleep_until(deadline.unwrap_or_else(|| started + FAR));
        tokio::select! {
            count = handle.events.recv_many(&mut batch, BATCH) => {
                if count == 0 {
                    break;
                }
                let now = Timestamp::now();
                for event in batch.drain(..) {
                    if result.is_none() {
                        outcome.observe(&event);
                    }
                    lines.stopping = result.is_some();
                    lines.event(now, &event);
                }
                lines.flush();
                if result.is_none() && outcome.is_unconfirmed() {
                    confirm_by.get_or_insert_with(|| Instant::now() + CONFIRM_WITHIN);
                }
                if result.is_none() && outcome.is_fetched() {
                    confirm_by.get_or_insert_with(|| Instant::now() + LINGER);
                }
                if result.is_none() && outcome.is_done() {
                    result = Some(outcome.result());
                    handle.send(Command::LogOut);
                    stop_at = Some(Instant::now() + STOP_WITHIN);
                    confirm_by = None;
                }
            }
            Ok(()) = handle.snapshot.changed(), if as_table => {
                let table = table::draw(&handle.snapshot.borrow_and_update());
                lines.table(&table);
            }
            () = signals.next() => {
                if result.is_some() {
                    if last_signal.elapsed() < ONE_SIGNAL {
                        continue;
                    }
                    break;
                }
                last_signal = Instant::now();
                result = Some(outcome.result_at_will());
                handle.send(Command::LogOut);
                stop_at = Some(Instant::now() + STOP_WITHIN);
                confirm_by = None;
            }
            () = reader.gone(), if lines.readable => {
                lines.readable = false;
                if result.is_none() {
                    result = Some(Ok(()));
                    handle.send(Command::LogOut);
                    stop_at = Some(Instant::now() + STOP_WITHIN);
                }
            }
            () = pause, if deadline.is_some() => {
                if result.is_some() {
                    break;
                }
                result = Some(outcome.result());
                handle.send(Command::LogOut);
                stop_at = Some(Instant::now() + STOP_WITHIN);
                confirm_by = None;
            }
        }
    }
    if result.is_none() && outcome.is_unconfirmed() {
        result = Some(Ok(()));
    }
    let mut result = result.unwrap_or_else(|| match outcome.result() {
        Ok(()) => Err(Failure::new(Fault::Other, "the account ended by itself")),
        failed => failed,
    });
    if let Err(failure) = &mut result
        && failure.fault == Fault::Authentication
        && !has_password
    {
        "the server asks for a password and there is none".clone_into(&mut failure.message);
        "give one with --password-file or SISKIN_PASSWORD".clone_into(&mut failure.hint);
    }
    if result.is_ok() && outcome.is_unconfirmed() {
        complain(
            "written, but the server did not say that it is in effect",
            None,
        );
    }
    lines.end(result)
}

/// Where the lines go.
struct Lines {
    printer: Printer<Output>,
    json: bool,
    goal: Goal,
    readable: bool,
    as_table: bool,
    stopping: bool,
    /// Who waits for its user's approval.
    pending: HashSet<String>,
    /// The last line on standard error.
    complained: Option<String>,
}

impl Lines {
    fn event(&mut self, now: Timestamp, event: &Event) {
        if let Event::Error(trouble) = event
            && !self.json
        {
            complain(&trouble.message, trouble.hint.as_deref());
            self.complained = Some(trouble.message.clone());
            return;
        }
        if !self.json && self.is_chatter(event) {
            return;
        }
        // A person who decides about one watcher has not asked for the others.
        let asked = self.json || self.goal != Goal::Rule || matches!(event, Event::Rule(_));
        if asked && self.readable && !self.as_table {
            self.note(|printer| printer.event(now, event));
        }
    }

    /// What a person has just been told in other words.
    fn is_chatter(&mut self, event: &Event) -> bool {
        match event {
            Event::Subscription(subscription) => {
                if subscription.state == "pending" {
                    self.pending.insert(subscription.resource.clone());
                } else {
                    self.pending.remove(&subscription.resource);
                }
                self.stopping
            }
            Event::Presence(presence) => {
                self.stopping
                    || (presence.status == "unknown" && self.pending.contains(&presence.resource))
            }
            Event::Messages(_) | Event::Watcher(_) => self.stopping,
            _ => false,
        }
    }

    fn table(&mut self, table: &str) {
        if self.readable {
            self.note(|printer| printer.text(table));
        }
    }

    fn flush(&mut self) {
        if self.readable {
            self.note(Printer::flush);
        }
    }

    fn note(&mut self, write: impl FnOnce(&mut Printer<Output>) -> std::io::Result<()>) {
        if let Err(error) = write(&mut self.printer)
            && error.kind() != std::io::ErrorKind::BrokenPipe
        {
            tracing::warn!(%error, "lines were lost");
        }
    }

    /// Says how it ended, and gives the exit status.
    fn end(&mut self, result: Result<(), Failure>) -> u8 {
        let status = match result {
            Ok(()) => 0,
            Err(failure) => {
                if self.json {
                    self.event(Timestamp::now(), &Event::Error(failure.trouble()));
                }
                if self.complained.as_ref() != Some(&failure.message) {
                    complain(&failure.message, Some(&failure.hint));
                }
                failure.status
            }
        };
        self.flush();
        status
    }
}

/// One line on standard error: what happened and what to try.
pub(super) fn complain(message: &str, hint: Option<&str>) {
    let message = plain(message);
    // Standard error may be closed; there is nobody left to tell then.
    let _ = match hint.filter(|hint| !hint.is_empty()) {
        Some(hint) => writeln!(std::io::stderr(), "siskin: {message}; {}", plain(hint)),
        None => writeln!(std::io::stderr(), "siskin: {message}"),
    };
}

/// Events taken in one go.
const BATCH: usize = 256;
/// A clean stop has to be over by then, so that with the last lines written it takes less than five seconds.
const STOP_WITHIN: Duration = Duration::from_millis(4400);
/// `timeout` and terminals hand the same signal on more than once: this close together it is one.
const ONE_SIGNAL: Duration = Duration::from_millis(50);
/// How long a server may take to show that a rule is in effect.
const CONFIRM_WITHIN: Duration = Duration::from_secs(10);
/// How long a fetch waits for further notifiers after the first.
const LINGER: Duration = Duration::from_secs(1);
/// For timers that are not set.
const FAR: Duration = Duration::from_secs(366 * 24 * 3600);
