import { withClient } from './client.js';
import { type Command, UsageError } from './command.js';
import { readOptions, whereOptions, wholeNumber } from './options.js';

const query = `query ($input: AskInput!, $count: Boolean!) {
  ask(input: $input) {
    route { route reason confidence goal text alternatives { route reason confidence goal text } }
    answers {
      nodes {
        text values goal score
        bindings { variable value prolog }
        proof { text }
      }
      pageInfo { hasNextPage endCursor }
      totalCount @include(if: $count)
    }
    complete limitReached warnings revision
    timings { embedMs retrieveMs reasonMs totalMs }
  }
}`;

interface AskReply {
  readonly ask: {
    readonly route: { readonly route: string; readonly reason: string };
    readonly answers: {
      readonly nodes: readonly AnswerReply[];
      readonly pageInfo: { readonly hasNextPage: boolean };
      readonly totalCount?: number | null;
    };
    readonly complete: boolean;
    readonly limitReached: string | null;
    readonly warnings: readonly string[];
    readonly revision: number;
    readonly timings: Readonly<Record<'embedMs' | 'retrieveMs' | 'reasonMs' | 'totalMs', number>>;
  };
}

interface AnswerReply {
  readonly text: string | null;
  readonly goal: string;
  readonly score: number;
  readonly bindings: readonly { readonly variable: string; readonly prolog: string }[];
  readonly proof: { readonly text: string };
}

const routes = ['AUTO', 'DENSE', 'LOGIC', 'HYBRID'];
const scopes = ['ANCHORED', 'RETRIEVED', 'ALL'];

export const ask: Command = {
  usage:
    'ask QUESTION [--goal GOAL] [--route ROUTE] [--scope SCOPE] [--first N] [--count] [--kb NAME] [--json] [--url URL]',
  help: `Asks a question, in plain language or as a Prolog goal, and prints the answers with their proofs.

  --goal GOAL    the logical part, as a Prolog goal
  --route ROUTE  ${routes.join(', ')} (default AUTO)
  --scope SCOPE  which facts a goal beside a text may use: ${scopes.join(', ')} (default ANCHORED)
  --first N      how many answers (default 5)
  --count        how many answers there are in all, which may take longer
  --kb NAME      the knowledge base (default: default)
  --json         the API's reply as it is
  --url URL      the server to ask (default: the one that has DATA_DIR open, else DATA_DIR itself)

Exit code 0, also when there is no answer.`,

  async run(args, terminal) {
    const { values, positionals } = readOptions(args, {
      ...whereOptions,
      goal: { type: 'string' },
      route: { type: 'string' },
      scope: { type: 'string' },
      first: { type: 'string' },
      count: { type: 'boolean' },
      json: { type: 'boolean' },
    });
    const [question] = positionals;
    if (question === undefined || positionals.length > 1) {
      throw new UsageError('ask takes one question: put it between quotes');
    }
    const input = {
      question,
      goal: values.goal,
      route: oneOf('route', values.route, routes),
      scope: oneOf('scope', values.scope, scopes),
      first: wholeNumber('first', values.first, 1, 1000) ?? 5,
      knowledgeBase: values.kb,
    };
    const { ask } = await withClient(values.url, terminal, (client) =>
      client.request<AskReply>(query, { input, count: values.count ?? false }),
    );
    if (values.json) terminal.print(JSON.stringify(ask, null, 2));
    else for (const line of replyLines(ask)) terminal.print(line);
    return 0;
  },
};

function oneOf(name: string, given: string | undefined, allowed: readonly string[]): string | undefined {
  const value = given?.toUpperCase();
  if (value === undefined || allowed.includes(value)) return value;
  throw new UsageError(`--${name} is one of ${allowed.join(', ')}, not ${given}`);
}

function* replyLines({ route, answers, timings, ...rest }: AskReply['ask']): Generator<string> {
  yield `${route.route}  ${route.reason}`;
  yield '';
  const widest = Math.max(0, ...answers.nodes.map((answer) => headOf(answer).length));
  const places = String(answers.nodes.length).length;
  for (const [index, answer] of answers.nodes.entries()) {
    const head = headOf(answer).padEnd(Math.min(widest, 72));
    yield `${String(index + 1).padStart(places)}  ${head}   score ${answer.score.toFixed(2)}`;
    const indent = ' '.repeat(places + 2);
    if (answer.text !== null && answer.text !== headOf(answer)) yield indent + answer.text;
    for (const line of answer.proof.text.split('\n')) yield indent + line;
    yield '';
  }
  if (answers.nodes.length === 0) yield 'no answer\n';
  const { totalCount } = answers;
  const all = typeof totalCount === 'number' ? `${totalCount} in all` : undefined;
  if (answers.pageInfo.hasNextPage) yield `… ${all ?? 'more'}: --first N shows them\n`;
  else if (all !== undefined) yield `${all}\n`;
  for (const warning of rest.warnings) yield `warning: ${warning}`;
  const isComplete = rest.complete ? 'complete' : `not complete (limit ${rest.limitReached})`;
  const times = (['embed', 'retrieve', 'reason'] as const).map(
    (part) => `${part} ${timings[`${part}Ms`].toFixed(1)} ms`,
  );
  yield [isComplete, `revision ${rest.revision}`, ...times].join(' · ');
}

/** What the variables stand for; without variables the sentence, or that it is so. */
function headOf({ bindings, text, goal }: AnswerReply): string {
  if (bindings.length === 0) return text ?? goal;
  return bindings.map(({ variable, prolog }) => `${variable} = ${prolog}`).join(', ');
}
