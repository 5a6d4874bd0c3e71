//! Which kinds are read for what.

use super::*;

/// What is written refers only to these, and finding its kind by its title needs all.
#[test]
fn what_writing_a_record_needs_is_loaded() {
    let own = [("kinds/parade.toml".to_owned(), PARADE.to_owned())];
    let ids = |word: &str| -> Vec<String> {
        let kinds = Kinds::load_to_write(&own, word).unwrap();
        kinds.iter().map(|kind| kind.id.clone()).collect()
    };
    let all: Vec<String> = Kinds::load(&own, None).unwrap().ids().map(str::to_owned).collect();
    assert_eq!(all.len(), builtin_ids().len() + 1);
    assert_eq!(ids("performance"), ["performance", "troupe"]);
    assert_eq!(ids("trainee"), ["training", "trainee"]);
    assert_eq!(ids("parade"), ["facility", "parade"]);
    for word in ["inspection", "演出", "nothing", ""] {
        assert_eq!(ids(word), all, "{word}");
    }
    assert_eq!(Kinds::load_to_write(&own, "parade").unwrap().ids().collect::<Vec<_>>(), all);
}

const PARADE: &str = r#"
id = "parade"
title = { zh = "巡游", en = "parade" }
key = ["date", "at"]

[[field]]
name = "date"
type = "date"
title = { zh = "日期", en = "date" }
required = true

[[field]]
name = "at"
type = "ref"
to = "facility"
title = { zh = "场地", en = "where" }
"#;
