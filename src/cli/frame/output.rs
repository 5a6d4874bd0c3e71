//! Where a command writes for people: `-o` and `--returns`, and whether what stands there may be replaced. What is safe to
//! write is the store's to say.

use super::call::{Call, Make};
use crate::base::fault::{Fault, Result};
use crate::base::text::Text;
use crate::render::{self, OutputFormat, Unwritten};
use crate::report::Report;
use crate::schema::parse::parse_yes_no;
use crate::store::{Output, OutputFolder, Surroundings, find_root};
use std::io::{ErrorKind, Write};
use std::path::PathBuf;

/// A file or folder that is to be written, as it was asked for.
#[derive(Clone, Debug)]
pub struct OutputAsked {
    /// As it was typed.
    pub name: String,
    /// The option by which another one is chosen.
    pub option: &'static str,
    /// What stands there is replaced (`--force`).
    pub force: bool,
}

/// How and where a report is written.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// How.
    pub format: OutputFormat,
    /// The file; none: the output.
    pub file: Option<OutputAsked>,
}

impl Call<'_> {
    /// Writes a report to a file, else where [`Call::say`] does.
    ///
    /// # Errors
    /// As [`Call::say`]; the file cannot be written.
    pub fn deliver(&mut self, report: &Report, delivery: &Delivery) -> Result<()> {
        let Delivery { format, file } = delivery;
        match file {
            Some(asked) => {
                let style = self.style;
                self.deliver_made(asked, &mut |out| render::write(report, *format, style, out))
            }
            None => self.say(report, *format),
        }
    }

    /// Writes a file that was asked for, and says where it is if that is not where it was typed.
    ///
    /// # Errors
    /// It would do harm; it cannot be written.
    pub fn deliver_file(&mut self, asked: &OutputAsked, bytes: &[u8]) -> Result<()> {
        self.deliver_made(asked, &mut |out| Ok(out.write_all(bytes)?))
    }

    /// As [`Call::deliver_file`], what `make` writes.
    ///
    /// # Errors
    /// As there; what `make` was refused for.
    pub fn deliver_made(&mut self, asked: &OutputAsked, make: Make<'_>) -> Result<()> {
        let file = self.output(asked, &[])?;
        let name = file.name().to_owned();
        write_made(file, make)?;
        if name == asked.name || self.is_quiet() {
            return Ok(());
        }
        self.print(&text!("已写入 {name}", "wrote {name}"))
    }

    /// The file that was asked for; `reads` are those that the command reads.
    ///
    /// # Errors
    /// It would do harm, or stands there and is to stay.
    pub fn output(&self, asked: &OutputAsked, reads: &[String]) -> Result<Output> {
        let reads: Vec<PathBuf> = reads.iter().map(PathBuf::from).collect();
        let mut file = self.with_surroundings(&reads, |around| Output::claim(&asked.name, around))?;
        self.settle_taken(asked, std::slice::from_mut(&mut file))?;
        Ok(file)
    }

    /// Writes several files into the folder that was asked for, each as `make` writes the one of that number: none, where
    /// one of them would do harm. Gives the folder's name.
    ///
    /// # Errors
    /// As [`Call::output`]; a file cannot be written.
    pub fn write_folder(
        &self,
        asked: &OutputAsked,
        names: &[String],
        mut make: impl FnMut(usize, &mut dyn Write) -> std::result::Result<(), Unwritten>,
    ) -> Result<String> {
        self.with_surroundings(&[], |around| {
            let folder = OutputFolder::claim(&asked.name, around)?;
            let mut files: Vec<Output> = names.iter().map(|name| folder.file(name)).collect::<Result<_>>()?;
            self.settle_taken(asked, &mut files)?;
            let numbered = files.into_iter().enumerate();
            numbered.into_iter().try_for_each(|(at, file)| write_made(file, &mut |out| make(at, out)))?;
            Ok(folder.name().to_owned())
        })
    }

    fn with_surroundings<T>(&self, reads: &[PathBuf], work: impl FnOnce(&Surroundings<'_>) -> Result<T>) -> Result<T> {
        let data = find_root(self.data.as_deref(), &self.world.dir).ok();
        work(&Surroundings::new(&self.world.dir, data.as_deref(), reads))
    }

    /// Lets what stands there be replaced, where that was said or whoever sits at the keyboard says so.
    fn settle_taken(&self, asked: &OutputAsked, files: &mut [Output]) -> Result<()> {
        let taken: Vec<&str> = files.iter().filter(|file| file.is_taken()).map(Output::name).collect();
        let Some(first) = taken.first() else { return Ok(()) };
        let what = match taken.len() {
            1 => text!("{first} 已经存在", "“{first}” already exists"),
            count => text!("{first} 等 {count} 个文件已经存在", "“{first}” and others ({count} files) already exist"),
        };
        if !asked.force && !self.confirms(&text!("{what}，覆盖吗？", "{what}. Overwrite?", what)) {
            let option = asked.option;
            return Fault::usage("file-exists", what)
                .hint(text!(
                    "加 --force 覆盖，或用 {option} 另选文件名",
                    "add --force to overwrite it, or choose another file with {option}"
                ))
                .fail();
        }
        files.iter_mut().for_each(Output::allow_replacing);
        Ok(())
    }

    /// Whether somebody sits at the keyboard and says yes.
    pub(in crate::cli) fn confirms(&self, question: &Text) -> bool {
        let Some(keyboard) = self.world.keyboard else { return false };
        let choice = Text::new("（是/否）", " (yes/no)");
        self.progress_ends();
        self.err_write(format!("{}{} ", question.say(self.lang), choice.say(self.lang)).as_bytes());
        parse_yes_no(keyboard().trim()).unwrap_or(false)
    }
}

/// Writes what `make` writes into a file; where that is refused, what was there stays.
pub(in crate::cli) fn write_made(file: Output, make: Make<'_>) -> Result<()> {
    let mut refused = None;
    let written = file.write_with(&mut |out| match make(out) {
        Ok(()) => Ok(()),
        Err(Unwritten::Output(error)) => Err(error),
        Err(Unwritten::Refused(faults)) => {
            refused = Some(faults);
            Err(ErrorKind::Other.into())
        }
    });
    refused.map_or(written, Err)
}
