import { type Command, UsageError } from './command.js';
import { exportVectors } from './vectors/export.js';
import { importVectors } from './vectors/import.js';

const actions = { export: exportVectors, import: importVectors };

export const vectors: Command = {
  usage:
    'vectors export|import FILE [--space ID] [--missing] [--format copy|jsonl] [--manual] [--min-agreement X] [--kb NAME] [--url URL]',
  help: `Writes a space's vectors to a file, or reads vectors that were computed elsewhere into a new space.

  export FILE   of the space that is searched, or of --space ID; with --missing the sentences that have no vector yet
  import FILE   checks the whole file first: with a fault nothing is changed. Then opens a space for the model that the
                file names, unless one is being built already, stores the vectors whose sentence still is the one that was
                embedded, lets the model make those that are missing, verifies, and makes it the space that is searched
                (--manual: only READY; --min-agreement X as for corollary reembed)

The format goes by the file's ending: .jsonl and .ndjson are JSON Lines (a header with the fingerprint, then
{"fact", "text", "textHash", "vector"}), anything else is PostgreSQL's binary COPY format of (fact text, text_hash bytea,
embedding vector), with the header in its extension area. Ctrl-C leaves the file of an export unwritten, and an import
where it is: it may be repeated.`,

  run(args, terminal) {
    const [action, ...rest] = args;
    if (action === 'export' || action === 'import') return actions[action](rest, terminal);
    throw new UsageError('vectors export FILE, or vectors import FILE');
  },
};
