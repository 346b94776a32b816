import calendar
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from negotiation.disputes.dates import RecordDate
from negotiation.errors import InvalidDate

DAYS = st.dates(date(1900, 1, 1), date(2100, 12, 31)).map(str)
POINTS = st.one_of(DAYS, DAYS.map(lambda day: day[:7]), DAYS.map(lambda day: day[:4]))
REMARKS = st.text(st.characters(exclude_categories=["C", "Z"], exclude_characters="()"), min_size=1)
PHRASES = st.lists(REMARKS, min_size=1, max_size=4).map(" ".join)


@st.composite
def spans(draw):
    first, last = sorted([draw(POINTS), draw(POINTS)])
    return first if last.startswith(first) else f"{first} to {last}"


@st.composite
def grammar(draw):
    form = draw(st.sampled_from(["plain", "remark", "pair", "never"]))
    if form == "plain":
        return draw(spans())
    if form == "remark":
        return f"{draw(spans())} ({draw(PHRASES)})"
    if form == "pair":
        return f"{draw(POINTS)} ({draw(PHRASES)}) / {draw(POINTS)} ({draw(PHRASES)})"
    return "never applied"


@given(grammar())
def test_text_of_the_grammar_comes_back(text):
    when = RecordDate.parse(text)
    assert str(when) == text
    assert RecordDate.parse(str(when)) == when
    if not when.never_applied:
        assert when.earliest <= when.latest
        assert all(when.earliest <= part.earliest <= part.latest <= when.latest for part in when.parts)


@given(POINTS)
def test_a_single_date_spans_what_it_names(text):
    when = RecordDate.parse(text)
    length = (when.latest - when.earliest).days + 1
    year, month = when.earliest.year, when.earliest.month
    expected = {
        "day": 1,
        "month": calendar.monthrange(year, month)[1],
        "year": 366 if calendar.isleap(year) else 365,
    }
    assert length == expected[when.precision]
    assert when.earliest.isoformat().startswith(text)
    assert when.latest.isoformat().startswith(text)


NEAR = st.text(st.sampled_from("0123456789- ()/toab\n"), max_size=30)


@given(
    st.one_of(st.text(), NEAR, st.from_regex(r"[0-9]{4}-[0-9]{2}-[0-9]{2}( to [0-9]{4})?", fullmatch=True))
)
def test_any_text_is_read_as_it_stands_or_refused_by_name(text):
    try:
        when = RecordDate.parse(text)
    except InvalidDate as error:
        came = str(error)
        refused = repr(text) in came
    else:
        refused = False
        came = str(when)
    assert refused or came == text
