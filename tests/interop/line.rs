//! A bad line between a client and the server: a UDP proxy that loses, doubles and delays datagrams.

use std::collections::HashMap;
use std::io::ErrorKind;
use std::net::{SocketAddr, UdpSocket};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::message::Message;

/// Which way a datagram goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// From a client to the server.
    Up,
    /// From the server to a client.
    Down,
}

/// What happens to a datagram.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It is never seen again.
    Lost,
    /// It arrives this much later, behind what was sent after it.
    Late(Duration),
}

/// How often what goes wrong, in percent of the datagrams of each way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Weather {
    /// Lost.
    pub loss: u64,
    /// Arrives twice, the second time up to `delay` later.
    pub doubled: u64,
    /// Arrives up to `delay` late.
    pub late: u64,
    /// The longest delay.
    pub delay: Duration,
}

/// What the line did so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Datagrams that came in.
    pub seen: u64,
    /// Those that were lost.
    pub lost: u64,
    /// Those that arrived twice.
    pub doubled: u64,
    /// Those that arrived late.
    pub late: u64,
}

/// A running line. Dropping it ends it.
pub struct Line {
    port: u16,
    state: Arc<Mutex<State>>,
    over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

struct State {
    server: Option<SocketAddr>,
    weather: Weather,
    orders: Vec<Order>,
    counts: Counts,
    seed: u64,
}

/// What is to happen to the next messages of a kind.
struct Order {
    way: Way,
    kind: &'static str,
    method: &'static str,
    left: usize,
    fate: Fate,
}

impl Line {
    /// Opens the client's end; nothing passes before [`Line::to`] says where the server is. `seed` decides what the
    /// weather does to the first, second, third datagram.
    pub fn open(seed: u64) -> Self {
        let front = UdpSocket::bind("127.0.0.1:0").expect("a socket");
        front.set_nonblocking(true).expect("a socket option");
        let port = front.local_addr().expect("an address").port();
        let state = Arc::new(Mutex::new(State {
            server: None,
            weather: Weather::default(),
            orders: Vec::new(),
            counts: Counts::default(),
            seed,
        }));
        let over = Arc::new(AtomicBool::new(false));
        let (shared, flag) = (Arc::clone(&state), Arc::clone(&over));
        Self {
            port,
            state,
            over,
            thread: Some(thread::spawn(move || carry(&front, &shared, &flag))),
        }
    }

    /// Leads to this server from now on.
    pub fn to(&self, server: SocketAddr) {
        lock(&self.state).server = Some(server);
    }

    /// Changes the weather.
    pub fn weather(&self, weather: Weather) {
        lock(&self.state).weather = weather;
    }

    /// Decides the fate of the next `times` messages of a kind: a method, or the status code of an answer, and then
    /// to requests of which method. They do not feel the weather.
    pub fn order(
        &self,
        way: Way,
        (kind, method): (&'static str, &'static str),
        times: usize,
        fate: Fate,
    ) {
        lock(&self.state).orders.push(Order {
            way,
            kind,
            method,
            left: times,
            fate,
        });
    }

    /// What happened so far.
    pub fn counts(&self) -> Counts {
        lock(&self.state).counts
    }

    /// The client's end.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The client's end as `--proxy` takes it.
    pub fn proxy(&self) -> String {
        format!("sip:127.0.0.1:{};transport=udp;lr", self.port)
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl State {
    /// When copies of this datagram arrive, after no time at all or later.
    fn decide(&mut self, way: Way, datagram: &[u8]) -> Vec<Duration> {
        self.counts.seen += 1;
        let message = Message::read(datagram);
        let order = self
            .orders
            .iter_mut()
            .find(|order| order.fits(way, &message));
        if let Some(order) = order {
            order.left -= 1;
            return match order.fate {
                Fate::Lost => {
                    self.counts.lost += 1;
                    Vec::new()
                }
                Fate::Late(delay) => {
                    self.counts.late += 1;
                    vec![delay]
                }
            };
        }
        let weather = self.weather;
        let percent = self.draw() % 100;
        let thousandths = u32::try_from(self.draw() % 1000).unwrap_or(0);
        let some_time = weather.delay * thousandths / 1000;
        if percent < weather.loss {
            self.counts.lost += 1;
            Vec::new()
        } else if percent < weather.loss + weather.doubled {
            self.counts.doubled += 1;
            vec![Duration::ZERO, some_time]
        } else if percent < weather.loss + weather.doubled + weather.late {
            self.counts.late += 1;
            vec![some_time]
        } else {
            vec![Duration::ZERO]
        }
    }

    /// The next number of a sequence that the seed decides (splitmix64).
    fn draw(&mut self) -> u64 {
        self.seed = self.seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.seed;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

impl Order {
    fn fits(&self, way: Way, message: &Message) -> bool {
        let answers = || {
            let sequence = message.header("CSeq").unwrap_or_default();
            message.status().to_string() == self.kind && sequence.ends_with(self.method)
        };
        self.left > 0 && self.way == way && (message.method() == self.kind || answers())
    }
}

/// Carries datagrams until it is over. Each client has a socket of its own towards the server, so that the server
/// can tell clients apart.
fn carry(front: &UdpSocket, state: &Mutex<State>, over: &AtomicBool) {
    let mut backs: HashMap<SocketAddr, UdpSocket> = HashMap::new();
    let mut waiting: Vec<(Instant, Way, SocketAddr, Vec<u8>)> = Vec::new();
    let mut buffer = vec![0; 65_535];
    while !over.load(Ordering::Relaxed) {
        let mut arrived = Vec::new();
        while let Some((length, client)) = received(front.recv_from(&mut buffer)) {
            arrived.push((Way::Up, client, buffer[..length].to_vec()));
        }
        for (client, back) in &backs {
            while let Some(length) = received(back.recv(&mut buffer)) {
                arrived.push((Way::Down, *client, buffer[..length].to_vec()));
            }
        }
        let now = Instant::now();
        let mut state = lock(state);
        for (way, client, datagram) in arrived {
            for delay in state.decide(way, &datagram) {
                waiting.push((now + delay, way, client, datagram.clone()));
            }
        }
        let server = state.server;
        drop(state);
        let (due, later): (Vec<_>, Vec<_>) = waiting.into_iter().partition(|one| one.0 <= now);
        waiting = later;
        for (_, way, client, datagram) in due {
            // What cannot be sent is lost, as on any line.
            let _ = match (way, server) {
                (Way::Down, _) => front.send_to(&datagram, client),
                (Way::Up, Some(server)) => backs
                    .entry(client)
                    .or_insert_with(|| back(server))
                    .send(&datagram),
                (Way::Up, None) => continue,
            };
        }
        thread::sleep(Duration::from_millis(2));
    }
}

fn back(server: SocketAddr) -> UdpSocket {
    let back = UdpSocket::bind("127.0.0.1:0").expect("a socket");
    back.connect(server).expect("an address");
    back.set_nonblocking(true).expect("a socket option");
    back
}

/// What came, if anything did. A port that is closed for the moment counts as nothing.
fn received<T>(result: std::io::Result<T>) -> Option<T> {
    match result {
        Ok(something) => Some(something),
        Err(error) if error.kind() == ErrorKind::WouldBlock => None,
        Err(error) if error.kind() == ErrorKind::ConnectionRefused => None,
        Err(error) => panic!("the line broke: {error}"),
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

#[test]
fn the_line_does_what_it_is_told_and_the_same_for_the_same_seed() {
    let server = UdpSocket::bind("127.0.0.1:0").unwrap();
    server
        .set_read_timeout(Some(Duration::from_millis(400)))
        .unwrap();
    let run = |seed: u64, weather: Weather| {
        let line = Line::open(seed);
        line.to(server.local_addr().unwrap());
        line.weather(weather);
        let client = UdpSocket::bind("127.0.0.1:0").unwrap();
        client.connect(("127.0.0.1", line.port())).unwrap();
        let mut arrived: Vec<u8> = Vec::new();
        for number in 0..=255 {
            client.send(&[number]).unwrap();
            thread::sleep(Duration::from_millis(1));
        }
        let mut buffer = [0; 1];
        while server.recv(&mut buffer).is_ok() {
            arrived.push(buffer[0]);
        }
        (arrived, line.counts())
    };
    let weather = Weather {
        loss: 25,
        doubled: 10,
        late: 10,
        delay: Duration::from_millis(100),
    };
    let (arrived, counts) = run(7, weather);
    assert_eq!(counts.seen, 256);
    assert!((40..90).contains(&counts.lost), "{counts:?}");
    assert_eq!(arrived.len() as u64, 256 - counts.lost + counts.doubled);
    assert!(
        arrived.windows(2).any(|pair| pair[0] > pair[1]),
        "nothing was reordered"
    );
    assert_eq!(run(7, weather).1, counts);
    assert_ne!(run(8, weather).1, counts);
    let (arrived, _) = run(7, Weather::default());
    assert_eq!(arrived, (0..=255).collect::<Vec<u8>>());
}

#[test]
fn the_line_obeys_orders_about_single_messages() {
    let server = UdpSocket::bind("127.0.0.1:0").unwrap();
    server
        .set_read_timeout(Some(Duration::from_millis(500)))
        .unwrap();
    let line = Line::open(1);
    line.to(server.local_addr().unwrap());
    let client = UdpSocket::bind("127.0.0.1:0").unwrap();
    client
        .set_read_timeout(Some(Duration::from_millis(500)))
        .unwrap();
    client.connect(("127.0.0.1", line.port())).unwrap();
    line.order(Way::Up, ("SUBSCRIBE", ""), 1, Fate::Lost);
    line.order(
        Way::Down,
        ("200", "SUBSCRIBE"),
        1,
        Fate::Late(Duration::from_millis(200)),
    );

    let mut buffer = [0; 200];
    let subscribe = b"SUBSCRIBE sip:bob@example.test SIP/2.0\r\nCSeq: 1 SUBSCRIBE\r\n\r\n";
    client.send(subscribe).unwrap();
    client
        .send(b"OPTIONS sip:example.test SIP/2.0\r\nCSeq: 1 OPTIONS\r\n\r\n")
        .unwrap();
    let (length, from) = server.recv_from(&mut buffer).unwrap();
    assert!(buffer[..length].starts_with(b"OPTIONS"));
    server
        .send_to(b"SIP/2.0 200 OK\r\nCSeq: 1 SUBSCRIBE\r\n\r\n", from)
        .unwrap();
    server
        .send_to(b"SIP/2.0 200 OK\r\nCSeq: 1 OPTIONS\r\n\r\n", from)
        .unwrap();
    let began = Instant::now();
    let length = client.recv(&mut buffer).unwrap();
    assert!(buffer[..length].ends_with(b"OPTIONS\r\n\r\n"));
    let length = client.recv(&mut buffer).unwrap();
    assert!(buffer[..length].ends_with(b"SUBSCRIBE\r\n\r\n"));
    assert!(began.elapsed() > Duration::from_millis(150));
    client.send(subscribe).unwrap();
    let length = server
        .recv(&mut buffer)
        .expect("the order was about one only");
    assert!(buffer[..length].starts_with(b"SUBSCRIBE"));
}
