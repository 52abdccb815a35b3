//! Lists that a list server watches.

use super::*;

const LIST: &str = "https://xcap.example.com/resource-lists/users/sip:alice@example.com/index/~~/resource-lists/list%5b@name=%22l1%22%5d";

#[test]
fn xc_024_a_service_names_a_list_and_the_packages_it_takes() {
    let none = Services::empty(ROOT).unwrap();
    let all = none
        .with_service("sip:friends@example.com", LIST, &[])
        .unwrap();
    let [service] = &all.services()[..] else {
        panic!("{}", all.source());
    };
    assert!(
        service.takes("presence") && service.takes("dialog"),
        "no element means every package"
    );
    assert_eq!(service.list.as_ref().unwrap().document, PATH);
    let one = all
        .with_service("sip:friends@example.com", LIST, &["presence"])
        .unwrap();
    let [service] = &one.services()[..] else {
        panic!("{}", one.source());
    };
    assert!(service.takes("presence") && !service.takes("dialog"));
    let two = one.with_service("sip:b&c@example.com", LIST, &[]).unwrap();
    assert_eq!(two.services().len(), 2);
    assert!(two.source().contains("sip:b&amp;c@example.com"));
}

#[test]
fn xc_024_the_children_of_an_inline_list_are_of_the_lists_namespace_and_others_services_stay() {
    let text = "<r:rls-services xmlns:r='urn:ietf:params:xml:ns:rls-services' xmlns:l='urn:ietf:params:xml:ns:resource-lists'>\
                <r:service uri='sip:Inline@Example.com' ><r:list><l:entry uri='sip:bob@example.com'/></r:list><r:packages/></r:service></r:rls-services>";
    let services = Services::parse(text.as_bytes(), ROOT).unwrap();
    let [inline] = &services.services()[..] else {
        panic!();
    };
    assert_eq!(
        (inline.address.as_str(), &inline.list),
        ("sip:Inline@example.com", &None)
    );
    assert!(!inline.takes("presence"));
    let added = services
        .with_service("sip:friends@example.com", LIST, &["presence"])
        .unwrap();
    assert_eq!(added.services().len(), 2);
    let (before, after) = text.split_at(text.find("</r:rls").unwrap());
    assert!(added.source().starts_with(before) && added.source().ends_with(after));
}
