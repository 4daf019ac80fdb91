% An ontology of universities after the Lehigh University Benchmark (Guo, Pan and Heflin 2005): classes, roles that are
% transitive, inverse or part of others, and its questions.

% ------------------------------------------------------------------ classes
professor(X) :- full_professor(X).
professor(X) :- associate_professor(X).
professor(X) :- assistant_professor(X).
faculty(X) :- professor(X).
faculty(X) :- lecturer(X).
student(X) :- undergraduate_student(X).
student(X) :- graduate_student(X).
0.9 :: student(X) :- teaching_assistant_of(X, _).
employee(X) :- faculty(X).
employee(X) :- research_assistant(X).
person(X) :- student(X).
person(X) :- employee(X).
chair(X) :- head_of(X, D), department(D).
any_course(X) :- course(X).
any_course(X) :- graduate_course(X).

% ------------------------------------------------------------------ roles
employed_by(X, O) :- works_for(X, O).
employed_by(X, O) :- head_of(X, O).
belongs_to(X, O) :- member_of(X, O).
belongs_to(X, O) :- employed_by(X, O).
has_member(O, X) :- belongs_to(X, O).
degree_from(X, U) :- undergraduate_degree_from(X, U).
degree_from(X, U) :- masters_degree_from(X, U).
degree_from(X, U) :- doctoral_degree_from(X, U).
has_alumnus(U, X) :- degree_from(X, U).
within(X, Y) :- sub_organization_of(X, Y).
within(X, Z) :- within(X, Y), sub_organization_of(Y, Z).
needs(C, D) :- prerequisite(C, D).
needs(C, E) :- needs(C, D), prerequisite(D, E).
coauthor(X, Y) :- publication_author(P, X), publication_author(P, Y), X \== Y.
linked(X, Y) :- coauthor(X, Y).
linked(X, Z) :- linked(X, Y), coauthor(Y, Z).

% ------------------------------------------------------------------ questions
% q1 to q9 are the benchmark's 1, 2, 4, 5, 6, 7, 8, 9 and 12; q10 to q13 ask for more recursion, and what is not so.
q1(X) :- takes_course(X, gc0_0), graduate_student(X).
q2(X, U, D) :- graduate_student(X), member_of(X, D), undergraduate_degree_from(X, U), within(D, U).
q3(X, Name, Email) :- employed_by(X, d0), professor(X), name(X, Name), email_address(X, Email).
q4(X) :- has_member(d0, X), person(X).
q5(X) :- student(X).
q6(X, C) :- teacher_of(ap0_0, C), any_course(C), takes_course(X, C), student(X).
q7(X, D, Email) :- within(D, u0), department(D), member_of(X, D), student(X), email_address(X, Email).
q8(X, F, C) :- advisor(X, F), faculty(F), teacher_of(F, C), takes_course(X, C), student(X).
q9(X, D) :- chair(X), employed_by(X, D), within(D, u0).
q10(G, O) :- research_group(G), within(G, O).
q11(C, D) :- needs(C, D).
q12(X) :- linked(fp0_0, X).
q13(X, C, D) :- member_of(X, d0), takes_course(X, C), needs(C, D), \+ takes_course(X, D).
