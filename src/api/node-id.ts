import { CorollaryError } from '../errors.js';
import { encodeFactId } from '../knowledge/fact-id.js';
import type { KnowledgeBase, RuleModule } from '../knowledge/knowledge.js';
import type { NodeSource } from './sources.js';

/** What an id that callers see stands for. Facts have ids of their own: see knowledge/fact-id.ts. */
export type NodeKey =
  | { readonly kind: 'fact' }
  | { readonly kind: 'knowledge-base'; readonly knowledgeBase: number }
  | { readonly kind: 'rules'; readonly knowledgeBase: number; readonly name: string }
  | { readonly kind: 'space'; readonly knowledgeBase: number; readonly space: number }
  | { readonly kind: 'job'; readonly job: number };

export const knowledgeBaseId = ({ id }: Pick<KnowledgeBase, 'id'>): string => `knowledge-base:${id}`;

/** By name: a module keeps its id when it is replaced. */
export const ruleModuleId = ({ knowledgeBase, name }: Pick<RuleModule, 'knowledgeBase' | 'name'>): string =>
  `rules:${knowledgeBase}:${name}`;

export const spaceId = ({ knowledgeBase, id }: { knowledgeBase: number; id: number }): string =>
  `space:${knowledgeBase}:${id}`;

export const jobId = ({ id }: { id: number }): string => `job:${id}`;

export const factId = encodeFactId;

/** @throws CorollaryError BAD_INPUT for what is no id of ours */
export function parseNodeId(id: string): NodeKey {
  const [kind, base = '', rest = '', ...more] = id.split(':');
  if (kind === 'fact') return { kind };
  const knowledgeBase = whole(base);
  if (kind === 'job' && knowledgeBase !== undefined && rest === '' && more.length === 0) {
    return { kind, job: knowledgeBase };
  }
  if (knowledgeBase !== undefined && more.length === 0) {
    if (kind === 'knowledge-base' && rest === '') return { kind, knowledgeBase };
    if (kind === 'rules' && rest !== '') return { kind, knowledgeBase, name: rest };
    const space = whole(rest);
    if (kind === 'space' && space !== undefined) return { kind, knowledgeBase, space };
  }
  throw new CorollaryError('BAD_INPUT', `${JSON.stringify(id.slice(0, 100))} is no id that this API gives`, {
    id,
  });
}

/** @throws CorollaryError BAD_INPUT for what is no id of a job */
export function parseJobId(id: string): number {
  const key = parseNodeId(id);
  if (key.kind === 'job') return key.job;
  throw new CorollaryError('BAD_INPUT', `${id} is no id of a job`, { id });
}

/** @throws CorollaryError BAD_INPUT for what is no id of an embedding space */
export function parseSpaceId(id: string): { knowledgeBase: number; space: number } {
  const key = parseNodeId(id);
  if (key.kind === 'space') return key;
  throw new CorollaryError('BAD_INPUT', `${id} is no id of an embedding space`, { id });
}

function whole(text: string): number | undefined {
  return /^[1-9]\d{0,9}$/.test(text) ? Number(text) : undefined;
}

export function nodeTypeOf(
  node: NodeSource,
): 'Fact' | 'RuleModule' | 'EmbeddingSpace' | 'KnowledgeBase' | 'Job' {
  if ('prolog' in node) return 'Fact';
  if ('enabled' in node) return 'RuleModule';
  if ('phase' in node) return 'Job';
  return 'fingerprint' in node ? 'EmbeddingSpace' : 'KnowledgeBase';
}
