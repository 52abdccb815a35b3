//! What was put up with so that a subscription works: noted for people, never a reason to stop.

use std::fmt;

/// Something that a server does its own way, and that is put up with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tolerance {
    /// 423 without Min-Expires: the expiry was doubled (Asterisk).
    DoubledExpiry,
    /// 406 or 489 for the Accept header: fewer types, or none, are named (Asterisk).
    FewerTypes,
    /// `noresource` after the subscription had been active: asked again, slowly (`FreeSWITCH`).
    Vanished,
    /// A rejected dialog came back to life (Kamailio).
    CameBack,
    /// Refreshes are answered 2xx without a NOTIFY: they are believed.
    SilentRefreshes,
    /// The notifier began to count its NOTIFYs anew: a new dialog took the place of the old (`FreeSWITCH`).
    CountedAnew,
    /// Conditional requests are not understood: none are made (RFC 5839 §5.8).
    Unconditional,
    /// The list or filter in the request was refused: asked for without it (RFC 4660 §3.3.4).
    WithoutBody,
}

impl fmt::Display for Tolerance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::DoubledExpiry => {
                "the server wants longer subscriptions but does not say how long"
            }
            Self::FewerTypes => "the server refuses some of the media types offered",
            Self::Vanished => "the server calls an expired subscription a missing resource",
            Self::CameBack => "the server revived a subscription that it had rejected",
            Self::SilentRefreshes => "the server sends no NOTIFY after a refresh",
            Self::CountedAnew => "the server lost count of its NOTIFYs",
            Self::Unconditional => "the server does not get along with conditional requests",
            Self::WithoutBody => "the server refuses the body of the request",
        })
    }
}

/// Which of them a subscription has met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Tolerated(u16);

impl Tolerated {
    pub(super) fn note(&mut self, tolerance: Tolerance) {
        self.0 |= 1 << tolerance as u16;
    }

    pub(super) fn list(self) -> Vec<Tolerance> {
        let met = |tolerance: &Tolerance| self.0 & (1 << *tolerance as u16) != 0;
        ALL.into_iter().filter(met).collect()
    }
}

const ALL: [Tolerance; 8] = [
    Tolerance::DoubledExpiry,
    Tolerance::FewerTypes,
    Tolerance::Vanished,
    Tolerance::CameBack,
    Tolerance::SilentRefreshes,
    Tolerance::CountedAnew,
    Tolerance::Unconditional,
    Tolerance::WithoutBody,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_noted_apart_and_has_words() {
        let mut tolerated = Tolerated::default();
        assert!(tolerated.list().is_empty());
        for (number, tolerance) in ALL.into_iter().enumerate() {
            tolerated.note(tolerance);
            tolerated.note(tolerance);
            assert_eq!(tolerated.list(), ALL[..=number]);
            assert!(tolerance.to_string().starts_with("the server"));
        }
    }
}
