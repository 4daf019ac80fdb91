/** A job, as commands ask for it. */
export interface JobReply {
  readonly id: string;
  readonly state: 'QUEUED' | 'RUNNING' | 'PAUSED' | 'SUCCEEDED' | 'FAILED' | 'CANCELLED';
  readonly phase: 'EMBEDDING' | 'INDEXING' | 'VERIFYING' | 'ACTIVATING';
  readonly done: number;
  readonly total: number;
  readonly failed: number;
  readonly ratePerSecond: number | null;
  readonly etaSeconds: number | null;
  readonly error: string | null;
  readonly knowledgeBase: string;
  readonly createdAt: string;
  readonly failures: readonly { readonly error: string; readonly fact: { readonly prolog: string } }[];
  readonly space: {
    readonly id: string;
    readonly state: string;
    readonly dimensions: number;
    readonly model: { readonly name: string };
  } | null;
  readonly verification: {
    readonly sampled: number;
    readonly minCosine: number;
    readonly neighbourOverlapAt10: number | null;
    readonly faults: readonly string[];
  } | null;
}

export const jobFields = `id state phase done total failed ratePerSecond etaSeconds error knowledgeBase createdAt
  failures { error fact { prolog } } space { id state dimensions model { name } }
  verification { sampled minCosine neighbourOverlapAt10 faults }`;

export const isOver = ({ state }: JobReply): boolean =>
  state === 'SUCCEEDED' || state === 'FAILED' || state === 'CANCELLED';
