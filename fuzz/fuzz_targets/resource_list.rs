//! Applies arbitrary bytes as notices about a resource list.
#![no_main]

#[path = "../exercise/resource_list.rs"]
mod exercise;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| exercise::run(bytes));
