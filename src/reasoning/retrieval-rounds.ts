import type { FactStream } from '../retrieval/streamed-facts.js';
import type { LimitKind, ScoredAnswer } from './reasoning.js';
import type { RequestView } from './request-view.js';

/** Facts that are retrieved for the first round. */
const FIRST_RETRIEVED = 32;
/** Rounds after which what is not known by then is left out. */
const MOST_ROUNDS = 12;

/** What one round found: the answers from the first to the last of the page, with their proofs. */
export interface Round {
  readonly answers: readonly ScoredAnswer[];
  readonly limit: LimitKind | null;
}

/** How a round sees what was retrieved. */
export type RoundView = Pick<RequestView, 'retrieved' | 'never' | 'pending' | 'floor'>;

/** The last round, and whether it leaves something open. */
export interface LastRound<R extends Round> {
  readonly round: R;
  /** Of the round, those whose scores are certain. */
  readonly answers: readonly ScoredAnswer[];
  readonly limit: LimitKind | null;
  /** All answers that there are were found. */
  readonly isAll: boolean;
}

/**
 * A hybrid goal in Prolog, which can't be fed while it runs: it is solved in rounds. Facts that were not retrieved yet
 * count the most that they can, the similarity of the last that was, so that every score is at least what it is in the
 * end. While a proof among the best uses such a fact, that fact is asked for, and twice as many are retrieved, up to
 * `topK`; when none does, these answers are the best, with their right scores.
 */
export async function solveInRounds<R extends Round>(
  stream: FactStream,
  mode: RequestView['mode'],
  solve: (view: RoundView) => Promise<R>,
): Promise<LastRound<R>> {
  const similarities = new Map<number, number>();
  const never = new Set<number>();
  let asked = 0;
  let inOrder = 0;
  let floor = 1;
  let isAll = false;
  const view = (pending: number): RoundView => ({
    retrieved: [...similarities],
    never: [...never],
    floor,
    ...(isAll ? {} : { pending }),
  });
  const readOn = async () => {
    const count = Math.min(stream.topK - asked, Math.max(FIRST_RETRIEVED, inOrder));
    const taken = await stream.take(inOrder, count);
    for (const { fact, similarity } of taken.facts) {
      if (!similarities.has(fact)) asked += 1;
      similarities.set(fact, similarity);
      floor = Math.min(floor, similarity);
    }
    inOrder += taken.facts.length;
    isAll = taken.isAll;
  };
  await readOn();
  // Under ALL the last that is retrieved decides what all others count.
  while (mode === 'all' && !isAll && asked < stream.topK) await readOn();
  if (mode === 'all') isAll = true;
  for (let rounds = 1; ; rounds++) {
    const isBounded = mode !== 'anchored' || stream.isWhole;
    const round = await solve(view(isBounded ? floor : 1));
    const isKnown = (fact: number) => isAll || similarities.has(fact) || never.has(fact);
    const end = (limit: LimitKind | null) => {
      const answers = round.answers.filter(
        (answer) => isAll || unknownFacts([answer], isKnown)?.length === 0,
      );
      return { round, answers, limit, isAll: isAll || stream.isWhole };
    };
    const open = isAll ? [] : unknownFacts(round.answers, isKnown);
    if (round.limit !== null) return end(round.limit);
    if (open?.length === 0) return end(stream.isApproximate ? 'APPROXIMATION' : null);
    if (asked >= stream.topK || rounds >= MOST_ROUNDS || open === undefined) break;
    if (stream.canAsk) {
      const wanted = open.slice(0, stream.topK - asked);
      const known = await stream.similaritiesOf(wanted);
      for (const fact of wanted) {
        const similarity = known.get(fact);
        if (similarity === undefined) never.add(fact);
        else similarities.set(fact, similarity);
      }
      asked += known.size;
    }
    await readOn();
  }
  const round = await solve(view(0));
  return { round, answers: round.answers, limit: round.limit ?? 'TOP_K', isAll: false };
}

/** Facts in the proofs of which nothing is known yet; undefined where a proof does not show all of its facts. */
function unknownFacts(
  answers: readonly ScoredAnswer[],
  isKnown: (fact: number) => boolean,
): number[] | undefined {
  const unknown = new Set<number>();
  for (const { proof } of answers) {
    if (proof?.truncated !== false) return undefined;
    for (const { fact } of proof.nodes) if (fact !== undefined && !isKnown(fact)) unknown.add(fact);
  }
  return [...unknown];
}
