//! What a SIP message is: framing, headers, typed readers and writers, URIs, digest. Pure; no I/O.
