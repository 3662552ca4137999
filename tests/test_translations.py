"""Everything the service says can be said in Finnish and Swedish."""

import re
from functools import cache

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

from livinglab.adapters.texts import LANGUAGES, TRANSLATIONS
from tests.server import ROOT

KEYWORDS = {
    **dict.fromkeys(("_", "N_", "gettext", "lazy_gettext", "Message", "ugettext")),
    **dict.fromkeys(("ngettext", "ungettext"), (1, 2)),
}
PLACEHOLDER = re.compile(r"%\((\w+)\)s")
OURS = ("livinglab", "templates")


def ours(folder):
    """Folders with code of ours; those that begin with an underscore have sentences too."""
    inside = folder.removeprefix(str(ROOT)).strip("/")
    return not inside or inside.partition("/")[0] in OURS


@cache
def sentences():
    """What is marked for translation, with the file it is in; plurals as pairs."""
    with (ROOT / "babel.cfg").open() as settings:
        methods, options = parse_mapping_cfg(settings)
    found = extract_from_dir(
        ROOT, methods, options, KEYWORDS, directory_filter=ours, strip_comment_tags=True
    )
    return {message: file for file, _, message, *_ in found if message}


@cache
def catalogue(language):
    with (TRANSLATIONS / language / "LC_MESSAGES/messages.po").open("rb") as file:
        return read_po(file, locale=language)


def translated(language, sentence):
    """The translations of a sentence, one or one for each plural form; empty where one lacks."""
    entry = catalogue(language).get(sentence if isinstance(sentence, str) else sentence[0])
    if entry is None or entry.fuzzy:
        return ()
    texts = entry.string if isinstance(entry.string, tuple) else (entry.string,)
    return texts if all(texts) else ()


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_every_sentence_is_translated(language):
    assert len(sentences()) > 900
    missing = {s: file for s, file in sentences().items() if not translated(language, s)}
    assert missing == {}


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_translations_take_the_values_of_their_sentence(language):
    for sentence in sentences():
        wanted = set(PLACEHOLDER.findall(sentence if isinstance(sentence, str) else sentence[-1]))
        for text in translated(language, sentence):
            assert set(PLACEHOLDER.findall(text)) == wanted, sentence
