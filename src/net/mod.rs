//! Sockets, TLS and names: opens flows for the engine and carries its bytes.
