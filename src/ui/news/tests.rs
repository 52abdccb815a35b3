//! What is told, and what is not.

use std::sync::Arc;

use super::*;
use crate::i18n::tests::speak;
use crate::ui::testing::{buddy, mailbox, online, session, session_of, watcher, whom};

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
    let mut here = asked(1);
    here.watchers[0].source = Some("claimed");
    let here = crate::ui::testing::session(here);
    let orders = News::default().orders(&before, &here, Attention::Elsewhere);
    let [Order::Show(unsure)] = orders.as_slice() else {
        panic!("{orders:?}");
    };
    let expected = "w0@example.com · Asked this device; nobody has confirmed who it is";
    assert_eq!(unsure.body, expected);
    let again = news.orders(&session.snapshot, &session, Attention::Elsewhere);
    assert_eq!(again, []);
    let decided = crate::ui::testing::session(online());
    let orders = news.orders(&session.snapshot, &decided, Attention::Elsewhere);
    assert_eq!(titles(&orders), ["request:1 sip:w0@example.com"]);
}

#[test]
fn many_requests_are_one_notification() {
    speak("en");
    let mut news = News::default();
    let many = session(asked(12));
    let orders = news.orders(&online(), &many, Attention::Elsewhere);
    assert_eq!(titles(&orders), ["12 people want to see your presence"]);
    let mut more = session(asked(13));
    more.received = many.received + Duration::from_secs(59);
    assert_eq!(news.orders(&many.snapshot, &more, Attention::Elsewhere), []);
    more.received = many.received + CALM;
    let orders = news.orders(&many.snapshot, &more, Attention::Elsewhere);
    assert_eq!(
        titles(&orders),
        ["requests", "Heidi wants to see your presence"],
        "the flood is over"
    );
    let none = session(online());
    let orders = news.orders(&more.snapshot, &none, Attention::Elsewhere);
    assert_eq!(orders.len(), 13, "all are withdrawn");
}

#[test]
fn rb_008_a_flood_that_trickles_in_knocks_once_a_minute() {
    speak("en");
    let mut news = News::default();
    let mut shown = Vec::new();
    let mut before = session(online());
    let begin = before.received;
    for second in 0..120 {
        let mut now = session(asked(10 * (second + 1)));
        now.received = begin + Duration::from_secs(u64::try_from(second).unwrap());
        let orders = news.orders(&before.snapshot, &now, Attention::Elsewhere);
        let told = orders
            .iter()
            .filter(|order| matches!(order, Order::Show(_)));
        shown.extend(told.cloned());
        before = now;
    }
    let expected = [
        "10 people want to see your presence",
        "610 people want to see your presence",
    ];
    assert_eq!(titles(&shown), expected);
}

#[test]
fn requests_one_after_the_other_become_one_notification() {
    speak("en");
    let mut news = News::default();
    let mut shown = Vec::new();
    for count in 1..=4 {
        let now = session(asked(count));
        shown = news.orders(&online(), &now, Attention::Elsewhere);
    }
    let said = titles(&shown);
    assert_eq!(said.first(), Some(&"4 people want to see your presence"));
    assert!(
        said.contains(&"request:1 sip:w0@example.com"),
        "it takes their place: {said:?}"
    );
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
    assert_eq!(titles(&orders), ["mailbox:1 sip:alice@example.test"]);
}

#[test]
fn somebody_who_is_waited_for_is_told_once() {
    speak("en");
    let mut news = News::default();
    news.toggle(&whom("sip:bob@example.test"));
    news.toggle(&whom("sip:bob@EXAMPLE.test"));
    assert!(!news.awaits(&whom("sip:bob@example.test")));
    news.toggle(&whom("sip:bob@example.test:5060"));
    assert!(news.awaits(&whom("sip:bob@example.test")));
    let away = session(with_bob(Status::Away));
    assert_eq!(news.orders(&online(), &away, Attention::Elsewhere), []);
    let there = session(with_bob(Status::Available));
    // Whoever asked for it is told even while looking.
    let orders = news.orders(&away.snapshot, &there, Attention::Window);
    assert_eq!(titles(&orders), ["Bob is available"]);
    assert!(!news.awaits(&whom("sip:bob@example.test")));
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
    let heidi = || whom("sip:heidi@example.test");
    assert_eq!(
        pressed("request:1 sip:heidi@example.test", Some("allow")),
        Wish::Decide {
            watcher: heidi(),
            decision: Decision::Allow
        }
    );
    assert_eq!(
        pressed("request:1 sip:heidi@example.test", None),
        Wish::Raise
    );
    assert_eq!(
        pressed("request:1 sip:heidi@example.test", Some("fly")),
        Wish::Raise
    );
    assert_eq!(
        pressed("buddy:1 sip:heidi@example.test", None),
        Wish::Buddy(heidi())
    );
    assert_eq!(
        pressed("buddy:1 sip:heidi@example.test", Some("call")),
        Wish::Call(heidi().address)
    );
    assert_eq!(
        pressed("mailbox:1 sip:heidi@example.test", Some("call")),
        Wish::Voicemail(1, heidi().address)
    );
    assert_eq!(
        pressed("mailbox:1 sip:heidi@example.test", None),
        Wish::Raise
    );
    for nonsense in [
        "nonsense",
        "buddy:sip:heidi@example.test",
        "request:one two",
    ] {
        assert_eq!(pressed(nonsense, Some("call")), Wish::Raise, "{nonsense}");
    }
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
    news.toggle(&whom("sip:bob@example.test"));
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

#[test]
fn somebody_is_told_of_each_time_that_they_come() {
    speak("en");
    let mut news = News::default();
    let away = with_bob(Status::Away);
    let mut session = session(with_bob(Status::Available));
    session.edit("sip:bob@example.test", |buddy| buddy.announced = true);
    for _ in 0..2 {
        let orders = news.orders(&away, &session, Attention::Elsewhere);
        assert_eq!(titles(&orders), ["Bob is available"]);
        let Order::Show(shown) = &orders[0] else {
            panic!("{orders:?}");
        };
        assert_eq!(shown.sound, Some("service-login"));
    }
    let mut none = |before: &Snapshot, attention| news.orders(before, &session, attention).len();
    assert_eq!(none(&away, Attention::Silence), 0);
    assert_eq!(none(&away, Attention::Window), 0, "the list says it");
    let still = (*session.snapshot).clone();
    assert_eq!(none(&still, Attention::Elsewhere), 0);
    let unknown = with_bob(Status::Unknown);
    assert_eq!(
        none(&unknown, Attention::Elsewhere),
        0,
        "perhaps all the time"
    );
    session.edit("sip:bob@example.test", |buddy| buddy.muted = true);
    assert!(
        news.orders(&away, &session, Attention::Elsewhere)
            .is_empty()
    );
}

#[test]
fn what_several_accounts_tell_is_told_apart() {
    speak("en");
    let mut news = News::default();
    let mut home = session_of(2, "sip:alice@example.com", asked(1));
    home.label = Some("example.com".to_owned());
    let office = session(asked(1));
    let first = news.orders(&online(), &office, Attention::Elsewhere);
    let second = news.orders(&online(), &home, Attention::Elsewhere);
    let [Order::Show(first), Order::Show(second)] = [&first[0], &second[0]] else {
        panic!("{first:?} {second:?}");
    };
    assert_ne!(first.key, second.key, "the same person asks twice");
    assert_eq!(second.body, "w0@example.com · example.com");
    let decided = session(online());
    let orders = news.orders(&office.snapshot, &decided, Attention::Elsewhere);
    assert_eq!(titles(&orders), [first.key.as_str()], "the other one stays");
    assert_eq!(titles(&news.left(2)), [second.key.as_str()]);
}
