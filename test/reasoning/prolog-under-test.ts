import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import openSwipl from 'swipl-wasm/dist/swipl-node.js';
import { writeTerm } from '../../src/prolog/writer.js';
import { builtinGoals, programText } from '../../src/reasoning/program.js';
import { systemRules } from '../../src/reasoning/system-rules.js';
import type { Tau, TauSession } from '../../src/reasoning/tau-prolog.js';
import { fromTau } from '../../src/reasoning/tau-terms.js';

/** A Prolog with rules/system, asked directly. */
export interface PrologUnderTest {
  consult(text: string): Promise<void>;
  /** `true` or `false`, or the error that the goal ended with. */
  once(goal: string): Promise<string>;
}

/** The host finds facts 1 and 2 like any text but `nothing`, and has two pages of facts that are looked up. */
const found = '[row(1,0.5,q(a),0.5),row(2,0.25,q(b),1.0)]';
const failure = "failed('EMBEDDING_SPACE_UNAVAILABLE','no vectors')";
const firstPage = 'page([row([a,b],11,1.0,1,1000,0),row([a,c],12,0.5,1,1000,0)],12)';
const lastPage = 'page([row([b,c],13,1.0,1,1000,0),row([b,d],14,1.0,1,2,0)],0)';

function answered(call: string): string {
  if (call.startsWith('lookup')) return call.endsWith(',0)') ? firstPage : lastPage;
  if (call.includes('nothing')) return failure;
  return call.startsWith('similarity') ? '0.5' : found;
}

export async function openSwi(): Promise<PrologUnderTest> {
  const complaints: string[] = [];
  const swipl = await openSwipl({
    arguments: ['-q', '--no-tty', '--no-signals'],
    print: () => undefined,
    printErr: (line: string) => complaints.push(line),
  });
  Object.assign(globalThis, {
    window: globalThis,
    corollary_tick: () => 'go',
    corollary_semantic: (call: unknown) => answered(String(call)),
  });
  let files = 0;
  const consult = async (text: string) => {
    const path = `/file${++files}.pl`;
    swipl.FS.writeFile(path, text);
    swipl.prolog.query(`consult('${path}')`).once();
    if (complaints.length > 0) throw new Error(complaints.join('\n'));
  };
  for (const name of ['translate', 'evaluate', 'measure', 'dates', 'swi']) await consult(systemText(name));
  swipl.FS.writeFile('/goals.pl', programText(builtinGoals()));
  swipl.prolog.query("load_text('/goals.pl'), nb_setval(next_tick, 0)").once();
  return {
    consult,
    async once(goal) {
      const asked = `catch(( ${goal} -> R__ = true ; R__ = false ), E__, with_output_to(atom(R__), written(E__)))`;
      const { R__: result, message } = swipl.prolog.query(asked).once() as Record<string, unknown>;
      return result === undefined ? String(message) : String(result);
    },
  };
}

export async function openTau(): Promise<PrologUnderTest> {
  const require = createRequire(import.meta.url);
  const tau = require('tau-prolog') as Tau;
  (require('tau-prolog/modules/lists.js') as (tau: Tau) => void)(tau);
  const { Module } = tau.type;
  new Module('corollary', {}, [], {});
  const session = tau.create(10_000_000);
  const once = (goal: string) => ask(session, goal);
  const consult = (text: string) =>
    new Promise<void>((resolve, reject) => {
      session.consult(text, {
        file: false,
        url: false,
        html: false,
        script: false,
        success: () => resolve(),
        error: (error) => reject(new Error(writeTerm(fromTau(error)))),
      });
    });
  for (const name of ['tau', 'translate', 'evaluate']) await consult(systemText(name));
  // The host's predicate, which src/reasoning/tau-engine.ts gives otherwise.
  await consult(`host_semantic(Call, Reply) :- host_reply(Call, Answer), !, Reply = Answer.
    host_reply(lookup(_, _, 0), ${firstPage}).
    host_reply(lookup(_, _, _), ${lastPage}).
    host_reply(similar(nothing, _), ${failure}).
    host_reply(similarity(_, _), 0.5).
    host_reply(_, ${found}).`);
  const loaded = await once(`load([${builtinGoals().map(writeTerm).join()}])`);
  if (loaded !== 'true') throw new Error(loaded);
  return { consult, once };
}

function ask(session: TauSession, goal: string): Promise<string> {
  return new Promise((resolve) => {
    const error = (thrown: Parameters<typeof fromTau>[0]) => resolve(writeTerm(fromTau(thrown)));
    session.query(`${goal}.`, {
      success: () =>
        session.answer({
          success: () => resolve('true'),
          fail: () => resolve('false'),
          limit: () => resolve('too many steps'),
          error,
        }),
      error,
    });
  });
}

const systemText = (name: string) => readFileSync(systemRules(name), 'utf8');
