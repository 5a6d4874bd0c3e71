//! Sheets of `LibreOffice` in one XML text: what [`ods`](super::ods) has in an archive, with everything else around it.

use super::limits::LARGEST_WORKBOOK;
use super::ods;
use super::refusal::too_large_a_workbook;
use super::sheet::Sheet;
use super::xml::{Quota, XmlReader};
use crate::base::fault::Fault;
use crate::base::text::Text;

/// The sheets of a flat workbook.
pub(super) fn sheets(bytes: &[u8], wanted: Option<&str>) -> Result<(Vec<Sheet<'static>>, Vec<Text>), Fault> {
    if bytes.len() > LARGEST_WORKBOOK {
        return Err(too_large_a_workbook(bytes.len()));
    }
    ods::tables(&mut XmlReader::new(bytes, &mut Quota::default()), wanted)
}
