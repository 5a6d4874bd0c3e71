//! Townships: whoever keeps a ledger. Finds one by id, name or alias, and never guesses.

mod file;

use crate::base::day::Day;
use crate::base::fault::{Fault, Result};
use crate::base::fuzzy::{fold, nearest};
use crate::base::number::Numbered as _;
use crate::base::text::Text;
use std::collections::HashMap;
use std::sync::{Mutex, OnceLock, PoisonError};

number! {
    /// A township's place in the bureau's order.
    pub TownshipNo
}

/// A township, an industrial zone or a county unit (填报单位).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Township {
    /// `[a-z][a-z0-9-]{0,39}`; the folder's name.
    pub id: String,
    /// The name shown.
    pub name: String,
    /// What it is.
    pub kind: TownshipKind,
    /// The bureau's own order, which every table keeps; ties by id. [`Township::UNORDERED`] where none is said.
    pub order: i64,
    /// Other and former names, short codes.
    pub aliases: Vec<String>,
    /// People.
    pub population: Option<u64>,
    /// Who leads it.
    pub leader: Option<String>,
    /// Whom to call.
    pub contact: Option<String>,
    /// Their number.
    pub phone: Option<String>,
    /// The first day on which things are expected of it.
    pub from: Option<Day>,
    /// The last.
    pub until: Option<Day>,
    /// Whether a work arrangement is expected.
    pub arrangement: bool,
    /// Whether monthly reports are expected.
    pub monthly: bool,
}

/// What a township is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TownshipKind {
    /// 乡镇
    Township,
    /// 工业区
    IndustrialZone,
    /// 县直单位
    CountyUnit,
}

impl TownshipKind {
    /// All of them.
    pub const ALL: [TownshipKind; 3] = [TownshipKind::Township, TownshipKind::IndustrialZone, TownshipKind::CountyUnit];

    /// The word in `township.toml`.
    #[must_use]
    pub const fn token(self) -> &'static str {
        match self {
            TownshipKind::Township => "township",
            TownshipKind::IndustrialZone => "industrial-zone",
            TownshipKind::CountyUnit => "county-unit",
        }
    }

    /// The word shown.
    #[must_use]
    pub const fn title(self) -> Text {
        match self {
            TownshipKind::Township => Text::new("乡镇", "township"),
            TownshipKind::IndustrialZone => Text::new("工业区", "industrial zone"),
            TownshipKind::CountyUnit => Text::new("县直单位", "county unit"),
        }
    }

    /// Reads the word in `township.toml`, and nothing else.
    #[must_use]
    pub fn from_token(token: &str) -> Option<TownshipKind> {
        TownshipKind::ALL.into_iter().find(|kind| kind.token() == token)
    }

    /// Whether a work arrangement is expected where its file does not say.
    #[must_use]
    pub const fn arrangement(self) -> bool {
        match self {
            TownshipKind::Township | TownshipKind::IndustrialZone => true,
            TownshipKind::CountyUnit => false,
        }
    }
}

impl Township {
    /// The order of one whose file says none: after all that have one.
    pub const UNORDERED: i64 = 1_000_000;

    /// One of which nothing but id, name and kind is known.
    #[must_use]
    pub fn new(id: impl Into<String>, name: impl Into<String>, kind: TownshipKind) -> Township {
        Township {
            id: id.into(),
            name: name.into(),
            kind,
            order: Township::UNORDERED,
            aliases: Vec::new(),
            population: None,
            leader: None,
            contact: None,
            phone: None,
            from: None,
            until: None,
            arrangement: kind.arrangement(),
            monthly: true,
        }
    }

    /// Whether things are expected of it on that day.
    #[must_use]
    pub fn active_on(&self, day: Day) -> bool {
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day <= until)
    }
}

/// All townships, in the bureau's order.
#[derive(Debug, Default)]
pub struct Townships {
    all: Vec<Township>,
    /// Folded ids, names and aliases, each with whose they are.
    words: OnceLock<HashMap<String, Vec<TownshipNo>>>,
    /// What was said of words that name none: a sheet says the same one in many rows, and to compare it with all names
    /// takes long.
    unknown: Mutex<HashMap<String, Fault>>,
}

impl Townships {
    /// Puts them in order: by `order`, ties by id.
    #[must_use]
    pub fn new(mut all: Vec<Township>) -> Townships {
        all.sort_by(|a, b| (a.order, &a.id).cmp(&(b.order, &b.id)));
        Townships { all, ..Townships::default() }
    }

    /// The same for the public: nobody is named, and no number.
    #[must_use]
    pub fn for_public(self) -> Townships {
        let unnamed = |township| Township { leader: None, contact: None, phone: None, ..township };
        Townships { all: self.all.into_iter().map(unnamed).collect(), ..self }
    }

    /// All of them, in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Township> {
        self.all.iter()
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// The one of that id.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Township> {
        self.all.iter().find(|township| township.id == id)
    }

    /// The number of the one of that id.
    #[must_use]
    pub fn number_of(&self, id: &str) -> Option<TownshipNo> {
        self.all.iter().numbered().find_map(|(number, township)| (township.id == id).then_some(number))
    }

    /// The one of that id, name or alias, compared folded; an exact id comes first.
    ///
    /// # Errors
    /// A usage fault: none (with the names that come near) or several (all named); never a guess.
    pub fn find(&self, word: &str) -> Result<&Township> {
        if let Some(township) = self.get(word) {
            return Ok(township);
        }
        let mut found = self.words().get(&fold(word)).into_iter().flatten().map(|&at| &self.all[at]);
        match (found.next(), found.next()) {
            (Some(township), None) => Ok(township),
            (None, _) => self.unknown_township(word).fail(),
            (Some(first), Some(second)) => ambiguous(word, [first, second].into_iter().chain(found)).fail(),
        }
    }

    /// The order for the next one: the least multiple of ten above all that are in use.
    #[must_use]
    pub fn next_order(&self) -> i64 {
        let used = self.all.iter().map(|township| township.order).filter(|&order| order < Township::UNORDERED);
        (used.fold(0, i64::max) / 10 + 1) * 10
    }

    fn words(&self) -> &HashMap<String, Vec<TownshipNo>> {
        self.words.get_or_init(|| {
            let mut words: HashMap<String, Vec<TownshipNo>> = HashMap::new();
            for (at, township) in self.all.iter().numbered() {
                for word in township.words() {
                    let whose = words.entry(fold(word)).or_default();
                    if !whose.contains(&at) {
                        whose.push(at);
                    }
                }
            }
            words
        })
    }

    fn unknown_township(&self, word: &str) -> Fault {
        let known = || self.unknown.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(said) = known().get(word) {
            return said.clone();
        }
        let said = self.name_none(word);
        known().insert(word.to_owned(), said.clone());
        said
    }

    /// That a word names none, with those that come near.
    fn name_none(&self, word: &str) -> Fault {
        let fault = Fault::usage("unknown-township", text!("没有填报单位“{word}”", "unknown township “{word}”"));
        let near = nearest(word, self.all.iter().flat_map(Township::words), 6);
        let mut meant: Vec<&Township> = Vec::new();
        for township in
            near.iter().filter_map(|near| self.all.iter().find(|township| township.words().any(|w| w == *near)))
        {
            if !meant.contains(&township) {
                meant.push(township);
            }
        }
        meant.truncate(3);
        if meant.is_empty() {
            return fault
                .hint(text!("全部单位见 culture township list", "list all townships with culture township list"));
        }
        let meant = Text::list(&meant.into_iter().map(display_name).collect::<Vec<_>>());
        fault.hint(text!("是否指 {meant}？", "did you mean {meant}?", meant))
    }
}

impl Township {
    /// Whether another has a name or an alias of this one, compared folded.
    #[must_use]
    pub fn shares_a_name(&self, other: &Township) -> bool {
        let names = |township: &Township| -> Vec<String> {
            std::iter::once(&township.name).chain(&township.aliases).map(|name| fold(name)).collect()
        };
        let own = names(self);
        names(other).iter().any(|name| own.contains(name))
    }

    /// The words by which it is found.
    fn words(&self) -> impl Iterator<Item = &str> {
        [self.name.as_str(), self.id.as_str()].into_iter().chain(self.aliases.iter().map(String::as_str))
    }
}

fn ambiguous<'a>(word: &str, found: impl Iterator<Item = &'a Township>) -> Fault {
    let named = Text::list(&found.map(display_name).collect::<Vec<_>>());
    Fault::usage(
        "ambiguous-name",
        text!("“{word}”可能指：{named}", "“{word}” is ambiguous: it could be {named}", named),
    )
    .hint(text!("请写代号", "use the id"))
}

fn display_name(township: &Township) -> Text {
    let id = &township.id;
    let name = &township.name;
    Text::owned(format!("{name}（{id}）"), format!("{name} ({id})"))
}

impl<'a> IntoIterator for &'a Townships {
    type Item = &'a Township;
    type IntoIter = std::slice::Iter<'a, Township>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

#[cfg(test)]
mod tests;
