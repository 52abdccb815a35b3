//! What the tests of this room share.

use std::time::Duration;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

use super::Moment;
use super::entropy::Entropy;

/// So many seconds after the start of the clock.
pub(crate) fn at(seconds: u64) -> Moment {
    Moment::from_start(Duration::from_secs(seconds))
}

/// A repeatable source of chance.
pub(crate) fn entropy(seed: u64) -> Entropy {
    Entropy::new(Box::new(ChaCha8Rng::seed_from_u64(seed)))
}
