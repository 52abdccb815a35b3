//! How much one contact is preferred to another.

/// A contact's priority in thousandths, 0 to 1000 (RFC 3863 section 4.1.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Priority(u16);

impl Priority {
    /// Reads `0` to `1` with at most three decimals.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
        if decimals.len() > 3 {
            return None;
        }
        Self::of_parts(whole, decimals)
    }

    /// Reads what xpidf has: any number of decimals after a point or, by a notifier's locale, a comma. What is finer
    /// than a thousandth is cut off.
    pub(super) fn parse_loosely(text: &str) -> Option<Self> {
        let text = text.trim();
        let (whole, decimals) = text.split_once(['.', ',']).unwrap_or((text, ""));
        if decimals.len() > DECIMALS || !decimals.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        Self::of_parts(whole, decimals.get(..3).unwrap_or(decimals))
    }

    /// Thousandths, 0 to 1000.
    pub fn thousandths(self) -> u16 {
        self.0
    }

    fn of_parts(whole: &str, decimals: &str) -> Option<Self> {
        let mut thousandths = 0;
        for place in 0..3 {
            let digit = match decimals.as_bytes().get(place) {
                Some(byte) if byte.is_ascii_digit() => u16::from(byte - b'0'),
                Some(_) => return None,
                None => 0,
            };
            thousandths = thousandths * 10 + digit;
        }
        match whole {
            "0" => Some(Self(thousandths)),
            "1" if thousandths == 0 => Some(Self(1000)),
            _ => None,
        }
    }
}

/// Decimals read of a loose priority.
const DECIMALS: usize = 20;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fm_009_priorities_have_three_decimals_at_most() {
        let order = ["7", "none", "0.725", "1.00"].map(Priority::parse);
        assert_eq!(order[0], None);
        assert_eq!(order[1], None);
        assert!(order[3] > order[2] && order[2] > order[1]);
        assert_eq!(order[2].unwrap().thousandths(), 725);
        for bad in [
            "",
            "1.001",
            "-0.1",
            "0.7250",
            "2",
            ".5",
            "0,5",
            "1.0000",
            "+0",
            "0.+1",
            "0. 1",
            "99999999999999999999",
        ] {
            assert_eq!(Priority::parse(bad), None, "{bad}");
        }
        assert_eq!(Priority::parse(" 0.5 ").unwrap().thousandths(), 500);
    }

    #[test]
    fn what_xpidf_writes_is_read_too() {
        let read = |text| Priority::parse_loosely(text).map(Priority::thousandths);
        assert_eq!(read("0.800000"), Some(800));
        assert_eq!(read("0,800000"), Some(800));
        assert_eq!(read("1.000000"), Some(1000));
        assert_eq!(read("0.8x"), None);
        assert_eq!(read("1.800000"), None);
        assert_eq!(read(&format!("0.{}", "1".repeat(100))), None);
    }
}
