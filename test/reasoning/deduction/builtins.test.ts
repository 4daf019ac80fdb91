import { describe, expect, it } from 'vitest';
import { atom, compound, integer, str, variable } from '../../../src/prolog/term.js';
import { builtins } from '../../../src/reasoning/builtins.js';
import { valueBuiltins } from '../../../src/reasoning/deduction/builtins/builtins.js';
import { prologError } from '../../../src/reasoning/prolog-error.js';

describe('The built-ins of deduction', () => {
  it('are those that rules may call, save a few that Prolog evaluates', () => {
    const missing = [...builtins.keys()].filter((indicator) => !valueBuiltins.has(indicator));
    expect(missing.sort()).toEqual(['format_time/3', 'permutation/2', 'repeat/0']);
  });

  it('say in their modes which arguments they need', () => {
    for (const [indicator, { modes }] of valueBuiltins) {
      const arity = Number(indicator.slice(indicator.lastIndexOf('/') + 1));
      expect(modes.length).toBeGreaterThan(0);
      for (const position of modes.flat()) expect(position).toBeLessThan(arity);
    }
  });

  it('raise what a caller of Prolog gets for the same error', () => {
    const fault = (indicator: string, ...args: Parameters<typeof compound>[1][]) => {
      try {
        return [...valueBuiltins.get(indicator)!.solve(args)];
      } catch (error) {
        return error;
      }
    };
    const X = variable('X');
    for (const [ours, theirs] of [
      [
        fault('is/2', X, compound('+', atom('foo'), integer(1))),
        'error(type_error(evaluable,foo/0),context(system:(is)/2,_))',
      ],
      [
        fault('is/2', X, compound('/', integer(1), integer(0))),
        'error(evaluation_error(zero_divisor),context(system:(/)/2,_))',
      ],
      [fault('atom_length/2', atom('a'), str('b')), 'error(type_error(integer,"b"),_)'],
      [fault('sum_list/2', atom('a'), X), 'error(existence_error(matching_rule,lists:sum_list(a,0,X)),_)'],
    ] as const) {
      expect(ours).toMatchObject(pick(prologError(theirs, [])));
    }
  });
});

const pick = ({ code, message, details }: ReturnType<typeof prologError>) => ({ code, message, details });
