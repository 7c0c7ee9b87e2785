"""Reports through real converters: what the tools that people use make of real pages, with the truths.

    python -m training.converters --split validation --count 300 --seed 1 --out data/zoo.jsonl.gz

True reports are drawn into sources (`html`, `office`, `pdf`) and each goes through one converter
(`catalogue`). The splits share no truth and no converter, and converters that resemble one another are in the same
split. Packages of the extra `zoo`, programs of Debian and of npm; what is not installed is skipped and named. What a
converter destroys stays in the truth: `fate` tells what became of the numbers.
"""
