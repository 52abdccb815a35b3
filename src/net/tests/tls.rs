//! Connections under TLS, with certificates made on the spot.

use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa,
    KeyPair, SanType,
};
use rustls::RootCertStore;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::WebPkiClientVerifier;
use tempfile::NamedTempFile;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use super::*;
use crate::net::{Target, TlsConfig};

pub(super) struct Authority(CertifiedIssuer<'static, KeyPair>);

pub(super) struct Issued {
    pub(super) der: CertificateDer<'static>,
    pub(super) key: KeyPair,
    pem: String,
}

impl Authority {
    pub(super) fn new() -> Self {
        Self::named("An authority")
    }

    fn named(name: &str) -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    pub(super) fn file(&self) -> NamedTempFile {
        file(&self.0.pem())
    }

    pub(super) fn issue(&self, change: impl FnOnce(&mut CertificateParams)) -> Issued {
        let mut params = CertificateParams::new(vec!["example.test".to_owned()]).unwrap();
        params.extended_key_usages = vec![
            ExtendedKeyUsagePurpose::ServerAuth,
            ExtendedKeyUsagePurpose::ClientAuth,
        ];
        change(&mut params);
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.0).unwrap();
        Issued {
            der: certificate.der().clone(),
            pem: certificate.pem(),
            key,
        }
    }
}

fn file(text: &str) -> NamedTempFile {
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    file
}

pub(super) fn trusting(authority: &NamedTempFile) -> NetConfig {
    NetConfig {
        tls: TlsConfig {
            extra_ca: Some(authority.path().to_owned()),
            client_certificate: None,
        },
        ..NetConfig::default()
    }
}

/// A TLS server that sends back what it gets; it wants a client certificate if it has an authority for it.
pub(super) async fn echo(issued: &Issued, clients: Option<&Authority>, tls12: bool) -> SocketAddr {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let version = if tls12 {
        &rustls::version::TLS12
    } else {
        &rustls::version::TLS13
    };
    let builder = rustls::ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_protocol_versions(&[version])
        .unwrap();
    let builder = match clients {
        None => builder.with_no_client_auth(),
        Some(authority) => {
            let mut roots = RootCertStore::empty();
            roots.add(authority.0.as_ref().der().clone()).unwrap();
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
            builder.with_client_cert_verifier(verifier.build().unwrap())
        }
    };
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(issued.key.serialize_der()));
    let config = builder
        .with_single_cert(vec![issued.der.clone()], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let server = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = server.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = server.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let mut stream = acceptor.accept(stream).await?;
                let mut buffer = [0; 4096];
                loop {
                    let length = stream.read(&mut buffer).await?;
                    if length == 0 {
                        return std::io::Result::Ok(());
                    }
                    stream.write_all(&buffer[..length]).await?;
                }
            });
        }
    });
    address
}

pub(super) async fn refused(config: NetConfig, next_hop: NextHop) -> String {
    let (network, mut events) = start(config).await;
    network.open_flow(FlowRequest(1), next_hop, vec![]);
    match next(&mut events).await {
        NetEvent::FlowFailed {
            error: FlowError::Tls { detail, .. },
            ..
        } => detail,
        other => panic!("{other:?}"),
    }
}

const OPTIONS: &[u8] = b"OPTIONS sip:a SIP/2.0\r\nContent-Length: 0\r\n\r\n";

#[tokio::test]
async fn au_020_a_certificate_for_the_domain_is_trusted() {
    let authority = Authority::new();
    let ca = authority.file();
    for tls12 in [false, true] {
        let address = echo(&authority.issue(|_| {}), None, tls12).await;
        let (network, mut events) = start(trusting(&ca)).await;
        let mut next_hop = hop(address, Transport::Udp);
        next_hop.secure = true;
        network.open_flow(FlowRequest(1), next_hop, vec![]);
        let flow = opened(&mut events).await;
        assert_eq!(flow.transport, Transport::Tls);
        network.transmit(flow, Bytes::from_static(OPTIONS));
        assert_eq!(
            received(&mut events).await,
            (flow, Bytes::from_static(OPTIONS))
        );
        network.shutdown().await;
    }
}

#[tokio::test]
async fn au_020_a_certificate_for_another_name_is_refused() {
    let authority = Authority::new();
    let ca = authority.file();
    let other = authority.issue(|params| {
        params.subject_alt_names = vec![SanType::DnsName("other.example.net".try_into().unwrap())];
    });
    let address = echo(&other, None, false).await;
    assert_eq!(
        refused(trusting(&ca), hop(address, Transport::Tls)).await,
        "the certificate is for other.example.net, not for example.test or 127.0.0.1"
    );
}

/// A server that speaks nothing newer than TLS 1.1: it keeps what it is sent, and breaks off as RFC 8446 §6.2 says.
#[tokio::test]
async fn au_020_and_au_021_tls_1_1_is_not_offered_and_nothing_but_the_domain_is_said_without_tls() {
    const ALERT: [u8; 7] = [21, 3, 2, 0, 2, 2, 70];
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut head = [0; 5];
        stream.read_exact(&mut head).await.unwrap();
        let mut hello = vec![0; usize::from(u16::from_be_bytes([head[3], head[4]]))];
        stream.read_exact(&mut hello).await.unwrap();
        stream.write_all(&ALERT).await.unwrap();
        let mut rest = Vec::new();
        let _ = stream.read_to_end(&mut rest).await;
        (head[0], hello, rest)
    });
    let authority = Authority::new();
    let ca = authority.file();
    let detail = refused(trusting(&ca), hop(address, Transport::Tls)).await;
    assert!(!detail.is_empty());
    let (kind, hello, rest) = server.await.unwrap();
    assert_eq!((kind, hello[0]), (22, 1), "a ClientHello");
    assert_eq!(versions(&hello), [0x0304, 0x0303]);
    // The server is told whom it is asked for: the domain, not the address that it was found at (RFC 5922 §7.8).
    let domain = b"example.test";
    assert!(hello.windows(domain.len()).any(|bytes| bytes == domain));
    // An alert of ours at most.
    assert!(rest.is_empty() || rest[0] == 21, "{rest:?}");
}

/// The extension `supported_versions` of a `ClientHello` (RFC 8446 §4.1.2, §4.2.1).
fn versions(hello: &[u8]) -> Vec<u16> {
    let two = |at: usize| u16::from_be_bytes([hello[at], hello[at + 1]]);
    // Type and length, version, random.
    let mut at = 4 + 2 + 32;
    at += 1 + usize::from(hello[at]);
    at += 2 + usize::from(two(at));
    at += 1 + usize::from(hello[at]);
    let end = at + 2 + usize::from(two(at));
    at += 2;
    while at < end {
        let (kind, length) = (two(at), usize::from(two(at + 2)));
        if kind == 43 {
            let listed = &hello[at + 5..at + 4 + length];
            let pairs = listed.chunks_exact(2);
            return pairs
                .map(|pair| u16::from_be_bytes([pair[0], pair[1]]))
                .collect();
        }
        at += 4 + length;
    }
    Vec::new()
}

#[tokio::test]
async fn au_021_an_expired_certificate_is_refused() {
    let authority = Authority::new();
    let ca = authority.file();
    let expired = authority.issue(|params| {
        params.not_before = rcgen::date_time_ymd(2019, 1, 1);
        params.not_after = rcgen::date_time_ymd(2020, 2, 3);
    });
    let address = echo(&expired, None, false).await;
    assert_eq!(
        refused(trusting(&ca), hop(address, Transport::Tls)).await,
        "the certificate expired on 2020-02-03"
    );
}

#[tokio::test]
async fn au_021_an_unknown_authority_and_a_wrong_purpose_are_refused() {
    let authority = Authority::new();
    let ca = authority.file();
    let address = echo(&Authority::named("Another").issue(|_| {}), None, false).await;
    let detail = refused(trusting(&ca), hop(address, Transport::Tls)).await;
    assert!(detail.contains("not signed by an authority"), "{detail}");
    let client = authority.issue(|params| {
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    });
    let address = echo(&client, None, false).await;
    let detail = refused(trusting(&ca), hop(address, Transport::Tls)).await;
    assert!(detail.contains("extended key usage"), "{detail}");
}

#[tokio::test]
async fn au_019_no_fallback_to_plain_tcp() {
    let authority = Authority::new();
    let ca = authority.file();
    let server = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = server.local_addr().unwrap();
    let heard = tokio::spawn(async move {
        let (mut stream, _) = server.accept().await.unwrap();
        let mut first = [0; 1];
        stream.read_exact(&mut first).await.unwrap();
        stream
            .write_all(b"SIP/2.0 400 Bad Request\r\n\r\n")
            .await
            .unwrap();
        first[0]
    });
    let detail = refused(trusting(&ca), hop(address, Transport::Tls)).await;
    assert!(detail.contains("does not speak TLS"), "{detail}");
    // The first byte of a TLS handshake, never one of SIP.
    assert_eq!(heard.await.unwrap(), 22);
}

#[tokio::test]
async fn tx_024_two_domains_on_one_address_are_two_connections() {
    let authority = Authority::new();
    let ca = authority.file();
    let issued = authority.issue(|params| {
        let domains = ["example.test", "example.net"];
        params.subject_alt_names = domains
            .map(|name| SanType::DnsName(name.try_into().unwrap()))
            .to_vec();
    });
    let address = echo(&issued, None, false).await;
    let (network, mut events) = start(trusting(&ca)).await;
    let next_hop = |identity: &str| NextHop {
        identity: identity.to_owned(),
        ..hop(address, Transport::Tls)
    };
    network.open_flow(FlowRequest(1), next_hop("example.test"), vec![]);
    let first = opened(&mut events).await;
    // The certificate of the open connection stands for this one too.
    network.open_flow(FlowRequest(2), next_hop("example.net"), vec![]);
    assert_eq!(opened(&mut events).await, first);
    // For that one not, and a connection of its own does not prove it either.
    network.open_flow(FlowRequest(3), next_hop("example.org"), vec![]);
    match next(&mut events).await {
        NetEvent::FlowFailed {
            error: FlowError::Tls { detail, .. },
            ..
        } => {
            assert!(
                detail.contains("example.test, example.net, not for example.org"),
                "{detail}"
            );
        }
        other => panic!("{other:?}"),
    }
}

/// A server that signs itself, as the usual tools make them.
pub(super) fn signed(name: &str, change: fn(&mut CertificateParams)) -> Issued {
    let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    change(&mut params);
    let key = KeyPair::generate().unwrap();
    let certificate = params.self_signed(&key).unwrap();
    Issued {
        der: certificate.der().clone(),
        pem: certificate.pem(),
        key,
    }
}

#[tokio::test]
async fn au_021_a_server_that_signs_itself_is_trusted_where_it_is_named_and_nowhere_else() {
    let server = signed("example.test", |_| {});
    let address = echo(&server, None, false).await;
    let ca = file(&server.pem);
    let (network, mut events) = start(trusting(&ca)).await;
    network.open_flow(FlowRequest(1), hop(address, Transport::Tls), vec![]);
    opened(&mut events).await;

    let error = refused(NetConfig::default(), hop(address, Transport::Tls)).await;
    assert!(error.contains("not signed by an authority"), "{error}");
    let other = NextHop {
        identity: "example.org".to_owned(),
        ..hop(address, Transport::Tls)
    };
    let error = refused(trusting(&ca), other).await;
    assert!(error.contains("not for example.org"), "{error}");

    let old = signed("example.test", |params| {
        params.not_after = rcgen::date_time_ymd(2020, 1, 1);
    });
    let address = echo(&old, None, false).await;
    let error = refused(trusting(&file(&old.pem)), hop(address, Transport::Tls)).await;
    assert!(error.contains("expired"), "{error}");
}

#[tokio::test]
async fn a_client_certificate_is_shown_where_it_is_wanted() {
    let authority = Authority::new();
    let ca = authority.file();
    let address = echo(&authority.issue(|_| {}), Some(&authority), false).await;
    let ours = authority.issue(|_| {});
    let (chain, key) = (file(&ours.pem), file(&ours.key.serialize_pem()));
    let mut config = trusting(&ca);
    config.tls.client_certificate = Some((chain.path().to_owned(), key.path().to_owned()));
    let (network, mut events) = start(config).await;
    network.open_flow(FlowRequest(1), hop(address, Transport::Tls), vec![]);
    let flow = opened(&mut events).await;
    network.transmit(flow, Bytes::from_static(OPTIONS));
    assert_eq!(received(&mut events).await.1, OPTIONS);

    // Without one, TLS 1.3 tells when the connection is already open.
    let (network, mut events) = start(trusting(&ca)).await;
    network.open_flow(FlowRequest(1), hop(address, Transport::Tls), vec![]);
    opened(&mut events).await;
    match next(&mut events).await {
        NetEvent::FlowClosed {
            error: FlowError::Closed { detail, .. },
            ..
        } => {
            assert!(detail.contains("ertificate"), "{detail}");
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn files_that_are_missing_or_no_certificates_are_named_at_the_start() {
    let noise = file("no certificate");
    for path in [
        PathBuf::from("/does/not/exist.pem"),
        noise.path().to_owned(),
    ] {
        let config = NetConfig {
            tls: TlsConfig {
                extra_ca: Some(path.clone()),
                client_certificate: None,
            },
            ..NetConfig::default()
        };
        match Network::start(config).await.err() {
            Some(FlowError::Certificates { file, .. }) => {
                assert_eq!(file, path.display().to_string());
            }
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn a_certificate_is_shown_whether_it_is_trusted_or_not() {
    let authority = Authority::new();
    let trusted = authority.file();
    let issued = authority.issue(|_| {});
    let address = echo(&issued, None, false).await;
    let target = Target {
        address,
        transport: Transport::Tls,
    };
    let next_hop = hop(address, Transport::Tls);
    let (network, _events) = start(trusting(&trusted)).await;
    let well = network.examine(&next_hop, target).await;
    assert!(well.connected.is_ok(), "{well:?}");
    let shown = well.certificate.unwrap();
    assert_eq!(shown.names, ["example.test"]);
    assert!(shown.issuer.contains("An authority"), "{}", shown.issuer);

    let mut other = next_hop.clone();
    other.identity = "example.com".to_owned();
    let unwell = network.examine(&other, target).await;
    assert!(matches!(unwell.connected, Err(FlowError::Tls { .. })));
    assert_eq!(unwell.certificate.as_ref(), Some(&shown));

    let (network, _events) = start(NetConfig::default()).await;
    let strange = network.examine(&next_hop, target).await;
    assert!(matches!(strange.connected, Err(FlowError::Tls { .. })));
    assert_eq!(strange.certificate, Some(shown));
}
