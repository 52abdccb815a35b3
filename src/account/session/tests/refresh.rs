//! What a person asks for on the screen of connections.

use super::*;
use crate::account::command::Part;
use crate::engine::{Flow, FlowId, Input, Output};
use crate::sip::Transport;

/// The requests that the engine sends now.
fn sent(session: &mut Session) -> Vec<String> {
    let mut sent = Vec::new();
    loop {
        match session.engine.poll_output() {
            Output::OpenFlow { request, .. } => {
                let flow = Flow {
                    id: FlowId(1),
                    transport: Transport::Udp,
                    local: "192.0.2.1:5060".parse().unwrap(),
                    remote: "192.0.2.2:5060".parse().unwrap(),
                };
                let opened = Input::FlowOpened {
                    request,
                    flow,
                    away: false,
                };
                session.engine.handle_input(now().moment, opened);
            }
            Output::Transmit { bytes, .. } => {
                let text = String::from_utf8_lossy(&bytes).into_owned();
                sent.push(text.split(' ').next().unwrap_or_default().to_owned());
            }
            Output::Timeout(_) => return sent,
            _ => {}
        }
    }
}

#[test]
fn a_registration_is_refreshed_only_where_there_is_to_be_one() {
    let mut session = session();
    assert_eq!(sent(&mut session), ["REGISTER"]);
    session.command(now(), Command::Refresh(Part::Registration));
    session.config.register = false;
    session.command(now(), Command::Refresh(Part::Registration));
    // There is no subscription of that number, and nothing happens.
    session.command(now(), Command::Refresh(Part::Subscription(999)));
    session.command(now(), Command::Resubscribe { id: 999 });
    assert_eq!(
        sent(&mut session),
        Vec::<String>::new(),
        "the first is under way"
    );
}
