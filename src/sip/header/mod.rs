//! Typed header values: each reader consumes a whole value or says what is wrong with it.

mod content;
mod error;
mod event;
mod list;
mod name_addr;
mod params;
mod scalar;
mod via;

pub use content::{ContentDisposition, ContentType, MediaRange};
pub(crate) use content::{content_disposition, content_type, media_range};
pub use error::{Element, Fault, HeaderError};
pub use event::{Event, SubscriptionState};
pub(crate) use event::{event, subscription_state};
pub(crate) use list::raw_element;
pub use list::{TokenList, Values};
pub use name_addr::{Contact, Contacts, NameAddr};
pub(crate) use name_addr::{contact, name_addr};
pub(crate) use params::params;
pub use params::{Param, Params};
pub use scalar::{CSeq, RetryAfter, Warning};
pub(crate) use scalar::{
    call_id, content_length, cseq, date, max_forwards, retry_after, seconds, warning,
};
pub use via::Via;
pub(crate) use via::via;
