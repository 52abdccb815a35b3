//! What administrators have settled beforehand for the accounts of a domain: `presets.toml` in the system's folders.
//!
//! Nobody has to have such a file, and a wrong one is never fatal. It is read, never written.

mod file;

use std::fmt;
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::settings::{AccountSettings, TransportChoice};
use crate::sip::Uri;

/// What an administrator has settled for the accounts of one domain. An empty field settles nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Preset {
    /// The domain, in lower case.
    pub domain: String,
    /// The name that people know it by; empty for none.
    pub name: String,
    /// As in [`AccountSettings::outbound_proxy`].
    pub outbound_proxy: String,
    /// As in [`AccountSettings::transport`].
    pub transport: Option<TransportChoice>,
    /// As in [`AccountSettings::realm`].
    pub realm: String,
    /// As in [`AccountSettings::xcap_root`].
    pub xcap_root: String,
    /// As in [`AccountSettings::tls_ca`].
    pub tls_ca: String,
    /// As in [`AccountSettings::voicemail`].
    pub voicemail: String,
    /// Whether to switch [`AccountSettings::strong_digest`] on.
    pub strong_digest: bool,
    /// Whether to switch [`AccountSettings::gruu`] on.
    pub gruu: bool,
    /// Whether to switch [`AccountSettings::merge_presence`] on.
    pub merge_presence: bool,
    /// The file in which it stands.
    pub file: PathBuf,
}

/// The presets of a machine.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Presets {
    all: Vec<Preset>,
}

/// Something in a file of presets that is of no use. The rest is used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub struct PresetError {
    /// The file.
    pub file: PathBuf,
    /// The line, beginning with 1; `None`: the file as a whole.
    pub line: Option<usize>,
    /// What is wrong there.
    pub fault: PresetFault,
}

/// What is wrong in a file of presets.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PresetFault {
    /// The file cannot be read.
    #[error("it cannot be read: {0}")]
    Unreadable(String),
    /// The file is larger than any of its kind.
    #[error("it is larger than {0} bytes")]
    TooLarge(u64),
    /// The file is not TOML in UTF-8.
    #[error("{0}")]
    NotToml(String),
    /// There are more domains than this.
    #[error("more than {0} domains; the rest is left out")]
    TooMany(usize),
    /// A name that is not known. It is passed over.
    #[error("'{0}' is not known and is passed over")]
    Unknown(String),
    /// A preset without a domain. It is left out.
    #[error("the domain is missing; the preset is left out")]
    NoDomain,
    /// A domain that stands in this file already.
    #[error("{0} is settled above; this preset is left out")]
    Twice(String),
    /// A value of no use. The whole preset is left out, for half of one may lead somewhere else.
    #[error("{name} is to be {wanted}; the preset is left out")]
    Value {
        /// The field.
        name: &'static str,
        /// What belongs there.
        wanted: &'static str,
    },
}

impl fmt::Display for PresetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file.display())?;
        if let Some(line) = self.line {
            write!(f, ", line {line}")?;
        }
        write!(f, ": {}", self.fault)
    }
}

impl Presets {
    /// Those of this machine, and what is wrong with them. Reads a few small files.
    pub fn of_system() -> (Self, Vec<PresetError>) {
        Self::read(&places(|name| std::env::var_os(name)))
    }

    /// Those in these files; where several settle the same domain, the first of them does.
    pub fn read(files: &[PathBuf]) -> (Self, Vec<PresetError>) {
        let (mut presets, mut errors) = (Self::default(), Vec::new());
        for path in files {
            for preset in file::read(path, &mut errors) {
                if presets.of_domain(&preset.domain).is_none() {
                    presets.all.push(preset);
                }
            }
        }
        (presets, errors)
    }

    /// What is settled for an account's address, with or without `sip:`.
    pub fn of_account(&self, address: &str) -> Option<&Preset> {
        let address = address.trim();
        let is_uri = ["sip:", "sips:"]
            .iter()
            .any(|scheme| has_prefix(address, scheme));
        let uri = if is_uri {
            Uri::parse(address)
        } else {
            Uri::parse(&format!("sip:{address}"))
        };
        let uri = uri.ok()?;
        // A bare word is a name, not a domain.
        uri.user()?;
        self.of_domain(&uri.host()?.to_string())
    }

    /// The only one, where a machine has no more.
    pub fn only(&self) -> Option<&Preset> {
        match self.all.as_slice() {
            [only] => Some(only),
            _ => None,
        }
    }

    /// Fills in what an account leaves open.
    pub fn complete(&self, account: &mut AccountSettings) {
        if let Some(preset) = self.of_account(&account.address) {
            preset.complete(account);
        }
    }

    fn of_domain(&self, domain: &str) -> Option<&Preset> {
        let mut all = self.all.iter();
        all.find(|preset| preset.domain.eq_ignore_ascii_case(domain))
    }
}

impl Preset {
    /// Fills in what an account leaves open.
    pub fn complete(&self, account: &mut AccountSettings) {
        for (field, settled) in [
            (&mut account.outbound_proxy, &self.outbound_proxy),
            (&mut account.realm, &self.realm),
            (&mut account.xcap_root, &self.xcap_root),
            (&mut account.tls_ca, &self.tls_ca),
            (&mut account.voicemail, &self.voicemail),
        ] {
            if field.is_empty() {
                field.clone_from(settled);
            }
        }
        account.transport = account.transport.or(self.transport);
        account.strong_digest |= self.strong_digest;
        account.gruu |= self.gruu;
        account.merge_presence |= self.merge_presence;
    }

    /// The name that people know, or else the domain.
    pub fn shown(&self) -> &str {
        if self.name.is_empty() {
            &self.domain
        } else {
            &self.name
        }
    }
}

/// Where files of presets may lie, the most important first.
fn places(variable: impl Fn(&str) -> Option<std::ffi::OsString>) -> Vec<PathBuf> {
    let mut folders = Vec::new();
    if cfg!(windows) {
        folders.extend(variable("ProgramData").map(|folder| PathBuf::from(folder).join("Siskin")));
    } else if cfg!(target_os = "macos") {
        folders.push(PathBuf::from("/Library/Application Support/Siskin"));
    } else {
        folders.push(PathBuf::from("/etc/siskin"));
        let listed = variable("XDG_CONFIG_DIRS").filter(|listed| !listed.is_empty());
        let listed = listed.unwrap_or_else(|| "/etc/xdg".into());
        let listed = std::env::split_paths(&listed).take(MAX_FOLDERS);
        folders.extend(listed.map(|folder| folder.join("siskin")));
    }
    // What depends on the folder one stands in is nobody's word.
    folders.retain(|folder| folder.is_absolute());
    let mut files: Vec<PathBuf> = Vec::new();
    for folder in folders {
        let file = folder.join(FILE_NAME);
        if !files.contains(&file) {
            files.push(file);
        }
    }
    files
}

fn has_prefix(text: &str, prefix: &str) -> bool {
    let start = text.get(..prefix.len());
    start.is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}

/// Whether a file that is named can be found from every folder.
fn is_absolute(path: &str) -> bool {
    Path::new(path).is_absolute()
}

const FILE_NAME: &str = "presets.toml";
/// Folders that a variable may name.
const MAX_FOLDERS: usize = 32;

#[cfg(test)]
mod tests;
