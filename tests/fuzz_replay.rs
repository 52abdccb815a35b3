//! The fuzz targets without a fuzzer: every seed, and many mutations of them from a fixed seed, so that a fault shows in
//! the suite. `SISKIN_FUZZ_ROUNDS` sets how many.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::fs;
use std::path::Path;

#[path = "../fuzz/exercise/sip_message.rs"]
mod sip_message;

/// A small generator (splitmix64): the same numbers everywhere, for ever.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut number = self.0;
        number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        number ^ (number >> 31)
    }

    /// A number below the bound, which is not zero.
    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % bound as u64).unwrap()
    }
}

fn seeds(folders: &[&str]) -> Vec<Vec<u8>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths: Vec<_> = folders
        .iter()
        .flat_map(|folder| fs::read_dir(root.join(folder)).unwrap())
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.is_file() && !path.file_name().unwrap().to_string_lossy().starts_with('.')
        })
        .collect();
    paths.sort();
    paths.iter().map(|path| fs::read(path).unwrap()).collect()
}

fn mutate(bytes: &mut Vec<u8>, other: &[u8], dictionary: &[&[u8]], numbers: &mut Numbers) {
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

fn replay(folders: &[&str], dictionary: &[&[u8]], rounds: usize, run: fn(&[u8])) {
    let rounds = std::env::var("SISKIN_FUZZ_ROUNDS")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(rounds);
    let seeds = seeds(folders);
    assert!(!seeds.is_empty());
    for seed in &seeds {
        run(seed);
    }
    let mut numbers = Numbers(1);
    for round in 0..rounds {
        let mut bytes = seeds[numbers.below(seeds.len())].clone();
        let other = seeds[numbers.below(seeds.len())].clone();
        mutate(&mut bytes, &other, dictionary, &mut numbers);
        let result = std::panic::catch_unwind(|| run(&bytes));
        assert!(
            result.is_ok(),
            "round {round}: {:?}",
            String::from_utf8_lossy(&bytes)
        );
    }
}

#[test]
fn rb_002_sip_messages() {
    replay(
        &[
            "fuzz/seeds/sip_message",
            "tests/torture/rfc4475",
            "tests/torture/rfc5118",
        ],
        SIP,
        20_000,
        sip_message::run,
    );
}

const SIP: &[&[u8]] = &[
    b"\r\n",
    b"\r\n\r\n",
    b"\n",
    b"\r",
    b"\0",
    b"\"",
    b"\\",
    b"<",
    b">",
    b";",
    b",",
    b"=",
    b":",
    b"@",
    b"%00",
    b"%",
    b"[",
    b"]",
    b" ",
    b"\t",
    b"\r\n ",
    b"(",
    b")",
    b"*",
    b"?",
    b"\xc3\xa9",
    b"\xff",
    b"-1",
    b"99999999999999999999",
    b"Content-Length: 0\r\n",
    b"l: 5\r\n",
    b"Via: SIP/2.0/UDP a;branch=z9hG4bK\r\n",
    b"v: ",
    b"Contact: *\r\n",
    b"SIP/2.0",
    b";rport",
    b";received=::1",
    b"[::1]",
    b"WWW-Authenticate: Digest realm=\"r\", nonce=\"n\"\r\n",
    b"Subscription-State: active;expires=1\r\n",
];
