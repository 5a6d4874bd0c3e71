//! The characters that nobody sees, and those that only look like others: the program's one list, for whatever is
//! entered, compared, checked or printed. Knows no files and no fields.

use super::fault::Fault;
use super::text::Text;
use std::borrow::Cow;
use std::fmt::Write as _;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{is_combining_mark, is_public_assigned};

/// So many combining marks in a row are seen as marks; the Vietnamese and Tibetan scripts need no more.
const MOST_MARKS: usize = 4;

/// The ideographs that CJK radicals look like, from U+2E81 and from U+2E9B: the property `Equivalent_Unified_Ideograph`
/// of Unicode. What is copied out of a PDF has radicals for characters. NFKC knows those from U+2F00, and of these two.
const FROM_2E81: [char; 25] = [
    '厂', '乛', '乚', '乙', '亻', '冂', '𠘨', '刀', '刂', '卜', '㔾', '小', '小', '兀', '尣', '尢', '𡯂', '巳', '幺',
    '彑', '彐', '忄', '心', '扌', '攵',
];
const FROM_2E9B: [char; 89] = [
    '旡', '日', '月', '歺', '母', '民', '氵', '氺', '灬', '爫', '爫', '丬', '牛', '犭', '王', '𤴔', '目', '示', '礻',
    '𥫗', '糹', '纟', '罓', '罒', '㓁', '冗', '𦉫', '羊', '𦍌', '𦍋', '耂', '肀', '聿', '肉', '𦥑', '艹', '艹', '艹',
    '虎', '衤', '覀', '西', '见', '角', '𧢲', '讠', '贝', '𧾷', '车', '辶', '辶', '辶', '邑', '钅', '長', '镸', '长',
    '门', '𨸏', '阝', '雨', '青', '韦', '页', '风', '飞', '食', '𩙿', '飠', '饣', '𩠐', '马', '骨', '鬼', '鱼', '鸟',
    '卤', '麦', '黄', '黾', '斉', '齐', '歯', '齿', '竜', '龙', '龜', '亀', '龟',
];

/// Characters for which GB 18030 had private numbers until Unicode had them: names entered years ago hold them.
const FORMER_PRIVATE: [(char, char); 24] = [
    ('\u{e78d}', '︐'),
    ('\u{e78e}', '︒'),
    ('\u{e78f}', '︑'),
    ('\u{e790}', '︓'),
    ('\u{e791}', '︔'),
    ('\u{e792}', '︕'),
    ('\u{e793}', '︖'),
    ('\u{e794}', '︗'),
    ('\u{e795}', '︘'),
    ('\u{e796}', '︙'),
    ('\u{e816}', '𠂇'),
    ('\u{e817}', '𠂉'),
    ('\u{e818}', '𠃌'),
    ('\u{e81e}', '龴'),
    ('\u{e826}', '龵'),
    ('\u{e82b}', '龶'),
    ('\u{e82c}', '龷'),
    ('\u{e831}', '𡗗'),
    ('\u{e832}', '龸'),
    ('\u{e83b}', '𢦏'),
    ('\u{e843}', '龹'),
    ('\u{e854}', '龺'),
    ('\u{e855}', '𤇾'),
    ('\u{e864}', '龻'),
];

/// The character that is meant by one that only looks like it.
fn meant(c: char) -> Option<char> {
    let from = |first: char, table: &[char]| table.get(c as usize - first as usize).copied();
    match c {
        '\u{2e81}'..='\u{2e99}' => from('\u{2e81}', &FROM_2E81),
        '\u{2e9b}'..='\u{2ef3}' => from('\u{2e9b}', &FROM_2E9B),
        '\u{2f00}'..='\u{2fd5}' => std::iter::once(c).nfkc().next(),
        '\u{e78d}'..='\u{e864}' => FORMER_PRIVATE.iter().find(|(private, _)| *private == c).map(|(_, now)| *now),
        _ => None,
    }
}

/// Whether nobody sees a character wherever it stands.
fn is_hidden(c: char) -> bool {
    match c {
        // Line and paragraph separators are white space, as the control characters that end lines.
        '\t' | '\n' | '\u{b}' | '\u{c}' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => false,
        // Cc.
        _ if c.is_control() => true,
        _ if is_common(c) => false,
        _ if is_format(c) || is_ignorable(c) || is_without_ink(c) => true,
        // The planes of ideographs, and the blocks of pictographs, grow with every version of Unicode.
        '\u{20000}'..='\u{2fffd}' | '\u{30000}'..='\u{3fffd}' | '\u{1f000}'..='\u{1faff}' => false,
        // Cn, noncharacters among them, and Co.
        _ => !is_public_assigned(c),
    }
}

/// Cf: soft hyphen, signs before Arabic numbers, marks of direction and embedding, joiners, word joiner and invisible
/// operators, interlinear annotation, controls of hieroglyphs, shorthand and music.
const fn is_format(c: char) -> bool {
    matches!(
        c,
        '\u{ad}'
            | '\u{600}'..='\u{605}'
            | '\u{61c}'
            | '\u{6dd}'
            | '\u{70f}'
            | '\u{890}'
            | '\u{891}'
            | '\u{8e2}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{110bd}'
            | '\u{110cd}'
            | '\u{13430}'..='\u{1343f}'
            | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}'
    )
}

/// `Default_Ignorable_Code_Point`, beside those above: grapheme joiner, fillers of Hangul, inherent vowels of Khmer, selectors
/// of Mongolian and of variants, tags.
const fn is_ignorable(c: char) -> bool {
    matches!(
        c,
        '\u{34f}'
            | '\u{115f}'
            | '\u{1160}'
            | '\u{17b4}'
            | '\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{ffa0}'
            | '\u{fff0}'..='\u{fff8}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}

/// What is drawn without ink, or stands for an object that was not copied: Braille without dots, a note without a head.
const fn is_without_ink(c: char) -> bool {
    matches!(c, '\u{2800}' | '\u{1d159}' | '\u{fffc}')
}

/// The characters of which nearly all text consists: seen, each by itself.
const fn is_common(c: char) -> bool {
    matches!(
        c,
        ' '..='~'
            | '\u{a0}'..='\u{ac}'
            | '\u{ae}'..='\u{2ff}'
            | '\u{2010}'..='\u{2027}'
            | '\u{2030}'..='\u{205e}'
            | '\u{3000}'..='\u{3029}'
            | '\u{3400}'..='\u{9fff}'
            | '\u{ff01}'..='\u{ff5e}'
    )
}

/// Whether a text consists of common characters alone.
fn is_plain(text: &str) -> bool {
    // ASCII that is printed, and U+4000 to U+9FFF: told without putting characters together.
    let plain = |b: u8| (b' '..=b'~').contains(&b) || (0x80..=0xbf).contains(&b) || (0xe4..=0xe9).contains(&b);
    text.bytes().fold(true, |all, b| all & plain(b)) || text.chars().all(is_common)
}

/// Whether a selector or a joiner behind it changes how a character looks: it is a pictograph or a sign.
const fn is_pictograph(c: char) -> bool {
    matches!(
        c,
        '\u{a9}'
            | '\u{ae}'
            | '‼'
            | '⁉'
            | '™'
            | 'ℹ'
            | '\u{2190}'..='\u{21ff}'
            | '\u{2300}'..='\u{23ff}'
            | 'Ⓜ'
            | '\u{25a0}'..='\u{27bf}'
            | '\u{2900}'..='\u{297f}'
            | '\u{2b00}'..='\u{2bff}'
            | '\u{3030}'
            | '\u{303d}'
            | '㊗'
            | '㊙'
            | '\u{1f000}'..='\u{1faff}'
    )
}

/// Goes over a text and tells of each character whether it is seen where it stands.
#[derive(Default)]
struct Sight {
    /// The one before, if it is seen.
    before: Option<char>,
    /// How many combining marks have come in a row.
    marks: usize,
}

impl Sight {
    /// Whether a character is seen, that `after` follows.
    fn sees(&mut self, c: char, after: Option<char>) -> bool {
        let before = self.before.unwrap_or(' ');
        let is_selector = matches!(c, '\u{fe0e}' | '\u{fe0f}');
        let seen = match c {
            // ☺ as a sign or as a picture, and the keys 1️⃣ #️⃣.
            _ if is_selector && is_pictograph(before) => true,
            '\u{fe0f}' => matches!(before, '0'..='9' | '#' | '*') && after == Some('\u{20e3}'),
            // Several pictographs that make one: a family, a flag.
            '\u{200d}' => (is_pictograph(before) || before == '\u{fe0f}') && after.is_some_and(is_pictograph),
            // A letter of Mongolian takes another shape.
            '\u{180b}'..='\u{180f}' => matches!(before, '\u{1820}'..='\u{18aa}'),
            _ => !is_hidden(c),
        };
        if seen && !is_common(c) && !is_selector && is_combining_mark(c) {
            self.marks += 1;
            if self.marks > MOST_MARKS {
                return false;
            }
        } else if seen {
            self.marks = 0;
        }
        // What stands beyond something hidden is not beside it.
        self.before = seen.then_some(c);
        seen
    }
}

/// The characters of a text that nobody sees, each with the byte at which it begins. Selectors and joiners that make a
/// picture what it is are seen in it.
pub fn unseen(text: &str) -> impl Iterator<Item = (usize, char)> + '_ {
    let mut chars = if is_plain(text) { "" } else { text }.char_indices().peekable();
    let mut sight = Sight::default();
    std::iter::from_fn(move || {
        loop {
            let (at, c) = chars.next()?;
            if !sight.sees(c, chars.peek().map(|(_, after)| *after)) {
                return Some((at, c));
            }
        }
    })
}

/// Whether a text is as it is seen: nothing would be dropped from it or put for another on entry.
#[must_use]
pub fn is_as_seen(text: &str) -> bool {
    is_plain(text) || (unseen(text).next().is_none() && !text.chars().any(|c| meant(c).is_some()))
}

/// The text without what nobody sees, and with the ideographs that are meant by radicals: as it is entered.
#[must_use]
pub fn as_seen(text: &str) -> Cow<'_, str> {
    if is_as_seen(text) {
        return Cow::Borrowed(text);
    }
    let mut sight = Sight::default();
    let mut chars = text.chars().peekable();
    let mut kept = String::with_capacity(text.len());
    while let Some(c) = chars.next() {
        if let Some(meant) = meant(c) {
            sight = Sight { before: Some(meant), marks: 0 };
            kept.push(meant);
        } else if sight.sees(c, chars.peek().copied()) {
            kept.push(c);
        }
    }
    Cow::Owned(kept)
}

/// The text as it is compared with others: two that look the same are the same. Pictures with and without their
/// selectors too, compatibility ideographs and those that they stand for, a letter with its accent in one piece or two.
#[must_use]
pub fn as_compared(text: &str) -> Cow<'_, str> {
    if is_plain(text) {
        return Cow::Borrowed(text);
    }
    let mut marks = 0;
    let few_marks = |c: &char| {
        marks = if is_combining_mark(*c) { marks + 1 } else { 0 };
        marks <= MOST_MARKS
    };
    let meant = text.chars().filter_map(|c| meant(c).or_else(|| (!is_hidden(c)).then_some(c)));
    Cow::Owned(meant.filter(few_marks).nfc().collect())
}

/// The same of a cell's bytes.
#[must_use]
pub fn cell_as_compared(cell: &[u8]) -> Cow<'_, [u8]> {
    match std::str::from_utf8(cell).map(as_compared) {
        Ok(Cow::Owned(text)) => Cow::Owned(text.into_bytes()),
        Ok(Cow::Borrowed(_)) | Err(_) => Cow::Borrowed(cell),
    }
}

/// Whether two texts look the same.
#[must_use]
pub fn look_alike(one: &str, other: &str) -> bool {
    one == other || as_compared(one) == as_compared(other)
}

/// Whether two cells look the same.
#[must_use]
pub fn cells_look_alike(one: &[u8], other: &[u8]) -> bool {
    one == other || cell_as_compared(one) == cell_as_compared(other)
}

/// Whether bytes surely hold no text that looks like another: then texts in them are found by their bytes.
#[must_use]
pub fn is_plain_text(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_ok_and(|text| text.split('\n').all(is_plain))
}

/// The text as it is printed: `U+200B` for each character that nobody sees.
#[must_use]
pub fn made_visible(text: &str) -> Cow<'_, str> {
    if unseen(text).next().is_none() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    let mut hidden = unseen(text).map(|(at, _)| at).peekable();
    for (at, c) in text.char_indices() {
        if hidden.next_if_eq(&at).is_some() {
            out.push_str(&code_point(c));
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

/// A character by its number: `U+200B`.
#[must_use]
pub fn code_point(c: char) -> String {
    format!("U+{:04X}", c as u32)
}

/// The characters by their numbers, each once, the first few of them; behind a radical the ideograph that is meant.
#[must_use]
pub fn changed_characters(text: &str) -> String {
    const MOST: usize = 5;
    let mut met: Vec<char> = Vec::new();
    let hidden = unseen(text).map(|(_, c)| c);
    for c in hidden.chain(text.chars().filter(|c| meant(*c).is_some())) {
        if !met.contains(&c) {
            met.push(c);
        }
    }
    let mut out = String::new();
    for c in met.iter().take(MOST) {
        let before = if out.is_empty() { "" } else { " " };
        // Writing to a string cannot fail.
        let _ = write!(out, "{before}{}", code_point(*c));
        if let Some(meant) = meant(*c) {
            let _ = write!(out, "→{meant}");
        }
    }
    if met.len() > MOST {
        out.push_str(" …");
    }
    out
}

/// The control that makes a text be read in another order than its characters have, if one does: of those that turn it
/// from right to left, one that anything seen stands behind; of the others, only beside letters that are written so.
/// Telephones put U+202D and U+202C around numbers, which turns nothing.
#[must_use]
pub fn reordering(text: &str) -> Option<char> {
    if is_plain(text) {
        return None;
    }
    let right_to_left = text.chars().any(is_right_to_left);
    let turns = |c: char| match c {
        '\u{202b}' | '\u{202e}' | '\u{2067}' => true,
        '\u{202a}' | '\u{202d}' | '\u{2066}' | '\u{2068}' => right_to_left,
        _ => false,
    };
    let holds = |behind: &str| {
        let within = behind.split(['\u{202c}', '\u{2069}']).next().unwrap_or_default();
        within.chars().any(|c| !is_hidden(c) && !c.is_whitespace())
    };
    text.char_indices().find(|(at, c)| turns(*c) && holds(&text[at + c.len_utf8()..])).map(|(_, c)| c)
}

/// That a text is shown in another order than it has.
#[must_use]
pub fn reordered(turning: char) -> Fault {
    let which = code_point(turning);
    Fault::usage(
        "reordered-text",
        text!(
            "文字中有改变阅读顺序的控制字符 {which}，看到的与实际不同",
            "the text holds {which}, which changes the order of reading: it is not what it seems to be"
        ),
    )
    .hint(Text::new("删去这段文字，用键盘重新输入", "delete the text, and type it again"))
}

const fn is_right_to_left(c: char) -> bool {
    matches!(
        c,
        '\u{590}'..='\u{5ff}'
            | '\u{606}'..='\u{61b}'
            | '\u{61d}'..='\u{8ff}'
            | '\u{fb1d}'..='\u{fdff}'
            | '\u{fe70}'..='\u{fefc}'
            | '\u{10800}'..='\u{10fff}'
            | '\u{1e800}'..='\u{1efff}'
    )
}

#[cfg(test)]
mod tests;
