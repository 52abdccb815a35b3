//! Reading a `dialog-info` document (RFC 4235 section 4), with the tolerance that its own examples ask for.

use std::collections::HashSet;

use crate::package::body::wrong_root;
use crate::package::remark::NOT_UNDERSTOOD;
use crate::package::succession::{self, State};
use crate::package::{Body, BodyError, Remarks, address, limits};
use crate::xml::Element;

use super::dialog::{Dialog, DialogId, Identity, Param, Participant, SessionDescription, Target};
use super::state::{DialogState, Direction, StateEvent};
use super::{CONTENT_TYPE, NAMESPACE};

/// A dialog information document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Number of the document within its subscription.
    pub version: u64,
    /// Whether it tells everything or only what changed.
    pub state: State,
    /// The observed user; `None` is the address subscribed to.
    pub entity: Option<String>,
    /// The dialogs, in document order.
    pub dialogs: Vec<Dialog>,
    /// Dialogs that the document has and nobody can tell apart or place: left out of `dialogs`.
    pub unreadable: usize,
    /// What was wrong or not understood.
    pub remarks: Remarks,
}

impl Document {
    /// Reads a body. `display-name` is read where `display` is missing, a name-addr where an address is due, several
    /// identities of one side, `reason` for `event`; a dialog without an id or a state is left out alone.
    ///
    /// # Errors
    /// [`BodyError`] for a foreign type, unusable XML, another root, or a version or state that cannot be read.
    pub fn parse(body: &Body<'_>) -> Result<Self, BodyError> {
        let xml = body.xml(CONTENT_TYPE)?;
        let root = xml.root();
        if !root.is(NAMESPACE, "dialog-info") {
            return Err(wrong_root("dialog-info", root));
        }
        let mut document = Self {
            version: succession::number(root)?,
            state: State::of(root)?,
            entity: None,
            dialogs: Vec::new(),
            unreadable: 0,
            remarks: Remarks::default(),
        };
        document.root(root);
        let mut ids = HashSet::new();
        for child in root.children() {
            if !child.is(NAMESPACE, "dialog") {
                document.remarks.ignore(child, NOT_UNDERSTOOD, STRUCTURE);
            } else if document.dialogs.len() >= limits::DIALOGS {
                document.unreadable += 1;
                document
                    .remarks
                    .warn(child, "too many dialogs, ignored", STRUCTURE);
            } else if let Some(dialog) = document.dialog(child) {
                if !ids.insert(dialog.id.clone()) {
                    let message = "the id occurs twice, the last one counts";
                    document.remarks.warn(child, message, DIALOG);
                }
                document.dialogs.push(dialog);
            } else {
                document.unreadable += 1;
            }
        }
        Ok(document)
    }

    fn root(&mut self, root: Element<'_>) {
        if self.version > u64::from(u32::MAX) {
            let message = "the version does not fit 32 bits, counted on all the same";
            self.remarks.warn(root, message, STRUCTURE);
        }
        let entity = root.attribute("entity").map(str::trim);
        let entity = entity.filter(|entity| !entity.is_empty() && is_short(entity));
        match entity {
            Some(entity) if address::is_legible(address::bare(entity)) => {
                self.entity = Some(address::bare(entity).to_owned());
            }
            Some(_) => {
                let message = "an entity that cannot be shown, the address subscribed to is taken";
                self.remarks.warn(root, message, STRUCTURE);
            }
            None => {
                let message = "the entity is missing, the address subscribed to is taken";
                self.remarks.warn(root, message, STRUCTURE);
            }
        }
    }

    fn dialog(&mut self, element: Element<'_>) -> Option<Dialog> {
        let Some(id) = self.attribute(element, "id") else {
            let message = "a dialog without a usable id, ignored";
            self.remarks.warn(element, message, DIALOG);
            return None;
        };
        let state = element.child(NAMESPACE, "state");
        let Some((state, word)) = state
            .map(|s| (s, s.trimmed()))
            .filter(|(_, w)| !w.is_empty())
        else {
            let message = "a dialog without a state, ignored";
            self.remarks.warn(element, message, "RFC 4235 §4.1.2");
            return None;
        };
        let mut dialog = Dialog {
            call_id: self.attribute(element, "call-id"),
            local_tag: self.attribute(element, "local-tag"),
            remote_tag: self.attribute(element, "remote-tag"),
            direction: self.direction(element),
            event: self.event(state),
            code: self.code(state),
            ..Dialog::new(&id, DialogState::from_token(word))
        };
        if let DialogState::Other(_) = dialog.state {
            let message = "not a state of this format, shown as it is";
            self.remarks.warn(state, message, "RFC 4235 §4.1.2");
        }
        for child in element.children() {
            match child.name() {
                _ if child.namespace() != NAMESPACE => {
                    self.remarks.ignore(child, NOT_UNDERSTOOD, DIALOG);
                }
                "state" => {}
                "duration" => dialog.duration = self.duration(child),
                "replaces" => dialog.replaces = self.replaces(child),
                "referred-by" => dialog.referred_by = Some(self.identity(child)),
                "local" => self.participant(child, &mut dialog.local),
                "remote" => self.participant(child, &mut dialog.remote),
                _ => self.remarks.ignore(child, NOT_UNDERSTOOD, DIALOG),
            }
        }
        Some(dialog)
    }

    fn direction(&mut self, element: Element<'_>) -> Option<Direction> {
        let word = self.attribute(element, "direction")?;
        let direction = Direction::from_token(&word);
        if direction.is_none() {
            // The examples of RFC 4235 section 6.2 have a word that its schema has not.
            let receiver = word.eq_ignore_ascii_case("receiver");
            let message = if receiver {
                "the direction 'receiver' is taken as 'recipient'"
            } else {
                "not a direction, ignored"
            };
            self.remarks.warn(element, message, DIALOG);
            return receiver.then_some(Direction::Recipient);
        }
        direction
    }

    fn event(&mut self, state: Element<'_>) -> Option<StateEvent> {
        let word = self.attribute(state, "event").or_else(|| {
            // So the examples of RFC 4235 section 6.2 call it.
            let word = self.attribute(state, "reason")?;
            let message = "the attribute reason is taken for event";
            self.remarks.warn(state, message, "RFC 4235 §4.1.2");
            Some(word)
        })?;
        Some(StateEvent::from_token(&word))
    }

    fn code(&mut self, state: Element<'_>) -> Option<u16> {
        let text = self.attribute(state, "code")?;
        let code = number(&text).filter(|code| (100..700).contains(code));
        if code.is_none() {
            let message = "the code is not a status code, ignored";
            self.remarks.warn(state, message, "RFC 4235 §4.1.2");
        }
        code.and_then(|code| u16::try_from(code).ok())
    }

    fn duration(&mut self, element: Element<'_>) -> Option<u64> {
        let duration = number(element.trimmed());
        if duration.is_none() {
            let message = "not a number of seconds, ignored";
            self.remarks.warn(element, message, "RFC 4235 §4.1.3");
        }
        duration
    }

    fn replaces(&mut self, element: Element<'_>) -> Option<DialogId> {
        let parts = (
            self.attribute(element, "call-id"),
            self.attribute(element, "local-tag"),
            self.attribute(element, "remote-tag"),
        );
        if let (Some(call_id), Some(local_tag), Some(remote_tag)) = parts {
            return Some(DialogId {
                call_id,
                local_tag,
                remote_tag,
            });
        }
        let message = "call-id, local-tag or remote-tag is missing, ignored";
        self.remarks.warn(element, message, "RFC 4235 §4.1.4");
        None
    }

    fn participant(&mut self, element: Element<'_>, side: &mut Participant) {
        for child in element.children() {
            match child.name() {
                _ if child.namespace() != NAMESPACE => {
                    self.remarks.ignore(child, NOT_UNDERSTOOD, SIDES);
                }
                "identity" if side.identities.len() >= limits::IDENTITIES => {
                    self.remarks
                        .warn(child, "too many identities, ignored", SIDES);
                }
                "identity" => {
                    let identity = self.identity(child);
                    side.identities.push(identity);
                }
                "target" => side.target = self.target(child),
                "session-description" => {
                    side.session_description = self.session_description(child);
                }
                _ => self.remarks.ignore(child, NOT_UNDERSTOOD, SIDES),
            }
        }
    }

    fn identity(&mut self, element: Element<'_>) -> Identity {
        let text = element.trimmed();
        let uri = address::bare(text);
        let usable = !uri.is_empty() && is_short(uri) && address::is_legible(uri);
        if !usable {
            let message = "an address that cannot be shown, left out";
            self.remarks.warn(element, message, "RFC 4235 §4.1.6.1");
        }
        let named = self
            .attribute(element, "display")
            .or_else(|| self.attribute(element, "display-name"));
        let display = named.or_else(|| {
            let (name, _) = text.split_once('<')?;
            let name = name.trim().trim_matches('"').trim();
            Some(name.to_owned()).filter(|name| !name.is_empty() && is_short(name))
        });
        Identity {
            uri: if usable { uri } else { "" }.to_owned(),
            display,
        }
    }

    fn target(&mut self, element: Element<'_>) -> Option<Target> {
        let Some(uri) = self.attribute(element, "uri") else {
            let message = "a target without a uri, ignored";
            self.remarks.warn(element, message, TARGET);
            return None;
        };
        let uri = address::bare(&uri);
        if uri.is_empty() || !address::is_legible(uri) {
            let message = "a target that cannot be shown, ignored";
            self.remarks.warn(element, message, TARGET);
            return None;
        }
        let mut target = Target {
            uri: uri.to_owned(),
            params: Vec::new(),
        };
        for child in element.children() {
            if !child.is(NAMESPACE, "param") {
                self.remarks.ignore(child, NOT_UNDERSTOOD, TARGET);
            } else if target.params.len() >= limits::TARGET_PARAMS {
                self.remarks
                    .warn(child, "too many parameters, ignored", TARGET);
            } else if let Some(name) = self.attribute(child, "pname") {
                let value = self.attribute(child, "pval").unwrap_or_default();
                target.params.push(Param { name, value });
            } else {
                self.remarks
                    .warn(child, "a parameter without a name, ignored", TARGET);
            }
        }
        Some(target)
    }

    fn session_description(&mut self, element: Element<'_>) -> Option<SessionDescription> {
        if element.text().len() > limits::SESSION_DESCRIPTION_BYTES {
            let message = "the session description is too long, ignored";
            self.remarks.warn(element, message, "RFC 4235 §4.1.6.3");
            return None;
        }
        Some(SessionDescription {
            media_type: self.attribute(element, "type").unwrap_or_default(),
            text: element.text().to_owned(),
        })
    }

    /// An attribute that says something, without blanks around it.
    fn attribute(&mut self, element: Element<'_>, name: &str) -> Option<String> {
        let value = element.attribute(name)?.trim();
        if is_short(value) {
            return Some(value.to_owned()).filter(|value| !value.is_empty());
        }
        let message = format!("the attribute {name} is too long, ignored");
        self.remarks.warn(element, &message, STRUCTURE);
        None
    }
}

/// A number without a sign.
fn number(text: &str) -> Option<u64> {
    let text = text.trim();
    let only_digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    only_digits.then(|| text.parse().ok()).flatten()
}

fn is_short(text: &str) -> bool {
    text.len() <= limits::FIELD_BYTES
}

const STRUCTURE: &str = "RFC 4235 §4.1";
const DIALOG: &str = "RFC 4235 §4.1.1";
const SIDES: &str = "RFC 4235 §4.1.6";
const TARGET: &str = "RFC 4235 §4.1.6.2";
