//! Siskin against a real server: Kamailio on the loopback interface, started for each test.
//!
//! `server` is the server, `siskin` the real binary, `agent` the people at the other end, `line` what lies between.

#![allow(clippy::unwrap_used, clippy::expect_used)]
// A test program exports nothing, so `pub` here means: for the other files.
#![allow(unreachable_pub)]
#![cfg(target_os = "linux")]

mod agent;
#[path = "../support/desktop.rs"]
mod desktop;
mod digest;
#[path = "../support/leash.rs"]
mod leash;
mod line;
#[path = "../support/message.rs"]
#[allow(dead_code, reason = "shared with other test programs")]
mod message;
mod server;
mod siskin;
mod tls;
mod trace;
mod web;

mod buddies;
mod challenges;
mod fixture;
mod here;
mod intervals;
mod lamp;
mod lists;
mod login;
mod loss;
mod outbound;
mod own;
mod phone;
mod pins;
mod raw;
mod refusals;
mod requests;
mod restarts;
mod rules;
mod story;
mod trust;
mod watching;
