//! Failures in words. The rooms below tell them in English, for logs and the command line; people read their own language.

use std::path::Path;

use super::rules_failure;
use crate::account::{
    BuddyConflict, BuddySide, DocumentCause, Fault, Kept, Notice, SecretError, StoreError, Topic,
    Trouble,
};
use crate::desktop::autostart::AutostartError;
use crate::fl;
use crate::ui::plain_text;

/// Something that went wrong on this machine, beside the account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// The settings were not as they should be at the start.
    Settings(Notice),
    /// The settings could not be written.
    NotSaved(StoreError),
    /// Not everything of a removed account is gone.
    NotErased(StoreError),
    /// The keyring did not take a password.
    NotRemembered(SecretError),
    /// The keyring did not forget a password.
    NotForgotten(SecretError),
    /// No program took an address or a link.
    NotOpened(String),
    /// No font has the letters of the chosen language.
    NoLetters,
    /// The start with the session could not be changed.
    NotStarting(AutostartError),
}

impl Failure {
    /// What happened, and why.
    pub fn told(&self) -> (String, Option<String>) {
        match self {
            Self::Settings(Notice::Broken { kept_as, detail }) => (
                fl!("settings-broken", file = path(kept_as)),
                Some(plain_text::sentence(detail)),
            ),
            Self::Settings(Notice::NotKept(error)) => {
                (fl!("settings-not-kept"), Some(store(error)))
            }
            Self::Settings(Notice::Preset(error)) => (
                fl!("settings-presets-wrong"),
                Some(plain_text::sentence(&error.to_string())),
            ),
            Self::NotSaved(error) => (fl!("settings-not-saved"), Some(store(error))),
            Self::NotErased(error) => (fl!("account-not-erased"), Some(store(error))),
            Self::NotRemembered(error) => (fl!("keyring-not-remembered"), Some(keyring(error))),
            Self::NotOpened(detail) => (fl!("not-opened"), Some(plain_text::sentence(detail))),
            Self::NoLetters => (fl!("letters-missing"), Some(fl!("letters-missing-hint"))),
            Self::NotStarting(error) => (
                fl!("settings-autostart-failed"),
                Some(plain_text::sentence(&error.to_string())),
            ),
            Self::NotForgotten(error) => (fl!("keyring-not-forgotten"), Some(keyring(error))),
        }
    }
}

/// Why the keyring is of no use.
pub fn keyring(error: &SecretError) -> String {
    match error {
        SecretError::NoService { .. } => fl!("keyring-no-service"),
        SecretError::Locked { .. } => fl!("keyring-locked"),
        SecretError::NoAnswer { .. } => fl!("keyring-no-answer"),
        SecretError::NotText => fl!("keyring-not-text"),
        SecretError::Failed { detail } => {
            fl!("keyring-failed", detail = plain_text::note(detail))
        }
    }
}

/// What went wrong in the account, and what to try.
pub fn trouble(trouble: &Trouble) -> (String, Option<String>) {
    match &trouble.topic {
        Topic::Rules(fault, cause) => {
            let why = document(*fault, cause, &trouble.message);
            let why = match cause {
                DocumentCause::Unusable(_) => why,
                _ => format!("{why} {}", fl!("trouble-rules-hint")),
            };
            (fl!("trouble-rules"), Some(why))
        }
        Topic::Permanent(fault, cause) => (
            fl!("trouble-permanent"),
            Some(document(*fault, cause, &trouble.message)),
        ),
        Topic::Decision(watcher) => (
            fl!("trouble-decision", address = plain_text::address(watcher)),
            Some(fl!("trouble-decision-hint")),
        ),
        Topic::RulesNotRenewed(fault, cause) => {
            let why = document(*fault, cause, &trouble.message);
            (fl!("trouble-rules-renew"), Some(why))
        }
        Topic::NotKept(Kept::Decisions) => (fl!("trouble-kept-decisions"), Some(kept(trouble))),
        Topic::NotKept(Kept::Watchers) => (fl!("trouble-kept-watchers"), Some(kept(trouble))),
        Topic::Buddies(_, DocumentCause::Unusable(document)) => (
            fl!("list-unusable"),
            Some(fl!(
                "list-unusable-why",
                detail = plain_text::sentence(&document.detail)
            )),
        ),
        Topic::Buddies(fault, cause) => {
            let why = document(*fault, cause, &trouble.message);
            let hint = fl!("trouble-buddies-hint");
            (fl!("trouble-buddies"), Some(format!("{why} {hint}")))
        }
        Topic::BuddyConflict(conflict) => (buddy_conflict(conflict), None),
        Topic::WeakerDigest(realm) => (
            fl!("trouble-weaker-digest", realm = plain_text::note(realm)),
            Some(fl!("trouble-weaker-digest-hint")),
        ),
        Topic::WeakDigest(realm) => (
            fl!("trouble-weak-digest", realm = plain_text::note(realm)),
            Some(fl!("trouble-weak-digest-hint")),
        ),
        Topic::TlsWithdrawn(domain) => (
            fl!("trouble-tls-withdrawn", domain = plain_text::note(domain)),
            Some(fl!("trouble-tls-withdrawn-hint")),
        ),
        Topic::Other => (
            plain_text::sentence(&trouble.message),
            trouble.hint.as_deref().map(plain_text::sentence),
        ),
    }
}

/// Why a document of the user could not be read or written; `said` where only the account's own words tell it.
fn document(fault: Fault, cause: &DocumentCause, said: &str) -> String {
    match (fault, cause) {
        (Fault::Other, DocumentCause::Other) => plain_text::sentence(said),
        (fault, cause) => rules_failure(cause, Some(fault), ""),
    }
}

/// What this machine says of a file that it cannot use, and what follows from it.
fn kept(trouble: &Trouble) -> String {
    let said = plain_text::sentence(&trouble.message);
    format!("{said} {}", fl!("trouble-kept-hint"))
}

/// What two devices have made different things of, and what was done about it.
fn buddy_conflict(conflict: &BuddyConflict) -> String {
    match conflict {
        BuddyConflict::Names {
            address,
            here,
            elsewhere,
        } => fl!(
            "conflict-names",
            address = plain_text::address(address),
            here = plain_text::note(here),
            elsewhere = plain_text::note(elsewhere)
        ),
        BuddyConflict::Removed { address, removed } => {
            let address = plain_text::address(address);
            match removed {
                BuddySide::Here => fl!("conflict-removed-here", address = address),
                BuddySide::Elsewhere => fl!("conflict-removed-elsewhere", address = address),
            }
        }
        BuddyConflict::Shared { address } => {
            fl!("conflict-shared", address = plain_text::address(address))
        }
        BuddyConflict::Full { address } => {
            fl!("conflict-full", address = plain_text::address(address))
        }
    }
}

fn store(error: &StoreError) -> String {
    match error {
        StoreError::NoPlace => fl!("store-no-place"),
        StoreError::Newer { path: file, .. } => fl!("store-newer", file = path(file)),
        StoreError::Unreadable { path: file, detail } => fl!(
            "store-unreadable",
            file = path(file),
            detail = plain_text::note(detail)
        ),
        StoreError::NotWritable { path: file, detail } => fl!(
            "store-not-writable",
            file = path(file),
            detail = plain_text::note(detail)
        ),
    }
}

fn path(path: &Path) -> String {
    plain_text::note(&path.display().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::tests::speak;

    fn rules(fault: Fault) -> Trouble {
        Trouble {
            code: fault.code(),
            message: "the presence rules cannot be read: wrong or missing password (401)".into(),
            hint: Some("check the XCAP root, --xcap-root on the command line".into()),
            topic: Topic::Rules(fault, DocumentCause::Other),
        }
    }

    #[test]
    fn failures_are_told_in_the_language_of_the_window() {
        speak("de");
        let no_keyring = SecretError::NoService {
            detail: "zbus error".into(),
        };
        let said = keyring(&no_keyring);
        assert_eq!(said, "Auf diesem Rechner läuft kein Schlüsselbund.");
        let (what, why) = trouble(&rules(Fault::Authentication));
        assert!(what.contains("nicht gelesen werden"), "{what}");
        let why = why.unwrap_or_default();
        assert!(why.contains("anderes Passwort"), "{why}");
        assert!(!why.contains("--"), "no options of the command line: {why}");
        let (what, why) = Failure::Settings(Notice::Broken {
            kept_as: "/home/alice/settings.broken".into(),
            detail: "line 3: no table".into(),
        })
        .told();
        assert!(what.contains("/home/alice/settings.broken"), "{what}");
        assert_eq!(why.as_deref(), Some("Line 3: no table."));
    }

    #[test]
    fn alarms_name_the_server_and_no_options() {
        speak("de");
        for (topic, server) in [
            (Topic::WeakerDigest("example.test".into()), "example.test"),
            (Topic::WeakDigest("example.test".into()), "example.test"),
            (
                Topic::TlsWithdrawn("sip.example.test".into()),
                "sip.example.test",
            ),
        ] {
            let (what, why) = trouble(&Trouble {
                code: 0,
                message: "an alarm".into(),
                hint: Some("use --proxy".into()),
                topic,
            });
            assert!(what.contains(server), "{what}");
            assert!(!why.unwrap_or_default().contains("--"), "{what}");
        }
    }

    #[test]
    fn a_strange_failure_of_the_rules_keeps_its_own_words() {
        speak("en");
        let (_, why) = trouble(&rules(Fault::Other));
        assert!(why.unwrap_or_default().contains("(401)"));
    }
}
