import { stat } from 'node:fs/promises';
import { extname } from 'node:path';
import { CorollaryError } from '../errors.js';
import { type Client, withClient } from './client.js';
import { type Command, type Terminal, UsageError } from './command.js';
import { type Diagnostic, diagnosticLines } from './diagnostics.js';
import { CsvSource } from './import/csv-source.js';
import { waitForEmbedding } from './import/embedding-wait.js';
import { FactBatches } from './import/fact-batches.js';
import { JsonLinesSource } from './import/json-lines-source.js';
import { PrologSource } from './import/prolog-source.js';
import { RuleText } from './import/rule-text.js';
import type { Source } from './import/source.js';
import { moduleNameOf } from './module-name.js';
import { readOptions, whereOptions, wholeNumber } from './options.js';
import { Progress } from './progress.js';

const SOME_LINES_BAD = 2;

const formats: Readonly<Record<string, readonly string[]>> = {
  prolog: ['.pl', '.pro', '.prolog'],
  jsonl: ['.jsonl', '.ndjson'],
  csv: ['.csv'],
};

const putRules = `mutation ($input: PutRuleModuleInput!) {
  put: putRuleModule(input: $input) { module { name } diagnostics { severity code message line column } }
}`;

interface PutReply {
  readonly put: {
    readonly module: { readonly name: string } | null;
    readonly diagnostics: readonly Diagnostic[];
  };
}

interface ImportOptions {
  readonly predicate: string | undefined;
  readonly format: string | undefined;
  readonly source: string | undefined;
  readonly kb: string | undefined;
  readonly batch: number;
}

interface Counts {
  inserted: number;
  updated: number;
  alreadyKnown: number;
  bad: number;
}

export const importFiles: Command = {
  usage:
    'import FILE... [--predicate P] [--source S] [--format prolog|jsonl|csv] [--batch N] [--kb NAME] [--url URL]',
  help: `Reads facts and rules from files into a knowledge base, in batches. It may be repeated: known facts stay one.

  .pl     Prolog. Facts are stored; rules and directives become a rule module named after the file
  .jsonl  JSON Lines: {"prolog": "owned_by(a, b)"} or {"predicate": "owned_by", "arguments": ["a", "b"]},
          either with "text", "confidence", "source", "metadata"
  .csv    the first row names the arguments; the predicate is --predicate, else the file's name. Cells that are
          numbers become numbers, others atoms

  --source S   where the facts come from, for those that do not say so themselves
  --batch N    facts a request (default 1000)

Each line that cannot be stored is reported by number, and all others are stored. Exit code 2 when there were any,
or when a rule module was refused.`,

  async run(args, terminal) {
    const { values, positionals } = readOptions(args, {
      ...whereOptions,
      predicate: { type: 'string' },
      format: { type: 'string' },
      source: { type: 'string' },
      batch: { type: 'string' },
    });
    if (positionals.length === 0) throw new UsageError('import needs a file');
    const batch = wholeNumber('batch', values.batch, 1, 10_000) ?? 1_000;
    const { predicate, format, source, kb } = values;
    const options: ImportOptions = { predicate, format, source, kb, batch };
    for (const file of positionals) await checkReadable(file, options);

    return withClient(values.url, terminal, async (client) => {
      const counts: Counts = { inserted: 0, updated: 0, alreadyKnown: 0, bad: 0 };
      const modules: { file: string; rules: RuleText }[] = [];
      for (const file of positionals) {
        const rules = await importFile(file, options, client, terminal, counts);
        if (rules.isEmpty) continue;
        modules.push({ file, rules });
      }
      // Last, since rules may be about facts of any of the files.
      let refused = 0;
      for (const { file, rules } of modules)
        if (!(await putModule(file, rules, options, client, terminal))) refused++;
      await waitForEmbedding(client, options.kb, terminal);
      const { inserted, updated, alreadyKnown, bad } = counts;
      terminal.print(
        `${inserted} inserted · ${updated} updated · ${alreadyKnown} already known · ${bad} bad`,
      );
      return bad + refused > 0 ? SOME_LINES_BAD : 0;
    });
  },
};

/** @returns the rules that the file holds */
async function importFile(
  file: string,
  options: ImportOptions,
  client: Client,
  terminal: Terminal,
  counts: Counts,
): Promise<RuleText> {
  const { size } = await stat(file);
  const source = openSource(file, options);
  const progress = new Progress(terminal, file, size);
  const bad = (line: number, reason: string) => {
    counts.bad++;
    progress.complain(`${file}:${line}: ${reason}`);
  };
  const batches = new FactBatches({ client, knowledgeBase: options.kb, size: options.batch, refused: bad });
  const rules = new RuleText();
  let facts = 0;
  try {
    for await (const piece of source) {
      if (terminal.signal.aborted) throw new CorollaryError('CANCELLED', 'Stopped.');
      if (piece.kind === 'bad') await batches.addBad(piece.line, piece.reason);
      else if (piece.kind === 'rule') rules.add(piece.line, piece.text);
      else {
        const fact = options.source === undefined ? piece.fact : { source: options.source, ...piece.fact };
        await batches.add(piece.line, fact);
        if (++facts % options.batch === 0) progress.at(source.bytesRead, `${facts} facts`);
      }
    }
    await batches.flush();
  } finally {
    progress.end();
    counts.inserted += batches.inserted;
    counts.updated += batches.updated;
    counts.alreadyKnown += batches.alreadyKnown;
  }
  return rules;
}

async function putModule(
  file: string,
  rules: RuleText,
  { kb }: ImportOptions,
  client: Client,
  terminal: Terminal,
): Promise<boolean> {
  const name = moduleNameOf(file);
  const input = { name, source: rules.text, knowledgeBase: kb };
  const { put } = await client.request<PutReply>(putRules, { input });
  const told = put.diagnostics.filter(({ severity }) => severity !== 'HINT');
  for (const line of diagnosticLines(file, told)) terminal.complain(line);
  terminal.print(
    put.module ? `stored rule module ${name}` : `the rules of ${file} were refused; its facts are stored`,
  );
  return put.module !== null;
}

function openSource(file: string, options: ImportOptions): Source {
  const format = formatOf(file, options);
  if (format === 'prolog') return new PrologSource(file);
  if (format === 'jsonl') return new JsonLinesSource(file);
  return new CsvSource(file, options.predicate ?? moduleNameOf(file));
}

/** @throws UsageError */
function formatOf(file: string, { format }: ImportOptions): string {
  if (format !== undefined && Object.hasOwn(formats, format)) return format;
  if (format !== undefined)
    throw new UsageError(`--format is one of ${Object.keys(formats).join(', ')}, not ${format}`);
  const ending = extname(file).toLowerCase();
  const found = Object.keys(formats).find((name) => formats[name]!.includes(ending));
  if (found === undefined)
    throw new UsageError(`the format of ${file} is not plain from its name: give --format`);
  return found;
}

/** Before anything is stored: a name that is mistyped should cost nothing. */
async function checkReadable(file: string, options: ImportOptions): Promise<void> {
  formatOf(file, options);
  const found = await stat(file).catch((error: NodeJS.ErrnoException) => error.code);
  if (typeof found === 'object' && found.isFile()) return;
  const why = typeof found === 'object' ? 'no file' : found;
  throw new CorollaryError('BAD_INPUT', `${file} cannot be read (${why})`);
}
