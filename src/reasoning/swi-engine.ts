import { readFileSync } from 'node:fs';
import initSwipl from 'swipl-wasm/dist/swipl-node.js';
import type { EngineHost, EngineOutcome, EngineQuestion, PrologEngine } from './engine.js';
import { EngineCrash } from './engine-crash.js';
import { assumedRows } from './fact-rows.js';
import { builtinGoals, programText } from './program.js';
import { requestSetting } from './request-setting.js';
import { SwiMemory } from './swi-memory.js';
import { systemRules } from './system-rules.js';

/** SWI-Prolog as WebAssembly. Its file system is in its own memory: nothing of the host's can be reached. */
export async function openSwiEngine(host: EngineHost): Promise<PrologEngine> {
  const memory = new SwiMemory();
  const complaints: string[] = [];
  let isLoading = true;
  const swipl = await initSwipl({
    instantiateWasm: memory.instantiateWasm,
    arguments: ['-q', '--no-tty', '--no-signals'],
    print: () => undefined,
    printErr: (line: string) => {
      if (isLoading) complaints.push(line);
    },
  });
  // `_malloc` is exported, but not declared.
  memory.moveStack(swipl as unknown as { _malloc(bytes: number): number });
  // Foreign calls (`X := corollary_tick()`) look for their functions in the browser's global object. It must not be
  // there earlier: swipl-wasm would take this for a browser.
  Object.assign(globalThis, {
    window: globalThis,
    corollary_tick: () => host.tick(),
    corollary_semantic: (call: unknown) => host.semantic(String(call)),
  });
  const engine = new SwiEngine(swipl, memory);
  for (const name of ['translate', 'evaluate', 'measure', 'dates', 'swi']) {
    engine.write(`/${name}.pl`, readFileSync(systemRules(name), 'utf8'));
    engine.call(`consult('/${name}.pl')`);
  }
  engine.load(programText(builtinGoals()));
  isLoading = false;
  // SWI-Prolog goes on after a clause that it can't read.
  if (complaints.length > 0) throw new EngineCrash(`rules/system does not load: ${complaints.join(' | ')}`);
  return engine;
}

type Swipl = Awaited<ReturnType<typeof initSwipl>>;
type Bindings = Record<string, unknown> & { success?: boolean; error?: boolean; message?: string };

class SwiEngine implements PrologEngine {
  constructor(
    readonly swipl: Swipl,
    readonly space: SwiMemory,
  ) {}

  /** Infinite once memory was refused: what asked for it may not have noticed, and the thread is to be replaced. */
  memory(): number {
    return this.space.wasRefused ? Number.POSITIVE_INFINITY : this.space.bytes;
  }

  load(goals: string): void {
    this.write('/goals.pl', goals);
    this.call("load_text('/goals.pl')");
  }

  forget(prefix: string): void {
    this.call('forget(Prefix)', { Prefix: prefix });
  }

  solve(question: EngineQuestion): EngineOutcome {
    this.clear();
    const { revision, excluded, retrieved, never = [] } = question;
    const assumed = assumedRows(question.facts, question.assumed);
    const setting = requestSetting(question, decimal);
    this.load(
      [
        `assertz(request(${revision},${setting},${excluded.length > 0 ? 1 : 0})).`,
        ...excluded.map((id) => `assertz(excluded(${id})).`),
        ...retrieved.map(([id, similarity]) => `assertz(retrieved(${id},${decimal(similarity)})).`),
        ...never.map((id) => `assertz(never_retrieved(${id})).`),
        ...assumed.declarations,
        ...assumed.rows.map((row) => `assertz(${row}), assertz(assumed(${row})).`),
      ].join('\n'),
    );
    this.write('/question.pl', `${question.text}.\n`);
    // Stacks have a limit of their own, and are copied when they grow; this is for what is not on them, such as atoms.
    this.space.wasRefused = false;
    this.space.mostBytes = this.space.bytes + 2 * question.memoryBytes;
    const anchored = question.mode === 'anchored' ? 1 : 0;
    const limits = `${question.answers}, ${question.inferences}, ${question.memoryBytes}`;
    const solved = this.call(
      `solve(${question.program}, '/question.pl', ${limits}, ${anchored}, Outcome, Detail)`,
    );
    this.space.mostBytes = Number.POSITIVE_INFINITY;
    const outcome = String(solved.Outcome);
    const lines = text(this.call('answer_lines(Lines)').Lines);
    return {
      answers: lines
        .split('\n')
        .filter((line) => line !== '')
        .map(parseAnswer),
      limit:
        outcome === 'complete' || outcome === 'error'
          ? null
          : (outcome.toUpperCase() as EngineOutcome['limit']),
      error: outcome === 'error' ? text(solved.Detail) : null,
    };
  }

  proof(index: number, mostNodes: number): string {
    return text(this.call(`answer_proof(${index + 1}, ${mostNodes}, Text)`).Text);
  }

  clear(): void {
    this.space.mostBytes = Number.POSITIVE_INFINITY;
    this.call('clear_request');
  }

  write(path: string, content: string): void {
    this.swipl.FS.writeFile(path, content);
  }

  /** Runs a goal of rules/system once. It must succeed: what the caller's goals do is caught inside. */
  call(goal: string, input: Record<string, unknown> = {}): Bindings {
    let result: Bindings;
    try {
      result = this.swipl.prolog.query(goal, input).once() as Bindings;
    } catch (error) {
      // WebAssembly traps and aborts leave the instance dead. A RangeError says that JavaScript's stack is used up.
      const isMemory = error instanceof RangeError || this.space.wasRefused;
      throw new EngineCrash(`${goal}: ${String(error)}`, isMemory ? 'memory' : 'crashed', error);
    }
    if (result.error || result.success !== true)
      throw new EngineCrash(`${goal}: ${result.message ?? 'failed'}`);
    return result;
  }
}

function parseAnswer(line: string): { score: number; size: number; values: string } {
  const first = line.indexOf('\t');
  const second = line.indexOf('\t', first + 1);
  return {
    score: Number(line.slice(0, first)),
    size: Number(line.slice(first + 1, second)),
    values: line.slice(second + 1),
  };
}

/** A Prolog string comes as an object with its text in `v`. */
function text(value: unknown): string {
  return typeof value === 'object' && value !== null && 'v' in value ? String(value.v) : String(value);
}

const decimal = (value: number) => (Number.isInteger(value) ? `${value}.0` : String(value));
