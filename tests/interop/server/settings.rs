//! What a test may choose about its server, and how that reaches the program.

use std::path::Path;
use std::time::Duration;

use super::{Certificates, DATA_BASE, Ports, TEXT_BASE, TLS};

/// How the server behaves. The default is a friendly one.
#[derive(Debug, Clone)]
pub struct Options {
    /// Least expiry of SUBSCRIBE and PUBLISH in seconds; shorter ones get 423.
    pub min_expires: u32,
    /// Longest expiry that is granted, in seconds.
    pub max_expires: u32,
    /// Least expiry of REGISTER in seconds; shorter ones get 423.
    pub register_min_expires: u32,
    /// Seconds until a nonce is stale.
    pub nonce_expires: u32,
    /// Every nonce is good for one request only.
    pub one_time_nonce: bool,
    /// The nonce count is checked.
    pub nonce_count: bool,
    /// Challenges offer `qop="auth"`.
    pub qop: bool,
    /// Challenges ask for SHA-256 instead of MD5.
    pub sha_256: bool,
    /// Requests other than REGISTER are challenged with 407 instead of 401.
    pub proxy_challenge: bool,
    /// SUBSCRIBE is answered 202, as in the days of RFC 3265.
    pub answer_202: bool,
    /// NOTIFYs leave a second late, and several changes become one.
    pub delayed_notify: bool,
    /// Watcher information is sent when the rules change, which Kamailio alone does not do.
    pub winfo_on_rules: bool,
    /// Whether a status that stays when nobody is logged in is kept and told (RFC 4827).
    pub hard_state: bool,
    /// Devices of the user `forked`: two or three.
    pub devices: u8,
    /// The registrar knows outbound (RFC 5626) and answers STUN, and expects a keep-alive every so many seconds.
    pub flow_timer: Option<u32>,
    /// What the server shows to TLS clients.
    pub certificate: Certificate,
    /// TLS clients must show a certificate of the same authority.
    pub client_certificates: bool,
    /// A UDP port at which a lossy proxy stands before the server.
    pub behind_proxy: Option<u16>,
    /// Worker processes for each socket.
    pub workers: u8,
    /// -1 (silent) to 3 (everything).
    pub log_level: i8,
    /// After this time the server ends whatever the test does.
    pub bound: Duration,
}

/// The certificate of the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Certificate {
    /// For the domain, valid.
    Good,
    /// For the domain, but of the past.
    Expired,
    /// Valid, but for another domain.
    OtherHost,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            min_expires: 0,
            max_expires: 3600,
            register_min_expires: 0,
            nonce_expires: 300,
            one_time_nonce: false,
            nonce_count: false,
            qop: true,
            sha_256: false,
            proxy_challenge: false,
            answer_202: false,
            delayed_notify: false,
            winfo_on_rules: true,
            hard_state: false,
            devices: 3,
            flow_timer: None,
            certificate: Certificate::Good,
            client_certificates: false,
            behind_proxy: None,
            workers: 2,
            log_level: 2,
            bound: Duration::from_secs(300),
        }
    }
}

/// The program's arguments.
pub(super) fn arguments(options: &Options, ports: Ports, folder: &Path) -> Vec<String> {
    let configuration = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/interop/kamailio/kamailio.cfg"
    );
    let folder = folder.display();
    let text = |value: &str| format!("\"{value}\"");
    let number = |value: u32| value.to_string();
    let flag = |value: bool| u8::from(value).to_string();

    let values = [
        ("SIP_PORT", number(ports.sip.into())),
        ("DEVICE_1", number(ports.devices[0].into())),
        ("DEVICE_2", number(ports.devices[1].into())),
        ("DEVICE_3", number(ports.devices[2].into())),
        ("SELF", text(&format!("sip:127.0.0.1:{}", ports.sip))),
        (
            "LIST_SERVER",
            text(&format!("sip:rls@127.0.0.1:{}", ports.sip)),
        ),
        (
            "DATA_BASE",
            text(&format!("sqlite:///{folder}/{DATA_BASE}")),
        ),
        ("TEXT_BASE", text(&format!("text://{folder}/{TEXT_BASE}"))),
        ("TLS_CONFIG", text(&format!("{folder}/{TLS}"))),
        ("MIN_EXPIRES", number(options.min_expires)),
        ("MAX_EXPIRES", number(options.max_expires)),
        ("REGISTER_MIN_EXPIRES", number(options.register_min_expires)),
        ("NONCE_EXPIRES", number(options.nonce_expires)),
        ("ONE_TIME_NONCE", flag(options.one_time_nonce)),
        ("NONCE_COUNT", flag(options.nonce_count)),
        ("FLOW_TIMER", number(options.flow_timer.unwrap_or(0))),
        ("DIGEST_QOP", text(if options.qop { "auth" } else { "" })),
        (
            "DIGEST_ALGORITHM",
            text(if options.sha_256 { "SHA-256" } else { "" }),
        ),
        ("ANSWER_200", flag(!options.answer_202)),
        ("WORKERS", number(options.workers.into())),
        ("LOG_LEVEL", options.log_level.to_string()),
    ];
    let switches = [
        ("WITH_QOP", options.qop),
        ("PROXY_CHALLENGE", options.proxy_challenge),
        ("DELAYED_NOTIFY", options.delayed_notify),
        ("WINFO_ON_RULES", options.winfo_on_rules),
        ("HARD_STATE", options.hard_state),
        ("THREE_DEVICES", options.devices >= 3),
        ("OUTBOUND", options.flow_timer.is_some()),
        ("BEHIND_PROXY", options.behind_proxy.is_some()),
    ];
    let shown = options
        .behind_proxy
        .map_or_else(String::new, |port| format!("/127.0.0.1:{port}"));
    let mut sockets = vec![
        format!("udp:127.0.0.1:{}{shown}", ports.sip),
        format!("tcp:127.0.0.1:{}", ports.sip),
        format!("tls:127.0.0.1:{}", ports.tls),
        format!("tcp:127.0.0.1:{}", ports.xcap),
        format!("tls:127.0.0.1:{}", ports.xcaps),
    ];
    sockets.extend(ports.devices.map(|port| format!("udp:127.0.0.1:{port}")));

    // In the foreground, logging to standard error, with little memory and its own folder.
    let mut arguments: Vec<String> = ["-DD", "-E", "-m", "64", "-M", "8", "-f", configuration]
        .map(Into::into)
        .into();
    arguments.extend([
        "-Y".to_owned(),
        folder.to_string(),
        "-w".to_owned(),
        folder.to_string(),
    ]);
    for (name, value) in values {
        arguments.extend(["-A".to_owned(), format!("{name}={value}")]);
    }
    for (name, _) in switches.iter().filter(|(_, on)| *on) {
        arguments.extend(["-A".to_owned(), (*name).to_owned()]);
    }
    for socket in sockets {
        arguments.extend(["-l".to_owned(), socket]);
    }
    arguments
}

/// The content of the TLS settings file.
pub(super) fn tls(options: &Options, certificates: &Certificates) -> String {
    let (certificate, key) = certificates.of(options.certificate);
    let ask = if options.client_certificates {
        "yes"
    } else {
        "no"
    };
    let files = format!(
        "method = TLSv1.2+\ncertificate = {}\nprivate_key = {}\nca_list = {}\n",
        certificate.display(),
        key.display(),
        certificates.authority.display()
    );
    format!(
        "[server:default]\n{files}verify_certificate = {ask}\nrequire_certificate = {ask}\n\
         [client:default]\n{files}verify_certificate = no\nrequire_certificate = no\n"
    )
}
