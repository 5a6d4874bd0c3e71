use super::*;
use crate::schema::kind::{Choice, FieldDefault, Requirement};
use proptest::prelude::*;

mod dates;
mod numbers;

fn field(ty: FieldType) -> Field {
    Field {
        name: "f".to_owned(),
        title: Text::new("栏目", "Column"),
        headings: Vec::new(),
        ty,
        required: Requirement::No,
        default: FieldDefault::None,
        after: None,
        approximate: false,
        personal: false,
        digits: None,
        files: false,
        retired: false,
    }
}

fn frame() -> ParseContext<'static> {
    ParseContext {
        today: Day::new(2018, 3, 1).unwrap(),
        year: Year(2018),
        township: &|text| match text {
            "城关镇" | "chengguan" => Ok("chengguan".to_owned()),
            _ => Fault::usage("unknown-township", text!("没有", "none")).fail(),
        },
        reference: &|kind, text| match (kind, text) {
            (Some("troupe"), "bcd" | "bcdfghjklmnp") => Ok("bcdfghjklmnp".to_owned()),
            _ => Fault::usage("unknown-record", text!("没有", "none")).fail(),
        },
    }
}

/// What is stored for `text`, or the code of the fault, its English and its hint.
fn stored(field: &Field, text: &str) -> std::result::Result<String, String> {
    read(field, text, &frame()).map(|written| written.value.into_owned()).map_err(|faults| {
        let fault = &faults.0[0];
        assert_eq!(fault.exit, crate::base::fault::Exit::Usage);
        let hint = fault.hint.as_ref().map(|hint| hint.en.to_string()).unwrap_or_default();
        format!("{} | {} | {hint}", fault.code, fault.what.en)
    })
}

fn reads(field: &Field, cases: &[(&str, &str)]) {
    for (text, value) in cases {
        assert_eq!(stored(field, text).as_deref(), Ok(*value), "{text}");
    }
}

/// Every text is refused with that code or those words, with a way out.
fn refuses(field: &Field, cases: &[(&str, &str)]) {
    for (text, said) in cases {
        let fault = stored(field, text).expect_err(text);
        assert!(fault.contains(said), "{text}: {fault}");
        assert!(!fault.ends_with("| "), "{text}: no hint: {fault}");
    }
}

fn choices() -> FieldType {
    let choice = |token: &str, zh: &'static str, en: &'static str, retired| Choice {
        token: token.to_owned(),
        title: Text::new(zh, en),
        retired,
    };
    FieldType::Choice(vec![
        choice("enterprise", "进企业", "Enterprise", false),
        choice("village", "进农村", "Village", false),
        choice("home-network", "“进村入户”服务点", "Home network point", false),
        choice("folk-art", "曲艺", "Folk art", false),
        choice("drama", "戏剧（含戏曲）", "Drama (with opera)", false),
        choice("barracks", "进军营", "Barracks", true),
    ])
}

#[test]
fn text_is_one_trimmed_line() {
    let text = field(FieldType::Text);
    reads(
        &text,
        &[
            ("  文化广场　", "文化广场"),
            ("第一行\r\n  第二行", "第一行 第二行"),
            ("a\tb\0c\u{85}d\u{2028}e", "a bc d e"),
            ("两个  空格", "两个  空格"),
            ("\u{feff}城关\u{200b}镇", "城关镇"),
            ("１２、ＡＢＣ", "１２、ＡＢＣ"),
            ("——演出", "——演出"),
            ("3-5 场", "3-5 场"),
            ("2/3", "2/3"),
        ],
    );
    for nothing in ["", " \n　", "-", "—", "——", "/", " － ", "／", "–"] {
        assert_eq!(stored(&text, nothing), Ok(String::new()), "{nothing:?}");
    }
}

#[test]
fn nothing_is_nothing_in_every_field() {
    for ty in all_types() {
        for nothing in ["", "　", "-", "—", "/"] {
            assert_eq!(stored(&field(ty.clone()), nothing), Ok(String::new()), "{ty:?}");
        }
    }
}

#[test]
fn text_that_a_spreadsheet_would_run_is_refused() {
    let text = field(FieldType::Text);
    for bad in
        ["=1+1", "  =A1", "+86 310", "-5度", "@某人", "＝A1", "＋1", "－5", "＠x", "\u{feff}=1", "\n=1", "﹣5", "---"]
    {
        refuses(&text, &[(bad, "formula")]);
    }
    refuses(&text, &[(&"字".repeat(4_001), "text-too-long")]);
    assert!(stored(&text, &"字".repeat(4_000)).is_ok());
}

#[test]
fn yes_and_no() {
    let bool = field(FieldType::Bool);
    for yes in ["是", "√", "✓", "Y", "ｙｅｓ", "TRUE", "对", "1", "１", " 是 "] {
        reads(&bool, &[(yes, "true")]);
    }
    for no in ["否", "×", "✗", "x", "X", "N", "no", "False", "错", "0"] {
        reads(&bool, &[(no, "false")]);
    }
    refuses(&bool, &[("有", "yes or no"), ("无", "yes or no"), ("2", "yes or no"), ("是否", "yes or no")]);
}

#[test]
fn choices_by_token_or_title() {
    let choice = field(choices());
    reads(
        &choice,
        &[
            ("village", "village"),
            ("Ｖillage", "village"),
            ("进农村", "village"),
            ("进 农 村", "village"),
            ("进村入户服务点", "home-network"),
            ("\"进村入户\"服务点", "home-network"),
            ("HOME network POINT", "home-network"),
            ("folk art", "folk-art"),
            ("戏剧", "drama"),
            ("戏剧(含戏曲)", "drama"),
            ("drama", "drama"),
        ],
    );
    refuses(
        &choice,
        &[
            ("农村", "one of: village, enterprise, home-network, folk-art, drama"),
            ("曲芝", "one of: folk-art, "),
            ("barracks", "retired-choice"),
            ("进军营", "retired-choice"),
            ("village,enterprise", "unknown-choice"),
        ],
    );
    let fault = read(&choice, "农村", &frame()).unwrap_err();
    assert_eq!(fault.0[0].what.zh, "栏目：没有“农村”这一项");
    assert!(!fault.0[0].hint.as_ref().unwrap().zh.contains("军营"));
}

#[test]
fn a_title_that_names_two_choices_is_refused() {
    let choice = |token: &str| Choice { token: token.to_owned(), title: Text::new("其他", "Other"), retired: false };
    let field = field(FieldType::Choice(vec![choice("a"), choice("b")]));
    reads(&field, &[("a", "a"), ("b", "b")]);
    refuses(&field, &[("其他", "unknown-choice")]);
}

#[test]
fn townships_and_records_are_asked_of_the_frame() {
    reads(&field(FieldType::Township), &[(" 城关镇\n", "chengguan")]);
    refuses_any(&field(FieldType::Township), "某镇");
    reads(&field(FieldType::Ref(Some("troupe".to_owned()))), &[("bcd", "bcdfghjklmnp")]);
    refuses_any(&field(FieldType::Ref(None)), "bcd");
}

fn refuses_any(field: &Field, text: &str) {
    assert!(read(field, text, &frame()).is_err());
}

fn all_types() -> Vec<FieldType> {
    vec![
        FieldType::Text,
        FieldType::Date,
        FieldType::Month,
        FieldType::Year,
        FieldType::Integer { min: 0, max: 999_999_999_999_999 },
        FieldType::Integer { min: -5, max: 100 },
        FieldType::Decimal { places: 2, min: i64::MIN, max: i64::MAX },
        FieldType::Decimal { places: 1, min: 1, max: 500 },
        FieldType::Bool,
        choices(),
        FieldType::Township,
        FieldType::Ref(Some("troupe".to_owned())),
    ]
}

/// Texts made of what people write, and of what they do not.
fn texts() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "2018",
        "3",
        "10",
        "1,200",
        "0",
        "31",
        "-",
        "/",
        ".",
        "年",
        "月",
        "日",
        " ",
        "　",
        "人",
        "万",
        "十",
        "百",
        "零",
        "二",
        "约",
        "余",
        "１",
        "，",
        "=",
        "\n",
        "\0",
        "\u{feff}",
        "²",
        "是",
        "x",
        "village",
        "进农村",
        "元",
        "¥",
        "%",
        "00:00",
        "\u{212a}",
        "İ",
    ]);
    prop_oneof![
        prop::collection::vec(piece, 0..6).prop_map(|pieces| pieces.concat()),
        any::<String>(),
        "[0-9０-９.,万千-]{1,24}",
        "[零一二三五十百千万〇两]{1,9}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn what_is_read_is_canonical_and_reads_as_itself(text in texts()) {
        for ty in all_types() {
            let field = Field { approximate: true, ..field(ty) };
            if let Ok(written) = read(&field, &text, &frame()) {
                prop_assert!(is_canonical(&field, written.value.as_bytes()), "{written:?}");
                let again = read(&field, &written.value, &frame()).map_err(|faults| TestCaseError::fail(faults.to_string()))?;
                prop_assert_eq!(&again.value, &written.value);
                prop_assert_eq!(again.warning, None);
            }
        }
    }

    #[test]
    fn what_stands_there_as_it_is_stored_need_not_be_interpreted(
        text in prop_oneof!["20[0-9]{2}-[01][0-9]-[0-3][0-9]", "[0-9]{4}(-[01][0-9])?", "[0-9]{1,16}", "[0-9-]{0,10}"],
    ) {
        for ty in all_types() {
            let field = field(ty);
            if is_as_stored(&field, &text) {
                let wanted = ParsedValue { value: text.as_str().into(), warning: None };
                prop_assert_eq!(interpret(&field, &text, &frame()).map_err(|faults| faults.to_string()), Ok(wanted));
            }
        }
    }
}
