//! What was learned about servers that have habits of their own, so that not every subscription has to learn it again.

use std::collections::VecDeque;
use std::net::SocketAddr;

use crate::engine::limits;

/// The habits of the servers that SUBSCRIBEs were sent to.
#[derive(Debug, Default)]
pub(super) struct Habits {
    /// Those that do not get along with conditional requests.
    unconditional: VecDeque<SocketAddr>,
}

impl Habits {
    /// Whether requests to this server have no condition.
    pub(super) fn is_unconditional(&self, server: SocketAddr) -> bool {
        self.unconditional.contains(&server)
    }

    /// From now on they have none.
    pub(super) fn stop_conditions(&mut self, server: SocketAddr) {
        if self.is_unconditional(server) {
            return;
        }
        if self.unconditional.len() >= limits::HABITS {
            self.unconditional.pop_front();
        }
        self.unconditional.push_back(server);
    }

    /// A person asked for another try of everything.
    pub(super) fn forget(&mut self) {
        self.unconditional.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(number: u16) -> SocketAddr {
        SocketAddr::from(([192, 0, 2, 9], number))
    }

    #[test]
    fn habits_are_learned_forgotten_and_bounded() {
        let mut habits = Habits::default();
        assert!(!habits.is_unconditional(server(1)));
        habits.stop_conditions(server(1));
        assert!(habits.is_unconditional(server(1)) && !habits.is_unconditional(server(2)));
        for number in 2..1000 {
            habits.stop_conditions(server(number));
        }
        assert_eq!(habits.unconditional.len(), limits::HABITS);
        assert!(!habits.is_unconditional(server(1)), "the oldest went");
        habits.forget();
        assert!(!habits.is_unconditional(server(999)));
    }
}
