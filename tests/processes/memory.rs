//! Lists of very many records are written row by row: the memory that they take is that of the ledgers' bytes and of what
//! is sorted, whatever the format.

use crate::common::County;
use std::fmt::Write as _;
use std::fs;
use std::io::Read;
use std::path::Path;
use std::process::{ChildStdout, Command, Stdio};

/// In bytes: what may be kept of a record beside its line in the ledger, to sort it and to name it.
const KEPT: u64 = 300;
/// In kB: what has nothing to do with how many there are.
const SLACK: u64 = 2_500;

/// A county whose townships have put on so many performances.
fn county(records: u32) -> County {
    let county = County::new();
    for (township, id) in [("chengguan", 'b'), ("liuta", 'c')] {
        let mut ledger = String::from(
            "id,rev,state,date,into,place,platform,title,performer,troupe,organiser,host,sessions,audience,views,theme,\
             url,evidence,note,entered_at,entered_by,reason,batch\n",
        );
        for at in 0..records / 2 {
            let letters = b"bcdfghjklmnpqrstvwxz";
            let letter = |place: u32| char::from(letters[(at / 20_u32.pow(place) % 20) as usize]);
            let id: String = (0..5).map(letter).chain(std::iter::repeat_n(id, 7)).collect();
            let (month, day) = (at % 5 + 1, at / 5 % 28 + 1);
            let _ = writeln!(
                ledger,
                "{id},1,live,2018-{month:02}-{day:02},village,第{}村文化广场,,惠民演出第{at}场,第{}演出队,,县文化馆,,1,{},,\
                 戏曲进乡村,,,,2018-06-01T09:00:00+08:00,王芳,,bcdfghjklmnp",
                at % 300,
                at % 97,
                at % 450 + 50
            );
        }
        county.write(&format!("townships/{township}/2018/performance.csv"), &ledger);
    }
    county
}

/// The most memory, in kB, that a command had while it wrote, and how many bytes it wrote.
fn peak(county: &County, words: &str) -> (u64, u64) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_culture"));
    command.env("CULTURE_LANG", "zh").arg("--data").arg(county.dir()).args(words.split(' '));
    let mut child = command.stdout(Stdio::piped()).spawn().expect("it runs");
    let status = format!("/proc/{}/status", child.id());
    let mut out: ChildStdout = child.stdout.take().expect("it is piped");
    let mut buffer = vec![0; 64 << 10];
    let mut most = 0;
    let mut bytes = 0;
    // While there is more to read, it is there to be looked at.
    loop {
        let read = out.read(&mut buffer).expect("a pipe can be read");
        let told = fs::read_to_string(Path::new(&status)).unwrap_or_default();
        let peak = told.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse().ok());
        most = peak.unwrap_or(0).max(most);
        bytes += read as u64;
        if read == 0 {
            break;
        }
    }
    assert!(child.wait().expect("it is ours").success(), "{words}");
    (most, bytes)
}

/// The bytes of its ledgers.
fn ledgers(county: &County) -> u64 {
    let path = |township: &str| county.dir().join(format!("townships/{township}/2018/performance.csv"));
    ["chengguan", "liuta"].map(|township| fs::metadata(path(township)).expect("it was written").len()).iter().sum()
}

#[test]
fn what_many_records_take_is_their_bytes() {
    let [few, many] = [500, 6_000];
    let [small, large] = [few, many].map(county);
    let most = SLACK + (ledgers(&large) - ledgers(&small) + u64::from(many - few) * KEPT) / 1024;
    for words in [
        "list performance --today 2018-12-31",
        "list performance --format json --today 2018-12-31",
        "export performance --format json",
        "why performances --format json --today 2018-12-31",
        "report acceptance --unchecked --format csv --today 2018-12-31",
    ] {
        let (least, _) = peak(&small, words);
        let (peak, bytes) = peak(&large, words);
        assert!(bytes > u64::from(many) * 13, "{words}: {bytes} bytes");
        assert!(least > 1_000 && peak <= least + most, "{words}: {peak} kB, for a few {least}, at most {most} more");
    }
}

#[test]
#[ignore = "200,000 records, for the program as it is handed out: cargo test --release --test processes memory -- --ignored"]
fn two_hundred_thousand_records_take_64_megabytes_and_what_is_sorted() {
    let county = county(200_000);
    let most = (64 << 10) + 200_000 * 64 / 1024;
    for format in ["table", "csv", "json", "markdown", "xlsx", "ids"] {
        for words in ["list performance", "list performance --sort -audience", "why performances"] {
            let words = format!("{words} --today 2018-12-31 --format {format}");
            let (peak, bytes) = peak(&county, &words);
            assert!(bytes > 2_000_000 && peak > 1_000 && peak <= most, "{words}: {peak} kB, at most {most}");
        }
    }
    for words in ["export performance", "export performance --ledger", "export all"] {
        for format in
            ["csv", "json", "jsonl", "xlsx"].into_iter().filter(|format| (words, *format) != ("export all", "csv"))
        {
            let words = format!("{words} --format {format}");
            let (peak, bytes) = peak(&county, &words);
            assert!(bytes > 2_000_000 && peak > 1_000 && peak <= most, "{words}: {peak} kB, at most {most}");
        }
    }
}
