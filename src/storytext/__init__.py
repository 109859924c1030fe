"""The text engine: which item is a take of which report, which story a report belongs to, and why.

Pure: strings and numbers in, decisions out. No Django, clock, disk, network, log or random.
"""

from storytext.changes import compare_versions
from storytext.choosing import choose
from storytext.folding import fold
from storytext.grouping import FEWEST, Filed, Filing, Group, group
from storytext.markers import read_markers
from storytext.merging import Collision, Passage, merge
from storytext.model import Candidate, Change, Choice, Fold, Markers, Reason, Take
from storytext.profiles import Profile, profile, spell
from storytext.shingles import index_keys
from storytext.worddiff import diff_words
from storytext.words import Reading, read

__all__ = [
    "FEWEST",
    "Candidate",
    "Change",
    "Choice",
    "Collision",
    "Filed",
    "Filing",
    "Fold",
    "Group",
    "Markers",
    "Passage",
    "Profile",
    "Reading",
    "Reason",
    "Take",
    "choose",
    "compare_versions",
    "diff_words",
    "fold",
    "group",
    "index_keys",
    "merge",
    "profile",
    "read",
    "read_markers",
    "spell",
]
