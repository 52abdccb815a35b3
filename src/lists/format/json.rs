//! People as JSON: `{"version": 1, "buddies": [{"address": ..., "name": ..., "groups": [...]}]}`.

use serde::{Deserialize, Serialize};

use super::super::roster::{Contact, Roster};
use super::{FormatError, Imported};

#[derive(Serialize, Deserialize)]
struct File {
    version: u32,
    buddies: Vec<Person>,
}

#[derive(Serialize, Deserialize)]
struct Person {
    address: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    groups: Vec<String>,
}

pub(super) fn read(text: &str) -> Result<Imported, FormatError> {
    let file: File =
        serde_json::from_str(text).map_err(|error| FormatError::Json(error.to_string()))?;
    if file.version != VERSION {
        let found = format!("version {} is not known", file.version);
        return Err(FormatError::Json(found));
    }
    let mut imported = Imported::default();
    for person in file.buddies {
        match Contact::new(&person.address) {
            Some(contact) => {
                let groups = person.groups.iter();
                let contact = contact.named(&person.name);
                imported.add(groups.fold(contact, |contact, group| contact.grouped(group)))?;
            }
            None => imported.skip(&person.address),
        }
    }
    Ok(imported)
}

pub(super) fn write(roster: &Roster) -> Result<Vec<u8>, FormatError> {
    let people = roster.contacts().iter().map(|contact| Person {
        address: contact.address.clone(),
        name: contact.name.clone(),
        groups: contact.groups.iter().cloned().collect(),
    });
    let file = File {
        version: VERSION,
        buddies: people.collect(),
    };
    let mut text =
        serde_json::to_vec_pretty(&file).map_err(|error| FormatError::Json(error.to_string()))?;
    text.push(b'\n');
    Ok(text)
}

const VERSION: u32 = 1;
