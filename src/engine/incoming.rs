//! Requests from outside: who gets which answer (RFC 3261 §8.2, §11), and how many strangers get one (RB-005).

use std::collections::VecDeque;

use bytes::Bytes;

use super::engine::Engine;
use super::entropy::{Entropy, Tag};
use super::registration::extensions;
use super::request::{ALLOW, ALLOW_WITH_SUBSCRIBE};
use super::transaction::{ServerId, response_flow};
use super::{Event, Flow, Moment, NotifyToken, Output, SubscriptionId, UsageId, limits};
use crate::sip::{HeaderName, Message, Method, ResponseBuilder, Transport};

/// What is needed to answer requests.
#[derive(Debug)]
pub(crate) struct Incoming {
    /// To tag of answers outside a dialog.
    tag: Tag,
    pending: VecDeque<PendingAnswer>,
    serial: u64,
    strangers: Allowance,
    /// Also our own servers get only so many answers to what belongs to nothing: a datagram's sender can be forged.
    servers: Allowance,
}

/// A NOTIFY that the room above is looking at.
#[derive(Debug)]
pub(crate) struct PendingAnswer {
    token: NotifyToken,
    pub(super) server: ServerId,
    pub(super) flow: Flow,
    pub(super) message: Message,
    /// The usage; `None` for a NOTIFY nobody asked for.
    pub(super) subscription: Option<(SubscriptionId, UsageId)>,
    pub(super) makes_dialog: bool,
}

/// An answer to be built.
#[derive(Debug)]
pub(crate) struct Answer {
    code: u16,
    dialog: bool,
    /// Our Contact in it, where it is not the address on the flow.
    contact: Option<String>,
    /// With the methods that are taken.
    allow: bool,
    /// The To tag of a dialog that it makes.
    tag: Option<Tag>,
    headers: Vec<(HeaderName, String)>,
    /// What is left out where the answer has to be short.
    optional: Vec<(HeaderName, String)>,
}

impl Answer {
    pub(crate) fn code(code: u16) -> Self {
        Self {
            code,
            dialog: false,
            contact: None,
            allow: matches!(code, 405 | 501),
            tag: None,
            headers: Vec::new(),
            optional: Vec::new(),
        }
    }

    /// It makes a dialog: Record-Route is echoed and our Contact added (EV-019).
    pub(crate) fn dialog(mut self) -> Self {
        self.dialog = true;
        self
    }

    /// With this Contact.
    pub(crate) fn contact(mut self, contact: Option<String>) -> Self {
        self.contact = contact;
        self
    }

    /// With this To tag, which names a dialog.
    pub(crate) fn tag(mut self, tag: Tag) -> Self {
        self.tag = Some(tag);
        self
    }

    /// With the methods that are taken.
    fn allow(mut self) -> Self {
        self.allow = true;
        self
    }

    /// With an Accept header, unless there is nothing to accept.
    pub(crate) fn accept(self, types: String) -> Self {
        if types.is_empty() {
            return self;
        }
        self.header(HeaderName::Accept, types)
    }

    pub(crate) fn header(mut self, name: HeaderName, value: String) -> Self {
        self.headers.push((name, value));
        self
    }

    /// Without what it need not say.
    fn shorter(mut self) -> Self {
        // Only 405 has to name the methods (RFC 3261 §8.2.1).
        self.allow = self.code == 405;
        self.optional.clear();
        self
    }
}

impl Incoming {
    pub(crate) fn new(entropy: &mut Entropy) -> Self {
        Self {
            tag: entropy.tag(),
            pending: VecDeque::new(),
            serial: 0,
            strangers: Allowance::full(),
            servers: Allowance::full(),
        }
    }

    pub(crate) fn await_answer(
        &mut self,
        server: ServerId,
        flow: Flow,
        message: Message,
        subscription: Option<(SubscriptionId, UsageId)>,
        makes_dialog: bool,
    ) -> NotifyToken {
        self.serial += 1;
        let token = NotifyToken(self.serial);
        self.pending.push_back(PendingAnswer {
            token,
            server,
            flow,
            message,
            subscription,
            makes_dialog,
        });
        token
    }

    pub(crate) fn take_answer(&mut self, token: NotifyToken) -> Option<PendingAnswer> {
        let at = self
            .pending
            .iter()
            .position(|pending| pending.token == token)?;
        self.pending.remove(at)
    }

    /// How many NOTIFYs the room above is looking at.
    pub(crate) fn awaited(&self) -> usize {
        self.pending.len()
    }

    /// Whether one more request that belongs to nothing may be answered.
    pub(crate) fn may_answer(&mut self, now: Moment, known: bool) -> bool {
        let allowance = if known {
            &mut self.servers
        } else {
            &mut self.strangers
        };
        allowance.take(now)
    }
}

/// Answers that may still be given; it fills up with time.
#[derive(Debug)]
struct Allowance {
    left: f64,
    refilled: Moment,
}

impl Allowance {
    fn full() -> Self {
        Self {
            left: f64::from(limits::STRAY_ANSWERS),
            refilled: Moment::ZERO,
        }
    }

    fn take(&mut self, now: Moment) -> bool {
        let rate = f64::from(limits::STRAY_ANSWERS);
        let passed = now.saturating_since(self.refilled).as_secs_f64();
        self.refilled = now.max(self.refilled);
        self.left = (self.left + passed * rate).min(rate);
        let granted = self.left >= 1.0;
        if granted {
            self.left -= 1.0;
        }
        granted
    }
}

impl Engine {
    /// Routes a well-formed request to whoever serves it.
    pub(super) fn incoming_request(
        &mut self,
        now: Moment,
        flow: Flow,
        server: ServerId,
        message: &Message,
    ) {
        let method = message.method().unwrap_or(Method::Ack);
        match method {
            Method::Notify | Method::Options => {}
            Method::Subscribe if self.notifier.answers() => {}
            Method::Ack => return,
            Method::Cancel => return self.cancelled(now, server, flow, message),
            Method::Other(_) => return self.refuse_stray(now, server, flow, message, 501),
            // Also INVITE: a 6xx would end a call that also rings at the user's phone (RFC 3261 §16.7).
            _ => return self.refuse_stray(now, server, flow, message, 405),
        }
        let Ok(required) = message.require() else {
            return self.refuse_stray(now, server, flow, message, 400);
        };
        let notify = method == Method::Notify;
        let unknown: Vec<&str> = required
            .iter()
            .filter(|tag| !(notify && tag.eq_ignore_ascii_case("eventlist")))
            .collect();
        if !unknown.is_empty() {
            let answer = Answer::code(420).header(HeaderName::Unsupported, unknown.join(", "));
            let method = method.as_str();
            self.stray(
                &flow,
                format!("{method} that requires what nobody knows: 420"),
            );
            return self.answer_stranger(now, server, flow, message, answer);
        }
        match method {
            Method::Notify => self.notify(now, flow, server, message),
            Method::Subscribe => self.subscribed(now, flow, server, message),
            _ => {
                let mut answer = Answer::code(200).allow();
                answer.optional = self.capabilities();
                self.answer_stranger(now, server, flow, message, answer);
            }
        }
    }

    /// Answers a CANCEL. What it is for has its answer already, or gets it in this turn, and nothing else comes of it
    /// (EV-055, RFC 3261 §9.2).
    fn cancelled(&mut self, now: Moment, server: ServerId, flow: Flow, message: &Message) {
        if self.transactions.has_cancelled(message) {
            self.answer_stranger(now, server, flow, message, Answer::code(200));
        } else {
            self.refuse_stray(now, server, flow, message, 481);
        }
    }

    /// Builds and sends an answer to a request that belongs to something.
    pub(super) fn reply(
        &mut self,
        now: Moment,
        server: ServerId,
        flow: Flow,
        message: &Message,
        answer: &Answer,
    ) {
        if let Some(bytes) = self.render(flow, message, answer) {
            self.transactions.respond(now, server, bytes);
        }
    }

    /// Counts a request that belongs to nothing, and answers it unless there are too many of them.
    pub(super) fn refuse_stray(
        &mut self,
        now: Moment,
        server: ServerId,
        flow: Flow,
        message: &Message,
        code: u16,
    ) {
        let method = match message.method() {
            // Whatever a stranger invents is not repeated.
            Ok(Method::Other(_)) | Err(_) => "request".to_owned(),
            Ok(method) => method.as_str().to_owned(),
        };
        self.stray(&flow, format!("{method} that belongs to nothing: {code}"));
        self.answer_stranger(now, server, flow, message, Answer::code(code));
    }

    /// Answers a request that cannot be read, outside any transaction.
    pub(super) fn reject_malformed(
        &mut self,
        now: Moment,
        flow: Flow,
        message: &Message,
        code: u16,
    ) {
        let is_ack = message
            .request_line()
            .is_none_or(|line| line.method == Method::Ack.as_str());
        let Ok(via) = message.top_via() else { return };
        let known = self.hops.is_known(flow);
        if is_ack || !self.incoming.may_answer(now, known) {
            return;
        }
        let Some(bytes) = self.render(flow, message, &Answer::code(code)) else {
            return;
        };
        if known || may_be_sent(flow, message, bytes.len()) {
            let flow = response_flow(flow, &via);
            self.output(Output::Transmit { flow, bytes });
        }
    }

    /// A NOTIFY that the room above did not answer in its turn must not stay without an answer.
    pub(super) fn refuse_unanswered(&mut self, now: Moment) {
        while let Some(pending) = self.incoming.pending.pop_front() {
            let PendingAnswer {
                server,
                flow,
                message,
                subscription,
                ..
            } = pending;
            if let Some((id, usage)) = subscription {
                self.forget_tag(id, usage);
            }
            self.reply(now, server, flow, &message, &Answer::code(500));
        }
    }

    pub(super) fn stray(&mut self, flow: &Flow, what: String) {
        self.event(Event::Stray {
            what,
            from: flow.remote,
        });
    }

    pub(super) fn bad_input(&mut self, flow: &Flow, fault: String) {
        self.event(Event::BadInput {
            fault,
            from: flow.remote,
        });
    }

    /// Answers a request of somebody who may be anybody, unless there are too many of them.
    pub(super) fn answer_stranger(
        &mut self,
        now: Moment,
        server: ServerId,
        flow: Flow,
        message: &Message,
        answer: Answer,
    ) {
        let known = self.hops.is_known(flow);
        let fits = |bytes: &Bytes| known || may_be_sent(flow, message, bytes.len());
        let bytes = if self.incoming.may_answer(now, known) {
            self.render(flow, message, &answer)
                .filter(fits)
                .or_else(|| self.render(flow, message, &answer.shorter()).filter(fits))
        } else {
            None
        };
        match bytes {
            Some(bytes) => self.transactions.respond(now, server, bytes),
            // Without an answer nothing of it is kept, and no 100 is due later.
            None => self.transactions.ignore(server),
        }
    }

    /// The methods that are taken (EV-008).
    pub(super) fn allow(&self) -> &'static str {
        if self.notifier.answers() {
            ALLOW_WITH_SUBSCRIBE
        } else {
            ALLOW
        }
    }

    /// What an OPTIONS asks for beside the methods (RFC 3261 §11.2, RFC 6665 §4.4.4). Texts are shown as they come, so
    /// that every language will do. Allow-Events names only what is answered for, not what can be subscribed to.
    fn capabilities(&self) -> Vec<(HeaderName, String)> {
        let mut headers = vec![
            (HeaderName::AcceptEncoding, self.config.codings.clone()),
            (HeaderName::AcceptLanguage, "*".to_owned()),
            (HeaderName::Supported, extensions(&self.config)),
        ];
        if !self.config.media_types.is_empty() {
            headers.insert(0, (HeaderName::Accept, self.config.media_types.join(", ")));
        }
        if let Some(package) = self.notifier.package() {
            headers.push((HeaderName::AllowEvents, package.to_owned()));
        }
        headers
    }

    fn render(&self, flow: Flow, message: &Message, answer: &Answer) -> Option<Bytes> {
        let tag = answer.tag.unwrap_or(self.incoming.tag);
        let mut builder = ResponseBuilder::new(message, answer.code, "")
            .to_tag(tag.as_str())
            .received(flow.remote.ip(), flow.remote.port());
        if answer.dialog {
            let secure = message
                .request_line()
                .is_some_and(|line| line.uri.starts_with("sips:"));
            let contact = match &answer.contact {
                Some(contact) => contact.clone(),
                None => format!("<{}>", self.contact_on(&flow, secure)),
            };
            builder = builder
                .record_route_echo()
                .header(HeaderName::Contact, contact);
        }
        if answer.allow {
            builder = builder.header(HeaderName::Allow, self.allow());
        }
        for (name, value) in answer.headers.iter().chain(&answer.optional) {
            builder = builder.header(*name, value);
        }
        builder.build().ok()
    }
}

/// A datagram to a stranger is never larger than the one it answers: nobody gets more out of us than he put in.
fn may_be_sent(flow: Flow, message: &Message, size: usize) -> bool {
    flow.transport != Transport::Udp || size <= message.bytes().len()
}
