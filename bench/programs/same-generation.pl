% People whose distance from a common ancestor is the same.
sg(X, X) :- person(X).
sg(X, Y) :- parent(X, P), sg(P, Q), parent(Y, Q).
