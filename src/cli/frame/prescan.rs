//! A first look at the arguments, before clap's commands are built: those depend on the language and on the verb.

/// The options of every command that take a value.
const VALUED: [&str; 4] = ["--data", "--lang", "--colour", "--color"];

/// What the first look finds. Whether it is right is left to clap.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Prescan {
    /// All words, as clap is to read them: `help VERB` as `VERB --help`.
    pub(super) words: Vec<String>,
    /// Where the verb stands among them.
    pub(super) verb: Option<usize>,
    /// `--lang`
    pub(super) lang: Option<String>,
    /// `--data`
    pub(super) data: Option<String>,
    /// `--colour`
    pub(super) colour: Option<String>,
    /// `--quiet`
    pub(super) quiet: bool,
    /// `--licences`
    pub(super) licences: bool,
    /// `--format`
    pub(super) format: Option<String>,
}

impl Prescan {
    /// Looks at the words after the program's name.
    pub(super) fn read(words: &[String]) -> Prescan {
        let mut early = Prescan { words: words.to_vec(), ..Prescan::default() };
        early.verb = plain(&early.words).next();
        if let Some(at) = early.verb.filter(|&at| early.words[at] == "help") {
            early.words.remove(at);
            early.verb = plain(&early.words).next();
            let end = options_of(&early.words).len();
            early.words.insert(end, "--help".to_owned());
        }
        early.options();
        early
    }

    fn options(&mut self) {
        let mut words = options_of(&self.words).iter();
        while let Some(word) = words.next() {
            let (name, value) = word.split_once('=').map_or((word.as_str(), None), |(name, value)| (name, Some(value)));
            let place = match name {
                "--lang" => &mut self.lang,
                "--data" => &mut self.data,
                "--colour" | "--color" => &mut self.colour,
                "--format" => &mut self.format,
                "--quiet" => {
                    self.quiet = true;
                    continue;
                }
                "--licences" | "--licenses" => {
                    self.licences = true;
                    continue;
                }
                _ => continue,
            };
            *place = value.map(str::to_owned).or_else(|| words.next().cloned());
        }
    }

    /// The words after the verb that are neither options nor values of the options that every command takes. Values
    /// of a verb's own options are among them.
    pub(super) fn plain_words(&self) -> impl Iterator<Item = &str> {
        let verb = self.verb;
        plain(&self.words).filter(move |&at| verb.is_some_and(|verb| at > verb)).map(|at| self.words[at].as_str())
    }
}

/// The words before `--`: among them are the options.
fn options_of(words: &[String]) -> &[String] {
    words.split(|word| word == "--").next().expect("what is split has a first part")
}

fn plain(words: &[String]) -> impl Iterator<Item = usize> {
    let mut value = false;
    options_of(words).iter().enumerate().filter_map(move |(at, word)| {
        let skip = std::mem::replace(&mut value, VALUED.contains(&word.as_str()));
        (!skip && !word.starts_with('-')).then_some(at)
    })
}
