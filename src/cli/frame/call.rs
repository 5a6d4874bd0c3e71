//! One call of a verb: what it may know and where it may write.

use super::World;
use super::prescan::Prescan;
use crate::base::fault::{Exit, Fault, Faults, Level, Result};
use crate::base::text::{Lang, Text};
use crate::render::{self, OutputFormat, Style, Unwritten};
use crate::report::Report;
use std::cell::{Cell, RefCell};
use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::PathBuf;

/// Writes what there is to show, part by part.
pub(in crate::cli) type Make<'m> = &'m mut dyn FnMut(&mut dyn Write) -> std::result::Result<(), Unwritten>;

/// So many bytes are written at once.
const AT_ONCE: usize = 64 << 10;

/// One call of a verb.
pub struct Call<'a> {
    /// What `main` read.
    pub world: &'a World<'a>,
    /// The language of all words.
    pub lang: Lang,
    /// How reports are drawn.
    pub style: Style,
    /// The data directory that was asked for (`--data`, else `CULTURE_DATA`), from the current directory; none: it is
    /// to be looked for.
    pub data: Option<PathBuf>,
    pub(super) early: Prescan,
    out: &'a mut dyn Write,
    err: RefCell<&'a mut dyn Write>,
    /// A line on stderr that goes when anything else is said.
    passing: Cell<bool>,
    /// The reader has gone away: nothing more is written, and that is no fault.
    closed: bool,
    failure: Option<Fault>,
    /// Whether all faults are said, not only the first of many.
    every_fault: bool,
}

impl<'a> Call<'a> {
    pub(super) fn new(
        world: &'a World<'a>,
        style: Style,
        data: Option<PathBuf>,
        early: Prescan,
        out: &'a mut dyn Write,
        err: &'a mut dyn Write,
    ) -> Call<'a> {
        Call {
            world,
            lang: style.lang,
            style,
            data,
            early,
            out,
            err: RefCell::new(err),
            passing: Cell::new(false),
            closed: false,
            failure: None,
            every_fault: false,
        }
    }

    /// The verb as typed.
    #[must_use]
    pub fn verb(&self) -> Option<&str> {
        self.early.verb.and_then(|at| self.early.words.get(at)).map(String::as_str)
    }

    /// The words after the verb that are no options, before clap has read them: for a verb whose arguments depend on
    /// one of them. Values of the verb's own options are among them.
    pub fn plain_words(&self) -> impl Iterator<Item = &str> {
        self.early.plain_words()
    }

    /// Whether only results and errors are wanted.
    #[must_use]
    pub fn is_quiet(&self) -> bool {
        self.early.quiet
    }

    /// Whether a program reads the answer: then faults are told as JSON too.
    fn is_for_programs(&self) -> bool {
        self.early.format.as_deref() == Some(OutputFormat::Json.token())
    }

    /// Writes a report.
    ///
    /// # Errors
    /// If it cannot be written. A reader that has gone away is no error.
    pub fn say(&mut self, report: &Report, format: OutputFormat) -> Result<()> {
        if format == OutputFormat::Xlsx && self.world.terminal {
            return Fault::usage(
                "workbook-on-screen",
                text!("工作簿不能显示在屏幕上", "a workbook cannot be shown on the screen"),
            )
            .hint(text!("用 -o 文件.xlsx 或 > 文件.xlsx 写入文件", "write it to a file: -o FILE.xlsx or > FILE.xlsx"))
            .fail();
        }
        let style = self.style;
        self.write_made(&mut |out| render::write(report, format, style, out))
    }

    /// Writes a line.
    ///
    /// # Errors
    /// As [`Call::say`].
    pub fn print(&mut self, line: &Text) -> Result<()> {
        let line = format!("{}\n", render::line(line, self.lang));
        self.write(line.as_bytes())
    }

    /// Writes a line that says what has been stored; nothing when quiet.
    ///
    /// # Errors
    /// As [`Call::say`]; the fault says that all the same it is stored.
    pub fn acknowledge(&mut self, line: &Text) -> Result<()> {
        if self.is_quiet() {
            return Ok(());
        }
        let stored = text!("已经保存，但", "the change was saved, but ");
        let hint = text!("请勿重做，先用查询命令核对", "do not run the command again: check the records first");
        let line = format!("{}\n", render::line(line, self.lang));
        self.put(line.as_bytes(), &stored, hint)
    }

    /// Writes bytes as they are.
    ///
    /// # Errors
    /// As [`Call::say`].
    pub fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.put(bytes, &Text::default(), output_hint())
    }

    /// Writes what `make` writes, which need never stand in memory as a whole.
    ///
    /// # Errors
    /// As [`Call::say`]; what `make` was refused for.
    pub fn write_made(&mut self, make: Make<'_>) -> Result<()> {
        if self.closed {
            return Ok(());
        }
        self.progress_ends();
        let mut out = BufWriter::with_capacity(AT_ONCE, &mut *self.out);
        let written = make(&mut out).and_then(|()| Ok(out.flush()?));
        // What is still in it when writing has failed is not tried again.
        let _ = out.into_parts();
        match written {
            Ok(()) => Ok(()),
            Err(Unwritten::Refused(faults)) => Err(faults),
            Err(Unwritten::Output(error)) => self.output_fails(&error, &Text::default(), output_hint()),
        }
    }

    fn put(&mut self, bytes: &[u8], before: &Text, hint: Text) -> Result<()> {
        if self.closed {
            return Ok(());
        }
        self.progress_ends();
        match self.out.write_all(bytes).and_then(|()| self.out.flush()) {
            Ok(()) => Ok(()),
            Err(error) => self.output_fails(&error, before, hint),
        }
    }

    /// A reader that has gone away is no error.
    fn output_fails(&mut self, error: &io::Error, before: &Text, hint: Text) -> Result<()> {
        if error.kind() == ErrorKind::BrokenPipe {
            self.closed = true;
            return Ok(());
        }
        let what = text!("{before}结果无法输出：{error}", "{before}the output cannot be written: {error}", before);
        let fault = Fault::new("unwritable-output", what).hint(hint);
        self.failure = Some(fault.clone());
        fault.fail()
    }

    /// From now on all faults are said, however many: somebody is to mend each of them.
    pub fn say_every_fault(&mut self) {
        self.every_fault = true;
    }

    /// Says faults on stderr; warnings are left out when quiet.
    pub fn warn(&mut self, faults: &[Fault]) {
        let wanted: Vec<Fault> =
            faults.iter().filter(|fault| fault.level == Level::Error || !self.is_quiet()).cloned().collect();
        let drawn = if self.is_for_programs() {
            render::faults_as_json(&wanted, self.lang)
        } else if self.every_fault {
            render::all_faults(&wanted, self.style)
        } else {
            render::faults(&wanted, self.style)
        };
        self.progress_ends();
        self.err_write(&drawn);
    }

    /// Says how far the work is, in a line that the next one overwrites; on a terminal only, and not when quiet.
    pub fn progress(&self, line: &Text) {
        if self.world.terminal_err && !self.is_quiet() {
            self.passing.set(true);
            self.err_write(format!("\r{}\x1b[K", render::line(line, self.lang)).as_bytes());
        }
    }

    pub(super) fn progress_ends(&self) {
        if self.passing.replace(false) {
            self.err_write(b"\r\x1b[K");
        }
    }

    /// Where even stderr is gone, nobody is left to be told.
    pub(super) fn err_write(&self, bytes: &[u8]) {
        let mut err = self.err.borrow_mut();
        let _ = err.write_all(bytes).and_then(|()| err.flush());
    }

    /// Says what went wrong and gives the exit code.
    pub(super) fn end(&mut self, outcome: anyhow::Result<Exit>) -> Exit {
        let (exit, mut faults) = match outcome.map_err(faults_of) {
            Ok(exit) => (exit, Vec::new()),
            Err(faults) if faults.exit() == Exit::Done => (Exit::Failed, faults.0),
            Err(faults) => (faults.exit(), faults.0),
        };
        let unsaid = self.failure.take().filter(|failure| !faults.contains(failure));
        let exit = if unsaid.is_some() { Exit::Failed } else { exit };
        faults.extend(unsaid);
        self.warn(&faults);
        exit
    }
}

fn output_hint() -> Text {
    Text::new("请检查输出去向的空间和权限", "check the free space and the permissions where the output goes")
}

/// What a verb gave up for: faults, else what nobody foresaw, with all that it says of its causes.
fn faults_of(error: anyhow::Error) -> Faults {
    error.downcast::<Faults>().unwrap_or_else(|error| {
        let what = text!("程序内部错误：{error:#}", "internal error: {error:#}");
        let hint = text!(
            "这不是您的操作有误；请把这一行和所用的命令告诉维护人员",
            "this is not your mistake: please send this line and the command to whoever maintains the program"
        );
        Fault::new("internal-error", what).hint(hint).into()
    })
}
