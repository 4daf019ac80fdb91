import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { builtins, metaPredicates, semanticPredicates } from '../../src/reasoning/builtins.js';

const readme = readFileSync(new URL('../../src/reasoning/README.md', import.meta.url), 'utf8');

/** Written otherwise in the list: as operators, or as a span. */
const control = [',/2', ';/2', '->/2', '*->/2', '\\+/1'];
const spans = /^(call|maplist)\/\d$/;

it('The README of src/reasoning lists every predicate that rules may call', () => {
  const listed = new Set([...readme.matchAll(/`([^`\s]+\/\d)`/g)].map(([, indicator]) => indicator));
  const permitted = [...builtins.keys(), ...metaPredicates.keys(), ...semanticPredicates];
  const missing = permitted.filter(
    (indicator) => !listed.has(indicator) && !control.includes(indicator) && !spans.test(indicator),
  );
  expect(missing).toEqual([]);
});
