//! The formats before PIDF: `application/xpidf+xml` of the first drafts, which Windows Messenger made common and
//! Asterisk and `FreeSWITCH` still write for old telephones, and `application/cpim-pidf+xml`, under which either of
//! xpidf, a draft of PIDF and PIDF itself is sent.
//!
//! Both often begin with a document type declaration that names a DTD nobody ever published. Here, and only here, it
//! is passed over when it declares nothing itself; nothing is fetched.

use std::borrow::Cow;

use crate::package::body::wrong_root;
use crate::package::{Body, BodyError, limits};
use crate::xml::Element;

use super::data_model::Person;
use super::pidf::{Basic, Contact, Document, Note, Tuple};
use super::priority::Priority;
use super::read::Reader;
use super::rpid::{Activity, Input, Timed, UserInput};

/// Reads a body of either type.
///
/// # Errors
/// As [`Document::parse`].
pub(super) fn parse(body: &Body<'_>) -> Result<Document, BodyError> {
    let content = body.content()?;
    let body = body.unpacked(&content);
    let bytes = without_doctype(body.bytes);
    let body = Body {
        bytes: &bytes,
        ..body
    };
    let xml = body.any_xml()?;
    let root = xml.root();
    if !root.namespace().is_empty() {
        return Document::of_root(root, body.language());
    }
    if root.name() != "presence" {
        return Err(wrong_root("presence", root));
    }
    let reader = Reader {
        language: body.language(),
        ..Reader::default()
    };
    Ok(document(reader, root))
}

fn document(mut reader: Reader<'_>, root: Element<'_>) -> Document {
    let mut document = Document::default();
    let mut names = Vec::new();
    for child in own(root) {
        match child.name() {
            "presentity" => {
                let uri = child.attribute("uri").unwrap_or_default().trim();
                // Messenger copied the request's parameter into the address.
                let uri = uri.strip_suffix(";method=SUBSCRIBE").unwrap_or(uri);
                uri.clone_into(&mut document.entity);
            }
            "atom" => {
                let id = reader.id(child, SOURCE);
                let addresses = own(child).filter(|a| a.name() == "address");
                for (place, address) in addresses.enumerate() {
                    if document.tuples.len() >= limits::TUPLES {
                        reader
                            .remarks
                            .warn(address, "left out: there are too many", SOURCE);
                        break;
                    }
                    let id = match place {
                        0 => id.clone(),
                        place => format!("{id}.{place}"),
                    };
                    document.tuples.push(tuple(&mut reader, address, id));
                }
            }
            "display" => {
                let name = child.attribute("name").unwrap_or_default().trim();
                if !name.is_empty() && names.is_empty() {
                    names.push(Note {
                        text: name.to_owned(),
                        language: reader.language.map(str::to_owned),
                    });
                }
            }
            "note" => reader.note(child, &mut document.notes),
            _ => reader.not_understood(child),
        }
    }
    if !names.is_empty() {
        for tuple in &mut document.tuples {
            let cipid = tuple.cipid.get_or_insert_default();
            cipid.display_names.clone_from(&names);
        }
    }
    document.remarks = reader.remarks;
    document
}

fn tuple(reader: &mut Reader<'_>, address: Element<'_>, id: String) -> Tuple {
    let mut tuple = Tuple {
        id,
        contact: contact(reader, address),
        ..Tuple::default()
    };
    let mut in_use = false;
    let mut substatus = None;
    for child in own(address) {
        match child.name() {
            "status" => match child.attribute("status").map(str::trim) {
                Some("open") => tuple.basic = Some(Basic::Open),
                Some("closed") => tuple.basic = Some(Basic::Closed),
                Some("inuse") => {
                    tuple.basic = Some(Basic::Open);
                    in_use = true;
                }
                _ => {
                    let message =
                        "the status is none of 'open', 'inuse' and 'closed' and tells nothing";
                    reader.remarks.warn(child, message, SOURCE);
                }
            },
            "msnsubstatus" => substatus = Some(child),
            "note" => reader.note(child, &mut tuple.notes),
            _ => reader.not_understood(child),
        }
    }
    let mut person = Person::default();
    if let Some(element) = substatus {
        let word = element.attribute("substatus").unwrap_or_default().trim();
        match word {
            "online" | "offline" | "unknown" => {}
            "idle" => {
                person.user_input = Some(UserInput {
                    input: Input::Idle,
                    last_input: None,
                    idle_threshold: None,
                });
            }
            "away" | "berightback" => does(&mut person, "away"),
            "busy" => does(&mut person, "busy"),
            "onthephone" => does(&mut person, "on-the-phone"),
            "outtolunch" => does(&mut person, "lunch"),
            _ => {
                let message = "not a known substatus; ignored";
                reader.remarks.ignore(element, message, SOURCE);
            }
        }
    }
    if in_use && person == Person::default() {
        does(&mut person, "busy");
    }
    tuple.person = (person != Person::default()).then(|| Box::new(person));
    tuple
}

fn does(person: &mut Person, activity: &str) {
    person.activities.push(Timed {
        value: vec![Activity::named(activity)],
        ..Timed::default()
    });
}

fn contact(reader: &mut Reader<'_>, address: Element<'_>) -> Option<Contact> {
    let uri = address.attribute("uri").unwrap_or_default().trim();
    if uri.is_empty() || uri.len() > limits::URI_BYTES {
        let message = "the address has no usable URI";
        reader.remarks.warn(address, message, SOURCE);
        return None;
    }
    let written = address.attribute("priority");
    let priority = written.and_then(Priority::parse_loosely);
    if written.is_some() && priority.is_none() {
        let message = "the priority is not a number from 0 to 1; taken as missing";
        reader.remarks.warn(address, message, SOURCE);
    }
    // `user=ip` says that no telephone is meant, and is no part of the address.
    let uri = uri.strip_suffix(";user=ip").unwrap_or(uri);
    Some(Contact {
        uri: uri.to_owned(),
        priority,
    })
}

fn own(element: Element<'_>) -> impl Iterator<Item = Element<'_>> {
    element
        .children()
        .filter(|child| child.namespace().is_empty())
}

/// The bytes with a document type declaration blanked out that only names a DTD. One with declarations of its own is
/// left for the XML reader to refuse; so is one in UTF-16, which nobody writes.
fn without_doctype(bytes: &[u8]) -> Cow<'_, [u8]> {
    let head = &bytes[..bytes.len().min(PROLOG_BYTES)];
    let Some(start) = head.windows(DOCTYPE.len()).position(|w| w == DOCTYPE) else {
        return bytes.into();
    };
    // It stands before the first element, or it is no declaration.
    let before = head[..start].windows(2);
    if before
        .filter(|w| w[0] == b'<')
        .any(|w| !matches!(w[1], b'?' | b'!'))
    {
        return bytes.into();
    }
    let mut quote = None;
    for (at, byte) in head.iter().enumerate().skip(start) {
        match (quote, byte) {
            (None, b'"' | b'\'') => quote = Some(*byte),
            (None, b'[') => return bytes.into(),
            (None, b'>') => {
                let mut out = bytes.to_vec();
                for blank in &mut out[start..=at] {
                    // Lines are counted for what is wrong further down.
                    if !matches!(*blank, b'\r' | b'\n') {
                        *blank = b' ';
                    }
                }
                return out.into();
            }
            (Some(open), byte) if open == *byte => quote = None,
            _ => {}
        }
    }
    bytes.into()
}

/// The format was never more than a draft.
const SOURCE: &str = "draft-rosenberg-impp-pidf";
/// How a document type declaration begins.
const DOCTYPE: &[u8] = b"<!DOCTYPE";
/// How far into a document the declaration is looked for.
const PROLOG_BYTES: usize = 1024;
