//! Tests of dialog information: reading, tables (FM rows), merging (MG-008), and what is made of it.

use jiff::Timestamp;

use super::*;
use crate::package::{Body, BodyError, Remarks};

mod document;
mod observed_user;
mod requests;
mod samples;
mod table;

const NOW: Timestamp = Timestamp::UNIX_EPOCH;

fn read(text: impl AsRef<[u8]>) -> Result<Document, BodyError> {
    Document::parse(&Body::new(CONTENT_TYPE, text.as_ref()))
}

fn parse(text: impl AsRef<[u8]>) -> Document {
    read(text).unwrap()
}

/// A document with these attributes and this content.
fn text(attributes: &str, content: &str) -> String {
    format!("<dialog-info xmlns='{NAMESPACE}' {attributes}>{content}</dialog-info>")
}

fn document(version: u64, state: State, dialogs: Vec<Dialog>) -> Document {
    Document {
        version,
        state,
        entity: Some("sip:bob@example.com".to_owned()),
        dialogs,
        unreadable: 0,
        remarks: Remarks::default(),
    }
}

fn dialog(id: &str, state: DialogState) -> Dialog {
    Dialog::new(id, state)
}

fn side(uri: &str) -> Participant {
    Participant {
        identities: vec![Identity {
            uri: uri.to_owned(),
            display: None,
        }],
        ..Participant::default()
    }
}

/// A dialog with everything that identifies it.
fn named(id: &str, state: DialogState, call_id: &str, tags: (&str, &str)) -> Dialog {
    Dialog {
        call_id: Some(call_id.to_owned()),
        local_tag: Some(tags.0.to_owned()),
        remote_tag: Some(tags.1.to_owned()),
        ..dialog(id, state)
    }
}

fn states(table: &Table) -> Vec<(&str, &str)> {
    table
        .rows()
        .map(|row| (row.dialog.id.as_str(), row.dialog.state.token()))
        .collect()
}
