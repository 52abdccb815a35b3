//! Servers that are found by their domain's name.

use std::net::{TcpListener, UdpSocket};

use crate::name_server::{NameServer, Zone};
use crate::office::{self, Office};

#[test]
fn tx_017_register_finds_its_server_by_srv_and_fails_over_to_the_second() {
    let office = Office::open();
    let port = office.text("proxy").split([':', ';']).nth(2).unwrap();
    let dead = UdpSocket::bind("127.0.0.1:0").unwrap();
    let gone = dead.local_addr().unwrap().port();
    drop(dead);
    let names = NameServer::start(
        Zone::default()
            .srv("_sip._udp.example.test", [1, 0, gone], "one.example.test")
            .srv(
                "_sip._udp.example.test",
                [2, 0, port.parse().unwrap()],
                "two.example.test",
            )
            .host("one.example.test", "127.0.0.1")
            .host("two.example.test", "127.0.0.1"),
    );
    let done = office::run(
        &[
            "--account",
            "sip:alice@example.test",
            "register",
            "--json",
            "--until",
            "active",
        ],
        &[
            ("SISKIN_PASSWORD", office.text("password")),
            ("SISKIN_DNS", &names.address().to_string()),
        ],
    );
    assert_eq!(done.status, 0, "{}", done.errors);
    let states = done.fields("registration", "state");
    assert!(states.contains(&"registered".to_owned()), "{states:?}");
    assert!(!states.contains(&"failed".to_owned()), "{states:?}");
    let asked = names.asked();
    assert_eq!(asked[0], "NAPTR example.test");
    assert!(asked.contains(&"SRV _sip._udp.example.test".to_owned()));
    assert!(!asked.contains(&"A example.test".to_owned()), "{asked:?}");
}

#[test]
fn health_says_which_of_several_servers_is_used_and_why_not_the_first() {
    let office = Office::open();
    let port = office.text("proxy").split([':', ';']).nth(2).unwrap();
    let dead = TcpListener::bind("127.0.0.1:0").unwrap();
    let gone = dead.local_addr().unwrap();
    drop(dead);
    let service = "_sip._tcp.example.test";
    let names = NameServer::start(
        Zone::default()
            .srv(service, [1, 0, 5060], "lost.example.test")
            .srv(service, [2, 0, gone.port()], "one.example.test")
            .srv(service, [3, 0, port.parse().unwrap()], "two.example.test")
            .failing("lost.example.test")
            .host("one.example.test", "127.0.0.1")
            .host("two.example.test", "127.0.0.1"),
    );
    let arguments = [
        "--account",
        "sip:alice@example.test",
        "--proxy",
        "sip:example.test;transport=tcp;lr",
        "register",
        "--until",
        "active",
        "--health",
        "1h",
    ];
    let variables = [
        ("SISKIN_PASSWORD", office.text("password")),
        ("SISKIN_DNS", &names.address().to_string()),
    ];
    let done = office::run(&[&arguments[..], &["--json"]].concat(), &variables);
    assert_eq!(done.status, 0, "{}", done.errors);
    let health = done.of("health");
    let registration = health.iter().find(|line| line["subject"] == "registration");
    let server = &registration.unwrap()["servers"][0];
    assert_eq!(server["host"], "example.test");
    assert_eq!(server["address"], format!("127.0.0.1:{port}"));
    assert_eq!((&server["place"], &server["of"]), (&3.into(), &3.into()));
    let passed: Vec<&str> = server["passed_over"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it.as_str().unwrap())
        .collect();
    assert!(passed[0].contains("lost.example.test"), "{passed:?}");
    assert!(passed[1].contains(&gone.to_string()), "{passed:?}");
    let again = server["look_again_s"].as_u64().unwrap();
    assert!((500..=900).contains(&again), "{again}");

    let done = office::run(&arguments, &variables);
    let words = format!("served by 127.0.0.1:{port} over TCP, 3 of 3; the address of lost");
    assert!(done.text.contains(&words), "{}", done.text);
    assert!(
        done.text.contains("better ones are tried in"),
        "{}",
        done.text
    );
}
