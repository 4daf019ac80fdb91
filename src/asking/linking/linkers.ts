import type { KnowledgeBase } from '../../knowledge/knowledge.js';
import type { KnowledgeStore } from '../../knowledge/knowledge-store.js';
import type { AliasDeclaration } from '../../knowledge/question-declarations.js';
import { Gazetteer } from './gazetteer.js';
import type { EntityLinker, Position } from './linker.js';
import { lookedUp } from './looked-up.js';
import { MOST_COMPARED_NAMES, type NamedConstant } from './named-by-meaning.js';

export interface LinkersOptions {
  /** Constants of one knowledge base that are held in memory at most; of one that has more they are looked up. */
  readonly most: number;
}

/** How the rule modules of a knowledge base name constants; `key` is the same as long as they say the same. */
export interface DeclaredNames {
  readonly key: string;
  readonly aliases: readonly AliasDeclaration[];
  /** Indicators of predicates whose facts give names. */
  readonly predicates: readonly string[];
}

/** An entity linker for one question. */
export interface Linking {
  readonly linker: EntityLinker;
  /** The same, but it forgives slips; undefined where it can't. */
  readonly tolerant: EntityLinker | undefined;
  /** All constants that stand at some position of every group; undefined where they are too many. */
  standingAt(groups: readonly (readonly Position[])[]): readonly NamedConstant[] | undefined;
}

/** Knowledge bases whose constants are in memory at most; the one that was asked longest ago goes first. */
const MOST_BASES = 20;

/** The constants of every knowledge base that is asked in plain language, each as of its last revision. */
export class Linkers {
  readonly #bases = new Map<number, FollowedConstants>();

  constructor(
    readonly store: KnowledgeStore,
    readonly options: LinkersOptions,
  ) {}

  /**
   * @param words of the question
   * @param positions where the slots of patterns look for constants
   */
  async at(
    knowledgeBase: KnowledgeBase,
    names: DeclaredNames,
    words: readonly string[],
    positions: readonly Position[],
  ): Promise<Linking> {
    const base =
      this.#bases.get(knowledgeBase.id) ??
      new FollowedConstants(this.store, knowledgeBase.id, this.options.most);
    this.#bases.delete(knowledgeBase.id);
    this.#bases.set(knowledgeBase.id, base);
    if (this.#bases.size > MOST_BASES) this.#bases.delete(this.#bases.keys().next().value!);
    const held = await base.at(knowledgeBase.revision, names);
    if (held !== undefined) {
      const standingAt: Linking['standingAt'] = (groups) => held.standingAt(groups, MOST_COMPARED_NAMES);
      return { linker: held, tolerant: held.tolerant, standingAt };
    }
    const linker = await lookedUp(this.store, knowledgeBase, names, words, positions);
    return { linker, tolerant: undefined, standingAt: () => undefined };
  }
}

/** The constants of one knowledge base, held in memory while there are not too many. */
class FollowedConstants {
  #held: Gazetteer | undefined = new Gazetteer();
  #revision = 0;
  #names: { readonly key: string; readonly revision: number } | undefined;
  #work: Promise<unknown> = Promise.resolve();

  constructor(
    readonly store: KnowledgeStore,
    readonly id: number,
    readonly most: number,
  ) {}

  /** Undefined where there are too many. */
  async at(revision: number, names: DeclaredNames): Promise<Gazetteer | undefined> {
    const isCurrent = () =>
      this.#revision >= revision && this.#names?.key === names.key && this.#names.revision >= revision;
    if (this.#held === undefined || isCurrent()) return this.#held;
    // One at a time: two would count the same changes twice.
    const turn = this.#work.then(async () => {
      if (this.#held !== undefined && !isCurrent()) await this.#follow(this.#held, revision, names);
    });
    this.#work = turn.catch(() => undefined);
    await turn;
    return this.#held;
  }

  async #follow(held: Gazetteer, revision: number, names: DeclaredNames): Promise<void> {
    try {
      for await (const counts of this.store.constantCounts(this.id, this.#revision, revision)) {
        for (const count of counts) held.count(count);
        if (held.size > this.most) {
          this.#held = undefined;
          return;
        }
      }
      this.#revision = Math.max(this.#revision, revision);
      await this.#followNames(held, revision, names);
    } catch (error) {
      // Half a change was counted: begin anew.
      this.#held = new Gazetteer();
      this.#revision = 0;
      this.#names = undefined;
      throw error;
    }
  }

  async #followNames(
    held: Gazetteer,
    revision: number,
    { key, aliases, predicates }: DeclaredNames,
  ): Promise<void> {
    const isSame = this.#names?.key === key;
    const since = isSame ? this.#names!.revision : 0;
    const changes = await this.store.nameCounts(this.id, since, revision, predicates);
    if (!isSame) {
      held.clearAliases();
      for (const { constant, names } of aliases) for (const name of names) held.countAlias(name, constant, 1);
    }
    for (const { name, constant, facts } of changes) held.countAlias(name, constant, facts);
    this.#names = { key, revision };
  }
}
