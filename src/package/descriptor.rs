//! What the subscription engine must know about a package, as data.

use super::{limits, presence, resource_list, xcap_diff};

/// An event package as the engine sees it (RFC 6665 section 5.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Descriptor {
    /// Value of the Event header; empty where the caller has the name: [`WINFO`], [`RAW`].
    pub name: &'static str,
    /// Seconds that a subscription lasts when nobody says otherwise.
    pub default_expires: u32,
    /// Body types asked for in Accept, the one that every notifier must support first.
    pub accept: &'static [&'static str],
    /// What to do when several notifiers answer one SUBSCRIBE.
    pub forks: Forks,
}

/// Whether one SUBSCRIBE may make several dialogs (RFC 6665 section 5.4.9).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Forks {
    /// Only the first dialog counts; further ones are refused.
    Single,
    /// The same, even for those who only look: the package forbids that there be more than one.
    Forbidden,
    /// Every notifier that answers is listened to, and their states are merged.
    Several,
}

/// Presence (RFC 3856 sections 6.4, 6.5 and 6.9), whole and in parts (RFC 5263 section 4.2).
///
/// No `q` tells the two apart: equal in rank, the choice is the server's, and a server that compares whole values with
/// the types it knows finds the mandatory one.
pub const PRESENCE: Descriptor = Descriptor {
    name: "presence",
    default_expires: 3600,
    accept: &[presence::CONTENT_TYPE, presence::PIDF_DIFF],
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

/// Watchers of any package (RFC 3857 sections 4.3, 4.4 and 4.9), watcher information itself included.
pub const WINFO: Descriptor = Descriptor {
    name: "",
    ..PRESENCE_WINFO
};

/// Calls of somebody (RFC 4235 sections 3.4, 3.5 and 3.9).
pub const DIALOG: Descriptor = Descriptor {
    name: "dialog",
    default_expires: 3600,
    accept: &["application/dialog-info+xml"],
    forks: Forks::Several,
};

/// One call of somebody, or those that one INVITE has made (RFC 4235 sections 3.2 and 3.4).
pub const ONE_DIALOG: Descriptor = Descriptor {
    default_expires: 7200,
    ..DIALOG
};

/// Registered contacts of an address (RFC 3680 sections 4.4, 4.5 and 4.9).
pub const REG: Descriptor = Descriptor {
    name: "reg",
    default_expires: 3761,
    accept: &["application/reginfo+xml"],
    forks: Forks::Forbidden,
};

/// What became of a reference (RFC 3515 sections 3.4, 3.5 and 3.9, RFC 7614 section 4.4). The RFCs give no default
/// duration: longer than a request to call somebody may take.
pub const REFER: Descriptor = Descriptor {
    name: "refer",
    default_expires: 300,
    accept: &["message/sipfrag"],
    forks: Forks::Several,
};

/// Keys pressed during a call (RFC 4730 sections 4.4, 4.5 and 4.10).
pub const KPML: Descriptor = Descriptor {
    name: "kpml",
    default_expires: 7200,
    accept: &["application/kpml-response+xml"],
    forks: Forks::Forbidden,
};

/// Changes of documents on an XCAP server (RFC 5875 sections 4.4, 4.5 and 4.9).
pub const XCAP_DIFF: Descriptor = Descriptor {
    name: "xcap-diff",
    default_expires: 3600,
    accept: &[xcap_diff::CONTENT_TYPE],
    forks: Forks::Forbidden,
};

/// A package that is only shown as it comes: name and Accept are the caller's, every notifier is listened to.
pub const RAW: Descriptor = Descriptor {
    name: "",
    default_expires: 3600,
    accept: &[],
    forks: Forks::Several,
};

/// Every package that is understood here, beside watcher information on others.
pub const ALL: [Descriptor; 8] = [
    PRESENCE,
    MESSAGE_SUMMARY,
    PRESENCE_WINFO,
    DIALOG,
    REG,
    REFER,
    KPML,
    XCAP_DIFF,
];

/// Every body type that is understood here, also of the lists of any package (RFC 4662 section 4.3).
pub fn media_types() -> Vec<&'static str> {
    let lists = ["multipart/related", resource_list::CONTENT_TYPE];
    let packages = ALL.into_iter().flat_map(|package| package.accept);
    packages.copied().chain(lists).collect()
}

impl Descriptor {
    /// The package with a name: one of [`ALL`], or [`WINFO`] for the watchers of any package.
    pub fn by_name(name: &str) -> Option<Self> {
        ALL.into_iter()
            .find(|package| package.name == name)
            .or_else(|| watched_package(name).map(|_| WINFO))
    }

    /// What to ask for in Accept when the user names body types: those, and the one that must always be there
    /// (EV-004). Without a wish, all that the package has.
    pub fn accept_with(&self, wished: &[String]) -> Vec<String> {
        if wished.is_empty() {
            return self.accept.iter().map(|&kind| kind.to_owned()).collect();
        }
        let bare = |kind: &str| {
            let kind = kind.split(';').next().unwrap_or_default();
            kind.trim().to_ascii_lowercase()
        };
        let mut accept = wished.to_vec();
        if let Some(mandatory) = self.accept.first()
            && !wished.iter().any(|kind| bare(kind) == bare(mandatory))
        {
            accept.push((*mandatory).to_owned());
        }
        accept
    }
}

/// The package whose subscribers a `.winfo` package tells about (RFC 3857 section 4.1): `presence` of
/// `presence.winfo`, `presence.winfo` of `presence.winfo.winfo`. `None` for other names, and for templates upon
/// templates beyond [`limits::TEMPLATES`].
pub fn watched_package(name: &str) -> Option<&str> {
    let watched = name.strip_suffix(".winfo")?;
    let mut package = watched;
    for _ in 0..limits::TEMPLATES {
        match package.strip_suffix(".winfo") {
            Some(inner) => package = inner,
            None => return Some(watched).filter(|_| is_package(package)),
        }
    }
    None
}

/// Whether a name is that of a package, no template among its parts (`token-nodot`, RFC 6665 section 8.4).
fn is_package(name: &str) -> bool {
    !name.is_empty()
        && name != "winfo"
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-!%*_+`'~".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ev_003_packages_bring_their_default_expiry() {
        for (name, seconds) in [
            ("presence", 3600),
            ("message-summary", 3600),
            ("presence.winfo", 3600),
            ("message-summary.winfo", 3600),
            ("presence.winfo.winfo", 3600),
            ("dialog", 3600),
            ("reg", 3761),
            ("kpml", 7200),
            ("xcap-diff", 3600),
        ] {
            let package = Descriptor::by_name(name).unwrap();
            assert_eq!(package.default_expires, seconds, "{name}");
        }
    }

    #[test]
    fn every_type_that_is_asked_for_is_understood() {
        let types = media_types();
        for package in ALL {
            let known = package.accept.iter().all(|kind| types.contains(kind));
            assert!(known, "{}", package.name);
        }
        for kind in ["application/rlmi+xml", "multipart/related"] {
            assert!(types.contains(&kind), "{kind}");
        }
    }

    #[test]
    fn ev_004_the_mandatory_type_is_always_asked_for() {
        for (name, mandatory) in [
            ("presence", "application/pidf+xml"),
            ("message-summary", "application/simple-message-summary"),
            ("presence.winfo", "application/watcherinfo+xml"),
            ("dialog.winfo", "application/watcherinfo+xml"),
            ("dialog", "application/dialog-info+xml"),
            ("reg", "application/reginfo+xml"),
            ("refer", "message/sipfrag"),
            ("kpml", "application/kpml-response+xml"),
            ("xcap-diff", "application/xcap-diff+xml"),
        ] {
            let package = Descriptor::by_name(name).unwrap();
            assert!(
                package
                    .accept_with(&[])
                    .iter()
                    .any(|kind| kind == mandatory)
            );
            let private = ["application/x-private".to_owned()];
            assert_eq!(
                package.accept_with(&private),
                ["application/x-private", mandatory],
                "{name}"
            );
            let shouted = [format!("{};q=0.5", mandatory.to_uppercase())];
            assert_eq!(package.accept_with(&shouted), shouted, "{name}");
        }
        assert!(RAW.accept_with(&[]).is_empty());
        assert_eq!(RAW.accept_with(&["a/b".to_owned()]), ["a/b"]);
    }

    #[test]
    fn ev_002_names_are_compared_byte_for_byte() {
        for unknown in ["Presence", "PRESENCE.WINFO", "reg ", "presence.WINFO", ""] {
            assert_eq!(Descriptor::by_name(unknown), None, "{unknown}");
        }
    }

    #[test]
    fn fm_033_the_watched_package_is_the_parent() {
        for (name, watched) in [
            ("presence.winfo", Some("presence")),
            ("message-summary.winfo", Some("message-summary")),
            ("presence.winfo.winfo", Some("presence.winfo")),
            ("presence", None),
            (".winfo", None),
            ("winfo", None),
            ("winfo.winfo", None),
            ("a.b.winfo", None),
            ("a b.winfo", None),
            (
                "presence.winfo.winfo.winfo.winfo",
                Some("presence.winfo.winfo.winfo"),
            ),
            ("presence.winfo.winfo.winfo.winfo.winfo", None),
        ] {
            assert_eq!(watched_package(name), watched, "{name}");
        }
        let endless = format!("presence{}", ".winfo".repeat(10_000));
        assert_eq!(watched_package(&endless), None);
        assert_eq!(Descriptor::by_name("kpml.winfo"), Some(WINFO));
    }
}
