//! Two accounts on one server: both are logged in, and their people are one list.

use crate::picture::Area;
use crate::program::{Desk, Server};
use crate::reader::{BUTTON, FOCUSED, HEADING, LABEL, SECRET};
use crate::seen::{Presence, Seen};
use crate::tour::{Tour, called};

#[test]
fn two_accounts_are_one_list_and_one_goes_without_the_other() {
    let server = Server::start();
    let desk = Desk::new();
    let account = |user: &str, buddy: &str| {
        format!(
            "[[accounts]]\naddress = \"sip:{user}@example.test\"\nenabled = true\n\
             outbound_proxy = \"{}\"\nstatus = \"available\"\n\n\
             [[accounts.buddies]]\naddress = \"sip:{buddy}@example.test\"\n\n",
            server.text("proxy"),
        )
    };
    let both = account("alice", "bob") + &account("bob", "alice");
    desk.put_settings(&format!("version = 1\n\n{both}"));
    let siskin = desk.start(&[]);
    // There is no keyring: each is asked for, one after the other.
    siskin.see("the question for Alice", asks);
    siskin.write(server.text("password"));
    siskin.press("Return");
    siskin.hear("Alice is registered", |all| registrations(all) == 1);
    siskin.see("the question for Bob", asks);
    siskin.write(server.password_of("bob"));
    siskin.press("Return");
    siskin.hear("Bob is registered, too", |all| registrations(all) == 2);
    siskin.see("both in one list", |seen| known(seen) == 2);
    siskin.shoot("two-accounts");

    let (status, output, errors) = desk.ask(&["status", "away", "--json"]);
    assert_eq!(status, 0, "{errors}");
    let lines: Vec<serde_json::Value> = output
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    let told: Vec<_> = lines
        .iter()
        .map(|line| (line["account"].as_str(), line["status"].as_str()))
        .collect();
    let away = |account| (Some(account), Some("away"));
    let expected = [away("sip:alice@example.test"), away("sip:bob@example.test")];
    assert_eq!(told, expected);
    siskin.hear("both tell it", |all| {
        ["alice", "bob"].iter().all(|user| {
            let address = format!("<sip:{user}@example.test>");
            let told = |text: &str| text.contains(&address) && text.contains("away");
            all.iter()
                .any(|message| message.is_request("PUBLISH") && told(&message.text))
        })
    });
    // Of Bob there is more than this: his devices in the office come and go as they like.
    siskin.see("Alice is away for Bob", |seen| {
        let buddies = seen.buddies();
        let is_away = |one: &Area| seen.presence(*one) == Presence::Away;
        buddies.last().is_some_and(is_away)
    });

    siskin.press("ctrl+u");
    siskin.see("all accounts", |seen| seen.buddies().is_empty());
    siskin.shoot("accounts");
    // Back, further down, log in again, log out.
    siskin.tab(4);
    siskin.press("Return");
    siskin.hear("Alice has gone", |all| {
        all.iter().any(|message| {
            message.is_request("REGISTER") && message.text.contains("expires=0")
                || message.is_request("REGISTER") && message.text.contains("Expires: 0\r\n")
        })
    });
    siskin.press("Escape");
    siskin.see("the list of the other one", |seen| {
        seen.buddies().len() == 1
    });
    assert!(desk.settings().contains("enabled = false"));
    assert_eq!(siskin.quit(), 0);
}

#[test]
fn an_account_is_looked_after_with_the_mouse() {
    let server = Server::start();
    let desk = Desk::with_bus();
    desk.put_settings(&format!(
        "version = 2\n\n[[accounts]]\naddress = \"sip:bob@example.test\"\nenabled = true\n\
         outbound_proxy = \"{}\"\nstatus = \"available\"\n\n\
         [[accounts.buddies]]\naddress = \"sip:carol@example.test\"\n",
        server.text("proxy"),
    ));
    let tour = Tour::start(&desk, |desk| {
        let mut siskin = desk.start(&[]);
        siskin.see("the question for the password", asks);
        siskin.write(server.password_of("bob"));
        siskin.press("Return");
        siskin.see("Carol", |seen| known(seen) == 1);
        siskin.resize(700, 860);
        siskin
    });
    // How everything fares, and one part of it asked for again.
    tour.click(called(BUTTON, "Details"));
    tour.find(called(HEADING, "Connections"));
    let refreshed = |all: &[crate::trace::Traced]| {
        all.iter()
            .filter(|message| message.is_request("REGISTER"))
            .count()
    };
    let before = refreshed(&tour.siskin.hear("something", |all| !all.is_empty()));
    tour.find(called(LABEL, "Log-in"));
    tour.click(called(BUTTON, "Refresh"));
    tour.siskin
        .hear("the log-in is refreshed", |all| refreshed(all) > before);
    tour.siskin.shoot("health");
    tour.click(called(BUTTON, "Its messages"));
    tour.find(called(HEADING, "Trace"));
    tour.click(called(BUTTON, "Back"));

    tour.click(called(BUTTON, "Settings (Ctrl+,)"));
    tour.click(called(BUTTON, "All accounts"));
    tour.find(called(HEADING, "Accounts"));
    tour.click(called(BUTTON, "Log out"));
    tour.siskin
        .wait("it is not logged in at the next start", || {
            desk.settings().contains("enabled = false")
        });
    tour.find(called(LABEL, "Logged out"));
    tour.siskin.shoot("account-logged-out");
    tour.click(called(BUTTON, "Log in"));
    // There is no keyring.
    tour.click(called(BUTTON, "Enter password"));
    let secret = called(SECRET, "Password");
    tour.find_so(secret, "with the keyboard", |field| field.is(FOCUSED));
    tour.siskin.write(server.password_of("bob"));
    tour.siskin.press("Return");
    tour.find(called(LABEL, "Connected as bob@example.test"));
    tour.siskin.wait("it is logged in at the next start", || {
        desk.settings().contains("enabled = true")
    });

    // The same server over TCP; the password stays.
    tour.siskin.press("ctrl+u");
    tour.click(called(BUTTON, "Server…"));
    tour.fill("Outbound proxy", server.text("proxy_tcp"));
    tour.siskin.shoot("account-server");
    tour.click(called(BUTTON, "Log in"));
    tour.siskin.wait("the server is kept", || {
        desk.settings().contains(server.text("proxy_tcp"))
    });
    tour.siskin.hear("registered over TCP", |all| {
        all.iter().any(|message| {
            message.protocol == "TCP"
                && message.is_success()
                && message.text.contains(" REGISTER\r\n")
        })
    });
    tour.find(called(LABEL, "Connected as bob@example.test"));
    assert_eq!(tour.quit(), 0);
}

/// A form with the cursor in a field, and a box that says why.
fn asks(seen: &Seen) -> bool {
    seen.ring().is_some()
        && seen.notices().len() == 1
        && seen.main_buttons().iter().any(|area| area.width > 300)
}

/// How many are listed whose presence is told.
fn known(seen: &Seen) -> usize {
    let told = [Presence::Available, Presence::Away, Presence::Busy];
    let buddies = seen.buddies();
    let known = buddies
        .iter()
        .filter(|one| told.contains(&seen.presence(**one)));
    known.count()
}

fn registrations(all: &[crate::trace::Traced]) -> usize {
    let told = all.iter().filter(|message| {
        !message.sent && message.is_success() && message.text.contains(" REGISTER\r\n")
    });
    let users = ["alice", "bob"].map(|user| format!("<sip:{user}@example.test>"));
    let told: Vec<_> = told.collect();
    let is_told = |user: &&String| {
        told.iter()
            .any(|message| message.text.contains(user.as_str()))
    };
    users.iter().filter(is_told).count()
}
