//! Encryption (ISO 32000-1 section 7.6, ISO 32000-2 section 7.6): a file that
//! opens without a password is read as it opens; lopdf knows the ciphers.

use std::fmt;

use lopdf::encryption::{EncryptionState, decrypt_object};

use super::object::{Dict, Object, Stream};

/// The key of a file whose user password is empty.
pub(super) struct Key(EncryptionState);

impl fmt::Debug for Key {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Key")
    }
}

/// The key, if the empty password opens the file. `encrypt` has no references
/// any more; `id` is the first of the file's two.
pub(super) fn open(encrypt: &Dict, id: &[u8]) -> Option<Key> {
    let mut document = lopdf::Document::new();
    let id = lopdf::Object::string_literal(id);
    document.trailer.set("ID", vec![id.clone(), id]);
    let mut own = dict_for_lopdf(encrypt);
    // Where the length is given by the version, writers say it in bytes or in
    // bits or not at all.
    if encrypt.get(b"V").count() != Some(2) {
        own.remove(b"Length");
    }
    document
        .objects
        .insert((1, 0), lopdf::Object::Dictionary(own));
    document
        .trailer
        .set("Encrypt", lopdf::Object::Reference((1, 0)));
    document.authenticate_password("").ok()?;
    EncryptionState::decode(&document, "").ok().map(Key)
}

impl Key {
    /// Decrypts the strings of an object in place.
    pub(super) fn strings(&self, object: &mut Object, number: u32, generation: u16) {
        match object {
            Object::Text(text) => {
                let mut own = lopdf::Object::string_literal(text.to_vec());
                if decrypt_object(&self.0, (number, generation), &mut own).is_ok()
                    && let lopdf::Object::String(bytes, _) = own
                {
                    *text = bytes.into();
                }
            }
            // INVARIANT: the depth of objects is bounded where they are read.
            Object::Array(items) => {
                for item in items {
                    self.strings(item, number, generation);
                }
            }
            Object::Dict(dict) => {
                for value in dict.values_mut() {
                    self.strings(value, number, generation);
                }
            }
            Object::Stream(stream) => {
                for value in stream.dict.values_mut() {
                    self.strings(value, number, generation);
                }
            }
            Object::Null
            | Object::Flag(_)
            | Object::Integer(_)
            | Object::Real(_)
            | Object::Name(_)
            | Object::Reference(_) => {}
        }
    }

    /// Decrypts the bytes of a stream; nothing if that fails.
    pub(super) fn stream(&self, stream: &Stream, raw: &[u8]) -> Option<Vec<u8>> {
        let mut dict = lopdf::Dictionary::new();
        for key in [b"Type".as_slice(), b"Filter", b"DecodeParms"] {
            let value = stream.dict.get(key);
            if !matches!(value, Object::Null) {
                dict.set(key, for_lopdf(value));
            }
        }
        let mut own = lopdf::Object::Stream(lopdf::Stream::new(dict, raw.to_vec()));
        let id = (stream.number, stream.generation);
        decrypt_object(&self.0, id, &mut own).ok()?;
        let lopdf::Object::Stream(stream) = own else {
            return None;
        };
        Some(stream.content)
    }
}

fn dict_for_lopdf(dict: &Dict) -> lopdf::Dictionary {
    let mut own = lopdf::Dictionary::new();
    for (key, value) in dict.iter() {
        own.set(key, for_lopdf(value));
    }
    own
}

fn for_lopdf(object: &Object) -> lopdf::Object {
    match object {
        Object::Flag(flag) => lopdf::Object::Boolean(*flag),
        Object::Integer(number) => lopdf::Object::Integer(*number),
        // Nothing here is a fraction or a stream.
        Object::Null | Object::Real(_) | Object::Stream(_) => lopdf::Object::Null,
        Object::Name(name) => lopdf::Object::Name(name.to_vec()),
        Object::Text(text) => lopdf::Object::string_literal(text.to_vec()),
        Object::Array(items) => lopdf::Object::Array(items.iter().map(for_lopdf).collect()),
        Object::Dict(dict) => lopdf::Object::Dictionary(dict_for_lopdf(dict)),
        Object::Reference(number) => lopdf::Object::Reference((*number, 0)),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Arc;

    use lopdf::encryption::crypt_filters::{Aes128CryptFilter, Aes256CryptFilter, CryptFilter};
    use lopdf::{Document, EncryptionState, EncryptionVersion, Permissions};

    use crate::extract::pdf::trial::page_with;
    use crate::extract::suite::{gaps, has, read};

    /// Encrypted in four ways, for a user with this password.
    fn encrypted(user_password: &str) -> Vec<Vec<u8>> {
        let note = b"<</Subtype/Text/Contents(in a note)>>".to_vec();
        let plain = page_with("BT /F 9 Tf (943 476 5919) Tj ET", "", &[note]);
        let aes128: Arc<dyn CryptFilter> = Arc::new(Aes128CryptFilter);
        let aes256: Arc<dyn CryptFilter> = Arc::new(Aes256CryptFilter);
        let filter = b"StdCF".to_vec();
        let owner_password = "owner";
        let permissions = Permissions::all();
        let mut files = Vec::new();
        for way in 0..4 {
            let mut document = Document::load_mem(&plain).unwrap();
            let id = lopdf::Object::string_literal("sixteen bytes id");
            document.trailer.set("ID", vec![id.clone(), id]);
            let version = match way {
                0 => EncryptionVersion::V1 {
                    document: &document,
                    owner_password,
                    user_password,
                    permissions,
                },
                1 => EncryptionVersion::V2 {
                    document: &document,
                    owner_password,
                    user_password,
                    key_length: 128,
                    permissions,
                },
                2 => EncryptionVersion::V4 {
                    document: &document,
                    encrypt_metadata: true,
                    crypt_filters: BTreeMap::from([(filter.clone(), Arc::clone(&aes128))]),
                    stream_filter: filter.clone(),
                    string_filter: filter.clone(),
                    owner_password,
                    user_password,
                    permissions,
                },
                _ => EncryptionVersion::V5 {
                    encrypt_metadata: true,
                    crypt_filters: BTreeMap::from([(filter.clone(), Arc::clone(&aes256))]),
                    file_encryption_key: &[7; 32],
                    stream_filter: filter.clone(),
                    string_filter: filter.clone(),
                    owner_password,
                    user_password,
                    permissions,
                },
            };
            let state = EncryptionState::try_from(version).unwrap();
            document.encrypt(&state).unwrap();
            let mut file = Vec::new();
            document.save_to(&mut file).unwrap();
            files.push(file);
        }
        files
    }

    #[test]
    fn what_opens_without_a_password_is_read() {
        for file in encrypted("") {
            let reading = read(&file);
            assert!(has(&reading, "943 476 5919"));
            assert!(has(&reading, "in a note"));
            assert_eq!(gaps(&reading), Vec::<String>::new());
        }
    }

    #[test]
    fn what_wants_a_password_is_encrypted() {
        for file in encrypted("user") {
            assert_eq!(gaps(&read(&file)), ["encrypted pdf"]);
        }
    }
}
