//! The bytes of a text -> its characters: byte order mark, strict UTF-8, strict GB18030, else the person says which.
//! Nothing is replaced on the way: a text that was not wholly understood is refused.

use super::limits::LARGEST_FILE;
use super::refusal::too_large;
use crate::base::fault::Fault;
use crate::base::text::Text;
use encoding_rs::{Encoding, GB18030, GBK, UTF_8, UTF_16BE, UTF_16LE};
use std::borrow::Cow;

/// The largest text in another encoding than UTF-8: it stands in memory twice, and longer.
const LARGEST_DECODED: usize = LARGEST_FILE / 3;

/// The text, and what to say of its encoding when that is not UTF-8.
pub(super) fn decode<'a>(bytes: &'a [u8], label: Option<&str>) -> Result<(Cow<'a, str>, Option<Text>), Fault> {
    if let Some(label) = label {
        let encoding = encoding_named(label)?;
        let text = strict(encoding, without_mark(bytes, encoding))?;
        return text.map(|text| (text, None)).ok_or_else(|| {
            let name = shown_name(encoding);
            Fault::new("wrong-encoding", text!("文件不是 {name} 编码", "the file is not valid {name} text"))
                .hint(ask_for_encoding())
        });
    }
    let marked = Encoding::for_bom(bytes);
    let (encoding, rest) = marked.map_or((UTF_8, bytes), |(encoding, mark)| (encoding, &bytes[mark..]));
    if let Some(text) = strict(encoding, rest)? {
        return Ok((text, (encoding != UTF_8).then(|| read_as(encoding))));
    }
    // GB18030 gives a character to nearly any bytes, so it is asked last and strictly; a detector that weighs them told
    // none of our samples better. Without a mark there may still be zeros, as UTF-16 has them: no Chinese encoding does.
    if marked.is_none()
        && !bytes.contains(&0)
        && let Some(text) = strict(GB18030, bytes)?
    {
        return Ok((text, Some(read_as(GB18030))));
    }
    Err(Fault::new("undetected-encoding", text!("认不出文件的编码", "the encoding of the file cannot be detected"))
        .hint(ask_for_encoding()))
}

fn strict<'a>(encoding: &'static Encoding, bytes: &'a [u8]) -> Result<Option<Cow<'a, str>>, Fault> {
    if encoding == UTF_8 {
        return Ok(simdutf8::basic::from_utf8(bytes).ok().map(Cow::Borrowed));
    }
    if bytes.len() > LARGEST_DECODED {
        let most = LARGEST_DECODED >> 20;
        return Err(too_large(text!(
            "不是 UTF-8 编码的文本最大 {most} MB",
            "a text file that is not UTF-8 may be at most {most} MB"
        )));
    }
    Ok(encoding.decode_without_bom_handling_and_without_replacement(bytes))
}

fn without_mark<'a>(bytes: &'a [u8], encoding: &'static Encoding) -> &'a [u8] {
    match Encoding::for_bom(bytes) {
        Some((marked, length)) if marked == encoding => &bytes[length..],
        Some(_) | None => bytes,
    }
}

fn encoding_named(label: &str) -> Result<&'static Encoding, Fault> {
    let spelt = label.trim().to_ascii_lowercase();
    let found = match spelt.as_str() {
        "gb2312" | "gbk" | "cp936" | "936" | "ansi" => Some(GB18030),
        "unicode" | "utf-16" | "utf16" | "utf-16le" | "utf16le" => Some(UTF_16LE),
        "utf16be" => Some(UTF_16BE),
        "utf8" | "65001" => Some(UTF_8),
        "cp950" | "950" => Some(encoding_rs::BIG5),
        other => Encoding::for_label_no_replacement(other.as_bytes()),
    };
    // GB18030 reads whatever GBK reads.
    let found = found.map(|encoding| if encoding == GBK { GB18030 } else { encoding });
    found.ok_or_else(|| {
        Fault::usage("unknown-encoding", text!("没有编码“{label}”", "unknown encoding “{label}”"))
            .hint(text!("可用 utf-8、gb18030、utf-16le、big5 等", "use utf-8, gb18030, utf-16le, big5 or another"))
    })
}

fn shown_name(encoding: &'static Encoding) -> &'static str {
    // The standard writes it in small letters; people do not.
    if encoding == GB18030 { "GB18030" } else { encoding.name() }
}

fn read_as(encoding: &'static Encoding) -> Text {
    let name = shown_name(encoding);
    text!("文件按 {name} 编码读取", "the file was read as {name}")
}

fn ask_for_encoding() -> Text {
    Text::new(
        "请写明编码，如 --encoding gb18030（或 big5、utf-16le），或在 Excel、WPS 中另存为 xlsx",
        "give the encoding with --encoding (gb18030, big5, utf-16le), or save the file as xlsx",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text and what is said of its encoding; the code of the fault.
    fn read(bytes: &[u8], label: Option<&str>) -> Result<(String, Option<Text>), &'static str> {
        decode(bytes, label).map(|(text, note)| (text.into_owned(), note)).map_err(|fault| fault.code)
    }

    #[test]
    fn encodings_are_told_from_the_bytes() {
        for (bytes, note) in [
            (&b"\xe6\xbc\x94\xe5\x87\xba"[..], None),
            (b"\xef\xbb\xbf\xe6\xbc\x94\xe5\x87\xba", None),
            (b"\xff\xfe\x14\x6f\xfa\x51", Some(read_as(UTF_16LE))),
            (b"\xfe\xff\x6f\x14\x51\xfa", Some(read_as(UTF_16BE))),
            (b"\xd1\xdd\xb3\xf6", Some(read_as(GB18030))),
        ] {
            assert_eq!(read(bytes, None), Ok(("演出".to_owned(), note)), "{bytes:x?}");
        }
        // 㐀 has four bytes in GB18030 and none in GBK.
        assert_eq!(read(b"\x81\x39\xee\x39", None), Ok(("㐀".to_owned(), Some(read_as(GB18030)))));
    }

    #[test]
    fn what_is_not_wholly_understood_is_refused() {
        for bytes in [&b"\xd1\xdd\xb3"[..], b"\xef\xbb\xbf\xd1\xdd", b"\xff\xfe\x14", b"\x14\x6f\x00\x51\xff"] {
            assert_eq!(read(bytes, None), Err("undetected-encoding"), "{bytes:x?}");
        }
        assert_eq!(read(b"\xba\x74\xa5\x58", Some("big5")), Ok(("演出".to_owned(), None)));
        assert_eq!(read(b"\xff", Some("GBK")), Err("wrong-encoding"));
        assert_eq!(read(b"a", Some("klingon")), Err("unknown-encoding"));
    }
}
