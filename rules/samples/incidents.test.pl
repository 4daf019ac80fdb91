% What the rules of incidents.pl must give on incidents-facts.pl. No line here needs an embedding model.
%
% Read each line as
%
%   expect(Template, Goal, SortedListOfTemplateInstances).
%   expect_score(GroundGoal, Score).
%
% expect: Goal is asked with all its answers; for each of them Template is taken with the answer's
% values, duplicates are dropped, and the rest in the standard order of terms must be the list.
% A goal without variables has the template yes, and gives [yes] or [].
% expect_score: the best proof of the goal has this score under PRODUCT, to within 1e-9.


% recursion, through chains and through cycles

expect(D, depends(checkout, D), [accounts, cache, cart, dns, event_bus, fraud_check, inventory, ledger, login, mailer, main_db, payment_gateway, pricing, promotions, shipping, warehouse_sync]).
expect(D, depends(storefront, D), [cache, cart, catalog, dns, edge, event_bus, image_store, main_db, pricing, promotions, recommendations, search, search_indexer]).
expect(D, depends(pricing, D), [cache, main_db, pricing, promotions]).
expect(D, depends(dns, D), []).
expect(S, depends(S, promotions), [cart, checkout, pricing, promotions, storefront]).
expect(S, depends(S, ledger), [billing, checkout, gift_cards, payment_gateway, reports]).
expect(yes, depends(checkout, dns), [yes]).
expect(yes, depends(checkout, search), []).
expect(S, in_cycle(S), [inventory, pricing, promotions, shipping, warehouse_sync]).
expect(T, (depends(reports, S), owned_by(S, T)), [network, payments, platform]).
expect(T, (depends(S, main_db), owned_by(S, T)), [data, discovery, identity, logistics, merchandise, payments, shop]).

% joins and negation

expect(P, on_call_for(checkout, P), [ana, tomas]).
expect(P, on_call_for(dns, P), []).
expect(S, on_call_for(S, yusuf), [mailer, reports]).
expect(S-P, (hits(inc_17, S), on_call_for(S, P)), [checkout-ana, checkout-tomas, payment_gateway-ben]).
expect(T, unattended(T), [network]).
expect(yes, unattended(media), []).
expect(T-P, stand_in(T, P), [network-leila, network-viktor]).
expect(I, open_incident(I), [inc_31, inc_36, inc_38, inc_39]).
expect(I-P, (open_incident(I), hits(I, S), on_call_for(S, P)), [inc_31-yusuf, inc_36-noor, inc_38-ben, inc_39-diego]).
expect(S, quiet(S), [gift_cards]).

% confidence

expect(S, impaired(S), [fraud_check, reports, search_indexer, warehouse_sync]).
expect(S, at_risk(S), [checkout, inventory, payment_gateway, search, shipping, storefront, warehouse_sync]).

% comparison and arithmetic

expect(I, urgent(I), [inc_38, inc_39]).
expect(I-S-P, (urgent(I), hits(I, S), on_call_for(S, P)), [inc_38-fraud_check-ben, inc_39-warehouse_sync-diego]).
expect(P, pain(inc_17, P), [176]).
expect(I-P, (pain(I, P), P > 800), [inc_16-840, inc_31-26220, inc_36-11220, inc_38-4890, inc_39-1140]).
expect(P, stretched(P), [yusuf]).
expect(I-J, again(payment_gateway, I, J), [inc_05-inc_17, inc_05-inc_22, inc_05-inc_32, inc_17-inc_22, inc_17-inc_32, inc_22-inc_32]).
expect(I-J, again(shipping, I, J), [inc_18-inc_35]).
expect(I, (started(I, T), T @>= "2026-05-12", \+ resolved(I)), [inc_38, inc_39]).

% counting and adding up

expect(M, downtime(checkout, M), [239]).
expect(M, downtime(gift_cards, M), [0]).
expect(S-M, (downtime(S, M), M > 400), [billing-495, fraud_check-1688, mailer-410, reports-26308, search_indexer-5790]).
expect(N, incident_count(payments, N), [9]).
expect(T-N, incident_count(T, N), [data-2, discovery-4, identity-4, logistics-5, media-3, merchandise-3, messaging-2, network-4, payments-9, platform-7, shop-9]).
expect(N, aggregate_all(count, incident(_, _), N), [40]).


% scores: 0.8 for each step between the service and the trouble

expect_score(impaired(fraud_check), 1.0).
expect_score(at_risk(inventory), 0.8).
expect_score(at_risk(payment_gateway), 0.8).
expect_score(at_risk(search), 0.8).
expect_score(at_risk(checkout), 0.64).
expect_score(at_risk(shipping), 0.64).
expect_score(at_risk(storefront), 0.64).
expect_score(at_risk(warehouse_sync), 0.512).
