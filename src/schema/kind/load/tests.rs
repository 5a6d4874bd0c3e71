use super::*;
use crate::schema::kind::{Field, FieldDefault, FieldNo, FieldType, Requirement};

mod lasting;
mod needed;

fn built_in() -> Kinds {
    Kinds::load(&[], None).unwrap()
}

fn load(file: &str, source: &str) -> Result<Kinds> {
    Kinds::load(&[(file.to_owned(), source.to_owned())], None)
}

/// The code of each fault and the field that it is about, with line and column.
fn faults(outcome: Result<Kinds>) -> Vec<(String, usize, usize)> {
    let faults = outcome.unwrap_err().0;
    let place = |fault: &Fault| fault.place.as_ref().map_or((0, 0), |place| (place.line, place.column));
    faults.iter().map(|fault| (fault.signature(), place(fault).0, place(fault).1)).collect()
}

fn field<'a>(kinds: &'a Kinds, kind: &str, name: &str) -> &'a Field {
    let kind = kinds.get(kind).unwrap();
    &kind.fields[kind.field(name).unwrap()]
}

/// One line for each field: name, type, `*` if required, `=` and its default.
fn outline(kind: &Kind) -> Vec<String> {
    let one = |field: &Field| {
        let ty = match &field.ty {
            FieldType::Text => "text".to_owned(),
            FieldType::Date => "date".to_owned(),
            FieldType::Month => "month".to_owned(),
            FieldType::Year => "year".to_owned(),
            FieldType::Integer { min, .. } => format!("integer {min}"),
            FieldType::Decimal { places, min, .. } => format!("decimal {places} {min}"),
            FieldType::Bool => "bool".to_owned(),
            FieldType::Choice(choices) => {
                choices.iter().map(|choice| choice.token.as_str()).collect::<Vec<_>>().join("|")
            }
            FieldType::Township => "township".to_owned(),
            FieldType::Ref(to) => format!("ref {}", to.as_deref().unwrap_or("*")),
        };
        let required = match &field.required {
            Requirement::No => String::new(),
            Requirement::Always => "*".to_owned(),
            Requirement::When(at, value) => format!(" when {} {value}", kind.fields[*at].name),
            Requirement::Unless(at, value) => format!(" unless {} {value}", kind.fields[*at].name),
        };
        let default = match &field.default {
            FieldDefault::None => String::new(),
            FieldDefault::Value(value) => format!(" = {value}"),
            FieldDefault::Field(at) => format!(" = {}", kind.fields[*at].name),
            FieldDefault::OfRef(at, name) => format!(" = {}.{name}", kind.fields[*at].name),
        };
        format!("{} {ty}{required}{default}", field.name)
    };
    kind.fields.iter().map(one).collect()
}

#[test]
fn every_built_in_kind_loads_and_speaks_both_languages() {
    let kinds = built_in();
    let chinese = |text: &str| text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    let latin = |text: &str| text.chars().any(|c| c.is_ascii_alphabetic()) && text.is_ascii();
    assert_eq!(kinds.iter().map(|kind| kind.id.as_str()).collect::<Vec<_>>(), builtin_ids());
    for kind in &kinds {
        let mut titles = vec![&kind.title];
        titles.extend(kind.doubles.iter().map(|double| &double.title));
        for field in &kind.fields {
            titles.push(&field.title);
            assert!(!field.headings.is_empty(), "{} {}", kind.id, field.name);
            if let FieldType::Choice(choices) = &field.ty {
                titles.extend(choices.iter().map(|choice| &choice.title));
            }
        }
        for title in titles {
            assert!(chinese(&title.zh) && latin(&title.en), "{}: {title:?}", kind.id);
        }
        assert_eq!(kind.fields[0].name, "date");
    }
}

#[test]
fn a_heading_means_one_field_in_every_built_in_kind() {
    let files: Vec<_> = builtin_ids().iter().map(|id| (format!("kinds/{id}.toml"), format!("id = \"{id}\""))).collect();
    assert_eq!(Kinds::load(&files, None).map(|kinds| kinds.iter().count()), Ok(builtin_ids().len()));
}

#[test]
fn the_design_is_kept_to_the_letter() {
    let kinds = built_in();
    let of = |id: &str| outline(kinds.get(id).unwrap());
    assert_eq!(
        of("performance"),
        [
            "date date*",
            "into enterprise|village|office|campus|community|website|none*",
            "place text unless into website",
            "platform text when into website",
            "title text",
            "performer text",
            "troupe ref troupe",
            "organiser text",
            "host township",
            "sessions integer 1 = 1",
            "audience integer 0",
            "views integer 0",
            "theme text",
            "url text",
            "evidence text",
            "note text",
        ]
    );
    assert_eq!(of("trainee")[..2], ["date date* = training.date", "training ref training*"]);
    assert_eq!(of("training")[2], "participants backbone|staff|public = backbone");
    assert_eq!(of("expense")[2], "amount decimal 2 1*");
    assert_eq!(of("arrangement")[1], "plan_year year = date");
    assert_eq!(of("inspection")[2], "record ref *");
    assert_eq!(of("facility")[4], "free bool = true");
}

#[test]
fn keys_ends_and_rosters_are_the_designs() {
    let kinds = built_in();
    let key = |id: &str| {
        let kind = kinds.get(id).unwrap();
        kind.key.iter().map(|&at| kind.fields[at].name.as_str()).collect::<Vec<_>>().join(" ")
    };
    let keys: Vec<String> = builtin_ids().iter().map(|id| key(id)).collect();
    assert_eq!(
        keys,
        [
            "date place platform title performer",
            "date place topic",
            "training name home phone_tail",
            "name",
            "name place",
            "facility month",
            "type place",
            "name village",
            "date heading amount payee voucher",
            "date title outlet",
            "date task",
            "plan_year date",
            "month date",
            "date indicator record",
            "date type serial",
        ]
    );
    let troupe = kinds.get("troupe").unwrap();
    assert_eq!(troupe.end, troupe.field("disbanded"));
    assert_eq!(field(&kinds, "troupe", "disbanded").after, Some(FieldNo::DATE));
    let roster = kinds.get("training").unwrap().roster.clone().unwrap();
    assert_eq!((roster.kind.as_str(), roster.reference.as_str()), ("trainee", "training"));
    assert_eq!(roster.person, ["name", "home", "phone_tail"]);
    assert_eq!((roster.heads, roster.credit.as_deref()), (FieldNo::from(9), Some("sent_by")));
}

#[test]
fn only_what_is_needed_is_read() {
    let officer = ("kinds/officer.toml".to_owned(), "not toml".to_owned());
    let kinds = Kinds::load(&[officer], Some(&["training", "nonsense"])).unwrap();
    assert_eq!(kinds.iter().map(|kind| kind.id.as_str()).collect::<Vec<_>>(), ["training", "trainee"]);
    assert!(kinds.get("performance").is_none());
    assert_eq!(kinds.ids().last(), Some("officer"));
}

#[test]
fn a_kind_is_found_by_id_or_title() {
    let kinds = built_in();
    for word in ["performance", "演出", "Performance", " 演 出 "] {
        assert_eq!(kinds.find(word).unwrap().id, "performance", "{word}");
    }
    let fault = |word: &str| kinds.find(word).unwrap_err().0.remove(0).hint.unwrap().en.to_string();
    assert_eq!(fault("perfromance"), "did you mean performance?");
    assert!(fault("xyz").starts_with("expected one of: arrangement, "));
    assert_eq!(kinds.find("xyz").unwrap_err().exit(), crate::base::fault::Exit::Usage);
}

const OFFICER: &str = r#"
id = "officer"
title = { zh = "文化专干", en = "officer" }
key = ["name"]
label = ["name"]
end = "left"

[[field]]
name = "date"
type = "date"
title = { zh = "到岗日期", en = "date" }
required = true

[[field]]
name = "name"
title = { zh = "姓名", en = "name" }
required = true

[[field]]
name = "post"
type = "choice"
title = { zh = "岗位", en = "post" }
choices = [
  { token = "head", zh = "站长", en = "head" },
  { token = "clerk", zh = "文化专干", en = "clerk" },
]
default = "clerk"

[[field]]
name = "on_post"
type = "bool"
title = { zh = "在岗", en = "on post" }

[[field]]
name = "full_time"
type = "bool"
title = { zh = "专职", en = "full time" }
required_when = { on_post = true }

[[field]]
name = "left"
type = "date"
title = { zh = "离岗日期", en = "left" }
after = "date"
"#;

#[test]
fn a_county_adds_a_kind() {
    let kinds = load("kinds/officer.toml", OFFICER).unwrap();
    let officer = kinds.get("officer").unwrap();
    assert_eq!(kinds.iter().last(), Some(officer));
    assert_eq!(
        outline(officer),
        [
            "date date*",
            "name text*",
            "post head|clerk = clerk",
            "on_post bool",
            "full_time bool when on_post true",
            "left date"
        ]
    );
    assert_eq!(officer.end, Some(FieldNo::from(5)));
}

#[test]
fn a_whole_kind_of_the_countys_stands_in_the_place_of_a_built_in_one() {
    let own = OFFICER.replacen("\"officer\"", "\"staff\"", 1);
    let kinds = load("kinds/staff.toml", &own).unwrap();
    let officer = load("kinds/officer.toml", OFFICER).unwrap();
    assert_eq!(outline(kinds.get("staff").unwrap()), outline(officer.get("officer").unwrap()));
    assert_eq!(kinds.iter().map(|kind| kind.id.as_str()).collect::<Vec<_>>(), builtin_ids());
    // What describes it is the county's text alone, so that a closing knows it again.
    assert_eq!(super::describing("staff", Some(&own)), (None, Some(own.as_str())));

    // What lacks a title, the key or a date of its own adds to the built-in kind, and is refused as that.
    let lacking = |line: &str, told: &[&str]| {
        assert!(own.contains(line), "{line}");
        let said = faults(load("kinds/staff.toml", &own.replacen(line, "", 1)));
        let said: Vec<&str> = said.iter().map(|(what, ..)| what.as_str()).collect();
        assert!(told.iter().all(|what| said.contains(what)), "{line}: {said:?}");
    };
    lacking("title = { zh = \"文化专干\", en = \"officer\" }\n", &["unknown-key key"]);
    lacking("key = [\"name\"]\n", &["unknown-key title"]);
    lacking("name = \"date\"\n", &["unknown-key title", "unknown-key key", "missing-key name"]);
    for id in builtin_ids() {
        let whole = super::builtin_source(id).unwrap();
        assert_eq!(super::describing(id, Some(whole)), (None, Some(whole)), "{id}");
        let added = format!("id = \"{id}\"\n[[field]]\nname = \"own\"\ntitle = \"甲\"\n");
        assert_eq!(super::describing(id, Some(&added)), (super::builtin_source(id), Some(added.as_str())), "{id}");
    }
}

#[test]
fn a_county_adds_fields_and_headings_to_a_built_in_kind() {
    let source = "id = \"performance\"\n[headings]\nperformer = [\"表演队\"]\n[[field]]\nname = \"weather\"\n\
                  title = { zh = \"天气\", en = \"weather\" }\nheadings = [\"天气情况\"]\n";
    let kinds = load("kinds/performance.toml", source).unwrap();
    let before = built_in();
    let after = kinds.get("performance").unwrap();
    assert_eq!(after.fields.len(), before.get("performance").unwrap().fields.len() + 1);
    assert_eq!(after.fields.last().unwrap().name, "weather");
    assert!(field(&kinds, "performance", "performer").headings.contains(&"表演队".to_owned()));
}

#[test]
fn faulty_additions_are_told_with_their_places() {
    let source = "id = \"performance\"\n[headings]\nperfomer = [\"表演队\"]\n[[field]]\nname = \"note2\"\n\
                  title = { zh = \"天气\", en = \"weather\" }\nrequired = true\n";
    assert_eq!(
        faults(load("kinds/performance.toml", source)),
        [("misplaced-key".to_owned(), 7, 12), ("unknown-field perfomer".to_owned(), 3, 1),]
    );
    let source = "id = \"performance\"\n[headings]\nperformer = [\"地 点\"]\n[[field]]\nname = \"place\"\n\
                  title = { zh = \"天气\", en = \"weather\" }\n";
    assert_eq!(
        faults(load("kinds/performance.toml", source)),
        [
            ("repeated-field place".to_owned(), 5, 8),
            ("ambiguous-heading".to_owned(), 3, 14),
            ("ambiguous-heading".to_owned(), 5, 8),
        ]
    );
}

/// `OFFICER` with one thing changed, and the faults that must be told of it.
fn spoilt(from: &str, to: &str, told: &[(&str, usize, usize)]) {
    assert!(OFFICER.contains(from), "{from}");
    let told: Vec<_> = told.iter().map(|&(what, line, column)| (what.to_owned(), line, column)).collect();
    assert_eq!(faults(load("kinds/officer.toml", &OFFICER.replacen(from, to, 1))), told, "{from} -> {to}");
}

#[test]
fn faults_within_a_field_are_told_with_their_places() {
    spoilt("name = \"post\"", "name = \"Post\"", &[("wrong-id", 20, 8)]);
    spoilt("name = \"post\"", "name = \"batch\"", &[("reserved-name", 20, 8)]);
    spoilt("type = \"bool\"", "type = \"boolean\"", &[("unknown-type", 31, 8)]);
    spoilt("type = \"date\"", "type = \"dates\"", &[("unknown-type", 10, 8)]);
    spoilt("type = \"bool\"", "type = \"intger\"\napproximate = true", &[("unknown-type", 31, 8)]);
    spoilt("type = \"bool\"", "type = \"decimal\"\nmin = \"0.25\"", &[("missing-key places", 29, 1)]);
    spoilt("type = \"bool\"", "max = 3", &[("misplaced-key", 31, 7)]);
    spoilt("zh = \"岗位\", ", "", &[("missing-key zh", 22, 9)]);
    spoilt("token = \"clerk\"", "token = \"head\"", &[("repeated-choice", 25, 13)]);
    spoilt("default = \"clerk\"", "default = \"clark\"", &[("wrong-value post", 27, 11)]);
    spoilt("type = \"bool\"", "type = \"integer\"\nmin = 5\nmax = 4", &[("bounds-order", 32, 7)]);
    spoilt("type = \"bool\"", "type = \"decimal\"\nplaces = 1\nmin = \"0.25\"", &[("wrong-value", 33, 7)]);
    spoilt("type = \"bool\"", "type = \"ref\"", &[("missing-key to", 29, 1)]);
}

#[test]
fn faults_between_fields_are_told_with_their_places() {
    spoilt("key = [\"name\"]", "key = [\"date\", \"nam\"]", &[("unknown-field nam", 4, 16)]);
    spoilt("end = \"left\"", "end = \"on_post\"", &[("wrong-field-type on_post", 6, 7)]);
    spoilt("{ on_post = true }", "{ on_post = \"maybe\" }", &[("wrong-value on_post", 38, 29)]);
    spoilt("{ on_post = true }", "{ off_post = true }", &[("unknown-field off_post", 38, 19)]);
    spoilt("{ on_post = true }", "{ full_time = true }", &[("self-reference", 38, 19)]);
    spoilt("after = \"date\"", "after = \"name\"", &[("wrong-field-type name", 44, 9)]);
    spoilt("zh = \"离岗日期\"", "zh = \"到岗日期\"", &[("ambiguous-heading", 41, 8)]);
    spoilt("required = true", "", &[("missing-date", 9, 8)]);
    spoilt("default = \"clerk\"", "default_from = \"on_post\"", &[("wrong-field-type post", 27, 16)]);
}

#[test]
fn faults_between_kinds_are_told_with_their_places() {
    let ref_to =
        |to: &str, from: &str| format!("type = \"ref\"\nto = \"{to}\"\n[[field]]\nname = \"x\"{from}\ntitle = \"X\"");
    let post = "type = \"choice\"\ntitle = { zh = \"岗位\", en = \"post\" }\nchoices = [\n  { token = \"head\", zh = \"站长\", \
                en = \"head\" },\n  { token = \"clerk\", zh = \"文化专干\", en = \"clerk\" },\n]\ndefault = \"clerk\"";
    let titled = |to: &str, from: &str| format!("title = \"P\"\n{}", ref_to(to, from));
    spoilt(post, &titled("troup", ""), &[("unknown-kind", 23, 6)]);
    spoilt(post, &titled("troupe", "\ndefault_from = \"post.nmae\""), &[("unknown-field nmae", 26, 16)]);
    spoilt(
        post,
        &titled("troupe", "\ntype = \"date\"\ndefault_from = \"post.name\""),
        &[("wrong-field-type x", 27, 16)],
    );
    let roster = |roster: &str| format!("end = \"left\"\n[roster]\n{roster}");
    spoilt(
        "end = \"left\"",
        &roster("kind = \"trainee\"\nref = \"training\"\nperson = [\"name\"]\nheads = \"post\""),
        &[("wrong-field-type post", 11, 9), ("wrong-field-type training", 9, 7)],
    );
}

#[test]
fn the_files_name_is_the_id() {
    assert_eq!(faults(load("kinds/people.toml", OFFICER)), [("other-id".to_owned(), 2, 6)]);
    for name in ["kinds/Officer.toml", "kinds/con.toml", "kinds/人员.toml", "kinds/staff.txt"] {
        assert_eq!(faults(load(name, OFFICER))[0].0, "misnamed-file", "{name}");
    }
}

#[test]
fn a_kind_of_notices_says_where_its_steps_are_kept() {
    let notices = |from: &str, to: &str| {
        let source = super::builtin_source("notice").unwrap();
        assert!(source.contains(from), "{from}");
        let own = source.replacen(from, to, 1).replacen("id = \"notice\"", "id = \"letter\"", 1);
        let line = own.lines().position(|line| line.contains(to)).map_or(0, |at| at + 1);
        (load("kinds/letter.toml", &own), line)
    };
    let (kinds, _) = notices("due = \"due\"", "due = \"rechecked\"");
    let kinds = kinds.unwrap();
    let letter = kinds.get("letter").unwrap();
    assert_eq!(letter.notice.as_ref().unwrap().due, letter.field("rechecked").unwrap());
    for (from, to, told, column) in [
        ("circular = \"circular\"", "circular = \"circulars\"", "wrong-value type", 12),
        ("serial = \"serial\"", "serial = \"number\"", "wrong-field-type number", 10),
        ("due = \"due\"", "due = \"facts\"", "wrong-field-type facts", 7),
        ("facts = \"facts\"", "facts = \"fact\"", "unknown-field fact", 9),
        ("rectification = \"rectification\"", "rectification = \"circular\"", "same-choice", 17),
    ] {
        let (outcome, line) = notices(from, to);
        assert_eq!(faults(outcome), [(told.to_owned(), line, column)], "{to}");
    }
    let (lacking, _) = notices("closed = \"closed\"\n", "\n");
    assert_eq!(faults(lacking)[0].0, "missing-key closed");
}
