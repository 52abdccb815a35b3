//! The engine against a scripted server, on a virtual clock.

mod authentication;
mod bench;
mod bodies;
mod census;
mod conditional;
mod credentials;
mod crowd;
mod detour;
mod fetch_and_end;
mod forks;
mod health;
mod hostile;
mod network;
mod notify;
mod outbound;
mod outbound_flows;
mod publication;
mod rates;
mod refresh;
mod registration;
mod responses;
mod sharing;
mod storms;
mod strangers;
mod subscribe;
mod tolerances;
