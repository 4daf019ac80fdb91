import { setTimeout as wait } from 'node:timers/promises';
import type { Client } from '../client.js';
import type { Terminal } from '../command.js';
import { Progress } from '../progress.js';

const query = `query ($kb: String) {
  spaces: embeddingSpaces(knowledgeBase: $kb) { state factCount pending failed model { name installed } }
}`;

interface SpacesReply {
  readonly spaces: readonly {
    readonly state: string;
    readonly factCount: number;
    readonly pending: number;
    readonly failed: number;
    readonly model: { readonly name: string; readonly installed: boolean };
  }[];
}

const POLL_MS = 250;

/** Resolves when every sentence of the knowledge base can be found by its meaning, or never will be here. */
export async function waitForEmbedding(
  client: Client,
  kb: string | undefined,
  terminal: Terminal,
): Promise<void> {
  const active = async () => {
    const { spaces } = await client.request<SpacesReply>(query, { kb });
    return spaces.find(({ state }) => state === 'ACTIVE');
  };
  let space = await active();
  if (space === undefined || space.pending === 0) return;
  const progress = new Progress(terminal, 'embedding', space.pending);
  const first = space.pending;
  try {
    while (space !== undefined && space.pending > 0) {
      if (!space.model.installed) {
        progress.complain(
          `${space.pending} sentences wait for the model ${space.model.name}, which is not installed here: only words find them until then`,
        );
        return;
      }
      progress.at(first - space.pending, `${first - space.pending} / ${first} sentences`);
      await wait(POLL_MS, undefined, { signal: terminal.signal });
      space = await active();
    }
    if (space && space.failed > 0)
      progress.complain(`${space.failed} sentences could not be embedded: see the log`);
  } finally {
    progress.end();
  }
}
