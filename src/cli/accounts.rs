//! `siskin account`: the accounts of the profile.

use std::io::Write as _;

use jiff::Timestamp;
use serde::Serialize;

use super::arguments::{AccountAction, Options};
use super::print::json_line;
use super::refusal::{Refusal, complain};
use super::setup;
use crate::account::{AccountSettings, Fingerprint, Preset, Status, TrustedCertificate, plain};

/// One account as a JSON line.
#[derive(Debug, Serialize)]
struct Line<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    account: &'a str,
    display_name: &'a str,
    enabled: bool,
    proxy: &'a str,
    xcap_root: &'a str,
    merge_presence: bool,
    anonymous: bool,
    /// For what an administrator has settled whatever is left open, if one has.
    preset: Option<&'a str>,
    /// The SHA-256 of certificates that are trusted as they are.
    trusted_certificates: Vec<&'a str>,
}

/// Does it, and gives the exit status.
pub(super) async fn run(action: &AccountAction, options: &Options) -> Result<(), Refusal> {
    match action {
        AccountAction::Add { address } => add(&named(address.as_deref(), options)?, options).await,
        AccountAction::List => list(options),
        AccountAction::Distrust {
            address,
            certificate,
        } => distrust(&named(address.as_deref(), options)?, *certificate, options),
        AccountAction::Remove { address } => {
            remove(&named(address.as_deref(), options)?, options).await
        }
    }
}

fn named(address: Option<&str>, options: &Options) -> Result<String, Refusal> {
    let input = address.or(options.account.as_deref()).ok_or_else(|| {
        Refusal::usage(
            "which account?",
            "give its address, like sip:alice@example.com",
        )
    })?;
    setup::address(input)
}

async fn add(address: &str, options: &Options) -> Result<(), Refusal> {
    let password = setup::password(options)?;
    let mut profile = setup::profile(options);
    let mut settings = profile.settings().clone();
    let known = settings
        .accounts
        .iter_mut()
        .find(|account| setup::same_address(&account.address, address));
    let account = if let Some(account) = known {
        account
    } else {
        settings.accounts.push(AccountSettings {
            status: Status::Available.token().to_owned(),
            ..setup::bare(address)
        });
        let Some(account) = settings.accounts.last_mut() else {
            return Err(Refusal::other("the account could not be kept", ""));
        };
        account
    };
    setup::overrule(account, options);
    profile
        .save(&settings)
        .map_err(|error| Refusal::other(error.to_string(), "look at --data-dir"))?;
    if let Some(password) = password {
        profile
            .passwords()
            .save(address, &password)
            .await
            .map_err(|error| {
                Refusal::other(
                    format!("the account is kept, its password is not: {error}"),
                    "give the password with --password-file each time",
                )
            })
    } else {
        complain(
            "the account is kept without a password",
            Some("add it again with --password-file to keep that too"),
        );
        Ok(())
    }
}

fn list(options: &Options) -> Result<(), Refusal> {
    let profile = setup::profile(options);
    if profile.settings().accounts.is_empty() {
        complain(
            "no account is kept",
            Some("keep one with 'siskin account add'"),
        );
    }
    let presets = profile.presets();
    let now = Timestamp::now();
    let mut out = Vec::new();
    for account in &profile.settings().accounts {
        if options.json {
            let line = Line {
                kind: "account",
                account: &account.address,
                display_name: &account.display_name,
                enabled: account.enabled,
                proxy: &account.outbound_proxy,
                xcap_root: &account.xcap_root,
                merge_presence: account.merge_presence,
                anonymous: account.anonymous,
                trusted_certificates: account
                    .trusted
                    .iter()
                    .map(|trusted| trusted.sha256.as_str())
                    .collect(),
                preset: presets.of_account(&account.address).map(Preset::shown),
            };
            json_line(&mut out, now, &line)
                .map_err(|error| Refusal::other(error.to_string(), ""))?;
        } else {
            out.extend_from_slice(plain(&account.address).as_bytes());
            out.push(b'\n');
            for trusted in &account.trusted {
                let TrustedCertificate {
                    server,
                    sha256,
                    since,
                    ..
                } = trusted;
                let server = if server.is_empty() {
                    "any server"
                } else {
                    server
                };
                let line = format!("trusts {server} with the certificate {sha256} since {since}");
                out.extend_from_slice(format!("    {}\n", plain(&line)).as_bytes());
            }
        }
    }
    match std::io::stdout().write_all(&out) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Refusal::other(error.to_string(), ""))
        }
        _ => Ok(()),
    }
}

/// Takes trust in certificates back.
fn distrust(
    address: &str,
    certificate: Option<Fingerprint>,
    options: &Options,
) -> Result<(), Refusal> {
    let mut profile = setup::profile(options);
    let mut settings = profile.settings().clone();
    let account = settings
        .accounts
        .iter_mut()
        .find(|account| setup::same_address(&account.address, address));
    let Some(account) = account else {
        return Err(not_kept(address));
    };
    let before = account.trusted.len();
    account.trusted.retain(|trusted| {
        certificate.is_some_and(|one| Fingerprint::parse(&trusted.sha256) != Ok(one))
    });
    if account.trusted.len() == before {
        return Err(Refusal::other(
            "the account does not trust such a certificate",
            "see 'siskin account list'",
        ));
    }
    profile
        .save(&settings)
        .map_err(|error| Refusal::other(error.to_string(), "look at --data-dir"))
}

fn not_kept(address: &str) -> Refusal {
    Refusal::other(
        format!("{address} is not kept here"),
        "see 'siskin account list'",
    )
}

async fn remove(address: &str, options: &Options) -> Result<(), Refusal> {
    let mut profile = setup::profile(options);
    let mut settings = profile.settings().clone();
    let before = settings.accounts.len();
    settings
        .accounts
        .retain(|account| !setup::same_address(&account.address, address));
    if settings.accounts.len() == before {
        return Err(not_kept(address));
    }
    profile
        .save(&settings)
        .map_err(|error| Refusal::other(error.to_string(), "look at --data-dir"))?;
    if let Err(error) = profile.forget(address) {
        complain(&format!("not everything about it is gone: {error}"), None);
    }
    if let Err(error) = profile.passwords().forget(address).await {
        complain(
            &format!("the password may still be in the keyring: {error}"),
            None,
        );
    }
    Ok(())
}
