//! The `siskin` program.

fn main() {}
