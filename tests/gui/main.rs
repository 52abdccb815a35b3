//! The real window on a screen that only the test sees: Xvfb, with a mouse, a keyboard, a camera,
//! and a session bus with a keyring.

#![allow(clippy::unwrap_used, clippy::expect_used)]
// A test program exports nothing, so `pub` here means: for the other files.
#![allow(unreachable_pub)]
#![cfg(all(target_os = "linux", feature = "gui"))]

mod bus;
#[path = "../support/leash.rs"]
mod leash;
mod notifier;
mod picture;
mod program;
mod reader;
mod relay;
mod screen;
mod seen;
mod tour;
mod trace;

mod accounts;
mod buddies;
mod choices;
mod clock;
mod disk;
mod display;
mod fixture;
mod keyboard;
mod log_in;
mod office;
mod panel;
mod reading;
mod screens;
mod services;
mod status;
mod trouble;
mod trust;
mod watchers;
