//! The answer to a request on a stream whose end cannot be found.

use bytes::Bytes;

use crate::engine::Flow;
use crate::sip::{Limits, Message, ResponseBuilder};

/// 400 for the head of a request that could not be framed (RFC 3261 §18.3); nothing for a response or an ACK.
pub(super) fn refusal(head: &Bytes, flow: Flow) -> Option<Bytes> {
    let message = Message::parse_head(head.clone(), &Limits::default()).ok()?;
    let line = message.request_line()?;
    if line.method == "ACK" {
        return None;
    }
    ResponseBuilder::new(&message, 400, "Bad Content-Length")
        .to_tag(format!("{:08x}", getrandom::u32().unwrap_or_default()))
        .received(flow.remote.ip(), flow.remote.port())
        .build()
        .ok()
}
