import type { KnowledgeBase } from '../../knowledge/knowledge.js';
import type { RoutingBase } from '../routing-base.js';

export interface ProposalRequest {
  readonly question: string;
  readonly knowledgeBase: KnowledgeBase;
  readonly base: RoutingBase;
  readonly signal?: AbortSignal | undefined;
}

/** What a model said to a question: a goal that may be called, or why there is none. */
export interface Proposal {
  /** Undefined where the model had none, or none that may be asked. */
  readonly goal: string | undefined;
  readonly model: string;
  /** Sentences for a person. */
  readonly warnings: readonly string[];
}

/** Asks a language model for the goal of a question that no pattern fits. */
export interface GoalProposer {
  /** Never throws but CANCELLED: what goes wrong is told as a warning. */
  propose(request: ProposalRequest): Promise<Proposal>;
}
