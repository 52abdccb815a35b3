//! Digest credentials, worked out a second time and independently of Siskin's own.

use std::fmt::Write as _;

use md5::{Digest as _, Md5};
use sha2::Sha256;

/// The value of Authorization or Proxy-Authorization that answers a challenge, as the first use of
/// its nonce.
pub fn answer(challenge: &str, method: &str, uri: &str, user: &str, password: &str) -> String {
    let realm = field(challenge, "realm").unwrap_or_default();
    let nonce = field(challenge, "nonce").unwrap_or_default();
    let algorithm = field(challenge, "algorithm").unwrap_or("MD5");
    let hash = if algorithm == "SHA-256" { sha_256 } else { md5 };

    let first = hash(&format!("{user}:{realm}:{password}"));
    let second = hash(&format!("{method}:{uri}"));
    let mut credentials = format!(
        "Digest username=\"{user}\", realm=\"{realm}\", nonce=\"{nonce}\", uri=\"{uri}\", \
         algorithm={algorithm}"
    );
    if field(challenge, "qop").is_some() {
        let response = hash(&format!("{first}:{nonce}:00000001:{CNONCE}:auth:{second}"));
        let _ = write!(
            credentials,
            ", qop=auth, nc=00000001, cnonce=\"{CNONCE}\", response=\"{response}\""
        );
    } else {
        let response = hash(&format!("{first}:{nonce}:{second}"));
        let _ = write!(credentials, ", response=\"{response}\"");
    }
    credentials
}

fn field<'a>(challenge: &'a str, name: &str) -> Option<&'a str> {
    let parameters = challenge.strip_prefix("Digest ")?;
    parameters.split(',').find_map(|part| {
        let (key, value) = part.trim().split_once('=')?;
        key.eq_ignore_ascii_case(name)
            .then(|| value.trim_matches('"'))
    })
}

fn md5(text: &str) -> String {
    hex(&Md5::digest(text.as_bytes()))
}

fn sha_256(text: &str) -> String {
    hex(&Sha256::digest(text.as_bytes()))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

const CNONCE: &str = "0a4f113b";
