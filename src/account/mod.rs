//! One account at run time: drives the engine with sockets and XCAP; commands in, snapshots and events out.
