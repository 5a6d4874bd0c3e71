//! What is seen, what is not, and what must survive.

use super::*;
use proptest::prelude::*;

/// A character of every sort that nobody sees, behind a Chinese name.
const HIDDEN: [u32; 72] = [
    0x01, 0x08, 0x1b, 0x1f, 0x7f, 0x80, 0x90, 0x9b, 0x9f, 0xad, 0x34f, 0x378, 0x600, 0x61c, 0x6dd, 0x70f, 0x890, 0x8e2,
    0x115f, 0x1160, 0x17b4, 0x17b5, 0x180b, 0x180e, 0x180f, 0x200b, 0x200c, 0x200d, 0x200e, 0x200f, 0x202a, 0x202b,
    0x202c, 0x202d, 0x202e, 0x2060, 0x2061, 0x2064, 0x2065, 0x2066, 0x2067, 0x2068, 0x2069, 0x206a, 0x206f, 0x2800,
    0x3164, 0xe000, 0xe863, 0xf8ff, 0xfdd0, 0xfe00, 0xfe0e, 0xfe0f, 0xfeff, 0xffa0, 0xfff0, 0xfff9, 0xfffa, 0xfffb,
    0xfffc, 0xfffe, 0xffff, 0x110bd, 0x13430, 0x1bca0, 0x1d159, 0x1d173, 0xe0001, 0xe0041, 0xe0100, 0x10_fffd,
];

fn hidden() -> impl Iterator<Item = char> {
    HIDDEN.into_iter().map(|number| char::from_u32(number).unwrap())
}

#[test]
fn whatever_nobody_sees_is_dropped_compared_away_and_printed_by_its_number() {
    for c in hidden() {
        for text in [format!("王芳{c}"), format!("{c}王芳"), format!("王{c}芳")] {
            assert_eq!(as_seen(&text), "王芳", "U+{:04X}", c as u32);
            assert_eq!(as_compared(&text), "王芳", "U+{:04X}", c as u32);
            assert_eq!(cell_as_compared(text.as_bytes()), "王芳".as_bytes());
            assert_eq!(made_visible(&text), text.replace(c, &code_point(c)));
            assert_eq!(changed_characters(&text), code_point(c));
            assert_eq!(unseen(&text).collect::<Vec<_>>(), [(text.find(c).unwrap(), c)]);
        }
    }
}

#[test]
fn radicals_are_the_ideographs_that_they_look_like() {
    for (text, seen) in [
        ("⻓垣⻋站⺠⼯⼤⻔", "长垣车站民工大门"),
        ("⻢⻰⻘⻛⻜⻉⻅⻄⻁⺟", "马龙青风飞贝见西虎母"),
        ("\u{e81e}\u{e864}", "龴龻"),
    ] {
        assert_eq!(as_seen(text), seen);
        assert_eq!(as_compared(text), seen);
    }
    let all: String = ('\u{2e80}'..='\u{2fd5}').collect();
    let left: String = as_seen(&all).chars().filter(|c| ('\u{2e80}'..='\u{2fd5}').contains(c)).collect();
    assert_eq!(left, "⺀", "the radical of repetition looks like no ideograph");
    assert_eq!(changed_characters("⻓垣"), "U+2ED3→长");
}

#[test]
fn what_a_clerk_sees_survives() {
    for text in [
        // Rare ideographs: compatibility, and extensions A to J.
        "﨎﨏﨑塚\u{f900}\u{2f800}",
        "㐀䶿𠀀𪛟𪜀𫜹𫝀𫠝𫠠𬺡𬺰𮯠\u{2ebf0}\u{30000}\u{3134a}\u{31350}\u{323b0}\u{33479}",
        // Pictures, with what makes them so.
        "☺\u{fe0f} ☎\u{fe0e} 1\u{fe0f}\u{20e3} #\u{fe0f}\u{20e3}",
        "👨\u{200d}👩\u{200d}👧 🏳\u{fe0f}\u{200d}🌈 👩🏽\u{200d}🎨 ❤\u{fe0f}\u{200d}🔥 🇨🇳",
        // Letters with marks, in one piece and in several; scripts of this country.
        "é e\u{301} ệ e\u{323}\u{302} ǚ u\u{308}\u{30c}",
        "བོད་ཡིག ئۇيغۇرچە ᠮᠣᠩᠭᠣᠯ\u{180b} ꆈꌠꉙ Vahcuengh 조선글",
        "（“六进”）《豫剧》—— ①②③ ㎡ ℃ №３ ・ 〇 々 ○",
        "a b\u{a0}c\u{3000}d\te",
    ] {
        assert_eq!(as_seen(text), text, "{:?}", unseen(text).map(|(_, c)| code_point(c)).collect::<Vec<_>>());
        assert_eq!(made_visible(text), text);
    }
}

#[test]
fn selectors_and_joiners_are_not_seen_where_they_make_no_picture() {
    for text in ["晚会\u{fe0f}", "\u{fe0f}晚会", "晚\u{200d}会", "1\u{fe0f}", "a\u{180b}", "☺\u{200d}晚", "\u{200d}☺"]
    {
        assert_eq!(unseen(text).count(), 1, "{text:?}");
    }
    assert_eq!(as_compared("☺\u{fe0f}"), as_compared("☺"));
    assert_eq!(as_compared("👨\u{200d}👩"), as_compared("👨👩"));
    assert_eq!(as_compared("e\u{301}"), as_compared("é"));
    assert_eq!(as_compared("\u{f9f4}"), "林");
}

#[test]
fn more_than_four_marks_in_a_row_are_not_seen() {
    let marks = "\u{300}\u{301}\u{302}\u{303}\u{304}\u{305}";
    assert_eq!(as_seen(&format!("王{marks}芳")), "王\u{300}\u{301}\u{302}\u{303}芳");
    assert_eq!(unseen(&format!("a{marks}b{marks}")).count(), 4);
}

#[test]
fn only_what_turns_a_text_is_a_control_that_does() {
    for (text, turning) in [
        ("\u{202e}镇柳屯", Some('\u{202e}')),
        ("城\u{202e}关镇", Some('\u{202e}')),
        ("\u{202b}城关镇\u{202c}", Some('\u{202b}')),
        ("城关\u{2067}镇\u{2069}", Some('\u{2067}')),
        ("\u{202a}ئۇيغۇرچە 12", Some('\u{202a}')),
        ("\u{202d}13812345678\u{202c}", None),
        ("城关镇\u{202e}", None),
        ("城关镇\u{202e} \u{200b}", None),
        ("城\u{202e}\u{202c}关镇", None),
        ("\u{2066}城关镇\u{2069}", None),
        ("\u{200f}城关镇\u{200e}", None),
        ("城关镇", None),
    ] {
        assert_eq!(reordering(text), turning, "{text:?}");
    }
}

/// Texts of letters that look alike and characters that are not seen.
fn odd() -> impl Strategy<Value = String> {
    let pick = proptest::sample::select(
        hidden().chain("王芳ａA1 ☺👩🏽é\u{301}\u{302}⻓⼯\u{f9f4}\u{20e3}\u{1820}\t".chars()).collect::<Vec<_>>(),
    );
    proptest::collection::vec(pick, 0..12).prop_map(String::from_iter)
}

proptest! {
    #[test]
    fn once_is_enough(text in odd()) {
        let seen = as_seen(&text).into_owned();
        prop_assert!(is_as_seen(&seen), "{seen:?}");
        let compared = as_compared(&text).into_owned();
        prop_assert_eq!(&as_compared(&compared), &compared);
        prop_assert_eq!(as_compared(&seen), &*compared);
        let shown = made_visible(&text).into_owned();
        prop_assert_eq!(unseen(&shown).count(), 0, "{:?}", shown);
        prop_assert_eq!(&made_visible(&shown), &shown);
    }

    #[test]
    fn what_is_common_is_taken_at_once_and_alike(text in "[ -~\u{a0}-\u{2ff}\u{2010}-\u{2040}\u{3000}-\u{3010}\u{4dbe}-\u{4e02}\u{9ffe}\u{ff00}-\u{ff60}]{0,9}") {
        let slowly: String = text.chars().filter(|c| c.is_whitespace() || !is_hidden(*c)).collect();
        prop_assert_eq!(as_seen(&text), slowly);
    }
}
