//! `culture init`: a new data directory with the plan of 2018.

use super::frame::{Call, Verb};
use super::options::{option, positional, text};
use crate::base::day::{Offset, Year};
use crate::base::fault::{self, Exit, Fault};
use crate::base::id::Id;
use crate::base::paths::{DataPath, SETTINGS};
use crate::base::text::{Lang, Text};
use crate::county::plans::FIRST_PLAN;
use crate::county::settings::Settings;
use crate::schema::parse::plain_text;
use crate::store::create;
use anyhow::Result;
use clap::{ArgMatches, Command};
use std::ffi::OsStr;
use std::path::Path;

/// `init`
pub(super) const VERB: Verb =
    Verb { name: "init", about: Text::new("新建数据目录", "Create a data directory"), arguments, run };

/// The holidays of that plan's year.
const HOLIDAYS: &str = include_str!("../holidays/2018.toml");

/// Ledgers are joined record by record, by `culture merge`; joined line by line they would hold revisions twice.
const GIT_ATTRIBUTES: &str = "\
# 台账不由 git 转换换行、不逐行合并：两份台账用 culture merge 合并
# git neither converts nor merges ledgers: culture merge joins two copies
* -text
*.csv -text -merge
";

/// The store's own files are never needed to read a directory at rest.
const GIT_IGNORE: &str = ".lock\n.journal\n.*.new\n.*.old\nout/\n";

fn arguments(command: Command, call: &Call<'_>) -> Result<Command> {
    let lang = call.lang;
    let dir = positional(
        lang,
        "dir",
        &Text::new("文件夹", "DIR"),
        &Text::new("放在哪里（默认当前文件夹）", "Where to create it (default: here)"),
    );
    let county = option(
        lang,
        "county",
        &Text::new("名称", "NAME"),
        &Text::new("县名（默认用文件夹名）", "County name (default: the folder's name)"),
    );
    let offset = option(
        lang,
        "utc-offset",
        &Text::new("时区", "OFFSET"),
        &Text::new("当地时区（默认 +08:00）", "Offset from UTC (default +08:00)"),
    );
    Ok(command.arg(dir).arg(county).arg(offset.allow_hyphen_values(true)))
}

/// What is asked of `init`.
struct InitArgs {
    /// The folder; none: the data directory asked for, else the current one.
    dir: Option<String>,
    /// The county's name; none: the folder's.
    county: Option<String>,
    /// Its local time; none: China's.
    offset: Option<String>,
}

impl InitArgs {
    fn read(matches: &ArgMatches) -> InitArgs {
        InitArgs { dir: text(matches, "dir"), county: text(matches, "county"), offset: text(matches, "utc-offset") }
    }
}

fn run(call: &mut Call<'_>, matches: &ArgMatches) -> Result<Exit> {
    let args = InitArgs::read(matches);
    let dir = match &args.dir {
        Some(dir) => call.world.dir.join(dir),
        None => call.data.as_ref().unwrap_or(&call.world.dir).clone(),
    };
    let settings = settings(&args, &dir, call.lang)?;
    let files = [
        (".gitattributes".to_owned(), GIT_ATTRIBUTES.as_bytes().to_vec()),
        (".gitignore".to_owned(), GIT_IGNORE.as_bytes().to_vec()),
        (DataPath::Plan { year: Year(2018), version: 1 }.to_string(), FIRST_PLAN.as_bytes().to_vec()),
        (DataPath::Holidays { year: Year(2018) }.to_string(), HOLIDAYS.as_bytes().to_vec()),
        (SETTINGS.to_owned(), settings.to_toml().into_bytes()),
    ];
    create(&dir, &files)?;
    let shown = dir.display().to_string();
    let county = &settings.county;
    call.acknowledge(&text!("已为“{county}”建好数据目录：{shown}", "created a data directory for {county}: {shown}"))?;
    let elsewhere = (dir != call.world.dir).then_some(shown);
    for line in first_steps(elsewhere.as_deref()) {
        call.acknowledge(&line)?;
    }
    Ok(Exit::Done)
}

/// What there is now, and what to do next; `dir` is where it is, if not here.
fn first_steps(dir: Option<&str>) -> Vec<Text> {
    let mut lines = vec![
        Text::new(
            "  culture.toml        设置：县名、语言、时区",
            "  culture.toml        settings: county, language, UTC offset",
        ),
        Text::new(
            "  plans/2018.toml     2018 年实施方案，可用编辑器修改",
            "  plans/2018.toml     the plan for 2018; edit it as needed",
        ),
        Text::new("  holidays/2018.toml  2018 年节假日和调休", "  holidays/2018.toml  public holidays of 2018"),
        Text::new("接下来：", "Next:"),
    ];
    lines.extend(dir.map(|dir| text!("  cd {dir}", "  cd {dir}")));
    lines.extend([
        Text::new(
            "  culture township add chengguan --name 城关镇    逐个添加填报单位",
            "  culture township add chengguan --name 城关镇    add each township",
        ),
        Text::new(
            "  culture plan apportion performances --equal     把任务分解到各单位",
            "  culture plan apportion performances --equal     split a target among them",
        ),
        Text::new(
            "  culture add performance 城关镇 3月10日 …        登记；字段见 culture kinds",
            "  culture add performance 城关镇 3-10 …           add a record; see culture kinds",
        ),
        Text::new(
            "  culture status                                  查看进度",
            "  culture status                                  see how far each target is",
        ),
    ]);
    lines
}

fn settings(args: &InitArgs, dir: &Path, lang: Lang) -> fault::Result<Settings> {
    let county = plain_text(match &args.county {
        Some(county) => county,
        None => folder_name(dir)?,
    })?;
    if county.is_empty() {
        return Fault::usage("empty-text", text!("县名是空的", "the county name is empty")).fail();
    }
    let offset = match &args.offset {
        None => Offset::CHINA,
        Some(text) => match Offset::from_iso(text.as_bytes()) {
            Some(offset) => offset,
            None => {
                return Fault::usage(
                    "unreadable-offset",
                    text!("时区“{text}”写法不对", "“{text}” is not an offset from UTC"),
                )
                .hint(text!("写成 +08:00", "write it like +08:00"))
                .fail();
            }
        },
    };
    Ok(Settings { county, dataset: Some(Id::random()), language: Some(lang), offset, maps: Vec::new() })
}

/// What a folder is called; nothing is made up for one that has no name of its own.
fn folder_name(dir: &Path) -> fault::Result<&str> {
    dir.file_name().and_then(OsStr::to_str).ok_or_else(|| {
        let what = text!("无法从文件夹得出县名", "the folder has no name to call the county by");
        Fault::usage("missing-county-name", what).hint(text!("加上 --county 名称", "add --county NAME")).into()
    })
}
