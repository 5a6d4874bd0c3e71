//! What a peer printed: the figures that it was asked for, or else a line for people. Knows no processes.

/// How many characters of what was printed are shown.
const SHOWN: usize = 60;

/// So many figures parted by blanks, where nothing else was printed.
pub(crate) fn figures<const N: usize>(printed: &str) -> Option<[u64; N]> {
    let read: Option<Vec<u64>> = printed.split_whitespace().map(figure).collect();
    read?.try_into().ok()
}

/// A sum may come as a decimal number: `1234.0`.
fn figure(word: &str) -> Option<u64> {
    word.strip_suffix(".0").unwrap_or(word).parse().ok()
}

/// Whatever was printed as one short line: it may be a bar that is drawn over and over, or a page of complaints.
pub(crate) fn one_line(printed: &str) -> String {
    let words = printed.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    let line = words.collect::<Vec<_>>().join(" ");
    if line.is_empty() {
        return "nothing".to_owned();
    }
    match line.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("“{}…”", &line[..end]),
        None => format!("“{line}”"),
    }
}
