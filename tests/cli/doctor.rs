//! `siskin doctor` on servers that are well, and on others.

use std::net::TcpListener;

use crate::name_server::{NameServer, Zone};
use crate::notifier::{Server, polite};
use crate::office::{self, Done, Office};

/// The states of a step, in order.
fn states(done: &Done, step: &str) -> Vec<String> {
    let checks = done.of("check").into_iter();
    let of_step = checks.filter(|check| check["step"] == step);
    of_step
        .map(|check| check["state"].as_str().unwrap().to_owned())
        .collect()
}

fn detail(done: &Done, step: &str) -> String {
    let checks = done.of("check");
    let check = checks.iter().find(|check| check["step"] == step);
    let check = check.unwrap_or_else(|| panic!("no {step} in {}", done.text));
    format!("{} {}", check["detail"], check["hint"])
}

#[test]
fn a_server_that_has_everything_is_well() {
    let office = Office::open();
    let home = tempfile::TempDir::new().unwrap();
    let trace = home.path().join("trace");
    let done = office.run(&["doctor", "--json", "--trace", trace.to_str().unwrap()]);
    assert_eq!(done.status, 0, "{}\n{}", done.text, done.errors);
    for step in [
        "password",
        "settings",
        "dns",
        "connection",
        "options",
        "register",
        "presence",
        "message-summary",
        "presence.winfo",
        "xcap-diff",
        "publish",
        "xcap",
        "rules",
    ] {
        assert_eq!(states(&done, step), ["ok"], "{step}\n{}", done.text);
    }
    assert!(
        detail(&done, "options").contains("siskin-demo"),
        "{}",
        done.text
    );
    // What the demo server does not have, one can do without.
    assert_eq!(states(&done, "dialog"), ["warn"]);
    assert!(detail(&done, "dialog").contains("489"), "{}", done.text);
    assert!(
        done.took < std::time::Duration::from_secs(20),
        "{:?}",
        done.took
    );
    assert!(detail(&done, "presence").contains("application/pidf+xml"));
    assert!(detail(&done, "xcap").contains("pres-rules"));
    assert_eq!(states(&done, "lists").len(), 1);
    // One trace of all of it, and nothing that lasts.
    let trace = std::fs::read_to_string(trace).unwrap();
    for part in [
        "OPTIONS sip:",
        "PUBLISH sip:",
        "SIP/2.0 412",
        "REGISTER sip:",
        "GET ",
    ] {
        assert!(trace.contains(part), "{part}");
    }
    let registers: Vec<&str> = trace.split("REGISTER sip:").skip(1).collect();
    assert!(registers.last().unwrap().contains("Expires: 0"));

    let done = office.run(&["doctor"]);
    assert_eq!(done.status, 0);
    assert!(
        done.text
            .contains("\nok       register         logged in for "),
        "{}",
        done.text
    );
}

#[test]
fn a_wrong_password_is_three_and_asks_nothing_further() {
    let office = Office::open();
    let done = office::run(
        &[
            "--account",
            "sip:alice@example.test",
            "--proxy",
            office.text("proxy"),
            "doctor",
            "--json",
        ],
        &[("SISKIN_PASSWORD", "wrong")],
    );
    assert_eq!(done.status, 3, "{}", done.text);
    assert_eq!(states(&done, "register"), ["fail"]);
    assert!(detail(&done, "register").contains("--auth-user"));
    for package in ["presence", "message-summary", "dialog"] {
        assert_eq!(states(&done, package), ["skipped"]);
    }
    assert_eq!(states(&done, "publish"), ["warn"]);
    assert!(done.last_word().contains("register"), "{}", done.errors);
}

#[test]
fn where_nothing_listens_it_is_four() {
    let gone = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = gone.local_addr().unwrap();
    drop(gone);
    let proxy = format!("sip:{address};transport=tcp;lr");
    let (running, _home) = office::start_at(&proxy, &["doctor"], &[]);
    let done = running.wait();
    assert_eq!(done.status, 4, "{}", done.text);
    assert_eq!(states(&done, "dns"), ["ok"]);
    assert_eq!(states(&done, "connection"), ["fail"]);
    assert!(detail(&done, "connection").contains(&address.to_string()));
    for step in ["register", "presence", "publish"] {
        assert_eq!(states(&done, step), ["skipped"]);
    }
    assert!(done.last_word().contains("connection"), "{}", done.errors);
}

#[test]
fn a_domain_without_servers_is_four_and_each_server_of_one_with_several_is_looked_at() {
    let office = Office::open();
    let port: u16 = office
        .text("proxy")
        .split([':', ';'])
        .nth(2)
        .unwrap()
        .parse()
        .unwrap();
    let gone = TcpListener::bind("127.0.0.1:0").unwrap();
    let dead = gone.local_addr().unwrap().port();
    drop(gone);
    let service = "_sip._tcp.example.test";
    let names = NameServer::start(
        Zone::default()
            .srv(service, [1, 0, dead], "one.example.test")
            .srv(service, [2, 0, port], "one.example.test")
            .srv(service, [3, 0, port], "lost.example.test")
            .failing("lost.example.test")
            .host("one.example.test", "127.0.0.1"),
    );
    let run = |proxy: &str| {
        office::run(
            &[
                "--account",
                "sip:alice@example.test",
                "--proxy",
                proxy,
                "doctor",
                "--json",
            ],
            &[
                ("SISKIN_PASSWORD", office.text("password")),
                ("SISKIN_DNS", &names.address().to_string()),
            ],
        )
    };
    let done = run("sip:example.test;transport=tcp;lr");
    assert_eq!(done.status, 0, "{}\n{}", done.text, done.errors);
    assert_eq!(states(&done, "connection"), ["fail", "ok"]);
    assert_eq!(states(&done, "dns"), ["warn"]);
    let names = detail(&done, "dns");
    for part in [
        "SRV of _sip._tcp.example.test: 3 found",
        "address of lost.example.test: the DNS server failed",
        &format!("tcp 127.0.0.1:{port}"),
    ] {
        assert!(names.contains(part), "{names}");
    }

    let done = run("sip:nowhere.test;lr");
    assert_eq!(done.status, 4, "{}", done.text);
    assert_eq!(states(&done, "dns"), ["fail"]);
    assert!(detail(&done, "dns").contains("there is no such name"));
}

#[test]
fn a_server_without_messages_is_five() {
    let server = Server::scripted(|request, port| {
        let mut answers = polite(request, port);
        let event = request.header("Event").unwrap_or_default();
        if request.method() == "SUBSCRIBE" && event != "presence" {
            answers = vec![request.answer(489, "Bad Event")];
        }
        if matches!(request.method(), "OPTIONS" | "PUBLISH") {
            answers = vec![request.answer(405, "Method Not Allowed")];
        }
        answers
    });
    let (running, _home) = office::start_at(&server.proxy("udp"), &["doctor"], &[]);
    let done = running.wait();
    assert_eq!(done.status, 5, "{}", done.text);
    assert_eq!(states(&done, "options"), ["ok"], "it answers");
    assert_eq!(states(&done, "presence"), ["ok"]);
    assert_eq!(states(&done, "message-summary"), ["fail"]);
    // One can live without these.
    for step in ["presence.winfo", "dialog", "xcap-diff", "publish"] {
        assert_eq!(states(&done, step), ["warn"], "{step}");
    }
    assert_eq!(states(&done, "xcap"), ["skipped"]);
    assert!(done.last_word().contains("489"), "{}", done.errors);
}
