//! How often a notifier may, or must, send notifications (RFC 6446).

use std::fmt::{self, Write as _};
use std::num::NonZeroU64;
use std::time::Duration;

use crate::sip::SubscriptionState;

/// A number of notifications a second: 0.0000000001 to 99.9999999999 (RFC 6446 §9.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rate(NonZeroU64);

/// What is asked of a notifier, or what it agreed to. All `None`: nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Rates {
    /// `max-rate`: not more often than this (§5).
    pub most: Option<Rate>,
    /// `min-rate`: not more seldom than this, even if nothing has changed (§6).
    pub least: Option<Rate>,
    /// `adaptive-min-rate`: on the average not more seldom than this (§7).
    pub adaptive: Option<Rate>,
}

/// Why a rate, or a combination of them, makes no sense.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RateError {
    /// Not one or two digits, with up to ten decimals; or zero (RFC 6446 §9.2).
    #[error("{0:?} is no rate: a number above 0 and below 100 with at most ten decimals")]
    Number(String),
    /// The rates contradict each other (RFC 6446 §8).
    #[error("min-rate has to be below adaptive-min-rate, and both below max-rate")]
    Order,
}

impl Rate {
    /// Reads a rate.
    ///
    /// # Errors
    /// [`RateError::Number`] if it is none.
    pub fn parse(text: &str) -> Result<Self, RateError> {
        read(text).ok_or_else(|| RateError::Number(text.chars().take(40).collect()))
    }

    /// The time from one notification to the next.
    pub fn interval(self) -> Duration {
        let nanos = NANOS * u128::from(UNIT) / u128::from(self.0.get());
        Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, rest) = (self.0.get() / UNIT, self.0.get() % UNIT);
        if rest == 0 {
            return write!(f, "{whole}");
        }
        let decimals = format!("{rest:010}");
        write!(f, "{whole}.{}", decimals.trim_end_matches('0'))
    }
}

impl Rates {
    /// Reads the rates among the parameters of an Event header; each is a name and a value.
    ///
    /// # Errors
    /// The first fault: a number that is none, or rates that contradict each other.
    pub fn from_params<'a>(
        params: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self, RateError> {
        let mut rates = Self::default();
        for (name, value) in params {
            if let Some(place) = rates.place(name) {
                *place = Some(Rate::parse(value)?);
            }
        }
        let ordered = |lower: Option<Rate>, upper: Option<Rate>| match (lower, upper) {
            (Some(lower), Some(upper)) => lower < upper,
            _ => true,
        };
        if ordered(rates.least, rates.adaptive)
            && ordered(rates.least, rates.most)
            && ordered(rates.adaptive, rates.most)
        {
            Ok(rates)
        } else {
            Err(RateError::Order)
        }
    }

    /// Whether an Event parameter of this name is a rate.
    pub fn is_rate(name: &str) -> bool {
        Self::default().place(name).is_some()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// What a notifier says it keeps to; what cannot be read it has not agreed to. Without a word it knows no rates.
    pub(crate) fn agreed(state: &SubscriptionState<'_>) -> Self {
        let mut rates = Self::default();
        for param in state.params.iter() {
            if let (Some(place), Some(value)) = (rates.place(param.name), param.raw_value) {
                *place = read(value);
            }
        }
        rates
    }

    /// Adds them to the value of an Event header.
    pub(crate) fn write(&self, event: &mut String) {
        let all = [
            (MOST, self.most),
            (LEAST, self.least),
            (ADAPTIVE, self.adaptive),
        ];
        for (name, rate) in all {
            if let Some(rate) = rate {
                let _ = write!(event, ";{name}={rate}");
            }
        }
    }

    fn place(&mut self, name: &str) -> Option<&mut Option<Rate>> {
        let named = |known: &str| name.eq_ignore_ascii_case(known);
        if named(MOST) {
            Some(&mut self.most)
        } else if named(LEAST) {
            Some(&mut self.least)
        } else if named(ADAPTIVE) {
            Some(&mut self.adaptive)
        } else {
            None
        }
    }
}

fn read(text: &str) -> Option<Rate> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |part: &str, most: usize| {
        (1..=most).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    if !digits(whole, 2) || !digits(decimals, DECIMALS) {
        return None;
    }
    let units = format!("{whole}{decimals:0<DECIMALS$}").parse().ok()?;
    NonZeroU64::new(units).map(Rate)
}

const MOST: &str = "max-rate";
const LEAST: &str = "min-rate";
const ADAPTIVE: &str = "adaptive-min-rate";
const DECIMALS: usize = 10;
/// One notification a second.
const UNIT: u64 = 10_000_000_000;
const NANOS: u128 = 1_000_000_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ev_090_the_numbers_of_the_grammar() {
        for (text, written) in [
            ("1", "1"),
            ("0.2", "0.2"),
            ("05", "5"),
            ("99.9999999999", "99.9999999999"),
            ("0.0000000001", "0.0000000001"),
            ("10.50", "10.5"),
        ] {
            assert_eq!(Rate::parse(text).unwrap().to_string(), written);
        }
        for text in [
            "",
            "0",
            "0.0",
            "00.0000000000",
            "100",
            "1.",
            ".5",
            "1.12345678901",
            "-1",
            "+1",
            "1e1",
            "1,5",
            " 1",
        ] {
            assert_eq!(Rate::parse(text), Err(RateError::Number(text.into())));
        }
        assert_eq!(
            Rate::parse("0.2").unwrap().interval(),
            Duration::from_secs(5)
        );
        assert_eq!(
            Rate::parse("4").unwrap().interval(),
            Duration::from_millis(250)
        );
        assert!(
            Rate::parse("0.0000000001").unwrap().interval() > Duration::from_secs(1_000_000_000)
        );
    }

    #[test]
    fn ev_090_rates_do_not_contradict_each_other() {
        let rates =
            |params: &[(&'static str, &'static str)]| Rates::from_params(params.iter().copied());
        let all = rates(&[
            ("max-rate", "2"),
            ("Min-Rate", "0.1"),
            ("adaptive-min-rate", "1"),
            ("x", "y"),
        ])
        .unwrap();
        let mut event = "presence".to_owned();
        all.write(&mut event);
        assert_eq!(
            event,
            "presence;max-rate=2;min-rate=0.1;adaptive-min-rate=1"
        );
        for params in [
            [("max-rate", "1"), ("min-rate", "1")],
            [("max-rate", "1"), ("adaptive-min-rate", "2")],
            [("adaptive-min-rate", "0.5"), ("min-rate", "0.50")],
        ] {
            assert_eq!(rates(&params), Err(RateError::Order));
        }
        assert!(rates(&[("call-id", "x")]).unwrap().is_empty());
        assert!(Rates::is_rate("MAX-RATE") && !Rates::is_rate("rate"));
    }
}
