//! A document about a list together with the parts of the body that it refers to (RFC 4662 sections 5.2 and 5.5).

use std::collections::HashMap;
use std::collections::hash_map::Entry as Slot;

use super::document::{CONTENT_TYPE, Instance, InstanceState, List, Resource};
use crate::package::mime::{ContentType, Multipart, Part};
use crate::package::{Body, BodyError, Place, Remark, Severity, descriptor, presence};

/// What one NOTIFY says about a list. All lines are counted from the start of the whole body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice<'a> {
    /// The document about the list, with the remarks on it and on what it refers to.
    pub list: List,
    /// Line on which that document begins.
    pub first_line: u32,
    /// What the instances refer to, one after the other in document order.
    links: Vec<Link<'a>>,
    parts: Vec<Part<'a>>,
}

/// What an instance refers to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content<'n, 'a> {
    /// Nothing, or nothing that may be used.
    Nothing,
    /// The resource's document.
    Document(&'n Part<'a>),
    /// The resource is a list itself.
    List(&'n Notice<'a>),
    /// Something that cannot be read.
    Unusable(&'n BodyError),
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Link<'a> {
    Nothing,
    Part(usize),
    List(Box<Notice<'a>>),
    Unusable(BodyError),
}

impl<'a> Notice<'a> {
    /// Reads a body; `None` when it is not about a list. A document about a list may also stand alone, when nothing is
    /// known of any resource.
    ///
    /// # Errors
    /// [`BodyError`] when the body cannot be taken apart, or its root cannot be read. What is wrong with one resource
    /// only leaves that without state, with a remark.
    pub fn read(body: &Body<'a>) -> Result<Option<Self>, BodyError> {
        let content_type = ContentType::parse(body.content_type);
        if content_type.is(CONTENT_TYPE) {
            let list = List::parse(body)?;
            return Ok(Some(Self::link(list, 1, Vec::new())));
        }
        if !content_type.is_multipart() {
            return Ok(None);
        }
        let multipart = Multipart::of_notify(body)?;
        if !is_list(&multipart) {
            return Ok(None);
        }
        Self::assemble(multipart).map(Some)
    }

    /// Reads a body that came in a subscription to a list.
    ///
    /// # Errors
    /// As for [`Self::read`]; [`BodyError::Nature`] for the state of one resource (RFC 4662 section 4.5), and
    /// [`BodyError::UnsupportedType`] for a type that tells no state at all.
    pub fn of_list(body: &Body<'a>) -> Result<Self, BodyError> {
        if let Some(notice) = Self::read(body)? {
            return Ok(notice);
        }
        let content_type = ContentType::parse(body.content_type);
        let kind = content_type.media_type();
        if content_type.is_multipart() || tells_state(kind) {
            return Err(BodyError::Nature { list: false });
        }
        Err(BodyError::unsupported(kind, CONTENT_TYPE))
    }

    /// The resources, each with its instances and what these refer to.
    pub fn resources(
        &self,
    ) -> impl Iterator<Item = (&Resource, Vec<(&Instance, Content<'_, 'a>)>)> {
        let mut links = self.links.iter();
        self.list.resources.iter().map(move |resource| {
            let instances = resource.instances.iter();
            let with_content = instances.zip(links.by_ref()).map(|(instance, link)| {
                let content = match link {
                    Link::Nothing => Content::Nothing,
                    Link::Part(index) => Content::Document(&self.parts[*index]),
                    Link::List(notice) => Content::List(notice),
                    Link::Unusable(error) => Content::Unusable(error),
                };
                (instance, content)
            });
            (resource, with_content.collect())
        })
    }

    fn assemble(multipart: Multipart<'a>) -> Result<Self, BodyError> {
        let root = multipart.root();
        let first_line = root.first_line;
        let shift = first_line.saturating_sub(1);
        let list = root
            .body()
            .and_then(|body| List::parse(&body))
            .map_err(|error| error.further_down(shift))?;
        Ok(Self::link(list, first_line, multipart.parts))
    }

    /// Follows the references of a list's document to the parts of its own level.
    fn link(mut list: List, first_line: u32, parts: Vec<Part<'a>>) -> Self {
        let shift = first_line.saturating_sub(1);
        list.remarks.further_down(shift);
        let mut by_id: HashMap<&str, Option<usize>> = HashMap::with_capacity(parts.len());
        for (index, part) in parts.iter().enumerate() {
            let Some(id) = part.content_id.as_deref() else {
                continue;
            };
            match by_id.entry(id) {
                Slot::Vacant(slot) => {
                    slot.insert(Some(index));
                }
                // Nobody knows whose state is whose.
                Slot::Occupied(mut slot) => *slot.get_mut() = None,
            }
        }
        let mut uses = vec![0_u32; parts.len()];
        let cids = list.resources.iter().flat_map(|r| &r.instances);
        for cid in cids.filter_map(|instance| instance.cid.as_deref()) {
            if let Some(Some(index)) = by_id.get(cid) {
                uses[*index] += 1;
            }
        }
        let mut found = Vec::new();
        let mut remarks = Vec::new();
        for instance in list.resources.iter().flat_map(|r| &r.instances) {
            let mut remark = |severity, message: &str, source| {
                remarks.push(Remark {
                    severity,
                    place: Place::line(instance.line.saturating_add(shift)),
                    message: message.to_owned(),
                    source,
                });
            };
            let active = instance.state == InstanceState::Active;
            found.push(match instance.cid.as_deref() {
                None if active => {
                    remark(Severity::Warning, NO_CID, "RFC 4662 §5.5");
                    None
                }
                None => None,
                // What a server still shows of somebody who has not approved, or is gone, counts for nothing.
                Some(_) if !active => None,
                Some(cid) => match by_id.get(cid) {
                    Some(Some(index)) if uses[*index] == 1 => Some(*index),
                    Some(Some(_)) => {
                        remark(Severity::Warning, SHARED_PART, "RFC 4662 §5.5");
                        None
                    }
                    Some(None) => {
                        remark(Severity::Warning, TWO_PARTS, "RFC 4662 §5.5");
                        None
                    }
                    None => {
                        remark(Severity::Warning, NO_PART, "RFC 4662 §5.5");
                        None
                    }
                },
            });
        }
        drop(by_id);
        for remark in remarks {
            list.remarks.push(remark);
        }
        let mut notice = Self {
            list,
            first_line,
            links: Vec::with_capacity(found.len()),
            parts,
        };
        for index in found {
            let link = notice.follow(index);
            notice.links.push(link);
        }
        notice
    }

    fn follow(&mut self, index: Option<usize>) -> Link<'a> {
        let Some(index) = index else {
            return Link::Nothing;
        };
        match self.parts[index].take_multipart() {
            Some(inner) => self.descend(inner),
            None => Link::Part(index),
        }
    }

    /// Finds what stands for several parts: a list of its own, or the one part that is a document.
    fn descend(&mut self, multipart: Multipart<'a>) -> Link<'a> {
        if is_list(&multipart) {
            return match Self::assemble(multipart) {
                Ok(notice) => Link::List(Box::new(notice)),
                Err(error) => Link::Unusable(error),
            };
        }
        let one = multipart.into_signed();
        let mut one = one.unwrap_or_else(|parts| parts.into_one(is_state));
        match one.take_multipart() {
            Some(inner) => self.descend(inner),
            None => self.keep(one),
        }
    }

    /// Keeps a part that was found inside another one.
    fn keep(&mut self, part: Part<'a>) -> Link<'a> {
        self.parts.push(part);
        Link::Part(self.parts.len() - 1)
    }
}

/// Whether a part tells a state: what stands beside it for people or other programs is not meant for us.
fn is_state(part: &Part<'_>) -> bool {
    if let Some(inner) = part.multipart() {
        return is_list(inner) || inner.parts.iter().any(is_state);
    }
    tells_state(part.media_type())
}

/// Whether documents of a type are the state of a resource.
fn tells_state(kind: &str) -> bool {
    let asked_for = descriptor::ALL.iter().flat_map(|package| package.accept);
    let mut read = asked_for.chain(&[presence::CPIM_PIDF, presence::XPIDF]);
    read.any(|known| known.eq_ignore_ascii_case(kind))
}

/// Whether the parts are a list's document and what it refers to.
fn is_list(multipart: &Multipart<'_>) -> bool {
    multipart
        .root()
        .media_type()
        .eq_ignore_ascii_case(CONTENT_TYPE)
}

const NO_CID: &str = "an active instance names no part: its state is not known";
const NO_PART: &str = "the cid names no part of this level: the state is not known";
const SHARED_PART: &str = "several instances name this part: the state is not known";
const TWO_PARTS: &str = "the cid names several parts: the state is not known";
