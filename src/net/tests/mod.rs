//! The network against sockets on this machine.

mod dns;
#[path = "../../../tests/support/name_server.rs"]
#[allow(unreachable_pub, reason = "shared with test programs")]
mod name_server;
mod tcp;
mod tls;
mod trust;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::net::UdpSocket;
use tokio::sync::mpsc::Receiver;
use tokio::time::timeout;

use super::trace::Ring;
use super::{NetConfig, NetEvent, Network};
use crate::engine::{Flow, FlowError, FlowRequest, NextHop, stun};
use crate::sip::Transport;

pub(super) fn hop(address: SocketAddr, transport: Transport) -> NextHop {
    NextHop {
        host: address.ip().to_string(),
        port: Some(address.port()),
        transport: Some(transport),
        secure: false,
        identity: "example.test".to_owned(),
    }
}

pub(super) async fn next(events: &mut Receiver<NetEvent>) -> NetEvent {
    timeout(Duration::from_secs(5), events.recv())
        .await
        .expect("an event in time")
        .expect("an open channel")
}

pub(super) async fn opened(events: &mut Receiver<NetEvent>) -> Flow {
    match next(events).await {
        NetEvent::FlowOpened { flow, .. } => flow,
        other => panic!("{other:?}"),
    }
}

async fn received(events: &mut Receiver<NetEvent>) -> (Flow, Bytes) {
    match next(events).await {
        NetEvent::Received { flow, bytes } => (flow, bytes),
        other => panic!("{other:?}"),
    }
}

pub(super) async fn start(config: NetConfig) -> (Network, Receiver<NetEvent>) {
    Network::start(config).await.expect("a network")
}

#[tokio::test]
async fn tx_020_udp_goes_out_and_comes_back_on_one_port() {
    for any in ["127.0.0.1:0", "[::1]:0"] {
        let server = UdpSocket::bind(any).await.unwrap();
        let address = server.local_addr().unwrap();
        let (network, mut events) = start(NetConfig::default()).await;
        network.open_flow(FlowRequest(7), hop(address, Transport::Udp), vec![]);
        let flow = match next(&mut events).await {
            NetEvent::FlowOpened { request, flow, .. } => {
                assert_eq!(request, FlowRequest(7));
                flow
            }
            other => panic!("{other:?}"),
        };
        assert_eq!((flow.remote, flow.local.ip()), (address, address.ip()));

        network.transmit(flow, Bytes::from_static(b"OPTIONS"));
        let mut buffer = [0; 100];
        let (length, from) = server.recv_from(&mut buffer).await.unwrap();
        assert_eq!((&buffer[..length], from), (&b"OPTIONS"[..], flow.local));

        server.send_to(b"\r\n\r\n", from).await.unwrap();
        server.send_to(b"NOTIFY", from).await.unwrap();
        assert_eq!(
            received(&mut events).await,
            (flow, Bytes::from_static(b"NOTIFY"))
        );

        // Somebody else, and an answer to another address than that of the flow (RFC 3581 §4).
        let other = UdpSocket::bind(any).await.unwrap();
        other.send_to(b"stranger", from).await.unwrap();
        let (stranger, _) = received(&mut events).await;
        assert_eq!(stranger.remote, other.local_addr().unwrap());
        assert_eq!(stranger.local, flow.local);
        network.transmit(stranger, Bytes::from_static(b"481"));
        let (_, from) = other.recv_from(&mut buffer).await.unwrap();
        assert_eq!(from, flow.local);
        network.transmit(
            Flow {
                remote: stranger.remote,
                ..flow
            },
            Bytes::from_static(b"481"),
        );
        let (_, from) = other.recv_from(&mut buffer).await.unwrap();
        assert_eq!(from, flow.local);
        network.shutdown().await;
    }
}

#[tokio::test]
async fn tx_028_stun_goes_out_and_comes_back_and_is_in_no_trace() {
    let server = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let address = server.local_addr().unwrap();
    let ring = Arc::new(Ring::new(10, 10_000));
    let config = NetConfig {
        tap: Some(Arc::clone(&ring) as Arc<dyn super::trace::Tap>),
        ..NetConfig::default()
    };
    let (network, mut events) = start(config).await;
    network.open_flow(FlowRequest(7), hop(address, Transport::Udp), vec![]);
    let flow = opened(&mut events).await;
    let request = stun::binding_request(&[7; 12]);
    network.transmit(flow, request.clone());
    let mut buffer = [0; 100];
    let (length, from) = server.recv_from(&mut buffer).await.unwrap();
    assert_eq!(buffer[..length], request[..]);
    // What a stranger sends is not looked at, nor zeros from whomever.
    let stranger = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    stranger.send_to(&request, from).await.unwrap();
    server.send_to(&[0; 4], from).await.unwrap();
    server.send_to(&request, from).await.unwrap();
    assert_eq!(received(&mut events).await, (flow, request));
    assert!(events.try_recv().is_err());
    assert!(ring.entries().is_empty());
}

#[tokio::test]
async fn tx_024_one_udp_flow_for_one_address() {
    let server = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let address = server.local_addr().unwrap();
    let (network, mut events) = start(NetConfig::default()).await;
    network.open_flow(FlowRequest(1), hop(address, Transport::Udp), vec![]);
    network.open_flow(FlowRequest(2), hop(address, Transport::Udp), vec![]);
    let first = opened(&mut events).await;
    assert_eq!(opened(&mut events).await, first);
    network.close_flow(first.id);
    network.open_flow(FlowRequest(3), hop(address, Transport::Udp), vec![]);
    let third = opened(&mut events).await;
    assert_ne!(third.id, first.id);
    assert_eq!(third.local.port(), first.local.port());
}

#[tokio::test]
async fn a_large_datagram_arrives_whole() {
    let server = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let address = server.local_addr().unwrap();
    let (network, mut events) = start(NetConfig::default()).await;
    network.open_flow(FlowRequest(1), hop(address, Transport::Udp), vec![]);
    let flow = opened(&mut events).await;
    let large = vec![b'x'; 60_000];
    server.send_to(&large, flow.local).await.unwrap();
    assert_eq!(received(&mut events).await.1, large);
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn an_unreachable_server_is_known_at_once_on_udp() {
    let server = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let address = server.local_addr().unwrap();
    drop(server);
    let (network, mut events) = start(NetConfig::default()).await;
    network.open_flow(FlowRequest(1), hop(address, Transport::Udp), vec![]);
    let opened = opened(&mut events).await;
    network.transmit(opened, Bytes::from_static(b"OPTIONS"));
    match next(&mut events).await {
        NetEvent::FlowClosed {
            flow,
            error: FlowError::Unreachable { address: at, .. },
        } => {
            assert_eq!((flow, at), (opened.id, address.to_string()));
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_port_in_use_is_a_typed_error() {
    let taken = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let address = taken.local_addr().unwrap();
    let config = || NetConfig {
        bind: Some(address),
        ..NetConfig::default()
    };
    let error = Network::start(config()).await.err().unwrap();
    assert!(
        matches!(error, FlowError::Bind { address: ref at, .. } if *at == address.to_string()),
        "{error}"
    );

    // The port that we share with ourselves is still ours alone.
    drop(taken);
    let server = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let (network, mut events) = start(config()).await;
    network.open_flow(
        FlowRequest(1),
        hop(server.local_addr().unwrap(), Transport::Udp),
        vec![],
    );
    assert_eq!(opened(&mut events).await.local, address);
    assert!(matches!(
        Network::start(config()).await.err(),
        Some(FlowError::Bind { .. })
    ));
}

#[tokio::test]
async fn a_name_without_address_is_a_typed_error() {
    let (network, mut events) = start(NetConfig::default()).await;
    let next_hop = NextHop {
        host: "no such host".to_owned(),
        ..hop("127.0.0.1:5060".parse().unwrap(), Transport::Udp)
    };
    network.open_flow(FlowRequest(1), next_hop, vec![]);
    match next(&mut events).await {
        NetEvent::FlowFailed {
            error: FlowError::Name { host, .. },
            ..
        } => assert_eq!(host, "no such host"),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn the_tap_sees_both_ways() {
    let server = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let ring = Arc::new(Ring::default());
    let config = NetConfig {
        tap: Some(ring.clone()),
        ..NetConfig::default()
    };
    let (network, mut events) = start(config).await;
    network.open_flow(
        FlowRequest(1),
        hop(server.local_addr().unwrap(), Transport::Udp),
        vec![],
    );
    let flow = opened(&mut events).await;
    network.transmit(flow, Bytes::from_static(b"one"));
    server.send_to(b"two", flow.local).await.unwrap();
    received(&mut events).await;
    let mut text = Vec::new();
    ring.export(&mut text).unwrap();
    let text = String::from_utf8(text).unwrap();
    assert!(
        text.contains(&format!(
            "SEND UDP {} {} 3\none\n--- ",
            flow.local, flow.remote
        )),
        "{text}"
    );
    assert!(
        text.contains(&format!("RECV UDP {} {} 3\ntwo\n", flow.local, flow.remote)),
        "{text}"
    );
}
