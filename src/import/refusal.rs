//! What is said of a file that is not read, with the way out. Knows no format.

use crate::base::fault::Fault;
use crate::base::text::Text;

/// The refusal of what passes a limit.
pub(super) fn too_large(what: Text) -> Fault {
    Fault::new("file-too-large", what).hint(text!(
        "超出可导入的范围；请只把台账表格复制到新工作簿，或分成几个文件",
        "it is too large to import; copy only the table to a new workbook, or split it into several files"
    ))
}

/// The refusal of a workbook of so many bytes.
pub(super) fn too_large_a_workbook(bytes: usize) -> Fault {
    let megabytes = bytes >> 20;
    too_large(text!("工作簿大小为 {megabytes} MB", "the workbook is {megabytes} MB"))
}

/// The refusal of what cannot be read to its end.
pub(super) fn damaged() -> Fault {
    Fault::new("damaged-file", text!("文件已损坏，或不完整", "the file is damaged or incomplete")).hint(save_again())
}

/// The refusal of a workbook that only its password opens.
pub(super) fn encrypted() -> Fault {
    Fault::new("encrypted-file", text!("工作簿设有打开密码，无法读取", "the workbook is protected by a password")).hint(
        text!(
            "请用 Excel 或 WPS 打开，在“文件、信息、保护工作簿”中取消密码，另存为 xlsx 后再导入",
            "open it in Excel or WPS, remove the password (File, Info, Protect Workbook), and save it as xlsx"
        ),
    )
}

/// The way out for most files: a program that understands them saves them as one that is read.
pub(super) fn save_again() -> Text {
    Text::new(
        "请用 Excel 或 WPS 打开，另存为 xlsx（Excel 工作簿）后再导入",
        "open it in Excel or WPS, save it as xlsx, and import that",
    )
}
