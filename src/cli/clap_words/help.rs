//! The help of one command. Drawn here and not by clap, whose headings, placeholders and line breaks know no Chinese.

use super::GENERAL;
use crate::base::text::{Lang, Text};
use crate::render::width;
use clap::{Arg, Command};
use std::fmt::Write as _;

/// Columns of a line.
const LINE: usize = 80;
/// What stands on the left takes at most this much; longer ones have their explanation on the next line.
const LEFT: usize = 28;

/// The help of one command: what it does, its usage, arguments, commands and options. Plain text, 80 columns. One below
/// another knows the options of all commands only when that other is built.
#[must_use]
pub fn help(command: &Command, lang: Lang) -> String {
    let mut out = String::new();
    if let Some(about) = command.get_long_about().or_else(|| command.get_about()) {
        paragraph(&mut out, &about.to_string());
        out.push('\n');
    }
    let usage = Text::new("用法", "Usage");
    paragraph(&mut out, &format!("{}{}{}", usage.say(lang), lang.colon(), usage_of(command, lang)));
    for (heading, entries) in sections(command, lang) {
        let _ = write!(out, "\n{heading}{}\n", lang.colon().trim_end());
        let left = entries.iter().map(|(name, _)| width::of(name)).filter(|&wide| wide <= LEFT).max().unwrap_or(LEFT);
        for (name, about) in &entries {
            entry(&mut out, name, about, left);
        }
    }
    if let Some(after) = command.get_after_long_help().or_else(|| command.get_after_help()) {
        out.push('\n');
        paragraph(&mut out, &after.to_string());
    }
    out
}

fn paragraph(out: &mut String, words: &str) {
    for line in width::wrap(words.trim_end(), LINE) {
        out.push_str(&line);
        out.push('\n');
    }
}

fn entry(out: &mut String, name: &str, about: &str, left: usize) {
    let mut lines = width::wrap(about, LINE - left - 4).into_iter();
    let wide = width::of(name);
    let first = if wide <= left { lines.next().unwrap_or_default() } else { String::new() };
    let gap = left.saturating_sub(wide) + 2;
    let _ = writeln!(out, "{}", format!("  {name}{:gap$}{first}", "").trim_end());
    let indent = left + 4;
    for line in lines {
        let _ = writeln!(out, "{:indent$}{line}", "");
    }
}

fn usage_of(command: &Command, lang: Lang) -> String {
    let mut usage = command.get_bin_name().unwrap_or_else(|| command.get_name()).to_owned();
    if command.get_opts().chain(flags(command)).any(|arg| !arg.is_hide_set() && !arg.is_required_set()) {
        let _ = write!(usage, " [{}]", Text::new("选项", "OPTIONS").say(lang));
    }
    for option in command.get_opts().filter(|arg| arg.is_required_set()) {
        let _ = write!(usage, " {}", name_of(option));
    }
    for positional in command.get_positionals().filter(|arg| !arg.is_hide_set()) {
        let _ = write!(usage, " {}", name_of(positional));
    }
    if command.has_subcommands() {
        let name = Text::new("命令", "COMMAND");
        let (open, close) = if command.is_subcommand_required_set() { ('<', '>') } else { ('[', ']') };
        let _ = write!(usage, " {open}{}{close}", name.say(lang));
    }
    usage
}

fn flags(command: &Command) -> impl Iterator<Item = &Arg> {
    command.get_arguments().filter(|arg| !arg.get_action().takes_values() && !arg.is_positional())
}

/// Headings with what stands under them, the general options last.
fn sections(command: &Command, lang: Lang) -> Vec<(String, Vec<(String, String)>)> {
    let heading = |text: Text| text.say(lang).to_owned();
    let arguments = (heading(Text::new("参数", "Arguments")), Vec::new());
    let commands = (heading(Text::new("命令", "Commands")), Vec::new());
    let mut sections = vec![arguments, commands, (heading(Text::new("选项", "Options")), Vec::new())];
    for below in command.get_subcommands().filter(|below| !below.is_hide_set()) {
        let about = below.get_about().map_or_else(String::new, ToString::to_string);
        sections[1].1.push((below.get_name().to_owned(), about));
    }
    for arg in command.get_arguments().filter(|arg| !arg.is_hide_set()) {
        let own = (name_of_entry(arg), about_of(arg, lang));
        let at = match arg.get_help_heading() {
            Some(heading) => sections.iter().position(|(title, _)| title == heading).unwrap_or(sections.len()),
            None if arg.is_positional() => 0,
            None => 2,
        };
        match sections.get_mut(at) {
            Some((_, entries)) => entries.push(own),
            None => sections.push((arg.get_help_heading().unwrap_or_default().to_owned(), vec![own])),
        }
    }
    sections.retain(|(_, entries)| !entries.is_empty());
    sections.sort_by_key(|(title, _)| title == GENERAL.say(lang));
    sections
}

fn name_of_entry(arg: &Arg) -> String {
    match arg.get_short() {
        Some(short) if !arg.is_positional() => format!("-{short}, {}", name_of(arg)),
        Some(_) | None => name_of(arg),
    }
}

/// `<TOWNSHIP>`, `[FILE]...`, `--data <DIR>`, `--quiet`
fn name_of(arg: &Arg) -> String {
    let long = arg.get_long().map(|long| format!("--{long}"));
    let option = long.or_else(|| arg.get_short().map(|short| format!("-{short}")));
    if !arg.get_action().takes_values() {
        return option.unwrap_or_default();
    }
    let names = match arg.get_value_names() {
        Some(names) => names.iter().map(ToString::to_string).collect(),
        None => vec![arg.get_id().as_str().to_uppercase()],
    };
    let range = arg.get_num_args().unwrap_or_else(|| 1.into());
    let more = if range.max_values() > names.len() { "..." } else { "" };
    let optional = if option.is_none() { !arg.is_required_set() } else { range.min_values() == 0 };
    let (open, close) = if optional { ('[', ']') } else { ('<', '>') };
    let values: Vec<String> = names.iter().map(|name| format!("{open}{name}{close}")).collect();
    let values = values.join(" ") + more;
    option.map_or_else(|| values.clone(), |option| format!("{option} {values}"))
}

/// What an argument means, then the values it takes and which one it has when nothing is said.
fn about_of(arg: &Arg, lang: Lang) -> String {
    let mut about = arg.get_long_help().or_else(|| arg.get_help()).map_or_else(String::new, ToString::to_string);
    if !arg.get_action().takes_values() {
        return about;
    }
    let (mark, semicolon) = match lang {
        Lang::Zh => ("、", "；"),
        Lang::En => (", ", "; "),
    };
    let mut parts = Vec::new();
    let values = arg.get_possible_values();
    let shown = values.iter().filter(|value| !value.is_hide_set() && !arg.is_hide_possible_values_set());
    let list: Vec<String> = shown
        .map(|value| match value.get_help() {
            Some(title) => format!("{} {title}", value.get_name()),
            None => value.get_name().to_owned(),
        })
        .collect();
    if !list.is_empty() {
        let list = list.join(mark);
        parts.push(text!("可选：{list}", "one of: {list}").say(lang).to_owned());
    }
    let default: Vec<_> = arg.get_default_values().iter().map(|value| value.to_string_lossy()).collect();
    if !default.is_empty() && !arg.is_hide_default_value_set() {
        let default = default.join(mark);
        parts.push(text!("默认：{default}", "default: {default}").say(lang).to_owned());
    }
    if !parts.is_empty() {
        let parts = parts.join(semicolon);
        about += text!("（{parts}）", " ({parts})").say(lang);
    }
    about
}
