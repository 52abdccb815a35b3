//! What is never said.

use super::*;

#[test]
fn rb_006_no_secret_is_ever_said() {
    let secrets = [
        "n0nce",
        "resp0nse",
        "cn0nce",
        "0paque",
        "hunter2",
        "bearer-t0ken",
        "c00kie",
        "basic-s3cret",
    ];
    let more = "Subscription-State: active;expires=9\n\
        Authorization: Digest username=\"bob\", realm=\"x\", nonce=\"n0nce\", uri=\"sip:other\", response=\"resp0nse\", cnonce=\"cn0nce\", opaque=\"0paque\"\n\
        Proxy-Authorization: Digest nonce=\"n0nce\n\
        Authorization: Bearer bearer-t0ken\nAuthorization: Basic basic-s3cret\n\
        X-Auth-Token: bearer-t0ken\nCookie: c00kie\n\
        Authentication-Info: nextnonce=\"n0nce\", rspauth=\"resp0nse\"\n\
        WWW-AUTHENTICATE: Digest username=\"bob, realm=\"x\", nonce=\"n0nce\", response=\"resp0nse\"\n\
        Proxy-Authenticate: Digest realm=\"x\"; nonce=\"n0nce\"\n\
        Authorization: Digest realm=\"x\",\n\tnonce=\"n0nce\",\n response=\"resp0nse\"\n\
        Proxy-Authenticate: Digest realm=\"x\", nonce=\"n0nce\", Bearer bearer-t0ken\n\
        Authorization: Digest username=\"bob\", uri=\"sip:bob:hunter2@example.com\", nonce=\"n0nce\"\n\
        Call-Info: <https://bob:hunter2@example.com/x>\n\
        Referred-By: <sip:carol:hunter2@example.com>\nReply-To: sip:carol:hunter2@example.com\n";
    let body = PIDF.replace(
        "</tuple>",
        "<contact>sip:bob:hunter2@example.com</contact></tuple>",
    );
    let text = notify(more, &body);
    let trace = format!(
        "--- 0.5 a RECV UDP h:1 i:2 {}\n{text}\n{}",
        text.len(),
        text.replace('\n', ".\n")
    );
    let summary =
        "Messages-Waiting: yes\r\nMessage-Account: sip:bob:hunter2@example.com\r\nhunter2\r\n";
    for input in [
        &text,
        &trace,
        &text.repeat(3),
        &text.replace("NOTIFY", "NO TIFY"),
        &summary.to_owned(),
    ] {
        let report = look(input.as_bytes());
        let mut shown = report.title.clone();
        for line in &report.lines {
            shown.push_str(&[line.label.as_str(), line.text.as_str(), "\n"].concat());
        }
        for problem in &report.problems {
            shown.push_str(&problem.message);
        }
        let shown = masked(&shown).into_owned();
        for secret in secrets {
            assert!(!shown.contains(secret), "{secret} in {shown}");
        }
    }
}

#[test]
fn rb_006_a_text_that_is_cut_shows_no_piece_of_a_password() {
    for length in 370..400 {
        let subject = format!("{} sip:bob:hunter2@example.com", "x".repeat(length));
        let more = format!("Subscription-State: active;expires=9\nSubject: {subject}\n");
        let report = look(notify(&more, "").as_bytes());
        let text = &said(&report, "Subject").text;
        assert!(!text.contains('h') && !text.contains("un"), "{text}");
    }
}

#[test]
fn rb_006_elements_that_are_not_understood_show_no_password() {
    let text = "<account xmlns='urn:x'><name>bob</name><password>hunter2</password></account>";
    let report = look(text.as_bytes());
    assert_eq!(said(&report, "<name>").text, "bob");
    assert_eq!(said(&report, "<password>").text, "not shown");
}
