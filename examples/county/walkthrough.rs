//! Lines as a clerk types them, run in-process with the clock and the name that the lines say. Knows nothing of what they
//! do.
//!
//! `# …` is a comment, `\` at the end joins the next line. `@2018-03-08 09:30 李敏` sets clock (+08:00) and keyboard for
//! the lines below, each [`PACE`] seconds after the one before. `culture …` is a command, words parted and quoted as in a
//! shell; `! culture …` one that must be refused; `=> name` behind it keeps the first id that it prints, `$name` is that id.

use culture::base::day::{Instant, Offset};
use culture::base::fault::Exit;
use culture::cli::frame::World;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// Seconds from one command to the next.
const PACE: i64 = 20;

/// One command and what is expected of it.
pub(crate) struct Step {
    /// The line it begins on, from 1.
    pub(crate) line: usize,
    /// When it is typed, and by whom.
    pub(crate) at: Instant,
    pub(crate) who: String,
    /// The words after `culture`, `$name` as written.
    pub(crate) words: Vec<String>,
    /// Whether it must be refused (exit 2) instead of done (exit 0).
    pub(crate) refused: bool,
    /// The name under which the id it prints is kept.
    pub(crate) keep: Option<String>,
}

/// What a command printed, and how it ended.
pub(crate) struct Done {
    pub(crate) out: String,
    pub(crate) err: String,
    pub(crate) exit: Exit,
}

/// Runs steps in one folder, keeping the ids that they name.
pub(crate) struct Runner {
    dir: PathBuf,
    ids: HashMap<String, String>,
}

/// Reads a walkthrough.
///
/// # Errors
/// A line that is none of the above, with its number.
pub(crate) fn parse(text: &str) -> Result<Vec<Step>, String> {
    let (mut steps, mut clock) = (Vec::new(), None);
    for (line, text) in joined(text) {
        let wrong = |what: &str| format!("line {line}: {what}: {text}");
        if text.is_empty() || text.starts_with('#') {
            continue;
        }
        if let Some(says) = text.strip_prefix('@') {
            clock = Some(keyboard(says).ok_or_else(|| wrong("not @DAY TIME NAME"))?);
            continue;
        }
        let (at, who) = clock.as_mut().ok_or_else(|| wrong("nobody is at the keyboard yet"))?;
        let mut step = command(&text).ok_or_else(|| wrong("not a command"))?;
        (step.line, step.at, step.who) = (line, *at, who.clone());
        at.seconds += PACE;
        steps.push(step);
    }
    Ok(steps)
}

/// Lines with their numbers, those that end in `\` joined with the next.
fn joined(text: &str) -> Vec<(usize, String)> {
    let (mut lines, mut open) = (Vec::<(usize, String)>::new(), false);
    for (at, line) in text.lines().enumerate() {
        let (line, goes_on) = line.trim().strip_suffix('\\').map_or((line.trim(), false), |line| (line, true));
        match lines.last_mut() {
            Some((_, before)) if open => before.push_str(line),
            Some(_) | None => lines.push((at + 1, line.to_owned())),
        }
        open = goes_on;
    }
    lines
}

/// `2018-03-08 09:30 李敏`
fn keyboard(says: &str) -> Option<(Instant, String)> {
    let mut words = says.split_whitespace();
    let (day, time, who) = (words.next()?, words.next()?, words.next()?);
    Some((Instant::from_iso(format!("{day}T{time}:00+08:00").as_bytes())?, who.to_owned()))
}

/// `[!] culture WORDS [=> NAME]`
pub(crate) fn command(text: &str) -> Option<Step> {
    let refused = text.strip_prefix('!');
    let mut words = words(refused.unwrap_or(text))?;
    let keep = match words.iter().position(|word| word == "=>") {
        Some(at) => words.split_off(at).into_iter().nth(1),
        None => None,
    };
    if words.is_empty() || words.remove(0) != "culture" {
        return None;
    }
    let at = Instant::new(0, Offset::CHINA);
    Some(Step { line: 0, at, who: String::new(), words, refused: refused.is_some(), keep })
}

/// Parts a line into words; quotation marks of either sort keep white space together. None if one is left open.
fn words(line: &str) -> Option<Vec<String>> {
    let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None);
    for c in line.chars() {
        let opens = quote.is_none() && matches!(c, '"' | '\'');
        if opens || quote == Some(c) {
            quote = opens.then_some(c);
            word.get_or_insert_default();
        } else if quote.is_none() && c.is_whitespace() {
            words.extend(word.take());
        } else {
            word.get_or_insert_default().push(c);
        }
    }
    words.extend(word);
    quote.is_none().then_some(words)
}

impl Runner {
    /// A runner of commands on the data directory `dir`.
    pub(crate) fn new(dir: &Path) -> Runner {
        Runner { dir: dir.to_owned(), ids: HashMap::new() }
    }

    /// Runs one command.
    ///
    /// # Errors
    /// It ended otherwise than expected, names an id that is not kept, or prints none to keep.
    pub(crate) fn run(&mut self, step: &Step) -> Result<Done, String> {
        let Step { line, at, who, words, refused, keep } = step;
        let named = |word: &String| match word.strip_prefix('$') {
            Some(name) => self.ids.get(name).cloned().ok_or_else(|| format!("line {line}: nothing is kept as {word}")),
            None => Ok(word.clone()),
        };
        let words: Vec<String> = words.iter().map(named).collect::<Result<_, _>>()?;
        let done = run(&self.dir, *at, who, &words);
        let expected = if *refused { Exit::Usage } else { Exit::Done };
        if done.exit != expected {
            let (exit, out, err, words) = (done.exit, done.out, done.err, words.join(" "));
            return Err(format!("line {line}: culture {words}: ended with {exit:?}, not {expected:?}\n{out}{err}"));
        }
        if let Some(name) = keep {
            let id = first_id(&done.out).ok_or_else(|| format!("line {line}: it printed no id\n{}", done.out))?;
            self.ids.insert(name.clone(), id);
        }
        Ok(done)
    }
}

fn run(dir: &Path, now: Instant, who: &str, words: &[String]) -> Done {
    let variable = |name: &str| match name {
        "CULTURE_DATA" => Some(dir.display().to_string()),
        "CULTURE_USER" => Some(who.to_owned()),
        "CULTURE_LANG" => Some("zh".to_owned()),
        "COLUMNS" => Some("80".to_owned()),
        _ => None,
    };
    let world = World {
        now,
        dir: dir.to_owned(),
        env: &variable,
        terminal: false,
        terminal_err: false,
        keyboard: None,
        threads: 2,
        process: 1,
    };
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let exit = culture::run(&world, words.iter().map(Into::into).collect(), &mut out, &mut err);
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    Done { out: text(out), err: text(err), exit }
}

/// The ids in a text, with where each begins: twelve consonants between other characters.
pub(crate) fn ids(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut from = 0;
    for word in text.split_inclusive(|c: char| !c.is_ascii_alphanumeric()) {
        let id = word.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
        if culture::base::id::Id::from_bytes(id.as_bytes()).is_some() {
            found.push((from, id));
        }
        from += word.len();
    }
    found
}

fn first_id(text: &str) -> Option<String> {
    ids(text).first().map(|(_, id)| (*id).to_owned())
}
