//! Dialog information (RFC 4235): each call, and what a lamp would show.

use super::presence::also;
use super::{Context, Unusable};
use crate::inspect::outline::Outline;
use crate::inspect::report::{Fact, Report};
use crate::inspect::text::{add, count, span};
use crate::package::dialog_info::{
    Dialog, DialogState, Direction, Document, Indicator, ObservedUser, Participant, State,
    StateEvent, pick_up,
};

/// Says what is in a dialog information document.
pub(super) fn explain(context: &Context<'_>, report: &mut Report) -> Result<(), Unusable> {
    let document = Document::parse(&context.body)?;
    let mut outline = Outline::of(&context.body);
    let full = document.state == State::Full;
    let state = if full {
        "full: every dialog is in it"
    } else {
        "partial: only what changed"
    };
    let version = format!("{}, {state}", document.version);
    report.say(outline.root(), 0, "version", version);
    report.version = Some((document.version, full));
    let entity = document.entity.clone();
    let whom = entity.as_deref();
    let whom = whom.unwrap_or("not told: the address subscribed to");
    report.say(outline.root(), 0, "observed user", whom);
    for dialog in &document.dialogs {
        self::dialog(dialog, &mut outline, report);
        report.fact(Fact::Dialog {
            resource: entity.clone().unwrap_or_default(),
            dialog: Box::new(dialog.clone()),
        });
    }
    let mut user = ObservedUser::new();
    user.apply(0, &document, context.options.now);
    let (indicator, call) = user.indicator();
    let mut gist = match indicator {
        Indicator::Unknown => "not known",
        Indicator::Idle => "on no call",
        Indicator::Calling => "calling somebody",
        Indicator::Ringing => "ringing",
        Indicator::Busy => "on the phone",
    }
    .to_owned();
    let remote = call
        .as_ref()
        .and_then(|call| call.row.dialog.remote.identity());
    if let Some(remote) = remote {
        add(&mut gist, format_args!(" with {}", remote.uri));
    }
    if !full {
        gist.push_str(", as far as this partial document tells");
    }
    report.say(None, 0, "shown", gist.clone());
    let dialogs = count(document.dialogs.len(), "dialog");
    report.gist = Some(format!("{gist} ({dialogs})"));
    report.remarks(&document.remarks);
    Ok(())
}

fn dialog(dialog: &Dialog, outline: &mut Outline, report: &mut Report) {
    let mut text = match &dialog.state {
        DialogState::Trying => "trying: asked, and not answered yet",
        DialogState::Proceeding => "proceeding: somebody works on it",
        DialogState::Early => "early: it rings",
        DialogState::Confirmed => "confirmed: they talk",
        DialogState::Terminated => "terminated: over",
        DialogState::Other(word) => word,
    }
    .to_owned();
    if let Some(event) = &dialog.event {
        let why = match event {
            StateEvent::Cancelled => "the caller gave up",
            StateEvent::Rejected => "refused",
            StateEvent::Replaced => "replaced by another dialog",
            StateEvent::LocalBye => "this side hung up",
            StateEvent::RemoteBye => "the other side hung up",
            StateEvent::Error => "it failed",
            StateEvent::Timeout => "nobody answered",
            StateEvent::Other(word) => word,
        };
        add(&mut text, format_args!(" ({why})"));
    }
    if let Some(code) = dialog.code {
        add(&mut text, format_args!(", code {code}"));
    }
    also(
        &mut text,
        match dialog.direction {
            Some(Direction::Initiator) => "the user calls",
            Some(Direction::Recipient) => "the user is called",
            None => "",
        },
    );
    if let Some(seconds) = dialog.duration {
        add(&mut text, format_args!(", for {}", span(seconds)));
    }
    let line = outline.next("dialog", &dialog.id);
    report.say(line, 0, format!("dialog {}", dialog.id), text);
    if dialog.is_minimal() && dialog.state != DialogState::Terminated {
        let text = "not told: it may stand for several, with anybody";
        report.say(line, 1, "calls", text);
    }
    let tags = [("local", &dialog.local_tag), ("remote", &dialog.remote_tag)];
    if let Some(call_id) = &dialog.call_id {
        let mut text = call_id.clone();
        for (side, tag) in tags {
            if let Some(tag) = tag {
                add(&mut text, format_args!(", {side} tag {tag}"));
            }
        }
        report.say(line, 1, "Call-ID", text);
    }
    participant("local", &dialog.local, outline, report);
    participant("remote", &dialog.remote, outline, report);
    if let Some(referred_by) = &dialog.referred_by {
        report.say(None, 1, "referred by", referred_by.uri.clone());
    }
    if let Some(replaces) = &dialog.replaces {
        report.say(None, 1, "replaces", replaces.call_id.clone());
    }
    if let Some(pick_up) = pick_up(dialog) {
        report.say(None, 1, "pick up with", pick_up.uri());
    }
}

fn participant(side: &str, who: &Participant, outline: &mut Outline, report: &mut Report) {
    for identity in &who.identities {
        let mut text = identity.uri.clone();
        if let Some(display) = &identity.display {
            add(&mut text, format_args!(" “{display}”"));
        }
        report.say(outline.next("identity", &identity.uri), 1, side, text);
    }
    if let Some(target) = &who.target {
        let mut text = target.uri.clone();
        for param in &target.params {
            add(&mut text, format_args!(", {} {}", param.name, param.value));
        }
        let line = outline.next("target", &target.uri);
        report.say(line, 1, format!("{side} target"), text);
    }
    if let Some(description) = &who.session_description {
        let text = format!(
            "{}, {} bytes",
            description.media_type,
            description.text.len()
        );
        report.say(None, 1, format!("{side} session"), text);
    }
}
