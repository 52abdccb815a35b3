//! Applies arbitrary bytes as presence in parts.
#![no_main]

#[path = "../exercise/partial_presence.rs"]
mod exercise;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| exercise::run(bytes));
