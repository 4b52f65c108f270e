//! Layers that are switched off (ISO 32000-1 section 8.11, optional content).

use std::collections::BTreeSet;

use super::document::Document;
use super::object::Object;

/// The layers that are off when the file is opened.
#[derive(Debug)]
pub(super) struct Layers(BTreeSet<u32>);

impl Layers {
    /// By the configuration that viewers begin with.
    pub(super) fn new(document: &Document<'_, '_, '_>) -> Self {
        let properties = document
            .get(document.catalogue().get(b"OCProperties"))
            .dict();
        let begin = document.get(properties.get(b"D")).dict();
        let ids = |object: &Object| -> BTreeSet<u32> {
            document
                .get(object)
                .array()
                .iter()
                .filter_map(Object::id)
                .collect()
        };
        let mut off = BTreeSet::new();
        if document.get(begin.get(b"BaseState")).name() == b"OFF" {
            off = ids(properties.get(b"OCGs"));
            for on in ids(begin.get(b"ON")) {
                off.remove(&on);
            }
        }
        off.extend(ids(begin.get(b"OFF")));
        Self(off)
    }

    /// Whether what belongs to this layer, or group of layers, is not shown.
    pub(super) fn is_off(&self, document: &Document<'_, '_, '_>, layer: &Object) -> bool {
        if let Some(id) = layer.id()
            && self.0.contains(&id)
        {
            return true;
        }
        let group = document.get(layer).dict();
        if !group.is(b"OCMD") {
            return false;
        }
        let layers = group.get(b"OCGs");
        let is_off = |layer: &Object| layer.id().is_some_and(|id| self.0.contains(&id));
        let Some(all) = document.get(layers).items() else {
            return is_off(layers);
        };
        match document.get(group.get(b"P")).name() {
            b"AllOn" => all.iter().any(is_off),
            b"AnyOff" => !all.iter().any(is_off),
            b"AllOff" => !all.iter().all(is_off),
            _ => !all.is_empty() && all.iter().all(is_off),
        }
    }
}
