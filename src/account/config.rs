//! What an account needs to run.

use std::net::SocketAddr;
use std::path::PathBuf;

use jiff::Timestamp;

use crate::net::{Fingerprint, Pin, Trust};
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
            let pin = pin(trusted);
            if pin.is_none() {
                tracing::warn!(server = %trusted.server, "a trusted certificate has no fingerprint");
            }
            pin
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

/// A certificate in the settings, as the network is told of it; `None`: it has no fingerprint.
pub fn pin(trusted: &TrustedCertificate) -> Option<Pin> {
    Some(Pin {
        fingerprint: Fingerprint::parse(&trusted.sha256).ok()?,
        server: trusted.server.clone(),
    })
}

/// Keeps in the settings that an account trusts a certificate; what is no longer trusted instead.
///
/// `at` names the machine that has shown it, as [`Refused::at`](crate::net::Refused::at) does; empty where that is not
/// known. What that machine has shown before goes, and so does what an earlier version kept of the server without the
/// machine. What other machines of the server have shown stays: several may serve one domain.
pub fn trust(settings: &mut AccountSettings, new: &Pin, at: &str) -> Vec<Pin> {
    let trusted = &mut settings.trusted;
    if trusted.iter().filter_map(pin).any(|known| known == *new) {
        return Vec::new();
    }
    let mut gone = Vec::new();
    trusted.retain(|old| {
        let same = !new.server.is_empty() && old.server.eq_ignore_ascii_case(&new.server);
        let replaced = same && (old.at.is_empty() || old.at == at);
        if replaced {
            gone.extend(pin(old));
        }
        !replaced
    });
    trusted.push(TrustedCertificate {
        server: new.server.clone(),
        at: at.to_owned(),
        sha256: new.fingerprint.to_string(),
        since: Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
    });
    gone
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
    fn a_changed_certificate_takes_the_place_of_that_of_its_machine() {
        let mut settings = AccountSettings::default();
        let new = |server: &str, der: &[u8]| Pin {
            fingerprint: Fingerprint::of(der),
            server: server.to_owned(),
        };
        // As an earlier version has written it.
        settings.trusted.push(TrustedCertificate {
            server: "example.test".to_owned(),
            sha256: Fingerprint::of(b"0").to_string(),
            ..TrustedCertificate::default()
        });
        let mut trust = |server: &str, der: &[u8], at: &str| {
            let gone = trust(&mut settings, &new(server, der), at);
            (gone, settings.trusted.len())
        };
        let (first, second) = ("192.0.2.1:5061", "192.0.2.2:5061");
        let old = vec![new("example.test", b"0")];
        assert_eq!(trust("example.test", b"1", first), (old, 1));
        assert_eq!(trust("example.test", b"1", first), (Vec::new(), 1));
        assert_eq!(trust("example.test", b"2", second), (Vec::new(), 2));
        assert_eq!(trust("example.com", b"3", first), (Vec::new(), 3));
        assert_eq!(trust("", b"4", ""), (Vec::new(), 4));
        assert_eq!(trust("", b"5", ""), (Vec::new(), 5));
        let old = vec![new("example.test", b"1")];
        assert_eq!(trust("Example.test", b"6", first), (old, 5));
    }

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
