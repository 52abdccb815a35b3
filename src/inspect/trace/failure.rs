//! What a response code means to whoever asked, and what to do about it.

/// Why a request failed, in words that help; `None` for codes that say it themselves.
pub(super) fn explain(status: u16, method: &str) -> Option<&'static str> {
    Some(match (status, method) {
        (400, _) => {
            "the server found the request malformed; what is wrong with it is listed below, if it shows"
        }
        (403, "SUBSCRIBE") => "the server does not let this subscriber watch, or rules block it",
        (403, _) => "refused by policy: the account may not do this, or not from here",
        (404, _) => "the server knows no such address",
        (405, _) => "the server does not know the method; the Allow header tells which it knows",
        (406, _) => "the server has no body type that Accept names",
        (408, _) => "the server waited for somebody behind it, in vain",
        (412, _) => "the entity tag is no longer known: publish anew with the whole document",
        (413, _) => "the request or its body is larger than the server takes",
        (415, _) => {
            "the server does not read this body type; its Accept header tells which it reads"
        }
        (416, _) => "the server does not know the scheme of the Request-URI",
        (420, _) => "the server lacks an extension that Require names; Unsupported tells which",
        (421, _) => "the server insists on an extension; Require tells which",
        (423, _) => "the server wants a longer lifetime: ask for Min-Expires",
        (439, _) => "the first proxy does not support outbound",
        (480, _) => "nobody is there just now",
        (481, "NOTIFY") => "the subscriber knows no such subscription: the notifier must remove it",
        (481, _) => "the server has lost the dialog: subscribe anew",
        (482, _) => "the request came round in a circle",
        (483, _) => "the request went through too many proxies: a loop is likely",
        (489, _) => {
            "the server does not support the event package; Allow-Events tells which it supports. Asterisk also says this when Accept names no type it can send"
        }
        (500, _) => "the server failed inside",
        (501, _) => "the server does not implement the method",
        (502, _) => "a server behind this one gave a wrong answer",
        (503, _) => "the server is overloaded or going down; Retry-After tells when to come back",
        (504, _) => "a server behind this one did not answer",
        (513, _) => "the message is larger than the server takes",
        (600, _) => "busy everywhere",
        (603, _) => "declined by the user or by rules",
        (604, _) => "the address exists nowhere",
        _ => return None,
    })
}
