//! What the DNS does not tell now: it is not taken for a no.

use super::super::located::Step;
use super::*;

#[tokio::test]
async fn tx_008_what_is_not_known_about_tls_is_not_taken_for_a_no() {
    let mut world = World::default()
        .srv("_sip._udp.example.com", &[(0, 0, 5060, "a.example.com")])
        .host("a.example.com", &["192.0.2.1"]);
    assert_eq!(
        targets(&world, "sip:example.com").await,
        ["udp 192.0.2.1:5060"]
    );
    let tls = "_sips._tcp.example.com".to_owned();
    world.srv.insert(tls, Err(Missing::TimedOut));
    let Err(FlowError::Name { detail, .. }) = look_up(&world, "sip:example.com").await else {
        panic!("clear text is used");
    };
    assert!(detail.contains("TLS"), "{detail}");
    // Whoever names the transport has decided.
    assert_eq!(
        targets(&world, "sip:example.com;transport=udp").await,
        ["udp 192.0.2.1:5060"]
    );
}

#[tokio::test]
async fn tx_016_where_services_are_unknown_to_the_dns_the_address_stands_in_for_them() {
    let mut world = World::default().host("example.com", &["192.0.2.80"]);
    let services = ["_sips._tcp", "_sip._tcp", "_sip._udp"].map(|it| format!("{it}.example.com"));
    for service in &services {
        let failed = Missing::Failed("NOTIMP".to_owned());
        world.srv.insert(service.clone(), Err(failed));
    }
    let domain = "example.com".to_owned();
    world.naptr.insert(domain.clone(), Err(Missing::TimedOut));
    let located = look_up(&world, "sip:example.com").await.unwrap();
    assert_eq!(located.targets[0].transport, Transport::Udp);
    assert_eq!(located.preferred, 0, "there may be better ones");
    // One answer shows that it can be asked.
    for answer in [Missing::NoRecord, Missing::NoName] {
        world.srv.insert(services[2].clone(), Err(answer));
        let words = words(&world, "sip:example.com").await;
        assert!(words.contains("whether there is TLS"), "{words}");
    }
    world.srv.insert(services[0].clone(), Err(Missing::NoName));
    assert_eq!(
        targets(&world, "sip:example.com").await,
        ["udp 192.0.2.80:5060"]
    );
}

#[tokio::test]
async fn tx_015_tls_that_naptr_names_is_not_passed_over() {
    let naptr = |orders: [u16; 2]| {
        World::default()
            .naptr(
                "example.com",
                &[
                    (orders[0], 1, "SIPS+D2T", "_sips._tcp.example.com"),
                    (orders[1], 2, "SIP+D2T", "_sip._tcp.example.com"),
                ],
            )
            .srv("_sip._tcp.example.com", &[(0, 0, 5060, "a.example.com")])
            .host("a.example.com", &["192.0.2.1"])
            .host("example.com", &["192.0.2.80"])
    };
    for orders in [[10, 10], [10, 20]] {
        let mut world = naptr(orders);
        let service = "_sips._tcp.example.com";
        world.srv.insert(service.to_owned(), Err(Missing::TimedOut));
        assert_eq!(
            targets(&world, "sip:example.com").await,
            ["tls 192.0.2.80:5061"]
        );
        let mut world = world.srv(service, &[(0, 0, 5061, "b.example.com")]);
        for missing in [Missing::TimedOut, Missing::NoName] {
            world
                .addresses
                .insert("b.example.com".to_owned(), Err(missing));
            let words = words(&world, "sip:example.com").await;
            assert!(words.contains("its server b.example.com"), "{words}");
        }
    }
    // Where the domain prefers clear text, it is taken, but nothing of it that comes after TLS.
    let world = naptr([10, 10])
        .naptr(
            "example.com",
            &[
                (1, 1, "SIP+D2T", "_sip._tcp.example.com"),
                (1, 2, "SIPS+D2T", "_sips._tcp.example.com"),
                (1, 3, "SIP+D2U", "_sip._udp.example.com"),
            ],
        )
        .srv("_sips._tcp.example.com", &[(0, 0, 5061, "b.example.com")])
        .srv("_sip._udp.example.com", &[(0, 0, 5060, "a.example.com")]);
    assert_eq!(
        targets(&world, "sip:example.com").await,
        ["tcp 192.0.2.1:5060"]
    );
}

#[tokio::test]
async fn tx_016_what_is_as_good_as_the_first_is_known() {
    let mut world = World::default()
        .srv(
            "_sip._tcp.example.com",
            &[
                (1, 0, 5060, "gone.example.com"),
                (2, 0, 5060, "a.example.com"),
                (2, 0, 5060, "b.example.com"),
                (3, 0, 5060, "c.example.com"),
            ],
        )
        .host("a.example.com", &["192.0.2.1", "2001:db8::1"])
        .host("b.example.com", &["192.0.2.2"])
        .host("c.example.com", &["192.0.2.3"]);
    let uri = "sip:example.com;transport=tcp";
    let located = look_up(&world, uri).await.unwrap();
    assert_eq!((located.targets.len(), located.preferred), (4, 3));
    let mut hide = |name: &str| {
        let name = name.to_owned();
        world.addresses.insert(name, Err(Missing::TimedOut));
    };
    hide("a.example.com");
    hide("b.example.com");
    let located = look_up(&world, uri).await.unwrap();
    assert_eq!((located.targets.len(), located.preferred), (1, 0));
    assert_eq!(located.hidden().count(), 2);
    let numeric = look_up(&world, "sip:192.0.2.7").await.unwrap();
    assert_eq!(numeric.preferred, 1);
}

#[test]
fn a_server_of_several_services_is_hidden_once() {
    let step = |record, name: &str, answer| Step {
        question: Question {
            record,
            name: name.to_owned(),
        },
        answer,
    };
    let address = |name, answer| step(RecordType::Address, name, answer);
    let located = Located {
        steps: vec![
            step(RecordType::Srv, "_sip._udp.example.com", Ok(2)),
            address("a.example.com", Err(Missing::TimedOut)),
            address("b.example.com", Err(Missing::NoName)),
            step(RecordType::Srv, "_sip._tcp.example.com", Ok(2)),
            address("A.example.com", Err(Missing::TimedOut)),
            address("c.example.com", Err(Missing::TimedOut)),
        ],
        ..Located::default()
    };
    let hidden: Vec<&str> = located.hidden().map(|(name, _)| name).collect();
    assert_eq!(hidden, ["a.example.com", "c.example.com"]);
}

#[tokio::test]
async fn the_whole_search_is_bounded_however_quick_each_answer_is() {
    let slow = World {
        delay: Duration::from_millis(50),
        ..rfc_3263()
    };
    let next_hop = hop("sip:example.com");
    let limit = Duration::from_millis(120);
    let started = std::time::Instant::now();
    let error = locate(&next_hop, &slow, &mut |_| 0, limit).await;
    let took = started.elapsed();
    assert!(
        error
            .unwrap_err()
            .to_string()
            .ends_with("no DNS server answered in time")
    );
    assert!(took >= limit && took < Duration::from_secs(5), "{took:?}");
    // It was on its way: the last question was asked, and its answer not waited for.
    assert_eq!(slow.asked().len(), 3);
    let patient = locate(&next_hop, &slow, &mut |_| 0, limits::SEARCH_TIMEOUT).await;
    assert_eq!(patient.unwrap().targets.len(), 1);
}
