//! What is said of single bodies.

use super::*;

#[test]
fn fm_008_what_must_be_understood_and_is_not_is_named() {
    let pidf = "<presence xmlns='urn:ietf:params:xml:ns:pidf' xmlns:p='urn:ietf:params:xml:ns:pidf'\n\
         xmlns:r='urn:ietf:params:xml:ns:pidf:rpid' entity='sip:bob@example.com'>\n\
         <tuple id='a'><status><basic>open</basic></status>\n\
         <r:activities><r:busy/>\n<r:dreaming p:mustUnderstand='true'/></r:activities></tuple></presence>";
    let report = look(pidf.as_bytes());
    let found = problem(&report, "<r:dreaming> in it must be understood, and is not");
    assert_eq!(found.severity, Severity::Ignored);
    assert_eq!(found.place.map(|place| place.line), Some(4));
    assert_eq!(found.source, "RFC 3863 §4.2.3");
    assert!(said(&report, "shown").text.starts_with("available"));
}

#[test]
fn fm_037_a_minimal_dialog_counts_no_calls() {
    let document = |dialog: &str| {
        format!(
            "<dialog-info xmlns='urn:ietf:params:xml:ns:dialog-info' version='0' state='full' \
             entity='sip:bob@example.com'>{dialog}</dialog-info>"
        )
    };
    let calls = |dialog: &str| {
        let report = look(document(dialog).as_bytes());
        report.lines.iter().any(|line| line.label == "calls")
    };
    let minimal = "<dialog id='1'><state>confirmed</state></dialog>";
    let report = look(document(minimal).as_bytes());
    assert!(
        said(&report, "calls")
            .text
            .contains("may stand for several")
    );
    assert!(said(&report, "shown").text.starts_with("on the phone"));
    assert!(!calls("<dialog id='1'><state>terminated</state></dialog>"));
    assert!(!calls(
        "<dialog id='1' direction='recipient'><state>early</state></dialog>"
    ));
}
