//! The other side: a minimal user agent over UDP, written with nothing of Siskin in it, that plays
//! colleagues, the voicemail system and devices. It has no retransmissions; the loopback loses nothing.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::net::UdpSocket;
use std::time::{Duration, Instant};

use crate::digest;
use crate::message::Message;
use crate::server::{DOMAIN, Kamailio, password};
use crate::web;

/// A user with a socket.
pub struct Agent {
    user: String,
    password: String,
    socket: UdpSocket,
    port: u16,
    count: u32,
    entity_tags: HashMap<(String, String), String>,
    inbox: Vec<Message>,
}

impl Agent {
    /// A user of the server, with the right password.
    pub fn new(server: &Kamailio, user: &str) -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").expect("a socket");
        socket.connect(server.sip_address()).expect("an address");
        socket
            .set_read_timeout(Some(Duration::from_millis(20)))
            .expect("a timeout");
        let port = socket.local_addr().expect("an address").port();
        Self {
            user: user.to_owned(),
            password: password(user),
            socket,
            port,
            count: 0,
            entity_tags: HashMap::new(),
            inbox: Vec::new(),
        }
    }

    /// Uses another password from now on.
    pub fn set_password(&mut self, password: &str) {
        password.clone_into(&mut self.password);
    }

    /// Sends a request outside of any dialog and returns the final answer, after answering at
    /// most one challenge.
    ///
    /// # Panics
    /// When there is no answer within five seconds.
    pub fn request(
        &mut self,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Message {
        let call = self.next();
        let answer = self.attempt(method, target, headers, body, call, 1);
        let (challenge, reply) = match answer.status() {
            401 => (answer.header("WWW-Authenticate"), "Authorization"),
            407 => (answer.header("Proxy-Authenticate"), "Proxy-Authorization"),
            _ => return answer,
        };
        let challenge = challenge.expect("a challenge");
        let credentials = digest::answer(challenge, method, target, &self.user, &self.password);
        let mut headers = headers.to_vec();
        headers.push((reply, &credentials));
        self.attempt(method, target, &headers, body, call, 2)
    }

    /// Registers this socket as the user's contact, or with 0 seconds removes it.
    pub fn register(&mut self, seconds: u32) -> Message {
        let expires = seconds.to_string();
        self.request(
            "REGISTER",
            &format!("sip:{DOMAIN}"),
            &[("Expires", &expires)],
            "",
        )
    }

    /// Publishes a state of `resource`, anew or in place of the one that this agent published before.
    pub fn publish(&mut self, event: &str, resource: &str, kind: &str, body: &str) -> Message {
        let target = format!("sip:{resource}@{DOMAIN}");
        let key = (event.to_owned(), resource.to_owned());
        let before = self.entity_tags.get(&key).cloned();
        let mut headers = vec![("Event", event), ("Content-Type", kind), ("Expires", "600")];
        if let Some(tag) = &before {
            headers.push(("SIP-If-Match", tag));
        }
        let answer = self.request("PUBLISH", &target, &headers, body);
        match answer.header("SIP-ETag") {
            Some(tag) => self.entity_tags.insert(key, tag.to_owned()),
            None => self.entity_tags.remove(&key),
        };
        answer
    }

    /// Publishes own presence. `activity` is an RPID element name such as `on-the-phone`.
    pub fn publish_presence(&mut self, basic: &str, activity: Option<&str>, note: &str) -> Message {
        let user = self.user.clone();
        self.publish_presence_of(&user, basic, activity, note)
    }

    /// Publishes presence of another resource (`forked` does that for its devices).
    pub fn publish_presence_of(
        &mut self,
        resource: &str,
        basic: &str,
        activity: Option<&str>,
        note: &str,
    ) -> Message {
        let mut body = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        let _ = writeln!(
            body,
            "<presence xmlns=\"urn:ietf:params:xml:ns:pidf\" \
             xmlns:dm=\"urn:ietf:params:xml:ns:pidf:data-model\" \
             xmlns:rpid=\"urn:ietf:params:xml:ns:pidf:rpid\" entity=\"sip:{resource}@{DOMAIN}\">"
        );
        let _ = writeln!(
            body,
            "<tuple id=\"desk\"><status><basic>{basic}</basic></status>\
             <contact>sip:{resource}@{DOMAIN}</contact><note>{note}</note></tuple>"
        );
        if let Some(activity) = activity {
            let _ = writeln!(
                body,
                "<dm:person id=\"self\"><rpid:activities><rpid:{activity}/></rpid:activities></dm:person>"
            );
        }
        body += "</presence>\n";
        self.publish("presence", resource, "application/pidf+xml", &body)
    }

    /// Publishes the voice messages of a mailbox; only `vm` may do so for others. The numbers are
    /// new, old, and the urgent ones among them.
    pub fn publish_mwi(&mut self, user: &str, new: u32, old: u32, urgent: (u32, u32)) -> Message {
        let waiting = if new > 0 { "yes" } else { "no" };
        let body = format!(
            "Messages-Waiting: {waiting}\r\nMessage-Account: sip:{user}@{DOMAIN}\r\n\
             Voice-Message: {new}/{old} ({}/{})\r\n",
            urgent.0, urgent.1
        );
        self.publish(
            "message-summary",
            user,
            "application/simple-message-summary",
            &body,
        )
    }

    /// Subscribes and returns the answer; what comes then is read with `notify`.
    pub fn subscribe(&mut self, event: &str, target: &str, accept: &str, seconds: u32) -> Message {
        let expires = seconds.to_string();
        let headers = [("Event", event), ("Accept", accept), ("Expires", &*expires)];
        self.request("SUBSCRIBE", target, &headers, "")
    }

    /// The next NOTIFY, already answered 200; `None` when none comes within `bound`.
    pub fn notify(&mut self, bound: Duration) -> Option<Message> {
        let end = Instant::now() + bound;
        while self.inbox.is_empty() && Instant::now() < end {
            self.receive();
        }
        (!self.inbox.is_empty()).then(|| self.inbox.remove(0))
    }

    /// Writes a document of this user over XCAP and returns the status code.
    pub fn put_document(
        &self,
        server: &Kamailio,
        application: &str,
        kind: &str,
        body: &str,
    ) -> u16 {
        self.document(server, "PUT", application, kind, body).status
    }

    /// Reads a document of this user over XCAP.
    pub fn document_now(&self, server: &Kamailio, application: &str) -> web::Answer {
        self.document(server, "GET", application, "", "")
    }

    /// Writes rules that let these users see everything, and nobody else.
    pub fn allow(&self, server: &Kamailio, watchers: &[&str]) {
        let mut body = String::from(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
             <cr:ruleset xmlns:cr=\"urn:ietf:params:xml:ns:common-policy\" \
             xmlns:pr=\"urn:ietf:params:xml:ns:pres-rules\">\n<cr:rule id=\"colleagues\">\
             <cr:conditions><cr:identity>",
        );
        for watcher in watchers {
            let _ = write!(body, "<cr:one id=\"sip:{watcher}@{DOMAIN}\"/>");
        }
        body += "</cr:identity></cr:conditions>\
             <cr:actions><pr:sub-handling>allow</pr:sub-handling></cr:actions>\
             <cr:transformations><pr:provide-services><pr:all-services/></pr:provide-services>\
             <pr:provide-persons><pr:all-persons/></pr:provide-persons>\
             <pr:provide-devices><pr:all-devices/></pr:provide-devices>\
             <pr:provide-all-attributes/></cr:transformations></cr:rule>\n</cr:ruleset>\n";
        let status = self.put_document(server, "pres-rules", "application/auth-policy+xml", &body);
        assert!(
            status == 200 || status == 201,
            "rules were not taken: {status}"
        );
    }

    fn document(
        &self,
        server: &Kamailio,
        method: &str,
        application: &str,
        kind: &str,
        body: &str,
    ) -> web::Answer {
        let path = format!(
            "/xcap-root/{application}/users/sip:{}@{DOMAIN}/index",
            self.user
        );
        let port = server.xcap_port();
        let mut headers = vec![("Content-Type", kind)];
        headers.retain(|(_, value)| !value.is_empty());
        let answer = web::ask(port, method, &path, &headers, body).expect("an answer");
        if answer.status != 401 {
            return answer;
        }
        let challenge = answer.header("WWW-Authenticate").expect("a challenge");
        let credentials = digest::answer(challenge, method, &path, &self.user, &self.password);
        headers.push(("Authorization", &credentials));
        web::ask(port, method, &path, &headers, body).expect("an answer")
    }

    fn next(&mut self) -> u32 {
        self.count += 1;
        self.count
    }

    fn attempt(
        &mut self,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        body: &str,
        call: u32,
        sequence: u32,
    ) -> Message {
        let (user, port) = (&self.user, self.port);
        let branch = format!("z9hG4bK-{port}-{call}-{sequence}");
        let from = format!("sip:{user}@{DOMAIN}");
        let to = if method == "REGISTER" { &*from } else { target };
        let mut text = format!(
            "{method} {target} SIP/2.0\r\n\
             Via: SIP/2.0/UDP 127.0.0.1:{port};rport;branch={branch}\r\n\
             Max-Forwards: 70\r\n\
             From: <{from}>;tag=from-{port}-{call}\r\n\
             To: <{to}>\r\n\
             Call-ID: call-{port}-{call}\r\n\
             CSeq: {sequence} {method}\r\n\
             Contact: <sip:{user}@127.0.0.1:{port}>\r\n"
        );
        for (name, value) in headers {
            let _ = write!(text, "{name}: {value}\r\n");
        }
        let _ = write!(text, "Content-Length: {}\r\n\r\n{body}", body.len());
        self.socket
            .send(text.as_bytes())
            .expect("the server's port is open");

        let end = Instant::now() + Duration::from_secs(5);
        while Instant::now() < end {
            if let Some(message) = self.receive()
                && message.status() >= 200
                && message
                    .header("Via")
                    .is_some_and(|via| via.contains(&branch))
            {
                return message;
            }
        }
        panic!("no answer to {method} {target}");
    }

    /// Reads one message. Requests are answered and kept; a response is returned.
    fn receive(&mut self) -> Option<Message> {
        let mut buffer = vec![0; 65_535];
        let length = self.socket.recv(&mut buffer).ok()?;
        let message = Message::read(&buffer[..length]);
        if message.status() > 0 {
            return Some(message);
        }
        let mut answer = String::from("SIP/2.0 200 OK\r\n");
        for (name, value) in message.headers() {
            if ["Via", "From", "To", "Call-ID", "CSeq", "Record-Route"].contains(&name) {
                let _ = write!(answer, "{name}: {value}\r\n");
            }
        }
        let _ = write!(
            answer,
            "Contact: <sip:{}@127.0.0.1:{}>\r\nContent-Length: 0\r\n\r\n",
            self.user, self.port
        );
        self.socket
            .send(answer.as_bytes())
            .expect("the server's port is open");
        self.inbox.push(message);
        None
    }
}
