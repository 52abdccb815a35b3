//! Servers found through a DNS server on this machine.

use std::time::Instant;

use tokio::net::TcpListener;

use super::name_server::{NameServer, Zone};
use super::*;
use crate::net::{DnsResolver, Located, Missing, PassedOver, RecordType, Resolver};

fn domain(transport: Option<Transport>) -> NextHop {
    NextHop {
        host: "example.test".to_owned(),
        port: None,
        transport,
        secure: false,
        identity: "example.test".to_owned(),
    }
}

async fn locate(server: &NameServer, next_hop: &NextHop) -> Result<Located, FlowError> {
    DnsResolver::only(server.address()).locate(next_hop).await
}

fn addresses(located: &Located) -> Vec<String> {
    let targets = located.targets.iter();
    targets.map(|target| target.address.to_string()).collect()
}

#[tokio::test]
async fn tx_014_the_dns_is_asked_what_the_rfc_says_and_once() {
    let server = NameServer::start(
        Zone::default()
            .naptr("example.test", 10, "SIP+D2U", "_sip._udp.example.test")
            .srv("_sip._udp.example.test", [0, 0, 5070], "sip1.example.test")
            .host("sip1.example.test", "127.0.0.2")
            .host("sip1.example.test", "::1"),
    );
    let resolver = DnsResolver::only(server.address());
    let located = resolver.locate(&domain(None)).await.unwrap();
    let mut found = addresses(&located);
    found.sort();
    assert_eq!(found, ["127.0.0.2:5070", "[::1]:5070"]);
    let mut asked = server.asked();
    asked[2..].sort();
    assert_eq!(
        asked,
        [
            "NAPTR example.test",
            "SRV _sip._udp.example.test",
            "A sip1.example.test",
            "AAAA sip1.example.test"
        ]
    );
    let records: Vec<_> = located.steps.iter().map(|it| it.question.record).collect();
    assert_eq!(
        records,
        [RecordType::Naptr, RecordType::Srv, RecordType::Address]
    );
    let valid_for = located.valid_for.unwrap();
    assert!(
        (Duration::from_secs(110)..=Duration::from_secs(120)).contains(&valid_for),
        "{valid_for:?}"
    );
    // What is known is not asked again while it is valid.
    let started = Instant::now();
    resolver.locate(&domain(None)).await.unwrap();
    assert!(server.asked().is_empty());
    println!("from the cache: {:?}", started.elapsed());
}

#[tokio::test]
async fn tx_016_aliases_are_followed_before_and_behind_a_service() {
    let server = NameServer::start(
        Zone::default()
            .alias("_sip._udp.example.test", "service.example.test")
            .srv("service.example.test", [0, 0, 5070], "sip1.example.test")
            .alias("sip1.example.test", "real.example.test")
            .host("real.example.test", "127.0.0.2"),
    );
    let located = locate(&server, &domain(Some(Transport::Udp))).await;
    assert_eq!(addresses(&located.unwrap()), ["127.0.0.2:5070"]);
}

#[tokio::test]
async fn loops_end() {
    let server = NameServer::start(
        Zone::default()
            .alias("_sip._udp.example.test", "one.example.test")
            .alias("one.example.test", "_sip._udp.example.test")
            .alias("example.test", "two.example.test")
            .alias("two.example.test", "example.test"),
    );
    let started = Instant::now();
    let error = locate(&server, &domain(Some(Transport::Udp))).await;
    assert!(matches!(error, Err(FlowError::Name { .. })), "{error:?}");
    assert!(started.elapsed() < Duration::from_secs(4));
    let asked = server.asked().len();
    assert!(asked < 150, "{asked} questions");
}

#[tokio::test]
async fn records_of_other_names_are_left_out() {
    let server = NameServer::start(
        Zone::default()
            .host("example.test", "127.0.0.2")
            .stray("example.test", "bank.test", [127, 0, 0, 66])
            .stray("only.test", "bank.test", [127, 0, 0, 66]),
    );
    let mut next_hop = domain(None);
    next_hop.port = Some(5060);
    let located = locate(&server, &next_hop).await.unwrap();
    assert_eq!(addresses(&located), ["127.0.0.2:5060"]);
    next_hop.host = "only.test".to_owned();
    let error = locate(&server, &next_hop).await;
    assert!(matches!(error, Err(FlowError::Name { .. })), "{error:?}");
}

#[tokio::test]
async fn what_does_not_fit_a_datagram_comes_over_tcp() {
    let mut zone = Zone::default().truncated("_sip._udp.example.test").srv(
        "_sip._udp.example.test",
        [0, 0, 5070],
        "sip1.example.test",
    );
    // More than a message holds.
    for n in 0..10_000_u16 {
        let [high, low] = n.to_be_bytes();
        zone = zone.host("sip1.example.test", &format!("127.1.{high}.{low}"));
    }
    let server = NameServer::start(zone);
    let located = locate(&server, &domain(Some(Transport::Udp))).await;
    assert_eq!(
        located.unwrap().targets.len(),
        crate::net::limits::ADDRESSES
    );
    let asked = server.asked();
    for question in [
        "SRV _sip._udp.example.test over TCP",
        "A sip1.example.test over TCP",
    ] {
        assert!(asked.iter().any(|it| it == question), "{asked:?}");
    }
}

#[tokio::test]
async fn names_that_no_host_has_are_left_out() {
    let server = NameServer::start(
        Zone::default()
            .naptr("example.test", 1, "SIP+D2U", "_sip\n._udp.example.test")
            .naptr("example.test", 2, "SIP+D2U", "_sip._udp.example.test")
            .srv(
                "_sip._udp.example.test",
                [0, 0, 5070],
                "sip\u{7}.example.test",
            )
            .srv("_sip._udp.example.test", [1, 0, 0], "none.example.test")
            .srv("_sip._udp.example.test", [2, 0, 5070], "sip1.example.test")
            .host("sip1.example.test", "127.0.0.2"),
    );
    let located = locate(&server, &domain(None)).await.unwrap();
    assert_eq!(addresses(&located), ["127.0.0.2:5070"]);
}

#[tokio::test]
async fn each_failure_of_the_dns_has_its_words() {
    let server = NameServer::start(
        Zone::default()
            .failing("failing.test")
            .silent("silent.test")
            .host("sub.empty.test", "127.0.0.2")
            .naptr("empty.test", 1, "E2U+sip", "x.test"),
    );
    for (host, words) in [
        ("unknown.test", "there is no such name"),
        ("empty.test", "the name has no such record"),
        ("failing.test", "the DNS server failed: SERVFAIL"),
        ("silent.test", "no DNS server answered in time"),
    ] {
        let mut next_hop = domain(None);
        next_hop.host = host.to_owned();
        next_hop.port = Some(5060);
        let error = locate(&server, &next_hop).await.unwrap_err().to_string();
        assert!(error.contains(words), "{host}: {error}");
    }
}

#[tokio::test]
async fn au_019_a_domain_that_no_longer_offers_tls_is_noticed() {
    let zone = || {
        Zone::default().host("sip1.example.test", "127.0.0.2").srv(
            "_sip._udp.example.test",
            [0, 0, 5070],
            "sip1.example.test",
        )
    };
    let before =
        NameServer::start(zone().srv("_sips._tcp.example.test", [0, 0, 5071], "sip1.example.test"));
    let resolver = DnsResolver::only(before.address());
    let located = resolver.locate(&domain(None)).await.unwrap();
    assert!(located.offers_tls && !located.downgraded);
    let known = resolver.take_offered_tls().unwrap();
    assert_eq!(known, ["example.test"]);
    assert_eq!(resolver.take_offered_tls(), None, "nothing new");
    let after = NameServer::start(zone());
    let resolver = resolver.and_now(after.address());
    let located = resolver.locate(&domain(None)).await.unwrap();
    assert!(!located.offers_tls && located.downgraded);
    // The next run knows it, too.
    let next = DnsResolver::only(after.address()).knowing(known);
    assert!(next.locate(&domain(None)).await.unwrap().downgraded);
    assert_eq!(next.take_offered_tls(), None);
    let mut fixed = domain(Some(Transport::Udp));
    assert!(!resolver.locate(&fixed).await.unwrap().downgraded);
    fixed.host = "127.0.0.1".to_owned();
    fixed.transport = None;
    assert!(!resolver.locate(&fixed).await.unwrap().downgraded);
    // An answer that does not come is no such answer: for now it has no servers, and whoever never offered TLS has.
    let unsure = NameServer::start(zone().failing("example.test"));
    let resolver = resolver.and_now(unsure.address());
    let error = resolver.locate(&domain(None)).await.unwrap_err();
    assert!(error.to_string().contains("offered TLS before"), "{error}");
    let located = locate(&unsure, &domain(None)).await.unwrap();
    assert!(!located.offers_tls && !located.downgraded);
    // What is encrypted anyhow has lost nothing.
    let bare = NameServer::start(Zone::default().host("example.test", "127.0.0.2"));
    let resolver = resolver.and_now(bare.address());
    let mut secure = domain(None);
    secure.secure = true;
    assert!(!resolver.locate(&secure).await.unwrap().downgraded);
    assert!(resolver.locate(&domain(None)).await.unwrap().downgraded);
}

#[tokio::test]
async fn tx_016_a_server_with_tls_that_cannot_be_looked_up_leaves_nothing_to_clear_text() {
    let zone = || {
        let srv = |zone: Zone, service: &str, target| {
            zone.srv(&format!("{service}.example.test"), [0, 0, 5070], target)
        };
        let zone = srv(Zone::default(), "_sips._tcp", "safe.example.test");
        let zone = srv(zone, "_sip._tcp", "open.example.test");
        srv(zone, "_sip._udp", "open.example.test").host("open.example.test", "127.0.0.2")
    };
    for (zone, words) in [
        (
            zone().failing("safe.example.test"),
            "the address of its server safe.example.test is not known: the DNS server failed: SERVFAIL",
        ),
        (
            zone().silent("safe.example.test"),
            "no DNS server answered in time",
        ),
        (zone(), "its server safe.example.test has no address"),
        (
            zone().failing("_sips._tcp.example.test"),
            "it cannot be told whether there is TLS: the DNS server failed: SERVFAIL",
        ),
    ] {
        let server = NameServer::start(zone);
        let error = locate(&server, &domain(None)).await.unwrap_err();
        assert!(error.to_string().contains(words), "{error}");
    }
    let server = NameServer::start(zone().host("safe.example.test", "127.0.0.3"));
    let located = locate(&server, &domain(None)).await.unwrap();
    assert_eq!(addresses(&located), ["127.0.0.3:5070"]);
}

#[tokio::test]
async fn tx_016_a_server_that_cannot_be_looked_up_is_told_and_asked_for_again() {
    let zone = || {
        Zone::default()
            .srv("_sip._tcp.example.test", [1, 0, 5070], "a.example.test")
            .srv("_sip._tcp.example.test", [2, 0, 5070], "b.example.test")
            .host("a.example.test", "127.0.0.2")
            .host("b.example.test", "127.0.0.3")
    };
    let server = NameServer::start(zone().failing("a.example.test"));
    let resolver = DnsResolver::only(server.address());
    let next_hop = domain(Some(Transport::Tcp));
    for _ in 0..2 {
        let located = resolver.locate(&next_hop).await.unwrap();
        assert_eq!(addresses(&located), ["127.0.0.3:5070"]);
        assert_eq!(located.preferred, 0);
        let hidden: Vec<_> = located.hidden().collect();
        assert!(
            matches!(hidden[..], [("a.example.test", Missing::Failed(_))]),
            "{hidden:?}"
        );
        // The failure is not kept; what is known is.
        let asked = server.asked();
        assert!(asked.iter().any(|it| it == "A a.example.test"), "{asked:?}");
    }
    let server = NameServer::start(zone());
    let located = locate(&server, &next_hop).await.unwrap();
    assert_eq!(addresses(&located), ["127.0.0.2:5070", "127.0.0.3:5070"]);
    assert_eq!((located.preferred, located.hidden().count()), (1, 0));
}

#[tokio::test]
async fn tx_017_the_second_server_takes_over_and_the_choice_is_kept() {
    let dead = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let live = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let [gone, there] = [&dead, &live].map(|it| it.local_addr().unwrap());
    drop(dead);
    let server = NameServer::start(
        Zone::default()
            .srv("_sip._tcp.example.test", [1, 0, gone.port()], "a.test")
            .srv("_sip._tcp.example.test", [2, 0, there.port()], "a.test")
            .host("a.test", "127.0.0.1"),
    );
    let (network, mut events) = start(NetConfig {
        resolver: Arc::new(DnsResolver::only(server.address())),
        ..NetConfig::default()
    })
    .await;
    let next_hop = domain(Some(Transport::Tcp));
    network.open_flow(FlowRequest(1), next_hop.clone(), vec![]);
    assert_eq!(opened(&mut events).await.remote, there);
    let servers = network.servers();
    assert_eq!(servers.len(), 1);
    assert_eq!(servers[0].next_hop, next_hop);
    assert_eq!(servers[0].target.address, there);
    assert_eq!(servers[0].place(), (2, 2));
    assert!(
        matches!(servers[0].passed_over[..], [PassedOver::Failed(_)]),
        "{:?}",
        servers[0].passed_over
    );
    assert!(servers[0].valid_left().unwrap() > Duration::from_secs(100));
    assert_eq!(
        servers[0].located.steps[0].to_string(),
        "SRV of _sip._tcp.example.test: 2 found"
    );
}

#[tokio::test]
async fn tx_017_a_better_server_is_known_as_such_and_found_again() {
    let gone = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let lesser = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let [better, there] = [&gone, &lesser].map(|it| it.local_addr().unwrap());
    drop(gone);
    let server = NameServer::start(
        Zone::default()
            .srv("_sip._tcp.example.test", [1, 0, better.port()], "a.test")
            .srv("_sip._tcp.example.test", [2, 0, there.port()], "a.test")
            .host("a.test", "127.0.0.1"),
    );
    let (network, mut events) = start(NetConfig {
        resolver: Arc::new(DnsResolver::only(server.address())),
        ..NetConfig::default()
    })
    .await;
    let mut number = 0;
    let mut open = async |avoid: &[SocketAddr]| {
        number += 1;
        let next_hop = domain(Some(Transport::Tcp));
        network.open_flow(FlowRequest(number), next_hop, avoid.to_vec());
        match next(&mut events).await {
            NetEvent::FlowOpened { flow, away, .. } => (flow, away),
            other => panic!("{other:?}"),
        }
    };
    let (first, away) = open(&[]).await;
    assert_eq!((first.remote, away), (there, true));
    let back = TcpListener::bind(better).await.unwrap();
    let (second, away) = open(&[]).await;
    assert_eq!((second.remote, away), (better, false));
    assert_eq!(network.servers()[0].place(), (1, 2));
    // The connection to the lesser one is still there.
    let (third, away) = open(&[better]).await;
    assert_eq!((third, away), (first, true));
    assert_eq!(
        network.servers()[0].passed_over,
        [PassedOver::Avoided(better)]
    );
    drop(back);
}

#[tokio::test]
async fn tx_017_servers_of_equal_rank_are_no_detour() {
    let gone = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let there = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let ports = [&gone, &there].map(|it| it.local_addr().unwrap().port());
    drop(gone);
    let server = NameServer::start(
        Zone::default()
            .srv("_sip._tcp.example.test", [1, 0, ports[0]], "a.test")
            .srv("_sip._tcp.example.test", [1, 0, ports[1]], "a.test")
            .host("a.test", "127.0.0.1"),
    );
    let (network, mut events) = start(NetConfig {
        resolver: Arc::new(DnsResolver::only(server.address())),
        ..NetConfig::default()
    })
    .await;
    network.open_flow(FlowRequest(1), domain(Some(Transport::Tcp)), vec![]);
    let opened = next(&mut events).await;
    assert!(
        matches!(opened, NetEvent::FlowOpened { away: false, flow, .. } if flow.remote.port() == ports[1]),
        "{opened:?}"
    );
}

#[tokio::test]
async fn tx_016_where_all_fail_those_that_cannot_be_looked_up_are_told() {
    let gone = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = gone.local_addr().unwrap().port();
    drop(gone);
    let server = NameServer::start(
        Zone::default()
            .srv("_sip._tcp.example.test", [1, 0, port], "a.test")
            .srv("_sip._tcp.example.test", [2, 0, port], "b.test")
            .srv("_sip._tcp.example.test", [3, 0, port], "c.test")
            .failing("a.test")
            .failing("c.test")
            .host("b.test", "127.0.0.1"),
    );
    let (network, mut events) = start(NetConfig {
        resolver: Arc::new(DnsResolver::only(server.address())),
        ..NetConfig::default()
    })
    .await;
    network.open_flow(FlowRequest(1), domain(Some(Transport::Tcp)), vec![]);
    let NetEvent::FlowFailed { error, .. } = next(&mut events).await else {
        panic!("there is no server");
    };
    let words = error.to_string();
    for part in [
        "cannot reach 127.0.0.1",
        "the address of a.test is not known now (the DNS server failed: SERVFAIL",
        "and 1 more",
    ] {
        assert!(words.contains(part), "{words}");
    }
}

#[tokio::test]
async fn tx_016_a_datagram_does_not_overtake_a_connection_that_is_preferred() {
    let live = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = live.local_addr().unwrap().port();
    let server = NameServer::start(
        Zone::default()
            .srv("_sip._tcp.example.test", [0, 0, port], "a.test")
            .srv("_sip._udp.example.test", [0, 0, port], "a.test")
            .host("a.test", "127.0.0.1"),
    );
    let config = || NetConfig {
        resolver: Arc::new(DnsResolver::only(server.address())),
        ..NetConfig::default()
    };
    let (network, mut events) = start(config()).await;
    network.open_flow(FlowRequest(1), domain(None), vec![]);
    assert_eq!(opened(&mut events).await.transport, Transport::Tcp);
    drop(live);
    let (network, mut events) = start(config()).await;
    network.open_flow(FlowRequest(1), domain(None), vec![]);
    assert_eq!(opened(&mut events).await.transport, Transport::Udp);
}
