//! The client against a small server on this machine.

mod edit;
mod node;

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{HeaderMap, Request, Response};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::*;
use crate::sip::Secret;
use crate::sip::digest::{Algorithm, Authorization, Challenge, Credentials};

const PASSWORD: &str = "hunter2";
const RULES: &str = "application/auth-policy+xml";

/// What came, and what to say.
struct Seen {
    method: String,
    path: String,
    headers: HeaderMap,
    body: Bytes,
}

impl Seen {
    fn header(&self, name: &str) -> Option<String> {
        Some(self.headers.get(name)?.to_str().unwrap().to_owned())
    }
}

type Reply = Response<Full<Bytes>>;

fn reply(status: u16, headers: &[(&str, &str)], body: &str) -> Reply {
    let mut response = Response::builder().status(status);
    for (name, value) in headers {
        response = response.header(*name, *value);
    }
    response
        .body(Full::new(Bytes::from(body.to_owned())))
        .unwrap()
}

/// A server that answers each request as the closure says.
async fn server(answer: impl FnMut(Seen) -> Reply + Send + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let answer = Arc::new(Mutex::new(answer));
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let answer = Arc::clone(&answer);
            let service = service_fn(move |request: Request<Incoming>| {
                let answer = Arc::clone(&answer);
                async move {
                    let (head, body) = request.into_parts();
                    let body = body.collect().await.unwrap().to_bytes();
                    let path = head.uri.path_and_query().unwrap().to_string();
                    let headers = head.headers;
                    let seen = Seen {
                        method: head.method.to_string(),
                        path,
                        headers,
                        body,
                    };
                    let mut answer = answer.lock().unwrap();
                    Ok::<_, Infallible>((*answer)(seen))
                }
            });
            let connection = hyper::server::conn::http1::Builder::new()
                .serve_connection(TokioIo::new(stream), service);
            tokio::spawn(connection);
        }
    });
    address
}

fn config(root: String) -> Config {
    Config {
        root,
        user: "sip:alice@example.test".to_owned(),
        credentials: Some(Credentials {
            username: "alice".to_owned(),
            password: Secret::new(PASSWORD),
        }),
        realm: None,
        verifier: None,
        certificate: None,
        insecure: false,
        tap: None,
    }
}

fn client(address: SocketAddr) -> Client {
    Client::new(config(format!("http://{address}/xcap-root"))).unwrap()
}

#[tokio::test]
async fn xc_020_a_document_is_read_and_404_is_none() {
    let address = server(|seen| {
        assert_eq!(seen.method, "GET");
        match seen.path.as_str() {
            "/xcap-root/pres-rules/users/sip:alice@example.test/index" => {
                reply(200, &[("etag", "\"1\""), ("content-type", RULES)], "<x/>")
            }
            _ => reply(404, &[("content-type", "text/html")], "<html>"),
        }
    })
    .await;
    let client = client(address);
    let document = client.fetch("pres-rules", "index").await.unwrap().unwrap();
    assert_eq!(
        (&*document.bytes, document.etag.as_deref()),
        (&b"<x/>"[..], Some("\"1\""))
    );
    assert_eq!(client.fetch("pres-rules", "other").await, Ok(None));
}

#[tokio::test]
async fn xc_020_what_is_gone_can_be_deleted_again() {
    let mut replies = vec![reply(404, &[], ""), reply(200, &[], "")];
    let address = server(move |seen| {
        assert_eq!(seen.method, "DELETE");
        replies.pop().unwrap()
    })
    .await;
    let client = client(address);
    for _ in 0..2 {
        let deleted = client.delete("pres-rules", "index", &Condition::None).await;
        assert_eq!(deleted, Ok(()));
    }
}

#[tokio::test]
async fn xc_015_a_type_that_is_not_taken_is_our_fault_and_not_sent_again() {
    let count = Arc::new(Mutex::new(0));
    let counted = Arc::clone(&count);
    let address = server(move |seen| {
        if seen.method == "GET" {
            return reply(404, &[], "");
        }
        *counted.lock().unwrap() += 1;
        assert_eq!(seen.header("content-type").as_deref(), Some("text/odd"));
        reply(415, &[], "")
    })
    .await;
    let edited = client(address)
        .edit("pres-rules", "index", "text/odd", append)
        .await;
    let refused = XcapError::Server { status: 415 };
    assert_eq!(edited, Err(EditError::Xcap(refused)));
    assert_eq!(*count.lock().unwrap(), 1);
}

#[tokio::test]
async fn xc_020_digest_is_answered_and_kept() {
    for algorithm in [Algorithm::Md5, Algorithm::Sha256, Algorithm::Sha256Sess] {
        let log = Arc::new(Mutex::new(Vec::new()));
        let entries = Arc::clone(&log);
        let mut session = None;
        let address = server(move |seen| {
            let Some(value) = seen.header("authorization") else {
                entries.lock().unwrap().push(0);
                let challenge = Challenge::new("xcap", "n1", algorithm);
                return reply(401, &[("www-authenticate", &challenge.to_string())], "");
            };
            let answer = Authorization::parse(&value, false).unwrap();
            assert_eq!(answer.uri, seen.path);
            assert!(answer.verify(
                "alice",
                &PASSWORD.into(),
                &seen.method,
                &seen.body,
                session.as_ref()
            ));
            if algorithm.is_session() && session.is_none() {
                session = Some(crate::sip::digest::Session {
                    nonce: answer.nonce.clone(),
                    cnonce: answer.cnonce.clone().unwrap(),
                });
            }
            entries.lock().unwrap().push(answer.nc.unwrap());
            reply(200, &[], "<x/>")
        })
        .await;
        let client = client(address);
        client.fetch("pres-rules", "index").await.unwrap().unwrap();
        client
            .store("pres-rules", "index", RULES, "<y/>", &Condition::None)
            .await
            .unwrap();
        assert_eq!(*log.lock().unwrap(), [0, 1, 2]);
    }
}

#[tokio::test]
async fn a_wrong_password_is_refused_after_one_answer() {
    let count = Arc::new(Mutex::new(0));
    let counted = Arc::clone(&count);
    let address = server(move |_| {
        *counted.lock().unwrap() += 1;
        let nonce = format!("n{}", counted.lock().unwrap());
        let challenge = Challenge::new("xcap", &nonce, Algorithm::Md5);
        reply(401, &[("www-authenticate", &challenge.to_string())], "")
    })
    .await;
    assert_eq!(
        client(address).fetch("pres-rules", "index").await,
        Err(XcapError::Refused { status: 401 })
    );
    assert_eq!(*count.lock().unwrap(), 2);
}

#[tokio::test]
async fn a_stale_nonce_is_replaced_but_not_for_ever() {
    for honest in [true, false] {
        let mut requests = 0;
        let count = Arc::new(Mutex::new(0));
        let counted = Arc::clone(&count);
        let address = server(move |_| {
            requests += 1;
            *counted.lock().unwrap() = requests;
            if honest && requests == 3 {
                return reply(200, &[], "<x/>");
            }
            let mut challenge = Challenge::new("xcap", &format!("n{requests}"), Algorithm::Md5);
            challenge.stale = requests > 1;
            reply(401, &[("www-authenticate", &challenge.to_string())], "")
        })
        .await;
        let result = client(address).fetch("pres-rules", "index").await;
        assert_eq!(result.is_ok(), honest);
        assert!(*count.lock().unwrap() <= 4, "{}", count.lock().unwrap());
    }
}

#[tokio::test]
async fn only_the_known_realm_gets_an_answer() {
    let address = server(|seen| {
        assert_eq!(seen.header("authorization"), None);
        let challenge = Challenge::new("evil", "n", Algorithm::Md5);
        reply(401, &[("www-authenticate", &challenge.to_string())], "")
    })
    .await;
    let config = Config {
        realm: Some("example.test".to_owned()),
        ..config(format!("http://{address}"))
    };
    let client = Client::new(config).unwrap();
    assert_eq!(
        client.fetch("pres-rules", "index").await,
        Err(XcapError::Refused { status: 401 })
    );
}

#[tokio::test]
async fn basic_is_answered_where_nobody_listens() {
    let address = server(|seen| match seen.header("authorization") {
        Some(value) => {
            assert_eq!(value, "Basic YWxpY2U6aHVudGVyMg==");
            reply(200, &[], "<x/>")
        }
        None => reply(401, &[("www-authenticate", "Basic realm=\"x\"")], ""),
    })
    .await;
    assert!(client(address).fetch("pres-rules", "index").await.is_ok());
}

#[test]
fn rb_006_no_password_over_an_open_line() {
    let new = |root: &str| Client::new(config(root.to_owned())).err();
    assert!(matches!(
        new("http://xcap.example.test/"),
        Some(XcapError::Insecure { .. })
    ));
    assert!(new("http://localhost:1/").is_none() && new("http://[::1]:1/x").is_none());
    assert!(new("https://xcap.example.test").is_none());
    for wrong in [
        "",
        "ftp://x",
        "xcap.example.test",
        "https://a:b@x/",
        "https://x/?y",
    ] {
        assert!(
            matches!(new(wrong), Some(XcapError::Root { .. })),
            "{wrong}"
        );
    }
    let insecure = Config {
        insecure: true,
        ..config("http://xcap.example.test/".to_owned())
    };
    assert!(Client::new(insecure).is_ok());
}

#[tokio::test]
async fn redirects_stay_on_the_server() {
    let address = server(|seen| match seen.path.as_str() {
        "/here/pres-rules/users/sip:alice@example.test/index" => {
            reply(307, &[("location", "/there")], "")
        }
        "/there" => reply(200, &[], "<x/>"),
        "/loop" => reply(302, &[("location", "/loop")], ""),
        _ => reply(
            302,
            &[("location", "http://other.example.net/x?secret")],
            "",
        ),
    })
    .await;
    let client = |path: &str| Client::new(config(format!("http://{address}/{path}"))).unwrap();
    assert!(
        client("here")
            .fetch("pres-rules", "index")
            .await
            .unwrap()
            .is_some()
    );
    assert_eq!(
        client("away").fetch("pres-rules", "index").await,
        Err(XcapError::Redirected {
            to: "http://other.example.net".to_owned()
        })
    );
}

#[tokio::test]
async fn what_a_server_answers_is_told_apart() {
    let conflict = r#"<xcap-error xmlns="urn:ietf:params:xml:ns:xcap-error"><no-parent phrase="p"/></xcap-error>"#;
    let mut replies = vec![
        reply(
            409,
            &[("content-type", "application/xcap-error+xml")],
            conflict,
        ),
        reply(409, &[], ""),
        reply(412, &[], ""),
        reply(403, &[], ""),
        reply(500, &[], ""),
        reply(200, &[], ""),
        reply(201, &[("etag", "\"2\"")], ""),
    ];
    replies.reverse();
    let address = server(move |_| replies.pop().unwrap()).await;
    let client = client(address);
    let store = || client.store("pres-rules", "index", RULES, "<x/>", &Condition::Absent);
    let no_parent = Conflict {
        cause: Cause::NoParent { ancestor: None },
        phrase: "p".to_owned(),
    };
    assert_eq!(store().await, Err(XcapError::Conflict(no_parent)));
    assert_eq!(store().await, Err(XcapError::Conflict(Conflict::default())));
    assert_eq!(store().await, Err(XcapError::Changed));
    assert_eq!(store().await, Err(XcapError::Refused { status: 403 }));
    assert_eq!(store().await, Err(XcapError::Server { status: 500 }));
    assert_eq!(store().await, Ok(Stored { etag: None }));
    assert_eq!(
        store().await,
        Ok(Stored {
            etag: Some("\"2\"".to_owned())
        })
    );
}

#[tokio::test]
async fn web_pages_and_giants_are_no_documents() {
    let mut replies = vec![
        reply(200, &[("content-type", "text/html; charset=utf-8")], "<p>"),
        reply(200, &[], "\n<!DOCTYPE HTML><html>"),
        reply(200, &[], &"x".repeat(limits::BODY + 1)),
    ];
    replies.reverse();
    let address = server(move |_| replies.pop().unwrap()).await;
    let client = client(address);
    let fetch = || client.fetch("pres-rules", "index");
    assert!(
        matches!(fetch().await, Err(XcapError::NotXcap { content_type, .. }) if content_type == "text/html")
    );
    assert!(matches!(fetch().await, Err(XcapError::NotXcap { .. })));
    assert_eq!(
        fetch().await,
        Err(XcapError::TooLarge {
            limit: limits::BODY
        })
    );
}

#[tokio::test]
async fn an_unreachable_server_is_a_typed_error() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    match client(address).fetch("pres-rules", "index").await {
        Err(XcapError::Unreachable {
            address: at,
            detail,
        }) => {
            assert_eq!(at, address.to_string());
            assert!(detail.contains("refused"), "{detail}");
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_server_that_closes_connections_unannounced_loses_no_request() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut buffer = [0; 4096];
                let _ = stream.read(&mut buffer).await;
                let reply = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n<x/>";
                let _ = stream.write_all(reply).await;
                // Too late for whoever sends another request here.
                let _ = stream.read(&mut buffer).await;
            });
        }
    });
    let client = client(address);
    for _ in 0..3 {
        assert!(client.fetch("pres-rules", "index").await.unwrap().is_some());
    }
}

#[tokio::test]
async fn the_tap_sees_requests_and_responses() {
    let address = server(|_| reply(200, &[("etag", "\"1\"")], "<x/>")).await;
    let log = Arc::new(Mutex::new(Vec::new()));
    let entries = Arc::clone(&log);
    let config = Config {
        tap: Some(Arc::new(move |exchange: Exchange| {
            let text = String::from_utf8(exchange.bytes.to_vec()).unwrap();
            entries.lock().unwrap().push((exchange.sent, text));
        })),
        ..config(format!("http://{address}"))
    };
    let client = Client::new(config).unwrap();
    let fetched = tokio::time::timeout(Duration::from_secs(5), client.fetch("a", "b")).await;
    fetched.unwrap().unwrap();
    let log = log.lock().unwrap();
    assert!(
        log[0].0
            && log[0]
                .1
                .starts_with("GET /a/users/sip:alice@example.test/b HTTP/1.1\r\n")
    );
    assert!(
        !log[1].0 && log[1].1.starts_with("HTTP/1.1 200 OK\r\netag: \"1\"\r\n"),
        "{}",
        log[1].1
    );
    assert!(log[1].1.ends_with("\r\n\r\n<x/>"));
}

/// A change that adds to whatever is there.
fn append(current: Option<&[u8]>) -> Result<Vec<u8>, String> {
    match current {
        Some(b"refused") => Err("refused".to_owned()),
        current => Ok([current.unwrap_or_default(), b" ours"].concat()),
    }
}
