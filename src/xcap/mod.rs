//! Documents on an XCAP server (RFC 4825).
