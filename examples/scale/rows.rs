//! The rows of one ledger: every field of its kind filled as the kind allows; of the rows 3 % are corrections and 1 % voids.

use culture::base::day::{Day, Instant, Offset, Year};
use culture::base::number::Numbered as _;
use culture::schema::kind::{Field, FieldType, Kind, Requirement};
use std::collections::HashMap;
use std::io::Write;

/// The ids of a ledger's records that later ledgers may refer to.
pub(crate) type Ids = Vec<[u8; 12]>;

const LETTERS: &[u8; 20] = b"bcdfghjklmnpqrstvwxz";
const WORDS: [&str; 12] =
    ["文艺", "白沙铺村", "移风易俗", "秧歌队", "庆七一", "广场", "城关镇", "豫剧团", "宣传", "东昌", "惠民", "活动"];
const PEOPLE: [&str; 8] = ["李敏", "王建国", "张秀英", "刘洋", "陈桂兰", "赵磊", "孙丽", "周文华"];
/// So many records can be corrected at a time; the first of them stay to the end, so that some chains are long.
const OPEN: usize = 512;
const STAY: usize = 64;

/// Numbers that look random and are the same for the same seed (`SplitMix64`).
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.roll() % end.max(1)
    }

    fn one<T: Copy>(&mut self, all: &[T]) -> Option<T> {
        let at = usize::try_from(self.below(all.len() as u64)).ok()?;
        all.get(at).copied()
    }

    fn id(&mut self) -> [u8; 12] {
        let mut rest = self.roll();
        std::array::from_fn(|_| {
            let letter = LETTERS[(rest % 20) as usize];
            rest /= 20;
            letter
        })
    }
}

/// A record that can be corrected: its fields as written.
struct Open {
    id: [u8; 12],
    rev: u32,
    fields: Vec<u8>,
}

/// The command that writes the rows at hand.
struct Batch {
    id: [u8; 12],
    at: String,
    day: Day,
    left: u64,
}

/// A ledger of `rows` rows, and its records.
pub(crate) fn ledger(kind: &Kind, rows: usize, known: &HashMap<&str, Ids>, seed: u64) -> (Vec<u8>, Ids) {
    let mut dice = Dice(seed);
    let mut file = culture::ledger::header(kind, culture::ledger::ChangeColumn::Absent);
    let (mut open, mut ids) = (Vec::<Open>::new(), Ids::new());
    let mut batch = Batch { id: [b'b'; 12], at: String::new(), day: Day(0), left: 0 };
    for row in 0..rows {
        let chance = dice.below(100);
        let revised = chance < 4 && !open.is_empty();
        if batch.left == 0 || revised {
            batch = new_batch(&mut dice, row, rows, if revised { 1 } else { 12 });
        }
        batch.left -= 1;
        let void = revised && chance == 0;
        if revised {
            let at = usize::try_from(dice.below(open.len() as u64)).unwrap_or(0);
            open[at].rev += 1;
            write(&mut file, &open[at], void, &batch, "核对后更正");
            if void {
                open.swap_remove(at);
            }
            continue;
        }
        let record = Open { id: dice.id(), rev: 1, fields: fields(kind, row, batch.day, known, &mut dice) };
        write(&mut file, &record, false, &batch, "");
        if open.len() < OPEN {
            open.push(record);
        } else {
            let at = STAY + row % (OPEN - STAY);
            ids.push(std::mem::replace(&mut open[at], record).id);
        }
    }
    // Those that were voided are in neither list.
    ids.extend(open.iter().map(|record| record.id));
    (file, ids)
}

fn new_batch(dice: &mut Dice, row: usize, rows: usize, most: u64) -> Batch {
    let year = i64::from(Year(2018).first().0) * 86_400;
    let second = year + 86_400 * 3 + i64::try_from(row * 86_400 * 360 / rows.max(1)).unwrap_or(0);
    let at = Instant::new(second, Offset::CHINA);
    let day = at.day().plus(-i32::try_from(dice.below(3)).unwrap_or(0));
    Batch { id: dice.id(), at: at.to_string(), day, left: 1 + dice.below(most) }
}

fn write(file: &mut Vec<u8>, record: &Open, void: bool, batch: &Batch, reason: &str) {
    file.extend(record.id);
    let state = if void { "void" } else { "live" };
    let who = PEOPLE[usize::from(batch.id[0]) % PEOPLE.len()];
    // Writing to memory does not fail.
    let _ = write!(file, ",{},{state}", record.rev);
    file.extend(&record.fields);
    let _ = write!(file, ",{},{who},{reason},", batch.at);
    file.extend(batch.id);
    file.push(b'\n');
}

/// The cells of a new record, each after a comma.
fn fields(kind: &Kind, row: usize, day: Day, known: &HashMap<&str, Ids>, dice: &mut Dice) -> Vec<u8> {
    let mut cells: Vec<String> = Vec::with_capacity(kind.fields.len());
    let telling = kind.key.iter().copied().rfind(|&at| {
        kind.fields[at].digits.is_none() && matches!(kind.fields[at].ty, FieldType::Text | FieldType::Integer { .. })
    });
    for (at, field) in kind.fields.iter().numbered() {
        let wanted = match &field.required {
            Requirement::Always => true,
            Requirement::When(other, value) => cells.get(other.index()) == Some(value),
            Requirement::Unless(other, value) => cells.get(other.index()) != Some(value),
            Requirement::No => telling == Some(at) || kind.key.contains(&at) || dice.below(100) < 35,
        };
        cells.push(if wanted { cell(field, telling == Some(at), row, day, known, dice) } else { String::new() });
    }
    cells.iter().flat_map(|cell| std::iter::once(b',').chain(cell.bytes())).collect()
}

fn cell(field: &Field, telling: bool, row: usize, day: Day, known: &HashMap<&str, Ids>, dice: &mut Dice) -> String {
    let between = |min: i64, max: i64, dice: &mut Dice| {
        let room = u64::try_from(max.saturating_sub(min)).unwrap_or(0).min(if max > 10_000 { 400 } else { 40 });
        min + i64::try_from(dice.below(room + 1)).unwrap_or(0)
    };
    match &field.ty {
        FieldType::Text if field.digits.is_some() => format!("{:04}", dice.below(10_000)),
        FieldType::Text => {
            let words: String = (0..=dice.below(3)).filter_map(|_| dice.one(&WORDS)).collect();
            if telling { format!("{words}{row}") } else { words }
        }
        FieldType::Date if field.name == "date" => day.to_string(),
        // An end, a return, a closing: most have none.
        FieldType::Date if field.required == Requirement::No => String::new(),
        FieldType::Date => day.to_string(),
        FieldType::Month => day.month().to_string(),
        FieldType::Year => day.year().to_string(),
        FieldType::Integer { .. } if telling => (row + 1).to_string(),
        FieldType::Integer { min, max } => between(*min, *max, dice).to_string(),
        FieldType::Decimal { places, min, max } => {
            culture::schema::record::decimal_text(between(*min, *max, dice), *places)
        }
        FieldType::Bool => (dice.below(2) == 0).to_string(),
        FieldType::Choice(choices) => {
            let tokens: Vec<&str> = choices.iter().map(|choice| choice.token.as_str()).collect();
            dice.one(&tokens).unwrap_or_default().to_owned()
        }
        FieldType::Township => String::new(),
        FieldType::Ref(to) => {
            let ids = to.as_deref().and_then(|kind| known.get(kind)).and_then(|ids| dice.one(ids));
            ids.map(|id| String::from_utf8_lossy(&id).into_owned()).unwrap_or_default()
        }
    }
}
