//! What is remembered of TLS from one run to the next.

use std::path::Path;

use super::name_server::{NameServer, Zone};
use super::*;
use siskin::account::Topic;

/// A domain whose records name these ports of this machine; nobody has to answer there.
fn records(udp: u16, tls: Option<u16>) -> NameServer {
    let host = "sip1.example.test";
    let zone = Zone::default().host(host, "127.0.0.1");
    let zone = zone.srv("_sip._udp.example.test", [0, 0, udp], host);
    NameServer::start(match tls {
        Some(port) => zone.srv("_sips._tcp.example.test", [0, 0, port], host),
        None => zone,
    })
}

fn start(server: &NameServer, folder: &Path) -> Handle {
    let settings = AccountSettings {
        address: "sip:alice@example.test".to_owned(),
        ..AccountSettings::default()
    };
    let mut config = Config::desktop(settings, &account::new_instance());
    config.dns = Some(server.address());
    config.keep_in = Some(folder.to_owned());
    account::start(config, Some(Secret::new("secret")))
}

#[tokio::test]
async fn au_019_who_offered_tls_before_the_restart_is_missed_after_it() {
    let folder = tempfile::tempdir().unwrap();
    // Held, so that nobody else gets them.
    let mute = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    let refusing = tokio::net::TcpSocket::new_v4().unwrap();
    refusing.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let udp = mute.local_addr().unwrap().port();
    let tls = refusing.local_addr().unwrap().port();

    let with = records(udp, Some(tls));
    let mut handle = start(&with, folder.path());
    let topic = Topic::TlsWithdrawn("example.test".to_owned());
    let told = |shot: &Snapshot| shot.troubles.iter().any(|trouble| trouble.topic == topic);
    let in_trouble = |shot: &Snapshot| matches!(shot.connection, Connection::Trouble { .. });
    let shot = until(&mut handle, in_trouble).await;
    assert!(!told(&shot));
    handle.send(Command::LogOut);
    until(&mut handle, |shot| shot.connection == Connection::LoggedOut).await;
    // No word went to the server in clear.
    mute.set_nonblocking(true).unwrap();
    assert!(mute.recv(&mut [0; 4096]).is_err());

    let without = records(udp, None);
    let mut handle = start(&without, folder.path());
    until(&mut handle, told).await;
    handle.send(Command::LogOut);
    until(&mut handle, |shot| shot.connection == Connection::LoggedOut).await;
}
