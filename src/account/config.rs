//! What an account needs to run.

use std::net::SocketAddr;
use std::path::PathBuf;

use jiff::Timestamp;

use crate::net::{Fingerprint, Trust};
use crate::store::{AccountSettings, Preset, Presets, TrustedCertificate};

/// One account's settings together with what only a run knows.
#[derive(Debug, Clone)]
pub struct Config {
    /// The kept part, or the same made from command-line options.
    pub settings: AccountSettings,
    /// What administrators have settled for this account, as far as it is in `settings` now.
    pub preset: Option<Preset>,
    /// Local address to bind to.
    pub bind: Option<SocketAddr>,
    /// A client certificate and its key, both PEM files.
    pub client_certificate: Option<(PathBuf, PathBuf)>,
    /// Whether to register before anything else.
    pub register: bool,
    /// The expiry asked for in REGISTER, SUBSCRIBE and PUBLISH, in seconds; `None`: each package's default.
    pub expires_s: Option<u32>,
    /// Allow credentials over plain HTTP to other hosts than this one.
    pub insecure_xcap: bool,
    /// The languages of the user, best first, to choose among notes.
    pub languages: Vec<String>,
    /// The instance id (RFC 5626 §4.1): `urn:uuid:...`, the same for this installation for ever.
    pub instance: String,
    /// A file that every SIP and XCAP message is written to, secrets redacted.
    pub trace: Option<PathBuf>,
    /// Whether the file goes on as it is: another account writes to it, too.
    pub trace_goes_on: bool,
    /// Whether the last messages are kept in memory, secrets redacted, to be looked at in [`Snapshot::trace`].
    ///
    /// [`Snapshot::trace`]: super::Snapshot::trace
    pub record: bool,
    /// The only DNS server to ask, instead of those of the system: to look for faults, and for tests.
    pub dns: Option<SocketAddr>,
    /// The folder of the profile, for what the next start needs to go on where this one is cut off; `None`: nothing is
    /// kept. Only one program at a time may have it.
    pub keep_in: Option<PathBuf>,
    /// The folder of the profile, for presence rules that no server keeps; several programs at a time may have it.
    /// `None`: there are none.
    pub rules_in: Option<PathBuf>,
    /// Who decides whether they count.
    pub rules_here: RulesHere,
    /// What to start with.
    pub wants: Wants,
}

/// When presence rules on this machine count. Where an XCAP server keeps rules of the account those count, whatever this
/// says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RulesHere {
    /// Where no XCAP root is named, once there are any, or somebody asks this device itself.
    Kept,
    /// Beside that, where the account is found to have no server for it: none tells of watchers, and none keeps rules.
    /// A server that does not answer at present is no such finding.
    #[default]
    Found,
    /// Where no XCAP root is named, and where one is named that keeps no rules: the user says that nobody tells of
    /// watchers.
    Said,
}

impl Config {
    /// What a desktop session wants of an account: log in, watch the buddies, the mailbox and the watchers, publish.
    pub fn desktop(settings: AccountSettings, instance: &str) -> Self {
        let client_certificate = client_certificate(&settings);
        Self {
            settings,
            preset: None,
            bind: None,
            client_certificate,
            register: true,
            expires_s: None,
            insecure_xcap: false,
            languages: Vec::new(),
            instance: instance.to_owned(),
            trace: None,
            trace_goes_on: false,
            record: false,
            dns: None,
            keep_in: None,
            rules_in: None,
            rules_here: RulesHere::default(),
            wants: Wants {
                buddies: true,
                messages: true,
                watchers: true,
                publish: true,
                answer: true,
            },
        }
    }

    /// The certificates that this account trusts as they are. What is none is no reason to trust more.
    pub(super) fn trust(&self) -> Trust {
        let pinned = self.settings.trusted.iter();
        Trust::new(pinned.filter_map(|trusted| {
            let read = Fingerprint::parse(&trusted.sha256);
            if read.is_err() {
                tracing::warn!(server = %trusted.server, "a trusted certificate has no fingerprint");
            }
            read.ok()
        }))
    }

    /// Fills in what administrators have settled for this account and its settings leave open.
    pub fn settle(&mut self, presets: &Presets) {
        self.preset = presets.of_account(&self.settings.address).cloned();
        if let Some(preset) = &self.preset {
            preset.complete(&mut self.settings);
        }
    }
}

/// Keeps in the settings that an account trusts the certificate which a server has shown; an empty server: which, is not
/// known. What it has shown before stays trusted until somebody takes that back: several machines may serve one domain.
pub fn trust(settings: &mut AccountSettings, server: &str, fingerprint: Fingerprint) {
    let sha256 = fingerprint.to_string();
    let mut known = settings.trusted.iter();
    if known.any(|trusted| Fingerprint::parse(&trusted.sha256) == Ok(fingerprint)) {
        return;
    }
    settings.trusted.push(TrustedCertificate {
        server: server.to_owned(),
        sha256,
        since: Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
    });
}

/// The files of the certificate and its key. One that is not named is taken for the other.
fn client_certificate(settings: &AccountSettings) -> Option<(PathBuf, PathBuf)> {
    let (certificate, key) = (&settings.tls_client_cert, &settings.tls_client_key);
    let one = [certificate, key]
        .into_iter()
        .find(|path| !path.is_empty())?;
    let named = |path: &String| PathBuf::from(if path.is_empty() { one } else { path });
    Some((named(certificate), named(key)))
}

/// What an account does by itself after log-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Wants {
    /// Watch every buddy in the settings.
    pub buddies: bool,
    /// Subscribe to the own mailbox.
    pub messages: bool,
    /// Subscribe to `presence.winfo`, to be asked about watchers.
    pub watchers: bool,
    /// Publish the status in the settings.
    pub publish: bool,
    /// Answer whoever asks this device itself for the own presence (RFC 3856 §3), as happens where there is no presence
    /// server: by the rules on the XCAP server if one is named and keeps any, else by those in [`Config::rules_in`].
    pub answer: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn certificate_and_key_may_be_one_file() {
        let files = |certificate: &str, key: &str| {
            let settings = AccountSettings {
                tls_client_cert: certificate.to_owned(),
                tls_client_key: key.to_owned(),
                ..AccountSettings::default()
            };
            Config::desktop(settings, "").client_certificate
        };
        let pair = |one: &str, other: &str| Some((PathBuf::from(one), PathBuf::from(other)));
        assert_eq!(files("", ""), None);
        assert_eq!(files("a.pem", "a.key"), pair("a.pem", "a.key"));
        assert_eq!(files("a.pem", ""), pair("a.pem", "a.pem"));
        assert_eq!(files("", "a.key"), pair("a.key", "a.key"));
    }
}
