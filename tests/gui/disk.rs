//! A disk that is full: it is told, the program goes on, and what was kept before stays whole.

use std::fs;
use std::process::Command;

use crate::program::{Desk, Program};
use crate::seen::{Look, Seen};

#[test]
fn a_full_disk_is_told_and_nothing_is_lost_that_was_kept() {
    let mut desk = Desk::new();
    let number = desk.home().join("number");
    // As on a full disk a file takes no more than the limit, and then an error: the signal that comes with it is ignored.
    let script = "trap '' XFSZ; echo $$ >\"$0\"; exec \"$@\"";
    desk.within = ["sh", "-c", script, number.to_str().unwrap()]
        .map(str::to_owned)
        .into();
    desk.put_settings("version = 2\n");
    let mut siskin = desk.start(&["demo"]);
    siskin.see("the colleagues", |seen| seen.buddies().len() >= 3);
    siskin.press("ctrl+comma");
    siskin.see("the settings", |seen| seen.portraits().is_empty());
    let before = desk.settings();

    let files = || fs::read_dir(desk.profile()).unwrap().count();
    let count = files();
    fill(&number, "64");
    choose_dark(&mut siskin);
    siskin.see("that it could not be kept", |seen| {
        seen.notices().len() == 1
    });
    siskin.shoot("disk-full");
    assert_eq!(desk.settings(), before, "the old file is whole");
    assert_eq!(files(), count, "nothing half-written is left");

    // The people are still there, and news of them come.
    siskin.press("Escape");
    siskin.see("the colleagues in the dark", |seen| {
        seen.buddies().len() >= 2 && seen.notices().len() == 1
    });
    let before = siskin.hear("something", |all| !all.is_empty()).len();

    fill(&number, "unlimited");
    siskin.press("ctrl+comma");
    siskin.see("the settings again", |seen| seen.portraits().is_empty());
    siskin.press("ctrl+plus");
    siskin.percent = 110;
    siskin.wait("it is kept now", || {
        let kept = desk.settings();
        kept.contains("dark") && kept.contains("110")
    });
    siskin.hear("news still come", |all| all.len() > before);
    assert_eq!(siskin.quit(), 0);
}

#[test]
fn a_log_that_takes_nothing_ends_nothing() {
    let mut desk = Desk::new();
    let script = "exec \"$@\" 2>/dev/full";
    desk.within = ["sh", "-c", script, "sh"].map(str::to_owned).into();
    let siskin = desk.start(&["demo"]);
    siskin.see("the colleagues and a message", |seen: &Seen| {
        seen.buddies().len() >= 5 && seen.lamp().is_some()
    });
    assert_eq!(siskin.quit(), 0);
}

/// Lets a file of the program take so many bytes and no more.
fn fill(number: &std::path::Path, bytes: &str) {
    let number = fs::read_to_string(number).expect("the program's number");
    let done = Command::new("prlimit")
        .args(["--pid", number.trim(), &format!("--fsize={bytes}:")])
        .status();
    assert!(done.is_ok_and(|status| status.success()), "prlimit");
}

fn choose_dark(siskin: &mut Program<'_>) {
    // Back, as the system, light, dark.
    siskin.tab(4);
    siskin.press("Return");
    siskin.look = Look::Dark;
    siskin.see("a dark window", Seen::is_drawn);
}
