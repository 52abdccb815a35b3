//! How much an approval shows: named levels, and the permissions that they stand for (RFC 5025 §3.3, XC-008).

use std::collections::BTreeSet;
use std::fmt;

use super::rule::{Permissions, Selector, UserInputDetail};

/// How much of their presence somebody shows to a watcher.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Disclosure {
    /// Whether one can be reached, and where. Nothing of the person.
    State,
    /// What the person does and says, too.
    Activity,
    /// Everything that is published.
    #[default]
    Everything,
}

impl Disclosure {
    /// Every level, the one that shows least first.
    pub const ALL: [Self; 3] = [Self::State, Self::Activity, Self::Everything];

    /// The stable name, such as `activity`.
    pub fn token(self) -> &'static str {
        match self {
            Self::State => "state",
            Self::Activity => "activity",
            Self::Everything => "everything",
        }
    }

    /// Reads a stable name.
    pub fn from_token(token: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.token() == token)
    }

    /// What a watcher may see at this level.
    pub fn permissions(self) -> Permissions {
        let all = || BTreeSet::from([Selector::All]);
        match self {
            Self::State => Permissions {
                services: all(),
                ..Permissions::default()
            },
            Self::Activity => Permissions {
                services: all(),
                persons: all(),
                attributes: SHOWN_OF_ACTIVITY.map(str::to_owned).into(),
                ..Permissions::default()
            },
            Self::Everything => Permissions {
                services: all(),
                persons: all(),
                devices: all(),
                all_attributes: true,
                ..Permissions::default()
            },
        }
    }

    /// The level that permissions are, if they are exactly one.
    pub fn of(permissions: &Permissions) -> Option<Self> {
        let mut told = permissions.clone();
        if told.all_attributes {
            // Who sees every attribute sees those that are named, too.
            told.attributes.clear();
            told.unknown_attributes.clear();
            told.user_input = UserInputDetail::Nothing;
        }
        Self::ALL
            .into_iter()
            .find(|level| level.permissions() == told)
    }

    /// The transformations of a rule that gives this level, with the prefixes `cr` and `pr`.
    pub(super) fn transformations(self) -> &'static str {
        match self {
            Self::State => STATE,
            Self::Activity => ACTIVITY,
            Self::Everything => EVERYTHING,
        }
    }
}

impl fmt::Display for Disclosure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.token())
    }
}

/// What is shown of a person at [`Disclosure::Activity`].
const SHOWN_OF_ACTIVITY: [&str; 2] = ["activities", "note"];

const STATE: &str = "
    <cr:transformations>
      <pr:provide-services><pr:all-services/></pr:provide-services>
    </cr:transformations>";
const ACTIVITY: &str = "
    <cr:transformations>
      <pr:provide-services><pr:all-services/></pr:provide-services>
      <pr:provide-persons><pr:all-persons/></pr:provide-persons>
      <pr:provide-activities>true</pr:provide-activities>
      <pr:provide-note>true</pr:provide-note>
    </cr:transformations>";
const EVERYTHING: &str = "
    <cr:transformations>
      <pr:provide-services><pr:all-services/></pr:provide-services>
      <pr:provide-persons><pr:all-persons/></pr:provide-persons>
      <pr:provide-devices><pr:all-devices/></pr:provide-devices>
      <pr:provide-all-attributes/>
    </cr:transformations>";
