"""Documents of foreign kinds: what tools, sites and people make of reports on the way to us, with their truths.

    python -m training.foreign --part validation --count 300 --seed 1 --out data/foreign.jsonl.gz

A kind (`foreign.registry`) is a way in which reports arrive; each kind is rendered in several ways, as different tools
and people do it. No rendering is in both parts, `validation` and `test`, and no seed gives equal reports in both.
The test part is for figures only.
"""
