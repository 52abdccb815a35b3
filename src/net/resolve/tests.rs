//! The procedure of RFC 3263 §4 on records that a test writes down.

mod records;
mod unknown;

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Mutex;
use std::time::Duration;

use super::located::{Located, Missing, Question, RecordType};
use super::plan::{Names, locate};
use super::record::{Answer, Naptr, Records, Srv, happy_order, in_order, services};
use super::{Target, avoided_last, transport};
use crate::engine::{FlowError, NextHop};
use crate::net::limits;
use crate::sip::Transport;

/// The records of a small world, and what is asked of it.
#[derive(Default)]
struct World {
    naptr: HashMap<String, Answer<Naptr>>,
    srv: HashMap<String, Answer<Srv>>,
    addresses: HashMap<String, Answer<IpAddr>>,
    asked: Mutex<Vec<String>>,
    /// How long it thinks about each question.
    delay: Duration,
}

impl World {
    fn naptr(mut self, name: &str, records: &[(u16, u16, &str, &str)]) -> Self {
        let records = records
            .iter()
            .map(|(order, preference, services, replacement)| Naptr {
                order: *order,
                preference: *preference,
                flags: "s".to_owned(),
                services: (*services).to_owned(),
                replacement: (*replacement).to_owned(),
            });
        self.naptr
            .insert(name.to_owned(), Ok(found(records.collect())));
        self
    }

    fn srv(mut self, name: &str, records: &[(u16, u16, u16, &str)]) -> Self {
        let records = records.iter().map(|record| srv(*record)).collect();
        self.srv.insert(name.to_owned(), Ok(found(records)));
        self
    }

    fn host(mut self, name: &str, addresses: &[&str]) -> Self {
        let addresses = addresses.iter().map(|text| text.parse().unwrap());
        self.addresses
            .insert(name.to_owned(), Ok(found(addresses.collect())));
        self
    }

    fn asked(&self) -> Vec<String> {
        std::mem::take(&mut *self.asked.lock().unwrap())
    }

    async fn answer<T: Clone>(
        &self,
        record: RecordType,
        name: &str,
        answers: &HashMap<String, Answer<T>>,
    ) -> Answer<T> {
        let question = Question {
            record,
            name: name.to_owned(),
        };
        self.asked.lock().unwrap().push(question.to_string());
        tokio::time::sleep(self.delay).await;
        answers.get(name).cloned().unwrap_or(Err(Missing::NoName))
    }
}

impl Names for World {
    async fn naptr(&self, name: &str) -> Answer<Naptr> {
        self.answer(RecordType::Naptr, name, &self.naptr).await
    }

    async fn srv(&self, name: &str) -> Answer<Srv> {
        self.answer(RecordType::Srv, name, &self.srv).await
    }

    async fn addresses(&self, name: &str) -> Answer<IpAddr> {
        self.answer(RecordType::Address, name, &self.addresses)
            .await
    }
}

fn found<T>(records: Vec<T>) -> Records<T> {
    Records {
        records,
        valid_for: Some(Duration::from_secs(300)),
    }
}

fn srv((priority, weight, port, target): (u16, u16, u16, &str)) -> Srv {
    Srv {
        priority,
        weight,
        port,
        target: target.to_owned(),
    }
}

fn hop(uri: &str) -> NextHop {
    let (scheme, rest) = uri.split_once(':').unwrap();
    let (rest, parameter) = rest.split_once(";transport=").unwrap_or((rest, ""));
    let (host, port) = match rest.rsplit_once(':') {
        Some((host, port)) if !host.contains(':') || host.ends_with(']') => (host, Some(port)),
        _ => (rest, None),
    };
    NextHop {
        host: host.to_owned(),
        port: port.map(|port| port.parse().unwrap()),
        transport: match parameter {
            "udp" => Some(Transport::Udp),
            "tcp" => Some(Transport::Tcp),
            "tls" => Some(Transport::Tls),
            _ => None,
        },
        secure: scheme == "sips",
        identity: "example.com".to_owned(),
    }
}

async fn look_up(world: &World, uri: &str) -> Result<Located, FlowError> {
    locate(&hop(uri), world, &mut |_| 0, limits::SEARCH_TIMEOUT).await
}

/// The targets as `udp 192.0.2.1:5060`.
async fn targets(world: &World, uri: &str) -> Vec<String> {
    let located = look_up(world, uri).await.unwrap();
    located
        .targets
        .iter()
        .map(|target| {
            let transport = target.transport.via_token().to_ascii_lowercase();
            format!("{transport} {}", target.address)
        })
        .collect()
}

async fn words(world: &World, uri: &str) -> String {
    look_up(world, uri).await.unwrap_err().to_string()
}

/// The example of RFC 3263 §4.1, its servers given addresses.
fn rfc_3263() -> World {
    World::default()
        .naptr(
            "example.com",
            &[
                (50, 50, "SIPS+D2T", "_sips._tcp.example.com"),
                (90, 50, "SIP+D2T", "_sip._tcp.example.com"),
                (100, 50, "SIP+D2U", "_sip._udp.example.com"),
            ],
        )
        .srv(
            "_sips._tcp.example.com",
            &[(0, 1, 5061, "server1.example.com")],
        )
        .srv(
            "_sip._tcp.example.com",
            &[
                (0, 1, 5060, "server1.example.com"),
                (0, 2, 5060, "server2.example.com"),
            ],
        )
        .host("server1.example.com", &["192.0.2.1"])
        .host("server2.example.com", &["192.0.2.2"])
        .host("example.com", &["192.0.2.80"])
}

#[tokio::test]
async fn tx_014_a_numeric_host_is_asked_nothing() {
    let world = World::default();
    for (uri, wanted) in [
        ("sip:192.0.2.7", "udp 192.0.2.7:5060"),
        ("sip:192.0.2.7:5070", "udp 192.0.2.7:5070"),
        ("sips:192.0.2.7", "tls 192.0.2.7:5061"),
        ("sip:192.0.2.7;transport=tls", "tls 192.0.2.7:5061"),
        ("sip:[2001:db8::1]", "udp [2001:db8::1]:5060"),
        (
            "sip:[2001:db8::1]:5070;transport=tcp",
            "tcp [2001:db8::1]:5070",
        ),
    ] {
        assert_eq!(targets(&world, uri).await, [wanted], "{uri}");
    }
    assert!(world.asked().is_empty());
}

#[tokio::test]
async fn tx_014_with_a_port_only_addresses_are_asked_for() {
    let world = rfc_3263();
    for (uri, wanted) in [
        ("sip:example.com:5060", "udp 192.0.2.80:5060"),
        ("sips:example.com:5071", "tls 192.0.2.80:5071"),
        ("sip:example.com:5060;transport=tcp", "tcp 192.0.2.80:5060"),
    ] {
        assert_eq!(targets(&world, uri).await, [wanted], "{uri}");
        assert_eq!(world.asked(), ["address of example.com"], "{uri}");
    }
}

#[tokio::test]
async fn tx_014_with_a_transport_only_its_service_is_asked_for() {
    let world = rfc_3263();
    assert_eq!(
        targets(&world, "sip:example.com;transport=tcp").await,
        ["tcp 192.0.2.1:5060", "tcp 192.0.2.2:5060"]
    );
    assert_eq!(
        world.asked(),
        [
            "SRV of _sip._tcp.example.com",
            "address of server1.example.com",
            "address of server2.example.com"
        ]
    );
    // None for UDP: the domain's own address (RFC 3263 §4.2).
    assert_eq!(
        targets(&world, "sip:example.com;transport=udp").await,
        ["udp 192.0.2.80:5060"]
    );
    assert_eq!(
        world.asked(),
        ["SRV of _sip._udp.example.com", "address of example.com"]
    );
}

#[tokio::test]
async fn tx_014_without_naptr_each_transport_is_asked_for_and_without_srv_the_address() {
    let world = World::default().host("example.com", &["192.0.2.80"]);
    assert_eq!(
        targets(&world, "sip:example.com").await,
        ["udp 192.0.2.80:5060"]
    );
    assert_eq!(
        world.asked(),
        [
            "NAPTR of example.com",
            "SRV of _sips._tcp.example.com",
            "SRV of _sip._tcp.example.com",
            "SRV of _sip._udp.example.com",
            "address of example.com"
        ]
    );
    assert_eq!(
        targets(&world, "sips:example.com").await,
        ["tls 192.0.2.80:5061"]
    );
    assert_eq!(
        world.asked(),
        [
            "NAPTR of example.com",
            "SRV of _sips._tcp.example.com",
            "address of example.com"
        ]
    );
}

#[tokio::test]
async fn tx_014_without_naptr_tls_comes_first_and_nothing_in_clear_after_it() {
    let world = World::default()
        .srv("_sip._udp.example.com", &[(0, 0, 5060, "a.example.com")])
        .srv("_sip._tcp.example.com", &[(0, 0, 5062, "a.example.com")])
        .host("a.example.com", &["192.0.2.1"]);
    assert_eq!(
        targets(&world, "sip:example.com").await,
        ["tcp 192.0.2.1:5062", "udp 192.0.2.1:5060"]
    );
    let world = world.srv("_sips._tcp.example.com", &[(0, 0, 5061, "a.example.com")]);
    let located = look_up(&world, "sip:example.com").await.unwrap();
    assert_eq!(located.targets.len(), 1);
    assert_eq!(located.targets[0].transport, Transport::Tls);
    assert!(located.offers_tls);
}

#[tokio::test]
async fn tx_015_the_example_of_the_rfc() {
    let world = rfc_3263();
    assert_eq!(
        targets(&world, "sip:example.com").await,
        ["tls 192.0.2.1:5061"]
    );
    assert_eq!(
        world.asked(),
        [
            "NAPTR of example.com",
            "SRV of _sips._tcp.example.com",
            "address of server1.example.com"
        ]
    );
}

#[tokio::test]
async fn tx_015_sips_takes_only_sips() {
    let world = World::default()
        .naptr(
            "example.com",
            &[
                (10, 0, "SIP+D2U", "_sip._udp.example.com"),
                (20, 0, "SIP+D2T", "_sip._tcp.example.com"),
                (30, 0, "SIPS+D2T", "_sips._tcp.other.test"),
            ],
        )
        .srv("_sip._udp.example.com", &[(0, 0, 5060, "a.example.com")])
        .srv("_sips._tcp.other.test", &[(0, 0, 5063, "b.other.test")])
        .host("a.example.com", &["192.0.2.1"])
        .host("b.other.test", &["192.0.2.2"]);
    assert_eq!(
        targets(&world, "sips:example.com").await,
        ["tls 192.0.2.2:5063"]
    );
    let located = look_up(&world, "sip:example.com").await.unwrap();
    assert_eq!(
        located.targets[0].address,
        "192.0.2.1:5060".parse().unwrap()
    );
    assert!(located.offers_tls, "kept for sip:, though not first");
}

#[tokio::test]
async fn tx_015_another_order_only_when_nothing_of_the_first_exists() {
    let naptr = [
        (10, 0, "SIP+D2T", "_sip._tcp.example.com"),
        (20, 0, "SIP+D2U", "_sip._udp.example.com"),
    ];
    let mut world = World::default()
        .naptr("example.com", &naptr)
        .srv("_sip._udp.example.com", &[(0, 0, 5060, "a.example.com")])
        .host("a.example.com", &["192.0.2.1"])
        .host("example.com", &["192.0.2.80"]);
    assert_eq!(
        targets(&world, "sip:example.com").await,
        ["udp 192.0.2.1:5060"]
    );
    // What is not known is not denied.
    let silence = Err(Missing::TimedOut);
    world
        .srv
        .insert("_sip._tcp.example.com".to_owned(), silence);
    assert_eq!(
        targets(&world, "sip:example.com").await,
        ["tcp 192.0.2.80:5060"]
    );
}

#[tokio::test]
async fn tx_015_naptr_records_for_others_count_as_none() {
    let world = World::default()
        .naptr("example.com", &[(1, 1, "E2U+sip", "x.example.com")])
        .srv("_sip._udp.example.com", &[(0, 0, 5070, "a.example.com")])
        .host("a.example.com", &["192.0.2.1"]);
    assert_eq!(
        targets(&world, "sip:example.com").await,
        ["udp 192.0.2.1:5070"]
    );
}

#[tokio::test]
async fn tx_016_priorities_come_in_order_and_each_server_with_its_port() {
    let world = World::default()
        .srv(
            "_sip._udp.example.com",
            &[
                (20, 0, 5080, "b.example.com"),
                (10, 0, 5070, "a.example.com"),
            ],
        )
        .host(
            "a.example.com",
            &["2001:db8::1", "2001:db8::2", "192.0.2.1"],
        )
        .host("b.example.com", &["192.0.2.2"]);
    assert_eq!(
        targets(&world, "sip:example.com;transport=udp").await,
        [
            "udp [2001:db8::1]:5070",
            "udp 192.0.2.1:5070",
            "udp [2001:db8::2]:5070",
            "udp 192.0.2.2:5080"
        ]
    );
}

#[tokio::test]
async fn tx_016_a_target_of_the_root_means_no_service() {
    let world = World::default()
        .srv("_sip._udp.example.com", &[(0, 0, 0, "")])
        .host("example.com", &["192.0.2.80"]);
    for uri in ["sip:example.com;transport=udp", "sip:example.com"] {
        let words = words(&world, uri).await;
        assert!(words.contains("there is no such service"), "{words}");
    }
    assert!(!world.asked().contains(&"address of example.com".to_owned()));
    // Refused for TLS alone: the others are as if nothing were said.
    let world = World::default()
        .srv("_sips._tcp.example.com", &[(0, 0, 0, "")])
        .host("example.com", &["192.0.2.80"]);
    assert_eq!(
        targets(&world, "sip:example.com").await,
        ["udp 192.0.2.80:5060"]
    );
}

#[tokio::test]
async fn each_trouble_has_its_words() {
    let mut world = World::default();
    assert_eq!(
        words(&world, "sip:example.com").await,
        "cannot find example.com: there is no such name"
    );
    let service = "_sip._udp.example.com".to_owned();
    for (missing, part) in [
        (
            Missing::Failed("SERVFAIL".to_owned()),
            "the DNS server failed: SERVFAIL",
        ),
        (Missing::TimedOut, "no DNS server answered in time"),
        (
            Missing::NoServer("no file".to_owned()),
            "no DNS server is known: no file",
        ),
    ] {
        world.srv.insert(service.clone(), Err(missing));
        let words = words(&world, "sip:example.com").await;
        assert!(words.ends_with(part), "{words}");
    }
    let world = world.srv(&service, &[(0, 0, 5060, "gone.example.com")]);
    assert_eq!(
        words(&world, "sip:example.com").await,
        "cannot find example.com: its server gone.example.com has no address: there is no such name"
    );
    for name in [
        "exa mple",
        "",
        "a..b",
        "a\u{1}.example.com",
        &"a.".repeat(130),
    ] {
        let mut next_hop = hop("sip:x");
        next_hop.host = name.to_owned();
        let error = locate(&next_hop, &world, &mut |_| 0, limits::SEARCH_TIMEOUT)
            .await
            .unwrap_err();
        assert!(
            error.to_string().ends_with("this is not a host name"),
            "{error}"
        );
    }
}

#[tokio::test]
async fn the_way_is_kept_as_data() {
    let located = look_up(&rfc_3263(), "sip:example.com").await.unwrap();
    let steps: Vec<String> = located.steps.iter().map(ToString::to_string).collect();
    assert_eq!(
        steps,
        [
            "NAPTR of example.com: 3 found",
            "SRV of _sips._tcp.example.com: 1 found",
            "address of server1.example.com: 1 found"
        ]
    );
    assert_eq!(located.valid_for, Some(Duration::from_secs(300)));
}

#[tokio::test]
async fn ten_thousand_records_cost_what_a_few_do() {
    let names: Vec<String> = (0..10_000).map(|n| format!("s{n}.example.com")).collect();
    let records: Vec<_> = names
        .iter()
        .map(|name| (0, 0, 5060, name.as_str()))
        .collect();
    let addresses: Vec<String> = (0..1000)
        .map(|n| format!("192.0.{}.{}", n / 250, n % 250))
        .collect();
    let addresses: Vec<&str> = addresses.iter().map(String::as_str).collect();
    let mut world = World::default().srv("_sip._udp.example.com", &records);
    for name in names.iter().take(20) {
        world = world.host(name, &addresses);
    }
    let located = look_up(&world, "sip:example.com;transport=udp")
        .await
        .unwrap();
    assert_eq!(located.targets.len(), limits::TARGETS);
    assert_eq!(world.asked().len(), 1 + limits::SERVERS);
}

#[test]
fn tx_009_of_those_that_failed_the_one_that_failed_first_is_tried_first() {
    let target = |last: u8| Target {
        address: ([192, 0, 2, last], 5060).into(),
        transport: Transport::Udp,
    };
    let all = vec![target(1), target(2), target(3)];
    let order = |avoid: &[u8]| -> Vec<Target> {
        let avoid: Vec<_> = avoid.iter().map(|last| target(*last).address).collect();
        avoided_last(all.clone(), &avoid)
    };
    assert_eq!(order(&[]), all);
    assert_eq!(order(&[1]), [target(2), target(3), target(1)]);
    assert_eq!(order(&[3, 1, 2]), [target(3), target(1), target(2)]);
}
