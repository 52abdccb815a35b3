//! How the servers of an account asked for its password, from one run to the next (AU-004).

use std::path::Path;

use crate::engine::DigestOffer;
use crate::store::KeptOffer;

/// What earlier runs have seen.
pub(super) fn load(folder: &Path, account: &str) -> Vec<DigestOffer> {
    let kept = KeptOffer::load(folder, account).into_iter();
    let offers = kept.map(|kept| DigestOffer {
        realm: kept.realm,
        proxy: kept.proxy,
        strength: kept.strength,
    });
    offers.collect()
}

/// Keeps it for later ones.
pub(super) fn save(offers: &[DigestOffer], folder: &Path, account: &str) {
    let kept = offers.iter().map(|offer| KeptOffer {
        realm: offer.realm.clone(),
        proxy: offer.proxy,
        strength: offer.strength,
    });
    if let Err(error) = KeptOffer::save(kept.collect(), folder, account) {
        tracing::warn!(%error, "it is not remembered how the servers asked for the password");
    }
}
