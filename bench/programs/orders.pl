% Whose products a customer has ordered: a join of three.
ordered_from(C, S) :- placed(C, O), contains(O, P), made_by(P, S).
