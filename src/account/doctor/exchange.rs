//! Single requests, one after the other, without an engine: what an examination asks a server outside of everything else.

use std::collections::HashMap;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};

use crate::account::clock::Clock;
use crate::account::run::Machine;
use crate::engine::transaction::{Received, TransactionOutput, Transactions};
use crate::engine::{EngineConfig, Flow, FlowError, FlowRequest, NextHop, Reason};
use crate::net::{NetEvent, Network, Trust};
use crate::sip::digest::{Answer, Challenge, Credentials};
use crate::sip::{HeaderName, Limits, Message, Method, RequestBuilder};

/// A network, and whoever speaks on it.
pub(super) struct Line {
    pub(super) network: Network,
    pub(super) account: EngineConfig,
    pub(super) trust: Trust,
    events: mpsc::Receiver<NetEvent>,
    transactions: Transactions,
    clock: Clock,
    flows: HashMap<NextHop, Flow>,
    number: u64,
}

/// A request to send.
pub(super) struct Question<'a> {
    pub(super) method: Method,
    /// The Request-URI.
    pub(super) uri: &'a str,
    pub(super) route: Option<&'a str>,
    pub(super) headers: &'a [(HeaderName, String)],
}

impl Line {
    pub(super) fn new(machine: Machine, account: EngineConfig) -> Self {
        Self {
            network: machine.network,
            account,
            trust: machine.trust,
            events: machine.events,
            transactions: Transactions::new(),
            clock: Clock::start(),
            flows: HashMap::new(),
            number: 0,
        }
    }

    /// Closes everything.
    pub(super) async fn hang_up(self) {
        self.network.shutdown().await;
    }

    /// Asks, and answers one challenge with the account's password.
    pub(super) async fn ask(
        &mut self,
        next_hop: &NextHop,
        question: &Question<'_>,
    ) -> Result<Message, Reason> {
        let flow = self.flow(next_hop).await.map_err(Reason::Flow)?;
        let first = self.send(flow, question, None).await?;
        if !matches!(first.status(), Some(401 | 407)) {
            return Ok(first);
        }
        match self.authorise(question, &first) {
            Some(credentials) => self.send(flow, question, Some(credentials)).await,
            None => Ok(first),
        }
    }

    /// A flow to a next hop, opened when it is first needed.
    async fn flow(&mut self, next_hop: &NextHop) -> Result<Flow, FlowError> {
        if let Some(flow) = self.flows.get(next_hop) {
            return Ok(*flow);
        }
        self.number += 1;
        let wanted = FlowRequest(self.number);
        self.network.open_flow(wanted, next_hop.clone(), Vec::new());
        while let Some(event) = self.events.recv().await {
            match event {
                NetEvent::FlowOpened { request, flow, .. } if request == wanted => {
                    self.flows.insert(next_hop.clone(), flow);
                    return Ok(flow);
                }
                NetEvent::FlowFailed { request, error } if request == wanted => return Err(error),
                _ => {}
            }
        }
        Err(FlowError::Closed {
            address: next_hop.host.clone(),
            detail: "the network has ended".to_owned(),
        })
    }

    async fn send(
        &mut self,
        flow: Flow,
        question: &Question<'_>,
        credentials: Option<(HeaderName, String)>,
    ) -> Result<Message, Reason> {
        let branch = format!("z9hG4bK{}", random().map_err(unwritable)?);
        let tag = random().map_err(unwritable)?;
        let own = self.account.address.without_params();
        self.number += 1;
        let mut builder = RequestBuilder::new(&question.method, question.uri)
            .header(
                HeaderName::Via,
                format!(
                    "SIP/2.0/{} {};branch={branch};rport",
                    flow.transport.via_token(),
                    flow.local
                ),
            )
            .header_opt(HeaderName::Route, question.route)
            .header(HeaderName::MaxForwards, "70")
            .header(HeaderName::From, format!("<{own}>;tag={tag}"))
            .header(HeaderName::To, format!("<{}>", question.uri))
            .header(HeaderName::CallId, format!("{tag}{}", self.number))
            .header(
                HeaderName::CSeq,
                format!("{} {}", self.number, question.method),
            )
            .header(HeaderName::UserAgent, &self.account.user_agent);
        for (name, value) in question.headers.iter().chain(&credentials) {
            builder = builder.header(*name, value);
        }
        let bytes = builder.build().map_err(unwritable)?;
        let now = self.clock.now().moment;
        let method = &question.method;
        let client = self
            .transactions
            .send_request(now, flow, &branch, method, bytes);
        let limit = Instant::now() + ANSWER_WITHIN;
        loop {
            while let Some(output) = self.transactions.poll() {
                match output {
                    TransactionOutput::Transmit { flow, bytes } => {
                        self.network.transmit(flow, bytes);
                    }
                    TransactionOutput::TimedOut(id) if id == client => {
                        return Err(Reason::TimedOut);
                    }
                    TransactionOutput::Failed(id, error) if id == client => {
                        self.flows.retain(|_, known| known.id != flow.id);
                        return Err(Reason::Flow(error));
                    }
                    TransactionOutput::TimedOut(_) | TransactionOutput::Failed(..) => {}
                }
            }
            let due = self.transactions.next_timeout();
            let due = due.map_or(limit, |due| self.clock.instant(due).into());
            tokio::select! {
                event = self.events.recv() => match event {
                    Some(NetEvent::Received { flow, bytes }) => {
                        let limits = Limits::default();
                        let parsed = if flow.transport.is_reliable() {
                            Message::parse_stream(bytes, &limits)
                        } else {
                            Message::parse_datagram(bytes, &limits)
                        };
                        let Ok(message) = parsed else { continue };
                        let now = self.clock.now().moment;
                        let received = self.transactions.receive(now, flow, &message);
                        let is_ours = matches!(
                            received,
                            Received::Response { client: id, provisional: false } if id == client
                        );
                        if is_ours {
                            return Ok(message);
                        }
                    }
                    Some(NetEvent::FlowClosed { flow, error }) => {
                        self.transactions.flow_closed(flow, &error);
                    }
                    Some(_) => {}
                    None => return Err(Reason::TimedOut),
                },
                () = sleep_until(due.min(limit)) => {
                    if Instant::now() >= limit {
                        self.transactions.abandon(client);
                        return Err(Reason::TimedOut);
                    }
                    self.transactions.handle_timeout(self.clock.now().moment);
                }
            }
        }
    }

    fn authorise(
        &self,
        question: &Question<'_>,
        refusal: &Message,
    ) -> Option<(HeaderName, String)> {
        let credentials = Credentials {
            username: self.account.digest_user(),
            password: self.account.password.clone()?,
        };
        let headers = [
            (HeaderName::WwwAuthenticate, false),
            (HeaderName::ProxyAuthenticate, true),
        ];
        let mut challenges = headers.into_iter().flat_map(|(name, proxy)| {
            let values = refusal.headers(name);
            let read = values
                .filter_map(move |value| Challenge::parse_all(value.text().ok()?, proxy).ok());
            read.flatten()
        });
        let realm = self.account.realm.as_deref();
        let challenge = challenges.find(|challenge| {
            let strong = challenge.algorithm.strength() > 0 && !challenge.qop.is_empty();
            let strong = strong || !self.account.strong_digest;
            strong && realm.is_none_or(|realm| realm == challenge.realm)
        })?;
        let cnonce = random().ok()?;
        let answer = challenge.answer(
            &credentials,
            &Answer {
                method: question.method.as_str(),
                uri: question.uri,
                body: &[],
                cnonce: &cnonce,
                nc: 1,
                prefer_integrity: false,
                session: None,
            },
        );
        Some((challenge.answer_header(), answer))
    }
}

fn unwritable(error: impl std::fmt::Display) -> Reason {
    Reason::Protocol(error.to_string())
}

fn random() -> Result<String, getrandom::Error> {
    Ok(format!("{:016x}", getrandom::u64()?))
}

/// For one answer: long enough for several repetitions over UDP.
const ANSWER_WITHIN: Duration = Duration::from_secs(8);
