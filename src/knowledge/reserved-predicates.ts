/**
 * Predicates that mean something already, so that no fact may be asserted for them: control constructs, ISO
 * built-ins, the list, aggregation and string built-ins that rules may call, Corollary's semantic predicates.
 */
const reserved = new Set(
  [
    // control
    ',/2 ;/2 ->/2 *->/2 |/2 \\+/1 !/0 :-/2 :-/1 ?-/1 -->/2 ::/2 {}/1 []/0 [|]/2 call/1 call/2 call/3 call/4 call/5 call/6',
    'call/7 call/8 true/0 false/0 fail/0 repeat/0 halt/0 halt/1 catch/3 throw/1 once/1 ignore/1 not/1 forall/2 findall/3',
    'findall/4 bagof/3 setof/3 ^/2 aggregate_all/3 aggregate_all/4 between/3 tnot/1',
    'setup_call_cleanup/3 call_cleanup/2',
    // comparison, unification, arithmetic
    '=/2 \\=/2 ==/2 \\==/2 @</2 @>/2 @=</2 @>=/2 compare/3 unify_with_occurs_check/2 ?=/2 dif/2 is/2 =:=/2 =\\=/2 </2 >/2',
    '=</2 >=/2 succ/2 plus/3 =@=/2 \\=@=/2 subsumes_term/2',
    // types, terms, atoms, strings
    'var/1 nonvar/1 atom/1 number/1 integer/1 float/1 rational/1 atomic/1 compound/1 callable/1 is_list/1 string/1 ground/1',
    'functor/3 arg/3 =../2 copy_term/2 term_variables/2 term_to_atom/2 atom_length/2 atom_concat/3 sub_atom/5 atom_chars/2',
    'atom_codes/2 char_code/2 number_chars/2 number_codes/2 atom_number/2 atom_string/2 atom_to_term/3 atomic_list_concat/2',
    'atomic_list_concat/3 upcase_atom/2 downcase_atom/2 string_concat/3 string_length/2 string_chars/2 string_codes/2',
    'string_to_atom/2 string_lower/2 string_upper/2 sub_string/5 split_string/4 number_string/2 term_string/2 string_code/3',
    'text_concat/3 format/1 format/2 format/3 must_be/2',
    // lists
    'append/2 append/3 member/2 memberchk/2 length/2 nth0/3 nth1/3 last/2 reverse/2 msort/2 sort/2 sort/4 predsort/3',
    'keysort/2 permutation/2 flatten/2 exclude/3 include/3 partition/4 maplist/2 maplist/3 maplist/4 maplist/5 foldl/4 foldl/5',
    'sum_list/2 sumlist/2 max_list/2 min_list/2 max_member/2 min_member/2 numlist/3 list_to_set/2 subtract/3 union/3',
    'intersection/3 delete/3 select/3 selectchk/3 pairs_keys_values/3 pairs_keys/2 pairs_values/2',
    'nb_getval/2 b_getval/2 nb_setval/2 b_setval/2',
    // the database, flags, input and output: what the sandbox refuses must not be shadowed by facts either
    'assert/1 asserta/1 assertz/1 retract/1 retractall/1 abolish/1 clause/2 current_op/3 op/3 current_predicate/1',
    'current_prolog_flag/2 set_prolog_flag/2 current_input/1 current_output/1 set_input/1 set_output/1 open/3 open/4 close/1',
    'close/2 flush_output/0 flush_output/1 stream_property/2 at_end_of_stream/0 at_end_of_stream/1 set_stream_position/2',
    'get_char/1 get_char/2 peek_char/1 peek_char/2 put_char/1 put_char/2 get_code/1 get_code/2 peek_code/1 peek_code/2',
    'put_code/1 put_code/2 get_byte/1 get_byte/2 peek_byte/1 peek_byte/2 put_byte/1 put_byte/2 nl/0 nl/1 read_term/2',
    'read_term/3 read/1 read/2 write_term/2 write_term/3 write/1 write/2 writeq/1 writeq/2 print/1 print/2 writeln/1 writeln/2',
    'write_canonical/1 write_canonical/2 char_conversion/2 current_char_conversion/2 consult/1 initialization/1 use_module/1',
    'use_module/2 ensure_loaded/1 include/1 shell/1 shell/2',
    // directives of rule modules
    'dynamic/1 discontiguous/1 table/1',
    // meaning
    'similar/3 similarity/3 nearest/3',
  ]
    .join(' ')
    .split(' '),
);

/** Whether facts of `indicator` (name/arity) are refused. */
export function isReserved(indicator: string): boolean {
  return reserved.has(indicator);
}
