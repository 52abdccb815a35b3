//! A server whose certificate nobody vouches for: it is shown, compared, trusted for the account, and given up again.

use crate::picture::Area;
use crate::program::{Desk, Program, Server};
use crate::relay::Relay;
use crate::seen::Seen;

#[test]
fn a_strange_certificate_is_looked_at_and_trusted_for_the_account() {
    let server = Server::start();
    let proxy = server.text("proxy_tcp");
    let behind = proxy
        .trim_start_matches("sip:")
        .split(';')
        .next()
        .and_then(|address| address.parse().ok())
        .expect("the address of the demo server");
    let relay = Relay::start(behind);
    let desk = Desk::new();
    let account = |relay: &Relay, trusted: &str| {
        format!(
            "version = 2\n\n[[accounts]]\naddress = \"sip:alice@example.test\"\nenabled = true\n\
             outbound_proxy = \"sip:{};transport=tls;lr\"\nstatus = \"available\"\n{trusted}\n\
             [[accounts.buddies]]\naddress = \"sip:bob@example.test\"\nname = \"Bob\"\n",
            relay.address
        )
    };
    desk.put_settings(&account(&relay, ""));
    let siskin = desk.start(&[]);
    let enter = |siskin: &Program<'_>| {
        siskin.see("a question for the password", |seen| seen.ring().is_some());
        siskin.write(server.text("password"));
        siskin.press("Return");
    };
    enter(&siskin);
    let seen = siskin.see("an office that says whom it does not trust", strange);
    siskin.shoot("certificate-notice");
    siskin.click(button_of(seen.notices()[0]));
    siskin.see("the certificate", |seen| {
        seen.notices().len() == 1 && seen.portraits().is_empty()
    });
    siskin.shoot("certificate");
    // Back, copy, compared.
    siskin.tab(3);
    siskin.press("space");
    // Do not connect, trust.
    siskin.tab(2);
    siskin.press("Return");
    siskin.see("Bob, over TLS", |seen| {
        seen.buddies().len() == 1 && seen.notices().is_empty()
    });
    siskin.hear("registered", |all| {
        all.iter().any(|message| {
            !message.sent && message.is_success() && message.text.contains(" REGISTER\r\n")
        })
    });
    assert_eq!(siskin.quit(), 0);
    let settings = desk.settings();
    let kept = settings
        .lines()
        .find(|line| line.starts_with("sha256 = "))
        .expect("it is kept");

    // The next day it is known; another one is not.
    let siskin = desk.start(&[]);
    enter(&siskin);
    siskin.see("Bob again", |seen| {
        seen.buddies().len() == 1 && seen.notices().is_empty()
    });
    assert_eq!(siskin.quit(), 0);
    let trusted = format!("[[accounts.trusted]]\nserver = \"example.test\"\n{kept}\n");
    let other = Relay::start(behind);
    desk.put_settings(&account(&other, &trusted));
    let siskin = desk.start(&[]);
    enter(&siskin);
    siskin.see("that it has changed", strange);
    siskin.shoot("certificate-changed");
    assert_eq!(siskin.quit(), 0);
}

fn strange(seen: &Seen) -> bool {
    !seen.portraits().is_empty() && seen.notices().len() == 1
}

/// The button of a notice that has one: below its words, which stand beside a sign as wide as a portrait.
fn button_of(notice: Area) -> Area {
    let (beside, button) = (60, 36);
    Area {
        x: notice.x + beside,
        y: notice.y + notice.height - 12 - button,
        width: 60,
        height: button,
    }
}
