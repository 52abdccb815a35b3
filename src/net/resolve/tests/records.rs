//! Records by themselves: what is chosen of them and in which order, before anything is asked.

use super::*;

#[test]
fn tx_015_order_comes_before_preference_and_strangers_are_left_out() {
    let record = |order, preference, flags: &str, services: &str, replacement: &str| Naptr {
        order,
        preference,
        flags: flags.to_owned(),
        services: services.to_owned(),
        replacement: replacement.to_owned(),
    };
    let records = [
        record(20, 1, "s", "SIP+D2U", "late.example.com"),
        record(10, 9, "S", "sip+d2t", "_sip._tcp.example.com"),
        record(10, 2, "s", "SIPS+D2T", "_sips._tcp.example.com"),
        record(1, 1, "s", "SIP+D2S", "_sip._sctp.example.com"),
        record(1, 1, "s", "SIPS+D2U", "_sips._udp.example.com"),
        record(1, 1, "u", "E2U+sip", ""),
        record(1, 1, "a", "SIP+D2U", "host.example.com"),
        record(1, 1, "s", "SIP+D2U", ""),
        record(1, 1, "s", "SIP+D2U", "bad\\010name.example.com"),
    ];
    let names = |secure| {
        let found = services(&records, secure);
        found.into_iter().map(|it| it.name).collect::<Vec<_>>()
    };
    assert_eq!(
        names(false),
        [
            "_sips._tcp.example.com",
            "_sip._tcp.example.com",
            "late.example.com"
        ]
    );
    assert_eq!(names(true), ["_sips._tcp.example.com"]);
}

#[test]
fn tx_016_weights_share_the_load_in_proportion() {
    let records = || {
        vec![
            srv((1, 0, 5060, "backup.example.com")),
            srv((0, 1, 5060, "small.example.com")),
            srv((0, 3, 5060, "large.example.com")),
        ]
    };
    // A generator of no quality, but the same in each run.
    let mut state = 1_u32;
    let mut dice = |highest: u32| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) % (highest + 1)
    };
    let mut large_first = 0;
    for _ in 0..1000 {
        let ordered = in_order(records(), &mut dice);
        assert_eq!(ordered[2].target, "backup.example.com");
        large_first += usize::from(ordered[0].target == "large.example.com");
    }
    // RFC 2782 draws from 0 to 4, both included, and takes the small one for 0 and 1: three of five.
    assert!((550..650).contains(&large_first), "{large_first}");
}

#[test]
fn tx_016_without_weight_there_is_still_a_small_chance() {
    let records = vec![
        srv((0, 10, 5060, "heavy.example.com")),
        srv((0, 0, 5060, "light.example.com")),
    ];
    let first = |lot: u32| in_order(records.clone(), &mut |_| lot)[0].target.clone();
    assert_eq!(first(0), "light.example.com");
    assert_eq!(first(1), "heavy.example.com");
    assert_eq!(first(10), "heavy.example.com");
}

#[test]
fn tx_016_records_that_lead_nowhere_are_left_out() {
    let records = vec![
        srv((0, 0, 0, "a.example.com")),
        srv((0, 0, 5060, "")),
        srv((0, 0, 5060, "a\\000.example.com")),
        srv((0, 0, 5060, "a b.example.com")),
        srv((0, 0, 5060, "A.example.com")),
        srv((9, 0, 5060, "a.example.com")),
        srv((0, 0, 5061, "a.example.com")),
    ];
    let left = in_order(records, &mut |_| 0);
    assert_eq!(
        left,
        [
            srv((0, 0, 5060, "A.example.com")),
            srv((0, 0, 5061, "a.example.com"))
        ]
    );
}

#[test]
fn families_alternate_and_doubles_vanish() {
    let addresses = |texts: &[&str]| -> Vec<IpAddr> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    };
    let given = addresses(&["::1", "::2", "192.0.2.1", "::1", "::3"]);
    let wanted = addresses(&["::1", "192.0.2.1", "::2", "::3"]);
    assert_eq!(happy_order(given), wanted);
}

#[test]
fn what_failed_is_tried_last() {
    let targets = ["192.0.2.1:5060", "192.0.2.2:5060"].map(|text| Target {
        address: text.parse().unwrap(),
        transport: Transport::Udp,
    });
    let ordered = avoided_last(targets.to_vec(), &[targets[0].address]);
    assert_eq!(ordered, [targets[1], targets[0]]);
}

#[test]
fn au_019_sips_is_tls_whatever_the_uri_says() {
    assert_eq!(
        transport(&hop("sips:example.test;transport=udp")),
        Transport::Tls
    );
}
