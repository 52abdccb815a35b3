//! `siskin status`: the own status, as the running desktop app has it.

use std::io::Write as _;

use jiff::Timestamp;
use serde::Serialize;

use super::arguments::Options;
use super::print::json_line;
use super::refusal::Refusal;
use crate::account::{Profile, Status, plain};
use crate::desktop::instance::{self, Answer, InstanceError, OwnStatus, Question};

/// The own status as a JSON line.
#[derive(Debug, Serialize)]
struct Line<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(flatten)]
    own: &'a OwnStatus,
}

/// Asks the desktop app that runs for this profile, or tells it what to publish, and prints what it answers.
pub(super) fn run(
    status: Option<Status>,
    note: Option<String>,
    until: Option<Timestamp>,
    options: &Options,
) -> Result<(), Refusal> {
    let question = match status {
        None => Question::Status,
        Some(status) => Question::SetStatus {
            status: status.token().to_owned(),
            note,
            until: until.map(|until| until.to_string()),
        },
    };
    let folder = Profile::folder(options.data_dir.as_deref());
    let answer = instance::ask(folder.as_deref(), &question).map_err(|error| {
        let hint = match &error {
            InstanceError::NotRunning => "open it with 'siskin', or use 'siskin publish'",
            InstanceError::NoPlace => "use 'siskin publish'",
            _ => "close it and open it again",
        };
        Refusal::other(error.to_string(), hint)
    })?;
    match answer {
        Answer::Status { accounts } => accounts.iter().try_for_each(|own| print(own, options)),
        Answer::Done => Ok(()),
        Answer::Refused { message } => Err(Refusal::other(
            format!("the desktop app says: {}", plain(&message)),
            "log in there first",
        )),
    }
}

fn print(own: &OwnStatus, options: &Options) -> Result<(), Refusal> {
    let mut out = Vec::new();
    let written = if options.json {
        json_line(
            &mut out,
            Timestamp::now(),
            &Line {
                kind: "status",
                own,
            },
        )
    } else {
        let note = match plain(&own.note) {
            note if note.is_empty() => String::new(),
            note => format!("  \u{201c}{note}\u{201d}"),
        };
        let offline = if own.online {
            ""
        } else {
            "  (not logged in at present)"
        };
        let until = match &own.until {
            Some(until) => format!("  until {}", plain(until)),
            None => String::new(),
        };
        writeln!(
            out,
            "{}  {}{until}{note}{offline}",
            plain(&own.account),
            own.status
        )
    };
    written
        .and_then(|()| std::io::stdout().write_all(&out))
        .map_err(|error| Refusal::other(format!("cannot be printed: {error}"), ""))
}
