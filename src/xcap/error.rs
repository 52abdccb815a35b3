//! Why a document could not be read or written.

use thiserror::Error;

use super::conflict::Conflict;
use super::selector::NodeError;

/// Why a document could not be read or written.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum XcapError {
    /// The root is no URL of an XCAP server.
    #[error("{root:?} is no XCAP root: {detail}")]
    Root {
        /// What was given.
        root: String,
        /// What is wrong with it.
        detail: String,
    },
    /// The root is plain HTTP to another machine, where a password is not safe.
    #[error("{root} is not encrypted; an XCAP root has to begin with https")]
    Insecure {
        /// The root.
        root: String,
    },
    /// 401 or 407 although credentials were sent, or there were none to send; or 403.
    #[error("the XCAP server refused: {}", if *.status == 403 { "not allowed (403)" } else { "wrong or missing password (401)" })]
    Refused {
        /// The status.
        status: u16,
    },
    /// 409: the server finds fault with the change.
    #[error("the XCAP server cannot make this change: {0}")]
    Conflict(Conflict),
    /// 412: somebody else has changed the document meanwhile.
    #[error("somebody else has changed the document")]
    Changed,
    /// No connection, or no trust in its certificate.
    #[error("cannot reach the XCAP server {address}: {detail}")]
    Unreachable {
        /// Where to.
        address: String,
        /// What was wrong.
        detail: String,
    },
    /// A connection, but no whole answer in [`super::limits::REQUEST_TIMEOUT`].
    #[error("the XCAP server {address} does not answer")]
    NoAnswer {
        /// Who.
        address: String,
    },
    /// The answer is a web page, not a document.
    #[error("{address} is a web server, but no XCAP server: it answers with {content_type}")]
    NotXcap {
        /// Who answered.
        address: String,
        /// With what.
        content_type: String,
    },
    /// The document is larger than it may be.
    #[error("the document is larger than {limit} bytes")]
    TooLarge {
        /// The limit.
        limit: usize,
    },
    /// The server sends us to another one, which never sees the password.
    #[error("the XCAP server sends us to {to}, which is another server")]
    Redirected {
        /// Where to.
        to: String,
    },
    /// What was asked for makes no sense; nothing was sent.
    #[error("this cannot be asked of an XCAP server: {0}")]
    Misuse(#[from] NodeError),
    /// Any other status.
    #[error("the XCAP server answered {status}{}", explained(*.status))]
    Server {
        /// The status.
        status: u16,
    },
}

/// What a status means to people who want something written or read.
fn explained(status: u16) -> &'static str {
    match status {
        400 => ": it did not understand the request",
        404 => ": it does not keep such documents here",
        405 | 501 => ": it cannot do this",
        415 => ": it does not take documents of this type",
        507 => ": it has no room left",
        500..=599 => ": it has a fault of its own, and may recover",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_is_told_in_words() {
        for (status, words) in [
            (
                500,
                "the XCAP server answered 500: it has a fault of its own, and may recover",
            ),
            (
                404,
                "the XCAP server answered 404: it does not keep such documents here",
            ),
            (299, "the XCAP server answered 299"),
        ] {
            assert_eq!(XcapError::Server { status }.to_string(), words);
        }
    }
}
