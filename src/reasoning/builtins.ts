/**
 * What rules and goals may call beside predicates of the knowledge base. Whatever is not here and not known as facts
 * or rules is refused: that list is the sandbox. `many` can be retried (and so can go on for ever).
 */
export type BuiltinKind = 'once' | 'many';

const once = `
  =/2 \\=/2 ==/2 \\==/2 @</2 @>/2 @=</2 @>=/2 compare/3 unify_with_occurs_check/2
  is/2 =:=/2 =\\=/2 </2 >/2 =</2 >=/2 succ/2 plus/3
  var/1 nonvar/1 atom/1 number/1 integer/1 float/1 atomic/1 compound/1 callable/1 is_list/1 string/1 ground/1
  functor/3 =../2 copy_term/2 term_variables/2
  atom_length/2 atom_chars/2 atom_codes/2 char_code/2 number_codes/2 number_chars/2 atom_number/2 atom_string/2
  number_string/2 string_to_atom/2 string_length/2 string_chars/2 string_codes/2 string_lower/2 string_upper/2
  upcase_atom/2 downcase_atom/2 split_string/4 atomic_list_concat/2 atomic_list_concat/3
  memberchk/2 msort/2 sort/2 sort/4 keysort/2 list_to_set/2 sum_list/2 sumlist/2 max_list/2 min_list/2 max_member/2
  min_member/2 numlist/3 reverse/2 last/2 subtract/3 intersection/3 union/3 delete/3 flatten/2
  pairs_keys_values/3 pairs_keys/2 pairs_values/2 append/2
  parse_time/2 date_time_stamp/2 stamp_date_time/3 format_time/3 day_of_the_week/2`;

const many = `
  between/3 member/2 append/3 length/2 nth0/3 nth1/3 select/3 permutation/2 arg/3 repeat/0
  atom_concat/3 string_concat/3 sub_atom/5 sub_string/5 date_time_value/3`;

const words = (text: string) => text.trim().split(/\s+/);

export const builtins: ReadonlyMap<string, BuiltinKind> = new Map([
  ...words(once).map((indicator): [string, BuiltinKind] => [indicator, 'once']),
  ...words(many).map((indicator): [string, BuiltinKind] => [indicator, 'many']),
]);

/** Built-ins that a knowledge base may define for itself; its own definition then counts in all its modules. */
const library = new Set(
  words(`
    memberchk/2 list_to_set/2 sum_list/2 sumlist/2 max_list/2 min_list/2 max_member/2 min_member/2 numlist/3 reverse/2
    last/2 subtract/3 intersection/3 union/3 delete/3 flatten/2 pairs_keys_values/3 pairs_keys/2 pairs_values/2 append/2
    member/2 append/3 nth0/3 nth1/3 select/3 permutation/2 succ/2 plus/3 between/3
    maplist/2 maplist/3 maplist/4 maplist/5 maplist/6 maplist/7 foldl/4 foldl/5 foldl/6 include/3 exclude/3 partition/4
    ignore/1 forall/2 aggregate_all/3 aggregate_all/4 findall/4
    parse_time/2 date_time_stamp/2 stamp_date_time/3 format_time/3 day_of_the_week/2 date_time_value/3`),
);

/**
 * Constructs that take goals. `goals` are argument positions (from 0) that hold a goal; `closures` hold one that is
 * called with that many more arguments.
 */
export interface MetaPredicate {
  readonly goals?: readonly number[];
  readonly closure?: { readonly position: number; readonly extra: number };
  /** The goal is negated: what it depends on must be known before. */
  readonly negates?: boolean;
}

export const metaPredicates: ReadonlyMap<string, MetaPredicate> = new Map<string, MetaPredicate>([
  [',/2', { goals: [0, 1] }],
  [';/2', { goals: [0, 1] }],
  ['->/2', { goals: [0, 1] }],
  ['*->/2', { goals: [0, 1] }],
  ['\\+/1', { goals: [0], negates: true }],
  ['not/1', { goals: [0], negates: true }],
  ['once/1', { goals: [0] }],
  ['ignore/1', { goals: [0] }],
  ['forall/2', { goals: [0, 1], negates: true }],
  ['findall/3', { goals: [1] }],
  ['findall/4', { goals: [1] }],
  ['bagof/3', { goals: [1] }],
  ['setof/3', { goals: [1] }],
  ['aggregate_all/3', { goals: [1] }],
  ['aggregate_all/4', { goals: [2] }],
  ['^/2', { goals: [1] }],
  ...Array.from({ length: 8 }, (_, extra): [string, MetaPredicate] => [
    `call/${extra + 1}`,
    { closure: { position: 0, extra } },
  ]),
  ...Array.from({ length: 6 }, (_, n): [string, MetaPredicate] => [
    `maplist/${n + 2}`,
    { closure: { position: 0, extra: n + 1 } },
  ]),
  ['foldl/4', { closure: { position: 0, extra: 3 } }],
  ['foldl/5', { closure: { position: 0, extra: 4 } }],
  ['foldl/6', { closure: { position: 0, extra: 5 } }],
  ['include/3', { closure: { position: 0, extra: 1 } }],
  ['exclude/3', { closure: { position: 0, extra: 1 } }],
  ['partition/4', { closure: { position: 0, extra: 1 } }],
]);

export const controlConstructs: ReadonlySet<string> = new Set(['true/0', 'fail/0', 'false/0', '!/0']);

export const semanticPredicates: ReadonlySet<string> = new Set(['similar/3', 'similarity/3', 'nearest/3']);

/** Prolog that exists but that a knowledge base must not reach: named so that the refusal can say why. */
const refused = new Set(
  words(`
    assert/1 asserta/1 assertz/1 retract/1 retractall/1 abolish/1 clause/2 erase/1 recorda/3 consult/1 load_files/2
    open/3 open/4 close/1 see/1 tell/1 read/1 read/2 read_term/2 read_term/3 write/1 writeq/1 print/1 writeln/1 nl/0 tab/1
    put_char/1 get_char/1 format/1 format/2 format/3 write_term/2 write_canonical/1 shell/0 shell/1 shell/2 halt/0 halt/1 getenv/2 setenv/2
    delete_file/1 exists_file/1 directory_files/2 op/3 set_prolog_flag/2 current_prolog_flag/2 catch/3 throw/1
    nb_setval/2 nb_getval/2 b_setval/2 b_getval/2 setup_call_cleanup/3 call_cleanup/2 thread_create/3 thread_send_message/2
    term_to_atom/2 term_string/2 atom_to_term/3 use_module/1 use_module/2 current_op/3 current_predicate/1 :=/2 js_call/1 :/2
    get_time/1 statistics/2 sleep/1 random/1 random_between/3 set_random/1 format_time/4
    garbage_collect/0 prolog_load_context/2 predicate_property/2 tnot/1 table/1 untable/1 abolish_all_tables/0`),
);

export type Standing = 'control' | 'meta' | 'builtin' | 'semantic' | 'refused' | 'free';

/** What `name/arity` is when no rules or facts of the knowledge base define it. */
export function standingOf(indicator: string): Standing {
  if (controlConstructs.has(indicator)) return 'control';
  if (metaPredicates.has(indicator)) return 'meta';
  if (semanticPredicates.has(indicator)) return 'semantic';
  if (builtins.has(indicator)) return 'builtin';
  return refused.has(indicator) ? 'refused' : 'free';
}

/** Whether rules may define `name/arity`. */
export function definable(indicator: string): boolean {
  return standingOf(indicator) === 'free' || library.has(indicator);
}
