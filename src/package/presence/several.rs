//! One presentity of which several devices tell, each for itself: one document made of theirs.
//!
//! A presence server composes what the devices of a person publish, and a watcher merges nothing (RFC 3856 section 6.9).
//! In a network without one each device answers a forked SUBSCRIBE itself; then this does what the server would have
//! done: it puts their elements side by side, and the rule of [`compose`] decides, as if one document had said it all.

use std::fmt::Write as _;

use jiff::Timestamp;

use super::compose::compose;
use super::pidf::Document;
use super::shown::{Reason, Shown, ShownDevice, Why};

/// What is shown of several documents, and where it came from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Joined {
    /// What is shown.
    pub shown: Shown,
    /// Which document decided the status; `None` when no single one did.
    pub decided_by: Option<usize>,
    /// For each of [`Shown::devices`] the document that tells of it.
    pub devices: Vec<usize>,
    /// The same for [`Shown::others`].
    pub others: Vec<usize>,
}

/// Makes of the documents of several devices what a person is shown. Their order decides between equals, the first wins.
///
/// `languages` and `now` are those of [`compose`].
pub fn compose_several(documents: &[&Document], languages: &[&str], now: Timestamp) -> Joined {
    let mut shown = compose(&join(documents), languages, now);
    let decided_by = match &mut shown.reason {
        Reason::OpenTuple(id) | Reason::ClosedTuple(id) | Reason::Activity { person: id, .. } => {
            Some(take_origin(id))
        }
        Reason::Nothing | Reason::Idle => None,
    };
    let devices = origins(&mut shown.devices);
    let others = origins(&mut shown.others);
    Joined {
        shown,
        decided_by: decided_by.flatten(),
        devices,
        others,
    }
}

/// All elements of all documents. Two devices may have chosen the same ids, so that each gets its origin put before it.
fn join(documents: &[&Document]) -> Document {
    let mut joined = Document::default();
    for (origin, document) in documents.iter().enumerate() {
        let document = (*document).clone();
        if joined.entity.is_empty() {
            joined.entity = document.entity;
        }
        joined
            .tuples
            .extend(document.tuples.into_iter().map(|mut tuple| {
                put_origin(&mut tuple.id, origin);
                if let Some(person) = &mut tuple.person {
                    put_origin(&mut person.id, origin);
                }
                tuple
            }));
        joined
            .persons
            .extend(document.persons.into_iter().map(|mut person| {
                put_origin(&mut person.id, origin);
                person
            }));
        joined.devices.extend(document.devices);
        joined.notes.extend(document.notes);
    }
    joined
}

fn origins(devices: &mut [ShownDevice]) -> Vec<usize> {
    let origins = devices.iter_mut().map(|device| {
        if let Why::Superseded(id) = &mut device.why {
            take_origin(id);
        }
        take_origin(&mut device.id).unwrap_or_default()
    });
    origins.collect()
}

fn put_origin(id: &mut String, origin: usize) {
    let mut whole = String::with_capacity(id.len() + 3);
    let _ = write!(whole, "{origin}{MARK}{id}");
    *id = whole;
}

fn take_origin(id: &mut String) -> Option<usize> {
    let (origin, own) = id.split_once(MARK)?;
    let origin = origin.parse().ok()?;
    *id = own.to_owned();
    Some(origin)
}

/// Between the origin of an element and its own id.
const MARK: char = '/';

#[cfg(test)]
mod tests {
    use super::*;
    use crate::package::Body;
    use crate::package::presence::{CONTENT_TYPE, Status};

    fn document(inner: &str) -> Document {
        let text = format!(
            "<presence xmlns='urn:ietf:params:xml:ns:pidf' xmlns:d='urn:ietf:params:xml:ns:pidf:data-model' \
             xmlns:r='urn:ietf:params:xml:ns:pidf:rpid' entity='sip:bob@example.com'>{inner}</presence>"
        );
        Document::parse(&Body::new(CONTENT_TYPE, text.as_bytes())).unwrap()
    }

    fn tuple(id: &str, basic: &str, more: &str) -> String {
        format!("<tuple id='{id}'><status><basic>{basic}</basic></status>{more}</tuple>")
    }

    fn joined(documents: &[Document]) -> Joined {
        let documents: Vec<&Document> = documents.iter().collect();
        compose_several(&documents, &[], Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn one_document_alone_is_shown_as_ever() {
        let person = "<d:person id='p'><r:activities><r:busy/></r:activities></d:person>";
        for inner in [
            tuple(
                "a/b",
                "open",
                "<contact priority='0.5'>sip:bob@192.0.2.1</contact>",
            ),
            tuple("", "closed", ""),
            format!("{}{person}", tuple("t", "open", "<note>x</note>")),
            String::new(),
        ] {
            let document = document(&inner);
            let alone = compose(&document, &[], Timestamp::UNIX_EPOCH);
            let joined = joined(&[document]);
            assert_eq!(joined.shown, alone, "{inner}");
            assert_eq!(joined.devices, vec![0; alone.devices.len()]);
            let decided = alone.reason != Reason::Nothing;
            assert_eq!(joined.decided_by, decided.then_some(0), "{inner}");
        }
        assert_eq!(joined(&[]), Joined::default());
    }

    #[test]
    fn mg_003_equal_ids_of_several_devices_are_kept_apart_and_equal_contacts_are_not() {
        let contact = "<contact>sip:bob@example.com</contact>";
        let older = format!("{contact}<timestamp>2026-01-01T10:00:00Z</timestamp>");
        let newer = format!("{contact}<timestamp>2026-01-01T11:00:00Z</timestamp>");
        let joined = joined(&[
            document(&tuple("t", "closed", "")),
            document(&tuple("t", "open", &older)),
            document(&tuple("t", "closed", &newer)),
        ]);
        assert_eq!(joined.shown.status, Status::Offline);
        assert_eq!((joined.devices, joined.others), (vec![0, 2], vec![1]));
        assert!(joined.shown.devices.iter().all(|device| device.id == "t"));
        assert_eq!(joined.shown.others[0].why, Why::Superseded("t".to_owned()));
    }

    #[test]
    fn mg_004_the_newest_person_of_all_documents_decides() {
        let person = |activity: &str, hour: u32| {
            document(&format!(
                "{}<d:person id='p'><r:activities><r:{activity}/></r:activities>\
                 <d:timestamp>2026-01-01T{hour}:00:00Z</d:timestamp></d:person>",
                tuple("t", "open", "")
            ))
        };
        let joined = joined(&[person("meeting", 11), person("away", 10)]);
        assert_eq!(joined.shown.status, Status::InAMeeting);
        assert_eq!(joined.decided_by, Some(0));
        let Reason::Activity { person, .. } = joined.shown.reason else {
            panic!("an activity decides");
        };
        assert_eq!(person, "p");
    }
}
