//! Times as documents write them.

use jiff::{SignedDuration, Timestamp};

/// Reads an RFC 3339 time; small `t` and `z` are tolerated, and a time without offset is taken as UTC
/// (`xs:dateTime` allows it, RFC 3863 section 4.1.7 does not).
pub(super) fn read(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    // `Timestamp` also reads annotated and abbreviated forms; RFC 3339 times are short and begin with a date and a `T`.
    if text.len() > LONGEST
        || !matches!(text.as_bytes().get(10), Some(b'T' | b't' | b' '))
        || text.contains('[')
    {
        return None;
    }
    text.parse().ok().or_else(|| {
        let civil: jiff::civil::DateTime = text.parse().ok()?;
        civil
            .to_zoned(jiff::tz::TimeZone::UTC)
            .ok()
            .map(|zoned| zoned.timestamp())
    })
}

/// The instant so many seconds later, when there is one.
pub(super) fn after(now: Timestamp, seconds: u64) -> Option<Timestamp> {
    now.checked_add(span(seconds)).ok()
}

/// The instant so many seconds earlier, when there is one.
pub(super) fn before(now: Timestamp, seconds: u64) -> Option<Timestamp> {
    now.checked_sub(span(seconds)).ok()
}

fn span(seconds: u64) -> SignedDuration {
    SignedDuration::from_secs(i64::try_from(seconds).unwrap_or(i64::MAX))
}

/// Longest time read: fractions of a second may be given to any precision.
const LONGEST: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fm_011_times_compare_as_instants() {
        let noon = read("2026-03-01T12:00:00Z").unwrap();
        assert_eq!(read(" 2026-03-01t12:00:00z\n"), Some(noon));
        assert_eq!(read("2026-03-01T13:30:00+01:30"), Some(noon));
        assert_eq!(read("2026-03-01T12:00:00"), Some(noon));
        assert!(read("2026-03-01T12:00:00.25Z").unwrap() > noon);
        for bad in [
            "",
            "yesterday",
            "2026-03-01",
            "2026-13-01T12:00:00Z",
            "20260301T120000Z",
            "2026-03-01T12:00Zx",
        ] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }
}
