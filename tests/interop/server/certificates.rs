//! An authority of the test's own, and the certificates that it signs.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa,
    KeyPair, KeyUsagePurpose, SanType, date_time_ymd,
};

use super::{Certificate, DOMAIN};

/// The files, all PEM.
pub struct Certificates {
    /// The authority's certificate.
    pub authority: PathBuf,
    /// Alice's certificate.
    pub client: PathBuf,
    /// Alice's key.
    pub client_key: PathBuf,
    folder: PathBuf,
}

impl Certificates {
    /// Makes everything anew below `folder`.
    pub fn make(folder: &Path) -> Self {
        let mut authority = CertificateParams::default();
        authority
            .distinguished_name
            .push(DnType::CommonName, "Interop Test Authority");
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        authority.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let authority = CertifiedIssuer::self_signed(authority, new_key()).expect("an authority");
        let file = folder.join("authority.pem");
        fs::write(&file, authority.pem()).expect("a file for the authority");

        let ours = [
            uri(&format!("sip:{DOMAIN}")),
            name(&format!("sip.{DOMAIN}")),
            name(DOMAIN),
            SanType::IpAddress([127, 0, 0, 1].into()),
        ];
        let others = [uri("sip:other.example.net"), name("other.example.net")];
        let alice = [uri(&format!("sip:alice@{DOMAIN}"))];
        let certificates = Self {
            authority: file,
            client: folder.join("alice.pem"),
            client_key: folder.join("alice.key"),
            folder: folder.to_owned(),
        };
        certificates.sign(&authority, "good", &ours, 2020, 2060);
        certificates.sign(&authority, "expired", &ours, 2019, 2020);
        certificates.sign(&authority, "other", &others, 2020, 2060);
        certificates.sign(&authority, "alice", &alice, 2020, 2060);
        certificates.sign(&authority, "alice-before", &alice, 2019, 2020);
        certificates
    }

    /// A certificate of Alice's that is of the past, and its key.
    pub fn expired_client(&self) -> (PathBuf, PathBuf) {
        let file = |ending: &str| self.folder.join(format!("alice-before.{ending}"));
        (file("pem"), file("key"))
    }

    /// Certificate and key of the server.
    pub fn of(&self, which: Certificate) -> (PathBuf, PathBuf) {
        let stem = match which {
            Certificate::Good => "good",
            Certificate::Expired => "expired",
            Certificate::OtherHost => "other",
        };
        (
            self.folder.join(format!("{stem}.pem")),
            self.folder.join(format!("{stem}.key")),
        )
    }

    fn sign(
        &self,
        authority: &CertifiedIssuer<'_, KeyPair>,
        stem: &str,
        names: &[SanType],
        from: i32,
        until: i32,
    ) {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, stem);
        params.subject_alt_names = names.to_vec();
        params.not_before = date_time_ymd(from, 1, 1);
        params.not_after = date_time_ymd(until, 1, 1);
        params.extended_key_usages = vec![
            ExtendedKeyUsagePurpose::ServerAuth,
            ExtendedKeyUsagePurpose::ClientAuth,
        ];
        let key = new_key();
        let certificate = params.signed_by(&key, authority).expect("a certificate");
        fs::write(self.folder.join(format!("{stem}.pem")), certificate.pem()).expect("a file");
        let file = self.folder.join(format!("{stem}.key"));
        fs::write(&file, key.serialize_pem()).expect("a file");
        // Siskin does not use a key that others may read.
        fs::set_permissions(file, fs::Permissions::from_mode(0o600)).expect("our own file");
    }
}

fn new_key() -> KeyPair {
    KeyPair::generate().expect("a key")
}

fn uri(text: &str) -> SanType {
    SanType::URI(text.try_into().expect("plain ASCII"))
}

fn name(text: &str) -> SanType {
    SanType::DnsName(text.try_into().expect("plain ASCII"))
}
