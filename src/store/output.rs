//! Files that a command writes for people: what `-o` and `--returns` name, forms, calendars. One rule for all of them, so
//! that none does harm: never among the own files of a data directory, never over a file that the command reads, over
//! another one only where that was allowed, and whole or not at all.

use super::files;
use super::modes::Visibility;
use super::ownership::{KnownPlaces, OwnedPlaces, is_data_directory};
use super::stream::Stream;
use crate::base::advice::shell_word;
use crate::base::fault::{Fault, Faults, Result};
use crate::base::id::Id;
use crate::base::paths::{OUT, SETTINGS};
use std::fs::{self, Metadata, OpenOptions};
use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::{Component, Path, PathBuf};
use std::rc::Rc;

/// So many bytes are written at once.
const AT_ONCE: usize = 64 << 10;

/// What a command that writes for people knows of the place.
#[derive(Debug)]
pub struct Surroundings<'a> {
    dir: &'a Path,
    data: Option<&'a Path>,
    reads: &'a [PathBuf],
    known: KnownPlaces,
}

/// What stands at the place of a file that is to be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Occupant {
    Nothing,
    /// A file, and whether it may be replaced.
    File {
        replaceable: bool,
    },
    /// A pipe or a device: it is written to as it is.
    Device,
}

/// A file that may be written without harm.
#[derive(Debug)]
pub struct Output {
    /// As it is called in messages: as it was typed.
    shown: String,
    path: PathBuf,
    /// Without links: what a link leads to is replaced, the link stays.
    target: PathBuf,
    occupant: Occupant,
}

/// A folder in which files may be written without harm; it need not be there.
#[derive(Debug)]
pub struct OutputFolder<'a> {
    shown: String,
    path: PathBuf,
    around: &'a Surroundings<'a>,
}

/// A file written beside its place, to be put there.
#[derive(Debug)]
pub struct PreparedOutput {
    file: Output,
    content: PreparedContent,
}

#[derive(Debug)]
enum PreparedContent {
    /// On the disk, under a name that nobody else uses.
    Aside(PathBuf),
    /// For a device.
    Bytes(Vec<u8>),
    Put,
}

/// Which missing folders are made on the way to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum MissingFolder {
    /// `out` of a data directory.
    Out,
    /// And the one in which the file stands.
    OutAndLast,
}

impl Output {
    /// The file of that name, as seen from the folder in which the command was called. A bare name typed within a data
    /// directory stands for a file in its `out`.
    ///
    /// # Errors
    /// It would do harm; it is a folder, or stands in none; it cannot be looked at.
    pub fn claim(name: &str, around: &Surroundings<'_>) -> Result<Output> {
        let (path, shown) = around.meant(name);
        if name.is_empty() || name.ends_with(['/', std::path::MAIN_SEPARATOR]) || path.file_name().is_none() {
            return is_a_folder(name).fail();
        }
        Output::at(path, shown, around, MissingFolder::Out)
    }

    fn at(path: PathBuf, shown: String, around: &Surroundings<'_>, missing: MissingFolder) -> Result<Output> {
        let standing = standing(&path).map_err(|error| unwritable(&shown, &error))?;
        if standing.as_ref().is_some_and(Metadata::is_dir) {
            return is_a_folder(&shown).fail();
        }
        let is_device = standing.as_ref().is_some_and(|found| !found.is_file()) || is_the_systems(&path);
        let target = match resolve(&path, missing) {
            Ok(target) => target,
            // An open pipe leads nowhere that has a name.
            Err(_) if is_device => path.clone(),
            Err(error) if is_link(&path) && error.kind() == ErrorKind::NotFound => return leads_nowhere(&shown).fail(),
            Err(error) => return unwritable(&shown, &error).fail(),
        };
        let called = target.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        around.refuse_own(&path, &target, &shown, Some(&called))?;
        if called.eq_ignore_ascii_case(SETTINGS) {
            return reserved_name(&shown).fail();
        }
        around.refuse_read(&target, &shown)?;
        let occupant = match standing {
            _ if is_device => Occupant::Device,
            Some(found) if found.permissions().readonly() => return read_only(&shown).fail(),
            Some(_) => Occupant::File { replaceable: false },
            None => Occupant::Nothing,
        };
        Ok(Output { shown, path, target, occupant })
    }

    /// Its name, as it was typed.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.shown
    }

    /// Whether a file stands there that must not be replaced yet.
    #[must_use]
    pub fn is_taken(&self) -> bool {
        self.occupant == Occupant::File { replaceable: false }
    }

    /// From now on a file that stands there may be replaced.
    pub fn allow_replacing(&mut self) {
        if self.is_taken() {
            self.occupant = Occupant::File { replaceable: true };
        }
    }

    /// Writes it.
    ///
    /// # Errors
    /// It cannot be written, or stands there and may not be replaced; then what was there stays.
    pub fn write(self, bytes: &[u8]) -> Result<()> {
        self.prepare(bytes)?.put()
    }

    /// Writes what `make` writes, which need never stand in memory as a whole.
    ///
    /// # Errors
    /// As [`Output::write`]; `make` gave up.
    pub fn write_with(self, make: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>) -> Result<()> {
        if self.occupant == Occupant::Device {
            let written = append(&self.path, make);
            return written.map_err(|error| unwritable(&self.shown, &error).into());
        }
        self.prepare_with(make)?.put()
    }

    /// Brings the bytes to the disk beside the file's place, so that whatever can go wrong does so now.
    ///
    /// # Errors
    /// As [`Output::write`].
    pub fn prepare(self, bytes: &[u8]) -> Result<PreparedOutput> {
        if self.occupant == Occupant::Device {
            return Ok(PreparedOutput { file: self, content: PreparedContent::Bytes(bytes.to_vec()) });
        }
        self.prepare_with(&mut |out| out.write_all(bytes))
    }

    fn prepare_with(self, make: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>) -> Result<PreparedOutput> {
        if self.is_taken() {
            return unwritable(&self.shown, &ErrorKind::AlreadyExists.into()).fail();
        }
        let folder = files::folder_of(&self.target);
        make_folders(folder)?;
        // A name that is too long is one nobody can give, even where the folder was not there when that was looked at.
        if let Err(error) = standing(&self.target) {
            return unwritable(&self.shown, &error).fail();
        }
        let aside = folder.join(format!(".culture.{}.new", Id::random()));
        let written = self.write_aside(&aside, make);
        if written.is_err() {
            let _ = files::remove(&aside);
        }
        written?;
        Ok(PreparedOutput { file: self, content: PreparedContent::Aside(aside) })
    }

    /// What replaces a file is from its first byte on readable by nobody who could not read that one.
    fn write_aside(&self, aside: &Path, make: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>) -> Result<()> {
        let visibility = match self.occupant {
            Occupant::File { .. } => Visibility::Private,
            Occupant::Nothing | Occupant::Device => Visibility::Usual,
        };
        let named = Path::new(&self.shown);
        let created = files::create_new(aside, visibility).map_err(|error| unwritable(&self.shown, &error))?;
        let mut content = OutputContent { stream: Stream::new(created, named, 0)?, failed: None };
        let mut buffered = BufWriter::with_capacity(AT_ONCE, &mut content);
        let written = make(&mut buffered).and_then(|()| buffered.flush());
        drop(buffered);
        if let Some(faults) = content.failed {
            return Err(faults);
        }
        written.map_err(|error| unwritable(&self.shown, &error))?;
        files::sync(&*content.stream.finish()?, named)?;
        match self.occupant {
            Occupant::File { .. } => files::keep_permissions(&self.target, aside),
            Occupant::Nothing | Occupant::Device => Ok(()),
        }
    }
}

/// What goes into a file, as a writer for whoever makes it.
struct OutputContent {
    stream: Stream,
    /// Why the disk takes no more.
    failed: Option<Faults>,
}

impl Write for OutputContent {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.stream.write(bytes) {
            Ok(()) => Ok(bytes.len()),
            Err(faults) => {
                self.failed = Some(faults);
                Err(ErrorKind::Other.into())
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl PreparedOutput {
    /// Its name, as it was typed.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.file.shown
    }

    /// Puts it in its place: whoever reads it finds the old bytes or the new ones.
    ///
    /// # Errors
    /// It cannot be put there; then what was there stays.
    pub fn put(mut self) -> Result<()> {
        let placed = match std::mem::replace(&mut self.content, PreparedContent::Put) {
            PreparedContent::Put => return Ok(()),
            PreparedContent::Bytes(bytes) => append(&self.file.path, &mut |out| out.write_all(&bytes)),
            PreparedContent::Aside(aside) => {
                let replaces = self.file.occupant == Occupant::File { replaceable: true };
                let placed = if replaces {
                    files::replace(&aside, &self.file.target)
                } else {
                    files::name_anew(&aside, &self.file.target)
                };
                if placed.is_err() {
                    let _ = files::remove(&aside);
                }
                // Its bytes are safe; that its name is too is more than a report needs.
                let _ = files::sync_folder(files::folder_of(&self.file.target));
                placed
            }
        };
        placed.map_err(|error| unwritable(&self.file.shown, &error).into())
    }
}

impl Drop for PreparedOutput {
    fn drop(&mut self) {
        if let PreparedContent::Aside(aside) = &self.content {
            let _ = files::remove(aside);
        }
    }
}

impl<'a> OutputFolder<'a> {
    /// The folder of that name, as [`Output::claim`] finds a file.
    ///
    /// # Errors
    /// As there; it is a file.
    pub fn claim(name: &str, around: &'a Surroundings<'a>) -> Result<OutputFolder<'a>> {
        let (path, shown) = around.meant(name);
        let standing = standing(&path).map_err(|error| unwritable(&shown, &error))?;
        if standing.is_some_and(|found| !found.is_dir()) {
            return Fault::usage("not-a-folder", text!("{shown} 不是文件夹", "{shown} is not a folder"))
                .hint(text!("请给出文件夹名", "give a folder name"))
                .fail();
        }
        let target = resolve(&path, MissingFolder::OutAndLast).map_err(|error| unwritable(&shown, &error))?;
        around.refuse_own(&path.join("_"), &target.join("_"), &shown, None)?;
        let shown = shown.trim_end_matches(['/', std::path::MAIN_SEPARATOR]).to_owned();
        Ok(OutputFolder { shown, path, around })
    }

    /// Its name, as it was typed.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.shown
    }

    /// A file in it.
    ///
    /// # Errors
    /// As [`Output::claim`].
    pub fn file(&self, name: &str) -> Result<Output> {
        let shown = format!("{}/{name}", self.shown);
        Output::at(self.path.join(name), shown, self.around, MissingFolder::OutAndLast)
    }
}

impl<'a> Surroundings<'a> {
    /// Of a command that was called in the folder `dir`, is about that data directory, and reads those files.
    #[must_use]
    pub fn new(dir: &'a Path, data: Option<&'a Path>, reads: &'a [PathBuf]) -> Surroundings<'a> {
        Surroundings { dir, data, reads, known: KnownPlaces::default() }
    }

    /// The path that a name stands for, and how it is shown.
    fn meant(&self, name: &str) -> (PathBuf, String) {
        let path = self.dir.join(name);
        let mut parts = Path::new(name).components();
        let is_bare = matches!((parts.next(), parts.next()), (Some(Component::Normal(_)), None));
        let folder = self.dir.canonicalize().unwrap_or_else(|_| self.dir.to_owned());
        let target = folder.join(name);
        if is_bare && let Some(places) = self.owner(&path, &target) {
            let out = places.found.join(OUT).join(name);
            let shown = seen_from(self.dir, &places.found, &out);
            // In a folder of a data directory's own, `out` itself is the folder for people.
            return if path == places.found.join(OUT) { (path, name.to_owned()) } else { (out, shown) };
        }
        (path, name.to_owned())
    }

    fn owner(&self, path: &Path, target: &Path) -> Option<Rc<OwnedPlaces>> {
        self.known.owner(self.data, path, target)
    }

    /// Refuses a file that is a data directory's own; says where in its `out` one called `name`, or what stands for a folder,
    /// may be.
    fn refuse_own(&self, path: &Path, target: &Path, shown: &str, name: Option<&str>) -> Result<()> {
        let Some(places) = self.owner(path, target) else { return Ok(()) };
        let root = places.found.display();
        let out = places.found.join(OUT);
        let name = name.map(|name| if name.eq_ignore_ascii_case(SETTINGS) { "NAME" } else { name });
        let out = name.map_or_else(|| out.clone(), |name| out.join(name));
        let out = seen_from(self.dir, &places.found, &out);
        let out = shell_word(&out);
        Fault::usage(
            "own-file",
            text!(
                "{shown} 属于数据目录 {root} 自身，不能写在那里",
                "{shown} is among the own files of the data directory {root}: nothing is written there"
            ),
        )
        .hint(text!("写到别处，或写进它的 out 文件夹：{out}", "write it elsewhere, or into its folder out: {out}"))
        .fail()
    }

    /// Refuses a file that the command reads.
    fn refuse_read(&self, target: &Path, shown: &str) -> Result<()> {
        if !self.reads.iter().any(|read| files::is_same(&self.dir.join(read), target)) {
            return Ok(());
        }
        Fault::usage(
            "reads-and-writes",
            text!("{shown} 正是要读入的文件，不能覆盖", "{shown} is a file that this command reads: it stays as it is"),
        )
        .hint(text!("另选一个文件名", "choose another name"))
        .fail()
    }
}

/// A path as it is typed from a folder within the data directory; from elsewhere, the path itself.
fn seen_from(dir: &Path, root: &Path, path: &Path) -> String {
    let (Ok(down), Ok(below)) = (dir.strip_prefix(root), path.strip_prefix(root)) else {
        return path.display().to_string();
    };
    let up = "../".repeat(down.components().count());
    format!("{up}{}", below.display())
}

/// The path without links; the last part, and folders that may be made, need not be there.
fn resolve(path: &Path, missing: MissingFolder) -> io::Result<PathBuf> {
    if fs::symlink_metadata(path).is_ok() {
        return path.canonicalize();
    }
    let folder = files::folder_of(path);
    let name = path.file_name().ok_or(ErrorKind::InvalidInput)?;
    let resolved = match folder.canonicalize() {
        Err(error) if error.kind() == ErrorKind::NotFound && may_be_made(folder, missing) => {
            resolve(folder, MissingFolder::Out)?
        }
        resolved => resolved?,
    };
    Ok(resolved.join(name))
}

fn may_be_made(folder: &Path, missing: MissingFolder) -> bool {
    let is_out = || folder.file_name().is_some_and(|name| name == OUT) && is_data_directory(files::folder_of(folder));
    fs::symlink_metadata(folder).is_err() && (missing == MissingFolder::OutAndLast || is_out())
}

/// Makes a folder and those around it that are not there.
fn make_folders(folder: &Path) -> Result<()> {
    if files::look(folder)?.is_some() {
        return Ok(());
    }
    let outer = files::folder_of(folder);
    make_folders(outer)?;
    let is_out = folder.file_name().is_some_and(|name| name == OUT) && is_data_directory(outer);
    files::make_folder_for(folder, if is_out { Visibility::Private } else { Visibility::Usual })
}

/// Whether a path leads to a device or an open file of the system; what stands in `/dev/shm` are files like any other, kept
/// in memory.
pub(super) fn is_the_systems(path: &Path) -> bool {
    let is_open_file = path.starts_with("/proc") && path.components().any(|part| part.as_os_str() == "fd");
    (path.starts_with("/dev") && !path.starts_with("/dev/shm")) || is_open_file
}

/// Appends, so that `-o /dev/stdout` behind `>>` keeps what is there.
fn append(path: &Path, make: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let file = OpenOptions::new().append(true).open(path)?;
    let mut buffered = BufWriter::with_capacity(AT_ONCE, file);
    make(&mut buffered)?;
    buffered.flush()
}

fn is_a_folder(name: &str) -> Fault {
    Fault::usage("is-a-folder", text!("{name} 是文件夹", "{name} is a folder"))
        .hint(text!("请给出文件名", "give a file name"))
}

fn leads_nowhere(name: &str) -> Fault {
    Fault::usage("dangling-link", text!("{name} 是一个失效的链接", "{name} is a link that leads nowhere"))
        .hint(text!("删除这个链接，或另选一个文件名", "remove the link, or choose another name"))
}

fn reserved_name(name: &str) -> Fault {
    Fault::usage(
        "reserved-name",
        text!(
            "文件不能叫 {name}：有 culture.toml 的文件夹会被当作数据目录",
            "a file cannot be called {name}: a folder with a culture.toml is taken for a data directory"
        ),
    )
    .hint(text!("另选一个文件名", "choose another name"))
}

/// It cannot be written, in the words that were typed.
fn unwritable(name: &str, error: &io::Error) -> Fault {
    files::failure(text!("写入", "write"), Path::new(name), error)
}

fn is_link(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|found| found.is_symlink())
}

/// What stands at a path, links followed; none if nothing does.
fn standing(path: &Path) -> io::Result<Option<Metadata>> {
    match fs::metadata(path) {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn read_only(name: &str) -> Fault {
    Fault::new("read-only", text!("{name} 是只读的", "{name} is read-only"))
        .hint(text!("另选一个文件名", "choose another name"))
}
