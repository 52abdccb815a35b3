//! The object on the bus.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc::Sender;
use tokio::sync::watch::Receiver;
use zbus::connection::Builder;
use zbus::fdo::{self, RequestNameFlags};
use zbus::interface;
use zbus::object_server::SignalEmitter;

use super::{Asking, Mailbox, Person, Public};
use crate::desktop::instance::{Answer, Question, Reply};

pub(super) async fn serve(
    builder: Builder<'_>,
    mut states: Receiver<Arc<Public>>,
    asked: &Sender<(Question, Reply)>,
    yields: bool,
) -> zbus::Result<()> {
    let object = Siskin {
        states: states.clone(),
        asked: asked.clone(),
    };
    let bus = builder.serve_at(PATH, object)?.build().await?;
    // The demo office gives way to a real account, and to nobody else.
    let flags = if yields {
        RequestNameFlags::AllowReplacement | RequestNameFlags::DoNotQueue
    } else {
        RequestNameFlags::ReplaceExisting | RequestNameFlags::DoNotQueue
    };
    bus.request_name_with_flags(NAME, flags).await?;
    let object = bus.object_server().interface::<_, Siskin>(PATH).await?;
    let mut told = Arc::clone(&states.borrow_and_update());
    loop {
        tokio::select! {
            changed = states.changed() => if changed.is_err() {
                return Ok(());
            },
            () = asked.closed() => return Ok(()),
        }
        let now = Arc::clone(&states.borrow_and_update());
        tell(&told, &now, &*object.get().await, object.signal_emitter()).await?;
        told = now;
        // A storm of changes becomes a steady rain.
        tokio::time::sleep(PACE).await;
    }
}

/// What differs between two states, as signals.
async fn tell(
    before: &Public,
    now: &Public,
    object: &Siskin,
    to: &SignalEmitter<'_>,
) -> zbus::Result<()> {
    if before.status != now.status {
        object.status_changed(to).await?;
    }
    if before.note != now.note {
        object.note_changed(to).await?;
    }
    if before.online != now.online {
        object.online_changed(to).await?;
    }
    if before.buddies != now.buddies {
        object.buddies_invalidate(to).await?;
        let known: HashMap<(&str, &str), &Arc<Person>> = before
            .buddies
            .iter()
            .map(|person| ((person.account.as_str(), person.address.as_str()), person))
            .collect();
        for person in &now.buddies {
            let key = (person.account.as_str(), person.address.as_str());
            if known.get(&key) == Some(&person) {
                continue;
            }
            let Person {
                address,
                name,
                state,
                note,
                on_the_phone,
                account,
            } = &**person;
            Siskin::buddy_changed(to, address, name, state, note, *on_the_phone, account).await?;
        }
    }
    if before.mailboxes != now.mailboxes {
        object.messages_invalidate(to).await?;
        for mailbox in &now.mailboxes {
            if before.mailboxes.contains(mailbox) {
                continue;
            }
            let Mailbox {
                mailbox,
                waiting,
                new,
                old,
                urgent,
                account,
            } = mailbox;
            Siskin::messages_changed(to, mailbox, *waiting, *new, *old, *urgent, account).await?;
        }
    }
    if before.requests != now.requests {
        object.requests_invalidate(to).await?;
        for asking in &now.requests {
            let same = |known: &Asking| {
                (&known.address, &known.account) == (&asking.address, &asking.account)
            };
            if !before.requests.iter().any(same) {
                Siskin::request_arrived(to, &asking.address, &asking.name, &asking.account).await?;
            }
        }
    }
    Ok(())
}

struct Siskin {
    states: Receiver<Arc<Public>>,
    asked: Sender<(Question, Reply)>,
}

impl Siskin {
    fn now(&self) -> Arc<Public> {
        Arc::clone(&self.states.borrow())
    }

    async fn ask(&self, question: Question) -> fdo::Result<()> {
        let (reply, answer) = Reply::new();
        let gone = || fdo::Error::Failed("the program is ending".to_owned());
        self.asked
            .send((question, reply))
            .await
            .map_err(|_| gone())?;
        match answer.await.map_err(|_| gone())? {
            Answer::Done | Answer::Status { .. } => Ok(()),
            Answer::Refused { message } => Err(fdo::Error::InvalidArgs(message)),
        }
    }
}

/// A buddy as a property has it.
type PersonTuple = (String, String, String, String, bool, String);
/// A mailbox as a property has it.
type MailboxTuple = (String, bool, u32, u32, u32, String);

#[interface(name = "io.github.siskin.Siskin")]
impl Siskin {
    async fn set_status(&self, status: &str, note: &str, until: &str) -> fdo::Result<()> {
        short(status)?;
        short(until)?;
        if note.chars().count() > NOTE {
            return Err(fdo::Error::InvalidArgs("the note is too long".to_owned()));
        }
        self.ask(Question::SetStatus {
            status: status.to_owned(),
            note: Some(note.to_owned()),
            until: (!until.is_empty()).then(|| until.to_owned()),
        })
        .await
    }

    async fn decide(&self, address: &str, decision: &str) -> fdo::Result<()> {
        short(address)?;
        short(decision)?;
        self.ask(Question::Decide {
            watcher: address.to_owned(),
            decision: decision.to_owned(),
        })
        .await
    }

    async fn refresh(&self) -> fdo::Result<()> {
        self.ask(Question::Refresh).await
    }

    async fn show(&self, address: &str) -> fdo::Result<()> {
        short(address)?;
        self.ask(if address.is_empty() {
            Question::Raise
        } else {
            Question::Open {
                address: address.to_owned(),
            }
        })
        .await
    }

    #[zbus(property)]
    fn status(&self) -> String {
        self.now().status.clone()
    }

    #[zbus(property)]
    fn note(&self) -> String {
        self.now().note.clone()
    }

    #[zbus(property)]
    fn online(&self) -> bool {
        self.now().online
    }

    #[zbus(property(emits_changed_signal = "invalidates"))]
    fn buddies(&self) -> Vec<PersonTuple> {
        let now = self.now();
        let buddies = now.buddies.iter();
        buddies
            .map(|person| {
                let Person {
                    address,
                    name,
                    state,
                    note,
                    on_the_phone,
                    account,
                } = Person::clone(person);
                (address, name, state, note, on_the_phone, account)
            })
            .collect()
    }

    #[zbus(property(emits_changed_signal = "invalidates"))]
    fn messages(&self) -> Vec<MailboxTuple> {
        let now = self.now();
        let mailboxes = now.mailboxes.iter().cloned();
        mailboxes
            .map(|it| {
                (
                    it.mailbox, it.waiting, it.new, it.old, it.urgent, it.account,
                )
            })
            .collect()
    }

    #[zbus(property(emits_changed_signal = "invalidates"))]
    fn requests(&self) -> Vec<(String, String, String)> {
        let now = self.now();
        let requests = now.requests.iter().cloned();
        requests
            .map(|asking| (asking.address, asking.name, asking.account))
            .collect()
    }

    #[zbus(signal)]
    #[allow(clippy::too_many_arguments, reason = "what a buddy is")]
    async fn buddy_changed(
        to: &SignalEmitter<'_>,
        address: &str,
        name: &str,
        state: &str,
        note: &str,
        on_the_phone: bool,
        account: &str,
    ) -> zbus::Result<()>;

    #[zbus(signal)]
    #[allow(clippy::too_many_arguments, reason = "what a mailbox is")]
    async fn messages_changed(
        to: &SignalEmitter<'_>,
        mailbox: &str,
        waiting: bool,
        new: u32,
        old: u32,
        urgent: u32,
        account: &str,
    ) -> zbus::Result<()>;

    #[zbus(signal)]
    async fn request_arrived(
        to: &SignalEmitter<'_>,
        address: &str,
        name: &str,
        account: &str,
    ) -> zbus::Result<()>;
}

/// Addresses and names are not long.
fn short(text: &str) -> fdo::Result<()> {
    if text.len() > LONG {
        return Err(fdo::Error::InvalidArgs(
            "an argument is too long".to_owned(),
        ));
    }
    Ok(())
}

const NAME: &str = "io.github.siskin.Siskin";
const PATH: &str = "/io/github/siskin/Siskin";
/// The shortest time between two rounds of signals.
const PACE: Duration = Duration::from_millis(100);
/// The longest argument but for a note, in bytes.
const LONG: usize = 1024;
/// The longest note, in characters.
const NOTE: usize = 1000;

#[cfg(test)]
mod tests {
    use futures_util::StreamExt as _;
    use tokio::sync::{mpsc, watch};
    use zbus::Proxy;
    use zbus::zvariant::OwnedValue;

    use super::*;
    use crate::desktop::testing::bus;

    const BOUND: Duration = Duration::from_secs(25);

    fn bob(state: &str) -> Arc<Person> {
        Arc::new(Person {
            address: "sip:bob@example.test".to_owned(),
            name: "Bob".to_owned(),
            state: state.to_owned(),
            account: "sip:alice@example.test".to_owned(),
            ..Person::default()
        })
    }

    fn public(state: &str) -> Arc<Public> {
        Arc::new(Public {
            status: "available".to_owned(),
            buddies: vec![bob(state)],
            ..Public::default()
        })
    }

    #[tokio::test]
    async fn another_program_reads_listens_and_asks() {
        let (_bus, address) = bus();
        let (state, states) = watch::channel(public("away"));
        let (asked, mut questions) = mpsc::channel(1);
        let builder = Builder::address(address.as_str()).unwrap();
        let serving = async move { serve(builder, states, &asked, false).await };
        let serving = tokio::spawn(serving);
        let client = Builder::address(address.as_str())
            .unwrap()
            .build()
            .await
            .unwrap();
        let desk = fdo::DBusProxy::new(&client).await.unwrap();
        let named = async {
            while !desk.name_has_owner(NAME.try_into().unwrap()).await.unwrap() {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::time::timeout(BOUND, named).await.unwrap();
        let proxy = Proxy::new(&client, NAME, PATH, NAME).await.unwrap();
        let own: String = proxy.get_property("Status").await.unwrap();
        assert_eq!(own, "available");
        let buddies: OwnedValue = proxy.get_property("Buddies").await.unwrap();
        let buddies: Vec<PersonTuple> = buddies.try_into().unwrap();
        assert_eq!(
            (buddies[0].1.as_str(), buddies[0].2.as_str()),
            ("Bob", "away")
        );

        let mut changes = proxy.receive_signal("BuddyChanged").await.unwrap();
        state.send_replace(public("busy"));
        let change = tokio::time::timeout(BOUND, changes.next()).await.unwrap();
        let change = change.unwrap();
        let told: PersonTuple = change.body().deserialize().unwrap();
        assert_eq!(
            (told.0.as_str(), told.2.as_str()),
            ("sip:bob@example.test", "busy")
        );

        let answering = tokio::spawn(async move {
            let mut seen = Vec::new();
            while let Some((question, reply)) = questions.recv().await {
                let reply: Reply = reply;
                seen.push(format!("{question:?}"));
                reply.give(match question {
                    Question::Decide { .. } => Answer::Refused {
                        message: "nobody asks".to_owned(),
                    },
                    _ => Answer::Done,
                });
                if seen.len() == 5 {
                    break;
                }
            }
            seen
        });
        let call = |method: &'static str, arguments: Vec<String>| {
            let proxy = proxy.clone();
            async move {
                match arguments.as_slice() {
                    [] => proxy.call::<_, _, ()>(method, &()).await,
                    [one] => proxy.call::<_, _, ()>(method, &(one,)).await,
                    [one, two] => proxy.call::<_, _, ()>(method, &(one, two)).await,
                    [one, two, three, ..] => {
                        proxy.call::<_, _, ()>(method, &(one, two, three)).await
                    }
                }
            }
        };
        let texts = |some: &[&str]| some.iter().map(|text| (*text).to_owned()).collect();
        call("SetStatus", texts(&["busy", "Writing", ""]))
            .await
            .unwrap();
        let long = "x".repeat(NOTE + 1);
        call("SetStatus", texts(&["busy", &long, ""]))
            .await
            .unwrap_err();
        call("Show", texts(&[&long.repeat(2)])).await.unwrap_err();
        call("Show", texts(&[""])).await.unwrap();
        call("Show", texts(&["sip:bob@example.test"]))
            .await
            .unwrap();
        call("Refresh", Vec::new()).await.unwrap();
        let refused = call("Decide", texts(&["sip:x@example.test", "allow"])).await;
        let refused = refused.unwrap_err().to_string();
        assert!(refused.contains("nobody asks"), "{refused}");
        let seen = tokio::time::timeout(BOUND, answering)
            .await
            .unwrap()
            .unwrap();
        assert!(
            seen[0].contains("busy") && seen[0].contains("Writing"),
            "{seen:?}"
        );
        assert_eq!(seen[1], "Raise");
        assert_eq!(seen[3], "Refresh");
        // Nobody answers any more: the object goes.
        tokio::time::timeout(BOUND, serving)
            .await
            .unwrap()
            .unwrap()
            .unwrap();
    }

    #[tokio::test]
    async fn the_description_is_what_the_object_says_of_itself() {
        use zbus::object_server::Interface as _;

        let (_state, states) = watch::channel(Arc::default());
        let (asked, _questions) = mpsc::channel(1);
        let mut said = String::new();
        Siskin { states, asked }.introspect_to_writer(&mut said, 0);
        let path = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/packaging/io.github.siskin.Siskin.xml"
        );
        let written = std::fs::read_to_string(path).unwrap();
        let lines = |text: &str| -> Vec<String> {
            let lines = text.lines().map(str::trim);
            lines
                .filter(|line| {
                    let starts = ["<method", "<signal", "<property", "<arg"];
                    starts.iter().any(|start| line.starts_with(start))
                })
                .map(str::to_owned)
                .collect()
        };
        let (mut said, mut written) = (lines(&said), lines(&written));
        said.sort();
        written.sort();
        assert_eq!(said, written);
    }
}
