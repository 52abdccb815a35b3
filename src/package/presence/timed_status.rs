//! Timed status (RFC 4481): how a tuple was, or will be.
//!
//! It never says how the tuple is now, also not once its time has come: who publishes it has to say that as the plain
//! status then.

use crate::xml::Element;

use super::namespace::Space;
use super::pidf::{Basic, Note};
use super::read::Reader;
use super::rpid::{self, Activity, Window};

/// A status in the past or the future.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TimedStatus {
    /// When it holds; the beginning is always told.
    pub window: Window,
    /// Whether the tuple can be reached then.
    pub basic: Option<Basic>,
    /// What the person does then.
    pub activities: Vec<Activity>,
    /// Comments.
    pub notes: Vec<Note>,
}

impl TimedStatus {
    /// Reads a `timed-status`; nothing without the time at which it begins.
    pub(super) fn read(reader: &mut Reader<'_>, element: Element<'_>) -> Option<Self> {
        let window = reader.window(element);
        if window.from.is_none() {
            let message = "ignored: it does not say from when it holds";
            reader.remarks.warn(element, message, SOURCE);
            return None;
        }
        let mut status = Self {
            window,
            ..Self::default()
        };
        for child in element.children() {
            match (Space::of(child), child.name()) {
                // The schema has them in its own namespace, of PIDF's type.
                (Space::TimedStatus | Space::Pidf, "basic") => {
                    if reader.is_first(child, status.basic.is_some(), SOURCE) {
                        status.basic = reader.basic(child);
                    }
                }
                (Space::TimedStatus | Space::Pidf, "note") => {
                    reader.note(child, &mut status.notes);
                }
                (Space::Rpid, "activities") => {
                    status.activities = rpid::activities(reader, child).value;
                }
                _ => reader.not_understood(child),
            }
        }
        Some(status)
    }
}

/// Where timed status is defined.
pub(super) const SOURCE: &str = "RFC 4481 §3";
