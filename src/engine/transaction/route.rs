//! Where a response goes (RFC 3261 §18.2.2, RFC 3581 §4).

use std::net::SocketAddr;

use super::super::Flow;
use crate::sip::Via;

/// The flow on which the response to a request goes, given the flow on which the request came and its topmost Via.
///
/// On a stream it is the same connection. On UDP it is the socket the request came to and the address it came from,
/// with the port that `rport` asks for or sent-by names. A `maddr` is not obeyed: it would let anybody point our
/// responses at a third party, and there is no multicast here.
pub fn response_flow(flow: Flow, via: &Via<'_>) -> Flow {
    if flow.transport.is_reliable() || via.rport.is_some() {
        return flow;
    }
    let port = via.port.unwrap_or_else(|| flow.transport.default_port());
    Flow {
        remote: SocketAddr::new(flow.remote.ip(), port),
        ..flow
    }
}
