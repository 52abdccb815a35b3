//! People as cards (RFC 6350): `FN`, `IMPP` and `CATEGORIES`; of others' cards also SIP addresses in `TEL` and in the old
//! `X-SIP`.
//!
//! Five properties of a format of lines are read and written here; the crates for the whole of it bring tables of time
//! zones or parsers of calendars along.

use super::super::roster::{Contact, Roster};
use super::{FormatError, Imported};

pub(super) fn read(text: &str) -> Result<Imported, FormatError> {
    let mut imported = Imported::default();
    let mut card: Option<Card> = None;
    let mut cards = 0;
    for line in unfolded(text) {
        let Some(property) = Property::parse(&line) else {
            continue;
        };
        match (property.name.as_str(), &mut card) {
            ("BEGIN", _) if property.value.eq_ignore_ascii_case("VCARD") => {
                cards += 1;
                card = Some(Card::default());
            }
            ("END", _) if property.value.eq_ignore_ascii_case("VCARD") => {
                if let Some(card) = card.take() {
                    card.finish(&mut imported)?;
                }
            }
            (_, Some(card)) => card.take(&property),
            (_, None) => {}
        }
    }
    if cards == 0 {
        return Err(FormatError::NoCard);
    }
    Ok(imported)
}

pub(super) fn write(roster: &Roster) -> Vec<u8> {
    let mut text = String::new();
    for contact in roster.contacts() {
        let person = contact.address.split_once(':').map_or("", |(_, rest)| rest);
        // A card has to have a name (RFC 6350 section 6.2.1).
        let name = match contact.name.as_str() {
            "" => person,
            name => name,
        };
        text.push_str("BEGIN:VCARD\r\nVERSION:4.0\r\n");
        fold(&mut text, &format!("FN:{}", escape(name)));
        fold(&mut text, &format!("IMPP:{}", contact.address));
        if !contact.groups.is_empty() {
            let groups: Vec<String> = contact.groups.iter().map(|group| escape(group)).collect();
            fold(&mut text, &format!("CATEGORIES:{}", groups.join(",")));
        }
        text.push_str("END:VCARD\r\n");
    }
    text.into_bytes()
}

/// What is known of a card.
#[derive(Debug, Default)]
struct Card {
    name: String,
    addresses: Vec<Contact>,
    groups: Vec<String>,
}

/// A line of a card. Parameters make no difference here, and are left out.
#[derive(Debug)]
struct Property {
    name: String,
    value: String,
}

impl Card {
    fn take(&mut self, property: &Property) {
        match property.name.as_str() {
            "FN" if self.name.is_empty() => self.name = unescape(&property.value),
            "IMPP" | "X-SIP" | "TEL" => {
                let value = property.value.trim();
                let scheme = value.split(':').next().unwrap_or_default();
                let spoken = ["sip", "sips", "pres"];
                let is_spoken = spoken
                    .iter()
                    .any(|known| known.eq_ignore_ascii_case(scheme));
                let old = property.name == "X-SIP" && !value.contains(':') && value.contains('@');
                let contact = if old {
                    Contact::new(&format!("sip:{value}"))
                } else {
                    Contact::new(value).filter(|_| is_spoken)
                };
                self.addresses.extend(contact);
            }
            "CATEGORIES" => {
                let parts = split_unescaped(&property.value);
                self.groups.extend(parts.iter().map(|part| unescape(part)));
            }
            _ => {}
        }
    }

    fn finish(self, imported: &mut Imported) -> Result<(), FormatError> {
        if self.addresses.is_empty() {
            imported.skip(&self.name);
        }
        for contact in self.addresses {
            // What stands for a name where there is none.
            let is_name = contact.address.split_once(':').map(|(_, rest)| rest) != Some(&self.name);
            let name = if is_name { self.name.as_str() } else { "" };
            let contact = contact.named(name);
            let groups = self.groups.iter();
            imported.add(groups.fold(contact, |contact, group| contact.grouped(group)))?;
        }
        Ok(())
    }
}

impl Property {
    /// `group.NAME;PARAMETER="a:b":value`
    fn parse(line: &str) -> Option<Self> {
        let mut quoted = false;
        let colon = line.find(|c| {
            quoted ^= c == '"';
            c == ':' && !quoted
        })?;
        let (head, value) = (&line[..colon], &line[colon + 1..]);
        let name = head.split(';').next().unwrap_or_default();
        let name = name.rsplit('.').next().unwrap_or_default();
        Some(Self {
            name: name.to_ascii_uppercase(),
            value: value.to_owned(),
        })
    }
}

/// Lines, those that were folded put together again (RFC 6350 section 3.2).
fn unfolded(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for line in text.split('\n') {
        let line = line.strip_suffix('\r').unwrap_or(line);
        match (line.strip_prefix([' ', '\t']), lines.last_mut()) {
            (Some(rest), Some(last)) => last.push_str(rest),
            _ => lines.push(line.to_owned()),
        }
    }
    lines
}

/// A line, folded before it is longer than 75 bytes.
fn fold(out: &mut String, line: &str) {
    let mut length = 0;
    for c in line.chars() {
        if length + c.len_utf8() > FOLD_AT {
            out.push_str("\r\n ");
            length = 1;
        }
        out.push(c);
        length += c.len_utf8();
    }
    out.push_str("\r\n");
}

/// RFC 6350 section 3.4.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | ',' | ';' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('n' | 'N') => out.push('\n'),
                Some(c) => out.push(c),
                None => {}
            },
            c => out.push(c),
        }
    }
    out
}

/// Parts between commas that are not escaped.
fn split_unescaped(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut escaped = false;
    for c in text.chars() {
        if c == ',' && !escaped {
            parts.push(String::new());
            continue;
        }
        escaped = c == '\\' && !escaped;
        if let Some(last) = parts.last_mut() {
            last.push(c);
        }
    }
    parts
}

/// Bytes of a line (RFC 6350 section 3.2).
const FOLD_AT: usize = 75;
