/** The job that this was done for is over, or another server leads it: what was begun for it is given up. */
export class JobOver extends Error {
  override readonly name = 'JobOver';
  constructor() {
    super('The job is over, or another server leads it.');
  }
}
