//! `siskin buddies`.

use std::path::{Path, PathBuf};

use clap::Subcommand;

use crate::account::BuddyFormat;

/// What to do with the list of buddies.
#[derive(Debug, Clone, Subcommand)]
pub enum BuddyAction {
    /// Show who is on it, with names and groups
    List,
    /// Add somebody, or say more about somebody
    Add {
        /// The address
        #[arg(value_name = "URI")]
        address: String,
        /// The name to show
        #[arg(long, value_name = "NAME")]
        name: Option<String>,
        /// A group; repeat for more
        #[arg(long, value_name = "GROUP")]
        group: Vec<String>,
    },
    /// Take somebody out
    Remove {
        /// The address
        #[arg(value_name = "URI")]
        address: String,
    },
    /// Give somebody another name
    Rename {
        /// The address
        #[arg(value_name = "URI")]
        address: String,
        /// The name to show; nothing: none
        #[arg(value_name = "NAME")]
        name: Option<String>,
    },
    /// Put somebody into these groups and no others
    Move {
        /// The address
        #[arg(value_name = "URI")]
        address: String,
        /// The groups; nothing: none
        #[arg(value_name = "GROUP")]
        groups: Vec<String>,
    },
    /// Take everybody out of a group, and with --xcap its list from the server
    RemoveGroup {
        /// The group
        #[arg(value_name = "GROUP")]
        group: String,
    },
    /// Write the list to a file
    Export {
        /// The file; `-` is standard output
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// json, vcard, resource-lists or lines; without it the file's ending tells
        #[arg(long, value_name = "FORMAT", value_parser = parse_format)]
        format: Option<BuddyFormat>,
    },
    /// Add everybody in a file
    Import {
        /// The file; `-` is standard input
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// json, vcard, resource-lists or lines; without it the file tells
        #[arg(long, value_name = "FORMAT", value_parser = parse_format)]
        format: Option<BuddyFormat>,
    },
    /// Keep a copy of what lies on the server in the list's place, if it cannot be used, and put the list there
    Renew,
    /// Have the list server watch a group as one, to be watched with 'siskin watch --rls'
    Offer {
        /// The address that the group is to have
        #[arg(value_name = "URI")]
        address: String,
        /// The group; nothing: those who are in none
        #[arg(value_name = "GROUP")]
        group: Option<String>,
    },
}

impl BuddyAction {
    /// Whether standard output is to be a list of buddies and nothing else.
    pub(in crate::cli) fn is_document(&self) -> bool {
        matches!(self, Self::Export { file, .. } if is_standard(file))
    }
}

/// Whether the name stands for standard input or output.
pub(in crate::cli) fn is_standard(file: &Path) -> bool {
    file.as_os_str() == "-"
}

fn parse_format(text: &str) -> Result<BuddyFormat, String> {
    BuddyFormat::from_token(text)
        .ok_or_else(|| format!("'{text}' is none of json, vcard, resource-lists and lines"))
}
