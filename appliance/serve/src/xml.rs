//! XML answers: the JSON of the same answer, member by member.
//!
//! The root is `<response>`; a member is an element, an array holds one `<item>` each, `null` is an
//! empty element. So a shape is written down once, and both formats follow it.

pub mod body;

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

/// What stands for a character that XML has no way to write.
const UNWRITABLE: char = '\u{fffd}';

/// The XML of a JSON text; nothing where the text is not JSON, or names a member as no element
/// can be named.
pub fn of_json(json: &[u8]) -> Option<String> {
    let tree: Tree = serde_json::from_slice(json).ok()?;
    let mut out = String::with_capacity(json.len() * 2);
    out.push_str("<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
    element(&mut out, "response", &tree)?;
    Some(out)
}

/// JSON with its members in their own order.
enum Tree {
    Text(String),
    Items(Vec<Tree>),
    Members(Vec<(String, Tree)>),
}

fn element(out: &mut String, name: &str, tree: &Tree) -> Option<()> {
    let mut bytes = name.bytes();
    let begins = bytes.next().is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_');
    if !begins || !bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
        return None;
    }
    out.extend(["<", name, ">"]);
    match tree {
        Tree::Text(text) => escape(out, text),
        Tree::Items(items) => items.iter().try_for_each(|item| element(out, "item", item))?,
        Tree::Members(members) => {
            members.iter().try_for_each(|(name, member)| element(out, name, member))?;
        }
    }
    out.extend(["</", name, ">"]);
    Some(())
}

fn escape(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            // A parser would make a line feed of it.
            '\r' => out.push_str("&#13;"),
            '\t' | '\n' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' => out.push(c),
            '\u{10000}'.. => out.push(c),
            _ => out.push(UNWRITABLE),
        }
    }
}

impl<'de> Deserialize<'de> for Tree {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Tree, D::Error> {
        deserializer.deserialize_any(TreeVisitor)
    }
}

struct TreeVisitor;

impl<'de> Visitor<'de> for TreeVisitor {
    type Value = Tree;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Tree, E> {
        Ok(Tree::Text(String::new()))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Tree, E> {
        Ok(Tree::Text(value.to_string()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Tree, E> {
        Ok(Tree::Text(value.to_string()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Tree, E> {
        Ok(Tree::Text(value.to_string()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Tree, E> {
        Ok(Tree::Text(value.to_string()))
    }

    fn visit_str<E>(self, value: &str) -> Result<Tree, E> {
        Ok(Tree::Text(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Tree, E> {
        Ok(Tree::Text(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Tree, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element()? {
            items.push(item);
        }
        Ok(Tree::Items(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Tree, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(Tree::Members(members))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(json: &str, xml: Option<&str>) {
        let whole = |inner| {
            format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?><response>{inner}</response>")
        };
        assert_eq!(of_json(json.as_bytes()), xml.map(whole), "{json}");
    }

    #[test]
    fn members_items_and_texts() {
        check(
            r#"{"success":true,"z":"","a":[{"id":"1"},{"id":"2"}],"n":null,"none":[],"i":-3}"#,
            Some(
                "<success>true</success><z></z>\
                 <a><item><id>1</id></item><item><id>2</id></item></a>\
                 <n></n><none></none><i>-3</i>",
            ),
        );
        check(
            r#"{"t":"<b>&\"' \r\n\u0001\ufffe\u20ac"}"#,
            Some("<t>&lt;b&gt;&amp;&quot;&apos; &#13;\n\u{fffd}\u{fffd}\u{20ac}</t>"),
        );
    }

    #[test]
    fn what_cannot_be_an_element_is_not_written() {
        check(r#"{"a b":1}"#, None);
        check(r#"{"":1}"#, None);
        check("{", None);
    }

    proptest! {
        #[test]
        fn no_text_breaks_out_of_its_element(text in "\\PC{0,40}|[\0-\u{ff}]{0,40}") {
            let json = serde_json::to_vec(&serde_json::json!({ "t": text })).unwrap();
            let xml = of_json(&json).unwrap();
            let inner = xml.split_once("<t>").unwrap().1.split_once("</t>").unwrap();
            prop_assert!(!inner.0.contains('<') && !inner.0.contains('>'));
            prop_assert_eq!(inner.1, "</response>");
            prop_assert!(xml.chars().all(|c| matches!(c, '\t' | '\n' | ' '..)));
        }
    }
}
