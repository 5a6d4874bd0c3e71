//! A county as a command finds it: settings, townships, kinds, plans, and where the ledgers are.

use crate::base::config;
use crate::base::day::{Day, Instant, Offset, Year};
use crate::base::fault::{Fault, Faults, Place, Result};
use crate::base::paths::{DataPath, SETTINGS};
use crate::base::text::{Lang, Text};
use crate::check::settings::no_township;
use crate::ledger::{Source, repair, walk};
use crate::schema::calendar::Calendar;
use crate::schema::kind::Kind;
use crate::schema::kind::load::Kinds;
use crate::schema::plan::Plan;
use crate::schema::township::{Township, Townships};
use crate::store::{Snapshot, scan};
use std::collections::BTreeMap;

/// What `culture.toml` says.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// The county's name.
    pub county: String,
    /// The language in which its people are spoken to.
    pub language: Option<Lang>,
    /// Its local time.
    pub offset: Offset,
    /// Which columns of the sheets that come hold what: a kind's id and `HEADING=FIELD`.
    pub maps: Vec<(String, String)>,
}

/// `[map.performance]`, with lines `"HEADING" = "field"`.
fn maps(table: &config::ConfigValue<'_>) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for (kind, value) in table.entries() {
        for (heading, field) in value.entries() {
            let field = field.text().unwrap_or_default();
            all.push((kind.text.clone(), format!("{}={field}", heading.text)));
        }
    }
    all
}

impl Settings {
    /// Reads `culture.toml`.
    ///
    /// # Errors
    /// Whatever is wrong with it; a format of a later version.
    pub(crate) fn load(file: &str, text: &str) -> Result<Settings> {
        config::read(file, text, |table| {
            table.integer("format", 1..=1);
            let language = table.word("language").and_then(|word| Lang::from_tag(&word.text));
            let offset = table.word("utc_offset").and_then(|word| Offset::from_iso(word.text.as_bytes()));
            let maps = table.value("map").map(|value| maps(&value)).unwrap_or_default();
            Settings { county: table.require_text("county"), language, offset: offset.unwrap_or(Offset::CHINA), maps }
        })
    }

    /// A new `culture.toml`.
    #[must_use]
    pub(crate) fn to_toml(&self) -> String {
        let mut text = String::from("# culture 数据目录的设置 / settings of this data directory\nformat = 1\n");
        let county = toml_edit::Value::from(self.county.as_str());
        text.extend(["county = ", county.to_string().trim(), "\n"]);
        if let Some(language) = self.language {
            text.extend(["language = \"", language.tag(), "\"\n"]);
        }
        text.extend(["utc_offset = \"", &self.offset.to_string(), "\"\n"]);
        text
    }
}

/// A county: its settings and townships read, the rest on demand.
#[derive(Debug)]
pub(crate) struct County<'s> {
    /// The files.
    pub snapshot: &'s Snapshot,
    /// What `culture.toml` says.
    pub settings: Settings,
    /// In the bureau's order.
    pub townships: Townships,
    /// The years that have a plan, ascending.
    years: Vec<Year>,
    /// The paths of the plans by year and version.
    plans: BTreeMap<(Year, u32), String>,
    /// The townships are those of a closing: ledgers of others are passed over, and format is restored where it can be.
    as_closed: bool,
    /// What is shown is for the public.
    public: bool,
}

/// Where one ledger is.
#[derive(Clone, Debug)]
pub(crate) struct Ledger {
    /// Its path in the data directory.
    pub path: String,
    /// Its township's place in the order.
    pub township: usize,
    /// Its year.
    pub year: Year,
    /// Its kind's id.
    pub kind: String,
}

impl Ledger {
    /// The ledger of a kind and a year of the township `id`, whose place in the order is `township`.
    #[must_use]
    pub(crate) fn of(id: &str, township: usize, year: Year, kind: &Kind) -> Ledger {
        let path = DataPath::Ledger { township: id, year, kind: &kind.id }.to_string();
        Ledger { path, township, year, kind: kind.id.clone() }
    }

    /// Its bytes as a source.
    #[must_use]
    pub(crate) fn source<'a>(&'a self, kind: &'a Kind, bytes: &'a [u8]) -> Source<'a> {
        Source { file: &self.path, kind, year: self.year, bytes }
    }
}

/// A file of the data directory as text.
///
/// # Errors
/// It cannot be read, or is not UTF-8.
pub(crate) fn text_of(snapshot: &Snapshot, path: &str) -> Result<String> {
    String::from_utf8(snapshot.read(path)?).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let place = Place { excerpt: None, ..Place::in_text(path, error.as_bytes(), at..at + 1) };
        Fault::new("unsorted", Text::new("文件不是 UTF-8 文字", "the file is not UTF-8"))
            .at(place)
            .hint(Text::new("用编辑器另存为 UTF-8", "save it as UTF-8"))
            .into()
    })
}

/// The county's own kinds: path and text of each file.
///
/// # Errors
/// One cannot be read.
pub(crate) fn kind_files(snapshot: &Snapshot) -> Result<Vec<(String, String)>> {
    let paths = snapshot.settings().filter(|path| matches!(DataPath::parse(path), Some(DataPath::Kind { .. })));
    paths.map(|path| Ok((path.to_owned(), text_of(snapshot, path)?))).collect()
}

/// All townships, in no order.
///
/// # Errors
/// Whatever is wrong with any of them.
fn townships(snapshot: &Snapshot, threads: usize) -> Result<Vec<Township>> {
    let of = |path| match DataPath::parse(path) {
        Some(DataPath::Township { id }) => Some((id, path)),
        _ => None,
    };
    let jobs: Vec<(&str, &str)> = snapshot.settings().filter_map(of).collect();
    let work = |all: &mut Vec<Township>, (id, path): &(&str, &str), _: &mut Vec<u8>| {
        all.push(Township::load(id, path, &text_of(snapshot, path)?)?);
        Ok(())
    };
    // A few are read before another thread has begun.
    let threads = if jobs.len() < 100 { 1 } else { threads };
    Ok(scan(&jobs, threads, Vec::new, work)?.into_iter().flatten().collect())
}

impl<'s> County<'s> {
    /// Reads the settings and all townships.
    ///
    /// # Errors
    /// Whatever is wrong with them, all at once.
    pub(crate) fn load(snapshot: &'s Snapshot, threads: usize) -> Result<County<'s>> {
        let settings = Settings::load(SETTINGS, &text_of(snapshot, SETTINGS)?)?;
        let all = townships(snapshot, threads)?;
        let version = |path: &str| match DataPath::parse(path) {
            Some(DataPath::Plan { year, version }) => Some(((year, version), path.to_owned())),
            _ => None,
        };
        let plans: BTreeMap<(Year, u32), String> = snapshot.settings().filter_map(version).collect();
        let mut years: Vec<Year> = plans.keys().map(|(year, _)| *year).collect();
        years.dedup();
        let townships = Townships::new(all);
        Ok(County { snapshot, settings, townships, years, plans, as_closed: false, public: false })
    }

    /// The county with the townships that it had when a month was closed.
    #[must_use]
    pub(crate) fn as_closed(&self, townships: &[Township]) -> County<'s> {
        let (settings, years, plans) = (self.settings.clone(), self.years.clone(), self.plans.clone());
        let townships = Townships::new(townships.to_vec());
        County { snapshot: self.snapshot, settings, townships, years, plans, as_closed: true, public: self.public }
    }

    /// The county as the public may see it, if that is asked for: nothing personal is shown.
    #[must_use]
    pub(crate) fn seen_by(&self, public: bool) -> County<'s> {
        let townships = Townships::new(self.in_order().to_vec());
        County {
            snapshot: self.snapshot,
            settings: self.settings.clone(),
            townships,
            years: self.years.clone(),
            plans: self.plans.clone(),
            as_closed: self.as_closed,
            public,
        }
    }

    /// A ledger's bytes, into a buffer whose room is used again.
    ///
    /// # Errors
    /// It cannot be read.
    pub(crate) fn read_ledger(&self, ledger: &Ledger, kind: &Kind, buffer: &mut Vec<u8>) -> Result<()> {
        self.snapshot.read_into(&ledger.path, buffer)?;
        if self.as_closed
            && walk(ledger.source(kind, buffer), None, |_, _| Ok(())).is_err()
            && let Some(repaired) = repair(ledger.source(kind, buffer))
        {
            *buffer = repaired.bytes;
        }
        Ok(())
    }

    /// The townships as a slice, in order.
    #[must_use]
    pub(crate) fn in_order(&self) -> &[Township] {
        self.townships.iter().as_slice()
    }

    /// The kinds named (and those that they need), or all.
    ///
    /// # Errors
    /// Whatever is wrong with the county's own kinds.
    pub(crate) fn kinds(&self, only: Option<&[&str]>) -> Result<Kinds> {
        let kinds = Kinds::load(&kind_files(self.snapshot)?, only)?;
        Ok(if self.public { kinds.for_public() } else { kinds })
    }

    /// The kinds that writing a record needs of which `word` says the kind.
    ///
    /// # Errors
    /// Whatever is wrong with them.
    pub(crate) fn kinds_to_write(&self, word: &str) -> Result<Kinds> {
        Kinds::load_to_write(&kind_files(self.snapshot)?, word)
    }

    /// The days of rest, as far as they are known.
    ///
    /// # Errors
    /// Whatever is wrong with the files of holidays.
    pub(crate) fn calendar(&self) -> Result<Calendar> {
        let is_of_holidays = |path: &&str| matches!(DataPath::parse(path), Some(DataPath::Holidays { .. }));
        let paths = self.snapshot.settings().filter(is_of_holidays);
        let files: Result<Vec<_>> = paths.map(|path| Ok((path.to_owned(), text_of(self.snapshot, path)?))).collect();
        Calendar::load(&files?)
    }

    /// The years that have a plan, ascending.
    #[must_use]
    pub(crate) fn plan_years(&self) -> &[Year] {
        &self.years
    }

    /// The versions of a year's plan, the newest last: number and path.
    pub(crate) fn plan_versions(&self, year: Year) -> impl DoubleEndedIterator<Item = (u32, &str)> {
        self.plans.range((year, 0)..=(year, u32::MAX)).map(|((_, number), path)| (*number, path.as_str()))
    }

    /// The text and the path of a year's plan: the version that had been issued by a time, else the newest.
    ///
    /// # Errors
    /// There is none, or it cannot be read.
    pub(crate) fn plan_text(&self, year: Year, known: Option<Instant>) -> Result<(String, String)> {
        let first = self.plan_versions(year).next();
        for (number, path) in self.plan_versions(year).rev() {
            let text = text_of(self.snapshot, path)?;
            let by = known.map(|known| known.in_offset(self.settings.offset).day());
            // The first is what there was before any other.
            let issued = match by.filter(|_| Some((number, path)) != first) {
                Some(by) => Plan::read(path, &text)?.into_unchecked().issued_on().is_some_and(|issued| issued <= by),
                None => true,
            };
            if issued {
                return Ok((text, path.to_owned()));
            }
        }
        let years: Vec<Text> = self.plan_years().iter().map(|year| Text::same(year.to_string())).collect();
        let years = Text::list(&years);
        Fault::usage("unsorted", text!("没有 {year} 年的实施方案", "no plan for {year}"))
            .hint(text!(
                "现有：{years}；新建：culture plan new {year}",
                "there are plans for {years}; to create one: culture plan new {year}",
                years
            ))
            .fail()
    }

    /// A year's plan with the kinds that it names: the version that had been issued by a time, else the newest.
    ///
    /// # Errors
    /// Whatever is wrong with it or with a kind.
    pub(crate) fn plan(&self, year: Year, known: Option<Instant>) -> Result<(Plan, Kinds)> {
        let (text, path) = self.plan_text(year, known)?;
        let draft = Plan::read(&path, &text)?;
        let kinds = self.kinds(Some(&draft.kinds()))?;
        let mut plan = draft.check(&kinds)?;
        if let Some((_, first)) = self.plan_versions(year).next().filter(|(_, first)| *first != path) {
            plan.first = Some(Box::new(Plan::read(first, &text_of(self.snapshot, first)?)?.into_unchecked()));
        }
        Ok((plan, kinds))
    }

    /// The plan's year for a day: its own, else the latest before it, else the first there is.
    #[must_use]
    pub(crate) fn plan_year(&self, day: Day) -> Option<Year> {
        let years = self.plan_years();
        years.iter().rfind(|&&year| year <= day.year()).or(years.first()).copied()
    }

    /// As [`County::plan_year`].
    ///
    /// # Errors
    /// The county has no plan at all.
    pub(crate) fn some_plan_year(&self, day: Day) -> Result<Year> {
        self.plan_year(day).ok_or_else(|| {
            Fault::new("unsorted", text!("还没有任何实施方案", "there is no plan yet"))
                .hint(text!("把方案放到 plans/年份.toml", "save one as plans/YEAR.toml"))
                .into()
        })
    }

    /// All ledgers that stand in folders of townships, by path.
    ///
    /// # Errors
    /// A ledger of a township that has no `township.toml`.
    pub(crate) fn ledgers(&self) -> Result<Vec<Ledger>> {
        let places: std::collections::HashMap<&str, usize> =
            self.in_order().iter().enumerate().map(|(at, township)| (township.id.as_str(), at)).collect();
        let (mut all, mut faults) = (Vec::new(), Vec::new());
        for path in self.snapshot.ledgers()? {
            let Some(DataPath::Ledger { township: id, year, kind }) = DataPath::parse(path) else { continue };
            match places.get(id) {
                Some(&township) => all.push(Ledger { path: path.to_owned(), township, year, kind: kind.to_owned() }),
                None if self.as_closed => {}
                None => faults.push(no_township(id, path)),
            }
        }
        Faults::unless(faults, || all)
    }

    /// The ledgers of one kind that a township has, of one year or of all, by year.
    ///
    /// # Errors
    /// Its folder cannot be read.
    pub(crate) fn ledgers_of(&self, township: usize, kind: &Kind, only: Option<Year>) -> Result<Vec<Ledger>> {
        let Some(id) = self.in_order().get(township).map(|township| &township.id) else { return Ok(Vec::new()) };
        let ledger = |year| Ledger::of(id, township, year, kind);
        if let Some(year) = only {
            return Ok([ledger(year)].into_iter().filter(|ledger| self.snapshot.has(&ledger.path)).collect());
        }
        let year = |path: &String| match DataPath::parse(path) {
            Some(DataPath::Ledger { year, kind: of, .. }) if of == kind.id => Some(year),
            _ => None,
        };
        Ok(self.snapshot.ledgers_of(id)?.iter().filter_map(year).map(ledger).collect())
    }

    /// A township's place in the order, by its id.
    #[must_use]
    pub(crate) fn township_index(&self, id: &str) -> usize {
        self.townships.iter().position(|township| township.id == id).unwrap_or(0)
    }

    /// A township's name by its id.
    #[must_use]
    pub(crate) fn name_of(&self, id: &str) -> Option<String> {
        self.townships.get(id).map(|township| township.name.clone())
    }

    /// The as-of day: the one given, else the day that `now` is in the county.
    ///
    /// # Errors
    /// The day given is no day.
    pub(crate) fn as_of(&self, today: Option<&String>, now: Instant) -> Result<Day> {
        let clock = now.in_offset(self.settings.offset).day();
        match today {
            None => Ok(clock),
            Some(text) => {
                let year = self.plan_year(clock).unwrap_or(clock.year());
                Ok(crate::schema::parse::day(text, clock, year)?)
            }
        }
    }
}
