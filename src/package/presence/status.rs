//! The one word that says how reachable somebody is.

use std::fmt;

use super::pidf::Basic;
use super::rpid::Activity;

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

    /// Whether somebody of this status can be reached.
    pub fn basic(&self) -> Basic {
        match self {
            Self::Offline => Basic::Closed,
            _ => Basic::Open,
        }
    }

    /// The status that an activity names (RFC 4480 section 3.2).
    pub(super) fn of_activity(activity: &Activity) -> Self {
        match activity.name.as_ref() {
            "away" => Self::Away,
            "busy" | "appointment" | "performance" | "presentation" | "worship" => Self::Busy,
            "on-the-phone" => Self::OnThePhone,
            "meeting" => Self::InAMeeting,
            "meal" | "breakfast" | "lunch" | "dinner" => Self::OutToLunch,
            "vacation" | "holiday" => Self::Vacation,
            "travel" | "in-transit" | "steering" => Self::Travel,
            "other" if activity.text.as_deref().is_some_and(means_do_not_disturb) => {
                Self::DoNotDisturb
            }
            name => Self::Other(name.into()),
        }
    }

    /// The elements of RPID's `activities` that say this status, `other` with its text.
    pub(super) fn activities(&self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Away => &[("away", "")],
            Self::Busy => &[("busy", "")],
            Self::OnThePhone => &[("on-the-phone", "")],
            Self::InAMeeting => &[("meeting", "")],
            Self::DoNotDisturb => &[("busy", ""), ("other", "do-not-disturb")],
            Self::OutToLunch => &[("meal", "")],
            Self::Vacation => &[("vacation", "")],
            Self::Travel => &[("travel", "")],
            Self::Available | Self::Offline | Self::Unknown | Self::Other(_) => &[],
        }
    }

    /// How hard somebody is to reach: of several activities the hardest names the status. Somebody who is away may be
    /// back any minute; somebody who asked not to be disturbed has said so.
    pub(super) fn distance(&self) -> u8 {
        match self {
            Self::Unknown | Self::Available => 0,
            Self::Away | Self::Other(_) => 1,
            Self::Busy => 2,
            Self::OnThePhone => 3,
            Self::OutToLunch => 4,
            Self::InAMeeting => 5,
            Self::Travel => 6,
            Self::Vacation => 7,
            Self::DoNotDisturb => 8,
            Self::Offline => 9,
        }
    }
}

/// Texts of `other` that other clients write for it.
fn means_do_not_disturb(text: &str) -> bool {
    let letters: String = text
        .chars()
        .filter(char::is_ascii_alphabetic)
        .map(|c| c.to_ascii_lowercase())
        .collect();
    matches!(letters.as_str(), "dnd" | "donotdisturb")
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
