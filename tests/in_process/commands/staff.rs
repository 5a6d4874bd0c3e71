//! Who works for the culture stations: 在编不在岗 and 专干不专职, counted as each was on the day.

use crate::common::{County, holds};
use serde_json::json;

/// Six on the payroll, of whom one works beside another post; a village assistant and somebody not on the payroll.
fn county() -> (County, String) {
    let county = County::new();
    for (name, post, full_time) in
        [("甲", "站长", "是"), ("乙", "专干", "是"), ("丙", "专干", "是"), ("丁", "其他", "是")]
    {
        county.add(&format!("staff 城关镇 2016-03-01 name={name} post={post} 在编=是 在岗=是 专职={full_time}"));
    }
    let seconded = county.add("staff 柳塔乡 2017-03-01 name=戊 post=站长 在编=是 在岗=是 专职=是");
    county.add("staff 柳塔乡 2018-01-05 name=己 post=专干 在编=是 在岗=是 专职=否");
    county.add("staff 柳塔乡 2017-03-01 name=庚 post=村级协管员 village=东村 在编=是 在岗=是 专职=是");
    county.add("staff 柳塔乡 2017-03-01 name=辛 post=其他 在编=否 在岗=是 专职=是");
    (county, seconded)
}

/// Of an indicator on a day: done, of, per cent.
fn figure(county: &County, indicator: &str, day: &str) -> serde_json::Value {
    let status = county.json(&format!("status --today {day}"));
    let found = status["indicators"].as_array().unwrap().iter().find(|one| one["id"] == indicator).unwrap();
    json!([found["done"], found["of"], found["percent"]])
}

#[test]
fn who_leaves_the_post_and_comes_back_is_told_from_who_was_there_all_the_time() {
    let (county, seconded) = county();
    let both = |day: &str| json!([figure(&county, "staff-on-post", day), figure(&county, "staff-full-time", day)]);
    let all = json!([[6, 6, 100.0], [5, 6, 83.3]]);
    assert_eq!(both("2018-05-31"), all);
    county.ok(&format!("change {seconded} --on 2018-05-01 on_post=否 absence=借调 借调单位=县委宣传部"));
    county.ok(&format!("change {seconded} --on 2018-06-11 on_post=是 absence= away_at= --reason 返岗"));
    assert_eq!(both("2018-04-30"), all, "April stays what it was");
    assert_eq!(both("2018-05-01"), json!([[5, 6, 83.3], [4, 6, 66.6]]));
    assert_eq!(both("2018-06-10"), json!([[5, 6, 83.3], [4, 6, 66.6]]));
    assert_eq!(both("2018-06-11"), all);
    // Who leaves for good is in neither, and who was not there yet neither.
    county.ok(&format!("change {seconded} --on 2018-06-20 left=2018-06-20"));
    assert_eq!(both("2018-06-20"), json!([[5, 5, 100.0], [4, 5, 80.0]]));
    assert_eq!(both("2018-01-04"), json!([[5, 5, 100.0], [5, 5, 100.0]]));

    let why = county.ok("why staff-full-time --today 2018-05-31");
    holds(
        &why,
        &[
            "是否专职为是、岗位为站长、专干、其他",
            "完成率的分母：文化站人员台账的记录条数；只计是否在编为是",
            "合计 4 人",
        ],
    );
    let of_township = county.json("why staff-on-post -t 柳塔乡 --today 2018-05-31");
    assert_eq!(of_township["sum"], 1);
}

#[test]
fn what_must_be_said_of_somebody_is_asked_for() {
    let county = County::new();
    let said = county.refused("add staff 城关镇 2017-03-01 name=甲 post=专干");
    holds(&said, &["是否在编", "是否在岗", "是否专职"]);
    let said = county.refused("add staff 城关镇 2017-03-01 name=甲 post=专干 在编=是 在岗=否 专职=否");
    holds(&said, &["不在岗原因"]);
    let said = county.refused("add staff 城关镇 2017-03-01 name=甲 post=村级协管员 在编=否 在岗=是 专职=否");
    holds(&said, &["所在村"]);
    let said = county.refused("add staff 城关镇 2017-03-01 name=甲 post=专干 在编=是 在岗=是 专职=是 left=2017-02-01");
    holds(&said, &["调离（退休）日期", "早于"]);
    // Two of one name in two villages are two.
    for village in ["东村", "西村"] {
        county
            .add(&format!("staff 城关镇 2017-03-01 name=甲 post=村级协管员 village={village} 在编=否 在岗=是 专职=否"));
    }
    let said =
        county.refused("add staff 城关镇 2018-03-01 name=甲 post=村级协管员 village=西村 在编=否 在岗=是 专职=否");
    holds(&said, &["已有同样的文化站人员"]);
}

/// As a station's list is headed.
#[test]
fn a_townships_list_is_imported_and_names_are_kept_from_the_public() {
    let county = County::new();
    county.write(
        "list.csv",
        "序号,人员姓名,职务,所在村（社区）,是否在编,是否在岗,是否专职,不在岗原因,借调单位,到岗时间,备注\n\
         1,张秀兰,站长,,是,是,是,,,2016年3月1日,\n\
         2,李建国,专干,,√,×,×,病假,,2017.7.3,\n\
         3,高翠英,村级协管员,光明社区,否,是,否,,,2017-05-08,\n",
    );
    holds(&county.ok("import staff list.csv -t 城关镇"), &["3"]);
    assert_eq!(figure(&county, "staff-on-post", "2018-06-28"), json!([1, 2, 50.0]));
    let listed = county.ok("list staff");
    holds(&listed, &["张秀兰", "李建国", "高翠英", "村级协管员"]);
    for line in [
        "list staff --public",
        "list staff --public --format csv",
        "export staff --public",
        "why staff-on-post --public",
    ] {
        let said = county.ok(line);
        for word in ["张秀兰", "李建国", "高翠英", "病假"] {
            assert!(!said.contains(word), "{line}: {said}");
        }
    }
}
