//! `culture notice draft TYPE`: what the rules find is frozen in words, one record for each township, and printed for the
//! office's template.

use crate::base::fault::Exit;
use crate::base::text::Text;
use crate::cli::frame::{Call, Verb};
use crate::cli::options::{self, flag, option, positional, required, text, texts};
use crate::cli::writing::{WriteArgs, write};
use crate::county::notices::draft::{NoticeAsked, draft_notices};
use crate::county::view::Viewpoint;
use anyhow::Result;
use clap::{ArgAction, ArgMatches, Command};

/// `notice draft`
pub(super) const VERB: Verb = Verb {
    name: "draft",
    about: Text::new("起草文书：写明问题，编排序号", "Draft a notice: state the findings, assign a number"),
    arguments,
    run,
};

fn arguments(command: Command, call: &Call<'_>) -> Result<Command> {
    let lang = call.lang;
    let ty = Text::new("文书类型，如整改通知", "Type of notice, e.g. rectification");
    let ty = positional(lang, "type", &Text::new("类型", "TYPE"), &ty).required(true);
    let text = Text::new("文字", "TEXT");
    let due = option(lang, "due", &Text::new("日期", "DATE"), &Text::new("整改期限", "Deadline for correction"));
    let requirements = option(lang, "requirements", &text, &Text::new("整改要求", "What the township is asked to do"));
    let facts = option(
        lang,
        "facts",
        &text,
        &Text::new("自行写明的问题（不按规则查找）", "Facts to state instead of the findings"),
    );
    let again = flag(lang, "again", &Text::new("同样的文书未办结仍要再发", "Go ahead even if such a notice is open"));
    let township = options::township(lang).action(ArgAction::Append).required(true);
    let command = command.arg(ty).arg(township).arg(due).arg(requirements).arg(facts).arg(again);
    Ok(options::recording(lang, command.arg(options::today(lang))))
}

/// What is asked of `notice draft`.
struct NoticeDraftArgs {
    asked: NoticeAsked,
    point: Viewpoint,
    writing: WriteArgs,
}

impl NoticeDraftArgs {
    fn read(matches: &ArgMatches) -> NoticeDraftArgs {
        NoticeDraftArgs {
            asked: NoticeAsked {
                ty: required(matches, "type"),
                townships: texts(matches, "township"),
                due: text(matches, "due"),
                requirements: text(matches, "requirements"),
                facts: text(matches, "facts"),
                again: matches.get_flag("again"),
            },
            point: options::day_point(matches),
            writing: WriteArgs::recording(matches),
        }
    }
}

fn run(call: &mut Call<'_>, matches: &ArgMatches) -> Result<Exit> {
    let args = NoticeDraftArgs::read(matches);
    let lang = call.lang;
    let drafted =
        write(call, &args.writing, &args.point, |view, draft, _| draft_notices(view, draft, &args.asked, lang))?;
    call.warn(&drafted.warnings);
    for line in &drafted.said {
        call.acknowledge(line)?;
    }
    // For pasting: never wrapped.
    for line in &drafted.letter {
        call.print(line)?;
    }
    Ok(Exit::Done)
}
