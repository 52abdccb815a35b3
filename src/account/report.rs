//! Events on their way out: each only when something other than time has changed.

use tokio::sync::mpsc;

use super::event::{Event, Publication, Registration};

/// Sends events to whoever listens.
#[derive(Debug)]
pub(super) struct Reports {
    sender: mpsc::Sender<Event>,
    registration: Option<Registration>,
    publication: Option<Publication>,
    dropped: u64,
}

impl Reports {
    pub(super) fn new(sender: mpsc::Sender<Event>) -> Self {
        Self {
            sender,
            registration: None,
            publication: None,
            dropped: 0,
        }
    }

    /// Sends an event that is known to be new.
    pub(super) fn send(&mut self, event: Event) {
        // Nobody listens any more, or not fast enough: the account must not wait for either.
        if let Err(mpsc::error::TrySendError::Full(_)) = self.sender.try_send(event) {
            self.dropped += 1;
            if self.dropped.is_power_of_two() {
                tracing::warn!(dropped = self.dropped, "events are read too slowly");
            }
        }
    }

    /// Sends how the registration stands, unless only time has passed.
    pub(super) fn registration(&mut self, next: &Registration) {
        if self.registration.as_ref().is_some_and(|last| {
            (
                last.state,
                &last.contact,
                &last.reason,
                &last.flows,
                last.fault,
            ) == (
                next.state,
                &next.contact,
                &next.reason,
                &next.flows,
                next.fault,
            )
        }) {
            return;
        }
        self.registration = Some(next.clone());
        self.send(Event::Registration(next.clone()));
    }

    /// Sends how the publication stands, unless only time has passed.
    pub(super) fn publication(&mut self, next: &Publication) {
        if self.publication.as_ref().is_some_and(|last| {
            (
                last.state,
                &last.status,
                &last.note,
                &last.until,
                &last.reason,
                last.fault,
            ) == (
                next.state,
                &next.status,
                &next.note,
                &next.until,
                &next.reason,
                next.fault,
            )
        }) {
            return;
        }
        self.publication = Some(next.clone());
        self.send(Event::Publication(next.clone()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn registered(expires_s: u64) -> Registration {
        Registration {
            account: "sip:alice@example.com".into(),
            state: "registered",
            expires_s: Some(expires_s),
            contact: None,
            reason: None,
            retry_in_s: None,
            flows: Vec::new(),
            fault: None,
        }
    }

    #[test]
    fn time_alone_is_no_news() {
        let (sender, mut events) = mpsc::channel(8);
        let mut reports = Reports::new(sender);
        reports.registration(&registered(3600));
        reports.registration(&registered(3599));
        let mut other = registered(3600);
        other.contact = Some("sip:alice@192.0.2.1".into());
        reports.registration(&other);
        assert!(events.try_recv().is_ok());
        assert!(events.try_recv().is_ok());
        assert!(events.try_recv().is_err());
    }

    #[test]
    fn a_reader_that_sleeps_holds_nothing_up() {
        let (sender, mut events) = mpsc::channel(1);
        let mut reports = Reports::new(sender);
        for _ in 0..3 {
            reports.send(Event::Registration(registered(1)));
        }
        assert_eq!(reports.dropped, 2);
        assert!(events.try_recv().is_ok());
    }
}
