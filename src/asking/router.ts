import { CorollaryError } from '../errors.js';
import type { KnowledgeBase } from '../knowledge/knowledge.js';
import type { KnowledgeStore } from '../knowledge/knowledge-store.js';
import { plainText } from '../knowledge/template.js';
import { displayTerm } from '../prolog/writer.js';
import { acceptedPattern, acceptedQuestion } from './accepted-pattern.js';
import { askedGoal } from './asked-goal.js';
import type { RouteDecision } from './asking.js';
import type { GoalProposer, Proposal } from './goal-model/goal-proposer.js';
import type { Mention } from './linking/linker.js';
import type { Linkers, Linking } from './linking/linkers.js';
import { type CompareNames, namedByMeaning } from './linking/named-by-meaning.js';
import type { Reading } from './patterns/pattern.js';
import { wordsOf } from './patterns/words.js';
import { decideRoute, decision, isGoalLike, type Routable } from './route.js';
import { type RoutingBase, RoutingBases } from './routing-base.js';

/** A reading that is right less often than this is not taken, only told among the alternatives. */
export const LEAST_CONFIDENCE = 0.5;
/** A reading that leaves something over which its goal cannot use is no more than this. */
const MOST_WITH_UNUSED_WORDS = 0.4;
/** Readings that are told beside the one that was taken. */
const MOST_ALTERNATIVES = 4;

export interface RouterOptions {
  readonly knowledge: KnowledgeStore;
  readonly linkers: Linkers;
  /** For words that name nothing by their letters; none by default. */
  readonly compareNames?: ((knowledgeBase: KnowledgeBase) => CompareNames) | undefined;
  /** Asked where no pattern fits; none by default. */
  readonly proposer?: GoalProposer | undefined;
}

export interface RouteRequest extends Routable {
  readonly signal?: AbortSignal;
}

/**
 * Who answers a question: a goal goes to LOGIC, a text with a goal beside it to HYBRID. Any other text is held against the
 * question patterns: one that fits goes to LOGIC, or to HYBRID where it leaves meaning over; where none fits, to DENSE.
 */
export class Router {
  readonly #options: RouterOptions;
  readonly #bases: RoutingBases;

  constructor(options: RouterOptions) {
    this.#options = options;
    this.#bases = new RoutingBases(options.knowledge);
  }

  /** @throws CorollaryError BAD_INPUT when the route that the caller wants lacks its goal or its text */
  async decide(request: RouteRequest, knowledgeBase: KnowledgeBase): Promise<RouteDecision> {
    const { question, goal, route = 'AUTO' } = request;
    const base = await this.#bases.of(knowledgeBase);
    const isText = question.trim() !== '' && !goal && !isGoalLike(question, base.predicates);
    if (!isText || route === 'DENSE') return decideRoute(request, base.predicates);
    const words = wordsOf(question).map(({ text }) => text);
    const linking =
      base.patterns.length + base.grammars.length === 0
        ? undefined
        : await this.#options.linkers.at(knowledgeBase, base.names, words, base.positions);
    const found = linking === undefined ? [] : readings(question, base, linking);
    if (route !== 'AUTO') return insisted(request, found, base);
    const [best] = found;
    if (best !== undefined && best.confidence >= LEAST_CONFIDENCE)
      return taken(question, best, found.slice(1));
    const meant = await this.#meant(question, base, linking, knowledgeBase);
    if (meant !== undefined) return taken(question, meant, found);
    const proposal = await this.#options.proposer?.propose({
      question,
      knowledgeBase,
      base,
      signal: request.signal,
    });
    if (proposal?.goal !== undefined) return proposed(question, proposal, found);
    const dense = noPattern(question, found, base, linking);
    return proposal === undefined ? dense : { ...dense, warnings: proposal.warnings };
  }

  /** The reading by a pattern that would fit if its slot held a name, where the words that stand there mean one. */
  async #meant(
    question: string,
    base: RoutingBase,
    linking: Linking | undefined,
    knowledgeBase: KnowledgeBase,
  ): Promise<Found | undefined> {
    const compare = this.#options.compareNames?.(knowledgeBase);
    const lacking = linking && base.matcher.nearMiss(question, linking.linker);
    if (compare === undefined || lacking === undefined || lacking.similarity < LEAST_CONFIDENCE)
      return undefined;
    const { groups } = lacking.type;
    const constants = groups.length === 0 ? undefined : linking!.standingAt(groups);
    if (constants === undefined) return undefined;
    const linker = await namedByMeaning(linking!.linker, lacking, constants, compare);
    if (linker === undefined) return undefined;
    const [best] = readings(question, base, { linker, tolerant: undefined });
    return best !== undefined && best.confidence >= LEAST_CONFIDENCE ? best : undefined;
  }

  /** What words of each text name, as slots of patterns are filled. @throws CorollaryError KNOWLEDGE_BASE_NOT_FOUND */
  async mentions(texts: readonly string[], name?: string | null): Promise<readonly (readonly Mention[])[]> {
    const knowledgeBase = await this.#options.knowledge.knowledgeBase(name);
    const base = await this.#bases.of(knowledgeBase);
    const found: (readonly Mention[])[] = [];
    for (const text of texts) {
      const words = wordsOf(text).map((word) => word.text);
      const { linker } = await this.#options.linkers.at(knowledgeBase, base.names, words, base.positions);
      found.push(linker.mentions(words));
    }
    return found;
  }

  /**
   * The directive that declares this goal as the reading of this question, and of those that are like it but for their
   * constants. Whether the goal makes sense is for `checkRules` to say.
   *
   * @throws CorollaryError BAD_INPUT, PROLOG_SYNTAX, KNOWLEDGE_BASE_NOT_FOUND
   */
  async pattern(question: string, goal: string, name?: string | null): Promise<string> {
    const accepted = acceptedQuestion(question, goal);
    const knowledgeBase = await this.#options.knowledge.knowledgeBase(name);
    const { names } = await this.#bases.of(knowledgeBase);
    const words = wordsOf(accepted.question).map(({ text }) => text);
    const { linker } = await this.#options.linkers.at(knowledgeBase, names, words, accepted.positions);
    return acceptedPattern(accepted, linker);
  }
}

interface Found {
  readonly route: 'LOGIC' | 'HYBRID';
  readonly reading: Reading;
  readonly confidence: number;
  readonly text: string | null;
  /** Words that neither the goal nor a search can use. */
  readonly unused: string;
}

/** Best first. Slips are forgiven only where nothing fits without. */
function readings(
  question: string,
  base: RoutingBase,
  { linker, tolerant }: Pick<Linking, 'linker' | 'tolerant'>,
): Found[] {
  const exact = base.matcher
    .match(question, linker)
    .map((reading) => found(reading, base))
    .sort(bySureness);
  if (tolerant === undefined || (exact[0]?.confidence ?? 0) >= LEAST_CONFIDENCE) return exact;
  const forgiving = base.matcher
    .match(question, tolerant)
    .map((reading) => found(reading, base))
    .sort(bySureness);
  return (forgiving[0]?.confidence ?? 0) > (exact[0]?.confidence ?? 0) ? forgiving : exact;
}

const bySureness = (a: Found, b: Found) => b.confidence - a.confidence;

function found(reading: Reading, base: RoutingBase): Found {
  const { confidence, leftover, goal } = reading;
  if (leftover === '') return { route: 'LOGIC', reading, confidence, text: null, unused: '' };
  if (base.restsOnSentences(goal))
    return { route: 'HYBRID', reading, confidence, text: leftover, unused: '' };
  const most = Math.min(confidence, MOST_WITH_UNUSED_WORDS);
  return { route: 'LOGIC', reading, confidence: most, text: null, unused: leftover };
}

function taken(question: string, best: Found, others: readonly Found[]): RouteDecision {
  const dense = decision('DENSE', 'the text alone: facts near to it in meaning', 1 - best.confidence, {
    text: question,
  });
  const alternatives = [...others.map(toDecision), dense].sort((a, b) => b.confidence - a.confidence);
  return { ...toDecision(best), alternatives: alternatives.slice(0, MOST_ALTERNATIVES) };
}

function toDecision({ route, reading, confidence, text, unused }: Found): RouteDecision {
  const { pattern, goal, answers, slots, similarity } = reading;
  const filled = slots.map(({ name, value }) => `${name} = ${plainText(value)}`).join(', ');
  const reason = [
    `the question pattern "${pattern.text}"${filled === '' ? '' : ` with ${filled}`}`,
    ...(route === 'HYBRID' ? [`together with facts that are near to "${text}"`] : []),
    ...(unused === '' ? [] : [`but nothing in its goal can use "${unused}"`]),
  ].join(', ');
  return {
    ...decision(route, reason, confidence, {
      goal: displayTerm(askedGoal(goal, answers)),
      ...(text === null ? {} : { text }),
    }),
    pattern: {
      pattern: pattern.text,
      module: pattern.module,
      line: pattern.line,
      goal: displayTerm(goal),
      answers,
      slots,
      similarity,
    },
  };
}

/** LOGIC or HYBRID for a text because the caller wants it: the best reading, however doubtful. */
function insisted(request: RouteRequest, all: readonly Found[], base: RoutingBase): RouteDecision {
  const { question, route } = request;
  const fitting = all.find(({ reading }) => route === 'LOGIC' || base.restsOnSentences(reading.goal));
  if (fitting === undefined) {
    if (route === 'LOGIC') return decideRoute(request, base.predicates);
    throw new CorollaryError(
      'BAD_INPUT',
      'a HYBRID question needs a goal beside its text, and no question pattern gives one: give `goal`',
    );
  }
  const isLogic = route === 'LOGIC';
  const text = isLogic ? null : (fitting.text ?? question);
  const chosen = toDecision({
    ...fitting,
    route: isLogic ? 'LOGIC' : 'HYBRID',
    text,
    unused: isLogic ? (fitting.text ?? fitting.unused) : '',
  });
  return {
    ...chosen,
    reason: `the caller asked for ${route}: ${chosen.reason}`,
    alternatives: all
      .filter((each) => each !== fitting)
      .map(toDecision)
      .slice(0, MOST_ALTERNATIVES),
  };
}

function proposed(
  question: string,
  { goal, model, warnings }: Proposal,
  all: readonly Found[],
): RouteDecision {
  const reason = `no question pattern fits; the goal was proposed by the model ${model} and only checked for what it may call: see whether it says what you mean`;
  return {
    ...decision('LOGIC', reason, LEAST_CONFIDENCE, { goal: goal! }),
    warnings,
    isProposed: true,
    alternatives: [
      ...all.map(toDecision),
      decision('DENSE', 'the text alone: facts near to it in meaning', LEAST_CONFIDENCE, { text: question }),
    ].slice(-MOST_ALTERNATIVES),
  };
}

function noPattern(
  question: string,
  all: readonly Found[],
  base: RoutingBase,
  linking: Linking | undefined,
): RouteDecision {
  const [best] = all;
  const text = 'a text without a goal: facts near to it in meaning';
  const dense = (reason: string) => ({
    ...decision('DENSE', reason, 1 - (best?.confidence ?? 0), { text: question }),
    alternatives: all.map(toDecision).slice(0, MOST_ALTERNATIVES),
  });
  if (linking === undefined) return dense(text);
  const lacking = base.matcher.nearMiss(question, linking.linker);
  if (
    lacking !== undefined &&
    lacking.similarity >= LEAST_CONFIDENCE &&
    lacking.similarity > (best?.reading.similarity ?? 0)
  ) {
    const near = linking.tolerant?.link(lacking.text, lacking.type.groups.flat()) ?? [];
    const hint =
      near.length === 0
        ? ''
        : `; did you mean ${near
            .slice(0, 3)
            .map(({ value }) => plainText(value))
            .join(' or ')}?`;
    return dense(
      `no question pattern fits well enough: for "${lacking.pattern}" something called "${lacking.text}" would have to be known${hint}`,
    );
  }
  if (best === undefined) return dense(text);
  const { reading, confidence, unused } = best;
  const lacks =
    unused !== ''
      ? `nothing in its goal can use "${unused}"`
      : `its confidence would have to be ${LEAST_CONFIDENCE} at least`;
  return dense(
    `no question pattern fits well enough: "${reading.pattern.text}" is the nearest (${confidence.toFixed(2)}), but ${lacks}`,
  );
}
