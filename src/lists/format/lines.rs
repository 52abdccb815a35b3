//! People as plain lines: an address, and a name behind blanks. Groups are lost.

use super::super::roster::{Contact, Roster};
use super::{FormatError, Imported};

pub(super) fn read(text: &str) -> Result<Imported, FormatError> {
    let mut imported = Imported::default();
    for line in text.lines().map(str::trim) {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (address, name) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        match address_of(address) {
            Some(contact) => imported.add(contact.named(name))?,
            None => imported.skip(line),
        }
    }
    Ok(imported)
}

pub(super) fn write(roster: &Roster) -> Vec<u8> {
    let mut text = String::new();
    for contact in roster.contacts() {
        text.push_str(&contact.address);
        if !contact.name.is_empty() {
            text.push('\t');
            // A name must not look like a line of its own.
            text.extend(
                contact
                    .name
                    .chars()
                    .map(|c| if c.is_control() { ' ' } else { c }),
            );
        }
        text.push('\n');
    }
    text.into_bytes()
}

/// A bare address is one of SIP.
fn address_of(text: &str) -> Option<Contact> {
    Contact::new(text).or_else(|| {
        let bare = text.contains('@') && !text.contains(':');
        bare.then(|| Contact::new(&format!("sip:{text}"))).flatten()
    })
}
