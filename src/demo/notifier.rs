//! Subscriptions and their NOTIFYs (RFC 6665 §4.2).

use std::collections::BTreeMap;
use std::time::Duration;

use super::answer::Answer;
use super::documents::{Watched, watched};
use super::limits::{FORKS, SUBSCRIPTIONS};
use super::registrar::granted;
use super::server::{Server, bad_event};
use super::subscription::{Dialog, Ending, Package, Subscription, Substate};
use crate::engine::transaction::ClientId;
use crate::engine::{Flow, FlowId, Moment};
use crate::package::watcher_info::{State, WatcherEvent};
use crate::rules::Decision;
use crate::sip::{Contact, HeaderName, Message, Method, NameAddr, RequestBuilder, Transport, Uri};

impl Server {
    /// Answers a SUBSCRIBE.
    pub(super) fn subscribe(
        &mut self,
        now: Moment,
        flow: Flow,
        request: &Message,
        watcher: &str,
    ) -> Result<Answer, Answer> {
        let bad = |_| Answer::new(400);
        let wish = self.read_subscribe(request)?;
        if request.to().map_err(bad)?.tag().is_some() {
            return self.refresh(now, flow, request, &wish.event, &wish.target, wish.expires);
        }
        let uri = request.request_line().map_or("", |line| line.uri);
        let presentity = self.local_aor(uri).ok_or_else(|| Answer::new(404))?;
        let state = self.admit(now, wish.package, &presentity, watcher)?;
        if self.subscriptions.len() + FORKS > SUBSCRIPTIONS {
            return Err(Answer::new(503).with(HeaderName::RetryAfter, "30"));
        }
        let mut answer = Answer::new(200);
        for notifier in 0..=self.faults.extra_notifiers.min(FORKS - 1) {
            let tag = self.token();
            let mut dialog = dialog(self, flow, request, &wish.target, &tag, notifier)?;
            dialog.event.clone_from(&wish.event);
            if notifier == 0 {
                answer = answer
                    .with(HeaderName::Expires, wish.expires.to_string())
                    .with(HeaderName::Contact, dialog.contact.clone());
                answer.to_tag = Some(tag);
                answer.makes_dialog = true;
            }
            let from = request.from().map_err(bad)?;
            let watcher_id = self.token();
            let id = self.insert(Subscription {
                package: wish.package,
                presentity: presentity.clone(),
                watcher: watcher.to_owned(),
                display_name: from.display.map(std::borrow::Cow::into_owned),
                state,
                started: now,
                expires_at: now + Duration::from_secs(wish.expires.into()),
                ending: None,
                watcher_id,
                event: WatcherEvent::Subscribe,
                dialog: Some(dialog),
                outstanding: None,
                news: false,
                version: 0,
                full: true,
                changed: BTreeMap::new(),
                documents: wish.documents.clone(),
            });
            if wish.expires == 0 {
                self.end(now, id, Ending::Timeout);
            }
        }
        Ok(answer)
    }

    /// What a SUBSCRIBE asks for, or the answer to one that cannot be served.
    fn read_subscribe(&self, request: &Message) -> Result<Wish, Answer> {
        let bad = |_| Answer::new(400);
        let event = request.event().map_err(bad)?.ok_or_else(bad_event)?;
        let package = Package::parse(event.package).ok_or_else(bad_event)?;
        let event = match event.id {
            Some(id) => format!("{};id={id}", package.token()),
            None => package.token().to_owned(),
        };
        let asked = request.expires().map_err(bad)?.unwrap_or(DEFAULT_EXPIRY_S);
        let expires = match asked {
            0 => 0,
            asked => granted(asked, self.expiry)?,
        };
        let kind = package.content_type();
        if let Some(accept) = request.accept().map_err(bad)?
            && !accept.iter().any(|range| range.covers(kind))
        {
            return Err(Answer::new(406).with(HeaderName::Accept, kind));
        }
        let in_dialog = request.to().map_err(bad)?.tag().is_some();
        let documents = if package == Package::Documents && !in_dialog {
            watched(request)?
        } else {
            Watched::default()
        };
        let mut contacts = request.contacts();
        let target = match (contacts.next(), contacts.next()) {
            (Some(Ok(Contact::Address(contact))), None) => contact.uri.to_owned(),
            _ => return Err(Answer::reason(400, "One Contact Needed")),
        };
        Uri::parse(&target).map_err(|_| Answer::reason(400, "Bad Contact"))?;
        Ok(Wish {
            package,
            event,
            target,
            expires,
            documents,
        })
    }

    /// Whether a watcher may subscribe, and to begin with in which state.
    pub(super) fn admit(
        &self,
        now: Moment,
        package: Package,
        presentity: &str,
        watcher: &str,
    ) -> Result<Substate, Answer> {
        if self.auth.user(presentity).is_none() {
            return Err(Answer::new(404));
        }
        match package {
            Package::Presence => match self.decide(now, presentity, watcher) {
                Decision::Block => Err(Answer::new(403)),
                Decision::Confirm | Decision::Undecided => Ok(Substate::Pending),
                Decision::PoliteBlock | Decision::Allow => Ok(Substate::Active),
            },
            _ if presentity == watcher => Ok(Substate::Active),
            _ => Err(Answer::new(403)),
        }
    }

    /// Adds a subscription and tells those who want to know.
    pub(super) fn insert(&mut self, subscription: Subscription) -> u64 {
        self.last_id += 1;
        let id = self.last_id;
        if let Some(dialog) = &subscription.dialog {
            self.dialogs.insert(dialog.key(), id);
        }
        self.expiries.schedule(subscription.expires_at, id);
        if subscription.package == Package::Presence {
            self.forget_waiting(
                &subscription.presentity,
                &subscription.watcher,
                &WatcherEvent::GiveUp,
            );
        }
        let (presentity, watching) = (subscription.presentity.clone(), subscription.watching());
        let tells = subscription.package == Package::Presence;
        self.subscriptions.insert(id, subscription);
        if tells {
            self.watcher_changed(&presentity, &watching);
        }
        self.dirty.insert(id);
        id
    }

    /// A SUBSCRIBE inside a dialog: a refresh, or with Expires 0 the end.
    fn refresh(
        &mut self,
        now: Moment,
        flow: Flow,
        request: &Message,
        event: &str,
        target: &str,
        expires: u32,
    ) -> Result<Answer, Answer> {
        let bad = |_| Answer::new(400);
        let tag = |address: NameAddr<'_>| address.tag().unwrap_or_default().to_owned();
        let key = (
            request.call_id().map_err(bad)?.to_owned(),
            tag(request.to().map_err(bad)?),
            tag(request.from().map_err(bad)?),
        );
        let cseq = request.cseq().map_err(bad)?.number;
        let gone = || Answer::new(481);
        let id = *self.dialogs.get(&key).ok_or_else(gone)?;
        let subscription = self.subscriptions.get_mut(&id).ok_or_else(gone)?;
        let dialog = subscription.dialog.as_mut().ok_or_else(gone)?;
        if dialog.event != event {
            return Err(gone());
        }
        if cseq <= dialog.remote_cseq {
            return Err(Answer::reason(500, "CSeq Out Of Order"));
        }
        dialog.remote_cseq = cseq;
        dialog.flow = flow;
        target.clone_into(&mut dialog.target);
        let contact = dialog.contact.clone();
        subscription.full = true;
        if expires == 0 {
            self.end(now, id, Ending::Timeout);
        } else {
            let at = now + Duration::from_secs(expires.into());
            subscription.expires_at = at;
            self.expiries.schedule(at, id);
            self.dirty.insert(id);
        }
        Ok(Answer::new(200)
            .with(HeaderName::Expires, expires.to_string())
            .with(HeaderName::Contact, contact))
    }

    /// Lets the next NOTIFY be the last.
    pub(super) fn end(&mut self, now: Moment, id: u64, ending: Ending) {
        let Some(subscription) = self.subscriptions.get_mut(&id) else {
            return;
        };
        subscription.ending = Some(ending);
        subscription.full = true;
        self.dirty.insert(id);
        if subscription.package == Package::Presence {
            let (presentity, watching) = (subscription.presentity.clone(), subscription.watching());
            if subscription.state == Substate::Pending && ending == Ending::Timeout {
                self.keep_waiting(now, &presentity, watching);
            } else {
                self.watcher_changed(&presentity, &watching.ended(ending.event()));
            }
        }
    }

    pub(super) fn expire_subscriptions(&mut self, now: Moment) {
        while let Some((at, id)) = self.expiries.pop_due(now) {
            let subscription = self.subscriptions.get(&id);
            if subscription.is_some_and(|s| s.expires_at == at && s.ending.is_none()) {
                self.end(now, id, Ending::Timeout);
            }
        }
    }

    /// What a presentity shows has changed.
    pub(super) fn presence_changed(&mut self, presentity: &str) {
        let watched = self.subscriptions.iter().filter(|(_, subscription)| {
            subscription.package == Package::Presence
                && subscription.presentity == presentity
                && subscription.state == Substate::Active
        });
        self.dirty.extend(watched.map(|(id, _)| *id));
    }

    /// What waits in a mailbox has changed.
    pub(super) fn messages_changed(&mut self, account: &str) {
        let watched = self.subscriptions.iter().filter(|(_, subscription)| {
            subscription.package == Package::Messages && subscription.presentity == account
        });
        self.dirty.extend(watched.map(|(id, _)| *id));
    }

    /// A NOTIFY was answered, or not (`None`).
    pub(super) fn notify_answered(&mut self, client: ClientId, status: Option<u16>) {
        let Some(id) = self.requests.remove(&client) else {
            return;
        };
        let Some(subscription) = self.subscriptions.get_mut(&id) else {
            return;
        };
        subscription.outstanding = None;
        // The codes that end a usage or a dialog (RFC 5057 §5.1), and no answer at all.
        if status.is_none_or(|code| ENDS_USAGE.contains(&code)) {
            self.drop_subscription(id);
        } else if std::mem::take(&mut subscription.news) {
            self.dirty.insert(id);
        }
    }

    /// Tells a subscriber what there is, or remembers to do so when the last NOTIFY is answered.
    pub(super) fn notify(&mut self, now: Moment, id: u64) {
        let Some(subscription) = self.subscriptions.get_mut(&id) else {
            return;
        };
        if subscription.outstanding.is_some() && subscription.ending.is_none() {
            subscription.news = true;
            return;
        }
        let ending = subscription.ending;
        if subscription.dialog.is_some() {
            self.send_notify(now, id);
        }
        if ending.is_some() {
            self.remove(id);
        }
    }

    fn send_notify(&mut self, now: Moment, id: u64) {
        let body = self.body(now, id);
        let branch = format!("z9hG4bK{}", self.token());
        let sent_by = self.sent_by();
        let Some(subscription) = self.subscriptions.get_mut(&id) else {
            return;
        };
        let content_type = subscription.package.content_type();
        let state = substate(now, subscription);
        let Some(dialog) = &mut subscription.dialog else {
            return;
        };
        dialog.local_cseq += 1;
        let flow = way_to(dialog);
        let via = format!(
            "SIP/2.0/{} {sent_by};branch={branch};rport",
            flow.transport.via_token()
        );
        let mut request = RequestBuilder::new(&Method::Notify, &dialog.target)
            .header(HeaderName::Via, via)
            .header(HeaderName::MaxForwards, "70")
            .headers(HeaderName::Route, &dialog.routes)
            .header(HeaderName::From, &dialog.local)
            .header(HeaderName::To, &dialog.remote)
            .header(HeaderName::CallId, &dialog.call_id)
            .header(HeaderName::CSeq, format!("{} NOTIFY", dialog.local_cseq))
            .header(HeaderName::Contact, &dialog.contact)
            .header(HeaderName::Event, &dialog.event)
            .header(HeaderName::SubscriptionState, state);
        if let Some(body) = body {
            request = request.body(content_type, body);
        }
        let Ok(bytes) = request.build() else {
            return;
        };
        let client = self
            .transactions
            .send_request(now, flow, &branch, &Method::Notify, bytes);
        subscription.outstanding = Some(client);
        self.requests.insert(client, id);
    }

    /// The body of the next NOTIFY.
    fn body(&mut self, now: Moment, id: u64) -> Option<Vec<u8>> {
        let subscription = self.subscriptions.get_mut(&id)?;
        let refused = subscription.ending.is_some_and(|e| e == Ending::Rejected);
        if subscription.state == Substate::Pending || refused {
            return None;
        }
        match subscription.package {
            Package::Presence => {
                let (presentity, watcher) = (
                    subscription.presentity.clone(),
                    subscription.watcher.clone(),
                );
                Some(self.presence_for(now, &presentity, &watcher).into_bytes())
            }
            Package::Messages => {
                let account = &subscription.presentity;
                let summary = self.mailboxes.get(account).cloned().unwrap_or_default();
                Some(summary.document())
            }
            Package::Documents => {
                let mut watched = std::mem::take(&mut subscription.documents);
                let full = std::mem::take(&mut subscription.full);
                let owner = subscription.presentity.clone();
                let body = self.documents_told(&owner, &mut watched, full);
                self.subscriptions.get_mut(&id)?.documents = watched;
                Some(body.into_bytes())
            }
            Package::Watchers => {
                let version = subscription.version;
                subscription.version += 1;
                let changed = std::mem::take(&mut subscription.changed);
                let full = std::mem::take(&mut subscription.full);
                let presentity = subscription.presentity.clone();
                Some(if full {
                    let all = self.watchers_of(&presentity);
                    super::watchers::document(now, version, State::Full, &presentity, &all)
                } else {
                    let changed = changed.values();
                    super::watchers::document(now, version, State::Partial, &presentity, changed)
                })
            }
        }
    }

    /// Drops a subscription whose subscriber does not answer.
    fn drop_subscription(&mut self, id: u64) {
        if let Some(subscription) = self.remove(id)
            && subscription.package == Package::Presence
        {
            let watching = subscription.watching().ended(WatcherEvent::Timeout);
            self.watcher_changed(&subscription.presentity, &watching);
        }
    }

    fn remove(&mut self, id: u64) -> Option<Subscription> {
        let subscription = self.subscriptions.remove(&id)?;
        if let Some(dialog) = &subscription.dialog {
            self.dialogs.remove(&dialog.key());
        }
        Some(subscription)
    }
}

/// What a SUBSCRIBE asks for.
struct Wish {
    package: Package,
    /// The Event header of its NOTIFYs.
    event: String,
    /// Where they go.
    target: String,
    /// The seconds granted.
    expires: u32,
    /// The documents to watch.
    documents: Watched,
}

/// The dialog that a SUBSCRIBE makes with one notifier.
fn dialog(
    server: &Server,
    flow: Flow,
    request: &Message,
    target: &str,
    tag: &str,
    notifier: usize,
) -> Result<Dialog, Answer> {
    let bad = |_| Answer::new(400);
    let (from, to) = (request.from().map_err(bad)?, request.to().map_err(bad)?);
    let remote_tag = from
        .tag()
        .ok_or_else(|| Answer::reason(400, "No From Tag"))?;
    let routes: Result<Vec<_>, _> = request.record_routes().collect();
    Ok(Dialog {
        flow,
        call_id: request.call_id().map_err(bad)?.to_owned(),
        local: format!("<{}>;tag={tag}", to.uri),
        local_tag: tag.to_owned(),
        remote: format!("<{}>;tag={remote_tag}", from.uri),
        remote_tag: remote_tag.to_owned(),
        target: target.to_owned(),
        routes: routes
            .map_err(bad)?
            .into_iter()
            .map(str::to_owned)
            .collect(),
        local_cseq: 0,
        remote_cseq: request.cseq().map_err(bad)?.number,
        contact: server.contact(notifier, flow.transport),
        event: String::new(),
    })
}

/// Where a NOTIFY goes: on the connection of the SUBSCRIBE, or on UDP to the address in Contact.
fn way_to(dialog: &Dialog) -> Flow {
    let mut flow = dialog.flow;
    let Ok(target) = Uri::parse(&dialog.target) else {
        return flow;
    };
    if flow.transport.is_reliable() || !dialog.routes.is_empty() {
        return flow;
    }
    if let Some(address) = target.host().and_then(|host| host.address()) {
        flow.remote.set_ip(address);
        flow.remote.set_port(target.port().unwrap_or(5060));
        if target.transport() == Some(Transport::Tcp) {
            flow.transport = Transport::Tcp;
            flow.id = NO_FLOW;
        }
    }
    flow
}

fn substate(now: Moment, subscription: &Subscription) -> String {
    let left = subscription.expires_at.saturating_since(now).as_secs();
    match (subscription.ending, subscription.state) {
        (Some(ending), _) => format!("terminated;reason={}", ending.token()),
        (None, Substate::Pending) => format!("pending;expires={left}"),
        (None, Substate::Active) => format!("active;expires={left}"),
    }
}

/// Given in a SUBSCRIBE without Expires: the default of all packages here.
const DEFAULT_EXPIRY_S: u32 = 3600;
/// No flow has this number: a connection has to be opened.
pub(super) const NO_FLOW: FlowId = FlowId(u64::MAX);
/// Answers to a NOTIFY after which no more are sent.
const ENDS_USAGE: [u16; 12] = [404, 405, 410, 416, 480, 481, 482, 483, 484, 485, 489, 604];
