//! Words compared as people compare them: folded, and which known words come near an unknown one.

use super::unseen::as_compared;
use unicode_normalization::UnicodeNormalization;

/// As [`str::trim`]: at once where both ends are Chinese characters or marks of ASCII, as they mostly are.
#[must_use]
pub fn trim(text: &str) -> &str {
    match text.as_bytes() {
        [] => text,
        [first @ .., last]
            if is_visible_start(*first.first().unwrap_or(last))
                && (is_visible_ascii(*last) || ends_in_ideograph(first)) =>
        {
            text
        }
        _ => text.trim(),
    }
}

/// Whether a character that begins so is surely no white space: those of ASCII that are seen, and U+4000 to U+9FFF.
const fn is_visible_start(first: u8) -> bool {
    is_visible_ascii(first) || matches!(first, 0xe4..=0xe9)
}

const fn is_visible_ascii(byte: u8) -> bool {
    b' ' < byte && byte < 0x7f
}

/// Whether the bytes before the last of a text say that it ends with a character of U+4000 to U+9FFF.
const fn ends_in_ideograph(before: &[u8]) -> bool {
    matches!(before, [.., 0xe4..=0xe9, 0x80..=0xbf])
}

/// A word without the differences that people do not mean: NFKC (full width, compatibility forms), lower case, white
/// space and what nobody sees dropped.
#[must_use]
pub fn fold(word: &str) -> String {
    let mut folded = String::with_capacity(word.len());
    fold_onto(word, &mut folded);
    folded
}

/// Puts a word, as [`fold`] gives it, behind what was folded before.
pub fn fold_onto(word: &str, folded: &mut String) {
    // Chinese characters stand for themselves: what is nothing but those and ASCII, as most words are, is folded at once.
    if word.chars().all(|c| c.is_ascii() || ('\u{4e00}'..='\u{9fff}').contains(&c)) {
        folded.extend(word.chars().filter(|c| !is_left_out(*c)).map(|c| c.to_ascii_lowercase()));
    } else {
        folded.push_str(&fold_any(word));
    }
}

/// The same as it was before what nobody sees was left out: what was counted so is counted so again.
pub fn fold_with_unseen_onto(word: &str, folded: &mut String) {
    folded.extend(simplified(word).filter(|c| !c.is_whitespace()).nfkc());
}

fn fold_any(word: &str) -> String {
    simplified(&as_compared(word)).filter(|c| !is_left_out(*c)).nfkc().collect()
}

/// The characters of a word in their simplest forms.
fn simplified(word: &str) -> impl Iterator<Item = char> + '_ {
    // Lower case can undo a composition (İ becomes i and a dot), so the words are composed once more. Σ has two small
    // letters, and which of them depends on its place in the word.
    word.nfkc().flat_map(char::to_lowercase).map(|c| if c == 'ς' { 'σ' } else { c })
}

/// White space, and control characters: nobody sees them.
fn is_left_out(c: char) -> bool {
    c.is_whitespace() || c.is_control()
}

/// At most `n` of `candidates` that come near `word`, the nearest first, ties in their own order. Near is: few edits
/// for the word's length, or one word holding the other (城关 finds 城关镇). Words that are folded alike come once.
pub fn nearest<'a>(word: &str, candidates: impl Iterator<Item = &'a str>, n: usize) -> Vec<&'a str> {
    let word: Vec<char> = fold(word).chars().collect();
    if word.is_empty() {
        return Vec::new();
    }
    let mut near: Vec<(usize, &str)> = Vec::new();
    for candidate in candidates {
        let folded: Vec<char> = fold(candidate).chars().collect();
        if let Some(distance) = distance(&word, &folded)
            && !near.iter().any(|&(_, other)| other == candidate)
        {
            near.push((distance, candidate));
        }
    }
    near.sort_by_key(|&(distance, _)| distance);
    near.truncate(n);
    near.into_iter().map(|(_, candidate)| candidate).collect()
}

/// How far two words are from each other, if they are near at all. One that holds the other counts as one edit away.
fn distance(a: &[char], b: &[char]) -> Option<usize> {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    // A single Latin letter stands in most words and says nothing; a single Chinese character does.
    let says_something = short.len() > 1 || short.iter().any(|c| !c.is_ascii());
    if a == b {
        return Some(0);
    }
    if says_something && !short.is_empty() && long.windows(short.len()).any(|part| part == short) {
        return Some(1);
    }
    let allowed = long.len().div_ceil(3).min(long.len().saturating_sub(1));
    if long.len() - short.len() > allowed {
        return None;
    }
    Some(edits(a, b)).filter(|&edits| edits <= allowed)
}

/// Insertions, deletions, replacements and swaps of neighbours that turn `a` into `b`.
fn edits(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1; b.len() + 1];
        for (j, y) in b.iter().enumerate() {
            let replaced = last[j] + usize::from(x != y);
            row[j + 1] = replaced.min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *x == b[j - 1] && a[i - 1] == *y {
                row[j + 1] = row[j + 1].min(before[j - 1] + 1);
            }
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near<'a>(word: &str, candidates: &[&'a str]) -> Vec<&'a str> {
        nearest(word, candidates.iter().copied(), 3)
    }

    #[test]
    fn folding_drops_what_people_do_not_mean() {
        for (a, b) in [("ＡＢＣ １２", "abc12"), ("王　小 明", "王小明"), (" Cheng Guan\t", "chengguan"), ("①", "1")]
        {
            assert_eq!(fold(a), b);
        }
        assert_eq!(fold("ΣΟΦΟΣ"), fold("σοφος"));
        for seen_alike in [
            "城关镇\u{200b}",
            "城\u{ad}关镇",
            "\u{202e}城关镇",
            "城关镇\u{fe0f}",
            "城关镇\u{3164}",
            "城关\u{1b}镇\u{9b}",
        ] {
            assert_eq!(fold(seen_alike), "城关镇", "{seen_alike:?}");
        }
        assert_eq!(fold("⻓垣⼯\u{f9f4}"), fold("长垣工林"));
        for word in ["İstanbul", "ﬁne Å", "城关镇", "Ω K"] {
            assert_eq!(fold(&fold(word)), fold(word), "{word}: folding twice changes nothing");
        }
    }

    #[test]
    fn trimmed_is_trimmed() {
        let ends = [
            "", " ", "a", "王", "~", "\t", "\u{7f}", "\u{85}", "\u{a0}", "\u{1680}", "\u{2028}", "\u{3000}", "（", "Ａ",
        ];
        let ends = ends.into_iter().chain(["\u{3fff}", "\u{4000}", "龥", "\u{a000}", "\u{feff}", "é", "😀"]);
        for a in ends.clone() {
            for (b, c) in ends.clone().flat_map(|b| ends.clone().map(move |c| (b, c))) {
                let text = format!("{a}{b}{c}");
                assert_eq!(trim(&text), text.trim(), "{text:?}");
            }
        }
    }

    #[test]
    fn most_words_are_folded_at_once_and_alike() {
        for word in ["", "A b\tC", "王　小 明", "一丁龥鿿", "〇㐀豈", "王A\u{300}", "Ⅷ级", "城关镇 Ａ"]
        {
            assert_eq!(fold(word), fold_any(word), "{word:?}");
        }
        for c in ('\u{0}'..='\u{7f}').chain('\u{4e00}'..='\u{9fff}') {
            let word = format!("王{c}a");
            assert_eq!(fold(&word), fold_any(&word), "{word:?}");
        }
    }

    #[test]
    fn a_part_of_a_name_is_near() {
        assert_eq!(near("城关", &["大马村乡", "城关镇", "县城关镇中学"]), ["城关镇", "县城关镇中学"]);
        assert_eq!(near("城关镇人民政府", &["城关镇"]), ["城关镇"]);
        assert_eq!(near("a", &["audience", "place"]), [] as [&str; 0]);
    }

    #[test]
    fn slips_are_near_and_strangers_are_not() {
        assert_eq!(near("perfromance", &["training", "performance"]), ["performance"]);
        assert_eq!(near("requird", &["required", "retired"]), ["required", "retired"]);
        assert_eq!(near("城官镇", &["城关镇", "大马村乡"]), ["城关镇"]);
        assert_eq!(near("zzz", &["date", "title"]), [] as [&str; 0]);
        assert_eq!(near("", &["date"]), [] as [&str; 0]);
        assert_eq!(near("Title", &["title", "tilte", "title"]), ["title", "tilte"]);
    }

    #[test]
    fn edits_are_counted() {
        let count = |a: &str, b: &str| edits(&a.chars().collect::<Vec<_>>(), &b.chars().collect::<Vec<_>>());
        assert_eq!(
            (count("ab", "ba"), count("kitten", "sitting"), count("", "abc"), count("演出", "演岀")),
            (1, 3, 3, 1)
        );
    }
}
