"""Finds the European calls that matter to a city, says why, and tells the right colleague in time.

source -> scrapers.crawl -> CallData -> ingest.decide -> db -> matching.rank -> Match -> digest.compose -> outbox -> mail
                                                                    ^                                       |
                                                  review, feedback -+---------------------------------------+
"""  # noqa: E501 - the system in one line
