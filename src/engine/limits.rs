//! Numbers beyond which the engine does not go. Everything a peer can make grow has a bound here.

/// Server transactions kept at a time, answered ones included; in a flood the oldest are dropped and counted. At a
/// thousand NOTIFYs a second this is half of Timer J, in about ten megabytes.
pub const SERVER_TRANSACTIONS: usize = 16_384;
