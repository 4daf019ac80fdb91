import { readFile } from 'node:fs/promises';
import { CorollaryError } from '../errors.js';
import { withClient } from './client.js';
import { type Command, UsageError } from './command.js';
import { type Diagnostic, diagnosticLines } from './diagnostics.js';
import { moduleNameOf } from './module-name.js';
import { readOptions, whereOptions } from './options.js';

const check = `query ($source: String!, $kb: String) {
  diagnostics: checkRules(source: $source, knowledgeBase: $kb) { severity code message line column }
}`;

const put = `mutation ($name: String!, $source: String!, $kb: String) {
  put: putRuleModule(input: { name: $name, source: $source, knowledgeBase: $kb }) {
    module { name revision predicates { name } questionPatterns }
    diagnostics { severity code message line column }
  }
}`;

interface PutReply {
  readonly put: {
    readonly module: { readonly name: string; readonly revision: number } | null;
    readonly diagnostics: readonly Diagnostic[];
  };
}

export const rules: Command = {
  usage: 'rules put|check FILE [--name NAME] [--kb NAME] [--url URL]',
  help: `Stores a file of Prolog rules as a rule module, or only checks it.
What is wrong is printed as file:line:column  severity  CODE  message. A module with an error is refused whole and
the old one stays. The module is named after the file, without its ending, unless --name says otherwise.
Exit code 1 when there are errors.`,

  async run(args, terminal) {
    const { values, positionals } = readOptions(args, { ...whereOptions, name: { type: 'string' } });
    const [action, file] = positionals;
    if ((action !== 'put' && action !== 'check') || file === undefined || positionals.length > 2) {
      throw new UsageError('rules put FILE, or rules check FILE');
    }
    const source = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      throw new CorollaryError('BAD_INPUT', `${file} cannot be read (${error.code})`);
    });
    const name = values.name ?? moduleNameOf(file);
    const kb = values.kb ?? null;
    return withClient(values.url, terminal, async (client) => {
      const { module, diagnostics } =
        action === 'check'
          ? {
              module: null,
              ...(await client.request<{ diagnostics: readonly Diagnostic[] }>(check, { source, kb })),
            }
          : (await client.request<PutReply>(put, { name, source, kb })).put;
      for (const line of diagnosticLines(file, diagnostics)) terminal.print(line);
      const hasErrors = diagnostics.some(({ severity }) => severity === 'ERROR');
      if (module) terminal.print(`stored rule module ${module.name} (revision ${module.revision})`);
      else if (action === 'put') terminal.print('nothing was stored');
      else if (!hasErrors) terminal.print(`${file}: no errors`);
      return hasErrors ? 1 : 0;
    });
  },
};
