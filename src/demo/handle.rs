//! What a running demo server is held by.

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::sync::Arc;

use serde_json::{Value, json};
use tokio::task::JoinHandle;

use super::auth::User;
use super::office::{ALICE, DOMAIN, HEIDI, aor};
use super::run::{Core, Shared};
use super::xcap::ROOT;
use crate::package::presence::{OwnPresence, Publisher, Status};
use crate::sip::{Secret, Transport};

/// A running server. It stops when this is dropped.
#[derive(Debug)]
pub struct DemoHandle {
    shared: Arc<Shared>,
    sip: SocketAddr,
    xcap: SocketAddr,
    users: Vec<DemoUser>,
    tasks: [JoinHandle<()>; 2],
}

/// Somebody who can log in at the demo server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoUser {
    /// The address: `sip:alice@example.test`. The user part is the user name for digest.
    pub address: String,
    /// What the person is called.
    pub name: String,
    /// The password.
    pub password: Secret,
}

impl DemoUser {
    pub(super) fn of(user: &User) -> Self {
        Self {
            address: user.aor.clone(),
            name: user.display_name.clone(),
            password: user.password.clone(),
        }
    }
}

impl DemoHandle {
    pub(super) fn new(
        shared: Arc<Shared>,
        sip: SocketAddr,
        xcap: SocketAddr,
        users: Vec<DemoUser>,
        tasks: [JoinHandle<()>; 2],
    ) -> Self {
        Self {
            shared,
            sip,
            xcap,
            users,
            tasks,
        }
    }

    /// The address of the one who uses the demo.
    pub fn address(&self) -> String {
        aor(ALICE)
    }

    /// Her password.
    pub fn password(&self) -> Secret {
        self.user(ALICE)
            .map(|user| user.password.clone())
            .unwrap_or_default()
    }

    /// Where SIP is served, on UDP and TCP.
    pub fn sip_addr(&self) -> SocketAddr {
        self.sip
    }

    /// The outbound proxy to set, as a URI.
    pub fn proxy(&self, transport: Transport) -> String {
        let (address, transport) = (self.sip, transport.parameter());
        format!("sip:{address};transport={transport};lr")
    }

    /// The XCAP root.
    pub fn xcap_root(&self) -> String {
        format!("http://{}{ROOT}", self.xcap)
    }

    /// Everybody who has an account, Alice first.
    pub fn users(&self) -> &[DemoUser] {
        &self.users
    }

    /// One of them, by the user part of the address.
    pub fn user(&self, name: &str) -> Option<&DemoUser> {
        let address = aor(name);
        self.users.iter().find(|user| user.address == address)
    }

    /// The colleagues on Alice's buddy list.
    pub fn buddies(&self) -> impl Iterator<Item = &DemoUser> {
        let others = [aor(ALICE), aor(HEIDI)];
        self.users
            .iter()
            .filter(move |user| !others.contains(&user.address))
    }

    /// How to connect, as the fields of one JSON line (without its time). It holds the passwords.
    pub fn connection_json(&self) -> Value {
        let users = self.users.iter().map(|user| {
            json!({
                "address": user.address,
                "name": user.name,
                "password": user.password.expose(),
            })
        });
        json!({
            "type": "demo",
            "account": self.address(),
            "password": self.password().expose(),
            "domain": DOMAIN,
            "proxy": self.proxy(Transport::Udp),
            "proxy_tcp": self.proxy(Transport::Tcp),
            "sip_address": self.sip.to_string(),
            "xcap_root": self.xcap_root(),
            "buddies": self.buddies().map(|user| &user.address).collect::<Vec<_>>(),
            "users": users.collect::<Vec<_>>(),
        })
    }

    /// How to connect, for people. It holds the passwords.
    pub fn connection_text(&self) -> String {
        let mut text = format!(
            "account:   {}\npassword:  {}\nproxy:     {}\n      or:  {}\nXCAP root: {}\n",
            self.address(),
            self.password().expose(),
            self.proxy(Transport::Udp),
            self.proxy(Transport::Tcp),
            self.xcap_root()
        );
        text.push_str("the others, each with a password:\n");
        for user in self.users.iter().skip(1) {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "  {}  {}", user.address, user.password.expose());
        }
        text
    }

    /// Behaves like a restart: connections close and nonces turn stale. With `lose_state`, registrations, publications
    /// and subscriptions are gone too; the office comes back by itself.
    pub fn restart(&self, lose_state: bool) {
        let now = self.shared.now();
        let mut core = self.shared.core();
        let Core { server, office } = &mut *core;
        server.restart(lose_state);
        if let Some(office) = office.as_mut().filter(|_| lose_state) {
            office.replay(now, server);
        }
        drop(core);
        self.shared.bell.notify_one();
    }

    /// Publishes for somebody, in the place of the office.
    pub fn publish(&self, address: &str, status: Status, note: Option<&str>) {
        let now = self.shared.now();
        let mut core = self.shared.core();
        let presence = OwnPresence {
            status,
            note: note.map(str::to_owned),
            ..OwnPresence::default()
        };
        let time = core.server.wall(now);
        let body = Publisher::new(address, address, DEVICE).document(&presence, time);
        core.server.publications.set(address, Some(body.into()));
        core.server.presence_changed(address);
        core.server.finish(now);
        drop(core);
        self.shared.bell.notify_one();
    }

    /// Whether somebody is registered now.
    pub fn is_registered(&self, address: &str) -> bool {
        let now = self.shared.now();
        self.shared
            .core()
            .server
            .registrar
            .is_registered(now, address)
    }

    /// How many subscriptions there are, those of the office included.
    pub fn subscriptions(&self) -> usize {
        self.shared.core().server.subscriptions.len()
    }
}

impl Drop for DemoHandle {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}

const DEVICE: &str = "urn:uuid:7d1a4c52-0000-4000-8000-000000c0de01";
