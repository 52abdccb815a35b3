//! What is worth a notification: somebody asks, a message came, somebody who was waited for is there.

use std::collections::HashSet;

use super::address;
use super::plain_text;
use super::session::Session;
use super::words;
use crate::account::{Connection, Decision, Messages, Snapshot, Status, Watcher};
use crate::desktop::notification::{Answer, Notification, Order};
use crate::fl;

/// What was told already, and who is waited for.
#[derive(Debug, Clone, Default)]
pub struct News {
    /// The requests that the user was told of.
    told: HashSet<String>,
    /// Whether one notification speaks for many requests.
    many: bool,
    /// The buddies to tell of as soon as they can be reached, by [`address::key`].
    awaited: HashSet<String>,
}

/// Whether the user can be told anything now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attention {
    /// The window is before the user's eyes: cards and lamp say it all.
    Window,
    /// The user does something else.
    Elsewhere,
    /// The user wants to be left alone.
    Silence,
}

/// What a notification that was pressed asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wish {
    /// Show the window.
    Raise,
    /// Show the window with this buddy.
    Buddy(String),
    /// Decide about a watcher.
    Decide {
        /// The watcher.
        watcher: String,
        /// What was pressed.
        decision: Decision,
    },
    /// Call this address.
    Call(String),
    /// Call the voicemail for this mailbox.
    Voicemail(String),
}

impl News {
    /// Whether this buddy is waited for.
    pub fn awaits(&self, buddy: &str) -> bool {
        self.awaited.contains(&address::key(buddy))
    }

    /// Waits for a buddy, or no longer.
    pub fn toggle(&mut self, buddy: &str) {
        let key = address::key(buddy);
        if !self.awaited.remove(&key) {
            self.awaited.insert(key);
        }
    }

    /// What to tell after a change; `before` is what was known until then.
    pub fn orders(
        &mut self,
        before: &Snapshot,
        session: &Session,
        attention: Attention,
    ) -> Vec<Order> {
        let after = &session.snapshot;
        let muted = |address: &str| session.entry(address).is_some_and(|buddy| buddy.muted);
        let mut orders = self.requests(after, attention, muted);
        orders.extend(messages(before, session, attention));
        orders.extend(self.arrivals(session, attention));
        orders
    }

    fn requests(
        &mut self,
        after: &Snapshot,
        attention: Attention,
        muted: impl Fn(&str) -> bool,
    ) -> Vec<Order> {
        let open = after.requests();
        let mut orders: Vec<Order> = Vec::new();
        self.told.retain(|told| {
            let stays = open.iter().any(|watcher| watcher.watcher == *told);
            if !stays {
                orders.push(Order::Withdraw(request_key(told)));
            }
            stays
        });
        if self.many && open.is_empty() {
            self.many = false;
            orders.push(Order::Withdraw(REQUESTS.to_owned()));
        }
        // What is kept quiet is told when the silence ends.
        if attention == Attention::Silence {
            return orders;
        }
        let new: Vec<&Watcher> = open
            .iter()
            .copied()
            .filter(|watcher| !self.told.contains(&watcher.watcher))
            .collect();
        self.told
            .extend(new.iter().map(|watcher| watcher.watcher.clone()));
        let new: Vec<&Watcher> = new
            .into_iter()
            .filter(|watcher| !muted(&watcher.watcher))
            .collect();
        if attention == Attention::Window || new.is_empty() {
            return orders;
        }
        if new.len() > EACH || self.many {
            self.many = true;
            orders.push(Order::Show(Notification {
                key: REQUESTS.to_owned(),
                title: fl!("news-requests", count = open.len()),
                body: String::new(),
                actions: Vec::new(),
                lasting: true,
            }));
        } else {
            orders.extend(new.into_iter().map(|watcher| Order::Show(request(watcher))));
        }
        orders
    }

    /// Somebody who was waited for is there: told once.
    fn arrivals(&mut self, session: &Session, attention: Attention) -> Vec<Order> {
        if self.awaited.is_empty() || attention == Attention::Silence {
            return Vec::new();
        }
        let mut orders = Vec::new();
        for buddy in &session.snapshot.buddies {
            if buddy.status != Status::Available || buddy.presence.stale {
                continue;
            }
            let key = address::key(&buddy.address);
            if !self.awaited.remove(&key) {
                continue;
            }
            if session
                .entry(&buddy.address)
                .is_some_and(|buddy| buddy.muted)
            {
                continue;
            }
            let given = session.names.get(&key).map(|name| plain_text::name(name));
            let name = given
                .filter(|name| !name.is_empty())
                .unwrap_or_else(|| plain_text::address(&buddy.address));
            orders.push(Order::Show(Notification {
                key: format!("{BUDDY}{}", buddy.address),
                title: fl!("news-available", name = name),
                body: buddy
                    .presence
                    .note
                    .as_deref()
                    .map(plain_text::note)
                    .unwrap_or_default(),
                actions: vec![(CALL, fl!("call"))],
                lasting: false,
            }));
        }
        orders
    }
}

/// What a pressed notification asks for.
pub fn wish(answer: &Answer) -> Wish {
    let key = answer.key.as_str();
    let action = answer.action.as_deref();
    if let Some(watcher) = key.strip_prefix(REQUEST) {
        let decision = match action {
            Some(ALLOW) => Decision::Allow,
            Some(BLOCK) => Decision::Block,
            _ => return Wish::Raise,
        };
        return Wish::Decide {
            watcher: watcher.to_owned(),
            decision,
        };
    }
    if let Some(buddy) = key.strip_prefix(BUDDY) {
        let buddy = buddy.to_owned();
        return match action {
            Some(CALL) => Wish::Call(buddy),
            _ => Wish::Buddy(buddy),
        };
    }
    match (key.strip_prefix(MAILBOX), action) {
        (Some(mailbox), Some(CALL)) => Wish::Voicemail(mailbox.to_owned()),
        _ => Wish::Raise,
    }
}

/// Whether the user wants to be told.
pub fn attention(snapshot: &Snapshot, wanted: bool, focused: bool) -> Attention {
    if !wanted || snapshot.own_status == Status::DoNotDisturb {
        Attention::Silence
    } else if focused {
        Attention::Window
    } else {
        Attention::Elsewhere
    }
}

fn request(watcher: &Watcher) -> Notification {
    let address = plain_text::address(&watcher.watcher);
    let name = watcher
        .display_name
        .as_deref()
        .map(plain_text::name)
        .filter(|name| !name.is_empty())
        .unwrap_or_else(|| address.clone());
    Notification {
        key: request_key(&watcher.watcher),
        title: fl!("request-question", name = name),
        body: address,
        actions: vec![(ALLOW, fl!("request-allow")), (BLOCK, fl!("request-block"))],
        lasting: true,
    }
}

fn request_key(watcher: &str) -> String {
    format!("{REQUEST}{watcher}")
}

/// Those who forgot are reminded of the messages that still wait.
pub fn reminders(session: &Session, attention: Attention) -> Vec<Order> {
    if attention == Attention::Silence {
        return Vec::new();
    }
    waiting(&session.snapshot)
        .map(|messages| Order::Show(message_note(messages, session)))
        .collect()
}

/// The mailboxes in which messages wait, as far as that is known.
pub fn waiting(snapshot: &Snapshot) -> impl Iterator<Item = &Messages> {
    let known = snapshot.mailboxes.iter();
    known
        .filter_map(|mailbox| mailbox.messages.as_ref())
        .filter(|messages| messages.waiting && !messages.stale)
}

/// A message came, or all of them were heard.
fn messages(before: &Snapshot, session: &Session, attention: Attention) -> Vec<Order> {
    let after = &session.snapshot;
    let mut orders = Vec::new();
    for mailbox in &after.mailboxes {
        let Some(now) = &mailbox.messages else {
            continue;
        };
        let then = before
            .mailboxes
            .iter()
            .filter_map(|mailbox| mailbox.messages.as_ref())
            .find(|then| then.mailbox == now.mailbox);
        // What waited before the log-in is no news; the lamp shows it.
        let Some(then) = then else { continue };
        if !now.waiting {
            if then.waiting {
                orders.push(Order::Withdraw(message_key(now)));
            }
            continue;
        }
        let came = new_messages(now) > new_messages(then) || !then.waiting;
        if !came || now.stale || attention != Attention::Elsewhere {
            continue;
        }
        if after.connection == Connection::Online {
            orders.push(Order::Show(message_note(now, session)));
        }
    }
    orders
}

fn message_key(messages: &Messages) -> String {
    format!("{MAILBOX}{}", messages.mailbox)
}

fn message_note(messages: &Messages, session: &Session) -> Notification {
    let callable = session.voicemail(&messages.mailbox).is_some();
    Notification {
        key: message_key(messages),
        title: words::messages(messages),
        body: sender(messages),
        actions: callable
            .then(|| (CALL, fl!("news-call-voicemail")))
            .into_iter()
            .collect(),
        lasting: false,
    }
}

/// From whom the newest message is, where the server tells.
fn sender(messages: &Messages) -> String {
    let Some(newest) = messages.new_messages.last() else {
        return String::new();
    };
    let name = newest.from_display.as_deref().map(plain_text::name);
    let address = newest.from.as_deref().map(plain_text::address);
    name.filter(|name| !name.is_empty())
        .or(address)
        .map(|from| fl!("news-from", name = from))
        .unwrap_or_default()
}

fn new_messages(messages: &Messages) -> u32 {
    messages
        .classes
        .values()
        .map(|counts| counts.new)
        .fold(0, u32::saturating_add)
}

/// So many requests have a notification each.
const EACH: usize = 3;
/// The key of the one that speaks for many requests.
const REQUESTS: &str = "requests";
/// What the key of a request begins with.
const REQUEST: &str = "request:";
/// What the key of a mailbox begins with.
const MAILBOX: &str = "mailbox:";
/// What the key of a buddy begins with.
const BUDDY: &str = "buddy:";
const ALLOW: &str = "allow";
const BLOCK: &str = "block";
const CALL: &str = "call";

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::i18n::tests::speak;
    use crate::ui::testing::{buddy, mailbox, online, session, watcher};

    fn asked(count: usize) -> Snapshot {
        let watchers = (0..count).map(|number| {
            let address = format!("sip:w{number}@example.com");
            watcher(&address, Some("Heidi"))
        });
        Snapshot {
            watchers: watchers.collect(),
            ..online()
        }
    }

    fn with_messages(new: u32) -> Snapshot {
        Snapshot {
            mailboxes: vec![mailbox(new, 0, 0)],
            ..online()
        }
    }

    fn with_bob(status: Status) -> Snapshot {
        Snapshot {
            buddies: vec![Arc::new(buddy("sip:bob@example.test", status))],
            ..online()
        }
    }

    fn titles(orders: &[Order]) -> Vec<&str> {
        orders
            .iter()
            .map(|order| match order {
                Order::Show(notification) => notification.title.as_str(),
                Order::Withdraw(key) => key.as_str(),
            })
            .collect()
    }

    #[test]
    fn a_request_is_told_once_and_withdrawn_when_it_is_decided() {
        speak("en");
        let mut news = News::default();
        let before = online();
        let session = session(asked(1));
        let orders = news.orders(&before, &session, Attention::Elsewhere);
        assert_eq!(titles(&orders), ["Heidi wants to see your presence"]);
        let Order::Show(shown) = &orders[0] else {
            panic!("{orders:?}");
        };
        assert_eq!(shown.body, "w0@example.com", "the address beside the name");
        let again = news.orders(&session.snapshot, &session, Attention::Elsewhere);
        assert_eq!(again, []);
        let decided = super::super::testing::session(online());
        let orders = news.orders(&session.snapshot, &decided, Attention::Elsewhere);
        assert_eq!(titles(&orders), ["request:sip:w0@example.com"]);
    }

    #[test]
    fn many_requests_are_one_notification() {
        speak("en");
        let mut news = News::default();
        let many = session(asked(12));
        let orders = news.orders(&online(), &many, Attention::Elsewhere);
        assert_eq!(titles(&orders), ["12 people want to see your presence"]);
        let more = session(asked(13));
        let orders = news.orders(&many.snapshot, &more, Attention::Elsewhere);
        assert_eq!(titles(&orders), ["13 people want to see your presence"]);
        let none = session(online());
        let orders = news.orders(&more.snapshot, &none, Attention::Elsewhere);
        assert_eq!(titles(&orders).last(), Some(&"requests"));
    }

    #[test]
    fn silence_puts_requests_off_and_the_window_makes_them_needless() {
        speak("en");
        let mut news = News::default();
        let one = session(asked(1));
        assert_eq!(news.orders(&online(), &one, Attention::Silence), []);
        let orders = news.orders(&one.snapshot, &one, Attention::Elsewhere);
        assert_eq!(orders.len(), 1, "the silence is over");
        let mut news = News::default();
        assert_eq!(news.orders(&online(), &one, Attention::Window), []);
        assert_eq!(news.orders(&one.snapshot, &one, Attention::Elsewhere), []);
    }

    #[test]
    fn a_message_is_told_when_it_comes_and_not_when_it_was_there() {
        speak("en");
        let mut news = News::default();
        let one = session(with_messages(1));
        assert_eq!(news.orders(&online(), &one, Attention::Elsewhere), []);
        let two = session(with_messages(2));
        let orders = news.orders(&one.snapshot, &two, Attention::Elsewhere);
        assert_eq!(titles(&orders), ["2 new voice messages"]);
        assert_eq!(news.orders(&one.snapshot, &two, Attention::Silence), []);
        let fewer = news.orders(&two.snapshot, &one, Attention::Elsewhere);
        assert_eq!(fewer, []);
        let heard = session(with_messages(0));
        let orders = news.orders(&two.snapshot, &heard, Attention::Elsewhere);
        assert_eq!(titles(&orders), ["mailbox:sip:alice@example.test"]);
    }

    #[test]
    fn somebody_who_is_waited_for_is_told_once() {
        speak("en");
        let mut news = News::default();
        news.toggle("sip:bob@example.test");
        news.toggle("sip:bob@EXAMPLE.test");
        assert!(!news.awaits("sip:bob@example.test"));
        news.toggle("sip:bob@example.test:5060");
        assert!(news.awaits("sip:bob@example.test"));
        let away = session(with_bob(Status::Away));
        assert_eq!(news.orders(&online(), &away, Attention::Elsewhere), []);
        let there = session(with_bob(Status::Available));
        // Whoever asked for it is told even while looking.
        let orders = news.orders(&away.snapshot, &there, Attention::Window);
        assert_eq!(titles(&orders), ["Bob is available"]);
        assert!(!news.awaits("sip:bob@example.test"));
        let again = news.orders(&away.snapshot, &there, Attention::Elsewhere);
        assert_eq!(again, []);
    }

    #[test]
    fn what_is_pressed_becomes_a_wish() {
        let pressed = |key: &str, action: Option<&str>| {
            wish(&Answer {
                key: key.to_owned(),
                action: action.map(str::to_owned),
            })
        };
        let heidi = || "sip:heidi@example.test".to_owned();
        assert_eq!(
            pressed("request:sip:heidi@example.test", Some("allow")),
            Wish::Decide {
                watcher: heidi(),
                decision: Decision::Allow
            }
        );
        assert_eq!(pressed("request:sip:heidi@example.test", None), Wish::Raise);
        assert_eq!(
            pressed("request:sip:heidi@example.test", Some("fly")),
            Wish::Raise
        );
        assert_eq!(
            pressed("buddy:sip:heidi@example.test", None),
            Wish::Buddy(heidi())
        );
        assert_eq!(
            pressed("buddy:sip:heidi@example.test", Some("call")),
            Wish::Call(heidi())
        );
        assert_eq!(
            pressed("mailbox:sip:heidi@example.test", Some("call")),
            Wish::Voicemail(heidi())
        );
        assert_eq!(pressed("mailbox:sip:heidi@example.test", None), Wish::Raise);
        assert_eq!(pressed("nonsense", Some("call")), Wish::Raise);
    }

    #[test]
    fn nothing_is_told_of_who_is_muted() {
        speak("en");
        let mut asks = asked(1);
        asks.watchers[0].watcher = "sip:bob@example.test".to_owned();
        asks.buddies = with_bob(Status::Available).buddies;
        let mut one = session(asks);
        one.edit("sip:bob@example.test", |bob| bob.muted = true);
        let mut news = News::default();
        news.toggle("sip:bob@example.test");
        assert_eq!(news.orders(&online(), &one, Attention::Elsewhere), []);
    }

    #[test]
    fn who_forgets_messages_is_reminded_and_can_call_what_was_written_down() {
        speak("en");
        let mut one = session(with_messages(1));
        let orders = reminders(&one, Attention::Window);
        assert_eq!(titles(&orders), ["1 new voice message"]);
        let actions = |orders: &[Order]| match &orders[0] {
            Order::Show(shown) => shown.actions.len(),
            Order::Withdraw(_) => panic!("{orders:?}"),
        };
        assert_eq!(actions(&orders), 0, "the server names no number");
        one.account.voicemail = "*97".to_owned();
        assert_eq!(actions(&reminders(&one, Attention::Elsewhere)), 1);
        assert_eq!(reminders(&one, Attention::Silence), []);
        assert_eq!(
            reminders(&session(with_messages(0)), Attention::Elsewhere),
            []
        );
    }

    #[test]
    fn do_not_disturb_is_silence() {
        let mut snapshot = online();
        assert_eq!(attention(&snapshot, true, false), Attention::Elsewhere);
        assert_eq!(attention(&snapshot, true, true), Attention::Window);
        assert_eq!(attention(&snapshot, false, false), Attention::Silence);
        snapshot.own_status = Status::DoNotDisturb;
        assert_eq!(attention(&snapshot, true, true), Attention::Silence);
    }
}
