//! Headers as they stand in the message.

use std::borrow::Cow;

use super::head::Entry;
use crate::sip::HeaderName;
use crate::sip::header::{Element, Fault, HeaderError};
use crate::sip::scan::is_lws;

/// A header as it was written.
#[derive(Debug, Clone, Copy)]
pub struct RawHeader<'a> {
    name: &'a [u8],
    value: &'a [u8],
    known: Option<HeaderName>,
}

impl<'a> RawHeader<'a> {
    #[inline]
    pub(super) fn new(bytes: &'a [u8], entry: &Entry) -> Self {
        let name_start = entry.name_start as usize;
        Self {
            name: &bytes[name_start..name_start + usize::from(entry.name_length)],
            value: &bytes[entry.value_start as usize..entry.value_end as usize],
            known: entry.name,
        }
    }

    /// The name as written, full or compact.
    pub fn name(&self) -> &'a str {
        // Names are tokens, hence ASCII; the table holds no others.
        std::str::from_utf8(self.name).unwrap_or_default()
    }

    /// Which known header this is.
    pub fn known(&self) -> Option<HeaderName> {
        self.known
    }

    /// The value as written, without white space around it; a folded value keeps its line ends.
    pub fn value(&self) -> &'a [u8] {
        self.value
    }

    /// The value as text; a folded value keeps its line ends.
    pub fn text(&self) -> Result<&'a str, HeaderError> {
        std::str::from_utf8(self.value).map_err(|error| HeaderError {
            element: self.element(),
            fault: Fault::NotUtf8,
            offset: error.valid_up_to(),
        })
    }

    /// The value as text with each fold turned into one space (RFC 3261 §7.3.1).
    pub fn unfolded(&self) -> Result<Cow<'a, str>, HeaderError> {
        let text = self.text()?;
        if !text.contains('\n') {
            return Ok(Cow::Borrowed(text));
        }
        let mut lines = text.split('\n');
        let mut unfolded = String::with_capacity(text.len());
        unfolded.extend(lines.next().map(str::trim_end));
        for line in lines {
            unfolded.push(' ');
            unfolded.push_str(line.trim_matches(|c: char| c.is_ascii() && is_lws(c as u8)));
        }
        Ok(Cow::Owned(unfolded))
    }

    pub(crate) fn element(&self) -> Element {
        Element::of(self.known)
    }
}

/// Headers of a message in order: all, or those of one name.
#[derive(Debug, Clone)]
pub struct Headers<'a> {
    bytes: &'a [u8],
    entries: &'a [Entry],
    wanted: Option<HeaderName>,
}

impl<'a> Headers<'a> {
    pub(super) fn new(bytes: &'a [u8], entries: &'a [Entry], wanted: Option<HeaderName>) -> Self {
        Self {
            bytes,
            entries,
            wanted,
        }
    }

    pub(crate) fn none() -> Self {
        Self {
            bytes: &[],
            entries: &[],
            wanted: None,
        }
    }
}

impl<'a> Iterator for Headers<'a> {
    type Item = RawHeader<'a>;

    fn next(&mut self) -> Option<Self::Item> {
        let entry = match self.wanted {
            Some(name) => find(&mut self.entries, name)?,
            None => self.entries.split_off_first()?,
        };
        Some(RawHeader::new(self.bytes, entry))
    }
}

/// Takes the entries up to the first of that name; by a pattern and numbers, which are quick in a debug build as well.
#[inline]
pub(super) fn find<'a>(entries: &mut &'a [Entry], name: HeaderName) -> Option<&'a Entry> {
    while let [entry, rest @ ..] = *entries {
        *entries = rest;
        if let Some(known) = entry.name
            && known as u8 == name as u8
        {
            return Some(entry);
        }
    }
    None
}
