//! The certificate that we show to servers which ask for one, and its key.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;

use super::config::TlsConfig;
use super::limits::MAX_KEY_FILE;
use super::tls::certificates;
use crate::engine::{CertificateFault, FlowError};

/// A client certificate with those between it and its authority, and its key.
pub type ClientCertificate = (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>);

/// The certificate to show where a server asks for one, if the configuration names any. Reads files. An error names the
/// file, and tells whether it cannot be read, holds none, is open to others, or is the key of another certificate.
pub fn client_certificate(config: &TlsConfig) -> Result<Option<ClientCertificate>, FlowError> {
    let Some((chain_file, key_file)) = &config.client_certificate else {
        return Ok(None);
    };
    let chain = certificates(chain_file)?;
    let fault = |fault| FlowError::Certificates {
        file: key_file.display().to_string(),
        fault,
    };
    let key = key(key_file).map_err(fault)?;
    let provider = rustls::crypto::ring::default_provider();
    match CertifiedKey::from_der(chain.clone(), key.clone_key(), &provider) {
        Ok(_) => Ok(Some((chain, key))),
        Err(rustls::Error::InconsistentKeys(_)) => Err(fault(CertificateFault::OtherKey)),
        Err(error) => Err(fault(CertificateFault::NotUnderstood(error.to_string()))),
    }
}

/// Reads a key. The rights are those of the very file that is read.
fn key(path: &Path) -> Result<PrivateKeyDer<'static>, CertificateFault> {
    let unreadable = |error: std::io::Error| CertificateFault::Unreadable(error.to_string());
    let file = File::open(path).map_err(unreadable)?;
    if is_open_to_others(&file).map_err(unreadable)? {
        return Err(CertificateFault::OpenToOthers);
    }
    PrivateKeyDer::from_pem_reader(file.take(MAX_KEY_FILE)).map_err(|error| match error {
        pem::Error::NoItemsFound => CertificateFault::NoKey,
        pem::Error::Io(error) => unreadable(error),
        other => CertificateFault::NotUnderstood(other.to_string()),
    })
}

#[cfg(unix)]
fn is_open_to_others(file: &File) -> std::io::Result<bool> {
    use std::os::unix::fs::PermissionsExt as _;
    Ok(file.metadata()?.permissions().mode() & 0o077 != 0)
}

/// Other systems have no rights of this kind.
#[cfg(not(unix))]
#[allow(clippy::unnecessary_wraps, reason = "as on Unix")]
fn is_open_to_others(_: &File) -> std::io::Result<bool> {
    Ok(false)
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;
    use std::path::PathBuf;

    use rcgen::{CertificateParams, KeyPair};

    use super::*;

    fn read(chain: &Path, key: &Path) -> Result<bool, FlowError> {
        let config = TlsConfig {
            extra_ca: None,
            client_certificate: Some((chain.to_owned(), key.to_owned())),
        };
        client_certificate(&config).map(|found| found.is_some())
    }

    #[test]
    fn each_fault_of_a_client_certificate_has_its_name() {
        let home = tempfile::tempdir().unwrap();
        let file = |name: &str, text: &str, mode: u32| -> PathBuf {
            let path = home.path().join(name);
            fs::write(&path, text).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            path
        };
        let (ours, other) = (KeyPair::generate().unwrap(), KeyPair::generate().unwrap());
        let params = CertificateParams::new(vec!["alice.example.test".to_owned()]).unwrap();
        let pem = params.self_signed(&ours).unwrap().pem();
        let chain = file("alice.pem", &pem, 0o644);
        let key = file("alice.key", &ours.serialize_pem(), 0o600);
        let both = file("both.pem", &(pem.clone() + &ours.serialize_pem()), 0o400);
        assert_eq!(read(&chain, &key), Ok(true));
        assert_eq!(read(&both, &both), Ok(true));

        let missing = home.path().join("missing");
        for (chain, key, about, expected) in [
            (
                &chain,
                file("group", &ours.serialize_pem(), 0o640),
                1,
                CertificateFault::OpenToOthers,
            ),
            (
                &chain,
                file("world", &ours.serialize_pem(), 0o604),
                1,
                CertificateFault::OpenToOthers,
            ),
            (
                &chain,
                file("other", &other.serialize_pem(), 0o600),
                1,
                CertificateFault::OtherKey,
            ),
            (
                &chain,
                file("no-key", &pem, 0o600),
                1,
                CertificateFault::NoKey,
            ),
            (&key, key.clone(), 0, CertificateFault::NoCertificate),
        ] {
            let named = if about == 0 { chain } else { &key };
            let file = named.display().to_string();
            assert_eq!(
                read(chain, &key),
                Err(FlowError::Certificates {
                    file,
                    fault: expected
                })
            );
        }
        for (chain, key) in [(&chain, &missing), (&missing, &key)] {
            let error = read(chain, key).unwrap_err();
            let FlowError::Certificates {
                file,
                fault: CertificateFault::Unreadable(_),
            } = &error
            else {
                panic!("{error:?}");
            };
            assert_eq!(*file, missing.display().to_string());
        }
        let bad = file(
            "bad",
            "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
            0o600,
        );
        let error = read(&chain, &bad).unwrap_err();
        assert!(
            matches!(
                &error,
                FlowError::Certificates {
                    fault: CertificateFault::NotUnderstood(_),
                    ..
                }
            ),
            "{error:?}"
        );
    }
}
