//! What is kept between two starts: accounts, buddies, appearance. No secrets.

use std::ops::Not;

use serde::{Deserialize, Serialize};

/// Everything in `settings.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// The version of this file's shape; an older one is migrated, a newer one is refused.
    pub version: u32,
    /// The instance id of this installation (RFC 5626 §4.1), `urn:uuid:...`; empty until it is drawn.
    pub instance: String,
    /// How the window looks.
    pub appearance: Appearance,
    /// How the buddies are listed.
    pub list: ListSettings,
    /// What the user is told while the window is not before their eyes.
    pub notifications: Notifications,
    /// What is published when nobody is at the machine.
    pub idle: IdleSettings,
    /// The window itself.
    pub window: WindowSettings,
    /// How long it is remembered what has changed.
    pub activity: ActivitySettings,
    /// The accounts, in the order in which they are shown.
    pub accounts: Vec<AccountSettings>,
}

/// The version of the settings that this program writes.
/// The second has groups and the list as the server has it, which the first would drop.
pub const SETTINGS_VERSION: u32 = 2;

impl Default for Settings {
    fn default() -> Self {
        Self {
            version: SETTINGS_VERSION,
            instance: String::new(),
            appearance: Appearance::default(),
            list: ListSettings::default(),
            notifications: Notifications::default(),
            idle: IdleSettings::default(),
            window: WindowSettings::default(),
            activity: ActivitySettings::default(),
            accounts: Vec::new(),
        }
    }
}

/// How the window looks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Appearance {
    /// Light or dark.
    pub theme: ThemeChoice,
    /// Whether colours stand out as far as they can.
    pub contrast: ContrastChoice,
    /// The size of text and everything else, in percent of the normal size.
    pub scale_percent: u16,
    /// A BCP 47 language tag; empty means the language of the system.
    pub language: String,
}

impl Default for Appearance {
    fn default() -> Self {
        Self {
            theme: ThemeChoice::System,
            contrast: ContrastChoice::System,
            scale_percent: 100,
            language: String::new(),
        }
    }
}

/// How the buddies are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ListSettings {
    /// In which order.
    pub order: ListOrder,
    /// Whether those who are offline are left out.
    pub hide_offline: bool,
    /// How much room each of them has.
    pub density: Density,
}

/// How much room each buddy has in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Density {
    /// Two lines and a portrait.
    #[default]
    Comfortable,
    /// One line.
    Compact,
}

/// The order of the buddies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ListOrder {
    /// As they were added.
    #[default]
    Added,
    /// Whoever can be reached first.
    Available,
    /// By name.
    Name,
}

/// What the user is told while the window is not before their eyes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Notifications {
    /// Whether the desktop shows requests, new messages and people who were waited for.
    pub enabled: bool,
    /// After how many minutes the user is reminded of messages that still wait; 0: never.
    pub remind_minutes: u16,
    /// Whether the desktop plays a sound with it.
    pub sound: bool,
}

impl Default for Notifications {
    fn default() -> Self {
        Self {
            enabled: true,
            remind_minutes: 0,
            sound: true,
        }
    }
}

/// What is published when nobody is at the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct IdleSettings {
    /// After so many minutes without keyboard and mouse somebody who is available is shown as away; 0: never.
    pub after_minutes: u16,
    /// Whether the same is shown as soon as the screen is locked.
    pub when_locked: bool,
    /// Whether others are told when keyboard and mouse were last used (RFC 4480 §3.14).
    pub tell_last_input: bool,
}

impl Default for IdleSettings {
    fn default() -> Self {
        Self {
            after_minutes: 10,
            when_locked: true,
            tell_last_input: false,
        }
    }
}

/// The window itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct WindowSettings {
    /// What closing it means where the desktop shows the icon in its panel; `None`: the user has not been told yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub when_closed: Option<WhenClosed>,
    /// Where it was last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
}

/// What closing the window means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WhenClosed {
    /// The program goes on in the panel.
    KeepRunning,
    /// The program ends.
    Quit,
}

/// Where a window was, in the desktop's units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Place {
    /// Its width.
    pub width: u16,
    /// Its height.
    pub height: u16,
    /// Its left edge, where the desktop tells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub x: Option<i16>,
    /// Its upper edge.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub y: Option<i16>,
    /// Whether it filled the screen.
    #[serde(skip_serializing_if = "Not::not")]
    pub maximized: bool,
}

/// How long it is remembered what has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct ActivitySettings {
    /// For so many days; 0: until the program ends.
    pub days: u16,
}

impl Default for ActivitySettings {
    fn default() -> Self {
        Self { days: 7 }
    }
}

/// Light or dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ThemeChoice {
    /// As the desktop says.
    #[default]
    System,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

/// Usual or high contrast.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ContrastChoice {
    /// As the desktop says.
    #[default]
    System,
    /// Always the usual one.
    Normal,
    /// Always high.
    High,
}

/// One SIP account, without its password.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct AccountSettings {
    /// The address of record as a URI: `sip:alice@example.com`.
    pub address: String,
    /// The name others see; empty for none.
    pub display_name: String,
    /// Whether to log in at the start.
    pub enabled: bool,
    /// The user name for digest, when it is not the address's user part; empty otherwise.
    pub auth_user: String,
    /// The realm the password is for, when it is known; empty otherwise.
    pub realm: String,
    /// Whether the password is used only where the server asks for it with a digest better than MD5, and no weaker than
    /// before. Off: a weaker one is answered, and told of.
    pub strong_digest: bool,
    /// The outbound proxy as a URI; empty for none. Several, the preferred first, are separated by spaces (RFC 5626 §4.2.1).
    pub outbound_proxy: String,
    /// The transport to use when nothing else names one; `None` leaves it to RFC 3263.
    pub transport: Option<TransportChoice>,
    /// The XCAP root; empty: `https://xcap.` and the domain is tried.
    pub xcap_root: String,
    /// A file with further certificate authorities to trust for this account; empty for none.
    pub tls_ca: String,
    /// A file with the certificate to show to servers that ask for one; empty for none.
    pub tls_client_cert: String,
    /// The file with its key, which nobody else may read; empty: it is in the same file.
    pub tls_client_key: String,
    /// Certificates of servers that the user has looked at and trusts as they are, for this account only.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub trusted: Vec<TrustedCertificate>,
    /// The status to publish after log-in, by its stable name.
    pub status: String,
    /// The note that goes with it.
    pub note: String,
    /// What is published in its place for a time.
    pub timed: Option<TimedStatus>,
    /// Statuses with a note that were chosen lately, the last one first, to be chosen again.
    pub remembered: Vec<RememberedStatus>,
    /// A label that is published with the status, for rules of the server; empty for none (RFC 4480 §3.3).
    pub class: String,
    /// Whether several devices that answer for one person are shown together, for networks without a presence server.
    /// Off: the first one that answers speaks for all (RFC 3856 §6.9).
    pub merge_presence: bool,
    /// Whether the registrar is asked for a globally routable address (GRUU, RFC 5627), which then is the Contact of
    /// subscriptions. Off: not every server that hands them out can route what is sent to them.
    pub gruu: bool,
    /// Whether others whose presence or calls are watched are not told who asks (RFC 3323). Off: a server that decides who
    /// may watch has to know it, and many refuse who does not say.
    pub anonymous: bool,
    /// The number or address to call for the voicemail; empty: what the server names.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub voicemail: String,
    /// The groups of the buddy list that have been moved or folded, in the order in which they are shown. Others come
    /// after them, in the order of the buddies.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<Group>,
    /// The buddies, in the order in which they are shown.
    pub buddies: Vec<Buddy>,
    /// The buddies as this device and the server last agreed on them; what differs from it has been changed here since.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub synced: Option<Synced>,
}

/// A certificate that is trusted as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct TrustedCertificate {
    /// The server that it is trusted for; empty: every server of the account.
    pub server: String,
    /// Which machine of the server showed it: its address with its port, or `https`; empty when that is not known.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub at: String,
    /// The SHA-256 of the whole of it, as `AB:CD:...`.
    pub sha256: String,
    /// Since when it is trusted (RFC 3339); empty when that is not known.
    pub since: String,
}

/// A list of buddies that a server has, too.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Synced {
    /// The XCAP root of the server.
    pub root: String,
    /// Whether the server has their order, too. Earlier versions did not write it.
    #[serde(skip_serializing_if = "Not::not")]
    pub in_order: bool,
    /// Who was on the list.
    pub buddies: Vec<Buddy>,
}

/// A group of the buddy list, as the window shows it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Group {
    /// Its name.
    pub name: String,
    /// Whether only its name is shown.
    #[serde(skip_serializing_if = "Not::not")]
    pub folded: bool,
}

/// A status that ends by itself.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct TimedStatus {
    /// The status, by its stable name.
    pub status: String,
    /// The note that goes with it.
    pub note: String,
    /// When it ends (RFC 3339).
    pub until: String,
}

/// A status and a note that were chosen together.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RememberedStatus {
    /// The status, by its stable name.
    pub status: String,
    /// The note.
    pub note: String,
}

/// A transport that a user can choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TransportChoice {
    /// Datagrams.
    Udp,
    /// A plain stream.
    Tcp,
    /// An encrypted stream.
    Tls,
}

/// Somebody whose presence the user wants to see.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Buddy {
    /// The address as a URI.
    pub address: String,
    /// The name the user gave; empty: the address is shown.
    pub name: String,
    /// The groups that the buddy is listed in; empty: in none of them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<String>,
    /// Whether the user is never told about this buddy.
    #[serde(skip_serializing_if = "Not::not")]
    pub muted: bool,
    /// Whether the user is told each time the buddy can be reached again.
    #[serde(skip_serializing_if = "Not::not")]
    pub announced: bool,
    /// Whether the buddy stays on the list without being watched.
    #[serde(skip_serializing_if = "Not::not")]
    pub paused: bool,
    /// Whether the buddy's calls are watched too (RFC 4235).
    #[serde(skip_serializing_if = "Not::not")]
    pub calls: bool,
}
