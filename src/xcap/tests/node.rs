//! Parts of documents, and servers that know whole ones only.

use super::*;

const LISTS: &str = "application/resource-lists+xml";

fn root() -> Selector {
    Selector::root("resource-lists")
}

fn bob() -> Selector {
    root()
        .child("list")
        .with("name", "friends")
        .child("entry")
        .with("uri", "sip:bob@example.com")
}

const BOB: &str =
    "<entry xmlns=\"urn:ietf:params:xml:ns:resource-lists\" uri=\"sip:bob@example.com\"/>";
const PATH: &str = "/xcap-root/resource-lists/users/sip:alice@example.test/index";

#[tokio::test]
async fn xc_015_elements_and_attributes_have_their_types() {
    let log = Arc::new(Mutex::new(Vec::new()));
    let entries = Arc::clone(&log);
    let address = server(move |seen| {
        let kind = seen.header("content-type").unwrap_or_default();
        let body = String::from_utf8(seen.body.to_vec()).unwrap();
        let path = seen.path.strip_prefix(PATH).unwrap();
        entries
            .lock()
            .unwrap()
            .push(format!("{} {path} {kind} {body}", seen.method));
        match seen.method.as_str() {
            "GET" if path.ends_with("@uri") => reply(
                200,
                &[("content-type", ATTRIBUTE_TYPE)],
                "\"sip:bob@example.com\"",
            ),
            "GET" => reply(
                200,
                &[("content-type", ELEMENT_TYPE), ("etag", "\"7\"")],
                BOB,
            ),
            "PUT" => reply(201, &[("etag", "\"8\"")], ""),
            _ => reply(200, &[], ""),
        }
    })
    .await;
    let client = client(address);
    let (lists, index) = ("resource-lists", "index");
    let read = client.fetch_element(lists, index, &bob()).await.unwrap();
    assert_eq!(read.unwrap().etag.as_deref(), Some("\"7\""));
    let uri = bob().attribute("uri");
    let value = client.fetch_attribute(lists, index, &uri).await.unwrap();
    assert_eq!(value.as_deref(), Some("sip:bob@example.com"));
    let condition = Condition::IfMatch("\"7\"".to_owned());
    let stored = client
        .store_element(lists, index, &bob(), BOB, &condition)
        .await;
    assert_eq!(stored.unwrap().etag.as_deref(), Some("\"8\""));
    let name = root().child("list").at(1).attribute("name");
    client
        .store_attribute(lists, index, &name, "a & b", &condition)
        .await
        .unwrap();
    client
        .delete_node(lists, index, &bob(), &condition)
        .await
        .unwrap();
    let node = "/~~/resource-lists/list%5B@name=%22friends%22%5D/entry%5B@uri=%22sip:bob@example.com%22%5D";
    assert_eq!(
        *log.lock().unwrap(),
        [
            format!("GET {node}  "),
            format!("GET {node}/@uri  "),
            format!("PUT {node} application/xcap-el+xml {BOB}"),
            "PUT /~~/resource-lists/list%5B1%5D/@name application/xcap-att+xml \"a &amp; b\""
                .to_owned(),
            format!("DELETE {node}  "),
        ]
    );
}

#[tokio::test]
async fn xc_016_what_could_not_be_read_back_is_not_sent() {
    let address = server(|seen| panic!("{} {}", seen.method, seen.path)).await;
    let carol = BOB.replace("bob", "carol");
    let stored = client(address)
        .store_element("resource-lists", "index", &bob(), &carol, &Condition::None)
        .await;
    assert_eq!(stored, Err(XcapError::Misuse(NodeError::NotItself)));
}

/// A server with a large document; what it does with parts of it. Answers with what was written.
async fn edited(parts: impl Fn(&Seen) -> Reply + Send + 'static) -> Vec<String> {
    let log = Arc::new(Mutex::new(Vec::new()));
    let entries = Arc::clone(&log);
    let large = "x".repeat(limits::WORTH_A_PART + 1);
    let address = server(move |seen| {
        let node = seen.path.contains("~~");
        if seen.method == "PUT" {
            assert!(seen.header("if-match").is_some());
            let kind = seen.header("content-type").unwrap();
            entries.lock().unwrap().push(kind);
        }
        match (seen.method.as_str(), node) {
            (_, true) => parts(&seen),
            ("GET", false) => reply(200, &[("etag", "\"1\""), ("content-type", LISTS)], &large),
            _ => reply(200, &[("etag", "\"1\"")], ""),
        }
    })
    .await;
    let client = client(address);
    for _ in 0..2 {
        let change = |current: Option<&[u8]>| {
            Ok::<_, String>(Changed {
                document: [current.unwrap(), BOB.as_bytes()].concat(),
                part: Some(Part {
                    root: root(),
                    selector: bob(),
                    element: Some(BOB.to_owned()),
                }),
            })
        };
        client
            .edit("resource-lists", "index", LISTS, change)
            .await
            .unwrap();
    }
    let log = log.lock().unwrap();
    log.clone()
}

#[tokio::test]
async fn a_part_of_a_large_document_is_written_alone_where_it_can_be() {
    let written = edited(|seen| match seen.method.as_str() {
        "GET" => reply(200, &[("content-type", ELEMENT_TYPE)], "<resource-lists/>"),
        _ => reply(200, &[("etag", "\"1\"")], ""),
    })
    .await;
    assert_eq!(written, [ELEMENT_TYPE, ELEMENT_TYPE]);
}

#[tokio::test]
async fn whole_documents_are_written_where_parts_are_not_served() {
    let never = |seen: &Seen| assert_eq!(seen.method, "GET", "a part is in danger of being all");
    // One knows no parts, one does not look at the way to them.
    let written = edited(move |seen| {
        never(seen);
        reply(501, &[], "")
    })
    .await;
    assert_eq!(written, [LISTS, LISTS]);
    let written = edited(move |seen| {
        never(seen);
        reply(200, &[("content-type", LISTS)], "<resource-lists/>")
    })
    .await;
    assert_eq!(written, [LISTS, LISTS]);
    // One can read them only.
    let written = edited(|seen| match seen.method.as_str() {
        "GET" => reply(200, &[("content-type", ELEMENT_TYPE)], "<resource-lists/>"),
        _ => reply(409, &[], ""),
    })
    .await;
    assert_eq!(written, [ELEMENT_TYPE, LISTS, ELEMENT_TYPE, LISTS]);
}

#[tokio::test]
async fn xc_021_capabilities_are_asked_once_and_may_be_missing() {
    let count = Arc::new(Mutex::new(0));
    let counted = Arc::clone(&count);
    let address = server(move |seen| {
        assert_eq!(seen.path, "/xcap-root/xcap-caps/global/index");
        *counted.lock().unwrap() += 1;
        let caps = "<xcap-caps xmlns='urn:ietf:params:xml:ns:xcap-caps'><auids><auid>pres-rules</auid></auids></xcap-caps>";
        reply(200, &[("content-type", "application/xcap-caps+xml")], caps)
    })
    .await;
    let client = client(address);
    for _ in 0..2 {
        let capabilities = client.capabilities().await.unwrap().unwrap();
        assert!(capabilities.serves("pres-rules") && !capabilities.serves("pidf-manipulation"));
    }
    assert_eq!(*count.lock().unwrap(), 1);
    for (status, body) in [(404, ""), (500, ""), (200, "<html>"), (200, "<x/>")] {
        let address = server(move |_| reply(status, &[], body)).await;
        assert_eq!(
            super::client(address).capabilities().await,
            Ok(None),
            "{status}"
        );
    }
    let address = server(|_| reply(401, &[], "")).await;
    assert!(super::client(address).capabilities().await.is_err());
}
