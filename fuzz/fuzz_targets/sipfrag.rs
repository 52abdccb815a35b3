//! Reads arbitrary bytes as a piece of a SIP message.
#![no_main]

#[path = "../exercise/sipfrag.rs"]
mod exercise;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| exercise::run(bytes));
