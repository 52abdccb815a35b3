//! Conformance: what the RFCs ask of a subscriber, requirement by requirement.
//!
//! A test that shows a requirement carries its id in its name (`ev_018_notify_creates_dialog`), here
//! or beside the code. `requirements.tsv` lists the requirements, `README.md` which tests show them.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod table;
