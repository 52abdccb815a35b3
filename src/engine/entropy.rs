//! Random identifiers and waits, from the source that the engine was handed.

use std::fmt;
use std::time::Duration;

use rand_core::Rng;

use super::stun::TransactionId;

/// The engine's only source of chance. With the same seed the same engine does the same things.
pub(crate) struct Entropy(Box<dyn Rng + Send>);

/// A tag of our own. Every dialog has one, so that it is kept in its place.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tag([u8; TAG]);

impl Entropy {
    pub(crate) fn new(source: Box<dyn Rng + Send>) -> Self {
        Self(source)
    }

    /// A Call-ID: 130 random bits and nothing about this machine (RFC 3261 §8.1.1.4, RB-007).
    pub(crate) fn call_id(&mut self) -> String {
        self.word("", 26)
    }

    /// A tag of 65 random bits; at least 32 are asked for (RFC 3261 §19.3).
    pub(crate) fn tag(&mut self) -> Tag {
        let mut tag = [0; TAG];
        tag.fill_with(self.letters());
        Tag(tag)
    }

    /// A branch that was never used before (RFC 3261 §8.1.1.7).
    pub(crate) fn branch(&mut self) -> String {
        self.word("z9hG4bK", 16)
    }

    /// A client nonce for digest authentication.
    pub(crate) fn cnonce(&mut self) -> String {
        self.word("", 16)
    }

    /// The first `CSeq` of a Call-ID: small enough to grow for ever (RFC 3261 §8.1.1.5).
    pub(crate) fn cseq(&mut self) -> u32 {
        1 + self.0.next_u32() % 10_000
    }

    /// The transaction id of a STUN request (RFC 5389 §6).
    pub(crate) fn stun_id(&mut self) -> TransactionId {
        let mut id = TransactionId::default();
        self.0.fill_bytes(&mut id);
        id
    }

    /// A wait between the two, both included.
    pub(crate) fn between(&mut self, shortest: Duration, longest: Duration) -> Duration {
        let span = longest.saturating_sub(shortest).as_micros();
        let span = u64::try_from(span).unwrap_or(u64::MAX - 1);
        shortest + Duration::from_micros(self.0.next_u64() % (span + 1))
    }

    fn word(&mut self, prefix: &str, length: usize) -> String {
        let mut word = String::with_capacity(prefix.len() + length);
        word.push_str(prefix);
        let mut letter = self.letters();
        for _ in 0..length {
            word.push(char::from(letter()));
        }
        word
    }

    /// Letters of five random bits each.
    fn letters(&mut self) -> impl FnMut() -> u8 {
        let (mut bits, mut left) = (0_u64, 0);
        move || {
            if left == 0 {
                bits = self.0.next_u64();
                left = 12;
            }
            let letter = ALPHABET[(bits & 31) as usize];
            bits >>= 5;
            left -= 1;
            letter
        }
    }
}

impl Tag {
    /// As it is written.
    pub(crate) fn as_str(&self) -> &str {
        // It consists of letters of the alphabet below.
        str::from_utf8(&self.0).unwrap_or_default()
    }

    /// Whether the other side means this one.
    pub(crate) fn is(&self, written: &str) -> bool {
        self.0 == *written.as_bytes()
    }
}

impl fmt::Debug for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Entropy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Entropy")
    }
}

/// How long a tag is.
const TAG: usize = 13;
const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::testing::entropy;

    #[test]
    fn words_differ_and_are_tokens() {
        let mut entropy = entropy(1);
        let (one, other) = (entropy.call_id(), entropy.call_id());
        assert_ne!(one, other);
        assert_eq!(one.len(), 26);
        assert!(one.bytes().all(|byte| byte.is_ascii_alphanumeric()));
        assert!(entropy.branch().starts_with("z9hG4bK"));
        assert!(entropy.cseq() < 1 << 31);
    }

    #[test]
    fn a_tag_is_what_is_written_of_it() {
        let mut entropy = entropy(3);
        let (one, other) = (entropy.tag(), entropy.tag());
        assert_eq!(one.as_str().len(), 13);
        assert!(one.as_str().bytes().all(|byte| ALPHABET.contains(&byte)));
        assert!(one.is(one.as_str()) && !one.is(other.as_str()));
        assert!(!one.is("") && !one.is(&one.as_str()[1..]));
    }

    #[test]
    fn waits_stay_between() {
        let mut entropy = entropy(2);
        let (low, high) = (Duration::from_secs(3), Duration::from_secs(4));
        for _ in 0..100 {
            let wait = entropy.between(low, high);
            assert!(low <= wait && wait <= high);
        }
        assert_eq!(entropy.between(high, low), high);
    }
}
