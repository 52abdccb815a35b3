//! Digest credentials, and nonces that grow stale.

use std::collections::BTreeMap;

use siskin::engine::Moment;
use siskin::sip::digest::Challenge;

use super::{Notifier, Request};
use crate::world::scenario::Digest;

/// The nonces that were handed out, with the time and the uses so far.
#[derive(Default)]
pub(super) struct Nonces {
    issued: BTreeMap<u64, (Moment, u32)>,
    last: u64,
}

impl Nonces {
    /// After a restart no old one counts.
    pub(super) fn after(before: &Self) -> Self {
        Self {
            issued: BTreeMap::new(),
            last: before.last,
        }
    }

    fn issue(&mut self, now: Moment, digest: &Digest) -> String {
        self.last += 1;
        self.issued.insert(self.last, (now, 0));
        while let Some(oldest) = self.issued.first_entry() {
            if now.saturating_since(oldest.get().0) <= digest.life {
                break;
            }
            oldest.remove();
        }
        format!("n{}", self.last)
    }

    /// Whether it is still good, for one use more.
    fn spend(&mut self, now: Moment, digest: &Digest, nonce: &str) -> bool {
        let number = nonce.trim_start_matches('n').parse().unwrap();
        let Some((at, uses)) = self.issued.get_mut(&number) else {
            return false;
        };
        *uses += 1;
        let good = now.saturating_since(*at) <= digest.life;
        // One that is used up need not be remembered.
        if *uses >= digest.uses {
            self.issued.remove(&number);
        }
        good
    }
}

impl Notifier {
    /// What there is against the credentials, as a challenge.
    pub(super) fn objection(&mut self, request: &Request<'_>) -> Option<String> {
        let digest = self.habits.digest?;
        let message = request.message;
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
        let stale = match good {
            Some(good) if self.nonces.spend(request.now, &digest, &good.nonce) => return None,
            good => good.is_some(),
        };
        let nonce = self.nonces.issue(request.now, &digest);
        let mut challenge = Challenge::new("example.com", &nonce, digest.algorithm);
        challenge.stale = stale;
        Some(challenge.to_string())
    }
}
