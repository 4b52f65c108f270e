//! The rows behind a pivot table, as a table: its fields, a line a record, and
//! the values that are kept although no record has them any more.

/// The fields and records of one pivot cache.
#[derive(Debug, Default)]
pub(super) struct PivotText {
    fields: Vec<Field>,
    records: String,
    /// The values of the record at hand, by field.
    row: Vec<Option<String>>,
    /// Which field comes next.
    next: usize,
    /// The fields without shared values, once records begin, and how many of
    /// them the record at hand has.
    unshared: Vec<usize>,
    own: usize,
    /// How many bytes are kept.
    most: usize,
    full: bool,
}

#[derive(Debug, Default)]
struct Field {
    name: String,
    /// The values that records refer to by number, and whether one does.
    items: Vec<(String, bool)>,
}

impl PivotText {
    /// Keeps at most so many bytes.
    pub(super) fn new(most: usize) -> Self {
        Self {
            most,
            ..Self::default()
        }
    }

    /// Begins a field.
    pub(super) fn field(&mut self, name: &str) {
        self.fields.push(Field {
            name: name.to_owned(),
            items: Vec::new(),
        });
    }

    /// Adds a shared value to the last field.
    pub(super) fn item(&mut self, value: &str) {
        if self.fields.is_empty() {
            self.fields.push(Field::default());
        }
        if let Some(field) = self.fields.last_mut() {
            field.items.push((value.to_owned(), false));
        }
    }

    /// Whether a field has shared values.
    pub(super) fn shares(&self, field: usize) -> bool {
        self.fields
            .get(field)
            .is_some_and(|field| !field.items.is_empty())
    }

    /// How many shared values a field has.
    pub(super) fn items(&self, field: usize) -> usize {
        self.fields.get(field).map_or(0, |field| field.items.len())
    }

    /// How many fields there are.
    pub(super) fn width(&self) -> usize {
        self.fields.len()
    }

    /// The next value of the record at hand.
    pub(super) fn value(&mut self, value: &str) {
        self.put(self.next, value.to_owned());
        self.next = self.next.saturating_add(1);
    }

    /// The next value of a field that has no shared ones; a new record begins
    /// when there is no such field any more.
    pub(super) fn own(&mut self, value: &str) {
        if self.unshared.is_empty() {
            self.unshared = (0..self.width())
                .filter(|field| !self.shares(*field))
                .collect();
        }
        if self.own >= self.unshared.len() {
            self.end_record();
        }
        let field = self.unshared.get(self.own).copied();
        self.own = self.own.saturating_add(1);
        self.put(field.unwrap_or(self.row.len()), value.to_owned());
    }

    /// The next value, by its number among the shared ones of its field.
    pub(super) fn shared(&mut self, number: usize) {
        self.shared_in(self.next, number);
        self.next = self.next.saturating_add(1);
    }

    /// The value of a field, by its number among the shared ones.
    pub(super) fn shared_in(&mut self, field: usize, number: usize) {
        let items = self.fields.get_mut(field).map(|field| &mut field.items);
        if let Some((value, used)) = items.and_then(|items| items.get_mut(number)) {
            *used = true;
            let value = value.clone();
            self.put(field, value);
        }
    }

    /// Which field of the record comes next.
    pub(super) fn next_field(&self) -> usize {
        self.next
    }

    /// Ends the record at hand.
    pub(super) fn end_record(&mut self) {
        let row = std::mem::take(&mut self.row);
        self.next = 0;
        self.own = 0;
        if row.is_empty() || self.full {
            return;
        }
        for (field, value) in row.into_iter().enumerate() {
            if field > 0 {
                self.records.push('\t');
            }
            let value = value.unwrap_or_default();
            if self.records.len().saturating_add(value.len()) > self.most {
                self.full = true;
                break;
            }
            self.records
                .push_str(&value.replace(['\n', '\r', '\t'], " "));
        }
        self.records.push('\n');
    }

    fn put(&mut self, field: usize, value: String) {
        // A record has no more values than bytes are kept.
        if self.full {
            return;
        }
        if field >= self.row.len() && field < self.most {
            self.row.resize(field.saturating_add(1), None);
        }
        if let Some(place) = self.row.get_mut(field) {
            *place = Some(value);
        }
    }

    /// The records under the names of their fields; the values that none has,
    /// field by field; and whether there was more than is kept.
    pub(super) fn finish(mut self) -> (String, String, bool) {
        self.end_record();
        let names: Vec<String> = self
            .fields
            .iter()
            .map(|field| field.name.replace(['\n', '\t'], " "))
            .collect();
        let records = if self.records.is_empty() {
            String::new()
        } else {
            format!("{}\n{}", names.join("\t"), self.records)
        };
        let mut left = String::new();
        for field in &self.fields {
            left.push_str(&field.name);
            left.push('\n');
            for (value, used) in &field.items {
                if !used {
                    left.push_str(&value.replace(['\n', '\r'], " "));
                    left.push('\n');
                }
            }
        }
        (records, left, self.full)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_stand_under_their_fields() {
        let mut pivot = PivotText::new(1_000);
        pivot.field("NHS number");
        pivot.field("Ward");
        pivot.item("A");
        pivot.item("B");
        pivot.value("9434765919");
        pivot.shared(1);
        pivot.end_record();
        let (records, left, full) = pivot.finish();
        assert_eq!(records, "NHS number\tWard\n9434765919\tB\n");
        assert_eq!(left, "NHS number\nWard\nA\n");
        assert!(!full);
    }

    #[test]
    fn a_long_value_that_is_shared_often_is_bounded() {
        let mut pivot = PivotText::new(1_000);
        pivot.field("Text");
        pivot.item(&"x".repeat(600));
        for _ in 0..100 {
            pivot.shared(0);
            pivot.end_record();
        }
        let (records, _, full) = pivot.finish();
        assert!(full && records.len() < 2_000);
    }
}
