//! Binary workbooks since 2007 (MS-XLSB): a package as XLSX, some of whose
//! parts are records.

use super::package;
use crate::extract::sink::Sink;

/// Reads the file.
pub(in crate::extract) fn read(bytes: &[u8], sink: &mut Sink<'_>) {
    package::read(bytes, sink);
}
