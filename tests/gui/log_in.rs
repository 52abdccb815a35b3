//! Log in on the welcome screen, come back the next day, with and without a keyring.

use std::fs;
use std::path::Path;

use crate::program::{Desk, Program, Server};
use crate::seen::{Presence, Seen};

#[test]
fn an_account_is_typed_in_and_is_there_the_next_day() {
    let server = Server::start();
    let desk = Desk::with_keyring();
    let siskin = desk.start(&[]);
    siskin.see("the welcome screen", is_form);
    siskin.shoot("log-in");
    siskin.write("alice@example.test");
    siskin.tab(1);
    siskin.write(server.text("password"));
    // Remember, advanced.
    siskin.tab(2);
    siskin.press("Return");
    siskin.see("the rest of the form", |seen| {
        seen.main_buttons().is_empty()
    });
    siskin.tab(1);
    siskin.write(server.text("proxy_tcp"));
    // Automatic, UDP, TCP, TLS, user name, XCAP root.
    siskin.tab(6);
    siskin.write(server.text("xcap_root"));
    // Certificate authority, log in.
    siskin.tab(1);
    siskin.shoot("log-in-advanced");
    siskin.tab(1);
    siskin.press("Return");
    siskin.see("an empty office", |seen| {
        seen.portraits().len() == 1 && !seen.main_buttons().is_empty()
    });
    siskin.hear("registered", is_registered);
    siskin.shoot("office-empty");

    siskin.press("ctrl+n");
    siskin.see("the form", is_form);
    siskin.write("sip:bob@example.test");
    siskin.tab(1);
    siskin.write("Bob");
    siskin.press("Return");
    siskin.see("Bob, and how he is", sees_bob);

    set_status(&siskin);
    bob_reads(&desk, &server);
    the_command_line_asks_and_changes(&desk, &siskin);
    assert!(desk.settings().contains("sip:bob@example.test"));
    assert_eq!(siskin.quit(), 0);
    for file in files(desk.home()) {
        let text = fs::read(&file).unwrap_or_default();
        let password = server.text("password").as_bytes();
        assert!(
            !text.windows(password.len()).any(|part| part == password),
            "the password is in {}",
            file.display()
        );
    }

    let siskin = desk.start(&[]);
    siskin.see("Bob again, and the status of yesterday", |seen| {
        sees_bob(seen) && seen.presence(seen.portraits()[0]) == Presence::Away
    });
    siskin.hear("registered without a question", is_registered);
    siskin.shoot("office-next-day");
    assert_eq!(siskin.quit(), 0);
}

#[test]
fn without_a_keyring_the_password_is_asked_for_at_each_start() {
    let server = Server::start();
    let desk = Desk::new();
    desk.put_settings(&format!(
        "version = 1\n\n[[accounts]]\naddress = \"sip:alice@example.test\"\nenabled = true\n\
         outbound_proxy = \"{}\"\nxcap_root = \"{}\"\nstatus = \"available\"\n\n\
         [[accounts.buddies]]\naddress = \"sip:bob@example.test\"\nname = \"Bob\"\n",
        server.text("proxy"),
        server.text("xcap_root"),
    ));
    let siskin = desk.start(&[]);
    let seen = siskin.see("a question and why", asks_with_a_reason);
    siskin.shoot("password-no-keyring");
    let reason = seen.notices()[0];
    siskin.write("certainly wrong");
    siskin.press("Return");
    siskin.hear("a refusal", |all| {
        let refused = all
            .iter()
            .filter(|message| message.text.starts_with("SIP/2.0 401"));
        refused.count() >= 2
    });
    let seen = siskin.see("the question again, for another reason", |seen| {
        asks_with_a_reason(seen) && seen.notices()[0] != reason
    });
    assert!(seen.buddies().is_empty());
    siskin.shoot("password-refused");
    siskin.write(server.text("password"));
    siskin.press("Return");
    siskin.see("Bob, and how he is", sees_bob);
    assert_eq!(siskin.quit(), 0);

    let siskin = desk.start(&[]);
    siskin.see("the same question at the next start", asks_with_a_reason);
    siskin.write(server.text("password"));
    siskin.press("Return");
    siskin.see("Bob, and how he is", sees_bob);
    assert_eq!(siskin.quit(), 0);
}

/// 'Away' with a note, through the picker; the server takes it.
fn set_status(siskin: &Program<'_>) {
    let own = siskin.look().portraits()[0];
    siskin.click(own);
    siskin.see("the picker", |seen| seen.ring().is_some());
    siskin.write("Back at two");
    siskin.shoot("own-status");
    // Five ends, available, away.
    siskin.tab(7);
    siskin.press("Return");
    siskin.see("the own mark", |seen| {
        let own = seen.portraits().first().copied();
        own.is_some_and(|own| seen.presence(own) == Presence::Away)
    });
    siskin.hear("it is published", |all| {
        let published = all.iter().position(|message| {
            message.is_request("PUBLISH")
                && message.text.contains("away")
                && message.text.contains("Back at two")
        });
        published.is_some_and(|place| {
            all[place..].iter().any(|message| {
                !message.sent && message.is_success() && message.text.contains(" PUBLISH\r\n")
            })
        })
    });
}

/// `siskin status` reaches the window, and a link shows its buddy there.
fn the_command_line_asks_and_changes(desk: &Desk, siskin: &Program<'_>) {
    let (status, output, errors) = desk.ask(&["status", "vacation", "--json"]);
    assert_eq!(status, 0, "{errors}");
    let line: serde_json::Value = serde_json::from_str(&output).expect("JSON");
    assert_eq!(line["type"], "status");
    assert_eq!(line["account"], "sip:alice@example.test");
    assert_eq!(line["status"], "vacation");
    assert_eq!(line["online"], true);
    siskin.hear("the new status is published", |all| {
        all.iter().any(|message| {
            message.text.contains("PUBLISH sip:") && message.text.contains("vacation")
        })
    });
    let (status, output, errors) = desk.ask(&["status"]);
    assert_eq!(status, 0, "{errors}");
    assert!(output.contains("vacation"), "{output}");
    let before = siskin.see_still();
    let (status, _, errors) = desk.ask(&["open", "pres:bob@example.test"]);
    assert_eq!(status, 0, "{errors}");
    siskin.see("Bob's details", |seen| seen.picture != before.picture);
    let details = siskin.see_still();
    siskin.press("Escape");
    // Else it could close what the next link opens.
    siskin.see("the list alone again", |seen| {
        seen.picture != details.picture && sees_bob(seen)
    });
    let (status, _, errors) = desk.ask(&["open", "sip:erin@example.test"]);
    assert_eq!(status, 0, "{errors}");
    siskin.see("the form, filled in", is_form);
    siskin.shoot("opened-by-a-link");
    siskin.press("Escape");
    siskin.see("the office", sees_bob);
}

fn bob_reads(desk: &Desk, server: &Server) {
    let arguments = [
        "watch",
        "sip:alice@example.test",
        "--account",
        "sip:bob@example.test",
        "--proxy",
        server.text("proxy"),
        "--until",
        "first-notify",
    ];
    let password = ("SISKIN_PASSWORD", server.password_of("bob"));
    let (status, output, errors) = desk.run(&arguments, &[password]);
    assert_eq!(status, 0, "{errors}");
    let line = "sip:alice@example.test: away, “Back at two”";
    assert!(output.contains(line), "{output}");
}

/// A form with the cursor in a field, and a main button over the whole width.
fn is_form(seen: &Seen) -> bool {
    seen.ring().is_some() && seen.main_buttons().iter().any(|area| area.width > 300)
}

/// A form with a box that says why.
fn asks_with_a_reason(seen: &Seen) -> bool {
    is_form(seen) && seen.notices().len() == 1
}

fn sees_bob(seen: &Seen) -> bool {
    let buddies = seen.buddies();
    let known = [Presence::Available, Presence::Away, Presence::Busy];
    buddies.len() == 1 && known.contains(&seen.presence(buddies[0]))
}

fn is_registered(all: &[crate::trace::Traced]) -> bool {
    all.iter().any(|message| {
        !message.sent && message.is_success() && message.text.contains(" REGISTER\r\n")
    })
}

/// Every file below a folder, but the sockets and pipes.
fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => found.extend(files(&entry.path())),
            Ok(kind) if kind.is_file() => found.push(entry.path()),
            _ => {}
        }
    }
    found
}
