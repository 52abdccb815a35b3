use super::lane::{FIRST_RATE, QUICK, SMALLEST_RATE};
use super::*;
use crate::engine::testing::at;

fn server(number: u8) -> SocketAddr {
    SocketAddr::from(([192, 0, 2, number], 5060))
}

/// So many requests wait for a server.
fn waiting(pacing: &mut Pacing, number: u8, requests: std::ops::Range<u32>) {
    for exchange in requests {
        pacing.sort(at(0), exchange, Server::Found(server(number)));
    }
}

fn take(pacing: &mut Pacing, now: Moment) -> Option<(u32, Option<LaneId>)> {
    pacing.next(now, true, |_| true)
}

fn rate(pacing: &Pacing, lane: Option<LaneId>) -> f64 {
    pacing.lanes.get(lane.unwrap().0).unwrap().rate()
}

fn assert_rate(pacing: &Pacing, lane: Option<LaneId>, expected: f64) {
    let rate = rate(pacing, lane);
    assert!((rate - expected).abs() < 0.01, "{rate}, not {expected}");
}

#[test]
fn rb_008_the_rate_starts_low_and_grows_with_quick_answers() {
    let mut pacing = Pacing::new();
    waiting(&mut pacing, 1, 0..1000);
    let mut now = at(100);
    let mut sent = 0;
    let mut lane = None;
    for _ in 0..20 {
        while let Some((_, used)) = take(&mut pacing, now) {
            sent += 1;
            lane = used;
            pacing.done(used);
        }
        now += QUICK;
    }
    assert!((20..=30).contains(&sent), "{sent}");
    for _ in 0..4 {
        now += QUICK;
        pacing.answered(now, lane, 200, Duration::from_millis(3));
        // A second one within the same 50 ms changes nothing.
        pacing.answered(now, lane, 200, Duration::from_millis(3));
    }
    assert_rate(&pacing, lane, FIRST_RATE * 16.0);
    now += QUICK;
    pacing.answered(now, lane, 200, QUICK * 2);
    pacing.answered(now, lane, 404, Duration::ZERO);
    assert_rate(&pacing, lane, FIRST_RATE * 16.0);
    pacing.answered(now, lane, 503, Duration::ZERO);
    assert_rate(&pacing, lane, FIRST_RATE * 8.0);
    pacing.lost(now + QUICK, lane);
    assert_rate(&pacing, lane, FIRST_RATE * 4.0);
}

#[test]
fn rb_008_the_window_is_bounded() {
    let mut pacing = Pacing::new();
    waiting(&mut pacing, 1, 0..100);
    let mut sent = 0;
    let mut lane = None;
    for second in 0..60 {
        while let Some((_, used)) = take(&mut pacing, at(second)) {
            sent += 1;
            lane = used;
        }
    }
    assert_eq!(sent, limits::WINDOW);
    assert_eq!(pacing.wake_at(at(60), true), None);
    pacing.done(lane);
    assert!(take(&mut pacing, at(61)).is_some());
}

#[test]
fn rb_008_a_dead_server_holds_up_no_other() {
    let mut pacing = Pacing::new();
    waiting(&mut pacing, 1, 0..1000);
    waiting(&mut pacing, 2, 1000..1100);
    let mut now = at(1);
    let mut served = 0;
    let mut dead = 0;
    while served < 100 && now < at(60) {
        while let Some((exchange, lane)) = take(&mut pacing, now) {
            if exchange < 1000 {
                dead += 1;
            } else {
                served += 1;
                pacing.answered(now, lane, 200, Duration::ZERO);
                pacing.done(lane);
            }
        }
        now += QUICK;
    }
    assert_eq!(served, 100);
    assert!(now < at(2), "{now:?}");
    assert!(dead <= limits::WINDOW);
}

#[test]
fn rb_008_after_losses_also_a_slow_server_gets_the_first_rate_again() {
    let mut pacing = Pacing::new();
    waiting(&mut pacing, 1, 0..1000);
    let (_, lane) = take(&mut pacing, at(1)).unwrap();
    for second in 1..20 {
        pacing.lost(at(second), lane);
    }
    assert_rate(&pacing, lane, SMALLEST_RATE);
    for second in 20..60 {
        pacing.answered(at(second), lane, 200, QUICK * 10);
    }
    assert_rate(&pacing, lane, FIRST_RATE);
}

#[test]
fn rb_008_a_server_is_met_anew_after_a_rest_or_a_loss_of_the_connection() {
    let grown = || {
        let mut pacing = Pacing::new();
        waiting(&mut pacing, 1, 0..1000);
        let (_, lane) = take(&mut pacing, at(1)).unwrap();
        for number in 2..10 {
            pacing.answered(at(1) + QUICK * number, lane, 200, Duration::ZERO);
        }
        (pacing, lane)
    };
    let count = |mut pacing: Pacing, now| {
        let mut count = 0;
        while take(&mut pacing, now).is_some() {
            count += 1;
        }
        count
    };
    let (pacing, _) = grown();
    assert!(count(pacing, at(2)) > 40);
    let (pacing, _) = grown();
    assert_eq!(count(pacing, at(60)), 5);
    // A REGISTER just before does not hide the rest.
    let (mut pacing, _) = grown();
    pacing.at(at(60), None, server(1));
    assert_eq!(count(pacing, at(60) + QUICK), 5);
    let (mut pacing, lane) = grown();
    pacing.start_over(at(2), Some(server(9)));
    assert!(rate(&pacing, lane) > FIRST_RATE);
    pacing.start_over(at(2), Some(server(1)));
    assert_rate(&pacing, lane, FIRST_RATE);
    assert_eq!(count(pacing, at(2)), 5);
}

#[test]
fn rb_008_what_is_learnt_under_a_name_counts_for_the_address() {
    let mut pacing = Pacing::new();
    let name = Server::Named(NextHop {
        host: "example.com".into(),
        port: None,
        transport: None,
        secure: false,
        identity: "example.com".into(),
    });
    for exchange in 0..100 {
        pacing.sort(at(0), exchange, name.clone());
    }
    let (_, lane) = take(&mut pacing, at(1)).unwrap();
    // Others would only wait for the same connection, and leave in one moment.
    assert!(take(&mut pacing, at(9)).is_none());
    assert_eq!(pacing.wake_at(at(9), true), None);
    pacing.at(at(9), lane, server(1));
    pacing.sort_named_again();
    while let Some(exchange) = pacing.take_unsorted() {
        pacing.sort(at(9), exchange, Server::Found(server(1)));
    }
    // One burst and one window for both names.
    let mut sent = 1;
    while take(&mut pacing, at(9)).is_some() {
        sent += 1;
    }
    assert_eq!(sent, 1 + 5);
    for second in 10..60 {
        while take(&mut pacing, at(second)).is_some() {
            sent += 1;
        }
    }
    assert_eq!(sent, limits::WINDOW);
}

#[test]
fn rb_008_two_names_of_one_server_share_its_pace_and_its_window() {
    let mut pacing = Pacing::new();
    let named = |host: &str| {
        Server::Named(NextHop {
            host: host.into(),
            port: None,
            transport: None,
            secure: false,
            identity: "example.com".into(),
        })
    };
    for exchange in 0..200 {
        let host = ["example.com", "192.0.2.1"][exchange as usize % 2];
        pacing.sort(at(0), exchange, named(host));
    }
    // One of each name waits for the connection.
    let (_, lane) = take(&mut pacing, at(1)).unwrap();
    let (second, other) = take(&mut pacing, at(1)).unwrap();
    assert!(take(&mut pacing, at(1)).is_none());
    assert!(!pacing.is_full(other, server(1)));
    let lane = pacing.at(at(1), lane, server(1));
    pacing.sort_named_again();
    while let Some(exchange) = pacing.take_unsorted() {
        pacing.sort(at(1), exchange, Server::Found(server(1)));
    }
    let mut sent = 1;
    while take(&mut pacing, at(1)).is_some() {
        sent += 1;
    }
    assert_eq!(sent, 5);
    for time in 2..60 {
        while take(&mut pacing, at(time)).is_some() {
            sent += 1;
        }
    }
    assert_eq!(sent, limits::WINDOW);
    // The second name turns out to be of the same server, for which enough are out.
    assert!(pacing.is_full(other, server(1)) && !pacing.is_full(other, server(2)));
    assert!(!pacing.is_full(lane, server(1)), "it is one of them");
    assert!(
        !pacing.is_full(None, server(1)),
        "a REGISTER waits for none"
    );
    pacing.done(other);
    pacing.sort(at(60), second, Server::Found(server(1)));
    assert!(take(&mut pacing, at(60)).is_none());
    pacing.done(lane);
    assert!(!pacing.is_full(other, server(1)));
    assert!(take(&mut pacing, at(60)).is_some());
}

#[test]
fn the_gate_holds_back_all_but_urgent_ones() {
    let mut pacing = Pacing::new();
    waiting(&mut pacing, 1, 1..2);
    pacing.push(2, true);
    let next = |pacing: &mut Pacing, open| {
        let next = pacing.next(at(1), open, |_| true);
        next.map(|(exchange, _)| exchange)
    };
    assert_eq!(next(&mut pacing, false), Some(2));
    assert_eq!(next(&mut pacing, false), None);
    assert_eq!(pacing.wake_at(at(1), false), None);
    assert_eq!(next(&mut pacing, true), Some(1));
}

#[test]
fn those_that_nobody_wants_any_more_take_nobodys_turn() {
    let mut pacing = Pacing::new();
    waiting(&mut pacing, 1, 0..1000);
    pacing.push(1000, true);
    let next = pacing.next(at(1), true, |id| id == 999);
    assert_eq!(next.map(|(exchange, _)| exchange), Some(999));
    assert!(take(&mut pacing, at(1)).is_none());
    assert_eq!(pacing.wake_at(at(1), true), None);
}

#[test]
fn servers_that_come_and_go_are_forgotten() {
    let mut pacing = Pacing::new();
    for number in 0..10_000_u32 {
        let address = SocketAddr::from((std::net::Ipv4Addr::from(number), 5060));
        pacing.sort(at(1), number, Server::Found(address));
        let (exchange, lane) = take(&mut pacing, at(1)).unwrap();
        assert_eq!(exchange, number);
        pacing.done(lane);
    }
    assert!(pacing.by_server.len() <= limits::SERVERS);
    assert!(pacing.turns.is_empty());
}

#[test]
fn ev_040_a_server_is_left_alone() {
    let mut pacing = Pacing::new();
    pacing.pause(server(9), at(60));
    assert_eq!(
        pacing.paused(at(20), server(9)),
        Some(Duration::from_secs(40))
    );
    assert_eq!(pacing.paused(at(60), server(9)), None);
}
