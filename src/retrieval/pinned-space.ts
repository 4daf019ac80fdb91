import { sql } from 'drizzle-orm';
import type { Connection } from '../database/database.js';
import type { Embedder } from '../embedding/embedder.js';
import { CorollaryError } from '../errors.js';
import { type ActiveSpace, activeSpace, theSpace } from './embedding-spaces.js';

/**
 * The embedding space that all calls of one request compare vectors in, however long it takes and whichever becomes the
 * active one meanwhile: chosen by the first of them.
 */
export class SpacePin {
  #space: Promise<ActiveSpace | undefined> | undefined;

  /** Whether a call has chosen it. */
  get isSet(): boolean {
    return this.#space !== undefined;
  }

  /** Chooses one that the caller has just seen to be the active one. */
  set(space: ActiveSpace | undefined): void {
    this.#space ??= Promise.resolve(space);
  }

  /** The active space, as it was the first time. Undefined where the knowledge base had none. */
  space(connection: Connection, knowledgeBase: number): Promise<ActiveSpace | undefined> {
    this.#space ??= activeSpace(connection, knowledgeBase);
    return this.#space;
  }
}

/** Another space has become the active one since the request chose its model: the request is repeated in that one. */
export class SpaceChanged extends Error {
  override readonly name = 'SpaceChanged';
  constructor(readonly space: ActiveSpace | undefined) {
    super('The active embedding space has changed.');
  }
}

/** A space, and the embedder that gives its vectors. */
export interface Meaning extends BegunWith {
  readonly embedder: Embedder;
}

export interface BegunWith {
  /** The space that the request's vectors are of, undefined where the knowledge base had none. */
  readonly space: ActiveSpace | undefined;
  /** Whether the request stays with it although another is the active one by now. */
  readonly pinned: boolean;
}

/**
 * The space that a request began with, as it is in the snapshot of `connection`.
 * @throws SpaceChanged when it is not the active one, and the request is not pinned to it; CorollaryError
 * EMBEDDING_SPACE_UNAVAILABLE when it is, and the space was dropped meanwhile
 */
export async function spaceBegunWith(
  connection: Connection,
  knowledgeBase: number,
  { space: begun, pinned }: BegunWith,
): Promise<ActiveSpace | undefined> {
  if (!pinned) {
    const space = await activeSpace(connection, knowledgeBase);
    if (space?.id !== begun?.id) throw new SpaceChanged(space);
    return space;
  }
  if (begun === undefined) return undefined;
  // One that was active keeps getting every sentence's vector until it is dropped.
  const space = await theSpace(connection, sql`s.id = ${begun.id} and s.state in ('ACTIVE', 'RETIRED')`);
  if (space !== undefined) return space;
  throw spaceDropped(begun);
}

export function spaceDropped({ id }: ActiveSpace): CorollaryError {
  return new CorollaryError(
    'EMBEDDING_SPACE_UNAVAILABLE',
    `The embedding space ${id}, which this request began with, was dropped meanwhile: ask again.`,
    { space: id },
  );
}
