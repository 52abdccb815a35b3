//! A registrar, presence server and notifier in one, as small as the RFCs allow.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use bytes::Bytes;
use siskin::engine::Moment;
use siskin::sip::digest::{Algorithm, Challenge};
use siskin::sip::{HeaderName, Message, Method, RequestBuilder, ResponseBuilder};

/// The server's memory. A restart that loses its state begins with an empty one.
#[derive(Default)]
pub(crate) struct Notifier {
    pub(crate) subscriptions: BTreeMap<String, Subscription>,
    /// What each resource's state is: a number that only grows.
    pub(crate) states: HashMap<String, u64>,
    published: Option<String>,
    answered: HashMap<String, (Bytes, Moment)>,
    outstanding: BTreeMap<String, Outstanding>,
    out: Vec<Bytes>,
    serial: u64,
    nonce: u64,
    digest: bool,
    granted: u32,
    stream: bool,
    quirks: Quirks,
}

/// In which ways it is odd.
#[derive(Clone, Copy, Default)]
pub(crate) struct Quirks {
    /// How many notifiers answer a SUBSCRIBE for a package other than presence.
    pub(crate) forks: u32,
    /// The NOTIFY goes out before the 200.
    pub(crate) notify_first: bool,
    /// A SUBSCRIBE is answered by its NOTIFY alone, never by a 2xx.
    pub(crate) notify_only: bool,
    /// Short terms are refused with 423, and no minimum is named (Asterisk).
    pub(crate) nameless_minimum: bool,
    /// What ends say that nobody asked for; some servers say `noresource` for an ordinary expiry.
    pub(crate) reasons: &'static [&'static str],
    /// No final NOTIFY after an unsubscribe (Kamailio's lists).
    pub(crate) silent_end: bool,
}

pub(crate) struct Subscription {
    pub(crate) resource: String,
    pub(crate) package: String,
    pub(crate) expires_at: Moment,
    tag: String,
    from: String,
    to: String,
    call_id: String,
    contact: String,
    /// The notifier's own Contact.
    own: String,
    cseq: u32,
}

struct Outstanding {
    subscription: String,
    bytes: Bytes,
    next: Moment,
    interval: Duration,
    end: Moment,
}

impl Notifier {
    pub(crate) fn new(digest: bool, granted: u32, stream: bool, quirks: Quirks) -> Self {
        Self {
            digest,
            granted,
            stream,
            quirks,
            nonce: 1,
            ..Self::default()
        }
    }

    /// Starts again: with the state on disk, or without. Nonces are always new.
    pub(crate) fn restart(&mut self, keeps_state: bool, serial: u64) {
        if !keeps_state {
            self.subscriptions.clear();
            self.published = None;
        }
        self.answered.clear();
        self.outstanding.clear();
        self.out.clear();
        self.nonce += 1000;
        self.serial = serial * 1_000_000;
    }

    pub(crate) fn take(&mut self) -> Vec<Bytes> {
        std::mem::take(&mut self.out)
    }

    pub(crate) fn next_timeout(&self) -> Option<Moment> {
        let resend = self
            .outstanding
            .values()
            .map(|one| one.next.min(one.end))
            .min();
        let expiry = self.subscriptions.values().map(|one| one.expires_at).min();
        [resend, expiry].into_iter().flatten().min()
    }

    pub(crate) fn tick(&mut self, now: Moment) {
        let mut lost = Vec::new();
        for (branch, one) in &mut self.outstanding {
            if one.end <= now {
                lost.push((branch.clone(), one.subscription.clone()));
            } else if one.next <= now {
                self.out.push(one.bytes.clone());
                one.interval = (one.interval * 2).min(Duration::from_secs(4));
                one.next = now
                    + if self.stream {
                        Duration::from_secs(99)
                    } else {
                        one.interval
                    };
            }
        }
        for (branch, key) in lost {
            // Nobody answers there: the subscription is dropped (RFC 6665 §4.2.2).
            self.outstanding.remove(&branch);
            self.subscriptions.remove(&key);
        }
        let over: Vec<String> = self
            .subscriptions
            .iter()
            .filter(|(_, one)| one.expires_at <= now)
            .map(|(key, _)| key.clone())
            .collect();
        for key in over {
            self.notify(now, &key, "terminated;reason=timeout");
            self.subscriptions.remove(&key);
        }
        self.answered.retain(|_, (_, until)| *until > now);
    }

    /// The state of a resource changes; its watchers are told.
    pub(crate) fn change(&mut self, now: Moment, resource: &str) {
        *self.states.entry(resource.to_owned()).or_default() += 1;
        let keys: Vec<String> = self
            .subscriptions
            .iter()
            .filter(|(_, one)| one.resource == resource)
            .map(|(key, _)| key.clone())
            .collect();
        for key in keys {
            self.notify_active(now, &key);
        }
    }

    pub(crate) fn receive(&mut self, now: Moment, message: &Message) {
        let branch = message.top_via().unwrap().branch.unwrap().to_owned();
        if !message.is_request() {
            if let Some(one) = self.outstanding.remove(&branch)
                && message.status() == Some(481)
            {
                self.subscriptions.remove(&one.subscription);
            }
            return;
        }
        if let Some((bytes, _)) = self.answered.get(&branch) {
            if !bytes.is_empty() {
                self.out.push(bytes.clone());
            }
            return;
        }
        if let Some(stale) = self.objection(message) {
            self.nonce += 1;
            let nonce = format!("n{}", self.nonce);
            let mut challenge = Challenge::new("example.com", &nonce, Algorithm::Sha256);
            challenge.stale = stale;
            return self.respond(
                now,
                message,
                401,
                &[("WWW-Authenticate", challenge.to_string())],
            );
        }
        match message.method().unwrap() {
            Method::Register => {
                let contact = message
                    .header_text(HeaderName::Contact)
                    .unwrap()
                    .unwrap()
                    .into_owned();
                self.respond(now, message, 200, &[("Contact", contact)]);
            }
            Method::Publish => self.publish(now, message),
            Method::Subscribe => self.subscribe(now, message),
            other => panic!("the client sent {other}"),
        }
    }

    /// Whether there is something against the credentials: `Some(true)` if it is only the age of the nonce.
    fn objection(&self, message: &Message) -> Option<bool> {
        if !self.digest {
            return None;
        }
        let method = message.method().unwrap();
        let answers = message.authorizations().unwrap();
        let good = answers.iter().find(|answer| {
            let password = "secret".into();
            answer.verify(
                "alice",
                &password,
                method.as_str(),
                message.body_bytes(),
                None,
            )
        });
        let Some(good) = good else { return Some(false) };
        let nonce: u64 = good.nonce.trim_start_matches('n').parse().unwrap();
        (nonce / 1000 != self.nonce / 1000).then_some(true)
    }

    fn publish(&mut self, now: Moment, message: &Message) {
        let condition = message.sip_if_match().unwrap().map(str::to_owned);
        if condition.is_some() && condition != self.published {
            return self.respond(now, message, 412, &[]);
        }
        self.serial += 1;
        let etag = format!("e{}", self.serial);
        self.published = Some(etag.clone());
        let granted = message.expires().unwrap().unwrap().min(self.granted);
        self.respond(
            now,
            message,
            200,
            &[("SIP-ETag", etag), ("Expires", granted.to_string())],
        );
    }

    fn subscribe(&mut self, now: Moment, message: &Message) {
        let asked = message.expires().unwrap().unwrap();
        let granted = asked.min(self.granted);
        let call_id = message.call_id().unwrap().to_owned();
        let contact = message
            .contacts()
            .next()
            .unwrap()
            .unwrap()
            .address()
            .unwrap()
            .uri
            .to_owned();
        let in_dialog = message
            .to()
            .unwrap()
            .tag()
            .map(|tag| format!("{call_id}/{tag}"));
        let keys = match in_dialog {
            Some(key) if self.subscriptions.contains_key(&key) => vec![key],
            Some(_) => return self.respond(now, message, 481, &[]),
            None if self.quirks.nameless_minimum && asked > 0 && asked < 1000 => {
                return self.respond(now, message, 423, &[]);
            }
            None => self.accept(now, message, &call_id),
        };
        for key in &keys {
            let subscription = self.subscriptions.get_mut(key).unwrap();
            subscription.contact.clone_from(&contact);
            subscription.expires_at = now + Duration::from_secs(u64::from(granted));
        }
        if !self.quirks.notify_first {
            self.grant(now, message, &keys, granted);
        }
        for key in &keys {
            if granted > 0 {
                self.notify_active(now, key);
            } else {
                if !self.quirks.silent_end {
                    self.notify(now, key, "terminated;reason=timeout");
                }
                self.subscriptions.remove(key);
            }
        }
        if self.quirks.notify_first {
            self.grant(now, message, &keys, granted);
        }
    }

    /// One notifier for presence, several for any other package.
    fn accept(&mut self, now: Moment, message: &Message, call_id: &str) -> Vec<String> {
        let package = message.event().unwrap().unwrap().package.to_owned();
        let forks = if package == "presence" {
            1
        } else {
            self.quirks.forks.max(1)
        };
        let header = |name| message.header_text(name).unwrap().unwrap().into_owned();
        let mut keys = Vec::new();
        for fork in 0..forks {
            self.serial += 1;
            let tag = format!("s{}", self.serial);
            let key = format!("{call_id}/{tag}");
            self.subscriptions.insert(
                key.clone(),
                Subscription {
                    resource: message.to().unwrap().uri.to_owned(),
                    package: package.clone(),
                    expires_at: now,
                    tag,
                    from: header(HeaderName::From),
                    to: header(HeaderName::To),
                    call_id: call_id.to_owned(),
                    contact: String::new(),
                    own: format!("<sip:fork{fork}@192.0.2.9:5060>"),
                    cseq: 0,
                },
            );
            keys.push(key);
        }
        keys
    }

    fn grant(&mut self, now: Moment, message: &Message, keys: &[String], granted: u32) {
        let branch = message.top_via().unwrap().branch.unwrap().to_owned();
        if self.quirks.notify_only && granted > 0 {
            let until = now + Duration::from_secs(32);
            self.answered.insert(branch, (Bytes::new(), until));
            return;
        }
        let tag = keys[0].rsplit('/').next().unwrap().to_owned();
        let own = self.subscriptions.get(&keys[0]);
        let own = own.map_or_else(String::new, |subscription| subscription.own.clone());
        let mut headers = vec![("Expires", granted.to_string())];
        if !own.is_empty() {
            headers.push(("Contact", own));
        }
        self.respond_with_tag(now, message, 200, &headers, &tag);
    }

    /// Ends one subscription for a reason of its own.
    pub(crate) fn end_one(&mut self, now: Moment, choice: u64) {
        let count = self.subscriptions.len() as u64;
        let reasons = self.quirks.reasons;
        if count == 0 || reasons.is_empty() {
            return;
        }
        let at = usize::try_from(choice % count).unwrap();
        let key = self.subscriptions.keys().nth(at).unwrap().clone();
        let reason = reasons[usize::try_from(choice / 64).unwrap() % reasons.len()];
        self.notify(now, &key, &format!("terminated;reason={reason}"));
        self.subscriptions.remove(&key);
    }

    fn notify_active(&mut self, now: Moment, key: &str) {
        let left = self.subscriptions[key]
            .expires_at
            .saturating_since(now)
            .as_secs();
        self.notify(now, key, &format!("active;expires={left}"));
    }

    fn notify(&mut self, now: Moment, key: &str, state: &str) {
        let Some(subscription) = self.subscriptions.get_mut(key) else {
            return;
        };
        subscription.cseq += 1;
        self.serial += 1;
        let branch = format!("z9hG4bKs{}", self.serial);
        let transport = if self.stream { "TCP" } else { "UDP" };
        let value = self
            .states
            .get(&subscription.resource)
            .copied()
            .unwrap_or_default();
        let bytes = RequestBuilder::new(&Method::Notify, &subscription.contact)
            .header(
                HeaderName::Via,
                format!("SIP/2.0/{transport} 192.0.2.9:5060;branch={branch}"),
            )
            .header(HeaderName::MaxForwards, "70")
            .header(
                HeaderName::From,
                format!("{};tag={}", subscription.to, subscription.tag),
            )
            .header(HeaderName::To, &subscription.from)
            .header(HeaderName::CallId, &subscription.call_id)
            .header(HeaderName::CSeq, format!("{} NOTIFY", subscription.cseq))
            .header(HeaderName::Event, &subscription.package)
            .header(HeaderName::Contact, &subscription.own)
            .header(HeaderName::SubscriptionState, state)
            .body("text/plain", value.to_string())
            .build()
            .unwrap();
        self.out.push(bytes.clone());
        let interval = Duration::from_millis(500);
        self.outstanding.insert(
            branch,
            Outstanding {
                subscription: key.to_owned(),
                bytes,
                next: now
                    + if self.stream {
                        Duration::from_secs(99)
                    } else {
                        interval
                    },
                interval,
                end: now + Duration::from_secs(32),
            },
        );
    }

    fn respond(&mut self, now: Moment, request: &Message, code: u16, headers: &[(&str, String)]) {
        self.respond_with_tag(now, request, code, headers, "registrar");
    }

    fn respond_with_tag(
        &mut self,
        now: Moment,
        request: &Message,
        code: u16,
        headers: &[(&str, String)],
        tag: &str,
    ) {
        let mut builder = ResponseBuilder::new(request, code, "").to_tag(tag);
        for (name, value) in headers {
            builder = builder.header_named(name, value);
        }
        let bytes = builder.build().unwrap();
        let branch = request.top_via().unwrap().branch.unwrap().to_owned();
        self.answered
            .insert(branch, (bytes.clone(), now + Duration::from_secs(32)));
        self.out.push(bytes);
    }
}
