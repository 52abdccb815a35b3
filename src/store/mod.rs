//! Settings, buddies and secrets on this machine.
