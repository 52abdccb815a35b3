//! What goes into an engine and what comes out.

use std::fmt;
use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;

use super::{Flow, FlowError, FlowId, FlowRequest, Identity, Moment, NextHop, WatcherId};

/// What happened outside. Wishes of the user are methods of the engine.
#[derive(Debug, Clone)]
pub enum Input {
    /// A datagram, or one framed message of a stream.
    Received {
        /// The flow it came on.
        flow: Flow,
        /// The whole message.
        bytes: Bytes,
    },
    /// An [`Output::OpenFlow`] succeeded. The same flow may answer several requests.
    FlowOpened {
        /// Which request.
        request: FlowRequest,
        /// The flow.
        flow: Flow,
        /// There is a server that comes before this one and cannot be had now (RFC 3263 §4.3).
        away: bool,
    },
    /// An [`Output::OpenFlow`] failed for every address that was not to be avoided.
    FlowFailed {
        /// Which request.
        request: FlowRequest,
        /// Why.
        error: FlowError,
    },
    /// A flow died. Transactions on it fail as with 503 (RFC 3261 §8.1.3.1).
    FlowClosed {
        /// Which flow.
        flow: FlowId,
        /// Why.
        error: FlowError,
    },
    /// A keep-alive that [`Output::KeepAlive`] asked for was answered on this connection.
    KeepAliveAnswered(FlowId),
    /// The way to the network is another one now, or the machine woke up: every flow is suspect.
    NetworkChanged,
    /// Time has passed; sent at the latest when [`Output::Timeout`] said.
    Tick,
}

/// What has to be done outside. Polled until [`Output::Timeout`] comes.
#[derive(Debug, Clone)]
pub enum Output {
    /// Find and open a flow to this next hop, or give an open one that fits.
    OpenFlow {
        /// Names the request in the answer.
        request: FlowRequest,
        /// Where to.
        next_hop: NextHop,
        /// Addresses that failed a moment ago, to be tried last (RFC 3263 §4.3).
        avoid: Vec<SocketAddr>,
    },
    /// Send these bytes.
    Transmit {
        /// On which flow, and to which remote address.
        flow: Flow,
        /// The whole message.
        bytes: Bytes,
    },
    /// From now on keep this connection alive with empty lines, at random intervals between the two; an answer that does
    /// not come within ten seconds means that it has failed (RFC 5626 §4.4.1).
    KeepAlive {
        /// The connection.
        flow: FlowId,
        /// The shortest time between two.
        shortest: Duration,
        /// The longest.
        longest: Duration,
    },
    /// The engine has no further use for this flow.
    CloseFlow(FlowId),
    /// Something the user, or the room above, wants to know.
    Event(Event),
    /// Nothing more to do before this moment (`None`: until the next input).
    Timeout(Option<Moment>),
}

/// Names a subscription: what the user wants (a package and a resource).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SubscriptionId(pub u32);

/// Names one usage of a subscription: the dialog with one notifier. Never used twice within a subscription.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UsageId(pub u32);

/// Names a publication.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PublicationId(pub u32);

/// Ties the answer to a NOTIFY to its transaction. Has to be answered in the same turn of the loop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct NotifyToken(pub u64);

/// What the engine tells the room above.
#[derive(Debug, Clone)]
pub enum Event {
    /// The registration changed, as a whole or in one of its flows (`Engine::registration_flows`).
    Registration(RegistrationEvent),
    /// A subscription changed.
    Subscription(SubscriptionEvent),
    /// A NOTIFY that belongs to a subscription. Answer it with `Engine::answer_notify`.
    Notify {
        /// The subscription.
        subscription: SubscriptionId,
        /// The notifier's dialog usage.
        usage: UsageId,
        /// The remote tag: tells notifiers apart.
        notifier: String,
        /// It came over TLS, where nobody on the way can send again what was overheard.
        secure: bool,
        /// What Subscription-State said.
        substate: Substate,
        /// `type/subtype` with parameters, when there is a body.
        content_type: Option<String>,
        /// Content-Language: the language of texts in the body that name none.
        content_language: Option<String>,
        /// Content-Encoding: what the body is packed into.
        content_encoding: Option<String>,
        /// The body; empty when there is none.
        body: Bytes,
        /// There is no body because the state is the one that is held already, by its entity tag: it is current (again),
        /// not empty (RFC 5839 §5.5).
        unchanged: bool,
        /// The entity tag of the state, in packages that are `conditional`.
        entity_tag: Option<String>,
        /// For the answer.
        token: NotifyToken,
    },
    /// A NOTIFY from our own registered server that nobody subscribed to: message-summary only. Answer it like
    /// [`Event::Notify`].
    Unsolicited {
        /// The package.
        package: String,
        /// `type/subtype` with parameters, when there is a body.
        content_type: Option<String>,
        /// Content-Encoding: what the body is packed into.
        content_encoding: Option<String>,
        /// The body; empty when there is none.
        body: Bytes,
        /// For the answer.
        token: NotifyToken,
    },
    /// A usage is over; what its notifier said is no longer live.
    UsageEnded {
        /// The subscription.
        subscription: SubscriptionId,
        /// The usage that ended.
        usage: UsageId,
        /// True when its last word stays valid although it ended (fetch, `invariant`, a first NOTIFY that ended by
        /// `timeout`).
        keep_state: bool,
    },
    /// Somebody has asked this program itself for the account's state. Say how the watcher is treated with
    /// `Engine::tell_watcher`, in the same turn of the loop.
    Watcher {
        /// The watcher.
        watcher: WatcherId,
        /// Who it is, or says it is.
        identity: Identity,
        /// When its subscription runs out; now, if it wants to know only once.
        expires_at: Moment,
    },
    /// A watcher has refreshed its subscription.
    WatcherRefreshed {
        /// The watcher.
        watcher: WatcherId,
        /// When it runs out now.
        expires_at: Moment,
    },
    /// A watcher's subscription is over.
    WatcherGone {
        /// The watcher.
        watcher: WatcherId,
        /// Why, as RFC 3857 §4.7 has it: `timeout`, `rejected`, `deactivated`, `probation`, `giveup`.
        reason: &'static str,
    },
    /// The publication changed.
    Publication(PublicationEvent),
    /// The server refused the credentials; nothing is sent with them again until new ones are handed in.
    CredentialsRefused {
        /// The realm that refused.
        realm: String,
    },
    /// A server asked for a password and there is none.
    CredentialsMissing {
        /// The realm that asked.
        realm: String,
    },
    /// A realm asks with a weaker digest algorithm than it did before; it is answered all the same (RFC 7616 §5.8).
    WeakerChallenge {
        /// The realm that asks.
        realm: String,
    },
    /// A realm offers digest authentication for the first time, or better than ever before:
    /// [`Engine::digest_offers`](super::Engine::digest_offers) has something new.
    DigestOffers,
    /// A realm asks in a way that is too weak for [`EngineConfig::strong_digest`](super::EngineConfig); it gets no answer.
    WeakChallenge {
        /// The realm that asks.
        realm: String,
    },
    /// Something came that belongs to nothing here, perhaps late, perhaps invented: refused or dropped, without effect.
    Stray {
        /// What it was.
        what: String,
        /// Who sent it.
        from: SocketAddr,
    },
    /// Bad input was met and dropped or refused; for counters, health and trace.
    BadInput {
        /// What was wrong and where, without the body's content.
        fault: String,
        /// Who sent it.
        from: SocketAddr,
    },
}

/// How a registration stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegistrationEvent {
    /// The state.
    pub state: RegistrationState,
    /// When it runs out, if registered.
    pub expires_at: Option<Moment>,
    /// The next attempt, if it failed and will be tried again.
    pub retry_at: Option<Moment>,
    /// Our Contact URI.
    pub contact: Option<String>,
    /// Why it failed.
    pub reason: Option<Reason>,
}

/// The states of a registration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RegistrationState {
    /// Asked, or about to ask.
    Registering,
    /// Bound, and kept so.
    Registered,
    /// Refused or unreachable; see `retry_at`.
    Failed,
    /// Removed on demand.
    Unregistered,
}

/// How a subscription stands, over all its usages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubscriptionEvent {
    /// Which.
    pub id: SubscriptionId,
    /// The state.
    pub state: SubscriptionState,
    /// When the soonest usage runs out.
    pub expires_at: Option<Moment>,
    /// The next attempt, if it is waiting to retry.
    pub retry_at: Option<Moment>,
    /// Live dialogs.
    pub notifiers: u32,
    /// Why it ended or waits.
    pub reason: Option<Reason>,
}

/// The states of a subscription (RFC 6665 §4.1.2, with what lies around it).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SubscriptionState {
    /// A SUBSCRIBE is out (or about to be); no NOTIFY yet.
    NotifyWait,
    /// The notifier has not got its user's decision yet.
    Pending,
    /// State is flowing.
    Active,
    /// Over, and not tried again by itself.
    Terminated,
    /// Over for now; tried again at `retry_at`.
    WaitingToRetry,
}

/// What a NOTIFY's Subscription-State said (RFC 6665 §4.1.3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Substate {
    /// `pending`.
    Pending,
    /// `active`.
    Active,
    /// `terminated`, with its reason token if there was one.
    Terminated(Option<String>),
    /// Any other token: the state stays as it was (EV-023).
    Unknown(String),
}

/// How a publication stands (RFC 3903).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicationEvent {
    /// Which.
    pub id: PublicationId,
    /// The state.
    pub state: PublicationState,
    /// When it runs out.
    pub expires_at: Option<Moment>,
    /// The next attempt, if it failed and will be tried again.
    pub retry_at: Option<Moment>,
    /// Why it failed.
    pub reason: Option<Reason>,
}

/// The states of a publication.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PublicationState {
    /// Asked, or about to ask.
    Publishing,
    /// The server holds it, and it is kept so.
    Published,
    /// Refused or unreachable; see `retry_at`.
    Failed,
    /// Removed on demand.
    Removed,
}

/// Why something failed or ended, as the other side or the transport told it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// A final response: code and reason phrase.
    Response(u16, String),
    /// A `terminated` NOTIFY: its reason token, if any.
    Terminated(Option<String>),
    /// No answer in time (Timer F), or no NOTIFY in time (Timer N).
    TimedOut,
    /// No way to the server.
    Flow(FlowError),
    /// The password was refused, or there is none; with 401 or 407.
    Credentials(u16),
    /// The other side broke the protocol; what it did.
    Protocol(String),
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Response(code, phrase) => write!(f, "{code} {phrase}"),
            Self::Terminated(Some(token)) => f.write_str(token),
            Self::Terminated(None) => f.write_str("terminated"),
            Self::TimedOut => f.write_str("no answer in time"),
            Self::Flow(error) => write!(f, "{error}"),
            Self::Credentials(407) => f.write_str("407 Proxy Authentication Required"),
            Self::Credentials(_) => f.write_str("401 Unauthorized"),
            Self::Protocol(fault) => f.write_str(fault),
        }
    }
}

/// What was wrong with a body; decides how the NOTIFY is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BodyFault {
    /// The type is not one we take: 415 with Accept (EV-072).
    UnsupportedType,
    /// The body is packed in a way we do not read: 415 with Accept-Encoding (EV-072).
    UnsupportedCoding,
    /// The type is right but the body cannot be read: 200, the last state stays, and one refresh is asked for at
    /// most once a minute (RB-001).
    Unusable,
    /// The body is right but something before it was missed: 200, and a refresh for full state.
    Gap,
}
