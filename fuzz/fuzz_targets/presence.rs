//! Reads arbitrary bytes as a presence document.
#![no_main]

#[path = "../exercise/presence.rs"]
mod exercise;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| exercise::run(bytes));
