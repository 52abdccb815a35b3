//! The clock on the wall is put forward and back while the program runs: nobody is lost.

use std::fs;
use std::process::Command;

use crate::program::{Desk, Program, Server};
use crate::seen::{Presence, Seen};
use crate::trace::Traced;

#[test]
fn the_clock_is_put_forward_by_two_days_and_back() {
    let mut desk = Desk::new();
    let clock = desk.home().join("clock");
    fs::write(&clock, "+0\n").unwrap();
    desk.within = [
        "env".to_owned(),
        format!("LD_PRELOAD={}", library()),
        format!("FAKETIME_TIMESTAMP_FILE={}", clock.display()),
        "FAKETIME_CACHE_DURATION=1".to_owned(),
        // Only the clock on the wall is wrong.
        "FAKETIME_DONT_FAKE_MONOTONIC=1".to_owned(),
    ]
    .into();
    let server = Server::start();
    desk.put_settings(&format!(
        "version = 1\n\n[[accounts]]\naddress = \"sip:alice@example.test\"\nenabled = true\n\
         outbound_proxy = \"{}\"\nstatus = \"available\"\n\n\
         [[accounts.buddies]]\naddress = \"sip:bob@example.test\"\n",
        server.text("proxy"),
    ));
    let siskin = desk.start(&[]);
    siskin.see("the question for the password", |seen| {
        seen.ring().is_some()
    });
    siskin.write(server.text("password"));
    siskin.press("Return");
    siskin.see("Bob, and how he is", sees_bob);
    for offset in ["+2d", "-2d", "+0"] {
        let before = siskin.hear("something", |all| !all.is_empty()).len();
        fs::write(&clock, format!("{offset}\n")).unwrap();
        let (word, status) = if offset == "-2d" {
            ("busy", Presence::Busy)
        } else {
            ("away", Presence::Away)
        };
        if offset == "+2d" {
            // As after a sleep of two days: all that is watched is asked for again.
            siskin.hear("it asks again", |all| asks_again(all, before));
        }
        set_status(&desk, &siskin, word);
        siskin.see("Bob, and the own status", |seen| {
            let own = seen.portraits().first().copied();
            sees_bob(seen) && own.is_some_and(|own| seen.presence(own) == status)
        });
    }
    assert_eq!(siskin.quit(), 0);
}

fn sees_bob(seen: &Seen) -> bool {
    let buddies = seen.buddies();
    let known = [Presence::Available, Presence::Away, Presence::Busy];
    buddies.len() == 1 && known.contains(&seen.presence(buddies[0])) && seen.notices().is_empty()
}

fn asks_again(all: &[Traced], before: usize) -> bool {
    let mut new = all.iter().skip(before);
    new.any(|message| message.sent && message.text.starts_with("SUBSCRIBE "))
}

fn set_status(desk: &Desk, siskin: &Program<'_>, status: &str) {
    let before = siskin.hear("something", |all| !all.is_empty()).len();
    let (code, _, errors) = desk.ask(&["status", status]);
    assert_eq!(code, 0, "{errors}");
    siskin.hear("the status is published", |all| {
        let mut new = all.iter().skip(before);
        new.any(|message| !message.sent && message.is_success() && message.text.contains("PUBLISH"))
    });
}

/// What puts the clock of a program forward: a part of the package `faketime`.
fn library() -> String {
    let told = Command::new("faketime")
        .args(["-f", "+0", "printenv", "LD_PRELOAD"])
        .output()
        .expect("faketime is installed");
    String::from_utf8_lossy(&told.stdout).trim().to_owned()
}
