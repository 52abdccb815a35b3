//! `siskin doctor` on servers that are well, and on others.

use std::net::TcpListener;

use crate::message::Message;
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
    assert!(!done.text.contains("in time"), "{}", done.text);
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
fn whoever_stops_it_leaves_no_registration_behind() {
    // One that registers, and tells nothing of what is asked of it.
    let server = Server::scripted(|request, port| match request.method() {
        "SUBSCRIBE" => vec![request.answer(100, "Trying")],
        _ => polite(request, port),
    });
    for limit in [false, true] {
        let before = server.count("REGISTER");
        let arguments: &[&str] = if limit {
            &["--for", "3s", "doctor"]
        } else {
            &["doctor"]
        };
        let (mut running, _home) = office::start_at(&server.proxy("udp"), arguments, &[]);
        running.until("check", |line| line["step"] == "register");
        if !limit {
            running.signal("INT");
        }
        let done = running.wait();
        assert_eq!(done.status, if limit { 7 } else { 1 }, "{}", done.errors);
        let requests = server.requests();
        let registers: Vec<u32> = requests
            .iter()
            .filter(|request| request.method() == "REGISTER")
            .skip(before)
            .map(Message::expires)
            .collect();
        assert!(registers.len() > 1 && registers[0] > 0, "{registers:?}");
        assert_eq!(registers.last(), Some(&0), "{registers:?}");
    }
}

#[test]
fn publications_are_asked_of_the_next_server_when_the_first_is_silent() {
    let gone = TcpListener::bind("127.0.0.1:0").unwrap();
    let dead = format!("sip:{};transport=tcp", gone.local_addr().unwrap());
    drop(gone);
    let server = Server::polite();
    let ways = ["--proxy", &dead, "--proxy", &server.proxy("tcp")];
    let home = tempfile::TempDir::new().unwrap();
    let mut all = vec!["--account", "sip:alice@example.test", "--json", "doctor"];
    all.extend(ways);
    let done = office::start(&all, home.path(), &[("SISKIN_PASSWORD", "secret")]).wait();
    assert_eq!(states(&done, "connection"), ["fail", "ok"], "{}", done.text);
    assert_eq!(states(&done, "publish"), ["ok"], "{}", done.text);
    assert!(server.count("PUBLISH") > 0);
}

#[test]
fn a_weak_challenge_gets_no_answer_where_none_is_wanted() {
    let server = Server::scripted(|request, port| {
        let asks = matches!(request.method(), "REGISTER" | "PUBLISH" | "OPTIONS");
        if !asks || request.header("Authorization").is_some() {
            return polite(request, port);
        }
        let weak = "Digest realm=\"example.test\", nonce=\"one\", algorithm=MD5, qop=\"auth\"";
        vec![
            request
                .answer(401, "Unauthorized")
                .add("WWW-Authenticate", weak),
        ]
    });
    let proxy = server.proxy("udp");
    let answered = || {
        let requests = server.requests();
        let mut answers = requests
            .iter()
            .filter(|request| request.header("Authorization").is_some());
        answers.next().is_some()
    };
    let (running, _home) = office::start_at(&proxy, &["--strong-digest", "doctor"], &[]);
    let done = running.wait();
    assert_eq!(done.status, 3, "{}", done.text);
    assert!(server.count("PUBLISH") > 0 && !answered());
    let said = detail(&done, "register");
    assert!(
        said.contains("too weak") && said.contains("SHA-256"),
        "{said}"
    );
    assert_eq!(states(&done, "publish"), ["warn"]);
    let (running, _home) = office::start_at(&proxy, &["doctor"], &[]);
    let done = running.wait();
    assert_eq!(states(&done, "register"), ["ok"], "{}", done.text);
    assert!(answered());
}

#[test]
fn what_a_server_says_of_itself_is_made_harmless() {
    let server = Server::scripted(|request, port| match request.method() {
        "OPTIONS" => vec![
            request
                .answer(200, "O\u{202e}K")
                .add("Server", &format!("a\u{1b}[31m{}", "x".repeat(5_000))),
        ],
        "PUBLISH" => vec![request.answer(403, "No\u{1b}[2J")],
        _ => polite(request, port),
    });
    let (running, _home) = office::start_at(&server.proxy("tcp"), &["doctor"], &[]);
    let done = running.wait();
    for check in done.of("check") {
        for field in ["detail", "hint"] {
            let said = check[field].as_str().unwrap_or_default();
            let harmful = |c: char| c.is_control() || c == '\u{202e}';
            assert!(!said.contains(harmful) && said.len() < 2_000, "{check}");
        }
    }
    assert!(
        detail(&done, "options").contains("[31mxxx"),
        "{}",
        done.text
    );
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
