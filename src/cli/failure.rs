//! What a command that failed says, and what to try.

use crate::account::{Fault, Topic, Trouble};

/// A failure: the exit status and the last line on standard error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Failure {
    pub(super) status: u8,
    pub(super) fault: Fault,
    pub(super) message: String,
    pub(super) hint: String,
}

impl Failure {
    /// A failure with the usual advice for its kind.
    pub(super) fn new(fault: Fault, message: impl Into<String>) -> Self {
        Self {
            status: fault.code(),
            fault,
            message: message.into(),
            hint: hint(fault).to_owned(),
        }
    }

    /// The failure of something, with the reason that was given for it.
    pub(super) fn because(what: &str, fault: Option<Fault>, reason: Option<&str>) -> Self {
        let message = match reason {
            Some(reason) => format!("{what}: {reason}"),
            None => what.to_owned(),
        };
        let mut failure = Self::new(fault.unwrap_or(Fault::Other), message);
        if let Some(hint) = reason.and_then(hint_at) {
            hint.clone_into(&mut failure.hint);
        }
        failure
    }

    /// The same about documents, which are kept on another server than the one that everything else is asked of.
    pub(super) fn of_documents(what: &str, fault: Option<Fault>, reason: Option<&str>) -> Self {
        let mut failure = Self::because(what, fault, reason);
        let about_certificate = reason.is_some_and(|reason| reason.contains("certificate"));
        if !about_certificate {
            documents_hint(failure.fault).clone_into(&mut failure.hint);
        }
        failure
    }

    /// The same about presence rules, which need no server.
    pub(super) fn of_rules(what: &str, fault: Option<Fault>, reason: Option<&str>) -> Self {
        let mut failure = Self::of_documents(what, fault, reason);
        if matches!(failure.fault, Fault::Unsupported | Fault::Unreachable) {
            failure.hint.push_str("; ");
            failure.hint.push_str(RULES_HERE);
        }
        failure
    }

    /// The own status could not be published. Where the server answers that it knows nothing of such things there is
    /// another way.
    pub(super) fn of_publishing(fault: Option<Fault>, reason: Option<&str>) -> Self {
        let mut failure = Self::because("could not publish", fault, reason);
        let code = reason.and_then(|reason| reason.split_whitespace().next());
        if matches!(code, Some("403" | "404" | "405" | "489" | "501")) {
            PUBLISH_HERE.clone_into(&mut failure.hint);
        }
        failure
    }

    /// What has been told already, as the end of the command.
    pub(super) fn from_trouble(trouble: &Trouble) -> Self {
        let fault = Fault::of_code(trouble.code);
        Self {
            status: trouble.code,
            fault,
            message: trouble.message.clone(),
            hint: trouble
                .hint
                .clone()
                .unwrap_or_else(|| hint(fault).to_owned()),
        }
    }

    /// The same as an event, for the JSON lines.
    pub(super) fn trouble(&self) -> Trouble {
        Trouble {
            code: self.status,
            message: self.message.clone(),
            hint: Some(self.hint.clone()),
            topic: Topic::default(),
        }
    }
}

/// What helps where no server keeps presence rules.
const RULES_HERE: &str = "without such a server, --here keeps it on this machine";
/// What helps where no server takes the own status.
const PUBLISH_HERE: &str = "ask the server's operator; where there is no presence server, add --here to tell it whoever asks this device itself";

/// What to try where the server's answer tells more than the kind of failure.
fn hint_at(reason: &str) -> Option<&'static str> {
    if reason.contains("certificate") {
        return Some("see it with 'siskin doctor'; --trust-certificate trusts it as it is");
    }
    if reason == "not a list" {
        return Some("watch the address without --rls");
    }
    match reason.split_whitespace().next()? {
        "420" => {
            Some("ask the server's operator; a server without lists needs each address by itself")
        }
        "404" | "410" | "604" | "noresource" => Some("check the address"),
        "423" => Some("ask for more time with --expires"),
        "480" | "486" | "500" | "503" | "600" => {
            Some("try again later, or ask the server's operator")
        }
        _ => None,
    }
}

/// What helps with a kind of failure.
pub(super) fn hint(fault: Fault) -> &'static str {
    match fault {
        Fault::Authentication => "check the password, --auth-user and --realm",
        Fault::Unreachable => "check the network, the address and --proxy",
        Fault::Unsupported => "ask the server's operator, or leave this out",
        Fault::Refused => "ask the other side for permission",
        Fault::TimedOut => "check the network and --proxy, or wait longer with --for",
        Fault::Ended => "ask the other side, or try again later",
        Fault::Other => "look again with -v, or keep a --trace",
    }
}

fn documents_hint(fault: Fault) -> &'static str {
    match fault {
        Fault::Unreachable | Fault::TimedOut => "check the network and --xcap-root",
        Fault::Unsupported => "check --xcap-root, or ask the server's operator",
        Fault::Refused => "ask the server's operator for permission",
        fault => hint(fault),
    }
}
