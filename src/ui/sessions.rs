//! All accounts that are logged in or about to be, in the order of the settings, and the one that is chosen.

use std::sync::Arc;

use super::address;
use super::plain_text;
use super::session::{Session, SessionId, Whom};
use crate::account::{AccountSettings, BuddyState, Connection};

/// The accounts. Screens that are about one account show the chosen one.
#[derive(Debug, Default)]
pub struct Sessions {
    all: Vec<Session>,
    chosen: Option<SessionId>,
}

impl Sessions {
    /// Adds one; the order is that of these settings, and whoever is not among them comes last.
    pub fn put(&mut self, session: Session, accounts: &[AccountSettings]) {
        self.all.push(session);
        self.arrange(accounts);
    }

    /// Brings them into the order of these settings.
    pub fn arrange(&mut self, accounts: &[AccountSettings]) {
        self.all.sort_by_key(|session| {
            let own = &session.account.address;
            let mut kept = accounts.iter();
            let place = kept.position(|account| address::same(&account.address, own));
            place.unwrap_or(usize::MAX)
        });
        self.tell_apart();
    }

    /// Takes one out.
    pub fn take(&mut self, id: SessionId) -> Option<Session> {
        let place = self.all.iter().position(|session| session.id == id)?;
        let session = self.all.remove(place);
        self.tell_apart();
        Some(session)
    }

    /// The one that screens of one account are about from now on.
    pub fn choose(&mut self, id: SessionId) {
        self.chosen = Some(id);
    }

    /// The one with this number.
    pub fn by_id_mut(&mut self, id: SessionId) -> Option<&mut Session> {
        self.all.iter_mut().find(|session| session.id == id)
    }

    /// The chosen one.
    pub fn chosen_mut(&mut self) -> Option<&mut Session> {
        let id = self.chosen()?.id;
        self.by_id_mut(id)
    }

    /// All of them, to be changed.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut Session> {
        self.all.iter_mut()
    }

    /// Those before the first one whose password is still looked for: whoever is asked for passwords is asked in the
    /// order of the accounts, in whatever order the keyring answers.
    pub fn looked_up(&self) -> impl Iterator<Item = &Session> {
        self.all.iter().take_while(|session| !session.is_held())
    }

    /// The first of them whose account waits for its password, which nobody was asked for yet.
    pub fn next_to_ask(&self) -> Option<SessionId> {
        let mut all = self.looked_up();
        all.find(|session| session.is_to_ask()).map(|it| it.id)
    }

    /// The one with this number.
    pub fn by_id(&self, id: SessionId) -> Option<&Session> {
        self.all.iter().find(|session| session.id == id)
    }

    /// The one with this address.
    pub fn by_address(&self, own: &str) -> Option<&Session> {
        let mut all = self.all.iter();
        all.find(|session| address::same(&session.account.address, own))
    }

    /// The one that is chosen; the first unless the user has chosen another one.
    pub fn chosen(&self) -> Option<&Session> {
        let chosen = self.chosen.and_then(|id| self.by_id(id));
        chosen.or_else(|| self.all.first())
    }

    /// The one that speaks for the own status, which is the same for all: the first that is connected.
    pub fn speaker(&self) -> Option<&Session> {
        let online = |session: &&Session| session.snapshot.connection == Connection::Online;
        self.all.iter().find(online).or_else(|| self.all.first())
    }

    /// The one that somebody of this domain is most likely known to: that of the same domain, else the chosen one.
    pub fn nearest(&self, address: &str) -> Option<&Session> {
        let wanted = address::domain(address);
        let mut all = self.all.iter();
        let own = |session: &&Session| {
            let own = address::domain(&session.account.address);
            let same = |(own, wanted): (&str, &str)| own.eq_ignore_ascii_case(wanted);
            own.zip(wanted).is_some_and(same)
        };
        all.find(own).or_else(|| self.chosen())
    }

    /// All of them.
    pub fn iter(&self) -> std::slice::Iter<'_, Session> {
        self.all.iter()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Whether the user has to be told which one is meant.
    pub fn are_several(&self) -> bool {
        self.len() > 1
    }

    /// Whether this is the demo office.
    pub fn is_demo(&self) -> bool {
        self.iter().any(|session| session.demo)
    }

    /// How many people there are.
    pub fn people(&self) -> usize {
        self.iter().map(Session::people).sum()
    }

    /// One of them.
    pub fn person(&self, place: Place) -> Option<(&Session, &Arc<BuddyState>)> {
        let session = self.by_id(place.session)?;
        Some((session, session.person(place.person)?))
    }

    /// Somebody, where the account knows them.
    pub fn find(&self, whom: &Whom) -> Option<(&Session, &Arc<BuddyState>)> {
        let session = self.by_id(whom.session)?;
        Some((session, session.find(&whom.address)?))
    }

    /// Gives each the shortest name that tells it from the others: the domain, the user, or the whole address.
    fn tell_apart(&mut self) {
        let addresses = self.all.iter().map(|session| &session.account.address);
        let addresses: Vec<String> = addresses.map(|own| plain_text::address(own)).collect();
        let parts = |address: &String| match address.split_once('@') {
            Some((user, domain)) if !user.is_empty() => {
                Some((user.to_owned(), domain.to_lowercase()))
            }
            _ => None,
        };
        let parts: Option<Vec<(String, String)>> = addresses.iter().map(parts).collect();
        let names = match parts {
            Some(parts) if all_differ(parts.iter().map(|(_, domain)| domain)) => {
                parts.into_iter().map(|(_, domain)| domain).collect()
            }
            Some(parts) if all_same(parts.iter().map(|(_, domain)| domain)) => {
                parts.into_iter().map(|(user, _)| user).collect()
            }
            _ => addresses,
        };
        let several = self.are_several();
        for (session, name) in self.all.iter_mut().zip(names) {
            session.label = several.then_some(name);
        }
    }
}

impl<'a> IntoIterator for &'a Sessions {
    type Item = &'a Session;
    type IntoIter = std::slice::Iter<'a, Session>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl FromIterator<Session> for Sessions {
    fn from_iter<T: IntoIterator<Item = Session>>(all: T) -> Self {
        let mut sessions = Self {
            all: all.into_iter().collect(),
            chosen: None,
        };
        sessions.tell_apart();
        sessions
    }
}

/// The place of somebody among all people of all accounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The account that knows them.
    pub session: SessionId,
    /// Their place among [`Session::person`].
    pub person: usize,
}

fn all_differ<'a>(mut domains: impl Iterator<Item = &'a String>) -> bool {
    let mut seen = std::collections::HashSet::new();
    domains.all(|domain| seen.insert(domain))
}

fn all_same<'a>(mut domains: impl Iterator<Item = &'a String>) -> bool {
    let first = domains.next();
    domains.all(|domain| Some(domain) == first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::testing::{online, session_of};

    fn sessions(addresses: &[&str]) -> Sessions {
        let numbered = addresses.iter().zip(1..);
        numbered
            .map(|(address, id)| session_of(id, address, online()))
            .collect()
    }

    fn labels(addresses: &[&str]) -> Vec<String> {
        let sessions = sessions(addresses);
        let labels = sessions.iter().map(|session| session.label.clone());
        labels.flatten().collect()
    }

    #[test]
    fn accounts_are_told_apart_by_as_little_as_it_takes() {
        assert_eq!(labels(&["sip:alice@example.test"]), [""; 0]);
        let domains = ["sip:alice@example.test", "sip:alice@Example.com"];
        assert_eq!(labels(&domains), ["example.test", "example.com"]);
        let users = ["sip:alice@example.test", "sip:bob@example.test"];
        assert_eq!(labels(&users), ["alice", "bob"]);
        let mixed = [
            "sip:alice@example.test",
            "sip:bob@example.test",
            "sip:bob@example.com",
        ];
        let whole = mixed.map(|address| address[4..].to_owned());
        assert_eq!(labels(&mixed), whole);
    }

    #[test]
    fn one_is_chosen_one_speaks_and_the_order_is_that_of_the_settings() {
        let mut sessions = sessions(&["sip:alice@example.test", "sip:bob@example.com"]);
        assert_eq!(sessions.chosen().unwrap().id, 1);
        sessions.choose(2);
        assert_eq!(sessions.chosen().unwrap().id, 2);
        let alice = sessions.by_id_mut(1).unwrap();
        Arc::make_mut(&mut alice.snapshot).connection = Connection::Connecting;
        assert_eq!(sessions.speaker().unwrap().id, 2, "who is connected");
        assert_eq!(sessions.nearest("sip:erin@EXAMPLE.test").unwrap().id, 1);
        assert_eq!(sessions.nearest("tel:+100").unwrap().id, 2, "the chosen");
        let kept = |address: &str| AccountSettings {
            address: address.to_owned(),
            ..AccountSettings::default()
        };
        sessions.arrange(&[kept("sip:bob@example.com"), kept("sip:alice@example.test")]);
        let order: Vec<SessionId> = sessions.iter().map(|session| session.id).collect();
        assert_eq!(order, [2, 1]);
        assert_eq!(
            sessions.take(2).unwrap().account.address,
            "sip:bob@example.com"
        );
        assert_eq!(sessions.chosen().unwrap().id, 1);
        assert_eq!(sessions.chosen().unwrap().label, None, "it is alone");
    }
}
