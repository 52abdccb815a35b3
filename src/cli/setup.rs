//! From options and profile to an account that can be started.

use std::io::Read;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::arguments::Options;
use super::refusal::{Refusal, complain};
use crate::account::{
    self, AccountSettings, Config, Notice, Pin, Presets, Profile, RulesHere, Secret, Wants,
    XcapRoot,
};

/// The account that the options and, where they leave it open, the profile name.
pub(super) async fn account(options: &Options) -> Result<(Config, Option<Secret>), Refusal> {
    let given = password(options)?;
    let address = options.account.as_deref().map(address).transpose()?;
    if let Some(root) = &options.xcap_root {
        XcapRoot::parse(root, options.insecure_xcap).map_err(|error| {
            Refusal::usage(
                error.to_string(),
                "look at --xcap-root; plain http to another host needs --insecure-xcap",
            )
        })?;
    }
    let remembers_nothing = address.is_some() && given.is_some();
    let (mut settings, remembered, instance, presets) = match (&address, &given) {
        // Nothing of the user's profile is needed, so nothing of it is touched.
        (Some(address), Some(_)) => (bare(address), None, None, presets()),
        _ => from_profile(options, address.as_deref(), given.is_some()).await?,
    };
    overrule(&mut settings, options);
    let mut config = Config::desktop(settings, &instance.unwrap_or_else(account::new_instance));
    config.settle(&presets);
    config.bind = options.bind;
    config.register = !options.no_register;
    config.expires_s = options.expires;
    config.insecure_xcap = options.insecure_xcap;
    config.languages = languages(|name| std::env::var(name).ok());
    config.trace.clone_from(&options.trace);
    config.dns = dns(std::env::var("SISKIN_DNS").ok())?;
    config.rules_in = Profile::folder(options.data_dir.as_deref());
    config.wants = Wants::default();
    if remembers_nothing && options.data_dir.is_none() {
        config.rules_here = RulesHere::Kept;
    }
    Ok((config, given.or(remembered)))
}

/// Whether a password was handed in; it is read later, for standard input has it only once.
pub(super) fn has_password(options: &Options) -> bool {
    options.password_file.is_some() || std::env::var_os("SISKIN_PASSWORD").is_some()
}

/// A mistake in an address.
pub(super) fn bad_address(error: &account::AddressError) -> Refusal {
    Refusal::usage(error.to_string(), "write it like sip:bob@example.com")
}

/// The password that was handed in, if any: `--password-file`, else `SISKIN_PASSWORD`.
pub(super) fn password(options: &Options) -> Result<Option<Secret>, Refusal> {
    let text = match &options.password_file {
        Some(path) => read_password(path)?,
        None => match std::env::var("SISKIN_PASSWORD") {
            Ok(text) => text,
            Err(std::env::VarError::NotPresent) => return Ok(None),
            Err(std::env::VarError::NotUnicode(_)) => {
                return Err(Refusal::usage(
                    "SISKIN_PASSWORD is not UTF-8",
                    "use --password-file",
                ));
            }
        },
    };
    let text = text.strip_suffix('\n').unwrap_or(&text);
    let text = text.strip_suffix('\r').unwrap_or(text);
    if text.is_empty() {
        return Err(Refusal::usage(
            "the password is empty",
            "look at --password-file",
        ));
    }
    Ok(Some(Secret::new(text)))
}

/// The DNS server of `SISKIN_DNS`, an aid to look for faults.
fn dns(variable: Option<String>) -> Result<Option<SocketAddr>, Refusal> {
    let parse = |text: String| {
        text.parse().map_err(|_| {
            Refusal::usage(
                format!("SISKIN_DNS is not an address with a port: {text}"),
                "write it like 127.0.0.1:53",
            )
        })
    };
    variable.map(parse).transpose()
}

/// A canonical account address.
pub(super) fn address(input: &str) -> Result<String, Refusal> {
    if !input.contains('@') {
        return Err(Refusal::usage(
            format!("'{input}' is not an account's address"),
            "write it like sip:alice@example.com",
        ));
    }
    account::resolve(input, "")
        .map_err(|error| Refusal::usage(error.to_string(), "write it like sip:alice@example.com"))
}

/// Opens the profile and says what was wrong with it.
pub(super) fn profile(options: &Options) -> Profile {
    let profile = Profile::open(options.data_dir.as_deref());
    for notice in profile.notices() {
        complain(&notice.to_string(), None);
    }
    profile
}

/// What administrators have settled for this machine; says what is wrong with it.
fn presets() -> Arc<Presets> {
    let (presets, faults) = Presets::of_system();
    for fault in faults {
        complain(&Notice::Preset(fault).to_string(), None);
    }
    Arc::new(presets)
}

/// What the options say about an account goes above what the profile says.
pub(super) fn overrule(settings: &mut AccountSettings, options: &Options) {
    let set = |field: &mut String, value: &Option<String>| {
        if let Some(value) = value {
            field.clone_from(value);
        }
    };
    set(&mut settings.auth_user, &options.auth_user);
    set(&mut settings.realm, &options.realm);
    if !options.proxy.is_empty() {
        settings.outbound_proxy = options.proxy.join(" ");
    }
    settings.strong_digest |= options.strong_digest;
    settings.gruu |= options.gruu;
    settings.anonymous |= options.anonymous;
    settings.merge_presence |= options.merge_presence;
    set(&mut settings.xcap_root, &options.xcap_root);
    for fingerprint in &options.trust_certificate {
        account::trust(settings, &Pin::anywhere(*fingerprint), "");
    }
    // What is kept has to be found from every folder.
    let set = |field: &mut String, path: &Option<PathBuf>| {
        if let Some(path) = path {
            let whole = std::path::absolute(path).unwrap_or_else(|_| path.clone());
            *field = whole.to_string_lossy().into_owned();
        }
    };
    set(&mut settings.tls_ca, &options.tls_ca);
    set(&mut settings.tls_client_cert, &options.tls_client_cert);
    set(&mut settings.tls_client_key, &options.tls_client_key);
}

async fn from_profile(
    options: &Options,
    address: Option<&str>,
    has_password: bool,
) -> Result<
    (
        AccountSettings,
        Option<Secret>,
        Option<String>,
        Arc<Presets>,
    ),
    Refusal,
> {
    let profile = profile(options);
    let accounts = &profile.settings().accounts;
    let found = match address {
        Some(address) => accounts
            .iter()
            .find(|account| same_address(&account.address, address))
            .cloned(),
        None => accounts
            .iter()
            .find(|account| account.enabled)
            .or_else(|| accounts.first())
            .cloned(),
    };
    let Some(settings) = found else {
        return match address {
            Some(address) => Ok((bare(address), None, None, profile.presets())),
            None => Err(Refusal::usage(
                "there is no account",
                "name one with --account, or keep one with 'siskin account add'",
            )),
        };
    };
    let remembered = if has_password {
        None
    } else {
        match profile.passwords().load(&settings.address).await {
            Ok(password) => password,
            Err(error) => {
                complain(
                    &error.to_string(),
                    Some("use --password-file or SISKIN_PASSWORD"),
                );
                None
            }
        }
    };
    let instance = profile.instance();
    Ok((settings, remembered, Some(instance), profile.presets()))
}

/// Whether two texts name the same account.
pub(super) fn same_address(one: &str, other: &str) -> bool {
    match (account::resolve(one, ""), account::resolve(other, "")) {
        (Ok(one), Ok(other)) => account::compared(&one) == account::compared(&other),
        _ => one == other,
    }
}

/// Settings for an address of which nothing else is known.
pub(super) fn bare(address: &str) -> AccountSettings {
    AccountSettings {
        address: address.to_owned(),
        enabled: true,
        ..AccountSettings::default()
    }
}

fn read_password(path: &Path) -> Result<String, Refusal> {
    let mut bytes = Vec::new();
    let read = if path.as_os_str() == "-" {
        std::io::stdin()
            .lock()
            .take(MAX_PASSWORD)
            .read_to_end(&mut bytes)
    } else {
        std::fs::File::open(path).and_then(|file| file.take(MAX_PASSWORD).read_to_end(&mut bytes))
    };
    read.map_err(|error| {
        Refusal::usage(
            format!(
                "the password cannot be read from {}: {error}",
                path.display()
            ),
            "look at --password-file",
        )
    })?;
    String::from_utf8(bytes)
        .map_err(|_| Refusal::usage("the password is not UTF-8", "look at --password-file"))
}

/// The user's languages as BCP 47 tags, best first, from the environment.
pub(super) fn languages(variable: impl Fn(&str) -> Option<String>) -> Vec<String> {
    let lists = ["LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"];
    let mut tags: Vec<String> = Vec::new();
    for list in lists.into_iter().filter_map(variable) {
        for name in list.split(':') {
            let name = name.split(['.', '@']).next().unwrap_or_default();
            let tag = name.replace('_', "-");
            if !tag.is_empty() && tag != "C" && tag != "POSIX" && !tags.contains(&tag) {
                tags.push(tag);
            }
        }
    }
    tags
}

/// More than any password.
const MAX_PASSWORD: u64 = 4096;

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::cli::arguments::Arguments;

    #[test]
    fn languages_come_from_the_environment() {
        let variables = [
            ("LANGUAGE", "de_AT:de"),
            ("LANG", "en_GB.UTF-8"),
            ("LC_ALL", "C"),
        ];
        let found = languages(|name| {
            variables
                .iter()
                .find(|(key, _)| *key == name)
                .map(|(_, value)| (*value).to_owned())
        });
        assert_eq!(found, ["de-AT", "de", "en-GB"]);
        assert!(languages(|_| None).is_empty());
    }

    #[test]
    fn a_dns_server_is_an_address_with_a_port() {
        let port = dns(Some("[::1]:53".to_owned())).unwrap().unwrap().port();
        assert_eq!((port, dns(None).unwrap()), (53, None));
        assert_eq!(dns(Some("localhost".to_owned())).unwrap_err().status, 2);
    }

    #[test]
    fn what_is_switched_on_once_stays_on() {
        let options = |line: &str| Arguments::try_parse_from(line.split(' ')).unwrap().options;
        let mut settings = AccountSettings::default();
        overrule(&mut settings, &options("siskin register"));
        assert!(!settings.merge_presence && !settings.gruu && !settings.strong_digest);
        assert!(!settings.anonymous);
        overrule(
            &mut settings,
            &options("siskin register --merge-presence --gruu --strong-digest --anonymous"),
        );
        overrule(&mut settings, &options("siskin register"));
        assert!(settings.merge_presence && settings.gruu && settings.strong_digest);
        assert!(settings.anonymous);
    }

    #[test]
    fn files_are_kept_with_their_whole_path() {
        let line =
            "siskin --tls-ca ca.pem --tls-client-cert /a/b.pem --tls-client-key b.key register";
        let arguments = Arguments::try_parse_from(line.split(' ')).unwrap();
        let mut settings = AccountSettings::default();
        overrule(&mut settings, &arguments.options);
        let here = std::env::current_dir().unwrap();
        let whole = |name: &str| here.join(name).to_string_lossy().into_owned();
        assert_eq!(settings.tls_ca, whole("ca.pem"));
        assert_eq!(settings.tls_client_cert, "/a/b.pem");
        assert_eq!(settings.tls_client_key, whole("b.key"));
    }

    #[test]
    fn an_account_needs_a_domain() {
        assert_eq!(
            address("alice@example.com").unwrap(),
            "sip:alice@example.com"
        );
        assert_eq!(address("alice").unwrap_err().status, 2);
        assert!(same_address("alice@example.com", "sip:alice@EXAMPLE.com"));
    }
}
