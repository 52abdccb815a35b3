//! The command line: what every command does, on the same account layer as the window.

mod arguments;
mod outcome;
mod print;

pub use arguments::{AccountAction, Arguments, Command, Options, RawArguments, Until, Verdict};
