//! What a subscription asks for: resources and the way in which changes are told.

use crate::package::limits;
use crate::xml::escape;

/// How changes are to be told; the notifier may do less, never more (RFC 5875 section 4.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Processing {
    /// Only that there was a change: what every notifier can do, and the last resort after a change that could not be
    /// applied.
    #[default]
    None,
    /// Every single change, with its entity tags.
    EveryChange,
    /// Changes that the notifier may have put together.
    Aggregate,
}

/// Why there is no such subscription.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RequestError {
    /// Nothing to watch.
    #[error("nothing is to be watched")]
    Empty,
    /// More than [`limits::WATCHED_RESOURCES`].
    #[error("more than {} resources are to be watched", limits::WATCHED_RESOURCES)]
    TooMany,
    /// Something that is no URI reference, or too long for one.
    #[error("'{0}' is no address of a resource")]
    NoUri(String),
    /// A namespace selector, which the package does not have (RFC 5875 section 4.4 knows documents, collections, elements
    /// and attributes).
    #[error("'{0}' selects namespaces, which cannot be watched")]
    Namespaces(String),
}

impl Processing {
    /// The parameter of the Event header; the plainest way is the default and has none.
    pub fn event_parameter(self) -> Option<(&'static str, &'static str)> {
        let value = match self {
            Self::None => return None,
            Self::EveryChange => "xcap-patching",
            Self::Aggregate => "aggregate",
        };
        Some(("diff-processing", value))
    }
}

/// The body of a SUBSCRIBE: a flat list of resources, each relative to the XCAP root or absolute, with characters
/// escaped as URIs want it. One that ends in `/` is a collection (RFC 5875 section 4.4).
///
/// # Errors
/// [`RequestError`] for a resource that cannot be watched.
pub fn subscription_body(resources: &[&str]) -> Result<Vec<u8>, RequestError> {
    if resources.is_empty() {
        return Err(RequestError::Empty);
    }
    if resources.len() > limits::WATCHED_RESOURCES {
        return Err(RequestError::TooMany);
    }
    let mut body = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <resource-lists xmlns=\"urn:ietf:params:xml:ns:resource-lists\">\n<list>\n",
    );
    for resource in resources {
        let shown = || resource.chars().take(200).collect();
        let legible = resource.bytes().all(|byte| byte.is_ascii_graphic());
        let brackets = resource.contains(['[', ']', '"', '<', '>', '\\', '^', '`', '{', '|', '}']);
        if resource.is_empty() || resource.len() > limits::URI_BYTES || !legible || brackets {
            return Err(RequestError::NoUri(shown()));
        }
        let path = resource.split('?').next().unwrap_or_default();
        if path.contains("~~/") && path.ends_with("namespace::*") {
            return Err(RequestError::Namespaces(shown()));
        }
        body.push_str("<entry uri=\"");
        body.push_str(&escape(resource));
        body.push_str("\"/>\n");
    }
    body.push_str("</list>\n</resource-lists>\n");
    Ok(body.into_bytes())
}
