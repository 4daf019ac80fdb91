import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { compareTerms } from '../prolog/compare.js';
import { readProgram, readTerm } from '../prolog/reader.js';
import { atom, compound, list, type Term } from '../prolog/term.js';
import { writeTerm } from '../prolog/writer.js';
import type { EngineAnswer, EngineHost, EngineOutcome, EngineQuestion, PrologEngine } from './engine.js';
import { EngineCrash } from './engine-crash.js';
import { assumedRows } from './fact-rows.js';
import { builtinGoals, programText } from './program.js';
import { requestSetting } from './request-setting.js';
import { systemRules } from './system-rules.js';
import type { Tau, TauAnswer, TauPoint, TauSession, TauTerm, TauThread } from './tau-prolog.js';
import { fromTau, toTau } from './tau-terms.js';

/** Steps between two looks at the limits. */
const SLICE = 2_000;
/** Goals that are loaded at once. */
const BATCH = 200;

/**
 * tau-prolog: pure JavaScript, some thousand inferences a second, no tables (cycles end at a limit) and no strings
 * (they become atoms).
 */
export async function openTauEngine(host: EngineHost): Promise<PrologEngine> {
  const require = createRequire(import.meta.url);
  const tau = require('tau-prolog') as Tau;
  (require('tau-prolog/modules/lists.js') as (tau: Tau) => void)(tau);
  addSemanticPredicates(tau, host);
  const engine = new TauEngine(tau.create(SLICE), host);
  for (const name of ['tau', 'translate', 'evaluate'])
    await engine.consult(readFileSync(systemRules(name), 'utf8'));
  await engine.load(programText(builtinGoals()));
  return engine;
}

class TauEngine implements PrologEngine {
  #found: Found[] = [];

  constructor(
    readonly session: TauSession,
    readonly host: EngineHost,
  ) {}

  consult(text: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.session.consult(text, {
        // The text is Prolog, never the name of a file or an address.
        file: false,
        url: false,
        html: false,
        script: false,
        success: () => resolve(),
        error: (error) => reject(new EngineCrash(`consult: ${canonical(error)}`)),
      });
    });
  }

  async load(goals: string): Promise<void> {
    const { clauses } = readProgram(goals, { maxNesting: Number.POSITIVE_INFINITY });
    await this.#loadAll(clauses.map(({ term }) => term));
  }

  async forget(prefix: string): Promise<void> {
    await this.#loadAll([compound('forget', atom(prefix))]);
  }

  async solve(question: EngineQuestion): Promise<EngineOutcome> {
    await this.clear();
    const { revision, excluded, retrieved, never = [] } = question;
    const assumed = assumedRows(question.facts, question.assumed);
    const setting = requestSetting(question, (value) => value.toFixed(17));
    await this.load(
      [
        `assertz(request(${revision},${setting},${excluded.length > 0 ? 1 : 0})).`,
        ...excluded.map((id) => `assertz(excluded(${id})).`),
        ...retrieved.map(([id, similarity]) => `assertz(retrieved(${id},${similarity.toFixed(17)})).`),
        ...never.map((id) => `assertz(never_retrieved(${id})).`),
        ...assumed.declarations,
        ...assumed.rows.flatMap((row) => [`assertz(${row}).`, `assertz(assumed(${row})).`]),
      ].join('\n'),
    );
    const asked = withoutStrings(readTerm(question.text, { maxNesting: Number.POSITIVE_INFINITY }).term);
    const [variables, goal] = (asked as Term & { args: readonly [Term, Term] }).args;
    const goalText = `question(${question.program},${writeTerm(goal)},Callable__,A__,E__), Values__ = ${writeTerm(variables)}, call(Callable__), E__ = e(S__,N__,P__)`;
    return this.#search(goalText, question);
  }

  async proof(index: number, mostNodes: number): Promise<string> {
    const { proof } = this.#found[index]!;
    const answer = await this.#once(`proof_nodes(${proof}, ${mostNodes}, Nodes__)`);
    return canonical(answer.links.Nodes__!);
  }

  async clear(): Promise<void> {
    this.#found = [];
    await this.#once('clear_request');
  }

  memory(): number {
    return process.memoryUsage().heapUsed;
  }

  async #search(goal: string, question: EngineQuestion): Promise<EngineOutcome> {
    const byValues = new Map<string, Found>();
    const outcome = (limit: EngineOutcome['limit'], error: string | null = null): EngineOutcome => {
      this.#found = [...byValues.values()]
        .map((found) => ({ found, values: readTerm(found.values).term }))
        .sort((a, b) => compareTerms(a.values, b.values))
        .map(({ found }) => found);
      return { answers: this.#found, limit, error };
    };
    let steps = 0;
    let answer = await this.#ask(goal);
    for (;;) {
      if (answer.kind === 'error') return outcome(null, answer.error);
      if (answer.kind === 'fail') return outcome(null);
      if (answer.kind === 'limit') steps += SLICE;
      else if (question.mode !== 'anchored' || Number(canonical(answer.links.A__!)) === 1) {
        const found = foundIn(answer.links);
        const known = byValues.get(found.values);
        if (known === undefined && byValues.size >= question.answers) return outcome('ANSWERS');
        if (known === undefined || isBetter(found, known)) byValues.set(found.values, found);
      }
      const word = this.host.tick();
      if (word !== 'go') return outcome(word.toUpperCase() as EngineOutcome['limit']);
      if (steps >= question.inferences) return outcome('INFERENCES');
      answer = await this.#next();
    }
  }

  async #loadAll(goals: readonly Term[]): Promise<void> {
    for (let i = 0; i < goals.length; i += BATCH) {
      await this.#once(`load(${writeTerm(list(goals.slice(i, i + BATCH).map(withoutStrings)))})`);
    }
  }

  async #once(goal: string): Promise<{ links: Record<string, TauTerm> }> {
    let answer = await this.#ask(goal);
    while (answer.kind === 'limit') answer = await this.#next();
    if (answer.kind === 'success') return answer;
    throw new EngineCrash(`${goal.slice(0, 200)}: ${answer.kind === 'error' ? answer.error : 'failed'}`);
  }

  #ask(goal: string): Promise<Step> {
    return new Promise((resolve) => {
      this.session.query(`${goal}.`, {
        success: () => resolve(this.#next()),
        error: (error) => resolve({ kind: 'error', error: thrown(canonical(error)) }),
      });
    });
  }

  #next(): Promise<Step> {
    return new Promise((resolve) => {
      this.session.answer({
        success: (answer: TauAnswer) => resolve({ kind: 'success', links: answer.links }),
        fail: () => resolve({ kind: 'fail' }),
        limit: () => resolve({ kind: 'limit' }),
        error: (error) => resolve({ kind: 'error', error: thrown(canonical(error)) }),
      });
    });
  }
}

type Step =
  | { readonly kind: 'success'; readonly links: Record<string, TauTerm> }
  | { readonly kind: 'fail' }
  | { readonly kind: 'limit' }
  | { readonly kind: 'error'; readonly error: string };

interface Found extends EngineAnswer {
  readonly proof: string;
}

function foundIn(links: Record<string, TauTerm>): Found {
  return {
    score: Number(canonical(links.S__!)),
    size: Number(canonical(links.N__!)),
    values: canonical(links.Values__!),
    proof: canonical(links.P__!),
  };
}

const isBetter = (a: Found, b: Found) => a.score > b.score || (a.score === b.score && a.size < b.size);

const canonical = (term: TauTerm) => writeTerm(fromTau(term));

/** tau wraps what was thrown: throw(Error). */
function thrown(text: string): string {
  return text.startsWith('throw(') && text.endsWith(')') ? text.slice('throw('.length, -1) : text;
}

function withoutStrings(term: Term): Term {
  if (term.kind === 'string') return atom(term.value);
  if (term.kind !== 'compound') return term;
  return { ...term, args: term.args.map(withoutStrings) };
}

/** host_semantic(Call, Reply): the call goes to the host as text; the thread sleeps until the reply comes. */
function addSemanticPredicates(tau: Tau, host: EngineHost): void {
  const { Module, State, Term: TauCompound } = tau.type;
  const predicates = {
    'host_semantic/2': (thread: TauThread, point: TauPoint, goal: TauTerm) => {
      const reply = readTerm(host.semantic(canonical(goal.args![0]!))).term;
      const unified = new TauCompound('=', [goal.args![1]!, toTau(tau, reply)]);
      thread.prepend([new State(point.goal.replace(unified), point.substitution, point)]);
    },
  };
  new Module('corollary', predicates, Object.keys(predicates), {});
}
