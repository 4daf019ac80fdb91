import createSwipl from 'swipl-wasm/dist/swipl-node.js';

/** A real SWI-Prolog that reads terms and says what it read. */
export interface SwiPrologReader {
  /** The term in SWI-Prolog's own canonical text, or undefined when it finds a syntax error. */
  canonical(text: string): string | undefined;
  /** The sign that `compare/3` gives for two terms: `<`, `=` or `>`. */
  compare(left: string, right: string): string;
  /** Its operators, as `priority kind name`. */
  operators(): string[];
}

// Only text leaves a query: the bridge cannot convert every term, and a failed conversion breaks the engine.
// Canonical text leaves as character codes, since a NUL would end a string on its way to JavaScript.
const CLAUSES = [
  `(canonical_codes(Text, Out) :-
      catch(term_string(T, Text), error(syntax_error(_), _), fail),
      with_output_to(codes(Codes), write_term(T, [quoted(true), ignore_ops(true)])),
      atomic_list_concat(Codes, ' ', Out))`,
  `(compared(Left, Right, Order) :-
      term_string(A, Left), term_string(B, Right), compare(Order, A, B))`,
  `(operators(Out) :-
      findall(Line, (current_op(P, Kind, Name), format(atom(Line), '~w ~w ~w', [P, Kind, Name])), Lines),
      atomic_list_concat(Lines, '\\n', Out))`,
];

export async function startSwiProlog(): Promise<SwiPrologReader> {
  const swipl = await createSwipl({ arguments: ['-q'] });
  for (const clause of CLAUSES) swipl.prolog.call(`assertz(${clause})`);
  const once = (goal: string, input: Record<string, string>): string | undefined => {
    const answer = swipl.prolog.query(goal, input).once() as { Out?: unknown };
    return answer.Out === undefined ? undefined : String(answer.Out);
  };
  return {
    canonical(text) {
      const codes = once('canonical_codes(Text, Out)', { Text: text });
      return codes === undefined ? undefined : String.fromCodePoint(...codes.split(' ').map(Number));
    },
    compare(left, right) {
      return once('compared(Left, Right, Out)', { Left: left, Right: right })!;
    },
    operators() {
      return once('operators(Out)', {})!.split('\n');
    },
  };
}
