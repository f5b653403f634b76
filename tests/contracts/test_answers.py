"""The contract of Answers."""

from bot.answers import Answer
from bot.ids import PageKey, RoundId
from bot.ports import Store
from tests.examples import PAGE, ROUND, TENANT


def _answer(words: str) -> Answer:
    return Answer(PAGE, (("answer", words), ("probe", "Ja 🙂")), "nl", quotable=True, segment="north")


async def test_answers_come_back_as_they_were_added(store: Store) -> None:
    answers = [_answer(f"antwoord {number}") for number in range(30)]
    answers.append(Answer(PageKey("keep"), (), "en", quotable=False))
    async with store.write(TENANT) as transaction:
        await transaction.answers.add(ROUND, answers)
    async with store.read(TENANT) as transaction:
        read = await transaction.answers.of_round(ROUND)
    assert sorted(read, key=repr) == sorted(answers, key=repr)


async def test_very_many_answers_are_all_there(store: Store) -> None:
    answers = [_answer(f"antwoord {number}") for number in range(1100)]
    async with store.write(TENANT) as transaction:
        await transaction.answers.add(ROUND, answers)
        assert sorted(await transaction.answers.of_round(ROUND), key=repr) == sorted(answers, key=repr)


async def test_answers_do_not_come_in_the_order_in_which_they_were_added(store: Store) -> None:
    answers = [_answer(f"{number:04}") for number in range(60)]
    async with store.write(TENANT) as transaction:
        await transaction.answers.add(ROUND, answers)
        once = await transaction.answers.of_round(ROUND)
        again = await transaction.answers.of_round(ROUND)
    assert list(once) != answers
    assert once == again


async def test_adding_again_replaces_what_was_there_of_this_round(store: Store) -> None:
    other = RoundId("another")
    async with store.write(TENANT) as transaction:
        await transaction.answers.add(ROUND, [_answer("eerst"), _answer("ook")])
        await transaction.answers.add(other, [_answer("elders")])
    async with store.write(TENANT) as transaction:
        await transaction.answers.add(ROUND, [_answer("opnieuw")])
    async with store.read(TENANT) as transaction:
        assert await transaction.answers.of_round(ROUND) == [_answer("opnieuw")]
        assert await transaction.answers.of_round(other) == [_answer("elders")]


async def test_a_round_without_answers_has_none(store: Store) -> None:
    async with store.write(TENANT) as transaction:
        await transaction.answers.add(ROUND, [])
        assert list(await transaction.answers.of_round(ROUND)) == []
        assert list(await transaction.answers.of_round(RoundId("unknown"))) == []


async def test_a_digest_of_any_length_is_kept(store: Store) -> None:
    digests = [b"", b"x" * 8192, bytes(range(256)) * 1000]
    for digest in digests:
        async with store.write(TENANT) as transaction:
            await transaction.answers.put_digest(ROUND, digest)
        async with store.read(TENANT) as transaction:
            assert await transaction.answers.digest(ROUND) == digest


async def test_there_is_no_digest_before_it_is_made(store: Store) -> None:
    async with store.read(TENANT) as transaction:
        assert await transaction.answers.digest(ROUND) is None
