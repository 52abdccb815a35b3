//! The fixture itself: the server starts, serves what the scenarios need, fails on demand and ends.

use std::net::{TcpStream, UdpSocket};
use std::time::{Duration, Instant};

use serde_json::json;

use crate::agent::Agent;
use crate::leash::Leash;
use crate::message::Message;
use crate::server::{Certificate, Kamailio, Options, Restart};
use crate::siskin::Siskin;
use crate::tls;
use crate::web;

const SOON: Duration = Duration::from_secs(3);
const PIDF: &str = "application/pidf+xml";

#[test]
fn registers_with_digest_and_refuses_a_wrong_password() {
    for sha_256 in [false, true] {
        for (qop, proxy_challenge) in [(true, false), (false, true)] {
            let options = Options {
                qop,
                sha_256,
                proxy_challenge,
                ..Options::default()
            };
            let server = Kamailio::start(options);
            let mut alice = Agent::new(&server, "alice");
            let answer = alice.register(300);
            assert_eq!(answer.status(), 200, "{answer:?}");
            assert!(
                answer.header("Contact").unwrap().contains("expires=300"),
                "{answer:?}"
            );
            let mwi = alice.publish_presence("open", None, "here");
            assert_eq!(mwi.status(), 200, "{mwi:?}");
            alice.set_password("wrong");
            assert_eq!(alice.register(300).status(), 401);
        }
    }
}

#[test]
fn a_watcher_waits_then_sees_what_was_published_and_loses_it_again() {
    let server = Kamailio::start(Options::default());
    let (mut alice, mut bob) = (Agent::new(&server, "alice"), Agent::new(&server, "bob"));
    assert_eq!(
        bob.publish_presence("open", Some("on-the-phone"), "hello")
            .status(),
        200
    );
    let winfo = "application/watcherinfo+xml";
    assert_eq!(
        bob.subscribe("presence.winfo", "sip:bob@example.test", winfo, 600)
            .status(),
        200
    );
    assert!(bob.notify(SOON).is_some());

    assert_eq!(
        alice
            .subscribe("presence", "sip:bob@example.test", PIDF, 600)
            .status(),
        200
    );
    let first = alice.notify(SOON).expect("a NOTIFY");
    assert!(state(&first).starts_with("pending"), "{first:?}");
    let asked = bob.notify(SOON).expect("watcher information");
    assert!(asked.body().contains("sip:alice@example.test"), "{asked:?}");

    bob.allow(&server, &["alice"]);
    let shown = until(&mut alice, |notify| notify.body().contains("on-the-phone"));
    assert!(state(&shown).starts_with("active"), "{shown:?}");
    bob.allow(&server, &["carol"]);
    let last = until(&mut alice, |notify| !state(notify).starts_with("active"));
    assert!(!last.body().contains("on-the-phone"), "{last:?}");
}

fn until(agent: &mut Agent, wanted: impl Fn(&Message) -> bool) -> Message {
    while let Some(notify) = agent.notify(SOON) {
        if wanted(&notify) {
            return notify;
        }
    }
    panic!("the wanted NOTIFY never came");
}

fn state(notify: &Message) -> &str {
    notify.header("Subscription-State").unwrap()
}

#[test]
fn the_voicemail_system_lights_a_lamp() {
    let server = Kamailio::start(Options::default());
    let (mut alice, mut vm) = (Agent::new(&server, "alice"), Agent::new(&server, "vm"));
    let kind = "application/simple-message-summary";
    assert_eq!(
        alice
            .subscribe("message-summary", "sip:alice@example.test", kind, 600)
            .status(),
        200
    );
    assert!(alice.notify(SOON).is_some());
    assert_eq!(vm.publish_mwi("alice", 2, 8, (1, 0)).status(), 200);
    let lamp = alice.notify(SOON).expect("a NOTIFY");
    assert!(lamp.body().contains("Voice-Message: 2/8 (1/0)"), "{lamp:?}");
    assert_eq!(alice.publish_mwi("bob", 1, 0, (0, 0)).status(), 403);
}

#[test]
fn one_subscription_reaches_every_device() {
    for devices in [2, 3] {
        let server = Kamailio::start(Options {
            devices,
            ..Options::default()
        });
        let mut forked = Agent::new(&server, "forked");
        for device in 1..=devices {
            let resource = format!("forked-{device}");
            assert_eq!(
                forked
                    .publish_presence_of(&resource, "open", None, "up")
                    .status(),
                200
            );
        }
        let mut alice = Agent::new(&server, "alice");
        let accept = "application/dialog-info+xml";
        assert_eq!(
            alice
                .subscribe("dialog", "sip:forked@example.test", accept, 600)
                .status(),
            200
        );
        let mut tags: Vec<String> = (0..devices)
            .map(|_| alice.notify(SOON).expect("a NOTIFY from each device"))
            .map(|notify| notify.header("From").unwrap().to_owned())
            .collect();
        tags.sort();
        tags.dedup();
        assert_eq!(tags.len(), usize::from(devices), "{tags:?}");
        assert!(alice.notify(Duration::from_millis(300)).is_none());
    }
}

#[test]
fn documents_are_kept_and_capabilities_told() {
    let server = Kamailio::start(Options::default());
    let alice = Agent::new(&server, "alice");
    assert_eq!(alice.document_now(&server, "pres-rules").status, 404);
    alice.allow(&server, &["bob"]);
    let answer = alice.document_now(&server, "pres-rules");
    assert_eq!(answer.status, 200);
    assert!(answer.header("ETag").is_some() && answer.body.contains("sip:bob@example.test"));
    let caps = web::ask(
        server.xcap_port(),
        "GET",
        "/xcap-root/xcap-caps/global/index",
        &[],
        "",
    );
    assert!(caps.unwrap().body.contains("<auid>pres-rules</auid>"));
}

#[test]
fn fails_on_demand() {
    let server = Kamailio::start(Options {
        min_expires: 60,
        ..Options::default()
    });
    let mut alice = Agent::new(&server, "alice");
    let mut subscribe =
        |user: &str| alice.subscribe("presence", &format!("sip:{user}@example.test"), PIDF, 600);
    for _ in 0..2 {
        let answer = subscribe("err-489");
        assert_eq!(answer.status(), 489);
        assert!(answer.header("Allow-Events").is_some());
    }
    assert_eq!(
        subscribe("err-503-1").header("Retry-After"),
        Some("2 (out to lunch)")
    );
    assert_eq!(subscribe("err-503-1").status(), 200);

    server.retry_after(7);
    server.fail_next("SUBSCRIBE", 1, 480);
    assert_eq!(
        subscribe("bob").header("Retry-After"),
        Some("7 (out to lunch)")
    );
    assert_eq!(subscribe("bob").status(), 200);

    server.device_refuses(2, 486);
    assert_eq!(
        server
            .rpc("htable.get", &[json!("hostile"), json!("device.2")])
            .unwrap()["item"]["value"],
        486
    );

    let brief = alice.subscribe("presence", "sip:bob@example.test", PIDF, 20);
    assert_eq!(
        (brief.status(), brief.header("Min-Expires")),
        (423, Some("60"))
    );
}

#[test]
fn a_lost_request_gets_no_answer() {
    let server = Kamailio::start(Options::default());
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.connect(server.sip_address()).unwrap();
    socket
        .set_read_timeout(Some(Duration::from_millis(300)))
        .unwrap();
    let request = "SUBSCRIBE sip:drop-1@example.test SIP/2.0\r\n\
        Via: SIP/2.0/UDP 127.0.0.1:9;rport;branch=z9hG4bK-lost\r\n\
        Max-Forwards: 70\r\nFrom: <sip:alice@example.test>;tag=a\r\nTo: <sip:drop-1@example.test>\r\n\
        Call-ID: lost\r\nCSeq: 1 SUBSCRIBE\r\nContact: <sip:alice@127.0.0.1:9>\r\nEvent: presence\r\n\
        Content-Length: 0\r\n\r\n";
    socket.send(request.as_bytes()).unwrap();
    assert!(socket.recv(&mut [0; 2000]).is_err());
    socket.send(request.as_bytes()).unwrap();
    let mut buffer = [0; 2000];
    let length = socket
        .recv(&mut buffer)
        .expect("the second one is answered");
    assert!(buffer[..length].starts_with(b"SIP/2.0 401"));
}

#[test]
fn restarts_keep_or_lose_the_state() {
    let mut server = Kamailio::start(Options::default());
    let mut alice = Agent::new(&server, "alice");
    let watch = |alice: &mut Agent| {
        alice
            .subscribe("presence", "sip:bob@example.test", PIDF, 600)
            .status()
    };
    assert_eq!(watch(&mut alice), 200);
    assert_eq!(server.subscriptions("presence"), 1);
    let port = server.sip_port();
    for (how, held) in [(Restart::Keep, 1), (Restart::Crash, 1), (Restart::Lose, 0)] {
        server.restart(how);
        assert_eq!(server.sip_port(), port);
        assert_eq!(server.subscriptions("presence"), held, "after {how:?}");
    }
    assert_eq!(watch(&mut alice), 200);
}

#[test]
fn shows_the_certificate_that_was_asked_for() {
    for (certificate, welcome) in [
        (Certificate::Good, true),
        (Certificate::Expired, false),
        (Certificate::OtherHost, false),
    ] {
        let server = Kamailio::start(Options {
            certificate,
            ..Options::default()
        });
        for port in [server.tls_port(), server.xcaps_port()] {
            let greeting = tls::greet(port, server.ca_file(), None);
            assert_eq!(greeting.is_ok(), welcome, "{certificate:?}: {greeting:?}");
        }
        assert!(server.xcaps_root().starts_with("https://127.0.0.1:"));
        assert!(server.proxy("tls").contains(&server.tls_port().to_string()));
    }
}

#[test]
fn asks_for_a_client_certificate_when_told_to() {
    let server = Kamailio::start(Options {
        client_certificates: true,
        ..Options::default()
    });
    let own = Some(server.client_certificate());
    assert!(tls::greet(server.tls_port(), server.ca_file(), own).is_ok());
    assert!(tls::greet(server.tls_port(), server.ca_file(), None).is_err());
}

#[test]
fn nothing_is_left_behind() {
    let server = Kamailio::start(Options::default());
    let (sip, web) = (server.sip_port(), server.xcap_port());
    drop(server);
    assert!(TcpStream::connect(("127.0.0.1", sip)).is_err());
    assert!(TcpStream::connect(("127.0.0.1", web)).is_err());
}

#[test]
fn json_lines_are_waited_for_and_signals_delivered() {
    let script = "trap 'echo \"{\\\"type\\\":\\\"registration\\\",\\\"state\\\":\\\"unregistered\\\"}\"; exit 0' INT
        echo '{\"type\":\"presence\",\"status\":\"away\"}'
        echo '{\"type\":\"presence\",\"status\":\"busy\"}'
        test \"$SISKIN_PASSWORD\" = secret && while :; do sleep 0.05; done";
    let mut command = Siskin::stand_in("sh", &["-c", script], "secret");
    command.wait_for_line(SOON, "presence", &[("status", json!("busy"))]);
    assert_eq!(command.seen().len(), 2);
    assert!(command.home().is_dir());
    command.stays_without(Duration::from_millis(100), |_| true);
    let lines = command.finish();
    assert_eq!(lines.last().unwrap()["state"], "unregistered");
}

#[test]
fn the_real_binary_is_run_as_a_user_of_the_server() {
    let server = Kamailio::start(Options::default());
    let mut commands = [
        Siskin::start(&server, "udp", "alice", &["--help"]),
        Siskin::start_with(&server, "tls", "alice", "wrong", &["--help"]),
        Siskin::run(&["--help"], "alice-secret"),
    ];
    for command in &mut commands {
        let (status, messages) = command.wait_exit(SOON);
        assert_eq!(status, 0, "{messages}");
    }
}

#[test]
fn exit_status_and_messages_are_handed_back() {
    let mut command = Siskin::stand_in("sh", &["-c", "echo refused >&2; exit 3"], "");
    assert_eq!(command.wait_exit(SOON), (3, "refused\n".to_owned()));
    let mut killed = Siskin::stand_in("sleep", &["60"], "");
    killed.kill();
    assert_eq!(killed.wait_exit(SOON).0, -1);
}

#[test]
fn the_leash_ends_what_does_not_want_to_end() {
    let stubborn = ["-c", "trap '' TERM; while :; do sleep 0.1; done"];
    let mut process = Leash::start("sh", stubborn, Duration::from_secs(60), |_| ()).unwrap();
    assert!(process.runs());
    let began = Instant::now();
    process.stop(Duration::from_millis(300));
    assert!(!process.runs() && began.elapsed() < Duration::from_secs(5));
    let mut bounded = Leash::start("sleep", ["60"], Duration::from_secs(1), |_| ()).unwrap();
    assert_eq!(
        bounded
            .wait(Duration::from_secs(5))
            .and_then(|status| status.code()),
        Some(124)
    );
}
