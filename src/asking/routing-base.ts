import type { KnowledgeBase, RuleModule } from '../knowledge/knowledge.js';
import type { KnowledgeStore } from '../knowledge/knowledge-store.js';
import type { Predicate } from '../knowledge/predicates.js';
import { isMeaningSlot } from '../knowledge/question-declarations.js';
import { templateParts } from '../knowledge/template.js';
import { indicatorOf, type Term } from '../prolog/term.js';
import { bodyCalls } from '../reasoning/body-calls.js';
import { type Rule, readRuleSource } from '../reasoning/rule.js';
import { declaredGrammar } from './grammar/declared-grammar.js';
import type { Grammar } from './grammar/grammar.js';
import { GrammarReader } from './grammar/grammar-reader.js';
import { type ArgumentType, ArgumentTypes } from './linking/argument-types.js';
import type { Position } from './linking/linker.js';
import type { DeclaredNames } from './linking/linkers.js';
import { composedPatterns } from './patterns/composed-patterns.js';
import { DeclaredMatcher } from './patterns/declared-matcher.js';
import type { KnownPattern } from './patterns/known-pattern.js';
import { LearnedMatcher } from './patterns/learned-matcher.js';
import type { QuestionPattern } from './patterns/pattern.js';

/** What a knowledge base says about questions, made ready: it changes with its rule modules and predicates, not with its facts. */
export interface RoutingBase {
  readonly predicates: readonly Predicate[];
  readonly patterns: readonly KnownPattern[];
  /** Grammars that were learned. */
  readonly grammars: readonly Grammar[];
  readonly matcher: LearnedMatcher;
  readonly names: DeclaredNames;
  /** Where slots look for constants. */
  readonly positions: readonly Position[];
  /** Whether a proof of the goal may rest on a fact that has a sentence, so that retrieval can bear on it. */
  restsOnSentences(goal: Term): boolean;
}

/** Kept at most; the one that was asked longest ago goes first. */
const MOST_BASES = 50;

/** Routing bases, kept as long as their knowledge base's revision stays, and their parts as long as the modules stay. */
export class RoutingBases {
  readonly #kept = new Map<
    number,
    { readonly revision: number; readonly key: string; readonly base: RoutingBase }
  >();

  constructor(readonly store: KnowledgeStore) {}

  async of(knowledgeBase: KnowledgeBase): Promise<RoutingBase> {
    const { id, name, revision } = knowledgeBase;
    const kept = this.#kept.get(id);
    if (kept?.revision === revision) return kept.base;
    const [modules, predicates] = await Promise.all([
      this.store.ruleModules(name),
      this.store.predicates(name),
    ]);
    const enabled = modules.filter((module) => module.enabled);
    const key = JSON.stringify([
      enabled.map((module) => module.id),
      predicates.map(({ name: predicate, arity, kind }) => [predicate, arity, kind]),
    ]);
    const base = kept?.key === key ? { ...kept.base, predicates } : this.#made(enabled, predicates);
    this.#kept.delete(id);
    this.#kept.set(id, { revision, key, base });
    if (this.#kept.size > MOST_BASES) this.#kept.delete(this.#kept.keys().next().value!);
    return base;
  }

  #made(modules: readonly RuleModule[], predicates: readonly Predicate[]): RoutingBase {
    const rules = modules.flatMap((module) => readRuleSource(module.name, module.source).rules);
    const facts = new Set(
      predicates.filter(({ kind }) => kind !== 'RULES').map(({ name, arity }) => `${name}/${arity}`),
    );
    const declared = modules.map((module) => ({
      module: module.name,
      ...this.store.parsedModule(module.source).declarations,
    }));
    const types = new ArgumentTypes(rules, facts);
    const questions = declared.flatMap(({ module, questions: own }) =>
      own.map(({ text, goal, answers, line }): QuestionPattern => ({ text, goal, answers, module, line })),
    );
    const phrases = declared.flatMap((each) => each.phrases);
    const typeOf = (goal: Term, variable: string) => types.ofVariable(goal, variable);
    const patterns: KnownPattern[] = [...questions, ...composedPatterns(questions, phrases, typeOf)].map(
      (pattern) => {
        const slots = templateParts(pattern.text).flatMap((part) =>
          'variable' in part ? [part.variable] : [],
        );
        return { pattern, slots: new Map(slots.map((slot) => [slot, slotType(pattern.goal, slot, types)])) };
      },
    );
    const grammars = declared.flatMap((each) => declaredGrammar(each.module, each) ?? []);
    const positions = [
      ...patterns.flatMap(({ slots }) => [...slots.values()].flatMap(({ groups }) => groups.flat())),
      ...grammars.flatMap(({ pieces }) => pieces.flatMap(({ takes }) => takes.flat())),
    ];
    const searchable = new Set(declared.flatMap((each) => each.searchable.map(({ indicator }) => indicator)));
    const templates = new Set(declared.flatMap((each) => each.templates.map(({ indicator }) => indicator)));
    const said = searchable.size > 0 ? searchable : templates;
    return {
      predicates,
      patterns,
      grammars,
      matcher: new LearnedMatcher(
        new DeclaredMatcher(patterns),
        grammars.map((grammar) => new GrammarReader(grammar)),
      ),
      names: {
        key: modules.map(({ id }) => id).join(),
        aliases: declared.flatMap(({ aliases }) => aliases),
        predicates: declared.flatMap(({ aliasPredicates }) =>
          aliasPredicates.map(({ indicator }) => indicator),
        ),
      },
      positions: [...new Map(positions.map((each) => [JSON.stringify(each), each])).values()],
      // Without a word about sentences every fact may have been given one of its own.
      restsOnSentences: reaching(
        rules,
        (indicator) => facts.has(indicator) && (said.size === 0 || said.has(indicator)),
      ),
    };
  }
}

const words: ArgumentType = { kind: 'TEXT', groups: [] };

function slotType(goal: Term, slot: string, types: ArgumentTypes): ArgumentType {
  return isMeaningSlot(slot) ? words : types.ofVariable(goal, slot);
}

/** Whether a goal calls, directly or through rules, and not under a negation, a predicate that `isWanted`. */
function reaching(rules: readonly Rule[], isWanted: (indicator: string) => boolean): (goal: Term) => boolean {
  const bodies = new Map<string, Term[]>();
  for (const { head, body } of rules) {
    const indicator = indicatorOf(head)!;
    bodies.set(indicator, [...(bodies.get(indicator) ?? []), body]);
  }
  return (goal) => {
    const seen = new Set<string>();
    const pending = [goal];
    for (let body = pending.pop(); body !== undefined; body = pending.pop()) {
      for (const { indicator, negated } of bodyCalls(body, (called) => bodies.has(called))) {
        if (negated || seen.has(indicator)) continue;
        if (isWanted(indicator)) return true;
        seen.add(indicator);
        pending.push(...(bodies.get(indicator) ?? []));
      }
    }
    return false;
  };
}
