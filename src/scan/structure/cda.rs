//! CDA and HL7 v3: `<id root="..." extension="9434765919"/>`, the root an OID,
//! the attributes in any order.

use super::nearby::{Field, after, authority, before};

pub(super) fn field(view: &[u8], start: usize, end: usize) -> Option<Field> {
    let left = before(view, start, 300);
    let value = left
        .strip_suffix(b"\"")
        .or_else(|| left.strip_suffix(b"'"))?;
    if !value.ends_with(b"extension=") {
        return None;
    }
    let opened = memchr::memrchr2(b'<', b'>', left)?;
    let right = after(view, end, 300);
    let closed = memchr::memchr2(b'<', b'>', right)?;
    authority(left.get(opened..)?).or_else(|| authority(right.get(..closed)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_may_stand_on_either_side() {
        for text in [
            "<id root=\"2.16.840.1.113883.2.1.4.1\" extension=\"9434765919\"/>",
            "<id extension='9434765919' root='2.16.840.1.113883.2.1.4.1'/>",
        ] {
            let start = text.find("943").expect("the number");
            assert_eq!(
                field(text.as_bytes(), start, start + 10),
                Some(Field::Patient)
            );
        }
        let other = b"<id root=\"1.2.826\" extension=\"9434765919\"/>";
        assert_eq!(field(other, 30, 40), None);
    }
}
