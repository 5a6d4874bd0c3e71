//! What a county has set: its townships, its kinds, its plan.

mod apportionment;
mod plan;

pub use apportionment::apportionment;
pub use plan::{changes, plan};

use super::{Block, Report};
use crate::base::text::Text;
use crate::report::table::{Cell, Column, Table};
use crate::schema::kind::{EFFECTIVE, Field, FieldDefault, Kind, Requirement};
use crate::schema::record::expected_text;
use crate::schema::township::Township;

fn optional(text: Option<&str>) -> Cell {
    text.filter(|text| !text.is_empty()).map_or(Cell::None, |text| Cell::Text(text.to_owned()))
}

/// The townships, in order; with `all`, every column.
#[must_use]
pub fn townships(townships: &[Township], all: bool) -> Report {
    let mut columns = vec![
        Column::new("id", Text::new("代号", "id")),
        Column::new("name", Text::new("名称", "name")),
        Column::new("kind", Text::new("单位类型", "kind")),
        Column::new("order", Text::new("顺序", "order")),
        Column::new("population", Text::new("人口", "population")),
        Column::new("contact", Text::new("联系人", "contact")),
        Column::new("phone", Text::new("电话", "phone")),
        Column::new("until", Text::new("填报截止", "until")),
    ];
    if all {
        columns.push(Column::new("aliases", Text::new("别名", "aliases")));
        columns.push(Column::new("leader", Text::new("分管领导", "leader")));
        columns.push(Column::new("from", Text::new("填报起始", "from")));
        columns.push(Column::new("arrangement", Text::new("报工作安排", "arrangement")));
        columns.push(Column::new("monthly", Text::new("报月报", "monthly")));
    }
    let count = townships.len();
    let mut table = Table {
        title: Text::default(),
        columns,
        rows: townships.iter().map(|township| township_row(township, all)).collect(),
    };
    if !all {
        table.drop_empty_columns();
    }
    let title = text!("填报单位（{count} 个）", "Townships ({count})");
    Report { title, blocks: vec![Block::Table(table)], json: None }
}

fn township_row(township: &Township, all: bool) -> Vec<Cell> {
    let mut row = vec![
        Cell::Text(township.id.clone()),
        Cell::Text(township.name.clone()),
        Cell::plain(township.kind.token(), township.kind.title()),
        Cell::Number(township.order),
        Cell::whole(township.population),
        optional(township.contact.as_deref()),
        optional(township.phone.as_deref()),
        township.until.map_or(Cell::None, Cell::Day),
    ];
    if all {
        row.push(optional(Some(&township.aliases.join(" "))));
        row.push(optional(township.leader.as_deref()));
        row.push(township.from.map_or(Cell::None, Cell::Day));
        row.push(Cell::Bool(township.arrangement));
        row.push(Cell::Bool(township.monthly));
    }
    row
}

/// The kinds there are.
#[must_use]
pub fn kinds<'a>(kinds: impl Iterator<Item = &'a Kind>) -> Report {
    let columns = vec![
        Column::new("kind", Text::new("代号", "kind")),
        Column::new("title", Text::new("台账类别", "title")),
        Column::new("fields", Text::new("字段数", "fields")),
    ];
    let table = Table { title: Text::default(), columns, rows: kinds.map(kind_row).collect() };
    let next = Text::new("查看某一类别的字段：culture kinds 类别", "To see the fields of a kind: culture kinds KIND");
    let blocks = vec![Block::Table(table), Block::Line(next)];
    Report { title: Text::new("台账类别", "Kinds of record"), blocks, json: None }
}

fn kind_row(kind: &Kind) -> Vec<Cell> {
    vec![Cell::Text(kind.id.clone()), Cell::Said(kind.title.clone()), Cell::count(kind.fields.len())]
}

/// One kind's fields: what each holds, when it must be filled in, what it becomes when it is not.
#[must_use]
pub fn kind(kind: &Kind) -> Report {
    let columns = vec![
        Column::new("field", Text::new("字段", "field")),
        Column::new("title", Text::new("名称", "title")),
        Column::new("required", Text::new("必填", "required")),
        Column::new("default", Text::new("默认", "default")),
        Column::new("holds", Text::new("填写内容", "content")),
    ];
    let fields = kind.active_fields().map(|(_, field)| field);
    let id = &kind.id;
    let title = &kind.title;
    let key: Vec<Text> = kind.key.iter().map(|&at| kind.fields[at].title.clone()).collect();
    let key = Text::list(&key);
    let note =
        text!("下列各项全部相同的，视为同一条记录：{key}", "Records with equal values here are duplicates: {key}", key);
    let table = Table { title: Text::default(), columns, rows: fields.map(|field| field_row(kind, field)).collect() };
    let title = text!("{title}（{id}）", "{title} ({id})", title);
    let mut blocks = vec![Block::Table(table), Block::Line(note)];
    blocks.extend(lasting(kind).map(Block::Line));
    Report { title, blocks, json: None }
}

/// How what becomes of a record is written, where it lasts.
fn lasting(kind: &Kind) -> Option<Text> {
    if kind.lasting {
        return Some(Text::new(
            "这类记录长期在册，会有变动：自某日起的变动用 culture change，从未如此的更正用 culture edit",
            "These records last, and change in time: culture change writes what holds from a day on, culture edit corrects \
             what was never so",
        ));
    }
    kind.kept_from_lasting.as_ref().map(|_| {
        text!(
            "字段 {EFFECTIVE} 与记变动日期的一列同名，这类记录因此不能登记变动",
            "The field “{EFFECTIVE}” has the name of the column for changes: so these records cannot be changed from a day on"
        )
    })
}

fn field_row(kind: &Kind, field: &Field) -> Vec<Cell> {
    vec![
        Cell::Text(field.name.clone()),
        Cell::Said(field.title.clone()),
        Cell::Said(required(kind, &field.required)),
        default(kind, field),
        Cell::Said(holds(field)),
    ]
}

/// What a field holds, for help and for `kinds`.
#[must_use]
pub fn holds(field: &Field) -> Text {
    if let Some(kind) = field.ty.referred_kind() {
        text!("{kind} 记录的编号或名称", "the id or name of a {kind} record")
    } else if field.ty.is_reference() {
        Text::new("任一记录的编号", "the id of any record")
    } else {
        expected_text(field)
    }
}

fn condition_value(field: &Field, value: &str) -> Text {
    field.choice(value).map_or_else(|| Text::same(value), |choice| choice.title.clone())
}

fn required(kind: &Kind, required: &Requirement) -> Text {
    match required {
        Requirement::No => Text::new("否", "no"),
        Requirement::Always => Text::new("是", "yes"),
        Requirement::When(at, value) => {
            let title = &kind.fields[*at].title;
            let value = condition_value(&kind.fields[*at], value);
            text!("{title}为{value}时", "when {title} is {value}", title, value)
        }
        Requirement::Unless(at, value) => {
            let title = &kind.fields[*at].title;
            let value = condition_value(&kind.fields[*at], value);
            text!("{title}非{value}时", "unless {title} is {value}", title, value)
        }
    }
}

fn default(kind: &Kind, field: &Field) -> Cell {
    match &field.default {
        FieldDefault::None => Cell::None,
        FieldDefault::Value(value) => Cell::Said(super::records::words(field, value, &|_, _| None)),
        FieldDefault::Field(other) => {
            let title = &kind.fields[*other].title;
            Cell::Said(text!("同“{title}”", "same as {title}", title))
        }
        FieldDefault::OfRef(reference, _) => {
            let title = &kind.fields[*reference].title;
            Cell::Said(text!("取自“{title}”", "from {title}", title))
        }
    }
}
