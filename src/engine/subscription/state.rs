//! The state machine of a usage (RFC 6665 §4.1.2): one enum of states, one of events, one table.

/// Where a usage, or a SUBSCRIBE that has none yet, stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum State {
    /// No NOTIFY has told the state yet.
    NotifyWait,
    /// The notifier waits for a decision of its user.
    Pending,
    /// State is flowing.
    Active,
    /// Expires 0 was sent, or will be as soon as it can; the final NOTIFY is awaited (EV-050).
    Ending,
    /// Rejected; some notifiers let the same dialog come back when their user changes his mind.
    Rejected,
    /// Over.
    Terminated,
}

/// What can happen to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Happening {
    /// A NOTIFY said `pending`.
    NotifyPending,
    /// A NOTIFY said `active`.
    NotifyActive,
    /// A NOTIFY said something that is not known (EV-023).
    NotifyUnknown,
    /// A NOTIFY said `terminated` for any reason but `rejected`.
    NotifyTerminated,
    /// A NOTIFY said `terminated;reason=rejected`.
    NotifyRejected,
    /// The user wants it no longer.
    Unwanted,
    /// A SUBSCRIBE in the dialog got an answer that ends the usage (EV-043).
    ResponseEnds,
    /// Timer N fired and no NOTIFY had come (EV-013).
    NotifyMissing,
    /// The last known expiry has passed (EV-049).
    Expired,
}

impl State {
    /// The state after this happened.
    pub(crate) fn after(self, happening: Happening) -> Self {
        TABLE[self as usize][happening as usize]
    }

    /// Whether there is something to refresh.
    pub(crate) fn is_live(self) -> bool {
        matches!(self, Self::NotifyWait | Self::Pending | Self::Active)
    }
}

use State::{
    Active as Act, Ending as End, NotifyWait as Nwt, Pending as Pnd, Rejected as Rej,
    Terminated as Ter,
};

/// Rows: the state. Columns: NOTIFY pending, active, unknown, terminated, rejected; unwanted; response ends; NOTIFY
/// missing; expired.
#[rustfmt::skip]
const TABLE: [[State; 9]; 6] = [
    /* NotifyWait */ [Pnd, Act, Nwt, Ter, Rej, End, Ter, Ter, Ter],
    /* Pending    */ [Pnd, Act, Pnd, Ter, Rej, End, Ter, Ter, Ter],
    /* Active     */ [Pnd, Act, Act, Ter, Rej, End, Ter, Ter, Ter],
    // A NOTIFY that crosses the Expires 0 revives nothing (EV-052).
    /* Ending     */ [End, End, End, Ter, Ter, End, Ter, Ter, Ter],
    // No request is out; only a NOTIFY changes it, or the user, or time.
    /* Rejected   */ [Pnd, Act, Rej, Ter, Rej, Ter, Ter, Rej, Ter],
    /* Terminated */ [Ter, Ter, Ter, Ter, Ter, Ter, Ter, Ter, Ter],
];

#[cfg(test)]
mod tests {
    use super::Happening::*;
    use super::State::*;
    use super::*;

    const STATES: [State; 6] = [NotifyWait, Pending, Active, Ending, Rejected, Terminated];
    const HAPPENINGS: [Happening; 9] = [
        NotifyPending,
        NotifyActive,
        NotifyUnknown,
        NotifyTerminated,
        NotifyRejected,
        Unwanted,
        ResponseEnds,
        NotifyMissing,
        Expired,
    ];

    #[test]
    #[expect(clippy::match_same_arms, reason = "each rule stands for itself")]
    fn ev_023_every_cell_of_the_table() {
        for state in STATES {
            for happening in HAPPENINGS {
                // The rules in words, told independently of the table.
                let expected = match (state, happening) {
                    (Terminated, _) => Terminated,
                    (_, NotifyTerminated | ResponseEnds | Expired) => Terminated,
                    (Ending, NotifyRejected | NotifyMissing) => Terminated,
                    (Ending, _) => Ending,
                    (_, NotifyPending) => Pending,
                    (_, NotifyActive) => Active,
                    (unchanged, NotifyUnknown) => unchanged,
                    (_, NotifyRejected) => Rejected,
                    (Rejected, Unwanted) => Terminated,
                    (_, Unwanted) => Ending,
                    (Rejected, NotifyMissing) => Rejected,
                    (_, NotifyMissing) => Terminated,
                };
                assert_eq!(state.after(happening), expected, "{state:?} {happening:?}");
            }
        }
    }

    #[test]
    fn live_states_are_those_with_something_to_refresh() {
        let live: Vec<_> = STATES.into_iter().filter(|state| state.is_live()).collect();
        assert_eq!(live, [NotifyWait, Pending, Active]);
    }
}
