//! The protocol without I/O: time, bytes and randomness are handed in; bytes and events come out.
