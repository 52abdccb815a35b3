//! Each format with a document in it, and what a subscription makes of such documents one after the other.

use std::fmt::Debug;

use jiff::Timestamp;
use siskin::package::resource_list::{self, Documents, Notice, Resource};
use siskin::package::{
    Body, BodyError, Remark, Remarks, dialog_info, kpml, message_summary, presence, refer,
    reg_info, watcher_info, xcap_diff,
};

/// A format of a body.
pub struct Format {
    pub name: &'static str,
    /// Value of Content-Type.
    pub kind: &'static str,
    /// The document with this number, from 1. They follow each other, and each says something else. In XML, elements
    /// may stand where [`HERE`] is.
    pub document: fn(u32) -> String,
    /// A subscription that nothing has been told to yet.
    pub subscription: fn() -> Box<dyn Subscription>,
    /// What in a document places it into the format, and what it may be instead; nothing for plain text.
    pub root: Option<(&'static str, &'static str)>,
}

/// What is known from documents of one format.
pub trait Subscription {
    /// Takes the next one.
    fn take(&mut self, body: &Body<'_>) -> Result<Taken, BodyError>;

    /// All that is known.
    fn known(&self) -> String;
}

/// A document that could be used.
#[derive(Debug, Default)]
pub struct Taken {
    /// An old one, after all.
    pub discarded: bool,
    /// Something was missed, and the full state is wanted.
    pub resync_needed: bool,
    pub remarks: Vec<Remark>,
}

/// The last document is all there is.
struct Latest<D> {
    parse: fn(&Body<'_>) -> Result<D, BodyError>,
    remarks: fn(&D) -> &Remarks,
    last: Option<D>,
}

/// A table of rows that full and partial documents change.
struct Rows<D, T> {
    parse: fn(&Body<'_>) -> Result<D, BodyError>,
    remarks: fn(&D) -> &Remarks,
    apply: fn(&mut T, &D) -> (bool, bool),
    table: T,
}

#[derive(Default)]
struct Partial {
    state: presence::PartialState,
    shown: Option<presence::Document>,
}

struct Copies(xcap_diff::Cache);

#[derive(Default)]
struct List(resource_list::Table<String>);

/// Keeps the documents of a list's resources as they came.
struct Texts;

impl Format {
    /// The document with this number as a body, or what was made of it.
    pub fn body<'a>(&'a self, bytes: &'a [u8]) -> Body<'a> {
        Body::new(self.kind, bytes)
    }
}

/// Every format that is read.
pub fn all() -> [Format; 13] {
    let xml = |root, other| Some((root, other));
    [
        Format {
            name: "pidf",
            kind: presence::CONTENT_TYPE,
            document: pidf,
            subscription: || latest(presence::Document::parse, |it| &it.remarks),
            root: xml("xmlns=\"urn:ietf:params:xml:ns:pidf\"", OTHER),
        },
        Format {
            name: "xpidf",
            kind: presence::XPIDF,
            document: xpidf,
            subscription: || latest(presence::Document::parse, |it| &it.remarks),
            root: xml("<presence>", "<presence xmlns=\"urn:example:other\">"),
        },
        Format {
            name: "cpim-pidf",
            kind: presence::CPIM_PIDF,
            document: pidf,
            subscription: || latest(presence::Document::parse, |it| &it.remarks),
            root: xml("xmlns=\"urn:ietf:params:xml:ns:pidf\"", OTHER),
        },
        Format {
            name: "pidf-diff",
            kind: presence::PIDF_DIFF,
            document: pidf_diff,
            subscription: || Box::new(Partial::default()),
            root: xml("xmlns:p=\"urn:ietf:params:xml:ns:pidf-diff\"", OTHER_P),
        },
        Format {
            name: "message-summary",
            kind: message_summary::CONTENT_TYPE,
            document: summary,
            subscription: || latest(message_summary::Summary::parse, |it| &it.remarks),
            root: None,
        },
        Format {
            name: "watcherinfo",
            kind: watcher_info::CONTENT_TYPE,
            document: winfo,
            subscription: || {
                rows(
                    watcher_info::Document::parse,
                    |it| &it.remarks,
                    watcher_info::Table::new("presence"),
                    |table, document| {
                        let applied = table.apply(document, Timestamp::UNIX_EPOCH);
                        (applied.discarded, applied.resync_needed)
                    },
                )
            },
            root: xml("xmlns=\"urn:ietf:params:xml:ns:watcherinfo\"", OTHER),
        },
        Format {
            name: "dialog-info",
            kind: dialog_info::CONTENT_TYPE,
            document: dialogs,
            subscription: || {
                rows(
                    dialog_info::Document::parse,
                    |it| &it.remarks,
                    dialog_info::Table::new(),
                    |table, document| {
                        let applied = table.apply(document, Timestamp::UNIX_EPOCH);
                        (applied.discarded, applied.resync_needed)
                    },
                )
            },
            root: xml("xmlns=\"urn:ietf:params:xml:ns:dialog-info\"", OTHER),
        },
        Format {
            name: "reginfo",
            kind: reg_info::CONTENT_TYPE,
            document: registrations,
            subscription: || {
                rows(
                    reg_info::Document::parse,
                    |it| &it.remarks,
                    reg_info::Table::default(),
                    |table, document| {
                        let applied = table.apply(document, Timestamp::UNIX_EPOCH);
                        (applied.discarded, applied.resync_needed)
                    },
                )
            },
            root: xml("xmlns=\"urn:ietf:params:xml:ns:reginfo\"", OTHER),
        },
        Format {
            name: "rlmi",
            kind: "multipart/related;type=\"application/rlmi+xml\";boundary=b",
            document: list,
            subscription: || Box::new(List::default()),
            root: xml("xmlns=\"urn:ietf:params:xml:ns:rlmi\"", OTHER),
        },
        Format {
            name: "xcap-diff",
            kind: xcap_diff::CONTENT_TYPE,
            document: xcap_changes,
            subscription: || {
                let mut cache = xcap_diff::Cache::default();
                cache.store(SELECTOR, "0", b"<a><b>0</b></a>".to_vec());
                Box::new(Copies(cache))
            },
            root: xml("xmlns:x=\"urn:ietf:params:xml:ns:xcap-diff\"", OTHER_X),
        },
        Format {
            name: "sipfrag",
            kind: refer::CONTENT_TYPE,
            document: |number| {
                format!("SIP/2.0 {} Progress\r\nSubject: {number}\r\n", 179 + number)
            },
            subscription: || latest(refer::Document::parse, |it| &it.remarks),
            root: None,
        },
        Format {
            name: "kpml-request",
            kind: kpml::REQUEST_TYPE,
            document: kpml_request,
            subscription: || latest(kpml::Request::parse, |it| &it.remarks),
            root: xml("xmlns=\"urn:ietf:params:xml:ns:kpml-request\"", OTHER),
        },
        Format {
            name: "kpml-response",
            kind: kpml::RESPONSE_TYPE,
            document: kpml_response,
            subscription: || latest(kpml::Response::parse, |it| &it.remarks),
            root: xml("xmlns=\"urn:ietf:params:xml:ns:kpml-response\"", OTHER),
        },
    ]
}

fn latest<D: Debug + 'static>(
    parse: fn(&Body<'_>) -> Result<D, BodyError>,
    remarks: fn(&D) -> &Remarks,
) -> Box<dyn Subscription> {
    Box::new(Latest {
        parse,
        remarks,
        last: None,
    })
}

fn rows<D: 'static, T: Debug + 'static>(
    parse: fn(&Body<'_>) -> Result<D, BodyError>,
    remarks: fn(&D) -> &Remarks,
    table: T,
    apply: fn(&mut T, &D) -> (bool, bool),
) -> Box<dyn Subscription> {
    Box::new(Rows {
        parse,
        remarks,
        apply,
        table,
    })
}

impl<D: Debug> Subscription for Latest<D> {
    fn take(&mut self, body: &Body<'_>) -> Result<Taken, BodyError> {
        let document = self.last.insert((self.parse)(body)?);
        let remarks = (self.remarks)(document).to_vec();
        Ok(Taken {
            remarks,
            ..Taken::default()
        })
    }

    fn known(&self) -> String {
        format!("{:?}", self.last)
    }
}

impl<D, T: Debug> Subscription for Rows<D, T> {
    fn take(&mut self, body: &Body<'_>) -> Result<Taken, BodyError> {
        let document = (self.parse)(body)?;
        let (discarded, resync_needed) = (self.apply)(&mut self.table, &document);
        Ok(Taken {
            discarded,
            resync_needed,
            remarks: (self.remarks)(&document).to_vec(),
        })
    }

    fn known(&self) -> String {
        format!("{:?}", self.table)
    }
}

impl Subscription for Partial {
    fn take(&mut self, body: &Body<'_>) -> Result<Taken, BodyError> {
        let Some(document) = self.state.take(body)? else {
            return Ok(Taken {
                discarded: true,
                ..Taken::default()
            });
        };
        let remarks = document.remarks.to_vec();
        self.shown = Some(document);
        Ok(Taken {
            remarks,
            ..Taken::default()
        })
    }

    fn known(&self) -> String {
        format!("{:?} {:?}", self.state.version(), self.shown)
    }
}

impl Subscription for Copies {
    fn take(&mut self, body: &Body<'_>) -> Result<Taken, BodyError> {
        let report = xcap_diff::Document::parse(body)?;
        let mut taken = Taken {
            remarks: report.remarks.to_vec(),
            ..Taken::default()
        };
        for outcome in self.0.take(&report).into_values() {
            match outcome {
                xcap_diff::Outcome::Unusable(error) => return Err(error),
                xcap_diff::Outcome::Fetch => taken.resync_needed = true,
                _ => {}
            }
        }
        Ok(taken)
    }

    fn known(&self) -> String {
        format!("{:?}", self.0.copy(SELECTOR))
    }
}

impl Subscription for List {
    fn take(&mut self, body: &Body<'_>) -> Result<Taken, BodyError> {
        let content = body.content()?;
        let notice = Notice::of_list(&body.unpacked(&content))?;
        let applied = self.0.apply(&notice, &mut Texts);
        if let Some((_, _, error)) = applied.faults.into_iter().next() {
            return Err(error);
        }
        Ok(Taken {
            discarded: applied.discarded,
            resync_needed: applied.resync_needed,
            remarks: notice.list.remarks.to_vec(),
        })
    }

    fn known(&self) -> String {
        let entries: Vec<_> = self.0.entries();
        let entries = entries.iter().map(|entry| (entry.address, &entry.standing));
        format!("{:?} {:?}", self.0.version(), entries.collect::<Vec<_>>())
    }
}

impl Documents for Texts {
    type State = String;

    fn take(
        &mut self,
        _: &Resource,
        known: Option<String>,
        body: &Body<'_>,
    ) -> (String, Result<(), BodyError>) {
        match presence::Document::parse(body) {
            Ok(document) => (format!("{document:?}"), Ok(())),
            Err(error) => (known.unwrap_or_default(), Err(error)),
        }
    }

    fn miss(&mut self, _: &mut String) {}
}

fn pidf(number: u32) -> String {
    format!(
        r#"<?xml version="1.0"?>
<presence xmlns="urn:ietf:params:xml:ns:pidf" entity="sip:bob@example.test">
 <tuple id="a"><status><basic>open</basic></status><contact priority="0.5">sip:bob@example.test</contact></tuple>
 <tuple id="b"><status><basic>closed</basic></status></tuple>
 {HERE}<note>Word {number}</note>
</presence>"#
    )
}

fn xpidf(number: u32) -> String {
    format!(
        r#"<?xml version="1.0"?>
<presence>
 <presentity uri="sip:bob@example.test;method=SUBSCRIBE"/>
 <atom id="a"><address uri="sip:bob@example.test" priority="0.5"><status status="open"/></address></atom>
 {HERE}<display name="Word {number}"/>
</presence>"#
    )
}

fn pidf_diff(number: u32) -> String {
    let root = |name: &str, content: &str| {
        format!(
            r#"<?xml version="1.0"?>
<p:{name} xmlns="urn:ietf:params:xml:ns:pidf" xmlns:p="urn:ietf:params:xml:ns:pidf-diff" entity="sip:bob@example.test" version="{number}">
 {content}
</p:{name}>"#
        )
    };
    // What could not be used is mended by a whole one.
    if number.is_multiple_of(2) {
        let change = format!("{HERE}<p:replace sel=\"*/note/text()\">Word {number}</p:replace>");
        return root("pidf-diff", &change);
    }
    let tuple = "<tuple id=\"a\"><status><basic>open</basic></status></tuple>";
    root(
        "pidf-full",
        &format!("{HERE}{tuple}<note>Word {number}</note>"),
    )
}

fn summary(number: u32) -> String {
    format!("Messages-Waiting: yes\r\nVoice-Message: {number}/8 (0/2)\r\nFax-Message: 1/0\r\n")
}

fn winfo(number: u32) -> String {
    let state = state(number);
    format!(
        r#"<?xml version="1.0"?>
<watcherinfo xmlns="urn:ietf:params:xml:ns:watcherinfo" version="{number}" state="{state}">
 <watcher-list resource="sip:alice@example.test" package="presence">
  <watcher id="a" status="active" event="subscribe" expiration="{number}00">sip:bob@example.test</watcher>
  <watcher id="b" status="pending" event="subscribe">sip:carol@example.test</watcher>
 </watcher-list>{HERE}
</watcherinfo>"#
    )
}

fn dialogs(number: u32) -> String {
    let state = state(number);
    format!(
        r#"<?xml version="1.0"?>
<dialog-info xmlns="urn:ietf:params:xml:ns:dialog-info" version="{number}" state="{state}" entity="sip:bob@example.test">
 <dialog id="a" call-id="c{number}"><state event="cancelled" code="180">early</state><duration>10</duration></dialog>
 <dialog id="b"><state>confirmed</state></dialog>{HERE}
</dialog-info>"#
    )
}

fn registrations(number: u32) -> String {
    let state = state(number);
    format!(
        r#"<?xml version="1.0"?>
<reginfo xmlns="urn:ietf:params:xml:ns:reginfo" version="{number}" state="{state}">
 <registration aor="sip:bob@example.test" id="r" state="active">
  <contact id="a" state="active" event="refreshed" expires="{number}00"><uri>sip:bob@192.0.2.1</uri></contact>
  <contact id="b" state="active" event="registered"><uri>sip:bob@192.0.2.2</uri></contact>
 </registration>{HERE}
</reginfo>"#
    )
}

fn list(number: u32) -> String {
    let full = number == 1;
    let presence = pidf(number).replace(HERE, "");
    format!(
        r#"--b
Content-Type: application/rlmi+xml
Content-ID: <root@b>

<?xml version="1.0"?>
<list xmlns="urn:ietf:params:xml:ns:rlmi" uri="sip:team@example.test" version="{number}" fullState="{full}">
 <resource uri="sip:bob@example.test"><instance id="1" state="active" cid="one@b"/></resource>
 <resource uri="sip:carol@example.test"><instance id="1" state="active" cid="two@b"/></resource>{HERE}
</list>
--b
Content-Type: application/pidf+xml
Content-ID: <one@b>

{presence}
--b
Content-Type: application/pidf+xml
Content-ID: <two@b>

{presence}
--b--
"#
    )
}

fn xcap_changes(number: u32) -> String {
    let before = number - 1;
    format!(
        r#"<?xml version="1.0"?>
<x:xcap-diff xmlns:x="urn:ietf:params:xml:ns:xcap-diff" xcap-root="https://xcap.example.test/">
 <x:document previous-etag="{before}" new-etag="{number}" sel="{SELECTOR}">
  <x:replace sel="a/b/text()">{number}</x:replace>
 </x:document>{HERE}
</x:xcap-diff>"#
    )
}

fn kpml_request(number: u32) -> String {
    format!(
        r#"<?xml version="1.0"?>
<kpml-request xmlns="urn:ietf:params:xml:ns:kpml-request" version="1.0">
 <pattern interdigittimer="{number}000"><regex tag="a">xx</regex></pattern>{HERE}
</kpml-request>"#
    )
}

fn kpml_response(number: u32) -> String {
    format!(
        r#"<?xml version="1.0"?>
<kpml-response xmlns="urn:ietf:params:xml:ns:kpml-response" version="1.0" code="200" text="OK" digits="{number}">
 {HERE}
</kpml-response>"#
    )
}

fn state(number: u32) -> &'static str {
    if number == 1 { "full" } else { "partial" }
}

/// Where an element may be put.
pub const HERE: &str = "<!--here-->";
const OTHER: &str = "xmlns=\"urn:example:other\"";
const OTHER_P: &str = "xmlns:p=\"urn:example:other\"";
const OTHER_X: &str = "xmlns:x=\"urn:example:other\"";
const SELECTOR: &str = "pres-rules/users/sip:alice@example.test/index";
