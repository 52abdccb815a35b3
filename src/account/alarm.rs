//! Signs that somebody may want to listen, or to learn the password. Each is told once in a run.

use super::event::{Topic, Trouble};
use super::plain;

/// What has been told already.
#[derive(Debug, Default)]
pub(super) struct Alarms(Vec<Topic>);

impl Alarms {
    /// A realm asks with a weaker digest algorithm than before (RFC 7616 §5.8); `None` if that was told.
    pub(super) fn weaker_digest(&mut self, realm: String) -> Option<Trouble> {
        let message = format!(
            "the realm {} asks for the password in a weaker way than before",
            plain(&realm)
        );
        let hint = "ask the server's operator; if nothing was changed there, somebody may be after the password";
        self.told(Topic::WeakerDigest(realm), message, hint)
    }

    /// A realm asks with a digest that is too weak for this account, and gets no answer; `None` if that was told.
    pub(super) fn weak_digest(&mut self, realm: String) -> Option<Trouble> {
        let message = format!(
            "the realm {} asks for the password in a way that is too weak, and does not get it",
            plain(&realm)
        );
        let hint = "the server has to offer SHA-256 with qop again, or the account to do without --strong-digest";
        self.told(Topic::WeakDigest(realm), message, hint)
    }

    /// A domain no longer offers TLS (RFC 3263 §7); `None` if that was told.
    pub(super) fn tls_withdrawn(&mut self, domain: &str) -> Option<Trouble> {
        let domain = domain.to_ascii_lowercase();
        let message = format!(
            "{} offered encrypted connections before and no longer does",
            plain(&domain)
        );
        let hint = "ask the server's operator; DNS answers may be forged, and a --proxy with transport=tls needs none";
        self.told(Topic::TlsWithdrawn(domain), message, hint)
    }

    fn told(&mut self, topic: Topic, message: String, hint: &str) -> Option<Trouble> {
        if self.0.len() >= MAX_TOLD || self.0.contains(&topic) {
            return None;
        }
        self.0.push(topic.clone());
        Some(Trouble {
            code: 0,
            message,
            hint: Some(hint.to_owned()),
            topic,
        })
    }
}

/// Nobody reads more of them.
const MAX_TOLD: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_told_once_and_not_without_end() {
        let mut alarms = Alarms::default();
        let trouble = alarms.tls_withdrawn("Example.test").unwrap();
        assert_eq!(trouble.code, 0);
        assert_eq!(trouble.topic, Topic::TlsWithdrawn("example.test".into()));
        assert_eq!(alarms.tls_withdrawn("example.test"), None);
        // The same name as a realm is another matter.
        assert!(alarms.weaker_digest("example.test".to_owned()).is_some());
        let told = (0..100).filter_map(|number| alarms.weaker_digest(number.to_string()));
        assert_eq!(told.count(), MAX_TOLD - 2);
    }
}
