//! The XCAP server: whether it is there, what it can do, and whether the presence rules can be read.

use std::sync::Arc;

use super::{Check, CheckState, Tell};
use crate::account::config::Config;
use crate::account::job::JobFault;
use crate::account::xcap_server::Account;
use crate::net::trace::Tap;
use crate::rules::{self, Ruleset};
use crate::sip::Secret;

/// Examines it.
pub(super) async fn examine(
    config: &Config,
    password: Option<Secret>,
    tap: Option<Arc<dyn Tap>>,
    tell: Tell<'_>,
) {
    let account = Account::new(config);
    let asked = async {
        let client = account.client(password, tap).await?;
        let known = client.capabilities().await;
        let known = known.map_err(|error| account.fault(&error))?;
        let document = client.fetch(rules::AUID, rules::DOCUMENT).await;
        let document = document.map_err(|error| account.fault(&error));
        Ok::<_, JobFault>((known, document))
    };
    let (known, document) = match asked.await {
        Ok(answers) => answers,
        Err(fault) => {
            tell(without(&account, &fault));
            for step in ["rules", "lists"] {
                tell(Check::skipped(step, "no XCAP server can be reached"));
            }
            return;
        }
    };
    let root = &account.root;
    let auids = known.map(|known| known.auids);
    tell(match &auids {
        Some(auids) => {
            let names: Vec<&str> = auids.iter().map(String::as_str).collect();
            Check::ok("xcap", format!("{root} keeps {}", names.join(", ")))
        }
        None => Check::ok("xcap", format!("{root} does not say what it keeps")),
    });
    tell(match document {
        Ok(None) => Check::ok("rules", "there are none yet"),
        Ok(Some(document)) => match Ruleset::parse(&document.bytes) {
            Ok(_) => Check::ok("rules", format!("read, {} bytes", document.bytes.len())),
            Err(error) => Check::warn("rules", error.to_string())
                .hint("decisions about watchers would be refused; look at the document with 'siskin inspect'"),
        },
        Err(fault) => warning("rules", &fault),
    });
    let lists = auids.is_some_and(|auids| auids.contains("rls-services"));
    tell(if lists {
        Check::ok(
            "lists",
            "the server keeps lists and subscribes to their members",
        )
    } else {
        Check::skipped("lists", "the server does not say that it keeps any")
            .hint("watch a list that you know of with 'siskin watch --rls'")
    });
}

/// Nobody has to have one; who has named one wants it.
fn without(account: &Account, fault: &JobFault) -> Check {
    if account.named {
        return warning("xcap", fault)
            .hint("check --xcap-root; without it nobody can be allowed or blocked");
    }
    Check::skipped("xcap", &fault.message)
        .hint("name one with --xcap-root, to allow and block watchers")
}

fn warning(step: &'static str, fault: &JobFault) -> Check {
    Check {
        state: CheckState::Warn,
        ..Check::fail(step, fault.fault, &fault.message)
    }
}
