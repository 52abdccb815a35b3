//! Reads arbitrary bytes as XML.
#![no_main]

#[path = "../exercise/xml.rs"]
mod exercise;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| exercise::run(bytes));
