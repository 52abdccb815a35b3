//! The log-in, and each event package asked once.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use super::{Check, CheckState, ESSENTIAL, Tell};
use crate::account::address::compared;
use crate::account::command::{Command, RawSubscription};
use crate::account::config::Config;
use crate::account::documents::DocumentsView;
use crate::account::event::{Event, Fault, Registration, Topic, Trouble};
use crate::account::fault::NO_PASSWORD;
use crate::account::run::Handle;
use crate::package::xcap_diff::Processing;
use crate::rules;

/// What has come about one package.
#[derive(Debug, Default)]
struct Heard {
    /// The last NOTIFY, in words.
    notified: Option<String>,
    /// Somebody has still to approve.
    pending: bool,
    /// A document came, and with it the end.
    told: bool,
    over: bool,
    failure: Option<(Fault, String)>,
}

/// Logs in, asks, and logs out.
pub(super) async fn examine(
    handle: &mut Handle,
    config: &Config,
    has_password: bool,
    tell: Tell<'_>,
) {
    let own = &config.settings.address;
    let log_in = if config.register {
        log_in(handle, has_password).await
    } else {
        Check::skipped("register", "not wanted (--no-register)")
    };
    let refused = log_in.code == Fault::Authentication.code();
    tell(log_in);
    if refused {
        for package in PACKAGES {
            tell(Check::skipped(package, "the password is refused"));
        }
    } else {
        for (package, heard) in ask(handle, own).await {
            tell(result(package, heard));
        }
    }
    log_out(handle).await;
}

/// Takes everything back that the server was asked for; without effect when that was done.
pub(super) async fn log_out(handle: &mut Handle) {
    handle.send(Command::LogOut);
    let end = Instant::now() + END_WITHIN;
    while let Ok(Some(_)) = timeout_at(end, handle.events.recv()).await {}
}

/// Says that nothing was asked.
pub(super) fn skip(tell: Tell<'_>) {
    for step in ["register"].into_iter().chain(PACKAGES) {
        tell(Check::skipped(step, "no server can be reached"));
    }
}

async fn log_in(handle: &mut Handle, has_password: bool) -> Check {
    let limit = Instant::now() + REGISTER_WITHIN;
    let mut too_weak = None;
    loop {
        match timeout_at(limit, handle.events.recv()).await {
            Ok(Some(Event::Registration(registration))) => match registration.state {
                "registered" => return Check::ok("register", logged_in(&registration)),
                "failed" => return not_logged_in(&registration, has_password, too_weak.as_ref()),
                _ => {}
            },
            Ok(Some(Event::Error(trouble))) if matches!(trouble.topic, Topic::WeakDigest(_)) => {
                too_weak = Some(trouble);
            }
            Ok(Some(_)) => {}
            Ok(None) => return Check::fail("register", Fault::Other, "the account has ended"),
            Err(_) => return Check::fail("register", Fault::TimedOut, "no answer in time"),
        }
    }
}

fn logged_in(registration: &Registration) -> String {
    let mut detail = String::from("logged in");
    if let Some(seconds) = registration.expires_s {
        let _ = write!(detail, " for {seconds} s");
    }
    if let Some(contact) = &registration.contact {
        let _ = write!(detail, " as {contact}");
    }
    if registration.flows.iter().any(|flow| flow.outbound) {
        detail.push_str(", outbound is in force");
    }
    detail
}

/// `too_weak`: the account does without an answer to a challenge like the server's.
fn not_logged_in(
    registration: &Registration,
    has_password: bool,
    too_weak: Option<&Trouble>,
) -> Check {
    let reason = registration.reason.clone().unwrap_or_default();
    let fault = registration.fault.unwrap_or(Fault::Other);
    match too_weak {
        _ if fault != Fault::Authentication => Check::fail("register", fault, reason),
        Some(trouble) => Check {
            code: fault.code(),
            ..Check::of_trouble("register", trouble)
        },
        None if !has_password => {
            let (message, hint) = NO_PASSWORD;
            Check::fail("register", fault, message).hint(hint)
        }
        None => Check::fail("register", fault, reason),
    }
}

/// Asks for the account's own state in every package at once.
async fn ask(handle: &mut Handle, own: &str) -> Vec<(&'static str, Heard)> {
    let mut heard: BTreeMap<&str, Heard> = BTreeMap::new();
    for package in PACKAGES {
        heard.insert(package, Heard::default());
        handle.send(Command::Subscribe(RawSubscription {
            package: package.to_owned(),
            address: own.to_owned(),
            body: body(package, own),
            fetch: true,
            ..RawSubscription::default()
        }));
    }
    let mut limit = Instant::now() + PACKAGES_WITHIN;
    let mut lingers = false;
    while heard.values().any(|heard| !heard.over) {
        // The rest of the time is for further notifiers, who may say the same once more.
        if !lingers && heard.values().all(|heard| heard.over || heard.told) {
            lingers = true;
            limit = Instant::now() + LINGER;
        }
        let Ok(Some(event)) = timeout_at(limit, handle.events.recv()).await else {
            break;
        };
        match event {
            Event::Notify(notify) => {
                if let Some(heard) = heard.get_mut(notify.package.as_str()) {
                    heard.pending = notify.substate == "pending";
                    heard.told |= notify.substate == "terminated" && notify.content_type.is_some();
                    heard.notified = Some(match &notify.content_type {
                        Some(kind) => format!("answers with {kind}"),
                        None => "answers without a document".to_owned(),
                    });
                }
            }
            Event::Subscription(subscription) => {
                if let Some(heard) = heard.get_mut(subscription.package.as_str()) {
                    let over = matches!(subscription.state, "terminated" | "waiting_to_retry");
                    heard.over |= over;
                    if over && let Some(fault) = subscription.fault {
                        let reason = subscription.reason.unwrap_or_default();
                        heard.failure = Some((fault, reason));
                    }
                }
            }
            _ => {}
        }
    }
    let each = PACKAGES.into_iter();
    each.map(|package| (package, heard.remove(package).unwrap_or_default()))
        .collect()
}

/// What has to go with the question: xcap-diff wants to know about which documents (RFC 5875 §4.4).
fn body(package: &str, own: &str) -> Option<(String, Vec<u8>)> {
    if package != "xcap-diff" {
        return None;
    }
    let user = compared(own);
    DocumentsView::new(&user, &[(rules::AUID, rules::DOCUMENT)], Processing::None).body()
}

fn result(package: &'static str, heard: Heard) -> Check {
    let failed = |fault, reason: String| {
        let check = Check::fail(package, fault, reason);
        if ESSENTIAL.contains(&package) {
            return check;
        }
        // One can live without it.
        Check {
            state: CheckState::Warn,
            ..check
        }
    };
    match (heard.failure, heard.notified) {
        (Some((fault, reason)), _) => failed(fault, reason),
        (None, Some(words)) if heard.pending => {
            Check::warn(package, format!("{words}; not approved yet"))
                .hint("let the account watch itself: 'siskin watchers allow' with its own address")
        }
        (None, Some(words)) => Check::ok(package, words),
        (None, None) => failed(Fault::TimedOut, "no notification in time".to_owned()),
    }
}

/// What is asked for, the essential ones first.
const PACKAGES: [&str; 5] = [
    "presence",
    "message-summary",
    "presence.winfo",
    "dialog",
    "xcap-diff",
];
/// Time for the log-in: one silent server, and the next.
const REGISTER_WITHIN: Duration = Duration::from_secs(45);
/// Time for all packages together: a transaction, and a notification after it.
const PACKAGES_WITHIN: Duration = Duration::from_secs(40);
/// Time for what belongs to an answer and comes after it.
const LINGER: Duration = Duration::from_millis(500);
/// Time to log out.
const END_WITHIN: Duration = Duration::from_secs(5);
