//! The lines that git leaves in a file where two copies differ and nobody has said yet which is right. Knows no format.

use crate::base::fault::Fault;
use crate::base::text::Text;
use std::ops::Range;

/// Whether a line is one that git put there: seven marks, and mostly a name behind them.
#[must_use]
pub fn is_mark(line: &[u8]) -> bool {
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let Some((marks, rest)) = line.split_at_checked(7) else { return false };
    let named = rest.is_empty() || rest.starts_with(b" ");
    match marks {
        b"<<<<<<<" | b">>>>>>>" | b"|||||||" => named,
        b"=======" => rest.is_empty(),
        _ => false,
    }
}

/// Where the first such line stands, if there is one.
#[must_use]
pub fn first_mark(source: &[u8]) -> Option<Range<usize>> {
    let mut at = 0;
    for line in source.split(|byte| *byte == b'\n') {
        if is_mark(line) {
            return Some(at..at + line.len());
        }
        at += line.len() + 1;
    }
    None
}

/// That a file still holds both of two versions.
#[must_use]
pub fn unsettled() -> Fault {
    Fault::new(
        "conflict-marks",
        Text::new(
            "文件中有 git 合并时留下的冲突标记",
            "git left conflict marks in the file: it was merged, but not settled",
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_lines_of_marks_are_marks() {
        for mark in ["<<<<<<< HEAD", "<<<<<<<", "||||||| 1a2b3c", "=======", ">>>>>>> theirs", ">>>>>>> theirs\r"] {
            assert!(is_mark(mark.as_bytes()), "{mark}");
        }
        for other in ["", "<<<<<<", "<<<<<<<<", "======= x", " =======", "# =======", "========"] {
            assert!(!is_mark(other.as_bytes()), "{other}");
        }
        assert_eq!(first_mark(b"a = 1\n<<<<<<< HEAD\nb = 2\n"), Some(6..18));
        assert_eq!(first_mark(b"a = 1\n"), None);
    }
}
