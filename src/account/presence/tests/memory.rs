//! What is kept of a presentity beside its subscription.

use allocation_counter::measure;

use super::*;

const PIDF: &str = include_str!("../../../../tests/fixtures/package/seven_hundred_bytes.pidf.xml");

/// What may be kept of a document of 700 bytes that is shown; what the engine keeps of the subscription is measured by its
/// own test.
const SHOWN: i64 = 720;

#[test]
fn what_is_shown_is_all_that_is_kept() {
    const COUNT: u32 = 100;
    assert_eq!(PIDF.len(), 700);
    let mut views = Vec::new();
    let cost = measure(|| {
        views.reserve_exact(COUNT as usize);
        for number in 0..COUNT {
            let mut view = PresenceView::new(&format!("sip:buddy{number}@example.com"));
            let from = Source {
                usage: UsageId(number),
                notifier: "28271997b783b27cdd952d40a846fab5-433d8aa5",
                secure: false,
            };
            let body = Body::new("application/pidf+xml", PIDF.as_bytes());
            let (news, result) = view.notify(from, &Substate::Active, Some(body), &["en"], NOW);
            assert!(news && result.is_ok());
            views.push(view);
        }
    });
    for view in &views {
        assert_eq!(view.shown().status.as_ref(), "on-the-phone");
        assert_eq!(view.shown().devices.len(), 1);
    }
    let each = cost.bytes_current / i64::from(COUNT);
    println!("{each} bytes of heap for each presentity that is shown");
    assert!(each < SHOWN, "{each} bytes");
    // The window is given the same.
    let shared = measure(|| drop(std::hint::black_box(views[0].share())));
    assert_eq!(shared.count_total, 0);
}
