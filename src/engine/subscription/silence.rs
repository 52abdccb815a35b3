//! Notifiers that answer refreshes 2xx and send no NOTIFY after them.
//!
//! RFC 6665 §4.1.2.2 ends the subscription then (EV-013), which at a server that never sends one would be a new dialog
//! for each refresh. After three in a row such a notifier is believed without. They are counted for each subscription
//! and for each of its notifiers: behind one proxy others may do as they should, one server may keep silent about one
//! resource only, and what others lose or say on the way tells nothing about this one.

use crate::engine::limits;
use crate::sip::Uri;

/// The notifiers of one subscription that kept silent, and how often in a row.
#[derive(Debug, Default)]
pub(super) struct Silence {
    of: Vec<(Notifier, u8)>,
}

/// A notifier by the host and port of its Contact, which outlive its dialogs.
#[derive(Debug, PartialEq, Eq)]
struct Notifier {
    host: Box<str>,
    port: Option<u16>,
}

impl Silence {
    /// A refresh was answered 2xx but brought no NOTIFY; whether this notifier is to be believed without.
    pub(super) fn was_silent(&mut self, target: &Uri) -> bool {
        let notifier = Notifier::at(target);
        let at = self.of.iter().position(|(known, _)| *known == notifier);
        let at = at.unwrap_or_else(|| {
            if self.of.len() >= limits::USAGES {
                self.of.remove(0);
            }
            self.of.push((notifier, 0));
            self.of.len() - 1
        });
        let times = &mut self.of[at].1;
        *times = times.saturating_add(1);
        *times >= SILENT_REFRESHES
    }

    /// A refresh brought a NOTIFY: its absence means something again.
    pub(super) fn spoke(&mut self, target: &Uri) {
        if !self.of.is_empty() {
            let notifier = Notifier::at(target);
            self.of.retain(|(known, _)| *known != notifier);
        }
    }
}

impl Notifier {
    fn at(target: &Uri) -> Self {
        let host = target.host().map(|host| host.to_string());
        Self {
            host: host.unwrap_or_default().to_ascii_lowercase().into(),
            port: target.port(),
        }
    }
}

/// After so many refreshes in a row that brought no NOTIFY, a notifier is believed without one.
const SILENT_REFRESHES: u8 = 3;

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Uri {
        Uri::parse(text).unwrap()
    }

    #[test]
    fn three_silences_in_a_row_of_one_notifier_count() {
        let mut silence = Silence::default();
        let (one, other) = (at("sip:bob@192.0.2.1:5060"), at("sip:bob@192.0.2.2:5060"));
        assert!(!silence.was_silent(&one) && !silence.was_silent(&one));
        assert!(!silence.was_silent(&other), "another one");
        silence.spoke(&other);
        assert!(silence.was_silent(&at("sip:bob@192.0.2.1:5060;ob")));
        silence.spoke(&one);
        assert!(!silence.was_silent(&one) && !silence.was_silent(&one));
    }

    #[test]
    fn those_remembered_are_few() {
        let mut silence = Silence::default();
        for port in 1..1000 {
            silence.was_silent(&at(&format!("sip:bob@192.0.2.1:{port}")));
        }
        assert_eq!(silence.of.len(), limits::USAGES);
    }
}
