//! Documents that are changed while others change them too.

use super::*;

/// A server with one document that keeps to the conditions; now and then somebody else writes to it.
async fn shared_document(mut others: u32) -> (SocketAddr, Arc<Mutex<Option<(u32, String)>>>) {
    let document = Arc::new(Mutex::new(None::<(u32, String)>));
    let kept = Arc::clone(&document);
    let address = server(move |seen| {
        let mut kept = kept.lock().unwrap();
        let etag = |version: u32| format!("\"{version}\"");
        if seen.method == "GET" {
            return match &*kept {
                Some((version, text)) => reply(200, &[("etag", &etag(*version))], text),
                None => reply(404, &[], ""),
            };
        }
        assert_eq!(seen.header("content-type").as_deref(), Some(RULES));
        let version = kept.as_ref().map_or(0, |it| it.0);
        if others > 0 {
            others -= 1;
            let text = kept
                .take()
                .map_or_else(|| "other".to_owned(), |it| it.1 + " other");
            *kept = Some((version + 1, text));
        }
        let fits = match (
            &*kept,
            seen.header("if-match"),
            seen.header("if-none-match"),
        ) {
            (None, None, Some(any)) => any == "*",
            (Some((version, _)), Some(tag), None) => tag == etag(*version),
            _ => false,
        };
        if !fits {
            return reply(412, &[], "");
        }
        let text = String::from_utf8(seen.body.to_vec()).unwrap();
        let version = kept.as_ref().map_or(0, |it| it.0) + 1;
        *kept = Some((version, text));
        reply(200, &[("etag", &etag(version))], "")
    })
    .await;
    (address, document)
}

#[tokio::test]
async fn xc_017_the_first_document_is_created_and_then_changed() {
    let (address, document) = shared_document(0).await;
    let client = client(address);
    let stored = client
        .edit("pres-rules", "index", RULES, append)
        .await
        .unwrap();
    assert_eq!(stored.etag.as_deref(), Some("\"1\""));
    client
        .edit("pres-rules", "index", RULES, append)
        .await
        .unwrap();
    assert_eq!(
        *document.lock().unwrap(),
        Some((2, " ours ours".to_owned()))
    );
    // What is not changed is not written.
    let same = |current: Option<&[u8]>| Ok::<_, String>(current.unwrap().to_vec());
    let stored = client
        .edit("pres-rules", "index", RULES, same)
        .await
        .unwrap();
    assert_eq!(stored.etag.as_deref(), Some("\"2\""));
    let refuse = |_: Option<&[u8]>| Err::<Vec<u8>, _>("no".to_owned());
    let refused = client.edit("pres-rules", "index", RULES, refuse).await;
    assert_eq!(refused, Err(EditError::Change("no".to_owned())));
    assert_eq!(document.lock().unwrap().as_ref().unwrap().0, 2);
}

#[tokio::test]
async fn xc_018_both_changes_are_kept_and_three_rounds_are_enough() {
    let (address, document) = shared_document(2).await;
    client(address)
        .edit("pres-rules", "index", RULES, append)
        .await
        .unwrap();
    assert_eq!(
        *document.lock().unwrap(),
        Some((3, "other other ours".to_owned()))
    );
    let (address, _) = shared_document(100).await;
    let mut rounds = 0;
    let result = client(address)
        .edit("pres-rules", "index", RULES, |current| {
            rounds += 1;
            append(current)
        })
        .await;
    assert_eq!(result, Err(EditError::Xcap(XcapError::Changed)));
    assert_eq!(rounds, limits::ROUNDS);
}

/// What a server with one document is asked, each as the method and the condition.
async fn watched(
    answer: impl Fn(&Seen, usize) -> Reply + Send + 'static,
) -> (Client, Arc<Mutex<Vec<String>>>) {
    let log = Arc::new(Mutex::new(Vec::new()));
    let entries = Arc::clone(&log);
    let address = server(move |seen| {
        let mut entries = entries.lock().unwrap();
        let condition = seen
            .header("if-match")
            .or_else(|| seen.header("if-none-match"));
        entries.push(format!("{} {}", seen.method, condition.unwrap_or_default()));
        answer(&seen, entries.len())
    })
    .await;
    (client(address), log)
}

#[tokio::test]
async fn xc_017_a_second_change_needs_no_second_reading() {
    let (client, log) = watched(|seen, count| match seen.method.as_str() {
        "GET" => reply(200, &[("etag", "\"1\"")], "<x/>"),
        _ => reply(200, &[("etag", &format!("\"{count}\""))], ""),
    })
    .await;
    for _ in 0..2 {
        client
            .edit("pres-rules", "index", RULES, append)
            .await
            .unwrap();
    }
    assert_eq!(*log.lock().unwrap(), ["GET ", "PUT \"1\"", "PUT \"2\""]);
}

#[tokio::test]
async fn xc_020_what_has_not_changed_is_not_sent_again() {
    let (client, log) = watched(|seen, _| match seen.header("if-none-match") {
        Some(_) => reply(304, &[], ""),
        None => reply(200, &[("etag", "\"1\"")], "<x/>"),
    })
    .await;
    let first = client.fetch("pres-rules", "index").await.unwrap().unwrap();
    let second = client.fetch("pres-rules", "index").await.unwrap().unwrap();
    assert_eq!(first, second);
    // A copy is not believed when it would mean that nothing is to be done.
    let same = |current: Option<&[u8]>| Ok::<_, String>(current.unwrap().to_vec());
    client
        .edit("pres-rules", "index", RULES, same)
        .await
        .unwrap();
    assert_eq!(*log.lock().unwrap(), ["GET ", "GET \"1\"", "GET \"1\""]);
}

#[tokio::test]
async fn xc_018_an_old_copy_is_not_written_back() {
    let (client, log) = watched(|seen, count| match (seen.method.as_str(), count) {
        ("GET", 1) => reply(200, &[("etag", "\"1\"")], "old"),
        ("GET", _) => reply(200, &[("etag", "\"2\"")], "new"),
        _ if seen.header("if-match").as_deref() == Some("\"2\"") => {
            assert_eq!(seen.body, "new ours");
            reply(200, &[], "")
        }
        _ => reply(412, &[], ""),
    })
    .await;
    client.fetch("pres-rules", "index").await.unwrap();
    client
        .edit("pres-rules", "index", RULES, append)
        .await
        .unwrap();
    assert_eq!(
        *log.lock().unwrap(),
        ["GET ", "PUT \"1\"", "GET ", "PUT \"2\""]
    );
}

#[tokio::test]
async fn without_entity_tags_a_change_in_between_is_seen_where_it_can_be() {
    // A weak tag is none.
    for tag in [None, Some("W/\"1\"")] {
        let (client, log) = watched(move |seen, count| {
            let text = if count == 1 { "old" } else { "new" };
            let headers: Vec<(&str, &str)> = tag.iter().map(|tag| ("etag", *tag)).collect();
            if seen.method == "GET" {
                return reply(200, &headers, text);
            }
            assert_eq!(seen.body, "new ours");
            reply(200, &[], "")
        })
        .await;
        let stored = client.edit("pres-rules", "index", RULES, append).await;
        assert_eq!(stored, Ok(Stored { etag: None }));
        assert_eq!(
            *log.lock().unwrap(),
            ["GET ", "GET ", "GET ", "GET ", "PUT "]
        );
    }
}

#[tokio::test]
async fn xc_020_a_server_that_stumbles_over_nothing_to_delete_is_asked() {
    for (status, fine) in [(404, true), (200, false)] {
        let (client, _) = watched(move |seen, _| match seen.method.as_str() {
            "DELETE" => reply(500, &[], ""),
            _ => reply(status, &[], "<x/>"),
        })
        .await;
        let deleted = client.delete("pres-rules", "index", &Condition::None).await;
        assert_eq!(deleted.is_ok(), fine);
    }
}
