//! Where things are kept that belong to one account.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

/// Each account has a file of its own, so that none waits for another; an address may have more letters than a name of a
/// file.
pub(super) fn account_file(folder: &Path, kind: &str, account: &str) -> PathBuf {
    let mut name = format!("{kind}-");
    for byte in &Sha256::digest(account)[..16] {
        // Writing to a string cannot fail.
        let _ = write!(name, "{byte:02x}");
    }
    folder.join(name + ".toml")
}
