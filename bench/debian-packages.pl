% Rules over the facts that debian-packages.mjs makes.

:- dynamic(depends_on_package/2).
:- searchable(description/2).
:- template(description(_, Text), "{Text}").
:- template(depends_on_package(Package, Dependency), "{Package} depends on {Dependency}").
:- template(needs(Package, Dependency), "{Package} needs {Dependency}, directly or through others").
:- template(like_needing(_, Library, Package), "{Package} needs {Library} and is described like that").

%! needs(?Package, ?Dependency)
%  Package depends on Dependency, however indirectly.
needs(Package, Dependency) :-
    depends_on_package(Package, Dependency).
needs(Package, Dependency) :-
    depends_on_package(Package, Between),
    needs(Between, Dependency).

%! like_needing(+Text, ?Library, ?Package)
%  Package is described by something like Text and needs Library.
like_needing(Text, Library, Package) :-
    similar(Text, description(Package, _), _),
    needs(Package, Library).
