//! What was learned about servers that have habits of their own, so that not every subscription has to learn it again.

use std::collections::VecDeque;
use std::net::SocketAddr;

use crate::engine::limits;

/// The habits of the servers that SUBSCRIBEs were sent to.
#[derive(Debug, Default)]
pub(super) struct Habits {
    known: VecDeque<Habit>,
}

#[derive(Debug)]
struct Habit {
    server: SocketAddr,
    /// It does not get along with conditional requests.
    unconditional: bool,
    /// Refreshes in a row that it answered 2xx without a NOTIFY.
    silent: u8,
}

impl Habits {
    /// Whether requests to this server have no condition.
    pub(super) fn is_unconditional(&self, server: SocketAddr) -> bool {
        self.of(server).is_some_and(|habit| habit.unconditional)
    }

    /// From now on they have none.
    pub(super) fn stop_conditions(&mut self, server: SocketAddr) {
        self.of_mut(server).unconditional = true;
    }

    /// A refresh was answered 2xx but brought no NOTIFY; whether this server is to be believed without (EV-013).
    pub(super) fn was_silent(&mut self, server: SocketAddr) -> bool {
        let habit = self.of_mut(server);
        habit.silent = habit.silent.saturating_add(1);
        habit.silent >= SILENT_REFRESHES
    }

    /// A refresh brought a NOTIFY.
    pub(super) fn spoke(&mut self, server: SocketAddr) {
        if let Some(habit) = self.known.iter_mut().find(|habit| habit.server == server) {
            habit.silent = 0;
        }
    }

    /// A person asked for another try of everything.
    pub(super) fn forget(&mut self) {
        self.known.clear();
    }

    fn of(&self, server: SocketAddr) -> Option<&Habit> {
        self.known.iter().find(|habit| habit.server == server)
    }

    fn of_mut(&mut self, server: SocketAddr) -> &mut Habit {
        let at = self.known.iter().position(|habit| habit.server == server);
        let at = at.unwrap_or_else(|| {
            if self.known.len() >= limits::HABITS {
                self.known.pop_front();
            }
            self.known.push_back(Habit {
                server,
                unconditional: false,
                silent: 0,
            });
            self.known.len() - 1
        });
        &mut self.known[at]
    }
}

/// After so many refreshes in a row that brought no NOTIFY, a server is believed without one.
const SILENT_REFRESHES: u8 = 3;

#[cfg(test)]
mod tests {
    use super::*;

    fn server(number: u16) -> SocketAddr {
        SocketAddr::from(([192, 0, 2, 9], number))
    }

    #[test]
    fn habits_are_learned_forgotten_and_bounded() {
        let mut habits = Habits::default();
        assert!(!habits.was_silent(server(1)));
        assert!(!habits.was_silent(server(1)));
        habits.spoke(server(1));
        assert!(!habits.was_silent(server(1)));
        assert!(!habits.was_silent(server(1)));
        assert!(habits.was_silent(server(1)));
        assert!(!habits.is_unconditional(server(1)));
        habits.stop_conditions(server(1));
        assert!(habits.is_unconditional(server(1)) && !habits.is_unconditional(server(2)));
        for number in 2..1000 {
            habits.stop_conditions(server(number));
        }
        assert_eq!(habits.known.len(), limits::HABITS);
        assert!(!habits.is_unconditional(server(1)), "the oldest went");
        habits.forget();
        assert!(!habits.is_unconditional(server(999)));
    }
}
