//! The status that stays when nobody is logged in (RFC 4827), as the XCAP server keeps it.

use jiff::Timestamp;

use super::event::{Fault, Publication};
use super::job::JobFault;
use super::own::Choice;
use super::plain::plain;
use crate::package::presence::{CONTENT_TYPE, OwnPresence, Permanent, PermanentError, Status};
use crate::xcap::{Client, Condition, EditError, XcapError};

/// What is to be done with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PermanentWish {
    /// Tell what it is.
    Ask,
    /// It is to be this until it is taken back, however long nobody is logged in.
    Keep(Choice),
    /// There is to be none.
    Remove,
}

/// What is known of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Permanence {
    /// The server was not asked, or did not answer.
    #[default]
    Unknown,
    /// The server keeps none.
    Unsupported,
    /// There is none.
    None,
    /// It is this.
    Kept(Choice),
}

impl Permanence {
    /// Whether the server keeps such a status.
    pub fn is_offered(&self) -> bool {
        matches!(self, Self::None | Self::Kept(_))
    }
}

/// The same wish with everything that a document needs.
#[derive(Debug, Clone)]
pub(super) struct PermanentJob {
    pub(super) wish: PermanentWish,
    /// The document of [`PermanentWish::Keep`].
    pub(super) presence: OwnPresence,
    pub(super) entity: String,
    /// To choose among notes.
    pub(super) languages: Vec<String>,
}

/// Why it could not be done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum PermanentFault {
    /// What the server can do, does not name it (XC-021).
    #[error("the XCAP server keeps no permanent status")]
    Unsupported,
    /// What is there is no presence document.
    #[error(transparent)]
    Document(#[from] PermanentError),
    /// The server, or the way to it, failed.
    #[error(transparent)]
    Xcap(#[from] XcapError),
}

impl PermanentJob {
    /// Does it; what is kept afterwards.
    pub(super) async fn run(&self, client: &Client) -> Result<Permanence, PermanentFault> {
        // A server that does not say what it can do is asked all the same.
        let known = client.capabilities().await?;
        if known.is_some_and(|known| !known.serves(Permanent::AUID)) {
            return Err(PermanentFault::Unsupported);
        }
        match &self.wish {
            PermanentWish::Ask => self.ask(client).await,
            PermanentWish::Keep(choice) => {
                self.keep(client).await?;
                Ok(Permanence::Kept(choice.clone()))
            }
            PermanentWish::Remove => {
                remove(client).await?;
                Ok(Permanence::None)
            }
        }
    }

    async fn ask(&self, client: &Client) -> Result<Permanence, PermanentFault> {
        let document = client.fetch(Permanent::AUID, Permanent::FILE).await?;
        let Some(document) = document else {
            return Ok(Permanence::None);
        };
        let languages: Vec<&str> = self.languages.iter().map(String::as_str).collect();
        let shown = Permanent::parse(&document.bytes)?.shown(&languages, Timestamp::now());
        Ok(match shown.status {
            Status::Unknown => Permanence::None,
            status => Permanence::Kept(Choice {
                status,
                note: shown.note.unwrap_or_default(),
            }),
        })
    }

    async fn keep(&self, client: &Client) -> Result<(), PermanentFault> {
        let change = |before: Option<&[u8]>| {
            let (entity, now) = (&self.entity, Timestamp::now());
            Ok::<_, PermanentError>(match before {
                None => Permanent::fresh(entity, &self.presence, now),
                Some(before) => Permanent::parse(before)?.with(entity, &self.presence, now),
            })
        };
        client
            .edit(Permanent::AUID, Permanent::FILE, CONTENT_TYPE, change)
            .await
            .map_err(|error| match error {
                EditError::Change(error) => PermanentFault::Document(error),
                EditError::Xcap(error) => PermanentFault::Xcap(error),
            })?;
        Ok(())
    }
}

/// Takes out what we have said; the document goes with it if nothing else is there.
async fn remove(client: &Client) -> Result<(), PermanentFault> {
    let (auid, file) = (Permanent::AUID, Permanent::FILE);
    let mut rounds = ROUNDS;
    loop {
        let Some(document) = client.fetch(auid, file).await? else {
            return Ok(());
        };
        let condition = document.etag.map_or(Condition::None, Condition::IfMatch);
        let done = match Permanent::parse(&document.bytes)?.without() {
            Some(rest) if document.bytes == rest => return Ok(()),
            Some(rest) => client
                .store(auid, file, CONTENT_TYPE, rest, &condition)
                .await
                .map(|_| ()),
            None => client.delete(auid, file, &condition).await,
        };
        rounds -= 1;
        match done {
            // Somebody else has changed it meanwhile.
            Err(XcapError::Changed) if rounds > 0 => {}
            done => return Ok(done?),
        }
    }
}

/// What is reported after a wish other than [`PermanentWish::Ask`].
pub(super) fn publication(
    wish: &PermanentWish,
    result: &Result<Permanence, JobFault>,
) -> Publication {
    let choice = match wish {
        PermanentWish::Keep(choice) => choice.clone(),
        PermanentWish::Ask | PermanentWish::Remove => Choice::default(),
    };
    let (state, reason, fault) = match result {
        Ok(Permanence::Kept(_)) => ("published", None, None),
        Ok(_) => ("removed", None, None),
        Err(error) => (
            "failed",
            Some(plain(&error.message).into_owned()),
            Some(error.fault),
        ),
    };
    Publication {
        state,
        status: choice.status.token().to_owned(),
        note: Some(choice.note).filter(|note| !note.is_empty()),
        until: None,
        permanent: true,
        expires_s: None,
        reason,
        retry_in_s: None,
        fault,
    }
}

/// What a failure means for what is known.
pub(super) fn known_after(error: &JobFault, before: &Permanence) -> Permanence {
    match error.fault {
        Fault::Unsupported => Permanence::Unsupported,
        _ => before.clone(),
    }
}

/// So often it is tried to take it back while others change it.
const ROUNDS: u8 = 3;
