% What the variables of a program may point to, whatever the order of its statements (Andersen 1994):
% V = new O, V = W, V = P.F and P.F = V.
points_to(V, O) :- new(V, O).
points_to(V, O) :- assign(V, W), points_to(W, O).
points_to(V, O) :- load(V, P, F), points_to(P, Q), holds(Q, F, O).
holds(Q, F, O) :- store(P, F, V), points_to(P, Q), points_to(V, O).
