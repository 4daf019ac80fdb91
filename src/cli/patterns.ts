import { readFile, writeFile } from 'node:fs/promises';
import { constantNames, readExamples } from '../asking/learning/example.js';
import { FetchedLinker, type FetchedName } from '../asking/learning/fetched-linker.js';
import { learnPatterns } from '../asking/learning/learn-patterns.js';
import { CorollaryError } from '../errors.js';
import { type Client, withClient } from './client.js';
import { type Command, type Terminal, UsageError } from './command.js';
import { type Diagnostic, diagnosticLines } from './diagnostics.js';
import { readOptions, whereOptions, wholeNumber } from './options.js';

const named = `query ($texts: [String!]!, $kb: String) {
  named: namedConstants(texts: $texts, knowledgeBase: $kb) {
    from to text constant score places { predicate arity argument }
  }
}`;

const put = `mutation ($name: String!, $source: String!, $kb: String) {
  put: putRuleModule(input: { name: $name, source: $source, knowledgeBase: $kb }) {
    module { revision }
    diagnostics { severity code message line column }
  }
}`;

interface PutReply {
  readonly put: {
    readonly module: { readonly revision: number } | null;
    readonly diagnostics: readonly Diagnostic[];
  };
}

const MODULE = 'learned_questions';
/** What could not be aligned, at most; the rest is counted. */
const MOST_TOLD = 20;

export const patterns: Command = {
  usage: 'patterns learn FILE [--module NAME] [--kb NAME] [--out FILE] [--rounds N] [--url URL]',
  help: `Learns question patterns from examples and stores them as a rule module, so that questions like these are answered
by LOGIC. FILE has JSON Lines:

  {"question": "who owns checkout?", "goal": "owned_by(checkout, Team)"}

and, where not every named variable of the goal is asked for, "answers": ["Team"]. The words that name constants are
found through the knowledge base, so load its facts first. From 40 examples on, goals are also taken apart into pieces,
and questions that no example has are read by what their words were learned to speak for.

  --module NAME          the rule module, default ${MODULE}; what it held is replaced
  --kb, --knowledge-base NAME   the knowledge base, default \`default\`
  --out FILE             writes the module to FILE and stores nothing
  --rounds N             times that each example is looked at, 1 to 50, default 4: more fits the examples more closely, which
                         is not always better, and takes longer (500 examples: some 10 seconds a round)

Says which constants of which examples it found no words for. A bad line is told with its number; then nothing is
written. Exit code 1 when something is wrong.`,

  async run(args, terminal) {
    const { values, positionals } = readOptions(args, {
      ...whereOptions,
      'knowledge-base': { type: 'string' },
      module: { type: 'string' },
      out: { type: 'string' },
      rounds: { type: 'string' },
    });
    const [action, file] = positionals;
    if (action !== 'learn' || file === undefined || positionals.length > 2)
      throw new UsageError('patterns learn FILE');
    const rounds = wholeNumber('rounds', values.rounds, 1, 50);
    const module = values.module ?? MODULE;
    const kb = values.kb ?? values['knowledge-base'] ?? null;
    const examples = readExamples(await textOf(file), file);
    return withClient(values.url, terminal, async (client) => {
      const texts = examples.flatMap(({ question, goal }) => [question, ...constantNames(goal)]);
      const linker = await FetchedLinker.of(texts, async (part) => {
        const reply = await client.request<{ named: FetchedName[][] }>(named, { texts: part, kb });
        return reply.named;
      });
      const learned = await learnPatterns(examples, linker, module, {
        ...(rounds === undefined ? {} : { rounds }),
        onProgress: progressOn(terminal),
        signal: terminal.signal,
      });
      for (const { line, question, why } of learned.unexplained.slice(0, MOST_TOLD))
        terminal.print(`${file}:${line}  ${question}  ${why}`);
      const more = learned.unexplained.length - MOST_TOLD;
      if (more > 0) terminal.print(`and ${more} more`);
      const pieces = learned.grammar?.pieces.length ?? 0;
      terminal.print(
        `learned ${learned.patterns.length} whole questions and ${pieces} pieces from ${examples.length} examples`,
      );
      return values.out === undefined
        ? store(client, terminal, { name: module, source: learned.source, kb })
        : write(values.out, learned.source, terminal);
    });
  },
};

async function textOf(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new CorollaryError('BAD_INPUT', `${file} cannot be read (${error.code})`);
  });
}

async function write(file: string, source: string, terminal: Terminal): Promise<number> {
  await writeFile(file, source).catch((error: NodeJS.ErrnoException) => {
    throw new CorollaryError('BAD_INPUT', `${file} cannot be written (${error.code})`);
  });
  terminal.print(`wrote ${file}: \`corollary rules put ${file}\` stores it`);
  return 0;
}

async function store(
  client: Client,
  terminal: Terminal,
  variables: { readonly name: string; readonly source: string; readonly kb: string | null },
): Promise<number> {
  const { module, diagnostics } = (await client.request<PutReply>(put, variables)).put;
  const told = module === null ? diagnostics : diagnostics.filter(({ severity }) => severity === 'ERROR');
  for (const line of diagnosticLines(variables.name, told)) terminal.print(line);
  terminal.print(
    module === null
      ? 'nothing was stored'
      : `stored rule module ${variables.name} (revision ${module.revision})`,
  );
  return module === null ? 1 : 0;
}

/** A line that is written over, where there is somebody to see it. */
function progressOn(terminal: Terminal): (done: number, all: number) => void {
  let told = -1;
  return (done, all) => {
    const percent = Math.floor((100 * done) / all);
    if (!terminal.isInteractive || percent === told || percent % 10 !== 0) return;
    told = percent;
    terminal.complain(`learning: ${percent} %`);
  };
}
