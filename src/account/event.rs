//! What an account reports, in the shape of the command line's JSON lines.

use std::collections::BTreeMap;
use std::path::PathBuf;

use jiff::Timestamp;
use serde::Serialize;

use crate::lists::Conflict;
use crate::package::dialog_info::Indicator;

use super::buddies::{BuddyList, ListState};
use super::cause::DocumentCause;
use super::health::Health;
use super::presentity::Presence;
use crate::package::presence::Status;
use crate::rules::Ground;

/// One report. Serialised it is a JSON line without its `time`.
///
/// Fields ending in `_s` are seconds still to run (or passed) at the moment of the report.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum Event {
    /// The registration changed.
    Registration(Registration),
    /// A subscription changed.
    Subscription(Subscription),
    /// The state shown for a presentity changed.
    Presence(Presence),
    /// The state of a mailbox changed.
    Messages(Messages),
    /// Something about one watcher changed.
    Watcher(Watcher),
    /// Something about one call of an observed user changed.
    Dialog(Dialog),
    /// A NOTIFY of a raw subscription.
    Notify(Notify),
    /// The publication changed.
    Publication(Publication),
    /// A rule about a watcher was written.
    Rule(Rule),
    /// The list of buddies, or how it stands with the server, changed.
    Buddies(Box<BuddyReport>),
    /// The list server watches a group of buddies under this address.
    Offered {
        /// Under which; not always the one that was wished for.
        address: String,
    },
    /// How something fares, because somebody asked.
    Health(Box<Health>),
    /// What a watcher sees.
    Preview(Preview),
    /// Something went wrong that the user has to know.
    Error(Trouble),
}

/// What kind of failure something is; the exit status of a command that ends with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fault {
    /// The password was refused, or there is none.
    Authentication,
    /// Names, transport or TLS: nothing answers.
    Unreachable,
    /// The server does not know the method, the package or the document.
    Unsupported,
    /// Refused by policy: 403, 603, `rejected`.
    Refused,
    /// No answer in time.
    TimedOut,
    /// The notifier ended the subscription in the ordinary way: no failure of anybody, but not what was wished.
    Ended,
    /// Anything else.
    Other,
}

impl Fault {
    /// The exit status this failure means.
    pub fn code(self) -> u8 {
        match self {
            Self::Ended | Self::Other => 1,
            Self::Authentication => 3,
            Self::Unreachable => 4,
            Self::Unsupported => 5,
            Self::Refused => 6,
            Self::TimedOut => 7,
        }
    }

    /// The kind of failure that an exit status stands for.
    pub fn of_code(code: u8) -> Self {
        let told = [
            Self::Authentication,
            Self::Unreachable,
            Self::Unsupported,
            Self::Refused,
            Self::TimedOut,
        ];
        told.into_iter()
            .find(|fault| fault.code() == code)
            .unwrap_or(Self::Other)
    }
}

/// How the registration stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Registration {
    /// The account's address.
    pub account: String,
    /// `registering`, `registered`, `failed`, `unregistered`.
    pub state: &'static str,
    /// Time until it runs out.
    pub expires_s: Option<u64>,
    /// Our Contact URI.
    pub contact: Option<String>,
    /// Why it failed.
    pub reason: Option<String>,
    /// Time until the next attempt.
    pub retry_in_s: Option<u64>,
    /// Each flow on which the account is, or is to be, registered: one, or one for each outbound proxy (RFC 5626 §4.2).
    pub flows: Vec<RegisteredFlow>,
    /// What kind of failure `reason` is; `None` while nothing is wrong.
    #[serde(skip)]
    pub fault: Option<Fault>,
}

/// How one flow of the registration stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RegisteredFlow {
    /// Its number at the registrar, the same after each start.
    pub reg_id: u8,
    /// The outbound proxy, if there is one.
    pub proxy: Option<String>,
    /// As in [`Registration::state`].
    pub state: &'static str,
    /// Why it failed.
    pub reason: Option<String>,
    /// Whether the registrar reaches us on this flow and no other way (RFC 5626).
    pub outbound: bool,
    /// `lines`, `stun`, `unanswered`; `none` where nothing was agreed.
    pub keep_alive: &'static str,
}

/// How one subscription stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Subscription {
    /// Its number within this run.
    pub id: u32,
    /// The event package.
    pub package: String,
    /// The resource's address.
    pub resource: String,
    /// `notify_wait`, `pending`, `active`, `terminated`, `waiting_to_retry`.
    pub state: &'static str,
    /// Why it ended or waits: an RFC 6665 token, or a status code and its words.
    pub reason: Option<String>,
    /// Time until it runs out.
    pub expires_s: Option<u64>,
    /// Live dialogs.
    pub notifiers: u32,
    /// Time until the next attempt.
    pub retry_in_s: Option<u64>,
    /// What kind of failure `reason` is; `None` while nothing is wrong.
    #[serde(skip)]
    pub fault: Option<Fault>,
}

/// The state of a mailbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Messages {
    /// The account's address.
    pub account: String,
    /// The mailbox's address.
    pub mailbox: String,
    /// Whether the lamp is on.
    pub waiting: bool,
    /// Counts by class (`voice`, `fax`, ...).
    pub classes: BTreeMap<String, Counts>,
    /// Messages that came since the NOTIFY before, as far as the server describes them.
    pub new_messages: Vec<NewMessage>,
    /// Live dialogs.
    pub notifiers: u32,
    /// True when the last word is no longer known to be current.
    pub stale: bool,
}

/// A message as the server describes it (RFC 3842 §3.5); every part may be missing.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct NewMessage {
    /// Who left it.
    pub from: Option<String>,
    /// The name that the sender claims.
    pub from_display: Option<String>,
    /// For whom it is.
    pub to: Option<String>,
    /// What it is about.
    pub subject: Option<String>,
    /// When it was left, as the server writes it.
    pub date: Option<String>,
    /// `normal`, `urgent`, ..., as the server writes it.
    pub priority: Option<String>,
    /// Its key at the server.
    pub message_id: Option<String>,
    /// Its class, such as `voice-message`.
    pub context: Option<String>,
}

/// Message counts of one class. Urgent ones are a part of the others (RFC 3842 §3.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Counts {
    /// New messages.
    pub new: u32,
    /// Old messages.
    pub old: u32,
    /// Urgent new ones, when told.
    pub urgent_new: Option<u32>,
    /// Urgent old ones, when told.
    pub urgent_old: Option<u32>,
}

/// One watcher of the account.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Watcher {
    /// The watched address.
    pub resource: String,
    /// The watched package.
    pub package: String,
    /// The watcher's address.
    pub watcher: String,
    /// The name the watcher claims.
    pub display_name: Option<String>,
    /// `pending`, `active`, `waiting`, `terminated`.
    pub status: String,
    /// What made it so.
    pub event: String,
    /// The watcher's id in the document.
    pub id: String,
    /// What the rules say: `undecided`, `allow`, `polite-block`, `block`, `confirm`.
    pub decision: String,
    /// Time until the watcher's subscription runs out.
    pub expires_s: Option<u64>,
    /// How long it has watched.
    pub duration_s: Option<u64>,
    /// When its subscription began.
    #[serde(skip)]
    pub since: Option<Timestamp>,
    /// When its subscription runs out, unless it is refreshed.
    #[serde(skip)]
    pub until: Option<Timestamp>,
    /// The rule that decides about it.
    #[serde(skip)]
    pub ground: Option<Ground>,
    /// Where it asks this device itself, how far it is known who it is: `asserted` by the account's own server, `relayed`
    /// by it without a word about that, or `claimed` by a sender whom nobody knows. `None`: a server tells of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<&'static str>,
}

/// One call of an observed user.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Dialog {
    /// The observed user's address.
    pub resource: String,
    /// The dialog's id in the notifier's documents.
    pub id: String,
    /// `trying`, `proceeding`, `early`, `confirmed`, `terminated`, or another word of the notifier's.
    pub state: String,
    /// `initiator` when the observed user called, `recipient` when it was called.
    pub direction: Option<&'static str>,
    /// The other side's address.
    pub remote: Option<String>,
    /// The name the other side claims.
    pub remote_display: Option<String>,
    /// What brought it to its end: `cancelled`, `rejected`, `replaced`, `local-bye`, `remote-bye`, ...
    pub event: Option<String>,
    /// The status code that brought it where it stands.
    pub code: Option<u16>,
    /// When it began, ringing included (RFC 3339), when told.
    pub since: Option<String>,
    /// The same as an age.
    pub duration_s: Option<u64>,
    /// Its Call-ID.
    pub call_id: Option<String>,
    /// The observed user's tag.
    pub local_tag: Option<String>,
    /// The other side's tag.
    pub remote_tag: Option<String>,
    /// Where the other side really is.
    pub remote_target: Option<String>,
    /// A URI to call to take the call over, where that is possible.
    pub pick_up: Option<String>,
    /// The remote tag of the notifier that tells.
    pub notifier: Option<String>,
    /// Live dialogs.
    pub notifiers: u32,
    /// True when the last word is no longer known to be current.
    pub stale: bool,
    /// When it began.
    #[serde(skip)]
    pub began_at: Option<Timestamp>,
    /// The observed user's state over all calls, this one's change included.
    #[serde(skip)]
    pub indicator: Indicator,
}

/// A NOTIFY as it came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Notify {
    /// The event package.
    pub package: String,
    /// The resource's address.
    pub resource: String,
    /// The remote tag.
    pub notifier: String,
    /// `pending`, `active`, `terminated` or another token.
    pub substate: String,
    /// The body's type.
    pub content_type: Option<String>,
    /// The body, if it is text.
    pub body: Option<String>,
    /// The body in base64, if it is not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body_base64: Option<String>,
}

/// How the own publication stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Publication {
    /// `publishing`, `published`, `failed`, `removed`.
    pub state: &'static str,
    /// The status by its stable name.
    pub status: String,
    /// The note.
    pub note: Option<String>,
    /// When the status ends by itself (RFC 3339).
    pub until: Option<String>,
    /// Whether it is the one that stays when nobody is logged in (RFC 4827), not the one that is published.
    pub permanent: bool,
    /// Time until it runs out.
    pub expires_s: Option<u64>,
    /// Why it failed.
    pub reason: Option<String>,
    /// Time until the next attempt; `None` where there will be none by itself.
    pub retry_in_s: Option<u64>,
    /// What kind of failure `reason` is; `None` while nothing is wrong.
    #[serde(skip)]
    pub fault: Option<Fault>,
}

/// The list of buddies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BuddyReport {
    /// The account's address.
    pub account: String,
    /// How it stands with the server.
    pub state: ListState,
    /// Why it is not there.
    pub reason: Option<String>,
    /// What could not be had both ways when it was merged.
    pub conflicts: Vec<ConflictReport>,
    /// What kind of failure `reason` is.
    #[serde(skip)]
    pub fault: Option<Fault>,
    /// The list itself.
    #[serde(skip)]
    pub list: BuddyList,
    /// Where the last copy of a document that could not be used is, or why there is none.
    #[serde(skip)]
    pub copy: Option<Result<PathBuf, String>>,
}

/// Something that two devices have made different things of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ConflictReport {
    /// Who it is about.
    pub address: String,
    /// `names`, `removed`, `shared`, `full`.
    pub kind: &'static str,
    /// What it was and what was done about it, in words.
    pub message: String,
}

impl BuddyReport {
    pub(super) fn new(
        account: &str,
        list: &BuddyList,
        copy: Option<Result<PathBuf, String>>,
    ) -> Self {
        let conflicts = list.conflicts.iter().map(|conflict| {
            let (kind, address) = match conflict {
                Conflict::Names { address, .. } => ("names", address),
                Conflict::Removed { address, .. } => ("removed", address),
                Conflict::Shared { address } => ("shared", address),
                Conflict::Full { address } => ("full", address),
            };
            ConflictReport {
                address: address.clone(),
                kind,
                message: conflict.to_string(),
            }
        });
        Self {
            account: account.to_owned(),
            state: list.state,
            reason: list.reason.clone(),
            conflicts: conflicts.collect(),
            fault: list.fault,
            list: list.clone(),
            copy,
        }
    }
}

/// What became of a decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rule {
    /// The watcher's address, or `*@domain`.
    pub watcher: String,
    /// The decision by its stable name.
    pub decision: String,
    /// `waiting` (for the server), `written`, `effective`, `conflict`, `failed`.
    pub state: &'static str,
    /// Why it failed.
    pub reason: Option<String>,
    /// What kind of failure `reason` is; `None` while nothing is wrong.
    #[serde(skip)]
    pub fault: Option<Fault>,
    /// The same failure for those who tell it in another language.
    #[serde(skip)]
    pub cause: DocumentCause,
}

/// What a watcher sees of the own presence, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Preview {
    /// The watcher's address.
    pub watcher: String,
    /// What the rules decide by the standard, by its stable name.
    pub decision: String,
    /// The same on servers on which the first matching rule counts.
    pub decision_by_order: String,
    /// The ids of the rules that match.
    pub rules: Vec<String>,
    /// How much is shown, by its stable name; `None` where the rules say something else than a named level.
    pub shows: Option<&'static str>,
    /// The presence document as the watcher gets it; `None` when nothing is sent.
    pub document: Option<String>,
    /// The rules that match, in document order.
    #[serde(skip)]
    pub grounds: Vec<Ground>,
    /// What the document says to whoever reads it; `None` when nothing is sent.
    #[serde(skip)]
    pub sees: Option<Sight>,
}

/// What a watcher sees of the own presence, read as the watcher reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sight {
    /// The status.
    pub status: Status,
    /// The note.
    pub note: Option<String>,
    /// How many devices or services are told of.
    pub devices: usize,
}

/// Something that went wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Trouble {
    /// The exit status it means; 0 for a warning, after which everything goes on.
    pub code: u8,
    /// What happened, as a sentence.
    pub message: String,
    /// What to try.
    pub hint: Option<String>,
    /// What it is about, for those who tell it in another language.
    #[serde(skip)]
    pub topic: Topic,
}

/// What an account keeps on this machine beside its settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// Decisions about watchers that the server has not got yet.
    Decisions,
    /// Who has watched or asked to.
    Watchers,
}

/// What a [`Trouble`] is about.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Topic {
    /// The presence rules cannot be read from the server.
    Rules(Fault, DocumentCause),
    /// What lies on the server in the place of the presence rules could not be replaced.
    RulesNotRenewed(Fault, DocumentCause),
    /// The list of buddies cannot be brought together with the server's.
    Buddies(Fault, DocumentCause),
    /// Two devices have made different things of the list of buddies; nothing has failed.
    BuddyConflict(Box<Conflict>),
    /// A decision about this watcher is written, but the server acts as before.
    Decision(String),
    /// The status that stays when nobody is logged in could not be changed.
    Permanent(Fault, DocumentCause),
    /// What earlier runs have kept on this machine cannot be read; nothing has failed.
    NotKept(Kept),
    /// This realm asks for the password with a weaker digest than before; nothing has failed.
    WeakerDigest(String),
    /// This realm asks for the password with a digest that is too weak for the account, and gets no answer.
    WeakDigest(String),
    /// This domain no longer offers TLS; nothing has failed.
    TlsWithdrawn(String),
    /// Anything else: only the message says it.
    #[default]
    Other,
}
