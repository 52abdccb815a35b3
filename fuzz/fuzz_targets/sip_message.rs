//! Reads arbitrary bytes as a SIP message in every way there is.
#![no_main]

#[path = "../exercise/sip_message.rs"]
mod exercise;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| exercise::run(bytes));
