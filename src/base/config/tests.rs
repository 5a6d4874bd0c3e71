use super::*;

/// The code of each fault and the field that it is about, with line and column.
fn faults<T: std::fmt::Debug>(outcome: Result<T>) -> Vec<(String, usize, usize)> {
    let faults = outcome.unwrap_err().0;
    let place = |fault: &Fault| fault.place.as_ref().map_or((0, 0), |place| (place.line, place.column));
    faults.iter().map(|fault| (fault.signature(), place(fault).0, place(fault).1)).collect()
}

fn fault(what: &str, line: usize, column: usize) -> (String, usize, usize) {
    (what.to_owned(), line, column)
}

#[test]
fn what_is_asked_for_is_read() {
    let source = "name = \"城关镇\"\ntitle = { zh = \"演出\", en = \"performance\" }\nplain = \"A4\"\nfrom = 2018-03-10\n\
                  until = \"2018-12-01\"\nyear = 2018\nmonth = \"2018-03\"\nlist = [\"甲\", \"乙\"]\nfree = true\n\
                  [[part]]\nn = 1\n[[part]]\nn = 2\n[where]\nz = 1_000\na = [true, \"x\"]\n";
    let seen = read("a.toml", source, |root| {
        assert_eq!(root.text("name").as_deref(), Some("城关镇"));
        assert_eq!(root.require_bilingual("title"), Text::new("演出", "performance"));
        assert_eq!(root.require_bilingual("plain"), Text::same("A4"));
        assert_eq!((root.day("from"), root.day("until")), (Day::new(2018, 3, 10), Day::new(2018, 12, 1)));
        assert_eq!((root.year("year"), root.month("month")), (Some(Year(2018)), Month::new(2018, 3)));
        assert_eq!(root.strings("list"), ["甲", "乙"]);
        assert!(root.boolean("free", false) && root.boolean("absent", true));
        let parts: Vec<Option<i64>> = root.tables("part", |part| part.integer("n", 0..=9));
        assert_eq!(parts, [Some(1), Some(2)]);
        let filter = root.value("where").map(|value| value.entries()).unwrap_or_default();
        filter.iter().map(|(key, value)| (key.text.clone(), value.cells())).collect::<Vec<_>>()
    });
    let seen = seen.unwrap();
    assert_eq!(seen[0].0, "z", "in the file's order, not the alphabet's");
    assert_eq!(seen[0].1[0].text, "1000");
    assert_eq!(seen[1].1.iter().map(|word| word.text.as_str()).collect::<Vec<_>>(), ["true", "x"]);
    assert_eq!((seen[1].1[1].place().line, seen[1].1[1].place().column), (16, 12));
}

#[test]
fn every_fault_is_told_with_its_place() {
    let source = "title = { zh = \"演出\" }\nnmae = \"甲\"\nday = 2018-02-28T10:00:00Z\nn = 99\nlist = \"甲\"\n\
                  empty = \"\"\n[[part]]\nx = 1\n";
    let outcome = read("a.toml", source, |root| {
        root.require_bilingual("title");
        root.require_text("name");
        root.day("day");
        root.integer("n", 0..=9);
        root.strings("list");
        root.require_text("empty");
        root.tables("part", |part| part.boolean("free", true));
    });
    let hints: Vec<_> = outcome.clone().unwrap_err().0.into_iter().map(|fault| fault.hint).collect();
    assert_eq!(
        faults(outcome),
        [
            fault("missing-key en", 1, 9),
            fault("missing-key name", 0, 0),
            fault("wrong-value", 3, 7),
            fault("wrong-value", 4, 5),
            fault("wrong-type", 5, 8),
            fault("empty-value empty", 6, 9),
            fault("unknown-key x", 8, 1),
            fault("unknown-key nmae", 2, 1),
        ]
    );
    let said = |at: usize| hints[at].as_ref().map(|hint: &Text| (hint.zh.as_ref(), hint.en.as_ref()));
    assert_eq!(said(7), Some(("是否指 name？", "did you mean name?")));
    assert_eq!(said(6), Some(("可用的有：free", "expected one of: free")));
}

#[test]
fn what_is_no_toml_is_told_in_both_languages() {
    for (source, zh, line, column) in [
        ("name = “城关镇”\n", "此处 TOML 写法不对", 1, 8),
        ("a = 1\n名称 = 1\n", "此处 TOML 写法不对", 2, 1),
        ("a = 1\na = 2\n", "这一项前面已经写过", 2, 1),
        ("a = [1\n", "此处 TOML 写法不对", 1, 7),
        ("day = 2018-02-30\n", "没有这样的日期", 1, 7),
    ] {
        let outcome = read("a.toml", source, |_| ());
        assert_eq!(outcome.clone().unwrap_err().0[0].what.zh, zh, "{source}");
        let (_, l, c) = faults(outcome)[0].clone();
        assert_eq!((l, c), (line, column), "{source}");
    }
}
