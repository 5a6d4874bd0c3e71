//! The code of a source with its literals in place: calls, their arguments, and what texts say.

use super::source::Source;

/// What a text says: Chinese, English.
pub(crate) type Said<'s> = (&'s str, &'s str);

/// The ways to make a text.
const TEXTS: [&str; 4] = ["text!(", "Text::new(", "Text::owned(", "Text::same("];

/// A source's code in one string, with its literals at the places where `""` stands for them.
pub(crate) struct Scan<'s> {
    pub(crate) source: &'s Source,
    pub(crate) code: String,
    /// Where the literals stand.
    quotes: Vec<usize>,
}

/// A function or a closure that has a name.
pub(crate) struct Callable {
    pub(crate) name: String,
    /// The names of its parameters, without `self`.
    pub(crate) parameters: Vec<String>,
}

/// Whether a name may hold this.
pub(crate) fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The name that something begins with, behind marks of borrowing.
pub(crate) fn first_word(piece: &str) -> &str {
    let piece = piece.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '&' | '*' | '(' | '|'));
    let piece = piece.strip_prefix("mut ").unwrap_or(piece);
    &piece[..piece.find(|c| !is_word(c)).unwrap_or(piece.len())]
}

impl<'s> Scan<'s> {
    pub(crate) fn new(source: &'s Source) -> Scan<'s> {
        let code = source.code.join("\n");
        let quotes: Vec<usize> = code.match_indices("\"\"").map(|(at, _)| at).collect();
        assert_eq!(quotes.len(), source.literals.len(), "{}", source.path);
        Scan { source, code, quotes }
    }

    /// `path:line`.
    pub(crate) fn place(&self, at: usize) -> String {
        format!("{}:{}", self.source.path, self.code[..at].matches('\n').count() + 1)
    }

    /// The literal that stands at a place, or right behind white space there.
    pub(crate) fn literal(&self, at: usize) -> Option<&'s str> {
        let rest = &self.code[at..];
        let number = self.quotes.binary_search(&(at + rest.len() - rest.trim_start().len())).ok()?;
        Some(&self.source.literals[number].1)
    }

    /// The literals between two places.
    pub(crate) fn literals(&self, from: usize, to: usize) -> Vec<&'s str> {
        let within = self.quotes.iter().enumerate().filter(|(_, at)| (from..to).contains(at));
        within.map(|(number, _)| self.source.literals[number].1.as_str()).collect()
    }

    /// Where what begins at a place ends: at a `stop` that is in no bracket, or at the bracket that closes around it.
    pub(crate) fn end(&self, from: usize, stop: char) -> usize {
        let mut depth = 0;
        for (at, c) in self.code[from..].char_indices() {
            if depth == 0 && (c == stop || matches!(c, ')' | ']' | '}')) {
                return from + at;
            }
            match c {
                '(' | '[' | '{' => depth += 1,
                ')' | ']' | '}' => depth -= 1,
                _ => {}
            }
        }
        self.code.len()
    }

    /// Where the parts begin and end that commas divide, up to the bracket that closes around them.
    pub(crate) fn parts(&self, from: usize) -> Vec<(usize, usize)> {
        let mut parts = vec![(from, self.end(from, ','))];
        while let Some(&(_, end)) = parts.last()
            && self.code[end..].starts_with(',')
        {
            parts.push((end + 1, self.end(end + 1, ',')));
        }
        parts.retain(|(start, end)| !self.code[*start..*end].trim().is_empty());
        parts
    }

    /// The arguments of every call of a function: where the call stands, and where its arguments do.
    pub(crate) fn calls(&self, name: &str) -> Vec<(usize, Vec<(usize, usize)>)> {
        let call = format!("{name}(");
        let places = self.code.match_indices(&call).map(|(at, _)| at);
        let is_call = |at: &usize| !self.code[..*at].ends_with(is_word) && !self.code[..*at].ends_with("fn ");
        places.filter(is_call).map(|at| (at, self.parts(at + call.len()))).collect()
    }

    /// What is said between two places, texts that are parts of others left out.
    pub(crate) fn said(&self, from: usize, to: usize) -> Vec<Said<'s>> {
        let mut said = Vec::new();
        let mut at = from;
        let next = |at: usize| TEXTS.iter().filter_map(|name| Some((at + self.code[at..to].find(name)?, *name))).min();
        while let Some((start, name)) = next(at) {
            let open = start + name.len();
            at = self.end(open, '\0').min(to);
            match (name, self.literals(open, at).as_slice()) {
                ("Text::same(", [same, ..]) => said.push((*same, *same)),
                (_, [zh, en, ..]) => said.push((*zh, *en)),
                _ => {}
            }
        }
        said
    }

    /// The elements at one place of all tuples between two places that have so many elements.
    pub(crate) fn elements(&self, from: usize, to: usize, which: usize, many: usize) -> Vec<(usize, usize)> {
        let opens = self.code[from..to].match_indices('(').map(|(at, _)| from + at);
        let tuples = opens.filter(|at| !self.code[..*at].ends_with(|c| is_word(c) || matches!(c, '!' | '>')));
        let parts = tuples.map(|at| self.parts(at + 1)).filter(|parts| parts.len() == many);
        parts.map(|parts| parts[which]).filter(|(_, end)| *end <= to).collect()
    }

    /// The function or closure around a place.
    pub(crate) fn around(&self, at: usize) -> Option<(usize, Callable)> {
        let before = &self.code[..at];
        let start = before.rmatch_indices("fn ").map(|(at, _)| at).find(|at| !before[..*at].ends_with(is_word))?;
        let lets = before[start..].rmatch_indices("let ").map(|(found, _)| start + found);
        let closure = lets.filter(|found| self.end(*found, ';') > at).find_map(|found| {
            let (name, value) = before[found + 4..].split_once('=')?;
            let value = value.trim_start().trim_start_matches("move ");
            let (parameters, _) = value.strip_prefix('|')?.split_once('|')?;
            Some((found, Callable { name: first_word(name).to_owned(), parameters: names(parameters) }))
        });
        if closure.is_some() {
            return closure;
        }
        let open = start + self.code[start..].find('(')?;
        let name = first_word(&self.code[start + 3..]).to_owned();
        Some((start, Callable { name, parameters: names(&self.code[open + 1..self.end(open + 1, '\0')]) }))
    }

    /// The body of a function of this source.
    pub(crate) fn body(&self, name: &str) -> Option<(usize, usize)> {
        let head = self.code.find(&format!("fn {name}(")).or_else(|| self.code.find(&format!("fn {name}<")))?;
        let open = head + self.code[head..].find(" {\n")? + 2;
        Some((open, self.end(open, '\0')))
    }

    /// The statement before a place, in the same function, that gives a name its value: where it stands and ends, and all
    /// the names to which it gives one.
    pub(crate) fn binding(&self, name: &str, at: usize) -> Option<(usize, usize, Vec<&str>)> {
        let (start, _) = self.around(at)?;
        let mut lets = self.code[start..at].rmatch_indices("let ").map(|(found, _)| start + found);
        lets.find_map(|found| {
            let (pattern, _) = self.code[found + 4..at].split_once('=')?;
            let words = pattern.split(|c| !is_word(c)).filter(|word| !word.is_empty() && *word != "mut");
            let names: Vec<&str> = words.filter(|word| !word.starts_with(char::is_uppercase)).collect();
            names.contains(&name).then(|| (found, self.end(found, ';').min(at), names))
        })
    }
}

/// The names of parameters: what stands before each colon.
fn names(parameters: &str) -> Vec<String> {
    let mut depth = 0;
    let divided = parameters.split(|c| {
        depth += i32::from(matches!(c, '(' | '<' | '[')) - i32::from(matches!(c, ')' | '>' | ']'));
        c == ',' && depth == 0
    });
    let words = divided.map(first_word).filter(|word| !word.is_empty() && *word != "self");
    words.map(str::to_owned).collect()
}
