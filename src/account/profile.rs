//! What is kept on this machine: settings, buddies, passwords.

use std::path::Path;

use thiserror::Error;

use crate::sip::Secret;
use crate::store::Settings;

/// What is kept of one user.
#[derive(Debug)]
pub struct Profile {
    settings: Settings,
    notices: Vec<String>,
}

/// Why something cannot be kept.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{0}")]
pub struct ProfileError(String);

impl Profile {
    /// Opens the profile in a folder, or in the user's own.
    pub fn open(_data_dir: Option<&Path>) -> Result<Self, ProfileError> {
        Ok(Self {
            settings: Settings::default(),
            notices: Vec::new(),
        })
    }

    /// The settings.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// What was wrong when it was opened, as sentences.
    pub fn notices(&self) -> &[String] {
        &self.notices
    }

    /// Writes other settings.
    pub fn save(&mut self, settings: Settings) -> Result<(), ProfileError> {
        self.settings = settings;
        Ok(())
    }

    /// The remembered password of an account. Blocks.
    pub fn password(&self, _address: &str) -> Result<Option<Secret>, ProfileError> {
        Ok(None)
    }

    /// Remembers a password in the system keyring. Blocks.
    pub fn remember_password(
        &self,
        _address: &str,
        _password: &Secret,
    ) -> Result<(), ProfileError> {
        Err(ProfileError("there is no keyring".to_owned()))
    }

    /// Forgets a password. Blocks.
    pub fn forget_password(&self, _address: &str) -> Result<(), ProfileError> {
        Ok(())
    }

    /// The instance id of this installation (RFC 5626 §4.1).
    pub fn instance(&mut self) -> String {
        new_instance()
    }
}

/// A new instance id: a random UUID (RFC 4122 §4.4).
pub fn new_instance() -> String {
    let mut bytes = [0_u8; 16];
    // Without randomness an instance id is only less unique.
    let _ = getrandom::fill(&mut bytes);
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!(
        "urn:uuid:{}-{}-{}-{}-{}",
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..]
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instance_ids_are_random_uuids() {
        let (one, other) = (new_instance(), new_instance());
        assert_ne!(one, other);
        assert_eq!(one.len(), "urn:uuid:".len() + 36);
        assert_eq!(&one[23..24], "4");
    }
}
