//! Opens links with the program that the system has for them.

use std::process::{Command, Stdio};
use std::thread;

use thiserror::Error;

/// Why a link is not opened.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum LinkError {
    /// Its scheme is none of those that are opened, or it is no link at all.
    #[error("this link is not opened")]
    NotAllowed,
    /// The system has nothing that opens links.
    #[error("nothing on this system opens links: {detail}")]
    NoHandler {
        /// What the system said.
        detail: String,
    },
}

/// Opens a link on the user's wish. Returns at once; what the other program does with it is its own affair.
///
/// Addresses and links come from the network (RB-009): only a few schemes are opened, and nothing that could be
/// something else to a shell or to an option parser.
pub fn open_link(link: &str) -> Result<(), LinkError> {
    if !is_allowed(link) {
        return Err(LinkError::NotAllowed);
    }
    let (program, arguments) = HANDLER;
    let mut child = Command::new(program)
        .args(arguments)
        .arg(link)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| LinkError::NoHandler {
            detail: format!("{program}: {error}"),
        })?;
    // Somebody has to wait for it, or it stays in the process table.
    let waiting = thread::Builder::new()
        .name("link".to_owned())
        .spawn(move || {
            let _ = child.wait();
        });
    if let Err(error) = waiting {
        tracing::debug!(%error, "nobody waits for the program that opens a link");
    }
    Ok(())
}

/// Whether a link may be opened: `sip`, `sips`, `tel`, `mailto` and `https`, of a bearable length, and all of it visible
/// ASCII.
pub fn is_allowed(link: &str) -> bool {
    let Some((scheme, rest)) = link.split_once(':') else {
        return false;
    };
    let known = SCHEMES
        .iter()
        .any(|known| scheme.eq_ignore_ascii_case(known));
    let complete = if scheme.eq_ignore_ascii_case("https") {
        rest.strip_prefix("//").is_some_and(|host| !host.is_empty())
    } else {
        !rest.is_empty()
    };
    known
        && complete
        && link.len() <= MAX_LENGTH
        && rest.bytes().all(|byte| byte.is_ascii_graphic())
}

#[cfg(target_os = "macos")]
const HANDLER: (&str, &[&str]) = ("open", &[]);
#[cfg(target_os = "windows")]
const HANDLER: (&str, &[&str]) = ("rundll32", &["url.dll,FileProtocolHandler"]);
#[cfg(not(any(target_os = "macos", target_os = "windows")))]
const HANDLER: (&str, &[&str]) = ("xdg-open", &[]);

const SCHEMES: [&str; 5] = ["sip", "sips", "tel", "mailto", "https"];
/// Bytes of a link.
const MAX_LENGTH: usize = 2048;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rb_009_only_some_schemes_are_opened() {
        for link in [
            "sip:alice@example.com",
            "SIPS:alice@example.com;x=y",
            "tel:+49-30-1234",
            "mailto:alice@example.com",
            "https://example.com/a?b#c",
        ] {
            assert!(is_allowed(link), "{link}");
        }
        for link in [
            "",
            "alice@example.com",
            "http://example.com/",
            "file:///etc/passwd",
            "javascript:alert(1)",
            "https:",
            "https://",
            "https:/etc/passwd",
            "sip:",
            "sip:alice@example.com\n",
            "sip:al ice@example.com",
            "tel:\u{202e}123",
            "--help:x",
        ] {
            assert!(!is_allowed(link), "{link}");
            assert_eq!(open_link(link), Err(LinkError::NotAllowed));
        }
        assert!(!is_allowed(&format!("tel:{}", "1".repeat(MAX_LENGTH))));
    }
}
