#!/usr/bin/env node
// Debian's package index as facts and rules:
//
//     apt-cache dumpavail | node bench/debian-packages.mjs --out DIR [--packages N]
//
// A file's name instead of the pipe will do. Stanzas of a Translation-en file may follow: they bring the paragraphs
// that `dumpavail` leaves out where apt fetches no translations.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { atom, compound, str } from '../dist/prolog/term.js';
import { writeTerm } from '../dist/prolog/writer.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { out: { type: 'string' }, packages: { type: 'string', default: '5000' } },
});
const wanted = Number(values.packages);
if (values.out === undefined || !(wanted > 0)) {
  console.error('apt-cache dumpavail | node bench/debian-packages.mjs --out DIR [--packages N]');
  process.exit(2);
}

/** The library that the packages are chosen around, as `libjpeg` in the questions. */
const library = 'libjpeg62-turbo';

const packages = readPackages(readFileSync(positionals[0] ?? 0, 'utf8'));
const dependencies = resolveDependencies(packages);
const chosen = choose(packages, dependencies, wanted);
const facts = [...chosen].sort().flatMap((name) => factsOf(packages.get(name), dependencies.get(name)));
mkdirSync(values.out, { recursive: true });
writeFileSync(`${values.out}/facts.pl`, facts.map((fact) => `${writeTerm(fact)}.\n`).join(''));
writeFileSync(
  `${values.out}/rules.pl`,
  readFileSync(new URL('./debian-packages.pl', import.meta.url), 'utf8'),
);
console.error(`${facts.length} facts about ${chosen.size} of ${packages.size} packages in ${values.out}`);

/** Name → fields of its first stanza, with the longest description of all its stanzas. */
function readPackages(index) {
  const found = new Map();
  for (const stanza of index.split(/\n\n+/)) {
    const fields = fieldsOf(stanza);
    const name = fields.get('Package');
    if (name === undefined) continue;
    const description = fields.get('Description-en') ?? fields.get('Description') ?? '';
    const known = found.get(name);
    if (known === undefined) found.set(name, { name, fields, description });
    else if (description.length > known.description.length) known.description = description;
  }
  // A translation alone is no package.
  return new Map([...found].filter(([, { fields }]) => fields.has('Version')));
}

/** Field → value; the lines of a value that goes on are kept apart. */
function fieldsOf(stanza) {
  const fields = new Map();
  let last;
  for (const line of stanza.split('\n')) {
    if (/^\s/.test(line) && last !== undefined) fields.set(last, `${fields.get(last)}\n${line.trim()}`);
    else {
      const colon = line.indexOf(':');
      last = line.slice(0, colon);
      fields.set(last, line.slice(colon + 1).trim());
    }
  }
  return fields;
}

/** Name → names that it depends on: of alternatives the first that exists, of a virtual package its first provider. */
function resolveDependencies(all) {
  const providers = new Map();
  for (const { name, fields } of all.values()) {
    for (const virtual of relations(fields.get('Provides')).flat()) {
      if (!providers.has(virtual)) providers.set(virtual, name);
    }
  }
  const resolve = (name) => (all.has(name) ? name : providers.get(name));
  return new Map(
    [...all.values()].map(({ name, fields }) => {
      const groups = [...relations(fields.get('Pre-Depends')), ...relations(fields.get('Depends'))];
      const resolved = groups.map((alternatives) =>
        alternatives.map(resolve).find((each) => each !== undefined),
      );
      return [name, [...new Set(resolved.filter((each) => each !== undefined && each !== name))]];
    }),
  );
}

/** `a (>= 1) | b:any, c` as [[a, b], [c]]. */
function relations(field) {
  if (field === undefined || field === '') return [];
  return field
    .split(',')
    .map((group) => group.split('|').map((each) => each.trim().replace(/[\s:(].*$/s, '')));
}

/** Packages about images first, then others, each with all that it depends on, as long as there is room. */
function choose(all, dependsOn, most) {
  const about = ({ fields, description }) =>
    (fields.get('Section') === 'graphics' ? 2 : 0) +
    (/\b(image|thumbnail|photo|picture|jpe?g)/i.test(description) ? 1 : 0);
  const seeds = [...all.values()].sort((a, b) => about(b) - about(a) || (a.name < b.name ? -1 : 1));
  const found = new Set(all.has(library) ? closure(library, dependsOn, new Set()) : []);
  for (const { name } of seeds) {
    if (found.size >= most) break;
    const more = closure(name, dependsOn, found);
    if (found.size + more.length <= most) for (const each of more) found.add(each);
  }
  return found;
}

/** `name` and all that it needs, but for what is in `known`. */
function closure(name, dependsOn, known) {
  const reached = new Set(known.has(name) ? [] : [name]);
  for (const each of reached) {
    for (const dependency of dependsOn.get(each) ?? []) if (!known.has(dependency)) reached.add(dependency);
  }
  return [...reached];
}

function factsOf({ name, fields, description }, dependsOn) {
  const text = describe(description);
  return [
    compound('package', atom(name)),
    compound('section', atom(name), atom(fields.get('Section') ?? 'unknown')),
    ...dependsOn.map((dependency) => compound('depends_on_package', atom(name), atom(dependency))),
    ...(text === '' ? [] : [compound('description', atom(name), str(text))]),
  ];
}

/** `synopsis. First paragraph.` */
function describe(description) {
  const [synopsis = '', ...lines] = description.split('\n');
  const end = lines.indexOf('.');
  const paragraph = (end < 0 ? lines : lines.slice(0, end)).join(' ').trim();
  return paragraph === '' ? synopsis : `${synopsis}. ${paragraph}`;
}
