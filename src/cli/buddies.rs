//! `siskin buddies`: the list of buddies of the profile, and with `--xcap` that of the server.

use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use serde::Serialize;

use super::arguments::{BuddyAction, Options, is_standard};
use super::failure::Failure;
use super::print::json_line;
use super::refusal::{Refusal, complain};
use super::setup;
use crate::account::{
    self, Buddy, BuddyEdit, BuddyFormat, BuddyList, Command, Config, DocumentCause, Event, Handle,
    ListState, Profile, Secret, Topic, plain,
};

/// One buddy as a JSON line.
#[derive(Debug, Serialize)]
struct Line<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    address: &'a str,
    name: &'a str,
    groups: Vec<&'a str>,
}

/// Where a copy of an unusable document is, or why there is none.
type Copy = Option<Result<PathBuf, String>>;

/// Whose list it is, and where it is kept.
struct Place {
    config: Config,
    password: Option<Secret>,
    /// `None` where nothing of the profile is to be touched.
    profile: Option<Profile>,
}

/// What standard output is for.
#[derive(Debug, Clone, Copy)]
enum Output {
    /// A list of buddies as a file, and nothing else.
    Document,
    /// JSON lines.
    Lines,
    /// Words.
    Words,
}

/// Does it, and gives what stands in the way.
pub(super) async fn run(
    action: BuddyAction,
    on_server: bool,
    options: &Options,
) -> Result<(), Refusal> {
    // Nobody but the server can watch a group.
    let on_server = on_server || matches!(action, BuddyAction::Offer { .. } | BuddyAction::Renew);
    let mut place = place(on_server, options).await?;
    let own = place.config.settings.address.clone();
    let output = Output::of(&action, options);
    if matches!(action, BuddyAction::Renew) {
        return place.renew(output).await;
    }
    let edits = Edits::new(&action, &own)?;
    if let BuddyAction::Offer { address, group } = action {
        let address =
            account::resolve(&address, &own).map_err(|error| setup::bad_address(&error))?;
        return offer(&place, address, group, output).await;
    }
    let (buddies, mut failure) = if on_server {
        place.merge(&edits, output).await?
    } else {
        let mut buddies = place.config.settings.buddies.clone();
        for edit in edits.on(&buddies)? {
            account::edit_buddies(&mut buddies, &edit);
        }
        let synced = place.config.settings.synced.clone();
        place.keep(&BuddyList {
            buddies: buddies.clone(),
            synced,
            ..BuddyList::default()
        })?;
        (buddies, None)
    };
    if let Some(failure) = failure.take_if(|_| place.profile.is_none()) {
        // There is no list here, and the server's is not known.
        return Err(failure);
    }
    match &action {
        BuddyAction::List => list(&buddies, options)?,
        BuddyAction::Export { file, format } => export(&buddies, file, *format)?,
        _ => {}
    }
    failure.map_or(Ok(()), Err)
}

/// What is to be changed, as far as it can be said before the list is known.
enum Edits {
    None,
    Put {
        address: String,
        name: Option<String>,
        groups: Vec<String>,
    },
    Rename(String, String),
    Regroup(String, Vec<String>),
    Remove(String),
    RemoveGroup(String),
    Import(Vec<Buddy>),
}

impl Edits {
    fn new(action: &BuddyAction, own: &str) -> Result<Self, Refusal> {
        let resolve = |address: &str| {
            account::resolve(address, own).map_err(|error| setup::bad_address(&error))
        };
        Ok(match action {
            BuddyAction::List
            | BuddyAction::Export { .. }
            | BuddyAction::Offer { .. }
            | BuddyAction::Renew => Self::None,
            BuddyAction::Add {
                address,
                name,
                group,
            } => Self::Put {
                address: resolve(address)?,
                name: name.clone(),
                groups: group.clone(),
            },
            BuddyAction::Rename { address, name } => {
                Self::Rename(resolve(address)?, name.clone().unwrap_or_default())
            }
            BuddyAction::Move { address, groups } => {
                Self::Regroup(resolve(address)?, groups.clone())
            }
            BuddyAction::Remove { address } => Self::Remove(resolve(address)?),
            BuddyAction::RemoveGroup { group } => Self::RemoveGroup(group.clone()),
            BuddyAction::Import { file, format } => Self::Import(import(file, *format)?),
        })
    }

    /// The same for a list as it is.
    fn on(&self, buddies: &[Buddy]) -> Result<Vec<BuddyEdit>, Refusal> {
        let find = |address: &str| {
            let key = account::compared(address);
            buddies
                .iter()
                .find(|buddy| account::compared(&buddy.address) == key)
        };
        let known = |address: &str| {
            find(address).cloned().ok_or_else(|| {
                Refusal::other(
                    format!("{address} is not on the list"),
                    "see 'siskin buddies list'",
                )
            })
        };
        let put = |buddy| BuddyEdit::Put { buddy, place: None };
        Ok(match self {
            Self::None => Vec::new(),
            Self::Put {
                address,
                name,
                groups,
            } => {
                let mut buddy = find(address).cloned().unwrap_or_else(|| Buddy {
                    address: address.clone(),
                    ..Buddy::default()
                });
                if let Some(name) = name {
                    buddy.name.clone_from(name);
                }
                join(&mut buddy, groups);
                vec![put(buddy)]
            }
            Self::Rename(address, name) => vec![put(Buddy {
                name: name.clone(),
                ..known(address)?
            })],
            Self::Regroup(address, groups) => vec![put(Buddy {
                groups: groups.clone(),
                ..known(address)?
            })],
            Self::Remove(address) => vec![BuddyEdit::Remove {
                address: known(address)?.address,
            }],
            Self::RemoveGroup(group) => {
                if !buddies.iter().any(|buddy| buddy.groups.contains(group)) {
                    return Err(Refusal::other(
                        format!("there is no group '{}'", plain(group)),
                        "see 'siskin buddies list'",
                    ));
                }
                vec![BuddyEdit::RemoveGroup {
                    group: group.clone(),
                }]
            }
            // What is known already gets what the file says more.
            Self::Import(new) => new
                .iter()
                .map(|new| {
                    let mut buddy = find(&new.address).cloned().unwrap_or_else(|| new.clone());
                    if buddy.name.is_empty() {
                        buddy.name.clone_from(&new.name);
                    }
                    join(&mut buddy, &new.groups);
                    put(buddy)
                })
                .collect(),
        })
    }
}

/// Puts somebody into groups, into each once.
fn join(buddy: &mut Buddy, groups: &[String]) {
    for group in groups {
        if !buddy.groups.contains(group) {
            buddy.groups.push(group.clone());
        }
    }
}

impl Place {
    /// Brings the list and the server's together, changes it, and brings that to the server. The list, and why it is not
    /// on the server: then the change is kept here.
    async fn merge(
        &mut self,
        edits: &Edits,
        output: Output,
    ) -> Result<(Vec<Buddy>, Option<Refusal>), Refusal> {
        let mut handle = account::start(self.config.clone(), self.password.clone());
        handle.send(Command::MergeBuddies);
        let (mut list, _) = settled(&mut handle, output).await?;
        let mut failure = failure(&list);
        if failure.is_none() || self.profile.is_some() {
            let edits = edits.on(&list.buddies)?;
            // What is so already is told by nobody.
            let mut after = list.buddies.clone();
            let changes = edits.iter().fold(false, |changes, edit| {
                changes | account::edit_buddies(&mut after, edit)
            });
            if changes {
                handle.send(Command::EditBuddies(edits));
                (list, _) = settled(&mut handle, output).await?;
                failure = self::failure(&list);
            }
            self.keep(&list)?;
        }
        handle.send(Command::LogOut);
        if self.profile.is_some()
            && let Some(failure) = &mut failure
        {
            let hint = if matches!(list.cause, DocumentCause::Unusable(_)) {
                "the list is kept here; 'siskin buddies renew' keeps a copy and puts it there"
            } else {
                "the list is kept here, and goes to the server later"
            };
            hint.clone_into(&mut failure.hint);
        }
        Ok((list.buddies, failure))
    }

    /// Puts the list in the place of what lies on the server and cannot be used, once a copy of that is kept. Where it can
    /// be used both are brought together as ever.
    async fn renew(&mut self, output: Output) -> Result<(), Refusal> {
        let Some(profile) = &self.profile else {
            return Err(Refusal::usage(
                "with --account and a password there is no list to put on the server",
                "leave the password out",
            ));
        };
        self.config.keep_in = profile.keep_in();
        let mut handle = account::start(self.config.clone(), self.password.clone());
        handle.send(Command::MergeBuddies);
        let (mut list, _) = settled(&mut handle, output).await?;
        if !matches!(list.cause, DocumentCause::Unusable(_)) {
            handle.send(Command::LogOut);
            self.keep(&list)?;
            return failure(&list).map_or_else(
                || {
                    complain("the list on the server can be used, and is kept", None);
                    Ok(())
                },
                Err,
            );
        }
        handle.send(Command::RenewBuddies);
        let copy;
        (list, copy) = settled(&mut handle, output).await?;
        handle.send(Command::LogOut);
        match copy {
            Some(Err(error)) => {
                return Err(Refusal::other(
                    format!("no copy could be kept, so nothing was replaced: {error}"),
                    "look at --data-dir",
                ));
            }
            Some(Ok(path)) => complain(&format!("a copy is kept as {}", path.display()), None),
            None => {}
        }
        self.keep(&list)?;
        failure(&list).map_or(Ok(()), Err)
    }

    /// Keeps the list in the profile, if there is one.
    fn keep(&mut self, list: &BuddyList) -> Result<(), Refusal> {
        let Some(profile) = &mut self.profile else {
            return Ok(());
        };
        let mut settings = profile.settings().clone();
        let address = &self.config.settings.address;
        let mut accounts = settings.accounts.iter_mut();
        let account = accounts.find(|account| setup::same_address(&account.address, address));
        let Some(account) = account else {
            return Err(Refusal::other(
                format!("{address} is not kept here"),
                "keep it with 'siskin account add'",
            ));
        };
        if account.buddies == list.buddies && account.synced == list.synced {
            return Ok(());
        }
        account.buddies.clone_from(&list.buddies);
        account.synced.clone_from(&list.synced);
        profile
            .save(&settings)
            .map_err(|error| Refusal::other(error.to_string(), "look at --data-dir"))
    }
}

async fn place(on_server: bool, options: &Options) -> Result<Place, Refusal> {
    // As everywhere: with an account and a password nothing of the profile is touched.
    let bare = options.account.is_some() && setup::has_password(options);
    if bare && !on_server {
        return Err(Refusal::usage(
            "with --account and a password there is no list but the server's",
            "add --xcap, or leave the password out",
        ));
    }
    let (mut config, password) = setup::account(options).await?;
    config.register = false;
    if on_server && config.settings.xcap_root.is_empty() {
        return Err(Refusal::usage(
            "no XCAP server is known",
            "name it with --xcap-root",
        ));
    }
    let profile = (!bare).then(|| setup::profile(options));
    Ok(Place {
        config,
        password,
        profile,
    })
}

/// Waits until the list is on the server, or will not be for now; with it comes where a copy was kept.
async fn settled(handle: &mut Handle, output: Output) -> Result<(BuddyList, Copy), Refusal> {
    until(handle, |event| match event {
        Event::Buddies(report)
            if !matches!(report.state, ListState::Local | ListState::Merging) =>
        {
            let settled = (report.list.clone(), report.copy.clone());
            output.say(&Event::Buddies(report));
            Some(Ok(settled))
        }
        Event::Error(trouble) if matches!(trouble.topic, Topic::BuddyConflict(_)) => {
            complain(&trouble.message, None);
            None
        }
        _ => None,
    })
    .await
}

async fn offer(
    place: &Place,
    address: String,
    group: Option<String>,
    output: Output,
) -> Result<(), Refusal> {
    let mut handle = account::start(place.config.clone(), place.password.clone());
    handle.send(Command::OfferGroup { address, group });
    let done = until(&mut handle, |event| match event {
        Event::Offered { .. } => {
            output.say(&event);
            Some(Ok(()))
        }
        Event::Error(trouble) => Some(Err(refusal(&Failure::from_trouble(&trouble)))),
        _ => None,
    })
    .await;
    handle.send(Command::LogOut);
    done
}

/// Waits for an event that `take` makes something of.
async fn until<T>(
    handle: &mut Handle,
    mut take: impl FnMut(Event) -> Option<Result<T, Refusal>>,
) -> Result<T, Refusal> {
    let wait = async {
        while let Some(event) = handle.events.recv().await {
            if let Some(taken) = take(event) {
                return taken;
            }
        }
        Err(Refusal::other("the account ended by itself", ""))
    };
    let waited = tokio::time::timeout(BOUND, wait).await;
    waited.unwrap_or_else(|_| {
        Err(refusal(&Failure::new(
            account::Fault::TimedOut,
            "the XCAP server does not answer in time",
        )))
    })
}

fn failure(list: &BuddyList) -> Option<Refusal> {
    let what = match list.state {
        ListState::Waiting | ListState::Failed => "the list is not on the server",
        ListState::Local | ListState::Merging | ListState::Synced => return None,
    };
    let failure = Failure::of_documents(what, list.fault, list.reason.as_deref());
    Some(refusal(&failure))
}

fn refusal(failure: &Failure) -> Refusal {
    Refusal {
        status: failure.status,
        message: failure.message.clone(),
        hint: failure.hint.clone(),
    }
}

impl Output {
    fn of(action: &BuddyAction, options: &Options) -> Self {
        if action.is_document() {
            Self::Document
        } else if options.json {
            Self::Lines
        } else {
            Self::Words
        }
    }

    /// Tells scripts, and people where there is something to tell.
    fn say(self, event: &Event) {
        let line = match self {
            Self::Document => return,
            Self::Lines => super::commands::json_line(event),
            Self::Words => match super::print::human(event) {
                Some(text) => Ok(text + "\n"),
                None => return,
            },
        };
        // Standard output may be closed.
        let _ = line.and_then(|line| std::io::stdout().write_all(line.as_bytes()));
    }
}

fn list(buddies: &[Buddy], options: &Options) -> Result<(), Refusal> {
    let now = Timestamp::now();
    let mut out = Vec::new();
    for buddy in buddies {
        let groups: Vec<&str> = buddy.groups.iter().map(String::as_str).collect();
        if options.json {
            let line = Line {
                kind: "buddy",
                address: &buddy.address,
                name: &buddy.name,
                groups,
            };
            json_line(&mut out, now, &line)
                .map_err(|error| Refusal::other(error.to_string(), ""))?;
            continue;
        }
        let mut line = plain(&buddy.address).into_owned();
        if !buddy.name.is_empty() {
            line = format!("{line}  {}", plain(&buddy.name));
        }
        if !groups.is_empty() {
            line = format!("{line}  ({})", plain(&groups.join(", ")));
        }
        out.extend(line.bytes());
        out.push(b'\n');
    }
    print(&out)
}

fn export(buddies: &[Buddy], file: &Path, format: Option<BuddyFormat>) -> Result<(), Refusal> {
    let format = match format.or_else(|| of_ending(file)) {
        Some(format) => format,
        None if is_standard(file) => BuddyFormat::Json,
        None => {
            return Err(Refusal::usage(
                format!("which format is {} to have?", file.display()),
                "end its name in .json, .vcf, .xml or .txt, or use --format",
            ));
        }
    };
    let bytes = account::export_buddies(buddies, format)
        .map_err(|error| Refusal::other(error.to_string(), ""))?;
    if is_standard(file) {
        return print(&bytes);
    }
    account::write_whole(file, &bytes).map_err(|error| {
        Refusal::other(
            format!("{} cannot be written: {error}", file.display()),
            "choose another file",
        )
    })
}

fn import(file: &Path, format: Option<BuddyFormat>) -> Result<Vec<Buddy>, Refusal> {
    let bytes = if is_standard(file) {
        let mut bytes = Vec::new();
        std::io::stdin()
            .lock()
            .take(super::commands::MAX_LIST)
            .read_to_end(&mut bytes)
            .map(|_| bytes)
            .map_err(|error| Refusal::usage(error.to_string(), "look at standard input"))?
    } else {
        super::commands::read(file, super::commands::MAX_LIST)?
    };
    let format = format.or_else(|| of_ending(file));
    let (buddies, skipped) = account::import_buddies(&bytes, format).map_err(|error| {
        Refusal::usage(
            format!("{} cannot be read: {error}", file.display()),
            "look at --format",
        )
    })?;
    for what in &skipped {
        complain(&format!("left out: {what}"), None);
    }
    if buddies.is_empty() {
        return Err(Refusal::usage(
            format!("nobody is named in {}", file.display()),
            "look at --format",
        ));
    }
    Ok(buddies)
}

fn of_ending(file: &Path) -> Option<BuddyFormat> {
    BuddyFormat::of_ending(file.extension()?.to_str()?)
}

fn print(bytes: &[u8]) -> Result<(), Refusal> {
    match std::io::stdout().write_all(bytes) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Refusal::other(error.to_string(), ""))
        }
        _ => Ok(()),
    }
}

/// Three rounds of reading and writing at a server that takes its time.
const BOUND: Duration = Duration::from_secs(100);
