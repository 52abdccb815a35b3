//! Reads arbitrary bytes as requests for keys and answers to them.
#![no_main]

#[path = "../exercise/kpml.rs"]
mod exercise;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| exercise::run(bytes));
