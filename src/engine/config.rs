//! What an engine is told about its account and the event packages.

use std::sync::Arc;

use bytes::Bytes;

use super::{NextHop, Rates, limits};
use crate::sip::{Secret, Transport, Uri};

/// An account, as the engine needs it.
#[derive(Debug, Clone)]
pub struct EngineConfig {
    /// The address of record: From of every request, To of REGISTER and PUBLISH.
    pub address: Uri,
    /// The display name in From.
    pub display_name: Option<String>,
    /// The user name for digest authentication, if it is not the user part of the address.
    pub auth_user: Option<String>,
    /// The password; without one a challenge is answered by [`Event::CredentialsMissing`](super::Event).
    pub password: Option<Secret>,
    /// The one realm that gets our credentials. Without it the realm that the account's own servers first offer is
    /// remembered (AU-016).
    pub realm: Option<String>,
    /// Whether a challenge is left unanswered that offers nothing better than MD5, or less than its realm once did
    /// (AU-004), or has no qop (AU-006). Off by default: many servers know nothing but MD5; a weaker offer is then answered and told.
    pub strong_digest: bool,
    /// What [`Engine::digest_offers`](super::Engine::digest_offers) said in an earlier run, so that a weaker offer is
    /// noticed across a restart, too (AU-004). More than [`limits::DIGEST_OFFERS`] are left out.
    pub digest_offers: Vec<DigestOffer>,
    /// Where everything outside a dialog is sent, the preferred first; `lr` is added (TX-012). With a registrar that knows
    /// outbound the account is registered over each of them (RFC 5626 §4.2.1), otherwise the next is tried when the one
    /// before fails. More than [`limits::PROXIES`] are left out.
    pub outbound_proxies: Vec<Uri>,
    /// The transport to the account's own servers, where their URIs name none.
    pub transport: Option<Transport>,
    /// The instance id, `urn:uuid:...`, the same for ever (RFC 5626 §4.1). Empty: not sent.
    pub instance: String,
    /// The User-Agent header; empty: not sent.
    pub user_agent: String,
    /// The media types that the room above reads, of any package: Accept in the answer to OPTIONS. Empty: not sent.
    pub media_types: Vec<String>,
    /// The content codings that the room above reads: Accept-Encoding where a body came in another one, and in the answer
    /// to OPTIONS. It is not sent otherwise, so that nobody packs what is read anyway.
    pub codings: String,
    /// Whether a message-summary NOTIFY that nobody subscribed to is taken from the account's own server.
    pub allow_unsolicited_messages: bool,
    /// Whether REGISTER offers outbound (RFC 5626).
    pub outbound: bool,
    /// Whether REGISTER asks for a GRUU and subscriptions use it as their Contact (RFC 5627).
    ///
    /// Off by default: registrars hand GRUUs out whose presence server then has no way to route them (a domain that
    /// only the registrar knows, a NOTIFY that by-passes it), and all NOTIFYs would be lost. The address of the live
    /// flow always works.
    pub gruu: bool,
}

/// The strongest digest algorithm that a realm ever offered (RFC 7616 §5.8).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DigestOffer {
    /// The realm.
    pub realm: String,
    /// Whether it asked as a proxy (407).
    pub proxy: bool,
    /// The strength of the algorithm: 0 is MD5, more is stronger.
    pub strength: u8,
}

impl EngineConfig {
    /// An account with this address and nothing else said.
    pub fn new(address: Uri) -> Self {
        Self {
            address,
            display_name: None,
            auth_user: None,
            password: None,
            realm: None,
            strong_digest: false,
            digest_offers: Vec::new(),
            outbound_proxies: Vec::new(),
            transport: None,
            instance: String::new(),
            user_agent: String::new(),
            media_types: Vec::new(),
            codings: "identity".to_owned(),
            allow_unsolicited_messages: true,
            outbound: true,
            gruu: false,
        }
    }

    /// The user name for digest authentication.
    pub(crate) fn digest_user(&self) -> String {
        match &self.auth_user {
            Some(user) if !user.is_empty() => user.clone(),
            _ => self.address.user_decoded().unwrap_or_default().into_owned(),
        }
    }

    /// The user part of our Contact on a flow.
    pub(crate) fn contact_user(&self) -> &str {
        self.address.user().unwrap_or("siskin")
    }

    /// The registrar: the domain of the address, without user part (RP-001).
    pub(crate) fn registrar(&self) -> String {
        let scheme = self.address.scheme_text();
        let host = self.address.host().map(|host| host.to_string());
        let host = host.unwrap_or_default();
        match self.address.port() {
            Some(port) => format!("{scheme}:{host}:{port}"),
            None => format!("{scheme}:{host}"),
        }
    }

    /// The outbound proxies, as many as are used.
    pub(crate) fn proxies(&self) -> &[Uri] {
        let count = self.outbound_proxies.len().min(limits::PROXIES);
        &self.outbound_proxies[..count]
    }

    /// An outbound proxy as a Route value: always a loose router (TX-012).
    pub(crate) fn preloaded_route(&self, proxy: usize) -> Option<String> {
        let proxy = self.proxies().get(proxy)?;
        if proxy.is_loose_router() {
            return Some(format!("<{proxy}>"));
        }
        Some(format!("<{proxy};lr>"))
    }

    /// Where REGISTER goes: the next hop of each outbound proxy with its Route, or that of the registrar.
    pub(crate) fn ways_out(&self) -> Vec<(NextHop, Option<String>)> {
        let proxies = self.proxies().iter().enumerate();
        let ways: Vec<_> = proxies
            .map(|(number, proxy)| (self.next_hop(proxy), self.preloaded_route(number)))
            .collect();
        if ways.is_empty() {
            let registrar = Uri::parse(&self.registrar());
            let registrar = registrar.as_ref().unwrap_or(&self.address);
            return vec![(self.next_hop(registrar), None)];
        }
        ways
    }

    /// Whether the URI lies in the account's own domain, or is an outbound proxy of it.
    pub(crate) fn is_own_domain(&self, uri: &Uri) -> bool {
        uri.host().is_some() && self.is_own_host(&bare_host(uri))
    }

    /// Whether this name, or address without brackets, is the account's domain or an outbound proxy of it.
    pub(crate) fn is_own_host(&self, name: &str) -> bool {
        let same = |own: &Uri| match own.host() {
            Some(host) => match host.address() {
                Some(address) => name.parse() == Ok(address),
                None => host.to_string().eq_ignore_ascii_case(name),
            },
            None => false,
        };
        same(&self.address) || self.proxies().iter().any(same)
    }

    /// Where a request has to go whose first Route, or Request-URI, is this (RFC 3263 §4).
    pub(crate) fn next_hop(&self, uri: &Uri) -> NextHop {
        let own = self.is_own_domain(uri);
        let transport = match uri.transport() {
            // Older servers write `sips:...;transport=tcp` for TLS.
            Some(Transport::Tcp) if uri.is_secure() => Some(Transport::Tls),
            None if own => self.transport,
            named => named,
        };
        let name = bare_host(uri);
        let identity = match uri.host().and_then(|host| host.address()) {
            Some(_) => bare_host(&self.address),
            None => name.clone(),
        };
        NextHop {
            host: name,
            port: uri.port(),
            transport,
            secure: uri.is_secure(),
            identity,
        }
    }
}

/// The host of a URI as a name, or as an address without brackets; empty if it has none.
fn bare_host(uri: &Uri) -> String {
    uri.host().map_or_else(String::new, |host| {
        host.address()
            .map_or_else(|| host.to_string(), |address| address.to_string())
    })
}

/// An event package, as data (RFC 6665 §5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackageSpec {
    /// The token in the Event header.
    pub name: String,
    /// The duration asked for unless a subscription says otherwise, in seconds (EV-003).
    pub default_expires: u32,
    /// Media types for Accept; the package's mandatory one first (EV-004).
    pub accept: Vec<String>,
    /// Whether several notifiers may answer one SUBSCRIBE.
    pub forks: ForkPolicy,
    /// Parameters of the Event header, `name=value`, in order; rates are not among them ([`SubscribeRequest::rates`]).
    pub event_params: Vec<String>,
    /// Whether a resource may be a list: `Supported: eventlist` is sent (EV-006).
    pub lists: bool,
    /// Whether nothing but a list is wanted: a server that knows none is not asked for anything else.
    pub list_only: bool,
    /// Whether the room above keeps the complete state that each notifier tells, so that an entity tag may stand for it
    /// (RFC 5839). It may then get a NOTIFY that says `unchanged` in place of the state, also one of a new usage when
    /// the package has one notifier; if it does not hold it after all it answers [`BodyFault::Gap`](super::BodyFault).
    pub conditional: bool,
}

impl PackageSpec {
    /// A package with one notifier, an hour and one media type.
    pub fn new(name: &str, media_type: &str) -> Self {
        Self {
            name: name.to_owned(),
            default_expires: 3600,
            accept: vec![media_type.to_owned()],
            forks: ForkPolicy::Single,
            event_params: Vec::new(),
            lists: false,
            list_only: false,
            conditional: false,
        }
    }

    /// The `id` parameter of the Event header, if it has one.
    pub(crate) fn event_id(&self) -> Option<&str> {
        self.event_params
            .iter()
            .find_map(|param| param.strip_prefix("id="))
    }

    /// The value of the Event header, with these rates.
    pub(crate) fn event_value(&self, rates: Option<&Rates>) -> String {
        let mut value = self.name.clone();
        for param in &self.event_params {
            value.push(';');
            value.push_str(param);
        }
        if let Some(rates) = rates {
            rates.write(&mut value);
        }
        value
    }
}

/// What to do when several notifiers answer one SUBSCRIBE (RFC 6665 §5.4.9).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ForkPolicy {
    /// The first NOTIFY makes the one dialog, others get 481 (EV-077).
    Single,
    /// Each NOTIFY makes a dialog of its own (EV-078).
    Several,
    /// Only one device may be asked (kpml, RFC 4730 §4.10; reg, RFC 3680 §4.9): proxies are told not to fork (RFC 3841
    /// §9.1), unless the URI is that of one device anyway. What comes in spite of it is treated as with `Single`.
    Forbidden,
}

/// What the user wants to know.
#[derive(Debug, Clone)]
pub struct SubscribeRequest {
    /// The package.
    pub package: Arc<PackageSpec>,
    /// Whose state.
    pub resource: Uri,
    /// The duration to ask for in seconds; `None`: the package's default.
    pub expires: Option<u32>,
    /// A body with its media type: a filter (RFC 4660), or what the package defines.
    pub body: Option<(String, Bytes)>,
    /// The body is the list of the resources to subscribe to; `resource` is the list server (RFC 5367). If that refuses
    /// the list (415, 420, 488) the subscription ends so, and the members have to be subscribed to one by one.
    pub list: bool,
    /// How often NOTIFYs may or must come (RFC 6446).
    pub rates: Rates,
    /// Ask once instead of staying subscribed (RFC 6665 §4.4.3).
    pub fetch: bool,
    /// The notifier is not to learn who asks: From is nobody's (RFC 3323 §4.1.1.3), Contact is a temporary GRUU if there is
    /// one, else a user part that says nothing at our address on the flow, and our own servers are asked not to add who we
    /// are (RFC 3325 §9.3). They still know it from the credentials, and may refuse such a request.
    pub anonymous: bool,
    /// The entity tag of the complete state that is held of this resource from an earlier fetch or subscription: only
    /// another state is to be told (RFC 5839 §5.4, §5.5). For packages that are `conditional` and have one notifier.
    pub entity_tag: Option<String>,
}

impl SubscribeRequest {
    /// A lasting subscription with the package's defaults.
    pub fn new(package: Arc<PackageSpec>, resource: Uri) -> Self {
        Self {
            package,
            resource,
            expires: None,
            body: None,
            list: false,
            rates: Rates::default(),
            fetch: false,
            anonymous: false,
            entity_tag: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn uri(text: &str) -> Uri {
        Uri::parse(text).unwrap()
    }

    #[test]
    fn rp_001_registrar_is_the_domain() {
        let config = EngineConfig::new(uri("sip:alice@example.com"));
        assert_eq!(config.registrar(), "sip:example.com");
        let config = EngineConfig::new(uri("sips:alice@[2001:db8::1]:5071;x=y"));
        assert_eq!(config.registrar(), "sips:[2001:db8::1]:5071");
        assert_eq!(config.digest_user(), "alice");
    }

    #[test]
    fn tx_012_outbound_proxy_is_a_loose_route() {
        let mut config = EngineConfig::new(uri("sip:alice@example.com"));
        assert_eq!(config.preloaded_route(0), None);
        config.outbound_proxies = vec![uri("sip:proxy.example.com;transport=tcp")];
        let route = config.preloaded_route(0).unwrap();
        assert_eq!(route, "<sip:proxy.example.com;transport=tcp;lr>");
    }

    #[test]
    fn au_020_identity_of_a_literal_is_the_accounts_domain() {
        let mut config = EngineConfig::new(uri("sip:alice@example.com"));
        config.transport = Some(Transport::Tls);
        let hop = config.next_hop(&uri("sip:example.com"));
        assert_eq!(
            (hop.transport, &*hop.identity),
            (Some(Transport::Tls), "example.com")
        );
        let hop = config.next_hop(&uri("sip:[2001:db8::1]:5061;transport=tls"));
        assert_eq!((&*hop.host, &*hop.identity), ("2001:db8::1", "example.com"));
        let literal = EngineConfig::new(uri("sip:alice@[2001:db8::1]"));
        let hop = literal.next_hop(&uri("sips:[2001:db8::1]"));
        assert_eq!((&*hop.host, &*hop.identity), ("2001:db8::1", "2001:db8::1"));
        // The account's transport is not forced on other people's servers.
        assert_eq!(config.next_hop(&uri("sip:example.org")).transport, None);
        assert!(config.next_hop(&uri("sips:example.org")).secure);
    }
}
