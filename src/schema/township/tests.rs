use super::*;

fn sample() -> Townships {
    let mut guan = Township::new("chengguan", "城关镇", TownshipKind::Township);
    guan.order = 10;
    guan.aliases = vec!["城关".into(), "CG".into()];
    let mut east = Township::new("chengdong", "城东工业区", TownshipKind::IndustrialZone);
    east.order = 10;
    east.aliases = vec!["工业区".into()];
    let mut west = Township::new("chengxi", "城西工业区", TownshipKind::IndustrialZone);
    west.order = 25;
    west.aliases = vec!["工业区".into()];
    Townships::new(vec![Township::new("library", "县图书馆", TownshipKind::CountyUnit), west, guan, east])
}

fn fault(outcome: Result<&Township>) -> (String, String) {
    let faults = outcome.unwrap_err();
    assert_eq!(faults.exit(), crate::base::fault::Exit::Usage);
    (faults.0[0].what.zh.to_string(), faults.0[0].hint.as_ref().unwrap().zh.to_string())
}

#[test]
fn they_keep_the_bureaus_order() {
    let townships = sample();
    let ids: Vec<&str> = townships.iter().map(|township| township.id.as_str()).collect();
    assert_eq!(ids, ["chengdong", "chengguan", "chengxi", "library"]);
    assert_eq!(townships.next_order(), 30);
    assert_eq!(Townships::default().next_order(), 10);
}

#[test]
fn one_is_found_by_id_name_or_alias() {
    let townships = sample();
    for word in ["chengguan", "城关镇", "城关", " 城 关 ", "ＣＧ", "cg", "ChengGuan"] {
        assert_eq!(townships.find(word).unwrap().id, "chengguan", "{word}");
    }
}

#[test]
fn an_exact_id_comes_before_anothers_alias() {
    let mut other = Township::new("other", "别处", TownshipKind::Township);
    other.aliases = vec!["library".into()];
    let townships = Townships::new(vec![other, Township::new("library", "县图书馆", TownshipKind::CountyUnit)]);
    assert_eq!(townships.find("library").unwrap().id, "library");
    assert_eq!(fault(townships.find("LIBRARY")).0, "“LIBRARY”可能指：县图书馆（library）、别处（other）");
}

#[test]
fn a_word_that_names_none_is_compared_with_all_names_once() {
    let townships = sample();
    let first = townships.find("城官镇").unwrap_err();
    assert_eq!(townships.find("城官镇").unwrap_err(), first);
    // Only what was kept can say this.
    let kept = Fault::usage("kept", text!("记住的", "kept"));
    townships.unknown.lock().unwrap().insert("城官镇".to_owned(), kept.clone());
    assert_eq!(townships.find("城官镇").unwrap_err().0, [kept]);
    assert_eq!(fault(townships.find("城东官镇")).0, "没有填报单位“城东官镇”");
}

#[test]
fn nothing_is_guessed() {
    let townships = sample();
    assert_eq!(
        fault(townships.find("工业区")),
        ("“工业区”可能指：城东工业区（chengdong）、城西工业区（chengxi）".into(), "请写代号".into())
    );
    assert_eq!(fault(townships.find("城官镇")), ("没有填报单位“城官镇”".into(), "是否指 城关镇（chengguan）？".into()));
    assert_eq!(fault(townships.find("图书馆")).1, "是否指 县图书馆（library）？");
    assert!(fault(townships.find("zzzzz")).1.contains("township list"));
}

#[test]
fn expected_within_its_days() {
    let day = |text: &str| Day::from_iso(text.as_bytes()).unwrap();
    let mut township = Township::new("a", "甲", TownshipKind::Township);
    assert!(township.active_on(day("2018-01-01")));
    (township.from, township.until) = (Some(day("2018-03-10")), Some(day("2018-12-01")));
    for (text, active) in [("2018-03-09", false), ("2018-03-10", true), ("2018-12-01", true), ("2018-12-02", false)] {
        assert_eq!(township.active_on(day(text)), active, "{text}");
    }
}

#[test]
fn a_new_file_says_what_it_was_made_from() {
    let mut township = Township::new("chengguan", "城关\"镇\"", TownshipKind::IndustrialZone);
    let file = township.to_toml();
    assert!(file.contains("\n# leader = \"\"\n") && file.contains("\n# order = 10\n"), "{file}");
    assert_eq!(Township::load("chengguan", "t.toml", &file).unwrap(), township);
    township.order = 20;
    township.aliases = vec!["城关".into(), "C:\\G".into()];
    township.population = Some(31_000);
    township.phone = Some("0310-123".into());
    (township.from, township.until) = (Day::new(2018, 3, 10), Day::new(2019, 1, 1));
    (township.arrangement, township.monthly) = (false, false);
    assert_eq!(Township::load("chengguan", "t.toml", &township.to_toml()).unwrap(), township);
}

#[test]
fn an_edited_file_keeps_what_a_person_wrote() {
    let text = "# 我们县\nname = \"城关镇\" # 改名前\norder = 10\n\nleader = \"王某\"\naliases = ['城关'] # 简称\n";
    let mut township = Township::load("chengguan", "t.toml", text).unwrap();
    assert_eq!(Township::edit(text, &township).unwrap(), text);
    township.name = "城关街道".into();
    township.leader = None;
    township.until = Day::new(2018, 6, 1);
    let new = Township::edit(text, &township).unwrap();
    assert_eq!(
        new,
        "# 我们县\nname = \"城关街道\" # 改名前\norder = 10\naliases = ['城关'] # 简称\nuntil = 2018-06-01\n"
    );
    assert_eq!(Township::load("chengguan", "t.toml", &new).unwrap(), township);
}

#[test]
fn a_new_kind_does_not_change_what_is_expected_in_silence() {
    let mut township = Township::load("a", "t.toml", "name = \"甲\"\n").unwrap();
    township.kind = TownshipKind::CountyUnit;
    let new = Township::edit("name = \"甲\"\n", &township).unwrap();
    assert!(Township::load("a", "t.toml", &new).unwrap().arrangement, "{new}");
}

#[test]
fn faulty_files_are_told_with_their_places() {
    let text = "nmae = \"甲\"\nkind = \"county\"\nfrom = 2018-05-01\nuntil = 2018-04-01\npopulation = \"3万\"\n";
    let faults = Township::load("a", "t.toml", text).unwrap_err().0;
    let told: Vec<(String, usize, usize)> = faults
        .iter()
        .filter_map(|fault| fault.place.as_ref().map(|place| (fault.signature(), place.line, place.column)))
        .collect();
    let told: Vec<_> = told.iter().map(|(signature, line, column)| (signature.as_str(), *line, *column)).collect();
    assert_eq!(
        told,
        [
            ("missing-key name", 0, 0),
            ("unknown-choice", 2, 8),
            ("wrong-type", 5, 14),
            ("date-order", 4, 9),
            ("unknown-key nmae", 1, 1),
        ]
    );
    assert_eq!(faults[1].hint.as_ref().unwrap().en, "did you mean county-unit?");
    assert!(Township::load("con", "t.toml", "name = \"甲\"").is_err());
}
