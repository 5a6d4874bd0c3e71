//! A calendar for phones and office programs (RFC 5545): all-day events, an alarm three days before, the same ids each
//! time, so that importing twice doubles nothing.

use crate::base::text::{Lang, Text};
use crate::base::unseen::made_visible;
use crate::report::due::DueItem;

/// The dates of a plan's year as an iCalendar file. `name` is the calendar's, `stamp` the day it is said to be of.
#[must_use]
pub fn ics(items: &[DueItem], name: &Text, year: crate::base::day::Year, lang: Lang) -> Vec<u8> {
    let mut file = String::new();
    for line in
        ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//culture//plan//ZH", "CALSCALE:GREGORIAN", "METHOD:PUBLISH"]
    {
        push(&mut file, line);
    }
    push(&mut file, &format!("X-WR-CALNAME:{}", escaped(name.say(lang))));
    let alarm = Text::new("三天后到期", "due in three days");
    for item in items {
        let from = basic(item.due);
        let to = basic(item.due.plus(1));
        push(&mut file, "BEGIN:VEVENT");
        push(&mut file, &format!("UID:{}-{year}@culture.invalid", item.id));
        push(&mut file, &format!("DTSTAMP:{year}0101T000000Z"));
        push(&mut file, &format!("DTSTART;VALUE=DATE:{from}"));
        push(&mut file, &format!("DTEND;VALUE=DATE:{to}"));
        push(&mut file, &format!("SUMMARY:{}", escaped(item.what.say(lang))));
        push(&mut file, &format!("DESCRIPTION:{}", escaped(&item.clause)));
        push(&mut file, "TRANSP:TRANSPARENT");
        for line in ["BEGIN:VALARM", "ACTION:DISPLAY", "TRIGGER:-P3D"] {
            push(&mut file, line);
        }
        push(&mut file, &format!("DESCRIPTION:{}", escaped(alarm.say(lang))));
        push(&mut file, "END:VALARM");
        push(&mut file, "END:VEVENT");
    }
    push(&mut file, "END:VCALENDAR");
    file.into_bytes()
}

fn basic(day: crate::base::day::Day) -> String {
    day.to_string().replace('-', "")
}

fn escaped(text: &str) -> String {
    made_visible(text).replace('\\', "\\\\").replace(';', "\\;").replace(',', "\\,").replace('\n', "\\n")
}

/// Appends a line, folded at 75 bytes without tearing a character.
fn push(file: &mut String, line: &str) {
    let mut width = 0;
    for c in line.chars() {
        if width + c.len_utf8() > 74 {
            file.push_str("\r\n ");
            width = 1;
        }
        file.push(c);
        width += c.len_utf8();
    }
    file.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::day::{Day, Year};

    #[test]
    fn events_have_stable_ids_and_long_lines_are_folded() {
        let item = DueItem {
            id: "summary-2018-05".to_owned(),
            due: Day::from_iso(b"2018-06-05").unwrap(),
            what: Text::new("汇总 2018-05 工作进展", "summary for 2018-05"),
            clause: "每月5日前汇总上月公共文化服务民心工程各项工作的进展情况,并报送;".to_owned(),
            done: false,
            lacking: Vec::new(),
            own: true,
        };
        let file = ics(&[item], &Text::new("方案", "plan"), Year(2018), Lang::Zh);
        let text = String::from_utf8(file).unwrap();
        assert!(text.lines().all(|line| line.trim_end_matches('\r').len() <= 75), "{text}");
        assert!(text.contains("UID:summary-2018-05-2018@culture.invalid\r\n"));
        assert!(text.contains("DTSTART;VALUE=DATE:20180605\r\nDTEND;VALUE=DATE:20180606\r\n"));
        assert!(text.replace("\r\n ", "").contains("进展情况\\,并报送\\;"));
    }
}
