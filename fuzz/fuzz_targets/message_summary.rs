//! Reads arbitrary bytes as message summaries.
#![no_main]

#[path = "../exercise/message_summary.rs"]
mod exercise;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| exercise::run(bytes));
