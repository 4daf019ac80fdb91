% Rules over incidents-facts.pl: who is responsible, what is in danger, what helped the last time.
% Each section shows one thing that rules can do; every rule can be asked as a goal by itself.


% ---------------------------------------------------------------- sentences

% Meaning sits in descriptions, so only these are embedded. Who owns what and which service needs
% which are joined, counted and followed instead.

:- searchable(summary/2).
:- searchable(purpose/2).
:- searchable(runbook/2).
:- searchable(runbook_step/3).

% The sentence of an embedded fact ...

:- template(summary(_, Text), "{Text}").
:- template(purpose(_, Text), "{Text}").
:- template(runbook(_, Title), "{Title}").
:- template(runbook_step(_, _, Text), "{Text}").

% ... and how the others, and what follows from them, are said in an answer.

:- template(tier(Service, Tier), "{Service} is a tier {Tier} service").
:- template(owned_by(Service, Team), "{Service} is owned by team {Team}").
:- template(depends_on(Service, Dependency), "{Service} needs {Dependency}").
:- template(works_in(Person, Team), "{Person} works in team {Team}").
:- template(on_call(Team, Person), "{Person} is on call for team {Team}").
:- template(incident(Incident, Severity), "{Incident} has severity {Severity}").
:- template(hits(Incident, Service), "{Incident} hit {Service}").
:- template(started(Incident, Time), "{Incident} started at {Time}").
:- template(minutes_down(Incident, Minutes), "{Incident} lasted {Minutes} minutes").
:- template(resolved(Incident), "{Incident} is resolved").
:- template(mitigated_by(Incident, Runbook), "the run book {Runbook} helped in {Incident}").

:- template(depends(Service, Dependency), "{Service} depends on {Dependency}").
:- template(on_call_for(Service, Person), "{Person} is on call for {Service}").
:- template(unattended(Team), "nobody is on call for team {Team}, which owns a tier 1 service").
:- template(stand_in(Team, Person), "{Person} could stand in for team {Team}").
:- template(open_incident(Incident), "{Incident} is open").
:- template(at_risk(Service), "{Service} is at risk").
:- template(downtime(Service, Minutes), "{Service} was down for {Minutes} minutes in all").
:- template(incident_count(Team, Count), "team {Team} has had {Count} incidents").
:- template(like_incident(_, Incident, _), "{Incident} was like that").
:- template(responsible(_, Incident, Service, Team, Person), "{Person} is on call for team {Team}, which owns {Service}, hit by {Incident}").
:- template(remedy(_, Runbook, Step), "{Runbook}: {Step}").
:- template(exposed(_, Service), "{Service} depends on a service that was hit by something like that").
:- template(whom_to_ask(_, Service, Team, Person), "ask {Person} of team {Team}, who look after {Service}").


% ---------------------------------------------------------------- questions in plain language

% Words for goals: `{Service}` is linked to a constant that the facts have there, whatever its case, plural or spelling
% (main_db, Main-DB, "main db"). What a question says beyond its pattern is searched for among the facts that the goal
% rests on, which is why some goals name the summary; so is what stands for a slot in small letters, `{meaning}`.

% How people call things.

:- alias(main_db, ['main database', 'the database', 'Hauptdatenbank']).
:- alias(dns, ['name servers', 'name service', 'Namensdienst']).
:- alias(catalog, [catalogue, 'Katalog']).
:- alias(warehouse_sync, ['warehouse synchronisation', 'warehouse sync']).
:- alias(storefront, ['shop front', 'web site', website]).
:- alias(checkout, ['check-out', 'Kasse']).
:- alias(cart, [basket, 'Warenkorb']).
:- alias(gift_cards, [vouchers, 'Gutscheine']).

% Who is responsible.

:- question("who owns {Service}?", owned_by(Service, Team), [answer(Team)]).
:- question("which team owns {Service}?", owned_by(Service, Team), [answer(Team)]).
:- question("which team is responsible for {Service}?", owned_by(Service, Team), [answer(Team)]).
:- question("who is responsible for {Service}?", owned_by(Service, Team), [answer(Team)]).
:- question("which team looks after {Service}?", owned_by(Service, Team), [answer(Team)]).
:- question("which services does {Team} own?", owned_by(Service, Team), [answer(Service)]).
:- question("which services are owned by {Team}?", owned_by(Service, Team), [answer(Service)]).
:- question("what does team {Team} look after?", owned_by(Service, Team), [answer(Service)]).
:- question("wem gehört {Service}?", owned_by(Service, Team), [answer(Team)]).
:- question("welches Team ist für {Service} zuständig?", owned_by(Service, Team), [answer(Team)]).
:- question("welche Dienste gehören {Team}?", owned_by(Service, Team), [answer(Service)]).

:- question("who is on call for {Service}?", on_call_for(Service, Person), [answer(Person)]).
:- question("who has the pager of {Service}?", on_call_for(Service, Person), [answer(Person)]).
:- question("whom do I call when {Service} breaks?", on_call_for(Service, Person), [answer(Person)]).
:- question("who is on call for team {Team}?", on_call(Team, Person), [answer(Person)]).
:- question("who has the pager of the {Team} team?", on_call(Team, Person), [answer(Person)]).
:- question("which teams is {Person} on call for?", on_call(Team, Person), [answer(Team)]).
:- question("which pagers does {Person} have?", on_call(Team, Person), [answer(Team)]).
:- question("who is on call for two teams?", stretched(Person), [answer(Person)]).
:- question("who has the pagers of two teams?", stretched(Person), [answer(Person)]).
:- question("which team has nobody on call?", unattended(Team), [answer(Team)]).
:- question("which teams are unattended?", unattended(Team), [answer(Team)]).
:- question("who could stand in for {Team}?", stand_in(Team, Person), [answer(Person)]).
:- question("wer hat Bereitschaft für {Service}?", on_call_for(Service, Person), [answer(Person)]).
:- question("wer hat Bereitschaft im Team {Team}?", on_call(Team, Person), [answer(Person)]).
:- question("welches Team hat niemanden in Bereitschaft?", unattended(Team), [answer(Team)]).

:- question("who works in {Team}?", works_in(Person, Team), [answer(Person)]).
:- question("who is in the {Team} team?", works_in(Person, Team), [answer(Person)]).
:- question("members of the {Team} team", works_in(Person, Team), [answer(Person)]).
:- question("which team does {Person} work in?", works_in(Person, Team), [answer(Team)]).
:- question("where does {Person} work?", works_in(Person, Team), [answer(Team)]).
:- question("wer arbeitet im Team {Team}?", works_in(Person, Team), [answer(Person)]).
:- question("in welchem Team arbeitet {Person}?", works_in(Person, Team), [answer(Team)]).

% What needs what, and how much it matters.

:- question("what does {Service} depend on?", depends(Service, Dependency), [answer(Dependency)]).
:- question("which services does {Service} need?", depends(Service, Dependency), [answer(Dependency)]).
:- question("what does {Service} depend on directly?", depends_on(Service, Dependency), [answer(Dependency)]).
:- question("what depends on {Service}?", depends(Dependent, Service), [answer(Dependent)]).
:- question("which services depend on {Service}?", depends(Dependent, Service), [answer(Dependent)]).
:- question("which services need {Service}?", depends(Dependent, Service), [answer(Dependent)]).
:- question("which services rely on {Service}?", depends(Dependent, Service), [answer(Dependent)]).
:- question("does {Service} depend on {Dependency}?", depends(Service, Dependency), []).
:- question("what does {Service} use directly?", depends_on(Service, Dependency), [answer(Dependency)]).
:- question("does {Service} need {Dependency}?", depends(Service, Dependency), []).
:- question("wovon hängt {Service} ab?", depends(Service, Dependency), [answer(Dependency)]).
:- question("was hängt von {Service} ab?", depends(Dependent, Service), [answer(Dependent)]).

:- question("which tier is {Service}?", tier(Service, Tier), [answer(Tier)]).
:- question("which services are tier {Tier}?", tier(Service, Tier), [answer(Service)]).
:- question("tier {Tier} services", tier(Service, Tier), [answer(Service)]).
:- question("which services are at risk?", at_risk(Service), [answer(Service)]).
:- question("what is at risk?", at_risk(Service), [answer(Service)]).
:- question("welche Dienste sind in Gefahr?", at_risk(Service), [answer(Service)]).

% Incidents.

:- question("which incidents hit {Service}?", (hits(Incident, Service), summary(Incident, _)), [answer(Incident)]).
:- question("which incidents affected {Service}?", (hits(Incident, Service), summary(Incident, _)), [answer(Incident)]).
:- question("incidents of {Service}", (hits(Incident, Service), summary(Incident, _)), [answer(Incident)]).
:- question("incidents at {Service} caused by {meaning}", (hits(Incident, Service), summary(Incident, _)), [answer(Incident)]).
:- question("incidents of the {Team} team", (owned_by(Service, Team), hits(Incident, Service), summary(Incident, _)), [answer(Incident)]).
:- question("welche Vorfälle trafen {Service}?", (hits(Incident, Service), summary(Incident, _)), [answer(Incident)]).
:- question("which services did {Incident} hit?", hits(Incident, Service), [answer(Service)]).
:- question("which services were hit by {Incident}?", hits(Incident, Service), [answer(Service)]).
:- question("welche Dienste traf {Incident}?", hits(Incident, Service), [answer(Service)]).
:- question("which incidents are open?", (open_incident(Incident), summary(Incident, _)), [answer(Incident)]).
:- question("which incidents are not resolved?", (open_incident(Incident), summary(Incident, _)), [answer(Incident)]).
:- question("which open incidents are about {meaning}?", (open_incident(Incident), summary(Incident, _)), [answer(Incident)]).
:- question("welche Vorfälle sind offen?", (open_incident(Incident), summary(Incident, _)), [answer(Incident)]).
:- question("which incidents are urgent?", (urgent(Incident), summary(Incident, _)), [answer(Incident)]).
:- question("what is urgent?", urgent(Incident), [answer(Incident)]).
:- question("how severe was {Incident}?", incident(Incident, Severity), [answer(Severity)]).
:- question("what severity did {Incident} have?", incident(Incident, Severity), [answer(Severity)]).
:- question("which incidents had severity {Severity}?", (incident(Incident, Severity), summary(Incident, _)), [answer(Incident)]).
:- question("which severity {Severity} incidents were there?", (incident(Incident, Severity), summary(Incident, _)), [answer(Incident)]).
:- question("when did {Incident} start?", started(Incident, Time), [answer(Time)]).
:- question("how long did {Incident} last?", minutes_down(Incident, Minutes), [answer(Minutes)]).
:- question("wie lange dauerte {Incident}?", minutes_down(Incident, Minutes), [answer(Minutes)]).
:- question("how long has {Service} been down?", downtime(Service, Minutes), [answer(Minutes)]).
:- question("how long was {Service} down in all?", downtime(Service, Minutes), [answer(Minutes)]).
:- question("downtime of {Service}", downtime(Service, Minutes), [answer(Minutes)]).
:- question("how many incidents has the {Team} team had?", incident_count(Team, Count), [answer(Count)]).
:- question("how many incidents did {Team} have?", incident_count(Team, Count), [answer(Count)]).
:- question("which services have had no incident?", quiet(Service), [answer(Service)]).
:- question("which services were never hit by an incident?", quiet(Service), [answer(Service)]).

% What helps.

:- question("what helped in {Incident}?", mitigated_by(Incident, Runbook), [answer(Runbook)]).
:- question("which run book helped in {Incident}?", mitigated_by(Incident, Runbook), [answer(Runbook)]).
:- question("in which incidents did {Runbook} help?", (mitigated_by(Incident, Runbook), summary(Incident, _)), [answer(Incident)]).
:- question("what are the steps of {Runbook}?", runbook_step(Runbook, Number, Step), [answer(Number), answer(Step)]).
:- question("which run book helps against {meaning}?", (summary(Incident, _), mitigated_by(Incident, Runbook)), [answer(Runbook)]).
:- question("what helps against {Text}?", remedy(Text, Runbook, Step), [answer(Runbook), answer(Step)]).
:- question("was hilft gegen {Text}?", remedy(Text, Runbook, Step), [answer(Runbook), answer(Step)]).

% Meaning and logic at once.

:- question("who is on call for services hit by incidents like {meaning}?", (summary(Incident, _), hits(Incident, Service), on_call_for(Service, Person)), [answer(Person), answer(Service)]).
:- question("who is on call for services hit by something like {meaning}?", (summary(Incident, _), hits(Incident, Service), on_call_for(Service, Person)), [answer(Person), answer(Service)]).
:- question("wer hat Bereitschaft für Dienste, die Vorfälle wie {meaning} trafen?", (summary(Incident, _), hits(Incident, Service), on_call_for(Service, Person)), [answer(Person), answer(Service)]).
:- question("which teams are on call for services hit by incidents like {meaning}?", (summary(Incident, _), hits(Incident, Service), owned_by(Service, Team), on_call(Team, _)), [answer(Team), answer(Service)]).
:- question("which team owns the services hit by incidents like {meaning}?", (summary(Incident, _), hits(Incident, Service), owned_by(Service, Team)), [answer(Team), answer(Service)]).
:- question("which services were hit by incidents like {meaning}?", (summary(Incident, _), hits(Incident, Service)), [answer(Service)]).
:- question("which services were hit by something like {meaning}?", (summary(Incident, _), hits(Incident, Service)), [answer(Service)]).
:- question("whom do I ask about {Text}?", whom_to_ask(Text, Service, Team, Person), [answer(Person), answer(Service)]).


% ---------------------------------------------------------------- recursion

%! depends(?Service, ?Dependency)
%  Service needs Dependency, directly or through others. The services form cycles; each pair is
%  derived once, so this ends all the same.
depends(Service, Dependency) :-
    depends_on(Service, Dependency).
depends(Service, Dependency) :-
    depends_on(Service, Between),
    depends(Between, Dependency).

%! in_cycle(?Service)
%  Service depends on itself by way of others: it cannot be started before it is running.
in_cycle(Service) :-
    depends(Service, Service).


% ---------------------------------------------------------------- joins and negation

%! on_call_for(?Service, ?Person)
%  Person has the pager of the team that owns Service.
on_call_for(Service, Person) :-
    owned_by(Service, Team),
    on_call(Team, Person).

%! unattended(?Team)
%  Team owns a tier 1 service, and nobody has its pager.
unattended(Team) :-
    owned_by(Service, Team),
    tier(Service, 1),
    \+ on_call(Team, _).

%! stand_in(?Team, ?Person)
%  Person works in a team that is unattended, and could be asked to take its pager.
stand_in(Team, Person) :-
    unattended(Team),
    works_in(Person, Team).

%! open_incident(?Incident)
%  Incident is not known to be over. What is not stated is taken to be false.
open_incident(Incident) :-
    incident(Incident, _),
    \+ resolved(Incident).

%! quiet(?Service)
%  No incident has ever hit Service.
quiet(Service) :-
    service(Service),
    \+ hits(_, Service).


% ---------------------------------------------------------------- confidence

%! impaired(?Service)
%  An open incident hits Service.
impaired(Service) :-
    open_incident(Incident),
    hits(Incident, Service).

%! at_risk(?Service)
%  Service depends on an impaired one. Each step away counts 0.8, so the score of an answer says how
%  near the trouble is: 0.8 next to it, 0.64 two steps away. The shortest way is the best proof.
0.8 :: at_risk(Service) :-
    depends_on(Service, Dependency),
    impaired(Dependency).
0.8 :: at_risk(Service) :-
    depends_on(Service, Dependency),
    at_risk(Dependency).


% ---------------------------------------------------------------- comparison and arithmetic

%! urgent(?Incident)
%  Incident is open, and its severity is 1 or 2.
urgent(Incident) :-
    open_incident(Incident),
    incident(Incident, Severity),
    Severity =< 2.

%! pain(?Incident, -Points)
%  The minutes that Incident lasted, times 4 for severity 1 down to times 1 for severity 4.
pain(Incident, Points) :-
    incident(Incident, Severity),
    minutes_down(Incident, Minutes),
    Points is Minutes * (5 - Severity).

%! stretched(?Person)
%  Person has the pagers of two teams at once.
stretched(Person) :-
    on_call(Team, Person),
    on_call(Other, Person),
    Team @< Other.

%! again(?Service, ?First, ?Later)
%  The same run book was needed twice for Service: the first time did not cure it.
again(Service, First, Later) :-
    hits(First, Service),
    hits(Later, Service),
    mitigated_by(First, Runbook),
    mitigated_by(Later, Runbook),
    started(First, Before),
    started(Later, After),
    Before @< After.


% ---------------------------------------------------------------- counting and adding up

%! downtime(?Service, -Minutes)
%  The minutes of all incidents that hit Service; 0 where there was none.
downtime(Service, Minutes) :-
    service(Service),
    aggregate_all(sum(Each), (hits(Incident, Service), minutes_down(Incident, Each)), Minutes).

%! incident_count(?Team, -Count)
%  The number of incidents that hit services of Team. An incident that hits two of them counts
%  once: sort/2 removes duplicates.
incident_count(Team, Count) :-
    owned_by(_, Team),
    findall(Incident, (owned_by(Service, Team), hits(Incident, Service)), All),
    sort(All, Incidents),
    length(Incidents, Count).


% ---------------------------------------------------------------- meaning

%! like_incident(+Text, ?Incident, -Similarity)
%  Incident's summary means something like Text. Best first.
like_incident(Text, Incident, Similarity) :-
    similar(Text, summary(Incident, _), Similarity).

%! responsible(+Text, ?Incident, ?Service, ?Team, ?Person)
%  Person is on call for the team that owns a service which was hit by something like Text.
responsible(Text, Incident, Service, Team, Person) :-
    similar(Text, summary(Incident, _), _),
    hits(Incident, Service),
    owned_by(Service, Team),
    on_call(Team, Person).

%! remedy(+Text, ?Runbook, ?Step)
%  Step belongs to a run book that helped in an incident like Text.
remedy(Text, Runbook, Step) :-
    similar(Text, summary(Incident, _), _),
    mitigated_by(Incident, Runbook),
    runbook_step(Runbook, _, Step).

%! exposed(+Text, ?Service)
%  Service depends, directly or not, on one that was hit by something like Text.
exposed(Text, Service) :-
    similar(Text, summary(Incident, _), _),
    hits(Incident, Dependency),
    depends(Service, Dependency).

%! improvised(+Text, ?Incident)
%  Incident was like Text, and no run book helped: one should be written.
improvised(Text, Incident) :-
    similar(Text, summary(Incident, _), _),
    \+ mitigated_by(Incident, _).

%! whom_to_ask(+Text, ?Service, ?Team, ?Person)
%  Service does something like Text; Team owns it, and Person has the pager.
whom_to_ask(Text, Service, Team, Person) :-
    similar(Text, purpose(Service, _), _),
    owned_by(Service, Team),
    on_call(Team, Person).
