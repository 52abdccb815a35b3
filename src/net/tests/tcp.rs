//! Connections in the clear.

use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UdpSocket};
use tokio::time::timeout;

use super::*;
use crate::net::resolve::{Resolution, Target};
use crate::net::stream::ping_interval;
use crate::net::{KeepAlive, Located, Resolver, limits};

const NOTIFY: &str = "NOTIFY sip:alice@192.0.2.1 SIP/2.0\r\nVia: SIP/2.0/TCP 192.0.2.2;branch=z9hG4bK1;rport\r\n\
    From: <sip:bob@example.test>;tag=1\r\nTo: <sip:alice@example.test>;tag=2\r\nCall-ID: 1\r\nCSeq: 1 NOTIFY\r\n\
    Content-Length: 4\r\n\r\nbody";

async fn connection() -> (Network, Receiver<NetEvent>, Flow, TcpStream) {
    connection_with(NetConfig::default()).await
}

async fn connection_with(config: NetConfig) -> (Network, Receiver<NetEvent>, Flow, TcpStream) {
    let server = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (network, mut events) = start(config).await;
    network.open_flow(
        FlowRequest(1),
        hop(server.local_addr().unwrap(), Transport::Tcp),
        vec![],
    );
    let flow = opened(&mut events).await;
    let (peer, from) = server.accept().await.unwrap();
    assert_eq!(
        (from, flow.remote),
        (flow.local, server.local_addr().unwrap())
    );
    (network, events, flow, peer)
}

async fn read(peer: &mut TcpStream, length: usize) -> Vec<u8> {
    let mut buffer = vec![0; length];
    timeout(Duration::from_secs(5), peer.read_exact(&mut buffer))
        .await
        .expect("bytes in time")
        .unwrap();
    buffer
}

async fn read_all(peer: &mut TcpStream) -> String {
    let mut text = String::new();
    timeout(Duration::from_secs(5), peer.read_to_string(&mut text))
        .await
        .expect("an end in time")
        .unwrap();
    text
}

async fn framing_error(events: &mut Receiver<NetEvent>) -> String {
    match next(events).await {
        NetEvent::FlowClosed {
            error: FlowError::Framing { detail, .. },
            ..
        } => detail,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn tx_022_messages_are_cut_from_the_stream() {
    let (network, mut events, flow, mut peer) = connection().await;
    let twice = [NOTIFY, NOTIFY].concat();
    let (start, end) = twice.split_at(NOTIFY.len() + 30);
    peer.write_all(start.as_bytes()).await.unwrap();
    assert_eq!(received(&mut events).await, (flow, Bytes::from(NOTIFY)));
    peer.write_all(end.as_bytes()).await.unwrap();
    assert_eq!(received(&mut events).await, (flow, Bytes::from(NOTIFY)));
    network.transmit(flow, Bytes::from_static(b"one"));
    network.transmit(flow, Bytes::from_static(b"two"));
    assert_eq!(read(&mut peer, 6).await, b"onetwo");
    // What was sent before the close still arrives, and the close is no event.
    network.transmit(flow, Bytes::from_static(b"three"));
    network.close_flow(flow.id);
    assert_eq!(read_all(&mut peer).await, "three");
    network.transmit(flow, Bytes::from_static(b"four"));
    assert!(
        matches!(next(&mut events).await, NetEvent::FlowClosed { flow: id, .. } if id == flow.id)
    );
}

#[tokio::test]
async fn tx_022_a_wrong_content_length_is_answered_400_and_closed() {
    for wrong in ["-1", "x", "4\r\nContent-Length: 5", "99999999999999999999"] {
        let (_network, mut events, _, mut peer) = connection().await;
        let message = NOTIFY.replace("Content-Length: 4", &format!("Content-Length: {wrong}"));
        peer.write_all(message.as_bytes()).await.unwrap();
        framing_error(&mut events).await;
        let answer = read_all(&mut peer).await;
        assert!(
            answer.starts_with("SIP/2.0 400 Bad Content-Length\r\n"),
            "{answer}"
        );
        assert!(answer.contains(";received=127.0.0.1"), "{answer}");
    }
}

#[tokio::test]
async fn an_oversized_body_is_a_typed_error() {
    let (_network, mut events, _, mut peer) = connection().await;
    let message = NOTIFY.replace("Content-Length: 4", "Content-Length: 10000000");
    peer.write_all(message.as_bytes()).await.unwrap();
    assert!(framing_error(&mut events).await.contains("10000000"));
    assert!(read_all(&mut peer).await.starts_with("SIP/2.0 400 "));
}

#[tokio::test]
async fn a_stream_that_is_not_sip_is_a_typed_error() {
    let (_network, mut events, _, mut peer) = connection().await;
    peer.write_all(b"220 mail.example.test ESMTP\r\n\r\n")
        .await
        .unwrap();
    framing_error(&mut events).await;
    assert_eq!(read_all(&mut peer).await, "");
}

#[tokio::test]
async fn tx_027_a_ping_is_answered() {
    let (_network, _events, _, mut peer) = connection().await;
    peer.write_all(b"\r\n\r\n").await.unwrap();
    assert_eq!(read(&mut peer, 2).await, b"\r\n");
}

fn hasty() -> NetConfig {
    NetConfig {
        keep_alive: KeepAlive {
            shortest: Duration::from_millis(30),
            longest: Duration::from_millis(60),
            answer: Duration::from_millis(300),
        },
        ..NetConfig::default()
    }
}

#[tokio::test]
async fn tx_027_pings_are_sent_and_may_stay_unanswered() {
    let (network, mut events, flow, mut peer) = connection_with(hasty()).await;
    // Twenty take at least twice as long as an answer may.
    assert_eq!(read(&mut peer, 80).await, b"\r\n\r\n".repeat(20));
    assert!(events.try_recv().is_err());
    network.close_flow(flow.id);
}

#[tokio::test]
async fn tx_027_a_server_that_stops_answering_is_gone() {
    let (_network, mut events, flow, mut peer) = connection_with(hasty()).await;
    read(&mut peer, 4).await;
    peer.write_all(b"\r\n").await.unwrap();
    match next(&mut events).await {
        NetEvent::FlowClosed { flow: id, error } => {
            assert_eq!(id, flow.id);
            assert!(error.to_string().contains("keep-alive"), "{error}");
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn tx_027_agreed_pings_come_as_often_as_agreed_and_have_to_be_answered() {
    let unhurried = NetConfig {
        keep_alive: KeepAlive {
            answer: Duration::from_millis(300),
            ..KeepAlive::default()
        },
        ..NetConfig::default()
    };
    let (network, mut events, flow, mut peer) = connection_with(unhurried).await;
    network.keep_alive(
        flow.id,
        Duration::from_millis(30),
        Duration::from_millis(60),
    );
    assert_eq!(read(&mut peer, 4).await, b"\r\n\r\n");
    peer.write_all(b"\r\n").await.unwrap();
    match next(&mut events).await {
        NetEvent::KeepAliveAnswered(id) => assert_eq!(id, flow.id),
        other => panic!("{other:?}"),
    }
    // The first that is not answered is one too many.
    read(&mut peer, 4).await;
    match next(&mut events).await {
        NetEvent::FlowClosed { flow: id, error } => {
            assert_eq!(id, flow.id);
            assert!(error.to_string().contains("keep-alive"), "{error}");
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn tx_027_agreed_pings_that_are_never_answered_end_the_connection() {
    let (network, mut events, flow, mut peer) = connection_with(hasty()).await;
    network.keep_alive(
        flow.id,
        Duration::from_millis(30),
        Duration::from_millis(60),
    );
    read(&mut peer, 8).await;
    assert!(
        matches!(next(&mut events).await, NetEvent::FlowClosed { flow: id, .. } if id == flow.id)
    );
}

#[test]
fn tx_027_pings_come_between_95_and_120_seconds() {
    let keep_alive = KeepAlive::default();
    let intervals: Vec<_> = (0..100).map(|_| ping_interval(keep_alive)).collect();
    let allowed = Duration::from_secs(95)..=Duration::from_secs(120);
    assert!(intervals.iter().all(|interval| allowed.contains(interval)));
    assert!(intervals.iter().any(|interval| *interval != intervals[0]));
}

#[tokio::test]
async fn tx_024_a_connection_is_used_again() {
    let (network, mut events, flow, peer) = connection().await;
    network.open_flow(FlowRequest(2), hop(flow.remote, Transport::Tcp), vec![]);
    assert_eq!(opened(&mut events).await, flow);
    drop(peer);
    match next(&mut events).await {
        NetEvent::FlowClosed {
            flow: id,
            error: FlowError::Closed { .. },
        } => assert_eq!(id, flow.id),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn equal_wishes_share_one_connection() {
    let server = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (network, mut events) = start(NetConfig::default()).await;
    for request in 0..3 {
        network.open_flow(
            FlowRequest(request),
            hop(server.local_addr().unwrap(), Transport::Tcp),
            vec![],
        );
    }
    let flow = opened(&mut events).await;
    assert_eq!(opened(&mut events).await, flow);
    assert_eq!(opened(&mut events).await, flow);
    server.accept().await.unwrap();
    assert!(
        timeout(Duration::from_millis(100), server.accept())
            .await
            .is_err()
    );
}

#[tokio::test]
async fn tx_019_and_tx_026_the_udp_port_takes_connections_and_answers_on_them() {
    let server = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let (network, mut events) = start(NetConfig::default()).await;
    network.open_flow(
        FlowRequest(1),
        hop(server.local_addr().unwrap(), Transport::Udp),
        vec![],
    );
    let udp = opened(&mut events).await;
    let large = vec![b'x'; 60_000];
    server.send_to(&large, udp.local).await.unwrap();
    assert_eq!(received(&mut events).await, (udp, large.into()));
    let mut peer = TcpStream::connect(udp.local).await.unwrap();
    peer.write_all(NOTIFY.as_bytes()).await.unwrap();
    let (flow, bytes) = received(&mut events).await;
    assert_eq!(
        (flow.transport, flow.remote),
        (Transport::Tcp, peer.local_addr().unwrap())
    );
    assert_eq!(bytes, NOTIFY);
    network.transmit(flow, Bytes::from_static(b"200"));
    assert_eq!(read(&mut peer, 3).await, b"200");
}

#[tokio::test]
async fn one_address_cannot_open_connections_without_end() {
    let server = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let (network, mut events) = start(NetConfig::default()).await;
    network.open_flow(
        FlowRequest(1),
        hop(server.local_addr().unwrap(), Transport::Udp),
        vec![],
    );
    let udp = opened(&mut events).await;
    let mut peers = Vec::new();
    for _ in 0..limits::INBOUND_PER_ADDRESS {
        peers.push(TcpStream::connect(udp.local).await.unwrap());
    }
    for peer in &mut peers {
        peer.write_all(NOTIFY.as_bytes()).await.unwrap();
        received(&mut events).await;
    }
    let mut one_too_many = TcpStream::connect(udp.local).await.unwrap();
    assert_eq!(read_all(&mut one_too_many).await, "");
}

#[tokio::test]
async fn an_unreachable_server_is_a_typed_error() {
    let server = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = server.local_addr().unwrap();
    drop(server);
    let (network, mut events) = start(NetConfig::default()).await;
    network.open_flow(FlowRequest(9), hop(address, Transport::Tcp), vec![]);
    match next(&mut events).await {
        NetEvent::FlowFailed {
            request,
            error:
                FlowError::Unreachable {
                    address: at,
                    transport,
                    ..
                },
        } => {
            assert_eq!(
                (request, at, transport),
                (FlowRequest(9), address.to_string(), Transport::Tcp)
            );
        }
        other => panic!("{other:?}"),
    }
}

struct Fixed(Vec<Target>);

impl Resolver for Fixed {
    fn locate<'a>(&'a self, _: &'a NextHop) -> Resolution<'a> {
        Box::pin(async { Ok(self.0.clone().into()) })
    }
}

struct Downgraded(Target);

impl Resolver for Downgraded {
    fn locate<'a>(&'a self, _: &'a NextHop) -> Resolution<'a> {
        Box::pin(async {
            Ok(Located {
                downgraded: true,
                ..vec![self.0].into()
            })
        })
    }
}

#[tokio::test]
async fn au_019_a_domain_without_tls_is_handed_up_though_nothing_answers() {
    let server = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = server.local_addr().unwrap();
    drop(server);
    let transport = Transport::Tcp;
    let config = NetConfig {
        resolver: Arc::new(Downgraded(Target { address, transport })),
        ..NetConfig::default()
    };
    let (network, mut events) = start(config).await;
    assert!(network.take_downgraded().is_empty());
    for request in [1, 2] {
        network.open_flow(FlowRequest(request), hop(address, transport), vec![]);
        assert!(matches!(
            next(&mut events).await,
            NetEvent::FlowFailed { .. }
        ));
    }
    assert_eq!(network.take_downgraded(), [address.ip().to_string()]);
    assert!(network.take_downgraded().is_empty());
}

#[tokio::test]
async fn the_next_address_is_tried_and_the_avoided_one_last() {
    let target = |address| Target {
        address,
        transport: Transport::Tcp,
    };
    let dead = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (one, other) = (
        TcpListener::bind("127.0.0.1:0").await.unwrap(),
        TcpListener::bind("127.0.0.1:0").await.unwrap(),
    );
    let [gone, one_at, other_at] = [&dead, &one, &other].map(|it| it.local_addr().unwrap());
    drop(dead);
    let config = NetConfig {
        resolver: Arc::new(Fixed(vec![target(gone), target(one_at), target(other_at)])),
        ..NetConfig::default()
    };
    let (network, mut events) = start(config).await;
    network.open_flow(FlowRequest(1), hop(one_at, Transport::Tcp), vec![]);
    assert_eq!(opened(&mut events).await.remote, one_at);
    network.open_flow(
        FlowRequest(2),
        hop(one_at, Transport::Tcp),
        vec![gone, one_at],
    );
    assert_eq!(opened(&mut events).await.remote, other_at);
}

#[tokio::test]
async fn a_server_that_does_not_read_is_given_up() {
    let (network, mut events, flow, _peer) = connection().await;
    let large = Bytes::from(vec![b'x'; 1024 * 1024]);
    for _ in 0..40 {
        network.transmit(flow, large.clone());
    }
    match next(&mut events).await {
        NetEvent::FlowClosed {
            flow: id,
            error: FlowError::Closed { .. },
        } => assert_eq!(id, flow.id),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_shutdown_writes_what_is_queued() {
    let (network, _events, flow, mut peer) = connection().await;
    network.transmit(flow, Bytes::from_static(b"REGISTER"));
    network.shutdown().await;
    assert_eq!(read_all(&mut peer).await, "REGISTER");
}
