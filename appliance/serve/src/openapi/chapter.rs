//! A dialect's operations as the document has them.

use std::collections::BTreeSet;

use schemars::generate::{SchemaGenerator, SchemaSettings};
use serde_json::{Map, Value, json};

use super::Document;
use super::said::{Field, Gives, Kind, Media, Said, Shape, Takes};

/// What holds for all operations of a dialect.
#[derive(Clone, Copy, Debug)]
pub struct Dialect {
    /// Its name, for people.
    pub name: &'static str,
    /// The same as a prefix of the names of its shapes.
    pub prefix: &'static str,
    /// What it is, who speaks it, and what holds everywhere in it.
    pub about: &'static str,
    /// Its no.
    pub refusal: Shape,
    /// The media type of its no.
    pub refusal_media: &'static str,
    /// The statuses with which it says no, and what each means there.
    pub faults: &'static [(u16, &'static str)],
    /// Those of them that any operation may answer: what the server itself refuses.
    pub always: &'static [u16],
    /// Those that any operation with a guard may answer.
    pub guarded: &'static [u16],
    /// Those that any operation with a body may answer.
    pub bodied: &'static [u16],
    /// Whether answers may be XML of the same shape.
    pub is_xml: bool,
    /// The media types of bodies.
    pub bodies: &'static [&'static str],
    /// What stands in the gap of a path with this name.
    pub gap: fn(&str) -> (Kind, &'static str),
}

/// Who may ask: the schemes of which one must be satisfied.
#[derive(Clone, Copy, Debug)]
pub enum Access {
    /// Whoever comes.
    Anyone,
    /// Whoever satisfies one of these.
    OneOf(&'static [&'static str]),
    /// The same, where the server is set to ask at all.
    OneOfOrAnyone(&'static [&'static str]),
}

/// Where an operation is, and what it is for.
#[derive(Clone, Debug)]
pub struct Place {
    /// `GET` and so on.
    pub method: &'static str,
    /// The path with its first slash; a gap is a name in braces.
    pub path: String,
    /// What it is for, in a line.
    pub summary: String,
    /// Who may ask.
    pub access: Access,
    /// Who that is, in words.
    pub guard: String,
}

/// A dialect that is being written down.
#[derive(Debug)]
pub struct Chapter<'a> {
    document: &'a mut Document,
    dialect: Dialect,
    sent: SchemaGenerator,
    given: SchemaGenerator,
    refused: BTreeSet<u16>,
}

impl Document {
    /// Begins a dialect; it must be [ended](Chapter::end).
    pub fn chapter(&mut self, dialect: Dialect) -> Chapter<'_> {
        self.tags.push(json!({"name": dialect.name, "description": dialect.about}));
        let settings = || {
            let mut settings = SchemaSettings::draft2020_12();
            settings.meta_schema = None;
            settings.definitions_path = "/components/schemas".into();
            settings
        };
        Chapter {
            document: self,
            dialect,
            sent: settings().for_deserialize().into_generator(),
            given: settings().for_serialize().into_generator(),
            refused: BTreeSet::new(),
        }
    }
}

impl Chapter<'_> {
    /// Writes an operation down.
    pub fn add(&mut self, place: &Place, said: &Said) {
        let mut operation = Map::new();
        operation.insert("tags".into(), json!([self.dialect.name]));
        operation.insert("operationId".into(), operation_id(place).into());
        operation.insert("summary".into(), place.summary.clone().into());
        let about = [said.about, &place.guard].into_iter().filter(|text| !text.is_empty());
        let about = about.collect::<Vec<_>>().join("\n\n");
        if !about.is_empty() {
            operation.insert("description".into(), about.into());
        }
        if let Some(security) = security(place.access) {
            operation.insert("security".into(), security);
        }
        let parameters = self.parameters(place, said);
        if !parameters.is_empty() {
            operation.insert("parameters".into(), parameters.into());
        }
        if let Some(body) = self.body(place, said) {
            operation.insert("requestBody".into(), body);
        }
        operation.insert("responses".into(), self.responses(place, said));
        let methods = self.document.paths.entry(place.path.clone()).or_default();
        methods.insert(place.method.to_ascii_lowercase(), operation.into());
    }

    /// Ends the dialect: its shapes and its ways to say no are put into the document.
    pub fn end(mut self) {
        let refusal = (self.dialect.refusal)(&mut self.given);
        for (status, meaning) in self.dialect.faults {
            if !self.refused.contains(status) {
                continue;
            }
            let mut content = json!({"schema": refusal});
            let shown = self.document.examples.refusals(self.dialect.prefix, *status);
            if !shown.is_empty() {
                content["examples"] = Value::Object(shown);
            }
            let mut response = json!({
                "description": meaning, "content": {self.dialect.refusal_media: content}
            });
            if self.dialect.is_xml {
                response["content"]["application/xml"] = json!({"schema": refusal});
            }
            if matches!(status, 429 | 503) {
                response["headers"] = json!({"Retry-After": {
                    "description": "Seconds after which to ask again.",
                    "schema": {"type": "integer"},
                }});
            }
            let name = self.named_refusal(*status);
            let response = prefixed(response, self.dialect.prefix);
            self.document.responses.insert(name, response);
        }
        for generator in [&mut self.given, &mut self.sent] {
            for (name, schema) in generator.take_definitions(true) {
                let name = format!("{}.{name}", self.dialect.prefix);
                let schema = prefixed(schema, self.dialect.prefix);
                let before = self.document.schemas.insert(name.clone(), schema.clone());
                debug_assert!(
                    before.is_none_or(|before| before == schema),
                    "{name} is two shapes: give one of them another name with #[schemars(rename)]"
                );
            }
        }
    }

    fn named_refusal(&self, status: u16) -> String {
        format!("{}.{status}", self.dialect.prefix)
    }

    fn parameters(&self, place: &Place, said: &Said) -> Vec<Value> {
        let examples = self.document.examples.of(place.method, &place.path);
        let gaps =
            place.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
        let gaps = gaps.map(|name| {
            let (kind, about) = (self.dialect.gap)(name);
            ("path", name, kind, true, about)
        });
        let listed = |place: &'static str, fields: &'static [Field]| {
            let each = move |field: &'static Field| {
                (place, field.name, field.kind, field.is_needed, field.about)
            };
            fields.iter().map(each)
        };
        let (query, headers) = (listed("query", said.query), listed("header", said.headers));
        let parameter = |(place, name, kind, is_needed, about): (&str, &str, Kind, bool, &str)| {
            let mut parameter = json!({
                "name": name,
                "in": place,
                "required": is_needed,
                "description": about,
                "schema": kind.schema(),
            });
            if let Some(example) = examples.and_then(|found| found.parameter(place, name)) {
                parameter["example"] = example;
            }
            parameter
        };
        gaps.chain(query).chain(headers).map(parameter).collect()
    }

    fn body(&mut self, place: &Place, said: &Said) -> Option<Value> {
        let schema = match said.takes {
            Takes::Nothing => return None,
            Takes::Body(shape) => shape(&mut self.sent).to_value(),
            Takes::Members(members) => object(members),
        };
        let schema = prefixed(schema, self.dialect.prefix);
        let example = self.document.examples.of(place.method, &place.path);
        let example = example.and_then(|found| found.body());
        let mut content = Map::new();
        for media in self.dialect.bodies {
            let mut entry = json!({"schema": schema});
            if let Some(example) = example.filter(|_| *media == "application/json") {
                entry["example"] = example.clone();
            }
            content.insert((*media).to_owned(), entry);
        }
        Some(json!({"required": said.is_body_needed, "content": content}))
    }

    fn responses(&mut self, place: &Place, said: &Said) -> Value {
        let mut responses = Map::new();
        for gives in said.gives.into_iter().flatten() {
            let answer = self.answer(place, gives);
            responses.insert(gives.status.to_string(), answer);
        }
        let mut statuses: BTreeSet<u16> = self.dialect.always.iter().copied().collect();
        if !matches!(place.access, Access::Anyone) {
            statuses.extend(self.dialect.guarded);
        }
        if !matches!(said.takes, Takes::Nothing) {
            statuses.extend(self.dialect.bodied);
        }
        statuses.extend(said.refuses);
        for status in statuses {
            let known = self.dialect.faults.iter().any(|(known, _)| *known == status);
            debug_assert!(known, "{} has no words for {status}", self.dialect.name);
            self.refused.insert(status);
            let name = self.named_refusal(status);
            let reference = json!({"$ref": format!("#/components/responses/{name}")});
            responses.insert(status.to_string(), reference);
        }
        responses.into()
    }

    fn answer(&mut self, place: &Place, gives: Gives) -> Value {
        let schema = gives.shape.map(|shape| shape(&mut self.given).to_value());
        let schema = schema.map_or(json!({}), |schema| prefixed(schema, self.dialect.prefix));
        let example = self.document.examples.of(place.method, &place.path);
        let example = example.and_then(|found| found.answer(gives.status));
        let mut content = Map::new();
        let mut json_entry = json!({"schema": schema});
        if let Some(example) = example {
            json_entry["example"] = example.clone();
        }
        let events = json!({
            "schema": {"type": "string"},
            "x-data": schema,
        });
        match gives.media {
            Media::Nothing => {}
            Media::Json => {
                content.insert("application/json".into(), json_entry);
                if self.dialect.is_xml {
                    content.insert("application/xml".into(), json!({"schema": schema}));
                }
            }
            Media::Events => {
                content.insert("text/event-stream".into(), events);
            }
            Media::JsonOrEvents => {
                content.insert("application/json".into(), json_entry);
                content.insert("text/event-stream".into(), events);
            }
            Media::Other(media) => {
                content.insert(media.into(), json!({}));
            }
        }
        let description = match gives.media {
            Media::Nothing => "Done; there is nothing to tell.",
            Media::Json | Media::Other(_) => "Done.",
            Media::Events => "A stream of server-sent events.",
            Media::JsonOrEvents => "The state: once as JSON, or anew with every change as events.",
        };
        let mut answer = json!({"description": description});
        if !content.is_empty() {
            answer["content"] = content.into();
        }
        answer
    }
}

fn object(members: &[Field]) -> Value {
    let properties: Map<String, Value> = members
        .iter()
        .map(|field| {
            let mut schema = field.kind.schema();
            if let Value::Object(schema) = &mut schema {
                schema.insert("description".into(), field.about.into());
            }
            (field.name.to_owned(), schema)
        })
        .collect();
    let needed: Vec<&str> =
        members.iter().filter(|field| field.is_needed).map(|field| field.name).collect();
    json!({"type": "object", "properties": properties, "required": needed})
}

/// An empty object among the ways means that nobody has to show anything.
fn security(access: Access) -> Option<Value> {
    let one = |name: &&str| json!({*name: []});
    match access {
        Access::Anyone => None,
        Access::OneOf(names) => Some(names.iter().map(one).collect()),
        Access::OneOfOrAnyone(names) => Some(names.iter().map(one).chain([json!({})]).collect()),
    }
}

/// `GET /v1/tickets/{ticket}` is `getV1TicketsTicket`.
fn operation_id(place: &Place) -> String {
    let words = place.path.split(|c: char| !c.is_ascii_alphanumeric());
    let capital = |word: &str| {
        let mut letters = word.chars();
        letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
    };
    let words: String = words.map(|word| -> String { capital(word) }).collect();
    format!("{}{words}", place.method.to_ascii_lowercase())
}

/// References within a dialect, with its prefix before them: two dialects may have a `Ticket` each.
fn prefixed(mut value: Value, prefix: &str) -> Value {
    const WHERE: &str = "#/components/schemas/";
    match &mut value {
        Value::Object(members) => {
            for (name, member) in members.iter_mut() {
                match member {
                    Value::String(text) if name == "$ref" => {
                        let marked = format!("{WHERE}{prefix}.");
                        if let Some(bare) = text.strip_prefix(WHERE)
                            && !text.starts_with(&marked)
                        {
                            *text = format!("{marked}{bare}");
                        }
                    }
                    Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) => {}
                    Value::Array(_) | Value::Object(_) => {
                        *member = prefixed(member.take(), prefix);
                    }
                }
            }
        }
        Value::Array(items) => {
            for item in items {
                *item = prefixed(item.take(), prefix);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
    value
}
