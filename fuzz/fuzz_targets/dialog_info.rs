//! Reads arbitrary bytes as dialog information.
#![no_main]

#[path = "../exercise/dialog_info.rs"]
mod exercise;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| exercise::run(bytes));
