//! Watching without telling who asks.

use crate::notifier::Server;
use crate::office::{self, Office};

#[test]
fn rb_007_others_are_not_told_who_asks_and_the_own_server_is() {
    let server = Server::polite();
    let asked = ["watch", "bob", "alice", "--anonymous"];
    let (mut watch, _home) = office::start_at(&server.proxy("udp"), &asked, &[]);
    for _ in 0..2 {
        watch.until("subscription", |line| line["state"] == "active");
    }
    let done = watch.stop();
    assert_eq!(done.status, 0, "{}", done.errors);
    let requests = server.requests();
    let mut seen = [0; 2];
    for request in &requests {
        let (from, to) = (
            request.header("From").unwrap(),
            request.header("To").unwrap(),
        );
        let hidden = request.method() == "SUBSCRIBE" && to.contains("bob@");
        assert_eq!(
            from.contains("anonymous@anonymous.invalid"),
            hidden,
            "{from} {to}"
        );
        assert_eq!(from.contains("alice@"), !hidden, "{from} {to}");
        let contact = request.header("Contact").unwrap();
        assert_eq!(contact.contains("alice@"), !hidden, "{contact}");
        seen[usize::from(hidden)] += 1;
    }
    // The registration and its own presence; Bob's, to its end.
    assert!(seen[0] >= 4 && seen[1] >= 2, "{seen:?}");
}

#[test]
fn rb_007_a_server_that_wants_to_know_who_asks_says_so() {
    let office = Office::open();
    let done = office.run(&["watch", "bob", "--anonymous", "--for", "2s"]);
    assert_eq!(done.status, 6, "{}", done.errors);
    assert!(done.last_word().contains("--anonymous"), "{}", done.errors);
    let done = office.run(&["watch", "--rls", "team", "--anonymous"]);
    assert_eq!(done.status, 2, "{}", done.errors);
}
