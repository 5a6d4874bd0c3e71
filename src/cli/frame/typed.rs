//! What was typed, as it is seen: the one gate for the words of every verb. Names of files stay what they are on the disk.

use crate::base::fault::{Fault, Result};
use crate::base::text::Text;
use crate::base::unseen::{as_seen, changed_characters, is_as_seen, reordered, reordering};
use clap::builder::ValueHint;
use clap::{ArgMatches, Command};
use std::collections::HashSet;

/// The words without what nobody sees, and what is to be said of that; none where they are as they are seen.
///
/// # Errors
/// A word is shown in another order than it has.
pub(super) fn seen_words(
    words: &[String],
    command: &Command,
    matches: &ArgMatches,
) -> Result<Option<(Vec<String>, Fault)>> {
    if words.iter().all(|word| is_as_seen(word)) {
        return Ok(None);
    }
    let mut paths = HashSet::new();
    gather_paths(command, matches, &mut paths);
    let is_path = |word: &str| {
        let value = word.split_once('=').filter(|_| word.starts_with('-')).map_or(word, |(_, value)| value);
        // Of an option that its letter names, the value may follow at once.
        let behind_letter = word.starts_with('-').then(|| word.get(2..)).flatten();
        paths.contains(value) || behind_letter.is_some_and(|value| paths.contains(value))
    };
    let mut dropped = String::new();
    let mut seen = Vec::with_capacity(words.len());
    for word in words {
        if is_path(word) {
            seen.push(word.clone());
            continue;
        }
        if let Some(turning) = reordering(word) {
            return reordered(turning).fail();
        }
        if !is_as_seen(word) {
            dropped.push_str(word);
        }
        seen.push(as_seen(word).into_owned());
    }
    if dropped.is_empty() {
        return Ok(None);
    }
    let which = changed_characters(&dropped);
    Ok(Some((seen, dropped_note(&which))))
}

fn dropped_note(which: &str) -> Fault {
    let what = text!(
        "输入中有看不见的字符，已去掉（{which}）",
        "what was typed has characters that nobody sees; they were dropped ({which})"
    );
    Fault::warning("unseen-characters", what).hint(Text::new(
        "多半是从网页、PDF、微信复制时带来的，登记的内容不受影响",
        "they mostly come with what is copied from web pages, PDF or chats; nothing that is seen was changed",
    ))
}

/// The values of the arguments that name files or folders.
fn gather_paths(command: &Command, matches: &ArgMatches, paths: &mut HashSet<String>) {
    for arg in command.get_arguments().filter(|arg| arg.get_value_hint() == ValueHint::AnyPath) {
        let given = matches.try_get_raw(arg.get_id().as_str()).ok().flatten();
        paths.extend(given.into_iter().flatten().map(|value| value.to_string_lossy().into_owned()));
    }
    if let Some((name, below)) = matches.subcommand()
        && let Some(command) = command.find_subcommand(name)
    {
        gather_paths(command, below, paths);
    }
}
