/** The engine failed in a way that is its own, not the goal's: it is not to be used again. */
export class EngineCrash extends Error {
  override readonly name = 'EngineCrash';
}
