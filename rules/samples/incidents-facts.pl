% Tallowmere, an invented company that runs an online shop: its services, its people, and eight
% months of things that went wrong. The rules are in incidents.pl, questions to try in questions.md.
%
% Every line is one ground fact, so this file can be imported, exported and compared line by line.
% Names are atoms, texts and points in time are strings. Importing it twice changes nothing.


% ---------------------------------------------------------------- services

% service(Service): it runs in production and may break.

service(accounts).
service(billing).
service(cache).
service(cart).
service(catalog).
service(checkout).
service(dns).
service(edge).
service(event_bus).
service(fraud_check).
service(gift_cards).
service(image_store).
service(inventory).
service(ledger).
service(login).
service(mailer).
service(main_db).
service(payment_gateway).
service(pricing).
service(promotions).
service(recommendations).
service(reports).
service(search).
service(search_indexer).
service(shipping).
service(storefront).
service(thumbnails).
service(warehouse_sync).

% tier(Service, Tier): 1 stops sales when it stops, 2 hurts them, 3 can wait until morning.

tier(accounts, 2).
tier(billing, 2).
tier(cache, 2).
tier(cart, 1).
tier(catalog, 1).
tier(checkout, 1).
tier(dns, 1).
tier(edge, 1).
tier(event_bus, 1).
tier(fraud_check, 2).
tier(gift_cards, 3).
tier(image_store, 3).
tier(inventory, 2).
tier(ledger, 1).
tier(login, 1).
tier(mailer, 2).
tier(main_db, 1).
tier(payment_gateway, 1).
tier(pricing, 1).
tier(promotions, 2).
tier(recommendations, 3).
tier(reports, 3).
tier(search, 2).
tier(search_indexer, 3).
tier(shipping, 2).
tier(storefront, 1).
tier(thumbnails, 3).
tier(warehouse_sync, 3).

% owned_by(Service, Team): the team that builds the service also repairs it.

owned_by(accounts, identity).
owned_by(billing, payments).
owned_by(cache, platform).
owned_by(cart, shop).
owned_by(catalog, merchandise).
owned_by(checkout, shop).
owned_by(dns, network).
owned_by(edge, network).
owned_by(event_bus, platform).
owned_by(fraud_check, payments).
owned_by(gift_cards, payments).
owned_by(image_store, media).
owned_by(inventory, logistics).
owned_by(ledger, payments).
owned_by(login, identity).
owned_by(mailer, messaging).
owned_by(main_db, platform).
owned_by(payment_gateway, payments).
owned_by(pricing, merchandise).
owned_by(promotions, merchandise).
owned_by(recommendations, discovery).
owned_by(reports, data).
owned_by(search, discovery).
owned_by(search_indexer, discovery).
owned_by(shipping, logistics).
owned_by(storefront, shop).
owned_by(thumbnails, media).
owned_by(warehouse_sync, logistics).

% purpose(Service, Sentence): what it is for. Embedded.

purpose(accounts, "The account service keeps the profiles, addresses and passwords of customers.").
purpose(billing, "Billing writes invoices and renews subscriptions when their term ends.").
purpose(cache, "The cache keeps answers that were expensive to compute in memory for a few minutes.").
purpose(cart, "The cart remembers what a shopper has put in the basket, on every device.").
purpose(catalog, "The catalogue holds the name, description and attributes of everything on sale.").
purpose(checkout, "Checkout turns a full basket into a paid order: address, delivery, payment, confirmation.").
purpose(dns, "The name servers translate host names into addresses, for visitors and between our machines.").
purpose(edge, "The edge receives all traffic from the internet, decrypts it and spreads it over the web servers.").
purpose(event_bus, "The event bus carries messages such as order placed or stock changed from one service to another.").
purpose(fraud_check, "The fraud check estimates how likely it is that an order is paid with a stolen card.").
purpose(gift_cards, "The gift card service sells vouchers and subtracts what has been spent from their value.").
purpose(image_store, "The image store keeps the original photographs of all products.").
purpose(inventory, "The inventory knows how many pieces of each article are in stock, and reserves them for orders.").
purpose(ledger, "The ledger books every payment and refund, to the cent and for ever.").
purpose(login, "The login service checks who somebody is, with passwords, passkeys and one-time codes.").
purpose(mailer, "The mailer sends order confirmations, invoices and newsletters by electronic mail.").
purpose(main_db, "The main database stores orders, customers and products in tables.").
purpose(payment_gateway, "The payment gateway passes card and wallet payments on to the providers and brings back their answers.").
purpose(pricing, "The pricing service computes what an article costs a given customer at this moment.").
purpose(promotions, "The promotion service decides which discounts, coupons and bundles apply to a basket.").
purpose(recommendations, "The recommendation service suggests articles that a shopper may like as well.").
purpose(reports, "Reports tell the management every morning what was sold, where and with which margin.").
purpose(search, "The search service finds articles from the words that a shopper types.").
purpose(search_indexer, "The search indexer reads every change of the catalogue into the search index.").
purpose(shipping, "The shipping service asks carriers for delivery prices, prints labels and tracks parcels.").
purpose(storefront, "The storefront renders the web pages of the shop: home, categories, articles.").
purpose(thumbnails, "The thumbnail service makes small versions of product pictures for lists and phones.").
purpose(warehouse_sync, "The warehouse synchronisation exchanges counts and orders with the warehouses' own systems.").

% depends_on(Service, Dependency): the first does not work properly without the second.
% Two cycles: pricing and promotions ask each other; inventory -> warehouse_sync -> shipping -> inventory.

depends_on(accounts, mailer).
depends_on(accounts, main_db).
depends_on(billing, ledger).
depends_on(billing, mailer).
depends_on(cart, cache).
depends_on(cart, pricing).
depends_on(catalog, image_store).
depends_on(catalog, main_db).
depends_on(checkout, cart).
depends_on(checkout, inventory).
depends_on(checkout, login).
depends_on(checkout, payment_gateway).
depends_on(checkout, shipping).
depends_on(edge, dns).
depends_on(event_bus, dns).
depends_on(fraud_check, accounts).
depends_on(fraud_check, event_bus).
depends_on(gift_cards, ledger).
depends_on(gift_cards, mailer).
depends_on(image_store, edge).
depends_on(inventory, main_db).
depends_on(inventory, warehouse_sync).
depends_on(ledger, event_bus).
depends_on(ledger, main_db).
depends_on(login, accounts).
depends_on(login, cache).
depends_on(mailer, dns).
depends_on(mailer, event_bus).
depends_on(payment_gateway, fraud_check).
depends_on(payment_gateway, ledger).
depends_on(pricing, main_db).
depends_on(pricing, promotions).
depends_on(promotions, cache).
depends_on(promotions, pricing).
depends_on(recommendations, cache).
depends_on(recommendations, event_bus).
depends_on(reports, ledger).
depends_on(search, cache).
depends_on(search, search_indexer).
depends_on(search_indexer, catalog).
depends_on(search_indexer, event_bus).
depends_on(shipping, event_bus).
depends_on(shipping, inventory).
depends_on(storefront, cart).
depends_on(storefront, catalog).
depends_on(storefront, edge).
depends_on(storefront, recommendations).
depends_on(storefront, search).
depends_on(thumbnails, image_store).
depends_on(warehouse_sync, shipping).


% ---------------------------------------------------------------- people

% works_in(Person, Team)

works_in(aiko, platform).
works_in(ana, shop).
works_in(ben, payments).
works_in(clara, merchandise).
works_in(diego, logistics).
works_in(felix, discovery).
works_in(ingrid, payments).
works_in(jonas, platform).
works_in(kofi, media).
works_in(lars, identity).
works_in(leila, network).
works_in(marta, logistics).
works_in(noor, discovery).
works_in(pia, media).
works_in(priya, identity).
works_in(rosa, data).
works_in(seun, merchandise).
works_in(tomas, shop).
works_in(viktor, network).
works_in(yusuf, messaging).

% on_call(Team, Person): who has the team's pager this week. Nobody has those of media and network.

on_call(data, yusuf).
on_call(discovery, noor).
on_call(identity, priya).
on_call(logistics, diego).
on_call(merchandise, clara).
on_call(messaging, yusuf).
on_call(payments, ben).
on_call(platform, aiko).
on_call(platform, jonas).
on_call(shop, ana).
on_call(shop, tomas).


% ---------------------------------------------------------------- incidents

% incident(Incident, Severity): 1 sales stop, 2 many customers notice, 3 some do, 4 only we do.

incident(inc_01, 2).
incident(inc_02, 1).
incident(inc_03, 3).
incident(inc_04, 2).
incident(inc_05, 1).
incident(inc_06, 3).
incident(inc_07, 1).
incident(inc_08, 2).
incident(inc_09, 1).
incident(inc_10, 1).
incident(inc_11, 2).
incident(inc_12, 3).
incident(inc_13, 2).
incident(inc_14, 1).
incident(inc_15, 2).
incident(inc_16, 3).
incident(inc_17, 1).
incident(inc_18, 3).
incident(inc_19, 2).
incident(inc_20, 2).
incident(inc_21, 2).
incident(inc_22, 1).
incident(inc_23, 3).
incident(inc_24, 3).
incident(inc_25, 2).
incident(inc_26, 3).
incident(inc_27, 2).
incident(inc_28, 1).
incident(inc_29, 2).
incident(inc_30, 3).
incident(inc_31, 4).
incident(inc_32, 2).
incident(inc_33, 3).
incident(inc_34, 2).
incident(inc_35, 2).
incident(inc_36, 3).
incident(inc_37, 1).
incident(inc_38, 2).
incident(inc_39, 2).
incident(inc_40, 3).

% summary(Incident, Text): what happened, as the person on call wrote it down. Embedded.

summary(inc_01, "Order confirmations reached customers three hours late, because the receiving mail servers distrusted our new sending address.").
summary(inc_02, "The main database stopped accepting writes when its transaction log had filled the last gigabyte of the disk.").
summary(inc_03, "New product pictures appeared as grey boxes: the resizer could not decode the format in which phones now save photographs.").
summary(inc_04, "Shoppers were sent round and round between the sign-in page and their account, because the session cookie still named the old domain.").
summary(inc_05, "The card processor needed more than half a minute for each authorisation, and most shoppers gave up before it answered.").
summary(inc_06, "Articles that went on sale in the morning could not be found until past noon: the search index had silently stopped taking updates.").
summary(inc_07, "At midnight all cached landing pages expired at once, and thousands of identical requests fell on the catalogue together.").
summary(inc_08, "Black Friday orders entered the queue faster than its consumers could take them, and stock figures lagged forty minutes behind.").
summary(inc_09, "A retry after a lost reply charged 1,312 customers twice for the same order.").
summary(inc_10, "The certificate of the public site expired at six in the morning, and browsers warned visitors away.").
summary(inc_11, "A discount meant for one brand was given on the whole range. Televisions sold for nine euros until somebody on a forum noticed, and then we did.").
summary(inc_12, "The suggestion service took a little more memory with every request until the kernel killed it, about once an hour.").
summary(inc_13, "A report without a date range read the entire order table, and every other query waited behind it.").
summary(inc_14, "The afternoon release of checkout could not handle addresses without a house number; one order in six ended on a blank page.").
summary(inc_15, "A wrong edit of the zone file made half of our internal host names unresolvable until the old records were put back.").
summary(inc_16, "Subscriptions begun on 29 February could not be renewed, because the job asked for a date that this year does not have.").
summary(inc_17, "Checkout requests timed out while the payment provider was slow to confirm cards. About 900 baskets were abandoned.").
summary(inc_18, "The parcel carrier allows a hundred price enquiries a minute. A bulk import used them all up, and delivery options vanished from the basket.").
summary(inc_19, "An excavator cut the fibre to the northern data centre, and the remaining line was too thin for the morning's traffic.").
summary(inc_20, "One-time codes were refused on two servers whose clocks ran ninety seconds ahead of the others.").
summary(inc_21, "A missing zero in a configuration file limited the inventory to 10 connections instead of 100, and stock look-ups piled up.").
summary(inc_22, "Our acquiring bank did not react at all for a quarter of an hour. Payments hung until the connection was dropped.").
summary(inc_23, "Password reset messages went to spam folders after the signing key of our mail domain had been replaced.").
summary(inc_24, "Nightly copies of product photographs were never deleted, and at a quarter past two the image volume had no byte left.").
summary(inc_25, "For half an hour some customers saw other people's baskets, because two cache keys differed only in upper and lower case.").
summary(inc_26, "A supplier's feed overwrote twelve thousand product descriptions with the word null.").
summary(inc_27, "The day's settlement did not balance: refunds had been booked with the sign the wrong way round.").
summary(inc_28, "The standby database promoted itself while the primary was still alive, and for some minutes both of them accepted orders.").
summary(inc_29, "The new fraud model refused nearly every order from Portugal, those of honest customers included.").
summary(inc_30, "A quotation mark in the search box sent the query parser into an endless loop that kept a processor core busy.").
summary(inc_31, "Since the clocks went forward, the weekly sales report counts orders placed near midnight on the wrong day.").
summary(inc_32, "Card confirmations trickled in a minute late, when the shop had already told customers that their order had failed.").
summary(inc_33, "A crawler asked for every colour and size of every article, eight hundred times a second, and left no room for people.").
summary(inc_34, "The internal certificates of the message brokers ran out overnight, and none of them trusted the others any more.").
summary(inc_35, "Checkout waited for delivery quotes with all of its threads; pages came after forty seconds or not at all.").
summary(inc_36, "Articles with accented names, such as crème brûlée dishes or posters of Łódź, cannot be found since the indexer was upgraded.").
summary(inc_37, "Nobody could sign in: the account service opened a new database connection for each visitor until there were none left.").
summary(inc_38, "Risk scores come back empty while the list of blocked addresses is being reloaded, so that suspicious orders pass unchecked.").
summary(inc_39, "The warehouse in Rotterdam sends its counts twice, and goods that are long gone are offered as in stock.").
summary(inc_40, "Pictures of shoes stood beside descriptions of kettles, because yesterday's image files were still being served under the new names.").

% hits(Incident, Service): the service failed or suffered in the incident.

hits(inc_01, mailer).
hits(inc_02, checkout).
hits(inc_02, main_db).
hits(inc_03, thumbnails).
hits(inc_04, login).
hits(inc_05, checkout).
hits(inc_05, payment_gateway).
hits(inc_06, search).
hits(inc_06, search_indexer).
hits(inc_07, cache).
hits(inc_07, catalog).
hits(inc_08, event_bus).
hits(inc_08, inventory).
hits(inc_09, billing).
hits(inc_09, ledger).
hits(inc_10, edge).
hits(inc_10, storefront).
hits(inc_11, pricing).
hits(inc_11, promotions).
hits(inc_12, recommendations).
hits(inc_13, main_db).
hits(inc_13, reports).
hits(inc_14, checkout).
hits(inc_15, dns).
hits(inc_16, billing).
hits(inc_17, checkout).
hits(inc_17, payment_gateway).
hits(inc_18, shipping).
hits(inc_19, edge).
hits(inc_20, login).
hits(inc_21, inventory).
hits(inc_22, payment_gateway).
hits(inc_23, accounts).
hits(inc_23, mailer).
hits(inc_24, image_store).
hits(inc_25, cache).
hits(inc_25, cart).
hits(inc_26, catalog).
hits(inc_27, ledger).
hits(inc_28, main_db).
hits(inc_29, fraud_check).
hits(inc_30, search).
hits(inc_31, reports).
hits(inc_32, checkout).
hits(inc_32, payment_gateway).
hits(inc_33, edge).
hits(inc_33, storefront).
hits(inc_34, event_bus).
hits(inc_35, checkout).
hits(inc_35, shipping).
hits(inc_36, search_indexer).
hits(inc_37, accounts).
hits(inc_37, login).
hits(inc_38, fraud_check).
hits(inc_39, warehouse_sync).
hits(inc_40, image_store).
hits(inc_40, thumbnails).

% started(Incident, Time): ISO 8601 in UTC, so that the order of the strings is the order of time.

started(inc_01, "2025-10-06T07:12:00Z").
started(inc_02, "2025-10-14T22:40:00Z").
started(inc_03, "2025-10-23T11:05:00Z").
started(inc_04, "2025-11-03T08:00:00Z").
started(inc_05, "2025-11-11T13:31:00Z").
started(inc_06, "2025-11-19T09:15:00Z").
started(inc_07, "2025-11-28T00:00:00Z").
started(inc_08, "2025-11-28T10:20:00Z").
started(inc_09, "2025-12-02T16:48:00Z").
started(inc_10, "2025-12-09T06:00:00Z").
started(inc_11, "2025-12-16T14:22:00Z").
started(inc_12, "2026-01-05T10:10:00Z").
started(inc_13, "2026-01-13T09:02:00Z").
started(inc_14, "2026-01-21T15:35:00Z").
started(inc_15, "2026-02-04T03:50:00Z").
started(inc_16, "2026-03-01T00:01:00Z").
started(inc_17, "2026-03-14T09:26:00Z").
started(inc_18, "2026-03-17T12:12:00Z").
started(inc_19, "2026-03-20T05:40:00Z").
started(inc_20, "2026-03-24T15:03:00Z").
started(inc_21, "2026-03-27T08:45:00Z").
started(inc_22, "2026-03-31T19:30:00Z").
started(inc_23, "2026-04-02T11:18:00Z").
started(inc_24, "2026-04-07T02:15:00Z").
started(inc_25, "2026-04-09T13:55:00Z").
started(inc_26, "2026-04-13T10:07:00Z").
started(inc_27, "2026-04-15T07:30:00Z").
started(inc_28, "2026-04-17T20:41:00Z").
started(inc_29, "2026-04-21T09:09:00Z").
started(inc_30, "2026-04-24T16:26:00Z").
started(inc_31, "2026-04-27T06:30:00Z").
started(inc_32, "2026-04-29T18:02:00Z").
started(inc_33, "2026-05-04T11:44:00Z").
started(inc_34, "2026-05-06T04:20:00Z").
started(inc_35, "2026-05-08T12:37:00Z").
started(inc_36, "2026-05-11T14:00:00Z").
started(inc_37, "2026-05-12T21:15:00Z").
started(inc_38, "2026-05-14T08:20:00Z").
started(inc_39, "2026-05-15T05:10:00Z").
started(inc_40, "2026-05-15T10:33:00Z").

% minutes_down(Incident, Minutes): until it was over; for an open one until 2026-05-15T11:30:00Z.

minutes_down(inc_01, 195).
minutes_down(inc_02, 48).
minutes_down(inc_03, 260).
minutes_down(inc_04, 37).
minutes_down(inc_05, 52).
minutes_down(inc_06, 180).
minutes_down(inc_07, 33).
minutes_down(inc_08, 140).
minutes_down(inc_09, 75).
minutes_down(inc_10, 41).
minutes_down(inc_11, 64).
minutes_down(inc_12, 310).
minutes_down(inc_13, 88).
minutes_down(inc_14, 26).
minutes_down(inc_15, 57).
minutes_down(inc_16, 420).
minutes_down(inc_17, 44).
minutes_down(inc_18, 130).
minutes_down(inc_19, 112).
minutes_down(inc_20, 29).
minutes_down(inc_21, 71).
minutes_down(inc_22, 18).
minutes_down(inc_23, 215).
minutes_down(inc_24, 95).
minutes_down(inc_25, 36).
minutes_down(inc_26, 150).
minutes_down(inc_27, 84).
minutes_down(inc_28, 23).
minutes_down(inc_29, 58).
minutes_down(inc_30, 47).
minutes_down(inc_31, 26220).
minutes_down(inc_32, 31).
minutes_down(inc_33, 66).
minutes_down(inc_34, 52).
minutes_down(inc_35, 38).
minutes_down(inc_36, 5610).
minutes_down(inc_37, 55).
minutes_down(inc_38, 1630).
minutes_down(inc_39, 380).
minutes_down(inc_40, 45).

% resolved(Incident): it is over. Open: 31, 36, 38 and 39.

resolved(inc_01).
resolved(inc_02).
resolved(inc_03).
resolved(inc_04).
resolved(inc_05).
resolved(inc_06).
resolved(inc_07).
resolved(inc_08).
resolved(inc_09).
resolved(inc_10).
resolved(inc_11).
resolved(inc_12).
resolved(inc_13).
resolved(inc_14).
resolved(inc_15).
resolved(inc_16).
resolved(inc_17).
resolved(inc_18).
resolved(inc_19).
resolved(inc_20).
resolved(inc_21).
resolved(inc_22).
resolved(inc_23).
resolved(inc_24).
resolved(inc_25).
resolved(inc_26).
resolved(inc_27).
resolved(inc_28).
resolved(inc_29).
resolved(inc_30).
resolved(inc_32).
resolved(inc_33).
resolved(inc_34).
resolved(inc_35).
resolved(inc_37).
resolved(inc_40).


% ---------------------------------------------------------------- run books

% runbook(Runbook, Title). Embedded.

runbook(drain_queue, "Working off a backlog").
runbook(free_disk, "Making room on a full disk").
runbook(give_back_money, "Giving money back after a wrong charge or a wrong price").
runbook(hold_back_flood, "Holding back a flood of requests").
runbook(names_and_routes, "Restoring names and network routes").
runbook(provider_failover, "When the payment provider is slow or silent").
runbook(rebuild_from_source, "Rebuilding an index or a cache from its source").
runbook(renew_certificate, "Renewing a certificate in a hurry").
runbook(restart_in_turn, "Living with a leak until it is found").
runbook(roll_back, "Taking back a release or a setting").
runbook(stop_slow_query, "Finding and stopping a slow query").

% runbook_step(Runbook, Number, Sentence). Embedded.

runbook_step(drain_queue, 1, "Look at the oldest message first: one that always fails may be holding up all the others.").
runbook_step(drain_queue, 2, "Double the number of consumers, and watch that the database behind them can bear it.").
runbook_step(drain_queue, 3, "Tell customer care how old the information is that customers now see.").
runbook_step(free_disk, 1, "Find the directory that grows, and compress or move its oldest files; delete nothing that is not copied elsewhere.").
runbook_step(free_disk, 2, "Enlarge the volume by a tenth to be able to work again.").
runbook_step(free_disk, 3, "Set an alarm at eighty per cent, so that the next one comes by day.").
runbook_step(give_back_money, 1, "Stop the job or the price rule that makes the error, before correcting anything.").
runbook_step(give_back_money, 2, "List the orders concerned from the ledger, and have a second person check the list.").
runbook_step(give_back_money, 3, "Refund through the original payment, and write to each customer on the same day.").
runbook_step(hold_back_flood, 1, "Find out who asks: one address, one client, or our own retries.").
runbook_step(hold_back_flood, 2, "Limit that caller at the edge, and answer everybody else from the cache even if it is a little old.").
runbook_step(hold_back_flood, 3, "Spread expiry times and retries at random, so that they do not fall together again.").
runbook_step(names_and_routes, 1, "Ask the name servers from inside and from outside, and compare what they say with the last good zone file.").
runbook_step(names_and_routes, 2, "Put the last good zone file back and lower its time to live.").
runbook_step(names_and_routes, 3, "Move traffic to the other data centre when a line is down, and ask the carrier for an estimate.").
runbook_step(provider_failover, 1, "Compare the provider's status page with our own latency graph, to tell their trouble from ours.").
runbook_step(provider_failover, 2, "Send card traffic to the second provider with the routing switch.").
runbook_step(provider_failover, 3, "Keep orders with an unknown outcome aside, and charge nobody again before they are reconciled.").
runbook_step(rebuild_from_source, 1, "Note the time of the last change that arrived.").
runbook_step(rebuild_from_source, 2, "Build a fresh copy beside the old one from the catalogue or from last night's backup.").
runbook_step(rebuild_from_source, 3, "Switch over when the counts agree, then purge what the content network still holds.").
runbook_step(renew_certificate, 1, "Check which certificate has run out, and on which machines: the whole chain, not only the last link.").
runbook_step(renew_certificate, 2, "Issue a new one with the emergency account and load it without a restart.").
runbook_step(renew_certificate, 3, "Enter the new date in the calendar that pages us three weeks before.").
runbook_step(restart_in_turn, 1, "Restart the servers one at a time, and wait for each to be warm before the next.").
runbook_step(restart_in_turn, 2, "Keep a memory or connection dump of the last one for the developers.").
runbook_step(roll_back, 1, "Put the previous version back first and look for the cause afterwards.").
runbook_step(roll_back, 2, "Check that the older version can read what the newer one has written.").
runbook_step(roll_back, 3, "Block the faulty version, so that the next automatic deployment does not bring it back.").
runbook_step(stop_slow_query, 1, "List the running queries by age, and find the one for which the others wait.").
runbook_step(stop_slow_query, 2, "Cancel it, and take away its owner's right to start it again until it has a limit.").
runbook_step(stop_slow_query, 3, "Add the missing index while traffic is low.").

% mitigated_by(Incident, Runbook): what helped. Some incidents had to be improvised.

mitigated_by(inc_01, drain_queue).
mitigated_by(inc_02, free_disk).
mitigated_by(inc_04, roll_back).
mitigated_by(inc_05, provider_failover).
mitigated_by(inc_06, rebuild_from_source).
mitigated_by(inc_07, hold_back_flood).
mitigated_by(inc_08, drain_queue).
mitigated_by(inc_09, give_back_money).
mitigated_by(inc_10, renew_certificate).
mitigated_by(inc_11, give_back_money).
mitigated_by(inc_11, roll_back).
mitigated_by(inc_12, restart_in_turn).
mitigated_by(inc_13, stop_slow_query).
mitigated_by(inc_14, roll_back).
mitigated_by(inc_15, names_and_routes).
mitigated_by(inc_17, provider_failover).
mitigated_by(inc_18, hold_back_flood).
mitigated_by(inc_19, names_and_routes).
mitigated_by(inc_21, roll_back).
mitigated_by(inc_22, provider_failover).
mitigated_by(inc_24, free_disk).
mitigated_by(inc_25, roll_back).
mitigated_by(inc_26, rebuild_from_source).
mitigated_by(inc_29, roll_back).
mitigated_by(inc_30, roll_back).
mitigated_by(inc_32, give_back_money).
mitigated_by(inc_32, provider_failover).
mitigated_by(inc_33, hold_back_flood).
mitigated_by(inc_34, renew_certificate).
mitigated_by(inc_35, hold_back_flood).
mitigated_by(inc_37, restart_in_turn).
mitigated_by(inc_40, rebuild_from_source).
