//! How wide words are on a terminal, and where their lines may be broken: Chinese between any two characters but not
//! before closing or after opening punctuation, English at spaces.

/// The columns that a text takes.
#[must_use]
pub fn of(text: &str) -> usize {
    text.chars().map(of_char).sum()
}

/// The columns that a character takes: East Asian wide ones two, combining and invisible ones none.
pub(super) const fn of_char(c: char) -> usize {
    match c {
        '\0'..='\u{1f}'
        | '\u{7f}'..='\u{9f}'
        | '\u{300}'..='\u{36f}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2060}'..='\u{2064}'
        | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}' => 0,
        c if is_wide(c) => 2,
        _ => 1,
    }
}

const fn is_wide(c: char) -> bool {
    matches!(c,
        '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{303e}' | '\u{3041}'..='\u{4dbf}' | '\u{4e00}'..='\u{a4cf}'
        | '\u{a960}'..='\u{a97c}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}' | '\u{fe30}'..='\u{fe6f}'
        | '\u{ff01}'..='\u{ff60}' | '\u{ffe0}'..='\u{ffe6}' | '\u{1f300}'..='\u{1f64f}' | '\u{1f680}'..='\u{1f6ff}'
        | '\u{1f900}'..='\u{1f9ff}' | '\u{20000}'..='\u{3fffd}')
}

const fn opens(c: char) -> bool {
    matches!(c, '（' | '“' | '‘' | '《' | '〈' | '「' | '『' | '【' | '〔' | '(' | '[')
}

const fn closes(c: char) -> bool {
    matches!(
        c,
        '。' | '，'
            | '、'
            | '；'
            | '：'
            | '！'
            | '？'
            | '）'
            | '”'
            | '’'
            | '》'
            | '〉'
            | '」'
            | '』'
            | '】'
            | '〕'
            | '…'
            | '％'
            | ','
            | '.'
            | ';'
            | ':'
            | '!'
            | '?'
            | ')'
            | ']'
            | '%'
    )
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
    let (mut lines, mut line) = (Vec::new(), String::new());
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
        for c in piece.chars() {
            if of(&line) + of_char(c) > width {
                lines.push(std::mem::take(&mut line));
            }
            line.push(c);
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

/// The parts between which a line may be broken; a space is a part of its own.
fn pieces(line: &str) -> Vec<&str> {
    let (mut pieces, mut start, mut before) = (Vec::new(), 0, None);
    for (at, c) in line.char_indices() {
        let breaks = before.is_some_and(|before: char| {
            let beside_wide = (is_wide(before) || is_wide(c)) && !opens(before) && !closes(c);
            before == ' ' || c == ' ' || beside_wide
        });
        if breaks {
            pieces.push(&line[start..at]);
            start = at;
        }
        before = Some(c);
    }
    pieces.push(&line[start..]);
    pieces
}

/// The columns of the longest part that cannot be broken.
#[must_use]
pub fn of_longest_piece(text: &str) -> usize {
    text.split('\n').flat_map(pieces).map(of).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_the_table_library() {
        for text in
            ["abc", "演出场次", "“六进”", "café", "56.6%", "（截尾）", "ＡＢ＝", "한국", "①→·", "e\u{301}", "𠮷"]
        {
            let mut table = comfy_table::Table::new();
            table.add_row([text]);
            assert_eq!(usize::from(table.column_max_content_widths()[0]), of(text), "{text}");
        }
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
            let (kept, whole) = (lines.concat().replace(' ', ""), text.replace(' ', ""));
            assert_eq!(kept, whole, "{width}");
        }
    }
}
