//! Explains arbitrary bytes.
#![no_main]

#[path = "../exercise/inspect.rs"]
mod exercise;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| exercise::run(bytes));
