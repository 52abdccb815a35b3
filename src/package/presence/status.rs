//! The one word that says how reachable somebody is.

use std::fmt;

/// The status shown for a presentity, and the one a user publishes.
///
/// The names are part of the command-line contract; how they map to PIDF `basic` and
/// RPID activities (RFC 3863 §4.1.4, RFC 4480 §3.2) is told in `compose` and `publish`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub enum Status {
    /// Open, and no activity says otherwise.
    Available,
    /// Away from the device, or idle.
    Away,
    /// Busy with something.
    Busy,
    /// In a call.
    OnThePhone,
    /// In a meeting.
    InAMeeting,
    /// Does not want to be disturbed.
    DoNotDisturb,
    /// Having a meal.
    OutToLunch,
    /// On vacation.
    Vacation,
    /// Travelling.
    Travel,
    /// Not reachable: every service is closed.
    Offline,
    /// Nothing is known: no document yet, pending, or an empty document.
    #[default]
    Unknown,
    /// Another RPID activity, by its element name; counts as away.
    Other(Box<str>),
}

impl Status {
    /// The statuses a user can choose to publish, in the order in which they are offered.
    pub const PUBLISHABLE: [Self; 10] = [
        Self::Available,
        Self::Away,
        Self::Busy,
        Self::OnThePhone,
        Self::InAMeeting,
        Self::DoNotDisturb,
        Self::OutToLunch,
        Self::Vacation,
        Self::Travel,
        Self::Offline,
    ];

    /// The stable name, such as `on-the-phone`.
    pub fn token(&self) -> &str {
        match self {
            Self::Available => "available",
            Self::Away => "away",
            Self::Busy => "busy",
            Self::OnThePhone => "on-the-phone",
            Self::InAMeeting => "in-a-meeting",
            Self::DoNotDisturb => "do-not-disturb",
            Self::OutToLunch => "out-to-lunch",
            Self::Vacation => "vacation",
            Self::Travel => "travel",
            Self::Offline => "offline",
            Self::Unknown => "unknown",
            Self::Other(name) => name,
        }
    }

    /// Reads a stable name; any other word is [`Status::Other`].
    pub fn from_token(token: &str) -> Self {
        Self::PUBLISHABLE
            .into_iter()
            .chain([Self::Unknown])
            .find(|status| status.token() == token)
            .unwrap_or_else(|| Self::Other(token.into()))
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.token())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_reads_back_as_itself() {
        for status in Status::PUBLISHABLE {
            assert_eq!(Status::from_token(status.token()), status);
        }
        assert_eq!(
            Status::from_token("playing"),
            Status::Other("playing".into())
        );
    }
}
