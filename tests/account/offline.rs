//! What the user does while the XCAP server is away: kept, told, and taken there when it is back.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;

use siskin::account::{BuddyEdit, ListState, Rule};
use tokio::io::copy_bidirectional;
use tokio::net::{TcpSocket, TcpStream};
use tokio::task::JoinHandle;

use super::*;

const CAROL: &str = "sip:carol@example.test";
const DAVE: &str = "sip:dave@example.test";

/// A way to the XCAP server that can be cut.
struct Line {
    here: SocketAddr,
    socket: Option<TcpSocket>,
    there: SocketAddr,
    path: String,
    task: Option<JoinHandle<()>>,
}

impl Line {
    /// One that is cut.
    fn to(demo: &DemoHandle) -> Self {
        let root = demo.xcap_root();
        let (authority, path) = root["http://".len()..].split_once('/').unwrap();
        // Bound, so that nobody else gets the port, and not listening, so that connections are refused.
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind((Ipv4Addr::LOCALHOST, 0).into()).unwrap();
        Self {
            here: socket.local_addr().unwrap(),
            socket: Some(socket),
            there: authority.parse().unwrap(),
            path: path.to_owned(),
            task: None,
        }
    }

    fn root(&self) -> String {
        format!("http://{}/{}", self.here, self.path)
    }

    fn mend(&mut self) {
        let listener = self.socket.take().unwrap().listen(64).unwrap();
        let there = self.there;
        self.task = Some(tokio::spawn(async move {
            while let Ok((mut near, _)) = listener.accept().await {
                tokio::spawn(async move {
                    let mut far = TcpStream::connect(there).await.unwrap();
                    let _ = copy_bidirectional(&mut near, &mut far).await;
                });
            }
        }));
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        if let Some(task) = self.task.take() {
            task.abort();
        }
    }
}

fn config_over(demo: &DemoHandle, line: &Line, folder: &Path) -> Config {
    let mut config = config(demo, Transport::Tcp);
    config.settings.xcap_root = line.root();
    config.keep_in = Some(folder.to_owned());
    config
}

fn decide(decision: Decision) -> Command {
    Command::Decide {
        watcher: HEIDI.to_owned(),
        decision,
        valid_until: None,
        shows: Disclosure::Everything,
    }
}

fn rule(shot: &Snapshot) -> Option<&Rule> {
    shot.rules.iter().find(|rule| rule.watcher == HEIDI)
}

fn says(shot: &Snapshot, state: &str) -> bool {
    rule(shot).is_some_and(|rule| rule.state == state)
}

async fn log_out(mut handle: Handle) {
    handle.send(Command::LogOut);
    until(&mut handle, |shot| shot.connection == Connection::LoggedOut).await;
}

fn kept(folder: &Path) -> Vec<String> {
    let files = std::fs::read_dir(folder).unwrap().flatten();
    let names = files.map(|file| file.file_name().to_string_lossy().into_owned());
    names
        .filter(|name| name.starts_with("decisions-"))
        .collect()
}

#[tokio::test]
async fn a_decision_made_offline_is_in_force_after_a_restart() {
    let demo = office(Faults::default()).await;
    let folder = tempfile::tempdir().unwrap();
    let mut line = Line::to(&demo);
    let config = config_over(&demo, &line, folder.path());
    let mut handle = account::start(config.clone(), Some(demo.password()));
    until(&mut handle, |shot| !shot.requests().is_empty()).await;
    handle.send(decide(Decision::Allow));
    let shot = until(&mut handle, |shot| says(shot, "waiting")).await;
    assert_eq!(
        rule(&shot).unwrap().fault,
        Some(account::Fault::Unreachable)
    );
    log_out(handle).await;
    let files = kept(folder.path());
    assert_eq!(files.len(), 1);
    let text = std::fs::read_to_string(folder.path().join(&files[0])).unwrap();
    let secret = demo.password();
    assert!(
        text.contains(HEIDI) && !text.contains(secret.expose()),
        "{text}"
    );
    line.mend();
    let mut handle = account::start(config, Some(demo.password()));
    let shot = until(&mut handle, |shot| says(shot, "effective")).await;
    assert!(
        shot.watchers
            .iter()
            .any(|row| row.watcher == HEIDI && row.status == "active")
    );
    assert!(kept(folder.path()).is_empty());
}

#[tokio::test]
async fn a_decision_that_another_device_overtook_is_told_and_not_lost() {
    let demo = office(Faults::default()).await;
    let folder = tempfile::tempdir().unwrap();
    let mut line = Line::to(&demo);
    let config_here = config_over(&demo, &line, folder.path());
    let mut here = account::start(config_here.clone(), Some(demo.password()));
    until(&mut here, |shot| !shot.requests().is_empty()).await;
    here.send(decide(Decision::Allow));
    until(&mut here, |shot| says(shot, "waiting")).await;
    let mut there = account::start(config(&demo, Transport::Udp), Some(demo.password()));
    until(&mut there, |shot| !shot.requests().is_empty()).await;
    there.send(decide(Decision::Block));
    until(&mut there, |shot| says(shot, "effective")).await;
    line.mend();
    here.send(Command::Retry);
    until(&mut here, |shot| says(shot, "conflict")).await;
    log_out(here).await;
    // It is still there after a restart, until the user decides anew.
    let mut here = account::start(config_here, Some(demo.password()));
    let shot = until(&mut here, |shot| says(shot, "conflict")).await;
    let conflict = rule(&shot).unwrap();
    assert_eq!(conflict.decision, "allow");
    assert!(
        conflict.reason.as_ref().unwrap().contains("'block'"),
        "{conflict:?}"
    );
    until(&mut here, |shot| shot.connection == Connection::Online).await;
    here.send(decide(Decision::PoliteBlock));
    until(&mut here, |shot| says(shot, "written")).await;
    assert!(kept(folder.path()).is_empty());
}

#[tokio::test]
async fn buddies_changed_offline_and_elsewhere_all_survive_a_restart() {
    let demo = office(Faults::default()).await;
    let folder = tempfile::tempdir().unwrap();
    let mut line = Line::to(&demo);
    let mut config_here = config_over(&demo, &line, folder.path());
    let put = |address: &str, name: &str, group: &str| {
        let buddy = Buddy {
            address: address.to_owned(),
            name: name.to_owned(),
            groups: vec![group.to_owned()],
            ..Buddy::default()
        };
        Command::EditBuddies(vec![BuddyEdit::Put { buddy, place: None }])
    };
    let mut here = account::start(config_here.clone(), Some(demo.password()));
    here.send(put(CAROL, "Carol", "Friends"));
    let shot = until(&mut here, |shot| {
        shot.list.state == ListState::Waiting && shot.buddies.len() == 2
    })
    .await;
    assert_eq!(shot.list.fault, Some(account::Fault::Unreachable));
    // As a window keeps it.
    config_here.settings.buddies.clone_from(&shot.list.buddies);
    config_here.settings.synced.clone_from(&shot.list.synced);
    log_out(here).await;
    let mut there = account::start(config(&demo, Transport::Udp), Some(demo.password()));
    until(&mut there, |shot| shot.list.state == ListState::Synced).await;
    there.send(put(DAVE, "Dave", "Work"));
    until(&mut there, |shot| {
        shot.list.state == ListState::Synced && shot.list.buddies.len() == 2
    })
    .await;
    line.mend();
    let mut here = account::start(config_here, Some(demo.password()));
    let all = |shot: &Snapshot| {
        let list = &shot.list;
        let has = |address: &str| list.buddies.iter().any(|buddy| buddy.address == address);
        list.state == ListState::Synced && [BOB, CAROL, DAVE].iter().all(|who| has(who))
    };
    let shot = until(&mut here, |shot| all(shot) && shot.buddies.len() == 3).await;
    assert!(shot.list.conflicts.is_empty());
    let dave = shot.list.buddies.iter().find(|buddy| buddy.address == DAVE);
    assert!(dave.unwrap().groups.contains(&"Work".to_owned()));
    // The other device hears of it, and one's own change is no news.
    until(&mut there, |shot| all(shot) && shot.buddies.len() == 3).await;
    // A name that is given there is seen here.
    let name = |handle: &Handle, name: &str| {
        let buddy = Buddy {
            address: BOB.to_owned(),
            name: name.to_owned(),
            ..Buddy::default()
        };
        handle.send(Command::EditBuddies(vec![BuddyEdit::Put {
            buddy,
            place: None,
        }]));
    };
    let named = |shot: &Snapshot, name: &str| {
        let mut list = shot.list.buddies.iter();
        shot.list.state == ListState::Synced
            && list.any(|buddy| buddy.address == BOB && buddy.name == name)
    };
    name(&there, "Robert");
    until(&mut here, |shot| named(shot, "Robert")).await;
    // Taken out there, it is watched no longer here.
    there.send(Command::EditBuddies(vec![BuddyEdit::Remove {
        address: CAROL.to_owned(),
    }]));
    until(&mut here, |shot| {
        shot.list.buddies.len() == 2 && shot.buddies.len() == 2
    })
    .await;
}
