//! A digit pattern (`DRegex`, RFC 4730 section 5.1): checked, not matched; matching is the device's business.

use std::fmt;

/// A well-formed digit pattern, such as `x{10}` or `L#`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct DigitPattern(String);

/// Why a text is no digit pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// There is nothing in it.
    #[error("the pattern is empty")]
    Empty,
    /// A character that is neither key nor operator.
    #[error("'{found}' at character {at} is no key")]
    Key {
        /// The character.
        found: char,
        /// Where, from 1.
        at: usize,
    },
    /// A `[` or `{` without its end, or with nothing inside.
    #[error("'{found}' at character {at} is not completed")]
    Open {
        /// The character.
        found: char,
        /// Where, from 1.
        at: usize,
    },
    /// A repeat count that is no range.
    #[error("the repeat count at character {at} is no number or range")]
    Count {
        /// Where, from 1.
        at: usize,
    },
}

impl DigitPattern {
    /// Checks a pattern. Letters stand for keys in either case; `x` is any digit.
    ///
    /// # Errors
    /// [`PatternError`] with the character at fault.
    pub fn new(text: &str) -> Result<Self, PatternError> {
        let mut scan = Scan {
            rest: text.chars().enumerate().peekable(),
        };
        let mut positions = 0;
        while scan.position()? {
            scan.repeat()?;
            positions += 1;
        }
        if positions == 0 {
            return Err(PatternError::Empty);
        }
        Ok(Self(text.to_owned()))
    }

    /// The pattern as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it waits for a key that is held down.
    pub fn is_long(&self) -> bool {
        self.0.contains('L')
    }
}

impl fmt::Display for DigitPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

struct Scan<'a> {
    rest: std::iter::Peekable<std::iter::Enumerate<std::str::Chars<'a>>>,
}

impl Scan<'_> {
    /// One key or set of keys; `false` at the end.
    fn position(&mut self) -> Result<bool, PatternError> {
        let Some((at, found)) = self.rest.next() else {
            return Ok(false);
        };
        match found {
            '[' => self.set(at)?,
            'L' => match self.rest.next() {
                Some((_, key)) if is_key(key) => {}
                Some((at, found)) => return Err(PatternError::Key { found, at: at + 1 }),
                None => return Err(PatternError::Open { found, at: at + 1 }),
            },
            key if is_key(key) => {}
            _ => return Err(PatternError::Key { found, at: at + 1 }),
        }
        Ok(true)
    }

    fn set(&mut self, start: usize) -> Result<(), PatternError> {
        let open = PatternError::Open {
            found: '[',
            at: start + 1,
        };
        let mut keys = 0;
        loop {
            match self.rest.next() {
                None => return Err(open),
                Some((_, ']')) if keys == 0 => return Err(open),
                Some((_, ']')) => return Ok(()),
                Some((_, key)) if is_key(key) => keys += 1,
                Some((at, found)) => return Err(PatternError::Key { found, at: at + 1 }),
            }
            if self.rest.next_if(|(_, c)| *c == '-').is_some() {
                match self.rest.next() {
                    Some((_, key)) if is_key(key) => {}
                    Some((at, found)) => return Err(PatternError::Key { found, at: at + 1 }),
                    None => return Err(open),
                }
            }
        }
    }

    fn repeat(&mut self) -> Result<(), PatternError> {
        if self.rest.next_if(|(_, c)| *c == '.').is_some() {
            return Ok(());
        }
        let Some((start, _)) = self.rest.next_if(|(_, c)| *c == '{') else {
            return Ok(());
        };
        let mut inside = String::new();
        loop {
            match self.rest.next() {
                None => {
                    return Err(PatternError::Open {
                        found: '{',
                        at: start + 1,
                    });
                }
                Some((_, '}')) => break,
                Some((_, c)) => inside.push(c),
            }
        }
        if is_range(&inside) {
            Ok(())
        } else {
            Err(PatternError::Count { at: start + 1 })
        }
    }
}

/// Whether a text is `n`, `n,m`, `n,` or `,m`, the smaller number first.
fn is_range(text: &str) -> bool {
    let number = |text: &str| -> Option<u32> {
        let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        text.parse().ok().filter(|_| digits)
    };
    match text.split_once(',') {
        None => number(text).is_some(),
        Some(("", most)) => number(most).is_some(),
        Some((least, "")) => number(least).is_some(),
        Some((least, most)) => number(least)
            .zip(number(most))
            .is_some_and(|(least, most)| least <= most),
    }
}

/// Keys of a telephone, with `x` for any digit: the grammar of section 5.1 leaves it out, every example has it.
fn is_key(c: char) -> bool {
    matches!(c, '0'..='9' | 'A'..='D' | 'a'..='d' | 'R' | 'r' | '*' | '#' | 'x' | 'X')
}
