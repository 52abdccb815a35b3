//! Reads arbitrary bytes as lists of people, and edits them.
#![no_main]

#[path = "../exercise/lists.rs"]
mod exercise;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| exercise::run(bytes));
