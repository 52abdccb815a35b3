//! A server that speaks TLS with a certificate of its own making, in front of the demo server.

use std::net::SocketAddr;
use std::sync::Arc;
use std::thread;

use rcgen::{CertificateParams, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

/// Passes on what comes over TLS. It ends with the test program.
pub struct Relay {
    /// Where it listens.
    pub address: SocketAddr,
}

impl Relay {
    /// Starts one with a certificate that nobody vouches for, in front of this address.
    pub fn start(behind: SocketAddr) -> Self {
        let key = KeyPair::generate().expect("a key");
        let params = CertificateParams::new(vec!["other.example.net".to_owned()]);
        let certificate = params.expect("a name").self_signed(&key).expect("signed");
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let chain = vec![CertificateDer::from(certificate)];
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .expect("a certificate with its key");
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        listener.set_nonblocking(true).expect("for tokio");
        let address = listener.local_addr().expect("an address");
        thread::spawn(move || serve(listener, Arc::new(config), behind));
        Self { address }
    }
}

fn serve(listener: std::net::TcpListener, config: Arc<ServerConfig>, behind: SocketAddr) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let listener = TcpListener::from_std(listener).expect("a listener");
        let acceptor = TlsAcceptor::from(config);
        while let Ok((stream, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let mut front = acceptor.accept(stream).await?;
                let mut back = TcpStream::connect(behind).await?;
                tokio::io::copy_bidirectional(&mut front, &mut back).await
            });
        }
    });
}
