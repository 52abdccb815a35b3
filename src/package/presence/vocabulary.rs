//! The names that each namespace of a presence document has. They are asked for only where something is marked as
//! having to be understood.

use crate::xml::Element;

use super::namespace::{PIDF, Space};
use super::rpid::is_activity;

/// Of what is in an extension, the first that must be understood and is not: the extension is then of no use as a whole
/// (RFC 3863 section 4.2.3). An element is known by its namespace and its name there; what lies inside one that is not
/// known, and ignored anyway, has no say.
pub(super) fn unmet(extension: Element<'_>) -> Option<Element<'_>> {
    // Marks are rare: what is not marked is not looked up.
    extension.children().find_map(|child| {
        if is_mandatory(child) && !is_known(child) {
            return Some(child);
        }
        unmet(child).filter(|_| is_known(child))
    })
}

/// Whether an element is marked as having to be understood.
pub(super) fn is_mandatory(element: Element<'_>) -> bool {
    let mark = element.attribute_in(PIDF, "mustUnderstand");
    mark.and_then(crate::xml::boolean) == Some(true)
}

/// Whether an element is one of those that its namespace has.
fn is_known(element: Element<'_>) -> bool {
    let name = element.name();
    let is_in = |names: &[&str]| names.binary_search(&name).is_ok();
    match Space::of(element) {
        Space::Pidf => is_in(&PIDF_NAMES),
        Space::DataModel => is_in(&DATA_MODEL_NAMES),
        Space::Rpid => is_activity(name) || is_in(&RPID_NAMES),
        Space::Cipid => is_in(&CIPID_NAMES),
        Space::TimedStatus => is_in(&TIMED_STATUS_NAMES),
        Space::Capabilities => is_in(&CAPABILITIES_NAMES),
        // Kinds of places are registered one by one, and each is shown by its name.
        Space::LocationType => true,
        Space::Foreign => false,
    }
}

/// RFC 3863 section 4.4.
const PIDF_NAMES: [&str; 7] = [
    "basic",
    "contact",
    "note",
    "presence",
    "status",
    "timestamp",
    "tuple",
];

/// RFC 4479 section 5, and `status` as drafts had it.
const DATA_MODEL_NAMES: [&str; 6] = [
    "device",
    "deviceID",
    "note",
    "person",
    "status",
    "timestamp",
];

/// RFC 4482 section 4.
const CIPID_NAMES: [&str; 6] = ["card", "display-name", "homepage", "icon", "map", "sound"];

/// RFC 4481 section 4.
const TIMED_STATUS_NAMES: [&str; 3] = ["basic", "note", "timed-status"];

/// RFC 4480 section 5 without the activities, and `activity` as drafts had it.
#[rustfmt::skip]
const RPID_NAMES: [&str; 96] = [
    "activities", "activity", "afraid", "amazed", "angry", "annoyed", "anxious", "ashamed", "assistant", "associate",
    "audio", "bored", "brave", "calm", "class", "cold", "confused", "contented", "courier", "cranky", "curious",
    "dark", "depressed", "disappointed", "disgusted", "distracted", "electronic", "embarrassed", "excited", "family",
    "flirtatious", "freight", "friend", "frustrated", "grumpy", "guilty", "happy", "home", "hot", "humbled",
    "humiliated", "hungry", "hurt", "impressed", "in-person", "in_awe", "in_love", "inappropriate", "indignant",
    "interested", "invincible", "jealous", "lonely", "mean", "mood", "moody", "nervous", "neutral", "noisy", "note",
    "offended", "ok", "place-is", "place-type", "playful", "postal", "privacy", "proud", "quiet", "relationship",
    "relieved", "remorseful", "restless", "sad", "sarcastic", "self", "serious", "service-class", "shocked", "shy",
    "sick", "sleepy", "sphere", "status-icon", "stressed", "supervisor", "surprised", "text", "thirsty",
    "time-offset", "toobright", "uncomfortable", "user-input", "video", "work", "worried",
];

/// RFC 5196 section 4; the schema leaves out a letter of `higherthan`.
#[rustfmt::skip]
const CAPABILITIES_NAMES: [&str; 90] = [
    "ACK", "BYE", "CANCEL", "INFO", "INVITE", "MESSAGE", "NOTIFY", "OPTIONS", "PRACK", "PUBLISH", "REFER", "REGISTER",
    "SUBSCRIBE", "Siemens-RTP-Stats", "UPDATE", "actor", "application", "attendant", "audio", "automata", "business",
    "class", "conference", "control", "data", "description", "devcaps", "dialog", "duplex", "early-session", "equals",
    "event-packages", "eventlist", "extensions", "fixed", "from-change", "full", "gruu", "half", "higherhan",
    "higherthan", "hist-info", "information", "isfocus", "join", "kpml", "l", "languages", "lowerthan", "message",
    "message-summary", "methods", "mobile", "mobility", "msg-taker", "norefersub", "notsupported", "path", "personal",
    "poc-settings", "precondition", "pref", "presence", "principal", "priority", "privacy", "range", "receive-only",
    "recipient-list-invite", "recipient-list-subscribe", "refer", "reg", "rel100", "replaces", "resource-priority",
    "s", "schemes", "sdp-anat", "sec-agree", "send-only", "servcaps", "spirits-INDPs", "spirits-user-prof",
    "supported", "tdialog", "text", "timer", "type", "video", "winfo",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_in_order_to_be_found() {
        let all: [&[&str]; 6] = [
            &PIDF_NAMES,
            &DATA_MODEL_NAMES,
            &CIPID_NAMES,
            &TIMED_STATUS_NAMES,
            &RPID_NAMES,
            &CAPABILITIES_NAMES,
        ];
        for names in all {
            assert!(names.is_sorted(), "{names:?}");
        }
    }
}
