import type { FactStore } from './deduction/fact-store.js';
import type { Relation } from './deduction/relation.js';
import type { PrologEngine } from './engine.js';
import { declaration, endGoals, rowGoals } from './fact-rows.js';

/** Rows that are written at once. */
const MOST_ROWS = 20_000;

/** How much of a relation an engine has. */
interface Loaded {
  readonly relation: Relation;
  rows: number;
  ended: number;
}

/** Gives a Prolog engine the facts that its goals need, out of the columns that the thread holds. */
export class EngineFacts {
  /** By facts prefix and indicator. */
  readonly #loaded = new Map<string, Map<string, Loaded | 'external'>>();

  constructor(readonly engine: PrologEngine) {}

  /** Brings the needed predicates up to what the store has of them, and lets external ones be looked up. */
  async bring(
    facts: string,
    store: FactStore,
    needed: readonly string[],
    external: readonly string[],
  ): Promise<void> {
    const all = this.#loaded.get(facts) ?? new Map<string, Loaded | 'external'>();
    this.#loaded.set(facts, all);
    const outside = new Set(external);
    if (outside.size > 0) await this.engine.load('forget_lookups.\n');
    for (const indicator of needed) {
      const known = all.get(indicator);
      if (outside.has(indicator)) {
        if (known === 'external') continue;
        await this.engine.load(declaration('external_predicate', facts, indicator));
        all.set(indicator, 'external');
        continue;
      }
      const relation = store.open(indicator);
      let loaded = known;
      if (loaded === undefined || loaded === 'external' || loaded.relation !== relation) {
        if (known !== undefined) await this.engine.load(declaration('no_facts', facts, indicator));
        await this.engine.load(declaration('fact_predicate', facts, indicator));
        loaded = { relation, rows: 0, ended: 0 };
        all.set(indicator, loaded);
      }
      await this.#follow(facts, indicator, store, loaded);
    }
  }

  async forget(facts: string): Promise<void> {
    if (!this.#loaded.delete(facts)) return;
    await this.engine.forget(facts);
    await this.engine.load(`forget_external(${facts}).\n`);
  }

  async #follow(facts: string, indicator: string, { constants }: FactStore, loaded: Loaded): Promise<void> {
    const { relation } = loaded;
    const before = loaded.rows;
    while (loaded.rows < relation.rows) {
      const end = Math.min(relation.rows, loaded.rows + MOST_ROWS);
      await this.engine.load(rowGoals(facts, indicator, relation, constants, loaded.rows, end));
      loaded.rows = end;
    }
    const ended = relation.ended.slice(loaded.ended).filter((row) => row < before);
    if (ended.length > 0) await this.engine.load(endGoals(facts, indicator, relation, ended));
    loaded.ended = relation.ended.length;
  }
}
