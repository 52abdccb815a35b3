//! The real window on a screen that only the test sees: Xvfb, with a mouse, a keyboard, a camera,
//! and a session bus with a keyring.

#![allow(clippy::unwrap_used, clippy::expect_used)]
// A test program exports nothing, so `pub` here means: for the other files.
#![allow(unreachable_pub)]
#![cfg(target_os = "linux")]

mod bus;
#[path = "../support/leash.rs"]
mod leash;
mod picture;
mod screen;

mod fixture;
