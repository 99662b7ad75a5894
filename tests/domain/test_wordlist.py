"""Words of many texts packed together: a part of a word is found in exactly the texts that have it."""

import random

from collector.domain import wordlist


def test_a_part_of_a_word_is_found_in_the_texts_that_have_it():
    chance = random.Random(3)
    made = ["".join(chance.choice("abñ") for _ in range(chance.randint(1, 5))) for _ in range(60)]
    texts = {number: " ".join(chance.choice(made) for _ in range(chance.randint(0, 9))) for number in range(0, 400, 3)}
    words, hits = wordlist.pack(texts.items())
    for part in ("a", "ab", "ñ", "bañ", "aaa", "ababab", "x", *made[:9]):
        bits, met = wordlist.find(words, hits, part)
        found = {number for number in range(400) if bits >> number & 1}
        assert found == {number for number, text in texts.items() if part in text}, part
        assert met == sum(part in word for word in words.split("\n"))


def test_nothing_is_found_in_nothing():
    words, hits = wordlist.pack([])
    assert wordlist.find(words, hits, "a") == (0, 0)
