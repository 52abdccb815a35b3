//! Writing a `dialog-info` document.

use std::fmt::Write as _;

use crate::xml::escape;

use super::NAMESPACE;
use super::dialog::{Dialog, Identity, Participant};
use super::document::Document;
use super::state::{Direction, StateEvent};

impl Document {
    /// Writes it as a body.
    pub fn document(&self) -> Vec<u8> {
        let state = self.state.token();
        let mut out = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<dialog-info xmlns=\"{NAMESPACE}\" version=\"{}\" state=\"{state}\"",
            self.version
        );
        attribute(&mut out, "entity", self.entity.as_deref());
        out.push_str(">\n");
        for dialog in &self.dialogs {
            dialog.write(&mut out);
        }
        out.push_str("</dialog-info>\n");
        out.into_bytes()
    }
}

// Writing to a string cannot fail, so results are left alone below.
impl Dialog {
    fn write(&self, out: &mut String) {
        let _ = write!(out, "  <dialog id=\"{}\"", escape(&self.id));
        attribute(out, "call-id", self.call_id.as_deref());
        attribute(out, "local-tag", self.local_tag.as_deref());
        attribute(out, "remote-tag", self.remote_tag.as_deref());
        attribute(out, "direction", self.direction.map(Direction::token));
        out.push_str(">\n    <state");
        attribute(out, "event", self.event.as_ref().map(StateEvent::token));
        if let Some(code) = self.code {
            let _ = write!(out, " code=\"{code}\"");
        }
        let _ = writeln!(out, ">{}</state>", escape(self.state.token()));
        if let Some(seconds) = self.duration {
            let _ = writeln!(out, "    <duration>{seconds}</duration>");
        }
        if let Some(replaced) = &self.replaces {
            out.push_str("    <replaces");
            attribute(out, "call-id", Some(&replaced.call_id));
            attribute(out, "local-tag", Some(&replaced.local_tag));
            attribute(out, "remote-tag", Some(&replaced.remote_tag));
            out.push_str("/>\n");
        }
        if let Some(identity) = &self.referred_by {
            out.push_str("    ");
            identity.write(out, "referred-by");
        }
        self.local.write(out, "local");
        self.remote.write(out, "remote");
        out.push_str("  </dialog>\n");
    }
}

impl Participant {
    fn write(&self, out: &mut String, name: &str) {
        if *self == Self::default() {
            return;
        }
        let _ = writeln!(out, "    <{name}>");
        for identity in &self.identities {
            out.push_str("      ");
            identity.write(out, "identity");
        }
        if let Some(target) = &self.target {
            let _ = writeln!(out, "      <target uri=\"{}\">", escape(&target.uri));
            for param in &target.params {
                let (name, value) = (escape(&param.name), escape(&param.value));
                let _ = writeln!(out, "        <param pname=\"{name}\" pval=\"{value}\"/>");
            }
            out.push_str("      </target>\n");
        }
        if let Some(description) = &self.session_description {
            let (kind, text) = (escape(&description.media_type), escape(&description.text));
            let _ = writeln!(
                out,
                "      <session-description type=\"{kind}\">{text}</session-description>"
            );
        }
        let _ = writeln!(out, "    </{name}>");
    }
}

impl Identity {
    fn write(&self, out: &mut String, name: &str) {
        let _ = write!(out, "<{name}");
        attribute(out, "display", self.display.as_deref());
        let _ = writeln!(out, ">{}</{name}>", escape(&self.uri));
    }
}

fn attribute(out: &mut String, name: &str, value: Option<&str>) {
    if let Some(value) = value {
        let _ = write!(out, " {name}=\"{}\"", escape(value));
    }
}
