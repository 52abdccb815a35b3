//! Transfer encodings of parts (RFC 2045 section 6). SIP carries any byte, so that only old gateways use one.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::error::MimeFault;

/// Undoes a part's transfer encoding; none is `7bit`.
pub(super) fn undo<'a>(
    bytes: &'a [u8],
    encoding: Option<&str>,
) -> Result<Cow<'a, [u8]>, MimeFault> {
    let name = encoding.unwrap_or("7bit").trim();
    let is = |known: &str| name.eq_ignore_ascii_case(known);
    if is_plain(name) {
        Ok(Cow::Borrowed(bytes))
    } else if is("base64") {
        let packed: Vec<u8> = bytes
            .iter()
            .copied()
            .filter(|byte| !byte.is_ascii_whitespace())
            .collect();
        let decoded = STANDARD.decode(packed);
        decoded
            .map(Cow::Owned)
            .map_err(|_| MimeFault::Malformed("base64"))
    } else if is("quoted-printable") {
        quoted_printable(bytes).map(Cow::Owned)
    } else {
        Err(MimeFault::TransferEncoding(
            name.chars().take(100).collect(),
        ))
    }
}

/// Whether an encoding leaves the bytes as they are; only such a one may go with inner parts (RFC 2045 section 6.4).
pub(super) fn is_plain(name: &str) -> bool {
    ["7bit", "8bit", "binary"]
        .iter()
        .any(|plain| name.trim().eq_ignore_ascii_case(plain))
}

fn quoted_printable(bytes: &[u8]) -> Result<Vec<u8>, MimeFault> {
    let malformed = MimeFault::Malformed("quoted-printable");
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        if byte != b'=' {
            out.push(byte);
            continue;
        }
        // A line that ends in `=` goes on in the next one; blanks may have been added on the way.
        let blanks = after
            .iter()
            .take_while(|byte| matches!(byte, b' ' | b'\t'))
            .count();
        let line_end = after.get(blanks..).unwrap_or_default();
        if let Some(next) = line_end
            .strip_prefix(b"\r\n")
            .or_else(|| line_end.strip_prefix(b"\n"))
        {
            rest = next;
        } else {
            let [high, low, next @ ..] = after else {
                return Err(malformed);
            };
            let (Some(high), Some(low)) = (nibble(*high), nibble(*low)) else {
                return Err(malformed);
            };
            out.push(high << 4 | low);
            rest = next;
        }
    }
    Ok(out)
}

fn nibble(digit: u8) -> Option<u8> {
    char::from(digit)
        .to_digit(16)
        .and_then(|value| u8::try_from(value).ok())
}
