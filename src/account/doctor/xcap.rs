//! The XCAP server: whether it is there, what it can do, and whether the presence rules can be read.

use std::sync::Arc;

use super::{Check, CheckState, Finding, Tell};
use crate::account::config::Config;
use crate::account::job::JobFault;
use crate::account::xcap_server::Account;
use crate::net::Trust;
use crate::net::trace::Tap;
use crate::rules::{self, Ruleset};
use crate::sip::Secret;

/// Examines it.
pub(super) async fn examine(
    config: &Config,
    password: Option<Secret>,
    (tap, trust): (Option<Arc<dyn Tap>>, Trust),
    tell: Tell<'_>,
) {
    let mut account = Account::new(config, trust.clone());
    let found = if account.named {
        None
    } else {
        find(&account, places(&account.domain), tap.clone()).await
    };
    if let Some(root) = &found {
        account.root.clone_from(root);
    }
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
            let refused = trust.refused().into_iter().filter(|refused| refused.web);
            for refused in refused.filter(|_| account.named) {
                tell(Check::of_refused(refused));
            }
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
            let keeps = names.join(", ");
            Check {
                finding: found.map(|root| Box::new(Finding::XcapRoot(root))),
                ..Check::ok("xcap", format!("{root} keeps {keeps}"))
            }
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

/// Where a domain may have its documents where nobody says so; no standard tells.
fn places(domain: &str) -> [String; 3] {
    [
        format!("https://xcap.{domain}"),
        format!("https://xcap.{domain}/xcap-root"),
        format!("https://{domain}/xcap-root"),
    ]
}

/// The first of these places at which a server says that it keeps presence rules. Nobody has named them, so none of them
/// is told the password.
async fn find(
    account: &Account,
    places: impl IntoIterator<Item = String>,
    tap: Option<Arc<dyn Tap>>,
) -> Option<String> {
    for root in places {
        let there = account.at(root.clone());
        let Ok(client) = there.client(None, tap.clone()).await else {
            continue;
        };
        let known = client.capabilities().await;
        if known.is_ok_and(|known| known.is_some_and(|known| known.serves(rules::AUID))) {
            return Some(root);
        }
    }
    None
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

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;
    use tokio::time::{Duration, timeout};

    use super::*;
    use crate::store::AccountSettings;

    /// A web server with one answer to everything, and what it was asked.
    async fn server(answer: &'static str) -> (String, Arc<Mutex<String>>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let root = format!("http://{}/xcap-root", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(String::new()));
        let heard = Arc::clone(&asked);
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut request = Vec::new();
                while !request.ends_with(b"\r\n\r\n") {
                    let Ok(byte) = stream.read_u8().await else {
                        break;
                    };
                    request.push(byte);
                }
                heard
                    .lock()
                    .unwrap()
                    .push_str(&String::from_utf8_lossy(&request));
                let _ = stream.write_all(answer.as_bytes()).await;
            }
        });
        (root, asked)
    }

    const CAPABILITIES: &str = "HTTP/1.1 200 OK\r\nContent-Type: application/xcap-caps+xml\r\n\
        Connection: close\r\n\r\n<xcap-caps xmlns=\"urn:ietf:params:xml:ns:xcap-caps\"><auids>\
        <auid>pres-rules</auid></auids></xcap-caps>";
    const NOTHING: &str =
        "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    const PASSWORD_WANTED: &str = "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\nConnection: close\r\n\
        WWW-Authenticate: Basic realm=\"somebody\"\r\n\r\n";

    #[tokio::test]
    async fn a_root_is_found_at_the_usual_places_and_nobody_there_is_told_the_password() {
        let settings = AccountSettings {
            address: "sip:alice@example.test".to_owned(),
            ..AccountSettings::default()
        };
        let account = Account::new(&Config::desktop(settings, ""), Trust::default());
        let usual = places(&account.domain);
        assert_eq!(
            usual[0], account.root,
            "the one that is taken without asking"
        );
        let (nobody, _) = server(NOTHING).await;
        let (curious, asked) = server(PASSWORD_WANTED).await;
        let (right, _) = server(CAPABILITIES).await;
        let look = |places: Vec<String>| {
            let account = &account;
            async move {
                let found = find(account, places, None);
                timeout(Duration::from_secs(20), found).await.unwrap()
            }
        };
        let all = vec![nobody.clone(), curious.clone(), right.clone()];
        assert_eq!(look(all).await, Some(right));
        assert_eq!(look(vec![nobody, curious]).await, None);
        let asked = asked.lock().unwrap().to_ascii_lowercase();
        assert!(asked.contains("xcap-caps") && !asked.contains("authorization"));
    }
}
