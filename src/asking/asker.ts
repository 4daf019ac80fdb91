import { createHash } from 'node:crypto';
import { CorollaryError } from '../errors.js';
import type { KnowledgeBase } from '../knowledge/knowledge.js';
import type { KnowledgeStore } from '../knowledge/knowledge-store.js';
import type { Term } from '../prolog/term.js';
import type { Anchors, Reasoner } from '../reasoning/reasoning.js';
import { SpacePin } from '../retrieval/pinned-space.js';
import type { RetrievalOptions, ScoredFact, StreamingRetriever } from '../retrieval/retrieval.js';
import { AnswerLists } from './answer-lists.js';
import { answerText, textNeedsProof } from './answer-text.js';
import type {
  Answer,
  Asker,
  AskRequest,
  AskResult,
  ProveRequest,
  ProveResult,
  RouteDecision,
  SearchRequest,
  SearchResult,
  Wanted,
} from './asking.js';
import type { GoalProposer } from './goal-model/goal-proposer.js';
import { askHybrid } from './hybrid.js';
import { proposedLimits, reasoningLimits } from './limits.js';
import type { Mention } from './linking/linker.js';
import { Linkers } from './linking/linkers.js';
import { answerPage, type Page, type Proved, signalOf, timings } from './page.js';
import { cursorOf, pageInfo, pageSize, pageStart, requestKey } from './paging.js';
import { RankedLists } from './ranked-lists.js';
import { Router } from './router.js';
import { pageLimit, searchLimit } from './search-limit.js';

export interface AskerOptions {
  readonly knowledge: KnowledgeStore;
  readonly retriever: StreamingRetriever;
  readonly reasoner: Reasoner;
  /** Constants of a knowledge base that are held in memory at most. Default 200,000; see LINKED_CONSTANTS_MAX. */
  readonly linkedConstants?: number;
  /** Proposes goals where no question pattern fits. Default none. */
  readonly proposer?: GoalProposer | undefined;
}

const LINKED_CONSTANTS = 200_000;

/** Of one request for what texts name. */
const MOST_TEXTS = 1_000;

const FIRST_ANSWERS = 20;
const FIRST_PROVED = 100;
const FIRST_FACTS = 10;

const everything: Wanted = { proofs: true, texts: true, count: true };

/** Question → route → answers, every part of one result at one revision. */
export class QuestionAsker implements Asker {
  readonly #knowledge: KnowledgeStore;
  readonly #retriever: StreamingRetriever;
  readonly #reasoner: Reasoner;
  readonly #lists = new RankedLists();
  readonly #answers = new AnswerLists();

  readonly #router: Router;

  constructor({ knowledge, retriever, reasoner, linkedConstants, proposer }: AskerOptions) {
    const linkers = new Linkers(knowledge, { most: linkedConstants ?? LINKED_CONSTANTS });
    this.#router = new Router({
      knowledge,
      linkers,
      proposer,
      compareNames: (knowledgeBase) => (text, names) => retriever.similarities(text, names, knowledgeBase),
    });
    this.#knowledge = knowledge;
    this.#retriever = retriever;
    this.#reasoner = reasoner;
  }

  async mentions(
    texts: readonly string[],
    knowledgeBase?: string | null,
  ): Promise<readonly (readonly Mention[])[]> {
    if (texts.length > MOST_TEXTS)
      throw new CorollaryError('BAD_INPUT', `at most ${MOST_TEXTS} texts at once, not ${texts.length}`);
    return this.#router.mentions(texts, knowledgeBase);
  }

  async route(question: string, knowledgeBase?: string | null, goal?: string | null): Promise<RouteDecision> {
    const base = await this.#knowledge.knowledgeBase(knowledgeBase);
    return this.#router.decide({ question, goal: goal ?? null }, base);
  }

  pattern(question: string, goal: string, knowledgeBase?: string | null): Promise<string> {
    return this.#router.pattern(question, goal, knowledgeBase);
  }

  async ask(request: AskRequest): Promise<AskResult> {
    const started = performance.now();
    const { question, scope = 'ANCHORED', retrieval = {} } = request;
    const knowledgeBase = await this.#knowledge.knowledgeBase(request.knowledgeBase);
    const route = await this.#router.decide(request, knowledgeBase);
    // Not all of the decision: how sure it is may change with the next fact.
    const { route: way, goal, text } = route;
    const asked = { question, way, goal, text, scope, retrieval };
    const page = await this.#page(request, knowledgeBase, FIRST_ANSWERS, asked);
    const result = await this.#answered(request, route, page, started);
    return route.warnings.length === 0
      ? result
      : { ...result, warnings: [...route.warnings, ...result.warnings] };
  }

  async #answered(
    request: AskRequest,
    route: RouteDecision,
    page: Page,
    started: number,
  ): Promise<AskResult> {
    if (route.route === 'DENSE') return this.#askDense(request, route, page, started);
    if (route.route === 'LOGIC') {
      const limited = route.isProposed ? { ...request, limits: proposedLimits(request.limits) } : request;
      const outcome = await this.#proved(limited, route.goal!, page);
      return { ...proveResult(outcome, page, started), route, retrieved: [] };
    }
    const { outcome, retrieved } = await this.#answers.page(listKey(request, page), page, (part) =>
      askHybrid(this.#retriever, request, route.text!, part, (anchors) =>
        this.#prove(request, route.goal!, part, anchors),
      ),
    );
    return { ...proveResult(outcome, page, started), route, retrieved };
  }

  async prove(request: ProveRequest): Promise<ProveResult> {
    const started = performance.now();
    if (request.goal.trim() === '') throw new CorollaryError('BAD_INPUT', 'the goal is empty');
    const knowledgeBase = await this.#knowledge.knowledgeBase(request.knowledgeBase);
    const page = await this.#page(request, knowledgeBase, FIRST_PROVED, { goal: request.goal });
    return proveResult(await this.#proved(request, request.goal, page), page, started);
  }

  /** A page of the answers to a goal alone. */
  async #proved(request: Omit<AskRequest, 'question'>, goal: string, page: Page): Promise<Proved> {
    const { outcome } = await this.#answers.page(listKey(request, page), page, async (part) => ({
      outcome: await this.#prove(request, goal, part),
      retrieved: [],
    }));
    return outcome;
  }

  async search(request: SearchRequest): Promise<SearchResult> {
    const started = performance.now();
    const { text, retrieval = {} } = request;
    const knowledgeBase = await this.#knowledge.knowledgeBase(request.knowledgeBase);
    const page = await this.#page(request, knowledgeBase, FIRST_FACTS, { text, retrieval });
    const { revision, offset, first } = page;
    const { list, found } = await this.#ranked(request, page, text, retrieval);
    const facts = found.facts.slice(offset, offset + first);
    const cursors = facts.map((_, i) => page.cursor(i, list));
    const limitReached = searchLimit(found);
    return {
      knowledgeBase,
      space: found.space,
      facts,
      pageInfo: pageInfo(cursors, offset, offset + first < found.facts.length),
      complete: limitReached === null,
      limitReached,
      revision,
      timings: timings({ ...found, reasonMs: 0 }, started),
    };
  }

  /** All that retrieval finds, for this page and those that follow. */
  #ranked(
    request: { readonly signal?: AbortSignal },
    { knowledgeBase, revision, key, list }: Page,
    text: string,
    options: RetrievalOptions,
  ) {
    return this.#lists.get(`${key}:${revision}`, list, () =>
      this.#retriever.search({ knowledgeBase, revision, text, options, ...signalOf(request) }),
    );
  }

  async #page(
    request: Pick<AskRequest, 'asOf' | 'after' | 'first' | 'assume' | 'without'> & object,
    knowledgeBase: KnowledgeBase,
    otherwise: number,
    of: object,
  ): Promise<Page> {
    const { assume, without } = request;
    const scoring = 'scoring' in request ? request.scoring : undefined;
    const asked = { knowledgeBase: knowledgeBase.id, scoring, assume, without, ...of };
    const key = requestKey(asked);
    const { offset, asOf, list } = pageStart(request.after, request.asOf, key);
    const revision = await this.#knowledge.revisionAt(knowledgeBase, asOf);
    const first = pageSize(request.first, otherwise);
    return {
      knowledgeBase,
      revision,
      pin: new SpacePin(),
      offset,
      first,
      asked,
      key,
      list,
      cursor: (i, list) => cursorOf(revision, offset + i + 1, key, list),
    };
  }

  async #prove(
    request: Omit<AskRequest, 'question'>,
    goal: string,
    page: Page,
    anchors?: Anchors,
  ): Promise<Proved> {
    const { proofs, texts, count } = request.wanted ?? everything;
    const { templates } = texts
      ? await this.#knowledge.sentenceRules(page.knowledgeBase.id, page.revision)
      : { templates: new Map() };
    const outcome = await this.#reasoner.prove({
      knowledgeBase: page.knowledgeBase,
      revision: page.revision,
      pin: page.pin,
      goal,
      scoring: request.scoring ?? 'PRODUCT',
      limits: reasoningLimits(request.limits),
      skip: page.offset,
      first: page.first,
      proofs: proofs || textNeedsProof(goal, templates),
      count,
      assume: request.assume ?? [],
      without: request.without ?? [],
      ...(anchors === undefined ? {} : { anchors }),
      ...signalOf(request),
    });
    return {
      ...outcome,
      answers: outcome.answers.map((answer) => ({ ...answer, text: answerText(answer, templates) })),
    };
  }

  async #askDense(
    request: AskRequest,
    route: RouteDecision,
    page: Page,
    started: number,
  ): Promise<AskResult> {
    const { knowledgeBase, revision, offset, first } = page;
    const { list, found } = await this.#ranked(request, page, route.text!, request.retrieval ?? {});
    const answers = found.facts.slice(offset, offset + first).map(factAnswer);
    const limitReached = pageLimit(found, offset + first);
    return {
      knowledgeBase,
      route,
      answers: answerPage(
        answers,
        page,
        offset + first < found.facts.length,
        searchLimit(found) === null ? found.facts.length : null,
        list,
      ),
      retrieved: found.facts,
      complete: limitReached === null,
      limitReached,
      warnings: [],
      revision,
      evaluator: null,
      evaluatorReason: null,
      timings: timings({ ...found, reasonMs: 0 }, started),
    };
  }
}

/** All that decides what answers there are, and what comes with them. */
function listKey({ limits, wanted }: Omit<AskRequest, 'question'>, { asked, revision }: Page): string {
  const all = JSON.stringify([asked, revision, reasoningLimits(limits), wanted ?? everything]);
  return createHash('sha256').update(all).digest('base64url');
}

function proveResult(proved: Proved, page: Page, started: number): ProveResult {
  return {
    knowledgeBase: page.knowledgeBase,
    answers: answerPage(proved.answers, page, proved.more, proved.total),
    complete: proved.complete,
    limitReached: proved.limitReached,
    warnings: proved.warnings,
    revision: page.revision,
    evaluator: proved.evaluator,
    evaluatorReason: proved.evaluatorReason ?? null,
    timings: timings(proved, started),
  };
}

/** An answer of a DENSE question is a fact: its proof is the fact itself. */
function factAnswer({ fact, score, similarity }: ScoredFact): Answer {
  const goal: Term =
    fact.arity === 0
      ? { kind: 'atom', name: fact.predicate }
      : { kind: 'compound', name: fact.predicate, args: fact.arguments };
  return {
    text: fact.sentence,
    bindings: [],
    goal,
    score,
    proof: {
      nodes: [{ goal, kind: 'FACT', score, children: [], fact: fact.id, similarity }],
      truncated: false,
    },
  };
}
