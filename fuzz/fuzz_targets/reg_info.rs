//! Reads arbitrary bytes as registration information.
#![no_main]

#[path = "../exercise/reg_info.rs"]
mod exercise;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| exercise::run(bytes));
