//! How cells look: fills, fonts, number formats.

use crate::report::table::Tone;
use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder};

/// The looks of a workbook.
pub(super) struct CellFormats {
    pub(super) title: Format,
    pub(super) heading: Format,
    pub(super) text: Format,
    pub(super) number: Format,
    pub(super) percent: Format,
    pub(super) day: Format,
    pub(super) moment: Format,
    good: Format,
    warn: Format,
    bad: Format,
}

impl CellFormats {
    pub(super) fn new() -> CellFormats {
        let toned =
            |font: u32, fill: u32| text().set_font_color(Color::RGB(font)).set_background_color(Color::RGB(fill));
        CellFormats {
            title: Format::new().set_bold().set_font_size(14),
            heading: heading(0x00D9_E1F2),
            text: text(),
            number: Format::new().set_num_format("0"),
            percent: Format::new().set_num_format("0.0%"),
            day: day(),
            moment: Format::new().set_num_format("yyyy-mm-dd hh:mm").set_align(FormatAlign::Left),
            good: toned(0x0000_6100, 0x00C6_EFCE),
            warn: toned(0x009C_5700, 0x00FF_EB9C),
            bad: toned(0x009C_0006, 0x00FF_C7CE),
        }
    }

    /// Text that strikes the eye.
    pub(super) const fn tone(&self, tone: Tone) -> &Format {
        match tone {
            Tone::Plain => &self.text,
            Tone::Good => &self.good,
            Tone::Warn => &self.warn,
            Tone::Bad => &self.bad,
        }
    }
}

/// Text that stays text when it is edited: no number, no date is made of it.
pub(super) fn text() -> Format {
    Format::new().set_num_format("@")
}

/// A date.
pub(super) fn day() -> Format {
    Format::new().set_num_format("yyyy-mm-dd").set_align(FormatAlign::Left)
}

/// A number with so many decimals.
pub(super) fn decimal(places: usize) -> Format {
    let format = if places == 0 { "0".to_owned() } else { format!("0.{}", "0".repeat(places)) };
    Format::new().set_num_format(format)
}

/// A heading on a fill.
pub(super) fn heading(fill: u32) -> Format {
    Format::new()
        .set_bold()
        .set_background_color(Color::RGB(fill))
        .set_border(FormatBorder::Thin)
        .set_border_color(Color::RGB(0x00A6_A6A6))
        .set_align(FormatAlign::Center)
        .set_align(FormatAlign::VerticalCenter)
}
