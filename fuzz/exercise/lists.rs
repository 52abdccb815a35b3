//! Lists of people: reading arbitrary bytes, and editing what could be read.

use siskin::lists::format::Format;
use siskin::lists::{Contact, Library, Reading, ResourceLists, Roster, Services, limits, merge};

/// Reads the bytes as a document of lists, of services, and as a file of people, and changes what they say.
pub(crate) fn run(bytes: &[u8]) {
    file(bytes);
    services(bytes);
    let Ok(lists) = ResourceLists::parse(bytes, PATH) else {
        return;
    };
    let reading = read(&lists);
    let own = &reading.own;
    assert!(own.contacts().len() <= limits::CONTACTS);
    assert!(reading.dangling.len() <= limits::DANGLING);
    assert!(reading.missing.len() <= limits::DOCUMENTS);
    // What it says already changes no byte.
    let same = lists.brought_to(own).expect("the same text");
    assert_eq!(same.source(), lists.source());
    for wanted in wishes(own) {
        // The result may be over a limit; then nothing is written.
        let Ok(after) = lists.brought_to(&wanted) else {
            continue;
        };
        let said = read(&after).own;
        assert!(
            said.says_the_same(&wanted),
            "{wanted:?}\n{}",
            after.source()
        );
        let again = after.brought_to(&wanted).expect("the same text");
        assert_eq!(again.source(), after.source());
        // Whoever changed nothing takes over what the other has made of it.
        let merged = merge(own, own, &wanted);
        assert!(merged.conflicts.is_empty() && merged.roster.says_the_same(&wanted));
        if let Ok(fewer) = after.without_group("Work", ROOT) {
            assert!(read(&fewer).own.says_the_same(&wanted));
        }
    }
}

/// Changes of what a document says: one more, one less, another name, another group.
fn wishes(own: &Roster) -> Vec<Roster> {
    let bob = Contact::new("sip:bob@example.com").expect("an address");
    let one_more = own.contacts().iter().cloned().chain([bob.named("Bob")]);
    let one_less = own.contacts().iter().skip(1).cloned();
    let first = |contact: &Contact| {
        let mut other = Contact::new(&contact.address)
            .expect("an address")
            .named("B & <o>");
        other = other.grouped("Work");
        other
    };
    let changed = own.contacts().iter().take(1).map(first);
    let changed = changed.chain(own.contacts().iter().skip(1).cloned());
    vec![
        Roster::default(),
        one_more.collect(),
        one_less.collect(),
        changed.collect(),
    ]
}

/// What is written as a file is read back.
fn file(bytes: &[u8]) {
    let Ok(read) = Format::guess(bytes).read(bytes) else {
        return;
    };
    let is_spoken = |contact: &Contact| {
        let mut schemes = ["sip:", "sips:", "pres:"].into_iter();
        schemes.any(|scheme| contact.address.starts_with(scheme))
    };
    // The others stand in no card, and of nobody there is nothing to be read back.
    let people = read.roster.contacts().iter();
    let people: Roster = people.filter(|one| is_spoken(one)).cloned().collect();
    if people.is_empty() {
        return;
    }
    for format in [
        Format::Json,
        Format::VCard,
        Format::ResourceLists,
        Format::Lines,
    ] {
        let written = format.write(&people).expect("our own");
        let again = format.read(&written).expect("our own").roster;
        let text = String::from_utf8_lossy(&written);
        let mut all = people.contacts().iter();
        assert!(
            all.all(|one| again.find(&one.person()).is_some()),
            "{format:?}: {text}"
        );
        // Cards and lines have no room for every name and group.
        let whole = matches!(format, Format::Json | Format::ResourceLists);
        assert!(!whole || again.says_the_same(&people), "{format:?}: {text}");
    }
}

fn services(bytes: &[u8]) {
    let Ok(services) = Services::parse(bytes, ROOT) else {
        return;
    };
    let list = "https://xcap.example.com/resource-lists/users/sip:alice@example.com/index/~~/resource-lists/list%5b@name=%22l1%22%5d";
    let Ok(with) = services.with_service("sip:list@example.com", list, &["presence"]) else {
        return;
    };
    let mut named = with.services().into_iter();
    assert!(named.any(|service| service.address == "sip:list@example.com"));
}

fn read(lists: &ResourceLists) -> Reading {
    Library::new(ROOT, lists.clone()).read()
}

const ROOT: &str = "https://xcap.example.com";
const PATH: &str = "resource-lists/users/sip:alice@example.com/index";
