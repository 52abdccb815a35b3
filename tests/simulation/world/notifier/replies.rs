//! Answers, and the memory of them for requests that are sent again.

use std::collections::VecDeque;
use std::time::Duration;

use bytes::Bytes;
use siskin::engine::Moment;
use siskin::sip::ResponseBuilder;

use super::{Notifier, Request};
use crate::world::branch::ByBranch;

/// What a request got.
#[derive(Clone)]
pub(super) enum Reply {
    Sent(Bytes),
    /// Nothing: its NOTIFY says it all.
    Silence,
}

/// What was answered, until nobody asks again.
#[derive(Default)]
pub(super) struct Replies {
    by_branch: ByBranch<Reply>,
    until: VecDeque<(Moment, u64)>,
}

impl Replies {
    /// What this request got before.
    pub(super) fn of(&mut self, now: Moment, branch: u64) -> Option<Reply> {
        while self.until.front().is_some_and(|(until, _)| *until <= now) {
            if let Some((_, branch)) = self.until.pop_front() {
                self.by_branch.remove(&branch);
            }
        }
        self.by_branch.get(&branch).cloned()
    }

    pub(super) fn keep(&mut self, now: Moment, branch: u64, reply: Reply) {
        self.by_branch.insert(branch, reply);
        self.until.push_back((now + TIMER_J, branch));
    }
}

impl Notifier {
    pub(super) fn respond(&mut self, request: &Request<'_>, code: u16, headers: &[(&str, String)]) {
        self.respond_as(request, code, headers, "server");
    }

    pub(super) fn respond_as(
        &mut self,
        request: &Request<'_>,
        code: u16,
        headers: &[(&str, String)],
        tag: &str,
    ) {
        let mut builder = ResponseBuilder::new(request.message, code, "").to_tag(tag);
        for (name, value) in headers {
            builder = builder.header_named(name, value);
        }
        let bytes = builder.build().unwrap();
        self.replies
            .keep(request.now, request.branch, Reply::Sent(bytes.clone()));
        self.out.push((request.path, bytes));
    }
}

/// A Binding success (RFC 5389 §6, §15.2): the path as a port of the NAT's.
pub(super) fn stun_answer(request: &Bytes, path: u64) -> Bytes {
    let port = u16::try_from(1024 + path % 60_000).unwrap() ^ 0x2112;
    let mut bytes = vec![0x01, 0x01, 0, 12];
    bytes.extend_from_slice(&request[4..20]);
    bytes.extend_from_slice(&[0x00, 0x20, 0, 8, 0, 1]);
    bytes.extend_from_slice(&port.to_be_bytes());
    let address: [u8; 4] = [203, 0, 113, 1];
    bytes.extend(address.iter().zip(&request[4..8]).map(|(a, b)| a ^ b));
    bytes.into()
}

/// How long a request may still be on its way again.
const TIMER_J: Duration = Duration::from_secs(32);
