//! `siskin watchers` with a verdict.

use clap::Subcommand;

use crate::account::{self, Decision, Disclosure};

/// What to do about a watcher.
#[derive(Debug, Clone, Subcommand)]
pub enum Verdict {
    /// Let the watcher see my presence
    Allow {
        /// The watcher's address, *@domain, or * for everybody else
        address: String,
        /// The approval ends by itself at this time (RFC 3339)
        #[arg(long, value_name = "TIME", value_parser = parse_time)]
        valid_until: Option<jiff::Timestamp>,
        /// How much the watcher sees: state, activity (with the note) or everything
        #[arg(long, value_name = "LEVEL", default_value = "everything", value_parser = parse_disclosure)]
        show: Disclosure,
    },
    /// Let the watcher see somebody who is offline
    PoliteBlock {
        /// The watcher's address, *@domain, or * for everybody else
        address: String,
    },
    /// Refuse the watcher
    Block {
        /// The watcher's address, *@domain, or * for everybody else
        address: String,
    },
    /// Ask me each time
    Confirm {
        /// The watcher's address, *@domain, or * for everybody else
        address: String,
    },
    /// Show what the watcher sees of me
    Preview {
        /// The watcher's address
        address: String,
    },
    /// Remove every rule about the watcher
    Forget {
        /// The watcher's address, *@domain, or * for everybody else
        address: String,
    },
}

impl Verdict {
    /// What the account is asked to do.
    pub fn command(&self) -> account::Command {
        let decide = |address: &str, decision| account::Command::Decide {
            watcher: address.to_owned(),
            decision,
            valid_until: None,
            shows: Disclosure::default(),
        };
        match self {
            Self::Allow {
                address,
                valid_until,
                show,
            } => account::Command::Decide {
                watcher: address.clone(),
                decision: Decision::Allow,
                valid_until: *valid_until,
                shows: *show,
            },
            Self::PoliteBlock { address } => decide(address, Decision::PoliteBlock),
            Self::Block { address } => decide(address, Decision::Block),
            Self::Confirm { address } => decide(address, Decision::Confirm),
            Self::Forget { address } => decide(address, Decision::Undecided),
            Self::Preview { address } => account::Command::Preview {
                watcher: address.clone(),
            },
        }
    }
}

fn parse_time(text: &str) -> Result<jiff::Timestamp, String> {
    text.parse()
        .map_err(|_| format!("'{text}' is not a time like 2030-12-31T18:00:00Z"))
}

fn parse_disclosure(text: &str) -> Result<Disclosure, String> {
    Disclosure::from_token(text).ok_or_else(|| {
        let names: Vec<&str> = Disclosure::ALL.iter().map(|level| level.token()).collect();
        format!("known are {}", names.join(", "))
    })
}
