//! What can be written on the command line.

mod buddies;
mod verdict;

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};

use super::publish::{PublishArguments, parse_end};
use crate::account::{Fingerprint, Status};

pub use buddies::BuddyAction;
pub(super) use buddies::is_standard;
pub use verdict::Verdict;

/// The command line of `siskin`.
#[derive(Debug, Parser)]
#[command(
    name = "siskin",
    version,
    about = "SIP presence and voicemail-waiting client",
    long_about = "SIP presence and voicemail-waiting client.\n\nWithout a command the desktop app opens.",
    after_help = "Exit status: 0 done, 2 usage, 3 authentication refused, 4 nothing reachable, 5 not supported by \
                  the server, 6 refused by policy, 7 timed out, 1 anything else.",
    disable_help_subcommand = true
)]
pub struct Arguments {
    /// What goes with every command.
    #[command(flatten)]
    pub options: Options,
    /// Open the desktop app without its window, as an icon in the desktop's panel
    #[arg(long)]
    pub minimised: bool,
    /// What to do; nothing: open the desktop app.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// The options that stand before or after any command.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Global options")]
pub struct Options {
    /// The account to use
    #[arg(long, global = true, value_name = "URI")]
    pub account: Option<String>,
    /// Read the password from this file; `-` is standard input (also: `SISKIN_PASSWORD`)
    #[arg(long, global = true, value_name = "PATH")]
    pub password_file: Option<PathBuf>,
    /// The user name for authentication, when it is not the address's
    #[arg(long, global = true, value_name = "NAME")]
    pub auth_user: Option<String>,
    /// The realm the password is for
    #[arg(long, global = true, value_name = "NAME")]
    pub realm: Option<String>,
    /// Answer no server that asks for the password with MD5, without qop, or in a weaker way than before
    #[arg(long, global = true)]
    pub strong_digest: bool,
    /// Outbound proxy, such as sip:127.0.0.1:15060;transport=tcp;lr; repeat for further ones (up to four)
    #[arg(long, global = true, value_name = "URI")]
    pub proxy: Vec<String>,
    /// Ask for a globally routable address (GRUU) and subscribe with it
    #[arg(long, global = true)]
    pub gruu: bool,
    /// Watch others without telling them who asks; their servers may refuse that
    #[arg(long, global = true)]
    pub anonymous: bool,
    /// Show several devices that answer for one person together, where there is no presence server
    #[arg(long, global = true)]
    pub merge_presence: bool,
    /// Local address to use
    #[arg(long, global = true, value_name = "ADDR[:PORT]", value_parser = parse_bind)]
    pub bind: Option<SocketAddr>,
    /// Certificates to trust besides the system's: of authorities, or of a server that signs itself (PEM)
    #[arg(long, global = true, value_name = "FILE")]
    pub tls_ca: Option<PathBuf>,
    /// Trust the server that shows the certificate with this SHA-256, whatever speaks against it; repeat for further ones
    #[arg(long, global = true, value_name = "SHA256", value_parser = parse_fingerprint)]
    pub trust_certificate: Vec<Fingerprint>,
    /// Certificate to show to servers that ask for one (PEM)
    #[arg(long, global = true, value_name = "FILE", requires = "tls_client_key")]
    pub tls_client_cert: Option<PathBuf>,
    /// Its key, in a file that only its owner may read (PEM)
    #[arg(long, global = true, value_name = "FILE", requires = "tls_client_cert")]
    pub tls_client_key: Option<PathBuf>,
    /// Root of the XCAP server
    #[arg(long, global = true, value_name = "URL")]
    pub xcap_root: Option<String>,
    /// Allow XCAP over plain http to other hosts than this one
    #[arg(long, global = true)]
    pub insecure_xcap: bool,
    /// The expiry that REGISTER, SUBSCRIBE and PUBLISH ask for
    #[arg(long, global = true, value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(1..))]
    pub expires: Option<u32>,
    /// Do not register first
    #[arg(long, global = true)]
    pub no_register: bool,
    /// Stop cleanly after this time: digits and s, m or h
    #[arg(long = "for", global = true, value_name = "DURATION", value_parser = parse_duration)]
    pub duration: Option<Duration>,
    /// Stop cleanly when this is reached
    #[arg(long, global = true, value_name = "CONDITION")]
    pub until: Option<Until>,
    /// Say how registration, publication and subscriptions fare, each time so much has passed and at the end
    #[arg(long, global = true, value_name = "DURATION", value_parser = parse_duration)]
    pub health: Option<Duration>,
    /// Print one JSON object a line
    #[arg(long, global = true)]
    pub json: bool,
    /// Write every SIP and XCAP message to this file, secrets redacted
    #[arg(long, global = true, value_name = "FILE")]
    pub trace: Option<PathBuf>,
    /// Use a separate profile
    #[arg(long, global = true, value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
    /// Say more on standard error; repeat for more
    #[arg(short = 'v', global = true, action = ArgAction::Count)]
    pub verbose: u8,
}

/// When to stop before anybody says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Until {
    /// Everything asked for is active.
    Active,
    /// Everything asked for is over.
    Terminated,
    /// Everything asked for has been notified once.
    FirstNotify,
}

/// What to do.
#[derive(Debug, Clone, Subcommand)]
pub enum Command {
    /// Show the presence of these addresses
    Watch {
        /// Whom to watch
        #[arg(value_name = "URI", required_unless_present_any = ["list", "rls"])]
        addresses: Vec<String>,
        /// A file with one URI a line
        #[arg(long, value_name = "FILE")]
        list: Option<PathBuf>,
        /// Everybody on this list, which the server keeps
        #[arg(long, value_name = "URI")]
        rls: Option<String>,
    },
    /// Show the account's waiting messages
    Messages {
        /// Another mailbox than the account's own
        #[arg(long, value_name = "URI")]
        mailbox: Option<String>,
    },
    /// Show who watches me, or decide about a watcher
    Watchers {
        /// Answer whoever asks this device itself, as in networks without a presence server; ask no server who watches.
        /// With a decision: it is kept on this machine, unless an XCAP server is named that keeps such rules
        #[arg(long, global = true, verbatim_doc_comment)]
        here: bool,
        /// The decision; nothing: show the watchers
        #[command(subcommand)]
        verdict: Option<Verdict>,
    },
    /// Show who is on the phone
    Dialogs {
        /// Whose calls to watch
        #[arg(value_name = "URI", required = true)]
        addresses: Vec<String>,
        /// Only the call with this Call-ID
        #[arg(long, value_name = "CALL-ID", requires = "to_tag")]
        call_id: Option<String>,
        /// The tag that the watched side has in that call
        #[arg(long, value_name = "TAG", requires = "call_id")]
        to_tag: Option<String>,
        /// The tag that the other side has in it
        #[arg(long, value_name = "TAG", requires = "call_id")]
        from_tag: Option<String>,
    },
    /// Publish a status until the command ends
    Publish(PublishArguments),
    /// Subscribe to any event package and print each NOTIFY
    Subscribe(RawArguments),
    /// Register and stay registered
    Register,
    /// Go through DNS, connections, log-in, event packages and XCAP, and say what works and what to do
    Doctor,
    /// Explain a body, a SIP message or a trace: what is understood, ignored and wrong
    ///
    /// Each thing is told with its line. In a capture file (pcap), which has no lines, the number of the packet stands
    /// in the place of the line.
    Inspect(InspectArguments),
    /// Try Siskin on an embedded presence server: no account, no network
    Demo {
        /// Show the live state as text
        #[arg(long)]
        terminal: bool,
        /// Run the server alone and print how to connect
        #[arg(long, conflicts_with = "terminal")]
        server_only: bool,
    },
    /// Open the desktop app, or show the one that is open
    Open {
        /// Show this address or link there: the buddy, or the form that adds one
        #[arg(value_name = "URI")]
        address: Option<String>,
    },
    /// Ask or change the status of the running desktop app
    Status {
        /// The new status; nothing: ask for the present one
        #[arg(value_name = "STATUS", value_parser = parse_status)]
        status: Option<Status>,
        /// A note that goes with it; without this the note stays
        #[arg(long, value_name = "TEXT", requires = "status")]
        note: Option<String>,
        /// It ends by itself at this time (RFC 3339, or one of the day such as 15:00): then the present one comes back
        #[arg(long, value_name = "TIME", value_parser = parse_end, requires = "status")]
        valid_until: Option<jiff::Timestamp>,
    },
    /// Show and change the list of buddies
    Buddies {
        /// What to do with it
        #[command(subcommand)]
        action: BuddyAction,
        /// Bring it and the list on the server together; with --account and a password, the server's list only
        #[arg(long, global = true)]
        xcap: bool,
    },
    /// Keep accounts for the desktop app and the command line
    Account {
        /// What to do with accounts
        #[command(subcommand)]
        action: AccountAction,
    },
}

impl Command {
    /// Whether it is about those who ask this device itself.
    pub(super) fn is_here(&self) -> bool {
        match self {
            Self::Watchers { here, .. } => *here,
            Self::Publish(publish) => publish.here,
            _ => false,
        }
    }
}

/// A subscription to any package.
#[derive(Debug, Clone, Args)]
pub struct RawArguments {
    /// The event package
    #[arg(long, value_name = "PACKAGE", value_parser = parse_token)]
    pub event: String,
    /// Whom to ask
    #[arg(value_name = "URI")]
    pub address: String,
    /// A type to accept; repeat for more
    #[arg(long, value_name = "TYPE")]
    pub accept: Vec<String>,
    /// A file to send in the SUBSCRIBE
    #[arg(long, value_name = "FILE", requires = "content_type")]
    pub body: Option<PathBuf>,
    /// The type of that file
    #[arg(long, value_name = "TYPE", requires = "body")]
    pub content_type: Option<String>,
    /// A parameter of the Event header; repeat for more
    #[arg(long, value_name = "NAME=VALUE", value_parser = parse_parameter)]
    pub event_param: Vec<(String, String)>,
    /// Ask once instead of subscribing
    #[arg(long)]
    pub fetch: bool,
}

/// What to explain.
#[derive(Debug, Clone, Args)]
pub struct InspectArguments {
    /// The file; nothing or `-` is standard input
    #[arg(value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// The type of a body, when it cannot be guessed
    #[arg(long, value_name = "TYPE")]
    pub content_type: Option<String>,
}

/// What to do with the kept accounts.
#[derive(Debug, Clone, Subcommand)]
pub enum AccountAction {
    /// Keep an account; its password goes to the system keyring only
    Add {
        /// The account's address (or --account)
        #[arg(value_name = "URI")]
        address: Option<String>,
    },
    /// Show the kept accounts
    List,
    /// Trust certificates that were given with --trust-certificate, or in the window, no longer
    Distrust {
        /// The account's address (or --account)
        #[arg(value_name = "URI")]
        address: Option<String>,
        /// Only the one with this SHA-256; without it, all of them
        #[arg(long, value_name = "SHA256", value_parser = parse_fingerprint)]
        certificate: Option<Fingerprint>,
    },
    /// Remove an account and its password
    Remove {
        /// The account's address (or --account)
        #[arg(value_name = "URI")]
        address: Option<String>,
    },
}

pub(super) fn parse_duration(text: &str) -> Result<Duration, String> {
    let wrong = || format!("'{text}' is not digits followed by s, m or h");
    let unit = match text.as_bytes().last() {
        Some(b's') => 1,
        Some(b'm') => 60,
        Some(b'h') => 3600,
        _ => return Err(wrong()),
    };
    let digits = &text[..text.len() - 1];
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(wrong());
    }
    let count: u64 = digits.parse().map_err(|_| format!("{text} is too long"))?;
    count
        .checked_mul(unit)
        .filter(|seconds| *seconds <= MAX_DURATION_S)
        .map(Duration::from_secs)
        .ok_or_else(|| format!("{text} is too long"))
}

fn parse_fingerprint(text: &str) -> Result<Fingerprint, String> {
    Fingerprint::parse(text).map_err(|error| error.to_string())
}

fn parse_bind(text: &str) -> Result<SocketAddr, String> {
    if let Ok(address) = text.parse::<SocketAddr>() {
        return Ok(address);
    }
    text.trim_start_matches('[')
        .trim_end_matches(']')
        .parse::<IpAddr>()
        .map(|address| SocketAddr::new(address, 0))
        .map_err(|_| format!("'{text}' is not an IP address with or without a port"))
}

pub(super) fn parse_status(text: &str) -> Result<Status, String> {
    let status = Status::from_token(text);
    if Status::PUBLISHABLE.contains(&status) {
        return Ok(status);
    }
    let names: Vec<&str> = Status::PUBLISHABLE.iter().map(Status::token).collect();
    Err(format!("known are {}", names.join(", ")))
}

fn parse_token(text: &str) -> Result<String, String> {
    if is_token(text) {
        Ok(text.to_owned())
    } else {
        Err(format!("'{text}' is not a token"))
    }
}

fn parse_parameter(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').unwrap_or((text, ""));
    let plain = value.chars().all(|c| !c.is_control() && c != '"');
    if is_token(name) && plain {
        Ok((name.to_owned(), value.to_owned()))
    } else {
        Err(format!("'{text}' is not NAME=VALUE"))
    }
}

/// RFC 3261 §25.1, `token`.
fn is_token(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-.!%*_+`'~".contains(&byte))
}

/// A century; longer waits overflow clocks, and nobody means them.
const MAX_DURATION_S: u64 = 100 * 366 * 24 * 3600;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::{self, Decision, Disclosure};

    fn parse(line: &str) -> Result<Arguments, clap::Error> {
        Arguments::try_parse_from(std::iter::once("siskin").chain(line.split_whitespace()))
    }

    #[test]
    fn is_a_sound_clap_definition() {
        use clap::CommandFactory;
        Arguments::command().debug_assert();
    }

    #[test]
    fn a_time_that_is_none_is_said_in_words() {
        assert!(parse("watchers allow bob --valid-until 2030-12-31T18:00:00+01:00").is_ok());
        let error = parse("watchers allow bob --valid-until tomorrow").unwrap_err();
        assert!(error.to_string().contains("not a time like"), "{error}");
    }

    #[test]
    fn options_stand_before_or_after_the_command() {
        for line in [
            "--account sip:a@example.com --json --for 5s watch sip:b@example.com",
            "watch --account sip:a@example.com sip:b@example.com --json --for 5s",
            "--json watch sip:b@example.com --for 5s --account sip:a@example.com",
        ] {
            let arguments = parse(line).unwrap();
            assert_eq!(
                arguments.options.account.as_deref(),
                Some("sip:a@example.com")
            );
            assert!(arguments.options.json);
            assert_eq!(arguments.options.duration, Some(Duration::from_secs(5)));
            assert!(matches!(
                arguments.command,
                Some(Command::Watch { addresses, .. }) if addresses == ["sip:b@example.com"]
            ));
        }
    }

    #[test]
    fn a_global_option_stands_after_a_verdict_too() {
        let arguments =
            parse("watchers allow sip:b@example.com --xcap-root http://127.0.0.1/ --json").unwrap();
        assert!(arguments.options.json);
        let Some(Command::Watchers {
            verdict: Some(verdict),
            ..
        }) = arguments.command
        else {
            panic!("not a verdict");
        };
        assert!(matches!(
            verdict.command(),
            account::Command::Decide { watcher, decision: Decision::Allow, valid_until: None, shows: Disclosure::Everything }
                if watcher == "sip:b@example.com"
        ));
    }

    #[test]
    fn who_asks_this_device_is_meant_before_and_after_a_verdict() {
        for (line, here) in [
            ("watchers allow bob --here", true),
            ("watchers --here block bob", true),
            ("watchers preview bob --here", true),
            ("watchers --here", true),
            ("watchers allow bob", false),
            ("publish busy --here", true),
            ("publish busy", false),
        ] {
            let command = parse(line).unwrap().command.unwrap();
            assert_eq!(command.is_here(), here, "{line}");
        }
        assert!(parse("publish busy --here --permanent").is_err());
        assert!(parse("watch bob --here").is_err());
    }

    #[test]
    fn every_verdict_has_its_decision() {
        for (word, decision) in [
            ("allow", Decision::Allow),
            ("polite-block", Decision::PoliteBlock),
            ("block", Decision::Block),
            ("confirm", Decision::Confirm),
            ("forget", Decision::Undecided),
        ] {
            let arguments = parse(&format!("watchers {word} *@example.com")).unwrap();
            let Some(Command::Watchers {
                verdict: Some(verdict),
                ..
            }) = arguments.command
            else {
                panic!("{word} is no verdict");
            };
            assert!(
                matches!(verdict.command(), account::Command::Decide { decision: meant, .. } if meant == decision)
            );
        }
        let state = parse("watchers allow a --show state").unwrap().command;
        assert!(matches!(
            state,
            Some(Command::Watchers {
                verdict: Some(Verdict::Allow {
                    show: Disclosure::State,
                    ..
                }),
                ..
            })
        ));
        assert!(parse("watchers allow a --show nothing").is_err());
        assert!(parse("watchers block a --show state").is_err());
        assert!(parse("watchers block a --valid-until 2026-01-01T00:00:00Z").is_err());
        assert!(parse("watchers allow a --valid-until tomorrow").is_err());
        assert!(parse("watchers allow a --valid-until 2026-01-01T00:00:00Z").is_ok());
    }

    #[test]
    fn durations_are_digits_and_a_unit() {
        assert_eq!(parse_duration("90s"), Ok(Duration::from_secs(90)));
        assert_eq!(parse_duration("2m"), Ok(Duration::from_secs(120)));
        assert_eq!(parse_duration("1h"), Ok(Duration::from_secs(3600)));
        assert_eq!(parse_duration("0s"), Ok(Duration::ZERO));
        for wrong in [
            "", "s", "5", "5x", "-5s", "+5s", "1.5s", " 5s", "5ms", "é", "5é",
        ] {
            assert!(parse_duration(wrong).is_err(), "{wrong}");
        }
        assert!(parse_duration("99999999999999999999h").is_err());
        assert!(parse_duration("18446744073709551615h").is_err());
    }

    #[test]
    fn a_local_address_may_have_a_port() {
        assert_eq!(parse_bind("127.0.0.1").unwrap().to_string(), "127.0.0.1:0");
        assert_eq!(parse_bind("::1").unwrap().to_string(), "[::1]:0");
        assert_eq!(parse_bind("[::1]").unwrap().to_string(), "[::1]:0");
        assert_eq!(parse_bind("[::1]:5060").unwrap().to_string(), "[::1]:5060");
        assert!(parse_bind("localhost").is_err());
        assert!(parse_bind("127.0.0.1:70000").is_err());
    }

    #[test]
    fn usage_errors_are_found_before_anything_starts() {
        for line in [
            "watch",
            "publish",
            "publish asleep-at-the-desk",
            "subscribe sip:b@example.com",
            "subscribe --event presence",
            "subscribe --event pre,sence sip:b@example.com",
            "subscribe --event presence --body x sip:b@example.com",
            "--tls-client-cert a register",
            "--expires 0 register",
            "--until someday register",
            "--password hunter2 register",
            "demo --terminal --server-only",
            "dance",
        ] {
            assert!(parse(line).is_err(), "{line}");
        }
    }

    #[test]
    fn no_command_means_the_window() {
        assert!(parse("").unwrap().command.is_none());
        assert!(parse("--data-dir /nowhere").unwrap().command.is_none());
    }

    #[test]
    fn a_raw_subscription_takes_everything() {
        let arguments = parse(
            "subscribe --event dialog --accept application/dialog-info+xml --accept text/plain \
             --event-param call-id=abc --event-param sla --body f --content-type text/plain --fetch 200",
        )
        .unwrap();
        let Some(Command::Subscribe(raw)) = arguments.command else {
            panic!("not subscribe");
        };
        assert_eq!(raw.accept.len(), 2);
        assert_eq!(
            raw.event_param,
            [
                ("call-id".to_owned(), "abc".to_owned()),
                ("sla".to_owned(), String::new())
            ]
        );
        assert!(raw.fetch);
        assert_eq!(raw.address, "200");
    }
}
