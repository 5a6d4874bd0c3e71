//! `culture township add|edit|list|retire`: who keeps ledgers.

use super::frame::{Call, Verb};
use super::options::{self, option, positional};
use super::writing::write;
use crate::base::day::Day;
use crate::base::fault::{Exit, Fault, Result};
use crate::base::fuzzy::fold;
use crate::base::paths::DataPath;
use crate::base::paths::is_id;
use crate::base::text::{Lang, Text};
use crate::county::county::{County, text_of};
use crate::render::OutputFormat;
use crate::report::settings::townships;
use crate::schema::parse;
use crate::schema::township::{Township, TownshipKind};
use clap::builder::PossibleValuesParser;
use clap::{ArgAction, ArgMatches, Command, value_parser};

/// The verb.
pub(super) const VERB: Verb =
    Verb { name: "township", about: Text::new("管理填报单位", "Manage townships"), arguments, run };

fn arguments(command: Command, call: &Call<'_>) -> Result<Command> {
    let lang = call.lang;
    let below = |name: &'static str, about: Text| Command::new(name).about(about.say(lang).to_owned());
    let id = Text::new("代号：小写字母、数字和 -", "Id: lower-case letters, digits and -");
    let id = positional(lang, "id", &Text::new("代号", "ID"), &id).required(true);
    let which = positional(
        lang,
        "which",
        &Text::new("单位", "TOWNSHIP"),
        &Text::new("代号、名称或别名", "Township id, name or alias"),
    );
    let which = which.required(true);
    let from =
        option(lang, "from", &Text::new("日期", "DATE"), &Text::new("从哪天起不再填报", "First day without reports"));
    let add = below("add", Text::new("添加单位", "Add a township")).arg(id);
    let edit = below("edit", Text::new("修改单位", "Edit a township")).arg(which.clone());
    let retire = below("retire", Text::new("停止填报（台账保留）", "Retire a township (its ledgers are kept)"));
    let list = below("list", Text::new("列出全部单位", "List townships")).arg(options::format(lang));
    let retire = retire.arg(which).arg(from.required(true)).arg(options::today(lang));
    Ok(command
        .subcommand_required(true)
        .subcommand(options::writing(lang, described(lang, add, true)))
        .subcommand(options::writing(lang, described(lang, edit, false)))
        .subcommand(list)
        .subcommand(options::writing(lang, retire)))
}

/// What a township is described by.
fn described(lang: Lang, command: Command, new: bool) -> Command {
    let text = Text::new("文字", "TEXT");
    let kinds = PossibleValuesParser::new(TownshipKind::ALL.map(TownshipKind::token));
    let kind = Text::new("乡镇、工业区、县直单位", "Type of unit");
    let number = Text::new("数", "N");
    let date = Text::new("日期", "DATE");
    let yes = Text::new("是否", "YES/NO");
    command
        .arg(option(lang, "name", &text, &Text::new("名称", "Name")).required(new))
        .arg(option(lang, "kind", &Text::new("单位类型", "KIND"), &kind).value_parser(kinds))
        .arg(
            option(lang, "order", &number, &Text::new("排列顺序", "Position in tables"))
                .value_parser(value_parser!(i64)),
        )
        .arg(
            option(lang, "alias", &text, &Text::new("别名、简称，可写多次", "Alias (repeatable)"))
                .action(ArgAction::Append),
        )
        .arg(option(lang, "population", &number, &Text::new("人口", "Population")).value_parser(value_parser!(u64)))
        .arg(option(lang, "leader", &text, &Text::new("分管领导", "Leader in charge")))
        .arg(option(lang, "contact", &text, &Text::new("联系人", "Contact person")))
        .arg(option(lang, "phone", &text, &Text::new("电话", "Contact's phone number")))
        .arg(option(lang, "from", &date, &Text::new("从哪天起填报", "First day of reporting")))
        .arg(option(lang, "until", &date, &Text::new("填报到哪天止", "Last day of reporting")))
        .arg(option(lang, "arrangement", &yes, &Text::new("是否报工作安排", "Submits a work arrangement")))
        .arg(option(lang, "monthly", &yes, &Text::new("是否报月报", "Submits monthly reports")))
        .arg(options::today(lang))
}

fn run(call: &mut Call<'_>, matches: &ArgMatches) -> Result<Exit> {
    match matches.subcommand() {
        Some(("add", matches)) => add(call, matches),
        Some(("edit", matches)) => edit(call, matches),
        Some(("retire", matches)) => retire(call, matches),
        Some((_, matches)) => list(call, matches),
        None => Fault::usage("unsorted", text!("没有写明命令", "no command given")).fail(),
    }
}

fn path(id: &str) -> String {
    DataPath::Township { id }.to_string()
}

/// Sets what was given.
fn describe(county: &County<'_>, call: &Call<'_>, matches: &ArgMatches, township: &mut Township) -> Result<()> {
    let text = |name: &str| matches.get_one::<String>(name).map(|text| parse::plain_text(text)).transpose();
    let today = county.as_of(matches.get_one("today"), call.world.now)?;
    let day = |name: &str| {
        let year = county.plan_year(today).unwrap_or(today.year());
        matches.get_one::<String>(name).map(|text| parse::day(text, today, year)).transpose()
    };
    let yes = |name: &str| matches.get_one::<String>(name).map(|text| parse::parse_yes_no(text)).transpose();
    township.name = text("name")?.unwrap_or(std::mem::take(&mut township.name));
    if township.name.is_empty() {
        return Fault::usage("unsorted", text!("名称是空的", "the name is empty")).fail();
    }
    let kind = matches.get_one::<String>("kind").and_then(|token| TownshipKind::from_token(token));
    if let Some(kind) = kind {
        township.kind = kind;
        township.arrangement = kind != TownshipKind::CountyUnit;
    }
    township.order = matches.get_one("order").copied().unwrap_or(township.order);
    township.population = matches.get_one("population").copied().or(township.population);
    township.leader = text("leader")?.or(township.leader.take());
    township.contact = text("contact")?.or(township.contact.take());
    township.phone = text("phone")?.or(township.phone.take());
    township.from = day("from")?.or(township.from);
    township.until = day("until")?.or(township.until);
    township.arrangement = yes("arrangement")?.unwrap_or(township.arrangement);
    township.monthly = yes("monthly")?.unwrap_or(township.monthly);
    if let Some(aliases) = matches.get_many::<String>("alias") {
        township.aliases = aliases.map(|alias| parse::plain_text(alias)).collect::<Result<_>>()?;
    }
    Ok(())
}

/// No other township may be called the same: a name must find one.
fn is_unique(county: &County<'_>, township: &Township) -> Result<()> {
    for other in county.townships.iter().filter(|other| other.id != township.id) {
        let names = |one: &Township| {
            let all = [&one.id, &one.name].into_iter().chain(&one.aliases);
            all.map(|name| fold(name)).collect::<Vec<_>>()
        };
        let theirs = names(other);
        if let Some(name) = names(township).into_iter().find(|name| theirs.contains(name)) {
            let (id, other) = (&other.id, &other.name);
            return Fault::usage(
                "unsorted",
                text!("“{name}”已是{other}（{id}）的名称或别名", "“{name}” is already a name of {other} ({id})"),
            )
            .hint(text!(
                "换一个名称；修改已有的：culture township edit {id}",
                "choose another name; to edit that township: culture township edit {id}"
            ))
            .fail();
        }
    }
    Ok(())
}

fn add(call: &mut Call<'_>, matches: &ArgMatches) -> Result<Exit> {
    let id = matches.get_one::<String>("id").cloned().unwrap_or_default();
    if !is_id(&id) {
        return Fault::usage("unsorted", text!("代号“{id}”不合要求", "“{id}” is not a valid township id"))
            .hint(text!(
                "以小写字母开头，只用小写字母、数字和 -，最多 40 个；名称写在 --name",
                "start with a lower-case letter; use only lower-case letters, digits and -, at most 40; the name \
                 goes in --name"
            ))
            .fail();
    }
    let township = write(call, matches, |county, draft, call| {
        if let Some(there) = county.townships.get(&id) {
            let name = &there.name;
            return Fault::usage(
                "unsorted",
                text!("已有代号为 {id} 的填报单位：{name}", "township id “{id}” already exists: {name}"),
            )
            .hint(text!("修改它：culture township edit {id}", "to edit it: culture township edit {id}"))
            .fail();
        }
        let mut township = Township::new(id.clone(), "", TownshipKind::Township);
        township.order = county.townships.next_order();
        describe(county, call, matches, &mut township)?;
        is_unique(county, &township)?;
        draft.put(path(&id), township.to_toml());
        Ok(township)
    })?;
    let (name, order) = (&township.name, township.order);
    call.acknowledge(&text!("已添加{name}（{id}），顺序 {order}", "added {name} ({id}), order {order}"))?;
    Ok(Exit::Done)
}

/// Finds the township, changes it and writes it back, its comments kept.
fn changed(
    call: &mut Call<'_>,
    matches: &ArgMatches,
    change: impl Fn(&County<'_>, &Call<'_>, &mut Township) -> Result<()>,
) -> Result<Township> {
    write(call, matches, |county, draft, call| {
        let word = matches.get_one::<String>("which").map_or("", String::as_str);
        let before = county.townships.find(word)?;
        let mut township = before.clone();
        change(county, call, &mut township)?;
        is_unique(county, &township)?;
        if township == *before {
            return Fault::usage("unsorted", text!("没有任何变动", "nothing to change"))
                .hint(text!(
                    "写明要改的，如 --phone 0393-5550000",
                    "give something to change, e.g. --phone 0393-5550000"
                ))
                .fail();
        }
        let path = path(&township.id);
        let text = Township::edit(&text_of(county.snapshot, &path)?, &township)?;
        draft.put(path, text);
        Ok(township)
    })
}

fn edit(call: &mut Call<'_>, matches: &ArgMatches) -> Result<Exit> {
    let township = changed(call, matches, |county, call, township| describe(county, call, matches, township))?;
    let (id, name) = (&township.id, &township.name);
    call.acknowledge(&text!("已修改{name}（{id}）", "updated {name} ({id})"))?;
    Ok(Exit::Done)
}

fn retire(call: &mut Call<'_>, matches: &ArgMatches) -> Result<Exit> {
    let township = changed(call, matches, |county, call, township| {
        let today = county.as_of(matches.get_one("today"), call.world.now)?;
        let year = county.plan_year(today).unwrap_or(today.year());
        let from: Day = parse::day(matches.get_one::<String>("from").map_or("", String::as_str), today, year)?;
        township.until = Some(from.plus(-1));
        Ok(())
    })?;
    let (id, name) = (&township.id, &township.name);
    let until = township.until.map_or_else(String::new, |until| until.to_string());
    call.acknowledge(&text!(
        "{name}（{id}）填报到 {until} 为止；在此之前到期的仍须报送，台账和分解任务保留",
        "{name} ({id}) reports until {until}; what was due by then is still due, and its ledgers and shares are kept"
    ))?;
    Ok(Exit::Done)
}

fn list(call: &mut Call<'_>, matches: &ArgMatches) -> Result<Exit> {
    let format = options::requested_format(matches);
    let all = matches!(format, OutputFormat::Csv | OutputFormat::Json | OutputFormat::Markdown | OutputFormat::Xlsx);
    let report = call.look(|county| Ok(townships(county.in_order(), all)))?;
    call.say(&report, format)?;
    Ok(Exit::Done)
}
