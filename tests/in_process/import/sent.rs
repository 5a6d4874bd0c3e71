//! What townships send, as real programs saved it (`tests/sheets/sent`, made by `tests/sheets/make.py`): what `import` says
//! of each file and which records come in. Beside a file NAME stands NAME.expected: the command in its first line, then
//! what it says, then the records. `UPDATE_GOLDENS=1` writes all but the command, for a person to read.

use crate::common::County;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// A county in which some things are on record already: troupes of which two have one name, a training, a facility, and a
/// performance.
fn county() -> County {
    let county = County::new();
    for record in [
        "troupe 城关镇 3-12 name=王庄艺术团 discipline=戏剧",
        "troupe 城关镇 3-12 name=红梅艺术团 discipline=舞蹈",
        "troupe 城关镇 3-13 name=红梅艺术团一队 discipline=舞蹈",
        "training 城关镇 4-1 topic=戏曲培训 trainees=30",
        "training 城关镇 4-8 topic=剪纸培训 trainees=3",
        "training 城关镇 4-9 topic=剪纸培训 trainees=3",
        "facility 城关镇 1-1 name=城关文化站 type=乡镇文化站",
        "performance 城关镇 5-4 into=进农村 place=王庄 title=已录的 audience=98",
    ] {
        county.add(record);
    }
    county
}

/// Every live record, as the fields that it fills; references by what they name would change with each run: their kind.
fn records(county: &County) -> String {
    let mut told = String::new();
    let mut files: Vec<String> = county.files().into_iter().map(|(path, _)| path).collect();
    files.retain(|path| path.starts_with("townships/") && path.to_ascii_lowercase().ends_with(".csv"));
    for file in files {
        let rows = county.rows(&file);
        let Some((head, rows)) = rows.split_first() else { continue };
        for row in rows {
            let filled = head.iter().zip(row).skip(3).take_while(|(name, _)| *name != "entered_at");
            let filled = filled.filter(|(_, value)| !value.is_empty());
            let fields: Vec<String> = filled
                .map(|(name, value)| {
                    let is_reference = value.len() == 12 && value.bytes().all(|b| b"bcdfghjklmnpqrstvwxz".contains(&b));
                    if is_reference { format!("{name}=<id>") } else { format!("{name}={value}") }
                })
                .collect();
            let place = file.trim_start_matches("townships/").trim_end_matches(".csv");
            let _ = writeln!(told, "{place} {}: {}", row[1], fields.join(" "));
        }
    }
    told
}

/// A record's id in words would change with each run.
fn without_ids(text: &str) -> String {
    let is_id = |word: &str| word.len() == 12 && word.bytes().all(|b| b"bcdfghjklmnpqrstvwxz".contains(&b));
    let parts = text.split_inclusive(|c: char| !c.is_ascii_alphanumeric());
    parts
        .map(|part| {
            let word = part.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
            if is_id(word) { part.replace(word, "<id>") } else { part.to_owned() }
        })
        .collect()
}

/// A county whose files are those of another.
fn like(files: &[(String, Vec<u8>)]) -> County {
    let county = County::nowhere();
    for (path, bytes) in files {
        let path = county.dir().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    county.at("2018-06-28T11:00:00+08:00");
    county
}

/// Runs the command in a file's `.expected` and gives it with what came of it.
fn import(files: &[(String, Vec<u8>)], file: &Path, command: &str) -> String {
    let name = file.file_name().and_then(|name| name.to_str()).unwrap();
    let county = like(files);
    let before = records(&county);
    fs::copy(file, county.dir().join(name)).unwrap();
    let ran = county.run(command);
    let after = records(&county);
    let came: String =
        after.lines().filter(|line| !before.lines().any(|old| old == *line)).fold(String::new(), |mut came, line| {
            let _ = writeln!(came, "{line}");
            came
        });
    let said = without_ids(&(ran.err + &ran.out));
    format!("$ {command}\n{said}{came}exit {}\n", ran.exit as u8)
}

/// The files of a folder that have an `.expected` beside them.
fn sent() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sheets/sent");
    let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension != "expected"));
    files.sort();
    files
}

/// What came of a file that is not what is expected; written down where goldens are updated.
fn differing(standing: &[(String, Vec<u8>)], file: &Path) -> Option<String> {
    let beside = PathBuf::from(format!("{}.expected", file.display()));
    let expected = fs::read_to_string(&beside).unwrap();
    let command = expected.lines().next().and_then(|line| line.strip_prefix("$ ")).unwrap();
    let came = import(standing, file, command);
    if came == expected {
        return None;
    }
    if std::env::var_os("UPDATE_GOLDENS").is_some() {
        fs::write(&beside, &came).unwrap();
        return None;
    }
    Some(format!("{}:\n{came}instead of\n{expected}", file.display()))
}

#[test]
fn what_townships_send() {
    let files = sent();
    assert!(files.len() >= 40, "{} files", files.len());
    let standing = county().files();
    // Most of the time goes by waiting for the disk.
    let found: String = std::thread::scope(|scope| {
        let parts: Vec<_> = files
            .chunks(files.len().div_ceil(8))
            .map(|part| scope.spawn(|| part.iter().filter_map(|file| differing(&standing, file)).collect::<String>()))
            .collect();
        parts.into_iter().map(|part| part.join().unwrap()).collect()
    });
    assert!(found.is_empty(), "{found}");
}
