//! Bounds on what is read and said about one input, beside those of the readers.

/// Bytes of an input.
pub const INPUT_BYTES: usize = 64 * 1024 * 1024;
/// Lines said about one input.
pub(super) const LINES: usize = 5_000;
/// States told about one input.
pub(super) const FACTS: usize = 50_000;
/// Problems told about one input.
pub(super) const PROBLEMS: usize = 1_000;
/// Characters of one text that is said.
pub(super) const TEXT_CHARS: usize = 400;
/// Messages read of one trace.
pub(super) const MESSAGES: usize = 100_000;
/// Bytes in which a start line, a root element or a boundary is looked for.
pub(super) const SNIFF_BYTES: usize = 64 * 1024;
