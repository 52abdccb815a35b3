//! What can be asked of a running account.

use jiff::Timestamp;

use super::buddies::BuddyEdit;
use super::permanent::PermanentWish;
use crate::engine::{RateError, Rates};
use crate::net::Pin;
use crate::package::dialog_info::Filter as DialogFilter;
use crate::package::presence::{Status, UserInput};
use crate::rules::{Decision, Disclosure};
use crate::sip::Secret;

/// A wish of the user. Addresses are URIs, bare addresses, or a bare name or number of the account's domain.
#[derive(Debug)]
pub enum Command {
    /// Watch somebody's presence.
    Watch {
        /// Whom.
        address: String,
    },
    /// Watch the presence of everybody on a list that the server keeps (RFC 4662).
    WatchList {
        /// The list's address.
        address: String,
    },
    /// Stop watching somebody's presence.
    Unwatch {
        /// Whom.
        address: String,
    },
    /// Subscribe to a mailbox; `None` for the account's own.
    WatchMessages {
        /// Whose mailbox.
        mailbox: Option<String>,
    },
    /// Subscribe to `presence.winfo` of the account.
    WatchWatchers,
    /// Watch the account's presence rules on the XCAP server for changes by other devices (RFC 5875). Without effect
    /// where no XCAP root is set, and where the server has no such package.
    WatchDocuments,
    /// Watch somebody's calls.
    WatchDialogs {
        /// Whose.
        address: String,
        /// Only this one of them.
        dialog: Option<DialogFilter>,
    },
    /// Stop watching somebody's calls.
    UnwatchDialogs {
        /// Whose.
        address: String,
    },
    /// Subscribe to any event package and hand every NOTIFY out as it is.
    Subscribe(RawSubscription),
    /// Publish a status, or another one than before.
    SetStatus {
        /// The status; `Offline` publishes `closed`.
        status: Status,
        /// The note; empty for none.
        note: String,
        /// When it ends: then what was published before comes back by itself.
        until: Option<Timestamp>,
    },
    /// Keyboard and mouse are in use, or have not been for a while; `None`: that is not to be told. While nobody is there,
    /// somebody available is published as away; another status of the user's choice stays.
    Input(Option<UserInput>),
    /// Ask for the status that stays when nobody is logged in, or change it (RFC 4827). It is kept by the XCAP server, and
    /// has nothing to do with what is published meanwhile.
    Permanent(PermanentWish),
    /// Write the user's decision about a watcher into the presence rules.
    Decide {
        /// The watcher's address, or `*@domain`.
        watcher: String,
        /// What to do; [`Decision::Undecided`] forgets every rule about the watcher.
        decision: Decision,
        /// An approval ends by itself at this time (RFC 3339).
        valid_until: Option<Timestamp>,
        /// How much an approval shows.
        shows: Disclosure,
    },
    /// Change the list of buddies; they are watched accordingly where [`Wants::buddies`](super::Wants::buddies) says so.
    EditBuddies(Vec<BuddyEdit>),
    /// Bring the list of buddies and the server's together now. Without effect where no XCAP root is set.
    MergeBuddies,
    /// Have the list server watch a group of buddies as one, for `presence` (RFC 4826 section 4); the answer is
    /// [`Event::Offered`](super::Event::Offered).
    OfferGroup {
        /// The address to subscribe to then; where it is taken, one that the server offers instead.
        address: String,
        /// The group; `None`: those who are in none.
        group: Option<String>,
    },
    /// Write one decision about several watchers, with few requests to the server.
    DecideAll {
        /// The watchers, each as in [`Command::Decide`].
        watchers: Vec<String>,
        /// What to do.
        decision: Decision,
        /// An approval ends by itself at this time (RFC 3339).
        valid_until: Option<Timestamp>,
        /// How much an approval shows.
        shows: Disclosure,
    },
    /// Tell what a watcher sees of the own presence; the answer is [`Event::Preview`](super::Event::Preview).
    Preview {
        /// The watcher's address.
        watcher: String,
    },
    /// Forget everybody who has watched or asked to, in the profile's folder too.
    ForgetWatchers,
    /// Keep a copy of the rules that cannot be used, as they lie on the server, in the profile's folder; the snapshot
    /// says where it is.
    KeepRules,
    /// Keep a copy of the rules that cannot be used, and only then begin with none.
    RenewRules,
    /// Keep a copy of what lies on the server in the place of the list of buddies and cannot be used, and only then put
    /// the list there.
    RenewBuddies,
    /// Tell how everything fares, once: in the snapshot, and in an [`Event::Health`](super::Event::Health) for each.
    ReportHealth,
    /// Refresh one of them now; what waits or was given up is tried again.
    Refresh(Part),
    /// Begin a subscription anew: its dialogs are ended, and others begin.
    Resubscribe {
        /// Its number, as [`Health::id`](super::Health::id) has it.
        id: u32,
    },
    /// Try again at once whatever waits to be tried again.
    Retry,
    /// The machine woke up, or the network is another one.
    NetworkChanged,
    /// Use this password from now on, and log in again.
    Password(Secret),
    /// Trust the server that shows this certificate from now on, whatever else speaks against it, and try again. It is up
    /// to whoever wishes that to keep it in the settings.
    TrustCertificate {
        /// The certificate, and the server.
        pin: Pin,
        /// What that machine has shown before, and is no longer trusted for.
        instead_of: Vec<Pin>,
    },
    /// Trust a certificate no longer by itself, and connect anew.
    DistrustCertificate(Pin),
    /// Unsubscribe, unpublish, unregister, and end.
    LogOut,
}

/// One of what the account keeps alive, as [`Health`](super::Health) tells of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The registration.
    Registration,
    /// The publication of the own presence.
    Publication,
    /// The subscription of this number.
    Subscription(u32),
}

/// A subscription to any package, for the command line.
#[derive(Debug, Clone, Default)]
pub struct RawSubscription {
    /// The event package.
    pub package: String,
    /// Whom to ask.
    pub address: String,
    /// Accept values; empty: none is sent.
    pub accept: Vec<String>,
    /// A body and its type.
    pub body: Option<(String, Vec<u8>)>,
    /// Parameters of the Event header.
    pub event_params: Vec<(String, String)>,
    /// Ask once (`Expires: 0`) instead of subscribing.
    pub fetch: bool,
}

impl RawSubscription {
    /// The rates of notifications among the parameters of the Event header (RFC 6446).
    ///
    /// # Errors
    /// A number that is no rate, or rates that contradict each other; nothing is sent then.
    pub fn rates(&self) -> Result<Rates, RateError> {
        let params = self.event_params.iter();
        Rates::from_params(params.map(|(name, value)| (name.as_str(), value.as_str())))
    }
}
