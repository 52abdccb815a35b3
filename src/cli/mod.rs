//! The command line: what every command does, on the same account layer as the window.

mod accounts;
mod arguments;
mod buddies;
mod commands;
mod doctor;
mod failure;
mod inspect;
mod live;
mod outcome;
mod output;
mod print;
mod publish;
mod refusal;
mod report;
mod setup;
mod signals;
mod status;
mod table;

pub use arguments::{
    AccountAction, Arguments, BuddyAction, Command, InspectArguments, Options, RawArguments, Until,
    Verdict,
};
pub use commands::{json_line, parse, run, show, until_told};
pub use publish::PublishArguments;
pub use refusal::Refusal;
