//! Work for the XCAP client, done beside the loop, one after the other.

use super::cause::DocumentCause;
use super::decide::Wish;
use super::event::Fault;
use super::permanent::{Permanence, PermanentJob, PermanentWish};
use crate::lists::{Conflict, Dangling, Roster};
use crate::rules::{Decision, Edited, Ruleset};
use crate::sip::Secret;

/// Something to be done.
#[derive(Debug)]
pub(super) enum Job {
    /// Read the rules.
    Fetch,
    /// Read the rules on this machine, and make them if there are none.
    Adopt,
    /// Change them, by all of these wishes at once.
    Edit(Vec<Wish>),
    /// Begin with no rules, if what lies on the server is still this.
    Renew(Vec<u8>),
    /// Put the list into the place of what lies on the server, if it is still this.
    RenewList(Box<ListWish>, Vec<u8>),
    /// Take out the approvals that have ended.
    Tidy,
    /// Ask for the permanent status, or change it.
    Permanent(Box<PermanentJob>),
    /// Bring the list of buddies and the server's together.
    Merge(Box<ListWish>),
    /// Have the list server watch a group.
    Offer(Offer),
    /// Use another password from now on.
    Password(Secret),
    /// No server tells of watchers, as was found out by asking: where none keeps rules either, those on this machine
    /// count.
    Alone,
}

/// A list of buddies as it is here.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct ListWish {
    /// As both had it last.
    pub(super) base: Roster,
    /// Whether that is in an order that both had.
    pub(super) in_order: bool,
    /// As it is here.
    pub(super) ours: Roster,
    /// Who is on it here and finds no room in `ours`.
    pub(super) no_room: Option<String>,
    /// Groups whose lists are to go.
    pub(super) dropped: Vec<String>,
}

/// A list that is to be subscribed to as one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Offer {
    /// The address that is wished for.
    pub(super) address: String,
    /// The group; `None`: those who are in none.
    pub(super) group: Option<String>,
}

/// What a job brought.
#[derive(Debug)]
pub(super) enum JobResult {
    /// The rules as they are; `None`: there are none yet.
    Fetched(Result<Option<Ruleset>, JobFault>),
    /// The rules with which it was begun afresh, or as somebody else has mended them meanwhile.
    Renewed(Result<Ruleset, JobFault>),
    /// The version of a document that the next result is about; without a tag where the server gives none.
    Held {
        auid: &'static str,
        etag: Option<String>,
        content: Vec<u8>,
    },
    /// The next result is about rules on this machine.
    RulesHere {
        /// That no server keeps any was found out just now.
        instead: bool,
    },
    /// What each wish made of the rules, in their order; the last is as they were written.
    Edited(Vec<(Wish, Result<Edited, JobFault>)>),
    /// What the permanent status is after a wish about it.
    Permanent(PermanentWish, Result<Permanence, JobFault>),
    /// The list of buddies as both have it now.
    Merged(Result<Box<MergedList>, JobFault>),
    /// The address under which the list server watches a group.
    Offered(Result<String, JobFault>),
}

impl JobResult {
    /// Whether the server did what was asked.
    pub(super) fn went_well(&self) -> bool {
        match self {
            Self::Fetched(result) => result.is_ok(),
            Self::Renewed(result) => result.is_ok(),
            Self::Edited(results) => results.iter().any(|(_, result)| result.is_ok()),
            Self::Permanent(_, result) => result.is_ok(),
            Self::Merged(result) => result.is_ok(),
            Self::Offered(result) => result.is_ok(),
            Self::Held { .. } | Self::RulesHere { .. } => false,
        }
    }
}

/// A list of buddies that both sides have.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct MergedList {
    pub(super) roster: Roster,
    pub(super) conflicts: Vec<Conflict>,
    /// References that lead nowhere.
    pub(super) dangling: Vec<Dangling>,
}

/// Why a job failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct JobFault {
    pub(super) fault: Fault,
    pub(super) message: String,
    /// Somebody else changed the document each time, or has decided otherwise.
    pub(super) conflict: bool,
    /// It may go well later, without anybody doing anything about it.
    pub(super) again: bool,
    /// What another device has decided meanwhile.
    pub(super) stands: Option<Decision>,
    /// The same for those who tell it in another language.
    pub(super) cause: DocumentCause,
}

impl JobFault {
    /// There is no room on the list for somebody.
    pub(super) fn full(address: &str) -> Self {
        let conflict = Conflict::Full {
            address: address.to_owned(),
        };
        Self::lasting(Fault::Other, format!("{conflict}; nothing was written"))
    }

    /// What will be the same each time.
    pub(super) fn lasting(fault: Fault, message: impl Into<String>) -> Self {
        Self {
            fault,
            message: message.into(),
            conflict: false,
            again: false,
            stands: None,
            cause: DocumentCause::Other,
        }
    }
}
