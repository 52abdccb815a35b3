//! Reads arbitrary bytes as a body of several parts.
#![no_main]

#[path = "../exercise/multipart.rs"]
mod exercise;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| exercise::run(bytes));
