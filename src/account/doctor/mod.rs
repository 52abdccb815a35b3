//! Goes through what an account needs of the world, step by step, and says what works, what does not, and what to do.
//!
//! It changes nothing that lasts: the account is registered and unregistered, each package is asked once, the PUBLISH
//! names an entity tag that nobody has and is refused for it (412), and documents are only read.

mod exchange;
mod packages;
mod servers;
mod xcap;

use jiff::Timestamp;
use serde::Serialize;

use super::config::Config;
use super::event::{Fault, Trouble};
use super::plain;
use super::run::{Handle, Machine, start_with};
use super::session::engine_config;
use super::trace::Trace;
use crate::net::{Certificate, Refused};
use crate::sip::Secret;
use crate::store::Preset;
use exchange::Line;

/// One step and what came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename = "check")]
pub struct Check {
    /// `password`, `presets`, `settings`, `dns`, `connection`, `certificate`, `options`, `register`, the name of an event package, `publish`,
    /// `xcap`, `rules`, `lists`.
    pub step: &'static str,
    /// What came of it.
    pub state: CheckState,
    /// What was found.
    pub detail: String,
    /// What to try; `None` where there is nothing, or no more than always helps with this kind of failure.
    pub hint: Option<String>,
    /// The exit status that it would mean by itself; 0 for none.
    #[serde(skip)]
    pub code: u8,
    /// What somebody may do something about; in words it is in `detail`.
    #[serde(skip)]
    pub finding: Option<Box<Finding>>,
}

/// Something that was found, and of which a program can make use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// A server showed a certificate that is not trusted.
    Refused(Refused),
    /// An XCAP root that nobody has named.
    XcapRoot(String),
}

/// What came of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum CheckState {
    /// It works.
    Ok,
    /// It works in part, or what does not work can be done without.
    Warn,
    /// It does not work.
    Fail,
    /// It was not tried.
    Skipped,
}

/// Whoever is told each step.
pub type Tell<'a> = &'a mut (dyn FnMut(Check) + Send);

/// The packages without which this program is of no use.
pub const ESSENTIAL: [&str; 2] = ["presence", "message-summary"];

impl Check {
    /// A step that went well.
    pub fn ok(step: &'static str, detail: impl AsRef<str>) -> Self {
        Self::new(step, CheckState::Ok, detail)
    }

    /// A step with something to be said against it.
    pub fn warn(step: &'static str, detail: impl AsRef<str>) -> Self {
        Self::new(step, CheckState::Warn, detail)
    }

    /// A step that failed.
    pub fn fail(step: &'static str, fault: Fault, detail: impl AsRef<str>) -> Self {
        Self {
            code: fault.code(),
            ..Self::new(step, CheckState::Fail, detail)
        }
    }

    /// A step that was not taken.
    pub fn skipped(step: &'static str, detail: impl AsRef<str>) -> Self {
        Self::new(step, CheckState::Skipped, detail)
    }

    /// The same with advice.
    #[must_use]
    pub fn hint(self, hint: impl AsRef<str>) -> Self {
        Self {
            hint: Some(plain(hint.as_ref()).into_owned()),
            ..self
        }
    }

    /// Much of what is found comes from the network.
    fn new(step: &'static str, state: CheckState, detail: impl AsRef<str>) -> Self {
        Self {
            step,
            state,
            detail: plain(detail.as_ref()).into_owned(),
            hint: None,
            code: 0,
            finding: None,
        }
    }

    /// A server showed a certificate that is not trusted.
    fn of_refused(refused: Refused) -> Self {
        let (server, shown) = (&refused.server, described(&refused.certificate));
        let why: Vec<String> = refused.why.iter().map(ToString::to_string).collect();
        let detail = format!("{server}: {shown}; {}", why.join("; "));
        Self {
            finding: Some(Box::new(Finding::Refused(refused))),
            ..Self::warn("certificate", detail).hint(DECIDE)
        }
    }

    fn of_trouble(step: &'static str, trouble: &Trouble) -> Self {
        let check = Self {
            code: trouble.code,
            ..Self::new(step, CheckState::Fail, &trouble.message)
        };
        match &trouble.hint {
            Some(hint) => check.hint(hint),
            None => check,
        }
    }
}

/// Examines an account, and tells each step as soon as it is done. When `stop` comes first, it logs out, and gives what
/// `stop` gave. What is sent and received is kept in `trace`, if that is given, without its secrets.
///
/// # Errors
/// What `stop` gave: not everything was examined.
pub async fn examine<T>(
    config: &Config,
    password: Option<Secret>,
    trace: Option<Trace>,
    stop: impl Future<Output = T>,
    tell: Tell<'_>,
) -> Result<(), T> {
    let mut account = None;
    let ended = tokio::select! {
        () = steps(config, (password, trace), &mut account, tell) => Ok(()),
        stopped = stop => Err(stopped),
    };
    if let Some(account) = &mut account {
        packages::log_out(account).await;
    }
    ended
}

/// The steps, one after the other; `account` is that which is logged in for some of them.
async fn steps(
    config: &Config,
    (password, trace): (Option<Secret>, Option<Trace>),
    account: &mut Option<Handle>,
    tell: Tell<'_>,
) {
    let engine = match engine_config(config, password.clone()) {
        Ok((_, engine)) => engine,
        Err(trouble) => return tell(Check::of_trouble("settings", &trouble)),
    };
    let machine = match Machine::prepare(config, (None, trace)).await {
        Ok(machine) => machine,
        Err(trouble) => return tell(Check::of_trouble("settings", &trouble)),
    };
    if let Some(preset) = &config.preset {
        tell(settled(preset));
    }
    tell(settings(config));
    let (tap, trust) = (machine.tap.clone(), machine.trust.clone());
    let mut line = Line::new(machine, engine);
    let reached = servers::examine(&mut line, tell).await;
    let publish = if reached {
        servers::publish(&mut line).await
    } else {
        Check::skipped("publish", "no server can be reached")
    };
    line.hang_up().await;
    if reached {
        let has_password = password.is_some();
        let started = start_with(config.clone(), password.clone(), tap.clone());
        packages::examine(account.insert(started), config, has_password, tell).await;
    } else {
        packages::skip(tell);
    }
    tell(publish);
    xcap::examine(config, password, (tap, trust), tell).await;
}

/// What a person compares.
fn described(shown: &Certificate) -> String {
    let day = |time: Timestamp| time.strftime("%Y-%m-%d").to_string();
    format!(
        "for {}, valid from {} to {}, signed by {}, SHA-256 {}",
        shown.names.join(" and "),
        day(shown.not_before),
        day(shown.not_after),
        shown.issuer,
        shown.fingerprint
    )
}

/// What to do about a certificate that is not trusted.
const DECIDE: &str = "compare the fingerprint with the operator's; then --trust-certificate trusts this certificate, and \
                      --tls-ca another authority";

/// Settings that the user has not made.
fn settled(preset: &Preset) -> Check {
    let (name, file) = (preset.shown(), preset.file.display());
    Check::ok(
        "presets",
        format!("the administrator has settled what is left open for {name}, in {file}"),
    )
}

fn settings(config: &Config) -> Check {
    let settings = &config.settings;
    let mut parts = vec![settings.address.clone()];
    let mut add = |name: &str, value: &str| {
        if !value.is_empty() {
            parts.push(format!("{name} {value}"));
        }
    };
    add("user name", &settings.auth_user);
    add("outbound proxy", &settings.outbound_proxy);
    add("trusted certificates", &settings.tls_ca);
    add("own certificate", &settings.tls_client_cert);
    add("XCAP root", &settings.xcap_root);
    Check::ok("settings", parts.join(", "))
}
