//! The OpenAPI 3.1 document of a server: its tables of operations, with the shapes of what travels.
//!
//! A dialect hands over each row of its own table (path, method, who may) with what is [`Said`] of
//! it beside the table. Shapes are those of the wire types, by schemars, which reads the same serde
//! attributes that write them. Examples are exchanges that tests have had with a real server.

mod chapter;
mod examples;
mod page;
mod said;

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

pub use self::chapter::{Access, Chapter, Dialect, Place};
pub use self::examples::{Examples, Mismatch, SHOWN_BYTES_MAX, Seen, find};
pub use self::page::{PAGE_PATH, page};
pub use self::said::{Field, Gives, Kind, Media, Said, Shape, shape};

/// The route of the document, as the servers' tables have it.
pub const PATH: &str = "v1/openapi.json";

/// The media type that the document has (OpenAPI 3.1, appendix; registered as `openapi+json`).
pub const MEDIA: &str = "application/openapi+json;version=3.1";

/// A document that is being put together.
#[derive(Debug)]
pub struct Document {
    title: &'static str,
    about: &'static str,
    examples: Examples,
    tags: Vec<Value>,
    paths: BTreeMap<String, Map<String, Value>>,
    schemas: Map<String, Value>,
    responses: Map<String, Value>,
    schemes: Map<String, Value>,
}

impl Document {
    /// An empty document; `examples` are what [`Examples::written`] wrote.
    ///
    /// # Panics
    ///
    /// Where the examples are none: they are a part of the program.
    pub fn new(title: &'static str, about: &'static str, examples: &[&str]) -> Document {
        Document {
            title,
            about,
            examples: examples.iter().map(|text| Examples::read(text)).collect(),
            tags: Vec::new(),
            paths: BTreeMap::new(),
            schemas: Map::new(),
            responses: Map::new(),
            schemes: Map::new(),
        }
    }

    /// A way to show who calls, as OpenAPI's security scheme object.
    pub fn scheme(&mut self, name: &str, scheme: Value) {
        self.schemes.insert(name.to_owned(), scheme);
    }

    /// The document, in one line. `version` is the program's.
    pub fn written(self, version: &str) -> Vec<u8> {
        let document = json!({
            "openapi": "3.1.1",
            "info": {
                "title": self.title,
                "version": version,
                "description": self.about,
                "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
            },
            "servers": [{"url": "/", "description": "This server."}],
            "tags": self.tags,
            "paths": self.paths,
            "components": {
                "schemas": self.schemas,
                "responses": self.responses,
                "securitySchemes": self.schemes,
            },
        });
        serde_json::to_vec(&document).expect("texts and numbers can be written")
    }
}
