//! Which server each flow of the registration leads to, and why not to the first of its domain.

use serde::Serialize;

use super::clock::Now;
use super::plain::plain;
use super::session::Session;
use crate::net::Server;

/// The server in use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ServedBy {
    /// The name that was looked up, or a numeric address.
    pub host: String,
    /// Where the server is.
    pub address: String,
    /// `UDP`, `TCP`, `TLS`.
    pub transport: &'static str,
    /// Its place in the order in which the domain wants its servers to be tried, beginning with 1.
    pub place: usize,
    /// How many there are.
    pub of: usize,
    /// Why those before it are not used, each in words.
    pub passed_over: Vec<String>,
    /// Time until better ones are looked for again, at the earliest.
    pub look_again_s: Option<u64>,
}

impl Session {
    /// The servers to which the flows of the registration lead.
    pub(super) fn served_by(&self, now: Now) -> Vec<ServedBy> {
        let flows = self.engine.registration_flows().into_iter();
        let server = |at| {
            let mut servers = self.servers.iter().rev();
            servers.find(|server| (server.target.address, server.target.transport) == at)
        };
        flows
            .filter_map(|flow| server(flow.server?))
            .map(|server| self.of_server(now, server))
            .collect()
    }

    fn of_server(&self, now: Now, server: &Server) -> ServedBy {
        let (place, of) = server.place();
        let again = self.engine.better_server_at(&server.next_hop);
        ServedBy {
            host: plain(&server.next_hop.host).into_owned(),
            address: server.target.address.to_string(),
            transport: server.target.transport.via_token(),
            place,
            of,
            passed_over: server
                .passed_over
                .iter()
                .map(|passed| plain(&passed.to_string()).into_owned())
                .collect(),
            look_again_s: again.map(|at| now.seconds_until(at)),
        }
    }
}
