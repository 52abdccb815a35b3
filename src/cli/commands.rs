//! From a parsed command line to an exit status.

use std::collections::HashSet;
use std::ffi::OsString;
use std::io::Read;
use std::path::Path;

use clap::error::ErrorKind;
use clap::{CommandFactory as _, Parser};

use super::accounts;
use super::arguments::{Arguments, Command, Options, RawArguments, Until, Verdict};
use super::buddies;
use super::doctor;
use super::inspect;
use super::live::{self, Live};
use super::outcome::Goal;
use super::print;
use super::refusal::Refusal;
use super::setup::{self, bad_address};
use super::signals::Signals;
use super::status;
use crate::account::{self, Config, DialogFilter, RawSubscription, RulesHere, Secret, plain};

/// Reads the command line. Where there is nothing to run (`--help`, or a mistake) it is the exit status.
pub fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Arguments, u8> {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let parsed = Arguments::try_parse_from(&arguments).and_then(|parsed| {
        if parsed.minimised && parsed.command.is_some() {
            let words = "'--minimised' goes with no command\n";
            return Err(Arguments::command().error(ErrorKind::ArgumentConflict, words));
        }
        Ok(parsed)
    });
    parsed.map_err(|error| {
        // Help goes to standard output, mistakes to standard error; either may be closed.
        let _ = error.print();
        if !error.use_stderr() {
            return 0;
        }
        let refusal = Refusal::usage(summary(&error.to_string()), "see 'siskin --help'");
        // What could not be read cannot say how it wants to be answered, except by being there.
        let json = arguments
            .iter()
            .take_while(|argument| *argument != "--")
            .any(|argument| argument == "--json");
        refusal.tell(json)
    })
}

/// The first paragraph of a mistake's text as one line.
fn summary(text: &str) -> String {
    let text = text.strip_prefix("error: ").unwrap_or(text);
    let lines = text.lines().map(str::trim);
    let lines: Vec<&str> = lines.take_while(|line| !line.is_empty()).collect();
    lines.join(" ")
}

/// Runs a command on the current tokio runtime, and gives the exit status. The desktop app and the demo are run by
/// `main`.
pub async fn run(command: Command, options: &Options) -> u8 {
    if let Command::Inspect(arguments) = &command {
        return inspect::run(arguments, options)
            .unwrap_or_else(|refusal| refusal.tell(options.json));
    }
    let is_document = matches!(&command, Command::Buddies { action, .. } if action.is_document());
    match prepare(command, options).await {
        Ok(Some(live)) => live::run(live, options).await,
        Ok(None) => 0,
        Err(refusal) => refusal.tell(options.json && !is_document),
    }
}

/// Shows everything an account knows, as `siskin demo --terminal` does, until it is told to stop: as a table that is
/// drawn anew after each change, or line by line.
pub async fn show(
    config: Config,
    password: Option<Secret>,
    as_table: bool,
    options: &Options,
) -> u8 {
    let live = Live {
        config,
        password,
        commands: Vec::new(),
        goal: Goal::Register,
        idle: None,
        as_table,
    };
    live::run(live, options).await
}

/// Waits until `--for` is over or a signal comes.
pub async fn until_told(options: &Options) -> std::io::Result<()> {
    let mut signals = Signals::new()?;
    match options.duration {
        Some(duration) => {
            // Either is a reason to stop.
            let _ = tokio::time::timeout(duration, signals.next()).await;
        }
        None => signals.next().await,
    }
    Ok(())
}

/// A value as a JSON line with its time.
pub fn json_line(value: &impl serde::Serialize) -> std::io::Result<String> {
    let mut out = Vec::new();
    print::json_line(&mut out, jiff::Timestamp::now(), value)?;
    String::from_utf8(out).map_err(std::io::Error::other)
}

async fn prepare(command: Command, options: &Options) -> Result<Option<Live>, Refusal> {
    let mut idle = None;
    let mut publish = None;
    let is_here = command.is_here();
    let (commands, goal) = match command {
        Command::Account { action } => return accounts::run(&action, options).await.map(|()| None),
        Command::Buddies { action, xcap } => {
            return buddies::run(action, xcap, options).await.map(|()| None);
        }
        Command::Doctor => return doctor::run(options).await.map(|()| None),
        Command::Status {
            status,
            note,
            valid_until,
        } => {
            return status::run(status, note, valid_until, options).map(|()| None);
        }
        Command::Demo { .. } | Command::Inspect(_) | Command::Open { .. } => return Ok(None),
        Command::Watch {
            addresses,
            list,
            rls,
        } => {
            let (mut config, password) = setup::account(options).await?;
            if rls.is_some() && config.settings.anonymous {
                return Err(Refusal::usage(
                    "the server asks everybody on a list in the name of the account",
                    "watch the addresses without --rls, or without --anonymous",
                ));
            }
            let own = &config.settings.address;
            let rls = rls
                .map(|address| account::resolve(&address, own))
                .transpose();
            let rls = rls.map_err(|error| bad_address(&error))?;
            let alone = rls.is_some() && addresses.is_empty() && list.is_none();
            let addresses = if alone {
                Vec::new()
            } else {
                watched(addresses, list.as_deref(), own)?
            };
            let addresses = addresses.into_iter();
            let each = addresses.map(|address| account::Command::Watch { address });
            let rls = rls.map(|address| account::Command::WatchList { address });
            let commands: Vec<account::Command> = rls.into_iter().chain(each).collect();
            let goal = Goal::Subscriptions(commands.len());
            config.settings.buddies.clear();
            return Ok(Some(Live {
                config,
                password,
                commands,
                goal,
                idle: None,
                as_table: false,
            }));
        }
        Command::Messages { mailbox } => {
            let commands = vec![account::Command::WatchMessages { mailbox }];
            (commands, Goal::Subscriptions(1))
        }
        Command::Dialogs {
            addresses,
            call_id,
            to_tag,
            from_tag,
        } => {
            let dialog = one_dialog(call_id, to_tag, from_tag.as_deref())?;
            if dialog.is_some() && addresses.len() != 1 {
                return Err(Refusal::usage(
                    "one call belongs to one address",
                    "name one address with --call-id",
                ));
            }
            return observe(addresses, dialog, options).await.map(Some);
        }
        Command::Watchers {
            here: true,
            verdict: None,
        } => (vec![account::Command::WatchDocuments], Goal::Answer),
        Command::Watchers { verdict: None, .. } => (
            vec![
                account::Command::WatchWatchers,
                account::Command::WatchDocuments,
            ],
            Goal::Subscriptions(1),
        ),
        Command::Watchers {
            verdict: Some(verdict),
            here,
        } => decide(&verdict, here)?,
        Command::Publish(arguments) => {
            idle = arguments.idle();
            publish = Some(arguments.clone());
            arguments.plan()?
        }
        Command::Subscribe(raw) => {
            let goal = if raw.fetch {
                Goal::Fetch(1)
            } else {
                Goal::Subscriptions(1)
            };
            let raw = raw_subscription(raw)?;
            (vec![account::Command::Subscribe(raw)], goal)
        }
        Command::Register => {
            if options.no_register {
                return Err(Refusal::usage(
                    "register and --no-register exclude each other",
                    "leave out one of them",
                ));
            }
            (Vec::new(), Goal::Register)
        }
    };
    if matches!(goal, Goal::Register | Goal::Publish | Goal::Answer)
        && options.until == Some(Until::FirstNotify)
    {
        return Err(Refusal::usage(
            "--until first-notify needs a subscription",
            "use --until active",
        ));
    }
    let (mut config, password) = setup::account(options).await?;
    // Documents are written over XCAP; nobody has to be reachable for it.
    config.register &= !matches!(goal, Goal::Rule | Goal::Preview | Goal::Permanent);
    config.wants.answer = goal == Goal::Answer;
    if is_here {
        config.rules_here = RulesHere::Said;
    }
    if let Some(publish) = publish {
        publish.settle(&mut config.settings);
    }
    check_addresses(&commands, &config)?;
    Ok(Some(Live {
        config,
        password,
        commands,
        goal,
        idle,
        as_table: false,
    }))
}

/// Whose calls to watch.
async fn observe(
    addresses: Vec<String>,
    dialog: Option<DialogFilter>,
    options: &Options,
) -> Result<Live, Refusal> {
    let (config, password) = setup::account(options).await?;
    let addresses = watched(addresses, None, &config.settings.address)?;
    let goal = Goal::Subscriptions(addresses.len());
    let commands = addresses
        .into_iter()
        .map(|address| account::Command::WatchDialogs {
            address,
            dialog: dialog.clone(),
        })
        .collect();
    Ok(Live {
        config,
        password,
        commands,
        goal,
        idle: None,
        as_table: false,
    })
}

fn one_dialog(
    call_id: Option<String>,
    to_tag: Option<String>,
    from_tag: Option<&str>,
) -> Result<Option<DialogFilter>, Refusal> {
    let Some((call_id, to_tag)) = call_id.zip(to_tag) else {
        return Ok(None);
    };
    DialogFilter::new(&call_id, &to_tag, from_tag)
        .map(Some)
        .map_err(|error| {
            let hint = "look at --call-id, --to-tag and --from-tag";
            Refusal::usage(error.to_string(), hint)
        })
}

/// A mistake in an address is a mistake of the command line, found before anything is sent.
fn check_addresses(commands: &[account::Command], config: &Config) -> Result<(), Refusal> {
    for command in commands {
        let own = &config.settings.address;
        let meant = match command {
            account::Command::WatchMessages {
                mailbox: Some(mailbox),
            } => account::resolve(mailbox, own),
            account::Command::Subscribe(raw) => account::resolve(&raw.address, own),
            account::Command::Preview { watcher } => account::resolve(watcher, own),
            account::Command::Decide { watcher, .. } => account::resolve_watcher(watcher, own),
            _ => continue,
        };
        meant.map_err(|error| bad_address(&error))?;
    }
    Ok(())
}

/// Whom to watch, everybody once.
fn watched(
    mut addresses: Vec<String>,
    list: Option<&Path>,
    own: &str,
) -> Result<Vec<String>, Refusal> {
    if let Some(path) = list {
        let text = read(path, MAX_LIST)?;
        let text = String::from_utf8(text).map_err(|_| {
            Refusal::usage(format!("{} is not UTF-8", path.display()), "look at --list")
        })?;
        addresses.extend(
            text.lines()
                .map(str::trim)
                .filter(|line| !line.is_empty() && !line.starts_with('#'))
                .map(str::to_owned),
        );
    }
    let mut seen = HashSet::with_capacity(addresses.len());
    let mut each = Vec::with_capacity(addresses.len());
    for address in addresses {
        let address = account::resolve(&address, own).map_err(|error| bad_address(&error))?;
        if seen.insert(account::compared(&address)) {
            each.push(address);
        }
    }
    if each.is_empty() {
        return Err(Refusal::usage(
            "nobody to watch",
            "name somebody, or look at --list",
        ));
    }
    Ok(each)
}

fn decide(verdict: &Verdict, here: bool) -> Result<(Vec<account::Command>, Goal), Refusal> {
    let command = verdict.command();
    if let account::Command::Decide {
        valid_until: Some(until),
        ..
    } = &command
        && *until <= jiff::Timestamp::now()
    {
        return Err(Refusal::usage(
            "the approval would end before it begins",
            "look at --valid-until",
        ));
    }
    Ok(match command {
        account::Command::Preview { .. } => (vec![command], Goal::Preview),
        decision if here => (vec![decision], Goal::Rule),
        decision => (vec![account::Command::WatchWatchers, decision], Goal::Rule),
    })
}

fn raw_subscription(raw: RawArguments) -> Result<RawSubscription, Refusal> {
    let body = match raw.body.as_deref().zip(raw.content_type) {
        Some((path, kind)) => Some((kind, read(path, MAX_BODY)?)),
        None => None,
    };
    for text in raw.accept.iter().chain(body.iter().map(|(kind, _)| kind)) {
        if !text.contains('/') || text.chars().any(char::is_control) {
            return Err(Refusal::usage(
                format!("'{}' is not a media type", plain(text)),
                "write it like application/pidf+xml",
            ));
        }
    }
    let subscription = RawSubscription {
        package: raw.event,
        address: raw.address,
        accept: raw.accept,
        body,
        event_params: raw.event_param,
        fetch: raw.fetch,
    };
    match subscription.rates() {
        Ok(_) => Ok(subscription),
        Err(error) => Err(Refusal::usage(
            error.to_string(),
            "write it like --event-param max-rate=0.2",
        )),
    }
}

pub(super) fn read(path: &Path, limit: u64) -> Result<Vec<u8>, Refusal> {
    let wrong = |what: String| {
        Refusal::usage(
            format!("{} cannot be read: {what}", path.display()),
            "look at the file's name",
        )
    };
    let mut bytes = Vec::new();
    std::fs::File::open(path)
        .and_then(|file| file.take(limit + 1).read_to_end(&mut bytes))
        .map_err(|error| wrong(error.to_string()))?;
    if bytes.len() as u64 > limit {
        return Err(wrong(format!("it is larger than {limit} bytes")));
    }
    Ok(bytes)
}

/// A list of addresses is not larger than this.
pub(super) const MAX_LIST: u64 = 64 * 1024 * 1024;
/// Nor is a body to send.
const MAX_BODY: u64 = 64 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    const ALICE: &str = "sip:alice@example.com";

    fn arguments(line: &str) -> impl Iterator<Item = OsString> {
        std::iter::once("siskin")
            .chain(line.split_whitespace())
            .map(OsString::from)
            .collect::<Vec<_>>()
            .into_iter()
    }

    #[test]
    fn mistakes_are_two_and_help_is_zero() {
        assert_eq!(parse(arguments("--help")).unwrap_err(), 0);
        assert_eq!(parse(arguments("--version")).unwrap_err(), 0);
        assert_eq!(parse(arguments("dance")).unwrap_err(), 2);
        assert!(parse(arguments("register")).is_ok());
    }

    #[test]
    fn a_mistake_is_one_line() {
        let error = Arguments::try_parse_from(arguments("watch")).unwrap_err();
        assert_eq!(
            summary(&error.to_string()),
            "the following required arguments were not provided: <URI>..."
        );
    }

    #[test]
    fn everybody_is_watched_once() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(
            file.path(),
            "# colleagues\nbob\n\nsip:carol@example.com\nsip:bob@EXAMPLE.com\n",
        )
        .unwrap();
        let each = watched(vec!["bob".to_owned()], Some(file.path()), ALICE).unwrap();
        assert_eq!(each, ["sip:bob@example.com", "sip:carol@example.com"]);
        let wrong = watched(vec!["b b@@".to_owned()], None, ALICE).unwrap_err();
        assert_eq!(wrong.status, 2);
        let missing = watched(Vec::new(), Some(Path::new("/nonexistent")), ALICE).unwrap_err();
        assert_eq!(missing.status, 2);
        std::fs::write(file.path(), "# nobody\n").unwrap();
        assert!(watched(Vec::new(), Some(file.path()), ALICE).is_err());
    }

    #[test]
    fn an_approval_does_not_end_in_the_past() {
        let verdict = Verdict::Allow {
            address: "bob".to_owned(),
            valid_until: Some(jiff::Timestamp::UNIX_EPOCH),
            show: account::Disclosure::Everything,
        };
        assert_eq!(decide(&verdict, false).unwrap_err().status, 2);
    }
}
