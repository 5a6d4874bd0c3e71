use super::*;

fn integer(min: i64, max: i64) -> Field {
    field(FieldType::Integer { min, max })
}

fn decimal(places: u8, min: i64, max: i64) -> Field {
    field(FieldType::Decimal { places, min, max })
}

#[test]
fn whole_numbers_as_people_write_them() {
    reads(
        &integer(0, 999_999_999_999_999),
        &[
            ("0", "0"),
            ("007", "7"),
            ("200", "200"),
            ("２００", "200"),
            ("1,200", "1200"),
            ("１，２００", "1200"),
            ("12,345,678", "12345678"),
            ("1.0", "1"),
            ("3场", "3"),
            ("3 场次", "3"),
            ("200人次", "200"),
            ("20支", "20"),
            ("5个", "5"),
            ("5个人", "5"),
            ("2天", "2"),
            ("300户", "300"),
            ("4台", "4"),
            ("二十", "20"),
            ("十二人", "12"),
            ("一百零五", "105"),
            ("两千人", "2000"),
            ("一万二千", "12000"),
            ("1.2万", "12000"),
            ("1.2万人次", "12000"),
            ("3千", "3000"),
            ("２０ 人", "20"),
            ("999999999999999", "999999999999999"),
        ],
    );
    reads(&integer(-5, 5), &[("-5", "-5"), ("－5", "-5"), ("−3", "-3"), ("-0", "0")]);
}

#[test]
fn what_is_no_whole_number_is_refused() {
    refuses(
        &integer(0, 1_000),
        &[
            ("1.5", "too-many-decimals"),
            ("1.2345千", "too-many-decimals"),
            ("1,20", "unreadable-number"),
            ("1,2000", "unreadable-number"),
            ("1 200", "ambiguous-number"),
            ("一百五", "ambiguous-number"),
            ("三五人", "ambiguous-number"),
            ("100-200", "number-range"),
            ("100~200人", "number-range"),
            ("十到二十", "number-range"),
            ("10²", "unreadable-number"),
            ("①", "unreadable-number"),
            ("½", "unreadable-number"),
            ("1e3", "unreadable-number"),
            ("1万2千", "unreadable-number"),
            ("数百人", "unreadable-number"),
            ("若干", "unreadable-number"),
            ("无", "unreadable-number"),
            ("30分钟", "unreadable-number"),
            ("500米", "unreadable-number"),
            ("-1", "at least 0"),
            ("1001", "at most 1000"),
            ("99999999999999999999", "at most 1000"),
            ("9999999999999999999999999999999999999999999", "wrong-value"),
            ("1e", "unreadable-number"),
            (".5", "unreadable-number"),
            ("5.", "unreadable-number"),
            ("人", "unreadable-number"),
            ("十万亿", "unreadable-number"),
        ],
    );
}

#[test]
fn approximate_numbers_are_read_only_where_the_field_says_so() {
    let exact = integer(0, 1_000_000);
    let about = Field { approximate: true, ..exact.clone() };
    for (text, value) in [
        ("约200人", "200"),
        ("大约200", "200"),
        ("200余人", "200"),
        ("近200", "200"),
        ("200左右", "200"),
        ("200人左右", "200"),
        ("200多人次", "200"),
        ("200+", "200"),
        ("～200", "200"),
        ("10余万", "100000"),
        ("1.2万余人", "12000"),
        ("三百多人", "300"),
        ("超过五百人", "500"),
        ("约 1,200 人", "1200"),
        ("about 200 people", "200"),
        ("Approx. 1,200", "1200"),
        ("more than 200", "200"),
    ] {
        let written = read(&about, text, &frame()).unwrap();
        assert_eq!(written.value, value, "{text}");
        assert!(written.warning.unwrap().zh.contains("约数"), "{text}");
        refuses(&exact, &[(text, "approximate-number")]);
    }
    assert_eq!(read(&about, "200人", &frame()).unwrap().warning, None);
    reads(&exact, &[("200 people", "200"), ("3 sessions", "3"), ("2 Days", "2")]);
    refuses(
        &about,
        &[
            ("约", "unreadable-number"),
            ("多人", "unreadable-number"),
            ("几百人", "unreadable-number"),
            ("3多5", "unreadable-number"),
        ],
    );
}

#[test]
fn decimals_and_amounts_are_exact() {
    reads(
        &decimal(2, 1, i64::MAX),
        &[
            ("¥1,200.50", "1200.50"),
            ("￥1,200.5", "1200.50"),
            ("1200元", "1200.00"),
            ("人民币1200元整", "1200.00"),
            ("1.2万", "12000.00"),
            ("1.2万元", "12000.00"),
            ("1.23456万元", "12345.60"),
            ("1.500", "1.50"),
            ("0.01", "0.01"),
            ("壹仟贰佰圆整", "1200.00"),
        ],
    );
    reads(
        &decimal(1, 0, 10_000),
        &[("2.5小时", "2.5"), ("3", "3.0"), ("1.5公里", "1.5"), ("3千米", "3.0"), ("２．５", "2.5")],
    );
    reads(&decimal(2, -500, 500), &[("-0.05", "-0.05"), ("-5", "-5.00")]);
    refuses(
        &decimal(2, 1, 1_000_000),
        &[
            ("1.234", "too many decimals | at most 2 decimals"),
            ("1.2345678万", "too many decimals | at most 2 decimals"),
            ("0", "at least 0.01"),
            ("-5", "at least 0.01"),
            ("10000.01", "at most 10000.00"),
            ("1,5", "unreadable-number"),
            ("$5", "unreadable-number"),
            ("NaN", "unreadable-number"),
            ("1.2.3", "unreadable-number"),
        ],
    );
}

#[test]
fn a_per_cent_sign_stands_only_where_a_hundred_is_the_most() {
    reads(&integer(0, 100), &[("80%", "80"), ("８０％", "80")]);
    reads(&decimal(1, 0, 1_000), &[("79.5%", "79.5")]);
    refuses(&integer(0, 1_000), &[("80%", "wrong-value")]);
}

proptest! {
    #[test]
    fn every_number_reads_with_and_without_its_commas(number in 0..999_999_999_999_i64) {
        let digits = number.to_string();
        let mut grouped = String::new();
        for (at, digit) in digits.chars().enumerate() {
            if at > 0 && (digits.len() - at) % 3 == 0 {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        let field = integer(0, 999_999_999_999_999);
        for text in [&digits, &grouped, &format!("{digits}人")] {
            prop_assert_eq!(stored(&field, text), Ok(digits.clone()), "{}", text);
        }
    }

    #[test]
    fn ten_thousands_are_exact(units in 0..9_999_999_999_i64) {
        let text = format!("{}.{:06}万", units / 1_000_000, units % 1_000_000);
        let want = crate::schema::record::decimal_text(units, 2);
        prop_assert_eq!(stored(&decimal(2, 0, i64::MAX), &text), Ok(want));
    }
}
