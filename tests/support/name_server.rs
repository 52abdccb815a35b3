//! A small DNS server on loopback, over UDP and TCP: it says what a test wants, also what is wrong.

use std::io::{Read as _, Write as _};
use std::net::{IpAddr, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// What the server knows. Names are written without the last dot.
#[derive(Default, Clone)]
pub struct Zone {
    records: Vec<Record>,
    strays: Vec<(String, Record)>,
    failing: Vec<String>,
    silent: Vec<String>,
    truncated: Vec<String>,
}

#[derive(Clone)]
struct Record {
    owner: String,
    kind: u16,
    data: Vec<u8>,
}

/// The running server; it ends when this value is dropped.
pub struct NameServer {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
    stop: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

impl Zone {
    pub fn host(self, name: &str, ip: &str) -> Self {
        let (kind, data) = match ip.parse().unwrap() {
            IpAddr::V4(ip) => (A, ip.octets().to_vec()),
            IpAddr::V6(ip) => (AAAA, ip.octets().to_vec()),
        };
        self.record(name, kind, data)
    }

    pub fn alias(self, name: &str, target: &str) -> Self {
        self.record(name, CNAME, encode(target))
    }

    pub fn srv(self, name: &str, numbers: [u16; 3], target: &str) -> Self {
        let mut data: Vec<u8> = numbers.into_iter().flat_map(u16::to_be_bytes).collect();
        data.extend(encode(target));
        self.record(name, SRV, data)
    }

    pub fn naptr(self, name: &str, order: u16, service: &str, replacement: &str) -> Self {
        let mut data: Vec<u8> = [order, 10].into_iter().flat_map(u16::to_be_bytes).collect();
        for text in ["s", service, ""] {
            data.push(u8::try_from(text.len()).unwrap());
            data.extend(text.as_bytes());
        }
        data.extend(encode(replacement));
        self.record(name, NAPTR, data)
    }

    /// An address of another name, told to whoever asks for this one.
    pub fn stray(mut self, asked: &str, owner: &str, ip: [u8; 4]) -> Self {
        let record = Record {
            owner: owner.to_owned(),
            kind: A,
            data: ip.to_vec(),
        };
        self.strays.push((asked.to_owned(), record));
        self
    }

    /// SERVFAIL for everything about this name.
    pub fn failing(mut self, name: &str) -> Self {
        self.failing.push(name.to_owned());
        self
    }

    /// No answer about this name.
    pub fn silent(mut self, name: &str) -> Self {
        self.silent.push(name.to_owned());
        self
    }

    /// Answers about this name only over TCP.
    pub fn truncated(mut self, name: &str) -> Self {
        self.truncated.push(name.to_owned());
        self
    }

    fn record(mut self, owner: &str, kind: u16, data: Vec<u8>) -> Self {
        self.records.push(Record {
            owner: owner.to_owned(),
            kind,
            data,
        });
        self
    }
}

impl NameServer {
    pub fn start(zone: Zone) -> Self {
        let (udp, tcp) = (0..100)
            .find_map(|_| {
                let tcp = TcpListener::bind("127.0.0.1:0").unwrap();
                let udp = UdpSocket::bind(tcp.local_addr().unwrap()).ok()?;
                Some((udp, tcp))
            })
            .unwrap();
        let address = udp.local_addr().unwrap();
        udp.set_read_timeout(Some(TICK)).unwrap();
        tcp.set_nonblocking(true).unwrap();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let stop = Arc::new(AtomicBool::new(false));
        let desk = Desk {
            zone,
            asked: Arc::clone(&asked),
        };
        let (other, stop_udp, stop_tcp) = (desk.clone(), Arc::clone(&stop), Arc::clone(&stop));
        let threads = vec![
            thread::spawn(move || {
                let mut buffer = [0; 2048];
                while !stop_udp.load(Ordering::Relaxed) {
                    if let Ok((length, from)) = udp.recv_from(&mut buffer)
                        && let Some(answer) = desk.answer(&buffer[..length], DATAGRAM)
                    {
                        let _ = udp.send_to(&answer, from);
                    }
                }
            }),
            thread::spawn(move || {
                while !stop_tcp.load(Ordering::Relaxed) {
                    match tcp.accept() {
                        Ok((stream, _)) => other.serve(stream),
                        Err(_) => thread::sleep(TICK),
                    }
                }
            }),
        ];
        Self {
            address,
            asked,
            stop,
            threads,
        }
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What was asked since the last time, like `SRV _sip._udp.example.test`; `over TCP` where it was.
    pub fn asked(&self) -> Vec<String> {
        std::mem::take(&mut *self.asked.lock().unwrap())
    }
}

impl Drop for NameServer {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

#[derive(Clone)]
struct Desk {
    zone: Zone,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Desk {
    /// Answers what comes on one connection.
    fn serve(&self, mut stream: TcpStream) {
        let _ = stream.set_nonblocking(false);
        let _ = stream.set_read_timeout(Some(TICK));
        let mut length = [0; 2];
        while stream.read_exact(&mut length).is_ok() {
            let mut query = vec![0; usize::from(u16::from_be_bytes(length))];
            if stream.read_exact(&mut query).is_err() {
                return;
            }
            let Some(answer) = self.answer(&query, STREAM) else {
                return;
            };
            let length = u16::try_from(answer.len()).unwrap().to_be_bytes();
            if stream.write_all(&[&length[..], &answer].concat()).is_err() {
                return;
            }
        }
    }

    fn answer(&self, query: &[u8], room: usize) -> Option<Vec<u8>> {
        let (name, end) = decode(query, 12)?;
        let kind = u16::from_be_bytes(query.get(end..end + 2)?.try_into().ok()?);
        let question = query.get(12..end + 4)?;
        let names = |names: &[String]| names.contains(&name);
        let word = match kind {
            A => "A",
            CNAME => "CNAME",
            AAAA => "AAAA",
            SRV => "SRV",
            NAPTR => "NAPTR",
            _ => "?",
        };
        let over = if room == STREAM { " over TCP" } else { "" };
        self.asked
            .lock()
            .unwrap()
            .push(format!("{word} {name}{over}"));
        if names(&self.zone.silent) {
            return None;
        }
        let found = self.found(&name, kind);
        let exists = self.zone.records.iter().any(|it| it.owner == name);
        let code = match () {
            () if names(&self.zone.failing) => SERVFAIL,
            () if !found.is_empty() || exists => 0,
            () => NXDOMAIN,
        };
        let mut answers = Vec::new();
        let mut count = 0_u16;
        for record in found {
            let bytes = write(&record.owner, record.kind, &record.data);
            // As much as a message can hold.
            if answers.len() + bytes.len() > STREAM - 1000 {
                break;
            }
            answers.extend(bytes);
            count += 1;
        }
        let truncated =
            room == DATAGRAM && (answers.len() > DATAGRAM - 300 || names(&self.zone.truncated));
        if truncated {
            answers.clear();
            count = 0;
        }
        let mut authority = Vec::new();
        if count == 0 && !truncated && code != SERVFAIL {
            let numbers = [1_u32, 60, 60, 60, 60];
            let mut soa = [encode("ns.test"), encode("root.test")].concat();
            soa.extend(numbers.into_iter().flat_map(u32::to_be_bytes));
            authority = write("test", SOA, &soa);
        }
        // An answer, recursion desired and available, perhaps truncated.
        let flags = 0x8180 | (u16::from(truncated) << 9) | code;
        let counts = [flags, 1, count, u16::from(!authority.is_empty()), 0];
        let mut message = query[..2].to_vec();
        message.extend(counts.into_iter().flat_map(u16::to_be_bytes));
        message.extend(question);
        message.extend(answers);
        message.extend(authority);
        Some(message)
    }

    /// The records for a question, with the aliases that lead to them, as a full resolver tells them.
    fn found(&self, name: &str, kind: u16) -> Vec<Record> {
        let mut found = Vec::new();
        let mut owner = name.to_owned();
        loop {
            let of = |kind| {
                let records = self.zone.records.iter();
                records.filter(move |it| it.kind == kind).cloned()
            };
            let own: Vec<_> = of(kind).filter(|it| it.owner == owner).collect();
            let alias = of(CNAME).find(|it| it.owner == owner);
            match alias {
                Some(alias) if own.is_empty() && found.len() < 20 => {
                    owner = decode(&alias.data, 0).unwrap().0;
                    found.push(alias);
                }
                _ => {
                    found.extend(own);
                    break;
                }
            }
        }
        if kind == A {
            let strays = self.zone.strays.iter().filter(|(asked, _)| asked == name);
            found.extend(strays.map(|(_, record)| record.clone()));
        }
        found
    }
}

fn write(owner: &str, kind: u16, data: &[u8]) -> Vec<u8> {
    let mut bytes = encode(owner);
    bytes.extend(kind.to_be_bytes());
    bytes.extend(1_u16.to_be_bytes());
    bytes.extend(TTL.to_be_bytes());
    bytes.extend(u16::try_from(data.len()).unwrap().to_be_bytes());
    bytes.extend(data);
    bytes
}

/// A name as it goes over the wire; `\n` in it is meant to be hostile and goes as it is.
fn encode(name: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    for label in name.split('.').filter(|label| !label.is_empty()) {
        bytes.push(u8::try_from(label.len()).unwrap());
        bytes.extend(label.as_bytes());
    }
    bytes.push(0);
    bytes
}

/// A name without compression, in small letters, and where it ends.
fn decode(message: &[u8], mut at: usize) -> Option<(String, usize)> {
    let mut labels = Vec::new();
    loop {
        let length = usize::from(*message.get(at)?);
        at += 1;
        if length == 0 {
            return Some((labels.join("."), at));
        }
        let label = message.get(at..at + length)?;
        labels.push(String::from_utf8_lossy(label).to_ascii_lowercase());
        at += length;
    }
}

const A: u16 = 1;
const CNAME: u16 = 5;
const SOA: u16 = 6;
const AAAA: u16 = 28;
const SRV: u16 = 33;
const NAPTR: u16 = 35;
const SERVFAIL: u16 = 2;
const NXDOMAIN: u16 = 3;
const TTL: u32 = 120;
/// What fits into a datagram, and into a message at all.
const DATAGRAM: usize = 1232;
const STREAM: usize = 65_535;
const TICK: Duration = Duration::from_millis(20);
