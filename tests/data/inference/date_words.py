"""What all languages have in their dates; `python -m tests.data.inference.date_words` prints `latin_words.txt` anew."""

import sys
import textwrap

from babel import localedata

from mlpipe.data.inference.dates.languages import ENGLISH, language


def latin_words():
    """Words in ASCII letters."""
    codes = {name.partition("_")[0] for name in localedata.locale_identifiers()}
    words = ENGLISH.vocabulary.union(*(language(code).vocabulary for code in codes))
    return sorted(filter(str.isascii, words))


if __name__ == "__main__":
    sys.stdout.write(textwrap.fill(" ".join(latin_words()), 120, break_on_hyphens=False, break_long_words=False) + "\n")
