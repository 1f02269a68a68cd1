//! XML bodies, read as the JSON of the same shape: the way back from what is written beside it.
//!
//! The root may have any name. An element with elements in it is an object, or an array where all
//! of them are named `item`; any other is a text. Attributes mean nothing and are passed over.
//! A body is data and no document: types, entities and instructions are refused, not skipped.

use serde_json::{Map, Value};

/// Elements inside one another. No call has more than four; the reader's stack is bounded by it.
pub const DEPTH_MAX: usize = 16;

/// Why a body is not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum XmlFault {
    /// It is not XML, or not of a shape that JSON has too.
    Shape,
    /// A document type, an entity of its own or a processing instruction.
    Forbidden,
    /// Deeper than [`DEPTH_MAX`].
    Deep,
    /// A character that XML does not have.
    Character,
    /// Two elements with one name where each may stand once.
    Twice,
}

impl XmlFault {
    /// What is wrong, after "the body".
    pub fn words(self) -> &'static str {
        match self {
            XmlFault::Shape => "is not XML with one element a parameter",
            XmlFault::Forbidden => "has a document type, an entity or an instruction in it",
            XmlFault::Deep => "has too many elements inside one another",
            XmlFault::Character => "has a character in it that XML does not have",
            XmlFault::Twice => "has two elements with the same name",
        }
    }
}

/// The JSON of an XML body.
///
/// # Errors
///
/// [`XmlFault`].
pub fn to_json(body: &[u8]) -> Result<Value, XmlFault> {
    let text = std::str::from_utf8(body).map_err(|_| XmlFault::Shape)?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if !text.chars().all(is_character) {
        return Err(XmlFault::Character);
    }
    let mut reader = Reader { rest: text.trim_start() };
    if let Some(rest) = reader.rest.strip_prefix("<?xml ") {
        reader.rest = rest.split_once("?>").ok_or(XmlFault::Shape)?.1;
    }
    reader.skip_between()?;
    let (_, value) = reader.element(DEPTH_MAX)?;
    reader.skip_between()?;
    if reader.rest.is_empty() { Ok(value) } else { Err(XmlFault::Shape) }
}

struct Reader<'a> {
    rest: &'a str,
}

impl<'a> Reader<'a> {
    fn take(&mut self, what: &str) -> Option<()> {
        self.rest = self.rest.strip_prefix(what)?;
        Some(())
    }

    fn need(&mut self, what: &str) -> Result<(), XmlFault> {
        self.take(what).ok_or(XmlFault::Shape)
    }

    fn skip_blanks(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\r', '\n']);
    }

    /// Up to `end`, which is passed over.
    fn until(&mut self, end: &str) -> Result<&'a str, XmlFault> {
        let (before, rest) = self.rest.split_once(end).ok_or(XmlFault::Shape)?;
        self.rest = rest;
        Ok(before)
    }

    /// Blanks and comments, as they may stand around the root.
    fn skip_between(&mut self) -> Result<(), XmlFault> {
        loop {
            self.skip_blanks();
            if self.take("<!--").is_some() {
                self.until("-->")?;
            } else if self.rest.starts_with("<!") || self.rest.starts_with("<?") {
                return Err(XmlFault::Forbidden);
            } else {
                return Ok(());
            }
        }
    }

    fn name(&mut self) -> Result<&'a str, XmlFault> {
        let inside = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | ':');
        let (name, rest) =
            self.rest.split_at(self.rest.find(|c| !inside(c)).unwrap_or(self.rest.len()));
        let begins = |c: char| c.is_ascii_alphabetic() || c == '_';
        if !name.starts_with(begins) {
            return Err(XmlFault::Shape);
        }
        self.rest = rest;
        Ok(name)
    }

    /// An element, and what is in it; `depth` is how many more may be inside one another.
    fn element(&mut self, depth: usize) -> Result<(&'a str, Value), XmlFault> {
        let depth = depth.checked_sub(1).ok_or(XmlFault::Deep)?;
        self.need("<")?;
        let name = self.name()?;
        self.skip_attributes()?;
        if self.take("/>").is_some() {
            return Ok((name, Value::String(String::new())));
        }
        self.need(">")?;
        let mut text = String::new();
        let mut children = Vec::new();
        while self.take("</").is_none() {
            match self.rest.as_bytes() {
                [b'<', b'!', b'-', b'-', ..] | [b'<', b'!' | b'?', ..] => self.mark(&mut text)?,
                [b'<', ..] => children.push(self.element(depth)?),
                _ => self.text(&mut text)?,
            }
        }
        if self.name()? != name {
            return Err(XmlFault::Shape);
        }
        self.skip_blanks();
        self.need(">")?;
        Ok((name, content(text, children)?))
    }

    fn skip_attributes(&mut self) -> Result<(), XmlFault> {
        loop {
            let before = self.rest.len();
            self.skip_blanks();
            if self.rest.starts_with(['/', '>']) {
                return Ok(());
            }
            if self.rest.len() == before {
                return Err(XmlFault::Shape);
            }
            self.name()?;
            self.skip_blanks();
            self.need("=")?;
            self.skip_blanks();
            let quote = if self.take("\"").is_some() { "\"" } else { "'" };
            if quote == "'" {
                self.need("'")?;
            }
            if self.until(quote)?.contains('<') {
                return Err(XmlFault::Shape);
            }
        }
    }

    /// A comment, or characters that are marked as such.
    fn mark(&mut self, text: &mut String) -> Result<(), XmlFault> {
        if self.take("<!--").is_some() {
            self.until("-->")?;
        } else if self.take("<![CDATA[").is_some() {
            push_lines(text, self.until("]]>")?);
        } else {
            return Err(XmlFault::Forbidden);
        }
        Ok(())
    }

    /// Characters up to the next mark, with what stands for others.
    fn text(&mut self, text: &mut String) -> Result<(), XmlFault> {
        let end = self.rest.find('<').ok_or(XmlFault::Shape)?;
        let (mut part, rest) = self.rest.split_at(end);
        self.rest = rest;
        while let Some((before, after)) = part.split_once('&') {
            push_lines(text, before);
            let (name, after) = after.split_once(';').ok_or(XmlFault::Shape)?;
            text.push(referred(name)?);
            part = after;
        }
        push_lines(text, part);
        Ok(())
    }
}

/// Line ends are line feeds, however they were written.
fn push_lines(text: &mut String, part: &str) {
    if part.contains('\r') {
        text.push_str(&part.replace("\r\n", "\n").replace('\r', "\n"));
    } else {
        text.push_str(part);
    }
}

fn content(text: String, children: Vec<(&str, Value)>) -> Result<Value, XmlFault> {
    if children.is_empty() {
        return Ok(Value::String(text));
    }
    if !text.trim().is_empty() {
        return Err(XmlFault::Shape);
    }
    if children.iter().all(|(name, _)| *name == "item") {
        return Ok(Value::Array(children.into_iter().map(|(_, value)| value).collect()));
    }
    let mut members = Map::new();
    for (name, value) in children {
        if members.insert(name.to_owned(), value).is_some() {
            return Err(XmlFault::Twice);
        }
    }
    Ok(Value::Object(members))
}

/// The character that a reference stands for. XML has five names of its own; any other would be
/// declared in a document type.
fn referred(name: &str) -> Result<char, XmlFault> {
    let number = match name {
        "lt" => return Ok('<'),
        "gt" => return Ok('>'),
        "amp" => return Ok('&'),
        "quot" => return Ok('"'),
        "apos" => return Ok('\''),
        _ => name.strip_prefix('#').ok_or(XmlFault::Forbidden)?,
    };
    let (digits, radix) = number.strip_prefix('x').map_or((number, 10), |digits| (digits, 16));
    if !digits.starts_with(|c: char| c.is_ascii_hexdigit()) {
        return Err(XmlFault::Shape);
    }
    let code = u32::from_str_radix(digits, radix).map_err(|_| XmlFault::Shape)?;
    char::from_u32(code).filter(|c| is_character(*c)).ok_or(XmlFault::Character)
}

/// Production [2] of XML 1.0.
fn is_character(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn elements_are_members_and_items_are_arrays() {
        for (xml, value) in [
            ("<a/>", json!("")),
            ("<a></a>", json!("")),
            (" <r> <x>1</x>\n<y>two</y></r>\n", json!({"x": "1", "y": "two"})),
            ("<r><s><item>1</item><item>2</item></s></r>", json!({"s": ["1", "2"]})),
            (
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?><!-- a --><r a=\"1\" b='&x;'><x/></r><!---->",
                json!({"x": ""}),
            ),
            (
                "\u{feff}<r><x>a&lt;&gt;&amp;&quot;&apos;&#65;&#x42;</x></r>",
                json!({"x": "a<>&\"'AB"}),
            ),
            (
                "<r><x>a<![CDATA[<b>&c;]]><!-- no -->\r\nd&#13;</x></r>",
                json!({"x": "a<b>&c;\nd\r"}),
            ),
            ("<r><x>\u{20ac} \u{1f600}</x ></r>", json!({"x": "\u{20ac} \u{1f600}"})),
        ] {
            assert_eq!(to_json(xml.as_bytes()), Ok(value), "{xml}");
        }
    }

    #[test]
    fn what_is_more_than_plain_values_is_refused() {
        use XmlFault::{Character, Deep, Forbidden, Shape, Twice};
        let bomb = "<!DOCTYPE r [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;&a;\">]><r>&b;</r>";
        let file = "<!DOCTYPE r SYSTEM \"file:///etc/passwd\"><r/>";
        for (xml, fault) in [
            (bomb, Forbidden),
            (file, Forbidden),
            ("<r><!DOCTYPE x></r>", Forbidden),
            ("<r>&a;</r>", Forbidden),
            ("<r><?php x?></r>", Forbidden),
            ("<?xsl x?><r/>", Forbidden),
            ("<r/><?x?>", Forbidden),
            ("<r>\u{1}</r>", Character),
            ("<r>&#0;</r>", Character),
            ("<r>&#x1b;</r>", Character),
            ("<r>&#xd800;</r>", Character),
            ("<r>&#xfffe;</r>", Character),
            ("<r>&#xffffffffff;</r>", Shape),
            ("<r>&#+65;</r>", Shape),
            ("<r>&lt</r>", Shape),
            ("<r><x>1</x><x>2</x></r>", Twice),
            ("<r>text<x/></r>", Shape),
            ("<r><x></r></x>", Shape),
            ("<r>", Shape),
            ("<r", Shape),
            ("<r/><r/>", Shape),
            ("<r/>text", Shape),
            ("<1/>", Shape),
            ("<r a=1/>", Shape),
            ("<r a=\"1\"b=\"2\"/>", Shape),
            ("<r a=\"<\"/>", Shape),
            ("", Shape),
        ] {
            assert_eq!(to_json(xml.as_bytes()), Err(fault), "{xml}");
        }
        assert_eq!(to_json(b"<r>\xff</r>"), Err(Shape));
        let deep = |depth: usize| "<a>".repeat(depth) + &"</a>".repeat(depth);
        assert!(to_json(deep(DEPTH_MAX).as_bytes()).is_ok());
        assert_eq!(to_json(deep(DEPTH_MAX + 1).as_bytes()), Err(Deep));
        assert_eq!(to_json("<a>".repeat(20_000).as_bytes()), Err(Deep));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(text in "[ -~\t\r\n\u{a0}-\u{2fff}]{0,40}") {
            let value = json!({"a": text, "b": ["", text], "c": {"d": text}});
            let xml = super::super::of_json(value.to_string().as_bytes()).unwrap();
            prop_assert_eq!(to_json(xml.as_bytes()), Ok(value));
        }

        #[test]
        fn no_body_breaks_the_reader(body in "[<>/!?&;# a\"'=x\\[\\]-]{0,60}") {
            let _ = to_json(body.as_bytes());
        }
    }
}
