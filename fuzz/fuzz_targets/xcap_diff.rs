//! Applies arbitrary bytes as changes on an XCAP server.
#![no_main]

#[path = "../exercise/xcap_diff.rs"]
mod exercise;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| exercise::run(bytes));
