//! Numbers beyond which the engine does not go. Everything a peer can make grow has a bound here.

use std::time::Duration;

/// Server transactions kept at a time, answered ones included; in a flood the oldest are dropped and counted. At a
/// thousand NOTIFYs a second this is half of Timer J, in about ten megabytes.
pub const SERVER_TRANSACTIONS: usize = 16_384;

/// How often one response is sent again: as often as Timer E repeats a request (RFC 3261 §17.1.2.2). Who repeats more
/// wants something else than the answer.
pub const RESPONSES_AGAIN: u8 = 11;

/// Route values kept of a dialog.
pub const ROUTES: usize = 16;
/// Challenges answered for one request before it counts as failed (AU-013).
pub const CHALLENGE_ROUNDS: u8 = 3;
/// Realms of which it is remembered how strong their challenges were (AU-004); an account has no more than two.
pub const DIGEST_OFFERS: usize = 8;
/// Requests out at a time to one server, also during an orderly stop. Beyond go only REGISTER, what is then published,
/// and what another server has left without an answer (RB-008).
pub const WINDOW: usize = 50;
/// Servers of which it is remembered how fast they answer; one for which requests wait is never forgotten (RB-008).
pub const SERVERS: usize = 256;
/// Servers remembered that asked for a pause, or did not answer.
pub const PAUSES: usize = 16;
/// Next hops remembered.
pub const HOPS: usize = 1024;
/// Other servers tried for one request (TX-017).
pub const FAILOVERS: usize = 4;
/// Dialogs of one subscription; later forks are refused with 481 and counted.
pub const USAGES: usize = 64;
/// Targets tried in one chain of redirections (EV-036).
pub const REDIRECTIONS: usize = 8;
/// Bytes of a request on UDP when the path's MTU is not known (RFC 3261 §18.1.1).
pub const DATAGRAM: usize = 1300;
/// Answers a second to requests that belong to nothing (RB-005).
pub const STRAY_ANSWERS: u32 = 100;
/// Watchers that the account itself serves; more are refused with 480. Their NOTIFYs are no burden to a desk.
pub const WATCHERS: usize = 500;
/// Those of them about whom nothing is decided; more may ask later, so that there is room for those who are allowed.
pub const PENDING_WATCHERS: usize = 400;
/// Devices, or dialogs that are left over, of one such watcher.
pub const USAGES_OF_WATCHER: usize = 16;
/// NOTIFYs to watchers on their way at a time; the rest of [`WINDOW`] is for the account's own requests.
pub const NOTIFIES: usize = 32;
/// Those of them that go to watchers who have not answered any yet: a crowd that never does holds up nobody else.
pub const NEW_NOTIFIES: usize = 24;
/// Dialogs remembered after their end, to answer what is still under way (EV-049).
pub const DEPARTED: usize = 256;
/// Bytes of an entity tag that is kept (RFC 5839); a longer one is not used.
pub const ENTITY_TAG: usize = 256;
/// However impatient a server says it is, keep-alives are not sent more often.
pub const SHORTEST_KEEP_ALIVE: Duration = Duration::from_secs(5);
/// However patient it is, they are sent as often as on battery (RFC 5626 §4.4.1).
pub const LONGEST_KEEP_ALIVE: Duration = Duration::from_secs(840);
/// Attributes of a STUN answer that are looked at; the one that counts is among the first.
pub const STUN_ATTRIBUTES: usize = 32;
/// Outbound proxies of an account; RFC 5626 §4.2.1 asks for four. More are left out.
pub const PROXIES: usize = 4;
/// Contacts of earlier flows that a REGISTER takes back (RFC 3261 §10.2.2).
pub const CONTACTS_LEFT: usize = 4;
/// Servers whose habits are remembered.
pub const HABITS: usize = 64;
/// Outputs kept when nobody polls; more is a fault of the caller.
pub const OUTPUTS: usize = 1 << 20;
