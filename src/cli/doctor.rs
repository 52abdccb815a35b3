//! `siskin doctor`: what works between an account and its servers, what does not, and what to do.

use std::fmt::Write as _;
use std::io::{self, Write};

use jiff::Timestamp;

use super::arguments::Options;
use super::failure;
use super::print::json_line;
use super::refusal::Refusal;
use super::setup;
use super::signals::Signals;
use crate::account::Fault;
use crate::account::doctor::{self, Check, CheckState, ESSENTIAL};

/// Examines the account and prints each step. Fails unless presence and messages work.
pub(super) async fn run(options: &Options) -> Result<(), Refusal> {
    let (config, password) = setup::account(options).await?;
    let mut told: Vec<Check> = Vec::new();
    let mut tell = |check: Check| {
        // Whoever closes the pipe still gets the exit status.
        let _ = print(&check, options.json);
        told.push(check);
    };
    tell(of_password(options, password.is_some()));
    let mut signals = Signals::new().map_err(|error| {
        Refusal::other(format!("signals cannot be caught: {error}"), "try again")
    })?;
    let limit = async {
        match options.duration {
            Some(limit) => tokio::time::sleep(limit).await,
            None => std::future::pending().await,
        }
    };
    let stop = async {
        tokio::select! {
            () = limit => of(Fault::TimedOut.code(), "not everything was examined in time".to_owned(), None),
            () = signals.next() => Refusal::other("stopped before everything was examined", ""),
        }
    };
    doctor::examine(&config, password, None, stop, &mut tell).await?;
    verdict(&told)
}

/// Where the password comes from.
fn of_password(options: &Options, is_there: bool) -> Check {
    match (is_there, setup::has_password(options)) {
        (true, true) => Check::ok("password", "handed in"),
        (true, false) => Check::ok("password", "from the system keyring"),
        (false, _) => Check::warn("password", "there is none")
            .hint("keep one with 'siskin account add', or use --password-file"),
    }
}

/// Whether presence and messages work; otherwise the first thing that failed.
fn verdict(told: &[Check]) -> Result<(), Refusal> {
    let works = |step: &str| {
        let mut of_step = told.iter().filter(|check| check.step == step);
        of_step.any(|check| matches!(check.state, CheckState::Ok | CheckState::Warn))
    };
    if ESSENTIAL.into_iter().all(works) {
        return Ok(());
    }
    let failed = told.iter().find(|check| check.state == CheckState::Fail);
    Err(match failed {
        Some(check) => of(
            check.code,
            format!("{}: {}", check.step, check.detail),
            check.hint.as_deref(),
        ),
        None => Refusal::other(
            "presence and messages were not examined",
            "look at the steps",
        ),
    })
}

fn of(status: u8, message: String, hint: Option<&str>) -> Refusal {
    let usual = || failure::hint(Fault::of_code(status));
    Refusal {
        status,
        message,
        hint: hint.unwrap_or_else(usual).to_owned(),
    }
}

fn print(check: &Check, json: bool) -> io::Result<()> {
    let mut out = Vec::new();
    if json {
        json_line(&mut out, Timestamp::now(), &advised(check))?;
    } else {
        out.extend_from_slice(text(check).as_bytes());
    }
    let mut stdout = io::stdout();
    stdout.write_all(&out)?;
    stdout.flush()
}

/// The step with the advice that always helps with its kind of failure, where it has none of its own.
fn advised(check: &Check) -> Check {
    let usual = (check.code != 0).then(|| failure::hint(Fault::of_code(check.code)).to_owned());
    Check {
        hint: check.hint.clone().or(usual),
        ..check.clone()
    }
}

fn text(check: &Check) -> String {
    let check = advised(check);
    let state = match check.state {
        CheckState::Ok => "ok",
        CheckState::Warn => "warn",
        CheckState::Fail => "FAIL",
        CheckState::Skipped => "skipped",
    };
    let mut text = format!("{state:<8} {:<16} {}\n", check.step, check.detail);
    if let Some(hint) = check.hint {
        let _ = writeln!(text, "{:<25} {hint}", "");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_essential_decides_and_the_first_failure_is_told() {
        let essential = || ESSENTIAL.map(|step| Check::ok(step, "answers"));
        assert_eq!(verdict(&essential()), Ok(()));
        let lame = Check::fail("register", Fault::Unsupported, "405 Method Not Allowed");
        let [presence, messages] = essential();
        assert_eq!(verdict(&[lame.clone(), presence.clone(), messages]), Ok(()));
        let failed = Check::fail("message-summary", Fault::Unsupported, "489 Bad Event");
        let refusal = verdict(&[presence.clone(), failed]).unwrap_err();
        assert_eq!(refusal.status, 5);
        assert_eq!(refusal.message, "message-summary: 489 Bad Event");
        let refusal = verdict(&[lame, presence]).unwrap_err();
        assert_eq!(refusal.status, 5);
        assert_eq!(verdict(&[]).unwrap_err().status, 1);
    }

    #[test]
    fn each_failure_comes_with_advice() {
        let failed = Check::fail("dns", Fault::Unreachable, "cannot find example.test");
        let words = text(&failed);
        assert!(words.starts_with("FAIL     dns              cannot find example.test\n"));
        assert!(words.contains(failure::hint(Fault::Unreachable)), "{words}");
        let words = text(&failed.hint("do this"));
        assert!(words.contains("do this") && !words.contains("check the network"));
    }
}
