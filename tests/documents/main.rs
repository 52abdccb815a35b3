//! The documents of all packages, from outside: those that the RFCs print, and those that are wrong.

#![allow(clippy::unwrap_used, clippy::expect_used, unreachable_pub)]

mod examples;
mod faults;
mod formats;
