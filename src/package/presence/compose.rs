//! The rule by which a document becomes what a person is shown: one availability, one status, one note, and why.
//!
//! Availability comes from the tuples alone, what somebody does from the person alone; neither is guessed from the
//! other (RFC 4479 section 5). Only [`Status`] puts both into a single word. The rule, in its order:
//!
//! 1. **Who has a say.** Tuples with a relationship other than `self` are somebody else; those with a service class
//!    other than `electronic` are no way to call. Of several with one contact (spellings of one address are one, and
//!    instances behind it, told by `gr`, are several) the newest counts, one without time being the oldest; of equals
//!    the first (RFC 4479 section 3.5). Those that name different devices do not stand in for each other: that one
//!    device was left says nothing about another.
//! 2. **Availability.** Open if one of them is open; closed if those that say anything are closed; else unknown. What
//!    is timed for the past or the future (RFC 4481), what devices say, and notes have no part in it.
//! 3. **Which tuple decides.** Of the open ones that with the highest priority, none being the lowest; then the one in
//!    use before the one that tells nothing before the idle one; then the newest; then the first. Of closed ones the
//!    newest, then the first. The preferred contact is that of the best open tuple that has one.
//! 4. **Who is the person.** The newest person element, then the first; without any, what the newest of the
//!    presentity's tuples says of the person in the manner of drafts. One who is idle by its own word comes after all
//!    others: each device tells of the person what it sees, and the one on which nobody sits sees least. Only what
//!    holds now counts: the rest of the document is looked at again when the next of its times comes.
//! 5. **Idle.** By the person's `user-input`. Without, by those of the tuples that are not closed, a tuple without one
//!    taking that of the devices it runs on: nobody is idle while one is in use, and all idle ones together are so
//!    since the last input on any.
//! 6. **Status.** Closed is offline, whatever is being done. Otherwise the activity that is hardest to interrupt, the
//!    first of equals; then away when idle; then available when open; then unknown.
//! 7. **Note.** The person's, then those on the current activities, then the document's (RFC 4479 section 5), then,
//!    for simple notifiers, that of the best tuple that has one. Of several languages the one that
//!    [fits best](super::language).
//!
//! The order of tuples and persons in the document therefore matters only between those that nothing else tells apart.
//!
//! # Several documents
//!
//! A presence server composes what the devices of a person publish, and a watcher merges nothing (RFC 3856 section 6.9).
//! In a network without one each device answers a forked SUBSCRIBE itself; then [`compose_several`] does what the server
//! would have done: it puts their elements side by side, and the rule decides as if one document had said it all. Equal
//! ids are kept apart, and of everything it is told which document it comes from.
//!
//! Only a note on the presentity as a whole says nothing about the other documents: it belongs to the person of its own
//! (RFC 4479 section 5), and counts where that person is the one shown; that of a document without any person counts
//! where a tuple of it decides. [`Shown::notes`] has what each document says of the person or of the whole, whether or
//! not it counts. A document that goes takes all of its notes along.

use std::cmp::Reverse;
use std::collections::HashMap;

use jiff::Timestamp;

use crate::package::address;

use super::cipid::Cipid;
use super::data_model::Person;
use super::language::choose;
use super::pidf::{Basic, Document, Tuple};
use super::priority::Priority;
use super::rpid::{Activity, Input, Timed, UserInput};
use super::shown::{
    Availability, Idle, Reason, Shown, ShownDevice, ShownNote, ShownPerson, ShownTimed, Why,
};
use super::status::Status;

/// Makes of a document what a person is shown.
///
/// `languages` are the user's, best first (BCP 47 tags); `now` decides what holds.
pub fn compose(document: &Document, languages: &[&str], now: Timestamp) -> Shown {
    compose_several(&[document], languages, now)
}

/// Makes of the documents of several devices what a person is shown. Their order decides between equals, the first wins.
///
/// `languages` and `now` are those of [`compose`].
pub fn compose_several(documents: &[&Document], languages: &[&str], now: Timestamp) -> Shown {
    let (own, others) = divide(documents);
    let view = View {
        documents,
        own,
        languages,
        now,
    };
    let availability = view.availability();
    let person = person(documents);
    let activities = person.map_or_else(Vec::new, |person| current_activities(person.of, now));
    let idle = view.idle(person);
    let deciding = view.deciding(availability);
    let (status, reason, decided_by) = status(availability, person, &activities, idle, deciding);
    let why = |service: &Service<'_>| match (service.tuple.basic, availability) {
        (None, _) => Why::Silent,
        _ if deciding.is_some_and(|d| std::ptr::eq(d.tuple, service.tuple)) => Why::Decides,
        (Some(Basic::Closed), Availability::Open) => Why::OpenElsewhere,
        (Some(_), _) => Why::Agrees,
    };
    let (noted_by, note) = view.note(person, deciding).unzip();
    Shown {
        availability,
        status,
        reason,
        decided_by,
        note: note.map(str::to_owned),
        noted_by,
        notes: view.notes(),
        activities: labels(&activities),
        person: view.person(person, deciding),
        devices: view
            .own
            .iter()
            .map(|service| view.device(service, why(service)))
            .collect(),
        others: others
            .into_iter()
            .map(|(service, why)| view.device(&service, why))
            .collect(),
        preferred_contact: view.preferred_contact(),
        idle,
        changes_at: [
            person.and_then(|person| next_bound(person.of, now)),
            deciding.and_then(|service| next_icon(service.tuple, now)),
        ]
        .into_iter()
        .flatten()
        .min(),
    }
}

/// A tuple, with the last use of it or of the devices it runs on.
struct Service<'d> {
    tuple: &'d Tuple,
    input: Option<UserInput>,
    /// Which of the documents it stands in.
    origin: usize,
}

/// A person, with the document that tells of them.
#[derive(Clone, Copy)]
struct Told<'d> {
    of: &'d Person,
    origin: usize,
}

/// The tuples that have a say, and for whom and when they are looked at.
struct View<'d, 'l> {
    documents: &'l [&'d Document],
    own: Vec<Service<'d>>,
    languages: &'l [&'l str],
    now: Timestamp,
}

/// By what the tuples that have a say are told apart, the best being the greatest.
type Rank = (u8, Option<Priority>, u8, Option<Timestamp>);

impl<'d> Service<'d> {
    fn of(documents: &[&Document], origin: usize, tuple: &'d Tuple) -> Self {
        let input = tuple.user_input.or_else(|| {
            let runs_on = |id: &String| tuple.devices.contains(id);
            let devices = documents.iter().flat_map(|document| &document.devices);
            let devices = devices.filter(|d| d.device.as_ref().is_some_and(runs_on));
            let inputs = devices.filter_map(|device| device.user_input);
            inputs.min_by_key(|input| (input.input == Input::Idle, Reverse(input.last_input)))
        });
        Self {
            tuple,
            input,
            origin,
        }
    }

    fn rank(&self) -> Rank {
        let tuple = self.tuple;
        match tuple.basic {
            Some(Basic::Open) => {
                let use_of = match self.input.map(|input| input.input) {
                    Some(Input::Active) => 2,
                    None => 1,
                    Some(Input::Idle) => 0,
                };
                let priority = tuple.contact.as_ref().and_then(|c| c.priority);
                (2, priority, use_of, tuple.timestamp)
            }
            Some(Basic::Closed) => (1, None, 0, tuple.timestamp),
            None => (0, None, 0, tuple.timestamp),
        }
    }
}

impl<'d> View<'d, '_> {
    fn availability(&self) -> Availability {
        let says = |basic| self.own.iter().any(|s| s.tuple.basic == Some(basic));
        if says(Basic::Open) {
            Availability::Open
        } else if says(Basic::Closed) {
            Availability::Closed
        } else {
            Availability::Unknown
        }
    }

    /// The best of some tuples, the first of equals.
    fn best(&self, wanted: impl Fn(&Tuple) -> bool) -> Option<&Service<'d>> {
        let wanted = self.own.iter().filter(|s| wanted(s.tuple));
        wanted.rev().max_by_key(|s| s.rank())
    }

    fn deciding(&self, availability: Availability) -> Option<&Service<'d>> {
        self.best(|_| true)
            .filter(|_| availability != Availability::Unknown)
    }

    fn preferred_contact(&self) -> Option<String> {
        let best = self.best(|t| t.basic == Some(Basic::Open) && t.contact.is_some());
        let contact = best.and_then(|s| s.tuple.contact.as_ref());
        contact.map(|c| c.uri.clone())
    }

    fn idle(&self, person: Option<Told<'_>>) -> Idle {
        if let Some(input) = person.and_then(|p| p.of.user_input) {
            return since(input);
        }
        let usable = self
            .own
            .iter()
            .filter(|s| s.tuple.basic != Some(Basic::Closed));
        let inputs = usable.filter_map(|s| s.input);
        let mut latest = Idle::No;
        for input in inputs {
            if input.input == Input::Active {
                return Idle::No;
            }
            latest = latest.max(since(input));
        }
        latest
    }

    /// The note, and which of the documents it stands in.
    fn note(
        &self,
        person: Option<Told<'d>>,
        deciding: Option<&Service<'d>>,
    ) -> Option<(usize, &'d str)> {
        let whole = |origin: usize| {
            let document = self.documents.get(origin)?;
            Some((origin, choose(&document.notes, self.languages)?))
        };
        let of_person = |told: Told<'d>| {
            let note = self.note_of(told.of).map(|note| (told.origin, note));
            note.or_else(|| whole(told.origin))
        };
        let is_personless = |origin: usize| {
            let document = self.documents.get(origin);
            document.is_some_and(|document| document.persons.is_empty())
        };
        let of_document = || match (person, deciding) {
            (_, Some(service)) => {
                whole(service.origin).filter(|(origin, _)| is_personless(*origin))
            }
            (None, None) => (0..self.documents.len()).find_map(whole),
            (Some(_), None) => None,
        };
        let of_tuple = || {
            let best = self.best(|t| !t.notes.is_empty())?;
            Some((best.origin, choose(&best.tuple.notes, self.languages)?))
        };
        person
            .and_then(of_person)
            .or_else(of_document)
            .or_else(of_tuple)
    }

    /// What a person's own notes say, and those on the current activities.
    fn note_of(&self, person: &'d Person) -> Option<&'d str> {
        let current = person.activities.iter();
        let current = current.filter(|timed| timed.window.contains(self.now));
        choose(&person.notes, self.languages)
            .or_else(|| choose(current.flat_map(|timed| &timed.notes), self.languages))
    }

    /// What each of several documents says of its person or of the whole.
    fn notes(&self) -> Vec<ShownNote> {
        if self.documents.len() < 2 {
            return Vec::new();
        }
        let notes = self.documents.iter().enumerate();
        let notes = notes.filter_map(|(origin, document)| {
            let person = person(std::slice::from_ref(document));
            let note = person.and_then(|person| self.note_of(person.of));
            let note = note.or_else(|| choose(&document.notes, self.languages))?;
            Some(ShownNote {
                origin,
                text: note.to_owned(),
            })
        });
        notes.collect()
    }

    fn person(&self, person: Option<Told<'_>>, deciding: Option<&Service<'_>>) -> ShownPerson {
        let mut shown = ShownPerson::default();
        if let Some(Told { of: person, .. }) = person {
            shown.moods = self.current(&person.moods);
            shown.places = self.current(&person.place_types);
            shown.place_is = self.current(&person.place_is);
            shown.privacy = self.current(&person.privacy);
            shown.spheres = self.current(&person.spheres);
            shown.time_offset = self.one(&person.time_offsets);
            shown.status_icon = self.one(&person.status_icons);
        }
        if let Some(Service { tuple, .. }) = deciding {
            shown.status_icon = shown.status_icon.or_else(|| self.one(&tuple.status_icons));
        }
        // Where the person is not told about, the tuple that decided is.
        let told = [
            person.and_then(|p| p.of.cipid.as_deref()),
            deciding.and_then(|s| s.tuple.cipid.as_deref()),
        ];
        for cipid in told.into_iter().flatten() {
            self.introduce(&mut shown, cipid);
        }
        shown
    }

    fn introduce(&self, shown: &mut ShownPerson, cipid: &Cipid) {
        let or = |place: &mut Option<String>, told: Option<&str>| {
            if place.is_none() {
                *place = told.map(str::to_owned);
            }
        };
        let name = choose(&cipid.display_names, self.languages);
        or(&mut shown.display_name, name);
        or(&mut shown.icon, cipid.icon.as_deref());
        or(&mut shown.card, cipid.card.as_deref());
        or(&mut shown.homepage, cipid.homepage.as_deref());
        or(&mut shown.map, cipid.map.as_deref());
        or(&mut shown.sound, cipid.sound.as_deref());
    }

    fn device(&self, service: &Service<'_>, why: Why) -> ShownDevice {
        let tuple = service.tuple;
        let capabilities = tuple.capabilities.as_deref();
        let timed = tuple.timed_statuses.iter().map(|timed| ShownTimed {
            from: timed.window.from,
            until: timed.window.until,
            basic: timed.basic,
            activities: labels(&timed.activities.iter().collect::<Vec<_>>()),
            note: choose(&timed.notes, self.languages).map(str::to_owned),
        });
        ShownDevice {
            id: tuple.id.clone(),
            origin: service.origin,
            basic: tuple.basic,
            why,
            contact: tuple.contact.as_ref().map(|c| c.uri.clone()),
            priority: tuple.contact.as_ref().and_then(|c| c.priority),
            note: choose(&tuple.notes, self.languages).map(str::to_owned),
            timestamp: tuple.timestamp,
            idle: service.input.map(since).unwrap_or_default(),
            media: capabilities.map_or_else(Vec::new, |c| c.media().collect()),
            timed: timed.collect(),
        }
    }

    /// Everything of one kind that holds now.
    fn current<T: Clone>(&self, timed: &[Timed<Vec<T>>]) -> Vec<T> {
        let current = timed.iter().filter_map(|t| t.at(self.now));
        current.flatten().cloned().collect()
    }

    /// The first of one kind that holds now.
    fn one<T: Clone>(&self, timed: &[Timed<T>]) -> Option<T> {
        timed.iter().find_map(|t| t.at(self.now)).cloned()
    }
}

/// The tuples that have a say, one per contact and device, and the others with the reason.
fn divide<'d>(documents: &[&'d Document]) -> (Vec<Service<'d>>, Vec<(Service<'d>, Why)>) {
    let numbered = documents.iter().enumerate();
    let tuples: Vec<(usize, &Tuple)> = numbered
        .flat_map(|(origin, document)| document.tuples.iter().map(move |tuple| (origin, tuple)))
        .collect();
    let mut own: Vec<Service<'_>> = Vec::with_capacity(tuples.len());
    let mut others = Vec::new();
    let newer = newer(&tuples);
    for (at, &(origin, tuple)) in tuples.iter().enumerate() {
        let service = Service::of(documents, origin, tuple);
        let why = match (&tuple.relationship, &tuple.service_class, newer.get(&at)) {
            (Some(who), ..) => Why::SomebodyElse(who.clone()),
            (None, Some(class), _) => Why::NotElectronic(class.clone()),
            (None, None, Some(newer)) => Why::Superseded(newer.id.clone()),
            (None, None, None) => {
                own.push(service);
                continue;
            }
        };
        others.push((service, why));
    }
    (own, others)
}

/// For the places of tuples that are older occurrences of a service the newest one.
fn newer<'d>(tuples: &[(usize, &'d Tuple)]) -> HashMap<usize, &'d Tuple> {
    let mut newer = HashMap::new();
    // A single tuple needs no key; most documents have no more.
    if tuples.len() < 2 {
        return newer;
    }
    let mut services: HashMap<String, Vec<usize>> = HashMap::new();
    for (at, (_, tuple)) in tuples.iter().enumerate() {
        let has_say = tuple.relationship.is_none() && tuple.service_class.is_none();
        if let Some(contact) = tuple.contact.as_ref().filter(|_| has_say) {
            services
                .entry(service_key(&contact.uri))
                .or_default()
                .push(at);
        }
    }
    // `None` is older than any time; of equals the first wins: servers put the latest publication first.
    let age = |at: &usize| (Reverse(tuples[*at].1.timestamp), *at);
    for occurrences in services
        .values()
        .filter(|occurrences| occurrences.len() > 1)
    {
        for at in occurrences {
            let rivals = occurrences.iter().filter(|rival| {
                age(rival) < age(at) && !run_apart(tuples[*at].1, tuples[**rival].1)
            });
            if let Some(newest) = rivals.min_by_key(|rival| age(rival)) {
                newer.insert(*at, tuples[*newest].1);
            }
        }
    }
    newer
}

/// Whether two tuples are about different devices by their own word.
fn run_apart(one: &Tuple, other: &Tuple) -> bool {
    !one.devices.is_empty()
        && !other.devices.is_empty()
        && !one
            .devices
            .iter()
            .any(|device| other.devices.contains(device))
}

/// What tells a service from others: its address, and behind one address the instance (RFC 5627).
fn service_key(uri: &str) -> String {
    let mut key = address::canonical(uri);
    let after_user = uri.rsplit_once('@').map_or(uri, |(_, host)| host);
    let after_user = after_user.split('?').next().unwrap_or_default();
    let mut parameters = after_user.split(';').skip(1);
    let instance = parameters.find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("gr").then_some(value)
    });
    if let Some(instance) = instance {
        key.push_str(";gr=");
        key.push_str(instance.trim());
    }
    key
}

/// The newest person element that is not idle, or the newest; without any, what the newest of the presentity's tuples
/// says about the person.
fn person<'d>(documents: &[&'d Document]) -> Option<Told<'d>> {
    let numbered = || documents.iter().enumerate().rev();
    let persons = numbered().flat_map(|(origin, document)| {
        let persons = document.persons.iter().rev();
        persons.map(move |of| Told { of, origin })
    });
    let newest = persons.max_by_key(|told| {
        let idle = |input: UserInput| input.input == Input::Idle;
        (!told.of.user_input.is_some_and(idle), told.of.timestamp)
    });
    newest.or_else(|| {
        let tuples = numbered().flat_map(|(origin, document)| {
            let own = document.tuples.iter().filter(|t| t.relationship.is_none());
            own.rev().filter_map(move |tuple| {
                let of = tuple.person.as_deref()?;
                Some((tuple.timestamp, Told { of, origin }))
            })
        });
        let newest = tuples.max_by_key(|(timestamp, _)| *timestamp);
        newest.map(|(_, told)| told)
    })
}

fn current_activities(person: &Person, now: Timestamp) -> Vec<&Activity> {
    let current = person.activities.iter().filter_map(|timed| timed.at(now));
    current
        .flatten()
        .filter(|a| a.known && a.name != "unknown")
        .collect()
}

/// When the next of a tuple's icons begins or ends.
fn next_icon(tuple: &Tuple, now: Timestamp) -> Option<Timestamp> {
    let bounds = tuple.status_icons.iter();
    bounds.filter_map(|icon| icon.window.next_bound(now)).min()
}

/// The next time at which something of the person begins or ends by itself.
fn next_bound(person: &Person, now: Timestamp) -> Option<Timestamp> {
    fn first<T>(timed: &[Timed<T>], now: Timestamp) -> Option<Timestamp> {
        timed.iter().filter_map(|t| t.window.next_bound(now)).min()
    }
    let kinds = [
        first(&person.activities, now),
        first(&person.moods, now),
        first(&person.place_types, now),
        first(&person.place_is, now),
        first(&person.privacy, now),
        first(&person.spheres, now),
        first(&person.status_icons, now),
        first(&person.time_offsets, now),
    ];
    kinds.into_iter().flatten().min()
}

fn since(input: UserInput) -> Idle {
    match (input.input, input.last_input) {
        (Input::Active, _) => Idle::No,
        (Input::Idle, None) => Idle::Yes,
        (Input::Idle, Some(since)) => Idle::Since(since),
    }
}

/// The status, what decided it, and the document that this stands in.
fn status(
    availability: Availability,
    person: Option<Told<'_>>,
    activities: &[&Activity],
    idle: Idle,
    deciding: Option<&Service<'_>>,
) -> (Status, Reason, Option<usize>) {
    let decided = || deciding.map_or_else(String::new, |s| s.tuple.id.clone());
    let by_tuple = deciding.map(|service| service.origin);
    if availability == Availability::Closed {
        return (Status::Offline, Reason::ClosedTuple(decided()), by_tuple);
    }
    // The least reachable names the status, the first of equals wins.
    let worst = activities
        .iter()
        .rev()
        .map(|a| (Status::of_activity(a), a))
        .max_by_key(|(s, _)| s.distance());
    if let Some((status, activity)) = worst {
        let reason = Reason::Activity {
            person: person.map_or_else(String::new, |p| p.of.id.clone()),
            activity: activity.label().to_owned(),
        };
        return (status, reason, person.map(|p| p.origin));
    }
    if idle != Idle::No {
        let by_person = person.filter(|p| p.of.user_input.is_some());
        return (Status::Away, Reason::Idle, by_person.map(|p| p.origin));
    }
    match availability {
        Availability::Open => (Status::Available, Reason::OpenTuple(decided()), by_tuple),
        _ => (Status::Unknown, Reason::Nothing, None),
    }
}

fn labels(activities: &[&Activity]) -> Vec<String> {
    activities.iter().map(|a| a.label().to_owned()).collect()
}
