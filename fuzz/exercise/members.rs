//! Members of a list whose documents are presence, as they are shown.

use jiff::Timestamp;
use siskin::package::presence::{Document, Shown, compose};
use siskin::package::resource_list::{Documents, Resource};
use siskin::package::{Body, BodyError};

/// Reads the documents of members.
pub(crate) struct Members;

impl Documents for Members {
    type State = Option<Shown>;

    fn take(
        &mut self,
        _: &Resource,
        known: Option<Self::State>,
        body: &Body<'_>,
    ) -> (Self::State, Result<(), BodyError>) {
        match Document::parse(body) {
            Ok(document) => {
                let shown = compose(&document, &["en"], Timestamp::UNIX_EPOCH);
                (Some(shown), Ok(()))
            }
            Err(error) => (known.flatten(), Err(error)),
        }
    }

    fn miss(&mut self, known: &mut Self::State) {
        *known = None;
    }
}
