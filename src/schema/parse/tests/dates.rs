use super::*;

#[test]
fn days_as_people_write_them() {
    let date = field(FieldType::Date);
    for tenth in [
        "2018-03-10",
        "2018.3.10",
        "2018/3/10",
        "2018.03.10.",
        "20180310",
        "2018年3月10日",
        "2018年03月10号",
        "2018年3月10",
        "3月10日",
        "3月10",
        "3-10",
        "3.10",
        "3/10",
        "03-10",
        "２０１８－０３－１０",
        "２０１８．３．１０",
        "２０１８／３／１０",
        "２０１８年３月１０日",
        " 2018 年 3 月 10 日 ",
        "2018 - 03 - 10",
        "2018 3 10",
        "2018。3。10",
        "2018—3—10",
        "二〇一八年三月十日",
        "三月十日",
        "2018-03-10 00:00:00",
        "2018/3/10 0:00",
        "2018-03-10T00:00:00",
        "2018年3⽉10⽇",
        "10 March 2018",
        "10th of March, 2018",
        "March 10, 2018",
        "10-Mar-2018",
        "Mar. 10",
        "10 MAR",
        "10 March 2018 00:00",
    ] {
        reads(&date, &[(tenth, "2018-03-10")]);
    }
    reads(
        &date,
        &[
            ("今天", "2018-03-01"),
            ("昨天", "2018-02-28"),
            ("前天", "2018-02-27"),
            ("today", "2018-03-01"),
            ("Yesterday", "2018-02-28"),
            ("2020-2-29", "2020-02-29"),
            ("一九九八年十二月三十一日", "1998-12-31"),
        ],
    );
}

#[test]
fn days_and_months_named_in_english() {
    let date = field(FieldType::Date);
    let today = Day::new(2018, 3, 1).unwrap();
    refuses(
        &date,
        &[
            ("23-May-18", "unreadable-date"),
            ("May", "unreadable-date"),
            ("10 Marz", "unreadable-date"),
            ("32 May", "no-such-day"),
        ],
    );
    refuses(
        &date,
        &[("May 2018", "unreadable-date"), ("1 2 May", "unreadable-date"), ("1st May May", "unreadable-date")],
    );
    for (text, found) in [("May", "2018-05"), ("sept 2017", "2017-09"), ("2018 Jun", "2018-06")] {
        assert_eq!(month(text, today, Year(2018)).unwrap().to_string(), found, "{text}");
    }
    assert!(month("ma", today, Year(2018)).is_err());
    assert!(month("5 May 2018", today, Year(2018)).is_err());
}

#[test]
fn days_without_a_year_are_of_the_plan() {
    let today = Day::new(2020, 1, 3).unwrap();
    assert_eq!(day("12月31日", today, Year(2019)).unwrap().to_string(), "2019-12-31");
    assert!(day("2-29", today, Year(2019)).is_err());
    assert_eq!(day("2-29", today, Year(2020)).unwrap().to_string(), "2020-02-29");
}

#[test]
fn days_that_could_be_more_than_one_are_refused() {
    refuses(
        &field(FieldType::Date),
        &[
            ("2018310", "did you mean 2018-03-10? | if so, write 2018-03-10"),
            ("2018310日", "did you mean 2018-03-10?"),
            ("2018111", "2018-01-11, 2018-11-01"),
            ("201831", "2018-03-01"),
            ("180310", "2018-03-10"),
            ("310", "did you mean 2018-03-10?"),
            ("0310", "did you mean 2018-03-10?"),
            ("111", "2018-01-11, 2018-11-01"),
            ("43169", "did you mean 2018-03-10?"),
            ("18.3.10", "2018-03-10"),
            ("18年3月10日", "2018-03-10"),
            ("10/3/2018", "2018-03-10, 2018-10-03"),
            ("25/12/2018", "did you mean 2018-12-25?"),
        ],
    );
}

#[test]
fn days_that_do_not_exist_or_lack_parts_are_refused() {
    refuses(
        &field(FieldType::Date),
        &[
            ("2018-02-30", "the last day of 2018-02 is 2018-02-28"),
            ("20180230", "the last day"),
            ("2018-13-01", "no month 13"),
            ("2018-00-10", "no month 00"),
            ("3月32日", "the last day"),
            ("2018-05", "unreadable-date"),
            ("2018年5月", "unreadable-date"),
            ("5", "unreadable-date"),
            ("10日", "unreadable-date"),
            ("2018", "unreadable-date"),
            ("3 10", "unreadable-date"),
            ("20 18-03-10", "unreadable-date"),
            ("2018-03-10 09:30", "unreadable-date"),
            ("2018年底", "unreadable-date"),
            ("1²-3", "unreadable-date"),
            ("明年", "2018-03-10"),
            ("99999999999999999999", "unreadable-date"),
            ("0000-01-01", "no-such-day"),
        ],
    );
}

#[test]
fn months_as_people_write_them() {
    let month = field(FieldType::Month);
    for may in [
        "2018-05",
        "2018.5",
        "2018/5",
        "201805",
        "2018年5月",
        "2018年5月份",
        "2018 年 5 月",
        "5月",
        "5月份",
        "5",
        "05",
        "５月",
        "五月",
        "二〇一八年五月",
        "2018-05-01",
        "2018-05-01 00:00:00",
        "2018。5",
    ] {
        reads(&month, &[(may, "2018-05")]);
    }
    reads(&month, &[("本月", "2018-03"), ("上月", "2018-02"), ("上个月", "2018-02"), ("十二月", "2018-12")]);
    refuses(
        &month,
        &[
            ("20185", "write it like 2018-03"),
            ("18.5", "unreadable-month"),
            ("1805", "unreadable-month"),
            ("13", "unreadable-month"),
            ("0", "unreadable-month"),
            ("2018", "unreadable-month"),
            ("2018-13", "unreadable-month"),
            ("2018-05-31", "if you mean that month, write 2018-05"),
            ("2018-02-30", "the last day"),
            ("五六月", "unreadable-month"),
        ],
    );
    let january = Day::new(2019, 1, 4).unwrap();
    assert_eq!(super::month("上月", january, Year(2018)).unwrap().to_string(), "2018-12");
}

#[test]
fn years_as_people_write_them() {
    let year = field(FieldType::Year);
    reads(
        &year,
        &[
            ("2018", "2018"),
            ("２０１８年", "2018"),
            ("2018年度", "2018"),
            ("二〇一八年", "2018"),
            ("今年", "2018"),
            ("去年", "2017"),
        ],
    );
    refuses(
        &year,
        &[
            ("18", "unreadable-year"),
            ("18年", "unreadable-year"),
            ("20180", "unreadable-year"),
            ("2018-03", "unreadable-year"),
            ("0000", "unreadable-year"),
        ],
    );
}

proptest! {
    #[test]
    fn every_day_reads_in_every_way_of_writing(days in 0..40_000_i32) {
        let date = Day(days);
        let y = date.year();
        let m = date.month().month;
        let d = date.day_of_month();
        for text in [
            format!("{date}"), format!("{y}.{m}.{d}"), format!("{y}/{m}/{d}"), format!("{y}{m:02}{d:02}"), format!("{y}年{m}月{d}日"),
        ] {
            prop_assert_eq!(day(&text, Day(0), Year(2018)), Ok(date), "{}", text);
        }
        prop_assert_eq!(day(&format!("{m}月{d}日"), Day(0), y), Ok(date));
    }
}
