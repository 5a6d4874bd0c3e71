//! `culture township add|edit|list|retire`: who keeps ledgers.

use super::frame::{Call, Verb};
use super::options::{self, option, positional, required, text, texts};
use super::records::is_whole;
use super::writing::{WriteArgs, write};
use crate::base::fault::{self, Exit, Fault};
use crate::base::fuzzy::fold;
use crate::base::paths::{DataPath, is_id};
use crate::base::text::{Lang, Text};
use crate::county::County;
use crate::county::files::text_of;
use crate::county::view::{View, Viewpoint};
use crate::render::OutputFormat;
use crate::report::settings::townships;
use crate::schema::parse::{parse_yes_no, plain_text};
use crate::schema::township::{Township, TownshipKind};
use anyhow::Result;
use clap::builder::PossibleValuesParser;
use clap::{ArgAction, ArgMatches, Command, value_parser};

/// `township`
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
    let list = below("list", Text::new("列出全部单位", "List townships")).args(options::shown(lang));
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
        Some(("add", matches)) => add(call, &TownshipAddArgs::read(matches)),
        Some(("edit", matches)) => edit(call, &TownshipEditArgs::read(matches)),
        Some(("retire", matches)) => retire(call, &RetireArgs::read(matches)),
        Some((_, matches)) => list(call, &options::day_point(matches), options::requested_format(matches)),
        None => Fault::usage("wrong-arguments", text!("没有写明命令", "no command given")).fail(),
    }
}

/// What a township is described by, as typed.
struct Description {
    name: Option<String>,
    kind: Option<TownshipKind>,
    order: Option<i64>,
    aliases: Vec<String>,
    population: Option<u64>,
    leader: Option<String>,
    contact: Option<String>,
    phone: Option<String>,
    from: Option<String>,
    until: Option<String>,
    arrangement: Option<String>,
    monthly: Option<String>,
}

impl Description {
    fn read(matches: &ArgMatches) -> Description {
        let kind = matches.get_one::<String>("kind");
        let kind = kind.map(|token| TownshipKind::from_token(token).expect("clap refuses a kind that there is not"));
        Description {
            name: text(matches, "name"),
            kind,
            order: matches.get_one("order").copied(),
            aliases: texts(matches, "alias"),
            population: matches.get_one("population").copied(),
            leader: text(matches, "leader"),
            contact: text(matches, "contact"),
            phone: text(matches, "phone"),
            from: text(matches, "from"),
            until: text(matches, "until"),
            arrangement: text(matches, "arrangement"),
            monthly: text(matches, "monthly"),
        }
    }

    /// Sets what was given.
    fn describe(self: &Description, view: &View<'_>, township: &mut Township) -> fault::Result<()> {
        let plain = |text: &Option<String>| text.as_deref().map(plain_text).transpose();
        let day = |text: &Option<String>| text.as_ref().map(|text| view.county.parse_day(text, view.today)).transpose();
        let yes = |text: &Option<String>| text.as_deref().map(parse_yes_no).transpose();
        if let Some(name) = plain(&self.name)? {
            township.name = name;
        }
        if township.name.is_empty() {
            return Fault::usage("empty-text", text!("名称是空的", "the name is empty")).fail();
        }
        if let Some(kind) = self.kind {
            township.kind = kind;
            township.arrangement = kind != TownshipKind::CountyUnit;
        }
        township.order = self.order.unwrap_or(township.order);
        township.population = self.population.or(township.population);
        township.leader = plain(&self.leader)?.or(township.leader.take());
        township.contact = plain(&self.contact)?.or(township.contact.take());
        township.phone = plain(&self.phone)?.or(township.phone.take());
        township.from = day(&self.from)?.or(township.from);
        township.until = day(&self.until)?.or(township.until);
        township.arrangement = yes(&self.arrangement)?.unwrap_or(township.arrangement);
        township.monthly = yes(&self.monthly)?.unwrap_or(township.monthly);
        if !self.aliases.is_empty() {
            township.aliases = self.aliases.iter().map(|alias| plain_text(alias)).collect::<fault::Result<_>>()?;
        }
        Ok(())
    }
}

/// What is asked of `township add`.
struct TownshipAddArgs {
    id: String,
    description: Description,
    point: Viewpoint,
    writing: WriteArgs,
}

impl TownshipAddArgs {
    fn read(matches: &ArgMatches) -> TownshipAddArgs {
        TownshipAddArgs {
            id: required(matches, "id"),
            description: Description::read(matches),
            point: options::day_point(matches),
            writing: WriteArgs::read(matches),
        }
    }
}

/// What is asked of `township edit`.
struct TownshipEditArgs {
    which: String,
    description: Description,
    point: Viewpoint,
    writing: WriteArgs,
}

impl TownshipEditArgs {
    fn read(matches: &ArgMatches) -> TownshipEditArgs {
        TownshipEditArgs {
            which: required(matches, "which"),
            description: Description::read(matches),
            point: options::day_point(matches),
            writing: WriteArgs::read(matches),
        }
    }
}

/// What is asked of `township retire`.
struct RetireArgs {
    which: String,
    /// The first day on which it reports no longer.
    from: String,
    point: Viewpoint,
    writing: WriteArgs,
}

impl RetireArgs {
    fn read(matches: &ArgMatches) -> RetireArgs {
        RetireArgs {
            which: required(matches, "which"),
            from: required(matches, "from"),
            point: options::day_point(matches),
            writing: WriteArgs::read(matches),
        }
    }
}

fn path(id: &str) -> String {
    DataPath::Township { id }.to_string()
}

/// No other township may be called the same: a name must find one.
fn is_unique(county: &County<'_>, township: &Township) -> fault::Result<()> {
    for other in county.townships.iter().filter(|other| other.id != township.id) {
        let names = |one: &Township| {
            let all = [&one.id, &one.name].into_iter().chain(&one.aliases);
            all.map(|name| fold(name)).collect::<Vec<_>>()
        };
        let theirs = names(other);
        if let Some(name) = names(township).into_iter().find(|name| theirs.contains(name)) {
            let id = &other.id;
            let other = &other.name;
            return Fault::usage(
                "name-taken",
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

fn add(call: &mut Call<'_>, args: &TownshipAddArgs) -> Result<Exit> {
    let id = &args.id;
    if !is_id(id) {
        return Fault::usage("unusable-id", text!("代号“{id}”不合要求", "“{id}” is not a valid township id"))
            .hint(text!(
                "以小写字母开头，只用小写字母、数字和 -，最多 40 个；名称写在 --name",
                "start with a lower-case letter; use only lower-case letters, digits and -, at most 40; the name \
                 goes in --name"
            ))
            .fail();
    }
    let township = write(call, &args.writing, &args.point, |view, draft, _| {
        let county = view.county;
        if let Some(there) = county.townships.get(id) {
            let name = &there.name;
            return Fault::usage(
                "name-taken",
                text!("已有代号为 {id} 的填报单位：{name}", "township id “{id}” already exists: {name}"),
            )
            .hint(text!("修改它：culture township edit {id}", "to edit it: culture township edit {id}"))
            .fail();
        }
        let mut township = Township::new(id.clone(), "", TownshipKind::Township);
        township.order = county.townships.next_order();
        args.description.describe(view, &mut township)?;
        is_unique(county, &township)?;
        draft.put(path(id), township.to_toml());
        Ok(township)
    })?;
    let name = &township.name;
    let order = township.order;
    call.acknowledge(&text!("已添加{name}（{id}），顺序 {order}", "added {name} ({id}), order {order}"))?;
    Ok(Exit::Done)
}

/// Finds the township, changes it and writes it back, its comments kept.
fn change(
    call: &mut Call<'_>,
    which: &str,
    writing: &WriteArgs,
    point: &Viewpoint,
    change: impl Fn(&View<'_>, &mut Township) -> fault::Result<()>,
) -> fault::Result<Township> {
    write(call, writing, point, |view, draft, _| {
        let county = view.county;
        let before = county.townships.find(which)?;
        let mut township = before.clone();
        change(view, &mut township)?;
        is_unique(county, &township)?;
        if township == *before {
            return Fault::usage("nothing-changed", text!("没有任何变动", "nothing to change"))
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

fn edit(call: &mut Call<'_>, args: &TownshipEditArgs) -> Result<Exit> {
    let describe = |view: &View<'_>, township: &mut Township| args.description.describe(view, township);
    let township = change(call, &args.which, &args.writing, &args.point, describe)?;
    let id = &township.id;
    let name = &township.name;
    call.acknowledge(&text!("已修改{name}（{id}）", "updated {name} ({id})"))?;
    Ok(Exit::Done)
}

fn retire(call: &mut Call<'_>, args: &RetireArgs) -> Result<Exit> {
    let township = change(call, &args.which, &args.writing, &args.point, |view, township| {
        township.until = Some(view.county.parse_day(&args.from, view.today)?.plus(-1));
        Ok(())
    })?;
    let id = &township.id;
    let name = &township.name;
    let until = township.until.expect("a township that was retired has a last day");
    call.acknowledge(&text!(
        "{name}（{id}）填报到 {until} 为止；在此之前到期的仍须报送，台账和分解任务保留",
        "{name} ({id}) reports until {until}; what was due by then is still due, and its ledgers and shares are kept"
    ))?;
    Ok(Exit::Done)
}

fn list(call: &mut Call<'_>, point: &Viewpoint, format: OutputFormat) -> Result<Exit> {
    let report = call.look(point, |view| Ok(townships(view.county.in_order(), is_whole(format))))?;
    call.say(&report, format)?;
    Ok(Exit::Done)
}
