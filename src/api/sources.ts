import type { ApplicationStatus } from '../application.js';
import type { Answer, AnswerPage } from '../asking/asking.js';
import type { AssertedFacts, Fact, KnowledgeBase, RuleModule } from '../knowledge/knowledge.js';
import type { Term } from '../prolog/term.js';
import type { Proof, ProofNode } from '../reasoning/reasoning.js';
import type { Job } from '../reembedding/reembedding.js';
import type { EmbeddingSpaceCoverage } from '../retrieval/embedding-spaces.js';
import type { ScoredFact } from '../retrieval/retrieval.js';

/*
 * What resolvers hand to each other where a domain type alone does not say enough. Proofs name facts by number, so
 * whatever holds a proof says which knowledge base the numbers are of.
 */

export type NodeSource = Fact | KnowledgeBase | RuleModule | EmbeddingSpaceCoverage | Job;

export interface AnswersSource {
  readonly page: AnswerPage;
  readonly knowledgeBase: number;
}

export interface AnswerSource {
  readonly answer: Answer;
  readonly knowledgeBase: number;
}

export interface AnswerEdgeSource extends AnswerSource {
  readonly cursor: string;
}

export interface BindingSource {
  readonly variable: string;
  readonly value: Term;
}

export interface ProofSource {
  readonly proof: Proof;
  readonly knowledgeBase: number;
}

export interface ProofNodeSource {
  readonly node: ProofNode;
  readonly knowledgeBase: number;
}

export interface SupportingFactSource {
  readonly fact: number;
  readonly similarity: number | null;
  readonly knowledgeBase: number;
}

export type ScoredFactSource = Omit<ScoredFact, 'similarity'>;

export interface AssertFactsSource extends AssertedFacts {
  readonly clientMutationId: string | null;
}

export interface JobEdgeSource {
  readonly cursor: string;
  readonly node: Job;
}

export interface JobFailureSource {
  readonly knowledgeBase: number;
  readonly fact: number;
  readonly error: string;
}

export type StatusSource = ApplicationStatus;
