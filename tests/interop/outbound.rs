//! Flows that are kept alive as was agreed, and replaced when they fail (RFC 5626).

use std::net::{SocketAddr, UdpSocket};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use crate::agent::Agent;
use crate::server::{Kamailio, Options, Restart, password};
use crate::siskin::Siskin;
use crate::story::{SOON, address, over_every_transport, registration, subscription};

/// Seconds: the least that the client obeys.
const FLOW_TIMER: u32 = 5;

fn server() -> Kamailio {
    Kamailio::start(Options {
        flow_timer: Some(FLOW_TIMER),
        ..Options::default()
    })
}

fn over(server: &Kamailio, proxies: &[&str], user: &str, arguments: &[&str]) -> Siskin {
    let (account, root) = (address(user), server.xcap_root());
    let mut all = vec!["--json", "--account", &account, "--xcap-root", &root];
    for proxy in proxies {
        all.extend(["--proxy", proxy]);
    }
    all.extend(arguments);
    Siskin::run(&all, &password(user))
}

fn flows(line: &Value) -> Vec<(u64, &str, bool, &str)> {
    let flows = line["flows"].as_array().expect("flows");
    flows
        .iter()
        .map(|it| {
            (
                it["reg_id"].as_u64().unwrap(),
                it["state"].as_str().unwrap(),
                it["outbound"].as_bool().unwrap(),
                it["keep_alive"].as_str().unwrap(),
            )
        })
        .collect()
}

over_every_transport! {
    /// What the server asks for is agreed, and the flow outlives several keep-alives; a server that asks for nothing gets
    /// nothing.
    fn keeps_the_flow_alive_as_agreed(transport: &str) {
        let plain = Kamailio::start(Options::default());
        let mut alice = Siskin::start(&plain, transport, "alice", &["register"]);
        let line = registration(&mut alice, "registered", SOON);
        assert_eq!(flows(&line), [(1, "registered", false, "none")]);
        alice.finish();

        let server = server();
        let mut alice = Siskin::start(&server, transport, "alice", &["register"]);
        let line = registration(&mut alice, "registered", SOON);
        let kind = if transport == "udp" { "stun" } else { "lines" };
        assert_eq!(flows(&line), [(1, "registered", true, kind)]);
        alice.stays_without(Duration::from_secs(17), |line| line["type"] == "registration");
        alice.finish();
    }

    /// The server crashes: the registration comes back under the same number, and what was subscribed to with it.
    fn a_flow_that_fails_is_replaced(transport: &str) {
        let mut server = server();
        let mut alice = Siskin::start(&server, transport, "alice", &["messages"]);
        subscription(&mut alice, "message-summary", "alice", "active", SOON);
        // Until a keep-alive was answered, the replacement would wait.
        thread::sleep(Duration::from_secs(6));
        server.restart(Restart::Crash);
        if transport != "udp" {
            registration(&mut alice, "registering", SOON);
            // At once, or after the pause if it came before the server was there again.
            let line = registration(&mut alice, "registered", Duration::from_secs(75));
            assert_eq!(flows(&line), [(1, "registered", true, "lines")]);
            assert_eq!(contacts(&server, "alice").len(), 1);
        }
        let mut voicemail = Agent::new(&server, "vm");
        assert_eq!(voicemail.publish_mwi("alice", 2, 0, (0, 0)).status(), 200);
        alice.wait_for_line(SOON, "messages", &[("waiting", json!(true))]);
        alice.finish();
    }
}

/// A router between the two gives the client another address: the server's STUN answers tell, and there is a new
/// registration in place of the old one.
#[test]
fn an_address_that_changes_on_the_way_is_noticed() {
    let server = server();
    let router = Router::start(server.sip_address());
    let proxy = format!("sip:{};lr", router.inside());
    let mut alice = over(&server, &[&proxy], "alice", &["register"]);
    let line = registration(&mut alice, "registered", SOON);
    assert_eq!(flows(&line), [(1, "registered", true, "stun")]);
    alice.stays_without(Duration::from_secs(11), |line| {
        line["type"] == "registration"
    });
    assert!(router.keep_alives() >= 2, "{}", router.keep_alives());

    router.forget();
    registration(&mut alice, "registering", SOON);
    let line = registration(&mut alice, "registered", SOON);
    assert_eq!(flows(&line), [(1, "registered", true, "stun")]);
    assert_eq!(contacts(&server, "alice").len(), 1);
    alice.finish();
}

/// A router that lets nothing through any more: the silence is noticed long before the binding runs out.
#[test]
fn a_flow_that_falls_silent_is_noticed() {
    let server = server();
    let router = Router::start(server.sip_address());
    let proxy = format!("sip:{};lr", router.inside());
    let mut alice = over(&server, &[&proxy], "alice", &["register"]);
    registration(&mut alice, "registered", SOON);
    alice.stays_without(Duration::from_secs(6), |line| {
        line["type"] == "registration"
    });
    router.block(true);
    registration(&mut alice, "registering", Duration::from_secs(50));
    router.block(false);
    registration(&mut alice, "registered", SOON);
    alice.finish();
}

/// Two proxies: two flows with their numbers, of which one may go.
#[test]
fn an_account_is_registered_over_each_proxy() {
    let server = server();
    let (udp, tcp) = (server.proxy("udp"), server.proxy("tcp"));
    let mut alice = over(&server, &[&tcp, &udp], "alice", &["register"]);
    let both = [
        (1, "registered", true, "lines"),
        (2, "registered", true, "stun"),
    ];
    let line = alice.wait_for(SOON, |line| {
        line["flows"].as_array().is_some_and(|it| it.len() == 2)
            && line["flows"][1]["state"] == "registered"
    });
    assert_eq!(flows(&line), both);
    assert_eq!(contacts(&server, "alice").len(), 2);
    alice.finish();
    assert!(contacts(&server, "alice").is_empty());

    // A registrar that knows nothing of it has one binding, and the next proxy is tried when one cannot be had.
    let plain = Kamailio::start(Options::default());
    let nobody = UdpSocket::bind("127.0.0.1:0").unwrap();
    let closed = format!("sip:{};transport=tcp;lr", nobody.local_addr().unwrap());
    let tcp = plain.proxy("tcp");
    let mut alice = over(&plain, &[&closed, &tcp], "alice", &["register"]);
    let line = registration(&mut alice, "registered", SOON);
    assert_eq!(flows(&line)[1], (2, "registered", false, "none"));
    assert_eq!(contacts(&plain, "alice").len(), 1);
    alice.finish();
}

/// Only on demand: this server hands out addresses to which its presence server then cannot send.
#[test]
fn a_globally_routable_address_is_asked_for_on_demand() {
    let server = server();
    for gruu in [false, true] {
        let mut arguments = vec!["messages"];
        arguments.extend(gruu.then_some("--gruu"));
        let mut alice = Siskin::start(&server, "udp", "alice", &arguments);
        let state = if gruu { "notify_wait" } else { "active" };
        subscription(&mut alice, "message-summary", "alice", state, SOON);
        alice.interrupt();
        alice.wait_exit(SOON);
        let trace = alice.trace_text();
        let contact = trace
            .lines()
            .skip_while(|line| !line.starts_with("SUBSCRIBE "))
            .find(|line| line.starts_with("Contact:"))
            .unwrap();
        assert_eq!(contact.contains(";gr="), gruu, "{contact}");
        assert_eq!(contact.contains("@127.0.0.1:"), !gruu, "{contact}");
    }
}

/// The contacts that the server has of a user.
fn contacts(server: &Kamailio, user: &str) -> Vec<Value> {
    let wanted = [json!("location"), json!(format!("{user}@example.test"))];
    let found = server.rpc("ul.lookup", &wanted);
    let contacts = found.ok().map(|record| record["Contacts"].clone());
    contacts
        .and_then(|list| list.as_array().cloned())
        .unwrap_or_default()
}

/// A router with address translation: what comes in on one side goes out of a port of its own on the other, and back.
struct Router {
    inside: SocketAddr,
    outer: Arc<Mutex<Arc<UdpSocket>>>,
    keep_alives: Arc<AtomicU64>,
    blocked: Arc<AtomicBool>,
    over: Arc<AtomicBool>,
}

impl Router {
    fn start(server: SocketAddr) -> Self {
        let inner = Arc::new(UdpSocket::bind("127.0.0.1:0").unwrap());
        inner.set_read_timeout(Some(TURN)).unwrap();
        let router = Self {
            inside: inner.local_addr().unwrap(),
            outer: Arc::new(Mutex::new(Arc::new(port()))),
            keep_alives: Arc::default(),
            blocked: Arc::default(),
            over: Arc::default(),
        };
        let client = Arc::new(Mutex::new(None::<SocketAddr>));
        let (outer, over, blocked) = (
            router.outer.clone(),
            router.over.clone(),
            router.blocked.clone(),
        );
        let (keep_alives, sender, from) =
            (router.keep_alives.clone(), client.clone(), inner.clone());
        thread::spawn(move || {
            let mut buffer = vec![0; 65_535];
            while !over.load(Ordering::Relaxed) {
                let Ok((length, who)) = from.recv_from(&mut buffer) else {
                    continue;
                };
                *lock(&sender) = Some(who);
                keep_alives.fetch_add(u64::from(buffer[0] == 0), Ordering::Relaxed);
                if !blocked.load(Ordering::Relaxed) {
                    let out = lock(&outer).clone();
                    let _ = out.send_to(&buffer[..length], server);
                }
            }
        });
        let (outer, over, blocked) = (
            router.outer.clone(),
            router.over.clone(),
            router.blocked.clone(),
        );
        thread::spawn(move || {
            let mut buffer = vec![0; 65_535];
            while !over.load(Ordering::Relaxed) {
                let out = lock(&outer).clone();
                let Ok((length, _)) = out.recv_from(&mut buffer) else {
                    continue;
                };
                let who = *lock(&client);
                if let Some(who) = who.filter(|_| !blocked.load(Ordering::Relaxed)) {
                    let _ = inner.send_to(&buffer[..length], who);
                }
            }
        });
        router
    }

    /// The address on the client's side.
    fn inside(&self) -> SocketAddr {
        self.inside
    }

    /// STUN requests that came by.
    fn keep_alives(&self) -> u64 {
        self.keep_alives.load(Ordering::Relaxed)
    }

    /// Starts anew: another port on the server's side.
    fn forget(&self) {
        *lock(&self.outer) = Arc::new(port());
    }

    fn block(&self, blocked: bool) {
        self.blocked.store(blocked, Ordering::Relaxed);
    }
}

impl Drop for Router {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
    }
}

fn port() -> UdpSocket {
    let port = UdpSocket::bind("127.0.0.1:0").unwrap();
    port.set_read_timeout(Some(TURN)).unwrap();
    port
}

fn lock<T>(shared: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How long one side of the router waits before it looks whether it is to end.
const TURN: Duration = Duration::from_millis(100);
