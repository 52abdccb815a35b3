//! The command line: the same account layer, text or JSON lines out.
