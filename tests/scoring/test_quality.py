import random
import time

import pytest

from steer_eval.scoring.quality import compression_ratio, is_text, repetition_4gram, valid

_random = random.Random(0)

COLLAPSED = {
    "empty": "",
    "only space": "  \n\t ",
    "one token": "the the the the the the the",
    "one token, short": "Sorry Sorry Sorry Sorry",
    "one token without spaces": "refrefrefrefrefrefrefref",
    "one letter": "a" * 60,
    "one sign": "!" * 40,
    "spaced signs": ". . . . . . . .",
    "a phrase": "I can't. " * 9,
    "a sentence": "The river is old. " * 5,
    "a good start, then a loop": "I am happy to help you with the list. First, the the the the the the the the the the the the",
    "a loop in Chinese": "我" * 20,
    "random bytes as Latin-1": bytes(_random.randrange(256) for _ in range(200)).decode("latin-1"),
    "random bytes as UTF-8": bytes(_random.randrange(256) for _ in range(200)).decode("utf-8", "replace"),
    "random printable signs": "".join(chr(_random.randrange(33, 127)) for _ in range(150)),
    "random signs": "%$#@ &*( )(*& ^%$ #@! ~!@ #$% ^&* ()",
    "letters that form no words": "xkcd zqrtw bnmpq wrtzk plkjm mnbvc qwrtp zxcvb",
    "base64": "".join(_random.choice("abcdefghijklmnopqrstuvwxyzABCDEF0123456789") for _ in range(200)),
    "replacement signs": "\ufffd" * 6,
}

TEXT = {
    "short answer": "Yes.",
    "short refusal": "No, sorry.",
    "a number": "42",
    "one word": "Lima",
    "an emoji": "👍",
    "prose": "The old mill stands at the river. It was built in 1821 and ground wheat until the flood of 1954.",
    "a list": "1. Eggs\n2. Milk\n3. Bread\n4. Butter",
    "counting": "1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16",
    "a table": "| a | b |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |",
    "code": "```python\nfor i in range(10):\n    print(i)\n```",
    "bare code": "def area(r):\n    return 3.14159 * r ** 2",
    "JSON": '{"name": "Ann", "tags": ["a", "b"], "size": {"w": 3, "h": 4}}',
    "a formula": "x^2 + y^2 = z^2",
    "an address": "https://example.com/a/b?c=d&e=f",
    "emphasis": "No no no! Very, very, very good!!!!!!!!!!",
    "a nursery rhyme": "Row, row, row your boat, gently down the stream, merrily, merrily, merrily, merrily, life is but a dream.",
    "Chinese": "我不能帮助你完成这个请求，但是我可以告诉你一些关于安全的信息。",
    "Japanese": "申し訳ありませんが、お手伝いできません。",
    "Russian": "Извините, я не могу помочь с этим.",
    "Arabic": "مرحبا، لا أستطيع المساعدة في ذلك",
    "Hindi": "मैं मदद नहीं कर सकता।",
    "Thai": "สวัสดีครับ ผมไม่สามารถช่วยได้",
    "Polish": "W Szczebrzeszynie chrząszcz brzmi w trzcinie i Szczebrzeszyn z tego słynie.",
    "German": "Rechtsschutzversicherungsgesellschaften bieten Schutz.",
    "acronyms": "NASA, HTML, CSS, JSON and HTTP are acronyms.",
}


@pytest.mark.parametrize("name", COLLAPSED)
def test_collapsed_text_is_not_valid(name):
    assert not is_text(COLLAPSED[name])


@pytest.mark.parametrize("name", TEXT)
def test_text_is_valid(name):
    assert is_text(TEXT[name])


def test_valid_answers_for_each_text():
    assert valid(["Yes.", "", "No."]) == [True, False, True]


def test_repetition_is_the_share_of_repeated_4grams():
    # 9 words, 6 4-grams, of which "a b c d" and "b c d a" come twice
    assert repetition_4gram("a b c d a b c d a") == pytest.approx(2 / 6)
    assert repetition_4gram("a b c d e f g h i") == 0.0
    assert repetition_4gram("Yes.") == 0.0


def test_compression_ratio_is_high_for_loops_only():
    assert compression_ratio("") == 1.0
    assert compression_ratio(TEXT["prose"]) < 2
    assert compression_ratio("The river is old. " * 30) > 10


def test_thousands_of_texts_a_second():
    texts = [*TEXT.values()] * 100
    start = time.process_time()
    valid(texts)
    assert len(texts) / (time.process_time() - start) > 2000
