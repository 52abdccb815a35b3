//! A `watcherinfo` document (RFC 3858): reading and writing.

use std::collections::HashSet;
use std::fmt::{self, Write as _};

use crate::package::body::wrong_root;
use crate::package::remark::NOT_UNDERSTOOD;
use crate::package::succession::{self, State};
use crate::package::{Body, BodyError, Remarks, address, limits};
use crate::xml::{Element, escape};

use super::CONTENT_TYPE;

/// A watcher information document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Number of the document within its subscription.
    pub version: u64,
    /// Whether it tells everything or only what changed.
    pub state: State,
    /// Watchers per resource.
    pub lists: Vec<List>,
    /// What was wrong or not understood.
    pub remarks: Remarks,
}

/// The watchers of one resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List {
    /// The resource watched.
    pub resource: String,
    /// The package it is watched with.
    pub package: String,
    /// The watchers.
    pub watchers: Vec<Watcher>,
}

/// A watcher: one subscription to the resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watcher {
    /// Key within the resource; one address may have several.
    pub id: String,
    /// Address of the watcher.
    pub uri: String,
    /// The name it gives itself: a claim, to be shown beside the address only.
    pub display_name: Option<String>,
    /// The language tag of that name.
    pub language: Option<String>,
    /// Where its subscription stands.
    pub status: WatcherStatus,
    /// What brought it there.
    pub event: WatcherEvent,
    /// Seconds until the subscription ends, counted from the arrival of the document.
    pub expiration: Option<u64>,
    /// Seconds since it began, counted from the arrival of the document.
    pub duration_subscribed: Option<u64>,
}

/// Where a watcher's subscription stands (RFC 3857 section 4.7.1).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WatcherStatus {
    /// Waits for a decision.
    Pending,
    /// Its subscription ended before anybody decided.
    Waiting,
    /// Watches.
    Active,
    /// Ended.
    Terminated,
    /// Another word, shown as it is.
    Other(String),
}

/// What brought a watcher to its status (RFC 3857 section 4.7.1).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum WatcherEvent {
    /// It subscribed.
    Subscribe,
    /// It was allowed.
    Approved,
    /// The server ended it, to be tried again at once.
    Deactivated,
    /// The server ended it, to be tried again later.
    Probation,
    /// It was refused.
    Rejected,
    /// It was not refreshed.
    Timeout,
    /// Nobody decided in time.
    GiveUp,
    /// The resource is gone.
    NoResource,
    /// Another word, shown as it is.
    Other(String),
}

impl Document {
    /// Reads a body.
    ///
    /// # Errors
    /// [`BodyError`] for a foreign type, unusable XML, another root, or a version or state that cannot be read.
    pub fn parse(body: &Body<'_>) -> Result<Self, BodyError> {
        let xml = body.xml(CONTENT_TYPE)?;
        let root = xml.root();
        if !root.is(NAMESPACE, "watcherinfo") {
            return Err(wrong_root("watcherinfo", root));
        }
        let mut document = Self {
            version: succession::number(root)?,
            state: State::of(root)?,
            lists: Vec::new(),
            remarks: Remarks::default(),
        };
        for child in root.children() {
            if child.is(NAMESPACE, "watcher-list") {
                let list = document.list(child);
                document.lists.push(list);
            } else {
                document
                    .remarks
                    .ignore(child, NOT_UNDERSTOOD, "RFC 3858 §3");
            }
        }
        Ok(document)
    }

    /// Writes it as a body.
    pub fn document(&self) -> Vec<u8> {
        let state = self.state.token();
        let mut out = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<watcherinfo xmlns=\"{NAMESPACE}\" version=\"{}\" state=\"{state}\">\n",
            self.version
        );
        // Writing to a string cannot fail.
        for list in &self.lists {
            let (resource, package) = (escape(&list.resource), escape(&list.package));
            let _ = writeln!(
                out,
                "  <watcher-list resource=\"{resource}\" package=\"{package}\">"
            );
            for watcher in &list.watchers {
                watcher.write(&mut out);
            }
            out.push_str("  </watcher-list>\n");
        }
        out.push_str("</watcherinfo>\n");
        out.into_bytes()
    }

    fn list(&mut self, element: Element<'_>) -> List {
        let attribute = |name| {
            element
                .attribute(name)
                .map(str::trim)
                .filter(|value| value.len() <= limits::FIELD_BYTES)
                .unwrap_or_default()
                .to_owned()
        };
        let mut list = List {
            resource: attribute("resource"),
            package: attribute("package"),
            watchers: Vec::new(),
        };
        if list.resource.is_empty() || list.package.is_empty() {
            let message = "a list without resource or package";
            self.remarks.warn(element, message, "RFC 3858 §3");
        }
        let mut ids = HashSet::new();
        for child in element.children() {
            if !child.is(NAMESPACE, "watcher") {
                self.remarks.ignore(child, NOT_UNDERSTOOD, "RFC 3858 §3");
            } else if let Some(watcher) = Watcher::read(child, &mut self.remarks) {
                if !ids.insert(watcher.id.clone()) {
                    let message = "the id is that of a watcher above, which it replaces";
                    self.remarks.warn(child, message, WATCHER);
                }
                list.watchers.push(watcher);
            } else {
                self.remarks.warn(
                    child,
                    "a watcher without id, status or a legible address, ignored",
                    WATCHER,
                );
            }
        }
        list
    }
}

impl Watcher {
    fn read(element: Element<'_>, remarks: &mut Remarks) -> Option<Self> {
        let attribute = |name| {
            element
                .attribute(name)
                .map(str::trim)
                .filter(|v| !v.is_empty())
        };
        let fits = |text: &&str| text.len() <= limits::FIELD_BYTES;
        // Somebody decides by this address: one that is not there, or hides a part of itself, is nobody's.
        let uri = Some(element.trimmed())
            .filter(fits)
            .filter(|uri| !uri.is_empty() && address::is_legible(address::bare(uri)))?;
        let watcher = Self {
            id: attribute("id").filter(fits)?.to_owned(),
            uri: uri.to_owned(),
            display_name: attribute("display-name")
                .map(|name| name.chars().take(limits::WORD).collect()),
            language: element
                .language()
                .filter(|_| attribute("display-name").is_some())
                .map(|language| language.chars().take(limits::WORD).collect()),
            status: WatcherStatus::from_token(attribute("status")?),
            event: WatcherEvent::from_token(attribute("event").unwrap_or_default()),
            expiration: seconds(element, "expiration", remarks),
            duration_subscribed: seconds(element, "duration-subscribed", remarks),
        };
        if let WatcherStatus::Other(_) = watcher.status {
            let message = "an unknown status, shown but not acted on";
            remarks.ignore(element, message, WATCHER);
        }
        if let WatcherEvent::Other(_) = watcher.event {
            remarks.ignore(element, "an unknown event, or none", WATCHER);
        }
        Some(watcher)
    }

    fn write(&self, out: &mut String) {
        let (status, event, id) = (
            escape(self.status.token()),
            escape(self.event.token()),
            escape(&self.id),
        );
        // Writing to a string cannot fail.
        let _ = write!(
            out,
            "    <watcher status=\"{status}\" event=\"{event}\" id=\"{id}\""
        );
        if let Some(name) = &self.display_name {
            let _ = write!(out, " display-name=\"{}\"", escape(name));
        }
        if let Some(language) = &self.language {
            let _ = write!(out, " xml:lang=\"{}\"", escape(language));
        }
        if let Some(seconds) = self.expiration {
            let _ = write!(out, " expiration=\"{seconds}\"");
        }
        if let Some(seconds) = self.duration_subscribed {
            let _ = write!(out, " duration-subscribed=\"{seconds}\"");
        }
        let _ = writeln!(out, ">{}</watcher>", escape(&self.uri));
    }
}

impl WatcherStatus {
    /// The word in documents, which is also the stable name.
    pub fn token(&self) -> &str {
        match self {
            Self::Pending => "pending",
            Self::Waiting => "waiting",
            Self::Active => "active",
            Self::Terminated => "terminated",
            Self::Other(word) => word,
        }
    }

    /// Reads the word.
    pub fn from_token(token: &str) -> Self {
        let known = [Self::Pending, Self::Waiting, Self::Active, Self::Terminated];
        known
            .into_iter()
            .find(|status| status.token() == token)
            .unwrap_or_else(|| Self::Other(token.chars().take(limits::WORD).collect()))
    }

    /// Whether somebody must decide about the watcher (RFC 3857 section 4.7.1).
    pub fn asks_for_decision(&self) -> bool {
        matches!(self, Self::Pending | Self::Waiting)
    }
}

impl WatcherEvent {
    /// The word in documents.
    pub fn token(&self) -> &str {
        match self {
            Self::Subscribe => "subscribe",
            Self::Approved => "approved",
            Self::Deactivated => "deactivated",
            Self::Probation => "probation",
            Self::Rejected => "rejected",
            Self::Timeout => "timeout",
            Self::GiveUp => "giveup",
            Self::NoResource => "noresource",
            Self::Other(word) => word,
        }
    }

    /// Reads the word.
    pub fn from_token(token: &str) -> Self {
        let known = [
            Self::Subscribe,
            Self::Approved,
            Self::Deactivated,
            Self::Probation,
            Self::Rejected,
            Self::Timeout,
            Self::GiveUp,
            Self::NoResource,
        ];
        known
            .into_iter()
            .find(|event| event.token() == token)
            .unwrap_or_else(|| Self::Other(token.chars().take(limits::WORD).collect()))
    }
}

impl fmt::Display for WatcherStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.token())
    }
}

impl fmt::Display for WatcherEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.token())
    }
}

/// An attribute that is a number of seconds.
fn seconds(element: Element<'_>, name: &str, remarks: &mut Remarks) -> Option<u64> {
    let written = element.attribute(name)?;
    let read = written.trim().parse().ok();
    if read.is_none() {
        let message = format!("{name} is no number of seconds that can be kept, ignored");
        remarks.warn(element, &message, WATCHER);
    }
    read
}

/// Where the attributes of a watcher are explained.
const WATCHER: &str = "RFC 3858 §3";
/// Namespace of watcher information.
const NAMESPACE: &str = "urn:ietf:params:xml:ns:watcherinfo";
