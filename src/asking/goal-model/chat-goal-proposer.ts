import { LRUCache } from 'lru-cache';
import { CircuitBreaker } from '../../embedding/remote/circuit-breaker.js';
import { HttpEndpoint } from '../../embedding/remote/http-endpoint.js';
import { CorollaryError } from '../../errors.js';
import { indicatorOf } from '../../prolog/term.js';
import { displayTerm } from '../../prolog/writer.js';
import { readGoal } from '../../reasoning/goal.js';
import { goalPrompt } from './goal-prompt.js';
import type { GoalProposer, Proposal, ProposalRequest } from './goal-proposer.js';

export interface ChatModelOptions {
  /** Below it lies /v1/chat/completions, as OpenAI defines it and vLLM, Ollama, llama.cpp and others serve it. */
  readonly url: string;
  readonly model: string;
  readonly key: string | undefined;
  /** ms to a whole answer. */
  readonly timeoutMs: number;
}

/** In characters: what is longer is a text, not a question. */
const LONGEST_QUESTION = 2_000;
/** In characters: nobody could check a longer one by eye. */
const LONGEST_GOAL = 2_000;
const MOST_BYTES = 1_000_000;
/** Proposals that are remembered, so that the second page asks what the first one did. */
const REMEMBERED = 1_000;

/**
 * Asks an OpenAI-compatible chat endpoint. What it says is text of a stranger: it is read as one Prolog term, may call
 * only predicates of the knowledge base and what the sandbox permits, and gets less time than other goals.
 */
export class ChatGoalProposer implements GoalProposer {
  readonly #options: ChatModelOptions;
  readonly #endpoint: HttpEndpoint;
  readonly #breaker = new CircuitBreaker(() => performance.now());
  readonly #remembered = new LRUCache<string, Proposal>({ max: REMEMBERED });

  /** @throws CorollaryError for a URL or key that cannot be used */
  constructor(options: ChatModelOptions) {
    this.#options = options;
    this.#endpoint = new HttpEndpoint(options.model, options.url, options.key, 'GOAL_MODEL_API_KEY');
  }

  async propose({ question, knowledgeBase, base, signal }: ProposalRequest): Promise<Proposal> {
    if (question.length > LONGEST_QUESTION)
      return { goal: undefined, model: this.#options.model, warnings: [] };
    const key = JSON.stringify([knowledgeBase.id, base.names.key, question]);
    const known = this.#remembered.get(key);
    if (known !== undefined) return known;
    const { model } = this.#options;
    let said: string;
    try {
      said = await this.#breaker.call(() => this.#asked(goalPrompt(question, base), signal));
    } catch (error) {
      if (!(error instanceof CorollaryError) || error.code === 'CANCELLED') throw error;
      return {
        goal: undefined,
        model,
        warnings: [`No goal was proposed for the question. ${error.message}`],
      };
    }
    const proposal = this.#checked(said, base);
    this.#remembered.set(key, proposal);
    return proposal;
  }

  async #asked(messages: readonly object[], signal: AbortSignal | undefined): Promise<string> {
    const { model, timeoutMs } = this.#options;
    const { json } = await this.#endpoint.ask({
      path: '/v1/chat/completions',
      body: { model, messages, temperature: 0, max_tokens: 500, stream: false },
      timeoutMs,
      mostBytes: MOST_BYTES,
      signal: signal ?? new AbortController().signal,
    });
    const { choices } = (json ?? {}) as { choices?: readonly { message?: { content?: unknown } }[] };
    const content = Array.isArray(choices) ? choices[0]?.message?.content : undefined;
    if (typeof content !== 'string') throw this.#endpoint.failure('lasting', 'gave no message');
    return content;
  }

  #checked(said: string, { predicates }: ProposalRequest['base']): Proposal {
    const { model } = this.#options;
    const refused = (why: string): Proposal => ({
      goal: undefined,
      model,
      warnings: [`The model ${model} proposed a goal that is not asked: ${why}.`],
    });
    const text = goalIn(said);
    if (text === null) return { goal: undefined, model, warnings: [] };
    if (text === undefined) return refused('its answer holds none');
    if (text.length > LONGEST_GOAL) return refused(`it has more than ${LONGEST_GOAL} characters`);
    const known = new Set(predicates.map(({ name, arity }) => `${name}/${arity}`));
    try {
      const { term, calls } = readGoal(text, { defined: known, facts: new Set() });
      if (calls.length === 0) return refused(`${indicatorOf(term)} asks nothing of this knowledge base`);
      return { goal: displayTerm(term), model, warnings: [] };
    } catch (error) {
      if (error instanceof CorollaryError) return refused(error.message);
      throw error;
    }
  }
}

/** The goal in a model's answer, which may stand in a fence or among words; null where it says that there is none. */
function goalIn(said: string): string | null | undefined {
  for (const found of said.matchAll(/\{[^{}]*"goal"[^{}]*\}/g)) {
    try {
      const { goal } = JSON.parse(found[0]) as { goal?: unknown };
      if (goal === null) return null;
      if (typeof goal === 'string') return goal.trim().replace(/\.$/, '');
    } catch {
      // Not JSON after all: maybe what follows is.
    }
  }
  return undefined;
}
