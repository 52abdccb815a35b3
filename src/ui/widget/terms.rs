//! On which terms somebody may see the own presence: until when, and how much.

use iced::widget::column;
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _, Zoned};

use super::control::{self, Field};
use super::text::text;
use crate::account::{Decision, Disclosure};
use crate::fl;
use crate::ui::session::Verdict;
use crate::ui::theme::{Element, MEDIUM, size, space, text as ink};

/// What is chosen so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    ends: Ends,
    date: String,
    /// How much is shown.
    pub shows: Disclosure,
}

/// When an approval ends by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ends {
    /// Never.
    Never,
    /// With this day.
    Today,
    /// With the next day.
    Tomorrow,
    /// With a day that is typed.
    On,
}

/// What happened.
#[derive(Debug, Clone)]
pub enum Message {
    /// An end was chosen.
    EndsChosen(Ends),
    /// The day was edited.
    DateEdited(String),
    /// A level of detail was chosen.
    ShowsChosen(Disclosure),
}

/// Why a day cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateProblem {
    /// Nothing there.
    Empty,
    /// No day of any calendar.
    Unreadable,
    /// It is over.
    Past,
}

impl Terms {
    /// For ever, with this level of detail.
    pub fn showing(shows: Disclosure) -> Self {
        Self {
            ends: Ends::Never,
            date: String::new(),
            shows,
        }
    }

    /// Takes in what happened.
    pub fn update(&mut self, message: Message) {
        match message {
            Message::EndsChosen(ends) => self.ends = ends,
            Message::DateEdited(date) => self.date = date,
            Message::ShowsChosen(shows) => self.shows = shows,
        }
    }

    /// When an approval on these terms ends; days end where the clock of the machine says so.
    ///
    /// # Errors
    /// The day that is typed cannot be used.
    pub fn until(&self, now: &Zoned) -> Result<Option<Timestamp>, DateProblem> {
        Ok(self.last_day(now)?.and_then(|day| {
            let next = day.tomorrow().ok()?;
            let end = next.to_zoned(now.time_zone().clone()).ok()?;
            Some(end.timestamp())
        }))
    }

    /// A decision on these terms, which matter to an approval only.
    ///
    /// # Errors
    /// The day that is typed cannot be used.
    pub fn verdict(&self, decision: Decision, now: &Zoned) -> Result<Verdict, DateProblem> {
        if decision != Decision::Allow {
            return Ok(decision.into());
        }
        Ok(Verdict {
            decision,
            until: self.until(now)?,
            shows: self.shows,
        })
    }

    /// What a button says that allows on these terms.
    pub fn allow(&self, now: &Zoned) -> String {
        match (self.ends, self.last_day(now)) {
            (Ends::Never, _) | (_, Err(_) | Ok(None)) => fl!("request-allow"),
            (Ends::Today, _) => fl!("terms-allow-today"),
            (Ends::Tomorrow, _) => fl!("terms-allow-tomorrow"),
            (Ends::On, Ok(Some(day))) => fl!("terms-allow-until", day = words(day)),
        }
    }

    /// Shows them.
    pub fn view<'a>(&'a self, now: &Zoned) -> Element<'a, Message> {
        let ends = [
            (fl!("terms-always"), Ends::Never),
            (fl!("terms-today"), Ends::Today),
            (fl!("terms-tomorrow"), Ends::Tomorrow),
            (fl!("terms-date"), Ends::On),
        ];
        let levels = Disclosure::ALL.map(|level| (level_name(level), level));
        let day = self.last_day(now);
        let typed = (self.ends == Ends::On).then(|| {
            Field {
                example: "2027-12-24",
                hint: Some(match day {
                    Ok(_) | Err(DateProblem::Empty) => fl!("terms-day-hint"),
                    Err(DateProblem::Unreadable) => fl!("terms-day-unreadable"),
                    Err(DateProblem::Past) => fl!("terms-day-past"),
                }),
                wrong: matches!(day, Err(DateProblem::Unreadable | DateProblem::Past)),
                ..Field::new(DAY, fl!("terms-day"), &self.date)
            }
            .view(Message::DateEdited)
        });
        let end = day.ok().flatten().map(|day| {
            text(fl!("terms-ends", day = words(day)))
                .size(size::SMALL)
                .style(ink::quiet)
        });
        column![
            text(fl!("terms-until")).size(size::BODY).font(MEDIUM),
            control::choices(ends, self.ends, Message::EndsChosen),
        ]
        .push(typed)
        .push(end)
        .push(text(fl!("terms-shows")).size(size::BODY).font(MEDIUM))
        .push(control::choices(levels, self.shows, Message::ShowsChosen))
        .push(
            text(level_hint(self.shows))
                .size(size::SMALL)
                .style(ink::quiet),
        )
        .spacing(space::S)
        .into()
    }

    /// The last day on which an approval holds; `None`: it has no end.
    fn last_day(&self, now: &Zoned) -> Result<Option<Date>, DateProblem> {
        let today = now.date();
        match self.ends {
            Ends::Never => Ok(None),
            Ends::Today => Ok(Some(today)),
            Ends::Tomorrow => Ok(today.tomorrow().ok()),
            Ends::On => {
                let day = day(&self.date, today)?;
                if day < today {
                    return Err(DateProblem::Past);
                }
                Ok(Some(day))
            }
        }
    }
}

impl Default for Terms {
    fn default() -> Self {
        Self::showing(Disclosure::default())
    }
}

/// A day as people write it: `2027-12-24`, `24.12.2027`, `24.12.` for the next one, and `2027/12/24`. With strokes the
/// day goes first only in languages that write it so: elsewhere it could be the month.
fn day(typed: &str, today: Date) -> Result<Date, DateProblem> {
    let strokes = typed.matches('/').count();
    let of_year = typed.trim_start().find('/') == Some(4);
    let typed = match (strokes, of_year) {
        (2, true) => typed.trim().replace('/', "-"),
        (1 | 2, false) if words(EXAMPLE).starts_with("24/") => typed.trim().replace('/', "."),
        _ => typed.trim().to_owned(),
    };
    let typed = typed.as_str();
    if typed.is_empty() {
        return Err(DateProblem::Empty);
    }
    let unreadable = DateProblem::Unreadable;
    if typed.contains('-') {
        return typed.parse().map_err(|_| unreadable);
    }
    let mut parts = typed.trim_end_matches('.').split('.').map(str::trim);
    let mut number = || parts.next().and_then(|part| part.parse::<i16>().ok());
    let (day, month, year) = (number(), number(), number());
    let (Some(day), Some(month)) = (day, month) else {
        return Err(unreadable);
    };
    let small = |number: i16| i8::try_from(number).map_err(|_| unreadable);
    let date = |year: i16| Date::new(year, small(month)?, small(day)?).map_err(|_| unreadable);
    if parts.next().is_some() {
        return Err(unreadable);
    }
    match year {
        Some(year) if year < 100 => date(2000 + year),
        Some(year) => date(year),
        None => {
            let this = date(today.year())?;
            if this < today {
                return this.checked_add(1.year()).map_err(|_| unreadable);
            }
            Ok(this)
        }
    }
}

fn words(day: Date) -> String {
    fl!(
        "terms-day-words",
        day = day.strftime("%d").to_string(),
        month = day.strftime("%m").to_string(),
        year = day.strftime("%Y").to_string()
    )
}

/// The name of a level of detail.
pub fn level_name(level: Disclosure) -> String {
    match level {
        Disclosure::State => fl!("shows-state"),
        Disclosure::Activity => fl!("shows-activity"),
        Disclosure::Everything => fl!("shows-everything"),
    }
}

fn level_hint(level: Disclosure) -> String {
    match level {
        Disclosure::State => fl!("shows-state-hint"),
        Disclosure::Activity => fl!("shows-activity-hint"),
        Disclosure::Everything => fl!("shows-everything-hint"),
    }
}

/// A day whose parts cannot be mistaken for each other.
const EXAMPLE: Date = Date::constant(2027, 12, 24);

/// The name of the field for a day.
pub const DAY: &str = "terms-day-field";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::tests::speak;
    use crate::ui::testing::{click, says};

    fn now() -> Zoned {
        "2026-03-05T14:30:00[Europe/Berlin]".parse().unwrap()
    }

    fn until(ends: Ends, date: &str) -> Result<Option<String>, DateProblem> {
        let mut terms = Terms::default();
        terms.update(Message::EndsChosen(ends));
        terms.update(Message::DateEdited(date.to_owned()));
        let until = terms.until(&now())?;
        Ok(until.map(|until| until.to_string()))
    }

    #[test]
    fn days_end_where_the_clock_of_the_machine_says_so() {
        let at = |text: &str| Ok(Some(text.to_owned()));
        assert_eq!(until(Ends::Never, ""), Ok(None));
        assert_eq!(until(Ends::Today, ""), at("2026-03-05T23:00:00Z"));
        assert_eq!(until(Ends::Tomorrow, ""), at("2026-03-06T23:00:00Z"));
        // Summer time has begun by then.
        assert_eq!(until(Ends::On, "2026-04-01"), at("2026-04-01T22:00:00Z"));
        assert_eq!(until(Ends::On, " 1.4.2026 "), at("2026-04-01T22:00:00Z"));
        assert_eq!(until(Ends::On, "01.04.26"), at("2026-04-01T22:00:00Z"));
        assert_eq!(until(Ends::On, "1.4."), at("2026-04-01T22:00:00Z"));
        assert_eq!(until(Ends::On, "4.3."), at("2027-03-04T23:00:00Z"));
        assert_eq!(until(Ends::On, "5.3.2026"), at("2026-03-05T23:00:00Z"));
    }

    #[test]
    fn strokes_mean_what_the_language_means_by_them() {
        let at = |text: &str| Ok(Some(text.to_owned()));
        for (tag, typed, meant) in [
            ("fr", "1/4/2026", at("2026-04-01T22:00:00Z")),
            ("es", "01/04", at("2026-04-01T22:00:00Z")),
            ("ja", "2026/04/01", at("2026-04-01T22:00:00Z")),
            ("en", "2026/04/01", at("2026-04-01T22:00:00Z")),
            ("en", "1/4/2026", Err(DateProblem::Unreadable)),
            ("ja", "1/4/2026", Err(DateProblem::Unreadable)),
            ("fr", "1/2/3/4", Err(DateProblem::Unreadable)),
        ] {
            speak(tag);
            assert_eq!(until(Ends::On, typed), meant, "{tag} {typed}");
        }
    }

    #[test]
    fn a_day_is_read_as_it_is_written_in_every_language() {
        let today = Date::constant(2026, 3, 5);
        for language in crate::i18n::LANGUAGES {
            speak(language.tag);
            assert_eq!(day(&words(EXAMPLE), today), Ok(EXAMPLE), "{}", language.tag);
        }
    }

    #[test]
    fn what_is_no_day_to_come_is_told() {
        for (typed, problem) in [
            ("", DateProblem::Empty),
            ("soon", DateProblem::Unreadable),
            ("2026-02-30", DateProblem::Unreadable),
            ("31.2.2027", DateProblem::Unreadable),
            ("1.2.3.4", DateProblem::Unreadable),
            ("-9999999999", DateProblem::Unreadable),
            ("2026-03-04", DateProblem::Past),
        ] {
            assert_eq!(until(Ends::On, typed), Err(problem), "{typed}");
        }
    }

    #[test]
    fn the_end_is_said_before_it_is_chosen() {
        speak("de");
        let mut terms = Terms::default();
        let said = click(terms.view(&now()), "Bis morgen");
        terms.update(said[0].clone());
        assert!(says(terms.view(&now()), "06.03.2026"));
        assert_eq!(terms.allow(&now()), "Bis morgen erlauben");
        let said = click(terms.view(&now()), "Tätigkeit und Notiz");
        terms.update(said[0].clone());
        assert_eq!(terms.shows, Disclosure::Activity);
        terms.update(Message::EndsChosen(Ends::On));
        terms.update(Message::DateEdited("gestern".into()));
        assert!(says(terms.view(&now()), "Das ist kein Datum"));
    }
}
