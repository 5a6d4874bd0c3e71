//! The records of an `.xls` stream and the strings in them, which may run over from one record into the next.

use super::cfb::{u16_at, u32_at};
use super::refusal::damaged;
use crate::base::fault::Fault;
use encoding_rs::{Encoding, GB18030, UTF_16LE};
use std::borrow::Cow;

const CONTINUE: u16 = 0x003C;

/// A record with what continues it.
pub(super) struct BiffRecord<'s> {
    pub(super) kind: u16,
    /// Its bytes.
    pub(super) bytes: &'s [u8],
    /// The records that continue it.
    more: Vec<&'s [u8]>,
}

/// The records of a stream, from a place on.
pub(super) struct BiffStream<'s> {
    stream: &'s [u8],
    at: usize,
}

impl<'s> BiffStream<'s> {
    pub(super) fn new(stream: &'s [u8], at: usize) -> BiffStream<'s> {
        BiffStream { stream, at }
    }

    /// The next record; none at the end, and where the rest is no whole record.
    pub(super) fn next(&mut self) -> Option<BiffRecord<'s>> {
        let (kind, bytes) = self.single_record()?;
        let mut more = Vec::new();
        while u16_at(self.stream, self.at) == Some(CONTINUE) {
            let Some((_, bytes)) = self.single_record() else { break };
            more.push(bytes);
        }
        Some(BiffRecord { kind, bytes, more })
    }

    fn single_record(&mut self) -> Option<(u16, &'s [u8])> {
        let kind = u16_at(self.stream, self.at)?;
        let length = usize::from(u16_at(self.stream, self.at + 2)?);
        let start = self.at + 4;
        let bytes = self.stream.get(start..start + length)?;
        self.at = start + length;
        Some((kind, bytes))
    }
}

/// Reads through a record and what continues it.
pub(super) struct BiffStrings<'r, 's> {
    record: &'r BiffRecord<'s>,
    /// 0 is the record itself.
    segment: usize,
    rest: &'s [u8],
}

impl<'r, 's> BiffStrings<'r, 's> {
    /// From the byte `at` of the record on.
    pub(super) fn new(record: &'r BiffRecord<'s>, at: usize) -> BiffStrings<'r, 's> {
        BiffStrings { record, segment: 0, rest: record.bytes.get(at..).unwrap_or_default() }
    }

    /// Whether nothing is left.
    pub(super) fn is_done(&mut self) -> bool {
        while self.rest.is_empty() {
            if !self.turn() {
                return true;
            }
        }
        false
    }

    /// Goes on to the record that continues what was read to its end; false where there is none.
    fn turn(&mut self) -> bool {
        match self.record.more.get(self.segment) {
            Some(next) => {
                self.rest = next;
                self.segment += 1;
                true
            }
            None => false,
        }
    }

    fn byte(&mut self) -> Result<u8, Fault> {
        if self.is_done() {
            return Err(damaged());
        }
        let (first, rest) = self.rest.split_first().ok_or_else(damaged)?;
        self.rest = rest;
        Ok(*first)
    }

    fn take<const N: usize>(&mut self) -> Result<[u8; N], Fault> {
        let mut bytes = [0; N];
        for byte in &mut bytes {
            *byte = self.byte()?;
        }
        Ok(bytes)
    }

    fn skip(&mut self, mut bytes: usize) -> Result<(), Fault> {
        while bytes > 0 {
            if self.is_done() {
                return Err(damaged());
            }
            let here = bytes.min(self.rest.len());
            self.rest = &self.rest[here..];
            bytes -= here;
        }
        Ok(())
    }

    /// A string with its length of two bytes, its flags, and what may follow it (rich text, phonetics).
    pub(super) fn string(&mut self) -> Result<String, Fault> {
        let length = usize::from(u16::from_le_bytes(self.take()?));
        let flags = self.byte()?;
        let runs = if flags & 8 != 0 { usize::from(u16::from_le_bytes(self.take()?)) } else { 0 };
        let phonetic = if flags & 4 != 0 { u32::from_le_bytes(self.take()?) as usize } else { 0 };
        let text = self.characters(length, flags & 1 != 0)?;
        self.skip(runs * 4)?;
        self.skip(phonetic)?;
        Ok(text)
    }

    /// Characters of one byte or two.
    ///
    /// Where the record ends within them, the one that continues it begins with a byte of flags that says anew which: a
    /// string may go on in the other width. Only here is that so. Where it ends before the length, the flags, the runs or
    /// the phonetics, these go on without such a byte, and [`byte`](Self::byte) and [`skip`](Self::skip) turn without a
    /// word. A character of two bytes is never parted: half a one is damage.
    fn characters(&mut self, mut length: usize, mut wide: bool) -> Result<String, Fault> {
        let mut units: Vec<u16> = Vec::new();
        while length > 0 {
            if self.rest.is_empty() {
                if !self.turn() {
                    return Err(damaged());
                }
                wide = self.byte()? & 1 != 0;
                continue;
            }
            let size = if wide { 2 } else { 1 };
            let here = length.min(self.rest.len() / size);
            if here == 0 {
                return Err(damaged());
            }
            let (bytes, rest) = self.rest.split_at(here * size);
            if wide {
                units.extend(bytes.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])));
            } else {
                units.extend(bytes.iter().map(|&b| u16::from(b)));
            }
            self.rest = rest;
            length -= here;
        }
        Ok(String::from_utf16_lossy(&units))
    }
}

/// The short string at the end of a sheet's entry: one byte of length.
pub(super) fn short_string(bytes: &[u8], modern: bool, page: &'static Encoding) -> Result<String, Fault> {
    let (&length, rest) = bytes.split_first().ok_or_else(damaged)?;
    if !modern {
        return Ok(page_string(rest, length.into(), page).into_owned());
    }
    let (&flags, rest) = rest.split_first().ok_or_else(damaged)?;
    if flags & 1 == 0 {
        return Ok(rest.iter().take(usize::from(length)).map(|&b| char::from(b)).collect());
    }
    let bytes = rest.get(..usize::from(length) * 2).ok_or_else(damaged)?;
    Ok(UTF_16LE.decode_without_bom_handling(bytes).0.into_owned())
}

/// A string of Excel 5 and 95: two bytes of length, then characters of the code page.
pub(super) fn old_string(bytes: &[u8], page: &'static Encoding) -> Result<String, Fault> {
    let (length, rest) = bytes.split_first_chunk().ok_or_else(damaged)?;
    Ok(page_string(rest, u16::from_le_bytes(*length).into(), page).into_owned())
}

/// So many bytes of a code page, or as many as there are: such strings do not run over.
fn page_string<'b>(bytes: &'b [u8], length: usize, page: &'static Encoding) -> Cow<'b, str> {
    page.decode_without_bom_handling(&bytes[..length.min(bytes.len())]).0
}

/// The encoding of a code page.
pub(super) fn code_page(number: u16) -> &'static Encoding {
    match number {
        950 | 951 => encoding_rs::BIG5,
        932 => encoding_rs::SHIFT_JIS,
        949 => encoding_rs::EUC_KR,
        1250 => encoding_rs::WINDOWS_1250,
        1251 => encoding_rs::WINDOWS_1251,
        1252 | 0x8001 => encoding_rs::WINDOWS_1252,
        65001 => encoding_rs::UTF_8,
        _ => GB18030,
    }
}

/// A number in four bytes, as `.xls` packs it.
pub(super) fn packed_number(bytes: &[u8], at: usize) -> Result<f64, Fault> {
    let packed = u32_at(bytes, at).ok_or_else(damaged)?;
    let number = if packed & 2 != 0 {
        f64::from(packed.cast_signed() >> 2)
    } else {
        f64::from_bits(u64::from(packed & !3) << 32)
    };
    Ok(if packed & 1 != 0 { number / 100.0 } else { number })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_string_runs_over_into_the_next_record_and_changes_its_width_there() {
        let stream =
            [&[0xFC, 0, 8, 0, 4, 0, 0, b'a', b'b', 0, 0, 0][..], &[0x3C, 0, 5, 0, 1, 0x14, 0x6F, 0xFA, 0x51]].concat();
        let record = BiffStream::new(&stream, 0).next();
        // The first record holds four characters of which two stand behind in the other width.
        let record = record.map(|record| BiffRecord { bytes: &record.bytes[..5], ..record });
        let text = record.as_ref().map(|record| BiffStrings::new(record, 0).string());
        assert_eq!(text, Some(Ok("ab演出".to_owned())));
    }

    #[test]
    fn numbers_are_unpacked() {
        for (packed, number) in
            [(0x3FF0_0000_u32, 1.0), ((350 << 2) | 2, 350.0), ((350 << 2) | 3, 3.5), (0xFFFF_FFFE, -1.0)]
        {
            assert_eq!(packed_number(&packed.to_le_bytes(), 0), Ok(number));
        }
    }
}
