//! The elements of one's own document, each in the order of its schema (RFC 3863 section 4.4, RFC 4479 section 5.1.2).

use std::fmt::Write as _;

use jiff::Timestamp;

use crate::xml::{escape, is_ncname};

use super::namespace::{DATA_MODEL, PIDF, RPID, TIMED_STATUS};
use super::pidf::Basic;
use super::publish::OwnPresence;
use super::rpid::{self, Input};
use super::status::Status;

/// The declarations that the elements of a document need, besides that of PIDF as what stands without a prefix.
pub(super) fn declarations(presence: &OwnPresence, time: Timestamp) -> String {
    let mut all = format!(" xmlns:dm=\"{DATA_MODEL}\" xmlns:rpid=\"{RPID}\"");
    if presence.end.is_some_and(|end| end.at > time) {
        // Writing to a string cannot fail, here and below.
        let _ = write!(all, " xmlns:ts=\"{TIMED_STATUS}\"");
    }
    all
}

/// Writes what is said at one time.
pub(super) struct Writer<'a> {
    presence: &'a OwnPresence,
    time: Timestamp,
    out: String,
}

impl<'a> Writer<'a> {
    /// Nothing is written yet.
    pub(super) fn new(presence: &'a OwnPresence, time: Timestamp) -> Self {
        Self {
            presence,
            time,
            out: String::new(),
        }
    }

    /// The start of a document.
    pub(super) fn begin(&mut self, entity: &str, declarations: &str) {
        let entity = escape(entity);
        let _ = write!(
            self.out,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<presence xmlns=\"{PIDF}\"{declarations} entity=\"{entity}\">\n"
        );
    }

    /// The end of a document, and all of it.
    pub(super) fn end(mut self) -> String {
        self.out.push_str("</presence>\n");
        self.out
    }

    /// What was written so far.
    pub(super) fn into_text(self) -> String {
        self.out
    }

    /// The service. `declared` are declarations that its start tag needs.
    pub(super) fn tuple(&mut self, id: &str, device: Option<&str>, contact: &str, declared: &str) {
        let basic = word(self.presence.basic());
        let _ = write!(
            self.out,
            "  <tuple{declared} id=\"{id}\">\n    <status><basic>{basic}</basic></status>\n"
        );
        if let Some(device) = device {
            self.device_id(device);
        }
        self.class();
        // How it is now is told above; this is how it will be (RFC 4481 section 3).
        if let Some(end) = self.presence.end.filter(|end| end.at > self.time) {
            let _ = writeln!(
                self.out,
                "    <ts:timed-status from=\"{}\"><ts:basic>{}</ts:basic></ts:timed-status>",
                end.at,
                word(end.then)
            );
        }
        let _ = write!(
            self.out,
            "    <contact>{}</contact>\n    <timestamp>{}</timestamp>\n  </tuple>\n",
            escape(contact),
            self.time
        );
    }

    /// The person. `declared` are declarations that its start tag needs.
    pub(super) fn person(&mut self, id: &str, declared: &str) {
        let _ = writeln!(self.out, "  <dm:person{declared} id=\"{id}\">");
        let activities = activities(&self.presence.status);
        if !activities.is_empty() {
            let until = match self.presence.end.filter(|end| end.at > self.time) {
                Some(end) => format!(" until=\"{}\"", end.at),
                None => String::new(),
            };
            let _ = writeln!(
                self.out,
                "    <rpid:activities{until}>{activities}</rpid:activities>"
            );
        }
        self.class();
        self.user_input();
        let note = self.presence.note.as_deref().map(str::trim);
        if let Some(note) = note.filter(|note| !note.is_empty()) {
            let language = self.presence.language.as_deref();
            let language = language.filter(|language| !language.is_empty());
            let language =
                language.map_or_else(String::new, |l| format!(" xml:lang=\"{}\"", escape(l)));
            let note = escape(note);
            let _ = writeln!(self.out, "    <dm:note{language}>{note}</dm:note>");
        }
        self.timestamp();
        self.out.push_str("  </dm:person>\n");
    }

    /// The device. It is what the keyboard belongs to; the person's `user-input` is this device's view of the person.
    pub(super) fn device(&mut self, id: &str, device: &str) {
        let _ = writeln!(self.out, "  <dm:device id=\"{id}\">");
        self.class();
        self.user_input();
        self.device_id(device);
        self.timestamp();
        self.out.push_str("  </dm:device>\n");
    }

    fn device_id(&mut self, device: &str) {
        let device = escape(device);
        let _ = writeln!(self.out, "    <dm:deviceID>{device}</dm:deviceID>");
    }

    fn timestamp(&mut self) {
        let _ = writeln!(self.out, "    <dm:timestamp>{}</dm:timestamp>", self.time);
    }

    fn class(&mut self) {
        let class = self.presence.class.as_deref().map(str::trim);
        if let Some(class) = class.filter(|class| !class.is_empty()) {
            let _ = writeln!(self.out, "    <rpid:class>{}</rpid:class>", escape(class));
        }
    }

    fn user_input(&mut self) {
        let Some(input) = self.presence.input else {
            return;
        };
        self.out.push_str("    <rpid:user-input");
        if let Some(seconds) = input.idle_threshold {
            let _ = write!(self.out, " idle-threshold=\"{seconds}\"");
        }
        if let Some(last) = input.last_input {
            let _ = write!(self.out, " last-input=\"{last}\"");
        }
        let word = match input.input {
            Input::Active => "active",
            Input::Idle => "idle",
        };
        let _ = writeln!(self.out, ">{word}</rpid:user-input>");
    }
}

fn word(basic: Basic) -> &'static str {
    match basic {
        Basic::Open => "open",
        Basic::Closed => "closed",
    }
}

fn activities(status: &Status) -> String {
    if let Status::Other(name) = status {
        // Names outside RPID's vocabulary have no element of their own.
        let known = is_ncname(name) && rpid::is_activity(name);
        return if known {
            format!("<rpid:{name}/>")
        } else {
            format!("<rpid:other>{}</rpid:other>", escape(name))
        };
    }
    let element = |(name, text): &(&str, &str)| match *text {
        "" => format!("<rpid:{name}/>"),
        text => format!("<rpid:{name}>{text}</rpid:{name}>"),
    };
    status.activities().iter().map(element).collect()
}
