//! Lists as servers and files have them.

mod edit;
mod files;
mod library;
mod order;
mod property;
mod services;

use super::*;

const PATH: &str = "resource-lists/users/sip:alice@example.com/index";
const ROOT: &str = "https://xcap.example.com";
const NS: &str = "urn:ietf:params:xml:ns:resource-lists";

/// A document with these lists.
fn lists(inside: &str) -> ResourceLists {
    let text = format!(
        "<?xml version=\"1.0\"?>\n<resource-lists xmlns=\"{NS}\" xmlns:x=\"urn:x\">{inside}</resource-lists>\n"
    );
    ResourceLists::parse(text.as_bytes(), PATH).unwrap()
}

/// Somebody of example.com; groups are separated by commas.
fn contact(user: &str, name: &str, groups: &str) -> Contact {
    let contact = Contact::new(&format!("sip:{user}@example.com")).unwrap();
    let groups = groups.split(',');
    groups.fold(contact.named(name), Contact::grouped)
}

fn roster(people: &[(&str, &str, &str)]) -> Roster {
    people
        .iter()
        .map(|(user, name, groups)| contact(user, name, groups))
        .collect()
}

fn own(lists: &ResourceLists) -> Roster {
    Library::new(ROOT, lists.clone()).read().own
}
