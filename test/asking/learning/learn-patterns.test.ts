import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { declaredGrammar } from '../../../src/asking/grammar/declared-grammar.js';
import { GrammarReader } from '../../../src/asking/grammar/grammar-reader.js';
import { wordsOf } from '../../../src/asking/grammar/words.js';
import { alignQuestion } from '../../../src/asking/learning/align-question.js';
import { goalOfExample, readExamples } from '../../../src/asking/learning/example.js';
import { type LearnedPatterns, learnPatterns } from '../../../src/asking/learning/learn-patterns.js';
import type { Database } from '../../../src/database/database.js';
import { parseModule } from '../../../src/knowledge/parsed-module.js';
import { templateParts } from '../../../src/knowledge/template.js';
import { readTerm } from '../../../src/prolog/reader.js';
import type { Term } from '../../../src/prolog/term.js';
import { substitute } from '../../../src/prolog/variables.js';
import { writeTerm } from '../../../src/prolog/writer.js';
import { CheckedRuleBook } from '../../../src/reasoning/rule-book.js';
import { testDatabase } from '../../support/database.js';
import { AskingBase } from '../asking-base.js';
import { examples, facts, rules, services, teams, unheard, worldLinker } from './world.js';

const numRuns = Number(process.env.TEST_RUNS ?? 100);
const linker = worldLinker();
const jsonLines = (all: readonly object[]) => all.map((each) => JSON.stringify(each)).join('\n');

let learned: LearnedPatterns;
beforeAll(async () => {
  learned = await learnPatterns(readExamples(jsonLines(examples)), linker, 'learned', { rounds: 6 });
});

describe('a learned module', () => {
  it('is read without a fault, and says the same when it is read', () => {
    const { errors, declarations } = parseModule(learned.source);
    expect([...errors, ...declarations.faults]).toEqual([]);
    expect(declaredGrammar('learned', declarations)).toEqual(learned.grammar);
  });

  it('shows how each piece was said', () => {
    expect(learned.source).toMatch(/% \d+ examples: .*"who owns \{\.\.\}"/);
  });

  it('keeps few examples whole, with their slots', async () => {
    const few = examples.slice(0, 3);
    const { source, patterns } = await learnPatterns(readExamples(jsonLines(few)), linker, 'few');
    expect(patterns).toHaveLength(1);
    expect(source).toContain(
      ':- question("who owns {Name}?", (owned_by(S, X), name(S, Name)), [answer(X)]).',
    );
  });

  it('says which constants of which line no words name', async () => {
    const odd = { question: 'who owns the till?', goal: 'owned_by(checkout, X)', answers: ['X'] };
    const { unexplained, patterns } = await learnPatterns(readExamples(jsonLines([odd])), linker, 'odd');
    expect(unexplained).toEqual([
      { line: 1, question: odd.question, why: 'no words were found that name checkout: kept as it is' },
    ]);
    expect(patterns[0]!.text).toBe(odd.question);
  });

  it('gives each a reading of any text, sure in [0, 1], and never throws', () => {
    const reader = new GrammarReader(learned.grammar!);
    const word = fc.constantFrom(...services, ...teams, 'who', 'owns', 'the', 'team', '{X}', '"', '州', "'s");
    const texts = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(word).map((all) => all.join(' ')),
    );
    fc.assert(
      fc.property(texts, (text) => {
        for (const { confidence, similarity } of reader.read(text, wordsOf(text), linker)) {
          expect(confidence).toBeGreaterThanOrEqual(0);
          expect(confidence).toBeLessThanOrEqual(1);
          expect(similarity).toBeGreaterThanOrEqual(0);
        }
      }),
      { numRuns },
    );
  });
});

describe('aligning a question with its goal', () => {
  it('gives question and goal back when the slots are filled', () => {
    const name = fc.constantFrom(...services, ...teams);
    const filler = fc.constantFrom('who', 'owns', 'the', 'team', 'of', 'and', '{', '}}', '?');
    const parts = fc.array(fc.oneof({ weight: 2, arbitrary: filler }, name), { minLength: 2, maxLength: 8 });
    fc.assert(
      fc.property(parts, fc.uniqueArray(name, { maxLength: 3 }), (said, meant) => {
        const question = said.join(' ');
        const goal = readTerm(`p(X, [${meant.join()}], ${meant[0] ?? 0}, f(${meant.at(-1) ?? 1}))`).term;
        const aligned = alignQuestion(question, goal, linker);
        const values = new Map<string, Term>(aligned.slots.map(({ name: slot, value }) => [slot, value]));
        expect(writeTerm(substitute(aligned.goal, values))).toBe(writeTerm(goal));
        const texts = new Map(aligned.slots.map(({ name: slot, text }) => [slot, text]));
        const filled = templateParts(aligned.text).map((part) =>
          'text' in part ? part.text : texts.get(part.variable),
        );
        expect(filled.join('')).toBe(question);
      }),
      { numRuns },
    );
  });
});

describe('reading examples', () => {
  it('names every bad line', () => {
    const lines = [
      '{"question": "who", "goal": "p(X)"}',
      '',
      'rubbish',
      '{"question": "who"}',
      '{"question":"a","goal":"p("}',
    ];
    expect(() => readExamples(lines.join('\n'), 'f.jsonl')).toThrow(
      /^f\.jsonl:3 {2}no JSON\nf\.jsonl:4 {2}goal is no text\nf\.jsonl:5 {2}expected/,
    );
  });

  it('refuses an answer that is no variable of the goal', () => {
    expect(() => goalOfExample('p(X)', ['Y'])).toThrow('Y is no variable of the goal');
  });
});

describe('a knowledge base with a learned module', () => {
  let database: Database;
  let base: AskingBase;
  beforeAll(async () => {
    database = await testDatabase();
    base = await AskingBase.create(database);
    await base.fill(`${facts.join('.\n')}.\n`, rules);
    const { module, diagnostics } = await new CheckedRuleBook(base.store).put({
      name: 'learned',
      source: learned.source,
      knowledgeBase: base.name,
    });
    expect(module, JSON.stringify(diagnostics)).not.toBeNull();
  });
  afterAll(async () => {
    await base[Symbol.asyncDispose]();
    await database.stop();
  });

  async function answersOf(goal: string): Promise<string[]> {
    const { answers } = await base.asker.prove({ goal, first: 100, knowledgeBase: base.name });
    const values = answers.edges.map(({ answer }) =>
      writeTerm(answer.bindings.find(({ variable }) => variable === 'X')!.value),
    );
    return [...new Set(values)].sort();
  }

  it('answers every example as its goal does', async () => {
    const wrong: unknown[] = [];
    for (const { question, goal } of examples) {
      const { route, goal: asked } = await base.asker.route(question, base.name);
      const found = route === 'LOGIC' && asked !== null ? await answersOf(asked) : route;
      const wanted = await answersOf(goal);
      if (String(found) !== String(wanted)) wrong.push({ question, asked, found, wanted });
    }
    expect(wrong).toEqual([]);
  });

  it('answers questions that no example has, of pieces that several have', async () => {
    const wrong: unknown[] = [];
    for (const { question, goal } of unheard) {
      const { route, goal: asked, reason } = await base.asker.route(question, base.name);
      const found = route === 'LOGIC' && asked !== null ? await answersOf(asked) : reason;
      const wanted = await answersOf(goal);
      if (String(found) !== String(wanted)) wrong.push({ question, asked, found, wanted });
    }
    expect(wrong).toEqual([]);
  });

  it('takes no goal for a question about something else', async () => {
    const decision = await base.asker.route('how tall grows an apple tree in a cold winter', base.name);
    expect(decision.route).toBe('DENSE');
  });
});
