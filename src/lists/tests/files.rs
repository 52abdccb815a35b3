//! Files of people.

use super::format::{Format, FormatError};
use super::*;

const ALL: [Format; 4] = [
    Format::Json,
    Format::VCard,
    Format::ResourceLists,
    Format::Lines,
];

#[test]
fn people_go_out_and_come_in_again() {
    let people = roster(&[
        (
            "bob",
            "Bob; \"the\" <builder>, \u{e4}\u{1F600} \\n & so on with a name that is so long that a line has to be folded",
            "Work,Friends",
        ),
        ("carol", "", "A\u{df}"),
        ("dave", "Dave", ""),
    ]);
    for format in ALL {
        let bytes = format.write(&people).unwrap();
        assert_eq!(Format::guess(&bytes), format);
        let read = format.read(&bytes).unwrap();
        assert!(read.skipped.is_empty(), "{:?}", read.skipped);
        for before in people.contacts() {
            let after = read.roster.find(&before.person()).unwrap();
            assert_eq!(
                (&before.address, &before.name),
                (&after.address, &after.name),
                "{format:?}"
            );
            assert!(
                format == Format::Lines || before.groups == after.groups,
                "{format:?}"
            );
        }
        assert_eq!(read.roster.contacts().len(), 3);
    }
}

#[test]
fn names_that_no_file_can_carry_are_made_plain_at_once() {
    let text = "sip:bob@example.com \u{19}Bob\u{7} the\tbuilder\u{FFFF}\n";
    let read = Format::Lines.read(text.as_bytes()).unwrap().roster;
    assert_eq!(read.contacts()[0].name, "Bob  the builder\u{FFFD}");
    for format in ALL {
        let bytes = format.write(&read).unwrap();
        let again = format.read(&bytes).unwrap().roster;
        assert!(again.says_the_same(&read), "{format:?}");
    }
}

#[test]
fn cards_of_other_programs_are_read() {
    let text = "begin:vcard\nVERSION:3.0\nFN;CHARSET=UTF-8:Bob \n  Builder\nitem1.IMPP;X-SERVICE-TYPE=\"a:b\";TYPE=home:sip:bob@EXAMPLE.com\n\
                TEL;VALUE=uri:tel:+1-555\nTEL:+1 555\nIMPP:xmpp:bob@example.com\nCATEGORIES:One\\, two,Three\nend:vcard\n\
                BEGIN:VCARD\nFN:Nobody\nEND:VCARD\nBEGIN:VCARD\r\nX-SIP:carol@example.com\r\nEND:VCARD\r\n";
    let read = Format::VCard.read(text.as_bytes()).unwrap();
    let [bob, carol] = read.roster.contacts() else {
        panic!("{read:?}");
    };
    assert_eq!(
        (bob.address.as_str(), bob.name.as_str()),
        ("sip:bob@example.com", "Bob  Builder")
    );
    assert!(bob.groups.contains("One, two") && bob.groups.contains("Three"));
    assert_eq!(carol.address, "sip:carol@example.com");
    assert_eq!(read.skipped, ["Nobody"]);
}

#[test]
fn lines_may_have_names_and_comments() {
    let read = Format::Lines
        .read("# mine\n\nsip:bob@example.com\tBob B.\ncarol@example.com\nmailto\n".as_bytes())
        .unwrap();
    assert!(
        read.roster
            .says_the_same(&roster(&[("bob", "Bob B.", ""), ("carol", "", "")]))
    );
    assert_eq!(read.skipped, ["mailto"]);
}

#[test]
fn what_is_no_such_file_is_refused() {
    assert_eq!(
        Format::VCard.read(b"hello").unwrap_err(),
        FormatError::NoCard
    );
    assert!(matches!(
        Format::Json.read(b"{\"version\":2,\"buddies\":[]}"),
        Err(FormatError::Json(_))
    ));
    assert!(matches!(
        Format::Json.read(b"[]"),
        Err(FormatError::Json(_))
    ));
    assert!(matches!(
        Format::ResourceLists.read(b"<a/>"),
        Err(FormatError::Lists(_))
    ));
    assert_eq!(
        Format::Lines.read(b"\xff").unwrap_err(),
        FormatError::NotUtf8
    );
    let many: Vec<String> = (0..=limits::CONTACTS)
        .map(|n| format!("sip:u{n}@example.com"))
        .collect();
    let many = many.join("\n");
    assert_eq!(
        Format::Lines.read(many.as_bytes()).unwrap_err(),
        FormatError::TooMany
    );
}
