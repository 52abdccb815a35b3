//! Buddies and groups, by the mouse: called otherwise, left in peace, taken out and put back, folded, found and dragged.

use crate::notifier::Notifier;
use crate::program::{Desk, Program, Server};
use crate::reader::{BUTTON, CHECK, CHECKED, LABEL, ROW, SELECTED};
use crate::seen::Presence;
use crate::tour::{Tour, begins, called};

#[test]
fn a_buddy_is_changed_silenced_removed_and_put_back() {
    let server = Server::start();
    let desk = Desk::with_bus();
    put_bob(&desk, &server);
    let tour = Tour::start(&desk, |desk| log_in(desk, &server));
    tour.click(begins(ROW, "Carol"));
    tour.find_so(begins(ROW, "Carol"), "is selected", |row| row.is(SELECTED));
    tour.fill("Name", "Caroline");
    tour.siskin.press("Return");
    tour.find(begins(ROW, "Caroline"));
    let silenced = called(CHECK, "Never notify me about this person");
    tour.click(silenced);
    tour.find_so(silenced, "is checked", |it| it.is(CHECKED));
    kept(&tour, &desk, "name = \"Caroline\"");
    kept(&tour, &desk, "muted = true");

    tour.click(called(BUTTON, "Remove"));
    tour.find(called(LABEL, "Caroline was removed"));
    tour.miss(begins(ROW, "Caroline"));
    tour.siskin
        .wait("she is not kept", || !desk.settings().contains("Caroline"));
    tour.click(called(BUTTON, "Undo"));
    tour.find(begins(ROW, "Caroline"));
    kept(&tour, &desk, "name = \"Caroline\"");
    kept(&tour, &desk, "muted = true");
    assert_eq!(tour.quit(), 0);
}

#[test]
fn people_are_found_folded_and_dragged() {
    let server = Server::start();
    let desk = Desk::with_bus();
    put_bob(&desk, &server);
    let tour = Tour::start(&desk, |desk| log_in(desk, &server));
    tour.click(called(BUTTON, "Search (Ctrl+F)"));
    tour.fill("Name or address", "dav");
    tour.miss(begins(ROW, "Carol"));
    tour.find(begins(ROW, "Dave"));
    tour.siskin.press("Escape");
    tour.find(begins(ROW, "Carol"));

    let team = begins(ROW, "Team, ");
    tour.click(team);
    tour.miss(begins(ROW, "Carol"));
    kept(&tour, &desk, "folded = true");
    tour.click(team);
    tour.find(begins(ROW, "Carol"));

    // Dave comes before Carol, and then among the friends.
    let order = |names: &[&str]| {
        tour.until(&format!("the order {names:?}"), |all| {
            let rows = all.iter().filter(|thing| thing.role == ROW);
            let found: Vec<&str> = rows
                .filter_map(|row| row.name.split([',', ' ']).next())
                .collect();
            (found == names).then_some(())
        });
    };
    order(&["Team", "Carol", "Dave", "Friends", "Erin", "Grace"]);
    let upper = |name| {
        let place = tour.place(begins(ROW, name));
        (place.x + place.width / 2, place.y + place.height / 4)
    };
    tour.siskin
        .drag(tour.place(begins(ROW, "Dave")), upper("Carol"));
    order(&["Team", "Dave", "Carol", "Friends", "Erin", "Grace"]);
    tour.siskin
        .drag(tour.place(begins(ROW, "Dave")), upper("Grace"));
    order(&["Team", "Carol", "Friends", "Erin", "Dave", "Grace"]);
    let dave = || {
        let settings = desk.settings();
        let entry = settings.split("[[accounts.buddies]]");
        let entry = entry.into_iter().find(|it| it.contains("sip:dave@"));
        entry.unwrap_or_default().to_owned()
    };
    tour.siskin.wait("Dave is kept among the friends", || {
        dave().contains("groups = [\"Friends\"]")
    });
    // A group goes as a whole.
    tour.siskin
        .drag(tour.place(begins(ROW, "Friends, ")), upper("Team, "));
    order(&["Friends", "Erin", "Dave", "Grace", "Team", "Carol"]);
    // What is let go outside of the list stays where it is.
    let me = tour.place(begins(BUTTON, "bob, "));
    tour.siskin
        .drag(tour.place(begins(ROW, "Erin")), me.middle());
    order(&["Friends", "Erin", "Dave", "Grace", "Team", "Carol"]);
    assert_eq!(tour.quit(), 0);
}

#[test]
fn it_is_told_when_somebody_awaited_is_available() {
    let desk = Desk::with_bus();
    let notifier = Notifier::start(desk.bus().expect("a bus"));
    // Somebody who looks at the window needs no notification.
    let tour = Tour::start(&desk, |desk| desk.start_behind(&["demo"]));
    tour.siskin.see("Bob is not available", |seen| {
        let buddies = seen.buddies();
        buddies.len() == 6 && seen.presence(buddies[0]) == Presence::Busy
    });
    tour.click(begins(ROW, "Bob"));
    tour.click(called(BUTTON, "Tell me when available"));
    tour.find(called(BUTTON, "Do not tell me"));
    let shown = notifier.wait_for("Bob is available");
    tour.miss(called(BUTTON, "Do not tell me"));
    assert!(!shown.lasting, "{shown:?}");
    assert!(shown.body.contains("Back at my desk"), "{shown:?}");
}

/// Bob's account, on whom nobody knocks, and four people in two groups.
fn put_bob(desk: &Desk, server: &Server) {
    let people = [
        ("carol", "Carol", "Team"),
        ("dave", "Dave", "Team"),
        ("erin", "Erin", "Friends"),
        ("grace", "Grace", "Friends"),
    ];
    let people = people.map(|(user, name, group)| {
        format!(
            "[[accounts.buddies]]\naddress = \"sip:{user}@example.test\"\nname = \"{name}\"\n\
             groups = [\"{group}\"]\n\n"
        )
    });
    desk.put_settings(&format!(
        "version = 2\n\n[[accounts]]\naddress = \"sip:bob@example.test\"\nenabled = true\n\
         outbound_proxy = \"{}\"\nstatus = \"available\"\n\n{}",
        server.text("proxy"),
        people.concat()
    ));
}

/// Starts, and types the password that nobody remembers.
fn log_in<'a>(desk: &'a Desk, server: &Server) -> Program<'a> {
    let mut siskin = desk.start(&[]);
    siskin.see("the question for the password", |seen| {
        seen.ring().is_some()
    });
    siskin.write(server.password_of("bob"));
    siskin.press("Return");
    siskin.see("four people", |seen| seen.buddies().len() == 4);
    siskin.resize(900, 860);
    siskin
}

fn kept(tour: &Tour<'_>, desk: &Desk, line: &str) {
    tour.siskin.wait(&format!("{line} is kept"), || {
        desk.settings().contains(line)
    });
}
