//! Workbooks in Office Open XML: XLSX, XLSM, XLTX, XLAM (ECMA-376 part 1, 18).

use super::package;
use crate::extract::sink::Sink;

/// Reads the file.
pub(in crate::extract) fn read(bytes: &[u8], sink: &mut Sink<'_>) {
    package::read(bytes, sink);
}
