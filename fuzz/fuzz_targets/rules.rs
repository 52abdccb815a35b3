//! Reads arbitrary bytes as presence rules, and edits them.
#![no_main]

#[path = "../exercise/rules.rs"]
mod exercise;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| exercise::run(bytes));
