import { sql } from 'drizzle-orm';
import type { Embedder } from '../embedding/embedder.js';
import type { KnownVectors } from '../retrieval/embedding-batch.js';
import type { EmbeddingSpace } from '../retrieval/embedding-spaces.js';
import { ProjectedEmbedder } from './projection/projected-embedder.js';
import { storedVectors } from './stored-vectors.js';

/** For a projected space the projections of what is stored of its model; undefined for any other. */
export function knownVectorsOf(space: EmbeddingSpace, embedder: Embedder): KnownVectors | undefined {
  const { projection } = space;
  if (projection === null || !(embedder instanceof ProjectedEmbedder)) return undefined;
  return async (connection, facts) => {
    const [base] = await connection.rows<{ id: number }>(sql`
      select s.id from embedding_spaces s join projections p on p.fingerprint = s.fingerprint
      where p.id = ${projection} and s.knowledge_base = ${space.knowledgeBase} and s.projection is null
        and s.state in ('ACTIVE', 'READY', 'RETIRED')
      order by s.id limit 1`);
    if (base === undefined) return facts.map(() => undefined);
    const stored = await storedVectors(connection, base.id, facts);
    const there = facts.filter((fact) => stored.has(fact));
    const projected = await embedder.project(there.map((fact) => stored.get(fact)!));
    const byFact = new Map(there.map((fact, index) => [fact, projected[index]!]));
    return facts.map((fact) => byFact.get(fact));
  };
}
