//! The other side, scripted: registrar and notifier over UDP and TCP that can send anything. Nothing of Siskin is in it.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use crate::message::Message;

/// A server on one port of UDP and TCP.
pub struct Server {
    shared: Arc<Shared>,
}

/// The notifier's end of a dialog.
#[derive(Debug, Clone)]
pub struct Dialog {
    pub event: String,
    call_id: String,
    from: String,
    to: String,
    contact: String,
    transport: &'static str,
    port: u16,
}

/// A message that can still be spoilt.
#[derive(Debug, Clone)]
pub struct Draft {
    start: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

/// Somebody else on the network.
pub struct Stranger {
    socket: UdpSocket,
}

type Script = Box<dyn FnMut(&Message, u16) -> Vec<Draft> + Send>;

struct Shared {
    port: u16,
    udp: UdpSocket,
    over: AtomicBool,
    script: Mutex<Script>,
    heard: Mutex<Heard>,
    news: Condvar,
}

#[derive(Default)]
struct Heard {
    requests: Vec<Message>,
    responses: Vec<Message>,
    connections: Vec<TcpStream>,
    /// Who sent the last datagram.
    client: Option<SocketAddr>,
}

impl Server {
    /// A server that registers, accepts and notifies.
    pub fn polite() -> Self {
        Self::scripted(polite)
    }

    /// A server that answers each request as told.
    pub fn scripted(script: impl FnMut(&Message, u16) -> Vec<Draft> + Send + 'static) -> Self {
        let (udp, tcp) = loop {
            let tcp = TcpListener::bind("127.0.0.1:0").unwrap();
            if let Ok(udp) = UdpSocket::bind(tcp.local_addr().unwrap()) {
                break (udp, tcp);
            }
        };
        udp.set_read_timeout(Some(TICK)).unwrap();
        tcp.set_nonblocking(true).unwrap();
        let shared = Arc::new(Shared {
            port: udp.local_addr().unwrap().port(),
            udp,
            over: AtomicBool::new(false),
            script: Mutex::new(Box::new(script)),
            heard: Mutex::default(),
            news: Condvar::new(),
        });
        let datagrams = Arc::clone(&shared);
        thread::spawn(move || datagrams.receive());
        let connections = Arc::clone(&shared);
        thread::spawn(move || connections.accept(&tcp));
        Self { shared }
    }

    /// What to give as `--proxy`.
    pub fn proxy(&self, transport: &str) -> String {
        format!("sip:127.0.0.1:{};transport={transport}", self.shared.port)
    }

    /// How many requests of a method have come.
    pub fn count(&self, method: &str) -> usize {
        let heard = self.shared.heard.lock().unwrap();
        let requests = heard.requests.iter();
        requests.filter(|it| it.method() == method).count()
    }

    /// Everything that was asked.
    pub fn requests(&self) -> Vec<Message> {
        self.shared.heard.lock().unwrap().requests.clone()
    }

    /// How many connections have been made.
    pub fn connections(&self) -> usize {
        self.shared.heard.lock().unwrap().connections.len()
    }

    /// The dialog of the first SUBSCRIBE for a package.
    pub fn dialog(&self, event: &str) -> Dialog {
        let found = self.await_heard(PATIENCE, |heard| {
            let mut requests = heard.requests.iter().rev();
            let is =
                |it: &&Message| it.method() == "SUBSCRIBE" && it.header("Event") == Some(event);
            requests.find(is).cloned()
        });
        Dialog::of(&found.expect("a SUBSCRIBE"), self.shared.port)
    }

    /// Sends a request the way the client came, and returns the status of the answer; `None` when there is none.
    pub fn ask(&self, draft: &Draft) -> Option<u16> {
        let branch = draft.branch();
        // A datagram may be lost where thousands come, and is sent again (RFC 3261 §17.1.2.2).
        let sends = if draft.is_datagram() { 5 } else { 1 };
        let pause = PATIENCE / sends;
        let mut bytes = None;
        for _ in 0..sends {
            {
                let heard = self.shared.heard.lock().unwrap();
                self.write(&heard, bytes.get_or_insert_with(|| draft.bytes()));
            }
            let answer = self.await_heard(pause, |heard| {
                let mut responses = heard.responses.iter();
                responses.find(|it| it.branch() == branch).cloned()
            });
            if let Some(answer) = answer {
                return Some(answer.status());
            }
        }
        None
    }

    /// Sends bytes on the last connection, or as a datagram if there is none.
    pub fn send(&self, bytes: impl AsRef<[u8]>) {
        let heard = self.shared.heard.lock().unwrap();
        self.write(&heard, bytes.as_ref());
    }

    /// How many responses have come so far.
    pub fn responses(&self) -> usize {
        self.shared.heard.lock().unwrap().responses.len()
    }

    fn write(&self, heard: &Heard, bytes: &[u8]) {
        if let Some(mut connection) = heard.connections.last() {
            // It may be closed in the middle of what it does not like.
            let _ = connection.write_all(bytes);
        } else {
            let client = heard.client.expect("somebody to send to");
            self.shared.udp.send_to(bytes, client).unwrap();
        }
    }

    fn await_heard<T>(&self, bound: Duration, look: impl Fn(&Heard) -> Option<T>) -> Option<T> {
        let end = Instant::now() + bound;
        let mut heard = self.shared.heard.lock().unwrap();
        loop {
            if let Some(found) = look(&heard) {
                return Some(found);
            }
            let left = end.checked_duration_since(Instant::now())?;
            heard = self.shared.news.wait_timeout(heard, left).unwrap().0;
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shared.over.store(true, Ordering::Relaxed);
    }
}

impl Shared {
    fn receive(&self) {
        let mut buffer = vec![0; 65_535];
        while !self.over.load(Ordering::Relaxed) {
            let Ok((length, client)) = self.udp.recv_from(&mut buffer) else {
                continue;
            };
            self.heard.lock().unwrap().client = Some(client);
            let message = Message::read(&buffer[..length]);
            self.hear(message, |bytes| drop(self.udp.send_to(bytes, client)));
        }
    }

    fn accept(self: &Arc<Self>, listener: &TcpListener) {
        while !self.over.load(Ordering::Relaxed) {
            let Ok((stream, _)) = listener.accept() else {
                thread::sleep(Duration::from_millis(5));
                continue;
            };
            stream.set_nonblocking(false).unwrap();
            stream.set_read_timeout(Some(TICK)).unwrap();
            stream.set_write_timeout(Some(PATIENCE)).unwrap();
            let reading = stream.try_clone().unwrap();
            self.heard.lock().unwrap().connections.push(stream);
            let shared = Arc::clone(self);
            thread::spawn(move || shared.converse(reading));
        }
    }

    fn converse(&self, mut stream: TcpStream) {
        let mut bytes = Vec::new();
        let mut buffer = vec![0; 65_535];
        while !self.over.load(Ordering::Relaxed) {
            match stream.read(&mut buffer) {
                Ok(0) => return,
                Ok(length) => bytes.extend_from_slice(&buffer[..length]),
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => continue,
                Err(_) => return,
            }
            while let Some(length) = framed(&bytes) {
                let message = Message::read(&bytes[..length]);
                bytes.drain(..length);
                self.hear(message, |bytes| drop(stream.write_all(bytes)));
            }
        }
    }

    fn hear(&self, message: Message, mut send: impl FnMut(&[u8])) {
        if message.status() > 0 {
            self.heard.lock().unwrap().responses.push(message);
            self.news.notify_all();
            return;
        }
        let answers = (self.script.lock().unwrap())(&message, self.port);
        let mut heard = self.heard.lock().unwrap();
        heard.requests.push(message);
        self.news.notify_all();
        for answer in answers {
            send(&answer.bytes());
        }
    }
}

impl Message {
    /// The lifetime that a request asks for, in seconds.
    pub fn expires(&self) -> u32 {
        let expires = self.header("Expires");
        expires.and_then(|it| it.parse().ok()).unwrap_or(3600)
    }

    /// A response to it.
    pub fn answer(&self, code: u16, words: &str) -> Draft {
        let mut headers: Vec<(String, String)> = Vec::new();
        for name in ["Via", "From", "To", "Call-ID", "CSeq"] {
            let mut value = self.header(name).unwrap_or_default().to_owned();
            if name == "To" && !value.contains(";tag=") {
                value += ";tag=notifier";
            }
            headers.push((name.to_owned(), value));
        }
        Draft {
            start: format!("SIP/2.0 {code} {words}"),
            headers,
            body: Vec::new(),
        }
    }

    fn branch(&self) -> &str {
        branch_of(self.header("Via").unwrap_or_default())
    }

    fn transport(&self) -> &'static str {
        let via = self.header("Via").unwrap_or_default();
        if via.starts_with("SIP/2.0/TCP") {
            "TCP"
        } else {
            "UDP"
        }
    }
}

impl Dialog {
    /// The dialog that a SUBSCRIBE asks for.
    pub fn of(subscribe: &Message, port: u16) -> Self {
        let text = |name| subscribe.header(name).unwrap_or_default().to_owned();
        let to = text("To");
        let contact = text("Contact");
        let contact = contact.split(['<', '>']).nth(1).unwrap_or_default();
        Self {
            event: text("Event"),
            call_id: text("Call-ID"),
            from: if to.contains(";tag=") {
                to
            } else {
                to + ";tag=notifier"
            },
            to: text("From"),
            contact: contact.to_owned(),
            transport: subscribe.transport(),
            port,
        }
    }

    /// A NOTIFY without a body in it.
    pub fn notify(&self, state: &str) -> Draft {
        let number = DRAFTS.fetch_add(1, Ordering::Relaxed);
        let (transport, port) = (self.transport, self.port);
        let headers = [
            (
                "Via",
                format!("SIP/2.0/{transport} 127.0.0.1:{port};rport;branch=z9hG4bK-{number}-n"),
            ),
            ("Max-Forwards", "70".to_owned()),
            ("From", self.from.clone()),
            ("To", self.to.clone()),
            ("Call-ID", self.call_id.clone()),
            ("CSeq", format!("{NEXT} NOTIFY")),
            (
                "Contact",
                format!("<sip:127.0.0.1:{port};transport={transport}>"),
            ),
            ("Event", self.event.clone()),
            ("Subscription-State", state.to_owned()),
        ];
        Draft {
            start: format!("NOTIFY {} SIP/2.0", self.contact),
            headers: headers.map(|(name, value)| (name.to_owned(), value)).into(),
            body: Vec::new(),
        }
    }

    /// A NOTIFY with presence in it.
    pub fn presence(&self, note: &str) -> Draft {
        self.notify("active;expires=600").body(PIDF, &pidf(note))
    }

    /// The socket that the client is reached at.
    pub fn client(&self) -> SocketAddr {
        let place = self.contact.rsplit('@').next().unwrap_or_default();
        place.split(';').next().unwrap_or_default().parse().unwrap()
    }
}

impl Draft {
    /// Sets a header field in the place of all of this name.
    pub fn set(mut self, name: &str, value: &str) -> Self {
        self = self.without(name);
        self.add(name, value)
    }

    pub fn add(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(field, _)| field != name);
        self
    }

    pub fn start(mut self, start: &str) -> Self {
        start.clone_into(&mut self.start);
        self
    }

    /// The first line with something in it replaced.
    pub fn replace_start(mut self, from: &str, to: &str) -> Self {
        self.start = self.start.replace(from, to);
        self
    }

    pub fn body(mut self, kind: &str, body: &(impl AsRef<[u8]> + ?Sized)) -> Self {
        body.as_ref().clone_into(&mut self.body);
        self.set("Content-Type", kind)
    }

    pub fn is_request(&self) -> bool {
        !self.start.starts_with("SIP/")
    }

    fn is_datagram(&self) -> bool {
        let mut headers = self.headers.iter();
        headers.any(|(name, value)| name == "Via" && value.contains("SIP/2.0/UDP"))
    }

    fn branch(&self) -> &str {
        let via = self.headers.iter().find(|(name, _)| name == "Via");
        branch_of(via.map_or("", |(_, value)| value))
    }

    /// The same with the next `CSeq`, whenever it is sent.
    pub fn numbered(mut self) -> Self {
        for (_, value) in &mut self.headers {
            if let Some(method) = value.strip_prefix(NEXT) {
                let sequence = SEQUENCE.fetch_add(1, Ordering::Relaxed);
                *value = format!("{sequence}{method}");
            }
        }
        self
    }

    /// The message as it goes out. Its `CSeq` is the next one by now, for the other side takes none that is lower than
    /// one it has had: whoever calls this sends it before anybody else sends anything.
    pub fn bytes(&self) -> Vec<u8> {
        let mut text = format!("{}\r\n", self.start);
        for (name, value) in &self.clone().numbered().headers {
            let _ = write!(text, "{name}: {value}\r\n");
        }
        if !self
            .headers
            .iter()
            .any(|(name, _)| name == "Content-Length")
        {
            let _ = write!(text, "Content-Length: {}\r\n", self.body.len());
        }
        text += "\r\n";
        let mut bytes = text.into_bytes();
        bytes.extend_from_slice(&self.body);
        bytes
    }
}

impl Stranger {
    pub fn new() -> Self {
        Self::at("127.0.0.1")
    }

    /// With another address of this machine.
    pub fn at(address: &str) -> Self {
        let socket = UdpSocket::bind((address, 0)).unwrap();
        socket.set_read_timeout(Some(SILENCE)).unwrap();
        Self { socket }
    }

    pub fn port(&self) -> u16 {
        self.socket.local_addr().unwrap().port()
    }

    pub fn send(&self, client: SocketAddr, bytes: &[u8]) {
        // The client's buffer may be full; that is its business.
        let _ = self.socket.send_to(bytes, client);
    }

    /// Counts what has come, by status, until nothing more comes for a while.
    pub fn drain(&self) -> HashMap<u16, usize> {
        let mut buffer = vec![0; 65_535];
        let mut codes = HashMap::new();
        while let Ok(length) = self.socket.recv(&mut buffer) {
            *codes
                .entry(Message::read(&buffer[..length]).status())
                .or_default() += 1;
        }
        codes
    }
}

/// What a well-behaved server answers.
pub fn polite(request: &Message, port: u16) -> Vec<Draft> {
    let ok = request.answer(200, "OK");
    let expires = request.expires();
    match request.method() {
        "REGISTER" => {
            let contact = request.header("Contact").unwrap_or_default();
            if expires == 0 {
                return vec![ok];
            }
            vec![ok.add("Contact", &format!("{contact};expires={expires}"))]
        }
        "SUBSCRIBE" => {
            let dialog = Dialog::of(request, port);
            let ok = ok.add("Expires", &expires.to_string()).add(
                "Contact",
                &format!("<sip:127.0.0.1:{port};transport={}>", dialog.transport),
            );
            let state = if expires == 0 {
                "terminated;reason=timeout".to_owned()
            } else {
                format!("active;expires={expires}")
            };
            let notify = dialog.notify(&state);
            let package = dialog.event.split(';').next().unwrap_or_default();
            let notify = match package {
                "presence" => notify.body(PIDF, &pidf("First")),
                "message-summary" => notify.body(
                    SUMMARY,
                    "Messages-Waiting: yes\r\nVoice-Message: 2/8 (1/0)\r\n",
                ),
                "presence.winfo" => notify.body(WINFO, &winfo(0, "full", "")),
                _ => notify,
            };
            vec![ok, notify]
        }
        "PUBLISH" => vec![
            ok.add("SIP-ETag", "one")
                .add("Expires", &expires.to_string()),
        ],
        _ => vec![request.answer(501, "Not Implemented")],
    }
}

/// Somebody who is there, with a note.
pub fn pidf(note: &str) -> String {
    format!(
        "<presence xmlns='urn:ietf:params:xml:ns:pidf' entity='sip:bob@example.test'>\
         <tuple id='t'><status><basic>open</basic></status><note>{note}</note></tuple></presence>"
    )
}

/// A list of watchers.
pub fn winfo(version: u32, state: &str, watchers: &str) -> String {
    format!(
        "<watcherinfo xmlns='urn:ietf:params:xml:ns:watcherinfo' version='{version}' state='{state}'>\
         <watcher-list resource='sip:alice@example.test' package='presence'>{watchers}</watcher-list></watcherinfo>"
    )
}

fn branch_of(via: &str) -> &str {
    let branch = via.split("branch=").nth(1).unwrap_or_default();
    branch.split([';', ',']).next().unwrap_or_default()
}

/// The length of the first message, if it is all there.
fn framed(bytes: &[u8]) -> Option<usize> {
    let head = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
    let text = String::from_utf8_lossy(&bytes[..head]).to_ascii_lowercase();
    let length = text
        .lines()
        .find_map(|line| line.strip_prefix("content-length:"));
    let length: usize = length.and_then(|it| it.trim().parse().ok()).unwrap_or(0);
    let whole = head + 4 + length;
    (bytes.len() >= whole).then_some(whole)
}

pub const PIDF: &str = "application/pidf+xml";
pub const SUMMARY: &str = "application/simple-message-summary";
pub const WINFO: &str = "application/watcherinfo+xml";
/// Stands for a number that is not known before the message is sent.
const NEXT: &str = "{next}";
static SEQUENCE: AtomicU32 = AtomicU32::new(100);
static DRAFTS: AtomicU32 = AtomicU32::new(0);
const TICK: Duration = Duration::from_millis(50);
/// What has to come, comes within this time.
const PATIENCE: Duration = Duration::from_secs(15);
/// What has not come by then does not come.
const SILENCE: Duration = Duration::from_millis(700);
