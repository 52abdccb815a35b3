//! Reads arbitrary bytes as watcher information.
#![no_main]

#[path = "../exercise/watcher_info.rs"]
mod exercise;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| exercise::run(bytes));
