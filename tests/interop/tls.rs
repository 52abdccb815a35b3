//! A handshake as a careful client would do it, to see what certificate the server shows.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use crate::server::DOMAIN;

/// Connects, trusting only `authority` and expecting the server's domain, and exchanges one
/// request: only after that is it known that the server has accepted our certificate, too.
pub fn greet(port: u16, authority: &Path, own: Option<(&Path, &Path)>) -> Result<(), String> {
    let text = |error: &dyn std::error::Error| error.to_string();
    let mut roots = RootCertStore::empty();
    let authority = CertificateDer::from_pem_file(authority).map_err(|error| text(&error))?;
    roots.add(authority).map_err(|error| text(&error))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| text(&error))?
        .with_root_certificates(roots);
    let config = match own {
        Some((certificate, key)) => {
            let certificate = CertificateDer::from_pem_file(certificate);
            let key = PrivateKeyDer::from_pem_file(key).map_err(|error| text(&error))?;
            let chain = vec![certificate.map_err(|error| text(&error))?];
            builder
                .with_client_auth_cert(chain, key)
                .map_err(|error| text(&error))?
        }
        None => builder.with_no_client_auth(),
    };
    let name = ServerName::try_from(DOMAIN).map_err(|error| text(&error))?;
    let connection = ClientConnection::new(Arc::new(config), name).map_err(|error| text(&error))?;
    let socket = TcpStream::connect(("127.0.0.1", port)).map_err(|error| text(&error))?;
    let patience = Some(Duration::from_secs(3));
    socket
        .set_read_timeout(patience)
        .map_err(|error| text(&error))?;
    let mut stream = StreamOwned::new(connection, socket);
    // Both SIP and HTTP answer a keep-alive or an empty request with something.
    let request = format!(
        "OPTIONS sip:{DOMAIN} SIP/2.0\r\nVia: SIP/2.0/TLS 127.0.0.1:9;branch=z9hG4bK-tls\r\n\
         Max-Forwards: 70\r\nFrom: <sip:alice@{DOMAIN}>;tag=t\r\nTo: <sip:{DOMAIN}>\r\n\
         Call-ID: tls-{port}\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n"
    );
    stream
        .write_all(request.as_bytes())
        .map_err(|error| text(&error))?;
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).map_err(|error| text(&error))
}
