//! Certificates that are trusted as they are: exactly those, and no others.

use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::tls::{Authority, Issued, echo, refused, signed, trusting};
use super::*;
use crate::net::{Distrust, Fingerprint, Pin, TlsConfig, Trust, web_verifier};

fn pinning(trust: &Trust) -> NetConfig {
    NetConfig {
        trust: trust.clone(),
        ..NetConfig::default()
    }
}

/// What is trusted as it is for the server of these tests.
fn pin(fingerprint: Fingerprint) -> Pin {
    Pin {
        fingerprint,
        server: "example.test".to_owned(),
    }
}

fn fingerprint(issued: &Issued) -> Fingerprint {
    Fingerprint::of(&issued.der)
}

#[tokio::test]
async fn exactly_the_pinned_certificate_is_trusted() {
    let (server, other) = (
        signed("example.test", |_| {}),
        signed("example.test", |_| {}),
    );
    let trust = Trust::new([pin(fingerprint(&server))]);
    for tls12 in [false, true] {
        let address = echo(&server, None, tls12).await;
        let (network, mut events) = start(pinning(&trust)).await;
        network.open_flow(FlowRequest(1), hop(address, Transport::Tls), vec![]);
        assert_eq!(opened(&mut events).await.transport, Transport::Tls);
        network.shutdown().await;
    }
    assert!(trust.refused().is_empty());
    // The same names, another key.
    let address = echo(&other, None, false).await;
    let detail = refused(pinning(&trust), hop(address, Transport::Tls)).await;
    assert!(detail.contains("not signed by an authority"), "{detail}");
    let [shown] = &trust.refused()[..] else {
        panic!("{:?}", trust.refused());
    };
    assert_eq!(shown.server, "example.test");
    assert_eq!(shown.why, [Distrust::SignsItself]);
    assert_eq!(shown.certificate.fingerprint, fingerprint(&other));
    assert!(!shown.web);
    assert_eq!(shown.at, address.to_string());
    // Nobody else's trust is touched.
    let address = echo(&server, None, false).await;
    refused(NetConfig::default(), hop(address, Transport::Tls)).await;
}

#[tokio::test]
async fn everything_that_is_wrong_is_told_and_a_pin_stands_above_it() {
    let authority = Authority::new();
    let ca = authority.file();
    let odd = authority.issue(|params| {
        params.subject_alt_names.clear();
        params.not_before = rcgen::date_time_ymd(2019, 1, 1);
        params.not_after = rcgen::date_time_ymd(2020, 2, 3);
    });
    let address = echo(&odd, None, false).await;
    let other_name = || Distrust::OtherName("example.test".to_owned());
    let trust = Trust::default();
    refused(pinning(&trust), hop(address, Transport::Tls)).await;
    assert_eq!(
        trust.refused()[0].why,
        [Distrust::Expired, Distrust::UnknownIssuer, other_name()]
    );
    let known = NetConfig {
        trust: Trust::default(),
        ..trusting(&ca)
    };
    let trust = known.trust.clone();
    refused(known.clone(), hop(address, Transport::Tls)).await;
    assert_eq!(trust.refused()[0].why, [Distrust::Expired, other_name()]);

    let (network, mut events) = start(known).await;
    trust.pin(pin(fingerprint(&odd)));
    assert!(trust.refused().is_empty());
    network.open_flow(FlowRequest(1), hop(address, Transport::Tls), vec![]);
    let flow = opened(&mut events).await;
    // The open connection serves again: it stands for whom it was made for.
    network.open_flow(FlowRequest(2), hop(address, Transport::Tls), vec![]);
    assert_eq!(opened(&mut events).await, flow);
    network.shutdown().await;
    trust.unpin(&pin(fingerprint(&odd)));
    refused(
        NetConfig {
            trust: trust.clone(),
            ..trusting(&ca)
        },
        hop(address, Transport::Tls),
    )
    .await;

    let early = signed("example.test", |params| {
        params.not_before = rcgen::date_time_ymd(2990, 1, 1);
        params.not_after = rcgen::date_time_ymd(2999, 1, 1);
    });
    let address = echo(&early, None, false).await;
    let trust = Trust::default();
    refused(pinning(&trust), hop(address, Transport::Tls)).await;
    assert_eq!(
        trust.refused()[0].why,
        [Distrust::NotYetValid, Distrust::SignsItself]
    );
}

#[tokio::test]
async fn a_server_that_is_trusted_again_is_no_longer_told() {
    let authority = Authority::new();
    let ca = authority.file();
    let config = NetConfig {
        trust: Trust::default(),
        ..trusting(&ca)
    };
    let trust = config.trust.clone();
    let (network, mut events) = start(config).await;
    let wrong = echo(&signed("example.test", |_| {}), None, false).await;
    network.open_flow(FlowRequest(1), hop(wrong, Transport::Tls), vec![]);
    assert!(matches!(
        next(&mut events).await,
        NetEvent::FlowFailed { .. }
    ));
    assert_eq!(trust.refused().len(), 1);
    let right = echo(&authority.issue(|_| {}), None, false).await;
    network.open_flow(FlowRequest(2), hop(right, Transport::Tls), vec![]);
    opened(&mut events).await;
    assert!(trust.refused().is_empty());
}

/// A handshake as an HTTPS client makes it.
async fn greet(address: SocketAddr, tls: &TlsConfig, trust: &Trust) -> Result<(), String> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .dangerous()
        .with_custom_certificate_verifier(web_verifier(tls, trust).unwrap())
        .with_no_client_auth();
    let stream = TcpStream::connect(address).await.unwrap();
    let name = ServerName::try_from("example.test").unwrap();
    let connector = TlsConnector::from(Arc::new(config));
    let connected = timeout(Duration::from_secs(5), connector.connect(name, stream)).await;
    let connected = connected.expect("in time");
    connected.map(|_| ()).map_err(|error| error.to_string())
}

#[tokio::test]
async fn the_web_is_looked_at_in_the_same_way() {
    let authority = Authority::new();
    let ca = authority.file();
    let (tls, trust) = (trusting(&ca).tls, Trust::default());
    let right = echo(&authority.issue(|_| {}), None, false).await;
    assert_eq!(greet(right, &tls, &trust).await, Ok(()));
    let none = TlsConfig::default();
    let server = signed("example.com", |_| {});
    let address = echo(&server, None, false).await;
    assert!(greet(address, &none, &trust).await.is_err());
    let shown = trust.refused().remove(0);
    assert!(shown.web && shown.server == "example.test");
    assert_eq!(
        shown.why,
        [
            Distrust::SignsItself,
            Distrust::OtherName("example.test".to_owned())
        ]
    );
    assert_eq!(shown.at, "https");
    trust.pin(Pin {
        server: "other.example.test".to_owned(),
        ..pin(shown.certificate.fingerprint)
    });
    assert!(
        greet(address, &none, &trust).await.is_err(),
        "of another server"
    );
    trust.pin(pin(shown.certificate.fingerprint));
    assert_eq!(greet(address, &none, &trust).await, Ok(()));
    let other = echo(&signed("example.test", |_| {}), None, false).await;
    assert!(greet(other, &none, &trust).await.is_err());
    assert!(greet(right, &none, &trust).await.is_err());
}
