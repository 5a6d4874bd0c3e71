//! Kinds whose records last and change in time: what else they cannot be.

use super::*;

/// The file of a kind, which lasts.
fn lasting(source: &str) -> String {
    source.replacen("end = \"left\"", "end = \"left\"\nlasting = true", 1)
}

#[test]
fn the_built_in_kinds_that_last_are_those_of_the_design() {
    let kinds = built_in();
    let lasting: Vec<&str> = kinds.iter().filter(|kind| kind.lasting).map(|kind| kind.id.as_str()).collect();
    for id in ["troupe", "facility", "service-point", "staff"] {
        assert!(lasting.contains(&id), "{lasting:?}");
    }
    for id in ["performance", "training", "trainee", "opening", "expense", "monthly-report", "inspection", "notice"] {
        assert!(!lasting.contains(&id), "{lasting:?}");
    }
    assert!(kinds.iter().all(|kind| kind.kept_from_lasting.is_none()));
}

#[test]
fn a_countys_kind_that_lasts_has_no_field_named_as_the_column_for_changes() {
    let post = "name = \"on_post\"";
    let source =
        OFFICER.replacen(post, "name = \"effective\"", 1).replacen("{ on_post = true }", "{ effective = true }", 1);
    assert!(
        !load("kinds/officer.toml", &source).unwrap().get("officer").unwrap().lasting,
        "it may, where nothing changes"
    );
    assert_eq!(faults(load("kinds/officer.toml", &lasting(&source))), [("reserved-name effective".to_owned(), 31, 8)]);
}

#[test]
fn a_kind_that_lasts_is_no_roster_and_has_none() {
    let roster = "[roster]\nkind = \"trainee\"\nref = \"training\"\nperson = [\"name\"]\nheads = \"post\"\n";
    let told = faults(load("kinds/officer.toml", &format!("{}{roster}", lasting(OFFICER))));
    assert_eq!(told[0], ("misplaced-key".to_owned(), 46, 1));
    let own = lasting(OFFICER).replacen(
        "name = \"post\"\ntype = \"choice\"",
        "name = \"class\"\ntype = \"ref\"\nto = \"class\"\ntitle = \"C\"\n[[field]]\nname = \"post\"\ntype = \"choice\"",
        1,
    );
    let class = "id = \"class\"\ntitle = \"K\"\nkey = [\"date\"]\n[roster]\nkind = \"officer\"\nref = \"class\"\n\
                 person = [\"name\"]\nheads = \"heads\"\n[[field]]\nname = \"date\"\ntype = \"date\"\ntitle = \"D\"\n\
                 required = true\n[[field]]\nname = \"heads\"\ntype = \"integer\"\ntitle = \"N\"\n";
    let both = |officer: &str| {
        let files = [("kinds/class.toml", class), ("kinds/officer.toml", officer)];
        Kinds::load(&files.map(|(path, text)| (path.to_owned(), text.to_owned())), None)
    };
    assert!(both(&own.replacen("lasting = true\n", "", 1)).is_ok());
    let refused = both(&own).unwrap_err().0;
    let place = refused[0].place.as_ref().unwrap();
    assert_eq!((refused.len(), refused[0].code), (1, "lasting-kind"));
    assert_eq!((place.file.as_str(), place.line, place.column), ("kinds/class.toml", 5, 8));
}

#[test]
fn inspections_and_notices_are_of_their_day() {
    for (id, key) in [("inspection", "inspects"), ("notice", "notice")] {
        let own = builtin_source(id).unwrap().replacen(&format!("id = \"{id}\""), "id = \"letter\"", 1);
        assert!(load("kinds/letter.toml", &own).is_ok());
        let own = own.replacen("id = \"letter\"", "id = \"letter\"\nlasting = true", 1);
        let line = own.lines().position(|line| line == format!("[{key}]")).unwrap() + 1;
        assert_eq!(faults(load("kinds/letter.toml", &own)), [("misplaced-key".to_owned(), line, 1)]);
    }
}

/// Ledgers with such a field stood before the records of these kinds could change.
#[test]
fn a_countys_field_of_that_name_keeps_a_built_in_kind_from_lasting() {
    let source = "id = \"troupe\"\n\n[[field]]\nname = \"effective\"\ntype = \"date\"\ntitle = \"生效日期\"\n";
    let kinds = load("kinds/troupe.toml", source).unwrap();
    let troupe = kinds.get("troupe").unwrap();
    assert!(!troupe.lasting && troupe.field("effective").is_some());
    let place = troupe.kept_from_lasting.as_ref().unwrap();
    assert_eq!((place.file.as_str(), place.line, place.column), ("kinds/troupe.toml", 4, 8));
    assert!(kinds.get("facility").unwrap().lasting);
    let other = load("kinds/troupe.toml", &source.replacen("effective", "founded", 1)).unwrap();
    assert!(other.get("troupe").unwrap().lasting);
    let performance = load("kinds/performance.toml", &source.replacen("troupe", "performance", 1)).unwrap();
    assert!(performance.get("performance").unwrap().kept_from_lasting.is_none());
}
