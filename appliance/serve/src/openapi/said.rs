//! What is said of an operation beside its path and its method.

use schemars::generate::SchemaGenerator;
use schemars::{JsonSchema, Schema};
use serde_json::{Value, json};

/// Makes the schema of a type.
pub type Shape = fn(&mut SchemaGenerator) -> Schema;

/// What a parameter, or a member of a form, may be.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// Any text.
    Text,
    /// Digits.
    Number,
    /// A whole number in these bounds, both included.
    Within(u32, u32),
    /// Digits, as a number or as a text; the empty text is as good as nothing.
    Id,
    /// Yes or no.
    Flag,
    /// `yyyy-MM-dd`.
    Date,
    /// One of these words.
    Words(&'static [&'static str]),
    /// Many of them, of the kind [`Kind::Id`].
    Ids,
    /// By what one can ask again: 1 to 255 printable characters of ASCII.
    RepeatKey,
    /// A version between quotes.
    Tag,
    /// Anything at all: the dialect takes it in several forms.
    Any,
}

impl Kind {
    /// Its JSON Schema.
    pub(super) fn schema(self) -> Value {
        match self {
            Kind::Text => json!({"type": "string"}),
            Kind::Number => json!({"type": "integer", "minimum": 0}),
            Kind::Within(least, most) => {
                json!({"type": "integer", "minimum": least, "maximum": most})
            }
            Kind::RepeatKey => json!({"type": "string", "pattern": "^[!-~]([ -~]{0,253}[!-~])?$"}),
            Kind::Tag => json!({"type": "string", "pattern": "^\"[0-9]{1,19}\"$"}),
            Kind::Id => {
                json!({"anyOf": [
                    {"type": "integer", "minimum": 0}, {"type": "string", "pattern": "^[0-9]{0,20}$"}
                ]})
            }
            Kind::Flag => json!({"type": "boolean"}),
            Kind::Date => json!({"type": "string", "format": "date"}),
            Kind::Words(words) => json!({"type": "string", "enum": words}),
            Kind::Ids => json!({"type": "array", "items": Kind::Id.schema()}),
            Kind::Any => json!({}),
        }
    }
}

/// A parameter in query, path or header; or a member of a body that no type reads.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// What it may be.
    pub kind: Kind,
    /// Whether it must be there.
    pub is_needed: bool,
    /// What it is, in a few words.
    pub about: &'static str,
}

impl Field {
    /// One that may be left out.
    pub const fn may(name: &'static str, kind: Kind, about: &'static str) -> Field {
        Field { name, kind, is_needed: false, about }
    }

    /// One that must be there.
    pub const fn must(name: &'static str, kind: Kind, about: &'static str) -> Field {
        Field { name, kind, is_needed: true, about }
    }
}

/// How an answer is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Media {
    /// JSON, or what the dialect writes beside it.
    Json,
    /// Server-sent events; their data have the shape.
    Events,
    /// Either of the two above, as the caller asks for.
    JsonOrEvents,
    /// Something else, of this type.
    Other(&'static str),
    /// No body at all.
    Nothing,
}

/// An answer to what could be done.
#[derive(Clone, Copy, Debug)]
pub struct Gives {
    /// The status.
    pub status: u16,
    /// How it is written.
    pub media: Media,
    /// Its shape; none where it is no JSON.
    pub shape: Option<Shape>,
}

/// What is sent.
#[derive(Clone, Copy, Debug)]
pub(super) enum Takes {
    Nothing,
    /// A JSON object that a type reads.
    Body(Shape),
    /// Members that the dialect reads one by one.
    Members(&'static [Field]),
}

/// What is said of an operation beside its path and its method.
#[derive(Clone, Copy, Debug)]
pub struct Said {
    pub(super) about: &'static str,
    pub(super) query: &'static [Field],
    pub(super) headers: &'static [Field],
    pub(super) takes: Takes,
    pub(super) is_body_needed: bool,
    pub(super) gives: [Option<Gives>; 2],
    pub(super) refuses: &'static [u16],
}

impl Said {
    /// Nothing yet: it takes nothing, and answers 200 without a body.
    pub const NOTHING: Said = Said {
        about: "",
        query: &[],
        headers: &[],
        takes: Takes::Nothing,
        is_body_needed: true,
        gives: [Some(Gives { status: 200, media: Media::Nothing, shape: None }), None],
        refuses: &[],
    };

    /// Answers 200 with JSON of this type.
    pub const fn gives<T: JsonSchema>() -> Said {
        Said::gives_at::<T>(200)
    }

    /// Answers this status with JSON of this type.
    pub const fn gives_at<T: JsonSchema>(status: u16) -> Said {
        Said::answers(status, Media::Json, Some(shape::<T>))
    }

    /// Answers 200 so.
    pub const fn answers(status: u16, media: Media, shape: Option<Shape>) -> Said {
        Said { gives: [Some(Gives { status, media, shape }), None], ..Said::NOTHING }
    }

    /// A screen: its state as JSON, or as events.
    pub const fn shows<T: JsonSchema>() -> Said {
        Said::answers(200, Media::JsonOrEvents, Some(shape::<T>))
    }

    /// Or this, where there is nothing to tell.
    pub const fn or(self, status: u16, media: Media) -> Said {
        let gives = [self.gives[0], Some(Gives { status, media, shape: None })];
        Said { gives, ..self }
    }

    /// Or this status, with the same body.
    pub const fn or_at(self, status: u16) -> Said {
        let Some(first) = self.gives[0] else { return self };
        Said { gives: [Some(first), Some(Gives { status, ..first })], ..self }
    }

    /// Takes a body of this type.
    pub const fn takes<T: JsonSchema>(self) -> Said {
        Said { takes: Takes::Body(shape::<T>), ..self }
    }

    /// Takes these members.
    pub const fn members(self, members: &'static [Field]) -> Said {
        Said { takes: Takes::Members(members), ..self }
    }

    /// The body may be left out.
    pub const fn or_no_body(self) -> Said {
        Said { is_body_needed: false, ..self }
    }

    /// Takes these parameters in the query.
    pub const fn query(self, query: &'static [Field]) -> Said {
        Said { query, ..self }
    }

    /// Looks at these headers.
    pub const fn headers(self, headers: &'static [Field]) -> Said {
        Said { headers, ..self }
    }

    /// May say no with these statuses, beside those of its dialect and of its guard.
    pub const fn refuses(self, refuses: &'static [u16]) -> Said {
        Said { refuses, ..self }
    }

    /// What a reader should know beyond the summary.
    pub const fn about(self, about: &'static str) -> Said {
        Said { about, ..self }
    }
}

/// The schema of a type, as a reference where it has a name.
pub fn shape<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<T>()
}
