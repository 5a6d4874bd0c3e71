//! One name means one thing: no two types of the program are called alike, so a search finds the right one.

use super::parts::none;
use super::source::sources;
use std::collections::BTreeMap;

/// What is defined at the left edge of a line: a type that a whole file, or more, may name.
fn defined(line: &str) -> Option<&str> {
    let rest = line.strip_prefix("pub").map_or(line, |rest| rest.split_once(' ').map_or(rest, |(_, rest)| rest));
    let rest = ["struct ", "enum ", "trait ", "type "].iter().find_map(|word| rest.strip_prefix(word))?;
    Some(rest.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or(rest))
}

#[test]
fn no_two_types_are_called_alike() {
    let mut places: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for source in sources() {
        for (at, line) in source.code.iter().enumerate() {
            if let Some(name) = defined(line) {
                places.entry(name).or_default().push(format!("{}:{}", source.path, at + 1));
            }
        }
    }
    assert!(places.len() > 300, "only {} types were found: the search is broken", places.len());
    let twice = places.iter().filter(|(_, places)| places.len() > 1);
    let broken: Vec<String> = twice.map(|(name, places)| format!("{name}: {}", places.join(", "))).collect();
    none(&broken, "names that stand for two types");
}

/// Names that are no noun: what was done to something, or a question, says nothing of what it is.
#[test]
fn types_are_nouns() {
    const NO_NOUNS: [&str; 40] = [
        "Again", "Amiss", "Asked", "Begun", "Called", "Chosen", "Closed", "Counted", "Done", "Drafted", "Drawn",
        "Early", "Entered", "Filed", "Found", "Given", "Gone", "Headed", "Held", "Kept", "Known", "Left", "Listed",
        "Lost", "Made", "Meant", "Moved", "Named", "Opened", "Parted", "Read", "Repaired", "Said", "Seen", "Sent",
        "Settled", "Taken", "Told", "Wanted", "Written",
    ];
    let mut broken = Vec::new();
    for source in sources() {
        for (at, line) in source.code.iter().enumerate() {
            if let Some(name) = defined(line).filter(|name| NO_NOUNS.contains(name)) {
                broken.push(format!("{}:{}: {name}", source.path, at + 1));
            }
        }
    }
    none(&broken, "types whose names are no nouns");
}

/// Where something that is called so is a bare number, or several are.
fn bare_numbers(called: &str) -> Vec<String> {
    let one = ["usize", "&usize", "Option<usize>"].map(|ty| format!("{called}: {ty}"));
    let several = ["Vec<usize>", "&[usize]"].map(|ty| format!("{called}s: {ty}"));
    let pieces: Vec<String> = one.into_iter().chain(several).collect();
    let places = |piece: &String| sources().iter().flat_map(|source| source.places_of(piece)).collect::<Vec<_>>();
    pieces.iter().flat_map(places).collect()
}

/// A place in an order that matters has a type of its own (`base/number.rs`), so that the compiler tells a field's from a
/// township's.
#[test]
fn what_is_numbered_has_a_type() {
    assert!(bare_numbers("line").len() > 10, "a line of a file is a bare number: the search is broken");
    let numbered = ["field", "township", "indicator", "expenditure", "counter"];
    let broken: Vec<String> = numbered.into_iter().flat_map(bare_numbers).collect();
    none(&broken, "places in an order as bare numbers; their types are declared with `number!`");
}
