"""Many threads read texts at once, as the web server's do, and number words as one would."""

from concurrent.futures import ThreadPoolExecutor

from matching.index import Index
from matching.text import stems
from tests.matching.calls import make_call

WORDS = 4000
THREADS = 8


def test_threads_that_meet_new_words_at_once_stem_them_as_one_does() -> None:
    said = [f"threadword{number}ing energieneutrale{number}heden" for number in range(WORDS)]
    with ThreadPoolExecutor(THREADS) as pool:
        found = list(pool.map(lambda text: [stems(text, "en"), stems(text, "nl")], said * THREADS))
    assert all(found[number] == found[number % WORDS] for number in range(len(found)))
    assert len({english[0] for english, _ in found}) == WORDS


def test_threads_that_weigh_calls_at_once_weigh_them_as_one_does() -> None:
    calls = [
        make_call(
            number, f"weighed{number} towns", " ".join(f"weighword{number}x{word}" for word in range(300))
        )
        for number in range(240)
    ]
    parts = [calls[start::THREADS] for start in range(THREADS)]
    with ThreadPoolExecutor(THREADS) as pool:
        found = list(pool.map(Index.fit, parts))
    for index, part in zip(found, parts, strict=True):
        again = Index.fit(part).languages["en"]
        assert (index.languages["en"].hashes == again.hashes).all()
        assert (index.languages["en"].data == again.data).all()
