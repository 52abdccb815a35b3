//! What the servers of an account have offered to protect it, from one run to the next: how they asked for the password
//! (AU-004), and which domains have servers with TLS (AU-019).

use std::path::Path;

use super::address;
use super::config::Config;
use crate::engine::DigestOffer;
use crate::sip::Uri;
use crate::store::{KeptOffer, KeptTlsDomains};

/// How the password was asked for in earlier runs.
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

/// The domains that earlier runs of this account have found to offer TLS.
pub(super) fn load_tls(config: &Config) -> Vec<String> {
    let account = Uri::parse(&config.settings.address);
    match (&config.keep_in, account) {
        (Some(folder), Ok(uri)) => KeptTlsDomains::load(folder, &address::key(&uri)).domains,
        _ => Vec::new(),
    }
}

/// Keeps them for later ones.
pub(super) fn save_tls(domains: Vec<String>, folder: &Path, account: &str) {
    if let Err(error) = (KeptTlsDomains { domains }).save(folder, account) {
        tracing::warn!(%error, "it is not remembered which domains offer TLS");
    }
}
