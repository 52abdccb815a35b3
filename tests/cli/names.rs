//! Servers that are found by their domain's name.

use std::net::UdpSocket;

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
