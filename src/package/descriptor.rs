//! What the subscription engine must know about a package, as data.

/// An event package as the engine sees it (RFC 6665 section 5.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Descriptor {
    /// Value of the Event header.
    pub name: &'static str,
    /// Seconds that a subscription lasts when nobody says otherwise.
    pub default_expires: u32,
    /// Body types asked for in Accept, the preferred one first.
    pub accept: &'static [&'static str],
    /// What to do when several notifiers answer one SUBSCRIBE.
    pub forks: Forks,
}

/// Whether one SUBSCRIBE may make several dialogs (RFC 6665 section 5.4.9).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Forks {
    /// Only the first dialog counts; further ones are refused.
    Single,
    /// Every notifier that answers is listened to, and their states are merged.
    Several,
}

/// Presence (RFC 3856 sections 6.4, 6.5 and 6.9).
pub const PRESENCE: Descriptor = Descriptor {
    name: "presence",
    default_expires: 3600,
    accept: &["application/pidf+xml"],
    forks: Forks::Single,
};

/// Messages waiting (RFC 3842 sections 3.4, 3.5 and 3.10).
pub const MESSAGE_SUMMARY: Descriptor = Descriptor {
    name: "message-summary",
    default_expires: 3600,
    accept: &["application/simple-message-summary"],
    forks: Forks::Several,
};

/// Watchers of one's presence (RFC 3857 sections 4.3, 4.4 and 4.9).
pub const PRESENCE_WINFO: Descriptor = Descriptor {
    name: "presence.winfo",
    default_expires: 3600,
    accept: &["application/watcherinfo+xml"],
    forks: Forks::Several,
};

/// Calls of somebody (RFC 4235 sections 3.4, 3.5 and 3.9).
pub const DIALOG: Descriptor = Descriptor {
    name: "dialog",
    default_expires: 3600,
    accept: &["application/dialog-info+xml"],
    forks: Forks::Several,
};

/// A package that is only shown as it comes: name and Accept are the caller's, every notifier is listened to.
pub const RAW: Descriptor = Descriptor {
    name: "",
    default_expires: 3600,
    accept: &[],
    forks: Forks::Several,
};

/// Every package that is understood here.
pub const ALL: [Descriptor; 4] = [PRESENCE, MESSAGE_SUMMARY, PRESENCE_WINFO, DIALOG];

impl Descriptor {
    /// The package with a name, when it is one of [`ALL`].
    pub fn by_name(name: &str) -> Option<Self> {
        ALL.into_iter().find(|package| package.name == name)
    }
}
