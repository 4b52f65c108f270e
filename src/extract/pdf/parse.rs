//! Objects out of words, without recursion: the depth is bounded, as what is
//! built is dropped by recursion.

use super::lexer::{Lexer, Token};
use super::object::{Dict, Object};

/// How deep arrays and dictionaries may stand in each other. Poppler stops at
/// 500; real files stay below 20.
const DEPTH: usize = 200;

/// What was read, and whether something had to be left out.
#[derive(Debug)]
pub(super) struct Parsed {
    /// The object; null if there is none.
    pub(super) object: Object,
    /// How many objects stand in it.
    pub(super) nodes: usize,
    /// Whether it is deeper than the bound, or larger than `most`.
    pub(super) beyond: bool,
}

/// An array or dictionary that is still open.
struct Open {
    is_dict: bool,
    items: Vec<Object>,
}

/// Reads one object of at most so many nodes; the lexer stands behind it then.
pub(super) fn object(lexer: &mut Lexer<'_>, most: usize) -> Parsed {
    let mut stack: Vec<Open> = Vec::new();
    let mut nodes = 0_usize;
    loop {
        let before = lexer.position();
        let Some(token) = lexer.token() else {
            return close(stack, nodes);
        };
        nodes = nodes.saturating_add(1);
        if nodes > most || stack.len() > DEPTH {
            return Parsed {
                object: Object::Null,
                nodes,
                beyond: true,
            };
        }
        let done = match token {
            Token::ArrayOpen | Token::DictOpen => {
                stack.push(Open {
                    is_dict: token == Token::DictOpen,
                    items: Vec::new(),
                });
                continue;
            }
            Token::ArrayClose | Token::DictClose => match stack.pop() {
                Some(open) => built(open),
                None => Object::Null,
            },
            Token::Integer(number) if stack.is_empty() => reference(lexer, number),
            Token::Integer(number) => Object::Integer(number),
            Token::Real(number) => Object::Real(number),
            Token::Name(name) => Object::Name(name.into()),
            Token::Text(text) => Object::Text(text.into()),
            Token::Word(b"R") => match stack.last_mut() {
                Some(open) => refer(open),
                None => Object::Null,
            },
            Token::Word(b"true") => Object::Flag(true),
            Token::Word(b"false") => Object::Flag(false),
            Token::Word(b"null") => Object::Null,
            Token::Word(b"endobj" | b"stream" | b"endstream" | b"obj") => {
                // A bracket was never closed: what came before it is kept.
                lexer.go(before);
                return close(stack, nodes);
            }
            Token::Word(_) if stack.is_empty() => Object::Null,
            Token::Word(_) => continue,
        };
        match stack.last_mut() {
            Some(open) => open.items.push(done),
            None => {
                return Parsed {
                    object: done,
                    nodes,
                    beyond: false,
                };
            }
        }
    }
}

fn close(mut stack: Vec<Open>, nodes: usize) -> Parsed {
    let mut object = Object::Null;
    while let Some(mut open) = stack.pop() {
        if !matches!(object, Object::Null) {
            open.items.push(object);
        }
        object = built(open);
    }
    Parsed {
        object,
        nodes,
        beyond: false,
    }
}

fn built(open: Open) -> Object {
    if !open.is_dict {
        return Object::Array(open.items);
    }
    let mut pairs = Vec::new();
    let mut items = open.items.into_iter();
    while let Some(key) = items.next() {
        if let Object::Name(key) = key {
            pairs.push((key, items.next().unwrap_or_default()));
        }
    }
    Object::Dict(Dict::new(pairs))
}

/// `12 0` and now `R`, inside an array or dictionary.
fn refer(open: &mut Open) -> Object {
    open.items.pop();
    match open.items.pop() {
        Some(Object::Integer(number)) => {
            u32::try_from(number).map_or(Object::Null, Object::Reference)
        }
        _ => Object::Null,
    }
}

/// A number outside of everything may be the beginning of `12 0 R`.
fn reference(lexer: &mut Lexer<'_>, number: i64) -> Object {
    let before = lexer.position();
    let generation = lexer.token();
    let word = lexer.token();
    if let (Some(Token::Integer(_)), Some(Token::Word(b"R"))) = (generation, word)
        && let Ok(number) = u32::try_from(number)
    {
        return Object::Reference(number);
    }
    lexer.go(before);
    Object::Integer(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(bytes: &[u8]) -> Parsed {
        object(&mut Lexer::at(bytes, 0), 1_000_000)
    }

    #[test]
    fn dictionaries_hold_arrays_and_references() {
        let parsed = parsed(b"<< /A [1 2 0 R (x)] /B << /C 3 0 R >> /A 7 >>");
        assert_eq!(parsed.object.dict().get(b"A").count(), Some(7));
        assert_eq!(
            parsed.object.dict().get(b"B").dict().get(b"C").id(),
            Some(3)
        );
    }

    #[test]
    fn brackets_that_nobody_closes_are_closed() {
        let parsed = parsed(b"<< /A [1 2 (x) endobj");
        assert_eq!(parsed.object.dict().get(b"A").array().len(), 3);
    }

    #[test]
    fn a_tower_of_brackets_is_refused() {
        for bracket in ["[", "<</A", "[<</A"] {
            assert!(parsed(bracket.repeat(100_000).as_bytes()).beyond);
        }
    }
}
