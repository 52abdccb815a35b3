//! What tells the requests of a run apart: the branch of the topmost Via, as a number.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::LazyLock;

use memchr::memmem::Finder;

/// What is known of each request.
pub(crate) type ByBranch<T> = HashMap<u64, T, BuildHasherDefault<Spread>>;

/// Spreads numbers of our own; nobody tries to make two of them meet.
#[derive(Default)]
pub(crate) struct Spread(u64);

impl Hasher for Spread {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        let mut bytes = bytes;
        while let [first, rest @ ..] = bytes {
            self.write_u64(self.0 ^ u64::from(*first));
            bytes = rest;
        }
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}

/// The branch of the topmost Via.
pub(crate) fn branch_of(bytes: &[u8]) -> &str {
    static NAME: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(b"branch="));
    let rest = &bytes[NAME.find(bytes).unwrap() + NAME.needle().len()..];
    let mut end = rest;
    while let [first, behind @ ..] = end
        && !matches!(first, b';' | b',' | b'\r' | b' ')
    {
        end = behind;
    }
    std::str::from_utf8(&rest[..rest.len() - end.len()]).unwrap()
}

/// A branch as a number. Those of the server are numbers already.
pub(crate) fn branch_key(branch: &str) -> u64 {
    if let Some(serial) = branch.strip_prefix(OWN_BRANCH) {
        return serial.parse().unwrap();
    }
    let mut spread = Spread(1);
    spread.write(branch.as_bytes());
    // Own ones are small.
    spread.finish() | 1 << 63
}

/// Begins the branches of the server.
pub(crate) const OWN_BRANCH: &str = "z9hG4bK.n";
