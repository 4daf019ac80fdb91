import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Runs a goal once for its indexes, then for 0.7 s or nine times, as timing.mjs does. */
const measuring = `
measure(I, Goal) :-
    run(Goal, _, _),
    run_all(I, Goal, 9, 0).

run_all(I, Goal, Left, Sum) :-
    run(Goal, Ms, Count),
    format("~d\\t~f\\t~d~n", [I, Ms, Count]),
    Next is Sum + Ms,
    More is Left - 1,
    ( More > 0, Next < 700 -> run_all(I, Goal, More, Next) ; true ).

run(Goal, Ms, Count) :-
    abolish_all_tables,
    get_time(Began),
    aggregate_all(count, Goal, Count),
    get_time(Ended),
    Ms is (Ended - Began) * 1000.

% Where there is no /proc nothing is said.
peak :-
    catch(setup_call_cleanup(open('/proc/self/status', read, In), read_string(In, _, Text), close(In)), _, fail),
    sub_string(Text, At, _, _, "VmHWM:"), !,
    sub_string(Text, At, 30, _, Line),
    split_string(Line, " \\t\\n", " \\t\\n", [_|Words]),
    member(Word, Words), number_string(Kilobytes, Word), !,
    format("peak\\t~d~n", [Kilobytes]).
peak.
`;

/**
 * A script for `swipl -q FILE` that writes `Goal's index <tab> ms <tab> answers` for every run, and `peak <tab> kB`.
 * @param {string} program as `plainText` gives it
 * @param {string[]} goals
 */
export function writeNativeScript(program, goals) {
  const directory = mkdtempSync(join(tmpdir(), 'corollary-bench-'));
  const path = join(directory, 'program.pl');
  const calls = goals.map((goal, i) => `measure(${i}, (${goal}))`).join(', ');
  writeFileSync(
    path,
    `:- style_check(-singleton).\n${program}${measuring}\n:- initialization((${calls}, peak, halt)).\n`,
  );
  return { path, remove: () => rmSync(directory, { recursive: true, force: true }) };
}
