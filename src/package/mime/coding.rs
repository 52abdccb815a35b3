//! Content codings (RFC 3261 section 20.12): what a body was packed into as a whole.
//!
//! They are read but not asked for: without Accept-Encoding a notifier should send none (RFC 3261 section 20.2). No
//! server is known that would pack more for being asked, while one that packs unasked must not lose its subscriber.

use std::borrow::Cow;
use std::io::Read;

use flate2::read::{MultiGzDecoder, ZlibDecoder};

use super::error::{MimeError, MimeFault};
use crate::package::limits;

/// What [`decode`] reads, as a value of Accept-Encoding.
pub const ACCEPTED_CODINGS: &str = "gzip, deflate, identity";

/// Undoes the codings that a Content-Encoding value names, the last one first.
///
/// # Errors
/// [`MimeFault::Coding`] for one that is not read, to be answered with 415; [`MimeFault::Malformed`] and
/// [`MimeFault::Bomb`] for content that is unusable.
pub fn decode<'a>(bytes: &'a [u8], codings: Option<&str>) -> Result<Cow<'a, [u8]>, MimeError> {
    let mut left = limits::DECODED_BYTES;
    undo(bytes, codings, &mut left).map_err(|fault| MimeError::at(1, fault))
}

/// The same with a budget of decoded bytes that several bodies share.
pub(super) fn undo<'a>(
    bytes: &'a [u8],
    codings: Option<&str>,
    left: &mut usize,
) -> Result<Cow<'a, [u8]>, MimeFault> {
    let mut content = Cow::Borrowed(bytes);
    let names = codings.unwrap_or_default().split(',').map(str::trim);
    let names: Vec<&str> = names
        .filter(|name| !name.is_empty() && !name.eq_ignore_ascii_case("identity"))
        .collect();
    if names.len() > MAX_CODINGS {
        return Err(unknown(codings.unwrap_or_default()));
    }
    for name in names.into_iter().rev() {
        let is = |known: &str| name.eq_ignore_ascii_case(known);
        let decoded = if is("gzip") || is("x-gzip") {
            inflate(MultiGzDecoder::new(&*content), content.len(), "gzip", left)?
        } else if is("deflate") {
            inflate(ZlibDecoder::new(&*content), content.len(), "deflate", left)?
        } else {
            return Err(unknown(name));
        };
        content = Cow::Owned(decoded);
    }
    Ok(content)
}

/// Unpacks, as far as the budget and the ratio allow.
fn inflate(
    decoder: impl Read,
    packed: usize,
    name: &'static str,
    left: &mut usize,
) -> Result<Vec<u8>, MimeFault> {
    let by_ratio = packed.saturating_mul(limits::DECODED_RATIO);
    let limit = (*left).min(by_ratio.max(limits::DECODED_ANYWAY));
    let mut content = Vec::new();
    // One byte more tells that there is more.
    let most = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    decoder
        .take(most)
        .read_to_end(&mut content)
        .map_err(|_| MimeFault::Malformed(name))?;
    if content.len() > limit {
        return Err(MimeFault::Bomb(limit));
    }
    *left -= content.len();
    Ok(content)
}

fn unknown(name: &str) -> MimeFault {
    MimeFault::Coding(name.chars().take(100).collect())
}

/// Codings inside each other; two make no sense, but one may stand twice.
const MAX_CODINGS: usize = 2;
