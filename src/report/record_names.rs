//! What very many records are called, in little room: the words one behind the other.

use crate::base::id::Id;
use crate::base::text::Text;
use crate::ledger::IdMap;
use std::ops::Range;

/// The words for records, by id.
#[derive(Debug, Default)]
pub struct RecordNames {
    words: String,
    places: IdMap<NamePlace>,
}

/// Where a record's words stand.
#[derive(Clone, Copy, Debug)]
struct NamePlace {
    start: usize,
    /// How many bytes it has in Chinese, and behind those in English; none: it is the same.
    zh: u32,
    en: Option<u32>,
}

impl RecordNames {
    /// Takes in what a record is called.
    pub fn insert(&mut self, record: Id, name: &Text) {
        let length = |text: &str| u32::try_from(text.len()).expect("a name is no longer than the row it comes from");
        let differs = name.en != name.zh;
        let place = NamePlace { start: self.words.len(), zh: length(&name.zh), en: differs.then(|| length(&name.en)) };
        self.words.push_str(&name.zh);
        if differs {
            self.words.push_str(&name.en);
        }
        self.places.insert(record, place);
    }

    /// What a record is called; an empty name where it is not there.
    #[must_use]
    pub fn of(&self, record: Id) -> Text {
        let Some(place) = self.places.get(&record) else { return Text::default() };
        let end = place.start + place.zh as usize;
        let owned = |bytes: Range<usize>| self.words[bytes].to_owned();
        match place.en {
            Some(en) => Text::owned(owned(place.start..end), owned(end..end + en as usize)),
            None => Text::same(owned(place.start..end)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_record_keeps_its_own_words() {
        let mut names = RecordNames::default();
        let [one, other, none] = [Id::random(), Id::random(), Id::random()];
        names.insert(one, &Text::same("送戏下乡"));
        names.insert(other, &Text::new("其他", "other"));
        assert_eq!(names.of(one), Text::same("送戏下乡"));
        assert_eq!(names.of(other), Text::new("其他", "other"));
        assert_eq!(names.of(none), Text::default());
    }
}
