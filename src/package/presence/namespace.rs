//! The namespaces of a presence document, drafts of them included: old notifiers still write those.

use crate::xml::Element;

/// Whose vocabulary an element is from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Space {
    /// PIDF (RFC 3863), or the draft of it that `application/cpim-pidf+xml` names.
    Pidf,
    /// The data model (RFC 4479).
    DataModel,
    /// RPID (RFC 4480).
    Rpid,
    /// CIPID (RFC 4482).
    Cipid,
    /// Timed status (RFC 4481).
    TimedStatus,
    /// User agent capabilities (RFC 5196).
    Capabilities,
    /// Kinds of places (RFC 4589), inside RPID's `place-type`.
    LocationType,
    /// Nothing that is known here.
    Foreign,
}

impl Space {
    /// The vocabulary of an element.
    pub(super) fn of(element: Element<'_>) -> Self {
        let namespace = element.namespace();
        if namespace == PIDF {
            return Self::Pidf;
        }
        match namespace.strip_prefix(IETF) {
            Some("pidf:data-model" | "pidf:person") => Self::DataModel,
            Some("pidf:status:rpid") => Self::Rpid,
            Some("pidf:cipid") => Self::Cipid,
            Some("pidf:timed-status") => Self::TimedStatus,
            Some("pidf:caps" | "pidf:servcaps" | "pidf:devcaps") => Self::Capabilities,
            Some("location-type") => Self::LocationType,
            Some("cpim-pidf" | "cpim-pidf:") => Self::Pidf,
            Some(rest) if rest.starts_with("pidf:rpid") => Self::Rpid,
            _ => Self::Foreign,
        }
    }
}

/// Namespace of PIDF (RFC 3863). The section that defines it prints it once with a colon at its end.
pub(super) const PIDF: &str = "urn:ietf:params:xml:ns:pidf";
/// Namespace of the data model (RFC 4479).
pub(super) const DATA_MODEL: &str = "urn:ietf:params:xml:ns:pidf:data-model";
/// Namespace of RPID (RFC 4480).
pub(super) const RPID: &str = "urn:ietf:params:xml:ns:pidf:rpid";
/// Namespace of timed status (RFC 4481).
pub(super) const TIMED_STATUS: &str = "urn:ietf:params:xml:ns:pidf:timed-status";
/// What the namespaces of the IETF begin with.
const IETF: &str = "urn:ietf:params:xml:ns:";
