//! The habits of real servers, one at a time and on a tolerable network.

use siskin::sip::digest::Algorithm;

use crate::run;
use crate::world::Report;
use crate::world::scenario::{
    Accepts, Ban, Digest, Habits, Memory, Minimum, Often, Order, Scenario, Weather, secs,
};

/// An hour with a server of this habit.
fn hour(name: &str, habits: Habits, often: Often) -> Vec<Report> {
    run(name, 10, |seed| {
        let quiet = Scenario::quiet();
        let stream = seed.is_multiple_of(2);
        Scenario {
            network: Weather {
                stream,
                loss: if stream { 0.0 } else { 0.03 },
                ..quiet.network
            },
            habits,
            often,
            ..quiet
        }
    })
}

/// With whatever makes the habit show.
fn usual(name: &str, habits: Habits) -> Vec<Report> {
    let often = Often {
        restarts: 1,
        ends: 3,
        ..Often::default()
    };
    hour(name, habits, often)
}

fn most(reports: &[Report], of: impl Fn(&Report) -> u64) -> u64 {
    reports.iter().map(of).max().unwrap()
}

#[test]
fn asterisk_names_no_minimum() {
    let habits = Habits {
        minimum: Minimum::Nameless(1500),
        granted: 1800,
        ..Habits::default()
    };
    usual("asterisk_names_no_minimum", habits);
}

#[test]
fn a_minimum_that_is_named() {
    let habits = Habits {
        minimum: Minimum::Named(1500),
        granted: 1800,
        ..Habits::default()
    };
    usual("a_minimum_that_is_named", habits);
}

#[test]
fn asterisk_refuses_types() {
    for accept in [Accepts::OneType, Accepts::NoHeader] {
        let habits = Habits {
            accept,
            ..Habits::default()
        };
        usual("asterisk_refuses_types", habits);
    }
}

#[test]
fn asterisk_tells_unasked() {
    let often = Often {
        unsolicited: 5,
        ..Often::default()
    };
    let reports = hour("asterisk_tells_unasked", Habits::default(), often);
    for report in reports {
        let tally = report.tally;
        let told = (tally.unsolicited_taken, tally.unsolicited_refused);
        assert_eq!(told, (5, 0), "{report:?}");
    }
}

#[test]
fn freeswitch_says_noresource_when_a_term_is_over() {
    let habits = Habits {
        expiry: "noresource",
        memory: Memory::CountsAnew,
        granted: 300,
        ..Habits::default()
    };
    let often = Often {
        partitions: 4,
        ..Often::default()
    };
    hour(
        "freeswitch_says_noresource_when_a_term_is_over",
        habits,
        often,
    );
}

#[test]
fn freeswitch_counts_anew() {
    let habits = Habits {
        memory: Memory::CountsAnew,
        ..Habits::default()
    };
    usual("freeswitch_counts_anew", habits);
}

#[test]
fn kamailio_uses_numbers_again() {
    for behind in [1, 2, 10] {
        let habits = Habits {
            memory: Memory::Behind(behind),
            doubles: true,
            ..Habits::default()
        };
        usual("kamailio_uses_numbers_again", habits);
    }
}

#[test]
fn kamailio_takes_a_rejection_back() {
    let often = Often {
        rejections: 10,
        ..Often::default()
    };
    hour("kamailio_takes_a_rejection_back", Habits::default(), often);
}

#[test]
fn kamailio_lists_end_without_a_word() {
    let habits = Habits {
        silent_end: true,
        ..Habits::default()
    };
    let often = Often {
        whims: 20,
        ..Often::default()
    };
    hour("kamailio_lists_end_without_a_word", habits, often);
}

#[test]
fn a_notify_comes_first_or_alone() {
    for order in [Order::Notify, Order::NotifyOnly] {
        let habits = Habits {
            order,
            ..Habits::default()
        };
        usual("a_notify_comes_first_or_alone", habits);
    }
}

#[test]
fn an_answer_comes_alone() {
    let habits = Habits {
        silent_refreshes: true,
        ..Habits::default()
    };
    usual("an_answer_comes_alone", habits);
    let forgetful = Habits {
        forgets: 5,
        ..Habits::default()
    };
    usual("an_answer_comes_alone", forgetful);
}

#[test]
fn states_have_entity_tags() {
    for silent_refreshes in [false, true] {
        let habits = Habits {
            tags: true,
            silent_refreshes,
            memory: Memory::Lost,
            ..Habits::default()
        };
        let often = Often {
            restarts: 2,
            ends: 10,
            ..Often::default()
        };
        let reports = hour("states_have_entity_tags", habits, often);
        // Most refreshes bring nothing new, and what ends is resumed with what is held.
        assert!(most(&reports, |report| report.tally.suppressed) > 20);
        assert!(most(&reports, |report| report.unchanged) > 2);
    }
}

#[test]
fn several_notifiers_answer() {
    for order in [Order::Answer, Order::Notify] {
        let habits = Habits {
            forks: 3,
            order,
            ..Habits::default()
        };
        usual("several_notifiers_answer", habits);
    }
}

#[test]
fn nonces_grow_stale() {
    for (uses, life) in [(1, 3600), (3, 3600), (u32::MAX, 30)] {
        let digest = Digest {
            algorithm: Algorithm::Sha256,
            uses,
            life: secs(life),
        };
        let habits = Habits {
            digest: Some(digest),
            ..Habits::default()
        };
        let reports = usual("nonces_grow_stale", habits);
        // Not much more than one challenge for each request.
        let requests = most(&reports, |report| report.requests);
        assert!(requests < 700, "{requests}");
    }
}

/// A burst at the start stays under what a strict server bears; one that bears less is got along with, too.
#[test]
fn servers_that_ban_after_a_burst() {
    let banned = |subscriptions, most_a_second, length| {
        let habits = Habits {
            ban: Some(Ban {
                most: most_a_second,
                length: secs(length),
            }),
            ..Habits::default()
        };
        let reports = run("servers_that_ban_after_a_burst", 10, |_| {
            let quiet = Scenario::quiet();
            Scenario {
                subscriptions,
                network: Weather {
                    shortest_delay: std::time::Duration::from_millis(30),
                    longest_delay: std::time::Duration::from_millis(60),
                    ..quiet.network
                },
                habits,
                ..quiet
            }
        });
        most(&reports, |report| report.tally.bans)
    };
    assert_eq!(banned(100, 30, 300), 0);
    assert!(banned(40, 12, 60) > 0);
}
