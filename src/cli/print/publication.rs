//! The line for one's own status.

use std::fmt::Write as _;

use super::{because, status_words};
use crate::account::{Publication, plain};

pub(super) fn publication(publication: &Publication) -> String {
    let status = status_words(&publication.status);
    let line = match (publication.state, publication.permanent) {
        ("publishing", _) => format!("publishing: {status}"),
        ("published", false) => format!("published: {status}"),
        ("published", true) => format!("kept on the server: {status}"),
        ("removed", false) => return "publication removed".to_owned(),
        ("removed", true) => return "no permanent status is kept on the server".to_owned(),
        (_, false) => format!("could not publish: {status}"),
        (_, true) => "the permanent status could not be changed".to_owned(),
    };
    let mut line = line;
    // Writing to a string cannot fail.
    if let Some(until) = &publication.until {
        let _ = write!(line, " until {until}");
    }
    if let Some(note) = publication.note.as_deref().filter(|note| !note.is_empty()) {
        let _ = write!(line, ", “{}”", plain(note));
    }
    because(&mut line, publication.reason.as_deref(), None);
    line
}
