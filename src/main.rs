//! The `siskin` program: what is wanted, and who does it.

use std::io::{IsTerminal, Write};
use std::process::ExitCode;

use anyhow::Context;
#[cfg(feature = "gui")]
use siskin::account::Profile;
use siskin::account::{AccountSettings, Buddy, Config, Wants};
use siskin::cli::{self, Arguments, Command, Options, Refusal};
use siskin::demo::{Demo, DemoHandle, DemoOptions, Transport};
#[cfg(feature = "gui")]
use siskin::desktop::autostart::Autostart;
#[cfg(feature = "gui")]
use siskin::desktop::instance::{self, Door, Question};

fn main() -> ExitCode {
    let arguments = match cli::parse(std::env::args_os()) {
        Ok(arguments) => arguments,
        Err(status) => return ExitCode::from(status),
    };
    log(arguments.options.verbose);
    let json = arguments.options.json;
    let status = run(arguments).unwrap_or_else(|error| {
        error
            .downcast::<Refusal>()
            .unwrap_or_else(|error| Refusal::other(format!("{error:#}"), "look again with -v"))
            .tell(json)
    });
    ExitCode::from(status)
}

fn run(arguments: Arguments) -> anyhow::Result<u8> {
    let Arguments {
        options,
        minimised,
        command,
    } = arguments;
    let (terminal, server_only) = match &command {
        None => {
            let opening = if minimised {
                Opening::Minimised
            } else {
                Opening::Window
            };
            return window(&options, opening);
        }
        Some(Command::Open { address: None }) => return window(&options, Opening::Window),
        Some(Command::Open {
            address: Some(address),
        }) => return window(&options, Opening::Address(address)),
        Some(Command::Demo {
            terminal,
            server_only,
        }) => (*terminal, *server_only),
        Some(_) => (false, false),
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("no runtime")?;
    let status = match command {
        Some(Command::Demo { .. }) if server_only => runtime.block_on(demo_server(&options))?,
        Some(Command::Demo { .. }) if terminal => runtime.block_on(demo_terminal(&options))?,
        Some(Command::Demo { .. }) => return window(&options, Opening::Demo),
        Some(command) => runtime.block_on(cli::run(command, &options)),
        None => 0,
    };
    // A name that is still being looked up must not hold up the end.
    runtime.shutdown_background();
    Ok(status)
}

/// How the desktop app begins.
#[derive(Clone, Copy)]
#[cfg_attr(not(feature = "gui"), allow(dead_code, reason = "there is no window"))]
enum Opening<'a> {
    /// With its window.
    Window,
    /// As an icon in the panel.
    Minimised,
    /// Showing this address.
    Address(&'a str),
    /// On the demo server.
    Demo,
}

/// The desktop app.
#[cfg(not(feature = "gui"))]
fn window(_: &Options, _: Opening<'_>) -> anyhow::Result<u8> {
    anyhow::bail!(Refusal::other("this build has no window", NO_WINDOW))
}

/// The desktop app; a second start for the same profile hands over to the first.
#[cfg(feature = "gui")]
fn window(options: &Options, opening: Opening<'_>) -> anyhow::Result<u8> {
    use std::sync::Arc;

    use siskin::ui::{self, backend};

    let started = std::time::Instant::now();
    // Nothing is started that nobody could see.
    ui::display::check()
        .map_err(|error| Refusal::other(format!("cannot open a window: {error}"), NO_WINDOW))?;
    let (demo, minimised) = match opening {
        Opening::Demo => (true, false),
        Opening::Minimised => (false, true),
        Opening::Window | Opening::Address(_) => (false, false),
    };
    let address = match opening {
        Opening::Address(address) => Some(address.to_owned()),
        _ => None,
    };
    let door = if demo {
        None
    } else {
        let question = match &address {
            Some(address) => Question::Open {
                address: address.clone(),
            },
            // A window that is open need not come to the front for that.
            None if minimised => Question::Status,
            None => Question::Raise,
        };
        match claim(options, &question) {
            Claimed::First(door) => door,
            Claimed::HandedOver => return Ok(0),
        }
    };
    let office = |demo: DemoHandle| backend::Demo {
        account: demo_account(&demo),
        password: demo.password(),
        guard: Arc::new(demo),
    };
    // One thread is enough for an office of eight.
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .context("no runtime")?;
    let is_demo = demo;
    let demo = if demo {
        Some(office(runtime.block_on(start_demo(options))?))
    } else {
        None
    };
    let profile = Profile::open(options.data_dir.as_deref());
    let open_demo: backend::OpenDemo = {
        let options = options.clone();
        Arc::new(move || {
            let options = options.clone();
            Box::pin(async move {
                let demo = start_demo(&options).await;
                demo.map(office).map_err(|error| format!("{error:#}"))
            })
        })
    };
    let run = backend::RunOptions {
        trace: options.trace.clone(),
        expires_s: options.expires,
        insecure_xcap: options.insecure_xcap,
    };
    let closed = ui::run(ui::Start {
        backend: Arc::new(backend::ProfileBackend::new(profile, Some(open_demo), run)),
        demo,
        started,
        door,
        wanted: address,
        minimised,
        autostart: if is_demo { None } else { autostart(options) },
    });
    runtime.shutdown_background();
    closed?;
    Ok(0)
}

/// The file that starts this profile with the session.
#[cfg(feature = "gui")]
fn autostart(options: &Options) -> Option<Autostart> {
    let mut arguments = Vec::new();
    if let Some(folder) = &options.data_dir {
        let folder = std::path::absolute(folder).ok()?;
        arguments.extend(["--data-dir".into(), folder.into_os_string()]);
    }
    Autostart::of_user(&arguments)
}

/// Whether this start opens the window.
#[cfg(feature = "gui")]
enum Claimed {
    /// It does; later ones knock at the door, if this system has one.
    First(Option<Door>),
    /// The window that is open does what was wanted.
    HandedOver,
}

/// Finds out whether a window is open for this profile, and asks it to show itself.
#[cfg(feature = "gui")]
fn claim(options: &Options, question: &Question) -> Claimed {
    let folder = Profile::folder(options.data_dir.as_deref());
    match instance::claim(folder.as_deref(), question) {
        Ok(instance::Start::First(door)) => Claimed::First(Some(door)),
        Ok(instance::Start::Second(_)) => Claimed::HandedOver,
        Err(error) => {
            // A second window is better than none.
            tracing::warn!(%error, "later starts will not find this window");
            Claimed::First(None)
        }
    }
}

/// The server alone: says how to connect, and serves until it is told to stop.
async fn demo_server(options: &Options) -> anyhow::Result<u8> {
    let demo = start_demo(options).await?;
    let text = if options.json {
        cli::json_line(&demo.connection_json())?
    } else {
        demo.connection_text()
    };
    let mut out = std::io::stdout();
    out.write_all(text.as_bytes())?;
    out.flush()?;
    cli::until_told(options).await?;
    Ok(0)
}

/// The demo as text: an account that shows everything there is.
async fn demo_terminal(options: &Options) -> anyhow::Result<u8> {
    let demo = start_demo(options).await?;
    let mut config = Config::desktop(demo_account(&demo), &siskin::account::new_instance());
    config.expires_s = options.expires;
    config.trace.clone_from(&options.trace);
    config.wants = Wants {
        buddies: true,
        messages: true,
        watchers: true,
        publish: true,
        answer: true,
    };
    let table = std::io::stdout().is_terminal() && !options.json;
    Ok(cli::show(config, Some(demo.password()), table, options).await)
}

async fn start_demo(options: &Options) -> anyhow::Result<DemoHandle> {
    let mut demo = DemoOptions::default();
    if let Some(bind) = options.bind {
        demo.address = bind.ip();
        demo.sip_port = bind.port();
    }
    Demo::start(demo).await.map_err(|error| {
        let message = format!("the demo server cannot start: {error}");
        Refusal::other(message, "choose a free port of this machine with --bind").into()
    })
}

fn demo_account(demo: &DemoHandle) -> AccountSettings {
    AccountSettings {
        address: demo.address(),
        display_name: "Alice".to_owned(),
        enabled: true,
        outbound_proxy: demo.proxy(Transport::Udp),
        xcap_root: demo.xcap_root(),
        status: "available".to_owned(),
        buddies: demo
            .buddies()
            .map(|user| Buddy {
                address: user.address.clone(),
                name: user.name.clone(),
                ..Buddy::default()
            })
            .collect(),
        ..AccountSettings::default()
    }
}

/// Logs go to standard error; `RUST_LOG` says which, or the number of `-v`.
fn log(verbose: u8) {
    let level = match verbose {
        0 => "off",
        1 => "siskin=info",
        2 => "siskin=debug",
        _ => "siskin=trace,reqwest=debug,rustls=debug",
    };
    let filter = tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new(level));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        // Where nothing can be written, as on a full disk, that cannot be said either: the attempt would be a panic.
        .log_internal_errors(false)
        .init();
}

/// What to try where there is no window.
const NO_WINDOW: &str = "on a terminal, try 'siskin demo --terminal', or see 'siskin --help'";
