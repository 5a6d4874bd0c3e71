//! Out to a spreadsheet and back, and the same sheet again in another order: the same figures, nothing twice.

use super::said;
use crate::common::{County, holds};
use culture::base::fault::Exit;
use std::fs;

/// Records of every kind that others refer to or that holds odd values: commas, quotes, decimals, leading zeros, a void
/// one, a corrected one, a host township, people.
fn county() -> County {
    let county = County::new();
    for record in [
        "troupe 城关镇 3-12 name=王庄艺术团 discipline=戏剧 members=18",
        "troupe 柳塔乡 3-13 name='甲,\"乙\"合唱团' discipline=音乐",
        "training 城关镇 4-2 topic=戏曲培训 trainees=3 hours=2.5",
        "trainee training=戏曲培训 name=王五 home=王庄 phone_tail=0012",
        "trainee training=戏曲培训 name=赵六 sent_by=柳塔乡",
        "facility 城关镇 1-1 name=城关文化站 type=乡镇文化站",
        "opening 城关镇 6-2 facility=城关文化站 month=2018-05 days=20 visits=800",
        "performance 城关镇 5-4 into=进农村 place=王庄 title=消夏晚会 audience=98 troupe=王庄艺术团",
        "performance 柳塔乡 5-5 into=进网站 platform=微信 title=云端 views=1200 host=城关镇",
        "performance 柳塔乡 5-6 into=进校园 place=一中 title=多场 sessions=3",
        "expense 城关镇 5-7 heading=队伍培训 amount=1200.50 voucher=0007",
        "service-point 城关镇 5-8 type=digital-upgrade place=王庄 radius_km=1.5",
        "publicity 城关镇 5-9 title=报道 outlet=日报",
        "arrangement 城关镇 3-8 title=安排",
        "monthly-report 城关镇 6-3 month=2018-05 zero=false reporter=王芳",
        "progress 城关镇 6-4 task=免费开放 text=完成一半 percent=50",
    ] {
        county.add(record);
    }
    let wrong = county.add("performance 城关镇 5-10 into=进农村 place=王庄 title=作废的");
    said(&county, &format!("void {wrong} --reason 重复"), Exit::Done);
    let corrected = county.add("performance 城关镇 5-11 into=进农村 place=王庄 title=改过的 audience=1");
    said(&county, &format!("edit {corrected} audience=500 --reason 误"), Exit::Done);
    county
}

/// All that counts: the figures, and each kind's records as they are shown.
fn figures(county: &County) -> Vec<String> {
    let mut told = vec![said(county, "status --format json --today 2018-06-28", Exit::Done)];
    for kind in ["performance", "training", "troupe", "trainee", "facility", "opening", "expense", "service-point"] {
        let rows = said(county, &format!("export {kind} --format csv"), Exit::Done);
        // Those of one day stand in the order of their ids.
        let mut rows: Vec<&str> = rows.lines().collect();
        rows.sort_unstable();
        told.push(rows.join("\n"));
    }
    told
}

#[track_caller]
fn same(told: &[String], before: &[String], lang: &str) {
    for (told, before) in told.iter().zip(before) {
        for (line, other) in told.lines().zip(before.lines()) {
            assert_eq!(line, other, "{lang}");
        }
        assert_eq!(told, before, "{lang}");
    }
}

/// An empty county with files in its folder.
fn beside(county: &County, path: &str) -> County {
    let other = County::new();
    let files = county.files().into_iter().filter(|(name, _)| name.starts_with(path));
    for (name, bytes) in files {
        let to = other.dir().join(name);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::write(to, bytes).unwrap();
    }
    other
}

#[test]
fn a_workbook_of_all_kinds_gives_the_same_figures() {
    let county = county();
    let before = figures(&county);
    for lang in ["zh", "en"] {
        said(&county, &format!("--lang {lang} export all -o all.xlsx --force"), Exit::Done);
        let other = beside(&county, "out/all.xlsx");
        let text = said(&other, "import all out/all.xlsx", Exit::Done);
        holds(&text, &["合计：新增 17 条；重复 0 条，已跳过"]);
        same(&figures(&other), &before, lang);
        holds(&said(&other, "import all out/all.xlsx", Exit::Done), &["合计：新增 0 条；重复 17 条，已跳过"]);
        other.remove("out/all.xlsx");
        holds(&said(&other, "check", Exit::Done), &["错误 0，警告 1", "名册有 2 人"]);
    }
}

#[test]
fn a_folder_of_csv_files_gives_the_same_figures() {
    let county = county();
    let before = figures(&county);
    for lang in ["zh", "en"] {
        said(&county, &format!("--lang {lang} export all --format csv -o out"), Exit::Done);
        let other = beside(&county, "out/");
        let listed = said(&county, &format!("--lang {lang} kinds --format csv"), Exit::Done);
        let mut kinds: Vec<Vec<&str>> = listed.lines().skip(1).map(|line| line.split(',').collect()).collect();
        // What others refer to comes first.
        kinds.sort_by_key(|kind| !["troupe", "training", "facility"].contains(&kind[0]));
        for kind in kinds {
            said(&other, &format!("import {} 'out/{}.csv'", kind[0], kind[1]), Exit::Done);
        }
        same(&figures(&other), &before, lang);
    }
}

#[test]
fn a_csv_on_standard_output_comes_in_again() {
    let county = county();
    let text = said(&county, "export performance --format csv", Exit::Done);
    let other = County::new();
    other.add("troupe 城关镇 3-12 name=王庄艺术团 discipline=戏剧");
    other.write("all.csv", &text);
    said(&other, "import performance all.csv", Exit::Done);
    assert_eq!(said(&other, "export performance --format csv", Exit::Done), text);
}

#[test]
fn the_same_rows_in_other_columns_and_another_order_bring_nothing() {
    let county = County::new();
    county.write("a.csv", "日期,六进,地点,名称,观众\n5-3,进农村,王庄,晚会,\"1,200\"\n5-4,进校园,一中,晚会,300\n");
    said(&county, "import performance a.csv -t 城关镇", Exit::Done);
    county.write("b.csv", "名称,观众人次,演出地点,“六进”类别,演出日期\n晚会,300,一中,campus,2018年5月4日\n晚会,１２００人,王庄,进农村,2018-05-03\n");
    let text = said(&county, "import performance b.csv -t 城关", Exit::Done);
    holds(&text, &["新增 0 条；重复 2 条，已跳过"]);
    // A column that is not there says nothing against what is on record.
    county.write("c.csv", "日期,六进,地点,名称\n5-4,进校园,一中,晚会\n");
    holds(&said(&county, "import performance c.csv -t 城关", Exit::Done), &["新增 0 条；重复 1 条，已跳过"]);
    // An empty cell does neither.
    county.write("d.csv", "日期,六进,地点,名称,观众\n5-4,进校园,一中,晚会,\n");
    holds(&said(&county, "import performance d.csv -t 城关 --update", Exit::Done), &["新增 0 条；重复 1 条，已跳过"]);
    assert_eq!(county.rows("townships/chengguan/2018/performance.csv").len(), 3);
}
