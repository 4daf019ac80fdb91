/** The rules of a file as the source of one module; each stands on the line that it has in the file, so that what is said about them fits both. */
export class RuleText {
  #parts: string[] = [];
  #line = 1;

  get isEmpty(): boolean {
    return this.#parts.length === 0;
  }

  get text(): string {
    return `${this.#parts.join('')}\n`;
  }

  /** In order of their lines. */
  add(line: number, text: string): void {
    // Two clauses on one line are parted all the same.
    const gap = Math.max(line - this.#line, 0);
    this.#parts.push(gap > 0 ? '\n'.repeat(gap) : this.isEmpty ? '' : ' ', text);
    this.#line += gap + text.split('\n').length - 1;
  }
}
