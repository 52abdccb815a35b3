//! The server on real sockets, and the office.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpStream, UdpSocket};
use tokio::time::timeout;

use super::*;
use crate::demo::{Demo, DemoError, DemoHandle, DemoOptions};
use crate::sip::framing::{Frame, StreamFramer};

const SOON: Duration = Duration::from_secs(10);

async fn start(office: bool) -> DemoHandle {
    let options = DemoOptions {
        office,
        speed: 20.0,
        seed: Some(1),
        password: Some(Secret::from(PASSWORD)),
        ..DemoOptions::default()
    };
    Demo::start(options).await.unwrap()
}

/// A client with one UDP socket.
struct Client {
    socket: UdpSocket,
    cseq: u32,
}

impl Client {
    async fn new(demo: &DemoHandle) -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        socket.connect(demo.sip_addr()).await.unwrap();
        Self { socket, cseq: 0 }
    }

    async fn send(&self, text: &str) {
        let (head, body) = text.split_once("\n\n").unwrap();
        let head = head.replace('\n', "\r\n");
        let text = format!("{head}\r\nContent-Length: {}\r\n\r\n{body}", body.len());
        self.socket.send(text.as_bytes()).await.unwrap();
    }

    async fn receive(&self) -> Message {
        let mut buffer = vec![0; 65_536];
        let length = timeout(SOON, self.socket.recv(&mut buffer))
            .await
            .unwrap()
            .unwrap();
        let bytes = Bytes::copy_from_slice(&buffer[..length]);
        Message::parse_datagram(bytes, &Limits::default()).unwrap()
    }

    /// Subscribes as Alice and leaves the response to be read.
    async fn subscribe(&mut self, package: &str, whom: &str) {
        let local = self.socket.local_addr().unwrap();
        let contact = format!("<sip:alice@{local}>");
        let uri = office::aor(whom);
        let mut request = Request::new("SUBSCRIBE", &uri);
        request.contact = &contact;
        request.call_id = format!("{package}-{whom}-{local}");
        request.extra = format!("Event: {package}\nExpires: 600\n");
        let mut line = String::new();
        for _ in 0..2 {
            self.cseq += 1;
            let branch = format!("z9hG4bK{package}{whom}{}", self.cseq);
            let text = request
                .text("alice", self.cseq, &line)
                .replace("{branch}", &branch);
            self.send(&text).await;
            if line.is_empty() {
                let challenges = self.response().await.challenges().unwrap();
                line = authorization(&challenges, "alice", PASSWORD, "SUBSCRIBE", &uri, b"");
            }
        }
        assert_eq!(self.response().await.status(), Some(200));
    }

    async fn response(&self) -> Message {
        loop {
            let message = self.receive().await;
            if !message.is_request() {
                return message;
            }
        }
    }

    /// Takes and answers NOTIFYs until one pleases.
    async fn until(&self, mut pleases: impl FnMut(&Message) -> bool) -> Message {
        let wait = async {
            loop {
                let message = self.receive().await;
                if !message.is_request() {
                    continue;
                }
                let answer = crate::sip::ResponseBuilder::new(&message, 200, "").build();
                self.socket.send(&answer.unwrap()).await.unwrap();
                if pleases(&message) {
                    return message;
                }
            }
        };
        timeout(SOON, wait).await.expect("the NOTIFY in time")
    }
}

#[tokio::test]
async fn the_office_is_alive() {
    let demo = start(true).await;
    let mut client = Client::new(&demo).await;
    client.subscribe("presence", "bob").await;
    client
        .until(|notify| body(notify).contains("on-the-phone"))
        .await;
    client
        .until(|notify| body(notify).contains("Back at my desk"))
        .await;

    client.subscribe("message-summary", "alice").await;
    client
        .until(|notify| body(notify).contains("2/8 (1/0)"))
        .await;

    client.subscribe("presence.winfo", "alice").await;
    let asked = client.until(|notify| body(notify).contains("heidi")).await;
    assert!(body(&asked).contains("pending"));

    // Grace has not decided at first, and then does.
    client.subscribe("presence", "grace").await;
    let notify = client
        .until(|notify| notify.from().unwrap().uri.contains("grace"))
        .await;
    assert_eq!(state(&notify), "pending");
    client
        .until(|notify| notify.from().unwrap().uri.contains("grace") && state(notify) == "active")
        .await;
}

#[tokio::test]
async fn heidi_asks_again_when_she_is_forgotten() {
    let demo = start(true).await;
    let mut client = Client::new(&demo).await;
    client.subscribe("presence.winfo", "alice").await;
    let heidi = |word: &'static str| {
        move |notify: &Message| {
            let text = body(notify);
            text.lines()
                .any(|line| line.contains("heidi") && line.contains(word))
        }
    };
    client.until(heidi("pending")).await;
    let block = ruleset(&[("heidi", "block")]);
    assert_eq!(put(&demo, &block).await, 200);
    client.until(heidi("rejected")).await;
    assert_eq!(put(&demo, &ruleset(&[])).await, 200);
    client.until(heidi("pending")).await;
}

/// Writes Alice's rules over HTTP; gives the status.
async fn put(demo: &DemoHandle, rules: &str) -> u16 {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let agent = reqwest::Client::builder().no_proxy().build().unwrap();
    let url = format!(
        "{}pres-rules/users/{}/index",
        demo.xcap_root(),
        demo.address()
    );
    let request = |authorization: Option<&str>| {
        let mut request = agent
            .put(&url)
            .timeout(SOON)
            .header("content-type", "application/auth-policy+xml")
            .body(rules.to_owned());
        if let Some(value) = authorization {
            request = request.header("authorization", value);
        }
        request.send()
    };
    let refused = request(None).await.unwrap();
    assert_eq!(refused.status().as_u16(), 401);
    let challenges: Vec<_> = refused
        .headers()
        .get_all("www-authenticate")
        .iter()
        .flat_map(|value| Challenge::parse_all(value.to_str().unwrap(), false).unwrap())
        .collect();
    let target = rules_of("alice");
    let line = authorization(
        &challenges,
        "alice",
        PASSWORD,
        "PUT",
        &target,
        rules.as_bytes(),
    );
    let value = line.trim().strip_prefix("Authorization: ").unwrap();
    request(Some(value)).await.unwrap().status().as_u16()
}

#[tokio::test]
async fn a_stream_carries_messages_and_keep_alives() {
    let demo = start(false).await;
    let mut stream = TcpStream::connect(demo.sip_addr()).await.unwrap();
    let uri = office::aor("alice");
    let text = Request::new("OPTIONS", &uri).text("alice", 1, "");
    let text = text
        .replace("{branch}", "z9hG4bK1")
        .replace("SIP/2.0/UDP", "SIP/2.0/TCP");
    let text = format!("{}\nContent-Length: 0\n\n", text.trim_end()).replace('\n', "\r\n");
    stream
        .write_all(format!("\r\n\r\n{text}").as_bytes())
        .await
        .unwrap();
    let mut framer = StreamFramer::new(Limits::default());
    let mut buffer = [0; 4096];
    let mut carried = Vec::new();
    while carried.len() < 2 {
        let length = timeout(SOON, stream.read(&mut buffer))
            .await
            .unwrap()
            .unwrap();
        assert_ne!(length, 0, "closed early");
        framer.push(&buffer[..length]);
        while let Some(frame) = framer.next().unwrap() {
            carried.push(frame);
        }
    }
    assert_eq!(carried[0], Frame::Pong);
    let Frame::Message(bytes) = &carried[1] else {
        panic!("a message")
    };
    let response = Message::parse_stream(bytes.clone(), &Limits::default()).unwrap();
    assert_eq!(response.status(), Some(200));

    // A request that cannot be framed is answered, then the connection is closed.
    let bad = text.replace("Content-Length: 0", "Content-Length: -1");
    stream.write_all(bad.as_bytes()).await.unwrap();
    let mut rest = String::new();
    timeout(SOON, stream.read_to_string(&mut rest))
        .await
        .unwrap()
        .unwrap();
    assert!(rest.starts_with("SIP/2.0 400"), "{rest}");
}

#[tokio::test]
async fn a_restart_closes_connections_and_a_drop_frees_the_port() {
    let demo = start(false).await;
    let address = demo.sip_addr();
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(b"\r\n\r\n").await.unwrap();
    let mut pong = [0; 2];
    timeout(SOON, stream.read_exact(&mut pong))
        .await
        .unwrap()
        .unwrap();
    demo.restart(true);
    // End of stream or a reset, whichever the system chooses.
    let ended = timeout(SOON, stream.read(&mut pong)).await.unwrap();
    assert!(!matches!(ended, Ok(length) if length > 0));
    drop(demo);
    let freed = async {
        while UdpSocket::bind(address).await.is_err() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    timeout(SOON, freed).await.expect("the port is free again");
}

#[tokio::test]
async fn serves_this_machine_only_and_tells_a_taken_port() {
    let options = DemoOptions {
        address: "0.0.0.0".parse().unwrap(),
        ..DemoOptions::default()
    };
    let refused = Demo::start(options).await.unwrap_err();
    assert!(matches!(refused, DemoError::NotLoopback(_)));
    let demo = start(false).await;
    let options = DemoOptions {
        sip_port: demo.sip_addr().port(),
        ..DemoOptions::default()
    };
    let refused = Demo::start(options).await.unwrap_err();
    assert!(matches!(refused, DemoError::Listen { .. }), "{refused}");
}

#[tokio::test]
async fn tells_how_to_connect() {
    let demo = start(false).await;
    let json = demo.connection_json();
    assert_eq!(json["type"], "demo");
    assert_eq!(json["password"], PASSWORD);
    assert_eq!(json["buddies"].as_array().unwrap().len(), 6);
    assert!(demo.proxy(Transport::Tcp).ends_with(";transport=tcp;lr"));
    let text = demo.connection_text();
    assert!(text.contains(&demo.xcap_root()));
    for user in demo.users() {
        assert!(text.contains(user.password.expose()), "{}", user.address);
    }
    assert!(!format!("{demo:?}").contains(PASSWORD));
}
