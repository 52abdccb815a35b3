//! Mutations of seeds, the same in every run.

/// A small generator (splitmix64): the same numbers everywhere, for ever.
pub struct Numbers(u64);

impl Numbers {
    /// Begins at a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut number = self.0;
        number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        number ^ (number >> 31)
    }

    /// A number below the bound, which is not zero.
    pub fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % bound as u64).unwrap()
    }
}

/// Changes a seed at up to five places, with pieces of itself, of another seed, or of a dictionary.
pub fn mutate(bytes: &mut Vec<u8>, other: &[u8], dictionary: &[&[u8]], numbers: &mut Numbers) {
    for _ in 0..=numbers.below(4) {
        let at = numbers.below(bytes.len() + 1);
        let end = (at + numbers.below(20)).min(bytes.len());
        match numbers.below(7) {
            0 if at < bytes.len() => bytes[at] = u8::try_from(numbers.below(256)).unwrap(),
            1 if at < bytes.len() => bytes[at] ^= 1 << numbers.below(8),
            2 => drop(bytes.drain(at..end)),
            3 => {
                let piece = bytes[at..end].to_vec();
                bytes.splice(at..at, piece);
            }
            4 => {
                let piece = other.get(at..end.max(at)).unwrap_or_default().to_vec();
                bytes.splice(at..end, piece);
            }
            5 => bytes.truncate(at.max(bytes.len() / 2)),
            _ => {
                let word = dictionary[numbers.below(dictionary.len())];
                bytes.splice(at..at, word.iter().copied());
            }
        }
    }
}
