//! What a SIP message is: framing, headers, typed readers and writers, URIs, digest. Pure; no I/O.
//!
//! - [`Message`] keeps the bytes it came in and an ordered table of its headers; nothing is decoded until it is asked for.
//!   Each typed reader ([`Message::from`], [`Message::vias`], [`Message::event`], ...) reads the whole value or says what
//!   is wrong with it and where ([`HeaderError`]). A fault in a header that nobody reads never rejects a message.
//! - [`RequestBuilder`] and [`ResponseBuilder`] write messages. No CR, LF or NUL ever gets inside a value.
//! - [`framing::StreamFramer`] cuts a stream into messages.
//! - [`Uri`] reads, writes and compares URIs.
//! - [`digest`] answers and checks challenges.
//! - [`disclose`] keeps secrets out of what people are shown.
//!
//! Input never panics; its size is bounded by [`Limits`].

mod build;
pub mod digest;
pub mod disclose;
pub mod framing;
mod header;
mod header_name;
pub mod limits;
mod message;
mod method;
mod scan;
mod secret;
mod status;
mod transport;
mod uri;

pub use build::{BuildError, RequestBuilder, ResponseBuilder};
pub use header::{
    CSeq, Contact, Contacts, ContentDisposition, ContentType, Element, Event, Fault, HeaderError,
    MediaRange, NameAddr, Param, Params, RetryAfter, SubscriptionState, TokenList, Values, Via,
    Warning,
};
pub use header_name::HeaderName;
pub use limits::Limits;
pub use message::{Headers, Message, MessageError, RawHeader, RequestLine, StatusLine};
pub use method::Method;
pub use secret::Secret;
pub use status::reason_phrase;
pub use transport::Transport;
pub use uri::{Host, Scheme, Uri, UriError};
