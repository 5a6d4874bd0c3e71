//! How wide words are on a terminal, and where their lines may be broken: Chinese between any two characters but not
//! before closing or after opening punctuation, English at spaces.

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

const OPENING: [char; 11] = ['（', '“', '‘', '《', '〈', '「', '『', '【', '〔', '(', '['];
const CLOSING: [char; 27] = [
    '。', '，', '、', '；', '：', '！', '？', '）', '”', '’', '》', '〉', '」', '』', '】', '〕', '…', '％', ',', '.',
    ';', ':', '!', '?', ')', ']', '%',
];

/// The columns that a text takes.
#[must_use]
pub fn of(text: &str) -> usize {
    UnicodeWidthStr::width(text)
}

/// The columns that a character takes by itself: East Asian wide ones two, combining and invisible ones none.
pub(super) fn of_char(c: char) -> usize {
    UnicodeWidthChar::width(c).unwrap_or(1)
}

/// A text in lines of at most `width` columns, its own line breaks and its indentation kept. A word longer than a
/// line is cut.
#[must_use]
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    text.split('\n').flat_map(|line| wrap_line(line, width.max(2))).collect()
}

fn wrap_line(line: &str, width: usize) -> Vec<String> {
    if of(line) <= width {
        return vec![line.to_owned()];
    }
    let words = line.trim_start_matches(' ');
    let indent = (line.len() - words.len()).min(width / 2);
    let lines = fill(&pieces(words), width - indent);
    lines.into_iter().map(|line| format!("{:indent$}{line}", "")).collect()
}

fn fill(pieces: &[&str], width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for piece in pieces {
        let blank = piece.starts_with(' ');
        if of(&line) + of(piece) > width && !line.is_empty() {
            let rest = after_mark(&line, width).map_or(line.len(), |at| at);
            let next = line.split_off(rest);
            lines.push(line.trim_end().to_owned());
            next.trim_start().clone_into(&mut line);
        }
        if blank && line.is_empty() {
            continue;
        }
        for seen in piece.graphemes(true) {
            if of(&line) + of(seen) > width && !line.is_empty() {
                lines.push(std::mem::take(&mut line));
            }
            line.push_str(seen);
        }
    }
    if !line.trim_end().is_empty() || lines.is_empty() {
        lines.push(line.trim_end().to_owned());
    }
    lines
}

/// Where the last item of a list begins, if the line is long and it is in its last third: a name is better not torn.
fn after_mark(line: &str, width: usize) -> Option<usize> {
    let at = line.rfind(['、', '，', '；']).map(|at| at + '、'.len_utf8())?;
    (width >= 40 && of(&line[..at]) * 3 >= width * 2 && at < line.len()).then_some(at)
}

/// The parts between which a line may be broken; a space is a part of its own. What is seen as one character (a letter
/// with its accent, a flag) is never broken.
fn pieces(line: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut start = 0;
    let mut before: Option<&str> = None;
    for (at, seen) in line.grapheme_indices(true) {
        if before.is_some_and(|before| breaks(before, seen)) {
            pieces.push(&line[start..at]);
            start = at;
        }
        before = Some(seen);
    }
    pieces.push(&line[start..]);
    pieces
}

fn breaks(before: &str, after: &str) -> bool {
    let beside_wide = of(before) == 2 || of(after) == 2;
    before == " " || after == " " || (beside_wide && !before.starts_with(OPENING) && !after.starts_with(CLOSING))
}

/// The columns of the longest part that cannot be broken.
#[must_use]
pub fn of_longest_piece(text: &str) -> usize {
    text.split('\n').flat_map(pieces).map(of).fold(0, usize::max)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_the_table_library() {
        for text in [
            "abc",
            "演出场次",
            "“六进”",
            "café",
            "56.6%",
            "（截尾）",
            "ＡＢ＝",
            "한국",
            "①→·",
            "e\u{301}",
            "𠮷",
            "✅ 已办",
            "🇨🇳",
            "👨‍👩‍👧",
            "☺️",
            "a\u{200b}b\u{feff}",
        ] {
            let mut table = comfy_table::Table::new();
            table.add_row([text]);
            assert_eq!(usize::from(table.column_max_content_widths()[0]), of(text), "{text}");
        }
    }

    #[test]
    fn columns_are_those_that_a_terminal_gives() {
        for (text, columns) in [
            ("演", 2),
            ("✅", 2),
            ("✓", 1),
            ("e\u{301}", 1),
            ("\u{200b}\u{2060}\u{feff}", 0),
            ("🇨🇳", 2),
            ("👨\u{200d}👩\u{200d}👧", 2),
            ("☺\u{fe0f}", 2),
            ("“‘…·—", 5),
        ] {
            assert_eq!(of(text), columns, "{text}");
        }
    }

    #[test]
    fn what_is_seen_as_one_character_stays_whole() {
        assert_eq!(wrap("e\u{301}e\u{301}e\u{301}", 2), ["e\u{301}e\u{301}", "e\u{301}"]);
        assert_eq!(wrap("🇨🇳🇨🇳", 2), ["🇨🇳", "🇨🇳"]);
        assert_eq!(wrap("✅✅。", 4), ["✅", "✅。"]);
        assert_eq!(wrap("👨\u{200d}👩\u{200d}👧演出", 4), ["👨\u{200d}👩\u{200d}👧演", "出"]);
    }

    #[test]
    fn chinese_breaks_anywhere_but_before_closing_punctuation() {
        assert_eq!(wrap("截尾，不进位。", 4), ["截", "尾，", "不进", "位。"]);
        assert_eq!(wrap("完成“六进”演出", 6), ["完成", "“六进”", "演出"]);
        assert_eq!(wrap("共（三）场", 4), ["共", "（三", "）场"], "cut where nothing else is left");
    }

    #[test]
    fn english_breaks_at_spaces_and_long_words_are_cut() {
        assert_eq!(wrap("so far so good", 6), ["so far", "so", "good"]);
        assert_eq!(wrap("abcdefghij k", 4), ["abcd", "efgh", "ij k"]);
        assert_eq!(wrap("  an indented line", 11), ["  an", "  indented", "  line"]);
        assert_eq!(wrap("", 4), [""]);
        assert_eq!(wrap("a\nb", 4), ["a", "b"]);
    }

    #[test]
    fn no_line_is_too_wide() {
        let text = "2018 年 chengguan 完成“六进”演出 34 场，占目标的 56.6%（截尾，不进位）；其余见 status。";
        for width in 4..90 {
            let lines = wrap(text, width);
            assert!(lines.iter().all(|line| of(line) <= width), "{width}: {lines:?}");
            let kept = lines.concat().replace(' ', "");
            let whole = text.replace(' ', "");
            assert_eq!(kept, whole, "{width}");
        }
    }
}
