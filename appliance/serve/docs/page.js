// The OpenAPI document of this server, to be read: groups, operations, shapes, examples, curl.
// An operation is drawn when it is opened; all of them before the page is printed.

/** Levels of a shape that are drawn; below them stands its name. */
const DEPTH_MAX = 4;

const METHODS = ['get', 'post', 'put', 'delete'];

let doc;

/** An element with attributes and children; a text becomes a text, so nothing is ever parsed. */
function el(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith('on')) made.addEventListener(key.slice(2), value);
    else if (value !== undefined && value !== false) made.setAttribute(key, value === true ? '' : value);
  }
  made.append(...children.flat().filter((child) => child !== undefined && child !== ''));
  return made;
}

/** A text in which `words` between backticks are code. */
function said(text) {
  return String(text ?? '')
    .split('`')
    .map((part, index) => (index % 2 === 1 ? el('code', {}, part) : part));
}

function paragraphs(text, className) {
  return String(text ?? '')
    .split('\n\n')
    .filter(Boolean)
    .map((part) => el('p', { class: className }, said(part)));
}

function resolved(value) {
  if (!value || typeof value !== 'object' || !value.$ref) return value;
  const found = value.$ref
    .slice(2)
    .split('/')
    .reduce((at, part) => at?.[part.replaceAll('~1', '/').replaceAll('~0', '~')], doc);
  return found ?? value;
}

const shortName = (reference) => reference.split('/').pop().split('.').pop();

/** What a shape is, in a word or two. */
function kindOf(schema) {
  if (schema === true || schema === undefined) return 'anything';
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((each) => JSON.stringify(each)).join(' | ');
  if (schema.$ref) return shortName(schema.$ref);
  const ways = schema.anyOf ?? schema.oneOf;
  if (ways) return [...new Set(ways.map(kindOf))].join(' | ');
  const types = [schema.type ?? 'anything'].flat();
  return types
    .map((type) => {
      if (type === 'array') return schema.items ? `list of ${kindOf(schema.items)}` : 'list';
      if (type === 'object' && schema.additionalProperties?.type) return `object of ${kindOf(schema.additionalProperties)}`;
      if (type === 'string' && schema.format) return schema.format;
      return type;
    })
    .join(' | ');
}

/** The object that a shape is at bottom: itself, its items, or the one that it may be. */
function objectIn(schema, trail) {
  let at = schema;
  for (let step = 0; step < 6 && at && typeof at === 'object'; step += 1) {
    if (at.$ref) {
      if (trail.includes(at.$ref)) return undefined;
      trail.push(at.$ref);
      at = resolved(at);
    } else if (at.properties) return at;
    else if (at.items) at = at.items;
    else if (at.anyOf ?? at.oneOf) at = (at.anyOf ?? at.oneOf).find((way) => way.$ref || way.properties || way.items);
    else if (typeof at.additionalProperties === 'object') at = at.additionalProperties;
    else return undefined;
  }
  return undefined;
}

function rows(schema, depth, trail) {
  const seen = [...trail];
  const object = objectIn(schema, seen);
  if (!object) return [];
  const needed = new Set(object.required ?? []);
  return Object.entries(object.properties).flatMap(([name, member]) => {
    const about = member?.description ?? resolved(member)?.description ?? '';
    const own = el(
      'tr',
      {},
      el('th', { scope: 'row', style: `padding-inline-start:${depth * 1.25}rem` }, el('code', {}, name)),
      el('td', {}, kindOf(member), needed.has(name) ? '' : ' (may be missing)'),
      el('td', {}, said(about)),
    );
    const below = depth < DEPTH_MAX ? rows(member, depth + 1, seen) : [];
    return [own, ...below];
  });
}

function table(label, heads, body) {
  const head = el('tr', {}, heads.map((text) => el('th', { scope: 'col' }, text)));
  // What may be wider than the window can be reached and moved with the keyboard.
  const attributes = { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': label };
  return el('div', attributes, el('table', {}, el('thead', {}, head), el('tbody', {}, body)));
}

function shape(label, schema) {
  const members = rows(schema, 0, []);
  if (members.length === 0) return el('p', {}, kindOf(schema));
  const kind = kindOf(schema);
  const above = kind === 'object' ? [] : [el('p', { class: 'short' }, kind)];
  return el('div', {}, above, table(label, ['Member', 'Kind', 'What it is'], members));
}

function copyable(label, text) {
  const button = el('button', { type: 'button', 'aria-label': `Copy: ${label}`, onclick: () => copy(button, text) }, 'Copy');
  return el('div', { class: 'shown' }, el('pre', { tabindex: '0', role: 'region', 'aria-label': label }, el('code', {}, text)), button);
}

async function copy(button, text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Without TLS browsers keep the clipboard to themselves; the old way still works.
    const field = el('textarea', { style: 'position:fixed;opacity:0' });
    field.value = text;
    document.body.append(field);
    field.select();
    document.execCommand('copy');
    field.remove();
  }
  button.textContent = 'Copied';
  setTimeout(() => (button.textContent = 'Copy'), 1500);
}

const quoted = (text) => `'${String(text).replaceAll("'", "'\\''")}'`;

/** The call on a command line, with the example's own values. */
function curl(method, path, operation) {
  const parameters = operation.parameters ?? [];
  let target = path;
  const query = [];
  const lines = [];
  for (const { in: place, name, example, required, schema } of parameters) {
    const first = schema?.enum?.[0];
    const value = example ?? first;
    if (place === 'path') target = target.replace(`{${name}}`, value === undefined ? `{${name}}` : encodeURIComponent(value));
    else if (place === 'query' && (example !== undefined || required)) query.push(`${name}=${encodeURIComponent(value ?? name.toUpperCase())}`);
    else if (place === 'header' && (example !== undefined || required)) lines.push(`-H ${quoted(`${name}: ${value ?? '...'}`)}`);
  }
  for (const name of Object.keys(operation.security?.[0] ?? {})) {
    const scheme = doc.components.securitySchemes[name];
    if (scheme.type === 'http') lines.push(`-H "Authorization: Bearer $TOKEN"`);
    else if (scheme.in === 'header') lines.push(`-H "${scheme.name}: $TOKEN"`);
    else if (!query.some((pair) => pair.startsWith(`${scheme.name}=`))) query.push(`${scheme.name}=${scheme.name.toUpperCase()}`);
  }
  const body = operation.requestBody?.content?.['application/json'];
  if (body?.example !== undefined) {
    lines.push(`-H 'Content-Type: application/json'`, `-d ${quoted(JSON.stringify(body.example))}`);
  }
  const events = operation.responses['200']?.content?.['text/event-stream'];
  const verb = method === 'get' ? (events ? '-N ' : '') : `-X ${method.toUpperCase()} `;
  const address = location.origin + target + (query.length > 0 ? `?${query.join('&')}` : '');
  return [`curl ${verb}${quoted(address)}`, ...lines].join(' \\\n  ');
}

function parametersOf(label, list) {
  const body = list.map(({ name, in: place, required, description, schema }) =>
    el(
      'tr',
      {},
      el('th', { scope: 'row' }, el('code', {}, name), required ? el('span', { class: 'needed' }, ' needed') : ''),
      el('td', {}, place),
      el('td', {}, kindOf(schema)),
      el('td', {}, said(description)),
    ),
  );
  return table(label, ['Name', 'Where', 'Kind', 'What it is'], body);
}

function answerOf(label, status, response) {
  const { description, content = {} } = resolved(response);
  const entries = Object.entries(content);
  const json = entries.find(([media]) => media.includes('json'))?.[1];
  const events = content['text/event-stream'];
  const media = entries.map(([name]) => name).join(', ');
  const made = [el('h4', {}, `${status} `, el('span', { class: 'short' }, description)), media ? el('p', { class: 'short' }, media) : ''];
  const name = `${label}, ${status}`;
  if (json?.schema) made.push(shape(`${name}, shape`, json.schema));
  else if (events?.['x-data'] && Object.keys(events['x-data']).length > 0) made.push(shape(`${name}, data`, events['x-data']));
  if (json?.example !== undefined) made.push(copyable(`${name}, example`, JSON.stringify(json.example, null, 2)));
  return made;
}

/** The ways in which an operation says no, shortly: what each status means, and the codes that are known. */
function refusalsOf(label, refusals) {
  const body = refusals.map(([status, response]) => {
    const { description, content = {} } = resolved(response);
    const examples = Object.values(content).flatMap((entry) => Object.values(entry.examples ?? {}));
    const shown = examples.slice(0, 2).map(({ value }) => el('div', {}, el('code', {}, JSON.stringify(value))));
    return el('tr', {}, el('th', { scope: 'row' }, status), el('td', {}, said(description)), el('td', {}, shown));
  });
  return [el('h4', {}, 'When it says no'), table(`${label}, refusals`, ['Status', 'Why', 'As in'], body)];
}

function inside(method, path, operation) {
  const label = `${method.toUpperCase()} ${path}`;
  const made = [...paragraphs(operation.description, 'about'), el('h4', {}, 'Try it'), copyable(`${label}, curl`, curl(method, path, operation))];
  if (operation.parameters?.length) made.push(el('h4', {}, 'Parameters'), parametersOf(`${label}, parameters`, operation.parameters));
  if (operation.requestBody) {
    const { required, content } = operation.requestBody;
    const [first] = Object.values(content);
    made.push(
      el('h4', {}, 'Body ', el('span', { class: 'short' }, `${Object.keys(content).join(', ')}${required ? '' : '; may be left out'}`)),
      shape(`${label}, body`, first.schema),
    );
  }
  const answers = Object.entries(operation.responses);
  for (const [status, response] of answers.filter(([, response]) => !response.$ref)) made.push(...answerOf(label, status, response));
  const refusals = answers.filter(([, response]) => response.$ref);
  if (refusals.length > 0) made.push(...refusalsOf(label, refusals));
  return el('div', { class: 'inside' }, made);
}

function drawn(details) {
  if (details.querySelector('.inside')) return;
  const { method, path } = details.dataset;
  details.append(inside(method, path, doc.paths[path][method]));
}

function operationOf(method, path, operation) {
  const head = el(
    'summary',
    {},
    el(
      'h3',
      {},
      el('span', { class: `method ${method}` }, method.toUpperCase()),
      el('span', { class: 'path' }, path),
      el('span', { class: 'short' }, said(operation.summary)),
    ),
  );
  const details = el(
    'details',
    { class: 'operation', id: operation.operationId, 'data-method': method, 'data-path': path, ontoggle: () => details.open && drawn(details) },
    head,
  );
  details.words = `${method} ${path} ${operation.summary} ${operation.description ?? ''}`.toLowerCase();
  return details;
}

function draw() {
  const main = document.getElementById('interfaces');
  const groups = el('ul');
  document.getElementById('title').textContent = doc.info.title;
  document.getElementById('version').textContent = doc.info.version;
  document.title = `${doc.info.title} - interfaces`;
  const sections = doc.tags.map((tag) => {
    const found = Object.entries(doc.paths).flatMap(([path, methods]) =>
      METHODS.filter((method) => methods[method]?.tags?.includes(tag.name)).map((method) => operationOf(method, path, methods[method])),
    );
    const id = `group-${tag.name.replaceAll(/\W+/g, '-').toLowerCase()}`;
    const count = el('span', {}, String(found.length));
    groups.append(el('li', {}, el('a', { href: `#${id}` }, tag.name, count)));
    return el('section', { id, 'aria-labelledby': `${id}-name` }, el('h2', { id: `${id}-name` }, tag.name), paragraphs(tag.description, 'about'), found);
  });
  document.getElementById('groups').replaceChildren(groups);
  main.replaceChildren(...paragraphs(doc.info.description, 'about'), ...sections);
}

/** Shows the operations that have all of the words. */
function search(text) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  let count = 0;
  for (const details of document.querySelectorAll('details.operation')) {
    details.hidden = !words.every((word) => details.words.includes(word));
    if (!details.hidden) count += 1;
  }
  for (const section of document.querySelectorAll('main section')) {
    section.hidden = words.length > 0 && !section.querySelector('details.operation:not([hidden])');
  }
  document.getElementById('found').textContent = words.length === 0 ? '' : count > 0 ? `${count} found` : 'Nothing here has all of these words.';
}

/** The address may name an operation. */
function open() {
  const named = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (named?.matches('details.operation')) {
    named.open = true;
    drawn(named);
    named.scrollIntoView();
  }
}

async function begin() {
  try {
    const answer = await fetch('../v1/openapi.json');
    if (!answer.ok) throw new Error(String(answer.status));
    doc = await answer.json();
  } catch {
    document.getElementById('wait').textContent = 'The document could not be loaded. Load this page again in a moment.';
    return;
  }
  draw();
  open();
  const field = document.getElementById('search');
  field.addEventListener('input', () => search(field.value));
  if (field.value) search(field.value);
  addEventListener('hashchange', open);
  addEventListener('beforeprint', () => {
    for (const details of document.querySelectorAll('details.operation:not([hidden])')) {
      drawn(details);
      details.open = true;
    }
  });
}

void begin();
