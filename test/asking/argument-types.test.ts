import { describe, expect, it } from 'vitest';
import { ArgumentTypes } from '../../src/asking/linking/argument-types.js';
import { readProgram, readTerm } from '../../src/prolog/reader.js';
import { indicatorOf } from '../../src/prolog/term.js';
import { readRuleSource } from '../../src/reasoning/rule.js';
import { sampleFile } from './asking-base.js';

const facts = new Set(
  readProgram(sampleFile('incidents-facts.pl')).clauses.map(({ term }) => indicatorOf(term)!),
);
const types = new ArgumentTypes(readRuleSource('incidents', sampleFile('incidents.pl')).rules, facts);

function typeOf(goal: string, variable: string): string {
  const { kind, groups } = types.ofVariable(readTerm(goal).term, variable);
  const shown = groups.map((group) =>
    group.map(({ predicate, argument }) => `${predicate}.${argument}`).join(' or '),
  );
  return [kind, ...shown].join(' ');
}

describe('What may stand for a variable of a goal', () => {
  it.each([
    ['is what its facts hold there', 'owned_by(S, T)', 'T', 'CONSTANT owned_by.1'],
    ['is in all facts that share it', 'hits(I, S), owned_by(S, T)', 'S', 'CONSTANT hits.1 owned_by.0'],
    ['is followed through recursive rules to their facts', 'depends(S, D)', 'D', 'CONSTANT depends_on.1'],
    ['is followed through joins', 'on_call_for(S, P)', 'P', 'CONSTANT on_call.1'],
    [
      'leaves out what a negation or an aggregate says',
      'quiet(S), downtime(S, M)',
      'S',
      'CONSTANT service.0 service.0',
    ],
    ['is any text where meaning is compared', 'responsible(X, I, S, T, P)', 'X', 'TEXT'],
    ['is not known where it is computed', 'downtime(S, M)', 'M', 'ANY'],
    ['is not known of a predicate that is not there', 'elsewhere(X)', 'X', 'ANY'],
  ])('%s', (_, goal, variable, expected) => {
    expect(typeOf(goal, variable)).toBe(expected);
  });
});
