//! What is wrong with the rules on the server, in words.

use super::reason;
use crate::account::{DocumentCause, Fault, Rule, XcapCause, XcapError};
use crate::fl;
use crate::ui::plain_text;

/// Why rules could not be read or written, as sentences. `said` is what the account says where nothing better is known.
pub fn rules_failure(cause: &DocumentCause, fault: Option<Fault>, said: &str) -> String {
    match cause {
        DocumentCause::Xcap(error) => xcap(error),
        DocumentCause::Unusable(rules) => {
            fl!(
                "rules-unusable-why",
                detail = plain_text::sentence(&rules.detail)
            )
        }
        DocumentCause::Other => reason(said, fault),
    }
}

/// Why a decision is not on the server.
pub fn undecided(rule: &Rule) -> String {
    if rule.state == "waiting" {
        return fl!("request-waiting");
    }
    let said = rule.reason.as_deref().unwrap_or_default();
    let reason = rules_failure(&rule.cause, rule.fault, said);
    fl!("request-failed", reason = reason)
}

/// What went wrong at the XCAP server or on the way to it.
fn xcap(error: &XcapError) -> String {
    match error {
        XcapError::Root { root, .. } => fl!("xcap-root", root = plain_text::note(root)),
        XcapError::Insecure { root } => fl!("xcap-insecure", root = plain_text::note(root)),
        XcapError::Refused { status: 403 } => fl!("xcap-forbidden"),
        XcapError::Refused { .. } => fl!("reason-password"),
        XcapError::Conflict(conflict) => {
            let why = because(&conflict.cause);
            let phrase = plain_text::sentence(&conflict.phrase);
            if phrase.is_empty() {
                why
            } else {
                format!("{why} {}", fl!("reason-other", reason = phrase))
            }
        }
        XcapError::Changed => fl!("xcap-changed"),
        XcapError::Unreachable { address, .. } => {
            fl!("xcap-unreachable", address = plain_text::name(address))
        }
        XcapError::NoAnswer { address } => {
            fl!("xcap-no-answer", address = plain_text::name(address))
        }
        XcapError::NotXcap {
            address,
            content_type,
        } => fl!(
            "xcap-web-page",
            address = plain_text::name(address),
            kind = plain_text::name(content_type)
        ),
        XcapError::TooLarge { limit } => fl!("xcap-too-large", kilobytes = (*limit / 1024)),
        XcapError::Redirected { to } => fl!("xcap-redirected", address = plain_text::name(to)),
        XcapError::Misuse(error) => plain_text::sentence(&error.to_string()),
        XcapError::Server { status } => server(*status),
    }
}

/// What a server finds fault with in a change (RFC 4825 §11).
fn because(cause: &XcapCause) -> String {
    match cause {
        XcapCause::NotWellFormed => fl!("conflict-not-well-formed"),
        XcapCause::NotAFragment => fl!("conflict-not-a-fragment"),
        XcapCause::NotAnAttributeValue => fl!("conflict-not-an-attribute"),
        XcapCause::NoParent { .. } => fl!("conflict-no-parent"),
        XcapCause::SchemaValidation => fl!("conflict-schema"),
        XcapCause::CannotInsert => fl!("conflict-cannot-insert"),
        XcapCause::CannotDelete => fl!("conflict-cannot-delete"),
        XcapCause::NotUnique { .. } => fl!("conflict-not-unique"),
        XcapCause::Constraint => fl!("conflict-constraint"),
        XcapCause::NotUtf8 => fl!("conflict-not-utf8"),
        XcapCause::Unsaid => fl!("conflict-unsaid"),
    }
}

fn server(status: u16) -> String {
    match status {
        400 => fl!("xcap-400"),
        404 => fl!("xcap-404"),
        405 | 501 => fl!("xcap-501"),
        415 => fl!("xcap-415"),
        507 => fl!("xcap-507"),
        500..=599 => fl!("xcap-500", status = status),
        _ => fl!("xcap-status", status = status),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::i18n::tests::speak;

    fn causes() -> [XcapCause; 11] {
        [
            XcapCause::NotWellFormed,
            XcapCause::NotAFragment,
            XcapCause::NotAnAttributeValue,
            XcapCause::NoParent { ancestor: None },
            XcapCause::SchemaValidation,
            XcapCause::CannotInsert,
            XcapCause::CannotDelete,
            XcapCause::NotUnique {
                alternatives: Vec::new(),
            },
            XcapCause::Constraint,
            XcapCause::NotUtf8,
            XcapCause::Unsaid,
        ]
    }

    #[test]
    fn xc_019_every_condition_has_its_own_words_in_every_language() {
        for language in crate::i18n::LANGUAGES {
            speak(language.tag);
            let words: BTreeSet<String> = causes().iter().map(because).collect();
            assert_eq!(words.len(), causes().len(), "{}: {words:?}", language.tag);
            let statuses = [400, 404, 405, 415, 500, 507, 299];
            let words: BTreeSet<String> = statuses.iter().map(|status| server(*status)).collect();
            assert_eq!(words.len(), statuses.len(), "{}: {words:?}", language.tag);
        }
    }

    #[test]
    fn a_web_page_in_the_place_of_rules_is_told_without_its_tricks() {
        speak("de");
        let page = DocumentCause::Xcap(XcapError::NotXcap {
            address: "xcap.example.com:443".to_owned(),
            content_type: "text/html\u{202e}".to_owned(),
        });
        let said = rules_failure(&page, Some(Fault::Unsupported), "");
        assert!(said.contains("text/html)"), "{said}");
        assert!(said.contains("xcap.example.com"), "{said}");
        assert!(!said.contains("XCAP server"), "no English: {said}");
    }
}
