//! `culture inspect ID`: what an inspection on site accepts of a record.

use super::frame::{Call, Verb};
use super::options::{self, flag, option, positional, required, text};
use super::writing::{WriteArgs, write};
use crate::base::fault::Exit;
use crate::base::text::Text;
use crate::county::acceptance::inspection_kind;
use crate::county::inspections::{InspectionFinding, record_inspection};
use crate::county::view::Viewpoint;
use anyhow::Result;
use clap::{ArgMatches, Command};

/// `inspect`
pub(super) const VERB: Verb = Verb {
    name: "inspect",
    about: Text::new("登记抽查结果：认定、核减", "Record the outcome of an on-site check"),
    arguments,
    run,
};

fn arguments(command: Command, call: &Call<'_>) -> Result<Command> {
    let lang = call.lang;
    let id = Text::new("被抽查记录的编号", "Id of the record checked");
    let id = positional(lang, "id", &Text::new("编号", "ID"), &id).required(true);
    let reason =
        option(lang, "reason", &Text::new("事由", "TEXT"), &Text::new("核减的原因", "Reason for disallowing the rest"));
    let again =
        flag(lang, "again", &Text::new("再次抽查，以最后一次为准", "Check it again (the latest result counts)"));
    let command = options::writing(lang, command.arg(id).arg(reason).arg(again).arg(options::today(lang)));
    let kinds = call.kinds()?;
    Ok(match inspection_kind(&kinds) {
        Ok((kind, inspects)) => {
            let mut kind = kind.clone();
            // These are worked out, or have words of their own.
            for at in [inspects.record, inspects.claimed, inspects.reason] {
                kind.fields[at].retired = true;
            }
            options::fields(lang, &kind, command)
        }
        Err(_) => command,
    })
}

/// What is asked of `inspect`.
struct InspectArgs {
    id: String,
    finding: InspectionFinding,
    point: Viewpoint,
    writing: WriteArgs,
}

impl InspectArgs {
    fn read(matches: &ArgMatches) -> InspectArgs {
        InspectArgs {
            id: required(matches, "id"),
            finding: InspectionFinding {
                reason: text(matches, "reason"),
                again: matches.get_flag("again"),
                fields: options::field_values(matches),
            },
            point: options::day_point(matches),
            writing: WriteArgs::read(matches),
        }
    }
}

fn run(call: &mut Call<'_>, matches: &ArgMatches) -> Result<Exit> {
    let args = InspectArgs::read(matches);
    let (said, warnings) = write(call, &args.writing, &args.point, |view, draft, _| {
        record_inspection(view, draft, &args.id, &args.finding)
    })?;
    call.warn(&warnings);
    call.acknowledge(&said)?;
    Ok(Exit::Done)
}
