//! The instance id of this installation.

use std::fmt::Write as _;

/// A new instance id: `urn:uuid:` and a random UUID (RFC 5626 §4.1, RFC 4122 §4.4).
pub fn new_instance() -> String {
    let mut bytes = [0_u8; 16];
    if getrandom::fill(&mut bytes).is_err() {
        // An id that is less unique is better than none: two installations that share it replace each other's binding.
        let now = jiff::Timestamp::now().as_nanosecond().to_be_bytes();
        bytes = now;
    }
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    let mut text = "urn:uuid:".to_owned();
    for (at, byte) in bytes.iter().enumerate() {
        if matches!(at, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        let _ = write!(text, "{byte:02x}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_random_uuids_of_version_4() {
        let (one, other) = (new_instance(), new_instance());
        assert_ne!(one, other);
        let groups: Vec<usize> = one["urn:uuid:".len()..].split('-').map(str::len).collect();
        assert_eq!(groups, [8, 4, 4, 4, 12]);
        assert_eq!(&one[23..24], "4");
        assert!(matches!(&one[28..29], "8" | "9" | "a" | "b"));
    }
}
