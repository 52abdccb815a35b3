//! A command that runs: an account, its lines, and the reasons to stop.

use std::collections::HashSet;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};

use super::arguments::Options;
use super::failure::Failure;
use super::outcome::{Goal, Outcome};
use super::output::Output;
use super::print::Printer;
use super::publish::IdleWish;
use super::refusal::complain;
use super::signals::Signals;
use super::table;
use crate::account::{self, Command, Config, Event, Fault, NO_PASSWORD, Secret};
use crate::desktop::idle::{self, Attendance};

/// What to run.
pub(super) struct Live {
    pub(super) config: Config,
    pub(super) password: Option<Secret>,
    /// What to ask of the account.
    pub(super) commands: Vec<Command>,
    pub(super) goal: Goal,
    /// What is told of whether somebody is at the machine.
    pub(super) idle: Option<IdleWish>,
    /// Draw the whole state anew after each change instead of printing lines.
    pub(super) as_table: bool,
}

/// Runs it to its end and gives the exit status.
pub(super) async fn run(live: Live, options: &Options) -> u8 {
    let output = Output::start(std::io::stdout());
    let reader = output.reader();
    let mut course = Course::new(&live, options, output);
    let mut signals = match Signals::new() {
        Ok(signals) => signals,
        Err(error) => {
            let failure = Failure::new(Fault::Other, format!("signals cannot be caught: {error}"));
            return course.lines.end(Err(failure));
        }
    };
    let has_password = live.password.is_some();
    let mut handle = account::start(live.config, live.password);
    for command in live.commands {
        handle.send(command);
    }
    let attendance = live
        .idle
        .map(|wish| tokio::spawn(attend(wish, handle.commands())));
    if !live.as_table {
        // Nobody looks at snapshots, so none are made.
        let (_, nothing) = tokio::sync::watch::channel(std::sync::Arc::default());
        handle.snapshot = nothing;
    }
    let mut batch = Vec::with_capacity(BATCH);
    let mut first_signal = None;
    loop {
        let deadline = course.deadline();
        let look = sleep_until(course.look_at.unwrap_or_else(|| Instant::now() + FAR));
        let pause = sleep_until(deadline.unwrap_or_else(|| Instant::now() + FAR));
        // What asks for the end now, and with which result.
        let end = tokio::select! {
            count = handle.events.recv_many(&mut batch, BATCH) => {
                if count == 0 {
                    break;
                }
                course.hear(&mut batch);
                course.outcome.is_done().then(|| course.outcome.result())
            }
            Ok(()) = handle.snapshot.changed(), if live.as_table => {
                let table = table::draw(&handle.snapshot.borrow_and_update());
                course.lines.table(&table);
                None
            }
            () = signals.next() => {
                let again = first_signal.is_some_and(|at: Instant| at.elapsed() < ONE_SIGNAL);
                if course.is_stopping() && !again {
                    break;
                }
                first_signal.get_or_insert_with(Instant::now);
                Some(course.outcome.result_at_will())
            }
            () = reader.gone(), if course.lines.readable => {
                course.lines.readable = false;
                Some(Ok(()))
            }
            () = look, if course.look_at.is_some() && !course.is_stopping() => {
                course.look_again();
                handle.send(Command::ReportHealth);
                None
            }
            () = pause, if deadline.is_some() => {
                if course.is_stopping() {
                    break;
                }
                Some(course.outcome.result())
            }
        };
        if let (Some(result), false) = (end, course.is_stopping()) {
            course.stop(result);
            if course.look_every.is_some() {
                handle.send(Command::ReportHealth);
            }
            handle.send(Command::LogOut);
        }
    }
    if let Some(attendance) = attendance {
        attendance.abort();
    }
    course.end(has_password)
}

/// Tells the account whether somebody is at the machine.
async fn attend(wish: IdleWish, commands: mpsc::UnboundedSender<Command>) {
    let (out, mut told) = mpsc::channel(1);
    let passing = async {
        while let Some(attendance) = told.recv().await {
            let gone_since = match attendance {
                Attendance::Here => None,
                Attendance::Gone { since } => Some(since),
            };
            let input = account::input(gone_since, wish.policy.after, wish.last_input);
            if commands.send(Command::Input(Some(input))).is_err() {
                return;
            }
        }
    };
    let watching = idle::watch(wish.policy, out);
    // The one ends with the other.
    if let (Err(error), ()) = tokio::join!(watching, passing) {
        complain(&error.to_string(), Some("leave out --idle-after"));
    }
}

/// Where a command stands between its beginning and its end.
struct Course {
    /// Others are not told who asks.
    anonymous: bool,
    outcome: Outcome,
    lines: Lines,
    /// When it is to stop; once it does, when that has to be over.
    stop_at: Option<Instant>,
    /// How often it tells how everything fares, and when next.
    look_every: Option<Duration>,
    look_at: Option<Instant>,
    /// How long it waits for what would make its success complete.
    confirm_by: Option<Instant>,
    /// How it has ended, from the moment on that it stops.
    result: Option<Result<(), Failure>>,
}

impl Course {
    fn new(live: &Live, options: &Options, output: Output) -> Self {
        Self {
            anonymous: live.config.settings.anonymous,
            outcome: Outcome::new(live.goal, options.until),
            lines: Lines {
                printer: Printer::new(output, options.json),
                json: options.json,
                goal: live.goal,
                readable: true,
                as_table: live.as_table,
                stopping: false,
                pending: HashSet::new(),
                complained: None,
            },
            stop_at: options.duration.map(|duration| Instant::now() + duration),
            look_every: options.health,
            look_at: options.health.map(|every| Instant::now() + every),
            confirm_by: None,
            result: None,
        }
    }

    /// Takes what has happened. After the wish to stop it is only shown.
    fn hear(&mut self, events: &mut Vec<Event>) {
        let now = Timestamp::now();
        for event in events.drain(..) {
            if !self.is_stopping() {
                self.outcome.observe(&event);
            }
            self.lines.event(now, &event);
        }
        self.lines.flush();
        if self.is_stopping() {
            return;
        }
        let wait = if self.outcome.is_unconfirmed() {
            CONFIRM_WITHIN
        } else if self.outcome.is_fetched() {
            LINGER
        } else {
            return;
        };
        self.confirm_by.get_or_insert_with(|| Instant::now() + wait);
    }

    fn look_again(&mut self) {
        // Looking all the time would be of no use to anybody.
        let every = self.look_every.map(|every| every.max(SHORTEST_LOOK));
        self.look_at = every.map(|every| Instant::now() + every);
    }

    /// From now on it only cleans up.
    fn stop(&mut self, result: Result<(), Failure>) {
        self.result = Some(result);
        self.lines.stopping = true;
        self.stop_at = Some(Instant::now() + STOP_WITHIN);
        self.confirm_by = None;
    }

    /// Says how it ended, and gives the exit status.
    fn end(mut self, has_password: bool) -> u8 {
        let unconfirmed = self.outcome.is_unconfirmed();
        let mut result = self.result.unwrap_or_else(|| match self.outcome.result() {
            Ok(()) if !unconfirmed => {
                Err(Failure::new(Fault::Other, "the account ended by itself"))
            }
            result => result,
        });
        if let Err(failure) = &mut result
            && failure.fault == Fault::Authentication
            && !has_password
        {
            let (message, hint) = NO_PASSWORD;
            message.clone_into(&mut failure.message);
            hint.clone_into(&mut failure.hint);
        }
        if let Err(failure) = &mut result
            && failure.fault == Fault::Refused
            && self.anonymous
        {
            ANONYMOUS.clone_into(&mut failure.hint);
        }
        if result.is_ok() && unconfirmed {
            complain(
                "written, but the server did not say that it is in effect",
                None,
            );
        }
        self.lines.end(result)
    }

    fn deadline(&self) -> Option<Instant> {
        [self.stop_at, self.confirm_by].into_iter().flatten().min()
    }

    fn is_stopping(&self) -> bool {
        self.result.is_some()
    }
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
    /// The failure that the last line told: on standard error, or among the JSON lines.
    complained: Option<String>,
}

impl Lines {
    fn event(&mut self, now: Timestamp, event: &Event) {
        match event {
            Event::Error(trouble) => {
                self.complained = Some(trouble.message.clone());
                if !self.json {
                    complain(&trouble.message, trouble.hint.as_deref());
                    return;
                }
            }
            _ if self.json => self.complained = None,
            _ => {}
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
                    || (&*presence.status == "unknown"
                        && self.pending.contains(&*presence.resource))
            }
            Event::Messages(_) | Event::Watcher(_) | Event::Dialog(_) => self.stopping,
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
                let told = self.complained.as_ref() == Some(&failure.message);
                if self.json && !told {
                    self.event(Timestamp::now(), &Event::Error(failure.trouble()));
                }
                if self.json || !told {
                    complain(&failure.message, Some(&failure.hint));
                }
                failure.status
            }
        };
        self.flush();
        status
    }
}

/// What to try where it was not said who asks.
const ANONYMOUS: &str = "the server may want to know who asks: leave out --anonymous";
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
/// The shortest time between two looks at how everything fares.
const SHORTEST_LOOK: Duration = Duration::from_secs(1);
/// For timers that are not set.
const FAR: Duration = Duration::from_secs(366 * 24 * 3600);
