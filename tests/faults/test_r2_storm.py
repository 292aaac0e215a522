"""R1, R2: kills at random while files are uploaded; ``make storm`` does it at scale."""

from acceptance.storm import Storm


def test_after_a_storm_of_kills_nothing_is_missing(victim, hand, beads, wait_until, recovered):
    """R2: whichever process dies, each file is there once, described, condensed and drawn."""
    storm = Storm(site=victim, client=hand, path=beads, seed=20261125, longest_pause_s=0.8)
    storm.run(uploads=6, kills=10)
    recovered()
    wait_until(lambda: not storm.missing(), timeout=200)
    assert sum(storm.killed.values()) == 10
    assert len({one.resource["id"] for one in storm.deposits}) == 6
