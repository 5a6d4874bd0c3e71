//! `culture show ID` and `culture list KIND`.

use super::frame::{Call, Delivery, Verb};
use super::options::{self, flag, option, positional, required, text};
use crate::base::fault::{self, Exit, Fault};
use crate::base::text::Text;
use crate::county::listing::{ListAsked, record_list};
use crate::county::search::Labels;
use crate::county::selection::SelectionAsked;
use crate::county::view::{View, Viewpoint};
use crate::render::OutputFormat;
use crate::report::Report;
use crate::report::records::{RecordPage, show};
use anyhow::Result;
use clap::{ArgMatches, Command};

/// `show`
pub(super) const SHOW: Verb = Verb {
    name: "show",
    about: Text::new(
        "查看一条记录，加 --history 看历程和修订",
        "Show a record (--history for all it was and every revision)",
    ),
    arguments: show_arguments,
    run: run_show,
};

/// `list`
pub(super) const LIST: Verb = Verb {
    name: "list",
    about: Text::new("列出某类记录", "List the records of a kind"),
    arguments: list_arguments,
    run: run_list,
};

fn show_arguments(command: Command, call: &Call<'_>) -> Result<Command> {
    let lang = call.lang;
    let id = Text::new("记录编号，写开头几个字母即可", "Record id, or its first few letters");
    Ok(command
        .arg(positional(lang, "id", &Text::new("编号", "ID"), &id).required(true))
        .arg(flag(lang, "history", &Text::new("列出历程和每次修订", "Show its timeline and every revision")))
        .arg(options::known(lang))
        .arg(options::today(lang))
        .args(options::shown(lang)))
}

/// What is asked of `show`.
struct ShowArgs {
    id: String,
    history: bool,
    point: Viewpoint,
    format: OutputFormat,
}

impl ShowArgs {
    fn read(matches: &ArgMatches) -> ShowArgs {
        ShowArgs {
            id: required(matches, "id"),
            history: matches.get_flag("history"),
            point: Viewpoint { known: text(matches, "known"), ..options::day_point(matches) },
            format: options::requested_format(matches),
        }
    }
}

fn run_show(call: &mut Call<'_>, matches: &ArgMatches) -> Result<Exit> {
    let args = ShowArgs::read(matches);
    let report = call.look(&args.point, |view| record_page(view, &args))?;
    call.say(&report, args.format)?;
    Ok(Exit::Done)
}

fn record_page(view: &View<'_>, args: &ShowArgs) -> fault::Result<Report> {
    let search = view.search()?;
    let mut found = search.by_id(&args.id)?;
    if let Some(known) = view.known {
        found.history.retain(|revision| revision.entered_at <= known);
        if found.history.is_empty() {
            let known = known.to_minute();
            return Fault::usage(
                "unknown-record",
                text!("{known} 时还没有这条记录", "there was no such record as of {known}"),
            )
            .hint(text!("写晚一些的时间，或去掉 --known", "give a later time, or leave out --known"))
            .fail();
        }
    }
    let kind = search.kind(&found.ledger)?;
    let township = &view.county.in_order()[found.ledger.township];
    let labels = Labels::new(&search);
    let shown = RecordPage { kind, township, history: &found.history, as_of: Some(view.as_of), whole: args.history };
    Ok(show(&shown, &|field, value| labels.of(field, value)))
}

fn list_arguments(command: Command, call: &Call<'_>) -> Result<Command> {
    let lang = call.lang;
    let sort = option(
        lang,
        "sort",
        &Text::new("字段", "FIELD"),
        &Text::new("按字段排序，-字段 为倒序", "Sort by a field (-FIELD for descending)"),
    );
    let command = command.arg(options::kind(lang).required(true)).arg(options::township(lang));
    Ok(options::day_options(lang, command)
        .arg(options::condition(lang))
        .arg(flag(lang, "void", &Text::new("连同已作废的", "Include void records")))
        .arg(sort.allow_hyphen_values(true))
        .arg(options::known(lang))
        .arg(options::today(lang))
        .args(options::shown(lang))
        .args(options::output(lang)))
}

/// What is asked of `list`.
struct ListArgs {
    kind: String,
    point: Viewpoint,
    selection: SelectionAsked,
    /// The field by which they are sorted.
    sort: Option<String>,
    delivery: Delivery,
}

impl ListArgs {
    fn read(matches: &ArgMatches) -> ListArgs {
        ListArgs {
            kind: required(matches, "kind"),
            point: options::records_point(matches),
            selection: SelectionAsked { void: matches.get_flag("void"), ..options::selection(matches) },
            sort: text(matches, "sort"),
            delivery: options::delivery(matches),
        }
    }
}

fn run_list(call: &mut Call<'_>, matches: &ArgMatches) -> Result<Exit> {
    let args = ListArgs::read(matches);
    let asked = ListAsked {
        kind: &args.kind,
        selection: &args.selection,
        sort: args.sort.as_deref(),
        whole: is_whole(args.delivery.format),
    };
    let (report, today) = call.look(&args.point, |view| Ok((record_list(view, &asked)?, view.today)))?;
    call.style.made = today;
    call.deliver(&report, &args.delivery)?;
    Ok(Exit::Done)
}

/// Whether a format has room for every column.
pub(super) fn is_whole(format: OutputFormat) -> bool {
    match format {
        OutputFormat::Csv | OutputFormat::Json | OutputFormat::Markdown | OutputFormat::Xlsx => true,
        OutputFormat::Table | OutputFormat::Ids => false,
    }
}
