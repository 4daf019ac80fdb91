import { withClient } from './client.js';
import type { Command } from './command.js';
import { readOptions } from './options.js';

interface StatusReply {
  readonly status: {
    readonly version: string;
    readonly database: string;
    readonly embedded: boolean;
    readonly reasoners: readonly string[];
    readonly activeSpace: {
      readonly dimensions: number;
      readonly coverage: number;
      readonly model: { readonly name: string };
    } | null;
    readonly uptimeSeconds: number;
    readonly warnings: readonly string[];
  };
  readonly knowledgeBases: readonly {
    readonly name: string;
    readonly revision: number;
    readonly factCount: number;
    readonly ruleCount: number;
  }[];
}

const query = `{
  status { version database embedded reasoners activeSpace { dimensions coverage model { name } } uptimeSeconds warnings }
  knowledgeBases { name revision factCount ruleCount }
}`;

export const status: Command = {
  usage: 'status [--url URL] [--json]',
  help: `Says what runs, on what, with which knowledge bases, and what an operator should look at.
Exit code 0, also with warnings.`,

  async run(args, terminal) {
    const { values } = readOptions(args, { url: { type: 'string' }, json: { type: 'boolean' } });
    return withClient(values.url, terminal, async (client) => {
      const reply = await client.request<StatusReply>(query);
      if (values.json) {
        terminal.print(JSON.stringify(reply, null, 2));
        return 0;
      }
      const { status, knowledgeBases } = reply;
      const space = status.activeSpace;
      terminal.print(`Corollary ${status.version} · ${client.where}`);
      terminal.print(`${status.database} · reasoner ${status.reasoners.join(', ')}`);
      if (space) {
        const share = `${Math.floor(space.coverage * 100)} % of sentences embedded`;
        terminal.print(`model ${space.model.name} (${space.dimensions} dimensions) · ${share}`);
      }
      for (const base of knowledgeBases) {
        terminal.print(
          `knowledge base ${base.name}: ${base.factCount} facts, ${base.ruleCount} rules, revision ${base.revision}`,
        );
      }
      for (const warning of status.warnings) terminal.print(`warning: ${warning}`);
      return 0;
    });
  },
};
