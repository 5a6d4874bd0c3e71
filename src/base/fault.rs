//! What can go wrong: what it is, where, and the way out, in both languages; and the exit codes. Carries values only:
//! how a fault is drawn is `render`'s.

use crate::base::text::Text;
use std::ops::Range;

/// The exit code of a command (docs/data-format.md: 0 done, 1 could not, 2 wrong usage, 3 `--check` found something).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// Done.
    Done = 0,
    /// Could not: input or output failed, or stored data are faulty.
    Failed = 1,
    /// The command was used wrongly.
    Usage = 2,
    /// A check found something.
    Found = 3,
}

/// Whether a fault stops the command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// It stops the command.
    Error,
    /// It is worth saying; the command goes on.
    Warning,
}

impl Level {
    /// The word for machines.
    #[must_use]
    pub const fn token(self) -> &'static str {
        match self {
            Level::Error => "error",
            Level::Warning => "warning",
        }
    }

    /// The word for people.
    #[must_use]
    pub const fn word(self) -> Text {
        match self {
            Level::Error => Text::new("错误", "error"),
            Level::Warning => Text::new("警告", "warning"),
        }
    }
}

/// A place in a text file, with the line that stands there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file, as a person would name it.
    pub file: String,
    /// The line, from 1; 0 where the whole file is meant.
    pub line: usize,
    /// The column in characters, from 1; 0 where the whole line is meant.
    pub column: usize,
    /// The line's text and the bytes in it that are meant; none where there is nothing to draw.
    pub excerpt: Option<(String, Range<usize>)>,
}

impl Place {
    /// A file as a whole.
    pub fn file(file: impl Into<String>) -> Place {
        Place { file: file.into(), line: 0, column: 0, excerpt: None }
    }

    /// The bytes `span` of `source`, the text of `file`. Lines longer than 400 bytes are not drawn.
    #[must_use]
    pub fn in_text(file: &str, source: &[u8], span: Range<usize>) -> Place {
        let at = span.start.min(source.len());
        let start = source[..at].iter().rposition(|&b| b == b'\n').map_or(0, |i| i + 1);
        let end = source[at..].iter().position(|&b| b == b'\n').map_or(source.len(), |i| at + i);
        let line = memchr::memchr_iter(b'\n', &source[..start]).count() + 1;
        let before = String::from_utf8_lossy(&source[start..at]);
        let column = before.chars().count() + 1;
        let excerpt = std::str::from_utf8(&source[start..end]).ok().filter(|text| text.len() <= 400).map(|text| {
            let text = text.trim_end_matches('\r');
            let first = (at - start).min(text.len());
            let last = (span.end.max(at) - start).clamp(first, text.len());
            (text.to_owned(), first..last)
        });
        Place { file: file.to_owned(), line, column, excerpt }
    }
}

/// One thing that went wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What kind of fault it is: a short word that stays the same (`unknown-kind`), for programs and tests. All of them are
    /// listed in `docs/faults.md`.
    pub code: &'static str,
    /// Whether it stops the command.
    pub level: Level,
    /// The exit code that it leads to, if it is an error.
    pub exit: Exit,
    /// What is wrong.
    pub what: Text,
    /// The field of a record, or the key of a TOML file, that it is about, by its name.
    pub field: Option<String>,
    /// Where.
    pub place: Option<Place>,
    /// The way out.
    pub hint: Option<Text>,
}

impl Fault {
    /// Something could not be done (exit code 1).
    #[must_use]
    pub fn new(code: &'static str, what: Text) -> Fault {
        Fault { code, level: Level::Error, exit: Exit::Failed, what, field: None, place: None, hint: None }
    }

    /// The command was used wrongly (exit code 2).
    #[must_use]
    pub fn usage(code: &'static str, what: Text) -> Fault {
        Fault { exit: Exit::Usage, ..Fault::new(code, what) }
    }

    /// Something worth saying that stops nothing.
    #[must_use]
    pub fn warning(code: &'static str, what: Text) -> Fault {
        Fault { level: Level::Warning, exit: Exit::Done, ..Fault::new(code, what) }
    }

    /// About a field or a key, by its name.
    #[must_use]
    pub fn of_field(self, field: impl Into<String>) -> Fault {
        Fault { field: Some(field.into()), ..self }
    }

    /// With its place.
    #[must_use]
    pub fn at(self, place: Place) -> Fault {
        Fault { place: Some(place), ..self }
    }

    /// With the way out.
    #[must_use]
    pub fn hint(self, hint: Text) -> Fault {
        Fault { hint: Some(hint), ..self }
    }

    /// The code, and behind it the field that it is about: what tests compare.
    #[cfg(test)]
    pub(crate) fn signature(&self) -> String {
        let field = self.field.iter().map(String::as_str);
        std::iter::once(self.code).chain(field).collect::<Vec<_>>().join(" ")
    }

    /// This fault as the outcome of a function, of the rooms' [`Result`] or of one that takes other errors too.
    ///
    /// # Errors
    /// Always.
    pub fn fail<T, E: From<Faults>>(self) -> std::result::Result<T, E> {
        Err(Faults::from(self).into())
    }
}

/// Everything that went wrong, at least one thing: a command reports all it can find at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Faults(pub Vec<Fault>);

impl Faults {
    /// The exit code of the gravest.
    #[must_use]
    pub fn exit(&self) -> Exit {
        let errors = || self.0.iter().filter(|fault| fault.level == Level::Error);
        if errors().any(|fault| fault.exit == Exit::Failed) {
            return Exit::Failed;
        }
        errors().map(|fault| fault.exit).max().unwrap_or(Exit::Done)
    }

    /// `value`, unless one of `faults` is an error.
    ///
    /// # Errors
    /// All of `faults`, when one is an error.
    pub fn unless<T>(faults: Vec<Fault>, value: impl FnOnce() -> T) -> Result<T> {
        if faults.iter().any(|fault| fault.level == Level::Error) { Err(Faults(faults)) } else { Ok(value()) }
    }
}

impl From<Fault> for Faults {
    fn from(fault: Fault) -> Faults {
        Faults(vec![fault])
    }
}

/// For programs: people are told by `render`, in their language, with the place and the way out.
impl std::fmt::Display for Faults {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (at, Fault { code, what, .. }) in self.0.iter().enumerate() {
            let before = if at > 0 { "; " } else { "" };
            write!(f, "{before}{code}: {}", what.en)?;
        }
        Ok(())
    }
}

impl std::error::Error for Faults {}

/// The outcome of whatever can go wrong.
pub type Result<T> = std::result::Result<T, Faults>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_counts_characters_and_keeps_bytes() {
        let source = "year = 2018\n名称 = 城关\n".as_bytes();
        let start = "year = 2018\n名称 = ".len();
        let place = Place::in_text("a.toml", source, start..start + 6);
        assert_eq!((place.line, place.column), (2, 6));
        assert_eq!(place.excerpt, Some(("名称 = 城关".to_owned(), 9..15)));
    }

    #[test]
    fn a_place_past_the_end_is_the_end() {
        let place = Place::in_text("a.toml", b"ab", 9..12);
        assert_eq!((place.line, place.column), (1, 3));
    }

    #[test]
    fn faults_as_an_error_are_their_codes_and_what_they_say() {
        let unknown = Fault::usage("unknown-kind", Text::new("没有这类台账", "no such kind"));
        let late = Fault::warning("late-entry", Text::new("补录", "entered late"));
        assert_eq!(Faults(vec![unknown, late]).to_string(), "unknown-kind: no such kind; late-entry: entered late");
    }
}
