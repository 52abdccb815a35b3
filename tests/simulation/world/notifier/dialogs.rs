//! The dialogs of the server: NOTIFYs, how often they are sent, and the end of a term.

use std::fmt::Write as _;
use std::time::Duration;

use bytes::Bytes;
use siskin::engine::Moment;
use siskin::sip::HeaderName;

use super::{Memory, Notifier, Request, resource_number, secs};
use crate::world::branch::OWN_BRANCH;
use crate::world::tag_of;

/// One subscription as the server sees it.
pub(super) struct Dialog {
    resource: usize,
    expires_at: Moment,
    /// The headers that never change.
    head: String,
    contact: String,
    /// Where the last SUBSCRIBE came from; NOTIFYs go there.
    path: u64,
    pub(super) cseq: u32,
    own: String,
}

/// A NOTIFY that waits for its answer.
pub(super) struct Outstanding {
    pub(super) dialog: u64,
    path: u64,
    bytes: Bytes,
    interval: Duration,
    next: Moment,
    end: Moment,
}

/// What the server has to do at its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Due {
    /// Send a NOTIFY again, or give it up; by its branch.
    Resend(u64),
    /// The term of a dialog is over.
    Expiry(u64),
}

impl Notifier {
    pub(crate) fn next_timeout(&self) -> Option<Moment> {
        self.due.first().map(|(at, _)| *at)
    }

    pub(crate) fn tick(&mut self, now: Moment) {
        while let Some((at, due)) = self.due.first().copied().filter(|(at, _)| *at <= now) {
            self.due.remove(&(at, due));
            match due {
                Due::Resend(branch) => self.resend(now, branch),
                Due::Expiry(key) => {
                    let state = format!("terminated;reason={}", self.habits.expiry);
                    self.notify(now, key, &state);
                    self.drop_dialog(key);
                }
            }
        }
    }

    /// The state of a resource changes; its watchers are told.
    pub(crate) fn change(&mut self, now: Moment, resource: usize) {
        self.states[resource] += 1;
        if self.closed.contains(&resource) {
            return;
        }
        for key in self.watchers[resource].clone() {
            self.notify_state(now, key);
        }
    }

    /// The owner of a resource no longer wants watchers: each dialog is rejected, but remembered.
    pub(crate) fn close(&mut self, now: Moment, resource: usize) {
        self.closed.insert(resource);
        for key in self.watchers[resource].clone() {
            self.notify_state(now, key);
        }
    }

    /// He does again: the dialogs that were rejected come back to life (Kamailio).
    pub(crate) fn open(&mut self, now: Moment, resource: usize) {
        self.closed.remove(&resource);
        for key in self.watchers[resource].clone() {
            self.notify_state(now, key);
        }
    }

    /// Messages waiting, told to who did not ask; `terminated`, as Asterisk does.
    pub(crate) fn tell_unasked(&mut self, now: Moment) {
        let Some(binding) = &self.binding else {
            return;
        };
        let (contact, path) = (binding.contact.clone(), binding.path);
        let serial = self.next_serial();
        let head = format!(
            "Max-Forwards: 70\r\nFrom: <sip:example.com>;tag=u{serial}\r\nTo: <sip:alice@example.com>\r\n\
             Call-ID: u{serial}@example.com\r\nCSeq: 1 NOTIFY\r\nEvent: message-summary\r\n\
             Contact: <sip:192.0.2.9:5060>\r\n"
        );
        self.send(
            now,
            UNASKED,
            path,
            &contact,
            &head,
            "terminated",
            "Messages-Waiting: yes\r\n",
        );
    }

    /// One notifier, or several, take the subscription.
    pub(super) fn accept(&mut self, request: &Request<'_>) -> Vec<u64> {
        let message = request.message;
        let resource = resource_number(message.to().unwrap().uri);
        let package = message.event().unwrap().unwrap().package.to_owned();
        let (from, to) = (
            request.header(HeaderName::From),
            request.header(HeaderName::To),
        );
        let call_id = message.call_id().unwrap();
        let mut keys = Vec::new();
        for fork in 0..self.habits.forks {
            let key = self.next_serial();
            let own = format!("<sip:fork{fork}@192.0.2.9:5060>");
            let head = format!(
                "Max-Forwards: 70\r\nFrom: {to};tag=s{key}\r\nTo: {from}\r\nCall-ID: {call_id}\r\n\
                 Event: {package}\r\nContact: {own}\r\n"
            );
            // High enough to fall far behind.
            let cseq = if self.habits.memory == Memory::CountsAnew {
                100_000
            } else {
                0
            };
            self.dialogs.insert(
                key,
                Dialog {
                    resource,
                    expires_at: request.now,
                    head,
                    contact: String::new(),
                    path: request.path,
                    cseq,
                    own,
                },
            );
            self.due.insert((request.now, Due::Expiry(key)));
            self.watchers[resource].insert(key);
            keys.push(key);
        }
        keys
    }

    /// A SUBSCRIBE of the dialog: the new term, and where the subscriber is now.
    pub(super) fn extend(&mut self, key: u64, request: &Request<'_>, until: Moment) {
        let contact = request.message.contacts().next().unwrap().unwrap();
        let dialog = self.dialogs.get_mut(&key).unwrap();
        self.due.remove(&(dialog.expires_at, Due::Expiry(key)));
        self.due.insert((until, Due::Expiry(key)));
        dialog.expires_at = until;
        contact
            .address()
            .unwrap()
            .uri
            .clone_into(&mut dialog.contact);
        dialog.path = request.path;
    }

    /// The 2xx.
    pub(super) fn grant(&mut self, request: &Request<'_>, key: u64, granted: u32) {
        let mut headers = vec![("Expires", granted.to_string())];
        if let Some(dialog) = self.dialogs.get(&key) {
            headers.push(("Contact", dialog.own.clone()));
        }
        self.respond_as(request, 200, &headers, &format!("s{key}"));
    }

    /// Whether the subscriber has the state of this dialog, by its own word.
    pub(super) fn holds(&self, request: &Request<'_>, key: u64) -> bool {
        let resource = self.dialogs[&key].resource;
        if !self.habits.tags || self.closed.contains(&resource) {
            return false;
        }
        let condition = request.message.header_text(HeaderName::SuppressIfMatch);
        condition.unwrap().as_deref() == Some(&*tag_of(resource, self.states[resource]))
    }

    /// The 204: nothing is told, not even of the end (RFC 5839 §6.2).
    pub(super) fn suppress(&mut self, request: &Request<'_>, key: u64, granted: u32) {
        self.tally.suppressed += 1;
        let expires = ("Expires", granted.to_string());
        let tag = format!("s{key}");
        self.respond_as(request, 204, &[expires], &tag);
        if granted == 0 {
            self.drop_dialog(key);
        }
    }

    /// The state is the one that the subscriber has: its tag alone says so.
    pub(super) fn notify_unchanged(&mut self, now: Moment, key: u64) {
        let dialog = &self.dialogs[&key];
        let left = dialog.expires_at.saturating_since(now).as_secs();
        let tag = tag_of(dialog.resource, self.states[dialog.resource]);
        self.notify_with(now, key, &format!("active;expires={left}"), "", Some(tag));
    }

    pub(super) fn drop_dialog(&mut self, key: u64) {
        if let Some(dialog) = self.dialogs.remove(&key) {
            self.due.remove(&(dialog.expires_at, Due::Expiry(key)));
            self.watchers[dialog.resource].remove(&key);
        }
    }

    /// A NOTIFY with the state as it is.
    pub(super) fn notify_state(&mut self, now: Moment, key: u64) {
        let dialog = &self.dialogs[&key];
        if self.closed.contains(&dialog.resource) {
            return self.notify(now, key, "terminated;reason=rejected");
        }
        let left = dialog.expires_at.saturating_since(now).as_secs();
        let state = format!("active;expires={left}");
        self.notify(now, key, &state);
        if self.habits.doubles {
            self.notify(now, key, &state);
        }
    }

    pub(super) fn notify(&mut self, now: Moment, key: u64, state: &str) {
        let Some(dialog) = self.dialogs.get(&key) else {
            return;
        };
        // Who is rejected is not told the state.
        if state.ends_with("rejected") {
            return self.notify_with(now, key, state, "", None);
        }
        let value = self.states[dialog.resource];
        let tag = self.habits.tags.then(|| tag_of(dialog.resource, value));
        self.notify_with(now, key, state, &value.to_string(), tag);
    }

    fn notify_with(&mut self, now: Moment, key: u64, state: &str, body: &str, tag: Option<String>) {
        let Some(dialog) = self.dialogs.get_mut(&key) else {
            return;
        };
        dialog.cseq += 1;
        let mut head = format!("{}CSeq: {} NOTIFY\r\n", dialog.head, dialog.cseq);
        if let Some(tag) = tag {
            let _ = write!(head, "SIP-ETag: {tag}\r\n");
        }
        let (path, contact) = (dialog.path, dialog.contact.clone());
        self.send(now, key, path, &contact, &head, state, body);
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of one message")]
    fn send(
        &mut self,
        now: Moment,
        dialog: u64,
        path: u64,
        contact: &str,
        head: &str,
        state: &str,
        body: &str,
    ) {
        let branch = self.next_serial();
        let transport = if self.stream { "TCP" } else { "UDP" };
        let kind = if body.is_empty() {
            ""
        } else {
            "Content-Type: text/plain\r\n"
        };
        let bytes = Bytes::from(format!(
            "NOTIFY {contact} SIP/2.0\r\nVia: SIP/2.0/{transport} 192.0.2.9:5060;branch={OWN_BRANCH}{branch}\r\n\
             {head}Subscription-State: {state}\r\n{kind}Content-Length: {}\r\n\r\n{body}",
            body.len()
        ));
        self.out.push((path, bytes.clone()));
        let interval = Duration::from_millis(500);
        let end = now + secs(32);
        let next = if self.stream { end } else { now + interval };
        self.due.insert((next, Due::Resend(branch)));
        self.outstanding.insert(
            branch,
            Outstanding {
                dialog,
                path,
                bytes,
                interval,
                next,
                end,
            },
        );
    }

    /// Timer E, and at last Timer F: where nobody answers the subscription is dropped (RFC 6665 §4.2.2).
    fn resend(&mut self, now: Moment, branch: u64) {
        let Some(one) = self.outstanding.get_mut(&branch) else {
            return;
        };
        if one.end <= now {
            let dialog = one.dialog;
            self.outstanding.remove(&branch);
            self.refused(dialog);
            return;
        }
        self.out.push((one.path, one.bytes.clone()));
        one.interval = (one.interval * 2).min(secs(4));
        one.next = (now + one.interval).min(one.end);
        self.due.insert((one.next, Due::Resend(branch)));
    }

    /// An answer to a NOTIFY.
    pub(super) fn answered(&mut self, branch: u64, code: u16) {
        if code < 200 {
            return;
        }
        let Some(one) = self.outstanding.remove(&branch) else {
            return;
        };
        self.due.remove(&(one.next, Due::Resend(branch)));
        if one.dialog == UNASKED && code < 300 {
            self.tally.unsolicited_taken += 1;
        } else if code == 481 || one.dialog == UNASKED {
            self.refused(one.dialog);
        }
    }

    pub(super) fn forget_outstanding(&mut self) {
        for (branch, one) in std::mem::take(&mut self.outstanding) {
            self.due.remove(&(one.next, Due::Resend(branch)));
        }
    }

    /// Nobody is there, or nobody knows of it.
    fn refused(&mut self, dialog: u64) {
        if dialog == UNASKED {
            self.tally.unsolicited_refused += 1;
        } else {
            self.drop_dialog(dialog);
        }
    }
}

/// No dialog: a NOTIFY that nobody asked for.
const UNASKED: u64 = 0;
