"""Compiled: the boundary of a payoff set where players discount differently, swept by direction.

Let player 0 be the more patient one, D = diag(delta), and for each profile a the map f_a(w) = (I - D) g(a)
+ D w. The set V = co of all f_a(V with w >= low(a)) has, in direction n, the support point f_a(w) of some
profile a, where w supports V with w >= low(a) in direction D n. D turns every direction towards the axis of
the more patient player. So in each quadrant of directions the boundary is built from that axis outwards,
vertex by vertex, from vertices that are there already: the next vertex is the one that tangents from the
last one to the images of the chain so far turn to first. Each profile keeps the place of its tangent point,
and these places only move forward. Profiles whose constraints the chain meets so far share one place: what
they generate is D times the chain, moved by f_a(0), whose hull is the sum of two convex curves (`Group`). A
chain of N vertices costs N times one more than the profiles that constraints hold at a cut.

What is not there already are the points at which the constraints of a profile cut the set: those are given
(`Cuts`). Every vertex is then f_a1 ... f_am of such a point, or of a payoff g(a) that supports itself; the
chains are infinite where it is the latter, and end where less than `tail` of their height is left.
"""

from typing import NamedTuple

import numpy as np

from negotiation.base.numeric import BoolArray, FloatArray, IntArray
from negotiation.game_theory.compiling import njit

# Ends of the lines w_1 = low_1, w_0 = low_0 in the set: right, top, left, bottom; and their number.
RIGHT, TOP, LEFT, BOTTOM, SIDES = range(5)

# Places of a tangent point before the chain, at the cut that begins it, and behind it; no further point.
START, END, NOWHERE = range(-1, -4, -1)

# In place of a base: a payoff g.
STAYS = START

# In place of a vertex: later than all.
NEVER = np.iinfo(np.int64).max


class Maps(NamedTuple):
    """What the profiles do."""

    # (profiles, 2): f_a(0): (I - D) g(a), and what pulls continuations to a point or pushes them away from
    # it.
    fixed: FloatArray
    # (2,): by what f_a multiplies continuations: the discount factors, but for that pull.
    factors: FloatArray
    # (profiles, 2): the least continuation payoffs that keep the players to a profile.
    low: FloatArray
    # Height of a chain that may be left out.
    tail: float
    # What rounding does to a coordinate.
    near: float


class Cuts(NamedTuple):
    """Where the constraints of each profile cut the set."""

    # (profiles, 4, 2): by side; the left and the bottom one are the corner of both constraints where that is
    # in the set.
    points: FloatArray
    # (profiles, 4)
    exist: BoolArray
    # (profiles, 4): the edge of the set that each is on, by its first vertex; -1 for the corner.
    edges: IntArray


class Chain(NamedTuple):
    """Vertices and what generates each."""

    # (capacity, 2)
    points: FloatArray
    owners: IntArray
    # (capacity, 2): what follows it.
    continuations: FloatArray
    # The cut, 4 a + side, from which the vertex is reached, or -1 where that is a payoff g.
    bases: IntArray
    depths: IntArray


class Tangents(NamedTuple):
    """Of each profile that is not in the group, where its tangent point is."""

    # (profiles,): A vertex of the chain, START or END.
    places: IntArray
    # first, last: The sides of the cuts before and behind the chain, NOWHERE if there is none.
    first: IntArray
    last: IntArray
    # The vertex that is looked at next.
    after: IntArray
    # The first vertex that meets the constraints of a profile that began at a cut; NEVER if it is not to join
    # the group.
    begins: IntArray
    # How far up the first cut is, in coordinates of the sweep.
    least: FloatArray
    # Whether the profile generates anything more.
    open: BoolArray
    # Whether it is in the group.
    grouped: BoolArray
    # (profiles, 2): the tangent points in coordinates of the sweep.
    images: FloatArray


class Group(NamedTuple):
    """Profiles whose constraints the chain meets from the shared place on, so far.

    Together they generate the sum of D times the chain and of the points f_a(0). The edges of the hull of a
    sum are those of both, by direction: the tangent point is the image of the shared place by one of them.
    """

    place: int
    # The profile; -1 if the group is empty.
    owner: int
    # That with the next vertex of the hull of the points f_a(0); -1 if there is none.
    following: int
    # low_0, low_1: The most that any of them needs to follow.
    low_0: float
    low_1: float
    # x, y: The tangent point in coordinates of the sweep.
    x: float
    y: float


class Sweep(NamedTuple):
    """A quadrant: directions from (x, 0) to (0, y), where x and y are 1 or -1."""

    x: float
    y: float


@njit(cache=True, nogil=True)
def empty_chain(capacity: int) -> Chain:
    """Return room for so many vertices."""
    return Chain(
        np.empty((capacity, 2)),
        np.empty(capacity, np.int64),
        np.empty((capacity, 2)),
        np.empty(capacity, np.int64),
        np.empty(capacity, np.int64),
    )


@njit(cache=True, nogil=True)
def put(chain: Chain, n: int, owner: int, w: tuple[float, float], maps: Maps) -> None:
    """Write f_a(w) as vertex n."""
    chain.points[n, 0] = maps.fixed[owner, 0] + maps.factors[0] * w[0]
    chain.points[n, 1] = maps.fixed[owner, 1] + maps.factors[1] * w[1]
    chain.owners[n] = owner
    chain.continuations[n, 0], chain.continuations[n, 1] = w


@njit(cache=True, nogil=True)
def staying(maps: Maps, a: int) -> tuple[float, float, bool]:
    """Return the fixed point of f_a, the payoff of a for ever, and whether it supports itself."""
    x = maps.fixed[a, 0] / (1.0 - maps.factors[0])
    y = maps.fixed[a, 1] / (1.0 - maps.factors[1])
    return x, y, bool(x >= maps.low[a, 0] and y >= maps.low[a, 1])


@njit(cache=True, nogil=True)
def begun(chain: Chain, sweep: Sweep, maps: Maps, cuts: Cuts) -> bool:
    """Write the first vertex, farthest along x and of those along y; return whether there is one."""
    far_x = far_y = -np.inf
    for a in range(len(maps.fixed)):
        # Side -1 stands for the payoff of the profile for ever, which is generated by itself; all other first
        # vertices are images of a cut.
        for side in range(-1, SIDES):
            if side < 0:
                wx, wy, exists = staying(maps, a)
            else:
                wx, wy, exists = cuts.points[a, side, 0], cuts.points[a, side, 1], cuts.exist[a, side]
            if not exists:
                continue
            x = sweep.x * (maps.fixed[a, 0] + maps.factors[0] * wx)
            y = sweep.y * (maps.fixed[a, 1] + maps.factors[1] * wy)
            # Of points equally far along x, up to rounding, the one farther along y: it alone is a vertex,
            # the others lie on the edge that ends there.
            if x > far_x + maps.near or (x > far_x - maps.near and y > far_y):
                far_x, far_y = x, y
                put(chain, 0, a, (wx, wy), maps)
                chain.bases[0] = STAYS if side < 0 else SIDES * a + side
                chain.depths[0] = 0 if side < 0 else 1
    return far_x > -np.inf


@njit(cache=True, nogil=True)
def sides_of(sweep: Sweep, met_0: bool, met_1: bool, exist: BoolArray) -> tuple[int, int]:
    """Return the cuts before and behind what a profile may use of a chain, by what its first vertex meets.

    Along a sweep the coordinate 0 falls where x = 1 and rises where x = -1; 1 rises where y = 1.
    """
    # The chain of a quadrant meets the half-planes w >= low from one place on, up to one place, or
    # throughout, since each coordinate is monotone along it. So two cuts at most matter: where the profile
    # begins to be able to use the chain and where it ceases to.
    first, last = NOWHERE, NOWHERE
    if sweep.x > 0.0 and sweep.y > 0.0:
        # From the right end up: coordinate 1 rises, so that what is met stays met; coordinate 0 falls, and
        # ends at the top cut.
        first, last = NOWHERE if met_1 else RIGHT, TOP
    elif sweep.y > 0.0:
        # From the left end up: both coordinates rise, so that nothing that is met is lost again.
        if not (met_0 and met_1):
            first = TOP if exist[TOP] else LEFT
    elif sweep.x > 0.0:
        # From the right end down: coordinate 0 falls and coordinate 1 falls, so that both constraints can
        # only be lost.
        last = RIGHT if exist[RIGHT] else BOTTOM
        if not (met_0 and met_1):
            first = last
    else:
        # From the left end down: coordinate 0 rises and coordinate 1 falls; the mirror image of the first
        # case.
        last = LEFT
        if not met_0:
            first = BOTTOM if exist[BOTTOM] else LEFT
        elif not met_1:
            first = LEFT
    return first, last


@njit(cache=True, nogil=True)
def first_tangents(chain: Chain, sweep: Sweep, maps: Maps, cuts: Cuts) -> Tangents:
    """Return where each profile begins: at its first cut or, in the group, at the first vertex."""
    n = len(maps.fixed)
    places, after, is_open = np.zeros(n, np.int64), np.ones(n, np.int64), np.ones(n, np.bool_)
    begins, least, grouped = np.full(n, NEVER), np.full(n, -np.inf), np.ones(n, np.bool_)
    first, last, images = np.empty(n, np.int64), np.empty(n, np.int64), np.zeros((n, 2))
    x, y = chain.points[0, 0], chain.points[0, 1]
    for a in range(n):
        met_0, met_1 = x >= maps.low[a, 0], y >= maps.low[a, 1]
        first[a], last[a] = sides_of(sweep, met_0, met_1, cuts.exist[a])
        if last[a] != NOWHERE and not cuts.exist[a, last[a]]:
            last[a] = NOWHERE
        # Nothing is farther right than the first vertex of a sweep from there.
        is_open[a] = met_0 or sweep.x < 0.0
        if first[a] != NOWHERE:
            # Where the cut is both ends nothing of the chain comes between.
            places[a], after[a] = END if first[a] == last[a] else START, 0
            is_open[a] = is_open[a] and cuts.exist[a, first[a]]
            wx, wy = cuts.points[a, first[a], 0], cuts.points[a, first[a], 1]
            images[a, 0] = sweep.x * (maps.fixed[a, 0] + maps.factors[0] * wx)
            images[a, 1] = sweep.y * (maps.fixed[a, 1] + maps.factors[1] * wy)
            least[a] = sweep.y * wy
        # A profile that another one outdoes generates no vertex of this quadrant; without it each step below
        # is a pass through fewer.
        is_open[a] = is_open[a] and not outdone(a, sweep, maps)
        grouped[a] = is_open[a] and first[a] == NOWHERE
    return Tangents(places, first, last, after, begins, least, is_open, grouped, images)


@njit(cache=True, nogil=True)
def outdone(a: int, sweep: Sweep, maps: Maps) -> bool:
    """Whether another profile needs no more of a continuation and yields no less in this quadrant."""
    fixed, low = maps.fixed, maps.low
    for b in range(len(fixed)):
        x, y = sweep.x * (fixed[b, 0] - fixed[a, 0]), sweep.y * (fixed[b, 1] - fixed[a, 1])
        # f_b(w) - f_a(w) = f_b(0) - f_a(0) for each w, and whatever a may use b may use too.
        if x >= 0.0 and y >= 0.0 and low[b, 0] <= low[a, 0] and low[b, 1] <= low[a, 1]:
            # Of two that are alike the first stays.
            alike = x == 0.0 and y == 0.0 and low[b, 0] == low[a, 0] and low[b, 1] == low[a, 1]
            if b != a and (not alike or b < a):
                return True
    return False


@njit(cache=True, nogil=True)
def follower(owner: int, sweep: Sweep, maps: Maps, grouped: BoolArray) -> int:
    """Return the profile of the group whose f_a(0) is turned to first from that of another; -1 if none is."""
    best, px, py = -1, 0.0, 0.0
    for a in range(len(grouped)):
        if grouped[a]:
            qx = sweep.x * (maps.fixed[a, 0] - maps.fixed[owner, 0])
            qy = sweep.y * (maps.fixed[a, 1] - maps.fixed[owner, 1])
            # Only edges that go on upwards are ahead; of parallel ones the longest, so that no vertex is put
            # in the middle of an edge.
            turn = px * qy - py * qx
            if qy > 0.0 and (best < 0 or turn < 0.0 or (turn == 0.0 and qy > py)):
                best, px, py = a, qx, qy
    return best


@njit(cache=True, nogil=True)
def group_at(place: int, points: FloatArray, sweep: Sweep, maps: Maps, grouped: BoolArray) -> Group:
    """Return the group at a vertex and at the first vertex of the hull of the points f_a(0).

    The tangent point is there or further on: edges that are turned to before it are taken one by one.
    """
    fixed, low, owner, low_0, low_1 = maps.fixed, maps.low, -1, -np.inf, -np.inf
    for a in range(len(grouped)):
        if grouped[a]:
            low_0, low_1 = max(low_0, low[a, 0]), max(low_1, low[a, 1])
            if owner < 0 or sweep.x * (fixed[a, 0] - fixed[owner, 0]) > 0.0:
                owner = a
    if owner < 0:
        return Group(place, -1, -1, low_0, low_1, 0.0, 0.0)
    x = sweep.x * (fixed[owner, 0] + maps.factors[0] * points[place, 0])
    y = sweep.y * (fixed[owner, 1] + maps.factors[1] * points[place, 1])
    return Group(place, owner, follower(owner, sweep, maps, grouped), low_0, low_1, x, y)


@njit(cache=True, nogil=True)
def left_behind(group: Group, points: FloatArray, sweep: Sweep, maps: Maps, tangents: Tangents) -> Group:
    """Return the group without the profiles whose constraints the next vertex does not meet."""
    k = group.place
    for a in range(len(tangents.grouped)):
        missed = points[k + 1, 0] < maps.low[a, 0] or points[k + 1, 1] < maps.low[a, 1]
        # It goes on by itself from here, its tangent point where the group's place was; it cannot join again,
        # since a constraint that the chain has lost stays lost.
        if tangents.grouped[a] and missed:
            tangents.grouped[a] = False
            tangents.places[a], tangents.after[a], tangents.begins[a] = k, k + 1, NEVER
            tangents.images[a, 0] = sweep.x * (maps.fixed[a, 0] + maps.factors[0] * points[k, 0])
            tangents.images[a, 1] = sweep.y * (maps.fixed[a, 1] + maps.factors[1] * points[k, 1])
    return group_at(k, points, sweep, maps, tangents.grouped)


@njit(cache=True, nogil=True)
def moved_on(group: Group, points: FloatArray, n: int, sweep: Sweep, maps: Maps, tangents: Tangents) -> Group:
    """Return the group where the tangent from the last vertex touches its images."""
    while group.owner >= 0:
        # The loop ends when neither the place nor the owner moves: then the tangent from the last vertex
        # touches at the group's point.
        k, a, x, y = along(group, points, n, sweep, maps)
        _, owner, following, low_0, low_1, _, _ = group
        following = follower(a, sweep, maps, tangents.grouped) if a != owner else following
        group = Group(k, a, following, low_0, low_1, x, y)
        # `along` stopped at a vertex that not all of the group may use: these leave, and the rest may go on.
        if k + 1 < n and (points[k + 1, 0] < low_0 or points[k + 1, 1] < low_1):
            group = left_behind(group, points, sweep, maps, tangents)
        elif a == owner:
            break
    return group


@njit(cache=True, nogil=True)
def along(
    group: Group, points: FloatArray, n: int, sweep: Sweep, maps: Maps
) -> tuple[int, int, float, float]:
    """Return the place, the owner and the tangent point of a group, until the owner or the group changes."""
    fixed, d0, d1, near = maps.fixed, sweep.x * maps.factors[0], sweep.y * maps.factors[1], maps.near
    from_x, from_y = sweep.x * points[n - 1, 0], sweep.y * points[n - 1, 1]
    place, owner, following, low_0, low_1, x, y = group
    own_x, own_y = sweep.x * fixed[owner, 0], sweep.y * fixed[owner, 1]
    other_x, other_y = sweep.x * fixed[following, 0], sweep.y * fixed[following, 1]
    while True:
        k = place + 1
        if k < n:
            wx, wy = points[k, 0], points[k, 1]
            if wx < low_0 or wy < low_1:
                break
            ex, ey = d0 * (wx - points[place, 0]), d1 * (wy - points[place, 1])
            # Of the next edges of both curves the one that is turned to first.
            if following < 0 or ex * (other_y - own_y) - ey * (other_x - own_x) >= 0.0:
                image_x, image_y = own_x + d0 * wx, own_y + d1 * wy
                # From the last vertex the tangent touches where the curve first turns left: as long as the
                # next point is on or to the right of the ray through the present one, that ray is no tangent
                # yet. A present point that is not above the last vertex is passed in any case.
                rx, ry, qx, qy = x - from_x, y - from_y, image_x - from_x, image_y - from_y
                if ry > near and rx * qy - ry * qx > 0.0:
                    break
                place, x, y = k, image_x, image_y
                continue
        if following >= 0:
            image_x, image_y = other_x + d0 * points[place, 0], other_y + d1 * points[place, 1]
            rx, ry, qx, qy = x - from_x, y - from_y, image_x - from_x, image_y - from_y
            if not (ry > near and rx * qy - ry * qx > 0.0):
                return place, following, image_x, image_y
        break
    return place, owner, x, y


@njit(cache=True, nogil=True)
def group_alone(
    chain: Chain, n: int, sweep: Sweep, maps: Maps, tangents: Tangents, group: Group
) -> tuple[int, Group]:
    """Write the vertices that one profile of the group generates, one after the other; return their number.

    Until that of another profile is next, the group changes or a place outside it moves. What `swept` does
    for any profile, in one loop without calls: nearly all vertices are written here.
    """
    points, continuations = chain.points, chain.continuations
    owners, bases, depths, low, least = chain.owners, chain.bases, chain.depths, maps.low, tangents.least
    is_open, grouped, places, images = tangents.open, tangents.grouped, tangents.places, tangents.images
    sx, sy, d0, d1, near = sweep.x, sweep.y, maps.factors[0], maps.factors[1], maps.near
    place, owner, following, low_0, low_1, x, y = group
    own_x, own_y = maps.fixed[owner, 0], maps.fixed[owner, 1]
    fx, fy = sx * (maps.fixed[following, 0] - own_x), sy * (maps.fixed[following, 1] - own_y)
    _, end_y, ends = staying(maps, owner)
    # Alone means that no profile outside the group can change its place before the next vertex: it waits for
    # the chain to reach it, or is at its end, or follows a chain that it leaves only at `turned_to`. Whoever
    # moves sends the loop back to `swept`.
    alone = owner >= 0
    for a in range(len(places)):
        waits = places[a] == START and tangents.after[a] >= n - 1
        left = places[a] >= 0 and tangents.last[a] == NOWHERE and tangents.begins[a] == NEVER
        alone = alone and (grouped[a] or not is_open[a] or waits or left or places[a] == END)
    while alone and n < len(points) - 2:
        # The same two steps as in `along`, written out: first the group's place is moved on to the tangent
        # ...
        from_x, from_y = sx * points[n - 1, 0], sy * points[n - 1, 1]
        k = place + 1
        while k < n and points[k, 0] >= low_0 and points[k, 1] >= low_1:
            ex, ey = sx * d0 * (points[k, 0] - points[k - 1, 0]), sy * d1 * (points[k, 1] - points[k - 1, 1])
            image_x, image_y = sx * (own_x + d0 * points[k, 0]), sy * (own_y + d1 * points[k, 1])
            alone = following < 0 or ex * fy - ey * fx >= 0.0
            if not alone or (
                y - from_y > near
                and (x - from_x) * (image_y - from_y) - (y - from_y) * (image_x - from_x) > 0.0
            ):
                break
            place, x, y, k = k, image_x, image_y, k + 1
        # ... then it is seen whether anything else has its say: a constraint that is lost at the next vertex,
        # another edge of the hull of the points f_a(0), the end of an infinite chain, a profile outside the
        # group that is turned to first, or one whose constraints are met from here on.
        px, py = x - from_x, y - from_y
        if k < n:
            alone = alone and points[k, 0] >= low_0 and points[k, 1] >= low_1
        else:
            alone = alone and (following < 0 or px * fy - py * fx > 0.0)
        next_y = own_y + d1 * points[place, 1]
        alone = alone and py > near and not (ends and near < sy * (end_y - next_y) < maps.tail)
        for a in range(len(places)):
            if is_open[a] and not grouped[a]:
                qx, qy = images[a, 0] - from_x, images[a, 1] - from_y
                alone = alone and (qy <= near or px * qy - py * qx > 0.0)
                if places[a] == START and alone:
                    wx, wy = points[n - 1, 0], points[n - 1, 1]
                    alone = wx < low[a, 0] or wy < low[a, 1] or sy * wy <= least[a]
        if not alone:
            break
        # One more vertex, f_owner of the vertex at the place: reached from the same cut, by one map more.
        points[n, 0], points[n, 1] = own_x + d0 * points[place, 0], next_y
        continuations[n, 0], continuations[n, 1] = points[place, 0], points[place, 1]
        owners[n], bases[n], depths[n] = owner, bases[place], depths[place] + 1
        n += 1
    return n, Group(place, owner, following, low_0, low_1, x, y)


@njit(cache=True, nogil=True)
def swept(chain: Chain, sweep: Sweep, maps: Maps, cuts: Cuts) -> int:
    """Write the vertices of a quadrant, from the more patient player's axis on; return their number."""
    if not begun(chain, sweep, maps, cuts):
        return 0
    tangents, n = first_tangents(chain, sweep, maps, cuts), 1
    group = group_at(0, chain.points, sweep, maps, tangents.grouped)
    while n < len(chain.points) - 1:
        # Fast loop, then one careful step; the order matters, since `turned_to` takes the group's tangent
        # point for settled.
        n, group = group_alone(chain, n, sweep, maps, tangents, group)
        group = moved_on(group, chain.points, n, sweep, maps, tangents)
        a, joins = turned_to(chain.points, n, sweep, maps, cuts, tangents, group)
        if a < 0:
            break
        place = group.place if tangents.grouped[a] else tangents.places[a]
        if place >= 0:
            put(chain, n, a, (chain.points[place, 0], chain.points[place, 1]), maps)
            chain.bases[n], chain.depths[n] = chain.bases[place], chain.depths[place] + 1
        else:
            side = tangents.first[a] if place == START else tangents.last[a]
            put(chain, n, a, (cuts.points[a, side, 0], cuts.points[a, side, 1]), maps)
            chain.bases[n], chain.depths[n] = SIDES * a + side, 1
        n += 1
        # The images f_a^m(w) of a chain tend to the payoff g(a) without reaching it: where a supports itself
        # and less than `tail` of the height is left, that payoff is put as the end of the chain.
        x, y, stays = staying(maps, a)
        if place >= 0 and stays and maps.near < sweep.y * (y - chain.points[n - 1, 1]) < maps.tail:
            put(chain, n, a, (x, y), maps)
            chain.bases[n], chain.depths[n] = STAYS, 0
            n += 1
        if joins:
            group = joined(group, chain.points, sweep, maps, tangents)
    return n


@njit(cache=True, nogil=True)
def joined(group: Group, points: FloatArray, sweep: Sweep, maps: Maps, tangents: Tangents) -> Group:
    """Return the group with the profiles that may join it, at the least of their places if it is empty."""
    place, empty = group.place, group.owner < 0
    for a in range(len(tangents.grouped)):
        # An empty group begins at the least place of those that may join, so that no one is moved back.
        if group.owner < 0 and may_join(a, tangents, group) and (empty or tangents.places[a] < place):
            place, empty = tangents.places[a], False
    at = Group(place, 0, -1, group.low_0, group.low_1, 0.0, 0.0)
    for a in range(len(tangents.grouped)):
        if may_join(a, tangents, at):
            tangents.grouped[a] = True
    return group_at(place, points, sweep, maps, tangents.grouped)


@njit(cache=True, nogil=True)
def may_join(a: int, tangents: Tangents, group: Group) -> bool:
    """Whether the group is where a profile's constraints are met, and not past its tangent point."""
    place = group.place if group.owner >= 0 else tangents.places[a]
    return bool(
        tangents.open[a]
        and not tangents.grouped[a]
        and 0 <= tangents.begins[a] <= place <= tangents.places[a]
    )


@njit(cache=True, nogil=True)
def turned_to(
    points: FloatArray, n: int, sweep: Sweep, maps: Maps, cuts: Cuts, tangents: Tangents, group: Group
) -> tuple[int, bool]:
    """Move each place outside the group on to where the tangent from the last vertex touches its images.

    Returns the profile whose tangent is turned to first, of several the one that reaches farthest, -1 if none
    goes on; and whether any may join the group. Arrays are taken out of their bundles once: this is the
    innermost loop.
    """
    fixed, low, places, after, images = maps.fixed, maps.low, tangents.places, tangents.after, tangents.images
    is_open, grouped, begins = tangents.open, tangents.grouped, tangents.begins
    sx, sy, (d0, d1) = sweep.x, sweep.y, (maps.factors[0], maps.factors[1])
    from_x, from_y = sx * points[n - 1, 0], sy * points[n - 1, 1]
    best, px, py, joins = -1, 0.0, 0.0, False
    if group.owner >= 0 and group.y - from_y > maps.near:
        best, px, py = group.owner, group.x - from_x, group.y - from_y
    for a in range(len(places)):
        if not is_open[a] or grouped[a]:
            continue
        low_0, low_1 = low[a, 0], low[a, 1]
        while places[a] != END:
            k = after[a]
            # Still at the cut before the chain: vertices that do not meet its constraints, or are not yet
            # above the cut, are of no use to it and are looked at once only, since `after` keeps its place.
            if places[a] == START:
                least = tangents.least[a]
                while k < n and (points[k, 0] < low_0 or points[k, 1] < low_1 or sy * points[k, 1] <= least):
                    k += 1
                after[a] = k
            if k >= n:
                break
            wx, wy, place = points[k, 0], points[k, 1], k
            # The chain has left what the profile may use: the last point is the cut behind it, and there the
            # place ends.
            if wx < low_0 or wy < low_1:
                if tangents.last[a] == NOWHERE:
                    break
                place = END
                wx, wy = cuts.points[a, tangents.last[a], 0], cuts.points[a, tangents.last[a], 1]
            x, y = sx * (fixed[a, 0] + d0 * wx), sy * (fixed[a, 1] + d1 * wy)
            # The next vertex of the hull of all images is the one that is turned to first, counted from the
            # direction in which the sweep begins; of two in one direction the farther one.
            rx, ry, qx, qy = images[a, 0] - from_x, images[a, 1] - from_y, x - from_x, y - from_y
            if ry > maps.near and rx * qy - ry * qx > 0.0:
                break
            # From here on the profile meets the chain as the group does; it joins once the group's place lies
            # between this vertex and its own place.
            begins[a] = place if places[a] == START else begins[a]
            places[a], after[a], images[a, 0], images[a, 1] = place, k + 1, x, y
        joins = joins or (
            begins[a] <= places[a] and (group.owner < 0 or begins[a] <= group.place <= places[a])
        )
        qx, qy = images[a, 0] - from_x, images[a, 1] - from_y
        turn = px * qy - py * qx
        if qy > maps.near and (best < 0 or turn < 0.0 or (turn == 0.0 and qy > py)):
            best, px, py = a, qx, qy
        elif qy <= maps.near and places[a] == END:
            # Sweeps only go on upwards.
            is_open[a] = False
    return best, joins


@njit(cache=True, nogil=True)
def swept_polygon(maps: Maps, cuts: Cuts, quarter: Chain, polygon: Chain) -> int:
    """Write the whole boundary, counter-clockwise; return the number of vertices. `quarter` is room."""
    n = 0
    for quadrant in range(4):
        sweep = Sweep(-1.0 if quadrant in (1, 2) else 1.0, -1.0 if quadrant >= 2 else 1.0)
        count = swept(quarter, sweep, maps, cuts)
        for i in range(count):
            # The first and the third quadrant run counter-clockwise, the others clockwise.
            k = i if quadrant % 2 == 0 else count - 1 - i
            # Neighbouring quadrants share the vertex at which they meet, up to rounding: it is written once.
            x, y = quarter.points[k, 0], quarter.points[k, 1]
            if n == len(polygon.points):
                return n
            known = n > 0 and same(x, y, polygon.points[n - 1], maps.near)
            if known or (n > 0 and quadrant == 3 and same(x, y, polygon.points[0], maps.near)):
                continue
            polygon.points[n, 0], polygon.points[n, 1] = x, y
            polygon.owners[n] = quarter.owners[k]
            polygon.continuations[n, 0] = quarter.continuations[k, 0]
            polygon.continuations[n, 1] = quarter.continuations[k, 1]
            polygon.bases[n], polygon.depths[n] = quarter.bases[k], quarter.depths[k]
            n += 1
    return n


@njit(cache=True, nogil=True)
def same(x: float, y: float, point: FloatArray, near: float) -> bool:
    """Whether a point is another one, up to rounding."""
    return bool(abs(x - point[0]) <= near and abs(y - point[1]) <= near)
