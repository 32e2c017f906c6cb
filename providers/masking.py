"""Hide what may be a secret in text that a person or a log gets to see, and show every name.

A secret is random, a name is made of words. So each letter is charged for how rare it is after the one before it in
words of many languages, digits inside of words are charged too, and marks between words give something back. If the
charges of a stretch of text add up to the surprise of a random text, that stretch is hidden: a maximal scoring
subsequence, with log-odds of two models as scores. Some formats are known without counting.

Nothing but the standard library is imported: what starts before anything is installed uses this as well.
"""

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

HIDDEN = "[...]"
BRIEF = 200  # arbitrary: enough for a sentence or two of a service, too little for a dump
_MOST_READ = 4_000  # of a text that is going to be cut: what a service sends may be of any size

# Bits that each letter costs after the one before it ("^" begins a word), cut to a digit. Counted in the names of
# Microsoft Graph and in names of people, places, jobs and companies of thirty languages, accents taken off.
_PAIRS = """
    ^ 44445555554545548434656986
    a 65446756565353869344557966
    b 27782999379497399369399969
    c 39693992384696399675599975
    d 37872977387675389457468966
    e 66546757665352769244657776
    f 38983488279588399365499969
    g 38972965398575499367489959
    h 29982998388565399475477969
    i 46354757765453469534759986
    j 29662998495775399957479988
    k 27783887495586299455478959
    l 27752778376466389955479968
    m 25782999398757359768499969
    n 36533747375785479843679957
    o 75556657666343659345535976
    p 29893896498498259365499989
    q 68777688787787787688056888
    r 36653858386665389654568966
    s 47583886384566459842568975
    t 38892895387787399355478967
    u 55545756565453759334667876
    v 29692999298696499669799958
    w 29793996297694399658799948
    x 48473885377766538773677567
    y 35454756564454469434666976
    z 26652978375665479765577945
"""
_BITS = {
    before: dict(zip("abcdefghijklmnopqrstuvwxyz", map(int, costs), strict=True))
    for before, costs in (row.split() for row in _PAIRS.split("\n") if row)
}
_USUAL = 4.0  # bits a letter of a word costs: what a text costs beyond that is its surprise
_CAPITAL = 2.0  # for a capital in the middle of a word, beside what its letter costs at a beginning
_TO_DIGIT, _FROM_DIGIT = 2.5, 5.0
_MARK, _OTHER_MARK = -1.5, -2.5  # those that stand inside of tokens too, and those that stand around them
_IN_TOKENS = frozenset("-_.~+/:")
_AROUND = frozenset("&=;,?#()[]{}<>")  # between settings and parameters, never inside of a token but as padding
_FORGOTTEN = 24.0  # a stretch ends as soon as it falls this far behind its best
# What a secret has at least, in all and a letter: names have a number at most and long ones add up to something, while
# random text nearly always has digits in several places, and two bits a letter.
_WITHOUT_DIGITS, _WITH_DIGITS = (30.0, 1.1), (26.0, 0.6)
_SHORTEST = 16  # of a word with a secret in it

_GUID = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_NAMES = re.compile(
    rf"""[a-z0-9]{{2,8}}:// | (?<![0-9A-Za-z])(?:
    {_GUID}
    | extension_[0-9A-Za-z]{{32}}(?=_[A-Za-z])                        # a directory extension: the application's id
    | (?:workspaces?|tenants?)(?:_?[iI]d)?["']?[/=:]["']?[0-9a-f]{{32}}  # HPE's id of a workspace, or tenant
    | [0-9a-f]{{2}}-[0-9a-f]{{32}}-[0-9a-f]{{16}}-[0-9a-f]{{2}}       # W3C Trace Context, which support asks for
    | [A-Za-z]{{2,40}}\.[0-9a-f]{{32}}\.{_GUID}                       # a job's id: template, tenant, application
    | P[0-9]+DT[0-9HMS.]+                                            # a duration
    | (?:[a-z0-9]{{1,15}}(?:-[a-z0-9]{{1,15}}){{0,5}}\.){{2,9}}[a-z]{{2,}}    # a host
    )(?![0-9A-Za-z])""",
    re.VERBOSE,
)
_SECRETS = re.compile(
    r"""(?<![0-9A-Za-z])(?:
    eyJ[\w-]{5,}(?:\.[\w-]*)*                                       # JWT and JWE
    | (?=[0-9]*[a-f])(?=[a-f]*[0-9])[0-9a-f]{20,}
    | (?=[0-9]*[A-F])(?=[A-F]*[0-9])[0-9A-F]{20,}
    | (?:AKIA|ASIA)[A-Z0-9]{16}                                      # Amazon
    | (?:gh[a-z]_|github_pat_|glpat-|pul-|xox[a-z]-)[\w-]{16,}       # GitHub, GitLab, Pulumi, Slack
    | [\w.~-]{0,8}[78]Q~[\w.~-]{20,}                                 # a client secret of Entra
    | (?=[\w-]{20})[\w-]{0,60}(?:0123456789|(?i:abcdefghij))[\w-]*  # what people write for a token
    )(?![0-9A-Za-z])
    | (?<=://)[^/?#\s:]*:[^/?#\s]+(?=@)                              # user and password of an address""",
    re.VERBOSE | re.ASCII,
)
# Of settings with such a name the value is hidden, also if it is made of words.
_SETTING = re.compile(
    r"""((?i:secret|password|passwd|passphrase|pwd)(?:=["']?|["']\s*:\s*["']))[^\s"'&;,<>()[\]{}]{4,}"""
)
_WORD = re.compile(rf"((?i:\b(?:workspace|tenant) (?:id )?['\"]?[0-9a-f]{{32}})(?![0-9A-Za-z]))|\S{{{_SHORTEST},}}")
_UNIT = re.compile(r"%([0-9A-Fa-f]{2})|.", re.DOTALL)
_REST = re.compile(r"[\w~+%-]*", re.ASCII)
_REST_AND_END = re.compile(r"[\w~+%-]*=*", re.ASCII)


def printable(text: str) -> str:
    """Return a text without what would steer a terminal."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


def masked(text: str) -> str:
    """Return a text on one printable line, whole, with what may be a secret hidden."""
    line = _SETTING.sub(rf"\1{HIDDEN}", " ".join(printable(text).split()))
    return _WORD.sub(lambda word: word[1] or _masked_word(word[0]), line)


def brief(text: str, most: int = BRIEF) -> str:
    """Return a text as `masked` does, cut in the middle if it is long: its beginning and end identify it best."""
    shown = masked(text if len(text) <= 2 * _MOST_READ else f"{text[:_MOST_READ]} ... {text[-_MOST_READ:]}")
    if len(shown) <= most:
        return shown
    end = most // 3
    return f"{shown[: most - end - 5]} ... {shown[-end:]}"


def masked_names(fields: Iterable[str]) -> str:
    """Return the names of an answer's fields, "none" if there are none."""
    return brief(", ".join(name[:40] for name in sorted(fields))) or "none"


def _masked_word(word: str) -> str:
    shown, at = "", 0
    for start, end in _hidden(word):
        if start >= at:
            shown += word[at:start] + HIDDEN
        at = max(at, end)
    return shown + word[at:]


def _hidden(word: str) -> list[tuple[int, int]]:
    """List the stretches to be hidden, in their order; they may overlap."""
    kept = [found.span() for found in _NAMES.finditer(word)]
    known = (found.span() for found in _SECRETS.finditer(word))
    found = [span for span in known if all(span[1] <= start or end <= span[0] for start, end in kept)]
    edges = [(0, 0), *kept, (len(word), len(word))]
    for (_, start), (end, _) in pairwise(edges):
        found += [_whole(word, span, start, end) for span in _surprises(word, start, end)]
    return sorted(found)


def _whole(word: str, span: tuple[int, int], start: int, end: int) -> tuple[int, int]:
    """Return a stretch with the rest of the words in which it begins and ends."""
    before = _REST.match(word[start : span[0]][::-1])
    after = _REST_AND_END.match(word, span[1], end)
    return span[0] - len(before[0] if before else ""), after.end() if after else span[1]


@dataclass
class _Stretch:
    """The stretch that is being summed: `bits` until now, and the best until now with its end."""

    start: int
    bits: float = 0.0
    best: float = 0.0
    end: int = 0
    length: int = 0
    letters: int = 0
    numbers: int = 0

    @property
    def is_secret(self) -> bool:
        in_all, a_letter = _WITH_DIGITS if self.numbers > 1 else _WITHOUT_DIGITS
        return self.best >= max(in_all, a_letter * self.letters)


def _surprises(word: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the stretches of a word that are too surprising for names."""
    stretch, before = _Stretch(start), ""
    for unit in _UNIT.finditer(word, start, end):
        letter = chr(int(unit[1], 16)) if unit[1] else unit[0]
        stretch.bits += _surprise(before, letter)
        stretch.length += 1
        stretch.numbers += letter.isascii() and letter.isdigit() and not before.isdigit()
        before = letter
        if stretch.bits > stretch.best:
            stretch.best, stretch.end, stretch.letters = stretch.bits, unit.end(), stretch.length
        if stretch.bits <= 0 or stretch.best - stretch.bits > _FORGOTTEN:
            if stretch.is_secret:
                yield stretch.start, stretch.end
            stretch = _Stretch(unit.end())
    if stretch.is_secret:
        yield stretch.start, stretch.end


def _surprise(before: str, letter: str) -> float:
    """Return by how many bits a letter is rarer than in names; what no secret has is as common as can be."""
    if not letter.isascii() or letter in _AROUND:
        return -math.inf
    if not letter.isalnum():
        return _MARK if letter in _IN_TOKENS else _OTHER_MARK if before.isalnum() else -math.inf
    if letter.isdigit():
        return _TO_DIGIT if before.isalpha() else 0.0
    begins = not before.isalpha() or not before.isascii()
    camel = not begins and before.islower() and letter.isupper()
    bits = _BITS["^" if begins or camel else before.lower()][letter.lower()] - _USUAL
    return bits + (_CAPITAL if camel else _FROM_DIGIT if before.isdigit() else 0.0)
