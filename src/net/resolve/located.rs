//! Where the servers of a next hop are, and how that was found out.

use std::fmt;
use std::time::Duration;

use thiserror::Error;

use super::Target;

/// The servers of a next hop, with the way that led to them: for health, logs and diagnosis.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Located {
    /// In the order in which they are tried; never empty where a resolver answers with it.
    pub targets: Vec<Target>,
    /// How many of the first are as good as any: others take their place only until they can be had. None, where the
    /// best are hidden.
    pub preferred: usize,
    /// What was asked and what came, in order. Empty for a numeric address.
    pub steps: Vec<Step>,
    /// How long the records that led here are valid from the moment of the answer; `None` where nothing says so.
    pub valid_for: Option<Duration>,
    /// TLS was offered to `sip:` URIs of this domain by NAPTR or SRV records.
    pub offers_tls: bool,
    /// TLS was offered before and is no longer: perhaps somebody wants to listen (RFC 3263 §7).
    pub downgraded: bool,
}

/// One question and its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What was asked.
    pub question: Question,
    /// How many records came that can be used, or why none did.
    pub answer: Result<usize, Missing>,
}

/// A question to the DNS.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Question {
    /// The kind of record.
    pub record: RecordType,
    /// Of which name.
    pub name: String,
}

/// The kinds of records that lead to a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RecordType {
    /// From a domain to its services (RFC 3263 §4.1).
    Naptr,
    /// From a service to its servers (RFC 2782).
    Srv,
    /// From a server to its addresses: A and AAAA.
    Address,
}

/// Why a question has no usable answer.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Error)]
pub enum Missing {
    /// NXDOMAIN.
    #[error("there is no such name")]
    NoName,
    /// The name exists, but has nothing of the kind that can be used.
    #[error("the name has no such record")]
    NoRecord,
    /// The target is the root: the domain says that it does not offer the service (RFC 2782).
    #[error("the domain says that there is no such service")]
    NotOffered,
    /// SERVFAIL, REFUSED and the like, or an answer that cannot be read.
    #[error("the DNS server failed: {0}")]
    Failed(String),
    /// Silence.
    #[error("no DNS server answered in time")]
    TimedOut,
    /// Something that no DNS server could be asked for.
    #[error("this is not a host name")]
    NotAName,
    /// Nobody can be asked.
    #[error("no DNS server is known: {0}")]
    NoServer(String),
}

impl Located {
    /// The servers whose addresses could not be looked up, and why; each once, of however many services it is. They are
    /// asked for again by the next search.
    pub fn hidden(&self) -> impl Iterator<Item = (&str, &Missing)> {
        let mut told: Vec<String> = Vec::new();
        self.steps.iter().filter_map(move |step| {
            let missing = step.answer.as_ref().err()?;
            let is_hidden = step.question.record == RecordType::Address && !missing.is_certain();
            // Names have no case (RFC 4343).
            let name = step.question.name.to_ascii_lowercase();
            if !is_hidden || told.contains(&name) {
                return None;
            }
            told.push(name);
            Some((step.question.name.as_str(), missing))
        })
    }

    /// Why it is not known whether TLS is offered, where that is so: an answer that did not come says nothing about it.
    pub(super) fn unsure_of_tls(&self) -> Option<&Missing> {
        let is_about_tls = |question: &Question| match question.record {
            RecordType::Naptr => true,
            RecordType::Srv => question.name.starts_with("_sips."),
            RecordType::Address => false,
        };
        let steps = self.steps.iter();
        steps
            .filter(|step| is_about_tls(&step.question))
            .filter_map(|step| step.answer.as_ref().err())
            .find(|missing| !missing.is_certain())
    }
}

impl From<Vec<Target>> for Located {
    fn from(targets: Vec<Target>) -> Self {
        Self {
            preferred: targets.len(),
            targets,
            ..Self::default()
        }
    }
}

impl Missing {
    /// Whether it is so, rather than unknown: asked again, the answer would be the same.
    pub fn is_certain(&self) -> bool {
        matches!(self, Self::NoName | Self::NoRecord | Self::NotOffered)
    }
}

impl fmt::Display for Question {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {}", self.record, self.name)
    }
}

impl fmt::Display for RecordType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Naptr => "NAPTR",
            Self::Srv => "SRV",
            Self::Address => "address",
        })
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.answer {
            Ok(count) => write!(f, "{}: {count} found", self.question),
            Err(missing) => write!(f, "{}: {missing}", self.question),
        }
    }
}
