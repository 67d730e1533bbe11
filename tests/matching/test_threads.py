"""Many threads read texts at once, as the web server's do, and number words as one would."""

from concurrent.futures import ThreadPoolExecutor

from matching.text import stems

WORDS = 4000
THREADS = 8


def test_threads_that_meet_new_words_at_once_stem_them_as_one_does() -> None:
    said = [f"threadword{number}ing energieneutrale{number}heden" for number in range(WORDS)]
    with ThreadPoolExecutor(THREADS) as pool:
        found = list(pool.map(lambda text: [stems(text, "en"), stems(text, "nl")], said * THREADS))
    assert all(found[number] == found[number % WORDS] for number in range(len(found)))
    assert len({english[0] for english, _ in found}) == WORDS
