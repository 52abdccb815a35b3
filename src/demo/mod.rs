//! An embedded presence server on loopback with a scripted office.
